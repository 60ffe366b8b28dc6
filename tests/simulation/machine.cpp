#include "tests/simulation/machine.hpp"

#include "core/stop.hpp"

#include <fmt/format.h>

#include <array>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;

// Longer than the lag of HubSpot's search, as docs/use/what-is-promised.md requires.
constexpr Milliseconds after_losing_a_ledger = 2min;

// A replica has so many steps without anything to do for each one of a run.
constexpr std::uint64_t idle_steps_for_one = 50;

constexpr std::array replica_names{"one", "two", "three", "four"};
constexpr std::array absences{Disturber::frozen, Disturber::cut_off};

constexpr std::array<Milliseconds, 10> clock_steps{5s,  2min,  20min,  1h,  72h,
                                                   -5s, -2min, -20min, -1h, -72h};

tests::ProcessOptions options_of(const Setting& setting, const Duplicates& duplicates,
                                 const ledger::Replica& replica) {
    const auto& scenario = setting.scenario;
    tests::ProcessOptions options{.form_properties = {{"Service address?", "address"}},
                                  .interval = scenario.interval,
                                  .look_interval = std::min<Milliseconds>(scenario.interval, 20s),
                                  .hold = {.protected_contacts = duplicates.protected_contacts()},
                                  .change_profile = setting.corrected_profile};
    options.replica = replica;
    if (scenario.disturbers.contains(Disturber::pushed)) {
        options.webhook_secrets = {std::string{webhook_secret}};
    }
    return options;
}

}  // namespace

void Diary::write(Level level, std::string_view event, Fields fields) {
    if (level == Level::debug) return;  // the network logs its exchanges itself
    auto line = fmt::format("{}", event);
    for (const auto& [name, value] : fields) line += fmt::format(" {}={}", name, value);
    setting_.note("bridge", line);
    ++events_[std::string{event}];
    if (level == Level::error && worker_error_.empty()) worker_error_ = line;
}

Task<std::expected<HttpResponse, Lost>> SeenHttp::fetch(HttpRequest request) {
    const bool changes = request.url.starts_with(tests::hubspot_origin) && is_write(request);
    if (!changes) co_return co_await setting_.network.fetch(std::move(request));
    const auto deadline = setting_.world.steady() + request.timeout;
    database_.see_sent(birth_, deadline);
    auto result = co_await setting_.network.fetch(std::move(request));
    database_.see_ended(birth_, deadline);
    co_return result;
}

Machine::ReplicaParts::ReplicaParts(Setting& setting, SharedDatabase& database,
                                    sim::Disk::Mount& mount, const ledger::Replica& of)
    : replica{of},
      connection{std::make_shared<Connection>(setting, database, mount)},
      http{setting, database, of.birth} {}

Machine::RunningProcess::RunningProcess(sim::ProcessId number, Machine& machine,
                                        const std::string& replica_name)
    : id{number},
      mount{machine.setting_.disk},
      clock{machine.setting_.world},
      replica{replica_name.empty()
                  ? nullptr
                  : std::make_unique<ReplicaParts>(
                        machine.setting_, machine.database_, mount,
                        ledger::Replica{replica_name, std::to_string(number), {}})},
      process{surroundings(machine.setting_, machine.diary_),
              options_of(machine.setting_, machine.duplicates_,
                         replica ? replica->replica : ledger::Replica{})} {}

tests::Surroundings Machine::RunningProcess::surroundings(Setting& setting, Log& log) {
    auto backend = ledger::backend_at(mount.uri(ledger_file));
    if (!replica) return {setting.world, setting.clock, setting.network, log, std::move(backend)};
    auto& connection = *replica->connection;
    return {setting.world,
            clock,
            replica->http,
            log,
            std::make_shared<SharedBackend>(std::move(backend), connection, replica->replica.name),
            &connection};
}

