// Ids, each of its own type: all are text, so a contact's id where an activity's is meant would be
// noticed only by HubSpot, or by nobody. Text becomes an id, and an id text, where it comes in or
// goes out: JSON, SQL, paths, logs, the command line.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace ringbridge {

/// `Tag`: what it is the id of; never defined.
template <class Tag>
struct Id {
    Id() = default;
    explicit Id(std::string value) : text{std::move(value)} {}
    explicit Id(std::string_view value) : text{value} {}
    /// Not explicit: a literal is seen where it stands, and there for one type only.
    template <std::size_t Size>
    Id(const char (&literal)[Size]) : text{literal} {}

    bool empty() const { return text.empty(); }
    auto operator<=>(const Id&) const = default;

    std::string text;
};

/// The receptionist's platform's own, unique within a bridge.
using CallId = Id<struct CallTag>;
/// HubSpot's, of a contact. A merged contact has another one, and the old ones lead to it.
using ContactId = Id<struct ContactTag>;
/// HubSpot's, of a call activity: of a record of the calls object, or of a v1 engagement.
using ActivityId = Id<struct ActivityTag>;

}  // namespace ringbridge
