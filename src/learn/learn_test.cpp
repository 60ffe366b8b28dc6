// Sites of different making are recorded by a browser that is logged in as one person, learned, and
// then run by the engine as another person: each refuses what a browser would not have sent, and
// nothing of the first person may stand in the profile.
#include "learn/learn.hpp"

#include "learn/browser_for_tests.hpp"
#include "receptionist/listing.hpp"
#include "receptionist/test_world.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace ringbridge::learn {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using receptionist::parse_profile;
using receptionist::Receptionist;
using receptionist::test::moment;
using test::Browser;
using testing::HasSubstr;
using testing::Not;

const auto noon = moment("2026-04-12T12:00:00Z");

struct Account {
    std::string email, password, organization, name;
    std::string key;  ///< in its ids and tokens
    int calls = 0;
};
const Account recorded{
    "owner@oak-plumbing.test", "S3cr3t-Pa55!", "org_77ab01c9", "Oak Plumbing", "aa71", 23};
const Account other{"me@second.test", "0ther-pw-9", "org_55cd99e2", "Second Home", "bb92", 31};

const Account* account_of(const std::string& email, const std::string& password) {
    for (const auto* account : {&recorded, &other}) {
        if (account->email == email && account->password == password) return account;
    }
    return nullptr;
}
const Account* account_of_token(const std::string& text, const std::string& prefix) {
    for (const auto* account : {&recorded, &other}) {
        if (text.contains(prefix + account->key)) return account;
    }
    return nullptr;
}

/// What every site shows in its own words: newest first, an hour apart.
struct Truth {
    std::string id, from, name, summary;
    UtcTime at;
    int seconds = 0;
    bool missed = false;
};
Truth truth(const Account& account, int i) {
    return {.id = fmt::format("c{}{:04}f", account.key, 1000 + i * 7),
            .from = fmt::format("+1571830{:04}", account.key == "aa71" ? 2000 + i : 7000 + i),
            .name = fmt::format("{} {}son", account.key == "aa71" ? "Jane" : "Mary",
                                std::string(1, static_cast<char>('A' + i % 26))),
            .summary = fmt::format("The caller asked for a visit number {} of the plumber.", i),
            .at = noon - 1h * (i + 1) - 60s * (i % 7),
            .seconds = i % 5 == 3 ? 0 : 61 + 13 * i,
            .missed = i % 5 == 3};
}

std::string header(const HttpRequest& request, const std::string& name) {
    return std::string{header_value(request.headers, name)};
}
std::string query(const HttpRequest& request, const std::string& name) {
    return parse_target(request.url).parameter(name).value_or("");
}
int number(const std::string& text, int otherwise) {
    return text.empty() ? otherwise : std::atoi(text.c_str());
}
std::string path(const HttpRequest& request) { return parse_target(request.url).path; }

HttpResponse says(const json& body, Headers headers = {}) {
    headers.push_back({"Content-Type", "application/json"});
    return {.status = 200, .headers = std::move(headers), .body = body.dump()};
}
HttpResponse refuses(int status = 401) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = R"({"error":"unauthorized"})"};
}
HttpResponse page(const std::string& body, Headers headers = {}) {
    headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    return {.status = 200, .headers = std::move(headers), .body = "<!doctype html><html>" + body};
}
HttpResponse redirect(const std::string& to, Headers headers = {}) {
    headers.push_back({"Location", to});
    return {.status = 302, .headers = std::move(headers), .body = {}};
}

std::string base64url(const std::string& text) {
    static const std::string alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned bits = 0;
    int held = 0;
    for (const char c : text) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        held += 8;
        while (held >= 6) {
            held -= 6;
            out += alphabet[bits >> held & 63];
        }
    }
    if (held > 0) out += alphabet[bits << (6 - held) & 63];
    return out;
}
// The key stands in the signature.
std::string jwt(const Account& account) {
    const json claims{{"exp", 1790000000}, {"iat", 1775900000}, {"sub", account.organization}};
    return base64url(R"({"alg":"HS256"})") + '.' + base64url(claims.dump()) + ".sig" + account.key;
}

/// A site as its visitors see it: a function, and what a person does there.
struct Site {
    virtual ~Site() = default;
    virtual HttpResponse answer(const HttpRequest& request) = 0;
    virtual void visit(Browser& browser, const Account& account) = 0;
    virtual Call expected(const Account& account, int i) const {
        const auto t = truth(account, i);
        Call call{.id = CallId{t.id}, .called_at = t.at};
        call.duration = std::chrono::seconds{t.seconds};
        call.caller_phone = t.from;
        call.caller_name = t.name;
        call.summary = t.summary;
        return call;
    }
};

struct Run {
    std::expected<Learned, std::string> learned;
    std::string har;
};

Run learn_site(Site& site, const std::function<void(Browser&)>& change = {}) {
    Browser browser{[&](const HttpRequest& request) { return site.answer(request); }};
    if (change) change(browser);
    site.visit(browser, recorded);
    auto har = browser.har();
    auto learned = learn(har);
    return {std::move(learned), std::move(har)};
}

void expect_no_secret(const Learned& learned) {
    const auto all = learned.profile + account_text(learned) + encode_account(learned, "");
    for (const auto& secret :
         {recorded.email, recorded.password, recorded.organization, recorded.name,
          std::string{"oak-plumbing"}, "sig" + recorded.key, "tok" + recorded.key,
          "c" + recorded.key, std::string{"Jane"}, std::string{"571830"}}) {
        EXPECT_THAT(all, Not(HasSubstr(secret)));
    }
}

