#include "bridge/window_reader.hpp"

#include "bridge/window.hpp"
#include "core/backoff.hpp"
#include "core/stop.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;
using receptionist::Patience;

constexpr std::array<Milliseconds, 2> newest_parts{1h, 1min};
constexpr Milliseconds smallest_part = 1min;
// Per run: a site that fails everywhere is not read in a thousand halves. The rest becomes a gap.
constexpr int failures_max = 60;

constexpr int gaps_a_run = 10;

std::vector<TimeRange> ranges_of(const std::vector<ledger::Gap>& gaps) {
    std::vector<TimeRange> ranges;
    for (const auto& gap : gaps) ranges.push_back(gap.range);
    return ranges;
}

// An account without calls says so by its total.
receptionist::PlatformError lists_nothing() {
    return {.cause = receptionist::Cause::endpoint_moved,
            .why =
                "The platform lists no record at all, although by its total there are some. "
                "Compare streams.calls in the profile with an answer in a browser.",
            .perhaps_only_here = true};
}

}  // namespace

CallResult result_of(ledger::Stage stage) {
    if (stage == ledger::Stage::done) return CallResult::skipped;
    const bool aside = stage == ledger::Stage::parked || stage == ledger::Stage::dismissed;
    return aside ? CallResult::parked : CallResult::pending;
}

void stop_for(const receptionist::PlatformError& error) {
    if (error.move() == receptionist::NextMove::fix_credentials) {
        throw CredentialsRefused{error.why};
    }
    throw OutOfReach{error.why};
}

Task<> WindowReader::read(TimeRange window) {
    failures_left_ = failures_max;
    auto parts = without(window, ranges_of(co_await ledger_.gaps()));
    // Newest first: a failing part before a gap keeps no newer call waiting.
    std::ranges::reverse(parts);
    for (const auto& part : parts) co_await read_part(part);
}

Task<> WindowReader::read_part(TimeRange part) {
    const auto failure = co_await read_whole(part, Patience::usual);
    if (!failure) co_return;
    const auto newest_since = co_await read_newest(part);
    if (!newest_since) stop_for(*failure);
    const TimeRange rest{part.since, *newest_since};
    if (rest.since >= rest.until) co_return;
    auto gaps = co_await read_in_halves(rest);
    for (const auto& gap : gaps) {
        log_.warn("window_not_read", {{"since", format_utc(gap.range.since)},
                                      {"until", format_utc(gap.range.until)},
                                      {"why", gap.reason}});
    }
    co_await ledger_.replace_gaps(rest, std::move(gaps));
}

// Throws if the error does not concern this range only.
Task<WindowReader::Failure> WindowReader::read_whole(TimeRange range, Patience patience) {
    std::string cursor;
    for (bool last = false; !last;) {
        if (stopping_) throw StopAsked{};
        const auto asked_at = intake_.now();
        auto page = co_await pages_.read(range, std::move(cursor), patience);
        if (!page) {
            log_.warn("receptionist_not_read",
                      {{"cause", std::string{receptionist::name_of(page.error().cause)}}});
            if (!page.error().perhaps_only_here) stop_for(page.error());
            co_return std::move(page.error());
        }
        if (page->is_void && drift_.trusts_total()) co_return lists_nothing();
        drift_.see_total(page->total_fits);
        cursor = page->next;
        last = page->last;
        co_await record(std::move(*page), asked_at);
    }
    co_return std::nullopt;
}

// From when on the part has now been read; nothing if none of it could be.
Task<std::optional<UtcTime>> WindowReader::read_newest(TimeRange part) {
    for (const auto span : newest_parts) {
        const TimeRange newest{std::max(part.since, part.until - span), part.until};
        if (newest == part) continue;
        if (!co_await read_whole(newest, Patience::one_try)) co_return newest.since;
    }
    co_return std::nullopt;
}

// The newer half first. Returns what remains unread.
Task<std::vector<ledger::Gap>> WindowReader::read_in_halves(TimeRange range) {
    std::vector<ledger::Gap> gaps;
    const auto failure = co_await read_whole(range, Patience::one_try);
    if (!failure) co_return gaps;
    --failures_left_;
    const auto span = range.until - range.since;
    if (span <= smallest_part || failures_left_ <= 0) {
        const auto now = clock_.now();
        gaps.push_back({range, now, failure->why, 0, now + gap_retries.first});
        co_return gaps;
    }
    const auto middle = range.since + span / 2;
    gaps = co_await read_in_halves({middle, range.until});
    std::ranges::move(co_await read_in_halves({range.since, middle}), std::back_inserter(gaps));
    co_return gaps;
}

Task<> WindowReader::read_due_gaps() {
    failures_left_ = failures_max;
    int tried = 0;
    auto gaps = co_await ledger_.gaps();
    // The longest waiting first: one that fails each time keeps no other waiting.
    std::ranges::sort(gaps, {}, &ledger::Gap::next_try);
    for (auto& gap : gaps) {
        // A next try further ahead than any wait was set under a wrong clock.
        const auto wait = gap.next_try - clock_.now();
        if (wait > 0ms && wait <= gap_retries.longest) continue;
        if (++tried > gaps_a_run) co_return;
        co_await retry(std::move(gap));
    }
}

Task<> WindowReader::retry(ledger::Gap gap) {
    auto left = co_await read_in_halves(gap.range);
    const auto wait = backoff(++gap.attempts, gap_retries, 0);
    for (auto& part : left) {
        part.found_at = gap.found_at;
        part.attempts = gap.attempts;
        part.next_try = clock_.now() + wait;
    }
    if (left.empty()) {
        log_.info("gap_read",
                  {{"since", format_utc(gap.range.since)}, {"until", format_utc(gap.range.until)}});
    }
    co_await ledger_.replace_gaps(gap.range, std::move(left));
}

Task<> WindowReader::record(receptionist::Page page, UtcTime asked_at) {
    for (auto& call : page.calls) call.asked_at = asked_at;
    const auto stages = co_await intake_.take(std::move(page));
    for (const auto& [id, stage] : stages) {
        if (report_.results.emplace(id, result_of(stage)).second) seen_first_.insert(id);
    }
    report_.fetched = static_cast<int>(report_.results.size());
}

}  // namespace ringbridge::bridge
