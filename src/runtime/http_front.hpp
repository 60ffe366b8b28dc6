// HTTP from the outside: requests become coroutines on the loop, their results answers.
#pragma once

#include "ports/http.hpp"

#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ringbridge::runtime {

/// What one client may cost us. Beyond a limit its connection is closed without a word.
struct FrontLimits {
    std::size_t body_bytes = 1024 * 1024;  ///< beyond: 413, as soon as it is announced or comes in
    std::size_t target_bytes = 8 * 1024;
    std::size_t header_bytes = 16 * 1024;  ///< each header's value
    std::size_t headers = 100;
    std::size_t connections = 512;         ///< never more than half of the process's descriptors
    std::size_t connections_of_one = 128;  ///< of one IPv4 address, or IPv6 network
    Milliseconds message_time{10'000};     ///< for a whole request to arrive, idle time included
    Milliseconds answer_time{3'600'000};   ///< for a handler to answer
};

/// Everything happens on the loop's one thread, which also must be the one that calls `stop`.
/// Destroy it before the loop, and after the loop has left `run` or in it.
class HttpFront {
  public:
    /// An exception that leaves it becomes a 500 without details. HEAD arrives as GET: the answer
    /// goes out without its body.
    using Handler = std::function<Task<HttpResponse>(InboundRequest)>;

    /// Listens at once; port 0 picks a free one. Throws CannotStart or WrongSettings with a
    /// sentence for the operator where it cannot.
    HttpFront(asio::io_context& loop, std::string host, std::uint16_t port, Handler handler,
              FrontLimits limits = {});
    ~HttpFront();
    HttpFront(const HttpFront&) = delete;
    HttpFront& operator=(const HttpFront&) = delete;

    std::uint16_t port() const;

    /// Accepts no more connections and closes each that is open after its next answer, or when
    /// `message_time` has passed; a request that still comes in is answered 503. Requests in
    /// progress go on. To be rid of all at once, stop the loop.
    void stop();

    /// Some request's answer is not yet on its way.
    bool has_request_in_hand() const;

  private:
    class Server;
    std::unique_ptr<Server> server_;
};

}  // namespace ringbridge::runtime
