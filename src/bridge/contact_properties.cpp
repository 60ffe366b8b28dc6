#include "bridge/contact_properties.hpp"

#include "bridge/timing.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds memory_life = 24h;
const std::string memory_key = "contact_properties";

// Beyond this the oldest are forgotten, and tried again.
constexpr std::size_t left_out_max = 2'000;

std::string fingerprint_of(const std::string& account,
                           const std::vector<PropertyDefinition>& definitions) {
    auto text = account;
    for (const auto& one : definitions) text += ' ' + one.name + ':' + one.type;
    return stable_hash(text);
}

}  // namespace

ContactProperties::ContactProperties(const std::string& fingerprint, const Mapping& mapping,
                                     hubspot::Client& client, ledger::Ledger& ledger, Clock& clock,
                                     Log& log)
    : mapping_{mapping},
      ours_{property_definitions(mapping)},
      client_{client},
      ledger_{ledger},
      clock_{clock},
      log_{log},
      memory_{.fingerprint = fingerprint_of(fingerprint, ours_)} {}

Task<bool> ContactProperties::prepare(ApiVersion version) {
    co_await recall();
    const bool known = unknown_.empty() && memory_.looked_up_at;
    if (known && is_fresh(*memory_.looked_up_at)) co_return false;
    const auto setup = co_await set_up(version);
    co_return !setup.created.empty();
}

// Once per process: later changes are already in memory.
Task<> ContactProperties::recall() {
    if (recalled_) co_return;
    const auto text = co_await ledger_.recall(memory_key);
    if (std::exchange(recalled_, true) || !text) co_return;
    auto kept = decode_property_memory(*text);
    if (kept.fingerprint == memory_.fingerprint) memory_ = std::move(kept);
}

Task<hubspot::PropertySetup> ContactProperties::set_up(ApiVersion version) {
    co_await recall();
    auto setup = co_await ensure(version);
    take(setup);
    co_await keep();
    co_return setup;
}

// A property that a person deleted has its old values again once it is created. An update that was
// planned without them may still be on its way: it must find the property missing.
Task<hubspot::PropertySetup> ContactProperties::ensure(ApiVersion version) {
    hubspot::PropertyCatalog catalog{client_, version};
    const auto found = co_await catalog.look(ours_);
    if (!found) {
        hubspot::PropertySetup setup{.group = mapping_.prefix,
                                     .refusal = found.error().message,
                                     .to_be_asked_again = !is_missing_scope(found.error())};
        for (const auto& definition : ours_) setup.missing.push_back(definition.name);
        co_return setup;
    }
    if (!found->missing.empty() && co_await ledger_.has_stamps_in_doubt()) {
        co_await clock_.sleep(settle_time);
    }
    co_return co_await catalog.create_missing(mapping_.prefix, mapping_.label, ours_, *found);
}

void ContactProperties::take(const hubspot::PropertySetup& setup) {
    unknown_.clear();
    for (const auto& names : {setup.created, setup.existing}) {
        for (const auto& name : names) memory_.left_out.erase({name});
    }
    for (const auto& name : setup.conflicts) leave_out(name, "it exists, but has another type");
    if (!setup.to_be_asked_again) {
        for (const auto& name : setup.missing) {
            leave_out(name, "it is missing, and HubSpot refused to create it: " + setup.refusal);
        }
        memory_.looked_up_at = clock_.now();
        return;
    }
    log_.warn("properties_not_read", {{"why", setup.refusal}});
    // What was known before still holds.
    const bool known = memory_.looked_up_at && setup.created.empty() && setup.existing.empty();
    if (known) return;
    unknown_.insert(setup.missing.begin(), setup.missing.end());
    why_unknown_ = setup.refusal;
}

bool ContactProperties::is_fresh(UtcTime moment) const {
    const auto age = clock_.now() - moment;
    return age >= 0ms && age < memory_life;
}

bool ContactProperties::is_ours(const std::string& property) const {
    return std::ranges::find(ours_, property, &PropertyDefinition::name) != ours_.end();
}

std::optional<std::string> ContactProperties::why_left_out(const std::string& property,
                                                           const ContactId& contact_id,
                                                           const std::string& value) const {
    if (memory_.left_out.empty()) return std::nullopt;
    for (const auto& key : {LeftOut{property}, LeftOut{property, contact_id, stable_hash(value)}}) {
        const auto found = memory_.left_out.find(key);
        if (found != memory_.left_out.end() && is_fresh(found->second.at)) return found->second.why;
    }
    return std::nullopt;
}

void ContactProperties::leave_out(const std::string& property, std::string why) {
    add({property}, std::move(why));
}

void ContactProperties::leave_out_value(const std::string& property, const ContactId& contact_id,
                                        const std::string& value, std::string why) {
    add({property, contact_id, stable_hash(value)}, std::move(why));
}

void ContactProperties::add(LeftOut key, std::string why) {
    log_.warn("property_left_out", {{"property", key.property}, {"contact", key.contact_id.text}});
    memory_.left_out[std::move(key)] = {std::move(why), clock_.now()};
}

void ContactProperties::note_unknown(const std::string& property, std::string why) {
    unknown_.insert(property);
    why_unknown_ = std::move(why);
}

Task<> ContactProperties::keep() {
    std::erase_if(memory_.left_out, [&](const auto& one) { return !is_fresh(one.second.at); });
    while (memory_.left_out.size() > left_out_max) {
        memory_.left_out.erase(std::ranges::min_element(
            memory_.left_out, {}, [](const auto& one) { return one.second.at; }));
    }
    co_await ledger_.remember(memory_key, encode_property_memory(memory_));
}

std::map<std::string, std::string> ContactProperties::left_out() const {
    std::map<std::string, std::string> whys;
    std::map<std::string, int> contacts;
    for (const auto& [key, refusal] : memory_.left_out) {
        if (!is_fresh(refusal.at)) continue;
        if (key.contact_id.empty()) {
            whys[key.property] = refusal.why;
        } else {
            ++contacts[key.property];
        }
    }
    for (const auto& [property, count] : contacts) {
        whys.emplace(property, "HubSpot refused its value for " + std::to_string(count) +
                                   (count == 1 ? " contact" : " contacts"));
    }
    for (const auto& name : unknown_) whys.emplace(name, "could not check whether it exists");
    return whys;
}

}  // namespace ringbridge::bridge
