// Fields whose words mean something: how a call ended, that it is spam or deleted, that a record is
// a call at all. Only words of this file get into a profile. See fields.hpp.
#include "core/text.hpp"
#include "learn/fields.hpp"
#include "learn/shapes.hpp"
#include "receptionist/duration.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace ringbridge::learn {
namespace {

// How a call that nobody got through is marked, by language; the first ones are English.
constexpr std::array missed_words{
    std::array<std::string_view, 12>{"missed", "no-answer", "no_answer", "no answer", "noanswer",
                                     "unanswered", "abandoned", "missed_call", "missed call",
                                     "not_answered", "busy", "failed"},
    std::array<std::string_view, 12>{"verpasst", "entgangen", "nicht angenommen",
                                     "nicht_angenommen", "nicht erreicht", "nicht_erreicht",
                                     "unbeantwortet", "abgebrochen", "aufgelegt", "besetzt",
                                     "verpasster anruf", "nicht beantwortet"},
    std::array<std::string_view, 12>{"perdida", "perdido", "no contestada", "no_contestada",
                                     "sin respuesta", "sin_respuesta", "abandonada", "no atendida",
                                     "no_atendida", "llamada perdida", "ocupado", "fallida"},
    std::array<std::string_view, 12>{"manqué", "manque", "manquée", "manquee", "appel manqué",
                                     "sans réponse", "sans reponse", "sans_reponse", "abandonné",
                                     "abandonne", "occupé", "non répondu"},
    std::array<std::string_view, 12>{"persa", "perso", "senza risposta", "non risposta",
                                     "non_risposta", "chiamata persa", "abbandonata", "occupato",
                                     "senza_risposta", "non risposto", "gemist", "onbeantwoord"},
    std::array<std::string_view, 12>{"perdida", "não atendida", "nao_atendida", "nao atendida",
                                     "sem resposta", "sem_resposta", "abandonada", "gemiste",
                                     "nicht_beantwortet", "nieodebrane", "missat", "ubesvaret"}};

constexpr std::array<std::string_view, 23> ongoing_words{
    "live",     "in-progress", "in_progress", "in progress",  "inprogress",  "ongoing",
    "ringing",  "queued",      "initiated",   "in-call",      "connecting",  "started",
    "dialing",  "laufend",     "läuft",       "laeuft",       "im gespräch", "en curso",
    "en_curso", "en cours",    "in corso",    "em andamento", "bezig"};

constexpr std::array<std::string_view, 51> done_words{
    "completed",      "normal",    "complete",      "answered",    "ended",
    "done",           "finished",  "success",       "successful",  "handled",
    "resolved",       "ok",        "voicemail",     "transferred", "booked",
    "processed",      "connected", "closed",        "hangup",      "beantwortet",
    "angenommen",     "erledigt",  "abgeschlossen", "beendet",     "erfolgreich",
    "weitergeleitet", "atendida",  "contestada",    "completada",  "finalizada",
    "respondida",     "terminée",  "terminee",      "terminé",     "termine",
    "répondu",        "repondu",   "décroché",      "completata",  "completato",
    "conclusa",       "risposta",  "afgerond",      "beantwoord",  "concluida",
    "concluída",      "atendido",  "user-ended",    "agent-ended", "customer-ended-call",
    "hang_up"};

constexpr std::array<std::string_view, 24> call_words{
    "call",       "phone",        "voice",         "phone_call", "phonecall",   "phone-call",
    "phone call", "inbound_call", "outbound_call", "telephony",  "telefon",     "anruf",
    "llamada",    "appel",        "chiamata",      "voicemail",  "missed_call", "pstn",
    "telefono",   "teléfono",     "oproep",        "gesprek",    "ligacao",     "chamada"};

constexpr std::array<std::string_view, 26> other_words{
    "sms",      "chat",      "email",   "e-mail",   "mail",        "webchat",  "web_chat",
    "web-chat", "whatsapp",  "message", "text",     "form",        "fax",      "note",
    "video",    "meeting",   "task",    "booking",  "appointment", "facebook", "instagram",
    "telegram", "nachricht", "mensaje", "livechat", "messenger"};

template <class List>
bool holds(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != std::ranges::end(list);
}

bool is_missed(std::string_view word) {
    return std::ranges::any_of(missed_words, [&](const auto& words) { return holds(words, word); });
}

using Seen = std::set<std::string>;

// The words of a column of short texts, in lower case; empty if they are too many for a choice.
Seen seen_in(const Column& column) {
    Seen seen;
    if (column.in_list) return seen;
    for (const auto& value : column.values) {
        if (value.kind != Leaf::Kind::text || value.text.size() > 40) return {};
        seen.insert(lower_case(trim(value.text)));
        if (seen.size() > 15) return {};
    }
    return seen;
}

std::string list_of(const std::vector<std::string>& words) {
    std::string list;
    for (const auto& word : words) list += (list.empty() ? "" : ", ") + json_string(word);
    return '[' + list + ']';
}

// The words of a language whose words were seen; English is what programs are written in.
std::vector<std::string> missed_for(const Seen& seen) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < missed_words.size(); ++i) {
        const bool used = std::ranges::any_of(
            missed_words[i], [&](auto word) { return seen.contains(std::string{word}); });
        if (!used && i > 0) continue;
        for (const auto word : missed_words[i]) {
            if (!holds(words, word)) words.emplace_back(word);
        }
    }
    return words;
}

