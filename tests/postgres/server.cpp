#include "tests/postgres/server.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <libpq-fe.h>
#include <memory>
#include <stdexcept>

namespace ringbridge::tests {
namespace {

const std::string script = RINGBRIDGE_SOURCE_DIR "/tests/postgres/server.sh ";

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    std::string output;
    std::array<char, 1'000> part{};
    while (std::fgets(part.data(), part.size(), pipe.get()) != nullptr) output += part.data();
    while (output.ends_with('\n')) output.pop_back();
    return output;
}

}  // namespace

bool PostgresServer::is_installed() {
    return !output_of("ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null").empty();
}

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer(const std::string& options) {
    auto pattern = (std::filesystem::temp_directory_path() / "ringbridge-pg-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    url_ = output_of(script + "start " + folder_ + ' ' + options);
    if (url_.empty()) throw std::runtime_error{"PostgreSQL does not start: see above"};
}

PostgresServer::~PostgresServer() {
    (void)std::system((script + "stop " + folder_ + " 2>/dev/null").c_str());
    std::filesystem::remove_all(folder_);
}

std::string PostgresServer::url_of_schema(const std::string& name) const {
    run("CREATE SCHEMA IF NOT EXISTS " + name);
    return url_ + "?options=-csearch_path%3D" + name;
}

std::string PostgresServer::run(const std::string& statement) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(url_.c_str()),
                                                                PQfinish};
    PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result{
        PQexec(connection.get(), statement.c_str()), PQclear};
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error{PQerrorMessage(connection.get())};
    }
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

void PostgresServer::control(const std::string& command) const {
    const auto line = script + command + ' ' + folder_;
    if (std::system(line.c_str()) != 0) throw std::runtime_error{line + " failed"};
}

}  // namespace ringbridge::tests
