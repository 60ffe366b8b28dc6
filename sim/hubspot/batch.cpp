// Up to a hundred records per request. A batch is all or nothing, unless each of its inputs has its
// own `objectWriteTraceId`: then each row is reported separately, with 207 (error handling guide).
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"
#include "sim/hubspot/writes.hpp"

#include <nlohmann/json.hpp>

#include <functional>

namespace ringbridge::sim {
namespace {

constexpr std::size_t largest_batch = 100;

// What the rows so far have changed, newest last, for a rollback.
class Journal {
  public:
    Journal(PortalState& state, ObjectType type) : state_{state}, type_{type} {}

    void created(RecordId id) { entries_.emplace_back(id, std::nullopt); }
    void changing(const Record& record) { entries_.emplace_back(record.id, record); }
    void take_back() {
        for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
            state_.records.restore(type_, entry->first, std::move(entry->second));
        }
    }

  private:
    PortalState& state_;
    ObjectType type_;
    std::vector<std::pair<RecordId, std::optional<Record>>> entries_;
};

using Row = std::function<std::expected<Json, Refusal>(const Json& input, Journal&)>;

std::string trace_of(const Json& input) { return input.value("objectWriteTraceId", ""); }

bool traced(const Json& inputs) {
    std::set<std::string> traces;
    for (const auto& input : inputs) traces.insert(trace_of(input));
    return traces.size() == inputs.size() && !traces.contains("");
}

Check check_duplicates(const Json& inputs) {
    std::set<std::string> seen;
    for (const auto& input : inputs) {
        const auto id = input["id"].get<std::string>();
        if (seen.insert(id).second) continue;
        auto refusal = validation_error("Duplicate IDs found in batch input: [" + id +
                                        "]. IDs must be unique");
        refusal.context = {{"ids", {id}}};
        return refusal;
    }
    return std::nullopt;
}

Json row_error(const Refusal& refusal, const std::string& trace) {
    auto context = refusal.context;
    context["objectWriteTraceId"] = {trace};
    Json error{{"status", "error"},
               {"category", refusal.category},
               {"message", refusal.message},
               {"context", context}};
    for (const auto& detail : refusal.details) {
        error["errors"].push_back(
            {{"message", detail.message}, {"code", detail.code}, {"context", detail.context}});
    }
    return error;
}

// As seen in responses that public projects keep as test data; not in any guide.
Json absent_error(ObjectType type, const std::vector<std::string>& ids) {
    const std::string name = type == ObjectType::contacts ? "CONTACT"
                             : type == ObjectType::calls  ? "CALL"
                                                          : "TASK";
    return {
        {"status", "error"},
        {"category", "OBJECT_NOT_FOUND"},
        {"message", "Could not get some " + name +
                        " objects, they may be deleted or not exist. Check that ids are valid."},
        {"context", {{"ids", ids}}}};
}

// Rows with unknown ids are reported together, whatever their trace ids; other errors row by row.
Answer write_rows(PortalState& state, ObjectType type, const Json& inputs, bool row_by_row,
                  int success, UtcTime now, const Row& row) {
    Journal journal{state, type};
    auto results = Json::array();
    auto errors = Json::array();
    std::vector<std::string> absent;
    for (const auto& input : inputs) {
        auto outcome = row(input, journal);
        if (outcome) {
            if (const auto trace = trace_of(input); !trace.empty()) {
                (*outcome)["objectWriteTraceId"] = trace;
            }
            results.push_back(*std::move(outcome));
        } else if (outcome.error().status == 404) {
            absent.push_back(input["id"].get<std::string>());
        } else if (row_by_row) {
            errors.push_back(row_error(outcome.error(), trace_of(input)));
        } else {
            journal.take_back();
            return std::unexpected(std::move(outcome.error()));
        }
    }
    if (!absent.empty()) errors.push_back(absent_error(type, absent));
    return batch_response(success, shuffled(state, std::move(results)), errors, now);
}

// A malformed input refuses the whole request, before anything is done.
Check check_inputs(const Json& inputs, std::string_view what, std::initializer_list<Field> fields) {
    for (const auto& input : inputs) {
        if (auto refusal = check_object(input, what, fields)) return refusal;
    }
    return std::nullopt;
}

struct Batch {
    ObjectType type;
    Json body;
    const Json& inputs() const { return body["inputs"]; }
};

std::expected<Batch, Refusal> read_records_batch(const Ask& ask, std::string_view what,
                                                 std::initializer_list<Field> fields,
                                                 std::initializer_list<Field> further = {}) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    auto body = read_batch(ask.body, what, largest_batch, further);
    if (!body) return std::unexpected(body.error());
    if (auto refusal = check_inputs((*body)["inputs"], what, fields)) {
        return std::unexpected(*refusal);
    }
    return Batch{.type = *type, .body = *std::move(body)};
}

std::expected<Batch, Refusal> read_update_batch(const Ask& ask, std::string_view what) {
    auto batch = read_records_batch(ask, what,
                                    {{"id", Shape::text, true},
                                     {"idProperty", Shape::text},
                                     {"objectWriteTraceId", Shape::text},
                                     {"properties", Shape::object, true}});
    if (!batch) return batch;
    if (auto refusal = check_duplicates(batch->inputs())) return std::unexpected(*refusal);
    return batch;
}

