#include "hubspot/contacts.hpp"

#include "core/stop.hpp"
#include "core/url.hpp"
#include "hubspot/paging.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::hubspot {
namespace {

// Read-only; what an API made says INTEGRATION (recorded answers of contact creations).
constexpr const char* source_property = "hs_object_source";

// Nothing works without contacts: a token that may not touch them is the operator's to mend.
[[noreturn]] void stop_for(const Refused& refused, const char* doing) {
    const auto why = std::string{"HubSpot refused "} + doing + ": " + refused.message;
    if (is_missing_scope(refused)) {
        throw CredentialsRefused{why +
                                 ". Give the token the scopes crm.objects.contacts.read and "
                                 "crm.objects.contacts.write"};
    }
    throw OutOfReach{why};
}

std::string expect_body(Answer answer, const char* doing) {
    if (auto* done = std::get_if<Done>(&answer)) return std::move(done->body);
    if (const auto* refused = std::get_if<Refused>(&answer)) stop_for(*refused, doing);
    throw OutOfReach{std::get<Unsure>(answer).why};
}

void add_numbers(std::vector<PhoneNumber>& numbers, const Record& contact, const char* property,
                 const std::string& region) {
    const auto value = contact.properties.find(property);
    if (value == contact.properties.end()) return;
    std::ranges::copy(find_phones(value->second, region), std::back_inserter(numbers));
}

}  // namespace

std::vector<PhoneNumber> numbers_of(const Record& contact, const std::string& region) {
    std::vector<PhoneNumber> numbers;
    add_numbers(numbers, contact, "phone", region);
    add_numbers(numbers, contact, "mobilephone", region);
    return numbers;
}

bool has_number(const Record& contact, const PhoneNumber& number, const std::string& region) {
    return std::ranges::any_of(numbers_of(contact, region),
                               [&](const PhoneNumber& one) { return one.e164 == number.e164; });
}

bool is_made_by_integration(const Record& contact) {
    const auto source = contact.properties.find(source_property);
    return source != contact.properties.end() && source->second == "INTEGRATION";
}

Contacts::Contacts(Door& door, ApiVersion version, std::vector<std::string> extra)
    : door_{door}, version_{version}, properties_{std::move(extra)} {
    for (const auto* always : {source_property, "mobilephone", "phone"}) {
        std::erase(properties_, always);
        properties_.insert(properties_.begin(), always);
    }
}

Task<std::vector<Record>> Contacts::search(std::set<PhoneNumber> numbers) {
    std::vector<PhoneNumber> rest{numbers.begin(), numbers.end()};
    std::map<std::string, Record> found;
    while (!rest.empty()) {
        const auto taken = encode_contact_search(rest, properties_, search_calculated_, "").taken;
        const auto middle = rest.begin() + static_cast<std::ptrdiff_t>(taken);
        for (auto& record : co_await search_some({rest.begin(), middle})) {
            found.emplace(record.id, std::move(record));
        }
        rest.erase(rest.begin(), middle);
    }
    std::vector<Record> records;
    for (auto& [id, record] : found) records.push_back(std::move(record));
    std::ranges::sort(records, {},
                      [](const Record& one) { return std::pair{one.created, one.id}; });
    co_return records;
}

Task<std::vector<Record>> Contacts::search_some(std::vector<PhoneNumber> numbers) {
    std::vector<Record> records;
    std::string after;
    Paging paging;
    for (;;) {
        const bool with_calculated = search_calculated_;
        auto body = encode_contact_search(numbers, properties_, with_calculated, after).body;
        auto answer = co_await door_.send({"POST", objects_path(version_, "contacts") + "/search",
                                           std::move(body), Effect::read, Pacer::Lane::search});
        const auto* refused = std::get_if<Refused>(&answer);
        if (refused && refused->status == 400 && with_calculated) {
            search_calculated_ = false;
            continue;
        }
        const auto page = expect_body(std::move(answer), "a search for contacts");
        std::ranges::move(decode_records(page), std::back_inserter(records));
        after = paging.next(decode_next_page(page));
        if (after.empty()) co_return records;
    }
}

