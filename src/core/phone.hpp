// Phone numbers as callers, receptionists and people at a CRM write them, made comparable.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge {

struct PhoneNumber {
    std::string e164;       ///< `+15718308515`
    std::string extension;  ///< digits; usually empty
    auto operator<=>(const PhoneNumber&) const = default;
};

enum class PhoneError {
    missing,      ///< nothing there
    withheld,     ///< the caller hid it: `anonymous`, `Restricted`, a carrier's placeholder number
    not_dialable  ///< there is text, but no number that can be called back
};

/// `+15718308515`, or `+15718308515 x12`.
std::string to_text(const PhoneNumber& number);

/// A sentence for the operator, without the number itself.
std::string_view to_sentence(PhoneError error);

/// The first dialable number in `text`. `region`: ISO 3166 code that numbers without a country
/// code belong to.
std::expected<PhoneNumber, PhoneError> parse_phone(std::string_view text,
                                                   const std::string& region);

/// Every dialable number in a field where people keep notes: `571-830-8515 (home) / +44 20 …`.
std::vector<PhoneNumber> find_phones(std::string_view text, const std::string& region);

/// The forms in which a person or another program may have typed this number into a CRM, in lower
/// case, for a literal comparison; E.164 first, without duplicates.
std::vector<std::string> written_forms(const PhoneNumber& number);

/// The groups of digits that this number usually ends in, seven digits or more, the last one first:
/// `8515`, `830`. What comes before them is written in many ways: country code, trunk prefix, area
/// code, the mobile prefixes of Mexico and Argentina.
std::vector<std::string> last_groups(const PhoneNumber& number);

/// Area code and local number without country code: what HubSpot's searchable calculated phone
/// properties hold (developers.hubspot.com, CRM search guide: "use area code + local number").
std::string national_digits(const PhoneNumber& number);

}  // namespace ringbridge
