// What a browser recorded: a HAR 1.2 file as plain values. Reading is lenient, because each browser
// writes its own dialect, and bounded: entry by entry, without what a listing cannot need.
#pragma once

#include "core/time.hpp"
#include "core/url.hpp"
#include "ports/http.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

/// A request and its answer. Names of headers are in lower case.
struct Exchange {
    std::string method, url;
    Headers request_headers;
    Query request_cookies;
    std::string request_type;  ///< `application/json`
    std::string request_body;
    Query form;  ///< the fields of a form, decoded
    int status = 0;
    Headers response_headers;
    Query set_cookies;  ///< names and values
    std::string type;   ///< `text/html`
    std::string body;   ///< decoded
    std::string page;   ///< address of the page that asked, if it is known
    std::optional<UtcTime> started;

    bool is_success() const { return status >= 200 && status < 300; }
    bool is_redirect() const { return status >= 300 && status < 400 && status != 304; }
};

struct Recording {
    std::vector<Exchange> exchanges;
    std::size_t entries = 0;           ///< of the file, with those left out above
    std::size_t without_contents = 0;  ///< answers that had contents, which were not recorded
    bool cut = false;                  ///< the file ends in the middle
    bool has_credentials = false;      ///< cookies or Authorization headers: it is not sanitized
};

/// A sentence if it is no HAR.
std::expected<Recording, std::string> read_har(std::string_view text);

}  // namespace ringbridge::learn
