// The one door to HubSpot: token, pace, waiting, classification. Everything in this room goes
// through it.
#pragma once

#include "core/secret.hpp"
#include "hubspot/answer.hpp"
#include "hubspot/pacer.hpp"
#include "ports/clock.hpp"
#include "ports/dice.hpp"
#include "ports/log.hpp"

#include <string>
#include <variant>

namespace ringbridge::hubspot {

/// What is left of a verdict when the door has done the waiting.
using Answer = std::variant<Done, Refused, Unsure>;

struct Request {
    std::string method;
    std::string path;  ///< with its query
    std::string body;  ///< JSON, or empty
    Effect effect = Effect::read;
    Pacer::Lane lane = Pacer::Lane::general;
};

class Door {
  public:
    Door(std::string base_url, Secret token, Http& http, Clock& clock, Dice& dice, Log& log);

    /// Sends, and waits out limits and short outages. Throws CredentialsRefused on a 401 and
    /// OutOfReach when HubSpot stays away for longer than a run waits.
    Task<Answer> send(Request request);

    int requests() const { return requests_; }

  private:
    Task<Verdict> attempt(Request request);

    std::string base_url_;
    Secret token_;
    Http& http_;
    Clock& clock_;
    Dice& dice_;
    Log& log_;
    Pacer pacer_;
    int requests_ = 0;
};

}  // namespace ringbridge::hubspot
