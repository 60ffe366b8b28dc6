// The contact's properties: brought up to date once its activities are written.
#pragma once

#include "bridge/line.hpp"

#include <vector>

namespace ringbridge::bridge {

class Stamper {
  public:
    explicit Stamper(Line& line) : line_{line} {}

    /// `entries`: all in stage `written`. The same, done or deferred.
    Task<std::vector<Entry>> stamp(std::vector<Entry> entries);

  private:
    Task<> read_contacts(std::vector<Entry> entries);
    Task<std::vector<hubspot::RecordPatch>> plan(std::set<std::string> ids);
    Task<> update(std::vector<hubspot::RecordPatch> patches);

    Line& line_;
    std::map<std::string, hubspot::RowOutcome> outcomes_;
};

}  // namespace ringbridge::bridge
