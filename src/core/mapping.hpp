// What should end up in HubSpot for a call: pure functions of the call and the operator's mapping.
//
// The activity carries the marker line `GoodCall ID: c_1` at the end of its body. It is what makes
// "exactly once" possible on an API without idempotency keys: when it is unknown whether a call was
// written, the contact's activities are searched for the marker.
#pragma once

#include "core/call.hpp"
#include "core/duplicates.hpp"
#include "core/form_property.hpp"
#include "core/number_lists.hpp"
#include "core/phone.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringbridge {

using Properties = std::map<std::string, std::string>;

/// Where a recording's address goes: to the activity's player and into its body, into its body
/// alone, or nowhere.
enum class Recording { player, link, off };

/// Who owns what is written for a contact: nobody, the contact's own owner, or always the same one.
struct NoOwner {
    bool operator==(const NoOwner&) const = default;
};
struct ContactOwner {
    bool operator==(const ContactOwner&) const = default;
};
struct OwnerId {
    std::string id;
    bool operator==(const OwnerId&) const = default;
};
using OwnerRule = std::variant<NoOwner, ContactOwner, OwnerId>;

/// The platform's and the operator's settings that affect what is written to HubSpot.
struct Mapping {
    std::string label;   ///< `GoodCall`: in titles and the marker line
    std::string prefix;  ///< `goodcall`: of the contact properties
    std::string region;  ///< for numbers without a country code
    std::vector<FormProperty> form_properties;
    bool transcript = true;  ///< in the activity's body
    Recording recording = Recording::player;
    OwnerRule owner = {};
    bool follow_up_missed = false;  ///< a task for each missed call
    NumberLists numbers = {};       ///< whose calls are synced
    std::set<CallKind> kinds = {CallKind::inbound, CallKind::outbound};  ///< which are
    HoldRules hold = {};                          ///< which duplicates are left to a person
    std::set<std::string> phone_properties = {};  ///< for dedup, besides HubSpot's two
};

/// Empty if there is none.
std::string value_of(const Properties& properties, const std::string& name);

/// On contacts, calls and tasks.
inline constexpr const char* owner_property = "hubspot_owner_id";

/// HubSpot does not truncate: a longer string property is refused (developers.hubspot.com,
/// properties guide: 65,536 characters). Counted in bytes, which are never fewer.
constexpr std::size_t body_bytes_max = 65'536;

/// A Call activity in HubSpot's terms, independent of any API's format.
struct Activity {
    CallId call_id;
    UtcTime at;
    std::optional<Milliseconds> duration;
    std::string title;  ///< plain text
    std::string body;   ///< HTML, at most body_bytes_max, ending in the marker line
    std::string from;
    std::string to;
    std::string recording_url;  ///< https or empty: HubSpot refuses others
    std::string owner_id = {};  ///< empty: none, or left unchanged
    bool missed = false;        ///< nobody spoke with the caller
    bool outbound = false;
    bool ongoing = false;  ///< it had not ended when it was last listed
    bool operator==(const Activity&) const = default;
};

/// Has no owner: see choose_owner. `body_bytes`: the room that other text in the body leaves.
Activity build_activity(const Call& call, const Mapping& mapping,
                        std::size_t body_bytes = body_bytes_max);

/// `action` may be empty.
std::string activity_title(const std::string& caller, std::string_view action,
                           const Mapping& mapping);

/// The owner of what is written for a contact with these properties; empty for none.
std::string choose_owner(const Properties& contact, const Mapping& mapping);

/// A task to call somebody back, in HubSpot's terms.
struct FollowUp {
    CallId call_id;
    UtcTime due;
    std::string subject;  ///< plain text
    std::string body;     ///< HTML, ending in the marker line
    std::string owner_id = {};
    bool operator==(const FollowUp&) const = default;
};

/// Due at the time of the call, that is at once. Has no owner: see choose_owner.
FollowUp build_follow_up(const Call& call, const Mapping& mapping);

/// The properties of a new contact: the number, and the caller's name or a placeholder that a name
/// learned later replaces.
Properties build_contact(const Call& call, const PhoneNumber& number);

/// It has no name, or that placeholder.
bool is_nameless(const Properties& contact);

/// The call count stored on the contact.
int call_count(const Properties& contact, const Mapping& mapping);

/// After a merge HubSpot has `keep`'s values, and `loser`'s where `keep` had none. The changes that
/// correct our properties: the newer call's values, the sum of the counts, and the numbers of
/// `loser` that would be lost, as far as there is room for them.
Properties build_survivor(const Properties& keep, const Properties& loser, const Mapping& mapping);

/// Which of those changes `current` still lacks: a newer call may have been stamped since.
Properties changes_left(Properties changes, const Properties& current, const Mapping& mapping);

/// What the ledger knows about a contact's calls.
struct CallHistory {
    Call newest;
    int count = 0;
    std::vector<Call> stamped_now = {};  ///< oldest first: those whose answers are appended
    UtcTime now = UtcTime::max();        ///< a stamp far after it is ignored
    PhoneNumber lost_number = {};        ///< lost in a merge; kept if there is room
};

/// The changes that bring a contact's properties up to date; empty if there are none. A stamp only
/// moves forward (but see build_correction). Names, and by default properties outside our prefix,
/// are filled only if blank.
Properties build_stamp(const CallHistory& history, const Properties& current,
                       const Mapping& mapping);

/// The same for a contact that had the call `moved` until its number was corrected: the one case in
/// which a stamp moves back. What described `moved` then describes `left.newest`, or is blank if
/// `left.count` is 0. Only properties under our prefix: values in others may be a person's.
Properties build_correction(const Call& moved, const CallHistory& left, const Properties& current,
                            const Mapping& mapping);

/// The contact properties that build_stamp and choose_owner read.
std::vector<std::string> stamp_properties(const Mapping& mapping);

/// Whether answers are appended to a property: its current value must then be known for certain.
bool appends_answers(const Mapping& mapping);

/// A property that ringbridge keeps on contacts.
struct PropertyDefinition {
    std::string name;
    std::string label;
    std::string type;        ///< HubSpot's: string, number, datetime
    std::string field_type;  ///< HubSpot's: text, textarea, number, date
    std::string description;
};

/// The group's properties: the fixed ones and those of mapped form questions under our prefix.
std::vector<PropertyDefinition> property_definitions(const Mapping& mapping);

}  // namespace ringbridge
