// Each admin route at random moments of a run: no request may free or replace what a run is using.
// The sanitizers detect it; each seed is another interleaving.
#include "admin/admin.hpp"
#include "tests/flow/town.hpp"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>

#include <random>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;

const Header our_name{"Host", "127.0.0.1:8080"};
using testing::IsSupersetOf;

constexpr int towns = 16;
constexpr int requests_a_town = 130;

constexpr std::array stages_of_a_run{"contacts/search", "contacts/batch/create", "engagements",
                                     "contacts/batch/update"};

class Busy {
  public:
    explicit Busy(std::uint64_t seed) : town_{seed}, random_{seed} {
        const auto now = town_.world.now();
        town_.workload.add_callers(8, 4, town_.portal, now - 24h);
        // A duplicate for dedup to merge.
        town_.portal.add_contact(town_.portal.contacts().front().properties, now - 12h);
        town_.network.set_faults([this](const HttpRequest& request) {
            see(request.url);
            return sim::Fault{.there = below(150ms), .back = below(150ms)};
        });
    }

    /// The last HubSpot request before each call of a route during a run.
    std::map<std::string, std::set<std::string>> stages;
    int asked = 0;

    void live() {
        process_.sync();
        // The cached facts about the account expire during the run, and are no longer true.
        town_.world.run_until(town_.world.now() + 24h - below(4s));
        town_.portal.options().calls_scope = false;
        if (below(2ms) == 0ms) town_.portal.options().versions = {"2026-03", "v3"};
        town_.publish_calls(30, 20h);
        driving_ = true;
        town_.world.run(drive());
        driving_ = false;
        while (waiting_ > 0) town_.world.run_until(town_.world.now() + 1s);
        process_.sync(last_week(town_));
    }

    void expect_each_call_once() {
        std::map<std::string, int> activities;
        for (const auto& call : town_.portal.calls()) {
            const auto id = marked_id(call.properties.at("hs_call_body"));
            EXPECT_EQ(++activities[id.value_or("")], 1);
        }
        const auto counts = town_.world.run(process_.ledger().count_by_state());
        EXPECT_EQ(counts.at("synced"), static_cast<int>(activities.size()));
        EXPECT_EQ(counts.at("synced") + counts.at("dismissed"), 30);
    }

  private:
    Milliseconds below(Milliseconds end) {
        return 1ms * static_cast<int>(random_() % static_cast<unsigned>(end.count()));
    }

    Task<> drive() {
        ask({.method = "POST", .url = "/sync-now"});
        const auto& routes = admin::Admin::routes();
        for (int i = 0; i < requests_a_town; ++i) {
            co_await town_.world.sleep(below(250ms));
            const auto& route = routes[random_() % routes.size()];
            ask(request_of(route.method + ' ' + route.path));
            if (i % 20 == 0) ask_for_target_account();
        }
    }

    // As a run reaches another stage, a route that sends many HubSpot requests interrupts it.
    void see(const std::string& url) {
        static constexpr std::array heavy{"POST /setup-properties", "POST /dedup",
                                          "POST /dedup?dryRun=true", "GET /probe"};
        for (const auto* stage : stages_of_a_run) {
            if (!driving_ || stage_ == stage || !url.contains(stage)) continue;
            stage_ = stage;
            ++waiting_;
            town_.world.at(town_.world.now() + below(100ms), [this] {
                --waiting_;
                ask(request_of(heavy[random_() % heavy.size()]));
            });
        }
    }

    HttpRequest request_of(const std::string& line) {
        const auto space = line.find(' ');
        auto path = line.substr(space + 1);
        if (const auto star = path.find('*'); star != std::string::npos) {
            path.replace(star, 1, "c_" + std::to_string(1 + random_() % 30));
        }
        const bool number = path.ends_with("/number");
        return {.method = line.substr(0, space),
                .url = path,
                .headers = {{"Content-Type", "application/json"}},
                .body = number ? R"({"phone":"+1 571 830 8515"})" : ""};
    }

    void ask(HttpRequest request) {
        if (process_.service().has_run_in_hand()) stages[request.url].insert(stage_);
        ++asked;
        ++waiting_;
        request.headers.push_back(our_name);
        const auto url = request.url;
        asio::co_spawn(town_.world.executor(), admin_.answer({std::move(request), "127.0.0.1"}),
                       [this, url](std::exception_ptr failure, const HttpResponse& response) {
                           --waiting_;
                           EXPECT_FALSE(failure) << url;
                           EXPECT_NE(response.status, 500) << url << ": " << response.body;
                       });
    }

    void ask_for_target_account() {
        ++waiting_;
        asio::co_spawn(town_.world.executor(), process_.bridge().target_account(),
                       [this](std::exception_ptr failure, const bridge::TargetAccount&) {
                           --waiting_;
                           EXPECT_FALSE(failure);
                       });
    }

    Town town_;
    std::mt19937_64 random_;
    Process process_{town_};
    admin::Admin admin_{{.access = {}, .lock_wait = 10s},
                        {{"main", "US", process_.service()}},
                        town_.world,
                        town_.log};
    std::string stage_;  ///< the run's last request
    bool driving_ = false;
    int waiting_ = 0;
};

TEST(RoutesDuringRuns, TakeNothingAwayFromARun) {
    std::map<std::string, std::set<std::string>> stages;
    int asked = 0;
    for (std::uint64_t seed = 1; seed <= towns; ++seed) {
        SCOPED_TRACE(seed);
        Busy busy{seed};
        busy.live();
        busy.expect_each_call_once();
        asked += busy.asked;
        for (const auto& [url, seen] : busy.stages) stages[url].insert(seen.begin(), seen.end());
    }
    EXPECT_GE(asked, 2'000);
    for (const auto* url : {"/setup-properties", "/dedup?dryRun=true", "/probe"}) {
        EXPECT_THAT(stages[url], IsSupersetOf({"contacts/search", "contacts/batch/create",
                                               "engagements", "contacts/batch/update"}))
            << url;
    }
}

// Otherwise the first one's report would be freed while it runs.
TEST(RoutesDuringRuns, OfConcurrentDedupRequestsOneRuns) {
    Town town;
    town.portal.add_contact({{"phone", "+15718308515"}}, town.world.now() - 24h);
    town.portal.add_contact({{"phone", "(571) 830-8515"}}, town.world.now() - 12h);
    Process process{town};
    admin::Admin admin{{.access = {}, .lock_wait = 10s},
                       {{"main", "US", process.service()}},
                       town.world,
                       town.log};
    std::multiset<int> statuses;
    for (int i = 0; i < 3; ++i) {
        const HttpRequest request{.method = "POST", .url = "/dedup", .headers = {our_name}};
        asio::co_spawn(town.world.executor(), admin.answer({request, "127.0.0.1"}),
                       [&](std::exception_ptr, const HttpResponse& response) {
                           statuses.insert(response.status);
                       });
    }
    town.world.run_until(town.world.now() + 1min);
    EXPECT_EQ(statuses, (std::multiset{200, 409, 409}));
    EXPECT_EQ(town.portal.contacts().size(), 1U);
}

}  // namespace
}  // namespace ringbridge::tests
