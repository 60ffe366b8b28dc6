#include "bridge/matcher.hpp"

#include "core/match.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr const char* stage_name = "match";

// HubSpot's search shows a new contact within this time (documented: "a few moments"; observed and
// advised by others: up to a minute).
constexpr Milliseconds search_lag = 60s;
constexpr Milliseconds recheck_interval = 5s;

PhoneNumber plain(const PhoneNumber& number) { return {number.e164, ""}; }

// Why the call is set aside, whoever it is with; empty if it is not.
std::string why_not_wanted(const Call& call, const Mapping& mapping) {
    if (const auto mark = why_unwanted(call); !mark.empty()) return std::string{mark};
    if (mapping.kinds.contains(call.kind)) return {};
    const std::string kind{word_of(call_kinds, call.kind)};
    return "CALL_KINDS does not have " + kind + ", and this is such a call";
}

// Not matched yet, and of this caller, whatever the extension.
bool is_open(const Entry& entry, const PhoneNumber& number) {
    return entry.stage == Stage::seen && entry.phone.e164 == number.e164;
}

}  // namespace

const hubspot::Contact* choose_contact(const std::vector<hubspot::Contact>& candidates,
                                       const PhoneNumber& number, const std::string& region) {
    const hubspot::Contact* oldest = nullptr;
    for (const auto& candidate : candidates) {
        const auto numbers = hubspot::numbers_of(candidate, region);
        if (std::ranges::find(numbers, number) != numbers.end()) return &candidate;
        if (!oldest && hubspot::has_number(candidate, number, region)) oldest = &candidate;
    }
    return oldest;
}

Matcher::Matcher(Pipeline& pipeline, std::vector<Entry> entries)
    : pipeline_{pipeline}, entries_{std::move(entries)} {}

Task<std::vector<Entry>> Matcher::match() {
    co_await find_contacts();
    co_await record_findings();
    co_await create_missing();
    leave_in_place();
    co_await pipeline_.run.ledger.save(entries_);
    co_return std::move(entries_);
}

Task<std::vector<Entry>> Matcher::find() {
    co_await find_contacts();
    co_return std::move(entries_);
}

Task<> Matcher::find_contacts() {
    read_numbers();
    co_await use_remembered();
    co_await use_found();
}

Task<> Matcher::record_findings() {
    for (const auto& [id, survivor] : merged_) {
        co_await pipeline_.run.ledger.follow_merge(id, survivor);
    }
    co_await pipeline_.run.ledger.forget_contacts(outdated_);
    co_await pipeline_.run.ledger.know_contacts(std::exchange(learned_, {}));
}

void Matcher::read_numbers() {
    for (auto& entry : entries_) {
        const bool recorded = !entry.activity_id.empty();
        auto unwanted = why_not_wanted(entry.call, pipeline_.run.mapping);
        if (!unwanted.empty() && !recorded) {
            pipeline_.transitions.dismiss(entry, std::move(unwanted));
            continue;
        }
        if (recorded) recorded_under_[entry.call.id] = entry.phone;
        const auto number = parse_phone(entry.call.caller_phone, pipeline_.run.mapping.region);
        const auto why = number ? why_left_alone(*number, pipeline_.run.mapping.numbers)
                                : to_sentence(number.error());
        if (number) entry.phone = *number;
        if (!why.empty() && recorded) {
            pipeline_.transitions.park(
                entry, stage_name,
                "the number was corrected, and the activity stays on contact " +
                    entry.contact_id.text + ": " + std::string{why});
        } else if (!number) {
            const auto gone = pipeline_.run.drift.why_quarantined(entry.call);
            pipeline_.transitions.park(entry, stage_name, gone.value_or(std::string{why}));
        } else if (!why.empty()) {
            pipeline_.transitions.dismiss(entry, std::string{why});
        }
    }
}

// So that the row shows where its activity is, and is recognized as renumbered next time.
void Matcher::leave_in_place() {
    for (auto& entry : entries_) {
        if (entry.activity_id.empty() || entry.stage == Stage::matched) continue;
        if (entry.stage == Stage::seen) entry.stage = Stage::matched;
        entry.phone = recorded_under_.at(entry.call.id);
    }
}

std::set<PhoneNumber> Matcher::open_numbers() const {
    std::set<PhoneNumber> numbers;
    for (const auto& entry : entries_) {
        if (entry.stage == Stage::seen) numbers.insert(entry.phone);
    }
    return numbers;
}

void Matcher::assign(const PhoneNumber& number, const hubspot::Contact& contact) {
    pipeline_.contacts.put(contact);
    learned_[number] = {.contact_id = contact.id, .creating_since = {}};
    if (!pipeline_.run.report.created_contacts.contains(contact.id))
        pipeline_.run.report.matched_contacts.insert(contact.id);
    for (auto& entry : entries_) {
        if (entry.stage != Stage::seen || entry.phone != number) continue;
        if (!entry.activity_id.empty() && entry.contact_id != contact.id) {
            entry.leaving = entry.contact_id;
        }
        entry.contact_id = contact.id;
        entry.stage = Stage::matched;
        entry.attempts = 0;
        entry.reason.clear();
        entry.not_before.reset();
    }
}

