#include "receptionist/cookies.hpp"

#include "core/text.hpp"
#include "core/url.hpp"
#include "receptionist/cookie_date.hpp"

#include <algorithm>
#include <charconv>

namespace ringbridge::receptionist {
namespace {

constexpr std::chrono::days longest_age{400};  // as in browsers

std::string host_of(const std::string& url) {
    const auto origin = origin_of(url);
    const auto host = origin.find("://") + 3;
    const auto port = origin.find_last_of(":]");  // `[::1]` contains colons
    const bool has_port = port != std::string::npos && port >= host && origin[port] == ':';
    return lower_case(origin.substr(host, has_port ? port - host : std::string::npos));
}

// RFC 6265, 5.1.3. No suffix of an IP address is a domain.
bool domain_matches(std::string_view host, std::string_view domain) {
    if (host == domain) return true;
    const bool address = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return !address && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

// 5.1.4
bool path_matches(std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix)) return false;
    return path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/';
}

std::string default_path(const std::string& url) {
    const auto path = parse_target(url).path;
    const auto end = path.rfind('/');
    return end == 0 || end == std::string::npos ? "/" : path.substr(0, end);
}

std::string_view take_part(std::string_view& text) {
    const auto part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

std::pair<std::string_view, std::string_view> split(std::string_view part) {
    const auto equals = std::min(part.find('='), part.size());
    return {trim(part.substr(0, equals)), trim(part.substr(std::min(equals + 1, part.size())))};
}

std::optional<UtcTime> end_of_age(std::string_view text, UtcTime now) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
        return std::nullopt;
    }
    if (text.starts_with('-') || (seconds == 0 && error == std::errc{})) return UtcTime::min();
    const std::chrono::seconds longest = longest_age;
    if (error != std::errc{} || seconds > longest.count()) return now + longest;
    return now + std::chrono::seconds{seconds};
}

}  // namespace

bool Cookies::Cookie::suits(const std::string& url) const {
    if (domain.empty()) return true;
    const auto host = host_of(url);
    return (host_only ? host == domain : domain_matches(host, domain)) &&
           path_matches(parse_target(url).path, path);
}

// 5.2 and 5.3; nullopt if it is not a cookie, or this host may not set it.
std::optional<Cookies::Cookie> Cookies::parse(std::string_view text, const std::string& url,
                                              UtcTime now) {
    const auto pair = take_part(text);
    const auto [name, value] = split(pair);
    if (!pair.contains('=') || name.empty()) return std::nullopt;
    Cookie cookie{.name = std::string{name},
                  .value = std::string{value},
                  .domain = host_of(url),
                  .path = default_path(url)};
    std::optional<UtcTime> until_date, until_age;
    while (!text.empty()) {
        auto [key, setting] = split(take_part(text));
        const auto attribute = lower_case(key);
        if (attribute == "expires") until_date = parse_cookie_date(setting);
        if (attribute == "max-age") until_age = end_of_age(setting, now);
        if (attribute == "path")
            cookie.path = setting.starts_with('/') ? setting : default_path(url);
        if (attribute != "domain") continue;
        if (setting.starts_with('.')) setting.remove_prefix(1);
        if (setting.empty()) continue;
        cookie.domain = lower_case(setting);
        cookie.host_only = false;
    }
    if (!domain_matches(host_of(url), cookie.domain)) return std::nullopt;
    cookie.expires = until_age ? until_age : until_date;
    return cookie;
}

void Cookies::put(std::string name, std::string value) {
    cookies_.push_back(
        {.name = std::move(name), .value = std::move(value), .domain = "", .path = ""});
}

void Cookies::put_header(std::string_view header) {
    while (!header.empty()) {
        const auto [name, value] = split(take_part(header));
        if (!name.empty()) put(std::string{name}, std::string{value});
    }
}

bool Cookies::take(const std::string& url, const Headers& headers, UtcTime now) {
    bool removed = false;
    for (const auto& header : headers) {
        if (lower_case(header.name) != "set-cookie") continue;
        auto cookie = parse(header.value, url, now);
        if (!cookie) continue;
        const auto replaced = std::erase_if(cookies_, [&](const Cookie& old) {
            const bool same = old.domain == cookie->domain && old.path == cookie->path;
            const bool replaces_saved = old.domain.empty() && cookie->suits(url);
            return old.name == cookie->name && (same || replaces_saved);
        });
        const bool deleted = cookie->value.empty() || cookie->value == "deleted";
        if (deleted || !cookie->lives(now)) {
            removed |= replaced > 0;
        } else {
            add(std::move(*cookie));
        }
    }
    return removed;
}

// Longest paths first: of two cookies with the same name, servers use the first (5.4).
void Cookies::add(Cookie cookie) {
    const auto length = [](const Cookie& one) { return one.path.size(); };
    const auto place =
        std::ranges::upper_bound(cookies_, cookie.path.size(), std::ranges::greater{}, length);
    cookies_.insert(place, std::move(cookie));
}

std::string Cookies::header(const std::string& url, UtcTime now) const {
    std::string text;
    for (const auto& cookie : cookies_) {
        if (!cookie.lives(now) || !cookie.suits(url)) continue;
        text += (text.empty() ? "" : "; ") + cookie.name + "=" + cookie.value;
    }
    return text;
}

std::string Cookies::value(const std::string& name, const std::string& url, UtcTime now) const {
    const Cookie* found = nullptr;
    for (const auto& cookie : cookies_) {
        if (cookie.name != name || !cookie.lives(now)) continue;
        if (cookie.suits(url)) return cookie.value;
        found = &cookie;
    }
    return found == nullptr ? std::string{} : found->value;
}

}  // namespace ringbridge::receptionist
