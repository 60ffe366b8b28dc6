// HTTP to the outside, by libcurl on a thread of its own: HTTP/2, connections kept and shared.
#pragma once

#include "ports/http.hpp"

#include <cstddef>
#include <memory>

namespace ringbridge::runtime {

class CurlDriver;

struct CurlLimits {
    std::size_t header_bytes = 256 * 1024;      ///< all response headers together
    std::size_t body_bytes = 64 * 1024 * 1024;  ///< unpacked: a page of calls with transcripts
};

/// Destroy it before the loop whose coroutines wait here.
///
/// A request that may change something is never sent twice by itself: where libcurl would quietly
/// repeat it on a fresh connection (the kept one died after sending), the exchange counts as lost.
class CurlHttp : public Http {
  public:
    explicit CurlHttp(CurlLimits limits = {});
    /// What is in flight ends as lost.
    ~CurlHttp() override;
    CurlHttp(const CurlHttp&) = delete;
    CurlHttp& operator=(const CurlHttp&) = delete;

    /// Goes on on the caller's executor. Can be cancelled: the exchange is then dropped.
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override;

  private:
    std::shared_ptr<CurlDriver> driver_;
};

}  // namespace ringbridge::runtime
