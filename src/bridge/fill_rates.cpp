#include "bridge/fill_rates.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ringbridge::bridge {
namespace {

constexpr int records_min = 20, percent_min = 95;
// Fields of these are judged over all kinds: without them a record's kind is not known either.
constexpr std::array<std::string_view, 5> of_every_kind{"id", "called_at", "outcome", "direction",
                                                        "web"};
constexpr int gone_from_min = 5;
// Beyond it earlier records count half: what a platform fills may change for good.
constexpr int records_max = 20'000;

bool is_nearly_all(const FillRate& rate) { return rate.filled * 100 >= rate.records * percent_min; }

bool is_filter(std::string_view field) { return field.starts_with("record_filter"); }

bool is_of_every_kind(std::string_view field) {
    return std::ranges::find(of_every_kind, field) != of_every_kind.end() || is_filter(field);
}

int sum_of(const std::map<std::string, int>& counts) {
    int sum = 0;
    for (const auto& [kind, count] : counts) sum += count;
    return sum;
}

}  // namespace

FillRate& FillRate::operator+=(const FillRate& other) {
    filled += other.filled;
    records += other.records;
    if (records > records_max) *this = {filled / 2, records / 2};
    return *this;
}

FillRate FieldHistory::total() const {
    FillRate total;
    for (const auto& [kind, rate] : kinds) {
        total.filled += rate.filled;
        total.records += rate.records;
    }
    return total;
}

std::string kind_of(const Call& call) {
    const bool silent = call.duration && call.duration->count() == 0;
    std::string kind{word_of(call_kinds, call.kind)};
    if (call.ongoing) return kind + " ongoing";
    return call.missed || silent ? kind + " missed" : kind;
}

void FillRates::begin(FieldHistories known) {
    known_ = std::move(known);
    counted_ = known_;
    run_.clear();
    seen_.clear();
}

bool FillRates::is_gone(const std::string& field) const {
    const auto known = known_.find(field);
    return known != known_.end() && known->second.gone_since;
}

bool FillRates::is_expected(const std::string& field, const std::string& kind) const {
    const auto known = known_.find(field);
    if (known == known_.end()) return false;
    const auto total = known->second.total();
    const bool usual = total.records >= records_min && is_nearly_all(total);
    if (kind.empty() || is_of_every_kind(field)) return usual;
    const auto of_kind = known->second.kinds.find(kind);
    if (of_kind == known->second.kinds.end()) return false;
    const auto& rate = of_kind->second;
    return is_nearly_all(rate) && (usual || rate.records >= records_min);
}

std::vector<std::string> FillRates::lost(const FieldStates& fields, const std::string& kind) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(fields.size(), fields_.size()); ++i) {
        if (fields[i] != FieldState::usable && is_expected(fields_[i], kind)) {
            names.push_back(fields_[i]);
        }
    }
    return names;
}

void FillRates::see(const Sighting& sighting) {
    if (!seen_.insert(sighting.key).second) return;
    for (std::size_t i = 0; i < std::min(sighting.fields.size(), fields_.size()); ++i) {
        count(fields_[i], sighting.fields[i] == FieldState::usable, sighting.kind, sighting.before);
    }
}

void FillRates::see_left_out(const CallId& key, const FieldStates& fields) {
    constexpr std::size_t remembered_max = 100'000;
    if (!seen_.insert(key).second) return;
    const bool is_new = left_out_.size() < remembered_max && left_out_.insert(key).second;
    const auto before = is_new ? Sighting::Before::never_seen : Sighting::Before::recorded;
    for (std::size_t i = 0; i < std::min(fields.size(), fields_.size()); ++i) {
        if (is_filter(fields_[i])) count(fields_[i], fields[i] == FieldState::usable, "", before);
    }
}

void FillRates::see_again(const FieldStates& fields) {
    for (std::size_t i = 0; i < std::min(fields.size(), fields_.size()); ++i) {
        if (fields[i] == FieldState::usable) ++run_[fields_[i]].with;
    }
}

void FillRates::see_other(const std::string& name, bool is_usual) {
    count(name, is_usual, "", Sighting::Before::never_seen);
}

void FillRates::count(const std::string& field, bool filled, const std::string& kind,
                      Sighting::Before before) {
    auto& history = counted_[field];
    auto& run = run_[field];
    const bool missed = !filled && is_expected(field, kind);
    if (filled) ++run.with;
    if (missed) ++run.without;
    if (missed && before != Sighting::Before::unreadable) ++run.lost;
    if (before != Sighting::Before::never_seen) return;
    if (missed) {
        ++history.lost[kind];
        return;
    }
    if (filled) {
        ++run.new_with;
        // They were single ones, and count after all; unless the field was known to be gone.
        for (const auto& [lost_kind, records] : history.lost) {
            if (!history.gone_since) history.kinds[lost_kind] += {0, records};
        }
        history.lost.clear();
    }
    history.kinds[kind] += {filled ? 1 : 0, 1};
}

FillRates::News FillRates::conclude(UtcTime now) {
    News news;
    for (auto& [name, history] : counted_) {
        const auto run = run_.contains(name) ? run_.at(name) : InThisRun{};
        const bool from_all = run.with == 0 && run.lost >= gone_from_min;
        if (!history.gone_since && (from_all || sum_of(history.lost) >= gone_from_min)) {
            history.gone_since = now;
            news.gone.push_back(name);
        } else if (history.gone_since && (run.new_with > 0 || (run.with > 0 && run.without == 0))) {
            history.gone_since.reset();
            history.lost.clear();
            news.back.push_back(name);
        }
    }
    known_ = counted_;
    return news;
}

}  // namespace ringbridge::bridge
