// The sandbox: a day's calls, both sides simulated on loopback, the real bridge between them. It
// needs no settings, and nothing leaves this machine.
#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/vendor_webhooks.hpp"
#include "cli/wait.hpp"
#include "core/parse_number.hpp"
#include "core/stop.hpp"
#include "core/url.hpp"
#include "runtime/http_front.hpp"
#include "sim/hubspot/portal.hpp"
#include "sim/receptionist/site.hpp"
#include "sim/vendor/planned.hpp"
#include "sim/world/workload.hpp"

#include <asio/signal_set.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace ringbridge::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t callers = 40, known_callers = 20;
constexpr int calls_of_the_last_day = 60;
constexpr Milliseconds between_calls = 4s;
constexpr const char* sync_interval = "3s";
constexpr const char* sync_interval_beside_webhooks = "1m";
constexpr int calls_at_once_max = 100;

/// Deleted with the sandbox: the simulated HubSpot forgets too.
struct ScratchFolder {
    std::filesystem::path path;
    ScratchFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "ringbridge-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) {
            throw CannotStart{"cannot create a folder in " +
                              std::filesystem::temp_directory_path().string()};
        }
        path = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

/// Calls that somebody asks for.
struct Wanted {
    int count = 1;
    std::string webhook;  ///< where the platform reports them instead of to the bridge
};

// Nothing if the query is invalid. A webhook stays on this machine as everything does.
std::optional<Wanted> read_wanted(const Target& target) {
    const bool unknown = std::ranges::any_of(target.query, [](const auto& parameter) {
        return parameter.first != "count" && parameter.first != "webhook";
    });
    const auto count = parse_number<int>(target.parameter("count").value_or("1"));
    if (unknown || !count || *count < 1 || *count > calls_at_once_max) return std::nullopt;
    const auto webhook = target.parameter("webhook");
    if (webhook && !webhook->starts_with("http://127.0.0.1:")) return std::nullopt;
    return Wanted{*count, webhook.value_or("")};
}

/// Both simulated sides, each behind a real socket.
class Town {
  public:
    Town(asio::io_context& loop, Clock& clock, sim::PortalOptions portal,
         std::optional<sim::VendorName> vendor)
        : clock_{clock},
          portal_{std::move(portal)},
          vendor_{vendor ? std::optional{sim::Vendor{{.name = *vendor}}} : std::nullopt},
          webhooks_{vendor_ ? std::make_unique<VendorWebhooks>(*vendor_, clock) : nullptr},
          workload_{runtime::SystemRandom{}.roll()},
          site_front_{loop, "127.0.0.1", 0,
                      [this](InboundRequest request) { return ask_site(std::move(request)); }},
          portal_front_{loop,
                        "127.0.0.1",
                        0,
                        [this](InboundRequest request) { return ask_portal(std::move(request)); },
                        {.body_bytes = 16 * 1024 * 1024}} {
        const auto now = clock_.now();
        workload_.add_callers(callers, known_callers, portal_, now - 24h * 365);
        for (int i = calls_of_the_last_day; i > 0; --i) {
            publish(now - i * Milliseconds{24h} / (calls_of_the_last_day + 1));
        }
    }

    /// The new call's id.
    std::string publish(UtcTime at) {
        auto call = workload_.make_call(at);
        if (vendor_) {
            vendor_->publish(sim::to_vendor_call(call, workload_.callers().at(call.caller)));
        } else {
            site_.publish(std::move(call.record));
        }
        return call.id;
    }

    Task<> keep_calling() {
        for (;;) {
            co_await clock_.sleep(between_calls);
            co_await bring_call(webhook_url_);
        }
    }

    /// Where the vendor reports its calls.
    void set_webhook_url(std::string url) { webhook_url_ = std::move(url); }

    std::string site_url() const { return url_of(site_front_); }
    std::string portal_url() const { return url_of(portal_front_); }
    /// The vendor whose API is simulated instead of a site.
    const std::optional<sim::Vendor>& vendor() const { return vendor_; }
    const std::string& portal_token() { return portal_.options().token; }
    std::size_t activities() const { return portal_.calls().size(); }
    std::size_t contacts() const { return portal_.contacts().size(); }

