// Questions and answers of the receptionist's form, in all their shapes: see fields.hpp.
#include "learn/fields.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <map>

namespace ringbridge::learn {
namespace {

bool is_like_a_form(const Name& name) {
    return name.contains(
               {"answer",        "form",           "intake",        "question",  "collected",
                "response",      "customfield",    "customdata",    "captured",  "extracted",
                "questionnaire", "fragebogen",     "formular",      "respuesta", "reponse",
                "rispost",       "antwort",        "fields",        "felder",    "campos",
                "variables",     "datacollection", "qualification", "survey",    "preguntas",
                "fragen",        "domande",        "vragen",        "gathered"}) &&
           !name.has({"headers", "metadata"});
}

double named_question(const Name& name) {
    if (name.has({"question", "frage", "pregunta", "domanda", "vraag", "pergunta", "prompt"}))
        return 1;
    if (name.is({"q"})) return 0.9;
    return name.has({"label", "field", "name", "key", "title", "feld", "campo", "etikett",
                     "etiqueta", "bezeichnung", "libelle"})
               ? 0.6
               : 0;
}

double named_answer(const Name& name) {
    if (name.has({"answer", "antwort", "respuesta", "reponse", "risposta", "antwoord", "resposta",
                  "response"})) {
        return 1;
    }
    if (name.is({"a"})) return 0.9;
    return name.has({"value", "text", "content", "wert", "valor", "valeur", "valore"}) ? 0.6 : 0;
}

// Of `$.question.text` what is around the last name counts as well.
double asked_by(const std::string& inside) {
    const Name name{inside};
    const bool above = name.has_around({"question", "frage", "pregunta", "domanda", "vraag"});
    if (name.has_around({"answer", "antwort", "respuesta", "response"})) return 0;
    return above ? 1 : named_question(name);
}
double answered_by(const std::string& inside) {
    const Name name{inside};
    const bool above = name.has_around({"answer", "antwort", "respuesta", "response", "reponse"});
    if (name.has_around({"question", "frage", "pregunta"})) return 0;
    return above ? 1 : named_answer(name);
}

// Written as a question, or as the label of a field in a form.
bool is_question(std::string_view text) {
    return text.size() >= 4 && text.size() <= 200 && text.ends_with('?');
}

// Whatever it is called: most of its texts are questions, and the same ones come again.
bool asks(const Column& column) {
    return !column.values.empty() && column.part([](const Leaf& leaf) {
        return leaf.kind == Leaf::Kind::text && is_question(leaf.text);
    }) > 0.5;
}

// The last name in a path as it is written: of `$.qa['Where?'].value` that is value.
std::pair<std::string, std::string> split_last(const std::string& path) {
    const auto end = path.ends_with("']") ? path.rfind("['") : path.rfind('.');
    if (end == std::string::npos || end < 2) return {};
    auto last = path.substr(end);
    if (last.starts_with("['")) last = last.substr(2, last.size() - 4);
    if (last.starts_with('.')) last.erase(0, 1);
    return {path.substr(0, end), last};
}

struct Found {
    std::string each, question, answer;
    double score = 0;
};

std::string before_last_each(const std::string& path) {
    return path.substr(0, path.rfind("[*]") + 3);
}

// What may be the answer by its values: texts that are no ids, times or kinds.
bool is_text_beside(const Column& column) {
    return !column.values.empty() && !column.name.has({"id", "type", "kind", "at", "order"}) &&
           column.part([](const Leaf& leaf) {
               return leaf.kind == Leaf::Kind::text && !is_time(leaf);
           }) > 0.8;
}

// `$.answers[*].question` and `$.answers[*].answer`.
void consider_objects(const Table& table, Found& best) {
    for (const auto& column : table.columns) {
        if (!column.in_list || column.path.ends_with("[*]")) continue;
        const auto each = before_last_each(column.path);
        const auto asked = asks(column) ? 1 : asked_by('$' + column.path.substr(each.size()));
        if (asked == 0) continue;
        for (const auto& other : table.columns) {
            if (&other == &column || !other.in_list || before_last_each(other.path) != each)
                continue;
            auto answered = answered_by('$' + other.path.substr(each.size()));
            if (answered == 0 && asks(column) && is_text_beside(other)) answered = 0.3;
            if (answered == 0 || other.path == each) continue;
            const bool form =
                is_like_a_form(Name{each}) || asks(column) || (asked == 1 && answered == 1);
            if (!form) continue;
            const auto score = 0.3 + 0.3 * asked + 0.3 * answered;
            if (score <= best.score) continue;
            best = {each, '$' + column.path.substr(each.size()),
                    '$' + other.path.substr(each.size()), score};
        }
    }
}

// `[["Where?", "Here"]]`
void consider_pairs(const Table& table, Found& best) {
    for (const auto& column : table.columns) {
        if (!column.path.ends_with("[*][*]")) continue;
        const auto list = column.path.substr(0, column.path.size() - 6);
        const bool questions =
            column.part([](const Leaf& leaf) { return is_question(leaf.text); }) > 0.3;
        if (!(is_like_a_form(Name{list}) || questions) || best.score >= 0.8) continue;
        best = {list + "[*]", "$[0]", "$[1]", 0.8};
    }
}

// `{"Where?": "Here"}` and `{"where": {"value": "Here"}}`: how much each object is one.
void consider_objects_of_answers(const Table& table, Found& best) {
    std::map<std::string, int> members;
    const auto count = [&](const std::string& object, const std::string& member, int points) {
        if (object.empty()) return;
        const bool asked = is_question(member);
        if (asked || is_like_a_form(Name{object})) members[object] += asked ? points + 2 : points;
    };
    for (const auto& column : table.columns) {
        if (column.in_list) continue;
        const auto [object, member] = split_last(column.path);
        count(object, member, 1);
        if (!column.name.is({"value", "answer", "text"})) continue;
        const auto [above, question] = split_last(object);
        count(above, question, 2);
    }
    for (const auto& [object, counted] : members) {
        const auto score = std::min(0.8, 0.6 + 0.05 * counted);
        if (score > best.score) best = {object + "[*]", "", "", score};
    }
}

}  // namespace

void map_answers(const Table& table, Mapping& mapping) {
    Found best;
    consider_objects(table, best);
    consider_pairs(table, best);
    consider_objects_of_answers(table, best);
    if (best.score == 0) return;
    auto yaml = "{ each: " + json_string(best.each);
    if (!best.question.empty()) {
        yaml +=
            ", question: " + json_string(best.question) + ", answer: " + json_string(best.answer);
    }
    mapping.fields.push_back({.name = "form_answers",
                              .yaml = yaml + " }",
                              .path = best.each,
                              .confidence = best.score,
                              .why = best.question.empty()
                                         ? "an object whose names are questions"
                                         : "questions and answers, by their names"});
}

}  // namespace ringbridge::learn
