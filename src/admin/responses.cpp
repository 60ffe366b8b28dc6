#include "admin/responses.hpp"

#include "api/views.hpp"

namespace ringbridge::admin {
namespace {

int status_of(api::Refusal::Kind kind) {
    using enum api::Refusal::Kind;
    if (kind == invalid) return 400;
    return kind == not_found ? 404 : 409;
}

}  // namespace

HttpResponse error_response(int status, const std::string& code, const std::string& message) {
    return json_response(status, api::error_view(code, message));
}

HttpResponse error_response(const api::Refusal& refusal) {
    return error_response(status_of(refusal.kind), refusal.code, refusal.message);
}

HttpResponse error_response(const bridge::Stopped& stopped) {
    const auto ending = stopped.ending;
    if (ending == bridge::Ending::credentials_refused) {
        return error_response(502, "credentials_refused", stopped.why);
    }
    return error_response(503, ending == bridge::Ending::stopped ? "stopping" : "out_of_reach",
                          stopped.why);
}

}  // namespace ringbridge::admin
