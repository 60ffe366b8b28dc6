#include "sim/hubspot/portal.hpp"

#include "core/check.hpp"
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/merge.hpp"
#include "sim/hubspot/routes.hpp"

#include <cstdio>

namespace ringbridge::sim {
namespace {

// Looks like HubSpot's UUIDs and counts the requests.
std::string correlation_id(int request) {
    char text[37];
    std::snprintf(text, sizeof text, "51a0c0de-0000-4000-8000-%012d", request);
    return text;
}

Refusal no_credentials() {
    return {.status = 401,
            .category = "INVALID_AUTHENTICATION",
            .message =
                "Authentication credentials not found. This API supports OAuth 2.0 "
                "authentication and you can find more details at "
                "https://developers.hubspot.com/docs/methods/auth/oauth-overview"};
}

// HubSpot reports a token that it cannot read as expired in 1970.
Refusal wrong_token(UtcTime now) {
    const auto days = std::chrono::floor<std::chrono::days>(now.time_since_epoch()).count();
    return {.status = 401,
            .category = "EXPIRED_AUTHENTICATION",
            .message = "The OAuth token used to make this call expired " + std::to_string(days) +
                       " day(s) ago.",
            .context = {{"expire time", {"1970-01-01T00:00:00Z"}}}};
}

// "URI too long" is documented (error handling); at which length is not. Common servers refuse 8
// kB.
constexpr std::size_t address_chars_max = 8'000;

Refusal address_too_long() {
    return {.status = 414, .category = {}, .message = "Request-URI Too Large", .html = true};
}

Check check_token(const PortalOptions& options, const HttpRequest& request, UtcTime now) {
    const auto given = header_value(request.headers, "Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!given.starts_with(scheme)) return no_credentials();
    if (given.substr(scheme.size()) != options.token) return wrong_token(now);
    return std::nullopt;
}

bool version_answers(const PortalOptions& options, const std::string& version) {
    return version.empty() || options.versions.contains(version == "v4" ? "v3" : version);
}

bool is_type(const Match& match, const char* parameter, ObjectType type) {
    const auto name = match.parameters.find(parameter);
    return name != match.parameters.end() && object_type(name->second) == type;
}

Check check_scopes(const PortalOptions& options, const Match& match, const VersionedPath& path) {
    const bool write = match.route->kind == Kind::write;
    if (path.segments.front() == "properties") {
        if (write && !options.schema_write_scope) {
            return missing_scopes("crm.schemas.contacts.write");
        }
        return std::nullopt;
    }
    if (path.segments.front() == "account-info" && !options.oauth_scope) {
        return missing_scopes("oauth");
    }
    const bool crm = !path.version.empty() && path.segments.front() != "owners";
    const auto touches = [&](ObjectType type) {
        return crm && (is_type(match, "type", type) || is_type(match, "to_type", type));
    };
    if (!options.calls_scope && touches(ObjectType::calls)) {
        return missing_scopes(write ? "crm.objects.calls.write" : "crm.objects.calls.read");
    }
    if (!options.contacts_scope && touches(ObjectType::contacts)) {
        return missing_scopes(write ? "crm.objects.contacts.write" : "crm.objects.contacts.read");
    }
    return std::nullopt;
}

Refusal wrong_method() {
    return {.status = 405, .category = {}, .message = "Method Not Allowed", .html = true};
}

struct Arrival {
    Target target;
    VersionedPath path;
    Match match;

    bool is(Kind kind) const { return match.route != nullptr && match.route->kind == kind; }
};

Arrival arrival_of(const HttpRequest& request) {
    auto target = parse_target(request.url);
    auto path = versioned(target.path);
    auto match = find_route(request.method, path);
    return {.target = std::move(target), .path = std::move(path), .match = std::move(match)};
}

// The checks between a request and its handler, in HubSpot's order.
Check check_arrival(PortalState& state, const Arrival& arrival, const HttpRequest& request,
                    UtcTime now) {
    if (request.url.size() > address_chars_max) return address_too_long();
    if (auto refusal = check_token(state.options, request, now)) return refusal;
    if (auto refusal = state.limits.admit(state.options, arrival.is(Kind::search), now)) {
        return refusal;
    }
    if (!version_answers(state.options, arrival.path.version)) return not_found_page();
    if (arrival.match.route == nullptr) {
        return arrival.match.wrong_method ? wrong_method() : not_found_page();
    }
    return check_scopes(state.options, arrival.match, arrival.path);
}

Answer handle(PortalState& state, const Arrival& arrival, const HttpRequest& request, UtcTime now) {
    if (auto refusal = check_arrival(state, arrival, request, now)) {
        return std::unexpected(*refusal);
    }
    return arrival.match.route->handler(state, {.version = arrival.path.version,
                                                .path = arrival.match.parameters,
                                                .target = arrival.target,
                                                .body = request.body,
                                                .now = now});
}

// People only edit what they see.
Record& record_of(PortalState& state, ObjectType type, const std::string& id) {
    const auto number = record_id(id);
    auto* record = number ? state.records.live(type, *number) : nullptr;
    check(record != nullptr, "cannot edit a record that does not exist");
    return *record;
}

Record& contact_of(PortalState& state, const std::string& id) {
    return record_of(state, ObjectType::contacts, id);
}

std::vector<std::string> as_texts(const std::vector<RecordId>& ids) {
    std::vector<std::string> texts;
    for (const auto id : ids) texts.push_back(std::to_string(id));
    return texts;
}

std::vector<PortalCall> activities_of(const PortalState& state, ObjectType type) {
    std::vector<PortalCall> activities;
    for (const auto& [id, record] : state.records.all(type)) {
        if (!record.live()) continue;
        activities.push_back(
            {.id = std::to_string(id),
             .properties = record.properties,
             .contact_ids = as_texts(state.records.linked(record, ObjectType::contacts))});
    }
    return activities;
}

}  // namespace

HubSpotPortal::HubSpotPortal(PortalOptions options)
    : state_{std::make_unique<PortalState>(std::move(options))} {}
HubSpotPortal::HubSpotPortal(HubSpotPortal&&) noexcept = default;
HubSpotPortal& HubSpotPortal::operator=(HubSpotPortal&&) noexcept = default;
HubSpotPortal::~HubSpotPortal() = default;

HttpResponse HubSpotPortal::answer(const HttpRequest& request, UtcTime now) {
    const auto correlation = correlation_id(++state_->requests);
    const auto arrival = arrival_of(request);
    if (arrival.is(Kind::write)) ++state_->writes;
    const auto outcome = handle(*state_, arrival, request, now);
    auto response = outcome ? *outcome : refuse(outcome.error(), correlation);
    response.headers.push_back({"X-HubSpot-Correlation-Id", correlation});
    // Searches carry none of them, nor do answers to unauthenticated requests.
    if (response.status != 401 && response.status != 403 && !arrival.is(Kind::search)) {
        for (auto& header : state_->limits.headers(state_->options)) {
            response.headers.push_back(std::move(header));
        }
    }
    return response;
}

PortalOptions& HubSpotPortal::options() { return state_->options; }

std::string HubSpotPortal::add_contact(std::map<std::string, std::string> properties,
                                       UtcTime created) {
    const auto id = state_->records.next_id(ObjectType::contacts);
    properties.emplace("lifecyclestage", "lead");
    properties.emplace("hs_object_source", "CRM_UI");
    state_->records.add(ObjectType::contacts, id, std::move(properties), created, created);
    return std::to_string(id);
}

void HubSpotPortal::edit_contact(const std::string& id,
                                 const std::map<std::string, std::string>& changes, UtcTime now) {
    state_->records.set(contact_of(*state_, id), changes, now);
}

void HubSpotPortal::edit_call(const std::string& id,
                              const std::map<std::string, std::string>& changes, UtcTime now) {
    state_->records.set(record_of(*state_, ObjectType::calls, id), changes, now);
}

void HubSpotPortal::delete_property(const std::string& name, UtcTime now) {
    auto& properties = state_->schemas.at(ObjectType::contacts).properties;
    const auto found = properties.find(name);
    if (found != properties.end() && !found->second.hubspot_defined)
        found->second.archived_at = now;
}

std::string HubSpotPortal::merge_contacts(const std::string& primary, const std::string& loser,
                                          UtcTime now) {
    const auto& survivor =
        merge_records(*state_, contact_of(*state_, primary), contact_of(*state_, loser), now);
    return std::to_string(survivor.id);
}

std::vector<PortalRecord> HubSpotPortal::contacts() const {
    std::vector<PortalRecord> contacts;
    for (const auto& [id, record] : state_->records.all(ObjectType::contacts)) {
        if (!record.live()) continue;
        contacts.push_back(
            {.id = std::to_string(id), .properties = record.properties, .created = record.created});
    }
    return contacts;
}

std::vector<PortalCall> HubSpotPortal::calls() const {
    return activities_of(*state_, ObjectType::calls);
}

std::vector<PortalCall> HubSpotPortal::tasks() const {
    return activities_of(*state_, ObjectType::tasks);
}

std::string HubSpotPortal::resolve(std::string contact_id) const {
    const auto id = record_id(contact_id);
    if (!id) return contact_id;
    return std::to_string(state_->records.resolve(ObjectType::contacts, *id));
}

int HubSpotPortal::requests() const { return state_->requests; }
int HubSpotPortal::writes() const { return state_->writes; }

}  // namespace ringbridge::sim
