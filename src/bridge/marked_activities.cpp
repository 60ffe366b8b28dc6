#include "bridge/marked_activities.hpp"

#include "core/stop.hpp"

#include <span>

namespace ringbridge::bridge {
namespace {

// A call is always written to one of the oldest contacts with its number, so a lost ledger cannot
// have written it to another. A number with more contacts than this is a placeholder.
constexpr std::size_t matches_max = 20;

}  // namespace

Task<MarkedActivities> marked_activities(Pipeline* pipeline, std::set<ContactId> contact_ids) {
    auto found =
        co_await pipeline->run.crm.activities().find(contact_ids, pipeline->run.mapping.label);
    if (!found && co_await pipeline->run.crm.close_activities(found.error())) {
        found =
            co_await pipeline->run.crm.activities().find(contact_ids, pipeline->run.mapping.label);
    }
    if (!found) throw OutOfReach{"HubSpot refused to read activities: " + found.error().message};
    if (!found->refused.empty()) co_await pipeline->run.crm.contacts().expect_open();
    MarkedActivities marked{.marked = {}, .refused = std::move(found->refused)};
    for (auto& one : found->marked) marked.marked.emplace(one.call_id, one);
    co_return marked;
}

Task<std::map<ContactId, hubspot::Contact>> other_matches(Pipeline* pipeline,
                                                          std::set<PhoneNumber> numbers,
                                                          std::set<ContactId> known) {
    co_await pipeline->contacts.load_matches(numbers);
    std::map<ContactId, hubspot::Contact> others;
    for (const auto& number : numbers) {
        const auto& matches = pipeline->contacts.matches(number);
        for (const auto& match : std::span{matches}.first(std::min(matches.size(), matches_max))) {
            if (!known.contains(match.id)) others.emplace(match.id, match);
        }
    }
    co_return others;
}

}  // namespace ringbridge::bridge
