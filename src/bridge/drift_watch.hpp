// Notices when the receptionist's records change shape: a field that nearly always was there is
// gone, the total no longer fits, a call's detail cannot be read. Each is one problem until it is
// over, remembered across restarts.
//
// What follows from it for a record is decided in intake.cpp: one that lost its id, time or number
// is quarantined, one that lost something else is synced with what is there.
#pragma once

#include "bridge/fill_rates.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "receptionist/listing.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

/// A field that is gone.
struct Drift {
    std::string field, path;
    UtcTime since;
    FillRate before;  ///< how often it was filled until then
};

/// Calls whose detail could not be read, and that are known without it.
struct UnreadDetails {
    std::map<CallId, UtcTime> since;
    std::string why;  ///< of the last one
    bool operator==(const UnreadDetails&) const = default;
};

/// What is remembered of a profile.
struct ProfileMemory {
    FieldHistories fields;
    UnreadDetails details;
    bool operator==(const ProfileMemory&) const = default;
};

std::string encode_memory(const ProfileMemory& memory);
/// Nothing if it is not what encode_memory wrote.
std::optional<ProfileMemory> decode_memory(const std::string& text);

class DriftWatch {
  public:
    DriftWatch(const receptionist::Receptionist& receptionist, ledger::Ledger& ledger, Clock& clock,
               Log& log);

    /// To be called before a run reads anything.
    Task<> begin_run();
    /// The run read all that it had to: what it saw counts.
    Task<> conclude();

    FillRates& rates() { return rates_; }
    /// Its name in the profile and its path, for messages.
    std::string title_of(const std::string& field) const;

    void see_detail(const CallId& call_id);
    void miss_detail(const CallId& call_id, const std::string& why);
    /// Whether the listing's total fitted, where it can be said.
    void see_total(const std::optional<bool>& fits);
    /// Whether the total has nearly always fitted.
    bool trusts_total() const;

    /// Whether it is not known which of the two numbers is the outside party's.
    bool is_side_unknown(const Call& call) const;
    /// Why a call without a usable number is quarantined; nothing if it is not: others have none.
    std::optional<std::string> why_quarantined(const Call& call) const;
    /// As of the last run, in the profile's order.
    std::vector<Drift> drifts() const;
    const UnreadDetails& unread_details() const { return details_; }

  private:
    Task<> remember();
    bool is_dialled() const;

    ledger::Ledger& ledger_;
    Clock& clock_;
    Log& log_;
    const std::string key_;
    std::vector<receptionist::MappedField> fields_;
    FillRates rates_;
    UnreadDetails details_;
    ProfileMemory remembered_;
};

/// The name of the problem with the listing's total.
inline constexpr const char* total_field = "paginator.total";

/// A sentence each, for a person.
std::string drift_text(const Drift& drift);
std::string details_text(const UnreadDetails& details);

}  // namespace ringbridge::bridge
