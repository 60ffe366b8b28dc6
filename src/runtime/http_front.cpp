#include "runtime/http_front.hpp"

#include "core/check.hpp"
#include "core/network.hpp"
#include "core/stop.hpp"

#include <asio.hpp>
#include <restinio/all.hpp>

#include <charconv>
#include <limits>
#include <map>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <system_error>

namespace ringbridge::runtime {
namespace {

/// How long bodies may be, and how much of the long ones arrives at once.
class BodyLimits {
  public:
    explicit BodyLimits(const FrontLimits& limits)
        : usual_{limits.body_bytes},
          large_{limits.large_body_bytes},
          large_at_{limits.large_bodies_at},
          at_once_{limits.large_bytes_at_once},
          while_{limits.message_time},
          counts_{limits.large_bodies ? limits.large_bodies : std::make_shared<BodyCounts>()} {}

    bool is_large(const std::string& target) const {
        return !large_at_.empty() && target.starts_with(large_at_);
    }
    std::size_t of(const std::string& target) const { return is_large(target) ? large_ : usual_; }

    void begin(const std::string& target) const {
        if (is_large(target)) ++counts_->begun;
    }
    /// `bytes`: announced or received. Whether it is not too long.
    bool end(const std::string& target, std::size_t bytes) const {
        const bool fits = bytes <= of(target);
        if (is_large(target)) ++(fits ? counts_->whole : counts_->too_long);
        return fits;
    }

    /// Whether a piece of a large body may come in now.
    bool take_in(std::size_t bytes) {
        const auto now = std::chrono::steady_clock::now();
        if (now - began_ > while_) {
            began_ = now;
            taken_in_ = 0;
        }
        taken_in_ += bytes;
        if (taken_in_ <= at_once_) return true;
        ++counts_->cut_off;
        return false;
    }

  private:
    std::size_t usual_, large_;
    std::string large_at_;
    std::size_t at_once_;
    Milliseconds while_;
    std::shared_ptr<BodyCounts> counts_;
    std::chrono::steady_clock::time_point began_;
    std::size_t taken_in_ = 0;
};

/// The usual methods under our own type: RESTinio selects our parser settings by it.
struct MethodsOfFront : restinio::default_http_methods_t {};

// RESTinio closes a connection without a response if a body is too long. Here the request ends as
// soon as its announced or received body exceeds the limit, and is answered 413.

restinio::impl::http_parser_ctx_t& context_of(http_parser* parser) {
    return *static_cast<restinio::impl::http_parser_ctx_t*>(parser->data);
}

// RESTinio's callbacks know nothing but its own limit, which is set to the address of ours: it
// outlives the connections, and no body is as long as that number.
BodyLimits& limits_of(const restinio::impl::http_parser_ctx_t& context) {
    return *reinterpret_cast<BodyLimits*>(context.m_limits.max_body_size());
}

int end_request(http_parser* parser) {
    return restinio::impl::restinio_message_complete_cb<MethodsOfFront>(parser);
}

int after_headers(http_parser* parser) {
    const bool announced = parser->content_length != std::numeric_limits<std::uint64_t>::max();
    const auto& context = context_of(parser);
    const auto& limits = limits_of(context);
    const auto& target = context.m_header.request_target();
    limits.begin(target);
    if (announced && parser->content_length > limits.of(target)) {
        return end_request(parser);
    }
    return restinio::impl::restinio_headers_complete_cb(parser);
}

int after_piece_of_body(http_parser* parser, const char* piece, std::size_t length) {
    constexpr int cut_off = -1;
    auto& context = context_of(parser);
    auto& limits = limits_of(context);
    const auto& target = context.m_header.request_target();
    if (limits.is_large(target) && !limits.take_in(length)) return cut_off;
    if (context.m_body.size() + length <= limits.of(target)) {
        return restinio::impl::restinio_body_cb(parser, piece, length);
    }
    context.m_body.append(piece, length);
    return end_request(parser);
}

}  // namespace
}  // namespace ringbridge::runtime

template <>
inline http_parser_settings
restinio::impl::create_parser_settings<ringbridge::runtime::MethodsOfFront>() noexcept {
    auto settings = create_parser_settings<default_http_methods_t>();
    settings.on_headers_complete = &ringbridge::runtime::after_headers;
    settings.on_body = &ringbridge::runtime::after_piece_of_body;
    return settings;
}

