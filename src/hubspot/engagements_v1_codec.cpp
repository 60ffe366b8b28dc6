// The JSON of engagements_v1.hpp: milliseconds, integer ids, metadata.
#include "core/parse_number.hpp"
#include "hubspot/engagements_v1.hpp"
#include "hubspot/json_codec.hpp"

namespace ringbridge::hubspot {
namespace {

json metadata_of(const Activity& activity) {
    json metadata{
        {"title", activity.title}, {"body", activity.body}, {"status", status_of(activity)}};
    if (activity.duration) metadata["durationMilliseconds"] = activity.duration->count();
    if (!activity.from.empty()) metadata["fromNumber"] = activity.from;
    if (!activity.to.empty()) metadata["toNumber"] = activity.to;
    if (!activity.recording_url.empty()) metadata["recordingUrl"] = activity.recording_url;
    return metadata;
}

// Ids are numbers in v1 and strings everywhere else.
json number_of(const std::string& id) {
    const auto number = parse_number<std::int64_t>(id);
    return number ? json(*number) : json(id);
}

void add_owner(json& engagement, const Activity& activity) {
    if (!activity.owner_id.empty()) engagement["ownerId"] = number_of(activity.owner_id);
}

ContactId first_contact(const json& result) {
    const json associations = result.value("associations", json::object());
    const auto ids = associations.is_object() ? list_at(associations, "contactIds") : json::array();
    return ContactId{ids.empty() ? std::string{} : ids.front().dump()};
}

}  // namespace

std::string encode_engagement(const NewActivity& created) {
    json engagement{
        {"active", true}, {"type", "CALL"}, {"timestamp", to_unix_ms(created.activity.at)}};
    add_owner(engagement, created.activity);
    return dump(
        {{"engagement", std::move(engagement)},
         {"associations", {{"contactIds", json::array({number_of(created.contact_id.text)})}}},
         {"metadata", metadata_of(created.activity)}});
}

std::string encode_engagement_patch(const Activity& activity) {
    json engagement{{"timestamp", to_unix_ms(activity.at)}};
    add_owner(engagement, activity);
    auto metadata = metadata_of(activity);
    metadata["recordingUrl"] = activity.recording_url;  // clears a recording that is gone
    return dump({{"engagement", std::move(engagement)}, {"metadata", std::move(metadata)}});
}

std::string decode_engagement_id(const std::string& body) {
    const auto parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("engagement")) return {};
    const auto& engagement = parsed.at("engagement");
    return engagement.is_object() ? text_at(engagement, "id") : std::string{};
}

std::optional<ActivityText> decode_engagement_text(const std::string& body) {
    if (body.empty()) return std::nullopt;
    const auto parsed = parse_object(body);
    if (!parsed.contains("engagement")) return std::nullopt;
    const json metadata = parsed.value("metadata", json::object());
    if (!metadata.is_object()) return ActivityText{};
    return ActivityText{text_at(metadata, "title"), text_at(metadata, "body")};
}

EngagementPage decode_engagement_page(const std::string& body, const std::string& label) {
    EngagementPage page;
    const auto parsed = parse_object(body);
    for (const auto& result : list_at(parsed, "results")) {
        if (!result.is_object() || !result.contains("metadata")) continue;
        const auto& metadata = result.at("metadata");
        const auto id = decode_engagement_id(dump(result));
        if (!metadata.is_object() || id.empty()) continue;
        add_marked(page.marked, text_at(metadata, "body"), label, {"", id, first_contact(result)});
    }
    if (text_at(parsed, "hasMore") == "true") page.next_offset = text_at(parsed, "offset");
    return page;
}

}  // namespace ringbridge::hubspot
