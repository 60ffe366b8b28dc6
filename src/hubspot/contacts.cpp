#include "hubspot/contacts.hpp"

#include "core/match.hpp"
#include "core/stop.hpp"
#include "core/url.hpp"
#include "hubspot/paging.hpp"
#include "hubspot/record_reader.hpp"
#include "hubspot/record_writer.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::hubspot {
namespace {

// Read-only; INTEGRATION if created through the API (recorded responses of contact creations).
constexpr const char* source_property = "hs_object_source";

// Nothing works without contacts: the operator must fix a token that may not access them.
[[noreturn]] void stop_for(const Refused& refused, const char* doing) {
    const auto why = std::string{"HubSpot refused "} + doing + ": " + refused.message;
    if (is_missing_scope(refused)) {
        throw CredentialsRefused{why +
                                 ". Grant the token the scopes crm.objects.contacts.read and "
                                 "crm.objects.contacts.write"};
    }
    throw OutOfReach{why};
}

// A missing scope refuses the whole batch: every row of it.
void expect_scope(const std::vector<RowOutcome>& rows, const char* doing) {
    const auto* refused = rows.empty() ? nullptr : std::get_if<Refused>(&rows.front());
    if (refused && is_missing_scope(*refused)) stop_for(*refused, doing);
}

std::string expect_body(Answer answer, const char* doing) {
    auto body = body_of(std::move(answer));
    if (!body) stop_for(body.error(), doing);
    return std::move(*body);
}

// In a query string, and beside the numbers in a search body of 3,000 characters.
constexpr std::size_t listed_chars_max = 1'500;

std::string joined(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ",") + name;
    return list;
}

Contact contact_of(Record record) {
    return {ContactId{std::move(record.id)}, std::move(record.properties), record.created};
}

std::vector<Contact> contacts_of(std::vector<Record> records) {
    std::vector<Contact> contacts;
    for (auto& record : records) contacts.push_back(contact_of(std::move(record)));
    return contacts;
}

void add_numbers(std::vector<PhoneNumber>& numbers, const Contact& contact, const char* property,
                 const std::string& region) {
    const auto value = contact.properties.find(property);
    if (value == contact.properties.end()) return;
    std::ranges::copy(find_phones(value->second, region), std::back_inserter(numbers));
}

}  // namespace

std::vector<PhoneNumber> numbers_of(const Contact& contact, const std::string& region) {
    std::vector<PhoneNumber> numbers;
    add_numbers(numbers, contact, "phone", region);
    add_numbers(numbers, contact, "mobilephone", region);
    return numbers;
}

bool has_number(const Contact& contact, const PhoneNumber& number, const std::string& region) {
    return std::ranges::any_of(numbers_of(contact, region),
                               [&](const PhoneNumber& one) { return one.e164 == number.e164; });
}

bool is_made_by_integration(const Contact& contact) {
    const auto source = contact.properties.find(source_property);
    return source != contact.properties.end() && source->second == "INTEGRATION";
}

Contacts::Contacts(Client& client, ApiVersion version, std::vector<std::string> extra)
    : client_{client}, version_{version}, properties_{std::move(extra)} {
    const std::vector<std::string> always{"phone", "mobilephone", source_property};
    for (const auto& name : always) std::erase(properties_, name);
    properties_.insert(properties_.begin(), always.begin(), always.end());
    listed_ = joined(properties_).size() <= listed_chars_max ? properties_ : always;
}

Task<FoundContacts> Contacts::search(std::set<PhoneNumber> numbers, std::string region) {
    FoundContacts found;
    std::map<ContactId, Contact> records;
    auto questions = in_searches({numbers.begin(), numbers.end()});
    while (!questions.empty()) {
        auto query = std::move(questions.back());
        questions.pop_back();
        auto page = co_await search_page(query, "");
        const bool crowded = page && !page->next.empty();
        if (query.numbers.size() > 1 && (crowded || !page)) {
            for (auto& some : in_smaller_batches(std::move(query.numbers))) {
                questions.push_back({std::move(some), query.by});
            }
            continue;
        }
        // Digits within a field match many contacts with other numbers; the oldest are enough.
        const bool within = query.by == SearchBy::part_of_field;
        if (crowded && !within) page = co_await read_on(query, region, std::move(*page));
        if (page) {
            for (auto& record : page->contacts) records.emplace(record.id, std::move(record));
        } else if (!within) {
            co_await expect_open();
            found.refused[query.numbers.front()] = page.error();
        }
    }
    for (auto& [id, record] : records) found.contacts.push_back(std::move(record));
    found.contacts = co_await with_all_properties(std::move(found.contacts));
    std::ranges::sort(found.contacts, {},
                      [](const Contact& one) { return std::pair{one.created, one.id}; });
    co_return found;
}

