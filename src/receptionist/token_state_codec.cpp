// The JSON of token_state.hpp.
#include "receptionist/token_state.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

json encode_moment(const std::optional<UtcTime>& moment) {
    return moment ? json(to_unix_ms(*moment)) : json();
}

std::optional<UtcTime> moment_in(const json& kept, const char* name) {
    const auto found = kept.find(name);
    if (found == kept.end() || !found->is_number_integer()) return std::nullopt;
    return from_unix_ms(found->get<std::int64_t>());
}

json encode_values(const std::map<std::string, Secret>& values) {
    auto encoded = json::object();
    for (const auto& [name, value] : values) encoded[name] = value.reveal();
    return encoded;
}

// An earlier version kept none.
std::map<std::string, Secret> values_in(const json& kept) {
    std::map<std::string, Secret> values;
    const auto found = kept.find("values");
    if (found == kept.end()) return values;
    for (const auto& [name, value] : found->items())
        values.emplace(name, Secret{value.get<std::string>()});
    return values;
}

std::optional<Cause> cause_in(const json& kept) {
    const auto name = kept.value("cause", "");
    for (const auto cause : {Cause::wrong_password, Cause::token_refused, Cause::bot_wall,
                             Cause::endpoint_moved, Cause::outage}) {
        if (name == name_of(cause)) return cause;
    }
    return std::nullopt;
}

}  // namespace

std::string encode_state(const TokenState& state) {
    const json kept{{"token", state.token.reveal()},
                    {"values", encode_values(state.values)},
                    {"cookies", state.cookies.reveal()},
                    {"expiresAt", encode_moment(state.expires_at)},
                    {"issuedAt", encode_moment(state.issued_at)},
                    {"refused", state.refused},
                    {"failedAt", encode_moment(state.failed_at)},
                    {"unhelpfulLoginAt", encode_moment(state.unhelpful_login_at)},
                    {"cause", state.cause ? name_of(*state.cause) : ""},
                    {"lastError", state.last_error},
                    {"account", state.marks.account},
                    {"password", state.marks.password},
                    {"pasted", state.marks.pasted}};
    return kept.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<TokenState> decode_state(const std::string& text) try {
    const auto kept = json::parse(text);
    return TokenState{.token = Secret{kept.value("token", "")},
                      .values = values_in(kept),
                      .cookies = Secret{kept.value("cookies", "")},
                      .expires_at = moment_in(kept, "expiresAt"),
                      .issued_at = moment_in(kept, "issuedAt"),
                      .refused = kept.value("refused", false),
                      .failed_at = moment_in(kept, "failedAt"),
                      .unhelpful_login_at = moment_in(kept, "unhelpfulLoginAt"),
                      .cause = cause_in(kept),
                      .last_error = kept.value("lastError", ""),
                      .marks = {.account = kept.value("account", ""),
                                .password = kept.value("password", ""),
                                .pasted = kept.value("pasted", "")}};
} catch (const json::exception&) {
    return std::nullopt;
}

}  // namespace ringbridge::receptionist
