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

const Column* Table::column(const std::string& path) const {
    const auto found = std::ranges::find(columns, path, &Column::path);
    return found == columns.end() ? nullptr : &*found;
}

const Leaf* Table::value(const Column& column, std::size_t row) {
    const auto found = std::ranges::lower_bound(column.rows, row);
    if (found == column.rows.end() || *found != row) return nullptr;
    return &column.values[static_cast<std::size_t>(found - column.rows.begin())];
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
                auto& column = columns[path];
                if (leaf.is_blank()) {
                    ++column.blank;
                } else {
                    column.values.push_back(leaf);
                    column.rows.push_back(row);
                }
            }
        }
    }
    for (auto& [path, column] : columns) {
        column.path = path;
        column.name = Name{path};
        column.in_list = path.contains("[*]");
        table.columns.push_back(std::move(column));
    }
    return table;
}

}  // namespace ringbridge::learn
