// YAML -> Profile. Keys are read one by one; any key left over is unknown, and is reported with the
// most similar known key.
#include "core/number.hpp"
#include "core/url.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/profile.hpp"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <numeric>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;
using Faults = std::vector<ParseError>;
using Names = std::vector<std::string>;

constexpr int deepest_body = 16;  // YAML aliases can make a body infinite

std::size_t edits_between(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

// `; did you mean "label"?`, or the valid choices.
std::string hint(const std::string& written, const Names& known) {
    const auto near = std::ranges::min_element(
        known, {}, [&](const auto& name) { return edits_between(written, name); });
    if (near != known.end() &&
        edits_between(written, *near) <= std::max<std::size_t>(1, (written.size() + 1) / 3)) {
        return "; did you mean \"" + *near + "\"?";
    }
    std::string list;
    for (const auto& name : known) list += (list.empty() ? "; valid here: " : ", ") + name;
    return list;
}

std::string join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
}

// A value of the profile, and its path.
struct Value {
    YAML::Node node;
    std::string path;
    Faults* faults;

    void fault(std::string why) const { faults->push_back({path, std::move(why)}); }

    std::optional<std::string> text() const {
        if (node.IsScalar()) return node.Scalar();
        fault("must be a string");
        return std::nullopt;
    }

    std::vector<Value> list() const {
        std::vector<Value> items;
        if (!node.IsSequence()) {
            fault("must be a list");
            return items;
        }
        for (std::size_t i = 0; i < node.size(); ++i) {
            items.push_back({node[i], path + "[" + std::to_string(i) + "]", faults});
        }
        return items;
    }
};

// A map of the profile.
class Section {
  public:
    explicit Section(const Value& whole) : path_{whole.path}, faults_{whole.faults} {
        if (!whole.node.IsMap()) {
            whole.fault("must be a map of keys and values");
            broken_ = true;
            return;
        }
        for (const auto& pair : whole.node) {
            if (!pair.first.IsScalar()) {
                whole.fault("has a key that is not a string");
            } else if (!members_.emplace(pair.first.Scalar(), pair.second).second) {
                fault(pair.first.Scalar(), "is given twice");
            }
        }
    }

    void fault(const std::string& name, std::string why) const {
        faults_->push_back({join(path_, name), std::move(why)});
    }

    std::optional<Value> optional(const std::string& name) {
        known_.push_back(name);
        const auto member = members_.find(name);
        if (member == members_.end() || member->second.IsNull()) return std::nullopt;
        return Value{member->second, join(path_, name), faults_};
    }

    std::optional<Value> required(const std::string& name) {
        auto value = optional(name);
        if (!value && !broken_) fault(name, "is missing");
        return value;
    }

    std::string text(const std::string& name) {
        const auto value = required(name);
        auto text = value ? value->text() : std::nullopt;
        if (text && text->empty()) value->fault("is empty");
        return text.value_or("");
    }

