#include "receptionist/session.hpp"

#include "core/parse_number.hpp"
#include "core/url.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using Kind = RequestFailure::Kind;

constexpr Milliseconds look_again = 100ms;

// Enough to notice a changed password, too few to recover it: thousands of dictionary words match.
constexpr std::size_t password_digits = 4;
constexpr std::size_t all_digits = 64;

bool is_refused(const std::expected<HttpResponse, RequestFailure>& answer) {
    return !answer && answer.error().kind == Kind::unauthorized;
}

bool may_have_ended(const std::expected<HttpResponse, RequestFailure>& answer) {
    return is_refused(answer) || (!answer && answer.error().session_end != SessionEnd::no);
}

// The cookie that is the token, which any answer may renew; empty if the token is not a cookie.
std::string name_of_token_cookie(const Auth& auth) {
    for (const auto& [name, value] : auth.session.cookies) {
        if (value == "${auth.token}") return name;
    }
    for (const auto& step : auth.steps) {
        for (const auto& capture : step.captures) {
            if (capture.name == "token" && capture.from == Capture::From::cookie) {
                return capture.key;
            }
        }
    }
    return {};
}

// An error, because its one-hour cooldown keeps every request from logging in again.
PlatformError old_already() {
    return {Cause::endpoint_moved,
            "The login returned a token that has expired or is about to. Check this machine's "
            "clock; if it is right, the profile's auth.token_expiration does not match the site."};
}

bool names_a_remedy(Cause cause) {
    return cause == Cause::wrong_password || cause == Cause::bot_wall;
}

// For an answer that may mean that the session has ended, when no new login could confirm it.
PlatformError error_in_doubt(PlatformError seen, PlatformError at_login, bool can_log_in) {
    if (!can_log_in) {
        seen.why +=
            " If that browser's session has ended, copy a fresh token from a logged-in "
            "browser and set RECEPTIONIST_TOKEN to it.";
        return seen;
    }
    if (!names_a_remedy(at_login.cause)) {
        seen.why += " The session may have ended. " + at_login.why;
        return seen;
    }
    at_login.why = "It seems the session has ended (" + seen.why +
                   "), and a new login did not "
                   "work: " +
                   at_login.why;
    return at_login;
}

PlatformError fresh_token_refused(const RequestTemplate& request) {
    return {Cause::endpoint_moved,
            "The platform refuses a token that it has just issued, at " + request.method + " " +
                request.path + ". Compare the profile's auth.session with what a browser sends."};
}

// An API key is a token that nobody renews.
Credentials used_of(Credentials given, const Auth& auth) {
    if (takes_api_key(auth)) return {.email = {}, .password = {}, .token = given.api_key};
    return given;
}

void forget_error(TokenState& state) {
    state.failed_at.reset();
    state.cause.reset();
    state.last_error.clear();
}

PlatformError no_key(bool given, bool usable) {
    std::string why = "There is no API key. Set RECEPTIONIST_API_KEY.";
    if (given) {
        why =
            "The platform refuses the API key. Set RECEPTIONIST_API_KEY to a valid one; where the "
            "platform has several regions, RECEPTIONIST_BASE_URL must be that of the key.";
    }
    if (usable) why = "An API key is not renewed: set RECEPTIONIST_API_KEY to another.";
    return {Cause::token_refused, std::move(why)};
}

PlatformError no_login(const TokenState& state, bool usable) {
    const std::string lacking = "there is no e-mail and password to get a new one";
    const std::string paste =
        " Copy a fresh token from a logged-in browser and set RECEPTIONIST_TOKEN to it.";
    if (state.token.empty()) {
        return {Cause::token_refused,
                "There is no token, and no e-mail and password to get one. Set "
                "RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD, or RECEPTIONIST_TOKEN."};
    }
    if (usable) return {Cause::token_refused, "The token is static: " + lacking + "." + paste};
    return {Cause::token_refused,
            "The static token has expired or was refused, and " + lacking + "." + paste};
}

}  // namespace

