// The HTTP server over real sockets: what passes through, what is limited, what an error becomes.
#include "runtime/http_front.hpp"

#include "runtime/await_for_tests.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace ringbridge::runtime {
namespace {

using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<HttpResponse> echo(InboundRequest request) {
    HttpResponse answer{.status = 200, .headers = {{"X-Peer", request.peer}}, .body = {}};
    for (const auto& [name, value] : request.http.headers) {
        if (name == "X-Test") answer.headers.push_back({"X-Echo", value});
    }
    answer.body = request.http.method + ' ' + request.http.url + ' ' + request.http.body;
    co_return answer;
}

Task<HttpResponse> fail(InboundRequest) {
    throw std::runtime_error{"the password is hunter2"};
    co_return HttpResponse{};
}

/// Sends bytes as they are, and returns everything that comes until the other side closes.
/// `from`: the client's address; all of 127.0.0.0/8 is this machine.
Task<std::string> talk(std::uint16_t port, std::string bytes, std::string from = "127.0.0.1") {
    tcp::socket socket{co_await asio::this_coro::executor,
                       tcp::endpoint{asio::ip::make_address(from), 0}};
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    std::string received;
    // A front that refuses may close while we still send.
    std::error_code closed;
    co_await asio::async_write(socket, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, closed));
    co_await asio::async_read(socket, asio::dynamic_buffer(received),
                              asio::redirect_error(asio::use_awaitable, closed));
    co_return received;
}

std::string request_text(const std::string& method, const std::string& target,
                         const std::string& headers = "", const std::string& body = "") {
    return method + ' ' + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class HttpFrontTest : public testing::Test {
  protected:
    std::string ask(const HttpFront& front, const std::string& bytes,
                    const std::string& from = "127.0.0.1") {
        return await(loop, talk(front.port(), bytes, from));
    }
    /// A connection on which these bytes have been sent, and no more.
    tcp::socket begin_request(const HttpFront& front, const std::string& from,
                              const std::string& bytes) {
        tcp::socket socket{loop, tcp::endpoint{asio::ip::make_address(from), 0}};
        socket.connect({asio::ip::address_v4::loopback(), front.port()});
        asio::write(socket, asio::buffer(bytes));
        return socket;
    }

    asio::io_context loop;
};

TEST_F(HttpFrontTest, every_method_passes_through) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        const auto answer = ask(front, request_text(method, "/a%20b?c=d&e", "", "body"));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
        EXPECT_THAT(answer, EndsWith("\r\n\r\n" + method + " /a%20b?c=d&e body"));
    }
}

TEST_F(HttpFrontTest, head_is_answered_like_get_without_the_body) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    const auto answer = ask(front, request_text("HEAD", "/x"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));  // of `GET /x `
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpFrontTest, a_header_may_come_more_than_once_and_go_more_than_once) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    const auto answer = ask(front, request_text("GET", "/", "X-Test: one\r\nX-Test: two\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Echo: one\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Echo: two\r\n"));
}

TEST_F(HttpFrontTest, the_peer_is_the_address_of_the_socket) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    const auto answer = ask(front, request_text("GET", "/", "X-Forwarded-For: 8.8.8.8\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Peer: 127.0.0.1\r\n"));
}

TEST_F(HttpFrontTest, an_ipv4_client_of_an_ipv6_socket_keeps_its_ipv4_address) {
    std::unique_ptr<HttpFront> front;
    try {
        front = std::make_unique<HttpFront>(loop, "::", 0, echo);
    } catch (const std::runtime_error&) {
        GTEST_SKIP() << "no IPv6 on this machine";
    }
    EXPECT_THAT(ask(*front, request_text("GET", "/")), HasSubstr("X-Peer: 127.0.0.1\r\n"));
}

TEST_F(HttpFrontTest, two_requests_on_one_connection_are_answered_in_order) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    const auto answer =
        ask(front, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n" + request_text("GET", "/second"));
    const auto first = answer.find("GET /first ");
    ASSERT_NE(first, std::string::npos);
    EXPECT_THAT(answer.substr(first), HasSubstr("GET /second "));
}