// Unconfirmed: whether a search without filters is taken everywhere.
Task<std::optional<int>> Contacts::count() {
    const auto answer = co_await door_.send({"POST", objects_path(version_, "contacts") + "/search",
                                             encode_count(), Effect::read, Pacer::Lane::search});
    const auto* done = std::get_if<Done>(&answer);
    co_return done ? decode_total(done->body) : std::nullopt;
}

Task<std::map<std::string, Record>> Contacts::read(std::set<std::string> ids) {
    std::map<std::string, Record> read;
    std::vector<std::string> rest{ids.begin(), ids.end()};
    while (!rest.empty()) {
        const auto some = take_batch(rest);
        auto answer =
            co_await door_.send({"POST", objects_path(version_, "contacts") + "/batch/read",
                                 encode_batch_read(some, properties_)});
        const auto page = expect_body(std::move(answer), "a read of contacts");
        for (auto& record : decode_records(page)) read.emplace(record.id, std::move(record));
    }
    // Whoever is missing was merged or deleted: only a single read follows old ids.
    for (const auto& id : ids) {
        if (read.contains(id)) continue;
        if (auto record = co_await read_one(id)) read.emplace(id, std::move(*record));
    }
    std::erase_if(read, [&](const auto& entry) { return !ids.contains(entry.first); });
    co_return read;
}

Task<ContactPage> Contacts::page(std::string after) {
    Query query{{"limit", std::to_string(batch_max)}, {"properties", property_list()}};
    if (!after.empty()) query.emplace_back("after", std::move(after));
    auto answer =
        co_await door_.send({"GET", objects_path(version_, "contacts") + encode_query(query), ""});
    const auto body = expect_body(std::move(answer), "a list of contacts");
    co_return ContactPage{decode_records(body), decode_next_page(body)};
}

std::string Contacts::property_list() const {
    std::string names;
    for (const auto& property : properties_) names += (names.empty() ? "" : ",") + property;
    return names;
}

Task<std::optional<Record>> Contacts::read_one(std::string id) {
    auto answer = co_await door_.send(
        {"GET", objects_path(version_, "contacts") + '/' + id + "?properties=" + property_list(),
         ""});
    const auto* refused = std::get_if<Refused>(&answer);
    if (refused && refused->status == 404) co_return std::nullopt;
    co_return decode_record(expect_body(std::move(answer), "a read of a contact"));
}

Task<std::vector<RowOutcome>> Contacts::create(std::vector<NewRecord> contacts) {
    auto answer = co_await door_.send({"POST", objects_path(version_, "contacts") + "/batch/create",
                                       encode_batch_create(contacts), Effect::write});
    if (const auto* done = std::get_if<Done>(&answer)) {
        co_return decode_batch_create(done->body, contacts.size());
    }
    if (auto* refused = std::get_if<Refused>(&answer)) {
        if (is_missing_scope(*refused)) stop_for(*refused, "to create contacts");
        co_return same_for_all(std::move(*refused), contacts.size());
    }
    co_return same_for_all(std::get<Unsure>(answer), contacts.size());
}

Task<std::vector<RowOutcome>> Contacts::update(std::vector<RecordPatch> patches) {
    auto answer = co_await door_.send({"POST", objects_path(version_, "contacts") + "/batch/update",
                                       encode_batch_update(patches), Effect::write});
    if (const auto* done = std::get_if<Done>(&answer)) {
        co_return decode_batch_update(done->body, patches);
    }
    if (auto* refused = std::get_if<Refused>(&answer)) {
        if (is_missing_scope(*refused)) stop_for(*refused, "to update contacts");
        co_return same_for_all(std::move(*refused), patches.size());
    }
    co_return same_for_all(std::get<Unsure>(answer), patches.size());
}

Task<RowOutcome> Contacts::merge(std::string keep, std::string loser) {
    auto answer = co_await door_.send({"POST", objects_path(version_, "contacts") + "/merge",
                                       encode_merge(keep, loser), Effect::write,
                                       Pacer::Lane::general, run_patience, Pacer::Pace::even});
    if (const auto* done = std::get_if<Done>(&answer)) {
        co_return Written{decode_record(done->body).id};
    }
    if (auto* refused = std::get_if<Refused>(&answer)) {
        if (is_missing_scope(*refused)) stop_for(*refused, "to merge contacts");
        co_return std::move(*refused);
    }
    co_return std::get<Unsure>(std::move(answer));
}

}  // namespace ringbridge::hubspot
