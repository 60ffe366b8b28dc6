#include "learn/login.hpp"

#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "learn/names.hpp"
#include "learn/refresh.hpp"
#include "learn/shapes.hpp"
#include "learn/steps.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::learn {
namespace {

using From = receptionist::Capture::From;

bool means_session(const std::string& header) {
    const Name name{header};
    return name.is({"authorization"}) ||
           (name.has({"token", "session", "auth", "jwt", "sid", "access"}) &&
            !name.has({"csrf", "xsrf"}));
}

bool means_key(const std::string& name) {
    return Name{name}.has({"key", "apikey", "secret"}) || Name{name}.contains({"apikey"});
}

// `sk_live_…`, `key-…`: as APIs write the keys that they give to their users.
bool is_written_like_a_key(const std::string& value) {
    static constexpr std::array starts{"sk_",  "pk_",  "rk_",  "sk-", "key_",
                                       "key-", "api_", "pat_", "pat-"};
    return value.contains("_live_") || value.contains("_test_") ||
           std::ranges::any_of(starts, [&](auto* start) { return value.starts_with(start); });
}

/// What is learned, and how each part comes to it.
class LoginReader {
  public:
    LoginReader(const Recording& recording, const Provenance& provenance, const Privacy& privacy,
                const std::optional<TypedCredentials>& typed, const CallList& list,
                std::size_t listing, Notes& notes)
        : recording_{recording},
          provenance_{provenance},
          privacy_{privacy},
          typed_{typed},
          listing_{listing},
          notes_{notes},
          steps_{recording, provenance, privacy,
                 typed,     list,       origin_of(recording.exchanges[listing].url),
                 notes} {}

    LoginText read(const ListingJudge& judge, const std::optional<FoundDetail>& detail) {
        if (typed_) {
            steps_.add(provenance_.root_of(typed_->exchange));
            add_identifier_step(*typed_);
        }
        read_token_header();
        if (!typed_) read_key();
        read_cookies();
        read_other_headers();
        login_.listing = write_request(listing(), steps_.base(), [&](const Piece& piece) {
            const auto fate = judge(piece);
            return fate ? *fate : judged(piece, listing_);
        });
        if (detail) login_.detail = write_detail(*detail);
        settle();
        return std::move(login_);
    }

  private:
    const Exchange& listing() const { return recording_.exchanges[listing_]; }
    std::size_t login_at() const { return typed_ ? typed_->exchange : 0; }

    // Of a login in two forms, the first: it has the e-mail alone.
    void add_identifier_step(const TypedCredentials& typed) {
        for (std::size_t i = 0; i < typed.exchange; ++i) {
            const auto& exchange = recording_.exchanges[i];
            if (exchange.method != "POST" || is_noise(exchange) || exchange.status >= 400) continue;
            const bool typed_here =
                std::ranges::any_of(pieces_of(exchange), [&](const Piece& piece) {
                    return piece.value == typed.email && is_email(piece.value);
                });
            const bool leads_on =
                exchange.is_redirect() || is_page(exchange) || !exchange.set_cookies.empty();
            const bool own_site = site_of(host_of(exchange.url)) ==
                                  site_of(host_of(recording_.exchanges[typed.exchange].url));
            if (typed_here && own_site && leads_on && !sends_password(exchange)) {
                steps_.add(provenance_.root_of(i));
            }
        }
    }

    static bool sends_password(const Exchange& exchange) {
        return std::ranges::any_of(pieces_of(exchange), [](const Piece& piece) {
            return is_password_name(piece.key) && !piece.value.empty();
        });
    }

    // The header that carries the session's token: one that is named so, else any whose value came
    // with the login or later.
    void read_token_header() {
        if (!typed_) return;
        for (const bool named : {true, false}) {
            for (const auto& [name, value] : listing().request_headers) {
                if (is_noise_header(name) || means_session(name) != named) continue;
                if (Name{name}.has({"csrf", "xsrf"})) continue;
                if (steps_.is_application_header(name, value)) continue;
                if (take_token(name, split_scheme(value).first)) return;
            }
        }
    }

