// The account's duplicates: which contacts are one person, and what a sweep would merge.
#pragma once

#include "bridge/crm.hpp"
#include "bridge/report.hpp"
#include "core/duplicates.hpp"
#include "core/parse_error.hpp"
#include "hubspot/properties.hpp"

#include <expected>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

/// Why a contact was not merged as planned.
struct DedupError {
    std::string keep, merge;  ///< `merge` is empty where it is about all of the group
    std::string message;
};

/// A value that a merge leaves to `undo-data` alone, since the survivor has another.
struct Loss {
    std::string keep, merge;  ///< contacts' ids
    std::string property, value, kept;
};

struct DedupReport {
    bool dry_run = true;
    bool running = false;
    int scanned = 0;  ///< contacts that were read
    std::vector<DuplicateGroup> plan;
    int merged = 0;    ///< contacts merged away
    int deferred = 0;  ///< HubSpot would not have them merged now: the next sweep tries again
    int left_out = 0;  ///< no duplicates any more when their turn came
    int passes = 0;    ///< over the account
    std::vector<Loss> losses;  ///< of a preview: for all groups, held or not
    std::vector<DedupError> errors;
    Ending ending = Ending::done;

    /// Groups that are left to a person.
    int held() const;
    /// Contacts to merge away in the other groups.
    int duplicates() const;
    /// Nothing is left to be merged, but what a person must look at.
    bool converged() const { return ending == Ending::done && merged + left_out == duplicates(); }
};

/// The contract's JSON.
std::string encode_dedup(const DedupReport& report);
/// The plan as a table for a spreadsheet (RFC 4180): a row for each contact to be given up.
std::string encode_plan_csv(const DedupReport& report);
/// A plan that a person has edited: `encode_dedup`'s, or any object with its `plan`. A group that
/// is held and says `"approve": true` is to be merged all the same.
std::expected<std::vector<DuplicateGroup>, ParseError> decode_plan(const std::string& text);

/// Both change nothing, and throw CredentialsRefused or OutOfReach.
class DuplicateFinder {
  public:
    DuplicateFinder(const Mapping& mapping, Crm& crm, hubspot::Client& client)
        : mapping_{mapping}, crm_{crm}, client_{client} {}

    /// Reads all contacts.
    Task<DedupReport> find();
    /// And what merging would lose.
    Task<DedupReport> preview();

  private:
    Task<std::set<std::string>> properties_to_lose();

    const Mapping& mapping_;
    Crm& crm_;
    hubspot::Client& client_;
    hubspot::ApiVersion version_{};  ///< once it was looked
};

Person person_of(const hubspot::Record& contact, const Mapping& mapping);

}  // namespace ringbridge::bridge