  private:
    static std::string url_of(const runtime::HttpFront& front) {
        return fmt::format("http://127.0.0.1:{}", front.port());
    }
    Task<HttpResponse> ask_site(InboundRequest request) {
        const auto target = parse_target(request.http.url);
        if (target.path == "/sandbox/calls") {
            co_return co_await bring_calls(request.http.method, target);
        }
        co_return vendor_ ? vendor_->answer(request.http, clock_.now())
                          : site_.answer(request.http, clock_.now());
    }
    // On no real platform: it lets people and tests decide when calls come in.
    Task<HttpResponse> bring_calls(std::string method, Target target) {
        if (method != "POST") co_return json_response(405, R"({"error":"use POST"})");
        const auto wanted = read_wanted(target);
        if (!wanted) {
            co_return json_response(400, R"({"error":"count must be from 1 to 100, and webhook an )"
                                         R"(address that begins with http://127.0.0.1:"})");
        }
        const auto url = wanted->webhook.empty() ? webhook_url_ : wanted->webhook;
        std::vector<std::string> ids;
        for (int i = 0; i < wanted->count; ++i) ids.push_back('"' + co_await bring_call(url) + '"');
        co_return json_response(200, fmt::format(R"({{"published":[{}]}})", fmt::join(ids, ",")));
    }
    Task<std::string> bring_call(std::string url) {
        auto id = publish(clock_.now());
        if (webhooks_) co_await webhooks_->send(id, std::move(url));
        co_return id;
    }
    Task<HttpResponse> ask_portal(InboundRequest request) {
        co_return portal_.answer(request.http, clock_.now());
    }

    Clock& clock_;
    sim::HubSpotPortal portal_;
    sim::ReceptionistSite site_;
    std::optional<sim::Vendor> vendor_;
    std::unique_ptr<VendorWebhooks> webhooks_;  ///< the vendor's
    std::string webhook_url_;
    sim::Workload workload_;
    runtime::HttpFront site_front_, portal_front_;
};

std::string variable(const runtime::Environment& environment, const std::string& name,
                     std::string otherwise) {
    const auto found = environment.find(name);
    return found == environment.end() || found->second.empty() ? otherwise : found->second;
}

// A chosen port is required; if the default one is taken, any other will do.
std::unique_ptr<runtime::HttpFront> open_front(asio::io_context& loop, std::uint16_t port,
                                               bool chosen, runtime::HttpFront::Handler handler) {
    const auto open = [&](std::uint16_t number) {
        return std::make_unique<runtime::HttpFront>(
            loop, "127.0.0.1", number, handler,
            runtime::FrontLimits{.large_bodies_at = admin::webhooks_at});
    };
    try {
        return open(port);
    } catch (const std::runtime_error&) {
        if (chosen) throw;
        return open(0);
    }
}

// The bridge's settings: the town's addresses, and the given settings that make sense here.
runtime::Environment environment_for(Town& town, const ScratchFolder& folder,
                                     const Options& options, const runtime::Environment& given) {
    runtime::Environment environment{
        {"RECEPTIONIST_BASE_URL", town.site_url()},
        {"HUBSPOT_TOKEN", town.portal_token()},
        {"HUBSPOT_BASE_URL", town.portal_url()},
        {"HOST", "127.0.0.1"},
        {"DATABASE_URL", "sqlite:" + (folder.path / "ledger.db").string()},
        {"TOKEN_KEY", std::string(64, '5')},  // the folder is deleted soon
        {"SYNC_INTERVAL", sync_interval},
        {"LOG_LEVEL", options.json ? "info" : "warn"}};
    if (const auto& vendor = town.vendor()) {
        environment["RECEPTIONIST"] = word_of(sim::vendor_names, vendor->options().name);
        environment["RECEPTIONIST_API_KEY"] = vendor->options().api_key;
        environment["WEBHOOK_SECRET"] = vendor->options().webhook_secret;
        environment["SYNC_INTERVAL"] = sync_interval_beside_webhooks;
    } else {
        environment["RECEPTIONIST_EMAIL"] = sim::SiteOptions{}.email;
        environment["RECEPTIONIST_PASSWORD"] = sim::SiteOptions{}.password;
    }
    for (const auto* name : {"PORT", "SYNC_INTERVAL", "LOG_LEVEL"}) {
        environment[name] = variable(given, name, environment[name]);
    }
    return environment;
}

