// How the tests of the simulated HubSpot talk to it: a method, a path, a JSON text.
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/portal.hpp"

#include <gtest/gtest.h>

namespace ringbridge::sim {

struct Reply {
    int status = 0;
    std::string text;
    Headers headers;

    Json json() const;
};

/// A portal, a clock that stands still until moved, and the right token.
class PortalTest : public ::testing::Test {
  protected:
    Reply ask(const std::string& method, const std::string& path, const std::string& body = {});
    Reply get(const std::string& path) { return ask("GET", path); }
    Reply post(const std::string& path, const std::string& body) { return ask("POST", path, body); }

    /// Ids of what was created by a POST of `properties`, a JSON object.
    std::string contact(const std::string& properties);
    std::string call_for(const std::string& contact_id);

    /// The ids that a contact search for one filter group finds.
    std::vector<std::string> search(const std::string& filters);

    HubSpotPortal portal_;
    UtcTime now_{std::chrono::milliseconds{1'775'000'000'000}};
};

/// `{"inputs":[…]}` with `count` copies of `input`, `#` in it replaced by 0, 1, 2 …
std::string inputs(int count, const std::string& input);

}  // namespace ringbridge::sim
