#include "core/activity_body.hpp"

#include "core/text.hpp"

namespace ringbridge {
namespace {

// Limits that leave most of the body to the transcript, so that neither a long summary nor a
// hundred form answers can push out the marker.
constexpr std::size_t short_text_bytes_max = 1'000;
constexpr std::size_t summary_bytes_max = 10'000;
constexpr std::size_t answer_bytes_max = 1'000;
constexpr std::size_t answers_bytes_max = 20'000;
constexpr std::string_view cut_note = "… <em>(cut to fit)</em>";

std::string escape_short(std::string_view text) {
    return escape_html(text, short_text_bytes_max).html;
}

std::string escape_or_cut(std::string_view text, std::size_t bytes_max) {
    auto escaped = escape_html(text, bytes_max - cut_note.size());
    if (!escaped.whole) escaped.html += cut_note;
    return escaped.html;
}

std::string line(std::string_view name, const std::string& html) {
    if (html.empty()) return {};
    return "<strong>" + std::string{name} + ":</strong> " + html + "<br>";
}

std::string head_of(const Call& call, const std::string& phone) {
    const auto lines = line("Caller", escape_short(trim(call.caller_name))) +
                       line("Phone", escape_short(phone)) +
                       line("Action", escape_short(trim(call.primary_action))) +
                       line("Ended", escape_short(trim(call.end_reason)));
    return lines.empty() ? lines : "<p>" + lines + "</p>";
}

std::string summary_of(const Call& call) {
    const auto summary = trim(call.summary);
    if (summary.empty()) return {};
    return "<p><strong>Summary</strong><br>" + escape_or_cut(summary, summary_bytes_max) + "</p>";
}

std::string answers_of(const Call& call) {
    std::string items;
    for (const auto& [question, answer] : call.form_answers) {
        const auto item = "<li><strong>" + escape_short(trim(question)) + "</strong> " +
                          escape_or_cut(trim(answer), answer_bytes_max) + "</li>";
        if (items.size() + item.size() > answers_bytes_max) {
            items += "<li>" + std::string{cut_note} + "</li>";
            break;
        }
        items += item;
    }
    return items.empty() ? items : "<p><strong>Answers</strong></p><ul>" + items + "</ul>";
}

bool is_web_address(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

std::string recording_of(const Call& call) {
    if (!is_web_address(call.recording_url)) return {};
    return "<p><a href=\"" + escape_short(call.recording_url) + "\">Recording</a></p>";
}

std::string transcript_of(const Call& call, std::size_t bytes_max) {
    static constexpr std::string_view open = "<p><strong>Transcript</strong><br>";
    static constexpr std::string_view close = "</p>";
    const auto transcript = trim(call.transcript);
    const auto frame = open.size() + close.size() + cut_note.size();
    if (transcript.empty() || bytes_max <= frame) return {};
    return std::string{open} + escape_or_cut(transcript, bytes_max - open.size() - close.size()) +
           std::string{close};
}

std::string marker_of(const CallId& call_id, const std::string& label) {
    return label + " ID: " + escape_short(call_id.text);
}

}  // namespace

std::string activity_body(const Call& call, const std::string& phone, const Mapping& mapping,
                          std::size_t bytes_max) {
    auto body = head_of(call, phone) + summary_of(call) + answers_of(call);
    if (mapping.recording != Recording::off) body += recording_of(call);
    const auto marker = marker_of(call.id, mapping.label);
    if (mapping.transcript) {
        body += transcript_of(call, bytes_max - body.size() - marker.size());
    }
    return body + marker;
}

std::string follow_up_body(const Call& call, const std::string& phone, const Mapping& mapping) {
    return head_of(call, phone) + summary_of(call) + marker_of(call.id, mapping.label);
}

}  // namespace ringbridge
