#include "sim/hubspot/engagement_form.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/values.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

struct Word {
    const char* v1;
    const char* property;
    bool integer = false;
};
// Unconfirmed: `title`, which HubSpot documents for meetings only, is kept for calls too.
constexpr Word words[] = {
    {"toNumber", "hs_call_to_number"},
    {"fromNumber", "hs_call_from_number"},
    {"status", "hs_call_status"},
    {"externalId", "hs_call_external_id"},
    {"durationMilliseconds", "hs_call_duration", true},
    {"externalAccountId", "hs_call_external_account_id"},
    {"recordingUrl", "hs_call_recording_url"},
    {"body", "hs_call_body"},
    {"disposition", "hs_call_disposition"},
    {"title", "hs_call_title"},
};

// Not a property of the calls object, so only v1 shows it.
constexpr auto uid_property = "uid";

Check check_metadata(const Json& metadata) {
    return check_object(metadata, "CallMetadata",
                        {{"toNumber"},
                         {"fromNumber"},
                         {"status"},
                         {"externalId"},
                         {"durationMilliseconds", Shape::integer},
                         {"externalAccountId"},
                         {"recordingUrl"},
                         {"body"},
                         {"disposition"},
                         {"title"}});
}

Check check_engagement(const Json& engagement, bool creating) {
    if (auto refusal = check_object(engagement, "Engagement",
                                    {{"active", Shape::boolean},
                                     {"ownerId", Shape::integer},
                                     {"type", Shape::text, creating},
                                     {"timestamp", Shape::integer},
                                     {"uid", Shape::text}})) {
        return refusal;
    }
    const auto type = engagement.value("type", "CALL");
    for (const auto* other :
         {"EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL", "MEETING", "NOTE", "TASK"}) {
        if (type == other) return validation_error("The simulated portal keeps calls only");
    }
    if (type == "CALL") return std::nullopt;
    return validation_error("Invalid enum constant '" + type + "' for class EngagementType");
}

// The portal knows no companies, deals, tickets or owners, so their lists must be empty.
std::expected<std::vector<std::string>, Refusal> read_contact_ids(const Json& associations) {
    if (auto refusal = check_object(associations, "EngagementAssociations",
                                    {{"contactIds", Shape::array},
                                     {"companyIds", Shape::array},
                                     {"dealIds", Shape::array},
                                     {"ownerIds", Shape::array},
                                     {"ticketIds", Shape::array}})) {
        return std::unexpected(*refusal);
    }
    std::vector<std::string> ids;
    for (const auto& [name, list] : associations.items()) {
        for (const auto& id : list) {
            if (id.is_null()) continue;
            if (!id.is_number_integer() || name != "contactIds") {
                return std::unexpected(
                    validation_error("Invalid " + name + " in associations: " + text_of(id)));
            }
            ids.push_back(text_of(id));
        }
    }
    return ids;
}

void add_engagement(const Json& engagement, Properties& properties) {
    if (engagement.contains("timestamp")) {
        properties["hs_timestamp"] = text_of(engagement["timestamp"]);
    }
    if (engagement.contains("ownerId")) {
        properties["hubspot_owner_id"] = text_of(engagement["ownerId"]);
    }
    if (engagement.contains("uid")) {
        properties[uid_property] = engagement["uid"].get<std::string>();
    }
}

void add_metadata(const Json& metadata, Properties& properties) {
    for (const auto& word : words) {
        if (metadata.contains(word.v1)) {
            properties[word.property] = scalar_text(metadata[word.v1]);
        }
    }
}

Json metadata_json(const Record& call) {
    auto metadata = Json::object();
    for (const auto& word : words) {
        const auto value = call.property(word.property);
        if (value.empty()) continue;
        const auto number = word.integer ? Json::parse(value, nullptr, false) : Json{};
        metadata[word.v1] = number.is_number() ? number : Json(value);
    }
    return metadata;
}

std::int64_t ms(UtcTime time) { return to_unix_ms(time); }

Json head_json(const PortalState& state, const Record& call) {
    Json head{{"id", call.id},
              {"portalId", state.options.portal_id},
              {"active", true},
              {"type", "CALL"},
              {"createdAt", ms(call.created)},
              {"lastUpdated", ms(call.updated)},
              {"timestamp", ms(moment_of(call.property("hs_timestamp")).value_or(call.created))}};
    if (const auto owner = record_id(call.property("hubspot_owner_id"))) head["ownerId"] = *owner;
    if (const auto uid = call.property(uid_property); !uid.empty()) head["uid"] = uid;
    return head;
}

Check check_parts(const Json& body, bool creating) {
    if (auto refusal = check_engagement(body.value("engagement", Json::object()), creating)) {
        return refusal;
    }
    return check_metadata(body.value("metadata", Json::object()));
}

}  // namespace

std::expected<EngagementForm, Refusal> read_engagement(const std::string& body, bool creating) {
    // Unconfirmed: HubSpot may ignore `associations` in an update; it cannot change them.
    auto json = creating
                    ? read_object(body, "EngagementUpdate",
                                  {{"engagement", Shape::object, true},
                                   {"metadata", Shape::object, true},
                                   {"associations", Shape::object},
                                   {"attachments", Shape::array}})
                    : read_object(body, "EngagementUpdate",
                                  {{"engagement", Shape::object}, {"metadata", Shape::object}});
    if (!json) return std::unexpected(json.error());
    if (auto refusal = check_parts(*json, creating)) return std::unexpected(*refusal);
    auto contact_ids = read_contact_ids(json->value("associations", Json::object()));
    if (!contact_ids) return std::unexpected(contact_ids.error());
    EngagementForm form{.properties = {}, .contact_ids = *std::move(contact_ids)};
    add_engagement(json->value("engagement", Json::object()), form.properties);
    add_metadata(json->value("metadata", Json::object()), form.properties);
    return form;
}

Properties cleared_metadata() {
    Properties cleared;
    for (const auto& word : words) cleared[word.property] = "";
    return cleared;
}

Json engagement_json(const PortalState& state, const Record& call) {
    Json associations{{"contactIds", state.records.linked(call, ObjectType::contacts)}};
    for (const auto* none :
         {"companyIds", "dealIds", "ownerIds", "workflowIds", "ticketIds", "contentIds"}) {
        associations[none] = Json::array();
    }
    return {{"engagement", head_json(state, call)},
            {"associations", associations},
            {"attachments", Json::array()},
            {"metadata", metadata_json(call)}};
}

Refusal v1_form(Refusal refusal) {
    refusal.category.clear();
    refusal.details.clear();
    refusal.context.clear();
    return refusal;
}

}  // namespace ringbridge::sim
