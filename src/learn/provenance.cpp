#include "learn/provenance.hpp"

#include "core/url.hpp"
#include "learn/routes.hpp"
#include "receptionist/html.hpp"

#include <algorithm>

namespace ringbridge::learn {
namespace {

using From = receptionist::Capture::From;

constexpr std::size_t longest_answer = 2UL << 20;  // of those that log somebody in
constexpr std::size_t redirect_within = 20;        // entries
constexpr std::size_t longest_name = 300;
constexpr std::size_t shortest_certain = 6;

std::string without_fragment(const std::string& url) { return url.substr(0, url.find('#')); }

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

// The longest part that looks the same in JSON, HTML and addresses.
std::string_view probe_of(std::string_view value) {
    std::string_view best;
    for (std::size_t at = 0; at < value.size();) {
        auto end = at;
        while (end < value.size() && is_plain(value[end])) ++end;
        if (end - at > best.size()) best = value.substr(at, end - at);
        at = end + 1;
    }
    return best;
}

}  // namespace

Provenance::Provenance(const Recording& recording) : recording_{recording} {
    const auto& all = recording.exchanges;
    for (std::size_t i = 0; i < all.size(); ++i) {
        next_.push_back(i);
        before_.push_back(i);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!all[i].is_redirect()) continue;
        const auto location = header_value(all[i].response_headers, "location");
        const auto target = without_fragment(resolve_url(all[i].url, location));
        const auto last = std::min(all.size(), i + redirect_within);
        for (auto j = i + 1; j < last && !target.empty(); ++j) {
            if (without_fragment(all[j].url) != target || before_[j] != j) continue;
            next_[i] = j;
            before_[j] = i;
            break;
        }
    }
}

std::size_t Provenance::root_of(std::size_t exchange) const {
    while (before_[exchange] != exchange) exchange = before_[exchange];
    return exchange;
}

std::size_t Provenance::end_of(std::size_t exchange) const {
    while (next_[exchange] != exchange) exchange = next_[exchange];
    return exchange;
}

const Leaves& Provenance::leaves(std::size_t exchange) const {
    const auto known = leaves_.find(exchange);
    if (known != leaves_.end()) return known->second;
    const auto& one = recording_.exchanges[exchange];
    const bool readable = is_json(one) && one.body.size() <= longest_answer;
    return leaves_[exchange] = readable ? leaves_of(one.body) : Leaves{};
}

void Provenance::add_origins_in(std::size_t exchange, const std::string& value,
                                std::vector<Origin>& origins) const {
    const auto& one = recording_.exchanges[exchange];
    for (const auto& [name, text] : one.set_cookies) {
        if (text == value || percent_decode(text) == value) {
            origins.push_back({exchange, From::cookie, name});
        }
    }
    if (end_of(exchange) != exchange) return;  // only where redirects end is the rest seen
    for (const auto& [name, text] : one.response_headers) {
        if (text == value && name != "location") origins.push_back({exchange, From::header, name});
    }
    for (const auto& [name, text] : parse_target(one.url).query) {
        const bool redirected = root_of(exchange) != exchange;
        if (text == value && redirected) origins.push_back({exchange, From::url, name});
    }
    const auto probe = probe_of(value);
    if (one.body.size() > longest_answer || !one.body.contains(probe)) return;
    if (is_page(one)) {
        for (const auto& found : receptionist::hidden_values(one.body)) {
            if (found.value != value) continue;
            origins.push_back({exchange, found.is_meta ? From::meta : From::input, found.name});
        }
    } else {
        for (const auto& leaf : leaves(exchange)) {
            const bool readable = leaf.kind == Leaf::Kind::text || leaf.kind == Leaf::Kind::integer;
            if (readable && leaf.text == value)
                origins.push_back({exchange, From::body, leaf.path});
        }
    }
}

std::vector<Origin> Provenance::origins(const std::string& value, std::size_t before) const {
    std::vector<Origin> found;
    if (value.empty()) return found;
    for (std::size_t i = 0; i < std::min(before, recording_.exchanges.size()); ++i) {
        if (end_of(root_of(i)) >= before) continue;
        const auto& one = recording_.exchanges[i];
        if (one.status == 0 || one.status >= 400) continue;
        add_origins_in(i, value, found);
    }
    std::erase_if(found, [](const Origin& origin) { return origin.key.size() > longest_name; });
    return found;
}

// As a whole word.
bool Provenance::holds(std::size_t exchange, const std::string& value) const {
    const auto& body = recording_.exchanges[exchange].body;
    for (auto at = body.find(value); at != std::string::npos; at = body.find(value, at + 1)) {
        const auto end = at + value.size();
        const bool whole = (at == 0 || !is_plain(body[at - 1]) || !is_plain(value.front())) &&
                           (end == body.size() || !is_plain(body[end]) || !is_plain(value.back()));
        if (whole) return true;
    }
    return false;
}

bool Provenance::occurs_before(const std::string& value, std::size_t exchange) const {
    if (value.size() < shortest_certain) return false;
    for (std::size_t i = 0; i < std::min(exchange, recording_.exchanges.size()); ++i) {
        if (holds(i, value)) return true;
    }
    return false;
}

std::optional<std::size_t> Provenance::page_with(const std::string& value,
                                                 std::size_t before) const {
    if (value.size() < shortest_certain) return std::nullopt;
    for (std::size_t i = 0; i < std::min(before, recording_.exchanges.size()); ++i) {
        if (is_page(recording_.exchanges[i]) && holds(i, value)) return i;
    }
    return std::nullopt;
}

}  // namespace ringbridge::learn
