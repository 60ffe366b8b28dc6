// The v1 engagements interface, for calls (legacy engagements guide; recorded exchanges of
// HubSpot's Ruby community client). Create answers 200, ids are integers, a deleted record is an
// empty 200.
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/engagement_form.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/views.hpp"
#include "sim/hubspot/writes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::sim {
namespace {

Record* asked_call(PortalState& state, const Ask& ask) {
    const auto id = record_id(ask.at("id"));
    return id ? state.records.live(ObjectType::calls, *id) : nullptr;
}

std::unexpected<Refusal> v1_refused(Refusal refusal) {
    return std::unexpected(v1_form(std::move(refusal)));
}

Record* contact_of(PortalState& state, const std::string& text) {
    const auto id = record_id(text);
    return id ? state.records.live(ObjectType::contacts, *id) : nullptr;
}

std::expected<std::vector<RecordId>, Refusal> contacts_of(PortalState& state,
                                                          const std::vector<std::string>& texts) {
    std::vector<RecordId> ids;
    for (const auto& text : texts) {
        const auto* contact = contact_of(state, text);
        if (contact == nullptr) {
            return std::unexpected(validation_error("Contact " + text + " does not exist"));
        }
        ids.push_back(contact->id);
    }
    return ids;
}

// `uid` is not a property of the calls object, so its value is not validated.
Properties take_uid(Properties& properties) {
    Properties taken;
    if (auto uid = properties.extract("uid")) taken.insert(std::move(uid));
    return taken;
}

Answer change(PortalState& state, const Ask& ask, Properties base) {
    auto form = read_engagement(ask.body, false);
    if (!form) return v1_refused(std::move(form.error()));
    auto* call = asked_call(state, ask);
    if (call == nullptr) return v1_refused(not_found("engagement not found"));
    const auto uid = take_uid(form->properties);
    for (auto& [name, value] : form->properties) base[name] = value;
    if (auto refusal = change_record(state, *call, base, ask.now)) return v1_refused(*refusal);
    if (!uid.empty()) state.records.set(*call, uid, ask.now);
    return json_response(200, text_of(engagement_json(state, *call)));
}

// The object types that v1 associates; only contacts exist here.
Check check_associated_type(const std::string& name) {
    // Unconfirmed: whether anything but upper case is accepted.
    for (const auto* known : {"CONTACT", "COMPANY", "DEAL", "TICKET", "OWNER"}) {
        if (name == known) return std::nullopt;
    }
    return validation_error("Invalid enum constant '" + name + "' for class ObjectType");
}

struct Page {
    std::int64_t limit;
    std::int64_t offset;
};

// Larger limits are capped, not refused.
Page asked_page(const Ask& ask, std::int64_t usual, std::int64_t most) {
    return {.limit = std::min(record_id(ask.parameter("limit")).value_or(usual), most),
            .offset = record_id(ask.parameter("offset")).value_or(0)};
}

// `offset` is the last id that was shown.
Answer page_of(const PortalState& state, const std::vector<RecordId>& ids, const Page& page) {
    auto results = Json::array();
    RecordId last = page.offset;
    bool more = false;
    for (const auto id : ids) {
        if (id <= page.offset) continue;
        more = std::cmp_equal(results.size(), page.limit);
        if (more) break;
        results.push_back(engagement_json(state, state.records.all(ObjectType::calls).at(id)));
        last = id;
    }
    return json_response(200, text_of({{"results", results}, {"hasMore", more}, {"offset", last}}));
}

std::expected<std::pair<Record*, Record*>, Refusal> asked_pair(PortalState& state, const Ask& ask) {
    if (auto refusal = check_associated_type(ask.at("to_type"))) return v1_refused(*refusal);
    auto* call = asked_call(state, ask);
    if (call == nullptr) return v1_refused(not_found("engagement not found"));
    auto* contact = ask.at("to_type") == "CONTACT" ? contact_of(state, ask.at("to_id")) : nullptr;
    if (contact == nullptr) {
        return v1_refused(
            validation_error(ask.at("to_type") + " " + ask.at("to_id") + " does not exist"));
    }
    return std::pair{call, contact};
}

}  // namespace

