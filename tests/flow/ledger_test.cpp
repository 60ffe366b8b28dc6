// The ledger on each kind of database: what it keeps across reopening, and in what order. What is
// true of SQLite's files only is at the end.
#include "ledger/ledger.hpp"

#include "core/text.hpp"
#include "ledger/backends.hpp"
#include "ledger/sqlite/statements.hpp"
#include "sim/world/world.hpp"
#include "tests/flow/scratch_file.hpp"
#include "tests/postgres/server.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <atomic>
#include <barrier>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;
using ledger::backend_at;
using ledger::Entry;
using ledger::KnownContact;
using ledger::Ledger;
using ledger::Listed;
using ledger::Scope;
using ledger::Selection;
using ledger::Stage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const UtcTime start = *parse_utc("2026-11-23T09:00:00Z");

Call call_of(const CallId& id, UtcTime at = start - 1h) {
    return {.id = id,
            .called_at = at,
            .duration = 93s,
            .caller_phone = "(571) 830-8515",
            .caller_name = "Jane Doe",
            .summary = "wants a quote",
            .form_answers = {{"Service address?", "12 Oak St"}}};
}

// A kind of database, and where it is for a test that has this file.
struct Kind {
    const char* name;
    std::string (*location)(const ScratchFile& file);
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

// A new backend is one more line here.
std::vector<Kind> lasting_kinds() {
    std::vector<Kind> kinds{{"SqliteFile", [](const ScratchFile& file) { return file.path(); }}};
    if (PostgresServer::is_installed()) {
        kinds.push_back({"Postgres", [](const ScratchFile& file) {
                             return PostgresServer::shared().url_of_schema(
                                 "test_" + stable_hash(file.path()));
                         }});
    }
    return kinds;
}

std::vector<Kind> all_kinds() {
    auto kinds = lasting_kinds();
    kinds.push_back({"SqliteInMemory", [](const ScratchFile&) { return std::string{":memory:"}; }});
    return kinds;
}

std::string name_of(const testing::TestParamInfo<Kind>& info) { return info.param.name; }

// A ledger with a synchronous interface.
class LedgerTest : public testing::TestWithParam<Kind> {
  protected:
    LedgerTest() { open(); }

    void open() {
        ledger_.reset();
        ledger_ = std::make_unique<Ledger>(backend_, Scope{}, workbench_, world_.now());
    }
    template <class T>
    T ask(Task<T> task) {
        return world_.run(std::move(task));
    }
    void ask(Task<> task) { world_.run(std::move(task)); }

    Stage record(Call call) {
        const auto id = call.id;
        return ask(ledger_->record({std::move(call)}, {}, world_.now())).at(id);
    }
    Entry find(const CallId& id) { return ask(ledger_->find(id)).value(); }
    // As the next run finds it, with what came meanwhile.
    Entry pick_up(const CallId& id) {
        (void)ask(ledger_->due(start + 24h, 100));
        return find(id);
    }
    void save(Entry entry) { ask(ledger_->save({std::move(entry)})); }

    // Moves a recorded call to a stage, as a run would.
    void move_to(const CallId& id, Stage stage, const ActivityId& activity_id = "") {
        auto entry = find(id);
        entry.stage = stage;
        entry.activity_id = activity_id;
        save(entry);
    }
    std::vector<std::string> due_ids(UtcTime now, int limit = 100) {
        std::vector<std::string> ids;
        for (const auto& entry : ask(ledger_->due(now, limit))) ids.push_back(entry.call.id.text);
        return ids;
    }
    std::vector<std::string> listed_ids(Selection selection) {
        std::vector<std::string> ids;
        for (const auto& entry : ask(ledger_->list(std::move(selection))).entries) {
            ids.push_back(entry.call.id.text);
        }
        return ids;
    }

