// Duplicates of the callers who are in HubSpot already, and which of them must never become one.
#pragma once

#include "tests/simulation/setting.hpp"

#include <set>
#include <string>
#include <vector>

namespace ringbridge::simulation {

class Duplicates {
  public:
    explicit Duplicates(Setting& setting);

    /// By id: what an operator had put on the list.
    const std::set<std::string>& protected_contacts() const { return protected_; }

    /// A person may merge what the bridge must not.
    void see_merged_by_hand(const std::string& one, const std::string& other);
    /// Throws Violation where two that must stay apart have become one.
    void check() const;

  private:
    void add_duplicates_of(std::size_t caller);
    void let_older_one_get_number_of(std::size_t caller);

    Setting& setting_;
    std::set<std::string> protected_;
    std::vector<std::set<std::string>> apart_;  ///< groups of which no two may become one
};

}  // namespace ringbridge::simulation
