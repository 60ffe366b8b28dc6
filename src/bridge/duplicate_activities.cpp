#include "bridge/duplicate_activities.hpp"

#include "bridge/marked_activities.hpp"
#include "core/match.hpp"

#include <ranges>

namespace ringbridge::bridge {

Task<DuplicateActivities> find_duplicate_activities(Pipeline* pipeline,
                                                    std::vector<Entry>* entries) {
    std::set<ContactId> contact_ids;
    std::set<PhoneNumber> numbers;
    for (const auto& entry : *entries) {
        contact_ids.insert(entry.contact_id);
        numbers.insert({entry.phone.e164, ""});
    }
    for (auto& [id, match] : co_await other_matches(pipeline, std::move(numbers), contact_ids)) {
        contact_ids.insert(id);
    }
    const auto found = co_await marked_activities(pipeline, std::move(contact_ids));
    DuplicateActivities duplicates;
    for (auto& entry : *entries) {
        std::set<ActivityId> ids;
        const auto [begin, end] = found.marked.equal_range(entry.call.id);
        for (const auto& [call_id, one] : std::ranges::subrange(begin, end)) {
            if (one.certain) ids.emplace(one.id);
        }
        // The known one was deleted: another one takes its place.
        if (!ids.empty() && !ids.contains(entry.activity_id)) entry.activity_id = *ids.begin();
        ids.erase(entry.activity_id);
        if (!ids.empty()) duplicates[entry.call.id] = std::move(ids);
    }
    co_return duplicates;
}

Task<> remove_activities(Pipeline* pipeline, CallId call_id, std::set<ActivityId> ids) {
    for (const auto& id : ids) {
        const auto outcome = co_await pipeline->run.crm.activities().remove(id);
        const auto why = match(
            outcome, [](const hubspot::Written&) { return std::string{}; },
            [](const hubspot::Refused& refused) { return refused.message; },
            [](const hubspot::Unsure& unsure) { return unsure.why; });
        if (why.empty()) continue;
        pipeline->run.report.errors.push_back(
            {call_id, "activity",
             "activity " + id.text + ", an older one of this call, may still exist: " + why,
             std::nullopt});
    }
}

}  // namespace ringbridge::bridge