Machine::Machine(Setting& setting, Witness& witness, const Duplicates& duplicates)
    : setting_{setting},
      witness_{witness},
      duplicates_{duplicates},
      diary_{setting},
      database_{setting} {
    setting_.world.set_watcher([this](sim::ProcessId process) { watch(process); });
    choose_next_death();
    draw_replicas();
    for (int i = 0; i < processes_wanted_; ++i) start();
    const auto somewhen = [&](Disturber disturber) {
        return setting_.world.now() +
               setting_.random(disturber).between(0ms, setting_.scenario.span);
    };
    setting_.world.at(somewhen(Disturber::second_process), [this] {
        if (!setting_.injects(Disturber::second_process, 1000)) return;
        ++processes_wanted_;
        disturbed_ = true;
        start();
    });
    setting_.world.at(somewhen(Disturber::replaced), [this] {
        if (setting_.injects(Disturber::replaced, 1000)) replace_activities();
    });
    setting_.world.at(somewhen(Disturber::future_asked), [this] {
        if (setting_.injects(Disturber::future_asked, 1000)) ask_for_next_week();
    });
    for (int i = 0; i < 3; ++i) {
        setting_.world.at(somewhen(Disturber::clock_set), [this] {
            if (setting_.injects(Disturber::clock_set, 600)) set_clock();
        });
    }
    setting_.world.at(somewhen(Disturber::deduplicated), [this] {
        if (setting_.injects(Disturber::deduplicated, 1000)) ask_for_dedup();
    });
    setting_.world.at(somewhen(Disturber::token_revoked), [this] {
        if (setting_.injects(Disturber::token_revoked, 1000)) setting_.site.revoke_tokens();
    });
    for (int i = 0; i < 3; ++i) {
        setting_.world.at(somewhen(Disturber::session_ended), [this] {
            if (setting_.injects(Disturber::session_ended, 600)) end_sessions();
        });
    }
    for (int i = 0; i < 3 && setting_.scenario.disturbers.contains(Disturber::ledger_rolled_back);
         ++i) {
        setting_.world.at(somewhen(Disturber::ledger_rolled_back), [this] {
            setting_.disk.back_up(ledger_file);
            witness_.see_ledger_backed_up();
        });
    }
    setting_.world.at(somewhen(Disturber::scope_taken), [this] {
        if (!setting_.injects(Disturber::scope_taken, 1000)) return;
        setting_.portal.options().calls_scope = false;
    });
}

tests::Process& Machine::process() { return running_.front()->process; }

// No fault from outside may end a worker: its supervisor logs what it throws, and the diary sees
// it.
void Machine::start() {
    dead_.clear();
    // After a power loss earlier restarts wait as well.
    if (setting_.world.now() < down_until_) return;
    // A request of the last process is still in transit.
    if (const auto pause = shortest_pause(); running_.empty() && pause > 0ms) {
        setting_.world.at(setting_.world.now() + pause, [this] { start(); });
        return;
    }
    if (std::cmp_greater_equal(running_.size(), processes_wanted_)) return;
    const auto id = ++last_id_;
    setting_.note("machine", fmt::format("starts process {}", id));
    running_.push_back(std::make_unique<RunningProcess>(
        id, *this, setting_.has_replicas ? free_replica_name() : ""));
    set_clocks();
    auto& process = running_.back()->process;
    if (setting_.has_replicas) {
        asio::co_spawn(setting_.world.executor(id), process.watch_ledger(),
                       [](std::exception_ptr) {});
    }
    asio::co_spawn(setting_.world.executor(id), process.service().keep_running(),
                   [](std::exception_ptr) {});
    if (!process.push().is_on()) return;
    asio::co_spawn(setting_.world.executor(id), process.service().keep_carrying(),
                   [](std::exception_ptr) {});
}

void Machine::receive_webhook(HttpRequest request, std::function<void(const HttpResponse&)> then) {
    if (running_.empty()) return;
    auto& process = *running_.back();
    admin::Asked asked{.target = {}, .id = "goodcall", .request = std::move(request), .peer = {}};
    asio::co_spawn(setting_.world.executor(process.id), process.webhooks.answer(std::move(asked)),
                   [then = std::move(then)](std::exception_ptr failed, const HttpResponse& answer) {
                       if (failed) std::rethrow_exception(failed);
                       then(answer);
                   });
}

