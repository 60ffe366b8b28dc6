// When a call was, and how long it took: see fields.hpp.
#include "learn/fields.hpp"
#include "learn/shapes.hpp"
#include "receptionist/local_time.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace ringbridge::learn {
namespace {

using namespace std::chrono_literals;

constexpr std::array usual_zones{"America/New_York",
                                 "America/Chicago",
                                 "America/Denver",
                                 "America/Los_Angeles",
                                 "America/Phoenix",
                                 "America/Toronto",
                                 "America/Sao_Paulo",
                                 "America/Mexico_City",
                                 "Europe/London",
                                 "Europe/Berlin",
                                 "Europe/Athens",
                                 "Europe/Moscow",
                                 "Asia/Dubai",
                                 "Asia/Kolkata",
                                 "Asia/Shanghai",
                                 "Asia/Tokyo",
                                 "Australia/Sydney",
                                 "Pacific/Auckland",
                                 "Africa/Johannesburg",
                                 "America/Anchorage",
                                 "Pacific/Honolulu",
                                 "America/Bogota",
                                 "America/Argentina/Buenos_Aires"};

bool is_filled(const Column& column, const Table& table) {
    return !column.in_list && !column.in_detail && column.values.size() * 10 >= table.size() * 8;
}

double score_of_start(const Column& column, const Table& table) {
    if (!is_filled(column, table) || column.part(is_time) < 0.9) return 0;
    const auto& name = column.name;
    if (name.has({"end",         "ended",     "update",       "updated",    "modified", "delete",
                  "deleted",     "expires",   "expiry",       "scheduled",  "synced",   "processed",
                  "analyzed",    "due",       "read",         "birth",      "next",     "fin",
                  "ende",        "finished",  "closed",       "completed",  "hangup",   "callback",
                  "appointment", "geaendert", "aktualisiert", "modificado", "termino",  "fine",
                  "hasta",       "beendet"})) {
        return 0.05;
    }
    double score = 0.45;
    if (name.has({"start", "started", "begin", "began", "begin", "beginn", "inicio", "iniciada",
                  "debut", "inizio", "begonnen", "gestartet", "empfangen"}) ||
        name.contains({"calledat", "calltime", "calldate", "calltimestamp", "startzeit",
                       "startedat", "starttime"}) ||
        (name.has({"call", "called", "anruf"}) &&
         name.has({"at", "time", "date", "timestamp", "zeit"}))) {
        score = 0.95;
    } else if (name.has({"timestamp", "time", "date", "datetime", "zeitpunkt", "zeit", "datum",
                         "fecha", "hora", "data", "heure", "quando", "when", "received", "tijdstip",
                         "czas"}) ||
               name.contains({"zeitpunkt", "datumzeit", "fechahora", "dataora", "dateheure"})) {
        score = 0.85;
    } else if (name.has({"created", "erstellt", "angelegt", "creado", "cree", "creato", "at",
                         "inserted", "ts"})) {
        score = 0.75;
    }
    if (name.has({"ring", "answer", "answered", "connected"})) score -= 0.3;
    if (name.has_around({"customer", "caller", "contact", "agent", "user", "account"}))
        score *= 0.4;
    return score;
}

double score_of_end(const Column& column, const Table& table) {
    if (!is_filled(column, table) || column.part(is_time) < 0.9) return 0;
    const bool named = column.name.has({"end", "ended", "ende", "fin", "fine", "finished", "hangup",
                                        "completed", "beendet", "termino", "final"}) ||
                       column.name.contains({"endzeit", "endtime"});
    return named ? 0.8 : 0;
}

using Times = std::map<std::size_t, UtcTime>;  // by row

Times times_of(const Column& column, const TimeShape& shape, const std::string& zone) {
    Times times;
    for (std::size_t i = 0; i < column.values.size(); ++i) {
        if (const auto time = time_in(column.values[i], shape, zone)) {
            times[column.rows[i]] = *time;
        }
    }
    return times;
}

// How many of the neighbours on a page are in descending order, less those in ascending order.
int descents(const Times& times, const Table& table) {
    int score = 0;
    const Times::value_type* before = nullptr;
    for (const auto& entry : times) {
        const bool same_page =
            before != nullptr && table.page_of[before->first] == table.page_of[entry.first];
        if (same_page && entry.second != before->second) {
            score += entry.second < before->second ? 1 : -1;
        }
        before = &entry;
    }
    return score;
}

// One record out of order, and the list is sorted by something else.
bool is_descending(const Times& times, const Table& table) {
    int pairs = 0;
    const Times::value_type* before = nullptr;
    for (const auto& entry : times) {
        const bool same_page =
            before != nullptr && table.page_of[before->first] == table.page_of[entry.first];
        if (same_page && entry.second > before->second) return false;
        pairs += same_page ? 1 : 0;
        before = &entry;
    }
    return pairs > 1;
}

// The way in which all values can be read; of several (is it the third of April or the fourth of
// March?) the one that puts the list in order and nothing in the future.
TimeShape shape_of(const Column& column, const Table& table, const ZoneHints& hints) {
    std::vector<TimeShape> shapes;
    bool begun = false;
    for (const auto& value : column.values) {
        const auto those = time_shapes(value);
        if (those.empty()) continue;
        if (!begun) {
            shapes = those;
        } else {
            std::erase_if(shapes, [&](const TimeShape& shape) {
                return std::ranges::find(those, shape) == those.end();
            });
        }
        begun = true;
    }
    if (shapes.empty()) {
        for (const auto& value : column.values) {
            if (const auto those = time_shapes(value); !those.empty()) return those.front();
        }
        return {};
    }
    const auto score = [&](const TimeShape& shape) {
        const auto times = times_of(column, shape, "");
        const auto future = std::ranges::count_if(times, [&](const auto& entry) {
            return hints.recorded && entry.second > *hints.recorded + 26h;
        });
        return std::abs(descents(times, table)) - 5 * static_cast<int>(future);
    };
    return *std::ranges::max_element(shapes, {}, score);
}

// Of the moments of which the second has one shortly after, how much later that usually is.
std::optional<std::chrono::minutes> median_lag(const Times& times, const Times& later) {
    std::vector<Milliseconds> lags;
    std::size_t compared = 0;
    for (const auto& [row, time] : times) {
        const auto found = later.find(row);
        if (found == later.end()) continue;
        ++compared;
        const auto lag = found->second - time;
        if (lag > -2min && lag < 3h) lags.push_back(lag);
    }
    if (compared == 0 || lags.size() * 10 < compared * 9) return std::nullopt;
    std::ranges::sort(lags);
    return std::chrono::duration_cast<std::chrono::minutes>(lags[lags.size() / 2]);
}

bool is_past(UtcTime time, const std::optional<UtcTime>& recorded) {
    return !recorded || time <= *recorded + 5min;
}

// A second field of the records has the same moments with a zone, or moments shortly after them:
// when a call ended, or was written down.
std::optional<ZoneGuess> zone_by_twin(const Table& table, const Column& local,
                                      const TimeShape& shape, const ZoneHints& hints) {
    std::vector<std::string> zones;
    for (const auto& guess : hints.guesses) zones.push_back(guess.zone);
    zones.insert(zones.end(), usual_zones.begin(), usual_zones.end());
    zones.emplace_back("UTC");
    std::optional<ZoneGuess> best;
    auto nearest = std::chrono::minutes{25};
    for (const auto& column : table.columns) {
        if (&column == &local || column.in_list || column.part(is_time) < 0.9) continue;
        const auto twin_shape = shape_of(column, table, hints);
        if (twin_shape.needs_zone) continue;
        const auto twin = times_of(column, twin_shape, "");
        for (const auto& zone : zones) {
            const auto lag = median_lag(times_of(local, shape, zone), twin);
            if (!lag || *lag >= nearest) continue;
            nearest = *lag;
            best = {zone, *lag < 2min ? 0.9 : 0.75,
                    "its moments fit those of " + column.path + " in this zone"};
        }
    }
    return best;
}

std::optional<ZoneGuess> zone_in_records(const Table& table) {
    for (const auto& column : table.columns) {
        if (column.in_list || column.values.empty() || column.distinct() != 1) continue;
        const auto& value = column.values.front().text;
        if (value.contains('/') && receptionist::is_time_zone(value)) {
            return ZoneGuess{value, 0.85, "named in each record at " + column.path};
        }
    }
    return std::nullopt;
}

ZoneGuess zone_of(const Table& table, const Column& column, const TimeShape& shape,
                  const ZoneHints& hints) {
    if (const auto zone = zone_by_twin(table, column, shape, hints)) return *zone;
    if (const auto zone = zone_in_records(table)) return *zone;
    // No call was made after it was recorded.
    for (const auto& guess : hints.guesses) {
        const auto times = times_of(column, shape, guess.zone);
        const bool possible = std::ranges::all_of(
            times, [&](const auto& entry) { return is_past(entry.second, hints.recorded); });
        if (possible) return guess;
    }
    return {"UTC", 0, "nothing in the recording says in which zone these times are"};
}

// Of the usual ones, those in which no call was made after it was recorded.
std::string possible_zones(const Column& column, const TimeShape& shape, const ZoneHints& hints) {
    std::string zones;
    int named = 0;
    for (const auto* zone : usual_zones) {
        const auto times = times_of(column, shape, zone);
        const bool possible = std::ranges::all_of(
            times, [&](const auto& entry) { return is_past(entry.second, hints.recorded); });
        if (possible && named++ < 6) zones += (zones.empty() ? "" : ", ") + std::string{zone};
    }
    return zones.empty() ? "any" : zones;
}

std::string time_yaml(const std::string& path, const TimeShape& shape, const std::string& zone) {
    if (!shape.needs_zone) return yaml_path(path);
    auto yaml = "{ path: " + yaml_path(path);
    if (!shape.format.empty()) yaml += ", format: " + json_string(shape.format);
    return yaml + ", zone: " + zone + " }";
}

struct Unit {
    const char* name;
    double seconds;
};
constexpr std::array units{Unit{"s", 1}, Unit{"ms", 0.001}, Unit{"min", 60}};

// By the two moments between which the call lasted: the median of the ratio.
std::optional<double> seconds_per_unit(const Column& duration, const Times& from,
                                       const Times& until) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < duration.values.size(); ++i) {
        const auto begin = from.find(duration.rows[i]), end = until.find(duration.rows[i]);
        const auto number = number_of(duration.values[i]);
        if (begin == from.end() || end == until.end() || !number || *number <= 0) continue;
        const auto lasted = std::chrono::duration<double>{end->second - begin->second}.count();
        if (lasted > 2) ratios.push_back(lasted / *number);
    }
    if (ratios.size() < 2) return std::nullopt;
    std::ranges::nth_element(ratios,
                             ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2));
    return ratios[ratios.size() / 2];
}