std::map<std::string, Call> read_all(Site& site, const Account& account, const Learned& learned) {
    std::map<std::string, Call> calls;
    const auto profile = parse_profile(learned.profile);
    if (!profile) {
        ADD_FAILURE() << profile.error().front().path << ' ' << profile.error().front().why;
        return calls;
    }
    receptionist::test::JumpingClock clock;
    receptionist::test::KeptLog log;
    receptionist::test::Memory memory;
    receptionist::test::FunctionHttp http{
        [&](const HttpRequest& request) { return site.answer(request); }};
    Receptionist receptionist{
        *profile, "", {account.email, Secret{account.password}, {}}, http, clock, log, memory};
    std::string cursor;
    for (;;) {
        const auto page =
            receptionist::test::run(receptionist.read_page({noon - 24h * 20, noon}, cursor));
        if (!page) {
            ADD_FAILURE() << page.error().why << '\n' << learned.profile;
            return calls;
        }
        EXPECT_TRUE(page->unreadable.empty());
        for (const auto& call : page->calls) calls[call.id.text] = call;
        if (page->last) return calls;
        cursor = page->next;
    }
}

void expect_runs(Site& site, const Learned& learned) {
    const auto calls = read_all(site, other, learned);
    EXPECT_EQ(calls.size(), static_cast<std::size_t>(other.calls)) << learned.profile;
    for (int i = 0; i < other.calls; ++i) {
        const auto expected = site.expected(other, i);
        const auto found = calls.find(expected.id.text);
        ASSERT_NE(found, calls.end()) << learned.profile;
        const auto& call = found->second;
        EXPECT_EQ(call.called_at, expected.called_at) << learned.profile;
        EXPECT_EQ(call.duration, expected.duration) << learned.profile;
        EXPECT_EQ(call.caller_phone, expected.caller_phone) << learned.profile;
        EXPECT_EQ(call.agent_phone, expected.agent_phone) << learned.profile;
        EXPECT_EQ(call.caller_name, expected.caller_name) << learned.profile;
        EXPECT_EQ(call.summary, expected.summary) << learned.profile;
        EXPECT_EQ(call.transcript, expected.transcript) << learned.profile;
        EXPECT_EQ(call.missed, expected.missed) << learned.profile;
        EXPECT_EQ(call.outbound, expected.outbound) << learned.profile;
        EXPECT_EQ(call.form_answers, expected.form_answers) << learned.profile;
        if (testing::Test::HasFailure()) return;
    }
}

void expect_learned(Site& site) {
    const auto run = learn_site(site);
    ASSERT_TRUE(run.learned) << run.learned.error();
    EXPECT_THAT(run.learned->todo, testing::IsEmpty())
        << account_text(*run.learned) << run.learned->profile;
    expect_no_secret(*run.learned);
    expect_runs(site, *run.learned);
    EXPECT_EQ(learn(run.har)->profile, run.learned->profile);
}

// --- A single-page application with a CSRF token and a cookie ------------------------------------

struct CookieSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        if (path(request) == "/" || path(request) == "/app.js") return page("<div id=root>");
        if (path(request) == "/v0/csrf") {
            return says({{"csrfToken", "csrf-9f31aa"}}, {{"Set-Cookie", "pre=p1; Path=/"}});
        }
        if (path(request) == "/v0/users/login") {
            const auto body = json::parse(request.body);
            const auto* account = account_of(body.value("email", ""), body.value("password", ""));
            if (header(request, "X-CSRF-Token") != "csrf-9f31aa" || account == nullptr) {
                return refuses();
            }
            return says(
                {{"ok", true}, {"user", {{"email", account->email}, {"name", account->name}}}},
                {{"Set-Cookie", "token=" + jwt(*account) + "; Path=/; HttpOnly"}});
        }
        const auto* account = account_of_token(header(request, "Cookie"), "sig");
        if (account == nullptr) return refuses();
        if (path(request) == "/v0/calls") return list(request, *account);
        return says({{"name", account->name}, {"flags", json::array()}});
    }
    static HttpResponse list(const HttpRequest& request, const Account& account) {
        const int size = 10, from = (number(query(request, "page"), 1) - 1) * size;
        auto calls = json::array();
        for (int i = from; i < std::min(from + size, account.calls); ++i) {
            const auto t = truth(account, i);
            calls.push_back({{"id", t.id},
                             {"callTimestamp", to_unix_ms(t.at)},
                             {"durationSeconds", t.seconds},
                             {"customerPhone", t.from},
                             {"agentPhone", "+17035550100"},
                             {"callerName", t.name},
                             {"summary", t.summary},
                             {"status", t.missed ? "missed" : "completed"},
                             {"formResponses", {{{"question", "Where?"}, {"answer", t.name}}}}});
        }
        return says({{"data", calls}, {"total", account.calls}});
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string site = "https://app.acme.test";
        browser.get(site + "/");
        const auto csrf = json::parse(browser.get(site + "/v0/csrf").body)["csrfToken"];
        browser.post_json(site + "/v0/users/login",
                          {{"email", account.email}, {"password", account.password}},
                          {{"X-CSRF-Token", csrf}});
        browser.get(site + "/v0/users/me");
        const auto list = site +
                          "/v0/calls?from=2026-03-13T00:00:00.000Z&to=2026-04-12T23:59:59.000Z"
                          "&pageSize=10&page=";
        browser.get(list + "1");
        browser.get(list + "2");
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.agent_phone = "+17035550100";
        call.missed = truth(account, i).missed;
        call.form_answers = {{"Where?", truth(account, i).name}};
        return call;
    }
};

