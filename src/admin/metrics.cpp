#include "admin/metrics.hpp"

#include "core/version.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <prometheus/text_serializer.h>

namespace ringbridge::admin {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double seconds_of(Milliseconds span) { return std::chrono::duration<double>{span}.count(); }

class Families {
  public:
    void counter(const char* name, const char* help) {
        families_.push_back({name, help, MetricType::Counter, {}});
    }
    void gauge(const char* name, const char* help) {
        families_.push_back({name, help, MetricType::Gauge, {}});
    }
    void histogram(const char* name, const char* help, ClientMetric::Histogram values) {
        families_.push_back({name, help, MetricType::Histogram, {}});
        add({}).histogram = std::move(values);
    }

    /// Adds a value to the family begun last.
    void value(Labels labels, double value) {
        auto& metric = add(std::move(labels));
        metric.counter.value = value;
        metric.gauge.value = value;
    }
    template <class Counts>
    void values(const Counts& counts, const char* first, const char* second) {
        for (const auto& [labels, count] : counts) {
            value({{first, labels.first}, {second, labels.second}}, static_cast<double>(count));
        }
    }

    /// Adds the values of the same families, begun in the same order.
    void take_in(Families other) {
        if (families_.empty()) return families_.swap(other.families_);
        for (std::size_t i = 0; i < families_.size(); ++i) {
            std::ranges::move(other.families_[i].metric, std::back_inserter(families_[i].metric));
        }
    }

    void mark(const ClientMetric::Label& label) {
        for (auto& family : families_) {
            for (auto& metric : family.metric) metric.label.insert(metric.label.begin(), label);
        }
    }

    std::string text() const { return prometheus::TextSerializer{}.Serialize(families_); }

  private:
    ClientMetric& add(Labels labels) {
        auto& metrics = families_.back().metric;
        metrics.emplace_back().label = std::move(labels);
        return metrics.back();
    }

