// Flattening JSON: see leaves.hpp.
#include "learn/leaves.hpp"
#include "learn/sampled_json_codec.hpp"
#include "receptionist/json_path.hpp"

#include <algorithm>
#include <optional>

namespace ringbridge::learn {
namespace {

using nlohmann::json;

constexpr int deepest = 24;
constexpr std::size_t longest_name = 200;  // of those that are written: YAML's limit is 1,024
constexpr std::size_t most_leaves = 60'000, most_record_leaves = 600, sampled_records = 60;
constexpr std::size_t most_lists = 40, most_around = 2'000;
constexpr std::size_t longest_inner = 200'000;  // of JSON in a text
constexpr std::size_t batched = 10;  // a list of so few may be one of answers, each with a list

// `.name` or `['a name']`; nothing if no profile can say it.
std::optional<std::string> step_text(const std::string& name) {
    if (name.empty() || name.size() > 100 || name.contains("']")) return std::nullopt;
    const bool plain = name.find_first_of(".[]*$ '\"\\{}\t\n\r") == std::string::npos;
    if (plain) return '.' + name;
    if (name.find_first_of("'\n\r\t\"\\") != std::string::npos) return std::nullopt;
    auto step = "['" + name + "']";
    const auto read = receptionist::parse_json_path('$' + step);
    const bool same = read && read->steps == std::vector<receptionist::JsonPath::Step>{name};
    return same ? std::optional{std::move(step)} : std::nullopt;
}

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Leaf leaf_of(const json& value, std::string path) {
    using Kind = Leaf::Kind;
    switch (value.type()) {
        case json::value_t::string:
            return {std::move(path), Kind::text, value.get<std::string>()};
        case json::value_t::boolean:
            return {std::move(path), Kind::boolean, value.get<bool>() ? "true" : "false"};
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
            return {std::move(path), Kind::integer, value.dump()};
        case json::value_t::number_float:
            return {std::move(path), Kind::real, value.dump()};
        default:
            return {std::move(path), Kind::null, ""};
    }
}

json json_in_text(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || text.size() > longest_inner) return nullptr;
    if (text[first] != '{' && text[first] != '[') return nullptr;
    auto inner = sample_json(text);
    return inner.is_structured() && !inner.empty() ? inner : json{};
}

/// Flattens a document, but for one part of it.
struct Flattener {
    std::size_t most;
    const json* without = nullptr;
    Leaves leaves{};

    void add(const json& value, const std::string& path, int depth) {
        if (leaves.size() >= most || depth > deepest || &value == without) return;
        if (value.is_object() && !value.empty()) {
            for (const auto& [name, member] : value.items()) {
                const auto step = step_text(name);
                if (step) add(member, path + *step, depth + 1);
            }
        } else if (value.is_array() && !value.empty()) {
            for (std::size_t i = 0; i < value.size(); ++i) {
                add(value[i], path + '[' + std::to_string(i) + ']', depth + 1);
            }
        } else {
            add_scalar(value, path, depth);
        }
    }

    void add_scalar(const json& value, const std::string& path, int depth) {
        if (value.is_string()) {
            const auto inner = json_in_text(value.get_ref<const std::string&>());
            if (inner.is_structured()) return add(inner, path, depth + 1);
        }
        leaves.push_back(leaf_of(value, path));
    }
};

Leaves flatten(const json& value, std::size_t most, const json* without = nullptr) {
    Flattener flattener{.most = most, .without = without};
    flattener.add(value, "$", 0);
    return std::move(flattener.leaves);
}

bool is_list_of_objects(const json& value) {
    if (!value.is_array() || value.empty()) return false;
    const auto objects =
        std::ranges::count_if(value, [](const json& item) { return item.is_object(); });
    return static_cast<std::size_t>(objects) * 10 >= value.size() * 8;
}

ObjectList sample_list(const json& list, const std::string& path) {
    ObjectList found{.selector = path + "[*]", .size = list.size(), .records = {}, .envelope = {}};
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i + 1 < list.size() && i + 1 >= sampled_records) continue;
        found.records.push_back(flatten(list[i], most_record_leaves));
    }
    return found;
}

