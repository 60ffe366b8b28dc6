#include "receptionist/never_keep_codec.hpp"

#include "receptionist/record_values_codec.hpp"

#include <algorithm>
#include <span>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;
using Steps = std::span<const JsonPath::Step>;

bool is_exempt(const std::string& name, const Unkept& unkept) {
    return std::ranges::any_of(unkept.except, [&](std::string_view kept) {
        if (!kept.ends_with('*')) return name == kept;
        kept.remove_suffix(1);
        return name.starts_with(kept);
    });
}

void erase_members(json& object, const Unkept& unkept) {
    for (auto member = object.begin(); member != object.end();) {
        member = is_exempt(member.key(), unkept) ? std::next(member) : object.erase(member);
    }
}

// Any value but an object is taken out as a whole: nothing in it has a name to be exempt by.
void erase(json& parent, const JsonPath::Step& last, const Unkept& unkept) {
    auto* value = take_step(parent, last);
    if (value == nullptr) return;
    if (!unkept.except.empty() && value->is_object()) return erase_members(*value, unkept);
    *value = nullptr;
}

void erase_elements(json& list, const Unkept& unkept) {
    if (!list.is_structured()) return;
    for (auto element = list.begin(); element != list.end();) {
        element = all_hold(unkept.where, *element) ? list.erase(element) : std::next(element);
    }
}

void take_out(json& value, Steps steps, const Unkept& unkept) {
    const auto rest = steps.subspan(1);
    const bool each = std::holds_alternative<JsonPath::EachElement>(steps.front());
    if (rest.empty()) return each ? erase_elements(value, unkept) : erase(value, steps[0], unkept);
    if (each) {
        if (!value.is_structured()) return;
        for (auto& element : value) take_out(element, rest, unkept);
    } else if (auto* next = take_step(value, steps.front())) {
        take_out(*next, rest, unkept);
    }
}

// Nested no deeper than parse_leniently() lets anything be.
void take_out_anywhere(json& value, const Unkept& unkept) {
    if (!value.is_structured()) return;
    take_out(value, unkept.path.steps, unkept);
    for (auto& inner : value) take_out_anywhere(inner, unkept);
}

}  // namespace

void take_out(json& body, const std::vector<Unkept>& never_keep) {
    for (const auto& unkept : never_keep) {
        if (unkept.anywhere) {
            take_out_anywhere(body, unkept);
        } else {
            take_out(body, unkept.path.steps, unkept);
        }
    }
}

std::string without_unkept(std::string_view body, const std::vector<Unkept>& never_keep) {
    if (never_keep.empty()) return std::string{body};
    auto parsed = parse_leniently(body);
    if (parsed.is_discarded()) {
        return "(" + std::to_string(body.size()) +
               " bytes that are not JSON; not kept, as they may hold what must not be)";
    }
    take_out(parsed, never_keep);
    return parsed.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ringbridge::receptionist