Task<> Matcher::use_remembered() {
    auto wanted = open_numbers();
    for (const auto& number : open_numbers()) wanted.insert(plain(number));
    remembered_ = co_await pipeline_.run.ledger.known_contacts(wanted);
    std::set<ContactId> ids;
    for (const auto& [number, known] : remembered_) ids.insert(known.contact_id);
    ids.erase("");
    if (ids.empty()) co_return;
    const auto read = co_await this->read(std::move(ids));
    for (auto& [number, known] : remembered_) {
        if (known.contact_id.empty()) continue;
        if (const auto refused = read.refused.find(known.contact_id);
            refused != read.refused.end()) {
            park_calls_of(number, "HubSpot refused to show contact " + known.contact_id.text +
                                      ": " + refused->second.message);
            continue;
        }
        const auto contact = read.contacts.find(known.contact_id);
        if (contact == read.contacts.end()) {
            outdated_.insert(number);
            continue;
        }
        if (contact->second.id != known.contact_id) {
            merged_[known.contact_id] = contact->second.id;
            known = {.contact_id = contact->second.id, .creating_since = {}, .merged = true};
        }
        pipeline_.contacts.put(contact->second);
        if (hubspot::has_number(contact->second, number, pipeline_.run.mapping.region)) {
            assign(number, contact->second);
        } else if (!known.merged) {
            outdated_.insert(number);
        }
    }
    for (const auto& number : outdated_) remembered_.erase(number);
}

// Requests only those that the directory does not have.
Task<hubspot::ReadContacts> Matcher::read(std::set<ContactId> ids) {
    hubspot::ReadContacts read;
    if (const auto* directory = pipeline_.contacts.fresh_directory()) {
        std::erase_if(ids, [&](const ContactId& id) {
            const auto* contact = directory->find(id);
            if (contact) read.contacts[id] = *contact;
            return contact != nullptr;
        });
    }
    if (ids.empty()) co_return read;
    auto shown = co_await pipeline_.run.crm.contacts().read(std::move(ids));
    shown.contacts.merge(read.contacts);
    co_return shown;
}

void Matcher::park_calls_of(const PhoneNumber& number, const std::string& why) {
    for (auto& entry : entries_) {
        if (entry.stage == Stage::seen && entry.phone == number) {
            pipeline_.transitions.park_refused(entry, stage_name, why);
        }
    }
}

Task<> Matcher::use_found() {
    const auto numbers = open_numbers();
    if (numbers.empty()) co_return;
    const auto* directory = pipeline_.contacts.fresh_directory();
    searched_at_ = directory ? directory->listed_at() : pipeline_.run.clock.steady();
    co_await pipeline_.contacts.search_matches(numbers);
    for (const auto& number : numbers) {
        if (const auto why = pipeline_.contacts.why_unsearchable(number)) {
            park_calls_of(number, *why);
            continue;
        }
        const auto& candidates = pipeline_.contacts.matches(number);
        // Reported to the account's administrator: `dedup` merges them.
        if (candidates.size() > 1) pipeline_.run.report.duplicate_numbers.insert(number.e164);
        const auto* contact = choose_contact(candidates, number, pipeline_.run.mapping.region);
        if (contact) {
            const auto known = remembered_.find(plain(number));
            const bool in_doubt = known != remembered_.end() && known->second.creating_since;
            if (in_doubt) count_created(candidates);
            assign(number, *contact);
        } else {
            assign_remembered(number);
        }
    }
}

// The search does not show the number on it: it was just created under the number without its
// extension, or it was merged into a contact with another number and lost its own.
void Matcher::assign_remembered(const PhoneNumber& number) {
    for (const auto& one : {number, plain(number)}) {
        const auto known = remembered_.find(one);
        const auto* contact = known == remembered_.end()
                                  ? nullptr
                                  : pipeline_.contacts.find(known->second.contact_id);
        if (!contact) continue;
        assign(number, hubspot::Contact{*contact});
        if (known->second.merged) {
            learned_[number].merged = true;
            pipeline_.contacts.note_lost_number(known->second.contact_id, number);
        }
        return;
    }
}

// A creation whose response was lost has become visible; or somebody added the number meanwhile.
void Matcher::count_created(const std::vector<hubspot::Contact>& candidates) {
    for (const auto& candidate : candidates) {
        if (!hubspot::is_made_by_integration(candidate)) continue;
        pipeline_.run.report.created_contacts.insert(candidate.id);
    }
}