    // By the earliest value of the header that an answer had: later ones come from refreshes.
    bool take_token(const std::string& name, const std::string& scheme) {
        for (auto i = login_at(); i <= listing_; ++i) {
            const auto sent = header_value(recording_.exchanges[i].request_headers, name);
            if (sent.empty()) continue;
            const auto token = split_scheme(std::string{sent}).second;
            if (token.size() < 8 || steps_.is_public(token)) continue;
            if (cookie_with(recording_.exchanges[i], token)) continue;
            const auto origins = steps_.ranked(token, i);
            if (origins.empty() || origins.front().from == From::cookie) continue;
            if (!means_session(name) && origins.front().exchange < login_at()) continue;
            if (origins.front().from == From::meta || origins.front().from == From::input) continue;
            token_ = token;
            token_at_ = origins.front();
            has_token_ = true;
            steps_.capture_at(token_at_, "token");
            login_.session_headers.emplace_back(name, scheme + "${auth.token}");
            notes_.found("auth.session", to_text(listing()) + ", header " + name, 0.95,
                         "its value came from the answer to " +
                             to_text(recording_.exchanges[token_at_.exchange]));
            read_lifetime();
            return true;
        }
        return false;
    }

    void read_lifetime() {
        if (is_jwt(token_)) {
            login_.expiration = "jwt_exp";
            return;
        }
        if (token_at_.from != From::body) return;
        const auto parent = token_at_.key.substr(0, token_at_.key.find_last_of(".["));
        for (const auto& leaf : provenance_.leaves(token_at_.exchange)) {
            if (leaf.path.substr(0, leaf.path.find_last_of(".[")) != parent) continue;
            const Name name{leaf.path};
            if (!name.has({"expires", "expiry", "expiration", "expire", "exp", "ttl", "valid",
                           "lasts", "lifetime"}) &&
                !name.contains({"expires", "gueltig"})) {
                continue;
            }
            if (name.has({"refresh"})) continue;
            const auto seconds = parse_number<std::int64_t>(leaf.text);
            const char* kind = nullptr;
            if (seconds && *seconds > 30 && *seconds < 40'000'000) kind = "expires_in";
            if (!kind && is_time(leaf) && !time_shapes(leaf).front().needs_zone)
                kind = "expires_at";
            if (!kind || login_.expiration == "expires_in") continue;
            login_.expiration = kind;
            steps_.capture_at({token_at_.exchange, From::body, leaf.path}, kind);
        }
    }

    // Where there is no password: a key that its user was given, which no answer holds.
    void read_key() {
        const auto is_key = [&](const std::string& name, const std::string& value) {
            return value.size() >= 8 && (means_key(name) || is_written_like_a_key(value)) &&
                   !is_jwt(value) && !provenance_.occurs_before(value, listing_) &&
                   !cookie_with(listing(), value);
        };
        for (const auto& [name, value] : listing().request_headers) {
            const auto [scheme, key] = split_scheme(value);
            if (is_noise_header(name) || !is_key(name, key)) continue;
            return take_key("header " + name, {name, scheme + "${auth.token}"});
        }
        for (const auto& piece : pieces_of(listing())) {
            if (piece.in == Piece::In::path || !is_key(piece.key, piece.value)) continue;
            key_ = piece.value;
            // A session must be carried by something else than the address.
            return take_key(piece.key, {"Accept", "application/json"});
        }
    }

    void take_key(const std::string& where, std::pair<std::string, std::string> carrier) {
        login_.by_key = true;
        login_.session_headers.push_back(std::move(carrier));
        notes_.found("auth.session", to_text(listing()) + ", " + where, 0.85,
                     "an access key that no answer holds: its user was given it, and "
                     "RECEPTIONIST_TOKEN has to hold the one to use");
    }

    // The request for one call, with the record's values in place of the opened one's.
    RequestText write_detail(const FoundDetail& detail) {
        return write_request(recording_.exchanges[detail.exchange], steps_.base(),
                             [&](const Piece& piece) {
                                 if (auto fate = detail.fate_of(piece)) return *fate;
                                 const Leaf leaf{"", Leaf::Kind::text, piece.value};
                                 const bool now = piece.in == Piece::In::query && is_time(leaf) &&
                                                  parse_number<std::int64_t>(piece.value);
                                 return now ? Fate::drop() : judged(piece, detail.exchange);
                             });
    }

    // The last answer before the list that set the cookie.
    std::optional<std::size_t> setter_of(const std::string& cookie) const {
        for (auto i = listing_; i-- > 0;) {
            const auto& exchange = recording_.exchanges[i];
            if (is_noise(exchange)) continue;
            const bool sets = std::ranges::any_of(exchange.set_cookies, [&](const auto& one) {
                return one.first == cookie && !one.second.empty();
            });
            if (sets) return i;
        }
        return std::nullopt;
    }