TEST(Learn, CookieAndCsrfToken) {
    CookieSite site;
    expect_learned(site);
    const auto run = learn_site(site);
    EXPECT_EQ(run.learned->name, "acme");
    EXPECT_THAT(run.learned->profile, HasSubstr("label: Acme\nproperty_prefix: acme\n"));
    EXPECT_THAT(run.learned->profile, HasSubstr("strategy: jwt_exp"));
}

// --- Bearer token and GraphQL, the account's id in the variables ---------------------------------

struct GraphqlSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        if (path(request) == "/") return page("<div id=root>");
        const auto body = json::parse(request.body, nullptr, false);
        const auto operation = body.value("operationName", "");
        if (operation == "SignIn") {
            const auto& input = body["variables"]["input"];
            const auto* account = account_of(input["email"], input["password"]);
            if (account == nullptr) {
                return says({{"errors", {{{"message", "Invalid credentials"}}}}});
            }
            const json session{{"accessToken", "tok" + account->key + "-5a5a5a"},
                               {"expiresIn", 86400},
                               {"viewer", {{"organization", {{"id", account->organization}}}}}};
            return says({{"data", {{"signIn", session}}}});
        }
        const auto* account = account_of_token(header(request, "Authorization"), "Bearer tok");
        if (account == nullptr) return refuses();
        if (operation != "Calls") return says({{"data", {{"viewer", {{"name", account->name}}}}}});
        if (body["variables"]["organizationId"] != account->organization) return refuses(403);
        return list(body["variables"], *account);
    }
    static HttpResponse list(const json& variables, const Account& account) {
        const int from = variables["after"].is_null()
                             ? 0
                             : number(variables["after"].get<std::string>().substr(3), 0);
        const int size = variables["first"].get<int>();
        auto edges = json::array();
        for (int i = from; i < std::min(from + size, account.calls); ++i) {
            const auto t = truth(account, i);
            edges.push_back({{"cursor", "cur" + std::to_string(i + 1)},
                             {"node",
                              {{"id", t.id},
                               {"startedAt", format_utc(t.at)},
                               {"durationMs", t.seconds * 1000},
                               {"from", {{"e164", t.from}}},
                               {"to", {{"e164", "+17035550100"}}},
                               {"contact", {{"id", "p" + t.id}, {"fullName", t.name}}},
                               {"aiSummary", t.summary},
                               {"transcript",
                                {{{"role", "agent"}, {"text", "Hello!"}},
                                 {{"role", "caller"}, {"text", t.name}}}}}}});
        }
        const json info{{"hasNextPage", from + size < account.calls},
                        {"endCursor", "cur" + std::to_string(from + size)}};
        return says({{"data", {{"calls", {{"edges", edges}, {"pageInfo", info}}}}}});
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string api = "https://api.acme.test/graphql";
        browser.get("https://app.acme.test/");
        const auto session = json::parse(
            browser
                .post_json(
                    api,
                    {{"operationName", "SignIn"},
                     {"query",
                      "mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken "
                      "} }"},
                     {"variables",
                      {{"input", {{"email", account.email}, {"password", account.password}}}}}})
                .body);
        const Headers bearer{
            {"Authorization",
             "Bearer " + session["data"]["signIn"]["accessToken"].get<std::string>()},
            {"Origin", "https://app.acme.test"}};
        browser.post_json(
            api, {{"operationName", "Viewer"}, {"query", "query Viewer { viewer { name } }"}},
            bearer);
        json variables{{"organizationId", account.organization}, {"first", 10}, {"after", nullptr}};
        const auto ask = [&] {
            return json::parse(browser
                                   .post_json(api,
                                              {{"operationName", "Calls"},
                                               {"query",
                                                "query Calls($organizationId: ID!, $first: Int!, "
                                                "$after: String) { calls }"},
                                               {"variables", variables}},
                                              bearer)
                                   .body);
        };
        variables["after"] = ask()["data"]["calls"]["pageInfo"]["endCursor"];
        ask();
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.agent_phone = "+17035550100";
        call.transcript = "agent: Hello!\ncaller: " + call.caller_name;
        return call;
    }
};

TEST(Learn, BearerAndGraphql) {
    GraphqlSite site;
    expect_learned(site);
}

// --- Server-rendered: a form, a redirect, cookies that each answer renews
// --------------------------

