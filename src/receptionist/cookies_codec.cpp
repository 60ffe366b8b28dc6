// The JSON of cookies.hpp.
#include "receptionist/cookies.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::receptionist {

using nlohmann::json;

std::string encode_cookies(const Cookies& cookies) {
    auto list = json::array();
    for (const auto& cookie : cookies.all()) {
        json one{{"name", cookie.name},
                 {"value", cookie.value},
                 {"domain", cookie.domain},
                 {"hostOnly", cookie.host_only},
                 {"path", cookie.path}};
        if (cookie.expires) one["expires"] = to_unix_ms(*cookie.expires);
        list.push_back(std::move(one));
    }
    return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

Cookies decode_cookies(const std::string& text) try {
    std::vector<Cookies::Cookie> cookies;
    for (const auto& one : json::parse(text)) {
        cookies.push_back({.name = one.at("name"),
                           .value = one.at("value"),
                           .domain = one.at("domain"),
                           .host_only = one.at("hostOnly"),
                           .path = one.at("path")});
        if (const auto end = one.find("expires"); end != one.end()) {
            cookies.back().expires = from_unix_ms(end->get<std::int64_t>());
        }
    }
    return Cookies{std::move(cookies)};
} catch (const json::exception&) {
    return Cookies{};
}

}  // namespace ringbridge::receptionist