void Machine::end_sessions() {
    static const auto answers = sim::ended_session_answers();
    setting_.site.end_sessions(setting_.random(Disturber::session_ended).pick(answers));
}

void Machine::replace_activities() {
    bridge::Order order;
    order.replace_activities = true;
    order.since = setting_.world.now() - 24h;
    ask_for(std::move(order));
}

// As if for "this week".
void Machine::ask_for_next_week() {
    bridge::Order order;
    order.since = setting_.clock.now() - 24h;
    order.until = setting_.clock.now() + 7 * 24h;
    ask_for(std::move(order));
}

void Machine::set_clock() {
    const auto step = setting_.random(Disturber::clock_set).pick(clock_steps);
    setting_.note("machine", fmt::format("has its clock set {} s ahead", step.count() / 1000));
    setting_.clock.set_ahead(step);
    set_clocks();
}

void Machine::ask_for_runs() {
    auto& random = setting_.random(Disturber::sync_asked);
    const auto times = random.between(1, 20);
    for (int i = 0; i < times; ++i) {
        setting_.world.at(setting_.world.now() + random.between(0ms, 1min),
                          [this] { ask_for({}); });
    }
}

// Those that a run may meet in HubSpot.
void Machine::ask_admin() {
    auto& random = setting_.random(Disturber::admin_asked);
    const auto moment = setting_.world.now() + random.between(0ms, 20s);
    setting_.world.at(moment, [this, wanted = random.below(4)] {
        if (running_.empty()) return;
        auto& process = *running_.back();
        auto& service = process.process.service();
        auto& bridge = process.process.bridge();
        const auto spawn = [&](auto task) {
            asio::co_spawn(setting_.world.executor(process.id), std::move(task),
                           [](std::exception_ptr, const auto&) {});
        };
        if (wanted == 0) return spawn(service.setup_properties(2min));
        if (wanted == 1) return spawn(bridge.preview_duplicates());
        if (wanted == 2) return spawn(bridge.probe());
        spawn(bridge.target_account());
    });
}

void Machine::ask_for(bridge::Order order) {
    if (running_.empty()) return;
    auto& process = *running_.back();
    asio::co_spawn(setting_.world.executor(process.id),
                   process.process.service().run(std::move(order), 2min),
                   [](std::exception_ptr, const std::optional<bridge::Report>&) {});
}

void Machine::ask_ledger(std::function<void(const std::vector<ledger::Entry>&)> then) {
    auto* asked = holder();
    if (asked == nullptr) return;
    asio::co_spawn(setting_.world.executor(asked->id),
                   asked->process.ledger().list({.limit = 1000}),
                   [then = std::move(then)](std::exception_ptr failed, const ledger::Listed& all) {
                       try {
                           if (failed) std::rethrow_exception(failed);
                       } catch (const LedgerOutOfReach&) {
                           return;
                       }
                       then(all.entries);
                   });
}

void Machine::ask_for_dedup() {
    if (running_.empty()) return;
    auto& process = *running_.back();
    if (process.process.service().is_deduplicating()) return;
    asio::co_spawn(setting_.world.executor(process.id), process.process.service().dedup(),
                   [](std::exception_ptr, const bridge::DedupReport&) {});
}

bool Machine::is_deduplicating() const {
    return std::ranges::any_of(
        running_, [](const auto& one) { return one->process.service().is_deduplicating(); });
}

// A process can die anywhere in a run: after a random number of jobs, small or large.
void Machine::choose_next_death() {
    auto& random = setting_.random(Disturber::killed);
    steps_to_live_ = 1 + random.below(1ULL << (4 + random.below(7)));
}

