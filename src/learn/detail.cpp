#include "learn/detail.hpp"

#include "learn/routes.hpp"

#include <algorithm>
#include <map>
#include <ranges>

namespace ringbridge::learn {
namespace {

constexpr std::size_t shortest_id = 2, shortest_certain = 6;

/// A call that was opened: by which field of its record, and with what answer.
struct Opened {
    std::size_t exchange = 0, row = 0;
    const Column* key = nullptr;
    std::string value;
};

// Fields that differ in each record, that of the id first.
std::vector<const Column*> keys_in(const Table& table, const std::string& id_path) {
    std::vector<const Column*> keys;
    for (const auto& column : table.columns) {
        const bool plain = column.path.find_first_of("[]'\" ") == std::string::npos;
        const bool key = plain && column.values.size() == table.size() &&
                         column.distinct() == table.size() && column.path.size() > 2;
        if (key) keys.push_back(&column);
    }
    std::ranges::sort(keys, {},
                      [&](const auto* one) { return std::pair{one->path != id_path, one->path}; });
    return keys;
}

bool holds(const Leaves& leaves, const std::string& text) {
    return std::ranges::find(leaves, text, &Leaf::text) != leaves.end();
}

std::optional<Opened> opened_by(const Exchange& exchange, std::size_t index, const Leaves& answer,
                                const std::vector<const Column*>& keys) {
    for (const auto& piece : pieces_of(exchange)) {
        if (piece.value.size() < shortest_id || piece.value.size() > 400) continue;
        const auto parts = parts_of(piece.value);
        for (const auto* key : keys) {
            for (std::size_t i = 0; i < key->values.size(); ++i) {
                const auto& value = key->values[i].text;
                if (std::ranges::find(parts, value) == parts.end()) continue;
                // Any number may be a short one by chance.
                if (value.size() < shortest_certain && !holds(answer, value)) continue;
                return Opened{index, key->rows[i], key, value};
            }
        }
    }
    return std::nullopt;
}

// The object that has the same id at the same place, else the one with this text; else all of it.
std::string place_of(const Opened& opened, const Leaves& answer) {
    const auto name = opened.key->path.substr(1);
    const auto last = name.substr(name.rfind('.'));
    for (const auto& end : {name, last, std::string{}}) {
        for (const auto& leaf : answer) {
            if (leaf.text != opened.value || !leaf.path.ends_with(end)) continue;
            const auto dot = leaf.path.find_last_of(".[");
            auto place = leaf.path.substr(0, end.empty() ? dot : leaf.path.size() - end.size());
            if (!place.empty()) return place;
        }
    }
    return "$";
}

// What is in the call's object, with paths from it on.
Leaves leaves_at(const std::string& place, const Leaves& answer) {
    Leaves inside;
    for (const auto& leaf : answer) {
        const bool in = leaf.path.starts_with(place) && leaf.path.size() > place.size() &&
                        (leaf.path[place.size()] == '.' || leaf.path[place.size()] == '[');
        if (!in) continue;
        inside.push_back(leaf);
        inside.back().path = '$' + leaf.path.substr(place.size());
    }
    return inside;
}

std::string without_first_index(std::string path) {
    const auto index = path.find("[0]");
    return index == std::string::npos ? path : path.replace(index, 3, "[*]");
}

// Whether the field is one of an opened call alone.
bool is_of_detail(const Table& table, const MappedField& field) {
    const auto path = without_first_index(field.path);
    bool found = false;
    for (const auto& column : table.columns) {
        const bool part =
            column.path == path || column.path.starts_with(path + "[") ||
            column.path.starts_with(path + ".") ||
            (path.ends_with("[*]") && column.path.starts_with(path.substr(0, path.size() - 3)));
        if (!part) continue;
        if (!column.in_detail && !column.longer_in_detail && !column.values.empty()) return false;
        found = found || column.in_detail || column.longer_in_detail;
    }
    return found;
}

std::vector<std::string> names_of_detail(const Table& table, const Mapping& mapping) {
    std::vector<std::string> names;
    for (const auto& field : mapping.fields) {
        if (is_of_detail(table, field)) names.push_back(field.name);
    }
    return names;
}

std::size_t use_of(const Table& table) {
    Mapping mapping;
    map_phones(table, mapping);
    map_texts(table, mapping);
    map_answers(table, mapping);
    return names_of_detail(table, mapping).size();
}

Table with_details(const Table& table, const std::vector<Opened>& calls,
                   const Provenance& provenance) {
    auto whole = table;
    for (const auto& opened : calls) {
        const auto& answer = provenance.leaves(opened.exchange);
        whole.add_detail(opened.row, leaves_at(place_of(opened, answer), answer));
    }
    return whole;
}

}  // namespace

std::optional<Fate> FoundDetail::fate_of(const Piece& piece) const {
    if (piece.value == id_value) {
        const bool number = is_in_json(piece) && !piece.is_text;
        return Fate::put((number ? "${=record." : "${record.") + id_name + "}");
    }
    const auto parts = parts_of(piece.value);
    if (std::ranges::find(parts, id_value) == parts.end()) return std::nullopt;
    auto text = piece.value;
    return Fate::put(
        text.replace(text.find(id_value), id_value.size(), "${record." + id_name + "}"));
}

std::optional<FoundDetail> find_detail(const Recording& recording, const Provenance& provenance,
                                       const CallList& list, const std::string& id_path,
                                       Table& table) {
    const auto keys = keys_in(table, id_path);
    std::map<std::string, std::vector<Opened>> routes;
    for (auto i = list.first() + 1; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (!exchange.is_success() || !is_json(exchange) || is_noise(exchange)) continue;
        if (exchange.method != "GET" && exchange.method != "POST") continue;
        if (std::ranges::find(list.exchanges, i) != list.exchanges.end()) continue;
        if (const auto opened = opened_by(exchange, i, provenance.leaves(i), keys)) {
            routes[route_of(exchange)].push_back(*opened);
        }
    }
    std::size_t most = 0;
    const std::vector<Opened>* best = nullptr;
    for (const auto& [route, calls] : routes) {
        const auto use = use_of(with_details(table, calls, provenance));
        if (use <= most) continue;
        most = use;
        best = &calls;
    }
    if (best == nullptr) return std::nullopt;
    const auto& opened = best->front();
    FoundDetail detail{.exchange = opened.exchange,
                       .record = place_of(opened, provenance.leaves(opened.exchange)),
                       .id_name = opened.key->path.substr(2),
                       .id_value = opened.value};
    table = with_details(table, *best, provenance);
    return detail;
}

std::string fields_of_detail(const Table& table, const Mapping& mapping) {
    std::string all;
    for (const auto& name : names_of_detail(table, mapping))
        all += (all.empty() ? "" : ", ") + name;
    return all;
}

}  // namespace ringbridge::learn
