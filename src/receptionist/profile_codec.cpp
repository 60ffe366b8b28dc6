// YAML -> Profile: requests, login and listing. The mapping of records: mapping_codec.cpp.
#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "receptionist/mapping_codec.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/profile.hpp"
#include "receptionist/webhook_codec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

constexpr int deepest_body = 16;  // YAML aliases can make a body infinite

void check_placeholders(const Value& at, const std::string& text, const Names& known) {
    const auto used = placeholders_in(text);
    if (!used) return at.fault("has a \"${\" without a closing \"}\"");
    for (auto name : *used) {
        if (const auto plain = without_marks(name); plain != name) {
            if (text != "${" + name + "}") at.fault("has text around ${" + name + "}");
            name = std::string{plain};
        }
        if (std::ranges::find(known, name) == known.end()) {
            at.fault("uses ${" + name + "}, which is unknown" + hint(name, known));
        }
    }
}

std::string template_text(const Value& value, const Names& known) {
    const auto text = value.text();
    if (text) check_placeholders(value, *text, known);
    return text.value_or("");
}

std::string required_template(Section& section, const std::string& name, const Names& known) {
    const auto value = section.required(name);
    if (!value) return {};
    auto text = template_text(*value, known);
    if (text.empty() && value->node.IsScalar()) value->fault("is empty");
    return text;
}

// Which cookies there are is the site's affair.
Names with_cookies_in(const Value& value, Names known) {
    for (const auto& used : placeholders_in(value.text().value_or("")).value_or(Names{})) {
        if (used.starts_with("cookies.")) known.push_back(used);
    }
    return known;
}

// Headers may contain `${cookies.NAME}`.
Named named_headers(Section& section, const Names& known) {
    Named named;
    const auto value = section.optional("headers");
    if (!value) return named;
    for (const auto& [key, text] : Section{*value}.members()) {
        named.emplace_back(key, template_text(text, with_cookies_in(text, known)));
    }
    return named;
}

// Quoted scalars are strings; plain ones have the type that they have in JSON.
json body_scalar(const Value& value, const Names& known) {
    auto text = template_text(value, known);
    if (value.node.Tag() == "!") return text;
    auto literal = json::parse(text, nullptr, false);
    return literal.is_primitive() && !literal.is_discarded() ? literal : json(text);
}

json body_value(const Value& value, const Names& known, int depth) {
    if (depth > deepest_body) {
        value.fault("is nested too deeply");
        return nullptr;
    }
    if (value.node.IsNull()) return nullptr;
    if (value.node.IsScalar()) return body_scalar(value, known);
    if (value.node.IsSequence()) {
        auto list = json::array();
        for (const auto& item : value.list()) list.push_back(body_value(item, known, depth + 1));
        return list;
    }
    auto object = json::object();
    for (const auto& [name, member] : Section{value}.members()) {
        object[name] = body_value(member, known, depth + 1);
    }
    return object;
}

std::string json_text(const Value& value, const Names& known) {
    return body_value(value, known, 0).dump(-1, ' ', false, json::error_handler_t::replace);
}

// Parameters. An object is sent as JSON.
Named named_texts(Section& section, const std::string& name, const Names& known) {
    Named named;
    const auto value = section.optional(name);
    if (!value) return named;
    for (const auto& [key, text] : Section{*value}.members()) {
        if (text.node.IsMap()) {
            named.emplace_back(key, json_text(text, known));
        } else if (text.node.IsSequence()) {
            for (const auto& one : text.list()) named.emplace_back(key, template_text(one, known));
        } else {
            named.emplace_back(key, template_text(text, known));
        }
    }
    return named;
}