Session::Session(const Profile& profile, std::string base_url, Credentials credentials, Http& http,
                 Clock& clock, Log& log, SessionStore& session_store)
    : profile_{profile},
      base_url_{base_url.empty() ? profile.base_url : std::move(base_url)},
      credentials_{used_of(std::move(credentials), profile.auth)},
      clock_{clock},
      log_{log},
      session_store_{session_store},
      exchange_{profile, http, clock, log} {}

Task<std::expected<void, PlatformError>> Session::open() {
    co_await recall();
    const bool pasted_just_now = !state_.token.empty() && state_.marks == TokenState::Marks{};
    if (pasted_just_now) {
        const auto turn = co_await take_turn();
        co_await keep(state_);
    }
    if (usable() && !due() && !state_.refused) co_return std::expected<void, PlatformError>{};
    auto renewed = co_await renew(state_.token, Renewal::due);
    if (!renewed && usable()) co_return std::expected<void, PlatformError>{};
    co_return renewed;
}

Task<std::expected<void, PlatformError>> Session::refresh(bool force) {
    co_await recall();
    co_return co_await renew(state_.token, force ? Renewal::forced : Renewal::due);
}

Task<std::expected<HttpResponse, PlatformError>> Session::send(RequestTemplate request,
                                                               Values values, FaultIn fault_in,
                                                               Patience patience) {
    auto opened = co_await open();
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    const auto token = state_.token;
    auto answer = co_await ask(request, values, fault_in, patience);
    if (may_have_ended(answer)) {
        const auto renewed = co_await renew(token, why_renew(answer.error()));
        if (!renewed) co_return std::unexpected(unrenewed(answer.error(), renewed.error()));
        const auto sign = answer.error().error.why;
        answer = co_await ask(request, values, fault_in, patience);
        if (answer) log_.info("receptionist_session_ended", {{"sign", sign}});
        if (may_have_ended(answer)) co_await note_unhelpful_login(&answer.error(), request);
    }
    if (!answer) co_return std::unexpected(std::move(answer.error().error));
    if (state_.refused) co_await note_accepted(token);
    co_return std::move(*answer);
}

// Keeps a token that the answer renews, unless the answer may be for a session that has ended.
Task<std::expected<HttpResponse, RequestFailure>> Session::ask(RequestTemplate request,
                                                               Values values, FaultIn fault_in,
                                                               Patience patience) {
    const auto token = state_.token;
    auto cookies = decode_cookies(state_.cookies.reveal());
    auto outgoing = with_session(request, values, &cookies);
    outgoing.fault_in = std::move(fault_in);
    const auto url = outgoing.request.url;
    auto answer = co_await exchange_.ask(std::move(outgoing), &cookies, patience);
    if (!may_have_ended(answer)) {
        const auto name = name_of_token_cookie(profile_.auth);
        Secret renewed{cookies.value(name, url, exchange_.now())};
        co_await take_over(token, std::move(renewed), std::move(cookies));
    }
    co_return answer;
}

Task<TokenStatus> Session::status() {
    co_await recall();
    TokenStatus status{.platform = profile_.name,
                       .can_log_in = can_log_in(),
                       .usable = usable() && !state_.refused,
                       .refresh_due = !usable() || state_.refused || due(),
                       .expires_at = state_.expires_at};
    if (status.can_log_in) status.cooldown_until = cooldown_until(state_, clock_.now());
    const auto allowed = may_log_in(Renewal::due);
    if (!status.usable && !allowed) status.blocked = allowed.error();
    if (state_.cause) {
        status.last_error = PlatformError{*state_.cause, state_.last_error};
    } else {
        status.last_error = status.blocked;
    }
    co_return status;
}

// Another process may have renewed it, or failed to. A change by this process during the load is
// newer than what was loaded.
Task<> Session::recall() {
    const auto seen = changes_;
    const auto text = co_await session_store_.load();
    const auto kept = text ? decode_state(*text) : std::nullopt;
    if (changes_ == seen) state_ = resume(kept.value_or(TokenState{}));
}

