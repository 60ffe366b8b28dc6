#include "core/duplicates.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace ringbridge {
namespace {

/// Disjoint sets of contacts (union-find, by index).
class Joined {
  public:
    explicit Joined(std::size_t count) : parents_(count) {
        std::iota(parents_.begin(), parents_.end(), 0U);
    }

    std::size_t root_of(std::size_t index) {
        while (parents_[index] != index) {
            index = parents_[index] = parents_[parents_[index]];
        }
        return index;
    }

    void join(std::size_t one, std::size_t other) { parents_[root_of(other)] = root_of(one); }

  private:
    std::vector<std::size_t> parents_;
};

using Sharers = std::map<PhoneNumber, std::set<std::size_t>>;

Sharers sharers_of(const std::vector<Person>& people) {
    Sharers sharers;
    for (std::size_t i = 0; i < people.size(); ++i) {
        for (const auto& number : people[i].numbers) sharers[number].insert(i);
    }
    return sharers;
}

// Non-ASCII bytes count as letters; separators are dropped.
std::vector<std::string> words_of(const std::string& name) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : lower_case(name) + ' ') {
        const bool letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (letter) {
            word += c;
        } else if (c != '\'' && !word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    return words;
}

bool may_be_one_word(const std::string& one, const std::string& other) {
    if (one.starts_with(other) || other.starts_with(one)) return true;
    constexpr std::size_t long_enough_for_a_slip = 4;
    return std::max(one.size(), other.size()) >= long_enough_for_a_slip &&
           edit_distance(one, other) <= 1;
}

bool all_fit(const std::vector<std::string>& words, std::vector<std::string> others) {
    return std::ranges::all_of(words, [&](const std::string& word) {
        const auto fit = std::ranges::find_if(
            others, [&](const std::string& other) { return may_be_one_word(word, other); });
        if (fit == others.end()) return false;
        others.erase(fit);
        return true;
    });
}

using People = std::vector<Person>;

std::string why_protected(const People& people, const HoldRules& rules) {
    const auto found = std::ranges::find_if(
        people, [&](const Person& person) { return rules.protected_contacts.contains(person.id); });
    return found == people.end() ? "" : found->id.text + " must not be merged";
}

std::string why_switchboard(const Sharers& by_number, const HoldRules& rules) {
    for (const auto& [number, sharers] : by_number) {
        if (sharers.size() > 1 && rules.switchboards.contains(number.e164)) {
            return "they share a switchboard number";
        }
        if (rules.shared && sharers.size() > sharers_max) {
            return std::to_string(sharers.size()) + " contacts have the number: a switchboard?";
        }
    }
    return {};
}

/// Whether two of them have different values, both non-empty.
template <class Value>
bool differ(const People& people, Value value) {
    std::set<std::string> values;
    for (const auto& person : people) values.insert(value(person));
    values.erase("");
    return values.size() > 1;
}

bool have_other_names(const People& people) {
    for (auto one = people.begin(); one != people.end(); ++one) {
        const bool somebody_else = std::any_of(one + 1, people.end(), [&](const Person& other) {
            return are_clearly_different_names(one->name, other.name);
        });
        if (somebody_else) return true;
    }
    return false;
}

std::string why_other_people(const People& people, const HoldRules& rules) {
    const auto address = [](const Person& one) { return lower_case(trim(one.email)); };
    const auto owner = [](const Person& one) { return one.owner; };
    if (rules.email && differ(people, address)) return "they have different e-mail addresses";
    if (rules.name && have_other_names(people)) return "they have clearly different names";
    return rules.owner && differ(people, owner) ? "they have different owners" : "";
}

// `people` is one group, oldest first.
DuplicateGroup decide(const People& people, const HoldRules& rules) {
    DuplicateGroup group{.keep = people.front().id};
    const auto by_number = sharers_of(people);
    for (const auto& [number, sharers] : by_number) {
        if (sharers.size() > 1) group.shared.push_back(number);
    }
    for (auto one = people.begin() + 1; one != people.end(); ++one) group.merge.push_back(one->id);
    group.held = why_held(people, rules);
    return group;
}

}  // namespace

std::string why_held(const std::vector<Person>& people, const HoldRules& rules) {
    if (auto why = why_protected(people, rules); !why.empty()) return why;
    if (auto why = why_switchboard(sharers_of(people), rules); !why.empty()) return why;
    return why_other_people(people, rules);
}

HoldRules only_listed(HoldRules rules) {
    rules.email = rules.name = rules.shared = rules.owner = false;
    return rules;
}

bool are_clearly_different_names(const std::string& one, const std::string& other) {
    const auto words = words_of(one);
    const auto others = words_of(other);
    return words.size() < others.size() ? !all_fit(words, others) : !all_fit(others, words);
}

std::vector<DuplicateGroup> find_duplicates(std::vector<Person> people, const HoldRules& rules) {
    std::ranges::sort(people, {}, [](const Person& one) { return std::pair{one.created, one.id}; });
    Joined joined{people.size()};
    for (const auto& [number, sharers] : sharers_of(people)) {
        for (const auto sharer : sharers) joined.join(*sharers.begin(), sharer);
    }
    std::map<std::size_t, std::vector<Person>> members;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < people.size(); ++i) {
        auto& group = members[joined.root_of(i)];
        if (group.empty()) order.push_back(joined.root_of(i));
        group.push_back(std::move(people[i]));
    }
    std::vector<DuplicateGroup> groups;
    for (const auto root : order) {
        if (members[root].size() > 1) groups.push_back(decide(members[root], rules));
    }
    return groups;
}

}  // namespace ringbridge
