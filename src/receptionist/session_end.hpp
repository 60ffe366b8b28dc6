// How sites report the end of a session other than with a 401.
#pragma once

#include "ports/http.hpp"

namespace ringbridge::receptionist {

enum class SessionEnd {
    no,
    perhaps,  ///< or the site has moved, or refuses only this request
    likely,
};

/// For an unusable answer.
SessionEnd session_end_in(const HttpResponse& answer);

bool is_web_page(const HttpResponse& answer);
bool contains_in_any_case(std::string_view text, std::string_view word);

}  // namespace ringbridge::receptionist
