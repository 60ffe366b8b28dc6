// The one door to HubSpot: token, pace, waiting, classification. Everything in this room goes
// through it.
#pragma once

#include "core/secret.hpp"
#include "hubspot/answer.hpp"
#include "hubspot/pacer.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/random.hpp"
#include "ports/traffic.hpp"

#include <optional>
#include <string>
#include <variant>

namespace ringbridge::hubspot {

/// How long a run waits out limits and outages, request by request.
inline constexpr Milliseconds run_patience{90'000};

/// As long as nothing at all has answered: then it is mostly the address or the network here.
inline constexpr Milliseconds patience_with_silence{20'000};

struct Request {
    std::string method;
    std::string path;  ///< with its query
    std::string body;  ///< JSON, or empty
    Effect effect = Effect::read;
    Pacer::Lane lane = Pacer::Lane::general;
    Milliseconds patience = run_patience;
    Pacer::Pace pace = Pacer::Pace::at_once;
};

/// What HubSpot last said of this account's limits; each may not have been told yet.
struct Quota {
    std::optional<int> burst_left, burst_limit;  ///< of ten seconds
    std::optional<int> daily_left, daily_limit;
};

/// Why work that can wait does: see Client::daily_reserve_reached.
inline constexpr const char* day_is_spared =
    "What is left of today's HubSpot requests is kept for the account's other apps "
    "(HUBSPOT_HEADROOM): the rest goes on by itself after midnight in the account's time zone.";

class Client {
  public:
    /// `pacer` is one for all doors to the same account.
    Client(std::string base_url, Secret token, Pacer& pacer, Http& http, Clock& clock,
           Random& random, Log& log);

    /// Sends, and waits out limits and short outages. Throws CredentialsRefused on a 401 and
    /// OutOfReach when HubSpot stays away for longer than the request's patience.
    Task<Answer> send(Request request);

    int requests() const { return requests_; }
    /// What a request waits for at this moment, before it is sent again; empty where none does.
    const std::string& waits_for() const { return waits_for_; }
    const Traffic& traffic() const { return traffic_; }
    const Quota& quota() const { return quota_; }
    /// What is left of today's requests, as far as HubSpot told within the hour, is the headroom of
    /// the account's other apps: only what cannot wait until tomorrow may take of it.
    bool daily_reserve_reached() const;
    /// For the one question whose body holds it: what this token may do.
    const Secret& token() const { return token_; }

  private:
    Task<Verdict> attempt(Request request);
    void note(const std::string& route, const std::expected<HttpResponse, Lost>& exchange,
              SteadyTime left_at);
    void learn_quota(const Headers& headers);

    std::string base_url_;
    Secret token_;
    Pacer& pacer_;
    Http& http_;
    Clock& clock_;
    Random& random_;
    Log& log_;
    Traffic traffic_;
    Quota quota_;
    SteadyTime daily_told_at_;
    int requests_ = 0;
    bool answered_ = false;  ///< by whomever, since this process began
    std::string waits_for_;
};

}  // namespace ringbridge::hubspot
