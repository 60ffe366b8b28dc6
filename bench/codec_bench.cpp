// JSON at both ends: a page of the receptionist's listing in, a search and a batch for HubSpot out.
#include "bench/bounds.hpp"
#include "hubspot/contacts.hpp"
#include "receptionist/call_codec.hpp"
#include "sim/world/workload.hpp"

namespace ringbridge::bench {
namespace {

constexpr int page_size = 100;

std::string page_of_a_hundred() {
    sim::HubSpotPortal portal;
    sim::Workload workload{1};
    const auto now = *parse_utc("2026-11-23T09:00:00Z");
    workload.add_callers(40, 0, portal, now);
    std::string records;
    for (int i = 0; i < page_size; ++i) {
        records += (records.empty() ? "" : ",") + workload.make_call(now).record;
    }
    return R"({"calls":[)" + records + R"(],"page":1,"pageSize":100,"total":100})";
}

void decode_page_of_100_records(benchmark::State& state) {
    const auto profile = receptionist::builtin_profile("goodcall");
    const auto page = page_of_a_hundred();
    for (auto _ : state) {
        auto listed = receptionist::read_listed_page(page, profile.calls, profile.mapping);
        if (!listed || listed->calls.size() != page_size) state.SkipWithError("no whole page");
        benchmark::DoNotOptimize(listed);
    }
    report(state, page_size, decode_bound_us);
}

// Includes finding out how many numbers fit into one search.
void encode_contact_searches_for_100_numbers(benchmark::State& state) {
    std::vector<PhoneNumber> numbers;
    for (int i = 0; i < page_size; ++i) {
        numbers.push_back({"+1571830" + std::to_string(8000 + i), ""});
    }
    const std::vector<std::string> properties{"phone", "mobilephone", "firstname", "lastname"};
    for (auto _ : state) {
        std::span<const PhoneNumber> rest{numbers};
        while (!rest.empty()) {
            const auto search = hubspot::encode_contact_search(
                rest, properties, hubspot::SearchBy::field_as_calculated, "");
            rest = rest.subspan(search.taken);
        }
    }
    report(state, page_size, search_bound_us);
}

BENCHMARK(decode_page_of_100_records);
BENCHMARK(encode_contact_searches_for_100_numbers);

}  // namespace
}  // namespace ringbridge::bench