struct FormSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        const auto sent = header(request, "Cookie");
        const bool begun = sent.contains("sid=s" + std::to_string(turn)) && turn > 0;
        if (path(request) == "/login" && request.method == "GET") {
            user = nullptr;
            return page(
                R"(<form action=/login><input type=hidden name="_token" value="ft&amp;90aa1">)"
                R"(<input type=email name=email><input type="password" name="password">)",
                cookies());
        }
        if (path(request) == "/login") {
            const auto form = parse_target("/?" + request.body);
            user = account_of(form.parameter("email").value_or(""),
                              form.parameter("password").value_or(""));
            if (!begun || form.parameter("_token") != "ft&90aa1" || user == nullptr)
                return redirect("/login");
            return redirect("https://calls.acme.test/home", cookies());
        }
        if (!begun || user == nullptr) return redirect("/login");
        if (path(request) == "/home")
            return page(R"(<head><meta name="csrf-token" content="meta-c7d1"></head>)", cookies());
        if (path(request) != "/ajax/calls" || header(request, "X-CSRF-TOKEN") != "meta-c7d1" ||
            header(request, "X-XSRF-TOKEN") != "x=" + std::to_string(turn)) {
            return refuses(419);
        }
        return list(request);
    }
    Headers cookies() {
        ++turn;
        return {{"Set-Cookie", "sid=s" + std::to_string(turn) + "; Path=/; HttpOnly"},
                {"Set-Cookie", "XSRF-TOKEN=x%3D" + std::to_string(turn) + "; Path=/"}};
    }
    HttpResponse list(const HttpRequest& request) {
        const auto form = parse_target("/?" + request.body);
        const int from = number(form.parameter("start").value_or(""), 0);
        const int size = number(form.parameter("length").value_or(""), 10);
        auto rows = json::array();
        for (int i = from; i < std::min(from + size, user->calls); ++i) {
            const auto t = truth(*user, i);
            rows.push_back(
                {{"id", 4000 + i},
                 {"uuid", t.id},
                 {"call_date",
                  fmt::format("{:%m/%d/%Y %I:%M %p}",
                              std::chrono::time_point_cast<std::chrono::seconds>(t.at - 4h))},
                 {"length", fmt::format("{}:{:02}", t.seconds / 60, t.seconds % 60)},
                 {"caller_number", t.from},
                 {"caller_name", t.name},
                 {"notes", t.summary},
                 {"is_spam", 0}});
        }
        return says({{"draw", 1},
                     {"recordsTotal", user->calls},
                     {"recordsFiltered", user->calls},
                     {"timezone", "America/New_York"},
                     {"data", rows}},
                    cookies());
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string site = "https://calls.acme.test";
        browser.page = site + "/home";
        browser.get(site + "/login");
        browser.post_form(
            site + "/login",
            {{"_token", "ft&90aa1"}, {"email", account.email}, {"password", account.password}});
        for (int start = 0; start <= 20; start += 10) {
            browser.post_form(site + "/ajax/calls",
                              {{"draw", std::to_string(1 + start / 10)},
                               {"start", std::to_string(start)},
                               {"length", "10"},
                               {"search[value]", ""}},
                              {{"X-CSRF-TOKEN", "meta-c7d1"},
                               {"X-XSRF-TOKEN", percent_decode(browser.cookie("XSRF-TOKEN", site))},
                               {"X-Requested-With", "XMLHttpRequest"}});
        }
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.id = CallId{std::to_string(4000 + i)};
        call.called_at = std::chrono::floor<std::chrono::minutes>(call.called_at);
        return call;
    }
    int turn = 0;
    const Account* user = nullptr;
};

TEST(Learn, FormWithRedirectAndRotatingCookies) {
    FormSite site;
    expect_learned(site);
}

// --- An identity provider at another host, refresh tokens, one call opened
// ------------------------

struct ProviderSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        if (request.url.starts_with("https://id.login.test/oauth/token")) return token(request);
        if (!request.url.starts_with("https://api.acme.test")) return page("<div id=root>");
        const auto* account = account_of_token(header(request, "Authorization"), "Bearer tok");
        if (account == nullptr || header(request, "X-Client") != "web-portal") return refuses();
        if (path(request) == "/v2/me") {
            return says({{"user", {{"email", account->email}}},
                         {"tenants", {{{"id", account->organization}, {"name", account->name}}}}});
        }
        if (!path(request).starts_with("/v2/tenants/" + account->organization + "/interactions"))
            return refuses(403);
        return list(request, *account);
    }
    HttpResponse token(const HttpRequest& request) {
        const auto form = parse_target("/?" + request.body);
        const auto value = [&](const char* name) { return form.parameter(name).value_or(""); };
        const auto* account = value("grant_type") == "password"
                                  ? account_of(value("username"), value("password"))
                                  : account_of_token(value("refresh_token"), "ref-tok");
        if (account == nullptr || value("client_id") != "3kd9Aa81bQ") return refuses(400);
        return says({{"access_token", "tok" + account->key + std::to_string(++issued)},
                     {"token_type", "Bearer"},
                     {"refresh_token", "ref-tok" + account->key + std::to_string(issued)},
                     {"expires_in", 300}});
    }
    static HttpResponse list(const HttpRequest& request, const Account& account) {
        const int from = number(query(request, "after"), 0),
                  size = number(query(request, "limit"), 10);
        auto items = json::array();
        for (int i = from; i < std::min(from + size, account.calls); ++i) {
            const auto t = truth(account, i);
            const bool out = i % 6 == 4;
            items.push_back({{"interactionId", t.id},
                             {"channel", "phone"},
                             {"begin", format_utc(t.at)},
                             {"end", format_utc(t.at + std::chrono::seconds{t.seconds})},
                             {"direction", out ? "OUTBOUND" : "INBOUND"},
                             {"fromNumber", out ? "+17035550100" : t.from},
                             {"toNumber", out ? t.from : "+17035550100"},
                             {"customer", {{"displayName", t.name}}},
                             {"analysis", {{"summary", t.summary}}}});
        }
        json answer{{"items", items}, {"paging", {{"next", nullptr}}}};
        if (from + size < account.calls)
            answer["paging"]["next"] = std::to_string(from + size) + "x";
        return says(answer);
    }
    void visit(Browser& browser, const Account& account) override {
        browser.get("https://app.acme.test/");
        const auto form = [&](Query fields) {
            fields.emplace_back("client_id", "3kd9Aa81bQ");
            return json::parse(browser.post_form("https://id.login.test/oauth/token", fields).body);
        };
        auto session = form({{"grant_type", "password"},
                             {"username", account.email},
                             {"password", account.password}});
        const auto bearer = [&] {
            return Headers{
                {"Authorization", "Bearer " + session["access_token"].get<std::string>()},
                {"X-Client", "web-portal"},
                {"Accept", "application/json"}};
        };
        browser.get("https://api.acme.test/v2/me", bearer());
        session =
            form({{"grant_type", "refresh_token"}, {"refresh_token", session["refresh_token"]}});
        const auto list =
            "https://api.acme.test/v2/tenants/" + account.organization + "/interactions?limit=10";
        browser.get(list, bearer());
        browser.get(list + "&after=10x", bearer());
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.agent_phone = "+17035550100";
        call.outbound = i % 6 == 4;
        return call;
    }
    int issued = 100;
};

