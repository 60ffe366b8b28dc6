// The house rules as a test: it reads the source tree, and each failure message says how to fix it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

struct Source {
    std::string path;  ///< `src/core/time.cpp`
    Lines lines;
    Lines code;  ///< the same lines without comments and quoted text

    bool is_under(std::string_view folder) const { return path.starts_with(folder); }
    bool ends_with(std::string_view end) const { return path.ends_with(end); }
    bool is_test() const { return ends_with("_test.cpp") || ends_with("_for_tests.hpp"); }
};

Lines lines_of(const std::string& text) {
    Lines lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return std::move(text).str();
}

/// Blanks out comments, strings (raw ones too) and characters, so that rules see only code.
class CodeOnly {
  public:
    explicit CodeOnly(std::string text) : text_{std::move(text)} {}

    std::string take() {
        while (at_ < text_.size()) {
            if (begins("//")) {
                blank_until("\n", false);
            } else if (begins("/*")) {
                blank_until("*/", true);
            } else if (begins("R\"") && !in_word()) {
                const auto open = text_.find('(', at_);
                blank_until(')' + text_.substr(at_ + 2, open - at_ - 2) + '"', true);
            } else if (text_[at_] == '"' || (text_[at_] == '\'' && !in_word())) {
                blank_quoted(text_[at_]);
            } else {
                ++at_;
            }
        }
        return std::move(text_);
    }

  private:
    bool begins(std::string_view with) const { return text_.compare(at_, with.size(), with) == 0; }

    /// `1'000` is a number, and `FOOR"` is not a raw string.
    bool in_word() const {
        return at_ > 0 && (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0);
    }

    void blank() {
        if (text_[at_] != '\n') text_[at_] = ' ';
        ++at_;
    }

    void blank_until(const std::string& end, bool with_end) {
        const auto found = text_.find(end, at_);
        const auto stop =
            found == std::string::npos ? text_.size() : found + (with_end ? end.size() : 0);
        while (at_ < stop) blank();
    }

    /// Keeps the quotes themselves, so that they still stand for a value.
    void blank_quoted(char quote) {
        for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n';) {
            if (text_[at_] == '\\') blank();
            if (at_ < text_.size()) blank();
        }
        ++at_;
    }

    std::string text_;
    std::size_t at_ = 0;
};

/// All files of the project except generated and fetched ones.
std::vector<fs::path> project_files() {
    static const std::set<std::string> not_ours{".git", "build", "node_modules"};
    std::vector<fs::path> paths;
    const fs::path root{RINGBRIDGE_SOURCE_DIR};
    for (auto entry = fs::recursive_directory_iterator{root}; entry != fs::end(entry); ++entry) {
        if (not_ours.contains(entry->path().filename())) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file()) {
            paths.push_back(fs::relative(entry->path(), root));
        }
    }
    std::ranges::sort(paths);
    return paths;
}

const std::vector<Source>& sources() {
    static const std::vector<Source> all = [] {
        std::vector<Source> found;
        for (const auto& path : project_files()) {
            if (path.extension() != ".cpp" && path.extension() != ".hpp") continue;
            const auto text = read(fs::path{RINGBRIDGE_SOURCE_DIR} / path);
            found.push_back({path, lines_of(text), lines_of(CodeOnly{text}.take())});
        }
        return found;
    }();
    return all;
}

void fail(const Source& source, std::size_t line_index, const std::string& sentence) {
    ADD_FAILURE() << source.path << ":" << line_index + 1 << ": " << sentence;
}

// --- What a room may include ---------------------------------------------------------------------

using Rooms = std::set<std::string>;

/// `core` for `core/time.hpp` and for `src/core/time.cpp`; `main` for files in src/ itself.
std::string room_of(const Source& source) {
    if (!source.is_under("src/")) return source.path.substr(0, source.path.find('/'));
    const auto rest = source.path.substr(4);
    const auto slash = rest.find('/');
    return slash == std::string::npos ? "main" : rest.substr(0, slash);
}

