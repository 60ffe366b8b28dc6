#include "runtime/curl_http.hpp"

#include "runtime/curl_exchange.hpp"

#include <asio.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ringbridge::runtime {

/// The thread, and the queues through which loops pass it requests and cancellations.
class CurlDriver {
  public:
    /// Called once, on the driver's thread: it must hand the result over and return at once.
    using Done = std::move_only_function<void(FetchResult)>;

    explicit CurlDriver(CurlLimits limits);
    ~CurlDriver();
    CurlDriver(const CurlDriver&) = delete;
    CurlDriver& operator=(const CurlDriver&) = delete;

    std::uint64_t begin(HttpRequest request, Done done);
    void cancel(std::uint64_t id);

    /// Ends the thread, and every exchange as lost.
    void stop();

  private:
    struct Order {
        std::uint64_t id = 0;
        HttpRequest request;
        Done done;  ///< empty: an order to cancel
    };
    struct Running {
        std::unique_ptr<CurlExchange> exchange;
        Done done;
    };
    struct MultiDeleter {
        void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
    };

    void give(Order order);
    void work();
    void take_orders();
    void start(Order order);
    void collect();
    void abandon(std::uint64_t id, const std::string& why);
    void finish(CURL* handle, CURLcode code);

    const CurlLimits limits_;
    std::unique_ptr<CURLM, MultiDeleter> multi_;
    std::map<std::uint64_t, Running> running_;  // used only by the thread
    std::mutex mutex_;
    std::vector<Order> orders_;
    std::uint64_t last_id_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

CurlDriver::CurlDriver(CurlLimits limits) : limits_{limits} {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready == CURLE_OK) multi_.reset(curl_multi_init());
    if (!multi_) throw std::runtime_error{"libcurl could not be started"};
    thread_ = std::thread{[this] { work(); }};
}

CurlDriver::~CurlDriver() { stop(); }

void CurlDriver::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    if (thread_.joinable()) thread_.join();
}

std::uint64_t CurlDriver::begin(HttpRequest request, Done done) {
    std::uint64_t id = 0;
    {
        const std::lock_guard lock{mutex_};
        id = ++last_id_;
        orders_.push_back({.id = id, .request = std::move(request), .done = std::move(done)});
    }
    curl_multi_wakeup(multi_.get());
    return id;
}

void CurlDriver::cancel(std::uint64_t id) {
    {
        const std::lock_guard lock{mutex_};
        orders_.push_back({.id = id, .request = {}, .done = {}});
    }
    curl_multi_wakeup(multi_.get());
}

void CurlDriver::work() {
    while (true) {
        take_orders();
        int active = 0;
        curl_multi_perform(multi_.get(), &active);
        collect();
        {
            const std::lock_guard lock{mutex_};
            if (stopping_) break;
        }
        // Returns early for a socket, for one of libcurl's own timers, and for a wakeup.
        constexpr int longest_wait_ms = 60'000;
        curl_multi_poll(multi_.get(), nullptr, 0, longest_wait_ms, nullptr);
    }
    take_orders();
    while (!running_.empty()) abandon(running_.begin()->first, "ringbridge is stopping");
}

void CurlDriver::take_orders() {
    std::vector<Order> orders;
    {
        const std::lock_guard lock{mutex_};
        orders.swap(orders_);
    }
    for (auto& order : orders) {
        if (order.done) {
            start(std::move(order));
        } else {
            abandon(order.id, "cancelled");
        }
    }
}

void CurlDriver::start(Order order) {
    auto exchange = std::make_unique<CurlExchange>(std::move(order.request), limits_);
    if (const auto& refused = exchange->refused()) return order.done(exchange->lost(*refused));
    const auto code = curl_multi_add_handle(multi_.get(), exchange->handle());
    if (code != CURLM_OK) return order.done(exchange->lost(curl_multi_strerror(code)));
    running_.emplace(order.id, Running{std::move(exchange), std::move(order.done)});
}

void CurlDriver::abandon(std::uint64_t id, const std::string& why) {
    auto node = running_.extract(id);
    if (node.empty()) return;  // it ended by itself in the meantime
    auto& [exchange, done] = node.mapped();
    curl_multi_remove_handle(multi_.get(), exchange->handle());
    done(exchange->lost(why));
}

void CurlDriver::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        // The message is invalid as soon as its handle is removed.
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
}

void CurlDriver::finish(CURL* handle, CURLcode code) {
    const auto found = std::ranges::find_if(running_, [handle](const auto& entry) {
        return entry.second.exchange->handle() == handle;
    });
    auto [exchange, done] = std::move(running_.extract(found).mapped());
    curl_multi_remove_handle(multi_.get(), handle);
    done(exchange->finish(code));
}

CurlHttp::CurlHttp(CurlLimits limits) : driver_{std::make_shared<CurlDriver>(limits)} {}

CurlHttp::~CurlHttp() { driver_->stop(); }

namespace {

/// Takes the result from the driver's thread back to the loop of the coroutine that waits.
template <class Handler>
CurlDriver::Done hand_over(Handler handler) {
    // Tracked, so that a loop with nothing else to do waits for the result.
    auto caller = asio::prefer(asio::get_associated_executor(handler),
                               asio::execution::outstanding_work.tracked);
    return [handler = std::move(handler), caller = std::move(caller)](FetchResult result) mutable {
        asio::post(caller, [handler = std::move(handler), result = std::move(result)]() mutable {
            asio::get_associated_cancellation_slot(handler).clear();
            std::move(handler)(std::move(result));
        });
    };
}

struct BeginFetch {
    std::shared_ptr<CurlDriver> driver;

    template <class Handler>
    void operator()(Handler handler, HttpRequest request) const {
        auto slot = asio::get_associated_cancellation_slot(handler);
        const auto id = driver->begin(std::move(request), hand_over(std::move(handler)));
        if (!slot.is_connected()) return;
        slot.assign([weak = std::weak_ptr{driver}, id](asio::cancellation_type) {
            if (const auto alive = weak.lock()) alive->cancel(id);
        });
    }
};

}  // namespace

Task<FetchResult> CurlHttp::fetch(HttpRequest request) {
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(FetchResult)>(
        BeginFetch{driver_}, asio::use_awaitable, std::move(request));
}

}  // namespace ringbridge::runtime