    bool is_set_by_steps(const std::string& cookie) const {
        for (std::size_t i = 0; i < listing_; ++i) {
            if (!steps_.has(provenance_.root_of(i))) continue;
            if (std::ranges::find(recording_.exchanges[i].set_cookies, cookie,
                                  &Query::value_type::first) !=
                recording_.exchanges[i].set_cookies.end()) {
                return true;
            }
        }
        return false;
    }

    void read_cookies() {
        if (!typed_) return;
        for (const auto& [name, value] : listing().request_cookies) {
            if (name.starts_with("_ga") || name.starts_with("__cf") || name.starts_with("_gid"))
                continue;
            const auto setter = setter_of(name);
            if (!setter) {
                take_script_cookie(name, value);
                continue;
            }
            if (!is_set_by_steps(name) && token_.empty()) steps_.add(provenance_.root_of(*setter));
            if (!token_.empty() && !is_http_only(*setter, name)) continue;
            if (!login_.login_cookies) {
                notes_.found("auth.session", to_text(listing()) + ", cookie " + name, 0.9,
                             "set by the answer to " + to_text(recording_.exchanges[*setter]));
            }
            login_.login_cookies = true;
            if (token_.empty() && is_jwt(value) && is_set_by_steps(name))
                capture_cookie(name, value);
        }
    }

    // A cookie that the site's script makes of a token in an answer.
    void take_script_cookie(const std::string& name, const std::string& value) {
        if (login_.session_cookie || !token_.empty() || value.size() < 8) return;
        auto token = value;
        auto origins = steps_.ranked(token, listing_);
        if (origins.empty()) {
            token = percent_decode(value);
            origins = steps_.ranked(token, listing_);
        }
        if (origins.empty() || origins.front().exchange < login_at()) return;
        token_ = token;
        token_at_ = origins.front();
        has_token_ = true;
        steps_.capture_at(token_at_, "token");
        login_.session_cookie = std::pair{name, std::string{"${auth.token}"}};
        notes_.found("auth.session", to_text(listing()) + ", cookie " + name, 0.85,
                     "its value came from the answer to " +
                         to_text(recording_.exchanges[token_at_.exchange]));
        read_lifetime();
    }

    bool is_http_only(std::size_t exchange, const std::string& cookie) const {
        return std::ranges::any_of(
            recording_.exchanges[exchange].response_headers, [&](const Header& header) {
                return header.name == "set-cookie" && header.value.contains(cookie + '=') &&
                       lower_case(header.value).contains("httponly");
            });
    }

    // A token in a cookie says when the session ends.
    void capture_cookie(const std::string& name, const std::string& value) {
        for (auto i = listing_; i-- > 0;) {
            const auto root = provenance_.root_of(i);
            const auto& set = recording_.exchanges[i].set_cookies;
            if (!steps_.has(root) ||
                std::ranges::find(set, name, &Query::value_type::first) == set.end()) {
                continue;
            }
            token_ = value;
            has_token_ = true;
            token_at_ = Origin{i, From::cookie, name};
            steps_.capture_at(token_at_, "token");
            login_.expiration = "jwt_exp";
            return;
        }
    }

    // CSRF values and the like, and what a pasted token would be.
    void read_other_headers() {
        for (const auto& [name, value] : listing().request_headers) {
            if (is_noise_header(name) || name == "accept" || name == "origin") continue;
            if (has_session_header(name) || steps_.is_application_header(name, value)) continue;
            const auto [scheme, token] = split_scheme(value);
            const auto cookie = token.size() > 2 ? cookie_with(listing(), token) : std::nullopt;
            if (cookie && typed_) {
                take_cookie_header(name, scheme, *cookie);
                continue;
            }
            const bool named = (is_secret_name(name) && token.size() > 2) || is_owner(name, token);
            if (!named && (token.size() < 6 || is_word(token))) continue;
            const auto origins = steps_.ranked(token, listing_, name);
            if (!origins.empty() && typed_) {
                take_header(name, scheme, origins);
            } else if (!steps_.is_public(token) && means_session(name)) {
                login_.session_headers.emplace_back(name, scheme + "${auth.token}");
                login_.session_todo = true;
            }
        }
    }

