#include "bridge/detailed_pages.hpp"

namespace ringbridge::bridge {
namespace {

using ledger::Stage;

bool is_finished(Stage stage) {
    return stage == Stage::done || stage == Stage::parked || stage == Stage::dismissed;
}

}  // namespace

Task<std::expected<receptionist::Page, receptionist::PlatformError>> DetailedPages::read(
    TimeRange window, std::string cursor, receptionist::Patience patience) {
    auto page = co_await receptionist_.read_page(window, std::move(cursor), patience);
    if (!page || !receptionist_.has_details()) co_return page;
    for (std::size_t i = 0; i < page->calls.size(); ++i) {
        const auto failed_before = failed_;
        auto failure = co_await complete(&page->calls[i], std::move(page->records[i]), patience);
        if (failure) co_return std::unexpected(std::move(*failure));
        // A site that fails for every call is not waited for at each.
        if (failed_ > failed_before) patience = receptionist::Patience::one_try;
    }
    co_return page;
}

// Returns the error if it concerns more than this call.
Task<DetailedPages::Failure> DetailedPages::complete(Call* call, std::string record,
                                                     receptionist::Patience patience) {
    const auto entry = co_await ledger_.find(call->id);
    const auto listed = receptionist::hash_of_record(record);
    if (entry && is_finished(entry->stage) && entry->call.listed == listed) {
        *call = entry->call;
        co_return std::nullopt;
    }
    auto whole = co_await receptionist_.read_detail(std::move(record), patience);
    if (whole) {
        *call = std::move(*whole);
        co_return std::nullopt;
    }
    if (!whole.error().perhaps_only_here) co_return std::move(whole.error());
    log_.warn("detail_not_read", {{"call", call->id.text}, {"why", whole.error().why}});
    ++failed_;
    if (entry && !entry->call.id.empty()) {
        *call = entry->call;
        call->listed.clear();
    }
    co_return std::nullopt;
}

}  // namespace ringbridge::bridge