// Each with as many numbers as the search limits allow.
std::vector<Contacts::SearchQuery> Contacts::in_searches(std::vector<PhoneNumber> numbers) const {
    std::vector<SearchQuery> questions;
    for (const auto by : {by_, SearchBy::part_of_field}) {
        for (std::span<const PhoneNumber> rest{numbers}; !rest.empty();) {
            const auto taken = encode_contact_search(rest, listed_, by, "").taken;
            const auto some = rest.first(taken);
            questions.push_back({{some.begin(), some.end()}, by});
            rest = rest.subspan(taken);
        }
    }
    return questions;
}

Task<Contacts::SearchedPage> Contacts::search_page(SearchQuery query, std::string after) {
    const auto body = body_of(co_await ask_search(std::move(query), std::move(after)));
    if (!body) {
        if (is_missing_scope(body.error())) stop_for(body.error(), "a search for contacts");
        co_return std::unexpected{body.error()};
    }
    co_return ContactPage{contacts_of(decode_records(*body)), decode_next_page(*body)};
}

Task<Answer> Contacts::ask_search(SearchQuery query, std::string after) {
    const auto ask = [&](SearchBy by) {
        auto body = encode_contact_search(query.numbers, listed_, by, after).body;
        return client_.send({"POST", objects_path(version_, "contacts") + "/search",
                             std::move(body), Repeat::safe, Pacer::Lane::search});
    };
    const bool calculated = query.by == SearchBy::field_as_calculated;
    auto answer = co_await ask(calculated ? by_ : query.by);
    const auto* refused = std::get_if<Refused>(&answer);
    if (!refused || refused->status != 400 || !calculated) co_return answer;
    answer = co_await ask(SearchBy::field_as_typed);
    if (std::holds_alternative<Done>(answer)) by_ = SearchBy::field_as_typed;
    co_return answer;
}

// Pages are oldest first: the first one with a contact that certainly has the number is enough.
Task<Contacts::SearchedPage> Contacts::read_on(SearchQuery query, std::string region,
                                               ContactPage page) {
    const auto has_it = [&](const Contact& one) {
        return has_number(one, query.numbers.front(), region);
    };
    Paging paging;
    while (!std::ranges::any_of(page.contacts, has_it)) {
        auto cursor = paging.next(std::move(page.next));
        if (cursor.empty()) break;
        auto next = co_await search_page(query, std::move(cursor));
        if (!next) co_return next;
        page = std::move(*next);
    }
    co_return page;
}

Task<std::vector<Contact>> Contacts::with_all_properties(std::vector<Contact> found) {
    if (listed_.size() == properties_.size() || found.empty()) co_return found;
    std::vector<ContactId> ids;
    for (const auto& one : found) ids.push_back(one.id);
    auto whole = co_await read_batches(std::move(ids));
    std::vector<Contact> records;
    for (auto& [id, record] : whole.contacts) records.push_back(std::move(record));
    co_return records;
}

Task<> Contacts::expect_open() {
    auto answer =
        co_await client_.send({"GET", objects_path(version_, "contacts") + "?limit=1", ""});
    (void)expect_body(std::move(answer), "to list contacts");
}

// Unconfirmed: whether a search without filters is accepted everywhere.
Task<std::optional<int>> Contacts::count() {
    const auto answer =
        co_await client_.send({"POST", objects_path(version_, "contacts") + "/search",
                               encode_count(), Repeat::safe, Pacer::Lane::search});
    const auto* done = std::get_if<Done>(&answer);
    co_return done ? decode_total(done->body) : std::nullopt;
}