    // Sites' own scripts send a cookie back as a header.
    void take_cookie_header(const std::string& name, const std::string& scheme,
                            const std::string& cookie) {
        const auto setter = setter_of(cookie);
        if (setter && !is_set_by_steps(cookie)) steps_.add(provenance_.root_of(*setter));
        login_.login_cookies = true;
        login_.session_headers.emplace_back(name, scheme + "${cookies." + cookie + "}");
        notes_.found("auth.session", to_text(listing()) + ", header " + name, 0.95,
                     "it is the cookie " + cookie + " of the same request");
    }

    void take_header(const std::string& name, const std::string& scheme,
                     const std::vector<Origin>& origins) {
        const auto& origin = origins.front();
        if (origin.from == From::cookie) return take_cookie_header(name, scheme, origin.key);
        const auto captured = steps_.capture_at(origin, "");
        login_.session_headers.emplace_back(name, scheme + captured.in_session());
        notes_.found(
            "auth.session", to_text(listing()) + ", header " + name, 0.9,
            "its value came from the answer to " + to_text(recording_.exchanges[origin.exchange]));
    }

    bool has_session_header(const std::string& name) const {
        return std::ranges::find(login_.session_headers, name, &Named::value_type::first) !=
               login_.session_headers.end();
    }

    // A piece of a request that is sent with the session.
    Fate judged(const Piece& piece, std::size_t exchange) {
        if (piece.in == Piece::In::header) return judged_header(piece, exchange);
        if (!key_.empty() && piece.value == key_) return Fate::put("${auth.token}");
        if (privacy_.judge(piece) == Privacy::Verdict::constant &&
            !is_id_in_path(piece, exchange)) {
            return Fate::keep();
        }
        if (const auto fate = typed_ ? captured(piece, exchange) : std::nullopt) return *fate;
        const auto request = to_text(recording_.exchanges[exchange]);
        const bool in_path = piece.in == Piece::In::path;
        notes_.ask("streams.calls.requester: " + request + " sends " +
                   (in_path ? "an id in its address" : piece.key) +
                   ", which belongs to the recorded account, and " +
                   steps_.why_unknown(piece.value, exchange));
        return Fate::put(todo_value(in_path ? "" : piece.key));
    }

    std::optional<Fate> captured(const Piece& piece, std::size_t exchange) {
        const auto where = to_text(recording_.exchanges[exchange]) + ", " + piece.key;
        const auto found = [&](const Steps::Captured& captured) {
            notes_.found("streams.calls.requester", where, 0.85,
                         "the account's own value, found in the answer to " +
                             to_text(recording_.exchanges[captured.origin.exchange]));
            return captured.in_session();
        };
        const auto whole =
            steps_.capture(piece.value, exchange, steps_.name_in_request(piece, exchange));
        if (whole) {
            const auto text = found(*whole);
            const bool number = is_in_json(piece) && !piece.is_text;
            return Fate::put(number ? "${=auth." + whole->name + "}" : text);
        }
        const auto parts = steps_.capture_parts(piece, exchange, found);
        return parts ? std::optional{Fate::put(*parts)} : std::nullopt;
    }

    // `7` in `/accounts/7`.
    bool is_id_in_path(const Piece& piece, std::size_t exchange) const {
        auto before = steps_.name_in_request(piece, exchange);
        if (before.ends_with('s')) before.pop_back();
        return piece.in == Piece::In::path && is_identifier(piece.value) &&
               is_owner(before, piece.value);
    }

    Fate judged_header(const Piece& piece, std::size_t exchange) {
        if (has_session_header(piece.key)) return Fate::drop();
        if (piece.key == "accept") {
            return piece.value.contains("json") ? Fate::keep() : Fate::drop();
        }
        if (piece.key == "origin" || steps_.is_application_header(piece.key, piece.value)) {
            return Fate::keep();
        }
        const auto token = split_scheme(piece.value).second;
        const bool secret = is_secret_name(piece.key) && token.size() > 2;
        // An account that the browser remembered is no constant, although it was sent before.
        if (!secret && !names_owner(piece.key) && steps_.is_public(token)) return Fate::keep();
        if (!is_owner(piece.key, token) && !secret && (is_word(token) || token.size() < 6)) {
            return Fate::keep();
        }
        if (is_owner(piece.key, token) || (secret && typed_)) {
            notes_.ask("streams.calls.requester: " + to_text(recording_.exchanges[exchange]) +
                       " sends the header " + piece.key + ", and " +
                       steps_.why_unknown(token, exchange));
            return Fate::put(todo_value(piece.key));
        }
        return means_session(piece.key) || privacy_.judge(piece) == Privacy::Verdict::account
                   ? Fate::drop()
                   : Fate::keep();
    }

