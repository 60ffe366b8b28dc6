// Many associations per request: read up to 1,000, create up to 2,000, remove up to 100
// (associations guide). In creations and removals a bad row does not stop the others: 207.
#include "sim/hubspot/associations.hpp"
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/views.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

constexpr std::size_t most_read = 1'000;
constexpr std::size_t most_made = 2'000;
constexpr std::size_t most_undone = 100;

Check check_object_id(const Json& json) {
    return check_object(json, "PublicObjectId", {{"id", Shape::text, true}});
}

std::string id_of(const Json& object_id) { return object_id["id"].get<std::string>(); }

// As seen in responses that public projects keep as test data; not in any guide.
Json absent_error(const Direction& direction, const std::string& from, const std::string& message) {
    return {{"status", "error"},
            {"category", "OBJECT_NOT_FOUND"},
            {"subCategory", "crm.associations.NO_ASSOCIATIONS_FOUND"},
            {"message", message},
            {"context",
             {{"fromObjectId", {from}},
              {"fromObjectType", {singular(direction.from)}},
              {"toObjectType", {singular(direction.to)}}}}};
}

struct Batch {
    Direction direction;
    Json inputs;
};

std::expected<Batch, Refusal> read_pairs(const Ask& ask, std::size_t most,
                                         std::initializer_list<Field> fields) {
    const auto direction = asked_direction(ask);
    if (!direction) return std::unexpected(direction.error());
    auto body = read_batch(ask.body, "BatchInput", most);
    if (!body) return std::unexpected(body.error());
    for (const auto& input : (*body)["inputs"]) {
        if (auto refusal = check_object(input, "Input", fields)) return std::unexpected(*refusal);
        if (!input.contains("from")) continue;
        if (auto refusal = check_object_id(input["from"])) return std::unexpected(*refusal);
    }
    return Batch{.direction = *direction, .inputs = std::move((*body)["inputs"])};
}

// Shared by creation with and without types: `add` writes the row of one pair.
template <class Add>
Answer make(PortalState& state, const Ask& ask, const Batch& batch, int success, const Add& add) {
    auto results = Json::array();
    auto errors = Json::array();
    for (const auto& input : batch.inputs) {
        const auto from = id_of(input["from"]);
        const auto pair = live_pair(state, batch.direction, from, id_of(input["to"]));
        if (!pair) {
            errors.push_back(absent_error(batch.direction, from, "One of the records is missing"));
            continue;
        }
        associate(state, *pair, ask.now);
        add(results, *pair);
    }
    return batch_response(success, shuffled(state, std::move(results)), errors, ask.now);
}

}  // namespace

Answer batch_read_associations(PortalState& state, const Ask& ask) {
    const auto batch =
        read_pairs(ask, most_read, {{"id", Shape::text, true}, {"after", Shape::text}});
    if (!batch) return std::unexpected(batch.error());
    auto results = Json::array();
    auto errors = Json::array();
    for (const auto& input : batch->inputs) {
        const auto id = record_id(id_of(input));
        const auto* record = id ? state.records.live(batch->direction.from, *id) : nullptr;
        auto to = Json::array();
        for (const auto linked : record ? state.records.linked(*record, batch->direction.to)
                                        : std::vector<RecordId>{}) {
            to.push_back(associated_json(linked, batch->direction));
        }
        if (record == nullptr || to.empty()) {
            errors.push_back(
                absent_error(batch->direction, id_of(input),
                             "No " + singular(batch->direction.to) + " is associated with " +
                                 singular(batch->direction.from) + " " + id_of(input) + "."));
        } else {
            results.push_back({{"from", {{"id", std::to_string(record->id)}}}, {"to", to}});
        }
    }
    return batch_response(200, shuffled(state, std::move(results)), errors, ask.now);
}

Answer batch_associate(PortalState& state, const Ask& ask) {
    const auto batch = read_pairs(ask, most_made,
                                  {{"from", Shape::object, true},
                                   {"to", Shape::object, true},
                                   {"types", Shape::array, true}});
    if (!batch) return std::unexpected(batch.error());
    for (const auto& input : batch->inputs) {
        if (auto refusal = check_object_id(input["to"])) return std::unexpected(*refusal);
        if (auto refusal = check_specs(input["types"], batch->direction)) {
            return std::unexpected(*refusal);
        }
    }
    // HubSpot's description gives 201 everywhere but in 2026-09.
    const int success = ask.version == "2026-09" ? 200 : 201;
    return make(state, ask, *batch, success,
                [](Json& results, const Pair& pair) { results.push_back(labels_json(pair)); });
}

Answer batch_associate_default(PortalState& state, const Ask& ask) {
    const auto batch =
        read_pairs(ask, most_made, {{"from", Shape::object, true}, {"to", Shape::object, true}});
    if (!batch) return std::unexpected(batch.error());
    for (const auto& input : batch->inputs) {
        if (auto refusal = check_object_id(input["to"])) return std::unexpected(*refusal);
    }
    return make(state, ask, *batch, 200, add_default_pair);
}

Answer batch_dissociate(PortalState& state, const Ask& ask) {
    const auto batch =
        read_pairs(ask, most_undone, {{"from", Shape::object, true}, {"to", Shape::array, true}});
    if (!batch) return std::unexpected(batch.error());
    for (const auto& input : batch->inputs) {
        for (const auto& to : input["to"]) {
            if (auto refusal = check_object_id(to)) return std::unexpected(*refusal);
        }
    }
    for (const auto& input : batch->inputs) {
        for (const auto& to : input["to"]) {
            const auto pair = live_pair(state, batch->direction, id_of(input["from"]), id_of(to));
            if (pair) take_apart(state, *pair, ask.now);
        }
    }
    // v4 answers without a body; the dated versions send an empty batch.
    if (!ask.dated()) return no_content();
    return batch_response(200, Json::array(), Json::array(), ask.now);
}

}  // namespace ringbridge::sim