    int number(const std::string& name, int otherwise, int least, int most) {
        const auto value = optional(name);
        const auto text = value ? value->text() : std::nullopt;
        if (!text) return otherwise;
        const auto number = parse_number<int>(*text);
        if (number && *number >= least && *number <= most) return *number;
        value->fault("must be a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most));
        return otherwise;
    }

    Milliseconds span(const std::string& name, Milliseconds otherwise) {
        const auto value = optional(name);
        const auto text = value ? value->text() : std::nullopt;
        if (!text) return otherwise;
        const auto span = parse_span(*text);
        if (span && *span > Milliseconds{0}) return *span;
        value->fault("must be a duration such as 30s, 5m or 7d");
        return otherwise;
    }

    template <class Choice>
    Choice choice(const std::string& name, const std::map<std::string, Choice>& choices) {
        const auto text = this->text(name);
        if (const auto chosen = choices.find(text); chosen != choices.end()) return chosen->second;
        Names names;
        for (const auto& [key, _] : choices) names.push_back(key);
        if (!text.empty()) fault(name, "cannot be \"" + text + "\"" + hint(text, names));
        return choices.begin()->second;
    }

    // To be called after all known keys have been read.
    void refuse_others() const {
        for (const auto& [name, _] : members_) {
            if (std::ranges::find(known_, name) == known_.end()) {
                fault(name, "is unknown" + hint(name, known_));
            }
        }
    }

    // For a map whose keys the profile's author chooses.
    std::vector<std::pair<std::string, Value>> members() const {
        std::vector<std::pair<std::string, Value>> members;
        for (const auto& [name, node] : members_) {
            members.emplace_back(name, Value{node, join(path_, name), faults_});
        }
        return members;
    }

  private:
    std::string path_;
    Faults* faults_;
    std::map<std::string, YAML::Node> members_;
    Names known_;
    bool broken_ = false;
};

void check_placeholders(const Value& at, const std::string& text, const Names& known) {
    const auto used = placeholders_in(text);
    if (!used) return at.fault("has a \"${\" without a closing \"}\"");
    for (const auto& name : *used) {
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

Named named_texts(Section& section, const std::string& name, const Names& known) {
    Named named;
    const auto value = section.optional(name);
    if (!value) return named;
    for (const auto& [key, text] : Section{*value}.members()) {
        named.emplace_back(key, template_text(text, known));
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

RequestTemplate read_request(const Value& value, const Names& known) {
    Section section{value};
    RequestTemplate request;
    request.method = section.choice<std::string>("method", {{"GET", "GET"}, {"POST", "POST"}});
    request.path = required_template(section, "path", known);
    if (!request.path.empty() && !request.path.starts_with('/')) {
        section.fault("path", "must begin with /");
    }
    request.query = named_texts(section, "query", known);
    request.headers = named_texts(section, "headers", known);
    if (const auto body = section.optional("body")) {
        request.json_body =
            body_value(*body, known, 0).dump(-1, ' ', false, json::error_handler_t::replace);
    }
    section.refuse_others();
    return request;
}

JsonPath to_path(const Value& value) {
    const auto text = value.text();
    if (!text) return {};
    auto path = parse_json_path(*text);
    if (!path) value.fault("must be a path such as $.call.id (a list's elements: $.calls[*])");
    return path.value_or(JsonPath{});
}

JsonPath value_path(Section& section, const std::string& name) {
    const auto value = section.required(name);
    if (!value) return {};
    auto path = to_path(*value);
    if (path.each) value->fault("must point to one value, not end in [*]");
    return path;
}

JsonPath list_path(Section& section, const std::string& name) {
    const auto value = section.required(name);
    if (!value) return {};
    auto path = to_path(*value);
    if (!path.text.empty() && !path.each) value->fault("must end in [*]");
    return path;
}

std::optional<JsonPath> optional_path(Section& section, const std::string& name) {
    if (!section.optional(name)) return std::nullopt;
    return value_path(section, name);
}

Capture read_capture(std::string name, const Value& value) {
    Section section{value};
    using From = Capture::From;
    Capture capture{.name = std::move(name), .from = {}, .path = {}, .key = {}};
    capture.from = section.choice<From>(
        "from", {{"body", From::body}, {"cookie", From::cookie}, {"header", From::header}});
    if (capture.from == From::body) {
        capture.path = value_path(section, "path");
    } else {
        capture.key = section.text("name");
    }
    section.refuse_others();
    return capture;
}

LoginStep read_step(const Value& value, Names& known) {
    Section section{value};
    LoginStep step;
    step.id = section.text("id");
    if (const auto request = section.required("request")) {
        step.request = read_request(*request, known);
    }
    if (const auto captures = section.optional("capture")) {
        for (const auto& [name, capture] : Section{*captures}.members()) {
            step.captures.push_back(read_capture(name, capture));
            known.push_back("steps." + step.id + "." + name);
        }
    }
    section.refuse_others();
    return step;
}

std::vector<LoginStep> read_steps(const Value& value) {
    Names known{"credentials.email", "credentials.password"};
    std::vector<LoginStep> steps;
    bool token = false;
    for (const auto& item : value.list()) {
        steps.push_back(read_step(item, known));
        token = token || std::ranges::find(steps.back().captures, "token", &Capture::name) !=
                             steps.back().captures.end();
    }
    if (!steps.empty() && !token) value.fault("must capture a value named token in one step");
    return steps;
}

TokenCarrier read_carrier(const Value& value) {
    Section section{value};
    const auto cookie = section.optional("cookie");
    const auto header = section.optional("header");
    section.refuse_others();
    if (cookie.has_value() == header.has_value()) {
        value.fault("must have either cookie or header");
        return {};
    }
    Section carrier{cookie ? *cookie : *header};
    TokenCarrier read{.kind = cookie ? TokenCarrier::Kind::cookie : TokenCarrier::Kind::header,
                      .name = carrier.text("name"),
                      .value = required_template(carrier, "value", {"auth.token"})};
    carrier.refuse_others();
    return read;
}

Auth read_auth(const Value& value) {
    Section section{value};
    Auth auth;
    if (const auto steps = section.optional("steps")) auth.steps = read_steps(*steps);
    if (const auto session = section.required("session")) auth.session = read_carrier(*session);
    if (const auto expiration = section.required("token_expiration")) {
        Section rule{*expiration};
        auth.expiration = rule.choice<Auth::Expiration>(
            "strategy", {{"jwt_exp", Auth::Expiration::jwt_exp}, {"none", Auth::Expiration::none}});
        rule.refuse_others();
    }
    auth.refresh_before = section.span("refresh_before", std::chrono::days{7});
    section.refuse_others();
    return auth;
}

bool uses_page(const RequestTemplate& request) {
    const auto uses = [](const auto& pair) { return pair.second.contains("${page}"); };
    return request.path.contains("${page}") || std::ranges::any_of(request.query, uses);
}

void read_paginator(const Value& value, CallStream& stream) {
    Section section{value};
    enum class Type { cursor, none, page };
    const auto type = section.choice<Type>(
        "type", {{"cursor", Type::cursor}, {"none", Type::none}, {"page", Type::page}});
    stream.page_size = section.number("page_size", 100, 1, 10'000);
    stream.max_pages = section.number("max_pages", 1000, 1, 1'000'000);
    if (type == Type::page) {
        stream.paginator = PageNumbers{.start = section.number("start", 1, 0, 1),
                                       .total = optional_path(section, "total")};
        if (!uses_page(stream.requester)) value.fault("needs ${page} in the requester's query");
    } else if (type == Type::cursor) {
        stream.paginator = Cursors{.path = value_path(section, "cursor_path"),
                                   .query = section.text("cursor_query")};
    }
    section.refuse_others();
}

CallStream read_stream(const Value& value) {
    Section section{value};
    CallStream stream;
    if (const auto requester = section.required("requester")) {
        stream.requester =
            read_request(*requester, {"window.since", "window.until", "page", "page_size"});
    }
    stream.record_selector = list_path(section, "record_selector");
    if (const auto paginator = section.required("paginator")) read_paginator(*paginator, stream);
    const auto shortest = section.span("shortest_interval", Milliseconds{0});
    if (shortest.count() > 0) stream.shortest_interval = shortest;
    section.refuse_others();
    return stream;
}

CallMapping::Outcome read_outcome(const Value& value) {
    Section section{value};
    CallMapping::Outcome outcome{.path = value_path(section, "path"), .missed = {}, .ongoing = {}};
    if (const auto words = section.required("missed")) {
        for (const auto& word : words->list()) outcome.missed.push_back(word.text().value_or(""));
        if (outcome.missed.empty()) words->fault("is empty; name the outcomes that mean missed");
    }
    if (const auto words = section.optional("ongoing")) {
        for (const auto& word : words->list()) outcome.ongoing.push_back(word.text().value_or(""));
    }
    section.refuse_others();
    return outcome;
}

CallMapping read_mapping(const Value& value) {
    Section section{value};
    CallMapping mapping;
    mapping.id = value_path(section, "id");
    mapping.called_at = value_path(section, "called_at");
    mapping.duration_s = optional_path(section, "duration_s");
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        mapping.texts[i] = optional_path(section, std::string{call_texts[i].name});
    }
    if (const auto answers = section.optional("form_answers")) {
        Section form{*answers};
        mapping.form_answers = {.each = list_path(form, "each"),
                                .question = value_path(form, "question"),
                                .answer = value_path(form, "answer")};
        form.refuse_others();
    }
    if (const auto outcome = section.optional("outcome")) mapping.outcome = read_outcome(*outcome);
    section.refuse_others();
    return mapping;
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
        if (const auto calls = named.required("calls")) profile.calls = read_stream(*calls);
        named.refuse_others();
    }
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
        if (faults.empty()) return profile;
    } catch (const YAML::Exception& broken) {
        faults.push_back({"", std::string{"is not YAML: "} + broken.what()});
    }
    return std::unexpected(std::move(faults));
}

}  // namespace ringbridge::receptionist
