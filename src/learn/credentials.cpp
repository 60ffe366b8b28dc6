#include "learn/credentials.hpp"

#include "learn/names.hpp"
#include "learn/shapes.hpp"
#include "receptionist/html.hpp"
#include "receptionist/login_refusal.hpp"

#include <algorithm>

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

std::optional<TypedCredentials> find_credentials(const Recording& recording, std::size_t before) {
    std::optional<TypedCredentials> best;
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (exchange.method == "GET" || is_noise(exchange)) continue;
        if (creates_account(exchange) || is_refused(exchange)) continue;
        const auto pieces = pieces_of(exchange);
        const auto* password = typed_password(pieces);
        if (password == nullptr) continue;
        if (best && i > before) break;
        auto email = typed_user(pieces);
        if (email.empty()) email = user_typed_before(recording, i);
        best = TypedCredentials{i, std::move(email), password->value, password->key};
    }
    return best;
}

}  // namespace ringbridge::learn