std::expected<Json, Refusal> create_row(PortalState& state, ObjectType type, const Json& input,
                                        Journal& journal, const Ask& ask) {
    const auto id = insert_from(state, type, input, ask);
    if (!id) return std::unexpected(id.error());
    journal.created(*id);
    const auto names = written_names(type, *given_properties(input["properties"]));
    return record_json(state, state.records.all(type).at(*id), names);
}

std::expected<Json, Refusal> update_row(PortalState& state, ObjectType type, const Json& input,
                                        Journal& journal, UtcTime now) {
    const auto record =
        addressed(state, type, input["id"].get<std::string>(), input.value("idProperty", ""));
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) return std::unexpected(not_found());
    const auto given = given_properties(input["properties"]);
    if (!given) return std::unexpected(given.error());
    journal.changing(**record);
    if (auto refusal = change_record(state, **record, *given, now)) {
        return std::unexpected(*refusal);
    }
    return record_json(state, **record, written_names(type, *given));
}

std::expected<Json, Refusal> upsert_row(PortalState& state, ObjectType type, const Json& input,
                                        Journal& journal, const Ask& ask) {
    const auto id_property = input.value("idProperty", "");
    const auto id = input["id"].get<std::string>();
    const auto record = addressed(state, type, id, id_property);
    if (!record) return std::unexpected(record.error());
    if (*record != nullptr || id_property.empty()) {
        auto updated = update_row(state, type, input, journal, ask.now);
        if (updated) (*updated)["new"] = false;
        return updated;
    }
    Json creation{{"properties", input["properties"]}};
    creation["properties"][id_property] = id;
    auto created = create_row(state, type, creation, journal, ask);
    if (created) (*created)["new"] = true;
    return created;
}

// "Partial upserts are not supported when using `email` as idProperty" (contacts guide).
bool by_email(const Json& inputs) {
    return std::ranges::any_of(
        inputs, [](const Json& input) { return input.value("idProperty", "") == "email"; });
}

}  // namespace

Answer batch_create(PortalState& state, const Ask& ask) {
    const auto batch = read_records_batch(ask, "SimplePublicObjectBatchInputForCreate",
                                          {{"properties", Shape::object, true},
                                           {"associations", Shape::array},
                                           {"objectWriteTraceId", Shape::text}});
    if (!batch) return std::unexpected(batch.error());
    return write_rows(state, batch->type, batch->inputs(), traced(batch->inputs()), 201, ask.now,
                      [&](const Json& input, Journal& journal) {
                          return create_row(state, batch->type, input, journal, ask);
                      });
}

Answer batch_update(PortalState& state, const Ask& ask) {
    const auto batch = read_update_batch(ask, "SimplePublicObjectBatchInput");
    if (!batch) return std::unexpected(batch.error());
    return write_rows(state, batch->type, batch->inputs(), traced(batch->inputs()), 200, ask.now,
                      [&](const Json& input, Journal& journal) {
                          return update_row(state, batch->type, input, journal, ask.now);
                      });
}

Answer batch_upsert(PortalState& state, const Ask& ask) {
    const auto batch = read_update_batch(ask, "SimplePublicObjectBatchInputUpsert");
    if (!batch) return std::unexpected(batch.error());
    const bool row_by_row = traced(batch->inputs()) && !by_email(batch->inputs());
    return write_rows(state, batch->type, batch->inputs(), row_by_row, 200, ask.now,
                      [&](const Json& input, Journal& journal) {
                          return upsert_row(state, batch->type, input, journal, ask);
                      });
}

Answer batch_read(PortalState& state, const Ask& ask) {
    const auto batch = read_records_batch(ask, "SimplePublicObjectId", {{"id", Shape::text, true}},
                                          {{"idProperty", Shape::text},
                                           {"properties", Shape::array},
                                           {"propertiesWithHistory", Shape::array}});
    if (!batch) return std::unexpected(batch.error());
    if (auto refusal = check_duplicates(batch->inputs())) return std::unexpected(*refusal);
    const auto asked = text_list(batch->body, "properties");
    if (!asked) return std::unexpected(asked.error());
    if (!batch->body.value("propertiesWithHistory", Json::array()).empty()) {
        return std::unexpected(no_history());
    }
    // A record requested under two of its merged ids is returned once, under its current id.
    std::map<RecordId, const Record*> found;
    std::vector<std::string> absent;
    for (const auto& input : batch->inputs()) {
        const auto id = input["id"].get<std::string>();
        const auto record = addressed(state, batch->type, id, batch->body.value("idProperty", ""));
        if (!record) return std::unexpected(record.error());
        if (*record == nullptr) {
            absent.push_back(id);
        } else {
            found[(*record)->id] = *record;
        }
    }
    auto results = Json::array();
    for (const auto& [id, record] : found) {
        results.push_back(record_json(state, *record, read_names(batch->type, *asked)));
    }
    auto errors = Json::array();
    if (!absent.empty()) errors.push_back(absent_error(batch->type, absent));
    return batch_response(200, shuffled(state, std::move(results)), errors, ask.now);
}

Answer batch_archive(PortalState& state, const Ask& ask) {
    const auto batch = read_records_batch(ask, "SimplePublicObjectId", {{"id", Shape::text, true}});
    if (!batch) return std::unexpected(batch.error());
    if (auto refusal = check_duplicates(batch->inputs())) return std::unexpected(*refusal);
    for (const auto& input : batch->inputs()) {
        const auto record = addressed(state, batch->type, input["id"].get<std::string>(), {});
        if (*record != nullptr) state.records.archive(**record, ask.now);
    }
    return no_content();
}

}  // namespace ringbridge::sim
