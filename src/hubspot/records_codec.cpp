// The JSON of records.hpp: batch rows matched by trace id, records by property.
#include "core/match.hpp"
#include "core/text.hpp"
#include "hubspot/json_codec.hpp"
#include "hubspot/records.hpp"

namespace ringbridge::hubspot {
namespace {

json associations_of(const NewRecord& record) {
    if (record.contact_id.empty()) return json::array();
    return json::array(
        {{{"to", {{"id", record.contact_id.text}}},
          {"types", json::array({{{"associationCategory", "HUBSPOT_DEFINED"},
                                  {"associationTypeId", record.association_type}}})}}});
}

std::string trace_id(std::size_t row) { return std::to_string(row); }

Refused refused_row(const json& error) {
    return {.status = 400,
            .category = text_at(error, "category"),
            .message = std::string{cut_utf8(text_at(error, "message"), 600)},
            .properties = refused_properties(error)};
}

// `errors[].context.objectWriteTraceId` names the rows that an error is about.
std::map<std::string, Refused> refused_by(const json& parsed, const char* context_name) {
    std::map<std::string, Refused> refused;
    for (const auto& error : list_at(parsed, "errors")) {
        if (!error.is_object() || !error.contains("context")) continue;
        for (const auto& key : list_at(error.at("context"), context_name)) {
            if (key.is_string()) refused[key.get<std::string>()] = refused_row(error);
        }
    }
    return refused;
}

Record record_of(const json& result) {
    Record record{.id = text_at(result, "id"),
                  .properties = {},
                  .created = parse_utc(text_at(result, "createdAt")).value_or(UtcTime{})};
    const auto properties = result.find("properties");
    if (properties == result.end() || !properties->is_object()) return record;
    for (const auto& [name, value] : properties->items()) {
        if (!value.is_null()) record.properties[name] = text_at(*properties, name.c_str());
    }
    return record;
}

}  // namespace

std::string encode_batch_create(const std::vector<NewRecord>& records) {
    json inputs = json::array();
    for (std::size_t row = 0; row < records.size(); ++row) {
        inputs.push_back({{"properties", records[row].properties},
                          {"associations", associations_of(records[row])},
                          {"objectWriteTraceId", trace_id(row)}});
    }
    return dump({{"inputs", std::move(inputs)}});
}

std::string encode_batch_update(const std::vector<RecordPatch>& patches) {
    json inputs = json::array();
    for (const auto& [id, properties] : patches) {
        inputs.push_back({{"id", id}, {"properties", properties}, {"objectWriteTraceId", id}});
    }
    return dump({{"inputs", std::move(inputs)}});
}

std::string encode_batch_read(const std::vector<std::string>& ids,
                              const std::vector<std::string>& properties) {
    json inputs = json::array();
    for (const auto& id : ids) inputs.push_back({{"id", id}});
    return dump({{"inputs", std::move(inputs)},
                 {"properties", properties},
                 {"propertiesWithHistory", json::array()}});
}

std::string encode_record(const Properties& properties) {
    return dump({{"properties", properties}});
}

std::vector<RowOutcome> decode_batch_create(const std::string& body, std::size_t inputs) {
    const auto parsed = json::parse(body, nullptr, false);
    std::vector<RowOutcome> outcomes(inputs, Unsure{"HubSpot's answer does not confirm it"});
    if (!parsed.is_object()) return outcomes;
    std::map<std::string, std::string> written;
    for (const auto& result : list_at(parsed, "results")) {
        if (!result.is_object()) continue;
        written[text_at(result, "objectWriteTraceId")] = text_at(result, "id");
    }
    const auto refused = refused_by(parsed, "objectWriteTraceId");
    for (std::size_t row = 0; row < inputs; ++row) {
        const auto id = written.find(trace_id(row));
        const auto error = refused.find(trace_id(row));
        if (id != written.end() && !id->second.empty()) {
            outcomes[row] = Written{id->second};
        } else if (error != refused.end()) {
            outcomes[row] = error->second;
        }
    }
    return outcomes;
}

std::vector<RowOutcome> decode_batch_update(const std::string& body,
                                            const std::vector<RecordPatch>& patches) {
    const auto parsed = json::parse(body, nullptr, false);
    std::vector<RowOutcome> outcomes(patches.size(),
                                     Unsure{"HubSpot's answer does not confirm it"});
    if (!parsed.is_object()) return outcomes;
    std::set<std::string> updated;
    for (const auto& result : list_at(parsed, "results")) {
        if (!result.is_object()) continue;
        updated.insert(text_at(result, "id"));
        updated.insert(text_at(result, "objectWriteTraceId"));
    }
    auto refused = refused_by(parsed, "objectWriteTraceId");
    refused.merge(refused_by(parsed, "ids"));
    for (std::size_t row = 0; row < patches.size(); ++row) {
        const auto& id = patches[row].id;
        if (updated.contains(id)) {
            outcomes[row] = Written{id};
        } else if (refused.contains(id)) {
            outcomes[row] = refused.at(id);
        }
    }
    return outcomes;
}

std::vector<RowOutcome> created_rows(const Answer& answer, std::size_t rows) {
    return match(
        answer, [&](const Done& done) { return decode_batch_create(done.body, rows); },
        [&](const Refused& refused) { return same_for_all(refused, rows); },
        [&](const Unsure& unsure) { return same_for_all(unsure, rows); });
}

std::vector<RowOutcome> updated_rows(const Answer& answer,
                                     const std::vector<RecordPatch>& patches) {
    return match(
        answer, [&](const Done& done) { return decode_batch_update(done.body, patches); },
        [&](const Refused& refused) { return same_for_all(refused, patches.size()); },
        [&](const Unsure& unsure) { return same_for_all(unsure, patches.size()); });
}

std::vector<Record> decode_records(const std::string& body) {
    std::vector<Record> records;
    for (const auto& result : list_at(parse_object(body), "results")) {
        if (result.is_object()) records.push_back(record_of(result));
    }
    return records;
}

Record decode_record(const std::string& body) { return record_of(parse_object(body)); }

std::string decode_next_page(const std::string& body) {
    const auto parsed = parse_object(body);
    const json::json_pointer path{"/paging/next/after"};
    return parsed.contains(path) && parsed.at(path).is_string() ? parsed.at(path).get<std::string>()
                                                                : std::string{};
}

std::vector<RowOutcome> same_for_all(RowOutcome outcome, std::size_t rows) {
    if (auto* refused = std::get_if<Refused>(&outcome)) refused->alone = rows == 1;
    return std::vector<RowOutcome>(rows, std::move(outcome));
}

}  // namespace ringbridge::hubspot
