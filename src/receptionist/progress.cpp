#include "receptionist/progress.hpp"

#include "core/url.hpp"

#include <algorithm>
#include <charconv>

namespace ringbridge::receptionist {
namespace {

std::string_view take_part(std::string_view& text) {
    const auto part = text.substr(0, text.find(':'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

template <class Number>
Number take_number(std::string_view& text) {
    Number number = 0;
    const auto part = take_part(text);
    std::from_chars(part.data(), part.data() + part.size(), number);
    return number;
}

}  // namespace

std::string write_cursor(const Progress& progress) {
    return std::to_string(progress.page_size) + ":" + std::to_string(progress.pages) + ":" +
           std::to_string(progress.records) + ":" + progress.last_page + ":" +
           percent_encode(progress.agent) + ":" + progress.mark + ":" + progress.token;
}

Progress read_cursor(std::string_view cursor) {
    Progress progress;
    progress.page_size = take_number<int>(cursor);
    progress.pages = take_number<std::int64_t>(cursor);
    progress.records = take_number<std::int64_t>(cursor);
    progress.last_page = take_part(cursor);
    progress.agent = percent_decode(take_part(cursor));
    progress.mark = take_part(cursor);
    progress.token = cursor;
    return progress;
}

}  // namespace ringbridge::receptionist
