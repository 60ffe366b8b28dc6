// The pure functions that run for every call: numbers, activities, stamps.
#include "bench/bounds.hpp"
#include "core/mapping.hpp"

namespace ringbridge::bench {
namespace {

const Mapping mapping{"GoodCall", "goodcall", "US", {{"Service address?", "address"}}};

Call typical_call() {
    std::string transcript;
    for (int turn = 0; turn < 40; ++turn) {
        transcript += "Agent: What is the address, please?\nCaller: It's 12 \"Oak\" St & 3rd.\n";
    }
    return {.id = "c_1",
            .called_at = *parse_utc("2026-04-12T15:04:05Z"),
            .duration = std::chrono::seconds{93},
            .caller_phone = "(571) 830-8515",
            .agent_phone = "+17035550100",
            .caller_name = "Jane Doe",
            .primary_action = "Book appointment",
            .summary = "Jane wants her heat pump looked at before Thursday.",
            .transcript = std::move(transcript),
            .recording_url = "https://recordings.example/c_1.mp3",
            .form_answers = {{"Service address?", "12 Oak St"}, {"Urgent?", "yes"}}};
}

void parse_numbers(benchmark::State& state, const char* text) {
    const std::string region = "US";
    for (auto _ : state) benchmark::DoNotOptimize(parse_phone(text, region));
    report(state, 1, phone_bound_us);
}

void render(benchmark::State& state, const Call& call, double bound_us) {
    for (auto _ : state) benchmark::DoNotOptimize(build_activity(call, mapping));
    report(state, 1, bound_us);
}

void parse_phone_clean(benchmark::State& state) { parse_numbers(state, "+15718308515"); }
void parse_phone_dirty(benchmark::State& state) {
    parse_numbers(state, "Jane's cell: (571) 830-8515 ext. 12 (mobile)");
}
void parse_phone_none(benchmark::State& state) { parse_numbers(state, "call me back!"); }

void render_activity_typical(benchmark::State& state) {
    render(state, typical_call(), render_bound_us);
}

void render_activity_5mb_transcript(benchmark::State& state) {
    auto call = typical_call();
    const auto once = call.transcript;
    while (call.transcript.size() < 5'000'000) call.transcript += once;
    render(state, call, huge_render_bound_us);
}

void build_stamp_of_a_known_contact(benchmark::State& state) {
    const CallHistory history{typical_call(), 7};
    const Properties current{{"phone", "+15718308515"},
                             {"firstname", "Jane"},
                             {"lastname", "Doe"},
                             {"goodcall_last_call_date", "2026-04-11T15:04:05Z"},
                             {"goodcall_last_call_id", "c_0"},
                             {"goodcall_call_count", "6"}};
    for (auto _ : state) benchmark::DoNotOptimize(build_stamp(history, current, mapping));
    report(state, 1, stamp_bound_us);
}

BENCHMARK(parse_phone_clean);
BENCHMARK(parse_phone_dirty);
BENCHMARK(parse_phone_none);
BENCHMARK(render_activity_typical);
BENCHMARK(render_activity_5mb_transcript);
BENCHMARK(build_stamp_of_a_known_contact);

}  // namespace
}  // namespace ringbridge::bench
