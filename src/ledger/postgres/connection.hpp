// A connection to PostgreSQL that reconnects by itself, and never waits for long. Private to this
// folder.
//
// libpq itself, in pipeline mode, not SOCI over it: a statement with its BEGIN and its preparation
// is one round trip, and a server that stops answering is noticed.
#pragma once

#include "ledger/postgres/address.hpp"
#include "ledger/postgres/parameters.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

struct pg_conn;

namespace ringbridge::ledger::postgres {

/// Everything but a constructor throws: LedgerOutOfReach if the database does not answer or says
/// that it cannot now, CredentialsRefused or WrongSettings if a person must act, std::runtime_error
/// for anything else. What was begun on a connection that broke was rolled back, except that a
/// commit whose answer was lost may have been carried out.
class Connection {
  public:
    /// `writing` and `copying` exclude each other: while a ledger is copied no program uses it.
    enum class Use { writing, reading, copying };

    /// What depends on the session.
    struct Watch {
        std::function<void()> when_lost = [] {};   ///< the session ended, with what it held
        std::function<void()> check_held = [] {};  ///< throws if an ended one held what is needed
    };

    /// Connects on first use.
    Connection(const Address& address, Use use, Watch watch);
    Connection(const Address& address, Use use) : Connection{address, use, Watch{}} {}
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// One statement, with `$1` for the first value. By itself it is a transaction.
    template <class... Values>
    Rows run(const std::string& text, const Values&... values) {
        return exchange(text, {parameter(values)...});
    }

    /// The same with values in their text form: see `parameter`.
    Rows run_with(const std::string& text, const std::vector<std::string>& values) {
        return exchange(text, values);
    }

    /// The next statement, or the transaction that it begins, needs what the session holds. It is
    /// looked at once the statement's session is certain: a lost one is replaced silently.
    void need_held() { needs_held_ = true; }

    /// Ends the session, if there is one.
    void drop();

    /// Connects again if the connection broke: until then, after one failed attempt, statements
    /// fail at once.
    void check();

    /// How often the database was an older one when it was connected again.
    int rollbacks();

  private:
    friend class Transaction;

    struct Close {
        void operator()(pg_conn* connection) const;
    };

    void ensure_open();
    void read_news();
    void connect();
    void set_up();
    bool note_position();
    Rows exchange(const std::string& text, const std::vector<std::string>& values);
    void send(const std::string& text, const std::vector<std::string>& values);
    Rows last_of_pipeline();
    void run_script(const char* statements);
    void flush();
    void wait(bool to_write);
    std::shared_ptr<pg_result> next_result();
    [[noreturn]] void lose();

    const Address address_;
    const Use use_;
    const Watch watch_;
    std::unique_ptr<pg_conn, Close> connection_;
    std::unordered_map<std::string, std::string> prepared_;  ///< names, by text
    long long names_ = 0;
    int sessions_ = 0;
    std::string timeline_;    ///< of the database's log, when last seen
    long long position_ = 0;  ///< in that log
    int rollbacks_ = 0;
    std::string away_;        ///< why the last attempt to connect failed; empty: it did not
    std::string begin_with_;  ///< the lock of a transaction that has sent nothing yet; else empty
    bool in_transaction_ = false;
    bool needs_held_ = false;
};

/// Rolled back when destroyed before it is committed.
class Transaction {
  public:
    /// Excludes the other transactions with the same key until it ends.
    Transaction(Connection& connection, const std::string& key);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Connection& connection_;
    bool open_ = true;
};

/// A name as the number of an advisory lock, which the tables' schema is part of.
std::string lock_number(const std::string& name);

}  // namespace ringbridge::ledger::postgres
