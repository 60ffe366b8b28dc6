// Prepared statements of one connection, each kept: SQLite takes longer to parse one than to run
// it. Private to this folder.
#pragma once

#include <soci/soci.h>

#include <string>
#include <unordered_map>
#include <utility>

namespace ringbridge::ledger::sqlite {

/// `exchanged`: a soci::into for each column and a soci::use for each parameter.
class Statements {
  public:
    explicit Statements(soci::session& sql) : sql_{sql} {}

    /// False if it returns no row.
    template <class... Exchanged>
    bool run(const std::string& text, Exchanged&&... exchanged) {
        return Run{prepared(text), std::forward<Exchanged>(exchanged)...}.statement.execute(true);
    }

    /// How many rows it changes.
    template <class... Exchanged>
    long long change(const std::string& text, Exchanged&&... exchanged) {
        Run run{prepared(text), std::forward<Exchanged>(exchanged)...};
        run.statement.execute(true);
        return run.statement.get_affected_rows();
    }

    /// Calls `take_row` for each row; it must not run the same statement.
    template <class TakeRow, class... Exchanged>
    void each_row(const std::string& text, TakeRow take_row, Exchanged&&... exchanged) {
        Run run{prepared(text), std::forward<Exchanged>(exchanged)...};
        run.statement.execute();
        while (run.statement.fetch()) take_row();
    }

  private:
    /// Bound while it runs. A statement that is not reset keeps its transaction open.
    struct Run {
        template <class... Exchanged>
        explicit Run(soci::statement& kept, Exchanged&&... exchanged) : statement{kept} {
            (statement.exchange(std::forward<Exchanged>(exchanged)), ...);
            statement.define_and_bind();
        }
        ~Run();
        Run(const Run&) = delete;
        Run& operator=(const Run&) = delete;

        soci::statement& statement;
    };

    soci::statement& prepared(const std::string& text);

    soci::session& sql_;
    std::unordered_map<std::string, soci::statement> kept_;
};

}  // namespace ringbridge::ledger::sqlite
