// The account's duplicates: which contacts are one person, and what a dedup would merge.
#pragma once

#include "bridge/crm.hpp"
#include "bridge/report.hpp"
#include "core/duplicates.hpp"
#include "hubspot/properties.hpp"

#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

/// Why a contact was not merged as planned.
struct DedupError {
    ContactId keep, merge;  ///< `merge` is empty if it concerns the whole group
    std::string message;
};

/// A value that after a merge is only in `undo-data`, since the survivor has another.
struct Loss {
    ContactId keep, merge;
    std::string property, value, kept;
};

struct DedupReport {
    bool dry_run = true;
    bool running = false;
    int scanned = 0;  ///< contacts read
    std::vector<DuplicateGroup> plan;
    int merged = 0;            ///< contacts merged away
    int deferred = 0;          ///< HubSpot refused to merge them now: the next dedup tries again
    int left_out = 0;          ///< no longer duplicates when their turn came
    int passes = 0;            ///< over the account
    std::vector<Loss> losses;  ///< preview only: for all groups, held or not
    std::vector<DedupError> errors;
    Ending ending = Ending::done;

    /// Groups left to a person.
    int held() const;
    /// Contacts to merge away in the other groups.
    int duplicates() const;
    /// Nothing is left to merge except what a person must review.
    bool converged() const { return ending == Ending::done && merged + left_out == duplicates(); }
};

/// Both change nothing, and throw CredentialsRefused or OutOfReach.
class DuplicateFinder {
  public:
    DuplicateFinder(const Mapping& mapping, Crm& crm, hubspot::Client& client)
        : mapping_{mapping}, crm_{crm}, client_{client} {}

    /// Reads all contacts.
    Task<DedupReport> find();
    /// As `find`, and what merging would lose.
    Task<DedupReport> preview();

  private:
    Task<std::set<std::string>> properties_to_lose();

    const Mapping& mapping_;
    Crm& crm_;
    hubspot::Client& client_;
    ApiVersion version_{};  ///< set by `find`
};

Person person_of(const hubspot::Contact& contact, const Mapping& mapping);

}  // namespace ringbridge::bridge
