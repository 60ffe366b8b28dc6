#include "core/call.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace ringbridge {
namespace {

constexpr std::string_view white_space = " \t\r\n";

// The texts of the first version. A later one counts only where there is some, so that what earlier
// versions recorded is not taken for changed.
constexpr std::size_t first_texts = 7;

bool is_address(std::string_view word) {
    return word.starts_with("https://") || word.starts_with("http://");
}

// Words separated by single spaces, URLs without their queries.
std::string essence(std::string_view text) {
    std::string words;
    for (;;) {
        const auto begin = text.find_first_not_of(white_space);
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        const auto word = text.substr(0, text.find_first_of(white_space));
        text.remove_prefix(word.size());
        if (!words.empty()) words += ' ';
        words += is_address(word) ? word.substr(0, word.find_first_of("?#")) : word;
    }
}

bool is_older(const EventAge& one, const EventAge& other) {
    if (one.rank != other.rank) return one.rank < other.rank;
    return one.at && other.at && *one.at < *other.at;
}

}  // namespace

bool is_missed(const Call& call) {
    const bool silent = call.duration && call.duration->count() == 0 &&
                        trim(call.transcript).empty() && trim(call.summary).empty();
    return call.missed || (silent && !call.ongoing);
}

std::string_view why_unwanted(const Call& call) {
    switch (call.mark) {
        case CallMark::spam:
            return "the platform marked it as spam";
        case CallMark::deleted:
            return "it was deleted on the platform";
        case CallMark::none:
            break;
    }
    return {};
}

std::string content_of(const Call& call) {
    constexpr char separator = '\0';  // no text of a call contains it
    auto content = call.id.text + separator +
                   (call.undated ? "" : std::to_string(to_unix_ms(call.called_at))) + separator +
                   (call.duration ? std::to_string(call.duration->count()) : "") + separator +
                   (call.missed ? "missed" : "") + (call.ongoing ? "ongoing" : "");
    if (call.kind != CallKind::inbound) content += word_of(call_kinds, call.kind);
    content += why_unwanted(call);
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        const auto text = essence(call.*call_texts[i].field);
        if (i < first_texts || !text.empty()) content += separator + text;
    }
    std::set<std::pair<std::string, std::string>> answers;
    for (const auto& [question, answer] : call.form_answers) {
        answers.emplace(essence(question), essence(answer));
    }
    for (const auto& [question, answer] : answers) {
        content += separator + question + separator + answer;
    }
    return content;
}

Call fill_blanks(Call listed, const Call& known) {
    const auto lost = [&](std::string_view field) {
        return std::ranges::find(listed.lost, field) != listed.lost.end();
    };
    if (lost("outcome")) listed.missed = known.missed;
    if (lost("direction")) listed.kind = known.kind;
    for (const auto& text : call_texts) {
        if ((listed.*text.field).empty()) listed.*text.field = known.*text.field;
    }
    if (!listed.duration) listed.duration = known.duration;
    if (listed.undated) {
        listed.called_at = known.called_at;
        listed.undated = known.undated;
    }
    for (const auto& answer : known.form_answers) {
        const auto same = [&](const FormAnswer& one) { return one.question == answer.question; };
        const auto now = std::ranges::find_if(listed.form_answers, same);
        if (now == listed.form_answers.end()) {
            listed.form_answers.push_back(answer);
        } else if (now->answer.empty()) {
            now->answer = answer.answer;
        }
    }
    return listed;
}

bool is_older(const Call& arrived, const Call& known) {
    if (arrived.event) return !known.event || is_older(*arrived.event, *known.event);
    const auto& sent_at = known.event ? known.event->at : std::nullopt;
    return sent_at && arrived.asked_at && *arrived.asked_at < *sent_at;
}

Call merged(Call arrived, const Call& known) {
    return is_older(arrived, known) ? fill_blanks(known, arrived)
                                    : fill_blanks(std::move(arrived), known);
}

CallId key_without_id(UtcTime called_at, std::string_view caller_phone) {
    std::string digits;
    std::ranges::copy_if(caller_phone, std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    return CallId{"no-id:" + stable_hash(std::to_string(to_unix_ms(called_at)) + ' ' + digits)};
}

bool is_without_id(const CallId& key) {
    return key.text.starts_with("no-id:") || key.text.starts_with("unreadable:");
}

}  // namespace ringbridge
