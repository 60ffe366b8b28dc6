// The activity of a call, and the task to call back: title, times, numbers, owner.
#include "core/activity_body.hpp"
#include "core/mapping.hpp"
#include "core/text.hpp"

namespace ringbridge {
namespace {

constexpr std::size_t title_bytes_max = 500;

// Numbers are shown and sent as E.164 if they can be parsed, else as written.
std::string shown_number(const std::string& text, const std::string& region) {
    const auto number = parse_phone(text, region);
    return number ? to_text(*number) : text;
}

std::string as_title(std::string_view text) {
    return std::string{cut_utf8(without_controls(text), title_bytes_max)};
}

std::string caller_of(const Call& call, const std::string& phone) {
    const auto name = trim(call.caller_name);
    return name.empty() ? phone : std::string{name};
}

}  // namespace

std::string activity_title(const std::string& caller, std::string_view action,
                           const Mapping& mapping) {
    auto title = mapping.label + ": " + caller;
    if (!action.empty()) title.append(" — ").append(action);
    return as_title(title);
}

Activity build_activity(const Call& call, const Mapping& mapping, std::size_t body_bytes) {
    const bool plays =
        mapping.recording == Recording::player && call.recording_url.starts_with("https://");
    const auto phone = shown_number(call.caller_phone, mapping.region);
    const auto ours = shown_number(call.agent_phone, mapping.region);
    const bool outbound = call.kind == CallKind::outbound;
    return {.call_id = call.id,
            .at = call.called_at,
            .duration = call.duration,
            .title = activity_title(caller_of(call, phone), trim(call.primary_action), mapping),
            .body = activity_body(call, phone, mapping, body_bytes),
            .from = outbound ? ours : phone,
            .to = outbound ? phone : ours,
            .recording_url = plays ? call.recording_url : std::string{},
            .missed = is_missed(call),
            .outbound = outbound,
            .ongoing = call.ongoing};
}

FollowUp build_follow_up(const Call& call, const Mapping& mapping) {
    const auto phone = shown_number(call.caller_phone, mapping.region);
    return {.call_id = call.id,
            .due = call.called_at,
            .subject = as_title("Call back " + caller_of(call, phone)),
            .body = follow_up_body(call, phone, mapping)};
}

std::string choose_owner(const Properties& contact, const Mapping& mapping) {
    if (const auto* fixed = std::get_if<OwnerId>(&mapping.owner)) return fixed->id;
    const bool contacts = std::holds_alternative<ContactOwner>(mapping.owner);
    return contacts ? value_of(contact, owner_property) : std::string{};
}

}  // namespace ringbridge
