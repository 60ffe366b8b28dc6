#include "receptionist/listing.hpp"

#include "core/text.hpp"
#include "receptionist/event.hpp"
#include "receptionist/paging.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace ringbridge::receptionist {
namespace {

constexpr std::size_t surveyed_details = 5;

// Independent of the records' order; empty if there are none.
std::string hash_of_ids(const ListedPage& page) {
    std::set<std::string_view> ids;
    for (const auto& call : page.calls) ids.insert(call.id.text);
    for (const auto& record : page.unreadable) ids.insert(record.key.text);
    for (const auto& record : page.left_out) ids.insert(record.key.text);
    for (const auto& other : page.others) ids.insert(other);
    std::string all;
    for (const auto id : ids) all.append(id).push_back('\n');
    return all.empty() ? all : stable_hash(all);
}

bool is_within(const Call& call, const TimeRange& window) {
    return call.undated || (call.called_at >= window.since && call.called_at <= window.until);
}

// For a page that came twice: whether the platform has returned everything. It has if pages
// differed before; if the page is longer than requested, so nothing was cut off; or if it is not
// filtered by time, so no other window shows more. So does a short page: it was asked for only
// because it might have been full.
bool is_everything(const ListedPage& page, const Progress& before, const TimeRange& window) {
    if (page.total) return *page.total <= before.records;
    if (std::cmp_less(page.count(), before.page_size)) return true;
    const auto within = [&](const Call& call) { return is_within(call, window); };
    return before.pages > 1 || std::cmp_greater(page.count(), before.page_size) ||
           !std::ranges::all_of(page.calls, within);
}

PlatformError too_many_pages(const Profile& profile) {
    return {.cause = Cause::endpoint_moved,
            .why = "The listing does not end after " +
                   std::to_string(profile.calls.paging.max_pages) +
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

PlatformError one_time(const Profile& profile) {
    const auto& requester = profile.calls.requester;
    return {.cause = Cause::endpoint_moved,
            .why = "The platform's answer to " + requester.method + " " + requester.path +
                   " is a full page of calls of one moment: no request can ask for the rest. Raise "
                   "streams.calls.paginator.page_size_max in the profile, if the site allows it.",
            .perhaps_only_here = true};
}

PlatformError cursor_repeats(const Profile& profile) {
    const auto& requester = profile.calls.requester;
    return {.cause = Cause::endpoint_moved,
            .why = "The platform's answer to " + requester.method + " " + requester.path +
                   " names a page as the next one that was read before. Compare "
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
    ListedPage kept;
    kept.others = std::move(page.others);
    for (std::size_t i = 0; i < page.calls.size(); ++i) {
        auto& call = page.calls[i];
        if (!is_within(call, window)) {
            kept.others.push_back(stable_hash(call.id.text));
            continue;
        }
        kept.calls.push_back(std::move(call));
        kept.records.push_back(std::move(page.records[i]));
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

Receptionist::Receptionist(std::shared_ptr<const Profile> profile, std::string base_url,
                           Credentials credentials, Http& http, Clock& clock, Log& log,
                           SessionStore& session_store, std::set<std::string> agents)
    : shared_profile_{std::move(profile)},
      chosen_agents_{std::move(agents)},
      agents_{chosen_agents_},
      page_size_{profile_.calls.paging.page_size},
      log_{log},
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
    const auto& paging = stream.paging;
    if (progress.pages * progress.page_size >= std::int64_t{paging.max_pages} * paging.page_size) {
        co_return std::unexpected(too_many_pages(profile_));
    }
    auto listed = co_await list(window, &progress, patience);
    if (!listed) co_return std::unexpected(std::move(listed.error()));
    const auto* cursors = std::get_if<Cursors>(&paging.paginator);
    const auto* times = std::get_if<Times>(&paging.paginator);
    const bool names_next = cursors || std::holds_alternative<Links>(paging.paginator);
    if (names_next && listed->has_more == true && listed->count() > 0 &&
        listed->next_cursor.empty()) {
        co_return std::unexpected(no_next_page(profile_, "follows, and it is not said which"));
    }
    const auto& token = listed->next_cursor;
    const bool is_same = !progress.token.empty() && token == progress.token;
    if (!times && (is_same || (!token.empty() && stable_hash(token) == progress.mark))) {
        // A cursor that includes the record that it is taken from.
        const bool is_of_record = is_same && cursors && cursors->in_last_record;
        if (!is_of_record) co_return std::unexpected(cursor_repeats(profile_));
        listed->next_cursor.clear();
    }
    auto next = progress;
    ++next.pages;
    next.records += static_cast<std::int64_t>(listed->count());
    next.last_page = hash_of_ids(*listed);
    next.token = listed->next_cursor;
    // By Brent's rule each cycle of cursors is noticed, however long it is.
    if (std::has_single_bit(static_cast<std::uint64_t>(next.pages))) {
        next.mark = stable_hash(next.token);
    }
    bool last = is_last(*listed, next, stream, window);
    if (times && !last && next.token == progress.token) {
        // A full page of one time: there may be more of it.
        if (next.page_size >= times->page_size_max) co_return std::unexpected(one_time(profile_));
        next.page_size = std::min(2 * next.page_size, times->page_size_max);
    }
    const bool again =
        !times && !last && !next.last_page.empty() && next.last_page == progress.last_page;
    if (again && co_await is_stuck(window, progress, next.last_page, patience)) {
        last = is_everything(*listed, progress, window);
        if (!last) co_return std::unexpected(page_repeats(profile_));
    }
    const bool is_void = listed->count() == 0 && progress.records == 0 && listed->total > 0;
    const auto total = last && !stream.newest_first ? listed->total : std::nullopt;
    const auto total_fits = total ? std::optional{total.value_or(0) == next.records} : std::nullopt;
    if (!takes_window(stream.requester)) keep_within(window, *listed);
    // The next agent, even if those listed have changed meanwhile.
    const auto next_agent = agents_.upper_bound(progress.agent);
    if (last && stream.agents && next_agent != agents_.end()) {
        next = {.page_size = page_size_, .agent = *next_agent};
        last = false;
    }
    co_return Page{std::move(*listed), last, last ? std::string{} : write_cursor(next), total_fits,
                   is_void};
}

Task<std::expected<void, PlatformError>> Receptionist::list_agents(Patience patience) {
    if (!chosen_agents_.empty()) co_return std::expected<void, PlatformError>{};
    const auto agents = profile_.calls.agents.value_or(AgentList{});
    std::set<std::string> ids;
    Progress progress{.page_size = agents.paging.page_size};
    for (bool last = false; !last;) {
        auto answer = co_await session_.send(request_of(progress, agents.requester, agents.paging),
                                             page_values(progress, agents.paging), {}, patience);
        if (!answer) co_return std::unexpected(std::move(answer.error()));
        auto page = agents_in(std::move(answer->body), agents);
        if (!page) co_return std::unexpected(no_agents(agents));
        const auto known = ids.size();
        ids.merge(page->ids);
        ++progress.pages;
        progress.records += static_cast<std::int64_t>(page->count);
        progress.token = page->signs.next_cursor;
        // A page that brings nothing new ends a list that ignores the page number.
        last = ids.size() == known || progress.pages >= agents.paging.max_pages ||
               is_last(page->signs, page->count, progress, agents.paging);
    }
    agents_ = std::move(ids);
    co_return std::expected<void, PlatformError>{};
}

Task<std::expected<ListedPage, PlatformError>> Receptionist::list(TimeRange window,
                                                                  Progress* progress,
                                                                  Patience patience) {
    auto answer = co_await ask(window, progress, patience);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (profile_.calls.lookup) co_await look_up(ids_to_look_up(answer->body, profile_.calls));
    auto listed = read_listed_page(answer->body, profile_.calls, profile_.mapping, looked_up_);
    if (!listed) co_return std::unexpected(error_of(listed.error(), profile_));
    if (std::holds_alternative<Links>(profile_.calls.paging.paginator)) {
        auto next = next_link(listed->next_cursor, answer->headers, session_.base_url());
        if (!next) co_return std::unexpected(no_next_page(profile_, "is on another site"));
        listed->next_cursor = std::move(*next);
    }
    co_return std::move(*listed);
}

// The list is asked for again when a call names what it did not have. Without it the calls are
// carried all the same.
Task<> Receptionist::look_up(std::set<std::string> ids) {
    std::erase_if(ids, [&](const std::string& id) { return looked_up_.contains(id); });
    if (ids.empty()) co_return;
    const auto lookup = profile_.calls.lookup.value_or(Lookup{});
    auto answer = co_await session_.send(lookup.requester, {}, {}, Patience::one_try);
    auto found =
        answer ? looked_up_in(std::move(answer->body), lookup, profile_.mapping) : std::nullopt;
    for (auto& [id, object] : found.value_or(LookedUp{})) looked_up_[id] = object;
    const bool passes = !answer && answer.error().move() == NextMove::try_later;
    if (!found) {
        log_.warn("lookup_not_read",
                  {{"why", answer ? "there is no list at " + lookup.record_selector.text
                                  : answer.error().why}});
    }
    for (const auto& id : ids) {
        if (!passes) looked_up_.try_emplace(id);
    }
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
            co_await session_.send(request_of(*progress, stream.requester, stream.paging),
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
    if (!std::holds_alternative<PageNumbers>(profile_.calls.paging.paginator)) co_return true;
    --progress.pages;
    const auto before = co_await list(window, &progress, patience);
    co_return before&& hash_of_ids(*before) == page;
}

std::string Receptionist::version_of(const std::string& record, UtcTime made_at) const {
    const auto& detail = profile_.calls.detail;
    const auto again_after = detail ? detail->again_after : Milliseconds{0};
    const bool is_early = again_after.count() > 0 && session_.now() < made_at + again_after;
    return hash_of_record(record) + (is_early ? " early" : "");
}

Task<std::expected<DetailedCall, PlatformError>> Receptionist::read_detail(std::string record,
                                                                           Patience patience) {
    const auto merged =
        co_await detail_over(record, record, profile_.calls.detail.value_or(Detail{}), patience);
    if (!merged) co_return std::unexpected(merged.error());
    auto read = read_records({*merged}, CallStream{}, profile_.mapping);
    if (read.calls.empty()) {
        co_return std::unexpected(
            no_detail(profile_.calls.detail.value_or(Detail{}), read.unreadable.front().why));
    }
    co_return DetailedCall{std::move(read.calls.front()), std::move(read.records.front())};
}

// Of an event in which no call was found, the whole was kept. An event is as old as it was.
ReadRecords Receptionist::read_again(const std::string& raw) const {
    auto read = read_records({raw}, profile_.calls, profile_.mapping);
    if (!profile_.webhook) return read;
    if (read.calls.empty()) {
        const auto event = read_event(raw, *profile_.webhook);
        if (const auto* sent = std::get_if<CallEvent>(&event)) {
            read = read_records({sent->record}, profile_.calls, profile_.mapping);
        }
    }
    for (std::size_t i = 0; i < read.calls.size(); ++i) {
        read.calls[i].event = event_age_in(read.records[i].raw, *profile_.webhook);
    }
    return read;
}

Task<std::expected<Call, PlatformError>> Receptionist::read_call(std::string record,
                                                                 Patience patience) {
    const auto detail = profile_.webhook_detail.value_or(Detail{});
    const auto id = id_of_record(record, profile_.mapping);
    const auto detailed = co_await detail_over("{}", std::move(record), detail, patience);
    if (!detailed) co_return std::unexpected(detailed.error());
    auto call = call_in(*detailed, detail);
    if (!call || call->id == id) co_return call;
    co_return std::unexpected(no_detail(detail, "it is another call's"));
}

std::expected<Call, PlatformError> Receptionist::call_in(const std::string& detailed,
                                                         const Detail& detail) const {
    auto call = read_record(detailed, profile_.mapping);
    if (const auto* unreadable = std::get_if<UnreadableRecord>(&call)) {
        return std::unexpected(no_detail(detail, unreadable->why));
    }
    return std::get<Call>(std::move(call));
}

Task<std::expected<std::string, PlatformError>> Receptionist::detail_over(std::string known,
                                                                          std::string record,
                                                                          Detail detail,
                                                                          Patience patience) {
    auto answer = co_await session_.send(
        detail.request, values_of_record(record, names_in(detail.request)), {}, patience);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto merged = merge_detail(known, answer->body, detail.record);
    if (merged) co_return std::move(*merged);
    auto error = no_detail(detail, "there is no object at " + detail.record.text);
    error.not_found = true;
    co_return std::unexpected(std::move(error));
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
    if (profile_.calls.lookup) co_await look_up(ids_to_look_up(answer->body, profile_.calls));
    auto survey =
        survey_fields(std::move(answer->body), profile_.calls, profile_.mapping, looked_up_);
    if (!survey) co_return std::unexpected(error_of(survey.error(), profile_));
    co_return std::move(*survey);
}

// Of the first few calls: a detail is a request.
Task<std::expected<FieldSurvey, PlatformError>> Receptionist::survey_details(std::string body) {
    const auto page = read_listed_page(std::move(body), profile_.calls, profile_.mapping);
    if (!page) co_return std::unexpected(error_of(page.error(), profile_));
    std::string records;
    for (std::size_t i = 0; i < std::min(page->records.size(), surveyed_details); ++i) {
        const auto whole =
            co_await detail_over(page->records[i].raw, page->records[i].raw,
                                 profile_.calls.detail.value_or(Detail{}), Patience::usual);
        if (!whole) co_return std::unexpected(whole.error());
        records += (records.empty() ? "" : ",") + *whole;
    }
    const CallStream list_of_records{.requester = {}, .record_selector = JsonPath{{}, "$[*]"}};
    auto survey = survey_fields("[" + records + "]", list_of_records, profile_.mapping);
    if (!survey) co_return std::unexpected(error_of(survey.error(), profile_));
    co_return std::move(*survey);
}

}  // namespace ringbridge::receptionist
