// Whether a site says that e-mail or password is wrong. Few answer 401: some answer 400 or 422 with
// a sentence, some 200 with `"success": false`, and others show their login page again.
#pragma once

#include "ports/http.hpp"

namespace ringbridge::receptionist {

/// `answer`: to the request that sends the password, or after its redirects.
bool refuses_login(const HttpResponse& answer);

/// Whether an answer that lacks what the profile captures from it has a sentence instead, and
/// nothing like a token: then the password was refused, in whatever language. Else the site has
/// changed.
bool is_sentence_alone(const HttpResponse& answer);

}  // namespace ringbridge::receptionist
