// Outbound HTTP through libcurl on its own thread: HTTP/2, connections reused and shared.
#pragma once

#include "ports/http.hpp"

#include <cstddef>
#include <memory>

namespace ringbridge::runtime {

class CurlDriver;

struct CurlLimits {
    std::size_t header_bytes = 256 * 1024;      ///< all response headers together
    std::size_t body_bytes = 64 * 1024 * 1024;  ///< decompressed: a page of calls with transcripts
};

/// Destroy it before the loop whose coroutines wait here.
///
/// A request that may change something is never resent automatically: where libcurl would silently
/// retry it on a new connection (the reused one died after sending), the exchange counts as lost.
class CurlHttp : public Http {
  public:
    explicit CurlHttp(CurlLimits limits = {});
    /// Exchanges in flight end as lost.
    ~CurlHttp() override;
    CurlHttp(const CurlHttp&) = delete;
    CurlHttp& operator=(const CurlHttp&) = delete;

    /// Resumes on the caller's executor. Can be cancelled: the exchange is then dropped.
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override;

  private:
    std::shared_ptr<CurlDriver> driver_;
};

}  // namespace ringbridge::runtime