namespace ringbridge::runtime {
namespace {

using Endpoint = asio::ip::tcp::endpoint;

std::string peer_of(const Endpoint& endpoint) {
    const auto address = endpoint.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

/// Counts open connections, in total and per client, and rejects those above a limit.
// RESTinio's own counter cannot be used: connections that outlive the server point into it, and it
// knows no addresses. This one is owned by both.
class ConnectionLimiter {
  public:
    ConnectionLimiter(std::size_t limit, std::size_t limit_of_one)
        : limit_{limit}, limit_of_one_{limit_of_one} {}

    restinio::ip_blocker::inspection_result_t inspect(
        const restinio::ip_blocker::incoming_info_t& info) const noexcept {
        const auto whose = network_of(peer_of(info.remote_endpoint()));
        const auto theirs = static_cast<std::size_t>(std::ranges::count(
            open_, whose, [](const auto& connection) { return connection.second; }));
        return open_.size() < limit_ && theirs < limit_of_one_ ? restinio::ip_blocker::allow()
                                                               : restinio::ip_blocker::deny();
    }

    void state_changed(const restinio::connection_state::notice_t& notice) {
        const auto cause = notice.cause();
        if (restinio::holds_alternative<restinio::connection_state::accepted_t>(cause)) {
            open_.emplace(notice.connection_id(), network_of(peer_of(notice.remote_endpoint())));
        } else {
            open_.erase(notice.connection_id());
        }
    }

  private:
    std::size_t limit_, limit_of_one_;
    std::map<restinio::connection_id_t, std::string> open_;
};

struct FrontTraits : restinio::default_single_thread_traits_t {
    using http_methods_mapper_t = MethodsOfFront;
    using connection_state_listener_t = ConnectionLimiter;
    using ip_blocker_t = ConnectionLimiter;
};

/// What connections need; they outlive the front.
struct Room {
    asio::io_context& loop;
    std::shared_ptr<const HttpFront::Handler> handler;  ///< null once stopped
    BodyLimits bodies;
    /// Each request in progress holds a share until its response is written or abandoned.
    std::shared_ptr<const int> presence = std::make_shared<const int>();
};

HttpResponse error_answer(int status, std::string_view code, std::string_view message) {
    return json_response(status, R"({"error":{"code":")" + std::string{code} + R"(","message":")" +
                                     std::string{message} + R"("}})");
}

/// The announced length, or the received one if it is larger.
std::uint64_t body_bytes(const restinio::request_t& request) {
    const auto announced = request.header().get_field_or("Content-Length", "");
    std::uint64_t bytes = 0;
    std::from_chars(announced.data(), announced.data() + announced.size(), bytes);
    return std::max<std::uint64_t>(bytes, request.body().size());
}

InboundRequest inbound(const restinio::request_t& request) {
    const auto& header = request.header();
    InboundRequest inbound;
    inbound.http.method = header.method().c_str();
    if (inbound.http.method == "HEAD") inbound.http.method = "GET";
    inbound.http.url = header.request_target();
    header.for_each_field([&inbound](const auto& field) {
        inbound.http.headers.push_back({field.name(), field.value()});
    });
    inbound.http.body = request.body();
    inbound.peer = peer_of(request.remote_endpoint());
    return inbound;
}

bool same_header(const Header& header, std::string_view name) {
    return !header_value({{header.name, "x"}}, name).empty();
}

template <class Builder>
void fill_headers(Builder& builder, const HttpResponse& answer) {
    builder.append_header_date_field();
    for (const auto& header : answer.headers) {
        // RESTinio writes these two itself.
        if (same_header(header, "Content-Length") || same_header(header, "Connection")) continue;
        builder.append_header(header.name, header.value);
    }
}

restinio::http_status_line_t status_line(int status) {
    return {restinio::http_status_code_t{static_cast<std::uint16_t>(status)},
            http_status_str(static_cast<http_status>(status))};
}

/// An upgrade (such as to cleartext HTTP/2) is not supported, and RESTinio stops enforcing timeouts
/// on a connection that requested one.
bool must_close(const restinio::request_t& request, const Room& room) {
    return room.handler == nullptr ||
           request.header().connection() == restinio::http_connection_header_t::upgrade;
}

template <class Builder>
Builder& finish_headers(Builder& builder, const HttpResponse& answer, bool close) {
    fill_headers(builder, answer);
    if (close) builder.connection_close();
    return builder;
}

void send(const restinio::request_handle_t& request, HttpResponse answer, bool close,
          const std::shared_ptr<const int>& presence = {}) {
    const auto written = [presence](const auto&) {};
    auto line = status_line(answer.status);
    if (request->header().method() == restinio::http_method_head()) {
        auto builder =
            request->create_response<restinio::user_controlled_output_t>(std::move(line));
        finish_headers(builder, answer, close).set_content_length(answer.body.size()).done(written);
    } else {
        auto builder = request->create_response(std::move(line));
        finish_headers(builder, answer, close).set_body(std::move(answer.body)).done(written);
    }
}

Task<HttpResponse> answer(std::shared_ptr<const HttpFront::Handler> handler,
                          InboundRequest request) {
    try {
        co_return co_await (*handler)(std::move(request));
    } catch (...) {
        co_return error_answer(500, "internal", "ringbridge could not complete this request");
    }
}

