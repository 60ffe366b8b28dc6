// The only way to reach another host, and the shape of what reaches us.
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

/// The first header of that name, in any case; empty where there is none.
std::string_view header_value(const Headers& headers, std::string_view name);

struct HttpRequest {
    std::string method;
    std::string url;  ///< absolute when sent; `/path?query` when received
    Headers headers;
    std::string body;
    Milliseconds timeout{30'000};  ///< the whole exchange; then it counts as lost
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

/// An exchange that brought no whole answer. `maybe_sent`: the other side may have acted on it.
struct Lost {
    bool maybe_sent = true;
    std::string why;        ///< never holds a header or a body
    bool too_long = false;  ///< the answer, for us to take: a smaller question may help
};

class Http {
  public:
    virtual ~Http() = default;
    /// Follows no redirect and keeps no cookie. Never throws for what the network does.
    virtual Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) = 0;
};

/// A request as it reached our own server.
struct InboundRequest {
    HttpRequest http;
    std::string peer;  ///< the socket's address, `127.0.0.1`: no header can forge it
};

HttpResponse json_response(int status, std::string body);

}  // namespace ringbridge