void Machine::see_write() {
    auto& random = setting_.random(Disturber::killed);
    if (random.happens(200)) steps_to_live_ = std::min(steps_to_live_, 1 + random.below(16));
    if (setting_.injects(Disturber::sync_asked, 300)) ask_for_runs();
    if (setting_.injects(Disturber::deduplicated, 50)) ask_for_dedup();
    if (setting_.injects(Disturber::admin_asked, 300)) ask_admin();
    for (const auto disturber : absences) {
        auto& own = setting_.random(disturber);
        auto& steps = steps_to_absence_[disturber];
        if (own.happens(100)) steps = std::min(steps, 1 + own.below(16));
    }
}

void Machine::watch(sim::ProcessId process) {
    if (process == sim::the_world) return;
    if (setting_.has_replicas) {
        const auto is_here = [](const auto& one) { return one->process.service().is_here(); };
        if (std::ranges::count_if(running_, is_here) > 1) {
            throw Violation{"no two replicas hold a bridge at once", "two do"};
        }
        auto* own = find(process);
        const bool idle = own != nullptr && !own->process.service().has_run_in_hand();
        if (settled_ || (idle && ++idle_steps_ % idle_steps_for_one != 0)) return;
        watch_replica(process);
    }
    if (settled_ || --steps_to_live_ > 0) return;
    choose_next_death();
    die(process);
}

void Machine::die(sim::ProcessId process) {
    // Another process would take over at once.
    if (running_.size() > 1 && shortest_pause() > 0ms) return;
    if (setting_.injects(Disturber::killed, 700)) {
        kill(process);
        const auto down = draw_pause(Disturber::killed);
        setting_.world.at(setting_.world.now() + down, [this] { start(); });
    } else if (setting_.injects(Disturber::power_lost, 500)) {
        kill_all();
        setting_.disk.lose_power();
        witness_.see_power_lost();
        stay_down(draw_pause(Disturber::power_lost));
    } else if (setting_.injects(Disturber::ledger_deleted, 200)) {
        lose_ledger();
    } else if (setting_.disk.has_copy() && setting_.injects(Disturber::ledger_rolled_back, 300)) {
        roll_ledger_back();
    }
}

// The bridge assumes that HubSpot applies a request within moments of its sender's death or never.
// A late request may exceed that, so a restart waits for it.
Milliseconds Machine::shortest_pause() const {
    return std::max(0ms,
                    setting_.last_late_arrival - latest_after_giving_up - setting_.world.now());
}

// A supervisor restarts at once, a person within minutes: what is still in transit then differs.
Milliseconds Machine::draw_pause(Disturber disturber) const {
    auto& random = setting_.random(disturber);
    const auto longest = random.pick(std::array<Milliseconds, 3>{1s, 30s, 20min});
    return std::max(shortest_pause(), random.between(0ms, longest));
}

void Machine::restart() {
    kill_all();
    for (int i = 0; i < processes_wanted_; ++i) start();
}

void Machine::lose_ledger() {
    kill_all();
    database_.forget_replicas();
    setting_.disk.remove(ledger_file);
    witness_.see_ledger_lost();
    stay_down(setting_.random(Disturber::ledger_deleted).between(after_losing_a_ledger, 20min));
}

void Machine::roll_ledger_back() {
    kill_all();
    setting_.disk.put_back(ledger_file);
    witness_.see_ledger_rolled_back();
    stay_down(setting_.random(Disturber::ledger_rolled_back).between(after_losing_a_ledger, 20min));
}

void Machine::stay_down(Milliseconds pause) {
    down_until_ = setting_.world.now() + pause;
    for (int i = 0; i < processes_wanted_; ++i) {
        setting_.world.at(down_until_, [this] { start(); });
    }
}

void Machine::kill_all() {
    while (!running_.empty()) kill(running_.back()->id);
}

void Machine::kill(sim::ProcessId process) {
    const auto found =
        std::ranges::find(running_, process, [](const auto& one) { return one->id; });
    if (found == running_.end()) return;
    setting_.note("machine", fmt::format("kills process {}", process));
    disturbed_ = true;
    if (const auto& replica = (*found)->replica) {
        replica->connection->end();
        database_.see_killed(replica->replica.birth);
    }
    (*found)->mount.kill();
    setting_.world.kill(process);
    // The watcher's caller may still use one of its frames.
    dead_.push_back(std::move(*found));
    running_.erase(found);
}

