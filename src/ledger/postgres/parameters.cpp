#include "ledger/postgres/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <libpq-fe.h>

namespace ringbridge::ledger::postgres {
namespace {

template <class Number>
Number number_in(std::string_view text) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::string array_of(const std::vector<std::string>& elements) {
    std::size_t size = 2;
    for (const auto& element : elements) size += element.size() + element.size() / 8 + 3;
    std::string array = "{";
    array.reserve(size);
    for (const auto& element : elements) {
        if (array.size() > 1) array += ',';
        array += '"';
        for (std::size_t at = 0; at < element.size();) {
            const auto end = std::min(element.find_first_of("\"\\", at), element.size());
            array.append(element, at, end - at);
            if (end < element.size()) (array += '\\') += element[end];
            at = end + 1;
        }
        array += '"';
    }
    return array + '}';
}

int Rows::count() const { return PQntuples(result_.get()); }

int Rows::changed() const { return number_in<int>(PQcmdTuples(result_.get())); }

std::string_view Rows::value(int row, int at) const {
    return {PQgetvalue(result_.get(), row, at),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, at))};
}

void Rows::set(int& variable, std::string_view value) { variable = number_in<int>(value); }

void Rows::set(long long& variable, std::string_view value) {
    variable = number_in<long long>(value);
}

}  // namespace ringbridge::ledger::postgres
