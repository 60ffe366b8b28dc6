// All of the outside as one object: real in the program, simulated in tests.
#pragma once

#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"
#include "ports/random.hpp"
#include "ports/vault.hpp"

namespace ringbridge {

struct Ports {
    Clock& clock;
    Random& random;
    Http& http;
    Database& database;
    Database& reading;  ///< people's queries: no run waits for them
    Vault& vault;
    Log& log;
};

}  // namespace ringbridge