Answer create_engagement(PortalState& state, const Ask& ask) {
    auto form = read_engagement(ask.body, true);
    if (!form) return v1_refused(std::move(form.error()));
    const auto contacts = contacts_of(state, form->contact_ids);
    if (!contacts) return v1_refused(contacts.error());
    const auto uid = take_uid(form->properties);
    form->properties.emplace("hs_timestamp", std::to_string(to_unix_ms(ask.now)));
    form->properties.emplace("hs_call_status", "COMPLETED");
    form->properties.emplace("hs_call_duration", "0");
    const auto id = insert_record(state, ObjectType::calls, form->properties, *contacts, ask);
    if (!id) return v1_refused(id.error());
    auto& call = *state.records.live(ObjectType::calls, *id);
    if (!uid.empty()) state.records.set(call, uid, ask.now);
    return json_response(200, text_of(engagement_json(state, call)));
}

// Unconfirmed: a recording of 2016 has an empty 200 for a missing engagement; nothing newer.
Answer get_engagement(PortalState& state, const Ask& ask) {
    const auto* call = asked_call(state, ask);
    if (call == nullptr) return HttpResponse{.status = 200, .headers = {}, .body = {}};
    return json_response(200, text_of(engagement_json(state, *call)));
}

Answer patch_engagement(PortalState& state, const Ask& ask) { return change(state, ask, {}); }

// PUT replaces the metadata as a whole.
Answer put_engagement(PortalState& state, const Ask& ask) {
    return change(state, ask, cleared_metadata());
}

Answer delete_engagement(PortalState& state, const Ask& ask) {
    auto* call = asked_call(state, ask);
    // Unconfirmed: what deleting a missing engagement answers.
    if (call == nullptr) return v1_refused(not_found("engagement not found"));
    state.records.archive(*call, ask.now);
    return no_content();
}

Answer page_engagements(PortalState& state, const Ask& ask) {
    std::vector<RecordId> ids;
    for (const auto& [id, call] : state.records.all(ObjectType::calls)) {
        if (call.live()) ids.push_back(id);
    }
    return page_of(state, ids, asked_page(ask, 100, 250));
}

// Newest change first, of the last 30 days. Unconfirmed: `total`, and that `offset` is a count.
Answer recent_engagements(PortalState& state, const Ask& ask) {
    const auto asked = from_unix_ms(record_id(ask.parameter("since")).value_or(0));
    const auto since = std::max(asked, ask.now - std::chrono::days{30});
    std::vector<const Record*> calls;
    for (const auto& [id, call] : state.records.all(ObjectType::calls)) {
        if (call.live() && call.updated >= since) calls.push_back(&call);
    }
    std::ranges::sort(calls, std::greater{},
                      [](const Record* call) { return std::pair{call->updated, call->id}; });
    const auto total = static_cast<std::int64_t>(calls.size());
    const auto count = std::min<std::int64_t>(record_id(ask.parameter("count")).value_or(20), 100);
    const auto begin = std::min(record_id(ask.parameter("offset")).value_or(0), total);
    const auto end = std::min(begin + count, total);
    auto results = Json::array();
    for (auto i = begin; i < end; ++i) {
        results.push_back(engagement_json(state, *calls[static_cast<std::size_t>(i)]));
    }
    return json_response(
        200,
        text_of(
            {{"results", results}, {"hasMore", end < total}, {"offset", end}, {"total", total}}));
}

Answer page_associated_engagements(PortalState& state, const Ask& ask) {
    if (auto refusal = check_associated_type(ask.at("to_type"))) return v1_refused(*refusal);
    const auto* contact =
        ask.at("to_type") == "CONTACT" ? contact_of(state, ask.at("to_id")) : nullptr;
    const auto ids =
        contact ? state.records.linked(*contact, ObjectType::calls) : std::vector<RecordId>{};
    // Unconfirmed: the default and the largest page here.
    return page_of(state, ids, asked_page(ask, 20, 100));
}

Answer associate_engagement(PortalState& state, const Ask& ask) {
    const auto pair = asked_pair(state, ask);
    if (!pair) return std::unexpected(pair.error());
    state.records.link(*pair->first, *pair->second, ask.now);
    return no_content();
}

Answer dissociate_engagement(PortalState& state, const Ask& ask) {
    const auto pair = asked_pair(state, ask);
    if (!pair) return std::unexpected(pair.error());
    state.records.unlink(*pair->first, *pair->second, ask.now);
    return no_content();
}

}  // namespace ringbridge::sim
