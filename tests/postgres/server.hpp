// A real PostgreSQL server for a test program: started when the first test needs it, stopped at the
// program's end. tests/postgres/server.sh does both.
#pragma once

#include <string>

namespace ringbridge::tests {

class PostgresServer {
  public:
    /// False: it is not installed here.
    static bool is_installed();

    /// The one of this program.
    static PostgresServer& shared();

    /// One of its own. `options`: for the server; tests do without fsync.
    explicit PostgresServer(const std::string& options = "");
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// Of its superuser's database.
    const std::string& url() const { return url_; }
    /// The same for a schema of that name, which is created if it is missing.
    std::string url_of_schema(const std::string& name) const;

    /// A statement, by its superuser. Returns the first value.
    std::string run(const std::string& statement) const;

    /// stop and again, restart, freeze and thaw, keep and put_back: see server.sh.
    void control(const std::string& command) const;

  private:
    std::string folder_;
    std::string url_;
};

}  // namespace ringbridge::tests
