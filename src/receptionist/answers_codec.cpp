#include "receptionist/answers_codec.hpp"

#include "core/text.hpp"
#include "receptionist/record_values_codec.hpp"
#include "receptionist/text.hpp"

#include <algorithm>
#include <span>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;
using Answers = std::vector<FormAnswer>;
using Nested = FormAnswers::Nested;

bool is_same_question(std::string_view a, std::string_view b) {
    return lower_case(trim(a)) == lower_case(trim(b));
}

// As a person would read it, of whatever type it is.
void add_as_read(const std::string& key, const json& item, const FormAnswers& mapped,
                 Answers& answers) {
    FormAnswer answer{clean_text(key), {}};
    if (item.is_structured() && mapped.answer) {
        const auto question = text_at(item, mapped.question);
        if (!question.empty()) answer.question = question;
        answer.answer = text_at(item, mapped.answer);
    }
    const bool is_nested =
        item.is_object() && !key.empty() && first_member(item, words_of_an_object) == nullptr;
    if (answer.answer.empty() && is_nested) {
        for (const auto& [name, inner] : item.items()) {
            add_as_read(key + ": " + name, inner, mapped, answers);
        }
        return;
    }
    const bool is_mapped = item.is_structured() && mapped.answer && key.empty();
    if (answer.answer.empty() && !is_mapped) answer.answer = text_of(item);
    if (answer != FormAnswer{}) answers.push_back(std::move(answer));
}

std::string plain_text(const json& value) {
    if (value.is_boolean()) return value.dump();
    if (!value.is_array()) return text_of(value);
    std::string items;
    for (const auto& item : value) {
        const auto text = plain_text(item);
        if (!text.empty()) items += (items.empty() ? "" : ", ") + text;
    }
    return items;
}

// A question counts once, and only if it is answered.
void add_plain(const std::string& question, const json& value, const FormAnswers& mapped,
               Answers& answers) {
    const auto is_it = [&](std::string_view other) { return is_same_question(other, question); };
    if (question.empty() || std::ranges::any_of(mapped.except, is_it)) return;
    if (std::ranges::any_of(answers, is_it, &FormAnswer::question)) return;
    auto text = plain_text(value);
    if (!trim(text).empty()) answers.push_back({clean_text(question), std::move(text)});
}

void add_nested(const std::string& question, const json& value, const FormAnswers& mapped,
                Nested nested, Answers& answers) {
    const auto inside = opened(value);
    if (!inside.is_object()) return add_plain(question, value, mapped, answers);
    if (nested == Nested::left_out) return;
    const bool named = nested == Nested::with_name && !question.empty();
    for (const auto& [name, member] : inside.items()) {
        add_nested(named ? question + "." + name : name, member, mapped, Nested::with_name,
                   answers);
    }
}

void add_answer(const std::string& key, const json& item, const FormAnswers& mapped,
                Answers& answers) {
    if (!all_hold(mapped.where, item)) return;
    if (!mapped.nested) return add_as_read(key, item, mapped, answers);
    const auto named = text_at(item, mapped.question);
    const auto* value = mapped.answer ? find(item, *mapped.answer) : &item;
    if (value == nullptr) return;
    add_nested(named.empty() ? key : named, *value, mapped, *mapped.nested, answers);
}

void add_answers(const json& value, std::span<const JsonPath::Step> steps,
                 const FormAnswers& mapped, Answers& answers) {
    if (steps.empty()) return;
    const auto rest = steps.subspan(1);
    if (!std::holds_alternative<JsonPath::EachElement>(steps.front())) {
        const auto* next = take_step(value, steps.front());
        if (next != nullptr) add_answers(*next, rest, mapped, answers);
        return;
    }
    if (!value.is_structured()) return;
    for (const auto& [key, item] : value.items()) {
        if (rest.empty()) {
            add_answer(value.is_object() ? key : "", item, mapped, answers);
        } else {
            add_answers(item, rest, mapped, answers);
        }
    }
}

std::string essence(std::string_view question) {
    auto text = lower_case(question);
    std::erase_if(text, [](char c) { return c == ' ' || c == '_'; });
    return text;
}

}  // namespace

Answers form_answers_of(const json& record, const CallMapping& mapping) {
    Answers answers;
    for (const auto& mapped : mapping.form_answers) {
        add_answers(record, mapped.each.steps, mapped, answers);
    }
    return answers;
}

std::string answer_to(const Answers& answers, const std::vector<std::string>& questions) {
    for (const auto& [question, answer] : answers) {
        const auto is_asked = [&, asked = essence(question)](const std::string& one) {
            return essence(one) == asked;
        };
        if (std::ranges::any_of(questions, is_asked)) return std::string{trim(answer)};
    }
    return {};
}

}  // namespace ringbridge::receptionist
