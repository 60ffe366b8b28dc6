// The probe's receptionist checks: is it reachable, does the login work, do its records fit.
#include "bridge/probe.hpp"

#include <fmt/format.h>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;
using receptionist::FieldCount;
using receptionist::NextMove;
using receptionist::PlatformError;
using enum CheckStatus;

struct Exchanges {
    std::uint64_t sent = 0, answered = 0;
};

Exchanges sum(const Traffic& traffic) {
    Exchanges sum;
    for (const auto& [where, count] : traffic) {
        sum.sent += count;
        if (where.second != "lost") sum.answered += count;
    }
    return sum;
}

Ending ending_of(const PlatformError& error) {
    return error.move() == NextMove::fix_credentials ? Ending::credentials_refused
                                                     : Ending::out_of_reach;
}

std::string next_for(NextMove move, const receptionist::Profile& profile) {
    switch (move) {
        case NextMove::fix_credentials:
            if (takes_api_key(profile.auth)) {
                return "Get a key from " + profile.label + " and set RECEPTIONIST_API_KEY to it.";
            }
            return "Log in to the receptionist with a browser. If that works, set "
                   "RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD to what you typed there, or "
                   "RECEPTIONIST_TOKEN to that browser's token.";
        case NextMove::paste_token:
            return "Log in to the receptionist with a browser from this machine's network, and set "
                   "RECEPTIONIST_TOKEN to that browser's token.";
        case NextMove::try_later:
            return "Open the receptionist's site in a browser. If it is down there too, wait; if "
                   "not, check this machine's network and RECEPTIONIST_BASE_URL.";
        case NextMove::fix_profile:
            break;
    }
    return "The site does not match the profile. Compare the profile with what a browser sends "
           "(developer tools, Network), correct a copy and set RECEPTIONIST to its path.";
}

std::string found_in(const PlatformError& error) {
    return std::string{name_of(error.cause)} + ": " + error.why;
}

// Empty if the field is as expected.
std::string complaint(const FieldCount& field, int records) {
    const auto what = field.field + " (" + field.path + ")";
    if (field.other_type > 0) {
        return fmt::format("{} has another type in {} of {}", what, field.other_type, records);
    }
    return field.lacked == records ? what + " is in no record" : std::string{};
}

}  // namespace

Task<> Prober::look_at_receptionist() {
    auto& found = probe_.receptionist;
    found.platform = receptionist_.profile().name;
    const auto before = receptionist_.traffic();
    const auto opened = co_await receptionist_.open();
    std::expected<void, PlatformError> read = opened;
    if (opened) read = co_await survey_calls();
    found.token_expires_at = (co_await receptionist_.token_status()).expires_at;
    report_reachable(before);
    report_login(opened);
    if (opened) {
        report_page(read);
    } else {
        add("receptionistPage", skipped, "there is no session to read it with",
            "Fix receptionistLogin first.");
    }
    report_fields();
}

// The last day; if it had no calls, the last week.
Task<std::expected<void, PlatformError>> Prober::survey_calls() {
    for (const Milliseconds span : {24h, 7 * 24h}) {
        const auto now = clock_.now();
        const TimeRange window{now - span, now};
        auto survey = co_await receptionist_.survey(window);
        if (!survey) co_return std::unexpected{std::move(survey.error())};
        probe_.receptionist.window = window;
        probe_.receptionist.survey = std::move(*survey);
        if (probe_.receptionist.survey.records > 0) break;
    }
    co_return std::expected<void, PlatformError>{};
}

void Prober::report_reachable(const Traffic& before) {
    const auto then = sum(before), now = sum(receptionist_.traffic());
    if (now.answered > then.answered) {
        add("receptionistReachable", ok, "the receptionist answers");
    } else if (now.sent > then.sent) {
        add("receptionistReachable", failed, "the receptionist does not answer",
            next_for(NextMove::try_later, receptionist_.profile()), Ending::out_of_reach);
    } else {
        add("receptionistReachable", skipped, "no request was sent",
            "Fix receptionistLogin first.");
    }
}

void Prober::report_login(const std::expected<void, PlatformError>& opened) {
    if (!opened) {
        return add("receptionistLogin", failed, found_in(opened.error()),
                   next_for(opened.error().move(), receptionist_.profile()),
                   ending_of(opened.error()));
    }
    const auto& until = probe_.receptionist.token_expires_at;
    add("receptionistLogin", ok,
        until ? "the token is valid until " + format_utc(*until)
        : takes_api_key(receptionist_.profile().auth) ? "there is an API key"
                                                      : "there is a token");
}

void Prober::report_page(const std::expected<void, PlatformError>& read) {
    if (!read) {
        return add("receptionistPage", failed, found_in(read.error()),
                   next_for(read.error().move(), receptionist_.profile()), ending_of(read.error()));
    }
    const auto& [platform, expiry, window, survey] = probe_.receptionist;
    const bool day = window && window->until - window->since == 24h;
    if (survey.records == 0) {
        return add("receptionistPage", warning, "there were no calls in the last week",
                   "Call the receptionist's number, wait a few minutes and probe again.");
    }
    add("receptionistPage", ok,
        fmt::format("{} records on the first page of the last {}", survey.records,
                    day ? "day" : "week"));
}

void Prober::report_fields() {
    const auto& survey = probe_.receptionist.survey;
    if (survey.records == 0) {
        return add("receptionistFields", skipped, "there is no record to check",
                   "Fix receptionistPage first.");
    }
    std::string complaints;
    if (survey.unreadable > 0) {
        complaints = fmt::format("{} of {} records are unreadable ({})", survey.unreadable,
                                 survey.records, survey.first_why);
    }
    for (const auto& field : survey.fields) {
        const auto text = complaint(field, survey.records);
        if (!text.empty()) complaints += (complaints.empty() ? "" : "; ") + text;
    }
    if (complaints.empty()) {
        return add("receptionistFields", ok, "every field of the mapping is present");
    }
    const bool none = survey.unreadable == survey.records;
    add("receptionistFields", none ? failed : warning, complaints,
        "If the site has another name for such a field, correct call_mapping in a copy of the "
        "profile and set RECEPTIONIST to its path. Fields that it never sends may stay missing.",
        none ? Ending::out_of_reach : Ending::done);
}

}  // namespace ringbridge::bridge
