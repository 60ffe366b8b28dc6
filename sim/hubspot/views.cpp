#include "sim/hubspot/views.hpp"

#include "sim/hubspot/values.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {

Names default_names(ObjectType type) {
    if (type != ObjectType::contacts) {
        return {"hs_createdate", "hs_lastmodifieddate", "hs_object_id"};
    }
    return {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"};
}

Names written_names(ObjectType type, const Properties& given) {
    Names names{"hs_object_id", "hs_object_source"};
    if (type != ObjectType::contacts) {
        names.insert({"hs_createdate", "hs_lastmodifieddate"});
    } else {
        names.insert({"createdate", "lastmodifieddate", "hs_all_contact_vids", "hs_is_contact",
                      "hs_is_unworked", "hs_lifecyclestage_lead_date", "hs_object_source_id",
                      "hs_pipeline", "lifecyclestage"});
    }
    for (const auto& [name, value] : given) names.insert(name);
    return names;
}

Json record_json(const PortalState& state, const Record& record, const Names& names) {
    auto properties = Json::object();
    for (const auto& name : names) {
        if (state.schemas.at(record.type).find(name) == nullptr) continue;
        const auto found = record.properties.find(name);
        properties[name] = found == record.properties.end() ? Json{} : Json(found->second);
    }
    Json json{{"id", std::to_string(record.id)},
              {"properties", properties},
              {"createdAt", moment_text(record.created)},
              {"updatedAt", moment_text(record.updated)},
              {"archived", record.archived_at.has_value()}};
    if (record.archived_at) json["archivedAt"] = moment_text(*record.archived_at);
    return json;
}

std::string association_name(const Direction& direction) {
    return singular(direction.from) + "_to_" + singular(direction.to);
}

Json associations_json(const PortalState& state, const Record& record,
                       const std::set<ObjectType>& types) {
    auto associations = Json::object();
    for (const auto type : types) {
        auto results = Json::array();
        for (const auto id : state.records.linked(record, type)) {
            results.push_back(
                {{"id", std::to_string(id)}, {"type", association_name({record.type, type})}});
        }
        if (!results.empty()) associations[plural(type)] = {{"results", results}};
    }
    return associations;
}

HttpResponse no_content() { return {.status = 204, .headers = {}, .body = {}}; }

HttpResponse batch_response(int success, const Json& results, const Json& errors, UtcTime now) {
    Json body{{"status", "COMPLETE"},
              {"results", results},
              {"startedAt", moment_text(now)},
              {"completedAt", moment_text(now)}};
    if (errors.empty()) return json_response(success, text_of(body));
    body["numErrors"] = errors.size();
    body["errors"] = errors;
    return json_response(207, text_of(body));
}

Json shuffled(PortalState& state, Json results) {
    for (std::size_t left = results.size(); left > 1; --left) {
        std::swap(results[left - 1], results[state.random() % left]);
    }
    return results;
}

}  // namespace ringbridge::sim
