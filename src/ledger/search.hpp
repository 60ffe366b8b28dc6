// The text by which a person finds calls, in every backend: part of an id, a name or a number.
#pragma once

#include "core/call.hpp"
#include "core/phone.hpp"

#include <string>
#include <string_view>

namespace ringbridge::ledger {

/// `text` in lower case, without the punctuation of numbers: `(571) 830-8515`.
std::string searchable(std::string_view text);

/// Whether an index over each three characters can be used: it needs as many or more.
bool is_indexed(const std::string& searchable_text);

/// What a call is found by.
std::string searched_text(const Call& call);

/// The last digits of a number are the same however it is written.
std::string last_digits(const PhoneNumber& number);

}  // namespace ringbridge::ledger
