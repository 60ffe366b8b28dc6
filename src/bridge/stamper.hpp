// Updates the contact's properties once its activities are written.
//
// An update that arrives late would undo a newer one. So each is recorded before it is sent, and
// while its outcome is unknown the contact is left alone. Once it must have arrived or never will,
// the contact is read again and gets what it still lacks.
#pragma once

#include "bridge/pipeline.hpp"
#include "bridge/property_writer.hpp"

#include <vector>

namespace ringbridge::bridge {

class Stamper {
  public:
    explicit Stamper(Pipeline& pipeline)
        : pipeline_{pipeline},
          writer_{pipeline.run.crm, pipeline.run.properties, pipeline.run.clock} {}

    /// `entries`: all in stage `written`. The same, done or deferred.
    Task<std::vector<Entry>> stamp(std::vector<Entry> entries);
    /// Corrects the stamp of the contact that the call is leaving, as read in this round, to its
    /// remaining calls. False: the entry is deferred.
    Task<bool> put_right(Entry* entry);

  private:
    Task<> prepare();
    Task<> load_contacts(std::vector<Entry> entries);
    Task<> follow_merges(std::vector<Entry>* entries);
    Task<std::vector<hubspot::ContactPatch>> plan(std::vector<Entry> entries);
    Task<> correct(Entry entry);
    bool in_doubt(const ContactId& id, const ledger::History& history);
    Properties without_left_out(const ContactId& id, Properties changes);
    Task<> update(std::vector<hubspot::ContactPatch> patches);
    void settle(Entry& entry);
    /// False: the entry is deferred.
    bool is_synced(Entry& entry, const ContactId& contact_id);

    Pipeline& pipeline_;
    PropertyWriter writer_;
    bool outdated_ = false;  ///< contacts were read before properties of ours were created
    std::map<ContactId, hubspot::RowOutcome> outcomes_;
    std::map<ContactId, SteadyTime> waiting_;  ///< contacts left alone until then
    std::map<ContactId, std::map<std::string, std::string>> left_out_;  ///< why, by property
    std::set<ContactId> unknown_;  ///< contacts with a property that may not exist
};

}  // namespace ringbridge::bridge
