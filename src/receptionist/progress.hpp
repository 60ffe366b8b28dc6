// How far a window has been read, and its encoding as a cursor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringbridge::receptionist {

struct Progress {
    int page_size = 0;         ///< as requested
    std::int64_t pages = 0;    ///< read so far
    std::int64_t records = 0;  ///< on those, including repeats
    std::string agent{};       ///< whose calls; empty if they are not listed by agent
    std::string last_page{};   ///< a hash of the ids on the last one read
    std::string mark{};        ///< a hash of an earlier token, to notice one that comes again
    std::string token{};       ///< the platform's own cursor
    bool operator==(const Progress&) const = default;
};

/// `PAGE_SIZE:PAGES:RECORDS:LAST_PAGE:AGENT:MARK:TOKEN`
std::string write_cursor(const Progress& progress);
Progress read_cursor(std::string_view cursor);

}  // namespace ringbridge::receptionist
