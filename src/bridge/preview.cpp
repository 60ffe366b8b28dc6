#include "bridge/preview.hpp"

#include "bridge/matcher.hpp"
#include "bridge/pipeline.hpp"
#include "bridge/window.hpp"
#include "bridge/window_reader.hpp"
#include "core/stop.hpp"

namespace ringbridge::bridge {
namespace {

// As a run would take it up, before it is matched.
Entry entry_of(Call call, const std::optional<Entry>& known) {
    if (known && !known->given_phone.empty()) call.caller_phone = known->given_phone;
    return {.call = std::move(call)};
}

// Those whose contact a run would look for; the others are reported.
Task<std::vector<Entry>> to_be_matched(RunContext* run, std::map<CallId, Call> listed) {
    std::set<CallId> ids;
    for (const auto& [id, call] : listed) ids.insert(id);
    const auto stages = co_await run->ledger.stages(std::move(ids));
    std::vector<Entry> entries;
    for (auto& [id, call] : listed) {
        const auto stage = stages.contains(id) ? stages.at(id) : Stage::seen;
        auto& result = run->report.results[id] = result_of(stage);
        if (result != CallResult::pending) continue;
        const auto known = co_await run->ledger.find(id);
        if (known && !known->contact_id.empty()) {
            run->report.matched_contacts.insert(known->contact_id);
            run->report.results[id] = CallResult::synced;
        } else {
            entries.push_back(entry_of(std::move(call), known));
        }
    }
    co_return entries;
}

}  // namespace

Task<std::map<CallId, Call>> list_for_preview(DetailedPages pages, const bool* stopping,
                                              Report* report) {
    std::map<CallId, Call> calls;
    for (const auto& step : steps_of({report->since, report->until})) {
        std::string cursor;
        for (bool last = false; !last;) {
            if (*stopping) throw StopAsked{};
            auto page = co_await pages.read(step, std::move(cursor));
            if (!page) stop_for(page.error());
            for (auto& call : page->calls) calls.emplace(call.id, std::move(call));
            for (const auto& record : page->unreadable) {
                report->results[record.key] = CallResult::parked;
            }
            cursor = page->next;
            last = page->last;
        }
    }
    co_return calls;
}

Task<> preview(RunContext run, std::map<CallId, Call> listed) {
    auto entries = co_await to_be_matched(&run, std::move(listed));
    run.report.fetched = static_cast<int>(run.report.results.size());
    std::set<std::string> callers;
    for (const auto& entry : entries) callers.insert(entry.call.caller_phone);
    Pipeline pipeline{run};
    auto directory = co_await read_directory(&run.crm.contacts(), run.mapping.region,
                                             callers.size(), run.clock.steady(), &run.log);
    if (directory) {
        pipeline.contacts.set_directory(std::move(*directory));
        pipeline.contacts.begin_round_with_directory();
    } else {
        pipeline.contacts.begin_round();
    }
    Matcher matcher{pipeline, std::move(entries)};
    for (const auto& entry : co_await matcher.find()) {
        if (entry.stage == Stage::seen) run.report.numbers_to_create.insert(entry.phone.e164);
        if (entry.stage == Stage::seen || entry.stage == Stage::matched) {
            run.report.results[entry.call.id] = CallResult::synced;
        }
    }
}

}  // namespace ringbridge::bridge