double named_outcome(const Name& name) {
    if (name.has_any({"payment", "sync", "crm", "agent", "lead", "transcript", "recording",
                      "analysis", "task", "workflow", "delivery"})) {
        return 0;
    }
    const bool named = name.has({"status", "outcome", "disposition", "result", "state", "ergebnis",
                                 "estado", "statut", "stato", "esito", "resultado", "resultat",
                                 "uitkomst", "stand", "cause", "ausgang"}) ||
                       name.contains({"status", "ausgang"});
    return named ? 0.5 : 0;
}

double score_outcome(const Column& column) {
    const auto seen = seen_in(column);
    if (seen.empty()) return 0;
    std::size_t known = 0;
    for (const auto& word : seen) {
        known += is_missed(word) || holds(ongoing_words, word) || holds(done_words, word) ? 1 : 0;
    }
    if (known == 0) return 0;
    const auto part = static_cast<double>(known) / static_cast<double>(seen.size());
    const bool missed = std::ranges::any_of(seen, is_missed);
    const auto named = named_outcome(column.name);
    if (named == 0 && !missed) return 0;
    return std::min(0.95, named + 0.25 * part + (missed ? 0.2 : 0));
}

bool is_zero(const Leaf& leaf) {
    const auto number = number_of(leaf);
    if (number) return *number == 0;
    const auto lasted = receptionist::parse_duration(leaf.text);
    return lasted && lasted->count() == 0;
}

// Of a choice whose words nobody knows: those that only calls of no length have.
Seen words_of_no_length(const Column& column, const Column& length) {
    const auto seen = seen_in(column);
    if (seen.size() < 2 || seen.size() > 8) return {};
    Seen without, with;
    for (std::size_t i = 0; i < column.values.size(); ++i) {
        const auto* lasted = Table::value(length, column.rows[i]);
        const bool zero = lasted == nullptr || is_zero(*lasted);
        (zero ? without : with).insert(lower_case(trim(column.values[i].text)));
    }
    const bool apart = std::ranges::none_of(
        without, [&](const auto& word) { return with.contains(word) || !is_word(word); });
    if (!apart || with.empty()) return {};
    std::erase_if(without, [](const auto& word) { return holds(ongoing_words, word); });
    return without;
}

// The calls' lengths, where they are one field.
const Column* lengths_in(const Table& table, const Mapping& mapping) {
    const auto* duration = mapping.field("duration");
    return duration == nullptr || duration->yaml.contains("until:") ? nullptr
                                                                    : table.column(duration->path);
}

