// The real client against a good server, and against every way a server can misbehave: above all,
// whether it distinguishes "perhaps carried out" from "certainly not".
#include "runtime/curl_http.hpp"

#include "runtime/await_for_tests.hpp"
#include "runtime/http_front.hpp"

#include <asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>

namespace ringbridge::runtime {
namespace {

using asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using Result = std::expected<HttpResponse, Lost>;

/// What a misbehaving server does with each connection.
enum class Behavior {
    close_at_once,
    close_after_reading,
    half_an_answer,
    garbage,
    silence,
    endless_headers,
    interim_first,
    answer_once_then_close_after_reading,
    proxy_that_wants_a_login,
};

constexpr std::string_view end_of_body = "<end>";
constexpr std::string_view whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Speaks bytes, not HTTP. Counts the requests that it has read to their end.
class RawServer {
  public:
    RawServer(asio::io_context& loop, Behavior behavior)
        : loop_{loop}, acceptor_{loop, {asio::ip::address_v4::loopback(), 0}}, behavior_{behavior} {
        asio::co_spawn(loop, accept(), ignore_end);
    }

    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

    std::function<void()> on_request = [] {};
    int requests = 0;

  private:
    using Connection = std::shared_ptr<tcp::socket>;

    Task<> accept() {
        while (true) {
            auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(loop_, serve(std::make_shared<tcp::socket>(std::move(socket))),
                           ignore_end);
        }
    }

    Task<> serve(Connection socket) {
        if (behavior_ == Behavior::close_at_once) co_return;
        if (behavior_ == Behavior::proxy_that_wants_a_login) {
            std::string asked;
            co_await asio::async_read_until(*socket, asio::dynamic_buffer(asked), "\r\n\r\n",
                                            asio::use_awaitable);
            co_return co_await write(socket, "HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n");
        }
        co_await read_request(socket);
        if (behavior_ == Behavior::close_after_reading) co_return;
        co_await write(socket, answer());
        // Until the other side has had enough.
        co_await read_request(socket);
        if (behavior_ != Behavior::answer_once_then_close_after_reading)
            co_await read_request(socket);
    }

    Task<> read_request(Connection socket) {
        std::string text;
        co_await asio::async_read_until(*socket, asio::dynamic_buffer(text), end_of_body,
                                        asio::use_awaitable);
        ++requests;
        on_request();
    }

    static Task<> write(Connection socket, std::string text) {
        co_await asio::async_write(*socket, asio::buffer(text), asio::use_awaitable);
        if (text.ends_with(' ')) socket->shutdown(tcp::socket::shutdown_both);
    }

    std::string answer() const {
        switch (behavior_) {
            case Behavior::half_an_answer:
                return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf ";
            case Behavior::garbage:
                return "220 mail server ready ";
            case Behavior::endless_headers:
                return "HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'x');
            case Behavior::interim_first:
                return "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + std::string{whole};
            case Behavior::answer_once_then_close_after_reading:
                return std::string{whole};
            default:
                return "";
        }
    }

