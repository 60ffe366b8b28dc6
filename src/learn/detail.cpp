#include "learn/detail.hpp"

#include "learn/routes.hpp"

#include <algorithm>
#include <set>

namespace ringbridge::learn {
namespace {

std::set<std::string> ids_in(const CallList& list, const Mapping& mapping) {
    std::set<std::string> ids;
    const auto* column = list.table.column(mapping.id_path);
    if (column == nullptr) return ids;
    for (const auto& value : column->values) {
        if (value.text.size() >= 2) ids.insert(value.text);
    }
    return ids;
}

// Fields of a call that the opened one has and the list has not.
std::string fields_added(const Leaves& detail, const Mapping& mapping) {
    const auto opened = make_table({{detail}});
    Mapping found;
    map_texts(opened, found);
    map_answers(opened, found);
    std::string added;
    for (const auto& field : found.fields) {
        if (mapping.field(field.name) != nullptr || field.confidence < 0.6) continue;
        added += (added.empty() ? "" : ", ") + field.name + " at " + field.path;
    }
    return added;
}

}  // namespace

void note_detail(const Recording& recording, const Provenance& provenance, const CallList& list,
                 const Mapping& mapping, Notes& notes) {
    const auto ids = ids_in(list, mapping);
    for (auto i = list.first() + 1; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (!exchange.is_success() || !is_json(exchange) || is_noise(exchange)) continue;
        const auto pieces = pieces_of(exchange);
        const bool asks = std::ranges::any_of(
            pieces, [&](const Piece& piece) { return ids.contains(piece.value); });
        if (!asks) continue;
        const auto added = fields_added(provenance.leaves(i), mapping);
        if (added.empty()) continue;
        notes.found("detail", to_text(exchange), 0.8,
                    "opening a call shows what the list lacks: " + added);
        return;
    }
}

}  // namespace ringbridge::learn
