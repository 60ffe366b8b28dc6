// A call as the ledger keeps it, and the stage that it has reached.
//
// A call's row is advanced before and after each effect that cannot be repeated blindly:
//
//   seen -> matched -> writing -> written -> done        aside: parked, dismissed
//
// so that a process killed anywhere finds, on restart, what it was doing. `writing` is the only
// uncertain stage: the activity may or may not be in HubSpot, and HubSpot is checked before writing
// again. A row whose `not_before` is in the future is waiting, with its `reason`; it keeps its
// stage.
#pragma once

#include "core/call.hpp"
#include "core/phone.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::ledger {

enum class Stage { seen, matched, writing, written, done, parked, dismissed };

std::string_view to_string(Stage stage);

struct Entry {
    Call call;  ///< only `id` if the record is unreadable
    bool unreadable = false;
    /// The platform's record if it is unreadable, or if the call lacks what it may hold; else empty
    std::string raw;
    Stage stage = Stage::seen;
    std::string reason;       ///< why it is parked, dismissed or waiting; empty if all is well
    std::string given_phone;  ///< entered by hand, overrides the record's in `call`; usually empty
    PhoneNumber phone;        ///< empty before it is matched
    ContactId contact_id;     ///< found by `phone`, even if the call's number has changed since
    ActivityId activity_id;
    /// The contact that the activity was on before its call's number was corrected. It is on
    /// `contact_id`, on this one or on both; empty once it has moved.
    ContactId leaving;
    bool found = false;  ///< the activity was in HubSpot before this ledger wrote one
    int attempts = 0;    ///< failed writes since the last success
    UtcTime seen_at;     ///< when its content first came; until then, when its record did
    UtcTime placed_at;   ///< its position among other calls: see place_of
    std::optional<UtcTime> synced_at;
    std::optional<UtcTime> not_before;  ///< next try
    std::optional<UtcTime> tried_at;    ///< start of the last activity write; none once done

    /// Only its id is known: the rest is to be asked of the platform.
    bool waits_for_detail() const { return stage == Stage::seen && unreadable; }
};

}  // namespace ringbridge::ledger
