// What refusals look like, in JSON and on pages: see login_refusal.hpp.
#include "core/text.hpp"
#include "receptionist/html.hpp"
#include "receptionist/login_refusal.hpp"
#include "receptionist/session_end.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

constexpr std::array refusing_words{"password",        "credential",    "incorrect",
                                    "invalid login",   "invalid email", "invalid_grant",
                                    "invalid user",    "unknown user",  "user not found",
                                    "email_not_found", "no account",    "does not match",
                                    "don't match",     "do not match",  "not recognized",
                                    "login failed",    "login_failed",  "authentication failed",
                                    "passwort",        "kennwort",      "mot de passe",
                                    "contrase",        "senha",         "wachtwoord",
                                    "zugangsdaten"};

bool holds_refusing_word(std::string_view body) {
    return std::ranges::any_of(refusing_words,
                               [&](const auto* word) { return contains_in_any_case(body, word); });
}

bool is_false(const json& value) {
    if (value.is_boolean()) return !value.get<bool>();
    if (!value.is_string()) return false;
    const auto text = lower_case(value.get<std::string>());
    return text == "error" || text == "fail" || text == "failed" || text == "false";
}

bool is_something(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    return !value.is_null() && !(value.is_structured() && value.empty()) && value != json("");
}

// Many sites answer 200 and say in the JSON that it went wrong.
bool reports_error(const json& answer) {
    if (!answer.is_object()) return false;
    for (const auto& [key, value] : answer.items()) {
        const auto name = lower_case(key);
        const bool verdict = name == "success" || name == "ok" || name == "status" ||
                             name == "authenticated" || name == "valid" || name == "result";
        if (verdict && is_false(value)) return true;
        if ((name == "error" || name == "errors") && is_something(value)) return true;
    }
    return false;
}

// Something by the name of a token that is long enough to be one.
bool holds_token(const json& value) {
    constexpr std::size_t shortest_token = 16;
    if (!value.is_structured()) return false;
    for (const auto& [key, member] : value.items()) {
        const auto name = lower_case(key);
        const bool named = name.contains("token") || name.contains("jwt") ||
                           name.contains("session") || name.contains("access");
        if (named && member.is_string() &&
            member.get_ref<const std::string&>().size() >= shortest_token) {
            return true;
        }
        if (holds_token(member)) return true;
    }
    return false;
}

// Words for a person, in whatever language.
bool holds_sentence(const json& value) {
    if (value.is_string()) return trim(value.get_ref<const std::string&>()).contains(' ');
    return value.is_structured() && std::any_of(value.begin(), value.end(), holds_sentence);
}

}  // namespace

bool is_sentence_alone(const HttpResponse& answer) {
    const auto body = json::parse(answer.body, nullptr, false);
    return holds_sentence(body) && !holds_token(body);
}

bool refuses_login(const HttpResponse& answer) {
    if (answer.status >= 500 || answer.status == 429 || answer.status == 408) return false;
    if (answer.status == 401) return true;
    if (is_web_page(answer)) return answer.status != 403 && asks_for_password(answer.body);
    if (answer.status >= 400) return holds_refusing_word(answer.body);
    return reports_error(json::parse(answer.body, nullptr, false)) &&
           holds_refusing_word(answer.body);
}

}  // namespace ringbridge::receptionist
