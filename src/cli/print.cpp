#include "cli/print.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ringbridge::cli {
namespace {

using bridge::CallResult;
using bridge::CheckStatus;

// A long list of failures says no more than its beginning.
constexpr std::size_t errors_shown = 20;

std::string names_line(const char* what, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
    return fmt::format("{:<10} {}\n", what, list);
}

}  // namespace

std::string report_text(const bridge::Report& report) {
    auto text = fmt::format("{}window     {} to {}\n",
                            report.dry_run ? "dry run: nothing was changed\n" : "",
                            format_utc(report.since), format_utc(report.until));
    text += fmt::format(
        "calls      {} fetched: {} synced, {} skipped, {} replaced, {} parked, {} failed\n",
        report.fetched, report.count(CallResult::synced), report.count(CallResult::skipped),
        report.count(CallResult::replaced), report.count(CallResult::parked),
        report.count(CallResult::failed) + report.count(CallResult::pending));
    text +=
        fmt::format("contacts   {} created, {} matched, {} updated\n", report.contacts_created(),
                    report.matched_contacts.size(), report.updated_contacts.size());
    if (!report.duplicate_numbers.empty()) {
        text += fmt::format(
            "duplicates {} of the callers' numbers are on several contacts: see dedup --dry-run\n",
            report.duplicate_numbers.size());
    }
    text += fmt::format("requests   {} to the receptionist, {} to HubSpot, in {:.1f} s\n",
                        report.receptionist_requests, report.hubspot_requests,
                        static_cast<double>(report.duration.count()) / 1000);
    std::size_t shown = 0;
    for (const auto& error : report.errors) {
        if (++shown > errors_shown) {
            text += fmt::format("  and {} more\n", report.errors.size() - errors_shown);
            break;
        }
        text += fmt::format("  {:<14} {:<12} {}\n", error.call_id.text, error.stage, error.message);
    }
    return text;
}

std::string setup_text(const hubspot::PropertySetup& setup) {
    auto text = fmt::format("group      {}\n", setup.group) + names_line("created", setup.created) +
                names_line("existing", setup.existing) + names_line("conflicts", setup.conflicts) +
                names_line("missing", setup.missing);
    if (!setup.refusal.empty()) text += fmt::format("refused    {}\n", setup.refusal);
    return text;
}

std::string dedup_text(const bridge::DedupReport& report) {
    auto text = fmt::format(
        "contacts   {} read: {} to merge into others, {} of {} groups held for a person\n",
        report.scanned, report.duplicates(), report.held(), report.plan.size());
    if (!report.dry_run) {
        text += fmt::format("merged     {}, {} put off, {} left out\n", report.merged,
                            report.deferred, report.left_out);
    }
    for (const auto& error : report.errors) {
        text +=
            fmt::format("  {:<14} {:<14} {}\n", error.keep.text, error.merge.text, error.message);
    }
    for (const auto& group : report.plan) {
        std::vector<std::string> merge, phones;
        for (const auto& id : group.merge) merge.push_back(id.text);
        for (const auto& number : group.shared) phones.push_back(to_text(number));
        text += fmt::format("{:<10} {:<14} <- {}  ({})\n", group.held.empty() ? "merge" : "hold",
                            group.keep.text, fmt::join(merge, ", "), fmt::join(phones, ", "));
        if (!group.held.empty()) text += fmt::format("{:>14} {}\n", "because", group.held);
        for (const auto& loss : report.losses) {
            if (loss.keep != group.keep) continue;
            text += fmt::format("{:>14} {} \"{}\" of {}, for \"{}\"\n", "loses", loss.property,
                                loss.value, loss.merge.text, loss.kept);
        }
    }
    return text;
}

namespace {

// How each field of a page mapped.
std::string fields_text(const receptionist::FieldSurvey& survey) {
    if (survey.records == 0) return {};
    auto text = fmt::format("\n{:<16} {:>5} {:>6} {:>10}  {}\n", "field", "had", "lacked",
                            "other type", "where");
    for (const auto& field : survey.fields) {
        text += fmt::format("{:<16} {:>5} {:>6} {:>10}  {}\n", field.field, field.had, field.lacked,
                            field.other_type, field.path);
    }
    return text + fmt::format("of {} records, {} unreadable\n", survey.records, survey.unreadable);
}

}  // namespace

std::string probe_text(const bridge::Probe& probe) {
    std::string text;
    for (const auto& check : probe.checks) {
        text += fmt::format("{:<8} {:<22} {}\n", to_string(check.status), check.name, check.found);
        if (check.status == CheckStatus::skipped || check.next.empty()) continue;
        text += fmt::format("{:>31} {}\n", "->", check.next);
    }
    return text + fields_text(probe.receptionist.survey);
}

std::string faults_text(const std::vector<runtime::SettingFault>& faults) {
    std::string text = "ringbridge cannot start with these settings:\n";
    for (const auto& [variable, message] : faults) {
        text += fmt::format("  {}: {}\n", variable, message);
    }
    return text;
}

}  // namespace ringbridge::cli
