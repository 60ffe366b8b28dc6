#include "hubspot/engagements_v1.hpp"

#include "core/match.hpp"
#include "hubspot/paging.hpp"

#include <iterator>

namespace ringbridge::hubspot {
namespace {

const std::string root = "/engagements/v1/engagements";

// Recorded: PUT and DELETE are answered 204. A PATCH of the engagement cannot change associations.
std::string contact_path(const ActivityId& id, const ContactId& contact_id) {
    return root + '/' + id.text + "/associations/CONTACT/" + contact_id.text;
}

RowOutcome row_of(Answer answer) {
    return match(
        std::move(answer),
        [](Done done) -> RowOutcome {
            auto id = decode_engagement_id(done.body);
            if (id.empty()) return Unsure{"HubSpot's answer does not confirm it"};
            return Written{std::move(id)};
        },
        [](Refused refused) -> RowOutcome { return refused; },
        [](Unsure unsure) -> RowOutcome { return unsure; });
}

}  // namespace

Task<std::vector<RowOutcome>> EngagementsV1::create(std::vector<NewActivity> activities) {
    const auto pace = activities.size() < rows_max() ? Pacer::Pace::at_once : Pacer::Pace::even;
    std::vector<RowOutcome> outcomes;
    for (const auto& activity : activities) {
        outcomes.push_back(row_of(co_await client_.send({.method = "POST",
                                                         .path = root,
                                                         .body = encode_engagement(activity),
                                                         .repeat = Repeat::unsafe,
                                                         .pace = pace})));
    }
    co_return outcomes;
}

Task<std::vector<RowOutcome>> EngagementsV1::update(std::vector<ActivityPatch> patches) {
    std::vector<RowOutcome> outcomes;
    for (const auto& [id, activity] : patches) {
        outcomes.push_back(row_of(co_await client_.send(
            {"PATCH", root + '/' + id.text, encode_engagement_patch(activity), Repeat::unsafe})));
    }
    co_return outcomes;
}

// An engagement that is gone is an empty 200.
Task<std::expected<ReadTexts, Refused>> EngagementsV1::read(std::vector<ActivityId> ids) {
    ReadTexts read;
    for (const auto& id : ids) {
        auto body = body_of(co_await client_.send({"GET", root + '/' + id.text, ""}));
        if (!body) {
            if (is_missing_scope(body.error())) co_return std::unexpected{body.error()};
            if (body.error().status != 404) read.refused[id] = std::move(body.error());
        } else if (auto text = decode_engagement_text(*body)) {
            read.texts[id] = std::move(*text);
        }
    }
    co_return read;
}

Task<RowOutcome> EngagementsV1::remove(ActivityId id) {
    auto answer = co_await client_.send({"DELETE", root + '/' + id.text, "", Repeat::unsafe});
    co_return taken_off(std::move(id), std::move(answer));
}

Task<RowOutcome> EngagementsV1::associate(ActivityId id, ContactId contact_id) {
    auto answer = co_await client_.send({"PUT", contact_path(id, contact_id), "", Repeat::unsafe});
    co_return put_on(std::move(id), std::move(answer));
}

Task<RowOutcome> EngagementsV1::dissociate(ActivityId id, ContactId contact_id) {
    auto answer =
        co_await client_.send({"DELETE", contact_path(id, contact_id), "", Repeat::unsafe});
    co_return taken_off(std::move(id), std::move(answer));
}

Task<std::expected<FoundMarked, Refused>> EngagementsV1::find(std::set<ContactId> contact_ids,
                                                              std::string label) {
    FoundMarked found;
    for (const auto& contact_id : contact_ids) {
        std::string offset;
        Paging paging;
        do {
            auto path = root + "/associated/CONTACT/" + contact_id.text + "/paged?limit=100" +
                        (offset.empty() ? "" : "&offset=" + offset);
            auto body = body_of(co_await client_.send({"GET", std::move(path), ""}));
            if (!body) {
                if (is_missing_scope(body.error())) co_return std::unexpected{body.error()};
                found.refused[contact_id] = std::move(body.error());
                break;
            }
            auto page = decode_engagement_page(*body, label);
            for (auto& one : page.marked) {
                one.contact_id = contact_id;
                found.marked.push_back(std::move(one));
            }
            offset = paging.next(std::move(page.next_offset));
        } while (!offset.empty());
    }
    co_return found;
}

Task<std::optional<std::vector<Marked>>> EngagementsV1::find_anywhere(std::string label,
                                                                      int requests_max) {
    std::vector<Marked> marked;
    std::string offset;
    for (int requests = 0; requests < requests_max; ++requests) {
        auto path = root + "/paged?limit=250" + (offset.empty() ? "" : "&offset=" + offset);
        auto answer = co_await client_.send({"GET", std::move(path), ""});
        const auto* done = std::get_if<Done>(&answer);
        if (!done) co_return std::nullopt;
        auto page = decode_engagement_page(done->body, label);
        std::ranges::move(page.marked, std::back_inserter(marked));
        offset = page.next_offset;
        if (offset.empty()) co_return marked;
    }
    co_return std::nullopt;
}

}  // namespace ringbridge::hubspot