    sim::World world_{1, start};
    sim::Workbench workbench_{world_};
    ScratchFile file_;
    std::shared_ptr<ledger::Backend> backend_ = backend_at(GetParam().location(file_));
    std::unique_ptr<Ledger> ledger_;
};
INSTANTIATE_TEST_SUITE_P(Kinds, LedgerTest, testing::ValuesIn(all_kinds()), name_of);

// Opened several times: in turn, or by several bridges or threads.
class LastingLedgerTest : public LedgerTest {};
INSTANTIATE_TEST_SUITE_P(Kinds, LastingLedgerTest, testing::ValuesIn(lasting_kinds()), name_of);

TEST_P(LedgerTest, RecordsACallOnceHoweverOftenItComes) {
    EXPECT_EQ(record(call_of("c_1")), Stage::seen);
    const auto seen_at = find("c_1").seen_at;
    EXPECT_EQ(find("c_1").call, call_of("c_1"));
    ask(world_.sleep(1h));
    EXPECT_EQ(record(call_of("c_1")), Stage::seen);
    EXPECT_EQ(find("c_1").seen_at, seen_at);
    move_to("c_1", Stage::done, "a_1");
    EXPECT_EQ(record(call_of("c_1")), Stage::done);
    EXPECT_THAT(listed_ids({}), ElementsAre("c_1"));
}

TEST_P(LedgerTest, AFinishedCallThatChangedIsMatchedAgainWithItsActivity) {
    record(call_of("c_1"));
    auto entry = find("c_1");
    entry.stage = Stage::done;
    entry.contact_id = "501";
    entry.activity_id = "a_1";
    save(entry);
    auto changed = call_of("c_1");
    changed.transcript = "came in later";
    EXPECT_EQ(record(changed), Stage::matched);
    EXPECT_EQ(find("c_1").call, changed);
    EXPECT_EQ(find("c_1").activity_id, "a_1");
    EXPECT_EQ(find("c_1").contact_id, "501");
}

TEST_P(LedgerTest, OfACallThatComesTwiceAtOnceTheLaterFormStays) {
    record(call_of("c_1"));
    auto changed = call_of("c_1");
    changed.summary = "wants two quotes";
    ask(ledger_->record({changed, call_of("c_1")}, {}, start));
    EXPECT_EQ(pick_up("c_1").call.summary, "wants a quote");
    ask(ledger_->record({call_of("c_1"), changed}, {}, start));
    EXPECT_EQ(pick_up("c_1").call.summary, "wants two quotes");
}

TEST_P(LedgerTest, AParkedCallThatChangedIsTriedAgain) {
    record(call_of("c_1"));
    auto entry = find("c_1");
    entry.stage = Stage::parked;
    entry.reason = "the caller withheld the number";
    save(entry);
    EXPECT_EQ(record(call_of("c_1")), Stage::parked) << "nothing new";
    auto changed = call_of("c_1");
    changed.caller_phone = "+17035550123";
    EXPECT_EQ(record(changed), Stage::seen);
    EXPECT_EQ(find("c_1").reason, "");
    EXPECT_THAT(due_ids(start), ElementsAre("c_1"));
}

TEST_P(LedgerTest, ACallInProgressIsLeftAloneAndItsChangeAppliedAfterwards) {
    for (const auto stage : {Stage::matched, Stage::writing, Stage::written}) {
        const CallId id{to_string(stage)};
        record(call_of(id));
        move_to(id, stage, stage == Stage::written ? ActivityId{"a_1"} : ActivityId{});
        auto changed = call_of(id);
        changed.summary = "something else";
        EXPECT_EQ(record(changed), stage);
        EXPECT_EQ(find(id).call, call_of(id));
        move_to(id, Stage::done, "a_1");
        EXPECT_EQ(record(changed), Stage::matched);
        EXPECT_EQ(find(id).call, changed);
    }
}

TEST_P(LedgerTest, AnUnreadableRecordIsKeptRawAndParkedUntilItCanBeRead) {
    const UnreadableRecord record{"c_1", R"({"id":"c_1","callTimestamp":"soon"})", "no time"};
    const auto stages = ask(ledger_->record({}, {record}, start));
    EXPECT_THAT(stages, ElementsAre(Pair(CallId{"c_1"}, Stage::parked)));
    ask(ledger_->record({}, {record}, start + 1h));
    EXPECT_EQ(find("c_1").raw, record.raw);
    EXPECT_EQ(find("c_1").reason, "no time");
    EXPECT_EQ(find("c_1").seen_at, start);
    EXPECT_THAT(due_ids(start + 24h), IsEmpty());
    EXPECT_FALSE(ask(ledger_->retry("c_1")));
    this->record(call_of("c_1"));
    EXPECT_EQ(find("c_1").stage, Stage::seen);
    EXPECT_EQ(find("c_1").raw, "");
    EXPECT_EQ(find("c_1").call, call_of("c_1"));
}

TEST_P(LedgerTest, DueAreUnfinishedCallsWhoseTimeHasComeOldestFirst) {
    record(call_of("later", start - 1h));
    record(call_of("earlier", start - 2h));
    record(call_of("waiting", start - 3h));
    record(call_of("done", start - 4h));
    move_to("done", Stage::done, "a_1");
    auto waiting = find("waiting");
    waiting.not_before = start + 10min;
    save(waiting);
    EXPECT_THAT(due_ids(start), ElementsAre("earlier", "later"));
    EXPECT_THAT(due_ids(start, 1), ElementsAre("earlier"));
    EXPECT_THAT(due_ids(start + 10min - 1ms), SizeIs(2));
    EXPECT_THAT(due_ids(start + 10min), ElementsAre("waiting", "earlier", "later"));
}

TEST_P(LedgerTest, KnowsWhenTheNextCallIsDue) {
    EXPECT_EQ(ask(ledger_->next_due()), std::nullopt);
    record(call_of("c_1"));
    EXPECT_LE(*ask(ledger_->next_due()), start);
    auto entry = find("c_1");
    entry.not_before = start + 10min;
    save(entry);
    EXPECT_EQ(ask(ledger_->next_due()), start + 10min);
    move_to("c_1", Stage::parked);
    EXPECT_EQ(ask(ledger_->next_due()), std::nullopt);
}

Entry full_entry(Entry entry) {
    entry.stage = Stage::writing;
    entry.reason = "HubSpot answered 500";
    entry.phone = {"+15718308515", "12"};
    entry.contact_id = "501";
    entry.activity_id = "a_1";
    entry.found = true;
    entry.attempts = 3;
    entry.synced_at = start + 1ms;
    entry.not_before = start + 2ms;
    entry.tried_at = start + 3ms;
    return entry;
}

TEST_P(LastingLedgerTest, KeepsEverythingSavedAcrossReopening) {
    record(call_of("c_1"));
    const auto saved = full_entry(find("c_1"));
    save(saved);
    open();
    const auto read = find("c_1");
    EXPECT_EQ(read.call, saved.call);
    EXPECT_EQ(read.stage, saved.stage);
    EXPECT_EQ(read.reason, saved.reason);
    EXPECT_EQ(read.phone, saved.phone);
    EXPECT_EQ(read.contact_id, saved.contact_id);
    EXPECT_EQ(read.activity_id, saved.activity_id);
    EXPECT_EQ(read.found, saved.found);
    EXPECT_EQ(read.attempts, saved.attempts);
    EXPECT_EQ(read.seen_at, saved.seen_at);
    EXPECT_EQ(read.synced_at, saved.synced_at);
    EXPECT_EQ(read.not_before, saved.not_before);
    EXPECT_EQ(read.tried_at, saved.tried_at);
}

TEST_P(LedgerTest, ReopensOnlyDoneCallsThatHaveAnActivity) {
    for (const auto& id : std::vector<CallId>{"synced", "unsynced", "parked"}) record(call_of(id));
    move_to("synced", Stage::done, "a_1");
    move_to("unsynced", Stage::done);
    move_to("parked", Stage::parked, "a_2");
    ask(ledger_->reopen({"synced", "unsynced", "parked", "unknown"}));
    EXPECT_EQ(find("synced").stage, Stage::matched);
    EXPECT_EQ(find("synced").activity_id, "a_1");
    EXPECT_EQ(find("unsynced").stage, Stage::done);
    EXPECT_EQ(find("parked").stage, Stage::parked);
}

TEST_P(LedgerTest, RetriesWhatIsParkedOrWaiting) {
    for (const auto& id : std::vector<CallId>{"parked", "waiting", "fresh", "done"})
        record(call_of(id));
    move_to("parked", Stage::parked);
    move_to("done", Stage::done, "a_1");
    auto waiting = full_entry(find("waiting"));
    save(waiting);
    EXPECT_TRUE(ask(ledger_->retry("parked")));
    EXPECT_TRUE(ask(ledger_->retry("waiting")));
    EXPECT_FALSE(ask(ledger_->retry("fresh")));
    EXPECT_FALSE(ask(ledger_->retry("done")));
    EXPECT_FALSE(ask(ledger_->retry("unknown")));
    EXPECT_EQ(find("parked").stage, Stage::seen);
    EXPECT_EQ(find("waiting").stage, Stage::writing) << "the doubt stays";
    EXPECT_EQ(find("waiting").not_before, std::nullopt);
    EXPECT_EQ(find("waiting").tried_at, waiting.tried_at);
    EXPECT_THAT(due_ids(start), UnorderedElementsAre("parked", "waiting", "fresh"));
}

// --- What a person decides about a call ----------------------------------------------------------

TEST_P(LastingLedgerTest, ADismissedCallIsNeverDueEvenWhenItsRecordChanges) {
    record(call_of("c_1"));
    EXPECT_TRUE(ask(ledger_->dismiss("c_1", "spam")));
    open();
    EXPECT_EQ(find("c_1").stage, Stage::dismissed);
    EXPECT_EQ(find("c_1").reason, "spam");
    auto changed = call_of("c_1");
    changed.summary = "something else";
    EXPECT_EQ(record(changed), Stage::dismissed);
    EXPECT_EQ(find("c_1").reason, "spam");
    EXPECT_THAT(due_ids(start + 24h), IsEmpty());
    EXPECT_EQ(ask(ledger_->next_due()), std::nullopt);
    EXPECT_TRUE(ask(ledger_->retry("c_1")));
    EXPECT_EQ(find("c_1").stage, Stage::seen);
    EXPECT_EQ(find("c_1").reason, "");
    EXPECT_EQ(find("c_1").call, changed) << "its change is not lost";
    EXPECT_THAT(due_ids(start), ElementsAre("c_1"));
}

TEST_P(LedgerTest, ACallDismissedWithoutAReasonKeepsTheOldOne) {
    record(call_of("c_1"));
    auto entry = find("c_1");
    entry.stage = Stage::parked;
    entry.reason = "the caller withheld the number";
    save(entry);
    EXPECT_TRUE(ask(ledger_->dismiss("c_1", "")));
    EXPECT_EQ(find("c_1").reason, "the caller withheld the number");
    EXPECT_TRUE(ask(ledger_->dismiss("c_1", "a wrong number")));
    EXPECT_EQ(find("c_1").reason, "a wrong number");
}

TEST_P(LedgerTest, OnlyACallThatIsNotInHubSpotNorOnItsWayCanBeDismissed) {
    const std::map<CallId, std::pair<Stage, ActivityId>> expected{
        {"writing", {Stage::writing, ""}},
        {"written", {Stage::written, "a_1"}},
        {"done", {Stage::done, "a_2"}},
        {"changed", {Stage::matched, "a_3"}}};
    for (const auto& [id, where] : expected) {
        record(call_of(id));
        move_to(id, where.first, where.second);
        EXPECT_FALSE(ask(ledger_->dismiss(id, ""))) << id.text;
        EXPECT_FALSE(ask(ledger_->give_number(id, "+17035550123"))) << id.text;
        EXPECT_EQ(find(id).stage, where.first) << id.text;
    }
    for (const auto stage : {Stage::seen, Stage::matched, Stage::parked, Stage::dismissed}) {
        const CallId id{to_string(stage)};
        record(call_of(id));
        move_to(id, stage);
        EXPECT_TRUE(ask(ledger_->dismiss(id, ""))) << id.text;
    }
    record(call_of("refused"));
    move_to("refused", Stage::parked, "a_4");
    EXPECT_TRUE(ask(ledger_->dismiss("refused", ""))) << "its change is not synced";
    EXPECT_FALSE(ask(ledger_->dismiss("unknown", "")));
}

TEST_P(LedgerTest, AnUnreadableRecordCanBeDismissedAndBroughtBackButNotGivenANumber) {
    const UnreadableRecord unreadable{"c_1", R"({"id":"c_1"})", "no time"};
    ask(ledger_->record({}, {unreadable}, start));
    EXPECT_FALSE(ask(ledger_->give_number("c_1", "+17035550123")));
    EXPECT_TRUE(ask(ledger_->dismiss("c_1", "a test of theirs")));
    ask(ledger_->record({}, {unreadable}, start + 1h));
    EXPECT_EQ(find("c_1").stage, Stage::dismissed);
    EXPECT_TRUE(ask(ledger_->retry("c_1")));
    EXPECT_EQ(find("c_1").stage, Stage::parked) << "it is still unreadable";
    EXPECT_EQ(find("c_1").reason, "the record could not be understood");
    EXPECT_EQ(find("c_1").raw, unreadable.raw);
    EXPECT_THAT(due_ids(start + 24h), IsEmpty());
}

TEST_P(LastingLedgerTest, ANumberGivenByHandWinsOverTheRecordsEvenALaterOne) {
    auto call = call_of("c_1");
    call.caller_phone = "anonymous";
    record(call);
    auto entry = find("c_1");
    entry.stage = Stage::parked;
    entry.reason = "the caller withheld the number";
    save(entry);
    EXPECT_TRUE(ask(ledger_->give_number("c_1", "+17035550123")));
    open();
    entry = find("c_1");
    EXPECT_EQ(entry.stage, Stage::seen);
    EXPECT_EQ(entry.reason, "");
    EXPECT_EQ(entry.given_phone, "+17035550123");
    EXPECT_EQ(entry.call.caller_phone, "+17035550123");
    EXPECT_THAT(due_ids(start), ElementsAre("c_1"));
    entry.stage = Stage::done;
    entry.activity_id = "a_1";
    save(entry);
    call.caller_phone = "(571) 830-8515";
    EXPECT_EQ(record(call), Stage::matched);
    EXPECT_EQ(find("c_1").call.caller_phone, "+17035550123");
}

TEST_P(LedgerTest, ANewNumberDropsTheContactOfTheOldOne) {
    record(call_of("c_1"));
    auto entry = full_entry(find("c_1"));
    entry.stage = Stage::matched;
    entry.activity_id = {};
    save(entry);
    EXPECT_TRUE(ask(ledger_->give_number("c_1", "+17035550123")));
    entry = find("c_1");
    EXPECT_EQ(entry.stage, Stage::seen);
    EXPECT_EQ(entry.contact_id, "");
    EXPECT_EQ(entry.phone, PhoneNumber{});
    EXPECT_EQ(entry.attempts, 0);
    EXPECT_EQ(entry.not_before, std::nullopt);
}

// A run reads the rows, a person changes them, then the run saves them.
TEST_P(LedgerTest, APersonsChangeIsNotOverwrittenByARunThatReadTheRowBefore) {
    for (const auto& id : std::vector<CallId>{"dismissed", "given", "left"}) record(call_of(id));
    auto read = ask(ledger_->due(start, 10));
    ask(ledger_->dismiss("dismissed", "spam"));
    ask(ledger_->give_number("given", "+17035550123"));
    for (auto& entry : read) entry.stage = Stage::writing;
    const auto saved = ask(ledger_->save(read));
    ASSERT_THAT(saved, SizeIs(1));
    EXPECT_EQ(saved.front().call.id, "left");
    EXPECT_EQ(find("dismissed").stage, Stage::dismissed);
    EXPECT_EQ(find("given").stage, Stage::seen);
    EXPECT_EQ(find("left").stage, Stage::writing);
}

TEST_P(LedgerTest, ListsByTheApisStates) {
    for (const auto& id : std::vector<CallId>{"fresh", "failing", "parked", "done", "dismissed"})
        record(call_of(id));
    ask(ledger_->dismiss("dismissed", ""));
    auto failing = find("failing");
    failing.reason = "HubSpot answered 500";
    failing.not_before = start + 1h;
    save(failing);
    move_to("parked", Stage::parked);
    move_to("done", Stage::done, "a_1");
    EXPECT_THAT(listed_ids({.state = "pending"}), ElementsAre("fresh"));
    EXPECT_THAT(listed_ids({.state = "failed"}), ElementsAre("failing"));
    EXPECT_THAT(listed_ids({.state = "parked"}), ElementsAre("parked"));
    EXPECT_THAT(listed_ids({.state = "synced"}), ElementsAre("done"));
    EXPECT_THAT(listed_ids({.state = "dismissed"}), ElementsAre("dismissed"));
    EXPECT_THAT(ask(ledger_->count_by_state()),
                UnorderedElementsAre(Pair("pending", 1), Pair("failed", 1), Pair("parked", 1),
                                     Pair("synced", 1), Pair("dismissed", 1)));
}

TEST_P(LedgerTest, FindsTextInIdNameAndNumberInAnyCaseAndLiterally) {
    auto call = call_of("C_Alpha");
    call.caller_name = "Zoë O'Neil 100%";
    record(call);
    record(call_of("c_beta"));
    auto entry = find("c_beta");
    entry.phone = {"+442079460018", ""};
    save(entry);
    for (const auto* text : {"alpha", "ZOë", "o'neil", "0%"}) {
        EXPECT_THAT(listed_ids({.text = text}), ElementsAre("C_Alpha")) << text;
    }
    EXPECT_THAT(listed_ids({.text = "+4420"}), ElementsAre("c_beta"));
    EXPECT_THAT(listed_ids({.text = "830-8515"}), SizeIs(2));
    EXPECT_THAT(listed_ids({.text = "%"}), SizeIs(1));
    EXPECT_THAT(listed_ids({.text = "nobody"}), IsEmpty());
}

// Many share a time: the order is by time and id.
RC_GTEST_PROP(LedgerProperty, PagesOfAnySizeVisitEachCallOnceNewestFirst, ()) {
    sim::World world{1, start};
    sim::Workbench workbench{world};
    const ScratchFile file;
    Ledger ledger{backend_at(file.path()), Scope{}, workbench, start};
    std::vector<Call> calls;
    const int count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i) {
        calls.push_back(call_of(CallId{"c_" + std::to_string(i)},
                                start - std::chrono::minutes{*rc::gen::inRange(0, 5)}));
    }
    world.run(ledger.record(calls, {}, start));
    Selection selection{.limit = *rc::gen::inRange(1, 15)};
    std::vector<std::pair<UtcTime, std::string>> visited;
    do {
        const auto page = world.run(ledger.list(selection));
        RC_ASSERT(static_cast<int>(page.entries.size()) <= selection.limit);
        RC_ASSERT(visited.size() <= calls.size());
        for (const auto& entry : page.entries) {
            visited.emplace_back(entry.call.called_at, entry.call.id.text);
        }
        selection.cursor = page.next_cursor;
    } while (!selection.cursor.empty());
    RC_ASSERT(visited.size() == calls.size());
    RC_ASSERT(std::ranges::is_sorted(visited, std::greater{}));
    RC_ASSERT(std::ranges::adjacent_find(visited) == visited.end());
}

