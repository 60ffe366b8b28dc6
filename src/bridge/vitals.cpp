#include "bridge/vitals.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds step_is_news_for = 1h;
constexpr Milliseconds patience = 1h;
// Some of what a run reads always changes: a transcript comes in, a name is corrected.
constexpr int rewritten_min = 10, rewritten_percent = 5;

std::string minutes(Milliseconds span) {
    return fmt::format("{} min", std::chrono::ceil<std::chrono::minutes>(span).count());
}

std::string step_text(const ClockWatch::Step& step) {
    return fmt::format(
        "this machine's wall clock was set {} by {} s: nothing is lost, but make sure that a time "
        "server keeps it correct",
        step.by < 0ms ? "back" : "ahead", std::chrono::abs(step.by).count() / 1000);
}

std::string difference_text(Milliseconds platform_ahead) {
    return fmt::format(
        "this machine's wall clock is {} {} the receptionist's: calls are read by the "
        "receptionist's clock, but correct this one",
        minutes(std::chrono::abs(platform_ahead)), platform_ahead > 0ms ? "behind" : "ahead of");
}

std::string gap_text(const std::vector<ledger::Gap>& gaps) {
    const auto& oldest = gaps.front();
    auto text = fmt::format("the receptionist has not listed the calls between {} and {} since {}",
                            format_utc(oldest.range.since), format_utc(oldest.range.until),
                            format_utc(oldest.found_at));
    if (gaps.size() > 1) text += fmt::format(" (and {} more gaps)", gaps.size() - 1);
    return text + "; all others are read, and these are retried: " + oldest.reason;
}

std::string left_out_text(const std::map<std::string, std::string>& left_out) {
    std::string names;
    for (const auto& [name, why] : left_out) names += (names.empty() ? "" : ", ") + name;
    return fmt::format("not written to contacts, and retried each day: {} ({})", names,
                       left_out.begin()->second);
}

std::string unfinished_text(const ledger::Entry& entry, Milliseconds waited) {
    return fmt::format("call {} has waited for {}: {}", entry.call.id.text, minutes(waited),
                       entry.reason.empty() ? "no run has reached it yet" : entry.reason);
}

}  // namespace

void count_rewritten(Vitals& vitals, const Report& report) {
    if (report.replace_activities) return;
    vitals.rewritten = report.count(CallResult::replaced);
    vitals.read = vitals.rewritten + report.count(CallResult::skipped);
}

std::vector<std::string> complaints(const Vitals& vitals,
                                    const std::optional<ClockWatch::Step>& step, SteadyTime now,
                                    Milliseconds interval) {
    std::vector<std::string> texts;
    if (step && now - step->noticed_at < step_is_news_for) texts.push_back(step_text(*step));
    if (vitals.platform_ahead != 0ms) texts.push_back(difference_text(vitals.platform_ahead));
    if (!vitals.gaps.empty()) texts.push_back(gap_text(vitals.gaps));
    if (!vitals.behind) {
        texts.push_back(
            "how far the receptionist's calls are read is not known; the next run without a window "
            "of its own reads the last day");
    }
    const auto late = std::max(patience, 3 * interval);
    const auto behind = vitals.behind.value_or(0ms) + (now - vitals.lagging_since.value_or(now));
    if (interval > 0ms && vitals.behind && behind > late) {
        texts.push_back(fmt::format("what the receptionist listed in the last {} is not read yet",
                                    minutes(behind)));
    }
    const auto& waiting = vitals.oldest_unfinished;
    const auto waited = now - vitals.unfinished_since;
    if (waiting && waited > late) {
        texts.push_back(unfinished_text(*waiting, waited));
    }
    for (const auto& drift : vitals.drifts) texts.push_back(drift_text(drift));
    if (!vitals.unread_details.since.empty()) texts.push_back(details_text(vitals.unread_details));
    if (!vitals.left_out.empty()) texts.push_back(left_out_text(vitals.left_out));
    if (vitals.rewritten >= rewritten_min &&
        vitals.rewritten * 100 > vitals.read * rewritten_percent) {
        texts.push_back(fmt::format(
            "the last run rewrote {} of {} known calls: if the next runs do too, some field of the "
            "receptionist's records changes with each listing",
            vitals.rewritten, vitals.read));
    }
    return texts;
}

}  // namespace ringbridge::bridge
