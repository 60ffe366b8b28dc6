#include "bridge/property_writer.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// A property that was just created accepts values within a second (observed).
constexpr Milliseconds until_usable = 1s;

// This many contacts' values refused without a reason, and none accepted: it is the property.
constexpr int values_until_property = 10;

// Whatever the value. Unconfirmed: the second.
bool is_about_the_property(const std::string& code) {
    return code == "PROPERTY_DOESNT_EXIST" || code == "READ_ONLY_VALUE";
}

bool is_about_the_contact(const hubspot::Refused& refused) {
    return refused.category == "OBJECT_NOT_FOUND";
}

std::string reason_of(const hubspot::RefusedProperty& property) {
    return property.code.empty() ? "HubSpot refused its value"
                                 : "HubSpot refused its value (" + property.code + ")";
}

std::vector<hubspot::RefusedProperty> named_in(const hubspot::Refused& refused,
                                               const std::set<std::string>& sent) {
    auto named = refused.properties;
    std::erase_if(named, [&](const auto& one) { return !sent.contains(one.name); });
    return named;
}

std::set<std::string> names_of(const std::vector<hubspot::ContactPatch>& part) {
    std::set<std::string> names;
    for (const auto& patch : part) {
        for (const auto& [name, value] : patch.properties) names.insert(name);
    }
    return names;
}

// Each patch's properties with these names; patches without any are dropped.
std::vector<hubspot::ContactPatch> only(std::vector<hubspot::ContactPatch> part,
                                        const std::set<std::string>& names, bool with = true) {
    for (auto& patch : part) {
        std::erase_if(patch.properties,
                      [&](const auto& one) { return names.contains(one.first) != with; });
    }
    std::erase_if(part, [](const auto& patch) { return patch.properties.empty(); });
    return part;
}

bool holds_date(const std::vector<hubspot::ContactPatch>& part) {
    return std::ranges::any_of(names_of(part),
                               [](const auto& name) { return name.ends_with("_last_call_date"); });
}

std::set<std::string> half_of(const std::set<std::string>& names) {
    return {names.begin(), std::next(names.begin(), static_cast<std::ptrdiff_t>(names.size() / 2))};
}

}  // namespace

Task<std::map<ContactId, PropertyWriter::Result>> PropertyWriter::write(
    std::vector<hubspot::ContactPatch> patches) {
    for (const auto& patch : patches) results_[patch.id] = {hubspot::Written{patch.id.text}};
    while (!patches.empty()) parts_.push_back(hubspot::take_batch(patches));
    while (!parts_.empty()) {
        auto part = std::move(parts_.back());
        parts_.pop_back();
        drop_left_out(part);
        if (!part.empty()) co_await send(std::move(part));
    }
    if (std::exchange(left_out_, false)) co_await properties_.keep();
    co_return std::exchange(results_, {});
}

void PropertyWriter::drop_left_out(Part& part) const {
    for (auto& patch : part) {
        std::erase_if(patch.properties, [&](const auto& one) {
            return properties_.is_unknown(one.first) ||
                   properties_.why_left_out(one.first, patch.id, one.second);
        });
    }
    std::erase_if(part, [](const auto& patch) { return patch.properties.empty(); });
}

Task<> PropertyWriter::send(Part part) {
    const auto outcomes = co_await crm_.contacts().update(part);
    for (std::size_t row = 0; row < part.size(); ++row) {
        auto& [outcome, written, outdated] = results_.at(part[row].id);
        if (const auto* unsure = std::get_if<hubspot::Unsure>(&outcomes[row])) {
            outcome = *unsure;
        } else if (std::holds_alternative<hubspot::Written>(outcomes[row])) {
            for (const auto& [name, value] : part[row].properties) {
                written[name] = value;
                taken_.insert(name);
            }
        } else if (const auto& refused = std::get<hubspot::Refused>(outcomes[row]); refused.alone) {
            take_row(part[row], refused);
        } else {
            split(std::move(part), refused);
            break;
        }
    }
    if (!halved_.empty()) send_later(std::exchange(halved_, {}), {});
    if (!once_more_.empty()) parts_.push_back(std::exchange(once_more_, {}));
    if (!blamed_.empty()) co_await take_blame();
}