void serve(const std::shared_ptr<Room>& room, const restinio::request_handle_t& request) {
    if (!room->handler) {
        return send(request, error_answer(503, "stopping", "ringbridge is stopping"), true);
    }
    const auto& target = request->header().request_target();
    if (!room->bodies.end(target, body_bytes(*request))) {
        return send(request,
                    error_answer(413, "body_too_large",
                                 "the body is larger than " +
                                     std::to_string(room->bodies.of(target)) + " bytes"),
                    true);
    }
    asio::co_spawn(
        room->loop, answer(room->handler, inbound(*request)),
        [room, request, presence = room->presence](std::exception_ptr failed, HttpResponse result) {
            check(!failed, "answer() must not throw");
            send(request, std::move(result), must_close(*request, *room), presence);
        });
}

/// Keeps a connection in the kernel until data arrives, for up to ten seconds: idle connections
/// take none of our places, and hundreds of them block nobody.
void defer_accept_until_data(int acceptor) {
    const int seconds = 10;
    // If the kernel does not support it, the other limits still apply.
    (void)setsockopt(acceptor, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
}

/// RESTinio 0.6 never accepts again once accept() has failed for lack of descriptors.
std::size_t connections_allowed(std::size_t wanted) {
    rlimit descriptors{};
    if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return wanted;
    return std::min<std::size_t>(wanted, descriptors.rlim_cur / 2);
}

asio::ip::address resolve(asio::io_context& loop, const std::string& host) {
    asio::ip::tcp::resolver resolver{loop};
    const auto found = resolver.resolve(host, "", asio::ip::tcp::resolver::passive);
    return found.begin()->endpoint().address();
}

[[noreturn]] void cannot_listen(const std::string& host, std::uint16_t port,
                                const std::error_code& why) {
    const auto sentence =
        "cannot listen on " + host + " port " + std::to_string(port) + ": " + why.message();
    if (why == asio::error::access_denied) {
        throw WrongSettings{sentence +
                            "; ports below 1024 are reserved: set PORT to a higher "
                            "one"};
    }
    if (why == asio::error::address_in_use) {
        throw CannotStart{sentence +
                          "; another program listens there: set PORT to a free one, or "
                          "stop that program"};
    }
    throw CannotStart{sentence +
                      "; set HOST to an address of this machine, or to 0.0.0.0 for all of them"};
}

}  // namespace

class HttpFront::Server {
  public:
    Server(asio::io_context& loop, const std::string& host, std::uint16_t port, Handler handler,
           const FrontLimits& limits)
        : room_{std::make_shared<Room>(loop, std::make_shared<const Handler>(std::move(handler)),
                                       BodyLimits{limits})},
          server_{restinio::external_io_context(loop),
                  settings(resolve(loop, host), port, limits)} {
        server_.open_sync();
    }

    std::uint16_t port() const { return port_; }

    void stop() {
        room_->handler = nullptr;
        server_.close_sync();
    }

    bool has_request_in_hand() const { return room_->presence.use_count() > 1; }

  private:
    restinio::server_settings_t<FrontTraits> settings(const asio::ip::address& address,
                                                      std::uint16_t port,
                                                      const FrontLimits& limits) {
        const auto limiter =
            std::make_shared<ConnectionLimiter>(connections_allowed(limits.connections),
                                                connections_allowed(limits.connections_of_one));
        restinio::server_settings_t<FrontTraits> settings;
        settings.address(address)
            .protocol(address.is_v6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4())
            .port(port)
            .acceptor_post_bind_hook([this](auto& acceptor) {
                port_ = acceptor.local_endpoint().port();
                defer_accept_until_data(acceptor.native_handle());
            })
            .socket_options_setter([](auto& o) { o.set_option(asio::ip::tcp::no_delay{true}); })
            .connection_state_listener(limiter)
            .ip_blocker(limiter)
            .incoming_http_msg_limits(
                restinio::incoming_http_msg_limits_t{}
                    .max_url_size(limits.target_bytes)
                    .max_field_name_size(256)
                    .max_field_value_size(limits.header_bytes)
                    .max_field_count(limits.headers)
                    .max_body_size(reinterpret_cast<std::uint64_t>(&room_->bodies)))
            .read_next_http_message_timelimit(limits.message_time)
            .write_http_response_timelimit(std::chrono::minutes{1})
            .handle_request_timeout(limits.answer_time)
            .max_pipelined_requests(1)
            .request_handler([room = room_](const restinio::request_handle_t& request) {
                serve(room, request);
                return restinio::request_accepted();
            });
        return settings;
    }

    std::shared_ptr<Room> room_;
    std::uint16_t port_ = 0;
    restinio::http_server_t<FrontTraits> server_;
};

HttpFront::HttpFront(asio::io_context& loop, std::string host, std::uint16_t port, Handler handler,
                     FrontLimits limits) {
    try {
        server_ = std::make_unique<Server>(loop, host, port, std::move(handler), limits);
    } catch (const std::system_error& error) {
        cannot_listen(host, port, error.code());
    }
}

HttpFront::~HttpFront() { stop(); }

std::uint16_t HttpFront::port() const { return server_->port(); }

void HttpFront::stop() { server_->stop(); }

bool HttpFront::has_request_in_hand() const { return server_->has_request_in_hand(); }

}  // namespace ringbridge::runtime
