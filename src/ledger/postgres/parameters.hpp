// Values on their way into a statement and out of its rows. Private to this folder.
//
// Everything travels as text. A list is one parameter, an array: so a statement writes any number
// of rows in one round trip (`FROM unnest($2::text[], …)`).
#pragma once

#include "core/id.hpp"
#include "ledger/postgres/text.hpp"

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace ringbridge::ledger::postgres {

inline std::string parameter(std::string_view text) { return stored_text(text); }
inline std::string parameter(const std::string& text) { return stored_text(text); }
inline std::string parameter(const char* text) { return stored_text(text); }
inline std::string parameter(std::integral auto number) { return std::to_string(number); }
inline std::string parameter(bool flag) { return flag ? "t" : "f"; }
template <class Tag>
std::string parameter(const Id<Tag>& id) {
    return stored_text(id.text);
}

/// `{"a","b"}`, the text form of an array (postgresql.org/docs/15/arrays.html#ARRAYS-IO).
std::string array_of(const std::vector<std::string>& elements);

template <class T>
std::string parameter(const std::vector<T>& list) {
    std::vector<std::string> elements;
    elements.reserve(list.size());
    for (const T& one : list) elements.push_back(parameter(one));
    return array_of(elements);
}

/// One value of each element: a column of what is to be written.
template <class Container, class Value>
auto column(const Container& rows, Value value) {
    std::vector<std::decay_t<decltype(value(*rows.begin()))>> values;
    values.reserve(rows.size());
    for (const auto& row : rows) values.push_back(value(row));
    return values;
}

/// What a statement returned.
class Rows {
  public:
    Rows() = default;
    explicit Rows(std::shared_ptr<pg_result> result) : result_{std::move(result)} {}

    int count() const;
    /// How many rows the statement changed.
    int changed() const;

    std::string text(int row, int at) const { return original_text(value(row, at)); }

    /// Sets the variables to the columns of each row in turn, and calls `take_row`. NULL: empty.
    template <class TakeRow, class... Variables>
    void each(TakeRow take_row, Variables&... variables) const {
        for (int row = 0; row < count(); ++row) {
            read(row, variables...);
            take_row();
        }
    }
    /// The first row; false if there is none.
    template <class... Variables>
    bool first(Variables&... variables) const {
        if (count() == 0) return false;
        read(0, variables...);
        return true;
    }

  private:
    template <class... Variables>
    void read(int row, Variables&... variables) const {
        int at = 0;
        (set(variables, value(row, at++)), ...);
    }
    std::string_view value(int row, int at) const;

    static void set(std::string& variable, std::string_view value) {
        variable = original_text(value);
    }
    static void set(bool& variable, std::string_view value) { variable = value == "t"; }
    static void set(int& variable, std::string_view value);
    static void set(long long& variable, std::string_view value);
    template <class Tag>
    static void set(Id<Tag>& variable, std::string_view value) {
        set(variable.text, value);
    }

    std::shared_ptr<pg_result> result_;
};

}  // namespace ringbridge::ledger::postgres