Task<ReadContacts> Contacts::read(std::set<ContactId> ids) {
    auto read = co_await read_batches({ids.begin(), ids.end()});
    std::erase_if(read.contacts, [&](const auto& entry) { return !ids.contains(entry.first); });
    // Missing contacts were merged or deleted: only a single read follows old ids.
    std::map<ContactId, ContactId> now;
    for (const auto& id : ids) {
        if (read.contacts.contains(id) || read.refused.contains(id)) continue;
        auto current = co_await current_id(id);
        if (!current) {
            read.refused[id] = std::move(current.error());
        } else if (!current->empty()) {
            now[id] = std::move(*current);
        }
    }
    std::set<ContactId> merged;
    for (const auto& [id, current] : now) merged.insert(current);
    const auto survivors = co_await read_batches({merged.begin(), merged.end()});
    for (const auto& [id, current] : now) {
        if (const auto found = survivors.contacts.find(current); found != survivors.contacts.end())
            read.contacts[id] = found->second;
        if (const auto found = survivors.refused.find(current); found != survivors.refused.end())
            read.refused[id] = found->second;
    }
    co_return read;
}

Task<ReadContacts> Contacts::read_batches(std::vector<ContactId> ids) {
    std::vector<std::string> records;
    for (auto& id : ids) records.push_back(std::move(id.text));
    auto read = co_await read_records(&client_, objects_path(version_, "contacts"),
                                      std::move(records), properties_);
    if (!read) stop_for(read.error(), "a read of contacts");
    if (!read->refused.empty()) co_await expect_open();
    ReadContacts contacts;
    for (auto& [id, record] : read->records) {
        contacts.contacts[ContactId{id}] = contact_of(std::move(record));
    }
    for (auto& [id, refused] : read->refused) contacts.refused[ContactId{id}] = std::move(refused);
    co_return contacts;
}

// Empty if the contact is gone.
Task<std::expected<ContactId, Refused>> Contacts::current_id(ContactId id) {
    const auto body = body_of(
        co_await client_.send({"GET", objects_path(version_, "contacts") + '/' + id.text, ""}));
    if (body) co_return ContactId{decode_record(*body).id};
    if (body.error().status == 404) co_return ContactId{};
    if (is_missing_scope(body.error())) stop_for(body.error(), "a read of a contact");
    co_await expect_open();
    co_return std::unexpected{body.error()};
}

Task<> Contacts::read_all(std::function<void(Contact)> take) {
    std::string cursor;
    Paging paging;
    do {
        auto listed = co_await page(std::move(cursor));
        for (auto& contact : listed.contacts) take(std::move(contact));
        cursor = paging.next(std::move(listed.next));
    } while (!cursor.empty());
}

Task<ContactPage> Contacts::page(std::string after) {
    Query query{{"limit", std::to_string(batch_max)}, {"properties", joined(listed_)}};
    if (!after.empty()) query.emplace_back("after", std::move(after));
    auto answer = co_await client_.send(
        {"GET", objects_path(version_, "contacts") + encode_query(query), ""});
    const auto body = expect_body(std::move(answer), "a list of contacts");
    co_return ContactPage{co_await with_all_properties(contacts_of(decode_records(body))),
                          decode_next_page(body)};
}

Task<std::vector<RowOutcome>> Contacts::create(std::vector<NewRecord> contacts) {
    auto rows =
        co_await create_records(&client_, objects_path(version_, "contacts"), std::move(contacts));
    expect_scope(rows, "to create contacts");
    co_return rows;
}

Task<std::vector<RowOutcome>> Contacts::update(std::vector<ContactPatch> patches) {
    std::vector<RecordPatch> records;
    for (auto& [id, properties] : patches) {
        records.push_back({std::move(id.text), std::move(properties)});
    }
    auto rows =
        co_await update_records(&client_, objects_path(version_, "contacts"), std::move(records));
    expect_scope(rows, "to update contacts");
    co_return rows;
}

Task<RowOutcome> Contacts::merge(ContactId keep, ContactId loser) {
    auto answer = co_await client_.send({"POST", objects_path(version_, "contacts") + "/merge",
                                         encode_merge(keep, loser), Repeat::unsafe,
                                         Pacer::Lane::general, run_patience, Pacer::Pace::even});
    co_return match(
        std::move(answer),
        [](const Done& done) -> RowOutcome { return Written{decode_record(done.body).id}; },
        [](Refused refused) -> RowOutcome {
            if (is_missing_scope(refused)) stop_for(refused, "to merge contacts");
            return refused;
        },
        [](Unsure unsure) -> RowOutcome { return unsure; });
}

}  // namespace ringbridge::hubspot
