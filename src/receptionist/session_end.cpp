#include "receptionist/session_end.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::receptionist {
namespace {

using enum SessionEnd;

constexpr std::array login_words{"login",  "log in",  "log-in",          "log_in",
                                 "signin", "sign in", "sign-in",         "sign_in",
                                 "/auth",  "sso",     "session expired", "session has expired"};

// A web application's page, which redirects to its login if the user is not logged in.
constexpr std::array application_words{"id=\"root\"", "id=\"app\"", "id=\"__next\""};

constexpr std::array error_words{
    "unauthori",     "unauthenticated",  "not authenticated", "authentication required",
    "not logged in", "please log in",    "login required",    "session expired",
    "session has",   "session is",       "invalid session",   "no session",
    "jwt",           "token expired",    "token has expired", "expired token",
    "invalid token", "token is invalid", "invalid_token",     "token_expired"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool holds_any(std::string_view text, const auto& words) {
    return std::ranges::any_of(words,
                               [&](const auto* word) { return contains_in_any_case(text, word); });
}

bool is_success(int status) { return status >= 200 && status < 300; }

SessionEnd in_redirect(const HttpResponse& answer) {
    return holds_any(header_value(answer.headers, "Location"), login_words) ? likely : perhaps;
}

SessionEnd in_page(const HttpResponse& answer) {
    if (answer.status >= 500) return no;
    if (holds_any(answer.body, login_words)) return likely;
    return is_success(answer.status) && holds_any(answer.body, application_words) ? perhaps : no;
}

SessionEnd in_text(const HttpResponse& answer) {
    const bool said = holds_any(answer.body, error_words);
    if (is_success(answer.status)) return said ? likely : perhaps;
    return said || answer.status == 403 ? perhaps : no;
}

}  // namespace

// 419 is Laravel's, 440 Microsoft's, 498 Esri's.
SessionEnd session_end_in(const HttpResponse& answer) {
    const auto status = answer.status;
    if (status == 419 || status == 440 || status == 498) return likely;
    if (status == 408 || status == 429 || status == 503) return no;
    if (status >= 300 && status < 400) return in_redirect(answer);
    return is_web_page(answer) ? in_page(answer) : in_text(answer);
}

bool is_web_page(const HttpResponse& answer) {
    const auto first = answer.body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return contains_in_any_case(header_value(answer.headers, "Content-Type"), "text/html") ||
           (first != std::string::npos && answer.body[first] == '<');
}

bool contains_in_any_case(std::string_view text, std::string_view word) {
    return !std::ranges::search(text, word, {}, lower, lower).empty();
}

}  // namespace ringbridge::receptionist
