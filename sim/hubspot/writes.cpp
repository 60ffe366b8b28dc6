#include "sim/hubspot/writes.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::sim {
namespace {

// What a new record may be associated with: a contact with calls, everything else with contacts.
ObjectType other(ObjectType type) {
    return type == ObjectType::contacts ? ObjectType::calls : ObjectType::contacts;
}

std::string upper_name(ObjectType type) {
    if (type == ObjectType::contacts) return "CONTACT";
    return type == ObjectType::calls ? "CALL" : "TASK";
}

// Unconfirmed: the wording. Both guides say that hs_timestamp is required.
Refusal required_missing(ObjectType type, std::vector<std::string> properties) {
    auto refusal = validation_error("Error creating " + upper_name(type) +
                                    ". Some required properties were not set.");
    refusal.context = {{"properties", std::move(properties)}};
    return refusal;
}

Check check_required(ObjectType type, const Properties& values, const Ask& ask) {
    const auto given = [&](const char* name) {
        const auto found = values.find(name);
        return found != values.end() && !found->second.empty();
    };
    if (type != ObjectType::contacts && !given("hs_timestamp")) {
        return required_missing(type, {"hs_timestamp"});
    }
    // Unconfirmed: the contacts guide of 2026-09 requires one of these, older ones recommend them.
    if (type == ObjectType::contacts && ask.version == "2026-09" && !given("email") &&
        !given("firstname") && !given("lastname")) {
        return required_missing(type, {"email", "firstname", "lastname"});
    }
    return std::nullopt;
}

Refusal email_taken(RecordId holder) {
    return {.status = 409,
            .category = "CONFLICT",
            .message = "Contact already exists. Existing ID: " + std::to_string(holder)};
}

// The first id is the refused record, the second the one with the value.
Refusal value_taken(const PortalState& state, ObjectType type, const std::string& property,
                    const std::string& value, RecordId refused, RecordId holder) {
    // Unconfirmed: how the text names the calls object.
    const std::string object =
        type == ObjectType::contacts ? "legacyObjectType=CONTACT" : "legacyObjectType=ENGAGEMENT";
    return validation_error(
        "Cannot set PropertyValueCoordinates{portalId=" + std::to_string(state.options.portal_id) +
        ", objectTypeId=ObjectTypeId{" + object + "}, propertyName=" + property +
        ", value=" + value + "} on " + std::to_string(refused) + ". " + std::to_string(holder) +
        " already has that value.");
}

// A contact's own e-mail is a conflict; an additional one is reported like any other unique value.
Check check_unique(PortalState& state, ObjectType type, const Properties& values, RecordId self) {
    for (const auto& [name, value] : values) {
        if (value.empty() || !state.records.is_unique(type, name)) continue;
        const auto holder = state.records.holder(type, name, value);
        if (!holder || *holder == self) continue;
        const auto* record = state.records.find(type, *holder);
        const bool primary = lower_case(record->property("email")) == lower_case(value);
        if (type == ObjectType::contacts && name == "email" && primary) return email_taken(*holder);
        return value_taken(state, type, name, value, self, *holder);
    }
    return std::nullopt;
}

Properties default_values(ObjectType type, UtcTime now) {
    if (type != ObjectType::contacts) return {{"hs_object_source", "INTEGRATION"}};
    return {{"lifecyclestage", "lead"},
            {"hs_lifecyclestage_lead_date", moment_text(now)},
            {"hs_is_contact", "true"},
            {"hs_is_unworked", "true"},
            {"hs_pipeline", "contacts-lifecycle-pipeline"},
            {"hs_object_source", "INTEGRATION"},
            {"hs_object_source_id", "1512050"}};
}

// `lifecyclestage` only moves forward, unless it was cleared first; a step back is ignored.
void drop_step_back(const PortalState& state, const Record& record, Properties& values) {
    const auto next = values.find("lifecyclestage");
    const auto current = record.property("lifecyclestage");
    if (next == values.end() || next->second.empty() || current.empty()) return;
    const auto* property = state.schemas.at(record.type).find("lifecyclestage");
    const auto rank = [&](const std::string& stage) {
        return std::ranges::find(property->options, stage, &PropertyOption::value);
    };
    if (rank(next->second) < rank(current)) values.erase(next);
}

std::optional<Detail> value_fault(const Schema& schema, const std::string& name,
                                  const std::string& given, const Record* current,
                                  std::string& stored) {
    const auto* property = schema.find(name);
    if (property == nullptr) {
        return value_problem(name, "Property \"" + name + "\" does not exist",
                             "PROPERTY_DOESNT_EXIST");
    }
    // Unconfirmed: the wording and code; one guide says that read-only properties are ignored.
    if (property->read_only) {
        return value_problem(name,
                             "\"" + name + "\" is a read only property; its value cannot be set.",
                             "READ_ONLY_VALUE");
    }
    auto value = stored_value(*property, given, current ? current->property(name) : "");
    if (!value) return value.error();
    stored = *std::move(value);
    return std::nullopt;
}

Check check_association_entry(const Json& entry, ObjectType from) {
    if (auto refusal = check_object(entry, "PublicAssociationsForObject",
                                    {{"to", Shape::object, true}, {"types", Shape::array, true}})) {
        return refusal;
    }
    if (auto refusal = check_object(entry["to"], "PublicObjectId", {{"id", Shape::text, true}})) {
        return refusal;
    }
    if (entry["types"].empty()) return validation_error("types must not be empty");
    for (const auto& spec : entry["types"]) {
        if (auto refusal = check_association_spec(spec, {from, other(from)})) return refusal;
    }
    return std::nullopt;
}

std::expected<std::vector<RecordId>, Refusal> given_links(PortalState& state, ObjectType type,
                                                          const Json& input) {
    std::vector<RecordId> links;
    if (!input.contains("associations")) return links;
    for (const auto& entry : input["associations"]) {
        if (auto refusal = check_association_entry(entry, type)) return std::unexpected(*refusal);
        const auto id = record_id(entry["to"]["id"].get<std::string>());
        const auto* target = id ? state.records.live(other(type), *id) : nullptr;
        if (target == nullptr) {
            return std::unexpected(
                validation_error("one or more associations are not valid: " + plural(other(type)) +
                                 " " + entry["to"]["id"].get<std::string>() + " does not exist"));
        }
        links.push_back(target->id);
    }
    return links;
}

}  // namespace

