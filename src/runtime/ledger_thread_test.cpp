// The ledger's thread: order, exceptions, and that no queued work is lost.
#include "runtime/ledger_thread.hpp"

#include "runtime/await_for_tests.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace ringbridge::runtime {
namespace {

Task<> run_and_note(Database* database, std::vector<int>* notes, int number) {
    co_await database->run([notes, number] { notes->push_back(number); });
}

Task<std::string> message_thrown(Database* database) {
    try {
        co_await database->run([] { throw std::runtime_error{"disk full"}; });
    } catch (const std::runtime_error& error) {
        co_return error.what();
    }
    co_return "nothing";
}

Task<std::thread::id> thread_after(Database* database) {
    co_await database->run([] {});
    co_return std::this_thread::get_id();
}

TEST(LedgerThread, work_runs_in_the_order_asked_for) {
    asio::io_context loop;
    LedgerThread ledger;
    std::vector<int> notes;
    for (int i = 0; i < 100; ++i)
        asio::co_spawn(loop, run_and_note(&ledger, &notes, i), ignore_end);
    loop.run();
    ASSERT_EQ(notes.size(), 100U);
    EXPECT_TRUE(std::ranges::is_sorted(notes));
}

TEST(LedgerThread, an_exception_of_the_work_is_rethrown_by_the_await) {
    asio::io_context loop;
    LedgerThread ledger;
    EXPECT_EQ(await(loop, message_thrown(&ledger)), "disk full");
    EXPECT_EQ(await(loop, message_thrown(&ledger)), "disk full");  // and it goes on
}

TEST(LedgerThread, the_work_runs_on_its_thread_and_the_coroutine_stays_on_its_loop) {
    asio::io_context loop;
    LedgerThread ledger;
    std::thread::id worker;
    await(loop, ledger.run([&worker] { worker = std::this_thread::get_id(); }));
    EXPECT_NE(worker, std::this_thread::get_id());
    EXPECT_EQ(await(loop, thread_after(&ledger)), std::this_thread::get_id());
}

TEST(LedgerThread, finishes_what_was_queued_before_it_ends) {
    asio::io_context loop;
    std::vector<int> notes;
    {
        LedgerThread ledger;
        for (int i = 0; i < 100; ++i) {
            asio::co_spawn(loop, run_and_note(&ledger, &notes, i), ignore_end);
        }
        loop.poll();
    }
    EXPECT_EQ(notes.size(), 100U);
    loop.run();
}

TEST(LedgerThread, a_loop_that_is_gone_takes_its_waiting_coroutines_along) {
    std::vector<int> notes;
    asio::io_context loop;
    LedgerThread ledger;
    asio::co_spawn(loop, run_and_note(&ledger, &notes, 1), ignore_end);
    loop.poll();  // and the loop never runs again
}

}  // namespace
}  // namespace ringbridge::runtime
