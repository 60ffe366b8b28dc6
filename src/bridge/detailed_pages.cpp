#include "bridge/detailed_pages.hpp"

#include <utility>

namespace ringbridge::bridge {
namespace {

using ledger::Stage;
using receptionist::ListedRecord;

bool is_finished(Stage stage) {
    return stage == Stage::done || stage == Stage::parked || stage == Stage::dismissed;
}

}  // namespace

Task<std::expected<receptionist::Page, receptionist::PlatformError>> DetailedPages::read(
    TimeRange window, std::string cursor, receptionist::Patience patience) {
    if (before_request_) co_await before_request_();
    auto page = co_await receptionist_.read_page(window, std::move(cursor), patience);
    if (!page || !receptionist_.has_details()) co_return page;
    for (std::size_t i = 0; i < page->calls.size(); ++i) {
        const auto failed_before = failed_;
        auto failure = co_await complete(&page->calls[i], &page->records[i], patience);
        if (failure) co_return std::unexpected(std::move(*failure));
        // A site that fails for every call is not waited for at each.
        if (failed_ > failed_before) patience = receptionist::Patience::one_try;
    }
    co_return page;
}

// Returns the error if it concerns more than this call.
Task<DetailedPages::Failure> DetailedPages::complete(Call* call, ListedRecord* record,
                                                     receptionist::Patience patience) {
    const auto entry = co_await ledger_.find(call->id);
    const auto listed = std::exchange(*record, {});
    auto version = receptionist_.version_of(listed.raw, call->called_at);
    if (entry && is_finished(entry->stage) && entry->call.listed == version) {
        *call = entry->call;
        co_return std::nullopt;
    }
    if (before_request_) co_await before_request_();
    auto whole = co_await receptionist_.read_detail(listed.raw, patience);
    if (whole) {
        *call = std::move(whole->call);
        call->listed = std::move(version);
        *record = std::move(whole->record);
        // What the listing alone shows: the fields of the profile's filter, which come last.
        for (auto i = record->fields.size(); i < listed.fields.size(); ++i) {
            record->fields.push_back(listed.fields[i]);
        }
        co_return std::nullopt;
    }
    if (!whole.error().perhaps_only_here) co_return std::move(whole.error());
    log_.warn("detail_not_read", {{"call", call->id.text}, {"why", whole.error().why}});
    ++failed_;
    record->no_detail = whole.error().why;
    if (entry && !entry->unreadable) {
        *call = entry->call;
        call->listed.clear();
    }
    co_return std::nullopt;
}

}  // namespace ringbridge::bridge