// The part of the saved state that is still valid with the current settings.
TokenState Session::resume(TokenState kept) {
    if (!session_store_.fits(kept.marks.account, account())) kept = {};
    if (!session_store_.fits(kept.marks.password, credentials_.password.reveal()))
        forget_error(kept);
    const auto& pasted = credentials_.token;
    const bool known = session_store_.fits(kept.marks.pasted, pasted.reveal());
    return pasted.empty() || known ? kept : state_with_pasted();
}

Task<> Session::keep(TokenState state) {
    const auto& pasted = credentials_.token;
    state.marks = {
        .account = session_store_.fingerprint(account(), all_digits),
        .password = session_store_.fingerprint(credentials_.password.reveal(), password_digits),
        .pasted = pasted.empty() ? "" : session_store_.fingerprint(pasted.reveal(), all_digits)};
    co_await session_store_.save(encode_state(state));
    state_ = std::move(state);
    ++changes_;
}

// A token is only sent to the site that issued it, and never used for another account.
std::string Session::account() const { return base_url_ + '\n' + credentials_.email; }

// If the site says that a static token's session has ended, the token counts as refused.
Session::Renewal Session::why_renew(const RequestFailure& failure) const {
    const bool said = failure.session_end == SessionEnd::likely && !can_log_in();
    return failure.kind == Kind::unauthorized || said ? Renewal::refused : Renewal::doubted;
}

// The error if the session may have ended and no new one could be opened.
PlatformError Session::unrenewed(const RequestFailure& failure, PlatformError at_login) const {
    if (why_renew(failure) == Renewal::doubted) {
        if (takes_api_key(profile_.auth)) return failure.error;
        return error_in_doubt(failure.error, std::move(at_login), can_log_in());
    }
    if (can_log_in() && !at_login.not_before) {
        at_login.why = "The session has ended, and a new login did not work. " + at_login.why;
    }
    return at_login;
}

// A mutex for changes of the state, released when the last copy is destroyed.
Task<Session::Turn> Session::take_turn() {
    while (!turn_.expired()) co_await clock_.sleep(look_again);
    Turn turn = std::make_shared<bool>();
    turn_ = turn;
    co_return turn;
}

// Gets a token other than `outdated`. A caller that arrives during another's login waits for it and
// uses its token.
Task<std::expected<void, PlatformError>> Session::renew(Secret outdated, Renewal why) {
    const auto turn = co_await take_turn();
    if (state_.token != outdated) co_return std::expected<void, PlatformError>{};
    if (why == Renewal::refused) co_await note_refusal();
    auto login = co_await refresh_or_log_in(why);
    if (!login) co_return std::unexpected(std::move(login.error()));
    co_await keep(state_with(std::move(*login)));
    log_.info("receptionist_logged_in",
              {{"expires_at", state_.expires_at ? format_utc(*state_.expires_at) : "unknown"}});
    if (due()) co_await note_failure(state_, old_already());
    if (!usable()) co_return std::unexpected(old_already());
    co_return std::expected<void, PlatformError>{};
}

// A refresh that fails costs nothing but its request: the password is next.
Task<std::expected<LoggedIn, PlatformError>> Session::refresh_or_log_in(Renewal why) {
    const bool kept = !state_.values.empty() || !state_.cookies.reveal().empty();
    if (profile_.auth.refresh && kept && why != Renewal::forced) {
        auto refreshed = co_await refresh_login();
        if (refreshed) co_return refreshed;
        log_.info("receptionist_refresh_failed", {{"why", refreshed.error().why}});
    }
    const auto allowed = may_log_in(why);
    if (!allowed) co_return std::unexpected(allowed.error());
    auto login = co_await log_in();
    if (!login) co_await note_failure(state_, login.error());
    co_return login;
}

Task<std::expected<LoggedIn, PlatformError>> Session::log_in() {
    Login login{profile_, base_url_, exchange_};
    Values values{{"credentials.email", credentials_.email},
                  {"credentials.password", credentials_.password.reveal()}};
    co_return co_await login.run(profile_.auth.steps, std::move(values), {});
}