Task<> Matcher::create_missing() {
    std::map<std::size_t, std::vector<PhoneNumber>> missing;  // by batch limit
    std::set<std::string> taken;
    for (const auto& number : open_numbers()) {
        if (doubtful(number) || !taken.insert(number.e164).second) continue;
        missing[batch_limit_of_number(number)].push_back(number);
    }
    std::vector<std::vector<PhoneNumber>> batches;
    for (auto& [limit, numbers] : missing) {
        batches.emplace_back();
        for (const auto& number : numbers) {
            if (batches.back().size() == limit) batches.emplace_back();
            batches.back().push_back(number);
        }
    }
    while (!batches.empty()) {
        auto batch = std::move(batches.back());
        batches.pop_back();
        co_await create(std::move(batch));
        std::ranges::move(hubspot::in_smaller_batches(std::exchange(refused_together_, {})),
                          std::back_inserter(batches));
        for (const auto& number : std::exchange(refused_by_name_, {})) batches.push_back({number});
    }
}

std::size_t Matcher::batch_limit_of_number(const PhoneNumber& number) const {
    std::size_t limit = hubspot::batch_max;
    for (const auto& entry : entries_) {
        if (is_open(entry, number)) {
            limit = std::min(limit, hubspot::batch_limit(entry.attempts));
        }
    }
    return limit;
}

// Defers the number's calls if a creation was begun and may still become visible.
bool Matcher::doubtful(const PhoneNumber& number) {
    const auto known = remembered_.find(plain(number));
    const auto creating_since =
        known == remembered_.end() ? std::optional<UtcTime>{} : known->second.creating_since;
    if (!creating_since && !pipeline_.run.memory.was_rolled_back()) return false;
    const auto shown_by = creating_since ? visible_by(pipeline_.run, *creating_since)
                                         : forgotten_visible_by(pipeline_.run);
    const auto trusted_at = shown_by + search_lag;
    if (searched_at_ >= trusted_at) return false;
    for (auto& entry : entries_) {
        if (entry.stage != Stage::seen || entry.phone != number) continue;
        pipeline_.transitions.defer_until(
            entry, stage_name, "waiting to see whether the contact was created",
            std::min(pipeline_.run.clock.steady() + recheck_interval, trusted_at));
    }
    return true;
}

Task<> Matcher::create(std::vector<PhoneNumber> numbers) {
    std::vector<hubspot::NewRecord> contacts;
    std::map<PhoneNumber, ledger::KnownContact> intentions;
    for (const auto& number : numbers) {
        const auto caller = std::ranges::find_if(
            entries_, [&](const Entry& entry) { return is_open(entry, number); });
        auto call = caller->call;
        if (nameless_.contains(number)) call.caller_name.clear();
        contacts.push_back({build_contact(call, number), ""});
        intentions[plain(number)] = {.contact_id = "", .creating_since = pipeline_.run.clock.now()};
    }
    co_await pipeline_.run.ledger.know_contacts(intentions);
    const auto outcomes = co_await pipeline_.run.crm.contacts().create(contacts);
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        if (const auto* written = std::get_if<hubspot::Written>(&outcomes[row])) {
            const hubspot::Contact created{ContactId{written->id}, contacts[row].properties, {}};
            pipeline_.contacts.put(created);
            if (auto* directory = pipeline_.contacts.fresh_directory()) directory->add(created);
        }
        const auto* refused = std::get_if<hubspot::Refused>(&outcomes[row]);
        if (refused && !refused->alone) {
            refused_together_.push_back(numbers[row]);
        } else if (refused && !is_nameless(contacts[row].properties)) {
            nameless_.insert(numbers[row]);
            refused_by_name_.push_back(numbers[row]);
        } else {
            take_outcome(numbers[row], outcomes[row]);
        }
    }
    co_await pipeline_.run.ledger.know_contacts(std::exchange(learned_, {}));
}

// A refusal voids the intent that was recorded. If the outcome is unknown, the doubt begins now.
void Matcher::take_outcome(const PhoneNumber& number, const hubspot::RowOutcome& outcome) {
    ringbridge::match(
        outcome,
        [&](const hubspot::Written& written) { take_created(number, ContactId{written.id}); },
        [&](const hubspot::Refused& refused) {
            const auto why = "HubSpot refused to create the contact: " + refused.message;
            for (auto& entry : entries_) {
                if (is_open(entry, number))
                    pipeline_.transitions.park_refused(entry, stage_name, why);
            }
            learned_[plain(number)] = {.contact_id = "", .creating_since = {}};
        },
        [&](const hubspot::Unsure& unsure) {
            for (auto& entry : entries_) {
                if (is_open(entry, number))
                    pipeline_.transitions.defer(entry, stage_name, unsure.why);
            }
            learned_[plain(number)] = {.contact_id = "",
                                       .creating_since = pipeline_.run.clock.now()};
        });
}

void Matcher::take_created(const PhoneNumber& number, const ContactId& id) {
    pipeline_.run.report.created_contacts.insert(id);
    pipeline_.contacts.note_created(id);
    const auto contact = *pipeline_.contacts.find(id);
    for (const auto& one : open_numbers()) {
        if (one.e164 == number.e164) assign(one, contact);
    }
    assign(plain(number), contact);
}

}  // namespace ringbridge::bridge