const std::map<std::string, Rooms>& rooms_in_reach() {
    static const std::map<std::string, Rooms> reach{
        {"core", {"core"}},
        {"ports", {"core", "ports"}},
        {"receptionist", {"core", "ports", "receptionist"}},
        {"learn", {"core", "ports", "receptionist", "learn"}},
        {"hubspot", {"core", "ports", "hubspot"}},
        {"ledger", {"core", "ports", "ledger"}},
        {"sim", {"core", "ports", "sim"}},
        {"bridge", {"core", "ports", "receptionist", "hubspot", "ledger", "bridge"}},
        {"api", {"core", "ports", "receptionist", "hubspot", "ledger", "bridge", "api"}},
        {"admin", {"core", "ports", "receptionist", "hubspot", "ledger", "bridge", "api", "admin"}},
        {"runtime", {"core", "ports", "runtime"}},
    };
    return reach;
}

std::string advice(const std::string& from, const std::string& to) {
    static const Rooms siblings{"receptionist", "hubspot", "ledger"};
    if (from == "sim") {
        return "the simulator implements the facts independently, or its tests prove nothing: "
               "write it again from the documents, or move what is not a fact into core/";
    }
    if (to == "sim") return "only cli/ (for the sandbox) and tests may use the simulator";
    if (siblings.contains(from) && siblings.contains(to)) {
        return "the two are independent: let bridge/ carry values of core/ between them";
    }
    return "includes go leftwards only (core <- ports <- receptionist, hubspot, ledger <- bridge "
           "<- api <- admin <- cli <- main; runtime takes core and ports): move the shared part "
           "left, "
           "or take a port";
}

bool may_reach_everything(const Source& source) {
    const auto room = room_of(source);
    return room == "main" || room == "cli" || room == "tests" || room == "bench" || room == "fuzz";
}

TEST(Tidy, includes_go_leftwards_only) {
    static const std::regex include{"^\\s*#\\s*include \"([a-z_]+)/.*"};
    for (const auto& source : sources()) {
        const auto from = room_of(source);
        if (may_reach_everything(source)) continue;
        const auto reach = rooms_in_reach().find(from);
        if (reach == rooms_in_reach().end()) {
            fail(source, 0, from + "/ is a room that tests/tidy_test.cpp does not know: add it");
            continue;
        }
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            std::smatch match;
            if (!std::regex_match(source.lines[i], match, include)) continue;
            const auto to = match[1].str();
            const bool simulated_test = source.is_test() && to == "sim";
            if (reach->second.contains(to) || simulated_test) continue;
            fail(source, i, from + "/ must not include " + to + "/: " + advice(from, to));
        }
    }
}

// --- What is allowed in one place only -----------------------------------------------------------

struct Ban {
    Ban(const char* regex, std::string advice) : pattern{regex}, sentence{std::move(advice)} {}
    std::regex pattern;
    std::string sentence;
};

void expect_none(const Source& source, const std::vector<Ban>& bans) {
    for (const auto& [pattern, sentence] : bans) {
        for (std::size_t i = 0; i < source.code.size(); ++i) {
            if (std::regex_search(source.code[i], pattern)) fail(source, i, sentence);
        }
    }
}

TEST(Tidy, the_outside_is_reached_through_the_ports_only) {
    static const std::vector<Ban> bans{
        {"\\b(system|steady|high_resolution)_clock::now\\b",
         "take Clock::now() of ports/clock.hpp"},
        {"\\basio::(steady|system)_timer\\b", "take Clock::sleep() of ports/clock.hpp"},
        {"\\bstd::this_thread\\b", "take Clock::sleep() of ports/clock.hpp"},
        {"\\bstd::j?thread\\b|\\bstd::async\\b", "no threads: write a Task"},
        {"\\brandom_device\\b|\\bs?rand\\(", "take Random of ports/random.hpp"},
        {"\\b(secure_)?getenv\\b", "take it from runtime's Settings"},
        {"\\bstd::[io]?fstream\\b|\\bfopen\\b", "no files: let runtime::read_file read it"},
        {"<curl/", "take Http of ports/http.hpp"},
        {"<sodium", "take Vault of ports/vault.hpp"},
        {"<(sys/socket|netinet/\\w+|arpa/inet|netdb)\\.h>|\\basio::ip::|<asio/ip/",
         "no sockets: take Http of ports/http.hpp"},
    };
    for (const auto& source : sources()) {
        if (source.is_under("src/runtime/") || source.is_test()) continue;
        if (!source.is_under("src/") && !source.is_under("sim/")) continue;
        expect_none(source, bans);
    }
}