// What the answer does not renew, such as a refresh token that may be used again, is kept.
Task<std::expected<LoggedIn, PlatformError>> Session::refresh_login() {
    Login login{profile_, base_url_, exchange_};
    auto refreshed = co_await login.run({profile_.auth.refresh.value_or(LoginStep{})},
                                        session_values(), decode_cookies(state_.cookies.reveal()));
    if (refreshed) {
        auto kept = state_.values;
        for (auto& [name, value] : refreshed->values) kept[name] = std::move(value);
        refreshed->values = std::move(kept);
    }
    co_return refreshed;
}

Values Session::session_values() const {
    Values values{{"auth.token", state_.token.reveal()},
                  {"credentials.api_key", state_.token.reveal()}};
    for (const auto& [name, value] : state_.values) values["auth." + name] = value.reveal();
    return values;
}

// Why there is no token, or no other one, where none can be got by logging in.
PlatformError Session::no_way_in(const TokenState& state, bool usable) const {
    return takes_api_key(profile_.auth) ? no_key(!state.token.empty(), usable)
                                        : no_login(state, usable);
}

std::expected<void, PlatformError> Session::may_log_in(Renewal why) const {
    if (!can_log_in()) return std::unexpected(no_way_in(state_, usable() && !state_.refused));
    if (why == Renewal::forced) return {};
    const auto none_before = pause_after(state_.unhelpful_login_at, clock_.now());
    if (why == Renewal::doubted && none_before) {
        return std::unexpected(
            PlatformError{Cause::endpoint_moved,
                          "A new login worked within the last hour and did not help; "
                          "no new login is tried for this before " +
                              format_utc(*none_before) + ".",
                          none_before});
    }
    const auto until = cooldown_until(state_, clock_.now());
    if (!until) return {};
    return std::unexpected(
        PlatformError{state_.cause.value_or(Cause::outage),
                      "No login is tried before " + format_utc(*until) +
                          ", an hour after the last one failed: " + state_.last_error,
                      until});
}

// When the session ends, as far as it is known.
std::optional<UtcTime> Session::end_of(const LoggedIn& login) const {
    const auto captured = [&](const char* name) {
        const auto found = login.values.find(name);
        return found == login.values.end() ? std::string{} : found->second.reveal();
    };
    switch (profile_.auth.expiration) {
        case Auth::Expiration::jwt_exp:
            return read_token_times(login.token.reveal()).expires_at;
        case Auth::Expiration::expires_in:
            if (const auto seconds = parse_number<std::int64_t>(captured("expires_in"))) {
                return clock_.now() + std::chrono::seconds{*seconds};
            }
            return std::nullopt;
        case Auth::Expiration::expires_at:
            return parse_utc(captured("expires_at"));
        case Auth::Expiration::none:
            return std::nullopt;
    }
    return std::nullopt;
}

TokenState Session::state_with(LoggedIn login) const {
    const auto now = clock_.now();
    auto issued_at = profile_.auth.expiration == Auth::Expiration::jwt_exp
                         ? read_token_times(login.token.reveal()).issued_at
                         : std::nullopt;
    const auto expires_at = end_of(login);
    // A session in cookies alone is known by when it began.
    if (login.token.empty()) login.token = Secret{"session of " + format_utc(now)};
    const bool keeps_cookies = profile_.auth.session.login_cookies;
    return {.token = std::move(login.token),
            .values = std::move(login.values),
            .cookies = Secret{keeps_cookies ? encode_cookies(login.cookies) : std::string{}},
            .expires_at = expires_at,
            .issued_at = issued_at.value_or(now)};
}

// A token copied from a browser; where the session is in its cookies, their header.
TokenState Session::state_with_pasted() const {
    LoggedIn pasted{.token = credentials_.token, .values = {}, .cookies = Cookies{}};
    if (profile_.auth.session.login_cookies) pasted.cookies.put_header(pasted.token.reveal());
    return state_with(std::move(pasted));
}

