// Who called whom: see fields.hpp. Values decide: our own number comes again in many records, the
// callers' differ; and which way a call went shows which of two numbers is the outside party's.
#include "core/text.hpp"
#include "learn/fields.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace ringbridge::learn {
namespace {

struct Pair {
    std::string_view inbound, outbound;
};
constexpr std::array directions{
    Pair{"inbound", "outbound"},        Pair{"in", "out"},
    Pair{"incoming", "outgoing"},       Pair{"eingehend", "ausgehend"},
    Pair{"entrante", "saliente"},       Pair{"entrant", "sortant"},
    Pair{"in entrata", "in uscita"},    Pair{"entrata", "uscita"},
    Pair{"recebida", "realizada"},      Pair{"inkomend", "uitgaand"},
    Pair{"ingehend", "ausgehend"},      Pair{"received", "placed"},
    Pair{"eingang", "ausgang"},         Pair{"received", "dialed"},
    Pair{"terminating", "originating"}, Pair{"przychodzace", "wychodzace"},
    Pair{"entrada", "salida"},          Pair{"entree", "sortie"}};

bool is_number(const Leaf& leaf) { return is_phone(leaf) || is_withheld(leaf); }

double named_phone(const Name& name) {
    if (name.contains({"phone", "telefon", "telephone", "msisdn", "callerid", "mobile", "rufnummer",
                       "rufnr", "e164"}) ||
        name.has({"number", "nummer", "numero", "tel", "ani", "dnis", "cli", "did", "from", "to",
                  "caller", "callee", "nr"})) {
        return 0.3;
    }
    return 0;
}

bool means_caller(const Name& name) {
    return name.has_any({"caller",    "customer", "client", "lead",    "contact",  "ani",
                         "cli",       "anrufer",  "kunde",  "cliente", "appelant", "llamante",
                         "chiamante", "external", "remote", "visitor", "origen",   "beller",
                         "patient",   "guest",    "person"}) ||
           name.contains({"anrufer", "kunden", "callerid"});
}
bool means_from(const Name& name) {
    return name.has({"from", "source", "src", "von", "de", "da", "origin", "caller", "ani",
                     "originating", "calling"}) ||
           name.has_around({"from", "source", "caller"}) ||
           name.contains({"callernumber", "fromnumber", "anrufer"});
}
bool means_to(const Name& name) {
    return name.has({"to", "destination", "dst", "an", "dialed", "dialled", "called", "callee",
                     "dnis", "did", "nach", "vers", "destino", "angerufene"}) ||
           name.has_around({"to", "destination", "callee", "called"}) ||
           name.contains({"tonumber", "callednumber", "angerufen"});
}
bool means_ours(const Name& name) {
    return name.has_any({"agent", "line", "business", "our", "assistant", "bot", "receptionist",
                         "internal", "local", "leitung", "linea", "ligne", "own", "forwarding",
                         "trunk", "inbox", "tracking", "location", "agente"});
}

double score_phone(const Column& column) {
    if (column.in_list || column.values.empty()) return 0;
    if (column.part(is_number) < 0.75 || column.part(is_phone) < 0.3) return 0;
    if (column.part(is_time) > 0.5 && named_phone(column.name) == 0) return 0;
    if (column.name.has({"id", "uuid", "sid", "transfer", "forward", "duration"})) return 0;
    const bool plus = column.part([](const Leaf& leaf) {
        return leaf.text.starts_with('+') || leaf.text.starts_with('(');
    }) > 0.3;
    return 0.3 + named_phone(column.name) + (plus ? 0.2 : 0);
}

struct Direction {
    const Column* column = nullptr;
    std::vector<std::string> outbound;  ///< the words for it
    bool seen_outbound = false;
};

// The words for outbound, if the column says which way calls went.
std::optional<Direction> direction_in(const Column& column) {
    if (column.in_list || column.values.empty()) return std::nullopt;
    Direction direction{.column = &column, .outbound = {}};
    if (column.values.front().kind == Leaf::Kind::boolean) {
        const bool in = column.name.is({"inbound", "isinbound", "incoming", "isincoming"});
        const bool out = column.name.is({"outbound", "isoutbound", "outgoing", "isoutgoing"});
        if (!in && !out) return std::nullopt;
        direction.outbound = {out ? "true" : "false"};
        direction.seen_outbound = std::ranges::any_of(
            column.values, [&](const Leaf& leaf) { return leaf.text == direction.outbound[0]; });
        return direction;
    }
    std::set<std::string> seen, outbound;
    for (const auto& value : column.values) {
        if (value.kind != Leaf::Kind::text || value.text.size() > 40) return std::nullopt;
        seen.insert(lower_case(value.text));
    }
    std::size_t known = 0;
    for (const auto& word : seen) {
        bool fits = false;
        for (const auto& pair : directions) {
            if (word == pair.outbound) direction.seen_outbound = true;
            fits = fits || word == pair.inbound || word == pair.outbound;
            if (word == pair.inbound || word == pair.outbound) {
                outbound.insert(std::string{pair.outbound});
            }
        }
        // `outbound-api`, `inbound_call`
        if (!fits && word.starts_with("outbound")) {
            outbound.insert(word);
            direction.seen_outbound = true;
            fits = true;
        }
        fits = fits || word.starts_with("inbound");
        known += fits ? 1 : 0;
    }
    // A channel that some calls do not have, such as `web`, may stand beside the two.
    if (known == 0 || known + 2 < seen.size()) return std::nullopt;
    if (outbound.empty()) outbound.insert("outbound");
    direction.outbound.assign(outbound.begin(), outbound.end());
    return direction;
}

std::optional<Direction> find_direction(const Table& table) {
    std::optional<Direction> best;
    for (const auto& column : table.columns) {
        auto direction = direction_in(column);
        if (!direction) continue;
        const bool named = column.name.contains(
            {"direction", "richtung", "direccion", "direzione", "sens", "richting", "direcao"});
        if (named) return direction;
        if (!best) best = std::move(direction);
    }
    return best;
}

bool is_outbound(const Direction& direction, std::size_t row) {
    const auto* value = Table::value(*direction.column, row);
    return value != nullptr && std::ranges::find(direction.outbound, lower_case(value->text)) !=
                                   direction.outbound.end();
}

std::string digits_of(const std::string& text) {
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits),
                         [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

// Whether `left` on outbound calls holds what `right` holds on inbound ones: both are as dialled.
bool swaps(const Column& left, const Column& right, const Direction& direction) {
    std::set<std::string> ours;
    for (std::size_t i = 0; i < right.values.size(); ++i) {
        if (!is_outbound(direction, right.rows[i])) ours.insert(digits_of(right.values[i].text));
    }
    std::size_t asked = 0, found = 0;
    for (std::size_t i = 0; i < left.values.size(); ++i) {
        if (!is_outbound(direction, left.rows[i])) continue;
        ++asked;
        found += ours.contains(digits_of(left.values[i].text)) ? 1 : 0;
    }
    return asked > 0 && found * 2 > asked;
}

MappedField field(const char* name, const Candidate& candidate, std::string why) {
    return {.name = name,
            .yaml = yaml_path(candidate.column->path),
            .path = candidate.column->path,
            .confidence = candidate.score,
            .why = std::move(why)};
}

void map_direction(const Direction& direction, Mapping& mapping) {
    std::string words;
    for (const auto& word : direction.outbound)
        words += (words.empty() ? "" : ", ") + json_string(word);
    mapping.fields.push_back(
        {.name = "direction",
         .yaml = "{ path: " + yaml_path(direction.column->path) + ", outbound: [" + words + "] }",
         .path = direction.column->path,
         .confidence = direction.seen_outbound ? 0.95 : 0.8,
         .why = direction.seen_outbound ? "its words say which way calls went"
                                        : "its words say so; no outbound call was recorded"});
}

}  // namespace

void map_phones(const Table& table, Mapping& mapping) {
    const auto direction = find_direction(table);
    const auto caller = best_column(table, [](const Column& column) {
        const auto score = score_phone(column);
        if (score == 0 || means_ours(column.name) ||
            (means_to(column.name) && !means_caller(column.name))) {
            return 0.0;
        }
        const bool named = means_caller(column.name) || means_from(column.name);
        return score + (named ? 0.3 : 0) + 0.1 * column.variety() -
               (column.repeats() ? 0.3 : 0);  // our own, rather than a caller's
    });
    const auto ours = best_column(table, [&](const Column& column) {
        const auto score = score_phone(column);
        if (score == 0 || &column == caller.column) return 0.0;
        if (means_caller(column.name) && !means_to(column.name)) return 0.0;
        const bool named = means_ours(column.name) || means_to(column.name);
        return score + (named ? 0.3 : -0.2) + 0.1 * (1 - column.variety()) +
               (column.repeats() ? 0.3 : 0);
    });
    if (direction) map_direction(*direction, mapping);
    if (caller.column == nullptr) return;
    bool dialled = direction && means_from(caller.column->name) &&
                   !caller.column->name.has_any({"customer", "client", "lead", "contact", "kunde"});
    if (direction && direction->seen_outbound && ours.column != nullptr) {
        dialled = swaps(*caller.column, *ours.column, *direction);
    }
    const char* from = dialled ? "from_phone" : "caller_phone";
    const char* to = dialled ? "to_phone" : "agent_phone";
    mapping.fields.push_back(
        field(from, caller,
              dialled ? "numbers as dialled: on outbound calls the other one is the outside party's"
                      : "numbers, named or varying like those of callers"));
    if (ours.column != nullptr) {
        mapping.fields.push_back(field(to, ours, "numbers, named or repeating like our own"));
    }
}

}  // namespace ringbridge::learn
