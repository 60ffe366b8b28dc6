#include "sim/hubspot/associations.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"
#include "sim/hubspot/views.hpp"
#include "sim/hubspot/writes.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

constexpr std::int64_t longest_page = 500;

std::expected<Pair, Refusal> asked_pair(PortalState& state, const Ask& ask) {
    const auto direction = asked_direction(ask);
    if (!direction) return std::unexpected(direction.error());
    return live_pair(state, *direction, ask.at("id"), ask.at("to_id"));
}

std::expected<const Record*, Refusal> asked_record(PortalState& state, const Ask& ask,
                                                   const Direction& direction) {
    const auto id = record_id(ask.at("id"));
    const auto* record = id ? state.records.live(direction.from, *id) : nullptr;
    if (record == nullptr) return std::unexpected(not_found());
    return record;
}

Json spec_json(const Direction& direction) {
    return {{"associationCategory", "HUBSPOT_DEFINED"},
            {"associationTypeId", association_type(direction)}};
}

}  // namespace

std::expected<Direction, Refusal> asked_direction(const Ask& ask) {
    const auto from = object_type(ask.at("type"));
    if (!from) return std::unexpected(unknown_object(ask.at("type")));
    const auto to = object_type(ask.at("to_type"));
    if (!to) return std::unexpected(unknown_object(ask.at("to_type")));
    if ((*from == ObjectType::contacts) == (*to == ObjectType::contacts)) {
        return std::unexpected(
            validation_error("The simulated portal associates calls and tasks with contacts only"));
    }
    return Direction{.from = *from, .to = *to};
}

std::expected<Pair, Refusal> live_pair(PortalState& state, const Direction& direction,
                                       const std::string& from_id, const std::string& to_id) {
    const auto find = [&](ObjectType type, const std::string& text) {
        const auto id = record_id(text);
        return id ? state.records.live(type, *id) : nullptr;
    };
    const Pair pair{.from = find(direction.from, from_id), .to = find(direction.to, to_id)};
    if (pair.from == nullptr || pair.to == nullptr) return std::unexpected(not_found());
    return pair;
}

void associate(PortalState& state, const Pair& pair, UtcTime now) {
    const bool from_contact = pair.from->type == ObjectType::contacts;
    state.records.link(from_contact ? *pair.to : *pair.from, from_contact ? *pair.from : *pair.to,
                       now);
}

void take_apart(PortalState& state, const Pair& pair, UtcTime now) {
    const bool from_contact = pair.from->type == ObjectType::contacts;
    state.records.unlink(from_contact ? *pair.to : *pair.from, from_contact ? *pair.from : *pair.to,
                         now);
}

Check check_specs(const Json& specs, const Direction& direction) {
    if (!specs.is_array()) {
        return unreadable_input("Cannot deserialize value of type `List<AssociationSpec>` from " +
                                std::string{specs.type_name()} + " value");
    }
    if (specs.empty()) return validation_error("types must not be empty");
    for (const auto& spec : specs) {
        if (auto refusal = check_association_spec(spec, direction)) return refusal;
    }
    return std::nullopt;
}

Json labels_json(const Pair& pair) {
    return {{"fromObjectTypeId", type_id(pair.from->type)},
            {"fromObjectId", std::to_string(pair.from->id)},
            {"toObjectTypeId", type_id(pair.to->type)},
            {"toObjectId", std::to_string(pair.to->id)},
            {"labels", Json::array()}};
}

void add_default_pair(Json& results, const Pair& pair) {
    for (const auto& [from, to] : {std::pair{pair.from, pair.to}, {pair.to, pair.from}}) {
        results.push_back({{"from", {{"id", std::to_string(from->id)}}},
                           {"to", {{"id", std::to_string(to->id)}}},
                           {"associationSpec", spec_json({from->type, to->type})}});
    }
}

Json associated_json(RecordId to, const Direction& direction) {
    return {{"toObjectId", std::to_string(to)},
            {"associationTypes",
             {{{"category", "HUBSPOT_DEFINED"},
               {"typeId", association_type(direction)},
               {"label", nullptr}}}}};
}

Answer list_associations(PortalState& state, const Ask& ask) {
    const auto direction = asked_direction(ask);
    if (!direction) return std::unexpected(direction.error());
    const auto record = asked_record(state, ask, *direction);
    if (!record) return std::unexpected(record.error());
    const auto limit = record_id(ask.parameter("limit", "500"));
    if (!limit || *limit > longest_page) {
        return std::unexpected(validation_error("limit must be between 1 and 500"));
    }
    const auto after = record_id(ask.parameter("after", "1"));
    if (!after) return std::unexpected(validation_error("after is not a valid cursor"));
    Json body{{"results", Json::array()}};
    for (const auto id : state.records.linked(**record, direction->to)) {
        if (id < *after) continue;
        if (std::cmp_equal(body["results"].size(), *limit)) {
            body["paging"]["next"]["after"] = std::to_string(id);
            break;
        }
        body["results"].push_back(associated_json(id, *direction));
    }
    return json_response(200, text_of(body));
}

Answer associate_labelled(PortalState& state, const Ask& ask) {
    const auto direction = asked_direction(ask);
    if (!direction) return std::unexpected(direction.error());
    const auto body = read_json(ask.body);
    if (!body) return std::unexpected(body.error());
    if (auto refusal = check_specs(*body, *direction)) return std::unexpected(*refusal);
    const auto pair = asked_pair(state, ask);
    if (!pair) return std::unexpected(pair.error());
    associate(state, *pair, ask.now);
    return json_response(201, text_of(labels_json(*pair)));
}

Answer associate_default(PortalState& state, const Ask& ask) {
    const auto pair = asked_pair(state, ask);
    if (!pair) return std::unexpected(pair.error());
    associate(state, *pair, ask.now);
    auto results = Json::array();
    add_default_pair(results, *pair);
    return batch_response(200, results, Json::array(), ask.now);
}

Answer dissociate(PortalState& state, const Ask& ask) {
    const auto pair = asked_pair(state, ask);
    if (!pair) return std::unexpected(pair.error());
    take_apart(state, *pair, ask.now);
    return no_content();
}

Answer list_associations_v3(PortalState& state, const Ask& ask) {
    const auto direction = asked_direction(ask);
    if (!direction) return std::unexpected(direction.error());
    const auto record = asked_record(state, ask, *direction);
    if (!record) return std::unexpected(record.error());
    auto results = Json::array();
    for (const auto id : state.records.linked(**record, direction->to)) {
        results.push_back({{"id", std::to_string(id)}, {"type", association_name(*direction)}});
    }
    return json_response(200, text_of({{"results", results}}));
}

Answer associate_v3(PortalState& state, const Ask& ask) {
    const auto pair = asked_pair(state, ask);
    if (!pair) return std::unexpected(pair.error());
    const Direction direction{.from = pair->from->type, .to = pair->to->type};
    const auto& kind = ask.at("kind");
    if (kind != std::to_string(association_type(direction)) &&
        kind != association_name(direction)) {
        return std::unexpected(
            validation_error("one or more associations are not valid: type " + kind));
    }
    associate(state, *pair, ask.now);
    auto body = record_json(state, *pair->from, default_names(direction.from));
    body["associations"] = associations_json(state, *pair->from, {direction.to});
    return json_response(200, text_of(body));
}

}  // namespace ringbridge::sim
