#include "sim/receptionist/site.hpp"

#include "core/url.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace ringbridge::sim {
namespace {

using nlohmann::json;

constexpr std::string_view origin = "https://ai.goodcall.com";

HttpResponse web_page(int status, const std::string& title) {
    return {.status = status,
            .headers = {{"Content-Type", "text/html; charset=utf-8"}},
            .body = "<!doctype html><html><head><title>" + title + "</title></head><body><h1>" +
                    title + "</h1></body></html>"};
}

HttpResponse refusal(int status, const std::string& message) {
    return json_response(status, json{{"error", message}}.dump());
}

std::string cookie(const HttpRequest& request, std::string_view name) {
    auto rest = header_value(request.headers, "Cookie");
    while (!rest.empty()) {
        while (rest.starts_with(' ')) rest.remove_prefix(1);
        const auto pair = rest.substr(0, rest.find(';'));
        if (pair.substr(0, pair.find('=')) == name && pair.contains('=')) {
            return std::string{pair.substr(pair.find('=') + 1)};
        }
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return {};
}

std::string base64url(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string encoded;
    for (std::size_t at = 0; at < text.size(); at += 3) {
        const auto group = text.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (std::size_t i = 0; i <= group.size(); ++i) {
            encoded += alphabet[bits >> (18 - 6 * i) & 63];
        }
    }
    return encoded;
}

// splitmix64: spreads neighbouring numbers over the whole range.
std::uint64_t mix(std::uint64_t number) {
    number += 0x9E3779B97F4A7C15;
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9;
    number = (number ^ number >> 27) * 0x94D049BB133111EB;
    return number ^ number >> 31;
}

// A text or number member as text; empty where there is none.
std::string text_at(const json& record, const char* name) {
    const auto member = record.is_object() ? record.find(name) : record.end();
    if (member == record.end()) return {};
    if (member->is_string()) return member->get<std::string>();
    return member->is_number_integer() ? member->dump() : std::string{};
}

std::optional<UtcTime> rfc3339(const std::string& text) {
    return text.contains('T') ? parse_utc(text) : std::nullopt;
}

std::optional<int> positive(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1) return std::nullopt;
    return number;
}

// The parameters of a listing; nothing if the query is wrong.
struct Listing {
    UtcTime since;
    UtcTime until;
    int page = 1;
    int page_size = 100;
};
std::optional<Listing> read_query(const Query& query) {
    std::map<std::string, std::string> given;
    for (const auto& [name, value] : query) {
        static const std::set<std::string> known{"startDate", "endDate", "page", "pageSize"};
        if (!known.contains(name) || !given.emplace(name, value).second) return std::nullopt;
    }
    given.emplace("page", "1");
    given.emplace("pageSize", "100");
    const auto since = rfc3339(given["startDate"]);
    const auto until = rfc3339(given["endDate"]);
    const auto page = positive(given["page"]);
    const auto page_size = positive(given["pageSize"]);
    if (!since || !until || !page || !page_size) return std::nullopt;
    return Listing{*since, *until, *page, *page_size};
}

}  // namespace

// As Laravel, IIS, Express, Spring, GraphQL and single-page applications do it.
std::vector<HttpResponse> ended_session_answers() {
    const auto redirect = [](int status, std::string where) {
        return HttpResponse{status, {{"Location", std::move(where)}}, ""};
    };
    auto signed_out = json_response(400, R"({"message":"bad request"})");
    signed_out.headers.push_back({"Set-Cookie", "token=; Path=/; Max-Age=0"});
    return {redirect(302, "/login?next=%2Fv0%2Fcalls"),
            redirect(307, "https://sso.goodcall.test/authorize"),
            redirect(303, "/"),
            web_page(200, "Log in to your account"),
            web_page(403, "Please sign in"),
            {200, {}, R"(<!doctype html><title>GoodCall</title><div id="root"></div>)"},
            refusal(403, "forbidden"),
            refusal(400, "invalid token"),
            refusal(404, "unauthorized"),
            refusal(422, "token has expired"),
            refusal(500, "jwt expired"),
            json_response(419, R"({"message":"CSRF token mismatch."})"),
            json_response(440, ""),
            json_response(498, R"({"message":"x"})"),
            signed_out,
            refusal(200, "unauthorized"),
            json_response(200, R"({"data":null,"errors":[{"message":"Not authenticated"}]})"),
            json_response(200, R"({"success":false})"),
            {200, {{"Content-Type", "text/plain"}}, "Unauthorized"},
            json_response(200, ""),
            {204, {}, ""}};
}

