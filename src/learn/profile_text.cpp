#include "learn/profile_text.hpp"

#include "learn/leaves.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::learn {
namespace {

using From = receptionist::Capture::From;

std::string key_text(const std::string& key) {
    const bool plain = !key.empty() &&
                       key.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789-_") == std::string::npos &&
                       key.find_first_not_of("0123456789-_") != std::string::npos;
    static constexpr std::array words{"y", "n", "yes", "no", "true", "false", "on", "off", "null"};
    return plain && std::ranges::find(words, key) == words.end() ? key : json_string(key);
}

std::string percent(double confidence) {
    return fmt::format("{:.0f} %", std::clamp(confidence, 0.0, 1.0) * 100);
}

class Writer {
  public:
    explicit Writer(const ProfileParts& parts) : parts_{parts} {}

    std::string write() {
        write_head();
        write_auth();
        write_stream();
        write_mapping();
        return std::move(text_);
    }

  private:
    void line(int depth, const std::string& text) {
        text_.append(static_cast<std::size_t>(depth) * 2, ' ').append(text).push_back('\n');
    }
    void comment(int depth, const std::string& text) { line(depth, "# " + text); }
    void todo(int depth, const std::string& text) {
        comment(depth, std::string{todo_mark} + ": " + text);
    }

    void write_head() {
        comment(
            0,
            "Written by `ringbridge learn` from what a browser recorded. How sure each guess is");
        comment(0, "stands above it. docs/use/profiles.md explains every line.");
        line(0, "version: 1");
        line(0, "name: " + parts_.name);
        line(0, "label: " + label_of(parts_.name));
        auto prefix = parts_.name;
        std::ranges::replace(prefix, '-', '_');
        line(0, "property_prefix: " + prefix);
        line(0, "base_url: " + json_string(parts_.base_url));
        line(0, "");
    }

    // YAML has no name twice: what is sent several times is a list.
    void write_named(int depth, const char* what, const Named& named, const Named& json = {}) {
        if (named.empty() && json.empty()) return;
        line(depth, std::string{what} + ":");
        for (auto one = named.begin(); one != named.end(); ++one) {
            const auto same = [&](const auto& other) { return other.first == one->first; };
            if (std::any_of(named.begin(), one, same)) continue;
            const bool several = std::any_of(std::next(one), named.end(), same);
            std::string values;
            for (auto other = one; other != named.end(); ++other) {
                if (same(*other))
                    values += (values.empty() ? "" : ", ") + json_string(other->second);
            }
            line(depth + 1, key_text(one->first) + ": " + (several ? '[' + values + ']' : values));
        }
        for (const auto& [name, object] : json) line(depth + 1, key_text(name) + ": " + object);
    }

    void write_request(int depth, const RequestText& request, const Named& more_query,
                       const Named& more_headers) {
        line(depth, "method: " + request.method);
        line(depth, "path: " + json_string(request.path));
        auto query = request.query;
        query.insert(query.end(), more_query.begin(), more_query.end());
        write_named(depth, "query", query, request.json_query);
        auto headers = request.headers;
        headers.insert(headers.end(), more_headers.begin(), more_headers.end());
        write_named(depth, "headers", headers);
        if (!request.body.empty()) line(depth, "body: " + request.body);
        write_named(depth, "form", request.form, request.json_form);
    }

    void write_captures(int depth, const std::vector<CaptureText>& captures) {
        if (captures.empty()) return;
        line(depth, "capture:");
        for (const auto& capture : captures) {
            const bool body = capture.from == From::body;
            static constexpr std::array names{"body", "header", "cookie", "meta", "input", "url"};
            line(depth + 1, fmt::format("{}: {{ from: {}, {}: {} }}", capture.name,
                                        names.at(static_cast<std::size_t>(capture.from)),
                                        body ? "path" : "name",
                                        body ? yaml_path(capture.key) : json_string(capture.key)));
        }
    }

    void write_auth() {
        const auto& login = parts_.login;
        line(0, "auth:");
        if (login.steps.empty() && login.by_key) {
            comment(1, "No login: an access key, which RECEPTIONIST_TOKEN has to hold.");
        } else if (login.steps.empty()) {
            todo(1, "the recording has no login: RECEPTIONIST_TOKEN is needed, or steps");
        } else {
            line(1, "steps:");
        }
        for (const auto& step : login.steps) {
            line(2, "- id: " + step.id);
            line(3, "request:");
            write_request(4, step.request, {}, {});
            if (step.follow_redirects) line(3, "follow_redirects: true");
            write_captures(3, step.captures);
        }
        if (login.refresh) {
            comment(1, "Tried before the password.");
            line(1, "refresh:");
            line(2, "request:");
            write_request(3, login.refresh->request, {}, {});
            write_captures(2, login.refresh->captures);
        }
        if (login.session_todo) todo(1, "check how requests carry the session");
        line(1, "session:");
        if (login.login_cookies) line(2, "login_cookies: true");
        if (login.session_cookie) {
            line(2, "cookie: { name: " + json_string(login.session_cookie->first) +
                        ", value: " + json_string(login.session_cookie->second) + " }");
        }
        write_named(2, "headers", login.session_headers);
        line(1, "token_expiration: { strategy: " + login.expiration + " }");
        line(0, "");
    }

    void write_stream() {
        const auto& paging = parts_.paging;
        line(0, "streams:");
        line(1, "calls:");
        line(2, "requester:");
        write_request(3, parts_.login.listing, paging.more_query, paging.headers);
        if (parts_.zone != "UTC" && !parts_.zone.empty()) line(2, "zone: " + parts_.zone);
        comment(2, "The list of calls, by what its records have: " + parts_.list.why + ".");
        line(2, "record_selector: " + yaml_path(parts_.list.selector));
        if (!parts_.mapping.filters.empty()) {
            comment(2, percent(parts_.mapping.filters.front().confidence) + ": " +
                           parts_.mapping.filters.front().why);
            line(2, "record_filter:");
            for (const auto& filter : parts_.mapping.filters) line(3, "- " + filter.yaml);
        }
        if (parts_.mapping.newest_first) line(2, "order: newest_first");
        if (paging.todo) todo(2, "how does the list go on?");
        line(2, "paginator:");
        for (const auto& [name, value] : paging.paginator) line(3, name + ": " + value);
        write_detail();
        line(0, "");
    }

    void write_detail() {
        if (!parts_.detail) return;
        comment(2, "Opening a call shows what the list lacks: " + parts_.detail->adds + ".");
        line(2, "detail:");
        line(3, "request:");
        write_request(4, parts_.detail->request, {}, {});
        line(3, "record: " + yaml_path(parts_.detail->record));
    }

    void write_mapping() {
        line(0, "call_mapping:");
        for (const auto& field : parts_.mapping.fields) {
            if (field.todo) {
                todo(1, field.why);
            } else {
                comment(1, percent(field.confidence) + ": " + field.why);
            }
            line(1, field.name + ": " + field.yaml);
        }
    }

    const ProfileParts& parts_;
    std::string text_;
};

}  // namespace

std::string label_of(const std::string& name) {
    auto label = name;
    if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') {
        label[0] = static_cast<char>(label[0] - 'a' + 'A');
    }
    return label;
}

std::string profile_text(const ProfileParts& parts) { return Writer{parts}.write(); }

}  // namespace ringbridge::learn
