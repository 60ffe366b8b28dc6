// What should end up in HubSpot for a call: pure functions of the call and the operator's mapping.
//
// The activity carries the marker line `GoodCall ID: c_1` at the end of its body. It is what makes
// "exactly once" possible on an API without idempotency keys: whoever is unsure whether a call was
// written reads the contact's activities and looks for the marker.
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
#include <vector>

namespace ringbridge {

using Properties = std::map<std::string, std::string>;

/// Where a recording's address goes: to the activity's player and into its body, into its body
/// alone, or nowhere.
enum class Recording { player, link, off };

/// What of the platform and the operator's settings shows in HubSpot.
struct Mapping {
    std::string label;   ///< `GoodCall`: in titles and the marker line
    std::string prefix;  ///< `goodcall`: of the contact properties
    std::string region;  ///< for numbers without a country code
    std::vector<FormProperty> form_properties;
    bool transcript = true;  ///< in the activity's body
    Recording recording = Recording::player;
    std::string owner = "none";     ///< of what is written: `none`, `contact` for its, or an id
    bool follow_up_missed = false;  ///< a task for each missed call
    NumberLists numbers = {};       ///< whose calls show at all
    HoldRules hold = {};            ///< which duplicates are left to a person
    std::set<std::string> phone_properties = {};  ///< of duplicates, beside phone and mobilephone
};

/// Empty where there is none.
std::string value_of(const Properties& properties, const std::string& name);

/// Of contacts, calls and tasks alike.
inline constexpr const char* owner_property = "hubspot_owner_id";

/// HubSpot cuts nothing off: a longer string property is refused (developers.hubspot.com,
/// properties guide: 65,536 characters). Counted in bytes, which are never fewer.
constexpr std::size_t body_bytes_max = 65'536;

/// One Call activity, in HubSpot's terms but no API's shape.
struct Activity {
    std::string call_id;
    UtcTime at;
    std::optional<Milliseconds> duration;
    std::string title;  ///< plain text
    std::string body;   ///< HTML, at most body_bytes_max, ending in the marker line
    std::string from;
    std::string to;
    std::string recording_url;  ///< https or empty: HubSpot refuses others
    std::string owner_id = {};  ///< empty: nobody, or whoever it is
    bool missed = false;        ///< nobody was spoken to
    bool ongoing = false;       ///< it had not ended when it was last listed
    bool operator==(const Activity&) const = default;
};

/// Without an owner: see choose_owner. `body_bytes`: for what is beside it in the body.
Activity build_activity(const Call& call, const Mapping& mapping,
                        std::size_t body_bytes = body_bytes_max);

/// `action` may be empty.
std::string activity_title(const std::string& caller, std::string_view action,
                           const Mapping& mapping);

/// Who is to own what is written for a contact with these properties; empty for nobody.
std::string choose_owner(const Properties& contact, const Mapping& mapping);

/// The platform says so, or there is nothing that was said. Not a call that has not ended.
bool is_missed(const Call& call);

/// A task to call somebody back, in HubSpot's terms.
struct FollowUp {
    std::string call_id;
    UtcTime due;
    std::string subject;  ///< plain text
    std::string body;     ///< HTML, ending in the marker line
    std::string owner_id = {};
    bool operator==(const FollowUp&) const = default;
};

/// Due when the call was made: at once. Without an owner: see choose_owner.
FollowUp build_follow_up(const Call& call, const Mapping& mapping);

/// What a new contact is created with: the number, and the caller's name, or a placeholder that a
/// name told later takes the place of.
Properties build_contact(const Call& call, const PhoneNumber& number);

/// It has no name, or that placeholder.
bool is_nameless(const Properties& contact);

/// How many calls the contact says were recorded.
int call_count(const Properties& contact, const Mapping& mapping);

/// Two contacts became one, and HubSpot leaves `keep`'s values, and `loser`'s where `keep` had
/// none. The changes that make of ours what is true: the newer call's, and the sum of the counts;
/// and the numbers of `loser` that would be gone, as far as there is room for them.
Properties build_survivor(const Properties& keep, const Properties& loser, const Mapping& mapping);

/// What of such changes `current` still lacks: a newer call may have been told to it since.
Properties changes_left(Properties changes, const Properties& current, const Mapping& mapping);

/// What the ledger knows of a contact's calls.
struct CallHistory {
    Call newest;
    int count = 0;
    std::vector<Call> stamped_now = {};  ///< oldest first: those whose answers are appended
    UtcTime now = UtcTime::max();        ///< a stamp of long after it holds nothing back
    PhoneNumber lost_number = {};        ///< theirs until a merge; goes where there is room for it
};

/// The changes that bring a contact's properties up to date, given those it has. Moves forward
/// only (but see build_correction), fills names, and foreign properties unless told otherwise, only
/// where they are blank, and is empty where there is nothing to change.
Properties build_stamp(const CallHistory& history, const Properties& current,
                       const Mapping& mapping);

/// The same for a contact that a call was told on until its number was corrected: the one case in
/// which a stamp goes back. What tells of `moved` then tells of `left.newest`, and is blank where
/// `left.count` is 0. Only properties under our prefix: what stands in others may be a person's.
Properties build_correction(const Call& moved, const CallHistory& left, const Properties& current,
                            const Mapping& mapping);

/// The contact properties that build_stamp and choose_owner read.
std::vector<std::string> stamp_properties(const Mapping& mapping);

/// Whether answers are added to what stands in a property: then that must be known for certain.
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
