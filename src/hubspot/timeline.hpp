// What hangs on contacts, calls or tasks, read by association: unlike a search, that does not lag
// behind writes.
#pragma once

#include "hubspot/api.hpp"
#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <map>
#include <set>

namespace ringbridge::hubspot {

/// A record that carries the marker of a call.
struct Marked {
    std::string call_id;
    std::string id;
    std::string contact_id;  ///< one that it is on
    bool certain = true;     ///< false: something else stands behind what may be the id
};

/// Adds the record, whose text is `body`, once for each call that its marker may name.
void add_marked(std::vector<Marked>& marked, const std::string& body, const std::string& label,
                Marked record);

/// Those found on the contacts that were asked for, and the contacts that HubSpot refused to tell
/// of, be it for one record on them: there, nothing is known.
struct FoundMarked {
    std::vector<Marked> marked;
    std::map<std::string, Refused> refused = {};
};

/// What hangs on each contact, by the contact's id.
using Attached = std::map<std::string, std::set<std::string>>;

struct ReadAttached {
    Attached ids;
    std::map<std::string, Refused> refused = {};
};

class Timeline {
  public:
    /// `type`: calls, tasks; `body_property`: where their marker stands.
    Timeline(Client& client, ApiVersion version, std::string type, std::string body_property)
        : client_{client},
          version_{version},
          type_{std::move(type)},
          body_property_{std::move(body_property)} {}

    /// Refused as a whole where the token may not read the type.
    Task<std::expected<FoundMarked, Refused>> find(std::set<std::string> contact_ids,
                                                   std::string label);

    /// The ids of its records by contact; contacts without any may be left out.
    Task<std::expected<ReadAttached, Refused>> attached(std::set<std::string> contact_ids);

  private:
    Task<std::expected<std::set<std::string>, Refused>> records_of(std::string contact_id);

    Client& client_;
    ApiVersion version_;
    std::string type_;
    std::string body_property_;
};

/// Which records each contact has, of an associations batch read; and, for contacts with more than
/// one page of them, where the next one starts.
struct AssociatedRecords {
    Attached ids;
    std::vector<std::pair<std::string, std::string>> next_pages;  ///< contact id, cursor
};
std::string encode_association_read(
    const std::vector<std::pair<std::string, std::string>>& contacts_and_cursors);
AssociatedRecords decode_association_read(const std::string& body);

/// The records in a single contact that was read with `associations=TYPE`.
std::set<std::string> decode_embedded(const std::string& body, const std::string& type);

}  // namespace ringbridge::hubspot
