// What was said: names, summaries, transcripts, recordings. See fields.hpp.
#include "learn/fields.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <map>

namespace ringbridge::learn {
namespace {

double length_of(const Column& column) {
    if (column.values.empty()) return 0;
    std::size_t length = 0;
    for (const auto& value : column.values) length += value.text.size();
    return static_cast<double>(length) / static_cast<double>(column.values.size());
}

bool is_text(const Leaf& leaf) { return leaf.kind == Leaf::Kind::text; }

double score_name(const Column& column) {
    const auto& name = column.name;
    if (column.in_list || column.part(is_like_a_name) < (column.values.empty() ? 0 : 0.8)) return 0;
    if (name.has_any({"agent", "assistant", "bot", "user", "company", "business", "location",
                      "account", "owner", "organization", "firma", "team", "file", "line",
                      "operator", "voice", "model"})) {
        return 0;
    }
    const bool named = name.has({"name", "nombre", "nom", "nome", "naam", "fullname", "vollname",
                                 "displayname"}) ||
                       name.contains({"name", "nombre"});
    if (!named) {
        const bool person = name.is({"caller", "customer", "anrufer", "kunde", "cliente",
                                     "llamante", "appelant", "chiamante", "contact", "beller"});
        return person && !column.values.empty() ? 0.6 : 0;
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
    return score;
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
    return score;
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

// Of a list of turns the list; else the text.
struct Transcript {
    std::string path;
    double score = 0;
};

Transcript find_transcript(const Table& table) {
    Transcript best;
    for (const auto& column : table.columns) {
        const auto list = column.path.find("[*]");
        const auto path = column.path.substr(0, list);
        double score = named_transcript(Name{path});
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

double score_recording(const Column& column) {
    const auto& name = column.name;
    if (column.in_list) return 0;
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
         const char* why) {
    mapping.fields.push_back(
        {.name = name, .yaml = yaml_path(path), .path = path, .confidence = score, .why = why});
}

}  // namespace

void map_texts(const Table& table, Mapping& mapping) {
    if (const auto name = best_column(table, score_name); name.column != nullptr) {
        add(mapping, "caller_name", name.column->path, name.score, "named like a caller's name");
    }
    if (const auto text = best_column(table, score_summary); text.column != nullptr) {
        add(mapping, "summary", text.column->path, text.score, "named like a summary");
    }
    if (const auto action = best_column(table, score_action); action.column != nullptr) {
        add(mapping, "primary_action", action.column->path, action.score,
            "short texts, named like what the caller wanted or what was done");
    }
    if (const auto transcript = find_transcript(table); transcript.score >= 0.4) {
        add(mapping, "transcript", transcript.path, transcript.score, "named like a transcript");
    }
    if (const auto url = best_column(table, score_recording); url.column != nullptr) {
        add(mapping, "recording_url", url.column->path, url.score, "addresses of recordings");
    }
}

}  // namespace ringbridge::learn
