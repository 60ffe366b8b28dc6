#include "core/answers.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace ringbridge {
namespace {

// One long answer must not use up the property for later calls.
constexpr std::size_t answer_bytes_max = 1'000;

std::string ending_of(const CallId& call_id, const std::string& label) {
    return '(' + label + " ID: " + call_id.text + ')';
}

// The line with this ending, without its line break. Empty if there is none.
std::string_view line_with(std::string_view text, const std::string& ending) {
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        if (trim(line).ends_with(ending)) return line;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return {};
}

// A caller's words must not look like a line of ours.
std::string in_one_line(std::string_view text) {
    std::string line{cut_utf8(text, answer_bytes_max)};
    for (auto& c : line) {
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return line;
}

}  // namespace

std::string answer_to(const Call& call, const std::string& question) {
    const auto wanted = lower_case(trim(question));
    const auto found = std::ranges::find_if(call.form_answers, [&](const FormAnswer& answer) {
        return lower_case(trim(answer.question)) == wanted;
    });
    return found == call.form_answers.end() ? std::string{} : std::string{trim(found->answer)};
}

std::string answers_text(const Call& call) {
    std::string text;
    for (const auto& [question, answer] : call.form_answers) {
        text += question + ": " + answer + '\n';
    }
    return std::string{trim(text)};
}

std::string append_answer(const std::string& text, const Call& call, const std::string& question,
                          const std::string& label, std::size_t bytes_max) {
    const auto answer = answer_to(call, question);
    const auto ending = ending_of(call.id, label);
    if (answer.empty() || !line_with(text, ending).empty()) return text;
    const auto day = format_utc(call.called_at).substr(0, 10);
    const auto longer =
        text + (text.empty() ? "" : "\n") + day + ' ' + in_one_line(answer) + ' ' + ending;
    return longer.size() <= bytes_max ? longer : text;
}

std::string without_answer(const std::string& text, const CallId& call_id,
                           const std::string& label) {
    const auto line = line_with(text, ending_of(call_id, label));
    if (line.empty()) return text;
    const auto begin = static_cast<std::size_t>(line.data() - text.data());
    const auto end = std::min(begin + line.size() + 1, text.size());
    auto left = text.substr(0, begin) + text.substr(end);
    if (left.ends_with('\n')) left.pop_back();
    return left;
}

}  // namespace ringbridge
