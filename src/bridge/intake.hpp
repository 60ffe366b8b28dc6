// The one way by which calls come into the ledger, whoever brings them; and what becomes of a
// record that lacks what its platform's records nearly always have.
#pragma once

#include "bridge/drift_watch.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "receptionist/listing.hpp"

#include <map>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class Intake {
  public:
    /// `region`: of numbers without a country code.
    Intake(receptionist::Receptionist& receptionist, ledger::Ledger& ledger, DriftWatch& drift,
           Clock& clock, std::string region)
        : receptionist_{receptionist},
          ledger_{ledger},
          drift_{drift},
          clock_{clock},
          region_{std::move(region)} {}

    /// To be called before a run reads anything.
    Task<> begin_run();

    /// What cannot be read is kept as well, and beside a call its record, if something is missing
    /// that a corrected profile may find there. A call without a time gets that of its receipt,
    /// unless the ledger knows it or such calls usually have one. Once this returns, nothing of it
    /// can be lost. Returns each call's stage after that.
    Task<std::map<CallId, ledger::Stage>> take(receptionist::ReadRecords read);

    /// The same for what a webhook brought, at any time: an event is no listing, and says nothing
    /// of how the platform's records look.
    Task<std::map<CallId, ledger::Stage>> take_sent(receptionist::ReadRecords read);

    /// To be called when a run has read all that it had to.
    Task<> end_run();

    /// Reads all records again that were kept, if the profile is not the one that they were last
    /// read with. What becomes a call by it is due. Returns how many records there were.
    Task<int> read_kept_again();

    /// By the platform's clock, as the calls' own times are.
    UtcTime now() const;
    UtcTime seen_at(const std::vector<Call>& calls) const;

  private:
    struct Taken;
    bool lacks_number(const Call& call) const;
    void sort(receptionist::ReadRecords read, Taken* taken, bool again);
    void take_call(Call call, receptionist::ListedRecord record, Taken* taken, bool again);
    void take_as_known(Call call, receptionist::ListedRecord record, Taken* taken);
    void take_left_out(UnreadableRecord record, Taken* taken, bool again);
    void keep(UnreadableRecord record, Taken* taken);
    void see(const Taken& taken, CallId key, std::string kind, FieldStates fields);
    CallId own_key(const UnreadableRecord& record);
    Task<> read_again(UnreadableRecord kept);
    Task<std::vector<UnreadableRecord>> nameless(int limit);
    Task<> let_wait(CallId call_id, std::string why);

    receptionist::Receptionist& receptionist_;
    ledger::Ledger& ledger_;
    DriftWatch& drift_;
    Clock& clock_;
    const std::string region_;
    /// In this run: records without an id that are alike in what does not change, by hash, and
    /// calls by the key that they would have without their id. Of these none if none is needed.
    std::map<CallId, std::vector<std::string>> alike_;
    std::map<CallId, std::vector<CallId>> named_;
    bool some_nameless_ = false;
};

}  // namespace ringbridge::bridge
