// Questions and answers of the receptionist's form, in all their shapes: see fields.hpp.
#include "learn/fields.hpp"

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

struct Found {
    std::string each, question, answer;
    double score = 0;
};

std::string before_last_each(const std::string& path) {
    return path.substr(0, path.rfind("[*]") + 3);
}

// `$.answers[*].question` and `$.answers[*].answer`.
void consider_objects(const Table& table, Found& best) {
    for (const auto& column : table.columns) {
        if (!column.in_list || column.path.ends_with("[*]")) continue;
        const auto each = before_last_each(column.path);
        const auto asked = asked_by('$' + column.path.substr(each.size()));
        if (asked == 0) continue;
        for (const auto& other : table.columns) {
            if (&other == &column || !other.in_list || before_last_each(other.path) != each)
                continue;
            const auto answered = answered_by('$' + other.path.substr(each.size()));
            if (answered == 0 || other.path == each) continue;
            const bool form = is_like_a_form(Name{each}) || (asked == 1 && answered == 1);
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
        if (!is_like_a_form(Name{list}) || best.score >= 0.8) continue;
        best = {list + "[*]", "$[0]", "$[1]", 0.8};
    }
}

// `{"Where?": "Here"}`
void consider_objects_of_answers(const Table& table, Found& best) {
    std::map<std::string, int> members;
    for (const auto& column : table.columns) {
        if (column.in_list) continue;
        auto end = column.path.ends_with("']") ? column.path.rfind("['") : column.path.rfind('.');
        if (end == std::string::npos || end < 2) continue;
        const auto object = column.path.substr(0, end);
        if (is_like_a_form(Name{object})) ++members[object];
        // `{"where": {"value": "Here"}}`
        if (!column.name.is({"value", "answer"})) continue;
        end = object.ends_with("']") ? object.rfind("['") : object.rfind('.');
        if (end == std::string::npos || end < 2) continue;
        if (is_like_a_form(Name{object.substr(0, end)})) members[object.substr(0, end)] += 2;
    }
    for (const auto& [object, count] : members) {
        const auto score = std::min(0.8, 0.6 + 0.05 * count);
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
