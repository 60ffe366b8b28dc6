#include "ledger/postgres/connection.hpp"

#include "core/stop.hpp"
#include "core/text.hpp"
#include "ledger/postgres/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <libpq-fe.h>
#include <optional>
#include <poll.h>
#include <tuple>

namespace ringbridge::ledger::postgres {
namespace {

constexpr int answer_within_ms = 9'000;

// The server's limits are shorter than ours: its refusal says more than a silence. Keepalives end
// the session of a client whose machine is gone, and free its locks.
constexpr const char* set_up_session =
    "SET statement_timeout = '8s'; SET lock_timeout = '7s';"
    " SET idle_in_transaction_session_timeout = '60s';"
    " SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 4;"
    " SET client_min_messages = 'warning';"
    // What is committed stays, also through a crash.
    " SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'";
// What a run asks finds its rows by key: a plan made while a table was small must not read all of
// it.
constexpr const char* set_up_writing =
    "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off";
// A pattern to search for decides how: each plan is made for its values.
constexpr const char* set_up_reading =
    "SET default_transaction_read_only = on; SET plan_cache_mode = 'force_custom_plan'";

std::string first_line(std::string_view text) {
    return std::string{trim(text.substr(0, text.find('\n')))};
}

Complaint complaint_of(const PGresult* result) {
    const auto field = [&](int code) {
        const auto* text = PQresultErrorField(result, code);
        return std::string{text == nullptr ? "" : text};
    };
    return {field(PG_DIAG_SQLSTATE), first_line(field(PG_DIAG_MESSAGE_PRIMARY))};
}

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};

bool wait_for(PGconn* connection, PostgresPollingStatusType needed) {
    pollfd watched{.fd = PQsocket(connection),
                   .events = static_cast<short>(needed == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                   .revents = 0};
    return ::poll(&watched, 1, 3'000) > 0;
}

bool is_code(std::string_view word) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_of_code = [&](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); };
    return word.size() == 5 && std::ranges::all_of(word, is_of_code) &&
           std::ranges::any_of(word, is_digit);
}

// Of `FATAL:  28P01: password …`.
std::string code_in(std::string_view message) {
    while (!message.empty()) {
        const auto colon = std::min(message.find(':'), message.size());
        const auto word = trim(message.substr(0, colon));
        if (is_code(word)) return std::string{word};
        message.remove_prefix(std::min(colon + 1, message.size()));
    }
    return {};
}

// libpq keeps the code of a refused connection to itself, and the server's words may be in any
// language: a second attempt asks for messages with codes, `FATAL:  28P01: …`.
std::string code_of_refusal(const Address& address) {
    const std::unique_ptr<PGconn, Finish> again{
        PQconnectStartParams(address.keywords().data(), address.values().data(), 0)};
    PQsetErrorVerbosity(again.get(), PQERRORS_VERBOSE);
    auto needed = PGRES_POLLING_WRITING;
    while (needed == PGRES_POLLING_READING || needed == PGRES_POLLING_WRITING) {
        if (PQstatus(again.get()) == CONNECTION_BAD || !wait_for(again.get(), needed)) break;
        needed = PQconnectPoll(again.get());
    }
    return code_in(PQerrorMessage(again.get()));
}

}  // namespace

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection::Connection(const Address& address, Use use, Watch watch)
    : address_{address}, use_{use}, watch_{std::move(watch)} {}

Connection::~Connection() = default;

void Connection::ensure_open() {
    if (connection_ && PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) read_news();
    if (connection_ && PQstatus(connection_.get()) == CONNECTION_OK) return;
    drop();
    if (in_transaction_ && begin_with_.empty()) connection_lost("it ended the connection");
    if (!away_.empty()) throw LedgerOutOfReach{away_};
    connect();
}

// A server that ended the session has said so: the socket shows it without a round trip.
void Connection::read_news() {
    pollfd watched{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0};
    while (PQstatus(connection_.get()) == CONNECTION_OK && ::poll(&watched, 1, 0) > 0) {
        PQconsumeInput(connection_.get());
        (void)PQisBusy(connection_.get());  // takes in what was read
    }
}

void Connection::check() {
    away_.clear();
    if (use_ == Use::reading) return (void)run("SELECT 1");
    if (note_position()) throw LedgerOutOfReach{"the ledger's database is read-only"};
}

int Connection::rollbacks() {
    (void)note_position();
    return rollbacks_;
}

// A standby that is promoted, or a backup that is recovered, begins a new timeline; a snapshot of
// the disk that is put back goes on from an earlier position. A database that does not show may
// always have gone back. Returns whether it is read-only.
bool Connection::note_position() {
    std::string timeline;
    long long position = 0;
    bool read_only = false;
    try {
        run("SELECT COALESCE(left(pg_walfile_name(at), 8), ''),"
            " COALESCE(at - '0/0'::pg_lsn, 0)::bigint,"
            " current_setting('transaction_read_only') = 'on' FROM"
            " (SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END AS at) log")
            .first(timeline, position, read_only);
    } catch (const LedgerOutOfReach&) {
        throw;
    } catch (const std::runtime_error&) {
        timeline = "unknown " + std::to_string(sessions_);
    }
    const bool went_back = timeline != timeline_ || position < position_;
    if (!timeline_.empty() && !timeline.empty() && went_back) ++rollbacks_;
    if (!timeline.empty()) std::tie(timeline_, position_) = std::pair{timeline, position};
    return read_only;
}

