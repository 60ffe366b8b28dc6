#include "receptionist/listing.hpp"

#include "receptionist/call_codec.hpp"

#include <charconv>

namespace ringbridge::receptionist {
namespace {

// Where in a window the reading stands. Written `PAGES:RECORDS:TOKEN` in a cursor.
struct Progress {
    std::int64_t pages = 0;    // read so far
    std::int64_t records = 0;  // on those, repeats included
    std::string token;         // the platform's own cursor
};

std::int64_t take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, _] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto taken = static_cast<std::size_t>(end - text.data());
    text.remove_prefix(std::min(taken + 1, text.size()));
    return number;
}

Progress read_cursor(std::string_view cursor) {
    Progress progress;
    progress.pages = take_number(cursor);
    progress.records = take_number(cursor);
    progress.token = cursor;
    return progress;
}

std::string write_cursor(const Progress& progress) {
    return std::to_string(progress.pages) + ":" + std::to_string(progress.records) + ":" +
           progress.token;
}

// An empty page ends every listing. A total is believed where it can be true: it ends the listing
// when it is reached, and keeps a page that came short (a platform may allow fewer records a page
// than were asked for) from ending it. Without one, or with one that has already been passed, a
// short page is the end.
bool is_last_numbered(const ListedPage& page, std::int64_t seen, int page_size) {
    if (page.records() == 0) return true;
    if (page.total && *page.total >= seen) return *page.total == seen;
    return page.records() < static_cast<std::size_t>(page_size);
}

bool is_last(const ListedPage& page, std::int64_t seen, const CallStream& stream) {
    if (std::holds_alternative<PageNumbers>(stream.paginator)) {
        return is_last_numbered(page, seen, stream.page_size);
    }
    return page.next_cursor.empty();
}

Trouble too_many_pages(const Profile& profile) {
    return {.cause = Cause::endpoint_moved,
            .why = "The listing does not end after " + std::to_string(profile.calls.max_pages) +
                   " pages: either the paginator in the profile does not fit the site, or this "
                   "window holds more calls than that. Read a shorter window, or raise "
                   "streams.calls.paginator.max_pages.",
            .perhaps_only_here = true};
}

Trouble cursor_repeats(const Profile& profile) {
    const auto& requester = profile.calls.requester;
    return {.cause = Cause::endpoint_moved,
            .why = "The platform's answer to " + requester.method + " " + requester.path +
                   " names the page that was asked for as the next one. Compare "
                   "streams.calls.paginator in the profile with what a browser sends for the "
                   "second page.",
            .perhaps_only_here = true};
}

Trouble trouble_of(UnreadablePage fault, const Profile& profile) {
    const auto& requester = profile.calls.requester;
    const auto told =
        "The platform's answer to " + requester.method + " " + requester.path + " is no ";
    if (fault == UnreadablePage::no_json) {
        return {.cause = Cause::outage,
                .why = told +
                       "whole JSON: it was cut short, or the site has a fault. It is tried "
                       "again by itself at the next run.",
                .perhaps_only_here = true};
    }
    return {.cause = Cause::endpoint_moved,
            .why = told + "list of calls: there is no list at " +
                   profile.calls.record_selector.text +
                   ". Compare streams.calls.record_selector in the profile with an answer that a "
                   "browser gets.",
            .perhaps_only_here = true};
}

Values values_of(const TimeRange& window, const Progress& progress, const CallStream& stream) {
    const auto* pages = std::get_if<PageNumbers>(&stream.paginator);
    const auto first = pages == nullptr ? 1 : pages->start;
    return {{"window.since", format_utc(window.since)},
            {"window.until", format_utc(window.until)},
            {"page", std::to_string(first + progress.pages)},
            {"page_size", std::to_string(stream.page_size)},
            {"cursor", progress.token}};
}

RequestTemplate request_of(const Progress& progress, const CallStream& stream) {
    auto request = stream.requester;
    const auto* cursors = std::get_if<Cursors>(&stream.paginator);
    if (cursors != nullptr && !progress.token.empty()) {
        request.query.emplace_back(cursors->query, "${cursor}");
    }
    return request;
}

}  // namespace

Receptionist::Receptionist(Profile profile, std::string base_url, Credentials credentials,
                           Http& http, Clock& clock, Log& log, Keeper& keeper)
    : profile_{std::move(profile)},
      session_{profile_, std::move(base_url), std::move(credentials), http, clock, log, keeper} {}

Task<std::expected<void, Trouble>> Receptionist::open() { return session_.open(); }

Task<std::expected<void, Trouble>> Receptionist::refresh(bool force) {
    return session_.refresh(force);
}

Task<TokenStatus> Receptionist::token_status() { return session_.status(); }

Task<std::expected<Page, Trouble>> Receptionist::read_page(TimeRange window, std::string cursor,
                                                           Patience patience) {
    const auto& stream = profile_.calls;
    auto progress = read_cursor(cursor);
    if (progress.pages >= stream.max_pages) co_return std::unexpected(too_many_pages(profile_));
    auto answer = co_await session_.send(request_of(progress, stream),
                                         values_of(window, progress, stream), patience);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto listed = read_listed_page(std::move(answer->body), stream, profile_.mapping);
    if (!listed) co_return std::unexpected(trouble_of(listed.error(), profile_));
    if (!progress.token.empty() && listed->next_cursor == progress.token) {
        co_return std::unexpected(cursor_repeats(profile_));
    }
    progress = {.pages = progress.pages + 1,
                .records = progress.records + static_cast<std::int64_t>(listed->records()),
                .token = listed->next_cursor};
    const bool last = is_last(*listed, progress.records, stream);
    co_return Page{.calls = std::move(listed->calls),
                   .unreadable = std::move(listed->unreadable),
                   .last = last,
                   .next = last ? std::string{} : write_cursor(progress)};
}

Task<std::expected<FieldSurvey, Trouble>> Receptionist::survey(TimeRange window) {
    const auto& stream = profile_.calls;
    const Progress first;
    auto answer =
        co_await session_.send(request_of(first, stream), values_of(window, first, stream));
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto survey = survey_fields(std::move(answer->body), stream, profile_.mapping);
    if (!survey) co_return std::unexpected(trouble_of(survey.error(), profile_));
    co_return std::move(*survey);
}

}  // namespace ringbridge::receptionist
