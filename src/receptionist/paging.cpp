#include "receptionist/paging.hpp"

#include "core/match.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "receptionist/local_time.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>
#include <utility>

namespace ringbridge::receptionist {
namespace {

std::string unix_seconds(UtcTime time) { return std::to_string(to_unix_ms(time) / 1000); }

// Platforms cut pages at round numbers: such a page may be full, whatever size was requested.
bool may_be_full(std::size_t records) { return records > 0 && records % 10 == 0; }

// An empty page ends every listing. A plausible total ends the listing when it is reached, and
// prevents a short page from ending it (a platform may return fewer records per page than
// requested), unless it is just the number of records on a full first page. Without a total, or
// past it, a short page is the last.
bool is_last_numbered(const PageSigns& page, std::size_t count, std::int64_t seen, int page_size) {
    if (count == 0) return true;
    if (page.has_more) return !*page.has_more;
    const auto size = static_cast<std::size_t>(page_size);
    if (page.total && *page.total >= seen) {
        const bool is_of_page = std::cmp_equal(*page.total, count) && count == size;
        return *page.total == seen && !is_of_page;
    }
    return count < size && !may_be_full(count);
}

// A cursor taken from a record is there on the last page too.
bool is_last_by_cursor(const PageSigns& page, std::size_t count, const Progress& progress,
                       const Cursors& cursors) {
    if (page.next_cursor.empty() || page.has_more == false) return true;
    if (!cursors.in_last_record || page.has_more) return false;
    return is_last_numbered(page, count, progress.records, progress.page_size);
}

bool is_older(const ListedPage& page, const TimeRange& window) {
    return !page.calls.empty() && std::ranges::all_of(page.calls, [&](const Call& call) {
        return call.called_at < window.since;
    });
}

// One link of a Link header: `<https://site.test/calls?page=2>; rel="next"`.
std::string target_if_next(std::string_view link) {
    const auto open = link.find('<'), close = link.find('>');
    if (open == std::string_view::npos || close == std::string_view::npos) return {};
    const auto parameters = lower_case(link.substr(close + 1));
    const bool next = parameters.contains("rel=\"next\"") || parameters.contains("rel=next");
    return next ? std::string{link.substr(open + 1, close - open - 1)} : std::string{};
}

// Up to the next comma that separates links: addresses and quoted texts may contain some.
std::string_view first_link(std::string_view links) {
    char closing = '\0';
    for (std::size_t at = 0; at < links.size(); ++at) {
        const char c = links[at];
        if (closing != '\0') {
            if (c == closing) closing = '\0';
        } else if (c == '<' || c == '"') {
            closing = c == '<' ? '>' : c;
        } else if (c == ',') {
            return links.substr(0, at);
        }
    }
    return links;
}

std::string address_in(const Headers& headers) {
    for (const auto& [name, value] : headers) {
        if (lower_case(name) != "link") continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto link = first_link(rest);
            if (auto target = target_if_next(link); !target.empty()) return target;
            rest.remove_prefix(std::min(link.size() + 1, rest.size()));
        }
    }
    return {};
}

}  // namespace

bool takes_page_size(const RequestTemplate& request) { return uses(request, "page_size"); }

bool takes_window(const RequestTemplate& request) {
    return std::ranges::any_of(names_in(request),
                               [](const auto& name) { return name.starts_with("window."); });
}

std::optional<std::string> next_link(const std::string& address, const Headers& headers,
                                     const std::string& base_url) {
    auto next = address.empty() ? address_in(headers) : address;
    if (next.empty()) return next;
    if (next.starts_with('/') && !next.starts_with("//")) return next;
    if (next.starts_with('?')) return next;
    const auto origin = origin_of(next);
    if (origin.empty() || origin != origin_of(base_url)) return std::nullopt;
    return next;
}

RequestTemplate request_of(const Progress& progress, RequestTemplate request,
                           const Paging& paging) {
    if (progress.token.empty()) return request;
    if (const auto* cursors = std::get_if<Cursors>(&paging.paginator)) {
        if (!cursors->query.empty()) request.query.emplace_back(cursors->query, "${cursor}");
    } else if (std::holds_alternative<Links>(paging.paginator)) {
        request.query.clear();
        // The address as the site gave it: there are no placeholders in it.
        auto path =
            progress.token.starts_with('?') ? request.path + progress.token : progress.token;
        for (auto at = path.find("${"); at != std::string::npos; at = path.find("${", at)) {
            path.replace(at, 1, "%24");
        }
        request.path = std::move(path);
    }
    return request;
}

Values page_values(const Progress& progress, const Paging& paging) {
    const auto* pages = std::get_if<PageNumbers>(&paging.paginator);
    const auto first = pages == nullptr ? 1 : pages->start;
    return {{"page", std::to_string(first + progress.pages)},
            {"offset", std::to_string(progress.records)},
            {"page_size", std::to_string(progress.page_size)},
            {"cursor", progress.token}};
}

Values values_of(const TimeRange& window, const Progress& progress, const CallStream& stream) {
    Values values{
        {"window.since", format_utc(window.since)},
        {"window.until", format_utc(window.until)},
        {"window.since_s", unix_seconds(window.since)},
        {"window.until_s", unix_seconds(window.until + std::chrono::milliseconds{999})},
        {"window.since_ms", std::to_string(to_unix_ms(window.since))},
        {"window.until_ms", std::to_string(to_unix_ms(window.until))},
        {"window.since_date", format_date(window.since, stream.zone)},
        {"window.until_date", format_date(window.until, stream.zone)},
        {"window.day_after_until", format_date(window.until + std::chrono::hours{24}, stream.zone)},
        {"window.after_until_ms", std::to_string(to_unix_ms(window.until) + 1)},
        {"agent", progress.agent}};
    values.merge(page_values(progress, stream.paging));
    const bool by_time = std::holds_alternative<Times>(stream.paging.paginator);
    if (by_time && !progress.token.empty()) values["window.until"] = progress.token;
    return values;
}

bool is_last(const PageSigns& page, std::size_t count, const Progress& progress,
             const Paging& paging) {
    const auto numbered = [&] {
        return is_last_numbered(page, count, progress.records, progress.page_size);
    };
    return match(
        paging.paginator, [](const SinglePage&) { return true; },
        [&](const PageNumbers&) { return numbered(); }, [&](const Offsets&) { return numbered(); },
        [&](const Cursors& cursors) { return is_last_by_cursor(page, count, progress, cursors); },
        [&](const Links&) { return page.next_cursor.empty(); },
        [&](const Times&) {
            return page.next_cursor.empty() || std::cmp_less(count, progress.page_size);
        });
}

bool is_last(const ListedPage& page, const Progress& progress, const CallStream& stream,
             const TimeRange& window) {
    if (stream.newest_first && is_older(page, window)) return true;
    return is_last(page, page.count(), progress, stream.paging);
}

}  // namespace ringbridge::receptionist
