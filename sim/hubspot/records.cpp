#include "sim/hubspot/records.hpp"

#include "sim/hubspot/phones.hpp"
#include "sim/hubspot/values.hpp"

#include <algorithm>
#include <sstream>

namespace ringbridge::sim {
namespace {

// Unconfirmed: how much of a call's text the preview holds.
constexpr std::size_t preview_bytes = 240;

std::string without_tags(const std::string& html) {
    std::string text;
    bool inside = false;
    for (const char c : html) {
        if (c == '<') inside = true;
        if (!inside) text += c;
        if (c == '>') inside = false;
    }
    auto end = std::min(text.size(), preview_bytes);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

void calculate(Record& record) {
    auto& properties = record.properties;
    properties["hs_object_id"] = std::to_string(record.id);
    if (record.type == ObjectType::contacts) {
        properties["lastmodifieddate"] = moment_text(record.updated);
        calculate_phones(properties);
        return;
    }
    properties["hs_lastmodifieddate"] = moment_text(record.updated);
    const auto preview = without_tags(
        record.property(record.type == ObjectType::calls ? "hs_call_body" : "hs_task_body"));
    if (preview.empty()) {
        properties.erase("hs_body_preview");
    } else {
        properties["hs_body_preview"] = preview;
    }
}

}  // namespace

std::string Record::property(const std::string& name) const {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string{} : found->second;
}

RecordId Records::next_id(ObjectType type) {
    if (type == ObjectType::contacts) return ++last_contact_;
    return type == ObjectType::calls ? ++last_call_ : ++last_task_;
}

Record& Records::add(ObjectType type, RecordId id, Properties properties, UtcTime created,
                     UtcTime now) {
    auto& record = map_of(type)[id];
    record = {.id = id, .type = type, .properties = std::move(properties), .created = created};
    record.properties[type == ObjectType::contacts ? "createdate" : "hs_createdate"] =
        moment_text(created);
    changed(record, now);
    return record;
}

void Records::set(Record& record, const Properties& changes, UtcTime now) {
    for (const auto& [name, value] : changes) {
        if (value.empty()) {
            record.properties.erase(name);
        } else {
            record.properties[name] = value;
        }
    }
    changed(record, now);
}

void Records::archive(Record& record, UtcTime now) {
    record.archived_at = now;
    reindex(record, now);
    release(record.id, record.type);
}

void Records::link(Record& activity, Record& contact, UtcTime now) {
    activity.links.insert(contact.id);
    contact.links.insert(activity.id);
    reindex(activity, now);
    reindex(contact, now);
}

void Records::unlink(Record& activity, Record& contact, UtcTime now) {
    activity.links.erase(contact.id);
    contact.links.erase(activity.id);
    reindex(activity, now);
    reindex(contact, now);
}

void Records::merge_away(Record& loser, Record& survivor, UtcTime now) {
    loser.merged_into = survivor.id;
    survivor.took_in_at = now;
    for (const auto id : std::exchange(loser.links, {})) {
        auto& activity = at_end_of(id);
        activity.links.erase(loser.id);
        activity.links.insert(survivor.id);
        survivor.links.insert(id);
        reindex(activity, now);
    }
    reindex(loser, now);
    release(loser.id, loser.type);
    changed(survivor, now);
}

void Records::restore(ObjectType type, RecordId id, std::optional<Record> before) {
    auto& records = map_of(type);
    const auto now = records.find(id);
    if (now == records.end()) return;
    release(id, type);
    if (before) {
        now->second = std::move(*before);
        claim(now->second);
        return;
    }
    for (const auto other : now->second.links) {
        auto& linked = at_end_of(other);
        linked.links.erase(id);
        for (auto& entry : linked.index) entry.links.erase(id);
    }
    records.erase(now);
}

Record* Records::find(ObjectType type, RecordId id) {
    auto& records = map_of(type);
    const auto found = records.find(resolve(type, id));
    return found == records.end() ? nullptr : &found->second;
}

Record* Records::live(ObjectType type, RecordId id) {
    auto* record = find(type, id);
    return record != nullptr && record->live() ? record : nullptr;
}

RecordId Records::resolve(ObjectType type, RecordId id) const {
    const auto& records = all(type);
    for (;;) {
        const auto found = records.find(id);
        const auto next = found == records.end() ? std::nullopt : found->second.merged_into;
        if (!next) return id;
        id = *next;
    }
}

const std::map<RecordId, Record>& Records::all(ObjectType type) const {
    if (type == ObjectType::contacts) return contacts_;
    return type == ObjectType::calls ? calls_ : tasks_;
}

std::vector<RecordId> Records::linked(const Record& record, ObjectType type) const {
    const auto& others = all(type);
    std::vector<RecordId> ids;
    for (const auto id : record.links) {
        const auto other = others.find(id);
        if (other != others.end() && other->second.live()) ids.push_back(id);
    }
    return ids;
}

const Indexed* Records::indexed(const Record& record, UtcTime now) {
    for (auto entry = record.index.rbegin(); entry != record.index.rend(); ++entry) {
        if (entry->visible_at <= now) return entry->present ? &*entry : nullptr;
    }
    return nullptr;
}

void Records::set_unique(ObjectType type, const std::string& property, bool unique) {
    if (!unique) {
        unique_[type].erase(property);
        return;
    }
    unique_[type].insert(property);
    for (const auto& [id, record] : all(type)) {
        if (record.live()) claim(record);
    }
}

bool Records::is_unique(ObjectType type, const std::string& property) const {
    const auto found = unique_.find(type);
    return found != unique_.end() && found->second.contains(property);
}

std::optional<RecordId> Records::holder(ObjectType type, const std::string& property,
                                        const std::string& value) const {
    const auto found = holders_.find({type, property, lower_case(value)});
    if (found == holders_.end()) return std::nullopt;
    return found->second;
}

std::map<RecordId, Record>& Records::map_of(ObjectType type) {
    if (type == ObjectType::contacts) return contacts_;
    return type == ObjectType::calls ? calls_ : tasks_;
}

Record& Records::at_end_of(RecordId link) {
    if (const auto call = calls_.find(link); call != calls_.end()) return call->second;
    const auto task = tasks_.find(link);
    return task == tasks_.end() ? contacts_.at(link) : task->second;
}

void Records::changed(Record& record, UtcTime now) {
    record.updated = std::max(now, record.created);
    calculate(record);
    release(record.id, record.type);
    claim(record);
    reindex(record, now);
}

// Keeps only what a search may still see: everything before the newest visible entry is dropped.
void Records::reindex(Record& record, UtcTime now) {
    auto& index = record.index;
    index.push_back({.visible_at = now + options_.index_lag,
                     .present = record.live(),
                     .properties = record.properties,
                     .links = record.links});
    auto newest = index.end();
    for (auto entry = index.begin(); entry != index.end(); ++entry) {
        if (entry->visible_at <= now) newest = entry;
    }
    if (newest != index.end()) index.erase(index.begin(), newest);
}

void Records::claim(const Record& record) {
    auto& own = claims_[{record.type, record.id}];
    const auto take = [&](const std::string& property, const std::string& value) {
        if (value.empty()) return;
        Claim claimed{record.type, property, lower_case(value)};
        if (holders_.emplace(claimed, record.id).second) own.insert(std::move(claimed));
    };
    for (const auto& property : unique_[record.type]) take(property, record.property(property));
    std::istringstream additional{record.property("hs_additional_emails")};
    for (std::string email; std::getline(additional, email, ';');) take("email", email);
}

void Records::release(RecordId id, ObjectType type) {
    const auto own = claims_.find({type, id});
    if (own == claims_.end()) return;
    for (const auto& claimed : own->second) holders_.erase(claimed);
    claims_.erase(own);
}

}  // namespace ringbridge::sim
