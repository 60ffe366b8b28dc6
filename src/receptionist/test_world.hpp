// For the tests in src/receptionist: a world in which nothing waits and the platform is a function.
#pragma once

#include "ports/clock.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"
#include "receptionist/session_store.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <functional>
#include <string>
#include <vector>

namespace ringbridge::receptionist::test {

/// A time whose text is known to be valid.
inline UtcTime moment(std::string_view text) { return parse_utc(text).value_or(UtcTime{}); }

class JumpingClock final : public Clock {
  public:
    UtcTime now() const override { return now_; }
    SteadyTime steady() const override { return SteadyTime{now_.time_since_epoch()}; }
    Task<> sleep_until(SteadyTime moment) override {
        slept.push_back(moment - steady());
        now_ += std::max(slept.back(), Milliseconds{0});
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    void advance(Milliseconds span) { now_ += span; }

    std::vector<Milliseconds> slept;

  private:
    UtcTime now_ = moment("2026-04-12T12:00:00Z");
};

using Answer = std::expected<HttpResponse, Lost>;

class FunctionHttp final : public Http {
  public:
    explicit FunctionHttp(std::function<Answer(const HttpRequest&)> site)
        : site_{std::move(site)} {}

    // Lets other coroutines run first, as a network would.
    Task<Answer> fetch(HttpRequest request) override {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        sent.push_back(request);
        co_return site_(request);
    }

    std::vector<HttpRequest> sent;

  private:
    std::function<Answer(const HttpRequest&)> site_;
};

class KeptLog final : public Log {
  public:
    void write(Level, std::string_view event, Fields fields) override {
        text += event;
        for (const auto& [name, value] : fields) text += " " + name + "=" + value;
        text += "\n";
    }
    std::string text;
};

/// Outlives a session in a test. Its fingerprints are plain text.
class Memory final : public SessionStore {
  public:
    Task<std::optional<std::string>> load() override {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        co_return kept;
    }
    Task<> save(std::string state) override {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        kept = std::move(state);
    }
    std::string fingerprint(std::string text, std::size_t) override { return "of " + text; }
    bool fits(std::string fingerprint, std::string text) override {
        return fingerprint == "of " + text;
    }

    std::optional<std::string> kept;
};

/// Runs the task to completion.
template <class T>
T run(Task<T> task) {
    asio::io_context context;
    auto result = asio::co_spawn(context, std::move(task), asio::use_future);
    context.run();
    return result.get();
}

}  // namespace ringbridge::receptionist::test
