#include "tests/simulation/drifting_site.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

enum class How { renamed, moved, retyped, dropped };

struct Field {
    const char* name;  ///< in a record
    bool is_needed;    ///< without it a call is quarantined
    receptionist::Source& (*mapped)(receptionist::CallMapping& mapping);
};

receptionist::Source& text_source(receptionist::CallMapping& mapping, std::string_view name) {
    const auto at = std::ranges::find(call_texts, name, &CallText::name) - call_texts.begin();
    return mapping.texts[static_cast<std::size_t>(at)].value();
}

constexpr std::array fields{
    Field{"id", true, [](auto& mapping) -> receptionist::Source& { return mapping.id; }},
    Field{"callTimestamp", true,
          [](auto& mapping) -> receptionist::Source& { return mapping.called_at.source; }},
    Field{"customerPhone", true,
          [](auto& mapping) -> receptionist::Source& {
              return text_source(mapping, "caller_phone");
          }},
    Field{"summary", false,
          [](auto& mapping) -> receptionist::Source& { return text_source(mapping, "summary"); }},
    Field{"durationSeconds", false,
          [](auto& mapping) -> receptionist::Source& { return mapping.duration.front().length; }}};

std::string shape(const std::string& text, const Field& field, How how) {
    auto record = json::parse(text);
    const auto value = record[field.name];
    record.erase(field.name);
    const std::string name = field.name;
    if (how == How::renamed) record[name + "Renamed"] = value;
    if (how == How::moved) record["details"] = {{name, value}};
    if (how == How::retyped) record[name] = {{"inside", value}};
    return record.dump();
}

std::string path_of(const Field& field, How how) {
    const std::string name = field.name;
    if (how == How::renamed) return "$." + name + "Renamed";
    return how == How::moved ? "$.details." + name : "$." + name + ".inside";
}

void correct(receptionist::Profile& profile, const Field& field, How how) {
    const auto path = path_of(field, how);
    field.mapped(profile.mapping).paths = {receptionist::parse_json_path(path).value()};
    profile.text_hash = path;
}

}  // namespace

struct DriftingSite::Change {
    Field field;
    How how;
};

DriftingSite::DriftingSite(Setting& setting, Callers& callers, Machine& machine)
    : setting_{setting}, callers_{callers}, machine_{machine} {
    const auto has = [&](Disturber disturber) {
        return setting_.scenario.disturbers.contains(disturber);
    };
    // A new ledger leaves an activity that it finds as it is, however thin. A text that HubSpot
    // refuses may be in the field that is gone.
    if (!has(Disturber::schema_drifted) || setting_.scenario.may_forget()) return;
    if (has(Disturber::record_refused)) return;
    auto& random = setting_.random(Disturber::schema_drifted);
    const Change change{random.pick(fields), static_cast<How>(random.below(4))};
    const auto span = setting_.scenario.span;
    const auto from = setting_.world.now() + random.between(10min, span / 2);
    const auto until = from + random.between(1min, setting_.world.now() + span - from);
    setting_.world.at(from, [this, change] {
        if (setting_.injects(Disturber::schema_drifted, 1000)) drift(change);
    });
    setting_.world.at(until, [this, change] {
        if (drifted_) fix(change);
    });
}

void DriftingSite::drift(const Change& change) {
    setting_.note("site", fmt::format("changes {}: {}", change.field.name,
                                      std::array{"renamed", "moved", "retyped",
                                                 "dropped"}[static_cast<std::size_t>(change.how)]));
    drifted_ = misread_ = true;
    drifted_at_ = setting_.world.now();
    setting_.site.reshape(
        [change](const std::string& text) { return shape(text, change.field, change.how); });
}

void DriftingSite::fix(const Change& change) {
    // Until the runs after it have read what they had not understood.
    setting_.world.at(setting_.world.now() + 2h, [this] { misread_ = false; });
    if (change.how == How::dropped) {
        setting_.note("site", "has its old shape again");
        return setting_.site.reshape([](const std::string& text) { return text; });
    }
    setting_.note("operator", fmt::format("corrects {} in the profile", change.field.name));
    setting_.corrected_profile = [change](receptionist::Profile& profile) {
        correct(profile, change.field, change.how);
    };
    if (change.field.is_needed) callers_.take_away_since(drifted_at_);
    machine_.restart();
}

}  // namespace ringbridge::simulation