ReceptionistSite::ReceptionistSite(SiteOptions options) : options_{std::move(options)} {}

HttpResponse ReceptionistSite::answer(const HttpRequest& request, UtcTime now) {
    ++requests_;
    if (failures_.empty()) {
        auto response = route(request, now);
        set_cookies(response, parse_target(request.url).path, now);
        return response;
    }
    auto failure = std::move(failures_.front());
    failures_.pop_front();
    return failure;
}

void ReceptionistSite::fail_next(int count, HttpResponse with) {
    for (int i = 0; i < count; ++i) failures_.push_back(with);
}

// Each listing gives a new token, and only that one is accepted. The odd cookies are not ours: for
// other paths, hosts or names.
void ReceptionistSite::set_cookies(HttpResponse& response, std::string_view path, UtcTime now) {
    const auto set = [&](std::string cookie) {
        response.headers.push_back({"Set-Cookie", std::move(cookie)});
    };
    if (options_.rotate_tokens && path == "/v0/calls" && response.status == 200) {
        expiries_.clear();
        set("token=" + static_token(now) + "; Path=/; HttpOnly; SameSite=Lax");
    }
    if (!options_.odd_cookies) return;
    set(fmt::format("visit={}; Path=/; Expires=Fri, 31-Dec-2049 23:59:59 GMT", requests_));
    set("token=; Path=/app; Max-Age=0");
    set("token=deleted; Path=/old; Expires=Thu, 01-Jan-1970 00:00:01 GMT");
    set("token=another; Domain=elsewhere.test; Path=/");
    set("csrf=; Path=/admin; Max-Age=0");
}

HttpResponse ReceptionistSite::route(const HttpRequest& request, UtcTime now) {
    const auto path = parse_target(request.url).path;
    const bool known = path == "/v0/csrf" || path == "/v0/users/login" || path == "/v0/calls";
    if (!known) return web_page(404, "Not found");
    const auto* const method = path == "/v0/users/login" ? "POST" : "GET";
    if (path == "/v0/users/login" && request.method == method) ++logins_;
    if (request.method != method) return refusal(405, "method not allowed");
    if (header_value(request.headers, "Origin") != origin) return refusal(403, "bad origin");
    if (path == "/v0/csrf") return csrf();
    return path == "/v0/calls" ? list(request, now) : log_in(request, now);
}

HttpResponse ReceptionistSite::csrf() {
    const auto token = fmt::format("{:016x}", mix(options_.seed ^ (csrf_tokens_.size() + 1) << 20));
    csrf_tokens_.insert(token);
    auto response = json_response(200, json{{"csrfToken", token}}.dump());
    response.headers.push_back({"Set-Cookie", "csrf=" + token + "; Path=/; HttpOnly; Secure"});
    return response;
}

HttpResponse ReceptionistSite::log_in(const HttpRequest& request, UtcTime now) {
    const auto csrf = cookie(request, "csrf");
    if (!csrf_tokens_.contains(csrf) || header_value(request.headers, "X-CSRF-Token") != csrf) {
        return refusal(403, "bad csrf token");
    }
    const auto body = json::parse(request.body, nullptr, false);
    const auto email = text_at(body, "email");
    const auto password = text_at(body, "password");
    if (email.empty() || password.empty()) return refusal(400, "email and password are required");
    if (email != options_.email || password != options_.password) {
        return refusal(401, "wrong email or password");
    }
    auto response = json_response(200, json{{"ok", true}}.dump());
    response.headers.push_back(
        {"Set-Cookie", "token=" + static_token(now) + "; Path=/; HttpOnly; Secure; SameSite=Lax"});
    return response;
}