TEST(Tidy, nothing_is_owned_by_nobody) {
    static const std::vector<Ban> bans{
        {"\\bnew(\\s+[\\w:]|\\s*\\()",
         "no raw new: take a value, std::make_unique or std::make_shared"},
        {"\\bdelete\\s+[^;]|\\bdelete\\[", "no raw delete: let an owner's destructor do it"},
        {"\\b(malloc|calloc|realloc|free)\\s*\\(", "no raw memory: take a value or a container"},
        {"\\bdetached\\b",
         "an error in a detached task is lost: co_spawn with a handler that checks "
         "the exception"},
    };
    for (const auto& source : sources()) expect_none(source, bans);
}

TEST(Tidy, each_heavy_library_stays_in_its_place) {
    static const std::vector<Ban> json{
        {"nlohmann/json", "JSON is read and written in *_codec.cpp and *_codec.hpp"}};
    static const std::vector<Ban> yaml{
        {"yaml-cpp/", "YAML is read in *_codec.cpp and *_codec.hpp"}};
    static const std::vector<Ban> metrics{
        {"<prometheus/", "rooms keep their own counts: admin/metrics.cpp exports them"}};
    static const std::vector<Ban> sqlite{
        {"<soci/|<sqlite3\\.h>|\\b(soci|sqlite_api)::|\\bsqlite3_\\w",
         "SQL is a ledger backend's: SQLite's is in src/ledger/sqlite/ only"}};
    static const std::vector<Ban> postgres{
        {"<libpq-fe\\.h>|\\bPQ[a-z]\\w+\\(",
         "SQL is a ledger backend's: PostgreSQL's is in src/ledger/postgres/ only"}};
    for (const auto& source : sources()) {
        if (!source.is_under("src/") || source.is_test()) continue;
        const bool codec = source.ends_with("_codec.cpp") || source.ends_with("_codec.hpp");
        if (!codec) expect_none(source, json);
        if (!codec) expect_none(source, yaml);
        if (source.path != "src/admin/metrics.cpp") expect_none(source, metrics);
        if (!source.is_under("src/ledger/sqlite/")) expect_none(source, sqlite);
        if (!source.is_under("src/ledger/postgres/")) expect_none(source, postgres);
    }
}

TEST(Tidy, a_ledgers_database_is_known_in_one_place) {
    static const std::regex backend{"^\\s*#\\s*include \"ledger/(sqlite|postgres)/.*"};
    for (const auto& source : sources()) {
        const bool own =
            source.is_under("src/ledger/sqlite/") || source.is_under("src/ledger/postgres/");
        if (own || source.is_test()) continue;
        if (source.path == "src/ledger/backends.cpp") continue;
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            if (!std::regex_match(source.lines[i], backend)) continue;
            fail(source, i, "include ledger/ledger.hpp, or ledger/backends.hpp to open one");
        }
    }
}

// --- Sizes ---------------------------------------------------------------------------------------

