// For the tests in src/learn: a browser that keeps cookies, follows redirects and records what it
// does, against sites that are functions; and the account that it is logged in with.
#pragma once

#include "core/url.hpp"
#include "ports/http.hpp"
#include "receptionist/cookies.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>

namespace ringbridge::learn::test {

using SiteFunction = std::function<HttpResponse(const HttpRequest&)>;

class Browser {
  public:
    explicit Browser(SiteFunction site) : site_{std::move(site)} {}

    std::string page = "https://app.acme.test/calls";  ///< what HAR calls the page's title
    bool sanitized = false;
    bool with_base64 = false;

    HttpResponse get(const std::string& url, Headers headers = {}) {
        return send({.method = "GET", .url = url, .headers = std::move(headers), .body = {}});
    }
    HttpResponse post_json(const std::string& url, const nlohmann::json& body,
                           Headers headers = {}) {
        headers.push_back({"Content-Type", "application/json"});
        return send(
            {.method = "POST", .url = url, .headers = std::move(headers), .body = body.dump()});
    }
    HttpResponse post_form(const std::string& url, const Query& form, Headers headers = {}) {
        headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        return send({.method = "POST",
                     .url = url,
                     .headers = std::move(headers),
                     .body = encode_query(form).substr(1)});
    }
    std::string cookie(const std::string& name, const std::string& url) const {
        return cookies_.value(name, url, now_);
    }

    std::string har() const {
        const nlohmann::json log{{"version", "1.2"},
                                 {"creator", {{"name", "test"}, {"version", "1"}}},
                                 {"pages", {{{"id", "page_1"}, {"title", page}}}},
                                 {"entries", entries_}};
        return nlohmann::json{{"log", log}}.dump();
    }

    HttpResponse send(HttpRequest request) {
        for (;;) {
            const auto sent = cookies_.header(request.url, now_);
            if (!sent.empty()) request.headers.push_back({"Cookie", sent});
            request.headers.push_back({"User-Agent", "Mozilla/5.0"});
            auto answer = site_(request);
            cookies_.take(request.url, answer.headers, now_);
            record(request, answer);
            const auto location = header_value(answer.headers, "Location");
            if (answer.status < 300 || answer.status > 399 || location.empty()) return answer;
            request = {.method = "GET",
                       .url = resolve_url(request.url, location),
                       .headers = {},
                       .body = {}};
        }
    }

  private:
    nlohmann::json pairs(const Headers& headers) const {
        auto list = nlohmann::json::array();
        for (const auto& [name, value] : headers) {
            const bool secret = name == "Cookie" || name == "Set-Cookie" || name == "Authorization";
            if (!sanitized || !secret) list.push_back({{"name", name}, {"value", value}});
        }
        return list;
    }

    void record(const HttpRequest& request, const HttpResponse& answer) {
        auto type = std::string{header_value(answer.headers, "Content-Type")};
        if (type.empty()) type = answer.body.starts_with('<') ? "text/html" : "application/json";
        nlohmann::json entry{
            {"pageref", "page_1"},
            {"startedDateTime", "2026-04-12T12:00:00.000Z"},
            {"request",
             {{"method", request.method},
              {"url", request.url},
              {"headers", pairs(request.headers)}}},
            {"response",
             {{"status", answer.status},
              {"headers", pairs(answer.headers)},
              {"content",
               {{"size", answer.body.size()}, {"mimeType", type}, {"text", answer.body}}}}}};
        if (!request.body.empty()) {
            entry["request"]["postData"] = {
                {"mimeType", header_value(request.headers, "Content-Type")},
                {"text", request.body}};
        }
        entries_.push_back(std::move(entry));
    }

    SiteFunction site_;
    receptionist::Cookies cookies_;
    UtcTime now_ = parse_utc("2026-04-12T12:00:00Z").value_or(UtcTime{});
    nlohmann::json entries_ = nlohmann::json::array();
};

}  // namespace ringbridge::learn::test
