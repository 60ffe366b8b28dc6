#include "runtime/curl_exchange.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace ringbridge::runtime {
namespace {

constexpr const char* user_agent = "ringbridge/" RINGBRIDGE_VERSION;

bool holds_line_break(const std::string& text) {
    return text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos;
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    const std::unique_ptr<char, void (*)(void*)> owner{text, curl_free};
    return text;
}

}  // namespace

CurlExchange::CurlExchange(HttpRequest request, CurlLimits limits)
    : request_{std::move(request)}, limits_{limits}, handle_{curl_easy_init()} {
    if (!handle_) throw std::bad_alloc{};
    read_url();
    if (refused_) return;
    set_behaviour();
    set_headers();
    set_method();
}

template <class Value>
void CurlExchange::set(CURLoption option, Value value) {
    const auto code = curl_easy_setopt(handle_.get(), option, value);
    if (code != CURLE_OK && !refused_) refused_ = curl_easy_strerror(code);
}

void CurlExchange::read_url() {
    const std::unique_ptr<CURLU, CurlDeleter> url{curl_url()};
    if (!url) throw std::bad_alloc{};
    const bool known = curl_url_set(url.get(), CURLUPART_URL, request_.url.c_str(), 0) == CURLUE_OK;
    const auto scheme = known ? part_of(url.get(), CURLUPART_SCHEME) : "";
    if (scheme != "http" && scheme != "https") {
        refused_ = "the address is not an http or https URL";
        return;
    }
    const auto host = part_of(url.get(), CURLUPART_HOST);
    peer_ = host + ':' + part_of(url.get(), CURLUPART_PORT);
    loopback_ = is_loopback(host);
}

void CurlExchange::set_behaviour() {
    const auto timeout = std::max<std::int64_t>(request_.timeout.count(), 1);  // 0 means no limit
    set(CURLOPT_URL, request_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_PIPEWAIT, 1L);  // prefer one connection with many streams
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
    set(CURLOPT_ACCEPT_ENCODING, "");  // whatever this libcurl can decompress
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    // Setting it overrides the environment's NO_PROXY.
    if (loopback_) set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
    set(CURLOPT_WRITEDATA, this);
}

void CurlExchange::set_headers() {
    const auto append = [this](const std::string& line) {
        curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc{};
        std::ignore = headers_.release();  // `longer` is the same list
        headers_.reset(longer);
    };
    // Drop libcurl's defaults: `Expect: 100-continue` for large bodies, and a form's content type.
    append("Expect:");
    if (header_value(request_.headers, "Content-Type").empty()) append("Content-Type:");
    if (header_value(request_.headers, "User-Agent").empty()) set(CURLOPT_USERAGENT, user_agent);
    for (const auto& [name, value] : request_.headers) {
        if (name.empty() || holds_line_break(name) || holds_line_break(value)) {
            refused_ = "a request header has no name or contains a line break";
            return;
        }
        append(value.empty() ? name + ';' : name + ": " + value);
    }
    set(CURLOPT_HTTPHEADER, headers_.get());
}

void CurlExchange::set_method() {
    const auto& method = request_.method;
    if (method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (!request_.body.empty()) {
        set_body();
    } else if (method == "POST" || method == "PUT" || method == "PATCH") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE, 0L);
        set(CURLOPT_POSTFIELDS, "");
        // libcurl would resend it when a reused connection dies: see set_body.
        if (method == "POST") set(CURLOPT_FRESH_CONNECT, 1L);
    }
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
}

// The body goes out through callbacks rather than CURLOPT_POSTFIELDS because libcurl retries a
// request whose reused connection died before the first byte of a response, even a POST that the
// server may have carried out. To retry it must rewind the body, and on_rewind refuses.
void CurlExchange::set_body() {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_READFUNCTION, &CurlExchange::on_send);
    set(CURLOPT_READDATA, this);
    set(CURLOPT_SEEKFUNCTION, &CurlExchange::on_rewind);
    set(CURLOPT_SEEKDATA, this);
}

std::size_t CurlExchange::on_send(char* data, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<CurlExchange*>(self);
    const auto rest = std::string_view{exchange.request_.body}.substr(exchange.body_sent_);
    const auto length = std::min(size * count, rest.size());
    std::memcpy(data, rest.data(), length);
    exchange.body_sent_ += length;
    return length;
}

int CurlExchange::on_rewind(void* self, curl_off_t offset, int origin) {
    const auto& exchange = *static_cast<CurlExchange*>(self);
    const bool nothing_sent = exchange.body_sent_ == 0 && offset == 0 && origin == SEEK_SET;
    return nothing_sent ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

std::size_t CurlExchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<CurlExchange*>(self);
    return exchange.take_header({data, size * count}) ? size * count : 0;
}

bool CurlExchange::take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > limits_.header_bytes) {
        over_limit_ = "the response headers are larger than " +
                      std::to_string(limits_.header_bytes) + " bytes";
        return false;
    }
    if (line.starts_with("HTTP/")) {
        response_.headers.clear();  // of an interim response (100, 103)
        return true;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    constexpr std::string_view blank = " \t\r\n";
    auto value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(blank), value.size()));
    value = value.substr(0, value.find_last_not_of(blank) + 1);
    response_.headers.push_back({std::string{line.substr(0, colon)}, std::string{value}});
    return true;
}

std::size_t CurlExchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<CurlExchange*>(self);
    auto& body = exchange.response_.body;
    if (body.size() + size * count > exchange.limits_.body_bytes) {
        exchange.over_body_limit_ = true;
        exchange.over_limit_ =
            "the response is larger than " + std::to_string(exchange.limits_.body_bytes) + " bytes";
        return 0;
    }
    body.append(data, size * count);
    return size * count;
}

FetchResult CurlExchange::finish(CURLcode code) {
    if (code != CURLE_OK) return lost(why_failed(code));
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return std::move(response_);
}

std::string CurlExchange::why_failed(CURLcode code) const {
    if (!over_limit_.empty()) return over_limit_;
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return "no complete response within " + std::to_string(request_.timeout.count()) + " ms";
    }
    if (code == CURLE_SEND_FAIL_REWIND) return "the connection was closed before a response";
    // Not CURLOPT_ERRORBUFFER: its texts may quote what was sent or received.
    return curl_easy_strerror(code);
}

FetchResult CurlExchange::lost(std::string why) const {
    long sent = 0, proxy_said = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_REQUEST_SIZE, &sent);
    curl_easy_getinfo(handle_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_said);
    const bool kept_out = proxy_said != 0 && (proxy_said < 200 || proxy_said >= 300);
    if (kept_out) {
        // Only the CONNECT request to the proxy was sent.
        sent = 0;
        why = "the proxy (HTTPS_PROXY) refused the connection with status " +
              std::to_string(proxy_said) + (proxy_said == 407 ? "; it requires a login" : "");
    }
    if (!peer_.empty()) why = peer_ + ": " + why;
    return std::unexpected{
        Lost{.maybe_sent = sent > 0, .why = std::move(why), .too_long = over_body_limit_}};
}

}  // namespace ringbridge::runtime