// The calls' begin and end, where the records have both.
struct Span {
    Times from, until;
};

// Whatever it is called: as long as the call lasted, in one of the units.
bool fits_span(const Column& column, const Span& span) {
    const auto ratio =
        column.has_evidence() ? seconds_per_unit(column, span.from, span.until) : std::nullopt;
    return ratio && std::ranges::any_of(units, [&](const Unit& unit) {
               return *ratio > unit.seconds * 0.9 && *ratio < unit.seconds * 1.1;
           });
}

// A number that is zero just where some choice has words of its own: those of calls that nobody got
// through.
bool is_zero_where_missed(const Column& column, const Table& table) {
    if (!column.has_evidence() || column.variety() < 0.5 || !column.all([](const Leaf& leaf) {
            const auto number = number_of(leaf);
            return number && *number >= 0 && *number < 20'000;
        })) {
        return false;
    }
    return std::ranges::any_of(table.columns, [&](const Column& choice) {
        constexpr std::size_t most_words = 8;
        if (choice.in_list || choice.values.size() < column.values.size()) return false;
        if (choice.distinct() < 2 || choice.distinct() > most_words) return false;
        std::set<std::string_view> at_zero, others;
        for (std::size_t i = 0; i < column.values.size(); ++i) {
            const auto* word = Table::value(choice, column.rows[i]);
            if (word == nullptr || word->is_number()) return false;
            (number_of(column.values[i]) == 0.0 ? at_zero : others).insert(word->text);
        }
        return !at_zero.empty() && !others.empty() &&
               std::ranges::none_of(at_zero, [&](auto word) { return others.contains(word); });
    });
}