TEST(Learn, IdentityProviderAndTheAccountsIdInTheAddress) {
    ProviderSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("refresh:"));
}

// --- A hosted database: an application key, a top-level list, offsets
// -----------------------------

struct HostedSite : Site {
    static constexpr const char* key = "eyJhbGciOiJIUzI1NiJ9.anon-key-77.zzz";
    HttpResponse answer(const HttpRequest& request) override {
        if (request.url.ends_with(".js")) {
            return {.status = 200,
                    .headers = {{"Content-Type", "application/javascript"}},
                    .body = std::string{"const k='"} + key + "';"};
        }
        if (request.url.starts_with("https://app.acme.test")) return page("<div id=root>");
        if (header(request, "apikey") != key) return refuses();
        if (path(request) == "/auth/v1/token") {
            const auto body = json::parse(request.body);
            const bool refresh = query(request, "grant_type") == "refresh_token";
            const auto* account =
                refresh ? account_of_token(body.value("refresh_token", ""), "rt-")
                        : account_of(body.value("email", ""), body.value("password", ""));
            if (account == nullptr) return refuses(400);
            return says({{"access_token", jwt(*account)},
                         {"token_type", "bearer"},
                         {"expires_in", 3600},
                         {"expires_at", 1775999999},
                         {"refresh_token", "rt-" + account->key + "-1"},
                         {"user", {{"id", account->organization}, {"email", account->email}}}});
        }
        const auto* account = account_of_token(header(request, "Authorization"), "sig");
        if (account == nullptr) return refuses();
        if (path(request) != "/rest/v1/calls" || query(request, "order") != "created_at.desc")
            return says(json::array());
        return list(request, *account);
    }
    static HttpResponse list(const HttpRequest& request, const Account& account) {
        const int from = number(query(request, "offset"), 0),
                  size = number(query(request, "limit"), 10);
        auto rows = json::array();
        for (int i = from; i < std::min(from + size, account.calls); ++i) {
            const auto t = truth(account, i);
            rows.push_back({{"id", t.id},
                            {"created_at", format_utc(t.at)},
                            {"user_id", account.organization},
                            {"duration", t.seconds},
                            {"phone_number", t.from},
                            {"customer_name", t.name},
                            {"call_summary", t.summary},
                            {"status", "completed"}});
        }
        return says(rows);
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string db = "https://xkzq.supabase.test";
        browser.get("https://app.acme.test/");
        browser.get("https://app.acme.test/main.js");
        const auto session = json::parse(
            browser
                .post_json(db + "/auth/v1/token?grant_type=password",
                           {{"email", account.email},
                            {"password", account.password},
                            {"gotrue_meta_security", json::object()}},
                           {{"apikey", key}, {"Authorization", std::string{"Bearer "} + key}})
                .body);
        const Headers headers{
            {"apikey", key},
            {"Authorization", "Bearer " + session["access_token"].get<std::string>()}};
        for (int from = 0; from <= 10; from += 10) {
            browser.get(db + "/rest/v1/calls?select=*&order=created_at.desc&offset=" +
                            std::to_string(from) + "&limit=10",
                        headers);
        }
    }
};

TEST(Learn, HostedDatabaseWithAnApplicationKey) {
    HostedSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("refresh:"));
}

// --- Another country -----------------------------------------------------------------------------

struct GermanSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        if (path(request) == "/anmelden" && request.method == "GET")
            return page("<input type=password name=passwort>");
        if (path(request) == "/api/anmeldung") {
            const auto body = json::parse(request.body);
            const auto* account =
                account_of(body.value("benutzername", ""), body.value("passwort", ""));
            if (account == nullptr) return refuses();
            return says({{"sitzung", {{"token", "tok" + account->key + "-77777"}}}});
        }
        const auto* account = account_of_token(header(request, "X-Sitzung"), "tok");
        if (account == nullptr) return refuses();
        const int seite = number(query(request, "seite"), 1), size = 10;
        auto anrufe = json::array();
        for (int i = (seite - 1) * size; i < std::min(seite * size, account->calls); ++i) {
            const auto t = truth(*account, i);
            const auto local = t.at + 2h;
            anrufe.push_back(
                {{"anrufId", t.id},
                 {"beginn", fmt::format("{:%d.%m.%Y %H:%M:%S}",
                                        std::chrono::time_point_cast<std::chrono::seconds>(local))},
                 {"dauerMinuten",
                  fmt::format("{},{:02}", t.seconds / 60, (t.seconds % 60) * 100 / 60)},
                 {"anruferNummer", "030 " + t.from.substr(t.from.size() - 7)},
                 {"anruferName", t.name},
                 {"zusammenfassung", t.summary},
                 {"ergebnis", t.missed ? "verpasst" : "angenommen"}});
        }
        return says({{"anrufe", anrufe}, {"gesamt", account->calls}});
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string site = "https://portal.anrufhelfer.de";
        browser.page = "Anrufe";
        browser.get(site + "/anmelden");
        const auto session =
            json::parse(browser
                            .post_json(site + "/api/anmeldung", {{"benutzername", account.email},
                                                                 {"passwort", account.password}})
                            .body);
        for (const auto* seite : {"1", "2", "3"}) {
            browser.get(site + "/api/anrufe?seite=" + seite,
                        {{"X-Sitzung", session["sitzung"]["token"]}});
        }
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.caller_phone = "030 " + call.caller_phone.substr(call.caller_phone.size() - 7);
        const auto seconds = call.duration->count();
        const auto minutes = static_cast<double>(seconds / 60) +
                             static_cast<double>((seconds % 60) * 100 / 60) / 100;
        call.duration = std::chrono::seconds{std::llround(minutes * 60)};
        call.missed = truth(account, i).missed;
        return call;
    }
};

