#include "sim/world/workload.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace ringbridge::sim {
namespace {

constexpr std::array first_names{"Jane",  "Omar",  "Lucía", "Wei",  "Priya", "Tom",
                                 "Aisha", "Björn", "Nina",  "Paul", "Zoë",   "Sam"};
constexpr std::array last_names{"Doe",    "Haddad", "García", "Chen", "Patel", "Brown",
                                "O'Neil", "Berg",   "Novak",  "Kim",  "Smith", "Lee"};
constexpr std::array area_codes{"571", "703", "202", "212", "415", "305", "206", "617"};
constexpr std::array actions{"Book appointment", "Request quote", "Emergency service",
                             "Opening hours", "Leave a message"};

}  // namespace

void Workload::add_callers(std::size_t count, std::size_t known, HubSpotPortal& portal,
                           UtcTime now) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = callers_.size();
        // Area code and a running number: no two callers share one.
        const auto line = std::to_string(2'000'000 + number * 7'919 % 7'999'999);
        Caller caller{.e164 = std::string{"+1"} + area_codes[number % area_codes.size()] + line,
                      .first_name = first_names[pick(first_names.size())],
                      .last_name = last_names[pick(last_names.size())]};
        callers_.push_back(std::move(caller));
        if (i < known) {
            auto& there = callers_.back();
            there.contact_id = add_duplicate(
                number, {{"firstname", there.first_name}, {"lastname", there.last_name}}, portal,
                now);
        }
    }
}

std::string Workload::add_duplicate(std::size_t caller,
                                    std::map<std::string, std::string> properties,
                                    HubSpotPortal& portal, UtcTime born) {
    const char* field = pick(3) == 0 ? "mobilephone" : "phone";
    properties[field] = written(callers_[caller].e164);
    return portal.add_contact(std::move(properties), born);
}

// One of the formats in which people and programs write a US number.
std::string Workload::written(const std::string& e164) {
    const auto area = e164.substr(2, 3), exchange = e164.substr(5, 3), line = e164.substr(8);
    const std::array forms{e164,
                           e164.substr(2),
                           e164.substr(1),
                           '(' + area + ") " + exchange + '-' + line,
                           area + '-' + exchange + '-' + line,
                           area + '.' + exchange + '.' + line,
                           area + ' ' + exchange + ' ' + line,
                           "+1 (" + area + ") " + exchange + '-' + line,
                           "1-" + area + '-' + exchange + '-' + line,
                           '(' + area + ')' + exchange + '-' + line};
    return forms[pick(forms.size())];
}

PlannedCall Workload::make_call(UtcTime at) {
    const auto caller = pick(callers_.size());
    const auto& who = callers_[caller];
    PlannedCall call{.id = "c_" + std::to_string(++calls_made_),
                     .at = at,
                     .duration_seconds = static_cast<int>(5 + pick(600)),
                     .caller = caller,
                     .action = actions[pick(actions.size())],
                     .record = {}};
    nlohmann::json record{
        {"id", call.id},
        {"callTimestamp", format_utc(at)},
        {"durationSeconds", call.duration_seconds},
        {"customerPhone", written(who.e164)},
        {"agentPhone", agent_number},
        {"callerName", who.first_name + ' ' + who.last_name},
        {"primaryAction", call.action},
        {"summary", who.first_name + " called: " + call.action + "."},
        {"transcript", "Agent: How can I help?\nCaller: " + call.action + ", please."},
        {"recordingUrl", "https://recordings.example/" + call.id + ".mp3"},
        {"formResponses", {{{"question", "Service address?"}, {"answer", "12 Oak St"}}}}};
    if (pick(5) == 0) record["customerPhone"] = written(who.e164) + " (mobile)";
    call.record = record.dump();
    return call;
}

}  // namespace ringbridge::sim