double score_of_duration(const Column& column, const Table& table, const Span& span) {
    if (column.in_list || column.values.empty()) return 0;
    if (fits_span(column, span)) return 0.8;
    const auto& name = column.name;
    const auto fits = [](const Leaf& leaf) {
        const auto number = number_of(leaf);
        return (number && *number >= 0 && *number < 1e9) || is_written_duration(leaf);
    };
    if (column.part(fits) < 0.9) return 0;
    if (name.has({"ring", "wait", "hold", "queue", "ringing", "latency", "at", "cost", "price",
                  "hours", "warte", "offset", "timestamp", "start", "end"})) {
        return 0.1;
    }
    if (name.contains({"duration", "dauer", "duree", "duracion", "durata", "duracao", "talktime",
                       "billsec", "calllength", "gespraechsdauer", "gesprekstijd"})) {
        return 0.92 - (name.has({"ms", "millis", "total"}) ? 0.02 : 0);
    }
    // `1:33`, but not the time of a day.
    const bool written = column.part(is_written_duration) > 0.9 && column.has_evidence() &&
                         column.variety() > 0.3 && !name.has({"time", "zeit", "hora", "heure"});
    if (written) return 0.5;
    if (name.has({"duur",     "length",   "seconds", "secs",     "laenge",  "minutes", "minuten",
                  "segundos", "secondes", "minutos", "sekunden", "elapsed", "trwania", "dur",
                  "talk",     "lasted",   "took",    "sek",      "min",     "mins",    "sec"})) {
        return 0.7;
    }
    return is_zero_where_missed(column, table) ? 0.55 : 0;
}