TEST_P(LedgerTest, CountsAContactsCallsByWhoWroteThem) {
    for (int i = 1; i <= 4; ++i) {
        const CallId id{"c_" + std::to_string(i)};
        record(call_of(id, start - 10h + i * 1h));
        auto entry = find(id);
        entry.contact_id = "501";
        entry.stage = i < 4 ? Stage::done : Stage::writing;
        entry.activity_id = i < 4 ? ActivityId{"a_" + std::to_string(i)} : ActivityId{};
        entry.found = i == 1;
        save(entry);
    }
    ask(ledger_->meet_contacts({{"501", 7}}));
    ask(ledger_->meet_contacts({{"501", 99}}));
    const auto histories = ask(ledger_->histories({"501", "502"}));
    ASSERT_THAT(histories, SizeIs(1));
    const auto& history = histories.at("501");
    EXPECT_EQ(history.newest.id, "c_3") << "only written calls count";
    EXPECT_EQ(history.found, 1);
    EXPECT_EQ(history.written, 2);
    EXPECT_EQ(history.base, 7) << "the count at first sight";
    EXPECT_EQ(history.stamping_since, std::nullopt);
}

TEST_P(LastingLedgerTest, AStampInDoubtIsKeptUntilItsOutcomeIsKnown) {
    record(call_of("c_1", start));
    auto entry = find("c_1");
    entry.contact_id = "501";
    entry.stage = Stage::written;
    entry.activity_id = "a_1";
    save(entry);
    ask(ledger_->meet_contacts({{"501", 0}, {"502", 0}}));
    ask(ledger_->note_stamps({{"501", start}}));
    open();
    EXPECT_EQ(ask(ledger_->histories({"501"})).at("501").stamping_since, start);
    ask(ledger_->follow_merge("501", "502"));
    EXPECT_EQ(ask(ledger_->histories({"502"})).at("502").stamping_since, start);
    ask(ledger_->note_stamps({{"502", std::nullopt}}));
    EXPECT_EQ(ask(ledger_->histories({"502"})).at("502").stamping_since, std::nullopt);
}

