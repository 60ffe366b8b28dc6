#include "tests/simulation/doubles.hpp"

#include <fmt/format.h>

namespace ringbridge::simulation {
namespace {

constexpr int most_doubles = 3;

}  // namespace

Doubles::Doubles(Setting& setting) : setting_{setting} {
    if (!setting_.scenario.disturbers.contains(Disturber::swept)) return;
    const auto known = static_cast<std::size_t>(setting_.scenario.known_callers);
    for (std::size_t caller = 0; caller < known; ++caller) {
        add_doubles_of(caller);
        let_older_one_get_number_of(caller);
    }
}

// Most say nothing of who they are. Some have an e-mail address of their own, and some are on the
// list of those that are never merged: then all who share the number are left to a person.
void Doubles::add_doubles_of(std::size_t caller) {
    auto& chance = setting_.chance(Disturber::swept);
    std::set<std::string> group{setting_.workload.callers()[caller].contact_id};
    std::set<std::string> addresses;
    bool anyone_protected = false;
    const int count = chance.between(0, most_doubles);
    for (int i = 0; i < count; ++i) {
        std::map<std::string, std::string> properties;
        if (chance.happens(150)) {
            properties["email"] = fmt::format("caller-{}-{}@example.com", caller, i);
            addresses.insert(properties["email"]);
        }
        const auto born =
            setting_.world.now() - chance.between(std::chrono::days{1}, std::chrono::days{700});
        const auto id =
            setting_.workload.add_double(caller, std::move(properties), setting_.portal, born);
        group.insert(id);
        if (chance.happens(100)) {
            protected_.insert(id);
            anyone_protected = true;
        }
    }
    if (anyone_protected || addresses.size() > 1) apart_.push_back(std::move(group));
}

// Who is older than the contact that has the calls, and gets the number after them: the one with
// the stamp is then given up.
void Doubles::let_older_one_get_number_of(std::size_t caller) {
    auto& chance = setting_.chance(Disturber::swept);
    if (!chance.happens(400)) return;
    const auto now = setting_.world.now();
    const auto born = now - std::chrono::days{chance.between(800, 1000)};
    setting_.world.at(now + chance.between(Milliseconds{0}, setting_.scenario.span), [=, this] {
        if (!setting_.strikes(Disturber::swept, 1000)) return;
        const auto id = setting_.workload.add_double(caller, {}, setting_.portal, born);
        setting_.tell("person", fmt::format("gives {} the number of a caller", id));
    });
}

void Doubles::see_merged_by_hand(const std::string& one, const std::string& other) {
    std::erase_if(apart_, [&](const std::set<std::string>& group) {
        return group.contains(one) || group.contains(other);
    });
}

void Doubles::check() const {
    for (const auto& group : apart_) {
        for (const auto& id : group) {
            if (setting_.portal.resolve(id) == id) continue;
            throw Violation{"nothing that must stay apart is merged",
                            fmt::format("{} became {}", id, setting_.portal.resolve(id))};
        }
    }
}

}  // namespace ringbridge::simulation