bool map_by_length(const Table& table, Mapping& mapping) {
    const auto* length = lengths_in(table, mapping);
    if (length == nullptr) return false;
    for (const auto& column : table.columns) {
        if (named_outcome(column.name) == 0) continue;
        const auto words = words_of_no_length(column, *length);
        if (words.empty()) continue;
        mapping.fields.push_back(
            {.name = "outcome",
             .yaml = "{ path: " + yaml_path(column.path) +
                     ", missed: " + list_of({words.begin(), words.end()}) + " }",
             .path = column.path,
             .confidence = 0.7,
             .why = "named like an outcome; only calls that took no time have these words"});
        return true;
    }
    return false;
}

constexpr std::array<std::string_view, 10> yes_words{"yes", "y",  "true", "1",   "ja",
                                                     "j",   "si", "sí",   "oui", "sim"};
constexpr std::array<std::string_view, 10> no_words{"no",  "n",   "false", "0",   "nein",
                                                    "non", "nee", "não",   "nao", ""};

// Yes or no, as texts of any language.
bool is_yes_or_no(const Column& column) {
    const auto seen = seen_in(column);
    return !seen.empty() && std::ranges::all_of(seen, [](const auto& word) {
        return holds(yes_words, word) || holds(no_words, word);
    });
}

// `missed: true` and `answered: false`, `reached: 'N'`.
bool map_missed_flag(const Table& table, Mapping& mapping) {
    for (const auto& column : table.columns) {
        if (column.in_list || column.values.empty()) continue;
        const bool flag = column.values.front().kind == Leaf::Kind::boolean;
        if (!flag && !is_yes_or_no(column)) continue;
        const bool missed = column.name.is({"missed", "ismissed", "wasmissed", "unanswered",
                                            "verpasst", "perdida", "manque", "persa", "gemist"});
        const bool answered = column.name.is({"answered", "isanswered", "wasanswered", "connected",
                                              "beantwortet", "angenommen", "erreicht", "reached",
                                              "atendida", "contestada", "repondu", "risposta"});
        if (!missed && !answered) continue;
        const auto words = flag     ? std::string{missed ? "[true]" : "[false]"}
                           : missed ? list_of({yes_words.begin(), yes_words.end()})
                                    : list_of({no_words.begin(), no_words.end()});
        mapping.fields.push_back(
            {.name = "outcome",
             .yaml = "{ path: " + yaml_path(column.path) + ", missed: " + words + " }",
             .path = column.path,
             .confidence = 0.9,
             .why = "a truth value that is named so"});
        return true;
    }
    return false;
}

void map_outcome(const Table& table, Mapping& mapping) {
    if (map_missed_flag(table, mapping)) return;
    const auto best = best_column(table, score_outcome);
    const bool says_missed =
        best.column != nullptr && std::ranges::any_of(seen_in(*best.column), is_missed);
    if (!says_missed && map_by_length(table, mapping)) return;
    if (best.column == nullptr) return;
    const auto seen = seen_in(*best.column);
    std::vector<std::string> ongoing;
    for (const auto word : ongoing_words) {
        const bool usual = word.starts_with("in") || word == "ongoing" || word == "ringing" ||
                           word == "queued" || word == "live";
        if (seen.contains(std::string{word}) || (usual && word != "initiated")) {
            ongoing.emplace_back(word);
        }
    }
    const bool missed = std::ranges::any_of(seen, is_missed);
    mapping.fields.push_back(
        {.name = "outcome",
         .yaml = "{ path: " + yaml_path(best.column->path) +
                 ", missed: " + list_of(missed_for(seen)) + ", ongoing: " + list_of(ongoing) + " }",
         .path = best.column->path,
         .confidence = missed ? best.score : best.score - 0.15,
         .why = missed ? "its words say how calls ended"
                       : "its words say how calls ended; no missed one was recorded, so the usual "
                         "words for it stand here"});
}

