// A profile as YAML, with a comment for each line that was guessed: where it comes from, and how
// sure that is.
#pragma once

#include "learn/call_list.hpp"
#include "learn/detail.hpp"
#include "learn/fields.hpp"
#include "learn/login.hpp"
#include "learn/paging.hpp"

#include <optional>
#include <string>

namespace ringbridge::learn {

struct ProfileParts {
    std::string name, base_url;
    const LoginText& login;
    const CallList& list;
    const Paging& paging;
    const Mapping& mapping;
    std::string zone;  ///< of dates in the request for calls
    std::optional<DetailText> detail;
};

std::string profile_text(const ProfileParts& parts);

/// `Acme-west` of `acme-west`
std::string label_of(const std::string& name);

}  // namespace ringbridge::learn