void Connection::connect() try {
    connection_.reset(PQconnectdbParams(address_.keywords().data(), address_.values().data(), 0));
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
        const auto message = address_.hide(first_line(PQerrorMessage(connection_.get())));
        connection_.reset();
        cannot_connect({code_of_refusal(address_), message});
    }
    set_up();
} catch (const LedgerOutOfReach& away) {
    away_ = away.what();
    drop();
    throw;
}

void Connection::set_up() {
    PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    PQsetnonblocking(connection_.get(), 1);
    ++sessions_;
    run_script(set_up_session);
    if (use_ == Use::reading) return run_script(set_up_reading);
    if (use_ == Use::writing) run_script(set_up_writing);
    bool free = false;
    const std::string shared = use_ == Use::writing ? "_shared" : "";
    run("SELECT pg_try_advisory_lock" + shared +
            "(($1::bigint # hashtext(COALESCE(current_schema(), ''))))",
        lock_number("use"))
        .first(free);
    if (!free) throw LedgerInUse{};
    (void)note_position();
}

void Connection::drop() {
    if (!connection_) return;
    connection_.reset();
    prepared_.clear();
    watch_.when_lost();
}

void Connection::lose() {
    const auto why = address_.hide(first_line(PQerrorMessage(connection_.get())));
    drop();
    connection_lost(why.empty() ? "it ended the connection" : why);
}

void Connection::wait(bool to_write) {
    pollfd watched{.fd = PQsocket(connection_.get()),
                   .events = static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN),
                   .revents = 0};
    int ready = 0;
    do {
        ready = ::poll(&watched, 1, answer_within_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready > 0) return;
    drop();
    connection_lost("it does not answer");
}

void Connection::flush() {
    for (;;) {
        const int unsent = PQflush(connection_.get());
        if (unsent == 0) return;
        if (unsent < 0) lose();
        wait(true);
        if (PQconsumeInput(connection_.get()) == 0) lose();
    }
}

std::shared_ptr<pg_result> Connection::next_result() {
    while (PQisBusy(connection_.get()) != 0) {
        wait(false);
        if (PQconsumeInput(connection_.get()) == 0) lose();
    }
    return {PQgetResult(connection_.get()), PQclear};
}

void Connection::send(const std::string& text, const std::vector<std::string>& values) {
    const auto [known, is_first] = prepared_.try_emplace(text);
    auto* connection = connection_.get();
    if (is_first) {
        known->second = "s" + std::to_string(++names_);
        if (PQsendPrepare(connection, known->second.c_str(), text.c_str(), 0, nullptr) == 0) lose();
    }
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const auto& value : values) texts.push_back(value.c_str());
    if (PQsendQueryPrepared(connection, known->second.c_str(), static_cast<int>(texts.size()),
                            texts.data(), nullptr, nullptr, 0) == 0) {
        lose();
    }
}

Rows Connection::exchange(const std::string& text, const std::vector<std::string>& values) {
    const bool needs_held = std::exchange(needs_held_, false);
    ensure_open();
    if (needs_held) watch_.check_held();
    if (!begin_with_.empty()) {
        send("BEGIN", {});
        send("SELECT pg_advisory_xact_lock($1::bigint)", {std::exchange(begin_with_, {})});
    }
    send(text, values);
    if (PQpipelineSync(connection_.get()) == 0) lose();
    flush();
    try {
        return last_of_pipeline();
    } catch (...) {
        prepared_.erase(text);  // perhaps it could not be prepared
        throw;
    }
}

// What precedes a statement in the pipeline, its BEGIN and its preparation, returns nothing. After
// an error the server leaves out the rest.
Rows Connection::last_of_pipeline() {
    std::shared_ptr<pg_result> last;
    std::optional<Complaint> error;
    for (;;) {
        auto result = next_result();
        if (!result) {
            if (PQstatus(connection_.get()) != CONNECTION_OK) lose();
            continue;  // the next statement's results follow
        }
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC) break;
        if (status == PGRES_FATAL_ERROR && !error) error = complaint_of(result.get());
        if (PQstatus(connection_.get()) != CONNECTION_OK) lose();
        last = std::move(result);
    }
    if (error) statement_failed(*error);
    return Rows{std::move(last)};
}

// Several statements at once are not for a pipeline.
void Connection::run_script(const char* statements) {
    PQexitPipelineMode(connection_.get());
    if (PQsendQuery(connection_.get(), statements) == 0) lose();
    flush();
    std::optional<Complaint> error;
    while (const auto result = next_result()) {
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) error = complaint_of(result.get());
    }
    if (PQstatus(connection_.get()) != CONNECTION_OK) lose();
    PQenterPipelineMode(connection_.get());
    if (error) statement_failed(*error);
}

Transaction::Transaction(Connection& connection, const std::string& key) : connection_{connection} {
    connection_.begin_with_ = lock_number(key);
    connection_.in_transaction_ = true;
}

Transaction::~Transaction() {
    connection_.in_transaction_ = false;
    const bool begun = std::exchange(connection_.begin_with_, {}).empty();
    if (!open_ || !begun || !connection_.connection_) return;
    try {
        connection_.run("ROLLBACK");
    } catch (const std::exception&) {
        // The connection is broken, and with it the transaction.
        open_ = false;
    }
}

void Transaction::commit() {
    if (connection_.begin_with_.empty()) connection_.run("COMMIT");
    open_ = false;
}

std::string lock_number(const std::string& name) {
    std::uint64_t number = 0;
    const auto hash = stable_hash("ringbridge " + name);
    std::from_chars(hash.data(), hash.data() + hash.size(), number, 16);
    return std::to_string(static_cast<std::int64_t>(number));
}

}  // namespace ringbridge::ledger::postgres
