// One contact, call or task at a time: list, create, get, update, archive (objects guides).
#include "sim/hubspot/objects.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/views.hpp"
#include "sim/hubspot/writes.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

constexpr std::int64_t longest_page = 100;

struct Reading {
    ObjectType type;
    Names names;
    std::set<ObjectType> associations = {};
    bool archived = false;
};

// HubSpot takes `properties=a,b` as well as `properties=a&properties=b`.
std::vector<std::string> listed(const Ask& ask, std::string_view parameter) {
    std::vector<std::string> values;
    for (const auto& [name, value] : ask.target.query) {
        if (name != parameter) continue;
        for (auto& part : split_list(value)) values.push_back(std::move(part));
    }
    return values;
}

Check read_associations(const PortalState& state, const Ask& ask, Reading& reading) {
    for (const auto& name : listed(ask, "associations")) {
        const auto type = object_type(name);
        if (!type) continue;  // HubSpot ignores what it does not know here
        if (*type == ObjectType::calls && !state.options.calls_scope) {
            return missing_scopes("crm.objects.calls.read");
        }
        if (*type != reading.type) reading.associations.insert(*type);
    }
    return std::nullopt;
}

std::expected<Reading, Refusal> read_what(const PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    if (ask.target.parameter("propertiesWithHistory")) return std::unexpected(no_history());
    Reading reading{.type = *type, .names = read_names(*type, listed(ask, "properties"))};
    reading.archived = ask.parameter("archived") == "true";
    if (auto refusal = read_associations(state, ask, reading)) return std::unexpected(*refusal);
    return reading;
}

Json shown(const PortalState& state, const Record& record, const Reading& reading) {
    auto json = record_json(state, record, reading.names);
    auto associations = associations_json(state, record, reading.associations);
    if (!associations.empty()) {
        json["associations"] = std::move(associations);
    }
    return json;
}

// Only the v3 record GET answers with an HTML page.
Refusal missing_record(const Ask& ask) { return ask.dated() ? not_found() : not_found_page(); }

const Record* wanted(PortalState& state, const Reading& reading, const std::string& id) {
    const auto number = record_id(id);
    auto* record = number ? state.records.find(reading.type, *number) : nullptr;
    return record && record->archived_at.has_value() == reading.archived ? record : nullptr;
}

std::string link_to(const Ask& ask, RecordId id) {
    return "https://api.hubapi.com" + ask.target.path + "/" + std::to_string(id);
}

}  // namespace

Refusal unknown_object(const std::string& name) {
    return validation_error("Unable to infer object type from: " + name);
}

Refusal no_history() { return validation_error("The simulated portal keeps no property history"); }

std::expected<ObjectType, Refusal> asked_type(const Ask& ask) {
    const auto type = object_type(ask.at("type"));
    if (!type) return std::unexpected(unknown_object(ask.at("type")));
    return *type;
}

Names read_names(ObjectType type, const std::vector<std::string>& asked) {
    if (asked.empty()) return default_names(type);
    Names names{asked.begin(), asked.end()};
    names.insert("hs_object_id");
    if (type == ObjectType::contacts) {
        names.insert({"createdate", "lastmodifieddate"});
    } else {
        names.insert({"hs_createdate", "hs_lastmodifieddate"});
    }
    return names;
}

Answer list_records(PortalState& state, const Ask& ask) {
    const auto reading = read_what(state, ask);
    if (!reading) return std::unexpected(reading.error());
    const auto limit = record_id(ask.parameter("limit", "10"));
    if (!limit || *limit > longest_page) {
        return std::unexpected(validation_error("limit must be between 1 and 100"));
    }
    const auto after = record_id(ask.parameter("after", "1"));
    if (!after) return std::unexpected(validation_error("after is not a valid cursor"));
    auto results = Json::array();
    std::optional<RecordId> next;
    const auto& records = state.records.all(reading->type);
    for (auto entry = records.lower_bound(*after); entry != records.end() && !next; ++entry) {
        const auto& record = entry->second;
        if (record.merged_into || record.archived_at.has_value() != reading->archived) continue;
        if (std::cmp_less(results.size(), *limit)) {
            results.push_back(shown(state, record, *reading));
        } else {
            next = record.id;
        }
    }
    Json body{{"results", results}};
    if (next) {
        const auto cursor = std::to_string(*next);
        body["paging"]["next"] = {
            {"after", cursor},
            {"link", "https://api.hubapi.com" + ask.target.path + "?after=" + cursor}};
    }
    return json_response(200, text_of(body));
}

Answer create_one(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    const auto body =
        read_object(ask.body, "SimplePublicObjectInputForCreate",
                    {{"properties", Shape::object, true}, {"associations", Shape::array}});
    if (!body) return std::unexpected(body.error());
    const auto id = insert_from(state, *type, *body, ask);
    if (!id) return std::unexpected(id.error());
    const auto names = written_names(*type, *given_properties((*body)["properties"]));
    auto response =
        json_response(201, text_of(record_json(state, state.records.all(*type).at(*id), names)));
    response.headers.push_back({"Location", link_to(ask, *id)});
    return response;
}

Answer get_record(PortalState& state, const Ask& ask) {
    const auto reading = read_what(state, ask);
    if (!reading) return std::unexpected(reading.error());
    const auto id_property = ask.parameter("idProperty");
    const Record* record = nullptr;
    if (id_property.empty()) {
        record = wanted(state, *reading, ask.at("id"));
    } else {
        const auto found = addressed(state, reading->type, ask.at("id"), id_property);
        if (!found) return std::unexpected(found.error());
        record = *found;
    }
    if (record == nullptr) return std::unexpected(missing_record(ask));
    return json_response(200, text_of(shown(state, *record, *reading)));
}

Answer update_one(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    const auto body =
        read_object(ask.body, "SimplePublicObjectInput", {{"properties", Shape::object, true}});
    if (!body) return std::unexpected(body.error());
    const auto given = given_properties((*body)["properties"]);
    if (!given) return std::unexpected(given.error());
    const auto record = addressed(state, *type, ask.at("id"), ask.parameter("idProperty"));
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) return std::unexpected(not_found());
    if (auto refusal = change_record(state, **record, *given, ask.now)) {
        return std::unexpected(*refusal);
    }
    return json_response(200, text_of(record_json(state, **record, written_names(*type, *given))));
}

Answer archive_one(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    const auto record = addressed(state, *type, ask.at("id"), {});
    if (!record) return std::unexpected(record.error());
    // Unconfirmed: HubSpot may answer 204 for what is archived already.
    if (*record == nullptr) return std::unexpected(not_found());
    state.records.archive(**record, ask.now);
    return no_content();
}

}  // namespace ringbridge::sim
