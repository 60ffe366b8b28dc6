// How often each mapped field was filled in the receptionist's records, and which of them are gone.
// Pure: what it has seen is all that it knows.
//
// Each record counts once, when it is first seen, by its kind: a missed call has no summary, and
// that is no news. What was nearly always there is expected. A record without it is not counted
// until another one has it again: otherwise a field that is gone would soon not be expected.
#pragma once

#include "core/call.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

struct FillRate {
    int filled = 0, records = 0;
    FillRate& operator+=(const FillRate& other);
    bool operator==(const FillRate&) const = default;
};

/// A field over all records of good runs.
struct FieldHistory {
    std::map<std::string, FillRate> kinds;  ///< by kind of record
    std::map<std::string, int> lost;        ///< records in a row without it, though expected
    std::optional<UtcTime> gone_since;
    bool operator==(const FieldHistory&) const = default;

    FillRate total() const;
};
using FieldHistories = std::map<std::string, FieldHistory>;  ///< by the field's name

/// A record, as far as it counts.
struct Sighting {
    enum class Before {
        never_seen,
        recorded,
        unreadable,  ///< recorded, and could not be read as a call then either
    };
    CallId key;
    Before before = Before::never_seen;
    std::string kind;  ///< as kind_of returns it; empty if it could not be read as a call
    FieldStates fields;
};

std::string kind_of(const Call& call);

class FillRates {
  public:
    /// `fields`: their names, in the order of FieldStates.
    explicit FillRates(std::vector<std::string> fields) : fields_{std::move(fields)} {}

    /// Begins a run, with what earlier ones have seen; whatever the last one saw is dropped unless
    /// it was concluded.
    void begin(FieldHistories known);

    /// Names of fields that such records nearly always have, and this one does not.
    std::vector<std::string> lost(const FieldStates& fields, const std::string& kind) const;
    bool is_expected(const std::string& field, const std::string& kind) const;

    void see(const Sighting& sighting);
    /// A record that the profile's filter leaves out: it only counts for the filter's own fields.
    void see_left_out(const CallId& key, const FieldStates& fields);
    /// A record that is read again: it only shows what it has.
    void see_again(const FieldStates& fields);
    /// Something besides the records' fields that either is as always or not.
    void see_other(const std::string& name, bool is_usual);

    struct News {
        std::vector<std::string> gone, back;
    };
    /// The run ended well: counts what it saw.
    News conclude(UtcTime now);

    /// As last concluded.
    const FieldHistories& histories() const { return known_; }
    bool is_gone(const std::string& field) const;

  private:
    struct InThisRun {
        int with = 0, without = 0, new_with = 0;
        int lost = 0;  ///< of `without`, those that may have had it before
    };
    void count(const std::string& field, bool filled, const std::string& kind,
               Sighting::Before before);

    std::vector<std::string> fields_;
    FieldHistories known_, counted_;
    std::map<std::string, InThisRun> run_;
    std::set<CallId> seen_;
    std::set<CallId> left_out_;  ///< since the start: they are in no ledger
};

}  // namespace ringbridge::bridge