std::size_t columns(std::string_view line) {  // characters, not UTF-8's bytes
    return static_cast<std::size_t>(std::ranges::count_if(
        line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(Tidy, lines_have_at_most_100_columns) {
    for (const auto& source : sources()) {
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            if (columns(source.lines[i]) > 100) fail(source, i, "over 100 columns: break it");
        }
    }
}

/// Finds functions by their braces: a `{` at the end of a line, inside no braces but those of
/// namespaces and types. Relies on clang-format's layout.
class FunctionLengths {
  public:
    explicit FunctionLengths(const Source& source) : source_{source} {}

    void check(std::size_t longest) {
        for (std::size_t i = 0; i < source_.code.size(); ++i) {
            const auto& text = source_.code[i];
            if (depth_ == 0) note_opening(text, i);
            for (const char c : text) count(c);
            if (depth_ > 0 || !begin_) continue;
            complain_if_longer(longest, *begin_, i);
            begin_.reset();
        }
    }

  private:
    void note_opening(const std::string& text, std::size_t i) {
        static const std::regex type_or_namespace{
            "^\\s*(template <.*> )?(inline )?(namespace|class|struct|union|enum|extern)\\b"};
        static const std::regex function{"[^=] \\{\\s*$|^\\{\\s*$"};
        in_head_ = in_head_ || std::regex_search(text, type_or_namespace);
        if (!in_head_ && std::regex_search(text, function)) begin_ = i;
    }

    /// `depth_` counts braces inside a function or a table; those of types are counted separately.
    void count(char c) {
        if (c == '{') {
            const bool of_type = depth_ == 0 && std::exchange(in_head_, false);
            ++(of_type ? types_ : depth_);
        } else if (c == '}') {
            auto& counter = depth_ > 0 ? depth_ : types_;
            if (counter > 0) --counter;
        } else if (c == ';') {
            in_head_ = false;
        }
    }

    void complain_if_longer(std::size_t longest, std::size_t begin, std::size_t end) const {
        const auto length = end - begin + 1;
        if (length <= longest) return;
        fail(source_, begin,
             "a function of " + std::to_string(length) + " lines: split it up (at most " +
                 std::to_string(longest) + ")");
    }

    const Source& source_;
    std::size_t depth_ = 0;
    std::size_t types_ = 0;  // and namespaces
    bool in_head_ = false;   // of a type, whose brace may be some lines below
    std::optional<std::size_t> begin_;
};

TEST(Tidy, functions_have_at_most_70_lines) {
    for (const auto& source : sources()) FunctionLengths{source}.check(70);
}

// --- What every file has, and what none has ------------------------------------------------------

TEST(Tidy, no_work_is_left_for_later) {
    static const std::regex later{
        "\\b(TO"
        "DO|FIX"
        "ME|X"
        "XX)\\b"};
    for (const auto& source : sources()) {
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            if (std::regex_search(source.lines[i], later)) {
                fail(source, i, "do it, or document in docs/ that it is not done");
            }
        }
    }
}

TEST(Tidy, every_header_is_included_once) {
    for (const auto& source : sources()) {
        if (source.ends_with(".hpp") && std::ranges::count(source.lines, "#pragma once") != 1) {
            fail(source, 0, "a header has one `#pragma once`");
        }
    }
}

/// A source file with a header may leave the description to the header.
bool has_header(const Source& source) {
    auto header = fs::path{RINGBRIDGE_SOURCE_DIR} / source.path;
    return source.ends_with(".cpp") && fs::exists(header.replace_extension(".hpp"));
}

TEST(Tidy, every_file_opens_with_what_it_is_for) {
    for (const auto& source : sources()) {
        if (has_header(source)) continue;
        if (source.lines.empty() || !source.lines[0].starts_with("// ")) {
            fail(source, 0, "start it with a `//` comment: what is this file for?");
        }
    }
}

bool is_text(const std::string& content) { return content.find('\0') == std::string::npos; }

TEST(Tidy, no_file_knows_the_machine_it_was_written_on) {
    const std::string machine_path = std::string{"/wo"} + "rk/";
    for (const auto& path : project_files()) {
        const auto content = read(fs::path{RINGBRIDGE_SOURCE_DIR} / path);
        if (!is_text(content)) continue;
        const Source source{.path = path, .lines = lines_of(content), .code = {}};
        for (std::size_t i = 0; i < source.lines.size(); ++i) {
            if (source.lines[i].find(machine_path) != std::string::npos) {
                fail(source, i, "a path of somebody's own machine: remove it");
            }
        }
    }
}

// --- Words ---------------------------------------------------------------------------------------

/// Words that once had a meaning of their own here, and what the field says:
/// docs/internals/glossary.md.
const std::map<std::string, std::string>& foreign_words() {
    static const std::map<std::string, std::string> words{
        {"told", "synced, written, logged, stamped, reported"},
        {"tell", "say, report, show, distinguish"},
        {"tells", "says, reports, shows"},
        {"telling", "saying, reporting"},
        {"anew", "again"},
        {"oftener", "more often"},
        {"mend", "fix"},
        {"mends", "fixes"},
        {"mended", "fixed"},
        {"trouble", "error, problem"},
        {"troubles", "errors, problems"},
        {"setback", "failure"},
        {"realm", "target account"},
        {"strongbox", "fake vault"},
        {"dice", "random"},
        {"sweep", "dedup"},
        {"sweeps", "dedups"},
        {"swept", "deduplicated"},
        {"doorkeeper", "connection limiter"},
    };
    return words;
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }

/// `note_told` and `ATellFailure` as words in lower case: note, told, a, tell, failure.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i], before = i == 0 ? ' ' : line[i - 1];
        const bool small_follows =
            i + 1 < line.size() && is_letter(line[i + 1]) && !is_upper(line[i + 1]);
        const bool begins =
            is_upper(c) && is_letter(before) && (!is_upper(before) || small_follows);
        if (!is_letter(c) || begins) words.emplace_back();
        if (is_letter(c)) words.back() += static_cast<char>(std::tolower(c));
    }
    return words;
}