RequestTemplate read_request(const Value& value, const Names& known) {
    Section section{value};
    RequestTemplate request;
    request.method = section.choice<std::string>("method", {{"GET", "GET"}, {"POST", "POST"}});
    request.path = required_template(section, "path", known);
    if (!request.path.empty() && !request.path.starts_with('/') &&
        origin_of(request.path).empty()) {
        section.fault("path", "must begin with /, or with https:// for another host");
    }
    request.query = named_texts(section, "query", known);
    request.headers = named_headers(section, known);
    if (const auto body = section.optional("body")) request.json_body = json_text(*body, known);
    request.form = named_texts(section, "form", known);
    if (!request.form.empty() && !request.json_body.empty()) {
        section.fault("form", "cannot stand beside body");
    }
    section.refuse_others();
    return request;
}

Capture read_capture(std::string name, const Value& value) {
    Section section{value};
    using From = Capture::From;
    Capture capture{.name = std::move(name), .from = {}, .path = {}, .key = {}};
    capture.from = section.choice<From>("from", {{"body", From::body},
                                                 {"cookie", From::cookie},
                                                 {"header", From::header},
                                                 {"input", From::input},
                                                 {"meta", From::meta},
                                                 {"url", From::url}});
    if (capture.from == From::body) {
        capture.path = value_path(section, "path");
    } else {
        capture.key = section.text("name");
    }
    section.refuse_others();
    return capture;
}

// What a step needs besides its id.
LoginStep read_exchange(Section& section, const Names& known) {
    LoginStep step;
    if (const auto request = section.required("request")) {
        step.request = read_request(*request, known);
    }
    step.follow_redirects =
        section.choice<bool>("follow_redirects", {{"false", false}, {"true", true}}, false);
    if (const auto captures = section.optional("capture")) {
        for (const auto& [name, capture] : Section{*captures}.members()) {
            step.captures.push_back(read_capture(name, capture));
        }
    }
    return step;
}

LoginStep read_step(const Value& value, Names& known) {
    Section section{value};
    const auto id = section.text("id");
    auto step = read_exchange(section, known);
    step.id = id;
    for (const auto& capture : step.captures) known.push_back("steps." + id + "." + capture.name);
    section.refuse_others();
    return step;
}

std::vector<LoginStep> read_steps(const Value& value) {
    Names known{"credentials.email", "credentials.password"};
    std::vector<LoginStep> steps;
    for (const auto& item : value.list()) steps.push_back(read_step(item, known));
    return steps;
}

// `auth.NAME` of all that the login captures; a pasted token is there in any case.
Names names_in_a_session(const Auth& auth) {
    Names names{"auth.token", "credentials.api_key"};
    for (const auto& step : auth.steps) {
        for (const auto& capture : step.captures) names.push_back("auth." + capture.name);
    }
    return names;
}