TEST_F(HttpFrontTest, an_exception_becomes_a_500_without_details) {
    HttpFront front{loop, "127.0.0.1", 0, fail};
    const auto answer = ask(front, request_text("GET", "/"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/json"));
    EXPECT_THAT(answer, HasSubstr(R"({"error":{"code":"internal","message":")"));
    EXPECT_THAT(answer, Not(HasSubstr("hunter2")));
}

TEST_F(HttpFrontTest, a_body_over_the_limit_is_answered_413) {
    HttpFront front{loop, "127.0.0.1", 0, echo, {.body_bytes = 1000}};
    EXPECT_THAT(ask(front, request_text("POST", "/", "", std::string(1000, 'x'))),
                StartsWith("HTTP/1.1 200"));
    const auto answer = ask(front, request_text("POST", "/", "", std::string(1001, 'x')));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(answer, HasSubstr("body_too_large"));
}

TEST_F(HttpFrontTest, a_body_announced_beyond_the_limit_is_answered_413_before_it_comes) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    const auto answer =
        ask(front, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpFrontTest, a_body_that_is_not_announced_is_answered_413_once_it_gets_too_long) {
    HttpFront front{loop, "127.0.0.1", 0, echo, {.body_bytes = 1000}};
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto chunk = "1f4\r\n" + std::string(500, 'x') + "\r\n";
    EXPECT_THAT(ask(front, head + chunk + chunk + "1\r\nx\r\n"), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpFrontTest, some_paths_take_longer_bodies_announced_or_chunked) {
    const auto counts = std::make_shared<BodyCounts>();
    HttpFront front{loop,
                    "127.0.0.1",
                    0,
                    echo,
                    {.body_bytes = 100,
                     .large_bodies_at = "/large/",
                     .large_body_bytes = 1000,
                     .large_bodies = counts}};
    const auto body = std::string(1000, 'x');
    EXPECT_THAT(ask(front, request_text("POST", "/large/a", "", body)), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(ask(front, request_text("POST", "/small", "", body)), StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(ask(front, request_text("POST", "/large/a", "", body + "x")),
                StartsWith("HTTP/1.1 413"));
    const std::string head =
        "POST /large/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    const auto chunk = "1f4\r\n" + std::string(500, 'x') + "\r\n";
    EXPECT_THAT(ask(front, head + chunk + chunk + "0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(ask(front, head + chunk + chunk + "1\r\nx\r\n"), StartsWith("HTTP/1.1 413"));
    EXPECT_EQ(counts->begun, 4U);
    EXPECT_EQ(counts->whole, 2U);
    EXPECT_EQ(counts->too_long, 2U);
}

TEST_F(HttpFrontTest, more_of_long_bodies_than_fits_at_once_is_cut_off_and_short_ones_are_not) {
    const auto counts = std::make_shared<BodyCounts>();
    HttpFront front{loop,
                    "127.0.0.1",
                    0,
                    echo,
                    {.large_bodies_at = "/large/",
                     .large_bytes_at_once = 1500,
                     .large_bodies = counts,
                     .message_time = Milliseconds{3'600'000}}};
    const auto body = std::string(1000, 'x');
    EXPECT_THAT(ask(front, request_text("POST", "/large/", "", body)), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(ask(front, request_text("POST", "/large/", "", body)), "");
    EXPECT_EQ(counts->cut_off, 1U);
    EXPECT_THAT(ask(front, request_text("POST", "/", "", body)), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpFrontTest, what_goes_beyond_another_limit_is_cut_off) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    EXPECT_EQ(ask(front, request_text("GET", "/" + std::string(10'000, 'x'))), "");
    EXPECT_EQ(ask(front, request_text("GET", "/", "X: " + std::string(20'000, 'x') + "\r\n")), "");
    std::string many;
    for (int i = 0; i < 200; ++i) many += "X: y\r\n";
    EXPECT_EQ(ask(front, request_text("GET", "/", many)), "");
    EXPECT_EQ(ask(front, "this is no HTTP\r\n\r\n"), "");
}

TEST_F(HttpFrontTest, a_slow_client_is_cut_off) {
    HttpFront front{loop, "127.0.0.1", 0, echo, {.message_time = Milliseconds{1}}};
    EXPECT_EQ(ask(front, "GET / HTTP/1.1\r\nHost:"), "");
}

TEST_F(HttpFrontTest, an_upgrade_is_ignored) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    const auto answer = ask(front,
                            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                            "Upgrade: h2c\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpFrontTest, one_address_takes_no_more_than_its_share_of_the_connections) {
    HttpFront front{loop, "127.0.0.1", 0, echo, {.connections = 10, .connections_of_one = 3}};
    std::vector<tcp::socket> begun;
    for (int i = 0; i < 20; ++i) begun.push_back(begin_request(front, "127.0.0.2", "GET /"));
    EXPECT_THAT(ask(front, request_text("GET", "/")), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(ask(front, request_text("GET", "/"), "127.0.0.2"), "");
    begun.clear();
    // The end of the others is noticed in its own time.
    std::string answer;
    while (answer.empty()) answer = ask(front, request_text("GET", "/"), "127.0.0.2");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpFrontTest, hundreds_of_idle_connections_block_nobody_not_even_their_own_address) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    std::vector<tcp::socket> silent;
    for (int i = 0; i < 700; ++i) silent.push_back(begin_request(front, "127.0.0.1", ""));
    EXPECT_THAT(ask(front, request_text("GET", "/health")), StartsWith("HTTP/1.1 200"));
    std::error_code closed;
    for (auto& socket : silent) asio::write(socket, asio::buffer("GET /", 5), closed);
    EXPECT_THAT(ask(front, request_text("GET", "/health"), "127.0.0.2"),
                StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpFrontTest, connections_above_the_limit_are_turned_away_until_one_ends) {
    HttpFront front{loop, "127.0.0.1", 0, echo, {.connections = 1}};
    {
        const auto first = begin_request(front, "127.0.0.1", "GET /");
        EXPECT_EQ(ask(front, request_text("GET", "/")), "");
    }
    // The end of the first is noticed in its own time.
    std::string answer;
    while (answer.empty()) answer = ask(front, request_text("GET", "/"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpFrontTest, a_port_in_use_is_reported_with_what_to_change) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    try {
        HttpFront second{loop, "127.0.0.1", front.port(), echo};
        FAIL() << "it listened twice on one port";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("cannot listen on 127.0.0.1 port "));
        EXPECT_THAT(error.what(), HasSubstr("set PORT to a free one"));
    }
}

TEST_F(HttpFrontTest, a_host_that_is_not_ours_is_reported_with_what_to_change) {
    try {
        HttpFront front{loop, "192.0.2.1", 0, echo};
        FAIL() << "it listened on an address of the documentation";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("set HOST"));
    }
}

TEST_F(HttpFrontTest, localhost_is_a_host_too) {
    HttpFront front{loop, "localhost", 0, echo};
    EXPECT_NE(front.port(), 0);
}

Task<> connect_only(std::uint16_t port) {
    tcp::socket socket{co_await asio::this_coro::executor};
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
}

TEST_F(HttpFrontTest, a_stopped_front_takes_no_connection) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    front.stop();
    front.stop();
    EXPECT_THROW(await(loop, connect_only(front.port())), std::system_error);
}

TEST_F(HttpFrontTest, a_request_after_the_stop_is_answered_503) {
    HttpFront front{loop, "127.0.0.1", 0, echo};
    auto socket = begin_request(front, "127.0.0.1", "GET / HTTP/1.1\r\n");
    ask(front, request_text("GET", "/"));  // by now the first connection is accepted too
    front.stop();
    asio::write(socket, asio::buffer(std::string{"Host: x\r\n\r\n"}));
    loop.restart();
    loop.run();  // ends because the front closes the connection
    std::string answer;
    std::error_code closed;
    asio::read(socket, asio::dynamic_buffer(answer), closed);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503"));
}

Task<HttpResponse> never(InboundRequest) {
    asio::steady_timer timer{co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max()};
    co_await timer.async_wait(asio::use_awaitable);
    co_return HttpResponse{};
}

TEST_F(HttpFrontTest, its_end_is_clean_with_requests_in_progress_and_connections_open) {
    auto front = std::make_unique<HttpFront>(loop, "127.0.0.1", 0, never);
    asio::co_spawn(loop, talk(front->port(), request_text("GET", "/")),
                   [](std::exception_ptr, const std::string&) {});
    asio::co_spawn(loop, talk(front->port(), "GET /half"),
                   [](std::exception_ptr, const std::string&) {});
    for (int i = 0; i < 50; ++i) loop.poll();
    front.reset();
    for (int i = 0; i < 50; ++i) loop.poll();
}

}  // namespace
}  // namespace ringbridge::runtime
