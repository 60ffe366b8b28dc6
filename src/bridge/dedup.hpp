// The account's duplicates: which contacts are one person, and what a sweep would merge.
#pragma once

#include "bridge/crm.hpp"
#include "core/duplicates.hpp"

#include <string>
#include <vector>

namespace ringbridge::bridge {

struct DedupReport {
    int scanned = 0;  ///< contacts that were read
    std::vector<DuplicateGroup> plan;

    /// Groups that are left to a person.
    int held() const;
    /// Contacts to merge away in the other groups.
    int duplicates() const;
};

/// The contract's JSON, of a sweep that merged nothing.
std::string encode_dedup(const DedupReport& report);

class Deduper {
  public:
    Deduper(const Mapping& mapping, Crm& crm, hubspot::Door& door)
        : mapping_{mapping}, crm_{crm}, door_{door} {}

    /// Reads all contacts, and changes nothing. Throws CredentialsRefused or OutOfReach.
    Task<DedupReport> preview();

  private:
    const Mapping& mapping_;
    Crm& crm_;
    hubspot::Door& door_;
};

}  // namespace ringbridge::bridge
