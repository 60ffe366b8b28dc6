#include "tests/simulation/duplicates.hpp"

#include <fmt/format.h>

namespace ringbridge::simulation {
namespace {

constexpr int most_duplicates = 3;

}  // namespace

Duplicates::Duplicates(Setting& setting) : setting_{setting} {
    if (!setting_.scenario.disturbers.contains(Disturber::deduplicated)) return;
    const auto known = static_cast<std::size_t>(setting_.scenario.known_callers);
    for (std::size_t caller = 0; caller < known; ++caller) {
        add_duplicates_of(caller);
        let_older_one_get_number_of(caller);
    }
}

// Most have only the number. Some have their own e-mail address, and some are on the list of
// protected contacts: then all contacts with the number are left to a person.
void Duplicates::add_duplicates_of(std::size_t caller) {
    auto& random = setting_.random(Disturber::deduplicated);
    std::set<std::string> group{setting_.workload.callers()[caller].contact_id};
    std::set<std::string> addresses;
    bool anyone_protected = false;
    const int count = random.between(0, most_duplicates);
    for (int i = 0; i < count; ++i) {
        std::map<std::string, std::string> properties;
        if (random.happens(150)) {
            properties["email"] = fmt::format("caller-{}-{}@example.com", caller, i);
            addresses.insert(properties["email"]);
        }
        const auto born =
            setting_.world.now() - random.between(std::chrono::days{1}, std::chrono::days{700});
        const auto id =
            setting_.workload.add_duplicate(caller, std::move(properties), setting_.portal, born);
        group.insert(id);
        if (random.happens(100)) {
            protected_.emplace(id);
            anyone_protected = true;
        }
    }
    if (anyone_protected || addresses.size() > 1) apart_.push_back(std::move(group));
}

// A contact older than the one with the calls gets the number later: then the stamped one is merged
// away.
void Duplicates::let_older_one_get_number_of(std::size_t caller) {
    auto& random = setting_.random(Disturber::deduplicated);
    if (!random.happens(400)) return;
    const auto now = setting_.world.now();
    const auto born = now - std::chrono::days{random.between(800, 1000)};
    setting_.world.at(now + random.between(Milliseconds{0}, setting_.scenario.span), [=, this] {
        if (!setting_.injects(Disturber::deduplicated, 1000)) return;
        const auto id = setting_.workload.add_duplicate(caller, {}, setting_.portal, born);
        setting_.note("person", fmt::format("gives {} the number of a caller", id));
    });
}

void Duplicates::see_merged_by_hand(const std::string& one, const std::string& other) {
    std::erase_if(apart_, [&](const std::set<std::string>& group) {
        return group.contains(one) || group.contains(other);
    });
}

void Duplicates::check() const {
    for (const auto& group : apart_) {
        for (const auto& id : group) {
            if (setting_.portal.resolve(id) == id) continue;
            throw Violation{"contacts that must stay separate are not merged",
                            fmt::format("{} became {}", id, setting_.portal.resolve(id))};
        }
    }
}

}  // namespace ringbridge::simulation
