#include "hubspot/timeline.hpp"

#include "core/activity_text.hpp"
#include "hubspot/paging.hpp"
#include "hubspot/record_reader.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::hubspot {

void add_marked(std::vector<Marked>& marked, const std::string& body, const std::string& label,
                Marked record) {
    for (auto& call_id : marked_ids(body, label)) {
        record.call_id = std::move(call_id);
        marked.push_back(record);
        record.certain = false;  // the first id was the whole line
    }
}

Task<std::expected<FoundMarked, Refused>> Timeline::find(std::set<ContactId> contact_ids,
                                                         std::string label) {
    auto attached = co_await this->attached(std::move(contact_ids));
    if (!attached) co_return std::unexpected{attached.error()};
    std::set<std::string> ids;
    for (const auto& [contact_id, records] : attached->ids) {
        ids.insert(records.begin(), records.end());
    }
    auto read = co_await read_records(&client_, objects_path(version_, type_),
                                      {ids.begin(), ids.end()}, {body_property_});
    if (!read) co_return std::unexpected{read.error()};
    FoundMarked found{.marked = {}, .refused = std::move(attached->refused)};
    for (const auto& [contact_id, records] : attached->ids) {
        for (const auto& id : records) {
            const auto record = read->records.find(id);
            const auto refused = read->refused.find(id);
            if (record != read->records.end()) {
                const auto body = value_of(record->second.properties, body_property_);
                add_marked(found.marked, body, label, {"", id, contact_id});
            } else if (refused != read->refused.end()) {
                found.refused.emplace(contact_id, refused->second);
            }
        }
    }
    co_return found;
}

Task<std::expected<ReadAttached, Refused>> Timeline::attached(std::set<ContactId> contact_ids) {
    std::vector<std::pair<ContactId, std::string>> rest;
    for (const auto& id : contact_ids) rest.emplace_back(id, "");
    std::vector<decltype(rest)> parts;
    while (!rest.empty()) parts.push_back(take_batch(rest));
    ReadAttached attached;
    bool any_read = false;
    std::map<ContactId, Paging> paging;  // by contact
    while (!parts.empty()) {
        auto part = std::move(parts.back());
        parts.pop_back();
        const auto body =
            body_of(co_await client_.send({"POST", associations_path(version_, "contacts", type_),
                                           encode_association_read(part)}));
        // Without a batch read, each contact is read with its embedded associations.
        if (!body && body.error().status == 404) {
            for (const auto& [contact_id, cursor] : part) {
                auto records = co_await records_of(contact_id);
                if (!records) co_return std::unexpected{records.error()};
                attached.ids[contact_id].merge(*records);
            }
            continue;
        }
        const bool all = attached.refused.size() + 1 == refused_until_all && !any_read;
        if (!body && (all || is_about_all(body.error()))) co_return std::unexpected{body.error()};
        if (!body && part.size() > 1) {
            std::ranges::move(in_smaller_batches(std::move(part)), std::back_inserter(parts));
            continue;
        }
        if (!body) {
            attached.refused[part.front().first] = body.error();
            continue;
        }
        any_read = true;
        auto read = decode_association_read(*body);
        for (auto& [contact_id, ids] : read.ids) attached.ids[contact_id].merge(ids);
        for (auto& [contact_id, cursor] : read.next_pages) {
            auto next = paging[contact_id].next(std::move(cursor));
            if (!next.empty()) parts.push_back({{contact_id, std::move(next)}});
        }
    }
    co_return attached;
}

Task<std::expected<std::set<std::string>, Refused>> Timeline::records_of(ContactId contact_id) {
    const auto path =
        objects_path(version_, "contacts") + '/' + contact_id.text + "?associations=" + type_;
    const auto body = body_of(co_await client_.send({"GET", path, ""}));
    if (body) co_return decode_embedded(*body, type_);
    if (body.error().status == 404) co_return std::set<std::string>{};  // the contact is gone
    co_return std::unexpected{body.error()};
}

}  // namespace ringbridge::hubspot
