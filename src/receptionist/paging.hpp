// How a listing goes from page to page: what each request asks for, and which page is the last.
#pragma once

#include "ports/http.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/progress.hpp"

#include <optional>
#include <string>

namespace ringbridge::receptionist {

/// The request for the page at `progress`, and what its placeholders mean.
RequestTemplate request_of(const Progress& progress, RequestTemplate requester,
                           const Paging& paging);
Values page_values(const Progress& progress, const Paging& paging);
Values values_of(const TimeRange& window, const Progress& progress, const CallStream& stream);

/// Whether the site can be asked for smaller pages, and for a time range.
bool takes_page_size(const RequestTemplate& request);
bool takes_window(const RequestTemplate& request);

/// The address of the next page, or the one in the Link header (RFC 8288); empty if there is none.
/// Nothing if it leads to another site, which must not get the token.
std::optional<std::string> next_link(const std::string& address, const Headers& headers,
                                     const std::string& base_url);

/// Whether no page comes after one of `count` records, by which `progress` has been advanced.
bool is_last(const PageSigns& page, std::size_t count, const Progress& progress,
             const Paging& paging);
bool is_last(const ListedPage& page, const Progress& progress, const CallStream& stream,
             const TimeRange& window);

}  // namespace ringbridge::receptionist
