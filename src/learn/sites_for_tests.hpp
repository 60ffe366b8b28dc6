// For the tests in src/learn: sites of different making.
#pragma once

#include "learn/site_for_tests.hpp"

namespace ringbridge::learn::test {

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
        call.kind = i % 6 == 4 ? CallKind::outbound : CallKind::inbound;
        return call;
    }
    int issued = 100;
};

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

// --- A cookie that the site's script sets, short ids, pages after the last record's id -----------

struct ScriptCookieSite : Site {
    static int number_of(const Account& account) { return account.key == "aa71" ? 4711 : 5822; }
    HttpResponse answer(const HttpRequest& request) override {
        if (path(request) == "/sign_in") {
            return page(
                R"(<form><input type=hidden name=authenticity_token value=abcdefgh>)"
                R"(<input name="session[email]"><input type=password name="session[password]">)"
                R"(<input type=submit name=commit value="Log in">)");
        }
        if (path(request) == "/session") {
            const auto form = parse_target("/?" + request.body);
            const auto* account = account_of(form.parameter("session[email]").value_or(""),
                                             form.parameter("session[password]").value_or(""));
            if (form.parameter("authenticity_token") != "abcdefgh" ||
                form.parameter("commit") != "Log in" || account == nullptr)
                return refuses();
            return says({{"auth", {{"key", "tok" + account->key + "-k5"}}},
                         {"count", number_of(*account)},
                         {"account",
                          {{"id", number_of(*account)},
                           {"timezone", "America/Chicago"},
                           {"handle", account->organization}}}});
        }
        const auto* account = account_of_token(header(request, "Cookie"), "auth=tok");
        if (account == nullptr) return refuses();
        const auto number = std::to_string(number_of(*account));
        if (header(request, "X-Account-Id") != number || header(request, "X-Client") != "web")
            return refuses(403);
        if (path(request) != "/accounts/" + number + "/phone_calls") return refuses(404);
        return list(request, *account);
    }
    static HttpResponse list(const HttpRequest& request, const Account& account) {
        const auto before = query(request, "before_id");
        auto rows = json::array();
        bool begun = before.empty();
        for (int i = 0; i < account.calls && rows.size() < 10; ++i) {
            const auto t = truth(account, i);
            if (begun) {
                const auto local = std::chrono::time_point_cast<std::chrono::seconds>(t.at - 5h);
                rows.push_back(
                    {{"id", t.id},
                     {"agent", {{"id", "agent-1"}, {"name", "Robin"}}},
                     {"startTime", fmt::format("{:%b %d, %Y, %I:%M %p}", local)},
                     {"duration", fmt::format("{:02}:{:02}:{:02}", t.seconds / 3600,
                                              t.seconds / 60 % 60, t.seconds % 60)},
                     {"caller", {{"phoneNumber", t.from}, {"displayName", t.name}}},
                     {"ourNumber", "+17035550100"},
                     {"overview", t.summary},
                     {"answers",
                      {{{"question", {{"text", "Where?"}}}, {"answer", {{"value", t.name}}}}}}});
            }
            begun = begun || t.id == before;
        }
        return says(rows);
    }
    void visit(Browser& browser, const Account& account) override {
        const std::string site = "https://app.acme.test";
        browser.get(site + "/sign_in");
        const auto session =
            json::parse(browser
                            .post_form(site + "/session", {{"authenticity_token", "abcdefgh"},
                                                           {"session[email]", account.email},
                                                           {"session[password]", account.password},
                                                           {"commit", "Log in"}})
                            .body);
        const auto number = std::to_string(number_of(account));
        std::string before;
        for (int page = 0; page < 2; ++page) {
            const auto rows = json::parse(
                browser
                    .get(site + "/accounts/" + number + "/phone_calls" +
                             (before.empty() ? "" : "?before_id=" + before),
                         {{"Cookie", "auth=" + session["auth"]["key"].get<std::string>()},
                          {"X-Account-Id", number},
                          {"X-Client", "web"}})
                    .body);
            before = rows.back()["id"];
        }
    }
    Call expected(const Account& account, int i) const override {
        auto call = Site::expected(account, i);
        call.called_at = std::chrono::floor<std::chrono::minutes>(call.called_at);
        call.agent_phone = "+17035550100";
        call.form_answers = {{"Where?", truth(account, i).name}};
        return call;
    }
};

}  // namespace ringbridge::learn::test
