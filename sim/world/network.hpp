// The network of a world: hosts that answer, and faults in transit. A request that was sent
// arrives, even if its sender dies.
#pragma once

#include "ports/http.hpp"
#include "sim/world/world.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace ringbridge::sim {

/// What happens to one exchange.
struct Fault {
    enum class Ending {
        answered,
        reset,   ///< the connection breaks when the answer should come
        silent,  ///< nothing comes until the sender gives up
    };

    bool leaves = true;   ///< false: there is no connection, and the sender knows it
    bool arrives = true;  ///< the host acts on it, perhaps after the sender gave up
    Milliseconds there{20}, back{20};
    Ending ending = Ending::answered;
    /// An intermediary's answer; if the request also arrives, it replaces the host's.
    std::optional<HttpResponse> instead = {};
    /// Damages the answer in transit.
    std::function<void(HttpResponse&)> damage = {};

    static Fault none() { return {}; }
    static Fault lose_request() { return {.arrives = false, .ending = Ending::reset}; }
    static Fault lose_answer() { return {.ending = Ending::reset}; }
    static Fault hang() { return {.arrives = false, .ending = Ending::silent}; }
};

class Network final : public Http {
  public:
    using Host = std::function<HttpResponse(const HttpRequest&, UtcTime)>;
    /// Answers carry a Date, like those of real hosts (RFC 9110, 6.6.1).
    using Faults = std::function<Fault(const HttpRequest&)>;

    explicit Network(World& world) : world_{world} {}

    void mount(std::string origin, Host host) { hosts_[std::move(origin)] = std::move(host); }
    void set_faults(Faults faults) { faults_ = std::move(faults); }
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override;

  private:
    World& world_;
    std::map<std::string, Host> hosts_;
    Faults faults_;
};

}  // namespace ringbridge::sim
