#include "learn/credentials.hpp"

#include "learn/names.hpp"
#include "learn/shapes.hpp"
#include "receptionist/html.hpp"
#include "receptionist/login_refusal.hpp"

#include <algorithm>
#include <functional>

namespace ringbridge::learn {
namespace {

bool is_user_name(const std::string& key) {
    const Name name{key};
    return name.has({"email", "mail", "username", "user", "login", "identifier", "account",
                     "benutzer", "benutzername", "usuario", "utilisateur", "correo", "courriel",
                     "utente", "identity", "userid", "uid", "handle", "gebruiker"}) ||
           name.contains({"email", "username", "benutzer", "usuario", "loginname"});
}

bool is_refused(const Exchange& exchange) {
    if (exchange.status == 0) return false;
    if (exchange.status >= 400) return true;
    return receptionist::refuses_login(
        {.status = exchange.status, .headers = exchange.response_headers, .body = exchange.body});
}

// Whether an answer before holds the value.
bool was_known(const Recording& recording, const std::string& value, std::size_t before) {
    for (std::size_t i = 0; i < before; ++i) {
        const auto& answer = recording.exchanges[i];
        if (answer.body.contains(value) || answer.url.contains(value)) return true;
        for (const auto& [name, text] : answer.set_cookies) {
            if (text.contains(value)) return true;
        }
    }
    return false;
}

// Whether somebody is logged in after it: it sets a cookie, or answers with what is sent later.
bool begins_session(const Recording& recording, std::size_t exchange) {
    const auto& answer = recording.exchanges[exchange];
    if (!answer.set_cookies.empty()) return true;
    for (auto i = exchange + 1; i < recording.exchanges.size(); ++i) {
        for (const auto& [name, value] : recording.exchanges[i].request_headers) {
            const auto token = value.substr(value.find(' ') + 1);
            if (token.size() >= 12 && answer.body.contains(token)) return true;
        }
    }
    return false;
}

// The password; nothing if there is none, or if it is being chosen.
const Piece* typed_password(const std::vector<Piece>& pieces) {
    const Piece* found = nullptr;
    for (const auto& piece : pieces) {
        if (piece.in == Piece::In::path || piece.value.empty() || !piece.is_text) continue;
        if (!is_password_name(piece.key)) continue;
        const Name name{piece.key};
        if (name.has({"new", "confirm", "confirmation", "repeat", "again", "neu"})) return nullptr;
        if (found == nullptr) found = &piece;
    }
    return found;
}

// Names that may be a password's beside an e-mail address.
bool may_be_password_name(const std::string& key) {
    const Name name{key};
    return name.has_any({"secret", "phrase", "pin", "credential", "credentials", "cred", "auth",
                         "kw", "geheim", "secreto", "code"}) &&
           !name.contains({"csrf", "clientsecret", "captcha"}) &&
           !name.has({"client", "type", "method", "token"});
}

// Where nothing is named like a password: what was sent with an e-mail address, by its name, or
// because it is the only other text that no answer before had held.
const Piece* sent_with_email(const std::vector<Piece>& pieces, const Recording& recording,
                             std::size_t exchange) {
    const auto email =
        std::ranges::find_if(pieces, [](const Piece& piece) { return is_email(piece.value); });
    if (email == pieces.end()) return nullptr;
    const Piece* named = nullptr;
    std::vector<const Piece*> unknown;
    for (const auto& piece : pieces) {
        if (piece.in == Piece::In::path || piece.in == Piece::In::query || !piece.is_text) continue;
        if (piece.value.size() < 6 || is_email(piece.value)) continue;
        if (may_be_password_name(piece.key)) named = named == nullptr ? &piece : named;
        if (!was_known(recording, piece.value, exchange)) unknown.push_back(&piece);
    }
    if (named != nullptr) return named;
    return unknown.size() == 1 ? unknown.front() : nullptr;
}

std::string typed_user(const std::vector<Piece>& pieces) {
    for (const auto& piece : pieces) {
        if (piece.in != Piece::In::path && is_email(piece.value)) return piece.value;
    }
    for (const auto& piece : pieces) {
        if (piece.in == Piece::In::path || piece.value.empty() || !piece.is_text) continue;
        if (is_user_name(piece.key) && !is_password_name(piece.key)) return piece.value;
    }
    return {};
}

bool creates_account(const Exchange& exchange) {
    const auto segments = segments_of(exchange.url);
    return std::ranges::any_of(segments, [](const std::string& segment) {
        return Name{segment}.contains({"register", "signup", "reset", "changepassword"});
    });
}

// Of a form in steps: the e-mail was typed in an earlier one.
std::string user_typed_before(const Recording& recording, std::size_t exchange) {
    for (auto i = exchange; i-- > 0;) {
        if (recording.exchanges[i].method != "POST") continue;
        if (is_noise(recording.exchanges[i])) continue;
        auto user = typed_user(pieces_of(recording.exchanges[i]));
        if (is_email(user)) return user;
    }
    return {};
}

}  // namespace

bool is_password_name(const std::string& key) {
    const Name name{key};
    if (name.has({"type", "strength", "policy", "reset", "expired", "hint"})) return false;
    return name.contains({"password", "passwort", "passwd", "kennwort", "contrasena", "contrasenya",
                          "motdepasse", "wachtwoord", "passphrase"}) ||
           name.has({"pass", "pwd", "psw", "passcode", "clave", "senha", "mdp", "haslo", "pw"});
}

namespace {

using FindPassword = std::function<const Piece*(const std::vector<Piece>&, std::size_t)>;

std::optional<TypedCredentials> last_login(const Recording& recording, std::size_t before,
                                           const FindPassword& find_password) {
    std::optional<TypedCredentials> best;
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (exchange.method == "GET" || is_noise(exchange)) continue;
        if (creates_account(exchange) || is_refused(exchange)) continue;
        const auto pieces = pieces_of(exchange);
        const auto* password = find_password(pieces, i);
        if (password == nullptr) continue;
        if (best && i > before) break;
        auto email = typed_user(pieces);
        if (email.empty()) email = user_typed_before(recording, i);
        best = TypedCredentials{i, std::move(email), password->value, password->key};
    }
    return best;
}

}  // namespace

std::optional<TypedCredentials> find_credentials(const Recording& recording, std::size_t before) {
    auto named = last_login(recording, before, [](const std::vector<Piece>& pieces, std::size_t) {
        return typed_password(pieces);
    });
    if (named) return named;
    return last_login(recording, before,
                      [&](const std::vector<Piece>& pieces, std::size_t i) -> const Piece* {
                          if (i >= before || !begins_session(recording, i)) return nullptr;
                          return sent_with_email(pieces, recording, i);
                      });
}

}  // namespace ringbridge::learn
