#include "bridge/drift_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// So many calls without their detail are named; more would say the same.
constexpr std::size_t details_max = 1'000;
// Then the platform does not list the call any more, and its detail is not asked for again.
constexpr Milliseconds detail_is_given_up_after = 24h * 60;

constexpr std::array<std::string_view, 2> makes_a_record{"id", "called_at"};
constexpr std::array<std::string_view, 3> has_the_number{"caller_phone", "from_phone", "to_phone"};

bool is_one_of(std::string_view name, const auto& names) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<receptionist::MappedField> watched_fields(const receptionist::Receptionist& from) {
    auto fields = from.fields();
    const auto& total = from.profile().calls.paging.total;
    if (total) fields.push_back({total_field, total->text});
    return fields;
}

std::vector<std::string> names_of(const std::vector<receptionist::MappedField>& fields) {
    std::vector<std::string> names;
    for (const auto& field : fields) names.push_back(field.name);
    return names;
}

std::string effect_of(const std::string& field) {
    if (is_one_of(field, makes_a_record) || is_one_of(field, has_the_number)) {
        return "Calls without it are quarantined: kept and not synced";
    }
    if (field.starts_with("record_filter")) {
        return "It is not known which records are calls: those without it are quarantined, kept "
               "and not synced";
    }
    return "Calls are synced with what is there, and nothing in HubSpot is blanked";
}

}  // namespace

DriftWatch::DriftWatch(const receptionist::Receptionist& receptionist, ledger::Ledger& ledger,
                       Clock& clock, Log& log)
    : ledger_{ledger},
      clock_{clock},
      log_{log},
      key_{"fill_rates " + receptionist.profile().name},
      fields_{watched_fields(receptionist)},
      rates_{names_of(fields_)} {}

Task<> DriftWatch::begin_run() {
    const auto text = co_await ledger_.recall(key_);
    remembered_ = (text ? decode_memory(*text) : std::nullopt).value_or(ProfileMemory{});
    // A field that the profile no longer maps is not missed.
    std::erase_if(remembered_.fields, [&](const auto& known) {
        return std::ranges::find(fields_, known.first, &receptionist::MappedField::name) ==
               fields_.end();
    });
    details_ = remembered_.details;
    rates_.begin(remembered_.fields);
}

Task<> DriftWatch::conclude() {
    const auto news = rates_.conclude(clock_.now());
    for (const auto& field : news.gone) {
        log_.warn("schema_drifted", {{"field", field}, {"what", title_of(field)}});
    }
    for (const auto& field : news.back) log_.info("schema_drift_over", {{"field", field}});
    std::erase_if(details_.since, [&](const auto& one) {
        return clock_.now() - one.second > detail_is_given_up_after;
    });
    co_await remember();
}

Task<> DriftWatch::remember() {
    ProfileMemory now{rates_.histories(), details_};
    if (now == remembered_) co_return;
    remembered_ = std::move(now);
    co_await ledger_.remember(key_, encode_memory(remembered_));
}

std::string DriftWatch::title_of(const std::string& field) const {
    const auto known = std::ranges::find(fields_, field, &receptionist::MappedField::name);
    return known == fields_.end() ? field : fmt::format("{} ({})", field, known->path);
}

void DriftWatch::see_detail(const CallId& call_id) { details_.since.erase(call_id); }

void DriftWatch::miss_detail(const CallId& call_id, const std::string& why) {
    details_.why = why;
    if (details_.since.size() < details_max) details_.since.emplace(call_id, clock_.now());
}

void DriftWatch::see_total(const std::optional<bool>& fits) {
    if (fits) rates_.see_other(total_field, *fits);
}

bool DriftWatch::trusts_total() const { return rates_.is_expected(total_field, ""); }

// Its records name the numbers as dialled: who called whom shows which is the outside party's.
bool DriftWatch::is_dialled() const {
    return std::ranges::any_of(fields_, [](const receptionist::MappedField& field) {
        return field.name == "from_phone" || field.name == "to_phone";
    });
}

bool DriftWatch::is_side_unknown(const Call& call) const {
    return is_dialled() && std::ranges::find(call.lost, "direction") != call.lost.end();
}

std::optional<std::string> DriftWatch::why_quarantined(const Call& call) const {
    const auto lost = std::ranges::find_if(call.lost, [&](const std::string& field) {
        const bool is_number = is_one_of(field, has_the_number);
        return (is_number || (field == "direction" && is_dialled())) && rates_.is_gone(field);
    });
    if (lost == call.lost.end()) return std::nullopt;
    return "quarantined: its number is not known, because " + title_of(*lost) +
           " is gone from the receptionist's records; it is read again when the profile is "
           "corrected";
}

std::vector<Drift> DriftWatch::drifts() const {
    std::vector<Drift> drifts;
    for (const auto& field : fields_) {
        const auto known = rates_.histories().find(field.name);
        if (known == rates_.histories().end()) continue;
        const auto& history = known->second;
        if (!history.gone_since) continue;
        drifts.push_back({field.name, field.path, *history.gone_since, history.total()});
    }
    return drifts;
}

std::string drift_text(const Drift& drift) {
    if (drift.field == total_field) {
        return fmt::format(
            "the receptionist's total ({}) has not fitted what it lists since {}: calls may be "
            "left out; compare streams.calls.paginator in the profile with the site",
            drift.path, format_utc(drift.since));
    }
    return fmt::format(
        "{} ({}) is gone from the receptionist's records since {}, and was in {} of {} before. {}. "
        "Find where the site has it now, correct the profile and restart: what was kept is then "
        "read again",
        drift.field, drift.path, format_utc(drift.since), drift.before.filled, drift.before.records,
        effect_of(drift.field));
}

std::string details_text(const UnreadDetails& details) {
    const auto& [first, since] =
        *std::ranges::min_element(details.since, {}, [](const auto& one) { return one.second; });
    auto text = fmt::format("the detail of call {} has not been read since {}", first.text,
                            format_utc(since));
    if (details.since.size() > 1) {
        text += fmt::format(" (and of {} more calls)", details.since.size() - 1);
    }
    return text +
           "; it is asked for whenever the call is listed, and until then HubSpot has what "
           "the list shows, or what was read before: " +
           details.why;
}

}  // namespace ringbridge::bridge
