// One request and its response so far, as a libcurl transfer.
#pragma once

#include "ports/http.hpp"
#include "runtime/curl_http.hpp"

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

namespace ringbridge::runtime {

struct CurlDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

using FetchResult = std::expected<HttpResponse, Lost>;

/// libcurl keeps pointers into it: it must not move.
class CurlExchange {
  public:
    CurlExchange(HttpRequest request, CurlLimits limits);
    CurlExchange(const CurlExchange&) = delete;
    CurlExchange& operator=(const CurlExchange&) = delete;

    CURL* handle() const { return handle_.get(); }

    /// Why the request must not be attempted; a clause.
    const std::optional<std::string>& refused() const { return refused_; }

    /// The result, once libcurl is done with the handle.
    FetchResult finish(CURLcode code);
    FetchResult lost(std::string why) const;

  private:
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_send(char* data, std::size_t size, std::size_t count, void* self);
    static int on_rewind(void* self, curl_off_t offset, int origin);

    template <class Value>
    void set(CURLoption option, Value value);
    void read_url();
    void set_behaviour();
    void set_headers();
    void set_method();
    void set_body();
    bool take_header(std::string_view line);
    std::string why_failed(CURLcode code) const;

    HttpRequest request_;
    CurlLimits limits_;
    HttpResponse response_;
    std::string peer_;  ///< `api.hubapi.com:443`: the only part of the URL that may be shown
    bool loopback_ = false;
    std::size_t header_bytes_ = 0;
    std::size_t body_sent_ = 0;
    std::string over_limit_;
    bool over_body_limit_ = false;
    std::optional<std::string> refused_;
    std::unique_ptr<curl_slist, CurlDeleter> headers_;
    std::unique_ptr<CURL, CurlDeleter> handle_;
};

}  // namespace ringbridge::runtime
