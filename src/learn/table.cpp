#include "learn/table.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ringbridge::learn {
namespace {

constexpr std::size_t most_records = 240, most_columns = 400, sampled_values = 60;

// `$.a[3].b` as `$.a[*].b`.
std::string without_indices(const std::string& path) {
    std::string general;
    for (std::size_t at = 0; at < path.size(); ++at) {
        general += path[at];
        const bool index =
            path[at] == '[' && at + 1 < path.size() && path[at + 1] >= '0' && path[at + 1] <= '9';
        if (!index) continue;
        general += '*';
        at = path.find(']', at) - 1;
    }
    return general;
}

std::string text_of(const Leaves& record) {
    std::string text;
    for (const auto& leaf : record) text += leaf.path + '\n' + leaf.text + '\n';
    return text;
}

// A name of a member that is an id or a number itself: no field, and not to be repeated.
bool is_personal_name(const std::string& path) {
    std::size_t digits = 0;
    for (const char c : path) {
        digits = c >= '0' && c <= '9' ? digits + 1 : c == '-' || c == ' ' ? digits : 0;
        if (digits >= 5) return true;
    }
    return path.contains('@');
}

Column named_column(const std::string& path) {
    Column column;
    column.path = path;
    column.name = Name{path};
    column.in_list = path.contains("[*]");
    return column;
}

void put(Column& column, const Leaf& leaf, std::size_t row) {
    if (leaf.is_blank()) {
        ++column.blank;
        return;
    }
    column.values.push_back(leaf);
    column.rows.push_back(row);
}

// `The caller wan…` of `The caller wants a visit.`
bool is_beginning(std::string_view listed, std::string_view whole) {
    for (const std::string_view mark : {"…", "..."}) {
        if (listed.ends_with(mark)) listed.remove_suffix(mark.size());
    }
    constexpr std::size_t shortest = 12;
    return listed.size() >= shortest && whole.size() > listed.size() + 3 &&
           whole.starts_with(listed);
}

}  // namespace

double Column::part(const Test& test) const {
    if (values.empty()) return 0;
    const auto step = std::max<std::size_t>(1, values.size() / sampled_values);
    std::size_t passed = 0, asked = 0;
    for (std::size_t i = 0; i < values.size(); i += step) {
        passed += test(values[i]) ? 1 : 0;
        ++asked;
    }
    return static_cast<double>(passed) / static_cast<double>(asked);
}

std::size_t Column::distinct() const {
    std::set<std::string_view> seen;
    for (const auto& value : values) seen.insert(value.text);
    return seen.size();
}

double Column::variety() const {
    return values.empty() ? 0
                          : static_cast<double>(distinct()) / static_cast<double>(values.size());
}

const Column* Table::column(const std::string& path) const {
    const auto found = std::ranges::find(columns, path, &Column::path);
    return found == columns.end() ? nullptr : &*found;
}

const Leaf* Table::value(const Column& column, std::size_t row) {
    const auto found = std::ranges::lower_bound(column.rows, row);
    if (found == column.rows.end() || *found != row) return nullptr;
    return &column.values[static_cast<std::size_t>(found - column.rows.begin())];
}

void Table::add_detail(std::size_t row, const Leaves& detail) {
    for (const auto& leaf : detail) {
        const auto path = without_indices(leaf.path);
        if (is_personal_name(path)) continue;
        const auto known = std::ranges::find(columns, path, &Column::path);
        if (known == columns.end()) {
            if (columns.size() >= most_columns) continue;
            columns.push_back(named_column(path));
            columns.back().in_detail = true;
            put(columns.back(), leaf, row);
        } else if (known->in_detail) {
            put(*known, leaf, row);
        } else if (const auto* listed = known->in_list ? nullptr : value(*known, row)) {
            known->longer_in_detail |= is_beginning(listed->text, leaf.text);
        }
    }
}

Table Table::only(const std::function<bool(std::size_t)>& wanted) const {
    Table some;
    std::map<std::size_t, std::size_t> places;
    for (std::size_t row = 0; row < size(); ++row) {
        if (!wanted(row)) continue;
        places[row] = some.size();
        some.records.push_back(records[row]);
        some.page_of.push_back(page_of[row]);
    }
    for (const auto& column : columns) {
        auto part = named_column(column.path);
        part.in_detail = column.in_detail;
        part.longer_in_detail = column.longer_in_detail;
        part.blank = column.blank;
        for (std::size_t i = 0; i < column.values.size(); ++i) {
            const auto place = places.find(column.rows[i]);
            if (place != places.end()) put(part, column.values[i], place->second);
        }
        some.columns.push_back(std::move(part));
    }
    return some;
}

Table make_table(const std::vector<std::vector<Leaves>>& pages) {
    Table table;
    std::set<std::string> seen;
    std::map<std::string, Column> columns;
    for (std::size_t page = 0; page < pages.size(); ++page) {
        for (const auto& record : pages[page]) {
            if (table.records.size() >= most_records) break;
            if (!seen.insert(text_of(record)).second) continue;
            const auto row = table.records.size();
            table.records.push_back(record);
            table.page_of.push_back(page);
            for (const auto& leaf : record) {
                const auto path = without_indices(leaf.path);
                if (is_personal_name(path)) continue;
                if (columns.size() >= most_columns && !columns.contains(path)) continue;
                put(columns[path], leaf, row);
            }
        }
    }
    for (auto& [path, column] : columns) {
        auto whole = named_column(path);
        whole.values = std::move(column.values);
        whole.rows = std::move(column.rows);
        whole.blank = column.blank;
        table.columns.push_back(std::move(whole));
    }
    return table;
}

}  // namespace ringbridge::learn
