#include "admin/guesses.hpp"

#include "core/mask.hpp"
#include "core/network.hpp"

#include <algorithm>

namespace ringbridge::admin {
namespace {

// A person mistypes a few times; a program with an old token retries now and then.
constexpr std::chrono::minutes memory{1};
constexpr std::size_t tries_of_one = 10;
// Many addresses that guess together get one try each.
constexpr std::size_t tries_of_all = 100;
// No more guesses than this are remembered.
constexpr std::size_t remembered_max = 10'000;

}  // namespace

bool Guesses::may_try(const std::string& peer) {
    forget_old();
    const auto allowed = recent_.size() < tries_of_all ? tries_of_one : 1;
    if (recent_of(network_of(peer)) < allowed) return true;
    ++counts_.ignored;
    return false;
}

void Guesses::note_wrong(const std::string& peer) {
    ++counts_.wrong;
    recent_.emplace_back(clock_.steady(), network_of(peer));
    if (recent_.size() > remembered_max) recent_.pop_front();
    log_.warn("wrong_token_given", {{"peer", mask_address(peer)},
                                    {"in_a_minute", std::to_string(recent_of(network_of(peer)))}});
}

std::size_t Guesses::recent_of(const std::string& network) const {
    return static_cast<std::size_t>(
        std::ranges::count(recent_, network, [](const auto& guess) { return guess.second; }));
}

void Guesses::forget_old() {
    const auto now = clock_.steady();
    std::erase_if(recent_, [now](const auto& guess) { return guess.first + memory <= now; });
}

}  // namespace ringbridge::admin
