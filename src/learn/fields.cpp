#include "learn/fields.hpp"

#include "learn/shapes.hpp"

#include <algorithm>

namespace ringbridge::learn {

const MappedField* Mapping::field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &MappedField::name);
    return found == fields.end() ? nullptr : &*found;
}

Candidate best_column(const Table& table, const std::function<double(const Column&)>& score) {
    Candidate best{.column = nullptr, .score = 0.3};
    for (const auto& column : table.columns) {
        const auto points = score(column) - 0.02 * static_cast<double>(column.name.depth());
        if (points > best.score || (points == best.score && best.column == nullptr)) {
            best = {&column, points};
        }
    }
    best.score = std::min(best.score, 1.0);
    return best;
}

std::string yaml_path(const std::string& path) {
    const bool plain = path.find_first_not_of(
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$._-") ==
                       std::string::npos;
    return plain ? path : json_string(path);
}

namespace {

// `RZ-26/3003` as `A-9/9`: the ids of one site have few shapes.
std::string shape_of_id(std::string_view text) {
    std::string shape;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const char kind = digit ? '9' : letter ? 'A' : c;
        if (shape.empty() || shape.back() != kind) shape += kind;
    }
    return shape;
}

// By its values alone: made by a program, all in one way.
bool are_made_ids(const Column& column) {
    if (column.part(is_phone) > 0.5) return false;
    const auto made = [](const Leaf& leaf) { return is_identifier(leaf.text); };
    if (column.part(made) >= 0.9) return true;
    std::set<std::string> shapes;
    for (const auto& value : column.values) {
        const bool digits = value.text.find_first_of("0123456789") != std::string::npos;
        if (!digits || value.text.size() > 64 || is_address(value.text)) return false;
        shapes.insert(shape_of_id(value.text));
    }
    return shapes.size() <= 2;
}

double score_id(const Column& column, const Table& table, const ZoneHints& hints) {
    if (column.in_list || column.in_detail || column.values.size() != table.size()) return 0;
    const auto fits = [](const Leaf& leaf) {
        return leaf.kind == Leaf::Kind::integer ||
               (leaf.kind == Leaf::Kind::text && leaf.text.size() <= 200 &&
                !leaf.text.contains(' '));
    };
    if (!column.all(fits) || column.distinct() != table.size()) return 0;
    if (column.part(is_time) > 0.5 && !column.name.has({"id"})) return 0;
    const auto& name = column.name;
    double score = 0.3;
    if (name.is({"id", "uuid", "callid", "calluuid", "guid", "conversationid", "interactionid"})) {
        score = 0.9;
    } else if (name.has({"id", "uuid", "guid", "sid"})) {
        score = 0.75;
    } else if (name.is({"key", "ref", "reference", "nummer", "number", "name", "pk"}) ||
               name.has({"referenz", "identificador", "identifiant", "codigo", "kennung", "vorgang",
                         "aktenzeichen", "expediente", "dossier"})) {
        score = 0.55;
    } else if (!are_made_ids(column)) {
        return 0;
    }
    if (name.has({"call", "conversation", "interaction", "anruf", "llamada", "appel"}))
        score += 0.05;
    if (name.has_any({"agent", "assistant", "contact", "customer", "user", "account", "org", "lead",
                      "recording", "phone", "caller", "kunde", "client", "parent", "duration",
                      "seconds", "cost", "price"})) {
        score *= 0.4;
    }
    // Whatever it is called, it is what a call is opened by.
    const bool opened = std::ranges::any_of(column.values, [&](const Leaf& leaf) {
        return leaf.text.size() >= 3 && hints.asked_for.contains(leaf.text);
    });
    return opened ? score + 0.35 : score;
}

}  // namespace

std::string id_path_of(const Table& table, const ZoneHints& hints) {
    Mapping mapping;
    map_identity(table, hints, mapping);
    return mapping.id_path;
}

void map_identity(const Table& table, const ZoneHints& hints, Mapping& mapping) {
    const auto id =
        best_column(table, [&](const Column& column) { return score_id(column, table, hints); });
    if (id.column == nullptr) {
        mapping.fields.push_back({.name = "id",
                                  .yaml = "$.id",
                                  .path = "$.id",
                                  .confidence = 0,
                                  .why = "no field differs in each record",
                                  .todo = true});
        return;
    }
    mapping.id_path = id.column->path;
    mapping.fields.push_back({.name = "id",
                              .yaml = yaml_path(id.column->path),
                              .path = id.column->path,
                              .confidence = id.score,
                              .why = "in each record, and different in each"});
}

Mapping map_fields(const Table& records, const ZoneHints& hints, Notes& notes) {
    Mapping mapping;
    const auto table = map_filter(records, mapping);
    map_identity(table, hints, mapping);
    map_times(table, hints, mapping, notes);
    map_phones(table, mapping);
    map_texts(table, mapping);
    map_words(table, mapping);
    map_answers(table, mapping);
    return mapping;
}

}  // namespace ringbridge::learn
