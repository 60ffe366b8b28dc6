// How many rows go into one batch request, and into the next one after it was refused: one bad row
// blocks no other, and finding it takes few requests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace ringbridge::hubspot {

/// Inputs per batch request (developers.hubspot.com, "Using object APIs").
constexpr std::size_t batch_max = 100;

/// With how many others a row may be sent that has failed this often: by tens, then alone.
constexpr std::size_t batch_limit(int failures) {
    return failures == 0 ? batch_max : failures == 1 ? 10 : 1;
}

/// Removes and returns up to `batch_max` elements from the end.
template <class T>
std::vector<T> take_batch(std::vector<T>& rest) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(rest.size(), batch_max));
    std::vector<T> batch{rest.end() - count, rest.end()};
    rest.erase(rest.end() - count, rest.end());
    return batch;
}

/// Splits a refused batch for a retry.
template <class T>
std::vector<std::vector<T>> in_smaller_batches(std::vector<T> rows) {
    const auto size = rows.size() > batch_limit(1) ? batch_limit(1) : batch_limit(2);
    std::vector<std::vector<T>> parts;
    for (auto& row : rows) {
        if (parts.empty() || parts.back().size() == size) parts.emplace_back();
        parts.back().push_back(std::move(row));
    }
    return parts;
}

}  // namespace ringbridge::hubspot
