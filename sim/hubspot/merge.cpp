// Merging two contacts into one, for good (HubSpot knowledge base, "Merge records"; developer
// changelog, "Updated merge functionality for contacts and companies").
#include "sim/hubspot/merge.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

namespace ringbridge::sim {
namespace {

// A profile with this many identities cannot be merged again (error handling guide).
constexpr std::size_t most_identities = 250;

std::vector<std::string> parts_of(const std::string& list) {
    std::vector<std::string> parts;
    std::istringstream in{list};
    for (std::string part; std::getline(in, part, ';');) {
        if (!part.empty()) parts.push_back(part);
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ";") + part;
    return text;
}

// The ids merged into the two before, and the two themselves, except the one that remains.
std::vector<std::string> merged_ids(const Record& primary, const Record& loser, RecordId remains) {
    auto ids = parts_of(primary.property("hs_merged_object_ids"));
    for (auto& id : parts_of(loser.property("hs_merged_object_ids"))) ids.push_back(id);
    for (const auto id : {primary.id, loser.id}) {
        if (id != remains) ids.push_back(std::to_string(id));
    }
    return ids;
}

// The primary's e-mail stays; every other one becomes additional.
std::string additional_emails(const Record& primary, const Record& loser) {
    auto emails = parts_of(primary.property("hs_additional_emails"));
    if (const auto email = loser.property("email");
        !email.empty() && !primary.property("email").empty()) {
        emails.push_back(email);
    }
    for (auto& email : parts_of(loser.property("hs_additional_emails"))) emails.push_back(email);
    return joined(emails);
}

// The primary's values win, the other's fill what is blank.
Properties combined(const Record& primary, const Record& loser, RecordId remains) {
    auto properties = primary.properties;
    properties.insert(loser.properties.begin(), loser.properties.end());
    const auto merged = merged_ids(primary, loser, remains);
    properties["hs_merged_object_ids"] = joined(merged);
    properties["hs_all_contact_vids"] = joined(merged) + ";" + std::to_string(remains);
    if (const auto emails = additional_emails(primary, loser); !emails.empty()) {
        properties["hs_additional_emails"] = emails;
    }
    return properties;
}

// Unconfirmed: the error for an id that is gone or was merged away before. The text is from the
// older interface; a client should look both ids up again on any refusal.
Refusal not_mergeable(const char* which) {
    return validation_error(std::string{which} +
                            " to merge is not a valid contact or is already in the process of "
                            "being merged");
}

// The text is made up: see PortalOptions::merge_cooldown.
Refusal still_merging(const Record& record) {
    return validation_error("Contact " + std::to_string(record.id) +
                            " has forward references that are still being processed");
}

Record* mergeable(PortalState& state, const std::string& id) {
    const auto number = record_id(id);
    if (!number) return nullptr;
    auto* record = state.records.live(ObjectType::contacts, *number);
    return record && record->id == *number ? record : nullptr;
}

}  // namespace

Record& merge_records(PortalState& state, Record& primary, Record& loser, UtcTime now) {
    auto& records = state.records;
    if (state.options.preserve_primary_id) {
        primary.properties = combined(primary, loser, primary.id);
        records.merge_away(loser, primary, now);
        return primary;
    }
    const auto id = records.next_id(ObjectType::contacts);
    auto properties = combined(primary, loser, id);
    // Create dates are no longer adjusted: the primary's stands.
    auto& survivor =
        records.add(ObjectType::contacts, id, std::move(properties), primary.created, now);
    records.merge_away(primary, survivor, now);
    records.merge_away(loser, survivor, now);
    return survivor;
}

Answer merge_contacts(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    if (*type != ObjectType::contacts) return std::unexpected(not_found_page());
    const auto body = read_object(
        ask.body, "PublicMergeInput",
        {{"primaryObjectId", Shape::text, true}, {"objectIdToMerge", Shape::text, true}});
    if (!body) return std::unexpected(body.error());
    auto* primary = mergeable(state, (*body)["primaryObjectId"].get<std::string>());
    auto* loser = mergeable(state, (*body)["objectIdToMerge"].get<std::string>());
    if (primary == nullptr) return std::unexpected(not_mergeable("canonical vid"));
    if (loser == nullptr || loser == primary) return std::unexpected(not_mergeable("vid"));
    const auto rests_until = primary->took_in_at.value_or(UtcTime{}) + state.options.merge_cooldown;
    if (ask.now < rests_until) return std::unexpected(still_merging(*primary));
    if (merged_ids(*primary, *loser, 0).size() > most_identities) {
        return std::unexpected(
            Refusal{.status = 414,
                    .category = "VALIDATION_ERROR",
                    .message = "Cannot have more than 250 identities on a profile"});
    }
    const auto& survivor = merge_records(state, *primary, *loser, ask.now);
    const auto names = written_names(*type, {{"hs_merged_object_ids", {}}});
    return json_response(200, text_of(record_json(state, survivor, names)));
}

}  // namespace ringbridge::sim