std::string ReceptionistSite::static_token(UtcTime now) {
    const auto issued = to_unix_ms(now) / 1000;
    const auto expires = issued + std::chrono::seconds{options_.token_life}.count();
    const auto number = ++tokens_given_;
    const json claims{{"sub", options_.email}, {"jti", number}, {"iat", issued}, {"exp", expires}};
    // The signature is never checked: the site remembers its tokens.
    const auto token = base64url(R"({"alg":"HS256","typ":"JWT"})") + "." +
                       base64url(claims.dump()) + "." +
                       base64url(fmt::format("{:016x}", mix(options_.seed ^ number << 20)));
    expiries_[token] = from_unix_ms(expires * 1000);
    return token;
}

HttpResponse ReceptionistSite::list(const HttpRequest& request, UtcTime now) {
    const auto token = expiries_.find(cookie(request, "token"));
    if (token == expiries_.end() || token->second <= now) {
        return to_strangers_.value_or(refusal(401, "log in first"));
    }
    const auto listing = read_query(parse_target(request.url).query);
    if (!listing) return refusal(400, "bad query");
    const auto page_size = std::min(listing->page_size, options_.max_page_size);
    const auto first = static_cast<std::int64_t>(listing->page - 1) * page_size;
    std::string records;
    std::int64_t total = 0;
    for (const auto& record : records_) {
        const bool outside = record.called_at && (*record.called_at < listing->since ||
                                                  *record.called_at > listing->until);
        if (outside) continue;
        if (choking_.contains(record.id)) return json_response(500, R"({"error":"internal"})");
        if (total >= first && total < first + page_size) {
            records += (records.empty() ? "" : ",") + listed(record);
        }
        ++total;
    }
    return json_response(200, fmt::format(R"({{"calls":[{}],"page":{},"pageSize":{},"total":{}}})",
                                          records, listing->page, page_size, total));
}

std::string ReceptionistSite::listed(const Record& record) {
    auto text = record.json;
    if (options_.sign_addresses && !record.id.empty()) {
        auto signed_record = json::parse(text);
        if (!text_at(signed_record, "recordingUrl").empty()) {
            signed_record["recordingUrl"] =
                fmt::format("{}?X-Amz-Signature={}", text_at(signed_record, "recordingUrl"),
                            ++addresses_signed_);
        }
        text = signed_record.dump();
    }
    return shaped(text);
}

void ReceptionistSite::take_away(const std::string& id) {
    std::erase_if(records_, [&](const Record& record) { return record.id == id; });
}

void ReceptionistSite::publish(std::string record_json) {
    const auto parsed = json::parse(record_json, nullptr, false);
    Record record{.json = std::move(record_json),
                  .id = text_at(parsed, "id"),
                  .called_at = parse_utc(text_at(parsed, "callTimestamp")),
                  .order = 0};
    const auto earlier = std::ranges::find(records_, record.id, &Record::id);
    if (!record.id.empty() && earlier != records_.end()) {
        record.order = earlier->order;
        records_.erase(earlier);
    } else {
        ++published_;
        const auto newest_first =
            record.called_at ? ~static_cast<std::uint64_t>(to_unix_ms(*record.called_at)) : 0;
        record.order = options_.shuffle ? mix(options_.seed ^ published_ << 20) : newest_first;
    }
    const auto place = std::ranges::upper_bound(records_, record.order, {}, &Record::order);
    records_.insert(place, std::move(record));
}

}  // namespace ringbridge::sim
