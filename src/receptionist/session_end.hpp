// How sites say that a session has ended, where they do not say it with a 401.
#pragma once

#include "ports/http.hpp"

namespace ringbridge::receptionist {

enum class SessionEnd {
    no,
    perhaps,  ///< the site may as well have moved, or refuse just this
    likely,
};

/// Of an answer that is no use.
SessionEnd session_end_in(const HttpResponse& answer);

bool is_web_page(const HttpResponse& answer);
bool contains_in_any_case(std::string_view text, std::string_view word);

}  // namespace ringbridge::receptionist