    asio::io_context& loop_;
    tcp::acceptor acceptor_;
    Behavior behavior_;
};

HttpRequest post(const std::string& url) {
    return {.method = "POST",
            .url = url + "/path?token=hunter2",
            .headers = {{"Authorization", "Bearer hunter2"}},
            .body = "hunter2" + std::string{end_of_body},
            .timeout = Milliseconds{10'000}};
}

Task<HttpResponse> echo(InboundRequest request) {
    HttpResponse answer{.status = 201, .headers = request.http.headers, .body = {}};
    answer.headers.push_back({"X-Method", request.http.method});
    answer.headers.push_back({"X-Target", request.http.url});
    answer.body = request.http.body;
    co_return answer;
}

class CurlHttpTest : public testing::Test {
  protected:
    Result fetch(HttpRequest request) { return await(loop, http->fetch(std::move(request))); }

    Lost lost_to(Behavior behavior) {
        RawServer server{loop, behavior};
        const auto result = fetch(post(server.url()));
        EXPECT_FALSE(result) << result->status;
        if (result) return {};
        EXPECT_THAT(result.error().why, testing::StartsWith("127.0.0.1:"));
        EXPECT_THAT(result.error().why, Not(HasSubstr("hunter2")));
        return result.error();
    }

    std::string front_url() const { return "http://127.0.0.1:" + std::to_string(front.port()); }

    asio::io_context loop;
    HttpFront front{loop, "127.0.0.1", 0, echo};
    std::unique_ptr<CurlHttp> http = std::make_unique<CurlHttp>();
};

TEST_F(CurlHttpTest, every_method_and_body_arrives_as_it_was_given) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        for (const std::string& body :
             {std::string{}, std::string{"a\0b", 3}, std::string(99'999, 'x')}) {
            const auto answer = fetch(
                {.method = method, .url = front_url() + "/a%20b?c=d", .headers = {}, .body = body});
            ASSERT_TRUE(answer) << method << ": " << answer.error().why;
            EXPECT_EQ(answer->status, 201);
            EXPECT_EQ(header_value(answer->headers, "X-Method"), method);
            EXPECT_EQ(header_value(answer->headers, "X-Target"), "/a%20b?c=d");
            EXPECT_EQ(answer->body, body);
        }
    }
}

TEST_F(CurlHttpTest, head_brings_headers_only) {
    const auto answer = fetch({.method = "HEAD", .url = front_url(), .headers = {}, .body = {}});
    ASSERT_TRUE(answer) << answer.error().why;
    EXPECT_EQ(header_value(answer->headers, "X-Method"), "GET");
    EXPECT_EQ(answer->body, "");
}

TEST_F(CurlHttpTest, sends_the_headers_given_and_says_who_it_is) {
    const auto answer = fetch({.method = "POST",
                               .url = front_url(),
                               .headers = {{"X-One", "1"}, {"X-Empty", ""}},
                               .body = "x"});
    ASSERT_TRUE(answer) << answer.error().why;
    EXPECT_EQ(header_value(answer->headers, "X-One"), "1");
    EXPECT_THAT(answer->headers, testing::Contains(Header{"X-Empty", ""}));
    EXPECT_THAT(header_value(answer->headers, "User-Agent"), testing::StartsWith("ringbridge/"));
    EXPECT_EQ(header_value(answer->headers, "Expect"), "");
    EXPECT_EQ(header_value(answer->headers, "Content-Type"), "");
    EXPECT_THAT(header_value(answer->headers, "Accept-Encoding"), HasSubstr("gzip"));
}

TEST_F(CurlHttpTest, a_user_agent_that_is_given_is_kept) {
    const auto answer = fetch(
        {.method = "GET", .url = front_url(), .headers = {{"user-agent", "browser"}}, .body = {}});
    ASSERT_TRUE(answer) << answer.error().why;
    EXPECT_EQ(header_value(answer->headers, "User-Agent"), "browser");
}

TEST_F(CurlHttpTest, interim_responses_leave_no_trace) {
    RawServer server{loop, Behavior::interim_first};
    const auto answer = fetch(post(server.url()));
    ASSERT_TRUE(answer) << answer.error().why;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(header_value(answer->headers, "X-Early"), "");
    EXPECT_EQ(answer->body, "ok");
}

TEST_F(CurlHttpTest, a_refused_connection_means_not_sent) {
    tcp::acceptor taken{loop, {asio::ip::address_v4::loopback(), 0}};
    const auto port = taken.local_endpoint().port();
    taken.close();
    const auto result = fetch(post("http://127.0.0.1:" + std::to_string(port)));
    ASSERT_FALSE(result);
    EXPECT_FALSE(result.error().maybe_sent);
    EXPECT_THAT(result.error().why, Not(HasSubstr("hunter2")));
}

// The proxy only got a CONNECT; nothing meant for HubSpot was sent.
TEST_F(CurlHttpTest, a_proxy_that_wants_a_login_means_not_sent) {
    RawServer proxy{loop, Behavior::proxy_that_wants_a_login};
    ::setenv("HTTPS_PROXY", proxy.url().c_str(), 1);
    const auto result = fetch(post("https://api.hubapi.test"));
    ::unsetenv("HTTPS_PROXY");
    ASSERT_FALSE(result);
    EXPECT_FALSE(result.error().maybe_sent);
    EXPECT_THAT(result.error().why, HasSubstr("HTTPS_PROXY"));
    EXPECT_THAT(result.error().why, HasSubstr("407"));
}

TEST_F(CurlHttpTest, a_connection_that_ends_without_an_answer_means_maybe_sent) {
    EXPECT_TRUE(lost_to(Behavior::close_at_once).maybe_sent);
    EXPECT_TRUE(lost_to(Behavior::close_after_reading).maybe_sent);
    EXPECT_TRUE(lost_to(Behavior::half_an_answer).maybe_sent);
    EXPECT_TRUE(lost_to(Behavior::garbage).maybe_sent);
    EXPECT_TRUE(lost_to(Behavior::endless_headers).maybe_sent);
}

TEST_F(CurlHttpTest, a_server_that_never_answers_means_maybe_sent_after_the_time_limit) {
    RawServer server{loop, Behavior::silence};
    auto request = post(server.url());
    request.timeout = Milliseconds{100};
    const auto result = fetch(request);
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().maybe_sent);
    EXPECT_THAT(result.error().why, HasSubstr("no complete response within 100 ms"));
}

TEST_F(CurlHttpTest, an_answer_over_the_limit_is_not_taken) {
    http = std::make_unique<CurlHttp>(CurlLimits{.body_bytes = 1000});
    auto request = post(front_url());
    request.body = std::string(1000, 'x');
    EXPECT_TRUE(fetch(request));
    request.body = std::string(1001, 'x');
    const auto result = fetch(request);
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().maybe_sent);
    EXPECT_TRUE(result.error().too_long);
    EXPECT_THAT(result.error().why, HasSubstr("larger than 1000 bytes"));
}

// libcurl would resend the second one on a new connection, and a contact would be created twice.
TEST_F(CurlHttpTest, a_post_is_not_resent_when_a_reused_connection_dies_after_it) {
    RawServer server{loop, Behavior::answer_once_then_close_after_reading};
    ASSERT_TRUE(fetch(post(server.url())));
    const auto result = fetch(post(server.url()));
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().maybe_sent);
    EXPECT_EQ(server.requests, 2);
}

TEST_F(CurlHttpTest, nothing_is_sent_to_what_is_not_an_http_url) {
    for (const std::string url : {"ftp://127.0.0.1/", "file:///etc/passwd", "", "http://", "x y"}) {
        const auto result = fetch({.method = "GET", .url = url, .headers = {}, .body = {}});
        ASSERT_FALSE(result) << url;
        EXPECT_FALSE(result.error().maybe_sent);
    }
}

TEST_F(CurlHttpTest, a_header_with_a_line_break_is_not_sent) {
    auto request = post(front_url());
    request.headers = {{"X", "1\r\nY: hunter2"}};
    const auto result = fetch(request);
    ASSERT_FALSE(result);
    EXPECT_FALSE(result.error().maybe_sent);
    EXPECT_THAT(result.error().why, Not(HasSubstr("hunter2")));
}

Task<HttpResponse> redirect(InboundRequest) {
    co_return HttpResponse{.status = 302, .headers = {{"Location", "/elsewhere"}}, .body = {}};
}

TEST_F(CurlHttpTest, a_redirect_is_an_answer) {
    HttpFront elsewhere{loop, "127.0.0.1", 0, redirect};
    const auto url = "http://127.0.0.1:" + std::to_string(elsewhere.port());
    const auto answer = fetch({.method = "GET", .url = url, .headers = {}, .body = {}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
}

void note_status(std::vector<int>& statuses, const Result& result) {
    statuses.push_back(result ? result->status : 0);
}

TEST_F(CurlHttpTest, many_exchanges_run_concurrently) {
    std::vector<int> statuses;
    for (int i = 0; i < 100; ++i) {
        asio::co_spawn(loop, http->fetch(post(front_url())),
                       [&](std::exception_ptr, const Result& result) {
                           note_status(statuses, result);
                           if (statuses.size() == 100) loop.stop();
                       });
    }
    loop.run();
    EXPECT_THAT(statuses, testing::Each(201));
}

Task<> until_cancelled(asio::steady_timer* timer) {
    std::error_code cancelled;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

TEST_F(CurlHttpTest, a_fetch_can_be_cancelled_in_flight) {
    using namespace asio::experimental::awaitable_operators;
    RawServer server{loop, Behavior::silence};
    asio::steady_timer read{loop, asio::steady_timer::time_point::max()};
    server.on_request = [&read] { read.cancel(); };
    const auto first = await(loop, http->fetch(post(server.url())) || until_cancelled(&read));
    EXPECT_EQ(first.index(), 1U);
}

TEST_F(CurlHttpTest, its_destruction_ends_pending_fetches) {
    RawServer server{loop, Behavior::silence};
    server.on_request = [this] { http.reset(); };
    const auto result = fetch(post(server.url()));
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().maybe_sent);
    EXPECT_THAT(result.error().why, HasSubstr("stopping"));
}

TEST_F(CurlHttpTest, a_loop_that_never_runs_again_takes_its_waiting_coroutines_along) {
    RawServer server{loop, Behavior::silence};
    asio::co_spawn(loop, http->fetch(post(server.url())), [](std::exception_ptr, const Result&) {});
    loop.poll();
}

}  // namespace
}  // namespace ringbridge::runtime
