// A contact's calls or tasks, read by association: unlike search, it does not lag behind writes.
#pragma once

#include "hubspot/api.hpp"
#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <map>
#include <set>

namespace ringbridge::hubspot {

/// A record that carries the marker of a call.
struct Marked {
    CallId call_id;
    std::string id;        ///< an activity's or a task's
    ContactId contact_id;  ///< one of its contacts
    bool certain = true;   ///< false: other text follows what may be the id
};

/// Adds the record with the text `body` once for each call that its marker may name.
void add_marked(std::vector<Marked>& marked, const std::string& body, const std::string& label,
                Marked record);

/// The marked records of the requested contacts, and the contacts for which HubSpot refused the
/// read, or that of one of their records: for those, nothing is known.
struct FoundMarked {
    std::vector<Marked> marked;
    std::map<ContactId, Refused> refused = {};
};

/// Ids of associated records, by contact.
using Attached = std::map<ContactId, std::set<std::string>>;

struct ReadAttached {
    Attached ids;
    std::map<ContactId, Refused> refused = {};
};

class Timeline {
  public:
    /// `type`: calls or tasks; `body_property`: the property with the marker.
    Timeline(Client& client, ApiVersion version, std::string type, std::string body_property)
        : client_{client},
          version_{version},
          type_{std::move(type)},
          body_property_{std::move(body_property)} {}

    /// Refused as a whole if the token may not read the type.
    Task<std::expected<FoundMarked, Refused>> find(std::set<ContactId> contact_ids,
                                                   std::string label);

    /// Record ids by contact; contacts without any may be missing.
    Task<std::expected<ReadAttached, Refused>> attached(std::set<ContactId> contact_ids);

  private:
    Task<std::expected<std::set<std::string>, Refused>> records_of(ContactId contact_id);

    Client& client_;
    ApiVersion version_;
    std::string type_;
    std::string body_property_;
};

/// The result of an associations batch read: each contact's records, and a cursor for contacts with
/// further pages.
struct AssociatedRecords {
    Attached ids;
    std::vector<std::pair<ContactId, std::string>> next_pages;  ///< contact id, cursor
};
std::string encode_association_read(
    const std::vector<std::pair<ContactId, std::string>>& contacts_and_cursors);
AssociatedRecords decode_association_read(const std::string& body);

/// The records of a contact that was read with `associations=TYPE`.
std::set<std::string> decode_embedded(const std::string& body, const std::string& type);

}  // namespace ringbridge::hubspot
