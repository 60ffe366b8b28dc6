// For the tests in src/learn: sites as functions, of which a recording is made with one account,
// and which the engine then runs with another. Each refuses what a browser would not have sent.
#pragma once

#include "learn/browser_for_tests.hpp"
#include "learn/learn.hpp"
#include "receptionist/listing.hpp"
#include "receptionist/test_world.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace ringbridge::learn::test {

using namespace std::chrono_literals;
using nlohmann::json;
using receptionist::parse_profile;
using receptionist::Receptionist;
using testing::HasSubstr;
using testing::Not;

inline const auto noon = receptionist::test::moment("2026-04-12T12:00:00Z");

struct Account {
    std::string email, password, organization, name;
    std::string key;  ///< in its ids and tokens
    int calls = 0;
};
inline const Account recorded{
    "owner@oak-plumbing.test", "S3cr3t-Pa55!", "org_77ab01c9", "Oak Plumbing", "aa71", 23};
inline const Account other{"me@second.test", "0ther-pw-9", "org_55cd99e2",
                           "Second Home",    "bb92",       31};

inline const Account* account_of(const std::string& email, const std::string& password) {
    for (const auto* account : {&recorded, &other}) {
        if (account->email == email && account->password == password) return account;
    }
    return nullptr;
}
inline const Account* account_of_token(const std::string& text, const std::string& prefix) {
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
inline Truth truth(const Account& account, int i) {
    return {.id = fmt::format("c{}{:04}f", account.key, 1000 + i * 7),
            .from = fmt::format("+1571830{:04}", account.key == "aa71" ? 2000 + i : 7000 + i),
            .name = fmt::format("{} {}son", account.key == "aa71" ? "Jane" : "Mary",
                                std::string(1, static_cast<char>('A' + i % 26))),
            .summary = fmt::format("The caller asked for a visit number {} of the plumber.", i),
            .at = noon - 1h * (i + 1) - 60s * (i % 7),
            .seconds = i % 5 == 3 ? 0 : 61 + 13 * i,
            .missed = i % 5 == 3};
}

inline std::string header(const HttpRequest& request, const std::string& name) {
    return std::string{header_value(request.headers, name)};
}
inline std::string query(const HttpRequest& request, const std::string& name) {
    return parse_target(request.url).parameter(name).value_or("");
}
inline int number(const std::string& text, int otherwise) {
    return text.empty() ? otherwise : std::atoi(text.c_str());
}
inline std::string path(const HttpRequest& request) { return parse_target(request.url).path; }

inline HttpResponse says(const json& body, Headers headers = {}) {
    headers.push_back({"Content-Type", "application/json"});
    return {.status = 200, .headers = std::move(headers), .body = body.dump()};
}
inline HttpResponse refuses(int status = 401) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = R"({"error":"unauthorized"})"};
}
inline HttpResponse page(const std::string& body, Headers headers = {}) {
    headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    return {.status = 200, .headers = std::move(headers), .body = "<!doctype html><html>" + body};
}
inline HttpResponse redirect(const std::string& to, Headers headers = {}) {
    headers.push_back({"Location", to});
    return {.status = 302, .headers = std::move(headers), .body = {}};
}

inline std::string base64url(const std::string& text) {
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
inline std::string jwt(const Account& account) {
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

inline Run learn_site(Site& site, const std::function<void(Browser&)>& change = {}) {
    Browser browser{[&](const HttpRequest& request) { return site.answer(request); }};
    if (change) change(browser);
    site.visit(browser, recorded);
    auto har = browser.har();
    auto learned = learn(har);
    return {std::move(learned), std::move(har)};
}

inline void expect_no_secret(const Learned& learned) {
    const auto all = learned.profile + account_text(learned) + encode_account(learned, "");
    for (const auto& secret :
         {recorded.email, recorded.password, recorded.organization, recorded.name,
          std::string{"oak-plumbing"}, "sig" + recorded.key, "tok" + recorded.key,
          "c" + recorded.key, std::string{"Jane"}, std::string{"571830"}}) {
        EXPECT_THAT(all, Not(HasSubstr(secret)));
    }
}

inline std::map<std::string, Call> read_all(Site& site, const Account& account,
                                            const Learned& learned) {
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
    Receptionist receptionist{std::make_shared<const receptionist::Profile>(*profile),
                              "",
                              {account.email, Secret{account.password}, {}},
                              http,
                              clock,
                              log,
                              memory};
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

inline void expect_runs(Site& site, const Learned& learned) {
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
        EXPECT_EQ(word_of(call_kinds, call.kind), word_of(call_kinds, expected.kind))
            << learned.profile;
        EXPECT_EQ(call.form_answers, expected.form_answers) << learned.profile;
        if (testing::Test::HasFailure()) return;
    }
}

inline void expect_learned(Site& site) {
    const auto run = learn_site(site);
    ASSERT_TRUE(run.learned) << run.learned.error();
    EXPECT_THAT(run.learned->todo, testing::IsEmpty())
        << account_text(*run.learned) << run.learned->profile;
    expect_no_secret(*run.learned);
    expect_runs(site, *run.learned);
    EXPECT_EQ(learn(run.har)->profile, run.learned->profile);
}

}  // namespace ringbridge::learn::test
