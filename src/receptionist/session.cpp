#include "receptionist/session.hpp"

#include "receptionist/cookies.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using Kind = Setback::Kind;

constexpr Milliseconds cooldown = 1h;
constexpr Milliseconds look_again = 100ms;

// While it lives, nobody else logs in; a login that is cancelled gives its turn back.
class Turn {
  public:
    explicit Turn(bool& taken) : taken_{taken} { taken_ = true; }
    ~Turn() { taken_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    bool& taken_;
};

std::string captured(const Capture& capture, const HttpResponse& answer, const Cookies& cookies) {
    switch (capture.from) {
        case Capture::From::body:
            return text_at(answer.body, capture.path).value_or("");
        case Capture::From::header:
            return std::string{header_value(answer.headers, capture.key)};
        case Capture::From::cookie:
            return cookies.value(capture.key);
    }
    return {};
}

Trouble nothing_captured(const Capture& capture, const Question& question) {
    return {NextMove::fix_profile, "The platform's answer to " + question.name +
                                       " does not hold what the profile calls \"" + capture.name +
                                       "\". Record a login in a browser and compare its answers "
                                       "with the profile's auth.steps."};
}

Trouble login_refused(const Question& question) {
    return {NextMove::fix_credentials,
            "The platform refused the e-mail and password at " + question.name +
                ". Check both by logging in with a browser, then set them anew "
                "(RECEPTIONIST_EMAIL, RECEPTIONIST_PASSWORD)."};
}

// Without the hour's pause that this brings, every request would log in again.
Trouble old_already() {
    return {NextMove::fix_profile,
            "The login brings a token that has run out or is about to. Check this machine's clock; "
            "if it is right, the profile's auth.token_expiration does not fit the site."};
}

bool captures_from_body(const LoginStep& step) {
    return std::ranges::find(step.captures, Capture::From::body, &Capture::from) !=
           step.captures.end();
}

}  // namespace

std::optional<UtcTime> refresh_due_at(const Profile& profile, const TokenState& state) {
    if (!state.expires_at) return std::nullopt;
    const auto life = *state.expires_at - state.issued_at.value_or(*state.expires_at);
    return *state.expires_at - std::min(profile.auth.refresh_before, life / 3);
}

std::optional<UtcTime> cooldown_until(const TokenState& state, UtcTime now) {
    if (!state.failed_at || now >= *state.failed_at + cooldown) return std::nullopt;
    return *state.failed_at + cooldown;
}

Session::Session(const Profile& profile, std::string base_url, Credentials credentials, Http& http,
                 Clock& clock, Log& log, TokenState state)
    : profile_{profile},
      base_url_{base_url.empty() ? profile.base_url : std::move(base_url)},
      credentials_{std::move(credentials)},
      clock_{clock},
      log_{log},
      exchange_{profile, http, clock, log},
      state_{std::move(state)} {
    const auto& given = credentials_.token;
    const bool newer = state_.token.empty() || !can_log_in();
    if (!given.empty() && newer && given != state_.token) take(given);
}

Task<std::expected<void, Trouble>> Session::open() {
    if (usable() && !due()) co_return std::expected<void, Trouble>{};
    auto renewed = co_await renew(state_.token);
    if (!renewed && usable()) co_return std::expected<void, Trouble>{};
    co_return renewed;
}

Task<std::expected<void, Trouble>> Session::refresh(bool force) {
    if (force) state_.failed_at.reset();
    co_return co_await renew(state_.token);
}

Task<std::expected<HttpResponse, Trouble>> Session::send(RequestTemplate request, Values values) {
    auto opened = co_await open();
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    const auto token = state_.token;
    auto answer = co_await exchange_.ask(with_token(request, values));
    if (!answer && answer.error().kind == Kind::unauthorized) {
        auto renewed = co_await renew(token);
        if (!renewed) co_return std::unexpected(std::move(renewed.error()));
        answer = co_await exchange_.ask(with_token(request, values));
    }
    if (answer) co_return std::move(*answer);
    if (answer.error().kind == Kind::unauthorized) {
        answer.error().trouble = {
            NextMove::fix_profile,
            "The platform refuses a token that it has just given, at " + request.method + " " +
                request.path + ". Compare the profile's auth.session with what a browser sends."};
        note_failure(answer.error().trouble);
    }
    co_return std::unexpected(std::move(answer.error().trouble));
}

