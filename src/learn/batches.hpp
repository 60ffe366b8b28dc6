// Requests that ask several things at once, as tRPC and GraphQL clients batch them: taken apart,
// each as it can be asked alone.
#pragma once

#include "learn/har.hpp"

namespace ringbridge::learn {

void split_batches(Recording& recording);

}  // namespace ringbridge::learn
