// The HTTP server: requests become coroutines on the loop, their results responses.
#pragma once

#include "ports/body_counts.hpp"
#include "ports/http.hpp"

#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ringbridge::runtime {

/// Limits on clients. Beyond one, the connection is closed without a response.
struct FrontLimits {
    std::size_t body_bytes = 1024 * 1024;  ///< beyond: 413, as soon as announced or received
    std::string large_bodies_at = {};      ///< paths that begin so have a limit of their own
    std::size_t large_body_bytes = 32 * 1024 * 1024;
    /// Of such bodies within one `message_time`, which is as old as an unfinished one can get.
    std::size_t large_bytes_at_once = 256 * 1024 * 1024;
    std::shared_ptr<BodyCounts> large_bodies = {};  ///< counts them, if set
    std::size_t target_bytes = 8 * 1024;
    std::size_t header_bytes = 16 * 1024;  ///< each header's value
    std::size_t headers = 100;
    std::size_t connections = 512;         ///< never more than half of the process's descriptors
    std::size_t connections_of_one = 128;  ///< per IPv4 address or IPv6 network
    Milliseconds message_time{10'000};     ///< for a whole request to arrive, idle time included
    Milliseconds answer_time{3'600'000};   ///< for a handler to answer
};

/// Runs on the loop's one thread, on which `stop` must be called too. Destroy it before the loop,
/// after the loop has left `run` or within it.
class HttpFront {
  public:
    /// An exception that leaves it becomes a 500 without details. HEAD arrives as GET: the response
    /// is sent without its body.
    using Handler = std::function<Task<HttpResponse>(InboundRequest)>;

    /// Listens at once; port 0 picks a free one. If it cannot, throws CannotStart or WrongSettings
    /// with a sentence for the operator.
    HttpFront(asio::io_context& loop, std::string host, std::uint16_t port, Handler handler,
              FrontLimits limits = {});
    ~HttpFront();
    HttpFront(const HttpFront&) = delete;
    HttpFront& operator=(const HttpFront&) = delete;

    std::uint16_t port() const;

    /// Accepts no more connections and closes each open one after its next response, or after
    /// `message_time`; a request that still arrives is answered 503. Requests in progress continue.
    /// To drop everything at once, stop the loop.
    void stop();

    /// Whether some request has not been answered yet.
    bool has_request_in_hand() const;

  private:
    class Server;
    std::unique_ptr<Server> server_;
};

}  // namespace ringbridge::runtime