    void settle() {
        guess_session();
        if (typed_) note_login(*typed_);
        if (has_token_ && token_at_.from == From::body) {
            login_.refresh = learn_refresh(recording_, provenance_, steps_, token_at_, notes_);
            if (!login_.refresh) refresh_by_cookie();
        }
        login_.steps = steps_.in_order();
        // A session must be in something: what else the login sets is kept in cookies.
        if (!login_.steps.empty() && !has_token_) keep_in_cookies();
        for (auto& step : login_.steps) {
            if (step.root == provenance_.root_of(login_at()) && typed_ &&
                recording_.exchanges[step.root].method == "PUT") {
                notes_.ask("auth.steps: the login is a PUT, which profiles cannot send");
            }
        }
    }

    void keep_in_cookies() {
        login_.login_cookies = true;
        if (recording_.has_credentials || login_.session_todo) return;
        login_.session_todo = true;
        notes_.ask(
            "auth.session: the recording has no cookies, so it was exported without sensitive "
            "data; that the session is in cookies is a guess. Record again with sensitive data");
    }

    void refresh_by_cookie() {
        login_.refresh =
            learn_refresh_by_cookie(recording_, provenance_, steps_, token_at_, notes_);
        if (login_.refresh) login_.login_cookies = true;
    }

    // Of a sanitized recording, and of one that begins after the login.
    void guess_session() {
        if (login_.by_key) return;
        if (!login_.session_headers.empty() || login_.login_cookies || login_.session_cookie) {
            if (!typed_) ask_for_login();
            return;
        }
        login_.session_todo = true;
        if (!typed_) {
            login_.login_cookies = true;
            return ask_for_login();
        }
        for (const auto& leaf : provenance_.leaves(provenance_.end_of(typed_->exchange))) {
            const Name name{leaf.path};
            const bool token = name.has({"token", "jwt"}) && !name.has({"refresh", "csrf", "type"});
            if (!token || leaf.kind != Leaf::Kind::text || leaf.text.size() < 16) continue;
            token_ = leaf.text;
            has_token_ = true;
            token_at_ = Origin{provenance_.end_of(typed_->exchange), From::body, leaf.path};
            steps_.capture_at(token_at_, "token");
            login_.session_headers.emplace_back("Authorization", "Bearer ${auth.token}");
            read_lifetime();
            notes_.ask(
                "auth.session: the recording does not show how requests carry the token that "
                "the login returns; check that it is this header");
            return;
        }
        login_.login_cookies = true;
        notes_.ask(
            "auth.session: the recording shows neither cookies nor a token in the request for "
            "calls; record again with sensitive data");
    }

    void ask_for_login() {
        login_.session_todo = true;
        notes_.ask(
            "auth.steps: the recording has no login; record from before it, with sensitive "
            "data, or set RECEPTIONIST_TOKEN");
    }

    void note_login(const TypedCredentials& typed) {
        const auto& exchange = recording_.exchanges[typed.exchange];
        notes_.found("auth.steps", to_text(exchange), typed.email.empty() ? 0.5 : 0.95,
                     "it sends a password as " + typed.password_key);
        if (typed.email.empty()) {
            notes_.ask("auth.steps: no request sends the e-mail or user name beside the password");
        }
    }

    const Recording& recording_;
    const Provenance& provenance_;
    const Privacy& privacy_;
    const std::optional<TypedCredentials>& typed_;
    std::size_t listing_;
    Notes& notes_;
    Steps steps_;
    LoginText login_;
    std::string key_;  // in the address, in place of a login
    std::string token_;
    Origin token_at_;  // where the session's token was answered
    bool has_token_ = false;
};

}  // namespace

LoginText learn_login(const Recording& recording, const Provenance& provenance,
                      const Privacy& privacy, const std::optional<TypedCredentials>& typed,
                      const CallList& list, std::size_t listing,
                      const std::optional<FoundDetail>& detail, const ListingJudge& judge,
                      Notes& notes) {
    return LoginReader{recording, provenance, privacy, typed, list, listing, notes}.read(judge,
                                                                                         detail);
}

}  // namespace ringbridge::learn