std::pair<const char*, std::string> unit_of(const Column& duration, const Span& span) {
    if (const auto ratio = seconds_per_unit(duration, span.from, span.until)) {
        for (const auto& unit : units) {
            if (*ratio > unit.seconds * 0.7 && *ratio < unit.seconds * 1.4) {
                return {unit.name, "as the calls' begin and end say"};
            }
        }
    }
    const auto& name = duration.name;
    if (name.has({"ms", "millis", "milliseconds", "msec", "millisekunden"}))
        return {"ms", "as it is named"};
    if (name.has({"min", "mins", "minutes", "minuten", "minutos", "minuti"})) {
        return {"min", "as it is named"};
    }
    if (name.has({"s", "sec", "secs", "seconds", "sekunden", "segundos", "secondes", "secondi"})) {
        return {"s", "as it is named"};
    }
    std::vector<double> numbers;
    bool fractions = false;
    for (const auto& value : duration.values) {
        const auto number = number_of(value);
        if (!number) continue;
        numbers.push_back(*number);
        fractions |= std::floor(*number) != *number;
    }
    if (numbers.empty()) return {"s", ""};
    std::ranges::sort(numbers);
    const auto median = numbers[numbers.size() / 2];
    if (median > 5'000) return {"ms", "as seconds the calls would take hours"};
    if (fractions && numbers.back() < 60 && median < 15) {
        return {"min", "fractions of small numbers"};
    }
    return {"s", "calls of usual lengths"};
}

MappedField map_duration(const Column& column, double score, const Span& span) {
    MappedField field{.name = "duration",
                      .yaml = yaml_path(column.path),
                      .path = column.path,
                      .confidence = score,
                      .why = "named or written like a duration"};
    if (column.part(is_written_duration) > 0.5) return field;
    const auto [unit, why] = unit_of(column, span);
    if (std::string_view{unit} != "s") {
        field.yaml = "{ path: " + yaml_path(column.path) + ", unit: " + unit + " }";
    }
    field.why += std::string{"; in "} + unit + ": " + why;
    return field;
}

}  // namespace

void map_times(const Table& table, const ZoneHints& hints, Mapping& mapping, Notes& notes) {
    const auto start =
        best_column(table, [&](const Column& column) { return score_of_start(column, table); });
    if (start.column == nullptr) {
        mapping.fields.push_back({.name = "called_at",
                                  .yaml = "$.created_at",
                                  .path = "$.created_at",
                                  .confidence = 0,
                                  .why = "no field of all records is a time",
                                  .todo = true});
        return;
    }
    const auto shape = shape_of(*start.column, table, hints);
    ZoneGuess zone;
    if (shape.needs_zone) zone = zone_of(table, *start.column, shape, hints);
    MappedField field{.name = "called_at",
                      .yaml = time_yaml(start.column->path, shape, zone.zone),
                      .path = start.column->path,
                      .confidence = start.score,
                      .why = "a moment in each record"};
    if (shape.needs_zone) {
        field.why += "; zone: " + zone.why;
        field.confidence = std::min(field.confidence, zone.confidence);
        field.todo = zone.confidence == 0;
        if (field.todo) {
            notes.ask(
                "call_mapping.called_at.zone: in which time zone does the site show times? UTC "
                "stands there; it may be " +
                possible_zones(*start.column, shape, hints));
        }
    }
    Span span{.from = times_of(*start.column, shape, zone.zone), .until = {}};
    mapping.time_path = start.column->path;
    mapping.zone = zone.zone;
    mapping.newest_first = is_descending(span.from, table);
    mapping.fields.push_back(std::move(field));

    const auto end =
        best_column(table, [&](const Column& column) { return score_of_end(column, table); });
    TimeShape end_shape;
    if (end.column != nullptr) {
        end_shape = shape_of(*end.column, table, hints);
        span.until = times_of(*end.column, end_shape, zone.zone);
    }
    const auto length = best_column(
        table, [&](const Column& column) { return score_of_duration(column, table, span); });
    if (length.column != nullptr) {
        mapping.fields.push_back(map_duration(*length.column, length.score, span));
    } else if (end.column != nullptr) {
        mapping.fields.push_back(
            {.name = "duration",
             .yaml = "{ from: " + time_yaml(start.column->path, shape, zone.zone) +
                     ", until: " + time_yaml(end.column->path, end_shape, zone.zone) + " }",
             .path = end.column->path,
             .confidence = 0.75,
             .why = "no field is a duration: between the call's begin and its end"});
    }
}

}  // namespace ringbridge::learn