Task<> Session::note_refusal() {
    if (state_.refused) co_return;
    auto state = state_;
    state.refused = true;
    if (!can_log_in()) {
        const auto error = no_way_in(state, false);
        state.cause = error.cause;
        state.last_error = error.why;
    }
    co_await keep(std::move(state));
}

// A new login worked but did not help, so another would not help for the next hour. But if only
// this answer was in doubt, the token may be valid for all other requests.
Task<> Session::note_unhelpful_login(RequestFailure* failure, RequestTemplate request) {
    const bool refused = failure->kind == Kind::unauthorized;
    if (refused) {
        failure->error = fresh_token_refused(request);
    } else {
        failure->error.why += " A new login worked and did not help, so it is not the session.";
    }
    const auto turn = co_await take_turn();
    auto state = state_;
    if (refused) {
        state.refused = true;
        co_return co_await note_failure(std::move(state), failure->error);
    }
    state.unhelpful_login_at = clock_.now();
    co_await keep(std::move(state));
    log_.warn("receptionist_login_unhelpful", {{"why", failure->error.why}});
}

// Of what an answer may renew: the token, if it is a cookie, and the session's cookies.
Task<> Session::take_over(Secret token, Secret renewed, Cookies cookies) {
    Secret kept;
    if (profile_.auth.session.login_cookies) kept = Secret{encode_cookies(cookies)};
    const bool new_token = !renewed.empty() && renewed != token;
    if (!new_token && kept == state_.cookies) co_return;
    const auto turn = co_await take_turn();
    if (state_.token != token) co_return;
    auto state = state_;
    if (new_token) {
        auto fresh = state_with(
            {.token = std::move(renewed), .values = state_.values, .cookies = Cookies{}});
        state.token = std::move(fresh.token);
        state.expires_at = fresh.expires_at;
        state.issued_at = fresh.issued_at;
        state.refused = false;
    }
    state.cookies = std::move(kept);
    co_await keep(std::move(state));
}

// The platform accepts the token again.
Task<> Session::note_accepted(Secret token) {
    const auto turn = co_await take_turn();
    if (state_.token != token) co_return;
    auto state = state_;
    state.refused = false;
    if (!can_log_in()) forget_error(state);
    co_await keep(std::move(state));
}

Task<> Session::note_failure(TokenState state, PlatformError error) {
    state.failed_at = clock_.now();
    state.cause = error.cause;
    state.last_error = error.why;
    co_await keep(std::move(state));
    log_.warn("receptionist_login_failed",
              {{"cause", std::string{name_of(error.cause)}}, {"why", error.why}});
}

bool Session::can_log_in() const {
    return !profile_.auth.steps.empty() && !credentials_.email.empty() &&
           !credentials_.password.empty();
}

bool Session::usable() const {
    return !state_.token.empty() && (!state_.expires_at || clock_.now() < *state_.expires_at);
}

bool Session::due() const {
    const auto moment = refresh_due_at(profile_, state_);
    return moment && clock_.now() >= *moment;
}

PlatformRequest Session::with_session(const RequestTemplate& request, const Values& values,
                                      Cookies* cookies) const {
    auto carried = session_values();
    auto all = values;
    all.insert(carried.begin(), carried.end());
    const auto url = url_of(base_url_, request, all);
    add_cookie_values(request.headers, *cookies, url, exchange_.now(), all);
    auto outgoing = make_request(profile_, base_url_, request, all);
    outgoing.wants_json = true;
    for (const auto& [name, value] : profile_.auth.session.cookies) {
        cookies->put(name, fill(value, carried));
    }
    add_cookie_values(profile_.auth.session.headers, *cookies, url, exchange_.now(), carried);
    for (const auto& [name, value] : profile_.auth.session.headers) {
        outgoing.request.headers.push_back({name, header_text(fill(value, carried))});
    }
    return outgoing;
}

}  // namespace ringbridge::receptionist
