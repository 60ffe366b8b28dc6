// What was said: names, summaries, transcripts, recordings. See fields.hpp.
#include "learn/fields.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <set>

namespace ringbridge::learn {
namespace {

double length_of(const Column& column) {
    if (column.values.empty()) return 0;
    std::size_t length = 0;
    for (const auto& value : column.values) length += value.text.size();
    return static_cast<double>(length) / static_cast<double>(column.values.size());
}

bool is_text(const Leaf& leaf) { return leaf.kind == Leaf::Kind::text; }

// What else is written like a person's name: the receptionist, places, kinds of things.
bool names_something_else(const Name& name) {
    return name.contains({"typename"}) ||
           name.has_any({"agent",    "assistant", "bot",       "user",        "company", "business",
                         "location", "account",   "owner",     "firma",       "team",    "file",
                         "line",     "operator",  "voice",     "model",       "city",    "address",
                         "street",   "state",     "country",   "region",      "place",   "service",
                         "product",  "category",  "type",      "kind",        "status",  "tag",
                         "ort",      "strasse",   "anschrift", "organization"});
}

// By its values alone: most are first and last names, and of many people.
double score_people(const Column& column) {
    if (!column.has_evidence() || column.part(is_person) < 0.7 || column.variety() < 0.4) return 0;
    if (column.name.has({"subject", "title", "topic", "reason", "intent", "label", "betreff",
                         "motivo", "action", "summary"})) {
        return 0;
    }
    return 0.4 + 0.1 * column.variety();
}

double score_name(const Column& column) {
    const auto& name = column.name;
    if (column.in_list || names_something_else(name)) return 0;
    if (!column.values.empty() && column.part(is_like_a_name) < 0.8) return 0;
    const bool named = name.has({"name", "nombre", "nom", "nome", "naam", "fullname", "vollname",
                                 "displayname"}) ||
                       name.contains({"name", "nombre"});
    if (!named) {
        const bool person = name.is({"caller", "customer", "anrufer", "kunde", "cliente",
                                     "llamante", "appelant", "chiamante", "contact", "beller"});
        return std::max(person && !column.values.empty() ? 0.6 : 0, score_people(column));
    }
    double score = 0.5;
    if (name.has_any({"caller", "customer", "contact", "client", "lead", "anrufer", "kunde",
                      "cliente", "appelant", "llamante", "chiamante", "visitor", "person",
                      "patient", "guest", "from"}) ||
        name.contains({"anrufer", "kunde"})) {
        score = 0.9;
    }
    if (name.has({"first", "vorname", "given", "prenom"}) || name.is({"vorname", "firstname"})) {
        score -= 0.2;
    }
    if (name.has({"last", "family", "nachname", "surname"})) score -= 0.25;
    if (column.values.empty()) score -= 0.3;
    // One and the same in each record: a kind of thing, rather than a caller.
    if (column.repeats()) score -= 0.4;
    return std::max(score, score_people(column));
}

double named_transcript(const Name& name) {
    if (name.contains({"transcript", "transkript", "trascri", "transcripcion", "transcricao",
                       "transcription", "gespraechsverlauf", "mitschrift"})) {
        return 0.9;
    }
    if (name.is({"messages", "turns", "utterances", "dialog", "dialogue", "conversation", "verlauf",
                 "mensajes", "nachrichten"})) {
        return 0.6;
    }
    return 0;
}

// By its values alone: sentences, another in each record.
double score_sentences(const Column& column) {
    const bool sentences = column.has_evidence() && column.part(is_prose) >= 0.8 &&
                           column.variety() >= 0.5 && length_of(column) < 1'500;
    const bool other = column.name.has({"address", "anschrift", "agent", "prompt", "greeting",
                                        "location", "error", "subject"}) ||
                       named_transcript(column.name) > 0;
    return sentences && !other ? 0.4 + std::min(0.1, length_of(column) / 1'000) : 0;
}

double score_summary(const Column& column) {
    const auto& name = column.name;
    if (column.in_list || (!column.values.empty() && !column.all(is_text))) return 0;
    double score = 0;
    if (name.contains({"summary", "zusammenfassung", "resumen", "resume", "riassunto",
                       "samenvatting", "resumo", "synopsis", "recap", "podsumowanie",
                       "sammanfattning"})) {
        score = 0.9;
    } else if (name.has_around({"summary"}) && name.has({"text", "content", "long", "value"})) {
        score = 0.85;
    } else if (name.has({"description", "abstract", "gist", "overview", "notes", "note", "notiz",
                         "beschreibung", "descripcion", "brief"})) {
        score = length_of(column) > 20 ? 0.55 : 0;
    }
    if (score > 0 && name.has({"short", "title", "headline"})) score -= 0.2;
    if (score > 0 && column.values.empty()) score -= 0.4;
    return std::max(score, score_sentences(column));
}

// Of a list of turns the list; else the text.
struct Transcript {
    std::string path;
    double score = 0;
};

// Who spoke comes again in one conversation; the questions of a form do not.
bool comes_again(const Column& column) {
    std::set<std::pair<std::size_t, std::string_view>> seen;
    for (std::size_t i = 0; i < column.values.size(); ++i) {
        seen.emplace(column.rows[i], column.values[i].text);
    }
    return column.values.size() * 5 >= seen.size() * 6;
}

// A few words that come again beside each turn: who spoke.
bool has_speakers(const Table& table, const Column& turns) {
    const auto each = turns.path.substr(0, turns.path.rfind("[*]") + 3);
    return std::ranges::any_of(table.columns, [&](const Column& other) {
        return &other != &turns && other.path.starts_with(each) && other.has_evidence() &&
               other.distinct() >= 2 && other.distinct() <= 4 && length_of(other) < 16 &&
               other.values.size() == turns.values.size() && other.all(is_text) &&
               comes_again(other);
    });
}

// By its values alone: several turns, each with who spoke.
double score_dialogue(const Table& table, const Column& column) {
    if (!column.in_list) return column.part(is_dialogue) > 0.7 ? 0.5 : 0;
    if (column.path.ends_with("[*]")) {
        const auto spoken = [](const Leaf& leaf) {
            const auto colon = leaf.text.find(": ");
            return colon != std::string::npos && colon > 0 && colon < 30;
        };
        return column.part(spoken) > 0.8 ? 0.5 : 0;
    }
    const bool words = column.all(is_text) && length_of(column) > 15 && column.variety() > 0.3;
    return words && has_speakers(table, column) ? 0.55 : 0;
}

Transcript find_transcript(const Table& table) {
    Transcript best;
    for (const auto& column : table.columns) {
        const auto list = column.path.find("[*]");
        const auto path = column.path.substr(0, list);
        double score = named_transcript(Name{path});
        if (score == 0 && column.has_evidence()) score = score_dialogue(table, column);
        if (list == std::string::npos) {
            const bool inner = score == 0 && column.name.is({"text", "content", "plain", "full"});
            if (inner) score = named_transcript(Name{path.substr(0, path.rfind('.'))}) - 0.05;
            if (column.name.has({"url", "uri", "link", "id", "status", "available", "has"}))
                score = 0;
            if (!column.values.empty() && !column.all(is_text)) score = 0;
            if (score > 0 && column.values.empty()) score -= 0.4;
            if (score > 0 &&
                column.part([](const Leaf& leaf) { return is_address(leaf.text); }) > 0.5) {
                score = 0;
            }
        } else if (column.path.find("[*]", list + 1) != std::string::npos ||
                   length_of(column) < 2 || !column.all(is_text)) {
            continue;
        }
        if (score > best.score) best = {path, score};
    }
    return best;
}

// One element a record at most: the list is another way to say that there may be none.
bool is_single(const Column& column) {
    const auto list = column.path.find("[*]");
    return list != std::string::npos && !column.path.ends_with("[*]") &&
           column.path.find("[*]", list + 1) == std::string::npos &&
           std::ranges::adjacent_find(column.rows) == column.rows.end();
}

double score_recording(const Column& column) {
    const auto& name = column.name;
    const bool sound = !column.values.empty() && column.part(is_sound) > 0.8;
    if (column.in_list) return sound && is_single(column) ? 0.65 : 0;
    if (sound) return 0.8 + (name.has({"url", "uri", "link"}) ? 0.07 : 0);
    const bool named =
        name.contains({"recording", "audio", "aufnahme", "aufzeichnung", "grabacion",
                       "enregistrement", "registrazione", "gravacao", "opname", "mp3", "wav"}) ||
        name.contains_around({"recording", "audio", "aufnahme", "aufzeichnung", "grabacion"});
    if (!named) return 0;
    if (column.values.empty()) return name.has({"url", "uri", "link"}) ? 0.5 : 0;
    if (column.part([](const Leaf& leaf) { return is_address(leaf.text); }) < 0.8) return 0;
    return 0.85 + (name.has({"url", "uri", "link"}) ? 0.07 : 0) -
           (name.has({"waveform", "peaks", "page", "stereo"}) ? 0.4 : 0);
}

bool is_short_text(const Leaf& leaf) {
    return leaf.kind == Leaf::Kind::text && leaf.text.size() <= 80 && !is_address(leaf.text);
}

double score_action(const Column& column) {
    const auto& name = column.name;
    if (column.in_list || column.values.empty() || column.part(is_short_text) < 0.9) return 0;
    if (column.part(is_time) > 0.2 || column.part(is_phone) > 0.2 || name.has({"id", "uuid"}))
        return 0;
    if (name.is({"primaryaction", "action", "actiontaken", "nextaction"})) return 0.85;
    if (name.has({"action", "aktion", "accion", "azione"})) return 0.75;
    if (name.has({"intent", "anliegen", "motivo", "motif", "purpose", "reason", "topic", "grund",
                  "asunto", "objet", "thema", "category", "kategorie", "categoria", "betreff",
                  "subject"}) &&
        !name.has({"end", "ended", "hangup", "disconnect", "disconnection", "status"})) {
        return name.has({"intent", "anliegen", "purpose", "motivo", "motif"}) ? 0.65 : 0.55;
    }
    return 0;
}

void add(Mapping& mapping, const char* name, const std::string& path, double score,
         const std::string& why) {
    mapping.fields.push_back(
        {.name = name, .yaml = yaml_path(path), .path = path, .confidence = score, .why = why});
}

// `$.media[*].href` as `$.media[0].href`
std::string first_in_list(std::string path) {
    const auto each = path.find("[*]");
    return each == std::string::npos ? path : path.replace(each, 3, "[0]");
}

// What is taken for a field although its name does not say so is taken for its values.
std::string why(double score, const char* named, const char* values) {
    return score < 0.55 ? values : named;
}

}  // namespace

void map_texts(const Table& table, Mapping& mapping) {
    if (const auto name = best_column(table, score_name); name.column != nullptr) {
        add(mapping, "caller_name", name.column->path, name.score,
            why(name.score, "named like a caller's name", "written like names of many people"));
    }
    if (const auto text = best_column(table, score_summary); text.column != nullptr) {
        add(mapping, "summary", text.column->path, text.score,
            why(text.score, "named like a summary", "sentences, others in each record"));
    }
    if (const auto action = best_column(table, score_action); action.column != nullptr) {
        add(mapping, "primary_action", action.column->path, action.score,
            "short texts, named like what the caller wanted or what was done");
    }
    if (const auto transcript = find_transcript(table); transcript.score >= 0.4) {
        add(mapping, "transcript", transcript.path, transcript.score,
            why(transcript.score, "named like a transcript", "several turns of a conversation"));
    }
    if (const auto url = best_column(table, score_recording); url.column != nullptr) {
        add(mapping, "recording_url", first_in_list(url.column->path), url.score,
            "addresses of recordings");
    }
}

}  // namespace ringbridge::learn
