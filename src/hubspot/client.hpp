// The HubSpot client: token, pacing, waiting, classification. Every request in src/hubspot goes
// through it.
#pragma once

#include "core/secret.hpp"
#include "hubspot/answer.hpp"
#include "hubspot/pacer.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"
#include "ports/random.hpp"
#include "ports/server_time.hpp"
#include "ports/traffic.hpp"

#include <optional>
#include <string>
#include <variant>

namespace ringbridge::hubspot {

/// How long a run waits out limits and outages, per request.
inline constexpr Milliseconds run_patience{90'000};

/// Until the first response: before it, the address or the local network is the likely cause.
inline constexpr Milliseconds patience_with_silence{20'000};

struct Request {
    std::string method;
    std::string path;  ///< with its query
    std::string body;  ///< JSON, or empty
    Repeat repeat = Repeat::safe;
    Pacer::Lane lane = Pacer::Lane::general;
    Milliseconds patience = run_patience;
    Pacer::Pace pace = Pacer::Pace::at_once;
};

/// This account's limits as HubSpot last reported them; nullopt until it does.
struct Quota {
    std::optional<int> burst_left, burst_limit;  ///< per ten seconds
    std::optional<int> daily_left, daily_limit;
};

/// Why deferrable work waits: see Client::daily_reserve_reached.
inline constexpr const char* day_is_spared =
    "What is left of today's HubSpot requests is kept for the account's other apps "
    "(HUBSPOT_HEADROOM): the rest continues automatically after midnight in the account's time "
    "zone.";

class Client {
  public:
    /// All clients of one account share one `pacer`.
    Client(std::string base_url, Secret token, Pacer& pacer, Http& http, Clock& clock,
           Random& random, Log& log);

    /// Sends, and waits out limits and short outages. Throws CredentialsRefused on a 401, and
    /// OutOfReach if HubSpot stays unavailable for longer than the request's patience.
    Task<Answer> send(Request request);

    int requests() const { return requests_; }
    /// What a request is waiting for before it is retried; empty if none is waiting.
    const std::string& waits_for() const { return waits_for_; }
    const Traffic& traffic() const { return traffic_; }
    const Quota& quota() const { return quota_; }
    /// By HubSpot's clock; by this machine's before the first response.
    UtcTime now() const { return time_.now().value_or(clock_.now()); }
    /// Whether only the other apps' headroom is left of today's requests, by what HubSpot reported
    /// within the last hour: only work that cannot wait until tomorrow may use it.
    bool daily_reserve_reached() const;
    /// For the one request whose body contains it: Account::scopes.
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
    ServerTime time_;
    Traffic traffic_;
    Quota quota_;
    SteadyTime daily_seen_at_;
    int requests_ = 0;
    bool answered_ = false;  ///< HubSpot, or something at its address, has responded
    std::string waits_for_;
};

}  // namespace ringbridge::hubspot
