#include "receptionist/listing.hpp"

#include "core/text.hpp"
#include "receptionist/paging.hpp"

#include <algorithm>
#include <set>

namespace ringbridge::receptionist {
namespace {

constexpr std::size_t surveyed_details = 5;

// Independent of the records' order; empty if there are none.
std::string hash_of_ids(const ListedPage& page) {
    std::set<std::string_view> ids;
    for (const auto& call : page.calls) ids.insert(call.id.text);
    for (const auto& record : page.unreadable) ids.insert(record.key.text);
    for (const auto& other : page.others) ids.insert(other);
    std::string all;
    for (const auto id : ids) all.append(id).push_back('\n');
    return all.empty() ? all : stable_hash(all);
}

bool is_within(const Call& call, const TimeRange& window) {
    return call.called_at >= window.since && call.called_at <= window.until;
}

// For a page that came twice: whether the platform has returned everything. It has if pages
// differed before; if the page is longer than requested, so nothing was cut off; or if it is not
// filtered by time, so no other window shows more.
bool is_everything(const ListedPage& page, const Progress& before, const TimeRange& window) {
    if (page.total) return *page.total <= before.records;
    const auto within = [&](const Call& call) { return is_within(call, window); };
    return before.pages > 1 || std::cmp_greater(page.count(), before.page_size) ||
           !std::ranges::all_of(page.calls, within);
}

PlatformError too_many_pages(const Profile& profile) {
    return {.cause = Cause::endpoint_moved,
            .why = "The listing does not end after " + std::to_string(profile.calls.max_pages) +
                   " pages: either the paginator in the profile does not match the site, or this "
                   "window holds more calls than that. Read a shorter window, or raise "
                   "streams.calls.paginator.max_pages.",
            .perhaps_only_here = true};
}

PlatformError page_repeats(const Profile& profile) {
    const auto& requester = profile.calls.requester;
    return {.cause = Cause::endpoint_moved,
            .why = "The platform's listing " + requester.method + " " + requester.path +
                   " ignores the page number: it returns the same calls again, and may have more. "
                   "Compare streams.calls.paginator in the profile with what a browser sends for "
                   "the second page.",
            .perhaps_only_here = true};
}

PlatformError too_long(PlatformError error, const RequestTemplate& request) {
    error.why += takes_page_size(request)
                     ? " It holds a single record: no smaller page can be requested."
                     : " Smaller pages cannot be requested: put ${page_size} into the profile's "
                       "streams.calls.requester, where the site accepts it.";
    return error;
}

PlatformError cursor_repeats(const Profile& profile) {
    const auto& requester = profile.calls.requester;
    return {.cause = Cause::endpoint_moved,
            .why = "The platform's answer to " + requester.method + " " + requester.path +
                   " names the requested page as the next one. Compare "
                   "streams.calls.paginator in the profile with what a browser sends for the "
                   "second page.",
            .perhaps_only_here = true};
}

// Reading must not end here as if there were no more calls.
PlatformError no_next_page(const Profile& profile, const std::string& why) {
    const auto& requester = profile.calls.requester;
    return {.cause = Cause::endpoint_moved,
            .why = "By the platform's answer to " + requester.method + " " + requester.path +
                   ", the next page " + why +
                   ". Compare streams.calls.paginator in the profile with what a browser sends for "
                   "the second page.",
            .perhaps_only_here = true};
}

PlatformError error_of(UnreadablePage fault, const Profile& profile) {
    const auto& requester = profile.calls.requester;
    const auto answer =
        "The platform's answer to " + requester.method + " " + requester.path + " is not ";
    if (fault == UnreadablePage::no_json) {
        return {.cause = Cause::outage,
                .why = answer +
                       "valid JSON: it was cut short, or the site has a bug. The next run "
                       "retries it automatically.",
                .perhaps_only_here = true};
    }
    return {.cause = Cause::endpoint_moved,
            .why = answer + "a list of calls: there is no list at " +
                   profile.calls.record_selector.text +
                   ". Compare streams.calls.record_selector in the profile with an answer in a "
                   "browser.",
            .perhaps_only_here = true};
}

// What the site was not asked to leave out.
void keep_within(const TimeRange& window, ListedPage& page) {
    ListedPage kept{.others = std::move(page.others)};
    for (std::size_t i = 0; i < page.calls.size(); ++i) {
        auto& call = page.calls[i];
        if (!is_within(call, window)) {
            kept.others.push_back(stable_hash(call.id.text));
            continue;
        }
        kept.calls.push_back(std::move(call));
        if (!page.records.empty()) kept.records.push_back(std::move(page.records[i]));
    }
    page.calls = std::move(kept.calls);
    page.records = std::move(kept.records);
    page.others = std::move(kept.others);
}

PlatformError no_agents(const AgentList& agents) {
    return {Cause::endpoint_moved,
            "The platform's answer to " + agents.requester.method + " " + agents.requester.path +
                " is not a list of agents: there is no list with ids at " +
                agents.record_selector.text +
                ". Compare streams.agents in the profile with an answer in a browser."};
}

PlatformError no_detail(const Detail& detail, const std::string& why) {
    return {.cause = Cause::endpoint_moved,
            .why = "The platform's answer to " + detail.request.method + " " + detail.request.path +
                   " is not a call's detail: " + why +
                   ". Compare streams.calls.detail in the profile with what a browser gets when it "
                   "opens a call.",
            .perhaps_only_here = true};
}

}  // namespace

Receptionist::Receptionist(Profile profile, std::string base_url, Credentials credentials,
                           Http& http, Clock& clock, Log& log, SessionStore& session_store,
                           std::set<std::string> agents)
    : profile_{std::move(profile)},
      chosen_agents_{std::move(agents)},
      agents_{chosen_agents_},
      page_size_{profile_.calls.page_size},
      session_{profile_, std::move(base_url), std::move(credentials), http, clock,
               log,      session_store} {}

Task<std::expected<void, PlatformError>> Receptionist::open() { return session_.open(); }

Task<std::expected<void, PlatformError>> Receptionist::refresh(bool force) {
    return session_.refresh(force);
}

Task<TokenStatus> Receptionist::token_status() { return session_.status(); }

Task<std::expected<Page, PlatformError>> Receptionist::read_page(TimeRange window,
                                                                 std::string cursor,
                                                                 Patience patience) {
    const auto& stream = profile_.calls;
    auto progress = cursor.empty() ? Progress{.page_size = page_size_} : read_cursor(cursor);
    if (stream.agents && cursor.empty()) {
        const auto listed = co_await list_agents(patience);
        if (!listed) co_return std::unexpected(listed.error());
        if (agents_.empty()) co_return Page{};
        progress.agent = *agents_.begin();
    }
    if (progress.pages * progress.page_size >= std::int64_t{stream.max_pages} * stream.page_size) {
        co_return std::unexpected(too_many_pages(profile_));
    }
    auto listed = co_await list(window, &progress, patience);
    if (!listed) co_return std::unexpected(std::move(listed.error()));
    const auto* cursors = std::get_if<Cursors>(&stream.paginator);
    const bool names_next = cursors || std::holds_alternative<Links>(stream.paginator);
    if (names_next && listed->has_more == true && listed->count() > 0 &&
        listed->next_cursor.empty()) {
        co_return std::unexpected(no_next_page(profile_, "follows, and it is not said which"));
    }
    if (!progress.token.empty() && listed->next_cursor == progress.token) {
        // A cursor that includes the record that it is taken from.
        if (!cursors || !cursors->in_last_record) {
            co_return std::unexpected(cursor_repeats(profile_));
        }
        listed->next_cursor.clear();
    }
    auto next = progress;
    ++next.pages;
    next.records += static_cast<std::int64_t>(listed->count());
    next.last_page = hash_of_ids(*listed);
    next.token = listed->next_cursor;
    bool last = is_last(*listed, next, stream, window);
    const bool again = !last && !next.last_page.empty() && next.last_page == progress.last_page;
    if (again && co_await is_stuck(window, progress, next.last_page, patience)) {
        last = is_everything(*listed, progress, window);
        if (!last) co_return std::unexpected(page_repeats(profile_));
    }
    if (!takes_window(stream.requester)) keep_within(window, *listed);
    // The next agent, even if those listed have changed meanwhile.
    const auto next_agent = agents_.upper_bound(progress.agent);
    if (last && stream.agents && next_agent != agents_.end()) {
        next = {.page_size = page_size_, .agent = *next_agent};
        last = false;
    }
    co_return Page{.calls = std::move(listed->calls),
                   .records = std::move(listed->records),
                   .unreadable = std::move(listed->unreadable),
                   .last = last,
                   .next = last ? std::string{} : write_cursor(next)};
}

Task<std::expected<void, PlatformError>> Receptionist::list_agents(Patience patience) {
    if (!chosen_agents_.empty()) co_return std::expected<void, PlatformError>{};
    const auto agents = profile_.calls.agents.value_or(AgentList{});
    auto answer = co_await session_.send(agents.requester, {}, {}, patience);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto ids = agents_in(std::move(answer->body), agents);
    if (!ids) co_return std::unexpected(no_agents(agents));
    agents_ = std::move(*ids);
    co_return std::expected<void, PlatformError>{};
}

Task<std::expected<ListedPage, PlatformError>> Receptionist::list(TimeRange window,
                                                                  Progress* progress,
                                                                  Patience patience) {
    auto answer = co_await ask(window, progress, patience);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto listed = read_listed_page(answer->body, profile_.calls, profile_.mapping);
    if (!listed) co_return std::unexpected(error_of(listed.error(), profile_));
    if (std::holds_alternative<Links>(profile_.calls.paginator)) {
        auto next = next_link(listed->next_cursor, answer->headers, session_.base_url());
        if (!next) co_return std::unexpected(no_next_page(profile_, "is on another site"));
        listed->next_cursor = std::move(*next);
    }
    co_return std::move(*listed);
}

// The page at `progress`. If it is too long, the window restarts with smaller pages: these are
// numbered differently, and a platform may make them smaller still.
Task<std::expected<HttpResponse, PlatformError>> Receptionist::ask(TimeRange window,
                                                                   Progress* progress,
                                                                   Patience patience) {
    const auto& stream = profile_.calls;
    const FaultIn fault_in = [this](const std::string& body) -> std::optional<PlatformError> {
        const auto fault = fault_in_page(body, profile_.calls);
        return fault ? std::optional{error_of(*fault, profile_)} : std::nullopt;
    };
    for (;;) {
        auto answer =
            co_await session_.send(request_of(*progress, stream),
                                   values_of(window, *progress, stream), fault_in, patience);
        if (answer || !answer.error().too_long) co_return answer;
        if (progress->page_size == 1 || !takes_page_size(stream.requester)) {
            co_return std::unexpected(too_long(std::move(answer.error()), stream.requester));
        }
        page_size_ = progress->page_size / 2;
        *progress = {.page_size = page_size_, .agent = progress->agent};
    }
}

// Whether the previous page still equals this one. If not, a full page of new calls arrived in
// between and shifted all others by a page.
Task<bool> Receptionist::is_stuck(TimeRange window, Progress progress, std::string page,
                                  Patience patience) {
    if (!std::holds_alternative<PageNumbers>(profile_.calls.paginator)) co_return true;
    --progress.pages;
    const auto before = co_await list(window, &progress, patience);
    co_return before&& hash_of_ids(*before) == page;
}

Task<std::expected<Call, PlatformError>> Receptionist::read_detail(std::string record,
                                                                   Patience patience) {
    const auto merged = co_await with_detail(record, patience);
    if (!merged) co_return std::unexpected(merged.error());
    auto call = read_record(*merged, profile_.mapping);
    if (const auto* unreadable = std::get_if<UnreadableRecord>(&call)) {
        co_return std::unexpected(
            no_detail(profile_.calls.detail.value_or(Detail{}), unreadable->why));
    }
    auto whole = std::get<Call>(std::move(call));
    whole.listed = hash_of_record(record);
    co_return whole;
}

Task<std::expected<std::string, PlatformError>> Receptionist::with_detail(std::string record,
                                                                          Patience patience) {
    const auto detail = profile_.calls.detail.value_or(Detail{});
    auto answer = co_await session_.send(
        detail.request, values_of_record(record, names_in(detail.request)), {}, patience);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto merged = merge_detail(record, answer->body, detail.record);
    if (merged) co_return std::move(*merged);
    co_return std::unexpected(no_detail(detail, "there is no object at " + detail.record.text));
}

Task<std::expected<FieldSurvey, PlatformError>> Receptionist::survey(TimeRange window) {
    Progress first{.page_size = page_size_};
    if (profile_.calls.agents) {
        const auto listed = co_await list_agents(Patience::usual);
        if (!listed) co_return std::unexpected(listed.error());
        if (agents_.empty()) co_return FieldSurvey{};
        first.agent = *agents_.begin();
    }
    auto answer = co_await ask(window, &first, Patience::usual);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (has_details()) co_return co_await survey_details(std::move(answer->body));
    auto survey = survey_fields(std::move(answer->body), profile_.calls, profile_.mapping);
    if (!survey) co_return std::unexpected(error_of(survey.error(), profile_));
    co_return std::move(*survey);
}

// Of the first few calls: a detail is a request.
Task<std::expected<FieldSurvey, PlatformError>> Receptionist::survey_details(std::string body) {
    const auto page = read_listed_page(std::move(body), profile_.calls, profile_.mapping);
    if (!page) co_return std::unexpected(error_of(page.error(), profile_));
    std::string records;
    for (std::size_t i = 0; i < std::min(page->records.size(), surveyed_details); ++i) {
        const auto whole = co_await with_detail(page->records[i], Patience::usual);
        if (!whole) co_return std::unexpected(whole.error());
        records += (records.empty() ? "" : ",") + *whole;
    }
    const CallStream list_of_records{.requester = {}, .record_selector = JsonPath{{}, "$[*]"}};
    auto survey = survey_fields("[" + records + "]", list_of_records, profile_.mapping);
    if (!survey) co_return std::unexpected(error_of(survey.error(), profile_));
    co_return std::move(*survey);
}

}  // namespace ringbridge::receptionist