// A truth value, or a word of a choice, that marks a record.
void map_mark(const Table& table, Mapping& mapping, const char* field, Words flags,
              std::span<const std::string_view> words) {
    for (const auto& column : table.columns) {
        if (column.in_list || column.values.empty() || !column.name.is(flags)) continue;
        const auto kind = column.values.front().kind;
        const bool said = kind == Leaf::Kind::text && is_yes_or_no(column);
        const bool bit = kind == Leaf::Kind::integer && column.all([](const Leaf& leaf) {
            return leaf.text == "0" || leaf.text == "1";
        });
        if (kind != Leaf::Kind::boolean && !bit && !said) continue;
        const auto words_for_it = bit    ? std::string{"[1]"}
                                  : said ? list_of({yes_words.begin(), yes_words.end()})
                                         : "[true]";
        mapping.fields.push_back(
            {.name = field,
             .yaml = "{ path: " + yaml_path(column.path) + ", is: " + words_for_it + " }",
             .path = column.path,
             .confidence = 0.9,
             .why = "a truth value that is named so"});
        return;
    }
    for (const auto& column : table.columns) {
        const auto seen = seen_in(column);
        std::vector<std::string> found;
        for (const auto word : words) {
            if (seen.contains(std::string{word})) found.emplace_back(word);
        }
        if (found.empty() || column.name.has({"action", "intent", "name"})) continue;
        mapping.fields.push_back(
            {.name = field,
             .yaml = "{ path: " + yaml_path(column.path) + ", is: " + list_of(found) + " }",
             .path = column.path,
             .confidence = 0.8,
             .why = "one of its words says so"});
        return;
    }
}

}  // namespace

void map_words(const Table& table, Mapping& mapping) {
    constexpr std::array<std::string_view, 6> spam{"spam",      "junk",        "robocall",
                                                   "spam_call", "likely_spam", "werbung"};
    constexpr std::array<std::string_view, 8> deleted{"deleted",  "trashed",   "removed",
                                                      "gelöscht", "geloescht", "eliminada",
                                                      "supprimé", "eliminata"};
    map_outcome(table, mapping);
    map_mark(table, mapping, "spam",
             {"spam", "isspam", "markedspam", "spamflag", "isjunk", "junk", "robocall",
              "markedasspam", "spamcall", "islikelyspam", "werbung", "werbeanruf", "publicidad",
              "publicite", "pubblicita", "reclame", "unerwuenscht", "nodeseado", "indesirable"},
             spam);
    map_mark(table, mapping, "deleted",
             {"deleted", "isdeleted", "trashed", "istrashed", "removed", "isremoved", "geloescht",
              "eliminado", "eliminada", "supprime", "eliminato", "verwijderd", "apagado"},
             deleted);
}

Table map_filter(const Table& table, Mapping& mapping) {
    for (const auto& column : table.columns) {
        const auto seen = seen_in(column);
        std::vector<std::string> calls;
        std::size_t others = 0;
        for (const auto& word : seen) {
            if (holds(call_words, word)) calls.push_back(word);
            others += holds(other_words, word) ? 1 : 0;
        }
        if (calls.empty() || others == 0 || calls.size() + others < seen.size()) continue;
        if (column.values.size() * 10 < table.size() * 9) continue;
        for (const std::string_view usual : {"call", "phone", "voice", "voicemail"}) {
            if (!holds(calls, usual)) calls.emplace_back(usual);
        }
        mapping.filters.push_back(
            {.name = "record_filter",
             .yaml = "{ path: " + yaml_path(column.path) + ", is: " + list_of(calls) + " }",
             .path = column.path,
             .confidence = 0.85,
             .why = "the list also has records that are no calls"});
        return table.only([&](std::size_t row) {
            const auto* kind = Table::value(column, row);
            return kind != nullptr && holds(calls, lower_case(trim(kind->text)));
        });
    }
    return table;
}

}  // namespace ringbridge::learn