TEST_P(LedgerTest, AMergedContactKeepsTheCallsAndCountsOfBoth) {
    int number = 0;
    for (const auto& contact : std::vector<ContactId>{"501", "502"}) {
        const CallId id{"c_" + std::to_string(++number)};
        record(call_of(id, start - std::chrono::hours{number}));
        auto entry = find(id);
        entry.contact_id = contact;
        entry.stage = Stage::done;
        entry.activity_id = ActivityId{"a_" + std::to_string(number)};
        save(entry);
    }
    const PhoneNumber number_of_first{"+15718308515", ""};
    ask(ledger_->know_contacts({{number_of_first, {"501", {}}}}));
    ask(ledger_->meet_contacts({{"501", 3}, {"502", 4}}));
    ask(ledger_->follow_merge("501", "502"));
    const auto histories = ask(ledger_->histories({"501", "502"}));
    ASSERT_THAT(histories, SizeIs(1));
    EXPECT_EQ(histories.at("502").written, 2);
    EXPECT_EQ(histories.at("502").base, 7);
    EXPECT_EQ(histories.at("502").newest.id, "c_1");
    EXPECT_EQ(ask(ledger_->known_contacts({number_of_first})).at(number_of_first).contact_id,
              "502");
}

TEST_P(LastingLedgerTest, AMergeIsOpenUntilItsSurvivorIsStamped) {
    ask(ledger_->begin_merges({{.keep = "501",
                                .loser = "502",
                                .keep_count = 3,
                                .loser_count = 4,
                                .snapshot = "{}",
                                .stamp = "{\"a\":\"1\"}"}}));
    open();
    auto merges = ask(ledger_->open_merges());
    ASSERT_THAT(merges, SizeIs(1));
    EXPECT_EQ(merges[0].survivor, "");
    ask(ledger_->settle_merge("502", "777"));
    ask(ledger_->settle_merge("502", "777"));
    ask(ledger_->follow_merge("777", "778"));
    merges = ask(ledger_->open_merges());
    ASSERT_THAT(merges, SizeIs(1));
    EXPECT_EQ(merges[0].survivor, "778");
    EXPECT_EQ(merges[0].stamp, "{\"a\":\"1\"}");
    ask(ledger_->note_stamped("502"));
    EXPECT_THAT(ask(ledger_->open_merges()), IsEmpty());
    EXPECT_EQ(ask(ledger_->find_merge("502"))->snapshot, "{}");
    EXPECT_FALSE(ask(ledger_->find_merge("501")));
    record(call_of("c_1"));
    auto entry = find("c_1");
    entry.contact_id = "778";
    entry.stage = Stage::done;
    entry.activity_id = "a_1";
    save(entry);
    EXPECT_EQ(ask(ledger_->histories({"778"})).at("778").base, 7);
}

TEST_P(LastingLedgerTest, KnowsContactsByNumberAndExtension) {
    const PhoneNumber plain{"+15718308515", ""}, twelve{"+15718308515", "12"};
    const PhoneNumber other{"+17035550123", ""};
    ask(ledger_->know_contacts({{plain, {"501", {}}}, {twelve, {"", start}}}));
    auto known = ask(ledger_->known_contacts({plain, twelve, other}));
    ASSERT_THAT(known, SizeIs(2));
    EXPECT_EQ(known.at(plain).contact_id, "501");
    EXPECT_EQ(known.at(plain).creating_since, std::nullopt);
    EXPECT_EQ(known.at(twelve).contact_id, "");
    EXPECT_EQ(known.at(twelve).creating_since, start);
    ask(ledger_->know_contacts({{twelve, {"502", {}}}}));
    ask(ledger_->forget_contacts({plain}));
    open();
    known = ask(ledger_->known_contacts({plain, twelve}));
    ASSERT_THAT(known, SizeIs(1));
    EXPECT_EQ(known.at(twelve).contact_id, "502");
    EXPECT_EQ(known.at(twelve).creating_since, std::nullopt);
}

TEST_P(LedgerTest, KeepsRunsNewestFirst) {
    ask(ledger_->save_run("run_1", start, R"({"n":1})"));
    ask(ledger_->save_run("run_2", start + 1h, R"({"n":2})"));
    ask(ledger_->save_run("run_1", start, R"({"n":3})"));
    EXPECT_THAT(ask(ledger_->runs(10)), ElementsAre(R"({"n":2})", R"({"n":3})"));
    EXPECT_THAT(ask(ledger_->runs(1)), ElementsAre(R"({"n":2})"));
    EXPECT_EQ(ask(ledger_->find_run("run_2")), R"({"n":2})");
    EXPECT_EQ(ask(ledger_->find_run("run_3")), std::nullopt);
}

