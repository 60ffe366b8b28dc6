#include "hubspot/calls_object.hpp"

#include "core/stop.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

std::expected<std::string, Refused> body_of(Answer answer) {
    if (auto* done = std::get_if<Done>(&answer)) return std::move(done->body);
    if (auto* refused = std::get_if<Refused>(&answer)) return std::unexpected{std::move(*refused)};
    throw OutOfReach{std::get<Unsure>(answer).why};
}

}  // namespace

Properties call_properties(const Activity& activity) {
    Properties properties{{"hs_timestamp", format_utc(activity.at)},
                          {"hs_call_title", activity.title},
                          {"hs_call_body", activity.body},
                          {"hs_call_status", "COMPLETED"},
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
    auto answer = co_await door_.send({"POST", objects_path(version_, "calls") + "/batch/create",
                                       encode_batch_create(records), Effect::write});
    if (const auto* done = std::get_if<Done>(&answer)) {
        co_return decode_batch_create(done->body, records.size());
    }
    if (auto* refused = std::get_if<Refused>(&answer)) {
        co_return same_for_all(std::move(*refused), records.size());
    }
    co_return same_for_all(std::get<Unsure>(answer), records.size());
}

Task<std::vector<RowOutcome>> CallsObject::update(std::vector<ActivityPatch> activities) {
    std::vector<RecordPatch> patches;
    for (const auto& [id, activity] : activities) patches.push_back({id, call_patch(activity)});
    auto answer = co_await door_.send({"POST", objects_path(version_, "calls") + "/batch/update",
                                       encode_batch_update(patches), Effect::write});
    if (const auto* done = std::get_if<Done>(&answer)) {
        co_return decode_batch_update(done->body, patches);
    }
    if (auto* refused = std::get_if<Refused>(&answer)) {
        co_return same_for_all(std::move(*refused), patches.size());
    }
    co_return same_for_all(std::get<Unsure>(answer), patches.size());
}

Task<std::expected<std::vector<MarkedActivity>, Refused>> CallsObject::find(
    std::set<std::string> contact_ids, std::string label) {
    const auto found = co_await associated_calls(std::move(contact_ids));
    if (!found) co_return std::unexpected{found.error()};
    std::vector<std::string> rest{found->begin(), found->end()};
    std::vector<MarkedActivity> marked;
    while (!rest.empty()) {
        const auto some = take_batch(rest);
        const auto body =
            body_of(co_await door_.send({"POST", objects_path(version_, "calls") + "/batch/read",
                                         encode_batch_read(some, {"hs_call_body"})}));
        if (!body) co_return std::unexpected{body.error()};
        for (const auto& call : decode_records(*body)) {
            const auto text = call.properties.find("hs_call_body");
            if (text == call.properties.end()) continue;
            if (auto id = find_marker(text->second, label)) marked.push_back({*id, call.id});
        }
    }
    co_return marked;
}

Task<std::expected<std::set<std::string>, Refused>> CallsObject::associated_calls(
    std::set<std::string> contact_ids) {
    std::vector<std::pair<std::string, std::string>> rest;
    for (const auto& id : contact_ids) rest.emplace_back(id, "");
    std::set<std::string> call_ids;
    while (!rest.empty()) {
        const auto some = take_batch(rest);
        const auto body =
            body_of(co_await door_.send({"POST", associations_path(version_, "contacts", "calls"),
                                         encode_association_read(some)}));
        // Where the batch read is not to be had, each contact is read with its calls.
        if (!body && body.error().status == 404) {
            for (const auto& [contact_id, cursor] : some) {
                auto calls = co_await calls_of(contact_id);
                if (!calls) co_return std::unexpected{calls.error()};
                call_ids.merge(*calls);
            }
            continue;
        }
        if (!body) co_return std::unexpected{body.error()};
        auto read = decode_association_read(*body);
        call_ids.merge(read.call_ids);
        std::ranges::copy(read.next_pages, std::back_inserter(rest));
    }
    co_return call_ids;
}

Task<std::expected<std::set<std::string>, Refused>> CallsObject::calls_of(std::string contact_id) {
    const auto body = body_of(co_await door_.send(
        {"GET", objects_path(version_, "contacts") + '/' + contact_id + "?associations=calls",
         ""}));
    if (body) co_return decode_embedded_calls(*body);
    if (body.error().status == 404) co_return std::set<std::string>{};  // the contact is gone
    co_return std::unexpected{body.error()};
}

}  // namespace ringbridge::hubspot
