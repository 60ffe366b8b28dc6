// One case for each alternative of a variant: when an alternative is added, every place that
// decides by it stops compiling until it has a case for it. Cases name their types; `auto` would
// take any.
#pragma once

#include <utility>
#include <variant>

namespace ringbridge {

template <class... Cases>
struct AllOf : Cases... {
    using Cases::operator()...;
};

/// What the case for the value's alternative returns. All cases return the same type.
template <class Variant, class... Cases>
decltype(auto) match(Variant&& value, Cases&&... cases) {
    return std::visit(AllOf<std::decay_t<Cases>...>{std::forward<Cases>(cases)...},
                      std::forward<Variant>(value));
}

}  // namespace ringbridge
