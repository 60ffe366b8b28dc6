#include "sim/hubspot/values.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

namespace ringbridge::sim {
namespace {

using Stored = std::expected<std::string, Detail>;

// HubSpot's limit for text (properties guide).
constexpr std::size_t longest_text = 65'536;

// Characters as Java counts them, since HubSpot runs on it: two for each one beyond U+FFFF.
std::size_t utf16_length(std::string_view text) {
    std::size_t length = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U) length += byte >= 0xF0U ? 2 : 1;
    }
    return length;
}

bool spaced(const std::string& text) {
    return text.front() == ' ' || text.back() == ' ' || text.front() == '\t' || text.back() == '\t';
}

std::optional<std::int64_t> whole(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Unconfirmed: all codes below except INVALID_OPTION and INVALID_DATE, and every wording.
std::unexpected<Detail> refused(const PropertyDefinition& property, std::string message,
                                std::string code) {
    return std::unexpected(value_problem(property.name, std::move(message), std::move(code)));
}

// Unconfirmed: whether the calls object refuses an http recording; the guide says HTTPS only.
bool insecure_recording(const PropertyDefinition& property, const std::string& given) {
    return property.name == "hs_call_recording_url" && !given.starts_with("https://");
}

bool plausible_email(const std::string& text) {
    const auto at = text.find('@');
    return at != std::string::npos && at > 0 && text.find('.', at + 2) != std::string::npos &&
           text.find_first_of(" \t,;<>") == std::string::npos && text.back() != '.';
}

Stored text_value(const PropertyDefinition& property, const std::string& given) {
    // Unconfirmed: the code and wording for a text that is too long.
    if (utf16_length(given) > longest_text) {
        return refused(property, "The value is longer than 65536 characters", "STRING_TOO_LONG");
    }
    if (insecure_recording(property, given)) {
        return refused(property, "The recording URL must be an HTTPS URL", "INVALID_URL");
    }
    if (property.name == "email") {
        if (!plausible_email(given)) {
            return refused(property, "Email address " + given + " is invalid", "INVALID_EMAIL");
        }
        return lower_case(given);
    }
    return given;
}

Stored number_value(const PropertyDefinition& property, const std::string& given) {
    double number = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), number);
    if (error != std::errc{} || end != given.data() + given.size() || !std::isfinite(number)) {
        return refused(property, given + " was not a valid number.", "INVALID_NUMBER");
    }
    return given;
}

Stored datetime_value(const PropertyDefinition& property, const std::string& given) {
    const auto moment = moment_of(given);
    if (!moment) return refused(property, given + " was not a valid date.", "INVALID_DATE");
    return moment_text(*moment);
}

Stored date_value(const PropertyDefinition& property, const std::string& given) {
    const auto ms = whole(given);
    if (!ms) {
        std::istringstream in{given};
        date::sys_days day;
        in >> date::parse("%F", day);
        if (given.size() == 10 && !in.fail()) return given;
        return refused(property, given + " was not a valid date.", "INVALID_DATE");
    }
    const auto moment = from_unix_ms(*ms);
    const auto day = date::floor<date::days>(moment);
    if (moment != day) {
        return refused(property,
                       given + " is at " +
                           date::format("%T", date::floor<std::chrono::seconds>(moment - day)) +
                           ".0 UTC, not midnight!",
                       "INVALID_DATE");
    }
    return date::format("%F", day);
}

Stored bool_value(const PropertyDefinition& property, const std::string& given) {
    if (given == "true" || given == "false") return given;
    return refused(property, given + " was not one of the allowed options: [true, false]",
                   "INVALID_OPTION");
}

bool is_option(const PropertyDefinition& property, const std::string& value) {
    return property.external_options ||
           std::ranges::find(property.options, value, &PropertyOption::value) !=
               property.options.end();
}

Stored option_value(const PropertyDefinition& property, const std::string& given,
                    const std::string& current) {
    const bool several = property.field_type == "checkbox";
    std::istringstream parts{several ? given : std::string{}};
    std::vector<std::string> values;
    for (std::string value; std::getline(parts, value, ';');) {
        if (!value.empty()) values.push_back(value);
    }
    if (!several) values = {given};
    for (const auto& value : values) {
        if (!is_option(property, value)) {
            return refused(property, value + " was not one of the allowed options",
                           "INVALID_OPTION");
        }
    }
    const bool append = several && given.starts_with(';');
    return append ? (current.empty() ? given.substr(1) : current + given) : given;
}

}  // namespace

std::string lower_case(std::string text) {
    for (auto& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

Detail value_problem(const std::string& property, std::string message, std::string code) {
    return {.message = std::move(message),
            .code = std::move(code),
            .context = {{"propertyName", {property}}}};
}

std::string moment_text(UtcTime moment) {
    const auto seconds = date::floor<std::chrono::seconds>(moment);
    return seconds == moment ? date::format("%FT%TZ", seconds) : format_utc(moment);
}

std::optional<UtcTime> moment_of(const std::string& text) {
    // Digits are always milliseconds here: seconds become a day in January 1970.
    if (const auto ms = whole(text)) return from_unix_ms(*ms);
    return parse_utc(text);
}

std::expected<std::string, Detail> stored_value(const PropertyDefinition& property,
                                                const std::string& given,
                                                const std::string& current) {
    if (given.empty()) return given;
    if (property.type == "string" || property.type == "phone_number") {
        return text_value(property, given);
    }
    if (spaced(given)) {
        return refused(property, "\"" + given + "\" has leading or trailing spaces",
                       "INVALID_VALUE");
    }
    if (property.type == "number") return number_value(property, given);
    if (property.type == "datetime") return datetime_value(property, given);
    if (property.type == "date") return date_value(property, given);
    if (property.type == "bool") return bool_value(property, given);
    return option_value(property, given, current);
}

}  // namespace ringbridge::sim
