// For the tests of what a profile may not say: its errors, and how to expect one.
#pragma once

#include "receptionist/profile.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace ringbridge::receptionist::test {

inline std::vector<ParseError> faults_in(const std::string& yaml) {
    const auto profile = parse_profile(yaml);
    return profile ? std::vector<ParseError>{} : profile.error();
}

inline auto is_fault(const std::string& path, const std::string& why) {
    return testing::AllOf(testing::Field(&ParseError::path, path),
                          testing::Field(&ParseError::why, testing::HasSubstr(why)));
}

/// Among the faults is one at that path, whose reason has these words.
inline auto fault(const std::string& path, const std::string& why) {
    return testing::Contains(is_fault(path, why));
}

}  // namespace ringbridge::receptionist::test