// An object whose names are the records' keys, as PHP writes lists that begin anywhere: each name
// has a digit, each value is an object like the first.
bool is_object_of_records(const json& value) {
    constexpr std::size_t fewest = 3;
    if (!value.is_object() || value.size() < fewest) return false;
    const auto& first = *value.begin();
    if (!first.is_object() || first.empty()) return false;
    return std::ranges::all_of(value.items(), [&](const auto& item) {
        return item.value().is_object() &&
               item.key().find_first_of("0123456789") != std::string::npos &&
               item.value().contains(first.begin().key());
    });
}

ObjectList sample_records(const json& object, const std::string& path) {
    ObjectList found{
        .selector = path + "[*]", .size = object.size(), .records = {}, .envelope = {}};
    for (const auto& [key, record] : object.items()) {
        if (found.records.size() >= sampled_records) break;
        found.records.push_back(flatten(record, most_record_leaves));
        found.records.back().push_back({"$._key", Leaf::Kind::text, key});
    }
    return found;
}

void look_for_lists(const json& root, const json& value, const std::string& path, int depth,
                    std::vector<ObjectList>& lists) {
    if (depth > deepest || lists.size() >= most_lists) return;
    if (is_object_of_records(value)) {
        lists.push_back(sample_records(value, path));
        lists.back().envelope = flatten(root, most_around, &value);
    } else if (value.is_object()) {
        for (const auto& [name, member] : value.items()) {
            const auto step = step_text(name);
            if (step && member.is_structured()) {
                look_for_lists(root, member, path + *step, depth + 1, lists);
            }
        }
    } else if (value.is_array()) {
        if (is_list_of_objects(value)) {
            lists.push_back(sample_list(value, path));
            lists.back().envelope = flatten(root, most_around, &value);
        }
        for (std::size_t i = 0; value.size() <= batched && i < value.size(); ++i) {
            look_for_lists(root, value[i], path + '[' + std::to_string(i) + ']', depth + 1, lists);
        }
    }
}

void write(const json& value, const std::string& path, int depth,
           const std::function<Replacement(const Leaf&)>& replace, std::string& out) {
    if (value.is_structured() && !value.empty() && depth <= deepest) {
        const bool object = value.is_object();
        out += object ? '{' : '[';
        bool first = true;
        std::size_t index = 0;
        for (const auto& [name, member] : value.items()) {
            if (object && name.size() > longest_name) continue;
            const auto step =
                object ? step_text(name).value_or(".?") : '[' + std::to_string(index++) + ']';
            const bool scalar = !member.is_structured() || member.empty();
            if (scalar && replace(leaf_of(member, path + step)).move == Replacement::Move::drop) {
                continue;
            }
            out += first ? " " : ", ";
            first = false;
            if (object) out += json_string(name) + ": ";
            write(member, path + step, depth + 1, replace, out);
        }
        out += object ? " }" : " ]";
        return;
    }
    const auto replacement = replace(leaf_of(value, path));
    out += replacement.move == Replacement::Move::put ? json_string(replacement.text)
           : value.is_string() ? json_string(value.get_ref<const std::string&>())
                               : dumped(value);
}

}  // namespace

Leaves leaves_of(std::string_view text) {
    const auto document = sample_json(text);
    return document.is_structured() ? flatten(document, most_leaves) : Leaves{};
}

std::vector<ObjectList> object_lists_in(std::string_view text) {
    std::vector<ObjectList> lists;
    const auto document = sample_json(text);
    look_for_lists(document, document, "$", 0, lists);
    return lists;
}

std::string rewrite_json(std::string_view text,
                         const std::function<Replacement(const Leaf&)>& replace) {
    std::string out;
    write(sample_json(text), "$", 0, replace, out);
    return out;
}

std::string json_string(std::string_view text) { return dumped(json(std::string{text})); }

}  // namespace ringbridge::learn
