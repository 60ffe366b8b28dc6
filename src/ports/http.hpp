// The only way to reach another host, and the form of requests that reach us.
#pragma once

#include "core/time.hpp"
#include "ports/task.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge {

struct Header {
    std::string name;
    std::string value;
    bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

/// The first header of that name, in any case; empty if there is none.
std::string_view header_value(const Headers& headers, std::string_view name);

struct HttpRequest {
    std::string method;
    std::string url;  ///< absolute when sent; `/path?query` when received
    Headers headers;
    std::string body;
    Milliseconds timeout{30'000};  ///< for the whole exchange, which then counts as lost
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

/// An exchange without a complete response. `maybe_sent`: the other side may have acted on it.
struct Lost {
    bool maybe_sent = true;
    std::string why;        ///< never contains a header or a body
    bool too_long = false;  ///< the response is over our limit: a smaller request may help
};

class Http {
  public:
    virtual ~Http() = default;
    /// Follows no redirects and keeps no cookies. Never throws on network errors.
    virtual Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) = 0;
};

/// A request as it reached our own server.
struct InboundRequest {
    HttpRequest http;
    std::string peer;  ///< the socket's address, `127.0.0.1`: headers cannot forge it
};

HttpResponse json_response(int status, std::string body);

}  // namespace ringbridge