TEST_P(LedgerTest, KeepsTheRunsOfThirtyDaysOrTheLastThousandWhicheverAreMore) {
    for (int i = 0; i < 1'100; ++i) {
        ask(ledger_->save_run("daily_" + std::to_string(i), start + i * 24h, "{}"));
    }
    EXPECT_THAT(ask(ledger_->runs(2'000)), SizeIs(1'000));
    EXPECT_EQ(ask(ledger_->find_run("daily_99")), std::nullopt);
    EXPECT_EQ(ask(ledger_->find_run("daily_100")), "{}");
    const auto later = start + 1'200 * 24h;
    for (int i = 0; i < 1'500; ++i) {
        ask(ledger_->save_run("half_hourly_" + std::to_string(i), later + i * 30min, "{}"));
    }
    EXPECT_THAT(ask(ledger_->runs(2'000)), SizeIs(30 * 48 + 1));
}

TEST_P(LedgerTest, RecordsOfWhichNothingIsKnownAreKeptUpToALimitAndTheRestAreCounted) {
    const auto nameless = [](int n) {
        return UnreadableRecord{CallId{"unreadable:" + std::to_string(n)}, std::to_string(n),
                                "no id"};
    };
    std::vector<UnreadableRecord> listed;
    for (int n = 0; n < 10'050; ++n) listed.push_back(nameless(n));
    const auto stages = ask(ledger_->record({}, listed, start));
    EXPECT_THAT(stages, SizeIs(10'050)) << "each has a result in the run's report";
    EXPECT_EQ(stages.at("unreadable:10049"), Stage::parked);
    EXPECT_EQ(ask(ledger_->count_by_state()).at("parked"), 10'001);
    EXPECT_THAT(find("unreadable:more").reason, testing::StartsWith("50 more records"));
    EXPECT_EQ(find("unreadable:more").raw, "10049");
    // The same record again changes nothing.
    ask(ledger_->record({}, {nameless(7)}, start));
    EXPECT_EQ(ask(ledger_->count_by_state()).at("parked"), 10'001);
    EXPECT_THAT(find("unreadable:more").reason, testing::StartsWith("50 more records"));
    // Dismissing one makes room for one.
    EXPECT_TRUE(ask(ledger_->dismiss("unreadable:3", "")));
    ask(ledger_->record({}, {nameless(10'200), nameless(10'201)}, start));
    EXPECT_EQ(find("unreadable:10200").raw, "10200");
    EXPECT_THAT(find("unreadable:more").reason, testing::StartsWith("51 more records"));
}

// Runs have their own ledger thread: with a million calls, eight searches blocked it for 100 s.
class NobodyWrites : public Database {
  public:
    void post(std::function<void()>) override {}
    Task<> run(std::function<void()>) override {
        throw std::logic_error{"an interactive query used the thread of the runs"};
    }
};

TEST_P(LastingLedgerTest, InteractiveQueriesDoNotUseTheThreadOfTheRuns) {
    record(call_of("c_1"));
    ask(ledger_->save_run("run_1", start, "{}"));
    NobodyWrites runs;
    Ledger asked{backend_, Scope{}, runs, workbench_, start};
    EXPECT_THAT(ask(asked.list({.state = {}, .text = "jane", .cursor = {}})).entries, SizeIs(1));
    EXPECT_EQ(ask(asked.count_by_state()).at("pending"), 1);
    EXPECT_THAT(ask(asked.history(start - 24h, 24h)), SizeIs(1));
    EXPECT_THAT(ask(asked.runs(10)), SizeIs(1));
    EXPECT_EQ(ask(asked.find_run("run_1")), "{}");
    const auto before = ask(asked.pulse());
    record(call_of("c_2"));
    EXPECT_NE(ask(asked.pulse()), before);
}

TEST_P(LedgerTest, ANumberIsFoundInAnyFormat) {
    auto listed = call_of("c_listed");
    listed.caller_phone = "(571) 830-8515";
    record(listed);
    auto matched = call_of("c_matched", start - 2h);
    matched.caller_phone = "571.830.8515";
    record(matched);
    auto entry = find("c_matched");
    entry.phone = {"+15718308515", ""};
    save(entry);
    const auto found = [&](const std::string& text) {
        return listed_ids({.state = {}, .text = text, .cursor = {}});
    };
    for (const auto* text : {"5718308515", "571-830-8515", "(571) 830", "571 830 85", "308515"}) {
        EXPECT_THAT(found(text), ElementsAre("c_listed", "c_matched")) << text;
    }
    // With the country code only if it is known: listed with it, or matched.
    for (const auto* text : {"+15718308515", "1 571 830", "+1 (571) 830-8515"}) {
        EXPECT_THAT(found(text), ElementsAre("c_matched")) << text;
    }
    EXPECT_THAT(found("571 830 8516"), IsEmpty());
    EXPECT_THAT(found("C_LIST"), ElementsAre("c_listed"));
    EXPECT_THAT(found("jane d"), SizeIs(2));
    EXPECT_THAT(found("j"), SizeIs(2)) << "the index needs three characters";
    EXPECT_THAT(found("\"jane"), IsEmpty());
    EXPECT_THAT(found("e\nj"), IsEmpty());
}

// A frequent or short text is searched step by step, newest first.
TEST_P(LedgerTest, APageOfASearchScansAFewCallsAndTheNextContinues) {
    for (int first = 0; first < 45'000; first += 1'000) {
        std::vector<Call> calls;
        for (int i = first; i < first + 1'000; ++i) {
            calls.push_back({.id = CallId{"c_" + std::to_string(i)}, .called_at = start - i * 1s});
        }
        if (first == 44'000) calls.back().caller_name = "Xi";
        ask(ledger_->record(std::move(calls), {}, start));
    }
    Selection selection{.state = {}, .text = "xi", .cursor = {}};
    std::vector<std::string> found;
    int pages = 0;
    do {
        auto listed = ask(ledger_->list(selection));
        for (const auto& entry : listed.entries) found.push_back(entry.call.id.text);
        selection.cursor = listed.next_cursor;
        ++pages;
    } while (!selection.cursor.empty());
    EXPECT_THAT(found, ElementsAre("c_44999"));
    EXPECT_EQ(pages, 3);
    selection.text = "c_4";
    auto first = ask(ledger_->list(selection));
    EXPECT_THAT(first.entries, SizeIs(50));
}

TEST_P(LedgerTest, AChangedRecordIsFoundByItsNewText) {
    record(call_of("c_1"));
    auto changed = call_of("c_1");
    changed.caller_name = "Mary Poppins";
    record(changed);
    ask(ledger_->due(start, 1));
    EXPECT_THAT(listed_ids({.state = {}, .text = "poppins", .cursor = {}}), ElementsAre("c_1"));
    EXPECT_THAT(listed_ids({.state = {}, .text = "jane", .cursor = {}}), IsEmpty());
}

TEST_P(LedgerTest, AForgottenCallersDataDoesNotComeBack) {
    const PhoneNumber jane_doe{"+15718308515", ""};
    for (const auto& id : std::vector<CallId>{"c_done", "c_parked", "c_withheld"})
        record(call_of(id));
    auto entry = find("c_done");
    entry.stage = Stage::done;
    entry.activity_id = "a_1";
    entry.contact_id = "501";
    entry.phone = jane_doe;
    save(entry);
    move_to("c_parked", Stage::parked);
    ask(ledger_->record({}, {{"c_odd", R"({"id":"c_odd","from":"571-830-8515"})", "no time"}},
                        start));
    ask(ledger_->know_contacts({{jane_doe, {"501", {}}}}));
    ask(ledger_->begin_merges({{.keep = "501", .loser = "502", .snapshot = "Jane Doe"}}));
    auto other = call_of("c_other");
    other.caller_phone = "+17035550123";
    other.caller_name = "Ada Lovelace";
    record(other);

    const auto refused = ask(ledger_->forget_caller(jane_doe, "US", start + 1h));
    EXPECT_EQ(refused.in_hand, 1) << "c_withheld is on its way";
    EXPECT_EQ(refused.calls, 0);
    EXPECT_EQ(find("c_done").call, call_of("c_done"));
    ask(ledger_->dismiss("c_withheld", ""));
    EXPECT_EQ(ask(ledger_->forget_caller(jane_doe, "US", start + 1h)).calls, 4);

    EXPECT_THAT(ask(ledger_->known_contacts({jane_doe})), IsEmpty());
    EXPECT_EQ(find("c_done").activity_id, "a_1");
    EXPECT_EQ(find("c_done").stage, Stage::done);
    EXPECT_EQ(find("c_parked").stage, Stage::dismissed);
    EXPECT_EQ(find("c_other").call.caller_name, "Ada Lovelace");
    // Listed again, changed or not, it stays forgotten.
    auto changed = call_of("c_done");
    changed.transcript = "came in later";
    EXPECT_EQ(record(call_of("c_done")), Stage::done);
    EXPECT_EQ(record(changed), Stage::done);
    EXPECT_EQ(record(call_of("c_parked")), Stage::dismissed);
    EXPECT_EQ(find("c_done").call.transcript, "");
    EXPECT_FALSE(ask(ledger_->retry("c_parked")));
    ask(ledger_->reopen({"c_done"}));
    EXPECT_EQ(find("c_done").stage, Stage::done);
}

TEST_P(LedgerTest, TheContentOfOldCallsIsDeletedAndTheyAreStillKnown) {
    record(call_of("c_old", start - 24h * 100));
    record(call_of("c_young"));
    record(call_of("c_waiting", start - 24h * 100));
    move_to("c_old", Stage::done, "a_1");
    move_to("c_young", Stage::done, "a_2");
    EXPECT_EQ(ask(ledger_->forget_made_before(start - 24h * 90, 10)), 1);
    EXPECT_EQ(ask(ledger_->forget_made_before(start - 24h * 90, 10)), 0);
    EXPECT_EQ(find("c_old").call.caller_name, "");
    EXPECT_EQ(find("c_old").activity_id, "a_1");
    EXPECT_THAT(find("c_old").reason, HasSubstr("RETENTION"));
    EXPECT_EQ(find("c_young").call.caller_name, "Jane Doe");
    EXPECT_EQ(find("c_waiting").call.caller_name, "Jane Doe");
    EXPECT_THAT(listed_ids({.state = {}, .text = "c_old", .cursor = {}}), IsEmpty());
    EXPECT_EQ(record(call_of("c_old", start - 24h * 100)), Stage::done);
}

TEST_P(LastingLedgerTest, RemembersTheLastValue) {
    EXPECT_EQ(ask(ledger_->recall("read_until")), std::nullopt);
    ask(ledger_->remember("read_until", "one"));
    ask(ledger_->remember("read_until", "two"));
    open();
    EXPECT_EQ(ask(ledger_->recall("read_until")), "two");
}

TEST_P(LastingLedgerTest, KeepsItsCreationTime) {
    ask(world_.sleep(24h));
    open();
    EXPECT_EQ(ledger_->born_at(), start);
}

TEST_P(LastingLedgerTest, KeepsTheCallsOfBridgesApart) {
    record(call_of("c_1"));
    Ledger other{backend_, Scope{.bridge = "other"}, workbench_, start};
    EXPECT_EQ(ask(other.find("c_1")), std::nullopt);
    EXPECT_THAT(ask(other.due(start, 10)), IsEmpty());
    ask(other.record({call_of("c_1", start - 2h)}, {}, start));
    EXPECT_EQ(find("c_1").call.called_at, start - 1h);
}

const PhoneNumber jane{"+15718308515", ""};

// Two bridges into one portal, with the same contact properties.
class AccountTest : public LastingLedgerTest {
  protected:
    Ledger north_{backend_, {"north", "123", "goodcall_"}, workbench_, start};
    Ledger south_{backend_, {"south", "123", "goodcall_"}, workbench_, start};

    void sync(Ledger& ledger, const CallId& call_id, UtcTime called_at) {
        ask(ledger.record({call_of(call_id, called_at)}, {}, start));
        auto entry = ask(ledger.find(call_id)).value();
        entry.stage = Stage::done;
        entry.contact_id = "501";
        entry.activity_id = ActivityId{"a_" + call_id.text};
        ask(ledger.save({std::move(entry)}));
    }
};
INSTANTIATE_TEST_SUITE_P(Kinds, AccountTest, testing::ValuesIn(lasting_kinds()), name_of);

TEST_P(AccountTest, BridgesOfOnePortalShareItsContacts) {
    ask(north_.know_contacts({{jane, {"501", {}}}}));
    EXPECT_EQ(ask(south_.known_contacts({jane})).at(jane).contact_id, "501");
    Ledger elsewhere{backend_, {"east", "999", "goodcall_"}, workbench_, start};
    EXPECT_THAT(ask(elsewhere.known_contacts({jane})), IsEmpty());
    ask(south_.forget_contacts({jane}));
    EXPECT_THAT(ask(north_.known_contacts({jane})), IsEmpty());
}

TEST_P(AccountTest, AContactsCallsAreCountedAcrossTheBridgesThatStampTheSameProperties) {
    ask(north_.meet_contacts({{"501", 7}}));
    ask(south_.meet_contacts({{"501", 8}}));
    sync(north_, "n_1", start - 2h);
    sync(south_, "s_1", start - 1h);
    const auto history = ask(north_.histories({"501"})).at("501");
    EXPECT_EQ(history.written, 2);
    EXPECT_EQ(history.base, 7);
    EXPECT_EQ(history.newest.id, "s_1");
    Ledger other_prefix{backend_, {"west", "123", "ruby_"}, workbench_, start};
    EXPECT_THAT(ask(other_prefix.histories({"501"})), IsEmpty());
}

TEST_P(AccountTest, AMergeIsFollowedByAllBridgesOfThePortal) {
    ask(north_.meet_contacts({{"501", 7}}));
    sync(north_, "n_1", start - 2h);
    sync(south_, "s_1", start - 1h);
    ask(south_.follow_merge("501", "777"));
    EXPECT_EQ(ask(north_.find("n_1"))->contact_id, "777");
    const auto history = ask(north_.histories({"777"})).at("777");
    EXPECT_EQ(history.written, 2);
    EXPECT_EQ(history.base, 7);
}

// As when further bridges are added to a single one.
TEST_P(AccountTest, WhatASingleBridgeKnewIsSharedWithItsPortal) {
    ask(ledger_->know_contacts({{jane, {"501", {}}}}));
    ask(ledger_->meet_contacts({{"501", 7}}));
    sync(*ledger_, "c_1", start - 3h);
    Ledger joined{backend_, {"main", "123", "goodcall_"}, workbench_, start};
    EXPECT_EQ(ask(south_.known_contacts({jane})).at(jane).contact_id, "501");
    sync(south_, "s_1", start - 1h);
    const auto history = ask(joined.histories({"501"})).at("501");
    EXPECT_EQ(history.written, 2);
    EXPECT_EQ(history.base, 7);
    // Without a configured portal it is still the same.
    Ledger again{backend_, {"main", "", "goodcall_"}, workbench_, start};
    EXPECT_EQ(ask(again.histories({"501"})).at("501").written, 2);
}

TEST_P(LastingLedgerTest, KeepsTasksAndThoseInDoubtAcrossReopening) {
    ask(ledger_->know_tasks({{"c_1", {"", start}}, {"c_2", {"t_2", {}}}, {"c_3", {"", {}}}}));
    ask(ledger_->know_tasks({{"c_1", {"t_1", {}}}, {"c_3", {"", start + 1s}}}));
    open();
    const auto known = ask(ledger_->known_tasks({"c_1", "c_2", "c_3", "c_4"}));
    ASSERT_THAT(known, SizeIs(3));
    EXPECT_EQ(known.at("c_1").task_id, "t_1");
    EXPECT_FALSE(known.at("c_1").creating_since);
    EXPECT_EQ(known.at("c_2").task_id, "t_2");
    EXPECT_EQ(known.at("c_3").task_id, "");
    EXPECT_EQ(known.at("c_3").creating_since, start + 1s);
}

TEST_P(LedgerTest, KeepsThatACallWasMissed) {
    auto call = call_of("c_1");
    call.missed = true;
    record(call);
    EXPECT_EQ(find("c_1").call, call);
}

// --- What the processes on a ledger share --------------------------------------------------------

TEST_P(LedgerTest, WhatIsKeptOfACallStaysUntilItIsListedWhole) {
    ask(ledger_->record({call_of("c_1")}, {{"c_1", R"({"odd":1})", ""}}, start));
    EXPECT_EQ(find("c_1").raw, R"({"odd":1})");
    ask(ledger_->record({call_of("c_1")}, {{"c_1", "", ""}}, start));
    EXPECT_EQ(find("c_1").raw, R"({"odd":1})") << "its record was not read again";
    ask(ledger_->record({call_of("c_1")}, {{"c_1", R"({"odd":2})", ""}}, start));
    EXPECT_EQ(find("c_1").raw, R"({"odd":2})");
    record(call_of("c_1"));
    EXPECT_EQ(find("c_1").raw, "");
    EXPECT_THAT(ask(ledger_->record({}, {{"c_2", "", ""}}, start)),
                ElementsAre(Pair(CallId{"c_2"}, Stage::parked)));
    EXPECT_FALSE(ask(ledger_->find("c_2"))) << "there is nothing to keep of it";
}

TEST_P(LedgerTest, KeptRecordsAreReadInOrderAndGoOverToTheCallThatTheyBecame) {
    ask(ledger_->record({call_of("c_1")},
                        {{"unreadable:2", "two", "no id"},
                         {"c_1", "one", ""},
                         {"unreadable:3", "three", "no id"},
                         {"unreadable:3", "three again", "no time"}},
                        start));
    const auto keys = [&](const CallId& after, int limit) {
        std::vector<std::string> found;
        for (const auto& record : ask(ledger_->kept_records(after, limit))) {
            found.push_back(record.key.text + '=' + record.raw);
        }
        return found;
    };
    EXPECT_THAT(keys("", 2), ElementsAre("c_1=one", "unreadable:2=two"));
    EXPECT_THAT(keys("unreadable:2", 2), ElementsAre("unreadable:3=three again"));
    EXPECT_EQ(find("unreadable:3").reason, "no time");
    EXPECT_TRUE(ask(ledger_->dismiss("unreadable:2", "a test call")));
    ask(ledger_->record({call_of("c_2"), call_of("c_3")}, {}, start));
    ask(ledger_->settle_kept("unreadable:2", "c_2"));
    ask(ledger_->settle_kept("unreadable:3", "c_3"));
    ask(ledger_->settle_kept("c_1", ""));
    EXPECT_THAT(keys("", 9), IsEmpty());
    EXPECT_EQ(find("c_2").stage, Stage::dismissed) << "as somebody had decided";
    EXPECT_EQ(find("c_2").reason, "a test call");
    EXPECT_EQ(find("c_3").stage, Stage::seen);
    EXPECT_EQ(find("c_1").stage, Stage::seen);
    EXPECT_FALSE(ask(ledger_->find("unreadable:2")));
}

TEST_P(LedgerTest, AWaitThatOnlyAWrongClockCanHaveMadeEnds) {
    ask(ledger_->record({call_of("c_1"), call_of("c_2")}, {}, start));
    for (const auto& [id, wait] : {std::pair{CallId{"c_1"}, 1h}, std::pair{CallId{"c_2"}, 72h}}) {
        auto entry = find(id);
        entry.not_before = start + wait;
        entry.reason = "HubSpot does not answer";
        save(entry);
    }
    ask(ledger_->end_waits_after(start + 24h));
    EXPECT_THAT(due_ids(start), ElementsAre("c_2"));
    EXPECT_EQ(ask(ledger_->next_due()), UtcTime{});
}

TEST_P(LedgerTest, AWaitingCallWithoutAReasonOfItsOwnIsGivenOne) {
    ask(ledger_->record({call_of("c_1"), call_of("c_2"), call_of("c_3")}, {}, start));
    auto entry = find("c_2");
    entry.reason = "the contact is in doubt";
    entry.not_before = start + 1h;
    save(entry);
    move_to("c_3", Stage::done, "a_3");
    ask(ledger_->explain_waiting("the run stopped"));
    EXPECT_EQ(find("c_1").reason, "the run stopped");
    EXPECT_EQ(find("c_2").reason, "the contact is in doubt");
    EXPECT_EQ(find("c_3").reason, "");
}

TEST_P(LedgerTest, KnowsHowManyCallsHaveNoContactAndWhichHasWaitedLongest) {
    EXPECT_FALSE(ask(ledger_->oldest_unfinished()));
    ask(ledger_->record({call_of("c_1")}, {}, start));
    ask(ledger_->record({call_of("c_2")}, {}, start + 1min));
    ask(ledger_->record({call_of("c_3")}, {}, start + 2min));
    EXPECT_EQ(ask(ledger_->count_unmatched()), 3);
    EXPECT_EQ(ask(ledger_->oldest_unfinished())->call.id, CallId{"c_1"});
    move_to("c_1", Stage::done, "a_1");
    move_to("c_2", Stage::matched);
    EXPECT_EQ(ask(ledger_->count_unmatched()), 1);
    EXPECT_EQ(ask(ledger_->oldest_unfinished())->call.id, CallId{"c_2"});
    EXPECT_THAT(ask(ledger_->stages({"c_1", "c_2", "c_9"})),
                ElementsAre(Pair(CallId{"c_1"}, Stage::done), Pair(CallId{"c_2"}, Stage::matched)));
}

TEST_P(LedgerTest, ACallThatMovedIsTakenOffTheContactsCountThatItLeft) {
    ask(ledger_->record({call_of("c_1")}, {}, start));
    ask(ledger_->meet_contacts({{"old", 3}, {"new", 0}}));
    auto entry = find("c_1");
    entry.stage = Stage::matched;
    entry.activity_id = ActivityId{"a_1"};
    entry.contact_id = ContactId{"new"};
    entry.leaving = ContactId{"old"};
    entry.found = true;
    save(entry);
    EXPECT_EQ(ask(ledger_->settle_move(entry)).leaving, ContactId{});
    EXPECT_EQ(find("c_1").leaving, ContactId{});
    const auto histories = ask(ledger_->histories({"old", "new"}));
    EXPECT_EQ(histories.at("old").base, 2);
    EXPECT_EQ(histories.at("new").found, 0);
    EXPECT_EQ(histories.at("new").written, 1);
}

TEST_P(LastingLedgerTest, KeepsGapsUntilTheyHaveBeenRead) {
    using ledger::Gap;
    const auto gap = [](UtcTime since, int attempts) {
        return Gap{{since, since + 1h}, start, "500 for each request", attempts, start + 2h};
    };
    const auto begins = [&] {
        std::vector<std::pair<UtcTime, int>> found;
        for (const auto& one : ask(ledger_->gaps())) {
            EXPECT_EQ(one.reason, "500 for each request");
            EXPECT_EQ(one.next_try, start + 2h);
            found.emplace_back(one.range.since, one.attempts);
        }
        return found;
    };
    ask(ledger_->replace_gaps({start - 9h, start}, {gap(start - 2h, 1), gap(start - 8h, 1)}));
    open();
    EXPECT_THAT(begins(), ElementsAre(Pair(start - 8h, 1), Pair(start - 2h, 1)));
    ask(ledger_->replace_gaps({start - 3h, start}, {gap(start - 2h, 2)}));
    EXPECT_THAT(begins(), ElementsAre(Pair(start - 8h, 1), Pair(start - 2h, 2)));
    ask(ledger_->replace_gaps({start - 9h, start}, {}));
    EXPECT_THAT(begins(), IsEmpty());
}

TEST_P(LedgerTest, CountsCallsByTheirTimeAndState) {
    ask(ledger_->record({call_of("c_1", start - 3h), call_of("c_2", start - 150min),
                         call_of("c_3", start - 30min), call_of("c_4", start - 50h)},
                        {}, start));
    move_to("c_1", Stage::done, "a_1");
    const auto tallies = ask(ledger_->history(start - 24h, 1h));
    ASSERT_THAT(tallies, SizeIs(2));
    EXPECT_EQ(tallies[0].since, start - 3h);
    EXPECT_EQ(tallies[0].calls.at("synced"), 1);
    EXPECT_EQ(tallies[0].calls.at("pending"), 1);
    EXPECT_EQ(tallies[1].calls.at("pending"), 1);
    EXPECT_EQ(tallies[1].calls.at("synced"), 0);
}

TEST_P(LedgerTest, ACallOfWhichOnlyTheIdIsBelievedWaitsForItsDetail) {
    ask(ledger_->keep_for_detail({"c_1", R"({"id":"c_1"})", ""}, start));
    ask(ledger_->keep_for_detail({"c_1", R"({"id":"another"})", ""}, start));
    EXPECT_TRUE(find("c_1").waits_for_detail());
    EXPECT_EQ(find("c_1").raw, R"({"id":"c_1"})");
    EXPECT_THAT(due_ids(start), ElementsAre("c_1"));
    EXPECT_THAT(ask(ledger_->kept_records("", 9)), IsEmpty()) << "nothing of it is believed";
    record(call_of("c_1"));
    EXPECT_FALSE(pick_up("c_1").waits_for_detail());
    ask(ledger_->keep_for_detail({"c_1", "later", ""}, start));
    EXPECT_EQ(find("c_1").call, call_of("c_1"));
    EXPECT_EQ(find("c_1").raw, "");
}

// An event comes while this machine's clock is days behind; the answer about its call shows the
// platform's time.
TEST_P(LedgerTest, ACallThatWasKeptForItsDetailIsDatedByTheDetail) {
    ask(ledger_->keep_for_detail({"c_1", R"({"id":"c_1"})", ""}, start - 72h));
    ask(ledger_->record({}, {{"c_2", R"({"id":"c_2"})", "no time"}}, start - 72h));
    ask(ledger_->record({call_of("c_1", start), call_of("c_2", start)}, {}, start));
    for (const auto& id : {CallId{"c_1"}, CallId{"c_2"}}) {
        EXPECT_EQ(pick_up(id).placed_at, start) << id.text;
        EXPECT_EQ(find(id).seen_at, start) << id.text;
    }
}

TEST_P(LedgerTest, CountsTheCallsThatAWebhookBroughtOrNamed) {
    auto pushed = call_of("c_1");
    pushed.pushed = true;
    record(call_of("c_2"));
    EXPECT_FALSE(ask(ledger_->arrivals(start - 24h)).last_pushed_at);
    record(pushed);
    const auto arrivals = ask(ledger_->arrivals(start - 24h));
    EXPECT_EQ(arrivals.calls, 2);
    EXPECT_EQ(arrivals.pushed, 1);
    EXPECT_TRUE(arrivals.last_pushed_at);
    EXPECT_EQ(ask(ledger_->arrivals(start)).calls, 0);
}

TEST_P(LedgerTest, AnOlderEventDoesNotUndoANewerOne) {
    const auto sent = [](UtcTime at, const std::string& summary) {
        auto call = call_of("c_1");
        call.summary = summary;
        call.event = EventAge{.rank = 0, .at = at};
        call.pushed = true;
        return call;
    };
    record(sent(start, "newer"));
    record(sent(start - 1min, "older"));
    record(sent(start, "newer"));
    EXPECT_EQ(pick_up("c_1").call.summary, "newer");
    record(sent(start + 2min, "newer"));
    record(sent(start + 1min, "in between"));
    EXPECT_EQ(pick_up("c_1").call.summary, "newer");
    record(sent(start + 3min, "newest"));
    EXPECT_EQ(pick_up("c_1").call.summary, "newest");
}

TEST_P(LastingLedgerTest, ARunLockExcludesAnotherUntilItIsReleased) {
    {
        const auto first = ask(ledger_->try_lock(""));
        ASSERT_TRUE(first);
        EXPECT_FALSE(ask(ledger_->try_lock("")));
        EXPECT_FALSE(backend_at(GetParam().location(file_))->try_lock("", workbench_))
            << "as others see it";
    }
    EXPECT_TRUE(ask(ledger_->try_lock("")));
}

TEST_P(LastingLedgerTest, TheRunLockOfOneAccountDoesNotLockOthers) {
    const auto first = ask(ledger_->try_lock("123"));
    EXPECT_FALSE(ask(ledger_->try_lock("123")));
    EXPECT_TRUE(ask(ledger_->try_lock("123.next")));
    EXPECT_TRUE(ask(ledger_->try_lock("999")));
    EXPECT_TRUE(ask(ledger_->try_lock("")));
}

// The texts keep the bookings of HubSpot's rate limit: a lost change would be a slot booked twice.
TEST_P(LastingLedgerTest, ConcurrentChangesOfSharedTextsAreAllKept) {
    constexpr int processes = 4, changes = 100;
    const auto location = GetParam().location(file_);
    const auto add_one = [](const std::string& text) {
        return std::to_string((text.empty() ? 0 : std::stoi(text)) + 1);
    };
    std::barrier together{processes};
    std::vector<std::jthread> threads;
    for (int i = 0; i < processes; ++i) {
        threads.emplace_back([&] {
            sim::World world{1, start};
            sim::Workbench workbench{world};
            const auto shared = backend_at(location)->shared_texts("123", workbench);
            together.arrive_and_wait();
            for (int done = 0; done < changes; ++done) {
                world.run(shared->change("general", add_one));
                world.run(shared->change("search", add_one));
            }
        });
    }
    threads.clear();
    const auto shared = backend_->shared_texts("123", workbench_);
    for (const auto* name : {"general", "search"}) {
        ask(shared->change(name, [&](const std::string& text) {
            EXPECT_EQ(text, std::to_string(processes * changes));
            return text;
        }));
    }
}

// --- SQLite only ---------------------------------------------------------------------------------

TEST(Statements, OneThatCannotBePreparedIsTriedAgain) {
    soci::session sql{soci::sqlite3, ":memory:"};
    ledger::sqlite::Statements statements{sql};
    int count = -1;
    const auto read = [&] {
        return statements.run("SELECT COUNT(*) FROM later", soci::into(count));
    };
    EXPECT_THROW(read(), soci::soci_error);
    sql << "CREATE TABLE later (id INTEGER)";
    EXPECT_TRUE(read());
    EXPECT_EQ(count, 0);
}

// Found by killing real processes: SQLite does not wait when it changes the journal mode.
TEST(LedgerFile, ManyMayOpenANewOneAtOnce) {
    constexpr int openers = 8;
    for (int round = 0; round < 50; ++round) {
        const ScratchFile file;
        std::barrier together{openers};
        std::atomic<int> opened = 0;
        std::vector<std::jthread> threads;
        for (int i = 0; i < openers; ++i) {
            threads.emplace_back([&] {
                sim::World world{1, start};
                sim::Workbench workbench{world};
                together.arrive_and_wait();
                try {
                    const Ledger ledger{backend_at(file.path()), Scope{}, workbench, start};
                    ++opened;
                } catch (const std::exception& error) {
                    ADD_FAILURE() << error.what();
                }
            });
        }
        threads.clear();
        ASSERT_EQ(opened, openers) << "round " << round;
    }
}

TEST(LedgerFile, IsForItsOwnerOnlyAndSoAreThoseBesideIt) {
    const ScratchFile file;
    sim::World world{1, start};
    sim::Workbench workbench{world};
    const auto backend = backend_at(file.path());
    Ledger ledger{backend, Scope{}, workbench, start};
    world.run(ledger.record({call_of("c_1")}, {}, start));
    const auto shared = backend->shared_texts("123", workbench);
    world.run(shared->change("general", [](const std::string& text) { return text; }));
    const auto lock = world.run(ledger.try_lock(""));
    using std::filesystem::perms;
    for (const auto* ending : {"", "-wal", "-shm", ".quota", ".lock"}) {
        EXPECT_EQ(std::filesystem::status(file.path() + ending).permissions(),
                  perms::owner_read | perms::owner_write)
            << ending;
    }
}

// The raw content of the ledger's files.
std::string bytes_of(const std::string& path) {
    std::string bytes;
    for (const auto* ending : {"", "-wal"}) {
        std::ifstream file{path + ending, std::ios::binary};
        bytes.append(std::istreambuf_iterator<char>{file}, {});
    }
    return bytes;
}

TEST(LedgerFile, HasNothingOfAForgottenCaller) {
    const ScratchFile file;
    sim::World world{1, start};
    sim::Workbench workbench{world};
    Ledger ledger{backend_at(file.path()), Scope{}, workbench, start};
    const PhoneNumber jane_doe{"+15718308515", ""};
    world.run(ledger.record({call_of("c_1")}, {{"c_odd", R"({"from":"571-830-8515"})", "no time"}},
                            start));
    world.run(ledger.know_contacts({{jane_doe, {"501", {}}}}));
    world.run(ledger.begin_merges({{.keep = "501", .loser = "502", .snapshot = "Jane Doe"}}));
    auto entry = world.run(ledger.find("c_1")).value();
    entry.stage = Stage::done;
    entry.activity_id = "a_1";
    entry.contact_id = "501";
    entry.phone = jane_doe;
    world.run(ledger.save({std::move(entry)}));
    EXPECT_THAT(bytes_of(file.path()), HasSubstr("Jane"));
    EXPECT_EQ(world.run(ledger.forget_caller(jane_doe, "US", start + 1h)).calls, 2);
    for (const auto* expected : {"Jane", "jane", "8308515", "830-8515"}) {
        EXPECT_THAT(bytes_of(file.path()), testing::Not(HasSubstr(expected)));
    }
}

// As another process sees it: a process's own lock does not block itself.
bool is_locked_for_others(const std::string& path) {
    const auto child = ::fork();
    if (child == 0) {
        struct flock lock{};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        ::_exit(::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

TEST(RunLock, HoldsAgainstOtherProcessesEvenAfterASecondAttempt) {
    const ScratchFile file;
    const auto backend = backend_at(file.path());
    NobodyWrites database;
    const auto lock = backend->try_lock("", database);
    EXPECT_TRUE(is_locked_for_others(file.path() + ".lock"));
    EXPECT_FALSE(backend->try_lock("", database));
    EXPECT_TRUE(is_locked_for_others(file.path() + ".lock"));
}

TEST(LedgerFile, IsStillLockedAfterASecondBridgeOpenedIt) {
    const ScratchFile file;
    sim::World world{1, start};
    sim::Workbench workbench{world};
    const auto backend = backend_at(file.path());
    const Ledger first{backend, {.bridge = "north"}, workbench, start};
    EXPECT_TRUE(is_locked_for_others(file.path()));
    const Ledger second{backend, {.bridge = "south"}, workbench, start};
    EXPECT_TRUE(is_locked_for_others(file.path()));
}

TEST(RunLock, OfALedgerInMemoryIsAlwaysFree) {
    const auto backend = backend_at(":memory:");
    NobodyWrites database;
    const auto first = backend->try_lock("", database);
    EXPECT_TRUE(first);
    EXPECT_TRUE(backend->try_lock("", database));
}

TEST(RunLock, InAMissingFolderSaysSo) {
    NobodyWrites database;
    EXPECT_THROW(backend_at("/nonexistent/ledger.db")->try_lock("", database), std::runtime_error);
}

std::string refusal_of(const std::string& path) {
    sim::World world{1, start};
    sim::Workbench workbench{world};
    try {
        const Ledger ledger{backend_at(path), Scope{}, workbench, start};
        return {};
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST(LedgerFile, OfANewerProgramIsRefusedAndUnchanged) {
    const ScratchFile file;
    EXPECT_EQ(refusal_of(file.path()), "");
    soci::session sql{soci::sqlite3, file.path()};
    sql << "UPDATE memory SET value = '1000' WHERE name = 'schema'";
    EXPECT_THAT(refusal_of(file.path()), HasSubstr("newer ringbridge"));
    std::string version;
    sql << "SELECT value FROM memory WHERE name = 'schema'", soci::into(version);
    EXPECT_EQ(version, "1000");
}

TEST(LedgerFile, ThatCannotBeOpenedSaysWhatToDo) {
    EXPECT_THAT(refusal_of("/nonexistent/ledger.db"), HasSubstr("DATABASE_URL"));
}

}  // namespace
}  // namespace ringbridge::tests
