#include "receptionist/yaml_codec.hpp"

#include "core/parse_number.hpp"

#include <algorithm>
#include <numeric>

namespace ringbridge::receptionist {
namespace {

std::size_t edits_between(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

std::string join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
}

}  // namespace

std::string hint(const std::string& written, const Names& known) {
    const auto near = std::ranges::min_element(
        known, {}, [&](const auto& name) { return edits_between(written, name); });
    if (near != known.end() &&
        edits_between(written, *near) <= std::max<std::size_t>(1, (written.size() + 1) / 3)) {
        return "; did you mean \"" + *near + "\"?";
    }
    std::string list;
    for (const auto& name : known) list += (list.empty() ? "; valid here: " : ", ") + name;
    return list;
}

std::optional<std::string> Value::text() const {
    if (node.IsScalar()) return node.Scalar();
    fault("must be a string");
    return std::nullopt;
}

std::vector<Value> Value::list() const {
    std::vector<Value> items;
    if (!node.IsSequence()) {
        fault("must be a list");
        return items;
    }
    for (std::size_t i = 0; i < node.size(); ++i) {
        items.push_back({node[i], path + "[" + std::to_string(i) + "]", faults});
    }
    return items;
}

Section::Section(const Value& whole) : path_{whole.path}, faults_{whole.faults} {
    if (!whole.node.IsMap()) {
        whole.fault("must be a map of keys and values");
        broken_ = true;
        return;
    }
    for (const auto& pair : whole.node) {
        if (!pair.first.IsScalar()) {
            whole.fault("has a key that is not a string");
        } else if (!members_.emplace(pair.first.Scalar(), pair.second).second) {
            fault(pair.first.Scalar(), "is given twice");
        }
    }
}

void Section::fault(const std::string& name, std::string why) const {
    faults_->push_back({join(path_, name), std::move(why)});
}

std::optional<Value> Section::optional(const std::string& name) {
    known_.push_back(name);
    const auto member = members_.find(name);
    if (member == members_.end() || member->second.IsNull()) return std::nullopt;
    return Value{member->second, join(path_, name), faults_};
}

std::optional<Value> Section::required(const std::string& name) {
    auto value = optional(name);
    if (!value && !broken_) fault(name, "is missing");
    return value;
}

std::string Section::text(const std::string& name) {
    const auto value = required(name);
    auto text = value ? value->text() : std::nullopt;
    if (text && text->empty()) value->fault("is empty");
    return text.value_or("");
}

int Section::number(const std::string& name, int otherwise, int least, int most) {
    const auto value = optional(name);
    const auto text = value ? value->text() : std::nullopt;
    if (!text) return otherwise;
    const auto number = parse_number<int>(*text);
    if (number && *number >= least && *number <= most) return *number;
    value->fault("must be a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most));
    return otherwise;
}

Milliseconds Section::span(const std::string& name, Milliseconds otherwise) {
    const auto value = optional(name);
    const auto text = value ? value->text() : std::nullopt;
    if (!text) return otherwise;
    const auto span = parse_span(*text);
    if (span && *span > Milliseconds{0}) return *span;
    value->fault("must be a duration such as 30s, 5m or 7d");
    return otherwise;
}

void Section::refuse_others() const {
    for (const auto& [name, _] : members_) {
        if (std::ranges::find(known_, name) == known_.end()) {
            fault(name, "is unknown" + hint(name, known_));
        }
    }
}

std::vector<std::pair<std::string, Value>> Section::members() const {
    std::vector<std::pair<std::string, Value>> members;
    for (const auto& [name, node] : members_) {
        members.emplace_back(name, Value{node, join(path_, name), faults_});
    }
    return members;
}

}  // namespace ringbridge::receptionist