void Machine::settle() {
    settled_ = true;
    setting_.clock.set_ahead(0ms);
    clocks_ahead_.clear();
    set_clocks();
    for (const auto& one : running_) {
        setting_.world.thaw(one->id);
        if (one->replica) one->replica->connection->heal();
    }
    start();
}

// --- Replicas ------------------------------------------------------------------------------------

void Machine::draw_replicas() {
    if (!setting_.injects(Disturber::replicas, 1000)) return;
    setting_.has_replicas = true;
    disturbed_ = true;
    processes_wanted_ = setting_.random(Disturber::replicas).between(2, 3);
    for (const auto disturber : absences) {
        steps_to_absence_[disturber] = 1 + setting_.random(disturber).below(1000);
    }
    if (!setting_.injects(Disturber::replica_clocks, 1000)) return;
    auto& random = setting_.random(Disturber::replica_clocks);
    for (const auto* name : replica_names) clocks_ahead_[name] = random.pick(clock_steps);
    setting_.world.at(setting_.world.now() + random.between(0ms, setting_.scenario.span),
                      [this, ahead = random.between(0ms, 4s)] { database_.fail_over(ahead); });
}

std::string Machine::free_replica_name() const {
    const auto is_taken = [this](const std::string& name) {
        return std::ranges::any_of(
            running_, [&](const auto& one) { return one->replica->replica.name == name; });
    };
    return *std::ranges::find_if_not(replica_names, is_taken);
}

void Machine::set_clocks() {
    const auto ahead = setting_.clock.now() - setting_.world.now();
    for (const auto& one : running_) {
        if (one->replica) one->clock.set_ahead(ahead + clocks_ahead_[one->replica->replica.name]);
    }
}

Machine::RunningProcess* Machine::find(sim::ProcessId process) const {
    const auto found =
        std::ranges::find(running_, process, [](const auto& one) { return one->id; });
    return found == running_.end() ? nullptr : found->get();
}

Machine::RunningProcess* Machine::holder() const {
    const auto found = std::ranges::find_if(
        running_, [](const auto& one) { return one->process.service().is_here(); });
    return found == running_.end() ? nullptr : found->get();
}

bool Machine::is_healthy() const {
    auto* process = holder();
    return process != nullptr && process->process.service().errors().empty();
}

void Machine::watch_replica(sim::ProcessId process) {
    auto* own = find(process);
    if (own == nullptr) return;
    for (const auto disturber : absences) {
        auto& steps = steps_to_absence_[disturber];
        if (--steps > 0) continue;
        auto& random = setting_.random(disturber);
        steps = 1 + random.below(1ULL << (4 + random.below(8)));
        if (!setting_.injects(disturber, 500)) continue;
        disturber == Disturber::frozen ? freeze(*own) : cut_off(*own);
    }
}

// All that it had sent is still on its way.
void Machine::freeze(RunningProcess& process) {
    const auto span = draw_absence(Disturber::frozen);
    setting_.note("machine", fmt::format("freezes process {} for {} ms", process.id, span.count()));
    setting_.world.freeze(process.id);
    setting_.world.at(setting_.world.now() + span, [this, id = process.id] {
        setting_.note("machine", fmt::format("thaws process {}", id));
        setting_.world.thaw(id);
    });
}

void Machine::cut_off(RunningProcess& process) {
    if (process.replica->connection->is_cut_off()) return;
    const auto span = draw_absence(Disturber::cut_off);
    setting_.note("machine",
                  fmt::format("cuts process {} off for {} ms", process.id, span.count()));
    process.replica->connection->cut_off(setting_.world.now() + span);
}

Milliseconds Machine::draw_absence(Disturber disturber) const {
    auto& random = setting_.random(disturber);
    const auto longest = random.pick(std::array<Milliseconds, 3>{5s, 40s, 5min});
    return random.between(100ms, longest);
}

}  // namespace ringbridge::simulation
