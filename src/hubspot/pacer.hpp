// When the next request may be sent without exceeding HubSpot's rate limits.
//
// Limits (developers.hubspot.com, "API usage guidelines"): an app may send 100 requests in any ten
// seconds on Free and Starter, 190 on higher tiers; a header reports which. CRM searches are exempt
// from that and limited to five per second, shared by every app of the account.
//
// Booked places are shared by all processes on one ledger and account, and outlive them: otherwise
// a command beside the service, or a service that restarts right after a crash, would use the full
// limit again. They are times of the steady clock, which all processes of a machine share since
// boot and nobody can set.
#pragma once

#include "ports/clock.hpp"
#include "ports/shared_texts.hpp"

#include <string>
#include <vector>

namespace ringbridge::hubspot {

/// The share left to the account's other apps, in percent of each limit.
inline constexpr int default_headroom = 20;

class Pacer {
  public:
    Pacer(SharedTexts& booked, const Clock& clock, int headroom_percent = default_headroom);

    enum class Lane { general, search };

    /// `even`: one of many, spaced out: using up a whole window at once would block every other
    /// request for ten seconds.
    enum class Pace { at_once, even };

    /// Books a place and returns its time. Places are booked in the order of the calls.
    Task<SteadyTime> book(Lane lane, Pace pace = Pace::at_once);

    /// To be called when a limit was hit: any other request before `until` would hit it too.
    void hold(Lane lane, SteadyTime until);

    /// From a response's `X-HubSpot-RateLimit-Max`.
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
    int percent_;  ///< of each limit that we use
    Window general_;
    Window search_;
};

}  // namespace ringbridge::hubspot
