// Which field of a record is which of a call's, by names, types and values.
#pragma once

#include "core/time.hpp"
#include "learn/finding.hpp"
#include "learn/table.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::learn {

/// A line of a profile's `call_mapping`.
struct MappedField {
    std::string name;  ///< `called_at`
    std::string yaml;  ///< `$.start`, or `{ path: $.start, zone: Europe/Berlin }`
    std::string path;
    double confidence = 0;
    std::string why;
    bool todo = false;
};

/// A zone that times may be local in, and what speaks for it.
struct ZoneGuess {
    std::string zone;
    double confidence = 0;
    std::string why;
};

/// What is known of where the site's times are local.
struct ZoneHints {
    std::vector<ZoneGuess> guesses;   ///< the best first
    std::optional<UtcTime> recorded;  ///< when
    std::set<std::string> asked_for;  ///< values of later requests: ids of opened records
    const ZoneGuess* best() const { return guesses.empty() ? nullptr : &guesses.front(); }
};

struct Mapping {
    std::vector<MappedField> fields;
    std::vector<MappedField> filters;  ///< of records that are calls at all
    std::string zone;                  ///< of its times; empty: they name their own
    std::string time_path;             ///< of called_at
    std::string id_path;
    bool newest_first = false;
    const MappedField* field(std::string_view name) const;
};

/// Where the records' ids are; empty if no field differs in each.
std::string id_path_of(const Table& table, const ZoneHints& hints);

Mapping map_fields(const Table& table, const ZoneHints& hints, Notes& notes);

// The parts of it.

/// A column that may be a field.
struct Candidate {
    const Column* column = nullptr;
    double score = 0;
};
/// The column with the highest score, if that is 0.3 or more.
Candidate best_column(const Table& table, const std::function<double(const Column&)>& score);
/// A path in YAML.
std::string yaml_path(const std::string& path);

void map_identity(const Table& table, const ZoneHints& hints, Mapping& mapping);
void map_times(const Table& table, const ZoneHints& hints, Mapping& mapping, Notes& notes);
void map_phones(const Table& table, Mapping& mapping);
void map_texts(const Table& table, Mapping& mapping);
void map_words(const Table& table, Mapping& mapping);
/// Which records are calls at all: the table of those.
Table map_filter(const Table& table, Mapping& mapping);
void map_answers(const Table& table, Mapping& mapping);

}  // namespace ringbridge::learn
