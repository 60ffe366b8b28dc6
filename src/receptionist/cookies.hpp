// A login's cookies, from one of its steps to the next. There is one host and a login takes
// seconds, so domains, paths and ages have no part in it.
#pragma once

#include "ports/http.hpp"

#include <map>
#include <string>

namespace ringbridge::receptionist {

class Cookies {
  public:
    /// Keeps what an answer sets; one set to nothing is forgotten.
    void take(const Headers& headers);

    /// Empty where there is none.
    std::string value(const std::string& name) const;

    /// `a=1; b=2`, for a request's Cookie header; empty for no cookies.
    std::string header() const;

  private:
    std::map<std::string, std::string> values_;
};

}  // namespace ringbridge::receptionist
