// The records of a list as columns: each field with its name and its values.
#pragma once

#include "learn/leaves.hpp"
#include "learn/names.hpp"

#include <functional>
#include <string>
#include <vector>

namespace ringbridge::learn {

struct Column {
    std::string path;  ///< `$.messages[*].role`
    Name name;
    std::vector<Leaf> values;  ///< that are not blank, in the records' order; lists give several
    std::vector<std::size_t> rows;  ///< of each value, its record
    std::size_t blank = 0;          ///< records where it is there and blank
    bool in_list = false;           ///< has [*] in its path
    bool in_detail = false;         ///< only where a call was opened, not in the list
    bool longer_in_detail = false;  ///< the list has only the beginning of it

    using Test = std::function<bool(const Leaf&)>;
    /// Of a sample of the values, the part that passes; 0 if there are none.
    double part(const Test& test) const;
    bool all(const Test& test) const { return part(test) > 0.99; }
    std::size_t distinct() const;
    /// How much the values differ: 1 where each is another.
    double variety() const;
    /// Enough values to judge what they are by themselves, whatever their name.
    /// Of opened calls there are never many.
    bool has_evidence() const { return values.size() >= 4 || (in_detail && !values.empty()); }
    /// One and the same in each of many records.
    bool repeats() const { return values.size() >= 4 && distinct() == 1; }
};

struct Table {
    std::vector<Leaves> records;
    std::vector<std::size_t> page_of;  ///< of each record, the page that it came in
    std::vector<Column> columns;       ///< by path
    const Column* column(const std::string& path) const;
    /// Of a record, the value at a column's path; null if there is none.
    static const Leaf* value(const Column& column, std::size_t row);
    std::size_t size() const { return records.size(); }
    /// Of some rows.
    Table only(const std::function<bool(std::size_t)>& wanted) const;
    /// Columns of what was seen when the call in this row was opened.
    void add_detail(std::size_t row, const Leaves& detail);
};

/// `pages`: the records of each answer. Records that come again are left out.
Table make_table(const std::vector<std::vector<Leaves>>& pages);

}  // namespace ringbridge::learn