int association_type(const Direction& direction) {
    if (direction.from == ObjectType::calls) return call_to_contact;
    if (direction.from == ObjectType::tasks) return task_to_contact;
    return direction.to == ObjectType::calls ? contact_to_call : contact_to_task;
}

Check check_association_spec(const Json& spec, const Direction& direction) {
    if (auto refusal = check_object(spec, "AssociationSpec",
                                    {{"associationCategory", Shape::text, true},
                                     {"associationTypeId", Shape::integer, true}})) {
        return refusal;
    }
    // Unconfirmed: HubSpot may also accept a wrong type and not show the association.
    if (spec["associationCategory"] != "HUBSPOT_DEFINED" ||
        spec["associationTypeId"] != association_type(direction)) {
        return validation_error("one or more associations are not valid: type " +
                                text_of(spec["associationTypeId"]) + " does not go from " +
                                plural(direction.from) + " to " + plural(direction.to));
    }
    return std::nullopt;
}

std::expected<Properties, Refusal> given_properties(const Json& properties) {
    Properties given;
    for (const auto& [name, value] : properties.items()) {
        if (value.is_null() || value.is_structured()) {
            return std::unexpected(unreadable_input(
                "Cannot deserialize value of type `java.lang.String` from " +
                std::string{value.type_name()} + " value (property " + name + ")"));
        }
        given[name] = scalar_text(value);
    }
    return given;
}

std::expected<Properties, Refusal> checked_values(const PortalState& state, ObjectType type,
                                                  const Properties& given, const Record* current) {
    Properties values;
    std::vector<Detail> faults;
    for (const auto& [name, value] : given) {
        std::string stored;
        if (auto fault = value_fault(state.schemas.at(type), name, value, current, stored)) {
            faults.push_back(*std::move(fault));
        } else {
            values[name] = std::move(stored);
        }
    }
    if (!faults.empty()) return std::unexpected(invalid_values(faults, state.options.portal_id));
    return values;
}

std::expected<RecordId, Refusal> insert_record(PortalState& state, ObjectType type,
                                               const Properties& given,
                                               const std::vector<RecordId>& links, const Ask& ask) {
    auto values = checked_values(state, type, given, nullptr);
    if (!values) return std::unexpected(values.error());
    if (auto refusal = check_required(type, *values, ask)) return std::unexpected(*refusal);
    const auto id = state.records.next_id(type);
    if (auto refusal = check_unique(state, type, *values, id)) return std::unexpected(*refusal);
    auto properties = default_values(type, ask.now);
    for (auto& [name, value] : *values) {
        if (!value.empty()) properties[name] = value;
    }
    if (type == ObjectType::contacts) properties["hs_all_contact_vids"] = std::to_string(id);
    auto& record = state.records.add(type, id, std::move(properties), ask.now, ask.now);
    for (const auto link : links) {
        auto& target = *state.records.live(other(type), link);
        const bool of_contact = type == ObjectType::contacts;
        state.records.link(of_contact ? target : record, of_contact ? record : target, ask.now);
    }
    return id;
}

std::expected<RecordId, Refusal> insert_from(PortalState& state, ObjectType type, const Json& input,
                                             const Ask& ask) {
    const auto given = given_properties(input["properties"]);
    if (!given) return std::unexpected(given.error());
    const auto links = given_links(state, type, input);
    if (!links) return std::unexpected(links.error());
    return insert_record(state, type, *given, *links, ask);
}

Check change_record(PortalState& state, Record& record, const Properties& given, UtcTime now) {
    auto values = checked_values(state, record.type, given, &record);
    if (!values) return values.error();
    if (const auto moment = values->find("hs_timestamp");
        moment != values->end() && moment->second.empty()) {
        return required_missing(record.type, {"hs_timestamp"});
    }
    if (auto refusal = check_unique(state, record.type, *values, record.id)) return refusal;
    drop_step_back(state, record, *values);
    state.records.set(record, *values, now);
    return std::nullopt;
}

std::expected<Record*, Refusal> addressed(PortalState& state, ObjectType type,
                                          const std::string& id, const std::string& id_property) {
    if (id_property.empty()) {
        const auto number = record_id(id);
        return number ? state.records.live(type, *number) : nullptr;
    }
    if (!state.records.is_unique(type, id_property)) {
        return std::unexpected(validation_error(
            "Unable to perform update/upsert by non-unique " + type_id(type) + " property " +
            id_property + " in portal ID " + std::to_string(state.options.portal_id)));
    }
    const auto holder = state.records.holder(type, id_property, id);
    return holder ? state.records.live(type, *holder) : nullptr;
}

}  // namespace ringbridge::sim
