#include "core/duplicates.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace ringbridge {
namespace {

/// Sets of contacts that grow together (union-find, by index).
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

using Owners = std::map<PhoneNumber, std::set<std::size_t>>;

Owners owners_of(const std::vector<Person>& people) {
    Owners owners;
    for (std::size_t i = 0; i < people.size(); ++i) {
        for (const auto& number : people[i].numbers) owners[number].insert(i);
    }
    return owners;
}

// Letters of other alphabets count as such; what is between words does not.
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

std::string why_other_addresses(const std::vector<Person>& people) {
    std::set<std::string> addresses;
    for (const auto& person : people) {
        if (!person.email.empty()) addresses.insert(lower_case(trim(person.email)));
    }
    return addresses.size() > 1 ? "they have different e-mail addresses" : "";
}

std::string why_other_names(const std::vector<Person>& people) {
    for (auto one = people.begin(); one != people.end(); ++one) {
        const bool somebody_else = std::any_of(one + 1, people.end(), [&](const Person& other) {
            return are_clearly_different_names(one->name, other.name);
        });
        if (somebody_else) return "they have clearly different names";
    }
    return {};
}

// `people` are those of one group, oldest first.
DuplicateGroup decide(const std::vector<Person>& people, const HoldRules& rules) {
    DuplicateGroup group{.keep = people.front().id};
    std::size_t sharers = 0;
    for (const auto& [number, owners] : owners_of(people)) {
        if (owners.size() > 1) group.shared.push_back(number);
        sharers = std::max(sharers, owners.size());
    }
    for (auto one = people.begin() + 1; one != people.end(); ++one) group.merge.push_back(one->id);
    if (rules.shared && sharers > sharers_max) {
        group.held = std::to_string(sharers) + " contacts have the number: a switchboard?";
    } else if (auto why = rules.email ? why_other_addresses(people) : ""; !why.empty()) {
        group.held = std::move(why);
    } else if (rules.name) {
        group.held = why_other_names(people);
    }
    return group;
}

}  // namespace

bool are_clearly_different_names(const std::string& one, const std::string& other) {
    const auto words = words_of(one);
    const auto others = words_of(other);
    return words.size() < others.size() ? !all_fit(words, others) : !all_fit(others, words);
}

std::vector<DuplicateGroup> find_duplicates(std::vector<Person> people, const HoldRules& rules) {
    std::ranges::sort(people, {}, [](const Person& one) { return std::pair{one.created, one.id}; });
    Joined joined{people.size()};
    for (const auto& [number, owners] : owners_of(people)) {
        for (const auto owner : owners) joined.join(*owners.begin(), owner);
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