TEST(Learn, AnotherCountry) {
    GermanSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("Europe/Berlin"));
}

// --- A login in two forms, OAuth's code with PKCE, decoys, pages by link
// --------------------------

struct CodeSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        if (request.url.starts_with("https://login.idp.test")) return provider(request);
        if (!request.url.starts_with("https://api.acme.test")) return page("<div id=root>");
        const auto* account = account_of_token(header(request, "Authorization"), "Bearer tok");
        if (account == nullptr) return refuses();
        if (path(request) == "/contacts") return contacts(*account);
        if (path(request) == "/bookings") return bookings(*account);
        if (path(request) != "/conversations") return says(json::object());
        return list(request, *account);
    }
    HttpResponse provider(const HttpRequest& request) {
        const auto form = parse_target("/?" + request.body);
        const auto value = [&](const char* name) { return form.parameter(name).value_or(""); };
        if (path(request) == "/authorize") {
            if (query(request, "client_id") != "app-81bQ77Xz" ||
                query(request, "code_challenge").size() != 43)
                return refuses(400);
            challenge = query(request, "code_challenge");
            return redirect("/u/login/identifier?state=st-" + std::to_string(++state) + "abcdef");
        }
        const auto now = "st-" + std::to_string(state) + "abcdef";
        if (path(request) == "/u/login/identifier" && request.method == "GET") {
            return page("<input type=hidden name=state value=" + query(request, "state") +
                        "><input name=username>");
        }
        if (path(request) == "/u/login/identifier") {
            if (query(request, "state") != now || value("state") != now) return refuses(400);
            typed = value("username");
            return redirect("/u/login/password?state=" + now);
        }
        if (path(request) == "/u/login/password" && request.method == "GET") {
            return page("<input type=hidden name=state value=" + query(request, "state") +
                        "><input type=password name=password>");
        }
        if (path(request) == "/u/login/password") {
            user = account_of(typed, value("password"));
            if (value("state") != now || value("username") != typed || user == nullptr)
                return page("<input type=password>");
            return redirect("https://app.acme.test/callback?code=code-" + user->key +
                            "-xyz123&state=mine");
        }
        const bool granted = user != nullptr && value("code") == "code-" + user->key + "-xyz123" &&
                             !challenge.empty() &&
                             (value("code_verifier") == "v" + std::string(42, 'q') ||
                              value("code_verifier").starts_with("dBjftJeZ"));
        if (path(request) != "/oauth/token" || !granted) return refuses(400);
        return says({{"access_token", "tok" + user->key + "-opaque-1"}, {"expires_in", 86400}});
    }
    static HttpResponse contacts(const Account& account) {
        auto rows = json::array();
        for (int i = 0; i < 40; ++i) {
            const auto t = truth(account, i);
            rows.push_back({{"id", "p" + t.id},
                            {"name", t.name},
                            {"phone", t.from},
                            {"created_at", format_utc(t.at)},
                            {"notes", t.summary}});
        }
        return says({{"contacts", rows}});
    }
    static HttpResponse bookings(const Account& account) {
        auto rows = json::array();
        for (int i = 0; i < 40; ++i) {
            const auto t = truth(account, i);
            rows.push_back({{"id", "b" + t.id},
                            {"customer", {{"name", t.name}, {"phone", t.from}}},
                            {"starts_at", format_utc(t.at)},
                            {"duration", 60},
                            {"status", "completed"}});
        }
        return says({{"bookings", rows}});
    }
    static HttpResponse list(const HttpRequest& request, const Account& account) {
        const int from = number(query(request, "o"), 0);
        auto rows = json::array();
        for (int i = from; i < std::min(from + 10, account.calls); ++i) {
            const auto t = truth(account, i);
            rows.push_back({{"id", t.id},
                            {"type", "call"},
                            {"started", to_unix_ms(t.at) / 1000},
                            {"talk_seconds", t.seconds},
                            {"caller", {{"number", t.from}, {"name", t.name}}},
                            {"summary", {{"text", t.summary}}},
                            {"missed", t.missed},
                            {"intake", {{"Where?", t.name}, {"When?", "Today"}}}});
            if (i % 4 == 0) {
                rows.push_back({{"id", "s" + t.id},
                                {"type", "sms"},
                                {"started", to_unix_ms(t.at) / 1000},
                                {"talk_seconds", nullptr},
                                {"caller", {{"number", t.from}, {"name", t.name}}},
                                {"summary", nullptr},
                                {"missed", false},
                                {"intake", nullptr}});
            }
        }
        json next;
        if (from + 10 < account.calls) next = "/conversations?z=1&o=" + std::to_string(from + 10);
        return says({{"rows", rows}, {"links", {{"next", next}}}});
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string idp = "https://login.idp.test", api = "https://api.acme.test";
        browser.get("https://app.acme.test/", {{"Authorization", "Bearer tokstale" + account.key}});
        browser.get(idp +
                    "/authorize?response_type=code&client_id=app-81bQ77Xz&redirect_uri=https%3A%2F%"
                    "2Fapp.acme.test%2Fcallback"
                    "&code_challenge_method=S256&state=q8w7e6r5t4z3u2i1&nonce=k1l2k3j4h5g6&code_"
                    "challenge=" +
                    std::string(43, 'c'));
        const auto now = "st-" + std::to_string(state) + "abcdef";
        browser.post_form(idp + "/u/login/identifier?state=" + now,
                          {{"state", now}, {"username", account.email}});
        browser.post_form(
            idp + "/u/login/password?state=" + now,
            {{"state", now}, {"username", account.email}, {"password", account.password}});
        const auto session =
            json::parse(browser
                            .post_form(idp + "/oauth/token",
                                       {{"grant_type", "authorization_code"},
                                        {"client_id", "app-81bQ77Xz"},
                                        {"code", "code-" + account.key + "-xyz123"},
                                        {"code_verifier", "v" + std::string(42, 'q')},
                                        {"redirect_uri", "https://app.acme.test/callback"}})
                            .body);
        const Headers bearer{
            {"Authorization", "Bearer " + session["access_token"].get<std::string>()}};
        browser.get(api + "/contacts", bearer);
        browser.get(api + "/bookings", bearer);
        browser.get(api + "/conversations", bearer);
        browser.get(api + "/conversations?z=1&o=10", bearer);
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.missed = truth(account, i).missed;
        call.form_answers = {{"When?", "Today"}, {"Where?", truth(account, i).name}};
        return call;
    }
    int state = 40;
    std::string typed, challenge;
    const Account* user = nullptr;
};