bool is_known(const Names& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

void add_carrier(const Value& value, const Names& known, Named& carriers) {
    Section section{value};
    const auto name = section.text("name");
    carriers.emplace_back(name, required_template(section, "value", known));
    section.refuse_others();
}

Carriers read_carriers(const Value& value, const Names& known) {
    Section section{value};
    Carriers carriers;
    if (const auto cookie = section.optional("cookie")) {
        add_carrier(*cookie, known, carriers.cookies);
    }
    if (const auto header = section.optional("header")) {
        add_carrier(*header, known, carriers.headers);
    }
    for (auto& header : named_headers(section, known)) {
        carriers.headers.push_back(std::move(header));
    }
    carriers.login_cookies =
        section.choice<bool>("login_cookies", {{"false", false}, {"true", true}}, false);
    section.refuse_others();
    if (carriers == Carriers{} && value.node.IsMap()) {
        value.fault("must have a cookie, header, headers or login_cookies");
    }
    return carriers;
}

Auth::Expiration read_expiration(const Value& value, const Names& known) {
    using enum Auth::Expiration;
    const auto faults = value.faults->size();
    Section section{value};
    const auto expiration =
        section.choice<Auth::Expiration>("strategy", {{"jwt_exp", jwt_exp},
                                                      {"expires_at", expires_at},
                                                      {"expires_in", expires_in},
                                                      {"none", none}});
    section.refuse_others();
    const bool captured =
        expiration == jwt_exp || expiration == none ||
        is_known(known, expiration == expires_in ? "auth.expires_in" : "auth.expires_at");
    if (!captured && value.faults->size() == faults) {
        value.fault("needs a captured value of that name in one of the steps");
    }
    return expiration;
}

LoginStep read_refresh(const Value& value, const Names& known) {
    Section section{value};
    auto step = read_exchange(section, known);
    step.id = "refresh";
    section.refuse_others();
    return step;
}

Auth read_auth(const Value& value) {
    Section section{value};
    Auth auth;
    const auto steps = section.optional("steps");
    if (steps) auth.steps = read_steps(*steps);
    const auto known = names_in_a_session(auth);
    if (const auto session = section.required("session")) {
        auth.session = read_carriers(*session, known);
    }
    const bool token = std::ranges::count(known, "auth.token") > 1;
    if (steps && !auth.steps.empty() && !token && !auth.session.login_cookies) {
        steps->fault("must capture a value named token in one step");
    }
    if (const auto refresh = section.optional("refresh")) {
        auth.refresh = read_refresh(*refresh, known);
    }
    if (const auto expiration = section.required("token_expiration")) {
        auth.expiration = read_expiration(*expiration, known);
    }
    auth.refresh_before = section.span("refresh_before", std::chrono::days{7});
    section.refuse_others();
    return auth;
}

void require_use(const Value& value, const RequestTemplate& request, const std::string& name) {
    if (uses(request, name)) return;
    value.fault("needs ${" + name + "} in the requester's query, path, body or form");
}

Cursors read_cursors(Section& section, const Value& value, const RequestTemplate& request) {
    Cursors cursors;
    const auto in_record = section.optional("last_record_path");
    cursors.in_last_record = in_record.has_value();
    cursors.path = value_path(section, in_record ? "last_record_path" : "cursor_path");
    if (section.optional("cursor_query")) cursors.query = section.text("cursor_query");
    if (cursors.query.empty() && !uses(request, "cursor")) {
        value.fault("needs cursor_query, or ${cursor} in the requester");
    }
    return cursors;
}

Paging read_paginator(const Value& value, const RequestTemplate& request) {
    Section section{value};
    Paging paging;
    enum class Type { cursor, link, none, offset, page, time };
    const auto type = section.choice<Type>("type", {{"cursor", Type::cursor},
                                                    {"link", Type::link},
                                                    {"none", Type::none},
                                                    {"offset", Type::offset},
                                                    {"page", Type::page},
                                                    {"time", Type::time}});
    paging.page_size = section.number("page_size", 100, 1, 10'000);
    paging.max_pages = section.number("max_pages", 1000, 1, 1'000'000);
    paging.total = optional_path(section, "total");
    paging.has_more = optional_path(section, "has_more");
    if (type == Type::page) {
        paging.paginator = PageNumbers{.start = section.number("start", 1, 0, 1)};
        require_use(value, request, "page");
    } else if (type == Type::offset) {
        paging.paginator = Offsets{};
        require_use(value, request, "offset");
    } else if (type == Type::cursor) {
        paging.paginator = read_cursors(section, value, request);
    } else if (type == Type::link) {
        paging.paginator = Links{.path = optional_path(section, "next_path")};
    } else if (type == Type::time) {
        paging.paginator = Times{.last_record = value_path(section, "last_record_path"),
                                 .page_size_max = section.number("page_size_max", 1000, 1, 10'000)};
        require_use(value, request, "window.until");
        require_use(value, request, "page_size");
    }
    section.refuse_others();
    return paging;
}

const Names& names_in_a_listing() {
    static const Names names{"window.since",
                             "window.until",
                             "window.since_s",
                             "window.until_s",
                             "window.since_ms",
                             "window.until_ms",
                             "window.since_date",
                             "window.until_date",
                             "window.day_after_until",
                             "window.after_until_ms",
                             "page",
                             "offset",
                             "page_size",
                             "cursor",
                             "agent"};
    return names;
}

// Which names a listed record has is the site's affair.
Names names_in_a_detail(const Value& request, const Names& in_session) {
    auto names = in_session;
    for (const auto& used : placeholders_in(YAML::Dump(request.node)).value_or(Names{})) {
        const std::string name{without_marks(used)};
        if (name.starts_with("record.") && parse_json_path("$" + name.substr(6))) {
            names.push_back(name);
        }
    }
    if (names == in_session) request.fault("needs ${record.NAME}, such as ${record.id}");
    return names;
}

Detail read_detail(const Value& value, const Names& in_session, bool is_of_a_list) {
    Section section{value};
    Detail detail;
    if (const auto request = section.required("request")) {
        detail.request = read_request(*request, names_in_a_detail(*request, in_session));
    }
    detail.record = value_path(section, "record");
    if (is_of_a_list) detail.again_after = section.span("again_after", Milliseconds{0});
    section.refuse_others();
    return detail;
}

AgentList read_agents(const Value& value, const Names& in_session) {
    Section section{value};
    AgentList agents;
    if (const auto requester = section.required("requester")) {
        auto known = in_session;
        for (const auto* name : {"page", "offset", "page_size", "cursor"}) known.emplace_back(name);
        agents.requester = read_request(*requester, known);
    }
    agents.record_selector = list_path(section, "record_selector");
    agents.id = value_path(section, "id");
    if (const auto paginator = section.optional("paginator")) {
        agents.paging = read_paginator(*paginator, agents.requester);
    }
    section.refuse_others();
    return agents;
}

Lookup read_lookup(const Value& value, const Names& in_session) {
    Section section{value};
    Lookup lookup;
    if (const auto requester = section.required("requester")) {
        lookup.requester = read_request(*requester, in_session);
    }
    lookup.record_selector = list_path(section, "record_selector");
    lookup.id = value_path(section, "id");
    lookup.of = value_path(section, "of");
    lookup.as = section.text("as");
    section.refuse_others();
    return lookup;
}

CallStream read_stream(const Value& value, const Names& in_session) {
    Section section{value};
    CallStream stream;
    if (const auto requester = section.required("requester")) {
        auto known = names_in_a_listing();
        known.insert(known.end(), in_session.begin(), in_session.end());
        stream.requester = read_request(*requester, known);
    }
    stream.record_selector = list_path(section, "record_selector");
    if (const auto filter = section.optional("record_filter")) {
        stream.record_filter = read_conditions(*filter);
    }
    if (const auto paginator = section.required("paginator")) {
        stream.paging = read_paginator(*paginator, stream.requester);
    }
    if (const auto detail = section.optional("detail"))
        stream.detail = read_detail(*detail, in_session, true);
    stream.newest_first =
        section.choice<bool>("order", {{"any", false}, {"newest_first", true}}, false);
    if (const auto zone = section.optional("zone")) stream.zone = to_time_zone(*zone);
    const auto shortest = section.span("shortest_interval", Milliseconds{0});
    if (shortest.count() > 0) stream.shortest_interval = shortest;
    section.refuse_others();
    return stream;
}

int to_http_code(const Value& value) {
    const auto text = value.text().value_or("");
    const int code = parse_number<int>(text).value_or(0);
    if (text.size() != 3 || code < 100 || code > 599) value.fault("must be an HTTP status code");
    return code;
}

ErrorRule read_rule(const Value& value) {
    Section section{value};
    ErrorRule rule;
    if (const auto codes = section.optional("http_codes")) {
        for (const auto& code : codes->list()) rule.http_codes.push_back(to_http_code(code));
    }
    if (const auto words = section.optional("body_contains")) {
        for (const auto& word : words->list()) {
            rule.body_contains.push_back(word.text().value_or(""));
        }
    }
    if (rule.http_codes.empty() && rule.body_contains.empty()) {
        value.fault("needs http_codes or body_contains");
    }
    using Action = ErrorRule::Action;
    rule.action = section.choice<Action>("action", {{"refresh_token", Action::refresh_token},
                                                    {"fix_credentials", Action::fix_credentials},
                                                    {"paste_token", Action::paste_token},
                                                    {"try_later", Action::try_later},
                                                    {"fix_profile", Action::fix_profile}});
    if (section.optional("why")) rule.why = section.text("why");
    section.refuse_others();
    return rule;
}

void read_request_defaults(const Value& value, Profile& profile) {
    Section section{value};
    profile.headers = named_texts(section, "headers", {});
    profile.timeout = section.span("timeout", profile.timeout);
    const auto rate = section.number("requests_per_minute", 0, 1, 60'000);
    if (rate > 0) profile.pause = Milliseconds{std::chrono::minutes{1}} / rate;
    section.refuse_others();
}

bool is_word(std::string_view text, std::string_view also) {
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::ranges::all_of(text, [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || also.contains(c);
           });
}

// A required text that must satisfy a rule.
template <class Rule>
std::string text_that(Section& section, const std::string& name, Rule holds, const char* else_why) {
    auto text = section.text(name);
    if (!text.empty() && !holds(text)) section.fault(name, else_why);
    return text;
}

void read_identity(Section& section, Profile& profile) {
    text_that(section, "version", [](auto& text) { return text == "1"; }, "must be 1");
    profile.name = text_that(
        section, "name", [](auto& text) { return is_word(text, "_-"); },
        "must be lower-case letters, digits, - and _");
    profile.label = text_that(
        section, "label", [](auto& text) { return !text.contains('\n') && !text.contains('<'); },
        "must be one line of plain text");
    profile.property_prefix = text_that(
        section, "property_prefix", [](auto& text) { return is_word(text, "_"); },
        "must be lower-case letters, digits and _");
    profile.base_url = text_that(
        section, "base_url", [](auto& text) { return !origin_of(text).empty(); },
        "must begin with https:// or http://");
}

void read_webhooks(const Value& value, Profile& profile) {
    Section section{value};
    profile.webhook = read_webhook(section, value);
    if (const auto detail = section.optional("detail")) {
        profile.webhook_detail = read_detail(*detail, names_in_a_session(profile.auth), false);
    } else if (!profile.webhook->is_believed()) {
        section.fault("detail", "is needed where a signature does not cover ${body}");
    }
    section.refuse_others();
}

Profile read_profile(const Value& value) {
    Section section{value};
    Profile profile;
    read_identity(section, profile);
    if (const auto defaults = section.optional("request_defaults")) {
        read_request_defaults(*defaults, profile);
    }
    if (const auto auth = section.required("auth")) profile.auth = read_auth(*auth);
    if (const auto streams = section.required("streams")) {
        Section named{*streams};
        const auto in_session = names_in_a_session(profile.auth);
        if (const auto calls = named.required("calls")) {
            profile.calls = read_stream(*calls, in_session);
        }
        if (const auto agents = named.optional("agents")) {
            profile.calls.agents = read_agents(*agents, in_session);
        }
        if (const auto lookup = named.optional("lookup")) {
            profile.calls.lookup = read_lookup(*lookup, in_session);
        }
        if (profile.calls.agents.has_value() != uses(profile.calls.requester, "agent")) {
            named.fault("agents", "goes together with ${agent} in the calls' requester");
        }
        named.refuse_others();
    }
    if (const auto webhook = section.optional("webhook")) read_webhooks(*webhook, profile);
    if (const auto mapping = section.required("call_mapping")) {
        profile.mapping = read_mapping(*mapping);
    }
    if (const auto rules = section.optional("error_rules")) {
        for (const auto& rule : rules->list()) profile.error_rules.push_back(read_rule(rule));
    }
    section.refuse_others();
    return profile;
}

}  // namespace

std::expected<Profile, std::vector<ParseError>> parse_profile(std::string yaml_text) {
    Faults faults;
    try {
        auto profile = read_profile({YAML::Load(yaml_text), "", &faults});
        profile.text_hash = stable_hash(yaml_text);
        if (faults.empty()) return profile;
    } catch (const YAML::Exception& broken) {
        faults.push_back({"", std::string{"is not YAML: "} + broken.what()});
    }
    return std::unexpected(std::move(faults));
}

}  // namespace ringbridge::receptionist
