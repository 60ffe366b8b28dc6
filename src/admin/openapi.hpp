// The admin API's description, kept in src/admin/openapi.json and written into the program.
#pragma once

#include <string_view>

namespace ringbridge::admin {

/// OpenAPI 3.1.
std::string_view openapi_description();

}  // namespace ringbridge::admin