TEST(Learn, OAuthWithACodeAndALoginInTwoForms) {
    CodeSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("record_filter"));
}

// --- A CSRF cookie that the login itself sends back
// ------------------------------------------------

struct CsrfCookieSite : Site {
    HttpResponse answer(const HttpRequest& request) override {
        const auto begun =
            header(request, "Cookie").contains("XSRF-TOKEN=eyJx%3D" + std::to_string(turn));
        const bool sent_back =
            begun && header(request, "X-XSRF-TOKEN") == "eyJx=" + std::to_string(turn);
        ++turn;
        const Headers cookies{
            {"Set-Cookie", "XSRF-TOKEN=eyJx%3D" + std::to_string(turn) + "; Path=/"}};
        if (path(request) == "/sanctum/csrf-cookie")
            return {.status = 204, .headers = cookies, .body = {}};
        if (path(request) == "/login") {
            const auto body = json::parse(request.body);
            user = account_of(body.value("email", ""), body.value("password", ""));
            if (!sent_back || user == nullptr) return refuses(419);
            return {
                .status = 204,
                .headers = {cookies[0],
                            {"Set-Cookie", "app_session=tok" + user->key + "; Path=/; HttpOnly"}},
                .body = {}};
        }
        const auto* account = account_of_token(header(request, "Cookie"), "app_session=tok");
        if (account == nullptr || (request.method == "POST" && !sent_back)) return refuses();
        if (path(request) != "/api/call-logs/search")
            return says({{"data", {{"name", account->name}}}}, cookies);
        const auto body = json::parse(request.body);
        const int at = body["page"].get<int>(), size = body["perPage"].get<int>();
        auto rows = json::array();
        for (int i = at * size; i < std::min((at + 1) * size, account->calls); ++i) {
            const auto t = truth(*account, i);
            rows.push_back(
                {{"call_sid", t.id},
                 {"timestamp",
                  fmt::format("{:%Y-%m-%d %H:%M:%S}",
                              std::chrono::time_point_cast<std::chrono::seconds>(t.at - 4h))},
                 {"timestamp_utc", format_utc(t.at)},
                 {"duration_ms", t.seconds * 1000},
                 {"from", t.from},
                 {"to", "+17035550100"},
                 {"name", t.name},
                 {"details", json{{"summary", t.summary},
                                  {"fields", {{{"label", "Where?"}, {"value", t.name}}}}}
                                 .dump()}});
        }
        return says({{"rows", rows}, {"hasMore", (at + 1) * size < account->calls}}, cookies);
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string site = "https://app.acme.test";
        const auto send = [&](const std::string& where, const json& body) {
            browser.post_json(
                site + where, body,
                {{"X-XSRF-TOKEN", percent_decode(browser.cookie("XSRF-TOKEN", site))}});
        };
        browser.get(site + "/sanctum/csrf-cookie");
        send("/login",
             {{"email", account.email}, {"password", account.password}, {"remember", true}});
        browser.get(site + "/api/me");
        for (int page = 0; page < 3; ++page)
            send("/api/call-logs/search",
                 {{"page", page}, {"perPage", 10}, {"from", "2026-04-01"}, {"to", "2026-04-12"}});
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.agent_phone = "+17035550100";
        call.form_answers = {{"Where?", truth(account, i).name}};
        return call;
    }
    int turn = 1;
    const Account* user = nullptr;
};

TEST(Learn, CsrfCookieThatTheLoginSendsBack) {
    CsrfCookieSite site;
    expect_learned(site);
}

// --- Recordings that lack something
// ----------------------------------------------------------------

TEST(Learn, SanitizedRecordingsYieldTheListOfCalls) {
    CookieSite site;
    const auto run = learn_site(site, [](Browser& browser) { browser.sanitized = true; });
    ASSERT_TRUE(run.learned) << run.learned.error();
    EXPECT_FALSE(run.learned->todo.empty());
    EXPECT_THAT(run.learned->profile, HasSubstr(std::string{todo_mark}));
    EXPECT_THAT(run.learned->profile, HasSubstr("caller_phone: $.customerPhone"));
    EXPECT_TRUE(parse_profile(run.learned->profile));
    expect_no_secret(*run.learned);
}

TEST(Learn, RecordingsWithoutALoginYieldTheListOfCalls) {
    for (const bool provider : {false, true}) {
        std::unique_ptr<Site> site;
        if (provider) {
            site = std::make_unique<ProviderSite>();
        } else {
            site = std::make_unique<GraphqlSite>();
        }
        auto har = json::parse(learn_site(*site).har);
        auto& entries = har["log"]["entries"];
        entries.erase(entries.begin(), entries.end() - 2);
        const auto learned = learn(har.dump());
        ASSERT_TRUE(learned) << learned.error();
        EXPECT_FALSE(learned->todo.empty());
        EXPECT_THAT(learned->profile, HasSubstr("Bearer ${auth.token}"));
        expect_no_secret(*learned);
    }
}

