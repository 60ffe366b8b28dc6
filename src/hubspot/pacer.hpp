// When the next request may leave, so that HubSpot never has to say no.
//
// Limits (developers.hubspot.com, "API usage guidelines"): an app may send 100 requests in any ten
// seconds on Free and Starter, 190 on higher tiers, and is told which in a header; CRM searches
// are exempt from that and limited to five a second, shared by every app of the account.
#pragma once

#include "core/time.hpp"

#include <deque>

namespace ringbridge::hubspot {

class Pacer {
  public:
    enum class Lane { general, search };

    /// Books a place and tells when it is. Booked places are in the order of asking.
    UtcTime book(Lane lane, UtcTime now);

    /// `X-HubSpot-RateLimit-Max` of an answer.
    void learn_burst_limit(int requests_in_ten_seconds);

  private:
    struct Window {
        int places;
        Milliseconds span;
        std::deque<UtcTime> booked;
        UtcTime book(UtcTime now);
    };
    // A tenth stays free: for clocks that differ and for the account's other tools.
    Window general_{90, Milliseconds{10'000}, {}};
    Window search_{4, Milliseconds{1'000}, {}};
};

}  // namespace ringbridge::hubspot
