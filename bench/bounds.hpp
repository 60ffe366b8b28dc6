// The processor time that a call may cost, so that HubSpot's limits stay the only ones.
//
// HubSpot lets an app send 190 requests in any ten seconds, a hundred activities each at most
// (developers.hubspot.com, "API usage guidelines" and "Using object APIs"): 1,900 calls a second,
// or 526 us a call. A program that takes that long itself is the bottleneck of a backfill. So
// the steps of one call share 500 us, on one core; each benchmark prints its share beside its
// figure, and anything above a tenth of the share deserves attention.
#pragma once

#include <benchmark/benchmark.h>

namespace ringbridge::bench {

inline constexpr double decode_bound_us = 50;
inline constexpr double phone_bound_us = 50;  // twice a call: caller and agent
inline constexpr double render_bound_us = 100;
inline constexpr double stamp_bound_us = 20;
inline constexpr double ledger_bound_us = 230;
static_assert(decode_bound_us + 2 * phone_bound_us + render_bound_us + stamp_bound_us +
                  ledger_bound_us <=
              500);

// Searches have their own limit: five a second, with about five numbers each. That leaves 40 ms a
// number; a fortieth of it is plenty.
inline constexpr double search_bound_us = 1'000;

// A transcript of 5 MB is cut to 64 KB: rare, but it must not hold up the others for longer than
// one request takes on its way (20 ms).
inline constexpr double huge_render_bound_us = 20'000;

/// Prints `per_call` (time a call) and `bound_us`, its share of the 500 us.
inline void report(benchmark::State& state, double calls_an_iteration, double bound_us) {
    using benchmark::Counter;
    const auto calls = static_cast<double>(state.iterations()) * calls_an_iteration;
    state.counters["per_call"] = Counter(calls, Counter::kIsRate | Counter::kInvert);
    state.counters["bound_us"] = bound_us;
}

}  // namespace ringbridge::bench
