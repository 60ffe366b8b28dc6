#include "hubspot/timeline.hpp"

#include "core/stop.hpp"
#include "hubspot/paging.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::hubspot {
namespace {

std::expected<std::string, Refused> body_of(Answer answer) {
    if (auto* done = std::get_if<Done>(&answer)) return std::move(done->body);
    if (auto* refused = std::get_if<Refused>(&answer)) return std::unexpected{std::move(*refused)};
    throw OutOfReach{std::get<Unsure>(answer).why};
}

}  // namespace

Task<std::expected<std::vector<Marked>, Refused>> Timeline::find(std::set<std::string> contact_ids,
                                                                 std::string label) {
    const auto found = co_await attached(std::move(contact_ids));
    if (!found) co_return std::unexpected{found.error()};
    std::set<std::string> ids;
    for (const auto& [contact_id, records] : *found) ids.insert(records.begin(), records.end());
    std::vector<std::string> rest{ids.begin(), ids.end()};
    std::vector<Marked> marked;
    while (!rest.empty()) {
        const auto some = take_batch(rest);
        const auto body =
            body_of(co_await door_.send({"POST", objects_path(version_, type_) + "/batch/read",
                                         encode_batch_read(some, {body_property_})}));
        if (!body) co_return std::unexpected{body.error()};
        for (const auto& record : decode_records(*body)) {
            const auto text = record.properties.find(body_property_);
            if (text == record.properties.end()) continue;
            if (auto id = find_marker(text->second, label)) marked.push_back({*id, record.id});
        }
    }
    co_return marked;
}

Task<std::expected<Attached, Refused>> Timeline::attached(std::set<std::string> contact_ids) {
    std::vector<std::pair<std::string, std::string>> rest;
    for (const auto& id : contact_ids) rest.emplace_back(id, "");
    Attached attached;
    std::map<std::string, Paging> paging;  // by contact
    while (!rest.empty()) {
        const auto some = take_batch(rest);
        const auto body =
            body_of(co_await door_.send({"POST", associations_path(version_, "contacts", type_),
                                         encode_association_read(some)}));
        // Where the batch read is not to be had, each contact is read with what hangs on it.
        if (!body && body.error().status == 404) {
            for (const auto& [contact_id, cursor] : some) {
                auto records = co_await records_of(contact_id);
                if (!records) co_return std::unexpected{records.error()};
                attached[contact_id].merge(*records);
            }
            continue;
        }
        if (!body) co_return std::unexpected{body.error()};
        auto read = decode_association_read(*body);
        for (auto& [contact_id, ids] : read.ids) attached[contact_id].merge(ids);
        for (auto& [contact_id, cursor] : read.next_pages) {
            auto next = paging[contact_id].next(std::move(cursor));
            if (!next.empty()) rest.emplace_back(contact_id, std::move(next));
        }
    }
    co_return attached;
}

Task<std::expected<std::set<std::string>, Refused>> Timeline::records_of(std::string contact_id) {
    const auto path =
        objects_path(version_, "contacts") + '/' + contact_id + "?associations=" + type_;
    const auto body = body_of(co_await door_.send({"GET", path, ""}));
    if (body) co_return decode_embedded(*body, type_);
    if (body.error().status == 404) co_return std::set<std::string>{};  // the contact is gone
    co_return std::unexpected{body.error()};
}

}  // namespace ringbridge::hubspot