TEST(Learn, WhatIsNoRecordingSaysWhatToRecord) {
    const auto refuses_with = [](const std::string& text, const char* why) {
        const auto learned = learn(text);
        ASSERT_FALSE(learned);
        EXPECT_THAT(learned.error(), testing::AllOf(HasSubstr(why), HasSubstr("Preserve log")));
    };
    refuses_with("", "empty");
    refuses_with("{}", "not a HAR");
    refuses_with("[1,2", "not a HAR");
    refuses_with("PK\x03\x04", "zip");
    refuses_with(R"({"log":{"entries":[]}})", "no contents");
    GraphqlSite site;
    auto har = json::parse(learn_site(site).har);
    for (auto& entry : har["log"]["entries"]) entry["response"]["content"].erase("text");
    refuses_with(har.dump(), "no contents");
    har["log"]["entries"] = json::array({har["log"]["entries"][0]});
    har["log"]["entries"][0]["response"]["content"]["text"] = "<html>";
    refuses_with(har.dump(), "list of calls");
}

TEST(Learn, ContentsMayBeBase64) {
    CookieSite site;
    const auto run = learn_site(site);
    auto har = json::parse(run.har);
    for (auto& entry : har["log"]["entries"]) {
        auto& content = entry["response"]["content"];
        auto text = base64url(content["text"].get<std::string>());
        for (auto& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
        content["text"] = text;
        content["encoding"] = "base64";
    }
    EXPECT_EQ(learn(har.dump())->profile, run.learned->profile);
}

// --- Hostile input
// ---------------------------------------------------------------------------------

RC_GTEST_PROP(LearnProperty, ACutRecordingEndsInAProfileOrASentence, ()) {
    static const auto har = [] {
        CookieSite site;
        return learn_site(site).har;
    }();
    const auto end = *rc::gen::inRange<std::size_t>(0, har.size());
    const auto learned = learn(har.substr(0, end));
    if (learned) {
        RC_ASSERT(parse_profile(learned->profile).has_value());
    } else {
        RC_ASSERT(!learned.error().empty());
        if (learned.error().contains("not valid")) RC_FAIL(learned.error());
    }
}

// Any value of a recording replaced by any other.
void replace_some(json& value, int& until, const json& with) {
    if (--until == 0) {
        value = with;
        return;
    }
    if (!value.is_structured() || until < 0) return;
    for (auto& member : value) replace_some(member, until, with);
}

RC_GTEST_PROP(LearnProperty, WrongTypesEndInAProfileOrASentence, ()) {
    static const std::array hars{[] {
                                     CookieSite site;
                                     return learn_site(site).har;
                                 }(),
                                 [] {
                                     FormSite site;
                                     return learn_site(site).har;
                                 }(),
                                 [] {
                                     CodeSite site;
                                     return learn_site(site).har;
                                 }()};
    auto har = json::parse(*rc::gen::elementOf(hars));
    static const std::vector<json> values{nullptr,
                                          7,
                                          -1.5e300,
                                          "",
                                          "text",
                                          json::array(),
                                          json::object(),
                                          true,
                                          json::array({json::object()}),
                                          "${x",
                                          "\n\"': #{}[]",
                                          std::string(3000, 'a')};
    for (int i = 0; i < 4; ++i) {
        auto until = *rc::gen::inRange(2, 900);
        replace_some(har, until, *rc::gen::elementOf(values));
    }
    const auto learned = learn(har.dump());
    if (!learned && learned.error().contains("not valid")) RC_FAIL(learned.error());
    if (learned) RC_ASSERT(parse_profile(learned->profile).has_value());
}

RC_GTEST_PROP(LearnProperty, OddTextsInRecordsAndRequestsDoNotBreakTheProfile,
              (const std::string& odd)) {
    CookieSite site;
    auto har = json::parse(learn_site(site).har, nullptr, false);
    for (auto& entry : har["log"]["entries"]) {
        auto& content = entry["response"]["content"];
        auto body = json::parse(content.value("text", ""), nullptr, false);
        if (!body.is_object()) continue;
        body[odd] = odd;
        if (body.contains("data"))
            for (auto& record : body["data"]) record[odd] = odd;
        content["text"] = body.dump(-1, ' ', false, json::error_handler_t::replace);
        entry["request"]["url"] = entry["request"]["url"].get<std::string>() + "&" +
                                  percent_encode(odd) + "=" + percent_encode(odd);
        entry["request"]["headers"].push_back({{"name", "x-odd"}, {"value", odd}});
    }
    const auto learned = learn(har.dump(-1, ' ', false, json::error_handler_t::replace));
    if (!learned) RC_FAIL(learned.error());
    RC_ASSERT(parse_profile(learned->profile).has_value());
}

TEST(Learn, DeepNestingIsNoProblem) {
    const std::string deep(200'000, '[');
    EXPECT_FALSE(learn(deep));
    EXPECT_FALSE(learn(R"({"log":{"entries":[)" + deep));
    const std::string entry = R"({"request":{"url":"https://a.test/","method":"GET"},)"
                              R"("response":{"status":200,"content":{"text":")";
    EXPECT_FALSE(learn(R"({"log":{"entries":[)" + entry + std::string(100'000, '[') +
                       std::string(100'000, ']') + R"("}}}]}})"));
}

}  // namespace
}  // namespace ringbridge::learn
