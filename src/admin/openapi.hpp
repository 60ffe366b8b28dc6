// The admin API's description, kept in src/admin/openapi.json and embedded in the program.
#pragma once

#include <string_view>

namespace ringbridge::admin {

/// OpenAPI 3.1.
std::string_view openapi_description();

}  // namespace ringbridge::admin
