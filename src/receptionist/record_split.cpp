#include "receptionist/record_split.hpp"

#include <algorithm>
#include <optional>

namespace ringbridge::receptionist {
namespace {

// Walks over JSON without parsing values. Every step reports success or failure.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_{text} {
        if (text.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
        skip_space();
    }

    std::size_t place() const { return at_; }
    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (next() != c) return false;
        ++at_;
        skip_space();
        return true;
    }

    // Skips one whole value and returns its text.
    std::optional<std::string_view> value() {
        const auto begin = at_;
        const bool whole = next() == '"'                    ? string()
                           : next() == '{' || next() == '[' ? nest()
                                                            : bare();
        if (!whole) return std::nullopt;
        const auto text = text_.substr(begin, at_ - begin);
        skip_space();
        return text;
    }

    // Moves to the value of a member of the current object.
    std::expected<void, NotSplit> enter_member(const std::string& name) {
        if (!take('{')) return std::unexpected(NotSplit::no_list);
        while (next() == '"') {
            const auto key = value();
            if (!key || !take(':')) return std::unexpected(NotSplit::no_json);
            if (key->substr(1, key->size() - 2) == name) return {};
            if (!value()) return std::unexpected(NotSplit::no_json);
            if (!take(',')) break;
        }
        return std::unexpected(next() == '}' ? NotSplit::no_list : NotSplit::no_json);
    }

    // Moves to an element of the current list.
    std::expected<void, NotSplit> enter_element(std::size_t index) {
        if (!take('[')) return std::unexpected(NotSplit::no_list);
        for (std::size_t i = 0; next() != ']'; ++i) {
            if (i == index) return {};
            if (!value()) return std::unexpected(NotSplit::no_json);
            if (!take(',')) break;
        }
        return std::unexpected(next() == ']' ? NotSplit::no_list : NotSplit::no_json);
    }

  private:
    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    bool string() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return true;
            }
        }
        at_ = text_.size();
        return false;
    }

    bool nest() {
        std::size_t depth = 0;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                if (!string()) return false;
                continue;
            }
            ++at_;
            if (c == '{' || c == '[') ++depth;
            if ((c == '}' || c == ']') && --depth == 0) return true;
        }
        return false;
    }

    bool bare() {
        const auto begin = at_;
        at_ = std::min(text_.find_first_of(",:]}\" \t\r\n", at_), text_.size());
        return at_ > begin;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::expected<void, NotSplit> enter(Scanner& scanner, const JsonPath& list) {
    for (const auto& step : list.steps) {
        if (std::holds_alternative<JsonPath::EachElement>(step)) break;
        const auto* name = std::get_if<std::string>(&step);
        auto entered = name != nullptr ? scanner.enter_member(*name)
                                       : scanner.enter_element(std::get<std::size_t>(step));
        if (!entered) return entered;
    }
    return {};
}

// An object of objects, whose names are the records' keys, is a list too; any other object is not.
bool begins_records_by_key(Scanner scanner) {
    if (!scanner.take('{')) return false;
    if (scanner.next() == '}') return true;
    return scanner.next() == '"' && scanner.value() && scanner.take(':') && scanner.next() == '{';
}

// `{"_key":"a17","at":…}` of `"a17": {"at":…}`
std::string with_key(std::string_view key, std::string_view record) {
    const auto first = record.find_first_not_of(" \t\r\n", 1);
    const bool empty = first == std::string_view::npos || record[first] == '}';
    return "{\"_key\":" + std::string{key} + (empty ? "" : ",") + std::string{record.substr(1)};
}

std::expected<void, NotSplit> split_by_key(Scanner& scanner, SplitPage& split) {
    scanner.take('{');
    while (scanner.next() == '"') {
        const auto key = scanner.value();
        if (!key || !scanner.take(':')) return std::unexpected(NotSplit::no_json);
        const auto record = scanner.value();
        if (!record) return std::unexpected(NotSplit::no_json);
        if (!record->starts_with('{')) return std::unexpected(NotSplit::no_list);
        split.records.emplace_back(split.made.emplace_back(with_key(*key, *record)));
        if (!scanner.take(',')) break;
    }
    if (!scanner.take('}')) return std::unexpected(NotSplit::no_json);
    return {};
}

}  // namespace

std::expected<void, NotSplit> find_list(std::string_view page, const JsonPath& list) {
    Scanner scanner{page};
    if (auto entered = enter(scanner, list); !entered) return entered;
    if (scanner.next() == '[' || begins_records_by_key(scanner)) return {};
    if (scanner.value() == "null") return {};
    return std::unexpected(NotSplit::no_list);
}

std::expected<SplitPage, NotSplit> split_records(std::string_view page, const JsonPath& list) {
    Scanner scanner{page};
    if (auto entered = enter(scanner, list); !entered) return std::unexpected(entered.error());
    SplitPage split{
        .envelope = std::string{page.substr(0, scanner.place())} + "[]", .records = {}, .made = {}};
    if (scanner.next() == '[') {
        scanner.take('[');
        while (scanner.next() != ']') {
            const auto record = scanner.value();
            if (!record) return std::unexpected(NotSplit::no_json);
            split.records.push_back(*record);
            if (!scanner.take(',')) break;
            if (scanner.next() == ']') return std::unexpected(NotSplit::no_json);
        }
        if (!scanner.take(']')) return std::unexpected(NotSplit::no_json);
    } else if (begins_records_by_key(scanner)) {
        if (auto done = split_by_key(scanner, split); !done) return std::unexpected(done.error());
    } else if (const auto other = scanner.value(); !other || *other != "null") {
        return std::unexpected(other ? NotSplit::no_list : NotSplit::no_json);
    }
    split.envelope += page.substr(scanner.place());
    return split;
}

}  // namespace ringbridge::receptionist
