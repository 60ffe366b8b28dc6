#include "learn/call_list.hpp"

#include "learn/routes.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>

namespace ringbridge::learn {
namespace {

constexpr double least_score = 5;
constexpr std::size_t largest_body = 64UL << 20;

// What a name says of the things in a list: calls (above zero), something else (below), or nothing.
double meaning_of(const Name& name) {
    static constexpr Words calls{"call",        "calls",        "conversation", "conversations",
                                 "interaction", "interactions", "cdr",          "cdrs",
                                 "sessions",    "gesprekken",   "activity"};
    static constexpr Words parts{"calls",    "calllog", "callhistory", "callrecord", "phonecall",
                                 "llamada",  "anruf",   "appels",      "chiamat",    "chamada",
                                 "ligacoes", "oproep",  "gespraech",   "gesprek",    "telefonat",
                                 "rozmow",   "opkald",  "samtal"};
    static constexpr Words others{
        "contact",      "contacts",      "lead",         "leads",        "customer",  "customers",
        "booking",      "bookings",      "appointment",  "appointments", "event",     "events",
        "calendar",     "agent",         "agents",       "assistant",    "users",     "user",
        "assistants",   "members",       "member",       "team",         "staff",     "invoice",
        "invoices",     "payment",       "payments",     "order",        "orders",    "sms",
        "tasks",        "notifications", "notification", "task",         "ticket",    "tickets",
        "campaign",     "campaigns",     "numbers",      "callback",     "callbacks", "scheduled",
        "upcoming",     "kunden",        "kontakte",     "termine",      "citas",     "reservas",
        "rdv",          "webhooks",      "audit",        "locations",    "deals",     "employees",
        "people",       "clientes",      "contactos",    "clients",      "queue",     "blocked",
        "appuntamenti", "mitarbeiter"};
    if (name.has(others)) return -4;
    return name.has(calls) || name.contains(parts) ? 3 : 0;
}

// The last name that says something: of the list's path, else of the address.
double meaning_of(const Exchange& exchange, const std::string& selector) {
    auto names = segments_of(exchange.url);
    for (auto& name : names_in(selector)) names.push_back(std::move(name));
    for (const auto& name : std::views::reverse(names)) {
        if (is_identifier(name)) continue;
        const auto meaning = meaning_of(Name{name});
        if (meaning != 0) return meaning;
    }
    const auto route = route_of(exchange);
    return meaning_of(Name{route.substr(route.rfind('/') + 1)}) > 0 ? 3 : 0;
}

bool any(const Table& table, const std::function<bool(const Column&)>& test) {
    return std::ranges::any_of(table.columns, test);
}

bool is_filled(const Column& column, const Table& table) {
    return !column.in_list && column.values.size() * 10 >= table.size() * 8;
}

bool has_time(const Table& table) {
    return any(table, [&](const Column& column) {
        return is_filled(column, table) && column.part(is_time) > 0.9;
    });
}

std::size_t phones(const Table& table) {
    const auto is_number = [](const Leaf& leaf) { return is_phone(leaf) || is_withheld(leaf); };
    return static_cast<std::size_t>(std::ranges::count_if(table.columns, [&](const Column& column) {
        return !column.in_list && column.part(is_number) > 0.8 && column.part(is_phone) > 0.4 &&
               column.part(is_time) < 0.5 && !column.name.has({"id", "uuid"});
    }));
}

bool has_duration(const Table& table) {
    return any(table, [](const Column& column) {
        const bool named = column.name.contains({"duration", "dauer", "duree", "duracion", "durata",
                                                 "duracao", "billsec", "talktime", "calllength"}) ||
                           column.name.has({"seconds", "secs", "length", "duur", "minutes"});
        return named && !column.in_list && column.part([](const Leaf& leaf) {
            return number_of(leaf).has_value() || is_written_duration(leaf);
        }) > 0.9;
    });
}

bool has_named(const Table& table, Words parts) {
    return any(table, [&](const Column& column) {
        return column.name.contains(parts) || column.name.contains_around(parts);
    });
}

double score_fields(const Table& table, std::string& why) {
    double score = 0;
    const auto count = [&](bool there, double points, const char* what) {
        if (!there) return;
        score += points;
        why += (why.empty() ? "" : ", ") + std::string{what};
    };
    const auto numbers = phones(table);
    count(true, 2, "times");
    count(numbers > 0, 2, "phone numbers");
    count(has_duration(table), 2, "durations");
    count(has_named(table, {"transcri", "transkri", "trascri"}), 1, "transcripts");
    count(has_named(table, {"recording", "audio", "aufnahme", "aufzeichnung", "grabacion",
                            "enregistrement", "registrazione", "gravacao"}),
          1, "recordings");
    count(has_named(table, {"summary", "zusammenfassung", "resumen", "resume", "riassunto"}), 1,
          "summaries");
    count(has_named(table, {"direction", "inbound", "richtung", "direccion"}), 1, "directions");
    if (numbers > 1) score += 0.5;
    score += std::log2(static_cast<double>(table.size()) + 1) * 0.2;
    return score;
}

std::optional<double> score_of(const CallList& list, const Exchange& exchange, std::string& why) {
    const auto& table = list.table;
    if (table.size() == 0 || !has_time(table)) return std::nullopt;
    if (phones(table) == 0 && !has_duration(table)) return std::nullopt;
    auto score = score_fields(table, why);
    const auto meaning = meaning_of(exchange, list.selector);
    score += meaning;
    if (meaning > 0) why += "; its name says calls";
    if (list.exchanges.size() > 1) score += 0.5;
    return score;
}

}  // namespace

std::optional<CallList> find_call_list(const Recording& recording) {
    std::map<std::pair<std::string, std::string>, CallList> lists;  // by route and path
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (!exchange.is_success() || !is_json(exchange) || is_noise(exchange)) continue;
        if (exchange.method != "GET" && exchange.method != "POST") continue;
        if (exchange.body.size() > largest_body) continue;
        for (auto& found : object_lists_in(exchange.body)) {
            auto& list = lists[{route_of(exchange), found.selector}];
            list.selector = found.selector;
            list.exchanges.push_back(i);
            list.pages.push_back(std::move(found));
        }
    }
    std::optional<CallList> best;
    for (auto& [key, list] : lists) {
        std::vector<std::vector<Leaves>> records;
        for (const auto& page : list.pages) records.push_back(page.records);
        list.table = make_table(records);
        std::string why;
        const auto score = score_of(list, recording.exchanges[list.first()], why);
        if (!score || *score < least_score || (best && *score <= best->score)) continue;
        list.score = *score;
        list.why = std::move(why);
        best = std::move(list);
    }
    return best;
}

}  // namespace ringbridge::learn
