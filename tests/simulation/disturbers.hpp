// Everything that may go wrong in a simulated world, by name: a world draws some of them, `--only`
// replaces them, `--without` removes some, and a report counts the faults injected by each.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ringbridge::simulation {

enum class Disturber {
    // on the way to HubSpot and in it
    throttled,
    server_error,
    lost_request,
    lost_answer,
    late_request,
    slow_answer,
    web_page,
    cut_answer,
    missing_row,
    hubspot_down,
    daily_limit,
    scope_taken,
    record_refused,
    search_refused,
    number_crowded,
    token_refused,
    // the receptionist
    site_fault,
    site_down,
    token_revoked,
    session_ended,
    token_rotated,
    published_late,
    record_changed,
    number_corrected,
    listed_briefly,
    window_chokes,
    address_signed,
    odd_record,
    // our own side
    killed,
    power_lost,
    ledger_deleted,
    second_process,
    replaced,
    sync_asked,
    future_asked,
    clock_set,
    admin_asked,
    call_dismissed,
    number_given,
    deduplicated,
    // people in HubSpot
    person_edits,
    person_adds,
    person_merges,
    merged_away,
    activity_edited,
    property_deleted,
    // the receptionist again: the order is that of the fault counts
    schema_drifted,
    // webhooks
    pushed,
    event_lost,
    event_doubled,
    event_delayed,
    event_forged,
    listed_never,
    // our own side again
    ledger_rolled_back,
    // replicas on one database
    replicas,
    frozen,
    cut_off,
    commit_lost,
    not_serialized,
    replica_clocks,
};

struct DisturberName {
    Disturber disturber;
    std::string_view name;
    std::string_view what;
};

inline constexpr std::array disturbers{
    DisturberName{Disturber::throttled, "throttled", "429 of each policy, 423, 477"},
    DisturberName{Disturber::server_error, "server_error", "5xx, before or after it acted"},
    DisturberName{Disturber::lost_request, "lost_request", "the request never arrives"},
    DisturberName{Disturber::lost_answer, "lost_answer", "applied, and the answer is lost"},
    DisturberName{Disturber::late_request, "late_request", "applied after we gave up"},
    DisturberName{Disturber::slow_answer, "slow_answer", "seconds until an answer"},
    DisturberName{Disturber::web_page, "web_page", "200 with HTML for JSON"},
    DisturberName{Disturber::cut_answer, "cut_answer", "applied, and the JSON ends early"},
    DisturberName{Disturber::missing_row, "missing_row", "a batch answer leaves out a row"},
    DisturberName{Disturber::hubspot_down, "hubspot_down", "no HubSpot for minutes to hours"},
    DisturberName{Disturber::daily_limit, "daily_limit", "the daily budget is used up"},
    DisturberName{Disturber::scope_taken, "scope_taken", "the calls scope is withdrawn"},
    DisturberName{Disturber::record_refused, "record_refused", "403 with a page for one record"},
    DisturberName{Disturber::search_refused, "search_refused", "403 with a page for one number"},
    DisturberName{Disturber::number_crowded, "number_crowded", "200 contacts share a number"},
    DisturberName{Disturber::token_refused, "token_refused", "HubSpot's token is being rotated"},
    DisturberName{Disturber::site_fault, "site_fault", "the receptionist fails a request"},
    DisturberName{Disturber::site_down, "site_down", "no receptionist for hours"},
    DisturberName{Disturber::token_revoked, "token_revoked", "logged out by the receptionist"},
    DisturberName{Disturber::session_ended, "session_ended", "the same, reported in other ways"},
    DisturberName{Disturber::token_rotated, "token_rotated", "a new token a page, odd cookies"},
    DisturberName{Disturber::published_late, "published_late", "a call is listed hours late"},
    DisturberName{Disturber::record_changed, "record_changed", "a record is updated later"},
    DisturberName{Disturber::number_corrected, "number_corrected", "a call's number is corrected"},
    DisturberName{Disturber::listed_briefly, "listed_briefly", "a changed record, soon gone again"},
    DisturberName{Disturber::window_chokes, "window_chokes", "500 for each window with one record"},
    DisturberName{Disturber::address_signed, "address_signed", "addresses change in each listing"},
    DisturberName{Disturber::odd_record, "odd_record", "no number, no id, no time"},
    DisturberName{Disturber::killed, "killed", "kill -9 at any suspension point"},
    DisturberName{Disturber::power_lost, "power_lost", "killed, and unsynced writes are gone"},
    DisturberName{Disturber::ledger_deleted, "ledger_deleted", "killed, and the ledger is deleted"},
    DisturberName{Disturber::second_process, "second_process", "two processes on one ledger"},
    DisturberName{Disturber::replaced, "replaced", "an operator replaces all activities"},
    DisturberName{Disturber::sync_asked, "sync_asked", "an operator asks for run after run"},
    DisturberName{Disturber::future_asked, "future_asked", "a run is asked for until next week"},
    DisturberName{Disturber::clock_set, "clock_set", "our wall clock is set, back or ahead"},
    DisturberName{Disturber::admin_asked, "admin_asked", "setup, preview, probe beside a run"},
    DisturberName{Disturber::call_dismissed, "call_dismissed", "an operator dismisses a call"},
    DisturberName{Disturber::number_given, "number_given", "an operator gives a call a number"},
    DisturberName{Disturber::deduplicated, "swept", "an operator has duplicates merged"},
    DisturberName{Disturber::person_edits, "person_edits", "somebody types into a contact"},
    DisturberName{Disturber::person_adds, "person_adds", "somebody adds the same number"},
    DisturberName{Disturber::person_merges, "person_merges", "somebody merges two contacts"},
    DisturberName{Disturber::merged_away, "merged_away", "a caller is merged into another number"},
    DisturberName{Disturber::activity_edited, "activity_edited", "somebody types into an activity"},
    DisturberName{Disturber::property_deleted, "property_deleted", "one of our properties is gone"},
    DisturberName{Disturber::schema_drifted, "schema_drifted", "a field is renamed, moved, gone"},
    DisturberName{Disturber::pushed, "pushed", "the receptionist sends webhooks too"},
    DisturberName{Disturber::event_lost, "event_lost", "a webhook is never sent"},
    DisturberName{Disturber::event_doubled, "event_doubled", "a webhook is sent again"},
    DisturberName{Disturber::event_delayed, "event_delayed", "a webhook comes up to hours late"},
    DisturberName{Disturber::event_forged, "event_forged", "a webhook of somebody else"},
    DisturberName{Disturber::listed_never, "listed_never", "a call comes by webhook alone"},
    DisturberName{Disturber::ledger_rolled_back, "ledger_rolled_back",
                  "killed, and an older copy of the ledger is put back"},
    DisturberName{Disturber::replicas, "replicas", "two or three replicas, each with leases"},
    DisturberName{Disturber::frozen, "frozen", "a replica stops for seconds to minutes"},
    DisturberName{Disturber::cut_off, "cut_off", "a replica's database does not answer"},
    DisturberName{Disturber::commit_lost, "commit_lost", "committed, and the connection breaks"},
    DisturberName{Disturber::not_serialized, "not_serialized", "a transaction is rolled back"},
    DisturberName{Disturber::replica_clocks, "replica_clocks",
                  "wall clocks differ, and a standby's takes over"},
};

inline std::string_view name_of(Disturber disturber) {
    return disturbers[static_cast<std::size_t>(disturber)].name;
}

}  // namespace ringbridge::simulation
