#include "hubspot/calls_object.hpp"

#include "hubspot/record_reader.hpp"
#include "hubspot/record_writer.hpp"

namespace ringbridge::hubspot {

Properties call_properties(const Activity& activity) {
    Properties properties{{"hs_timestamp", format_utc(activity.at)},
                          {"hs_call_title", activity.title},
                          {"hs_call_body", activity.body},
                          {"hs_call_status", status_of(activity)},
                          {"hs_call_direction", "INBOUND"}};
    if (activity.duration) {
        properties["hs_call_duration"] = std::to_string(activity.duration->count());
    }
    if (!activity.from.empty()) properties["hs_call_from_number"] = activity.from;
    if (!activity.to.empty()) properties["hs_call_to_number"] = activity.to;
    if (!activity.recording_url.empty()) {
        properties["hs_call_recording_url"] = activity.recording_url;
    }
    if (!activity.owner_id.empty()) properties[owner_property] = activity.owner_id;
    return properties;
}

Properties call_patch(const Activity& activity) {
    auto properties = call_properties(activity);
    properties["hs_call_recording_url"] = activity.recording_url;
    return properties;
}

Task<std::vector<RowOutcome>> CallsObject::create(std::vector<NewActivity> activities) {
    std::vector<NewRecord> records;
    for (const auto& [activity, contact_id] : activities) {
        records.push_back({call_properties(activity), contact_id});
    }
    co_return co_await create_records(&client_, objects_path(version_, "calls"),
                                      std::move(records));
}

Task<std::vector<RowOutcome>> CallsObject::update(std::vector<ActivityPatch> activities) {
    std::vector<RecordPatch> patches;
    for (const auto& [id, activity] : activities)
        patches.push_back({id.text, call_patch(activity)});
    co_return co_await update_records(&client_, objects_path(version_, "calls"),
                                      std::move(patches));
}

Task<std::expected<ReadTexts, Refused>> CallsObject::read(std::vector<ActivityId> ids) {
    std::vector<std::string> records;
    for (auto& id : ids) records.push_back(std::move(id.text));
    auto read = co_await read_records(&client_, objects_path(version_, "calls"), std::move(records),
                                      {"hs_call_title", "hs_call_body"});
    if (!read) co_return std::unexpected{read.error()};
    ReadTexts texts;
    for (auto& [id, refused] : read->refused) texts.refused[ActivityId{id}] = std::move(refused);
    for (const auto& [id, record] : read->records) {
        texts.texts[ActivityId{id}] = {.title = value_of(record.properties, "hs_call_title"),
                                       .body = value_of(record.properties, "hs_call_body")};
    }
    co_return texts;
}

Task<RowOutcome> CallsObject::remove(ActivityId id) {
    const auto path = objects_path(version_, "calls") + '/' + id.text;
    auto answer = co_await client_.send({"DELETE", path, "", Repeat::unsafe});
    co_return taken_off(std::move(id), std::move(answer));
}

Task<RowOutcome> CallsObject::associate(ActivityId id, ContactId contact_id) {
    const auto path =
        association_path(version_, "calls", id.text, "contacts", contact_id.text, true);
    auto answer = co_await client_.send({"PUT", path, "", Repeat::unsafe});
    co_return put_on(std::move(id), std::move(answer));
}

Task<RowOutcome> CallsObject::dissociate(ActivityId id, ContactId contact_id) {
    const auto path =
        association_path(version_, "calls", id.text, "contacts", contact_id.text, false);
    auto answer = co_await client_.send({"DELETE", path, "", Repeat::unsafe});
    co_return taken_off(std::move(id), std::move(answer));
}

Task<std::expected<FoundMarked, Refused>> CallsObject::find(std::set<ContactId> contact_ids,
                                                            std::string label) {
    co_return co_await timeline_.find(std::move(contact_ids), std::move(label));
}

Task<std::optional<std::vector<Marked>>> CallsObject::find_anywhere(std::string, int) {
    co_return std::nullopt;
}

}  // namespace ringbridge::hubspot
