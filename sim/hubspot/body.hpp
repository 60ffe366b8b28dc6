// Reads request bodies strictly: each object may have only the fields that HubSpot's OpenAPI
// description gives it; anything else is refused.
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/refusal.hpp"

#include <initializer_list>
#include <string_view>

namespace ringbridge::sim {

enum class Shape { text, scalar, integer, boolean, object, array };

struct Field {
    std::string_view name;
    Shape shape = Shape::text;
    bool required = false;
};

/// A body that is missing or not JSON is refused, with HubSpot's line and column.
std::expected<Json, Refusal> read_json(std::string_view body);

/// `what` names the object in the refusal: `PropertyCreate`.
Check check_object(const Json& value, std::string_view what, std::initializer_list<Field> fields);

/// Both of the above: a body that must be an object with these fields.
std::expected<Json, Refusal> read_object(std::string_view body, std::string_view what,
                                         std::initializer_list<Field> fields);

/// A batch body: `inputs` (1 to `most` objects) and, where given, further fields.
std::expected<Json, Refusal> read_batch(std::string_view body, std::string_view what,
                                        std::size_t most,
                                        std::initializer_list<Field> further = {});

/// An array of strings; a missing one is empty.
std::expected<std::vector<std::string>, Refusal> text_list(const Json& object,
                                                           const std::string& name);

/// A string as it is, a number or boolean as text: property values may be any of them.
std::string scalar_text(const Json& value);

/// A record id as HubSpot writes them; nullopt for anything else.
std::optional<std::int64_t> record_id(std::string_view text);

/// The list of a query parameter that may be repeated or comma-separated.
std::vector<std::string> split_list(std::string_view text);

}  // namespace ringbridge::sim
