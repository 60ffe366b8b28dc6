// Contacts: search by number, read, create, update, merge.
//
// Search facts (developers.hubspot.com, CRM search guide): filters within a group are ANDed and
// groups are ORed, so "phone or mobilephone" takes a group each; at most 5 groups, 3,000 characters
// of body, 200 results per page; IN on text compares with lower-case values. Search lags behind
// writes by seconds and may return stale rows: callers verify the results.
//
// HubSpot, or a firewall in front of it, may refuse a request because of one number or contact in
// it: the request is retried in smaller batches, down to one. No URL grows with the account: long
// URLs are refused (414).
#pragma once

#include "core/phone.hpp"
#include "hubspot/api.hpp"
#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace ringbridge::hubspot {

struct Contact {
    ContactId id;
    Properties properties;  ///< without nulls
    UtcTime created;
};

struct ContactPatch {
    ContactId id;
    Properties properties;
};

struct ContactPage {
    std::vector<Contact> contacts;
    std::string next;  ///< cursor of the next page; empty on the last
};

/// Candidates to verify, oldest first; and the numbers whose search HubSpot refuses.
struct FoundContacts {
    std::vector<Contact> contacts;
    std::map<PhoneNumber, Refused> refused;
};

/// Both by the requested id.
struct ReadContacts {
    std::map<ContactId, Contact> contacts;
    std::map<ContactId, Refused> refused;  ///< an id in neither map is gone
};

/// How a number is compared with a contact's phone fields.
enum class SearchBy {
    field_as_typed,
    field_as_calculated,  ///< or typed: HubSpot's normalized number is a hidden property
    part_of_field         ///< next to another number or note: `571-830-8515 (home) / 703-555-0123`
};

class Contacts {
  public:
    /// `extra`: properties to read besides the phone numbers and the source.
    Contacts(Client& client, ApiVersion version, std::vector<std::string> extra);

    /// Contacts that may have one of these numbers. If a number has more than fit on a page, only
    /// the oldest, which is enough to choose from.
    Task<FoundContacts> search(std::set<PhoneNumber> numbers, std::string region);

    /// How many contacts the account has according to search; nullopt if it does not say.
    Task<std::optional<int>> count();

    /// A merged contact is keyed by the requested id and carries its new one.
    Task<ReadContacts> read(std::set<ContactId> ids);

    /// To be called when HubSpot refused a request because of its data. Throws if HubSpot also
    /// refuses to list contacts, a request with nobody's data in it.
    Task<> expect_open();

    /// Gives `take` all contacts of the account, without those merged away or deleted. Throws
    /// OutOfReach if the list does not end.
    Task<> read_all(std::function<void(Contact)> take);

    /// At most batch_max each.
    Task<std::vector<RowOutcome>> create(std::vector<NewRecord> contacts);
    Task<std::vector<RowOutcome>> update(std::vector<ContactPatch> patches);

    /// Merges two contacts, irreversibly. The id in the outcome is the one to use from then on and
    /// may be new: both old ids then lead to it (developer changelog, "Updated merge
    /// functionality"). A refused or unsure merge may have happened anyway: read both to check.
    Task<RowOutcome> merge(ContactId keep, ContactId loser);

  private:
    struct SearchQuery {
        std::vector<PhoneNumber> numbers;
        SearchBy by;
    };
    using SearchedPage = std::expected<ContactPage, Refused>;
    std::vector<SearchQuery> in_searches(std::vector<PhoneNumber> numbers) const;
    Task<SearchedPage> search_page(SearchQuery query, std::string after);
    Task<SearchedPage> read_on(SearchQuery query, std::string region, ContactPage page);
    Task<Answer> ask_search(SearchQuery query, std::string after);
    Task<ContactPage> page(std::string after);
    Task<std::vector<Contact>> with_all_properties(std::vector<Contact> found);
    Task<ReadContacts> read_batches(std::vector<ContactId> ids);
    Task<std::expected<ContactId, Refused>> current_id(ContactId id);

    Client& client_;
    ApiVersion version_;
    std::vector<std::string> properties_;
    /// Those requested in a list or search: all, unless they are too long.
    std::vector<std::string> listed_;
    // If an account refuses searches by HubSpot's calculated properties, only the typed ones are
    // searched.
    SearchBy by_ = SearchBy::field_as_calculated;
};

/// The numbers in a contact's phone fields.
std::vector<PhoneNumber> numbers_of(const Contact& contact, const std::string& region);

/// Ignores the extension.
bool has_number(const Contact& contact, const PhoneNumber& number, const std::string& region);

/// Created through the API, by us or another program; otherwise by a person, a form or an import.
bool is_made_by_integration(const Contact& contact);

std::string encode_merge(const ContactId& keep, const ContactId& loser);

/// One search for as many of `numbers`, starting with the first, as the limits allow.
struct ContactSearch {
    std::string body;
    std::size_t taken = 0;
};
std::string encode_count();
std::optional<int> decode_total(const std::string& body);
ContactSearch encode_contact_search(std::span<const PhoneNumber> numbers,
                                    const std::vector<std::string>& properties, SearchBy by,
                                    const std::string& after);

}  // namespace ringbridge::hubspot
