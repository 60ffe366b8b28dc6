#include "core/call.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace ringbridge {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::array text_fields{&Call::caller_phone, &Call::agent_phone,    &Call::caller_name,
                                 &Call::summary,      &Call::primary_action, &Call::transcript,
                                 &Call::recording_url};

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

}  // namespace

std::string content_of(const Call& call) {
    constexpr char separator = '\0';  // no text of a call contains it
    auto content = call.id + separator + std::to_string(to_unix_ms(call.called_at)) + separator +
                   (call.duration ? std::to_string(call.duration->count()) : "") + separator +
                   (call.missed ? "missed" : "") + (call.ongoing ? "ongoing" : "");
    for (const auto field : text_fields) content += separator + essence(call.*field);
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
    for (const auto field : text_fields) {
        if ((listed.*field).empty()) listed.*field = known.*field;
    }
    if (!listed.duration) listed.duration = known.duration;
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

}  // namespace ringbridge
