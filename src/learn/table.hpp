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

    using Test = std::function<bool(const Leaf&)>;
    /// Of a sample of the values, the part that passes; 0 if there are none.
    double part(const Test& test) const;
    bool all(const Test& test) const { return part(test) > 0.99; }
    std::size_t distinct() const;
};

struct Table {
    std::vector<Leaves> records;
    std::vector<std::size_t> page_of;  ///< of each record, the page that it came in
    std::vector<Column> columns;       ///< by path
    const Column* column(const std::string& path) const;
    /// Of a record, the value at a column's path; null if there is none.
    static const Leaf* value(const Column& column, std::size_t row);
    std::size_t size() const { return records.size(); }
};

/// `pages`: the records of each answer. Records that come again are left out.
Table make_table(const std::vector<std::vector<Leaves>>& pages);

}  // namespace ringbridge::learn