TEST(Tidy, says_it_in_the_words_of_the_field) {
    static const std::set<std::string> prose{".cpp", ".hpp", ".md", ".mjs", ".ts", ".tsx", ".yaml"};
    // The list itself, what old ledgers hold, and a name that draws the worlds of kept seeds.
    static const std::set<std::string> exempt{"tests/tidy_test.cpp",
                                              "src/ledger/sqlite/migrations.cpp",
                                              "tests/simulation/disturbers.hpp"};
    for (const auto& path : project_files()) {
        if (!prose.contains(path.extension()) || exempt.contains(path)) continue;
        const auto lines = lines_of(read(fs::path{RINGBRIDGE_SOURCE_DIR} / path));
        const Source source{.path = path, .lines = lines, .code = {}};
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (const auto& word : words_of(lines[i])) {
                const auto found = foreign_words().find(word);
                if (found == foreign_words().end()) continue;
                fail(source, i, "not '" + word + "' but: " + found->second);
            }
        }
    }
}

// A file moves more easily than the pages that lead to it.
TEST(Tidy, pages_lead_to_files_that_exist) {
    const std::regex named{R"(`([a-z_/]+/[a-z_]+\.(cpp|hpp))`)"};
    const fs::path root{RINGBRIDGE_SOURCE_DIR};
    for (const auto* page : {"architecture.md", "where-to-change.md"}) {
        const auto text = read(root / "docs/internals" / page);
        for (std::sregex_iterator found{text.begin(), text.end(), named}, end; found != end;
             ++found) {
            const std::string path = (*found)[1];
            EXPECT_TRUE(fs::exists(root / path) || fs::exists(root / "src" / path))
                << page << " names " << path << ", which is elsewhere now: name where it is.";
        }
    }
}

// --- Tests of this test --------------------------------------------------------------------------

TEST(Tidy, sees_the_project) {
    EXPECT_GT(sources().size(), 10U);
    EXPECT_TRUE(std::ranges::any_of(
        sources(), [](const Source& source) { return source.path == "src/core/time.hpp"; }));
}

TEST(Tidy, sees_the_words_of_a_name) {
    EXPECT_EQ(words_of("note_told(ATellFailure)"),
              (std::vector<std::string>{"note", "told", "a", "tell", "failure", ""}));
}

TEST(Tidy, takes_neither_comments_nor_strings_for_code) {
    EXPECT_EQ(CodeOnly{"a; // new\nb /* new */ c"}.take(), "a;       \nb           c");
    EXPECT_EQ(CodeOnly{R"(f("new \" x", 'n', 1'000))"}.take(), R"(f("        ", ' ', 1'000))");
    EXPECT_EQ(CodeOnly{"R\"x(new\n)\" )x\" y"}.take(), "       \n       y");
}

}  // namespace
}  // namespace ringbridge
