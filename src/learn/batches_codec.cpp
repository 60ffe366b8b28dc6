// Requests and answers that are batches of several: see batches.hpp.
#include "learn/batches.hpp"
#include "learn/routes.hpp"
#include "learn/sampled_json_codec.hpp"

#include <algorithm>

namespace ringbridge::learn {
namespace {

using nlohmann::json;

constexpr std::size_t longest_batch = 32, longest_answer = 8UL << 20;

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json read(const std::string& text) {
    return text.size() > longest_answer ? json() : sample_json(text);
}

// The names in `/api/trpc/calls.list,agents.list?batch=1`; empty if it is no such address.
std::vector<std::string> procedures_in(const Exchange& exchange) {
    const auto target = parse_target(exchange.url);
    if (target.parameter("batch").value_or("") != "1") return {};
    const auto segments = segments_of(exchange.url);
    std::vector<std::string> names;
    std::string_view rest = segments.empty() ? std::string_view{} : segments.back();
    while (!rest.empty()) {
        const auto name = rest.substr(0, rest.find(','));
        names.emplace_back(name);
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
    return names;
}

std::string url_of_procedure(const Exchange& whole, const std::string& name, const json& input) {
    const auto path = whole.url.substr(0, whole.url.find('?'));
    Query query{{"batch", "1"}};
    if (!input.is_null()) query.emplace_back("input", dumped(json{{"0", input}}));
    return path.substr(0, path.rfind('/') + 1) + name + encode_query(query);
}

json member(const json& object, const std::string& name) {
    return object.is_object() && object.contains(name) ? object.at(name) : json();
}

std::vector<Exchange> split_procedures(const Exchange& whole) {
    const auto names = procedures_in(whole);
    if (names.size() < 2 || names.size() > longest_batch) return {};
    const bool get = whole.method == "GET";
    const auto given =
        get ? parse_target(whole.url).parameter("input").value_or("") : whole.request_body;
    const auto inputs = read(given), answers = read(whole.body);
    if (!answers.is_array() || answers.size() != names.size()) return {};
    std::vector<Exchange> parts;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto part = whole;
        const auto input = member(inputs, std::to_string(i));
        part.url = url_of_procedure(whole, names[i], get ? input : json());
        if (!get) part.request_body = dumped(json{{"0", input}});
        part.body = dumped(json::array({answers[i]}));
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<Exchange> split_operations(const Exchange& whole) {
    if (whole.method != "POST" || !whole.request_body.starts_with('[')) return {};
    const auto operations = read(whole.request_body), answers = read(whole.body);
    const bool batch = operations.is_array() && answers.is_array() && operations.size() > 1 &&
                       operations.size() <= longest_batch && operations.size() == answers.size();
    if (!batch) return {};
    std::vector<Exchange> parts;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const bool query = operations[i].is_object() && (operations[i].contains("query") ||
                                                         operations[i].contains("operationName"));
        if (!query) return {};
        auto part = whole;
        part.request_body = dumped(json::array({operations[i]}));
        part.body = dumped(json::array({answers[i]}));
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace

void split_batches(Recording& recording) {
    std::vector<Exchange> apart;
    for (auto& exchange : recording.exchanges) {
        auto parts = split_procedures(exchange);
        if (parts.empty()) parts = split_operations(exchange);
        if (parts.empty()) parts.push_back(std::move(exchange));
        std::ranges::move(parts, std::back_inserter(apart));
    }
    recording.exchanges = std::move(apart);
}

}  // namespace ringbridge::learn
