// The account's records: contacts, calls, tasks, their associations, and their state in the search
// index.
#pragma once

#include "sim/hubspot/portal.hpp"
#include "sim/hubspot/schema.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace ringbridge::sim {

using RecordId = std::int64_t;
using Properties = std::map<std::string, std::string>;

/// A record as the search index has it from `visible_at` on.
struct Indexed {
    UtcTime visible_at;
    bool present = true;  ///< false once archived or merged away
    Properties properties;
    std::set<RecordId> links;
};

struct Record {
    RecordId id = 0;
    ObjectType type = ObjectType::contacts;
    Properties properties;
    /// A contact's calls and tasks, a call's or a task's contacts; archived ones included.
    std::set<RecordId> links = {};
    UtcTime created = {};
    UtcTime updated = {};
    std::optional<UtcTime> archived_at = {};
    std::optional<RecordId> merged_into = {};
    std::optional<UtcTime> took_in_at = {};  ///< when another contact was merged into it
    std::vector<Indexed> index = {};

    bool live() const { return !archived_at && !merged_into; }
    std::string property(const std::string& name) const;  ///< empty if it has no value
};

class Records {
  public:
    /// `options` must outlive this: the index lag is read at each write.
    explicit Records(const PortalOptions& options) : options_{options} {}

    /// The id of the next record, used up whether the record is created or not.
    RecordId next_id(ObjectType type);
    Record& add(ObjectType type, RecordId id, Properties properties, UtcTime created, UtcTime now);
    /// Empty values clear.
    void set(Record& record, const Properties& changes, UtcTime now);
    void archive(Record& record, UtcTime now);
    /// `activity`: a call or a task.
    void link(Record& activity, Record& contact, UtcTime now);
    void unlink(Record& activity, Record& contact, UtcTime now);
    /// Merges `loser` into `survivor`, which may be a new record that replaces `primary` too.
    void merge_away(Record& loser, Record& survivor, UtcTime now);

    /// Restores a record's earlier state, or removes it if it did not exist.
    void restore(ObjectType type, RecordId id, std::optional<Record> before);

    /// Follows merges; nullptr for an unknown id.
    Record* find(ObjectType type, RecordId id);
    Record* live(ObjectType type, RecordId id);
    RecordId resolve(ObjectType type, RecordId id) const;
    const std::map<RecordId, Record>& all(ObjectType type) const;

    /// The live linked records of that type, by id.
    std::vector<RecordId> linked(const Record& record, ObjectType type) const;
    /// The record as search sees it at `now`; nullptr if it does not.
    static const Indexed* indexed(const Record& record, UtcTime now);

    /// An archived property may be restored with another type.
    void set_unique(ObjectType type, const std::string& property, bool unique);
    bool is_unique(ObjectType type, const std::string& property) const;
    /// The record with that value of a unique property; e-mails include the additional ones.
    std::optional<RecordId> holder(ObjectType type, const std::string& property,
                                   const std::string& value) const;

  private:
    std::map<RecordId, Record>& map_of(ObjectType type);
    /// The target of a link. Ids imply the type: no two types share any.
    Record& at_end_of(RecordId link);
    void changed(Record& record, UtcTime now);
    void reindex(Record& record, UtcTime now);
    void claim(const Record& record);
    void release(RecordId id, ObjectType type);

    const PortalOptions& options_;
    std::map<RecordId, Record> contacts_;
    std::map<RecordId, Record> calls_;
    std::map<RecordId, Record> tasks_;
    RecordId last_contact_ = 50'000'000'000;  // HubSpot's ids have outgrown 32 bits
    RecordId last_call_ = 90'000'000'000;
    RecordId last_task_ = 95'000'000'000;
    std::map<ObjectType, std::set<std::string>> unique_ = {{ObjectType::contacts, {"email"}}};
    using Claim = std::tuple<ObjectType, std::string, std::string>;
    std::map<Claim, RecordId> holders_;
    std::map<std::pair<ObjectType, RecordId>, std::set<Claim>> claims_;
};

}  // namespace ringbridge::sim
