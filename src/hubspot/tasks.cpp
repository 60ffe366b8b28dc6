#include "hubspot/tasks.hpp"

#include "hubspot/record_writer.hpp"

namespace ringbridge::hubspot {

Properties task_properties(const FollowUp& follow_up) {
    Properties properties{{"hs_timestamp", format_utc(follow_up.due)},
                          {"hs_task_subject", follow_up.subject},
                          {"hs_task_body", follow_up.body},
                          {"hs_task_status", "NOT_STARTED"},
                          {"hs_task_type", "CALL"}};
    if (!follow_up.owner_id.empty()) properties[owner_property] = follow_up.owner_id;
    return properties;
}

Task<std::vector<RowOutcome>> Tasks::create(std::vector<NewTask> tasks) {
    std::vector<NewRecord> records;
    for (const auto& [follow_up, contact_id] : tasks) {
        records.push_back({task_properties(follow_up), contact_id, task_to_contact});
    }
    co_return co_await create_records(&client_, objects_path(version_, "tasks"),
                                      std::move(records));
}

Task<std::vector<RowOutcome>> Tasks::complete(std::vector<std::string> ids) {
    std::vector<RecordPatch> patches;
    for (const auto& id : ids) patches.push_back({id, {{"hs_task_status", "COMPLETED"}}});
    co_return co_await update_records(&client_, objects_path(version_, "tasks"),
                                      std::move(patches));
}

Task<std::expected<FoundMarked, Refused>> Tasks::find(std::set<ContactId> contact_ids,
                                                      std::string label) {
    co_return co_await timeline_.find(std::move(contact_ids), std::move(label));
}

}  // namespace ringbridge::hubspot