void introduce(Town& town, const std::string& bridge_url, bool json) {
    if (json) {
        const auto& vendor = town.vendor();
        const auto keys =
            vendor ? fmt::format(R"(,"apiKey":"{}","webhookSecret":"{}")",
                                 vendor->options().api_key, vendor->options().webhook_secret)
                   : std::string{};
        std::cout
            << fmt::format(
                   R"({{"receptionist":"{}","hubspot":"{}","bridge":"{}","hubspotToken":"{}"{}}})",
                   town.site_url(), town.portal_url(), bridge_url, town.portal_token(), keys)
            << std::endl;
        return;
    }
    std::cout << fmt::format(
                     "ringbridge sandbox: everything is simulated and stays on this machine\n"
                     "  receptionist  {}\n"
                     "  HubSpot       {}  (token {})\n"
                     "  bridge        {}  open it in a browser, or: curl {}/calls?limit=5\n"
                     "A call comes in every {} s; ten at once:\n"
                     "  curl -X POST '{}/sandbox/calls?count=10'\n"
                     "Stop with Ctrl-C.\n\n",
                     town.site_url(), town.portal_url(), town.portal_token(), bridge_url,
                     bridge_url, between_calls / 1s, town.site_url())
              << std::flush;
}

// Prints a line whenever more calls have reached HubSpot.
Task<> keep_printing(Town* town, Engine* engine) {
    std::size_t printed = 0;
    for (;;) {
        co_await engine->clock().sleep(1s);
        const auto activities = town->activities();
        if (activities == printed) continue;
        std::cout << fmt::format("{}  {} more in HubSpot: {} call activities, {} contacts\n",
                                 format_utc(engine->clock().now()).substr(11, 8),
                                 activities - printed, activities, town->contacts())
                  << std::flush;
        printed = activities;
    }
}

}  // namespace

int sandbox(const Options& options) {
    const auto given = runtime::process_environment();
    asio::io_context loop{1};
    runtime::SystemClock clock;
    sim::PortalOptions portal;
    portal.token = variable(given, "HUBSPOT_TOKEN", portal.token);
    Town town{loop, clock, portal, parse_word(sim::vendor_names, options.platform)};
    ScratchFolder folder;
    const auto environment = environment_for(town, folder, options, given);
    const auto settings = runtime::read_settings(environment, std::nullopt, runtime::read_file);
    if (!settings) {
        std::cerr << faults_text(settings.error());
        return wrong_usage;
    }
    const auto profile = std::make_shared<const receptionist::Profile>(
        receptionist::builtin_profile(settings->front().receptionist));
    Engine engine{{{settings->front(), profile}}};
    const bool port_chosen = !environment.at("PORT").empty();
    const auto front =
        open_front(loop, settings->front().port, port_chosen,
                   [&engine](InboundRequest request) { return engine.answer(std::move(request)); });
    const auto bridge_url = fmt::format("http://127.0.0.1:{}", front->port());
    town.set_webhook_url(bridge_url + admin::webhooks_at + settings->front().receptionist);
    introduce(town, bridge_url, options.json);

    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](std::error_code, int) { loop.stop(); });
    if (settings->front().sync_interval.count() > 0) {
        asio::co_spawn(loop, engine.worker().service().keep_running(), rethrow);
    }
    if (engine.worker().push().is_on()) {
        asio::co_spawn(loop, engine.worker().service().keep_carrying(), rethrow);
    }
    asio::co_spawn(loop, town.keep_calling(), rethrow);
    if (!options.json) asio::co_spawn(loop, keep_printing(&town, &engine), rethrow);
    loop.run();
    return done;
}

}  // namespace ringbridge::cli
