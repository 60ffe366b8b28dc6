// Bytes on a connection to the HTTP front. Behind it a request passes what it passes in the bridge
// before it takes effect: the guard, the parsers of its target, parameters and body.
#include "admin/body.hpp"
#include "admin/guard.hpp"
#include "admin/parameters.hpp"
#include "core/check.hpp"
#include "runtime/http_front.hpp"

#include <asio.hpp>

#include <cstdint>
#include <string_view>

namespace {

using namespace ringbridge;
using asio::ip::tcp;

Task<HttpResponse> answer(InboundRequest request) {
    static const admin::Access guarded{Secret{"fuzz"}}, open{Secret{}};
    constexpr UtcTime now{Milliseconds{1'775'991'845'000}};
    const auto target = parse_target(request.http.url);
    if (auto refusal = admin::turn_away(request, target.path == "/open" ? open : guarded)) {
        co_return std::move(*refusal);
    }
    (void)admin::read_order(target, now);
    (void)admin::read_selection(target);
    auto texts = admin::read_texts(request.http, {"reason", "phone"});
    if (!texts) co_return std::move(texts.error());
    co_return json_response(200, target.path);
}

// A front and its clients on one loop.
class Street {
  public:
    // The response to `bytes`, until the front closes the connection.
    std::string send(std::string_view bytes) {
        tcp::socket client{loop_};
        connect(client);
        std::error_code closed;
        asio::write(client, asio::buffer(bytes), closed);
        client.shutdown(tcp::socket::shutdown_send, closed);
        std::string received;
        bool ended = false;
        asio::async_read(client, asio::dynamic_buffer(received),
                         [&](std::error_code, std::size_t) { ended = true; });
        while (!ended) loop_.run_one();
        return received;
    }

  private:
    // Without blocking: libFuzzer's alarm interrupts a blocking connect.
    void connect(tcp::socket& client) {
        bool connected = false;
        client.async_connect({asio::ip::address_v4::loopback(), front_.port()},
                             [&](std::error_code failed) {
                                 check(!failed, "the front accepts");
                                 connected = true;
                             });
        while (!connected) loop_.run_one();
    }

    asio::io_context loop_{1};
    runtime::HttpFront front_{loop_, "127.0.0.1", 0, answer};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Street street;
    const auto received = street.send({reinterpret_cast<const char*>(data), size});
    check(received.empty() || received.starts_with("HTTP/1."), "the response is HTTP");
    return 0;
}