// In two parts. The date of the last call goes last: what it covers is not planned again.
void PropertyWriter::send_later(const Part& part, const std::set<std::string>& apart) {
    const auto& names = apart.empty() ? half_of(names_of(part)) : apart;
    auto first = only(part, names, false), last = only(part, names);
    if (holds_date(first)) std::swap(first, last);
    if (!last.empty()) parts_.push_back(std::move(last));
    if (!first.empty()) parts_.push_back(std::move(first));
}

// One row failed them all, or they all contain what is refused.
void PropertyWriter::split(Part part, const hubspot::Refused& refused) {
    const auto sent = names_of(part);
    std::set<std::string> suspects;
    for (const auto& [name, code] : named_in(refused, sent)) {
        suspects.insert(name);
        if (is_about_the_property(code)) blamed_[name] = code;
    }
    if (!blamed_.empty()) {
        parts_.push_back(std::move(part));
    } else if (sent.size() > 1) {
        send_later(part, suspects.size() < sent.size() ? suspects : std::set<std::string>{});
    } else {
        std::ranges::move(hubspot::in_smaller_batches(std::move(part)), std::back_inserter(parts_));
    }
}

void PropertyWriter::take_row(const hubspot::ContactPatch& patch, const hubspot::Refused& refused) {
    if (is_about_the_contact(refused)) {
        results_.at(patch.id).outcome = refused;
        return;
    }
    const auto sent = names_of({patch});
    const auto named = named_in(refused, sent);
    for (const auto& one : named) {
        if (is_about_the_property(one.code)) {
            blamed_[one.name] = one.code;
        } else {
            blame_value(patch, one.name, reason_of(one));
        }
    }
    if (!named.empty()) {
        once_more_.push_back(patch);
    } else if (sent.size() > 1) {
        halved_.push_back(patch);
    } else {
        const auto& name = *sent.begin();
        blame_value(patch, name, "HubSpot refused its value: " + refused.message);
        if (!taken_.contains(name) && ++refused_alone_[name] == values_until_property) {
            properties_.leave_out(name, "HubSpot refused its value for ten contacts in a row");
        }
    }
}

Task<> PropertyWriter::take_blame() {
    std::set<std::string> missing_ours;
    for (const auto& [name, code] : std::exchange(blamed_, {})) {
        const bool missing = code == "PROPERTY_DOESNT_EXIST";
        if (missing && properties_.is_ours(name) && !created_again_.contains(name)) {
            missing_ours.insert(name);
            continue;
        }
        left_out_ = true;
        properties_.leave_out(name, missing ? "HubSpot says that it does not exist"
                                            : "HubSpot says that it is read-only");
    }
    if (!missing_ours.empty()) co_await create_again(std::move(missing_ours));
}

// Ours that a person deleted. What is still to be sent was planned without the values that they
// have again now.
Task<> PropertyWriter::create_again(std::set<std::string> missing) {
    created_again_.insert(missing.begin(), missing.end());
    const auto setup = co_await properties_.set_up(crm_.capability().version);
    for (const auto& name : missing) {
        if (setup.to_be_asked_again) properties_.note_unknown(name, setup.refusal);
    }
    for (const auto& part : std::exchange(parts_, {})) {
        for (const auto& patch : part) results_.at(patch.id).outdated = true;
    }
    co_await clock_.sleep(until_usable);
}

void PropertyWriter::blame_value(const hubspot::ContactPatch& patch, const std::string& property,
                                 const std::string& why) {
    left_out_ = true;
    properties_.leave_out_value(property, patch.id, patch.properties.at(property), why);
}

}  // namespace ringbridge::bridge
