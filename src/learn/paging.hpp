// How the list of calls goes on to its next page, and which of its parameters are a window of time:
// by comparing the requests of one route.
#pragma once

#include "learn/call_list.hpp"
#include "learn/fields.hpp"
#include "learn/finding.hpp"
#include "learn/request_text.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace ringbridge::learn {

using PieceId = std::pair<Piece::In, std::string>;

struct Paging {
    std::size_t request = 0;        ///< the first page's
    std::map<PieceId, Fate> fates;  ///< of pieces that are pages, windows or of no use
    Named paginator;                ///< the lines of `paginator`, as YAML
    Named headers, more_query;      ///< more of the request
    bool has_window = false;
    bool todo = false;

    std::optional<Fate> fate_of(const Piece& piece) const;
};

Paging learn_paging(const Recording& recording, const CallList& list, const Mapping& mapping,
                    Notes& notes);

/// A request that has no place for the page cannot be paged: then there is one page, and a person
/// has to look.
void check_places(const RequestText& request, Paging& paging, Notes& notes);

/// Parameters that bound the time of calls: adds their fates.
void learn_window(const Exchange& exchange, Paging& paging, Notes& notes);

}  // namespace ringbridge::learn
