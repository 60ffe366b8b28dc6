// Duplicates of the callers that HubSpot already has, and which of them must never be merged.
#pragma once

#include "core/id.hpp"
#include "tests/simulation/setting.hpp"

#include <set>
#include <string>
#include <vector>

namespace ringbridge::simulation {

class Duplicates {
  public:
    explicit Duplicates(Setting& setting);

    /// The ids that an operator has put on the list.
    const std::set<ContactId>& protected_contacts() const { return protected_; }

    /// A person may merge contacts that the bridge must not.
    void see_merged_by_hand(const std::string& one, const std::string& other);
    /// Throws Violation if two that must stay separate were merged.
    void check() const;

  private:
    void add_duplicates_of(std::size_t caller);
    void let_older_one_get_number_of(std::size_t caller);

    Setting& setting_;
    std::set<ContactId> protected_;
    std::vector<std::set<std::string>> apart_;  ///< groups of which no two may be merged
};

}  // namespace ringbridge::simulation
