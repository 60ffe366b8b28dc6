// `ringbridge ledger copy`: moves a ledger to another database.
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "core/stop.hpp"
#include "core/text.hpp"
#include "ledger/backends.hpp"
#include "ledger/copy.hpp"
#include "runtime/process.hpp"
#include "runtime/settings.hpp"

#include <fmt/format.h>

#include <iostream>
#include <unistd.h>

namespace ringbridge::cli {
namespace {

/// As backend_at takes it; nothing if it is no database address.
std::optional<std::string> location_of(const std::string& url) {
    constexpr std::string_view sqlite = "sqlite:";
    if (url.starts_with(sqlite) && url.size() > sqlite.size()) return url.substr(sqlite.size());
    if (runtime::without_login(url) != url || url.starts_with("postgresql://")) return url;
    return std::nullopt;
}

Secret database_password() {
    const auto environment = runtime::process_environment();
    const auto given = environment.find("DATABASE_PASSWORD");
    if (given != environment.end()) return Secret{given->second};
    const auto in_file = environment.find("DATABASE_PASSWORD_FILE");
    if (in_file == environment.end()) return {};
    const auto text = runtime::read_file(in_file->second);
    if (!text) throw WrongSettings{"DATABASE_PASSWORD_FILE " + text.error()};
    return Secret{std::string{trim(*text)}};
}

int print_copied(const std::vector<ledger::CopiedTable>& tables, bool as_json) {
    std::string lines, items;
    long long rows = 0;
    for (const auto& table : tables) {
        rows += table.rows;
        lines += fmt::format("{:<14} {:>10} rows  digest {:016x}\n", table.name, table.rows,
                             table.digest);
        items += fmt::format(R"({}{{"table":"{}","rows":{},"digest":"{:016x}"}})",
                             items.empty() ? "" : ",", table.name, table.rows, table.digest);
    }
    if (as_json) {
        std::cout << fmt::format(R"({{"rows":{},"tables":[{}]}})", rows, items) << std::endl;
    } else {
        std::cout << lines << "the same in both\n" << std::flush;
    }
    return done;
}

int in_use(const std::string& url) {
    std::cerr << "a program uses the ledger at " << runtime::without_login(url)
              << "; stop it, then copy\n";
    return already_running;
}

}  // namespace

int ledger_copy(const Options& options) {
    const auto& [from_url, to_url] = options.copy;
    const auto from = location_of(from_url), to = location_of(to_url);
    if (!from || !to) {
        std::cerr << "--from and --to must be sqlite:PATH or postgresql://USER@HOST/DATABASE\n";
        return wrong_usage;
    }
    const auto password = database_password();
    const auto source = ledger::backend_at(*from, password)->archive(true);
    if (!source) return in_use(from_url);
    const auto target = ledger::backend_at(*to, password)->archive(false);
    if (!target) return in_use(to_url);
    const bool shows_progress = ::isatty(STDERR_FILENO) == 1;
    const auto copied = ledger::copy_ledger(
        *source, *target, runtime::without_login(from_url), [&](long long rows) {
            if (shows_progress) std::cerr << '\r' << rows << " rows" << std::flush;
        });
    if (shows_progress) std::cerr << "\r\x1b[K";
    if (!copied) {
        std::cerr << copied.error() << '\n';
        return wrong_usage;
    }
    return print_copied(*copied, options.json);
}

}  // namespace ringbridge::cli
