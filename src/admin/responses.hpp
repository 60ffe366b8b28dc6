// What is answered instead of a result: the API's reasons in HTTP's terms.
#pragma once

#include "api/refusal.hpp"
#include "bridge/stopped.hpp"
#include "ports/http.hpp"

#include <string>

namespace ringbridge::admin {

/// What went wrong and how to fix it.
HttpResponse error_response(int status, const std::string& code, const std::string& message);

/// 400, 404 or 409.
HttpResponse error_response(const api::Refusal& refusal);

/// 502 if only a person can help, 503 if it may work later.
HttpResponse error_response(const bridge::Stopped& stopped);

}  // namespace ringbridge::admin