// Brings a token other than `outdated`. Whoever comes while another is logging in waits for that
// login's end and takes its token.
Task<std::expected<void, Trouble>> Session::renew(Secret outdated) {
    while (logging_in_) co_await clock_.sleep(look_again);
    if (state_.token != outdated) co_return std::expected<void, Trouble>{};
    auto allowed = may_log_in();
    if (!allowed) co_return allowed;
    const Turn turn{logging_in_};
    auto token = co_await log_in();
    if (!token) {
        note_failure(token.error());
        co_return std::unexpected(std::move(token.error()));
    }
    take(std::move(*token));
    log_.info("receptionist_logged_in",
              {{"expires_at", state_.expires_at ? format_utc(*state_.expires_at) : "unknown"}});
    if (due()) note_failure(old_already());
    if (!usable()) co_return std::unexpected(old_already());
    co_return std::expected<void, Trouble>{};
}

Task<std::expected<Secret, Trouble>> Session::log_in() {
    Values values{{"credentials.email", credentials_.email},
                  {"credentials.password", credentials_.password.reveal()}};
    Cookies cookies;
    Secret token;
    for (const auto& step : profile_.auth.steps) {
        auto question = make_question(profile_, base_url_, step.request, values);
        question.wants_json = captures_from_body(step);
        if (const auto header = cookies.header(); !header.empty()) {
            question.request.headers.push_back({"Cookie", header});
        }
        auto answer = co_await exchange_.ask(question);
        if (!answer && answer.error().kind == Kind::unauthorized) {
            co_return std::unexpected(login_refused(question));
        }
        if (!answer) co_return std::unexpected(std::move(answer.error().trouble));
        cookies.take(answer->headers);
        for (const auto& capture : step.captures) {
            auto value = captured(capture, *answer, cookies);
            if (value.empty()) co_return std::unexpected(nothing_captured(capture, question));
            if (capture.name == "token") token = Secret{value};
            values["steps." + step.id + "." + capture.name] = std::move(value);
        }
    }
    co_return token;
}

std::expected<void, Trouble> Session::may_log_in() const {
    if (!can_log_in()) {
        return std::unexpected(
            Trouble{NextMove::fix_credentials,
                    state_.token.empty()
                        ? "There is no token, and no e-mail and password to get one with. Set "
                          "RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD, or RECEPTIONIST_TOKEN."
                        : "The static token has run out or was refused, and there is no e-mail "
                          "and password to get another. Copy a fresh one from a logged-in browser "
                          "(RECEPTIONIST_TOKEN)."});
    }
    if (const auto until = cooldown_until(state_, clock_.now())) {
        return std::unexpected(Trouble{
            state_.failed_move, "No login is tried before " + format_utc(*until) +
                                    ", an hour after the last one failed: " + state_.last_error});
    }
    return {};
}

void Session::take(Secret token) {
    const auto times = profile_.auth.expiration == Auth::Expiration::jwt_exp
                           ? read_token_times(token.reveal())
                           : TokenTimes{};
    state_ = {.token = std::move(token),
              .expires_at = times.expires_at,
              .issued_at = times.issued_at.value_or(clock_.now()),
              .failed_at = {},
              .last_error = {}};
}

void Session::note_failure(const Trouble& trouble) {
    state_.failed_at = clock_.now();
    state_.failed_move = trouble.move;
    state_.last_error = trouble.why;
    log_.warn("receptionist_login_failed",
              {{"next_move", std::string{name_of(trouble.move)}}, {"why", trouble.why}});
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

Question Session::with_token(const RequestTemplate& request, const Values& values) const {
    auto question = make_question(profile_, base_url_, request, values);
    question.wants_json = true;
    const auto& carrier = profile_.auth.session;
    const auto value = fill(carrier.value, {{"auth.token", state_.token.reveal()}});
    const bool cookie = carrier.kind == TokenCarrier::Kind::cookie;
    question.request.headers.push_back(cookie ? Header{"Cookie", carrier.name + "=" + value}
                                              : Header{carrier.name, value});
    return question;
}

}  // namespace ringbridge::receptionist