    std::vector<MetricFamily> families_;
};

ClientMetric::Histogram durations_of(const bridge::RunTally& runs) {
    ClientMetric::Histogram histogram;
    for (std::size_t i = 0; i < runs.durations().size(); ++i) {
        const bool last = i == bridge::RunTally::bounds_s.size();
        histogram.sample_count += runs.durations()[i];
        histogram.bucket.push_back(
            {histogram.sample_count,
             last ? std::numeric_limits<double>::infinity() : bridge::RunTally::bounds_s[i]});
    }
    histogram.sample_sum = runs.seconds();
    return histogram;
}

void add_calls(Families& families, const LedgerFigures& figures) {
    families.gauge("ringbridge_calls", "Calls in the ledger, by state.");
    for (const auto& [state, count] : figures.calls) families.value({{"state", state}}, count);
    families.gauge("ringbridge_newest_call_lag_seconds",
                   "Time from the newest call until it was read, or until now while it is not in "
                   "HubSpot.");
    if (figures.newest_lag) families.value({}, seconds_of(*figures.newest_lag));
}

void add_runs(Families& families, const bridge::RunTally& runs) {
    families.counter("ringbridge_runs_total", "Runs, by trigger and ending.");
    families.values(runs.runs(), "trigger", "ending");
    families.histogram("ringbridge_run_duration_seconds", "Duration of runs.", durations_of(runs));
    families.counter("ringbridge_doubled_numbers_total",
                     "Callers' numbers found on several contacts; dedup merges them.");
    families.value({}, static_cast<double>(runs.duplicate_numbers()));
}

void add_hubspot(Families& families, const hubspot::Client& client) {
    families.counter("ringbridge_hubspot_requests_total",
                     "Requests to HubSpot, by route and status.");
    families.values(client.traffic(), "route", "status");
    families.gauge("ringbridge_hubspot_quota_remaining",
                   "Requests left, by HubSpot's last response.");
    const auto& quota = client.quota();
    if (quota.burst_left) families.value({{"window", "ten_seconds"}}, *quota.burst_left);
    if (quota.daily_left) families.value({{"window", "day"}}, *quota.daily_left);
}

void add_receptionist(Families& families, const bridge::Parts& parts) {
    families.counter("ringbridge_receptionist_requests_total",
                     "Requests to the receptionist, by route and status.");
    families.values(parts.receptionist.traffic(), "route", "status");
    families.gauge("ringbridge_receptionist_token_seconds_left",
                   "Time until the receptionist's token expires; negative once expired.");
    if (const auto& until = parts.receptionist.token_state().expires_at) {
        families.value({}, seconds_of(*until - parts.clock.now()));
    }
}

// By outcome alone: a label that a sender chooses could grow without end.
void add_webhooks(Families& families, bridge::Bridge& bridge) {
    families.counter("ringbridge_webhook_events_total", "Webhooks received, by outcome.");
    for (const auto& [outcome, count] : bridge.push().events()) {
        families.value({{"outcome", outcome}}, static_cast<double>(count));
    }
    families.gauge("ringbridge_webhook_age_seconds",
                   "Time since the last webhook with a right signature.");
    if (const auto& last = bridge.push().last_event()) {
        families.value({}, seconds_of(bridge.parts().clock.now() - *last));
    }
}

void add_bodies(Families& families, const BodyCounts& bodies) {
    families.counter("ringbridge_webhook_bodies_total",
                     "Bodies of webhooks, begun and by what became of them. What is only begun "
                     "still arrives, or was too slow or broken off.");
    for (const auto& [outcome, count] :
         {std::pair{"begun", bodies.begun}, std::pair{"whole", bodies.whole},
          std::pair{"too_long", bodies.too_long}, std::pair{"cut_off", bodies.cut_off}}) {
        families.value({{"outcome", outcome}}, static_cast<double>(count));
    }
}

// The state as of the end of the last run.
void add_vitals(Families& families, const bridge::Bridge& bridge) {
    const auto& vitals = bridge.vitals();
    const auto now = bridge.parts().clock.now() + vitals.platform_ahead;
    families.gauge("ringbridge_gaps", "Time ranges that the receptionist does not list.");
    families.value({}, static_cast<double>(vitals.gaps.size()));
    families.gauge("ringbridge_read_until_age_seconds",
                   "Age of the time up to which all calls were read.");
    if (vitals.read_until) families.value({}, seconds_of(now - *vitals.read_until));
    families.gauge("ringbridge_schema_drift",
                   "Fields that nearly always were in the receptionist's records and are gone.");
    for (const auto& drift : vitals.drifts) families.value({{"field", drift.field}}, 1);
    families.gauge("ringbridge_unread_details",
                   "Calls whose detail the receptionist did not give.");
    families.value({}, static_cast<double>(vitals.unread_details.since.size()));
    families.gauge(
        "ringbridge_oldest_unfinished_seconds",
        "How long the longest-waiting call has waited to be in HubSpot, or updated there.");
    if (vitals.oldest_unfinished) {
        families.value({}, seconds_of(bridge.parts().clock.steady() - vitals.unfinished_since));
    }
    families.gauge("ringbridge_last_run_known_calls",
                   "Known calls that the last run read, and how many of them it rewrote.");
    families.value({{"what", "read"}}, vitals.read);
    families.value({{"what", "rewritten"}}, vitals.rewritten);
    families.gauge("ringbridge_properties_left_out",
                   "Contact properties that HubSpot refuses, or refuses for some contacts.");
    families.value({}, static_cast<double>(vitals.left_out.size()));
    families.gauge("ringbridge_clock_step_seconds",
                   "The last step of this machine's wall clock while the program ran.");
    const auto& step = bridge.clock_watch().last_step();
    families.value({}, step ? seconds_of(step->by) : 0);
    families.gauge("ringbridge_receptionist_clock_ahead_seconds",
                   "How far the receptionist's clock is ahead of this machine's, to the minute.");
    families.value({}, seconds_of(vitals.platform_ahead));
}

Families families_of(bridge::Service& service, const LedgerFigures& ledger) {
    const auto& parts = service.bridge().parts();
    Families families;
    add_calls(families, ledger);
    add_runs(families, service.tally());
    add_hubspot(families, parts.client);
    add_receptionist(families, parts);
    add_webhooks(families, service.bridge());
    add_vitals(families, service.bridge());
    return families;
}

}  // namespace

Task<LedgerFigures> figures_of(ledger::Ledger* ledger, UtcTime now) {
    LedgerFigures figures{.calls = co_await ledger->count_by_state(), .newest_lag = {}};
    std::optional<UtcTime> newest;
    for (const std::string state : {"synced", "pending", "failed"}) {
        ledger::Selection selection;
        selection.state = state;
        selection.limit = 1;
        const auto listed = co_await ledger->list(std::move(selection));
        if (listed.entries.empty()) continue;
        const auto& entry = listed.entries.front();
        const auto called_at = entry.call.called_at;
        if (newest && called_at <= *newest) continue;
        newest = called_at;
        figures.newest_lag = (state == "synced" ? entry.seen_at : now) - called_at;
    }
    co_return figures;
}

std::string metrics_text(const std::vector<BridgeFigures>& bridges, const GuessCounts& guesses,
                         const BodyCounts* webhook_bodies) {
    Families program;
    program.gauge("ringbridge_build_info", "The running version.");
    program.value({{"version", version}}, 1);
    program.counter("ringbridge_wrong_tokens_total",
                    "Wrong admin tokens (401), and tokens refused unchecked after many of them "
                    "(429), by response status.");
    program.value({{"answer", "401"}}, static_cast<double>(guesses.wrong));
    program.value({{"answer", "429"}}, static_cast<double>(guesses.ignored));
    if (webhook_bodies != nullptr) add_bodies(program, *webhook_bodies);
    Families all;
    for (const auto& [served, ledger] : bridges) {
        auto one = families_of(served->service, ledger);
        if (bridges.size() > 1) one.mark({"bridge", served->name});
        all.take_in(std::move(one));
    }
    return program.text() + all.text();
}

}  // namespace ringbridge::admin
