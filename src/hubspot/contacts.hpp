// Contacts: found by number, read, made, brought up to date.
//
// Search facts (developers.hubspot.com, CRM search guide): filters within a group are ANDed and
// groups are ORed, so "phone or mobilephone" takes a group each; at most 5 groups, 3,000 characters
// of body, 200 results a page; IN on text compares with lower-case values. Search lags behind
// writes by seconds and may show what is no longer so: callers verify the rows that come back.
//
// What HubSpot, or a firewall before it, refuses because of whose data was in it, it refuses for
// that number or contact alone: it is asked for again in smaller company, down to the one. Nothing
// in an address grows with the account: long addresses are refused (414).
#pragma once

#include "core/phone.hpp"
#include "hubspot/api.hpp"
#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace ringbridge::hubspot {

struct ContactPage {
    std::vector<Record> contacts;
    std::string next;  ///< cursor of the next page; empty on the last
};

/// Candidates, oldest first, to be verified; and the numbers that HubSpot will not be asked for.
struct FoundContacts {
    std::vector<Record> contacts;
    std::map<PhoneNumber, Refused> refused;
};

/// Both by the id asked for.
struct ReadContacts {
    std::map<std::string, Record> contacts;
    std::map<std::string, Refused> refused;  ///< what is in neither is gone
};

/// What of a contact's phone fields a number is compared with.
enum class SearchBy {
    field_as_typed,
    field_as_calculated,  ///< or typed: HubSpot's own reading of a field is a hidden property
    part_of_field         ///< beside another number or a note: `571-830-8515 (home) / 703-555-0123`
};

class Contacts {
  public:
    /// `extra`: properties read beside the phone numbers and who made the contact.
    Contacts(Client& client, ApiVersion version, std::vector<std::string> extra);

    /// Who may have one of these numbers. Of a number that more contacts have than fit a page, the
    /// oldest of them: enough to choose by.
    Task<FoundContacts> search(std::set<PhoneNumber> numbers, std::string region);

    /// How many contacts the account has, as the search sees it; nothing where it does not tell.
    Task<std::optional<int>> count();

    /// A merged contact comes under the id it was asked by and carries its new one.
    Task<ReadContacts> read(std::set<std::string> ids);

    /// To be asked where HubSpot refused something for the sake of what was in it. Throws where it
    /// refuses to tell of contacts at all, be nobody's data in the question.
    Task<> expect_open();

    /// All contacts of the account, a hundred at a time; those that were merged away or deleted
    /// are none. `after`: the cursor of the page before, empty for the first.
    Task<ContactPage> page(std::string after);

    /// At most batch_max each.
    Task<std::vector<RowOutcome>> create(std::vector<NewRecord> contacts);
    Task<std::vector<RowOutcome>> update(std::vector<RecordPatch> patches);

    /// Makes two contacts one, for good. The id in the outcome is the one to go on with, and may be
    /// new: both old ones then lead to it (developer changelog, "Updated merge functionality").
    /// What is refused or unsure may be done all the same: read both and see.
    Task<RowOutcome> merge(std::string keep, std::string loser);

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
    Task<std::vector<Record>> with_all_properties(std::vector<Record> found);
    Task<ReadContacts> read_batches(std::vector<std::string> ids);
    Task<std::expected<std::string, Refused>> current_id(std::string id);

    Client& client_;
    ApiVersion version_;
    std::vector<std::string> properties_;
    /// Those that are asked for in a list or a search: all, as long as they are not too many.
    std::vector<std::string> listed_;
    // Where an account refuses to search by HubSpot's calculated properties, the typed ones alone
    // must do.
    SearchBy by_ = SearchBy::field_as_calculated;
};

/// The numbers in a contact's phone fields.
std::vector<PhoneNumber> numbers_of(const Record& contact, const std::string& region);

/// Whatever the extension.
bool has_number(const Record& contact, const PhoneNumber& number, const std::string& region);

/// Made through the API, by us or by another program; else by a person, a form, an import.
bool is_made_by_integration(const Record& contact);

std::string encode_merge(const std::string& keep, const std::string& loser);

/// One search for as many of `numbers`, from the first on, as its limits let through.
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
