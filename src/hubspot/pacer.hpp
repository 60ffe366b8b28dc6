// When the next request may leave, so that HubSpot never has to say no.
//
// Limits (developers.hubspot.com, "API usage guidelines"): an app may send 100 requests in any ten
// seconds on Free and Starter, 190 on higher tiers, and is told which in a header; CRM searches
// are exempt from that and limited to five a second, shared by every app of the account.
//
// The places that are booked are shared by all processes on one ledger and account, and outlive
// each: a command beside the service, or a service that was killed and is back at once, would else
// take as much again. They are moments of the steady clock, which is one for all processes of a
// machine since it was started, and which nobody sets.
#pragma once

#include "ports/clock.hpp"
#include "ports/shared_texts.hpp"

#include <string>
#include <vector>

namespace ringbridge::hubspot {

/// What is left to the account's other apps, in percent of each limit.
inline constexpr int default_headroom = 20;

class Pacer {
  public:
    Pacer(SharedTexts& booked, const Clock& clock, int headroom_percent = default_headroom);

    enum class Lane { general, search };

    /// `even`: one of many, which leave places between them. A whole window that is used up at once
    /// would hold up everybody else for ten seconds.
    enum class Pace { at_once, even };

    /// Books a place and tells when it is. Booked places are in the order of asking.
    Task<SteadyTime> book(Lane lane, Pace pace = Pace::at_once);

    /// HubSpot said no to one: whoever else asks before `until` would be told the same.
    void hold(Lane lane, SteadyTime until);

    /// `X-HubSpot-RateLimit-Max` of an answer.
    void learn_burst_limit(int requests_in_ten_seconds);

    int headroom_percent() const { return 100 - percent_; }

  private:
    struct Window {
        const char* name;
        int places;
        Milliseconds span;
        SteadyTime held_until;
        SteadyTime next_place(const std::vector<SteadyTime>& booked, SteadyTime now,
                              Pace pace) const;
    };
    Window& window(Lane lane);

    SharedTexts& booked_;
    const Clock& clock_;
    int percent_;  ///< of each limit that we take
    Window general_;
    Window search_;
};

}  // namespace ringbridge::hubspot
