#include "learn/learn.hpp"

#include "learn/batches.hpp"
#include "learn/call_list.hpp"
#include "learn/credentials.hpp"
#include "learn/detail.hpp"
#include "learn/har.hpp"
#include "learn/hints.hpp"
#include "learn/login.hpp"
#include "learn/paging.hpp"
#include "learn/privacy.hpp"
#include "learn/profile_text.hpp"
#include "learn/provenance.hpp"
#include "learn/routes.hpp"
#include "learn/zones.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/profile.hpp"

#include <algorithm>

namespace ringbridge::learn {
namespace {

constexpr const char* how_to_record =
    "\nRecord it like this: log out, open the developer tools (F12), their Network tab, and switch "
    "on "
    "\"Preserve log\". Log in, open the list of calls, its next page, and one call. Then export "
    "with "
    "\"Export HAR (with sensitive data)\" in Chrome and Edge, \"Save All As HAR\" in Firefox, "
    "\"Export\" in Safari.\n";

std::string no_calls(const Recording& recording) {
    const bool empty =
        recording.without_contents * 2 > recording.exchanges.size() || recording.exchanges.empty();
    return std::string{empty ? "The recording has no contents of answers: it was exported without "
                               "them, or cleared by a page that opened."
                             : "Nothing in the recording looks like a list of calls: records with "
                               "times, and with phone numbers or durations."} +
           how_to_record;
}

// Reads the recorded page with the profile: the best proof that it fits.
void check_with_records(const receptionist::Profile& profile, const Exchange& exchange,
                        Notes& notes) {
    constexpr std::size_t longest = 4UL << 20;
    if (exchange.body.size() > longest) return;
    const auto page = receptionist::read_listed_page(exchange.body, profile.calls, profile.mapping);
    if (!page) {
        notes.ask("streams.calls.record_selector: the recorded answer has no list there");
        return;
    }
    const auto read = static_cast<double>(page->calls.size());
    const auto all = page->calls.size() + page->unreadable.size();
    if (all == 0) return;
    notes.found("call_mapping", to_text(exchange), read / static_cast<double>(all),
                "with this profile " + std::to_string(page->calls.size()) + " of " +
                    std::to_string(all) + " recorded calls can be read");
    if (page->calls.size() < all) {
        notes.ask(
            "call_mapping: some of the recorded calls cannot be read; look at id and called_at");
    }
}

void note_mapping(const Mapping& mapping, const Exchange& exchange, Notes& notes) {
    const auto note = [&](const MappedField& field, const std::string& section) {
        const auto what = section + (section == "call_mapping" ? "." + field.name : "");
        notes.found(what, to_text(exchange) + ", " + field.path, field.confidence, field.why);
        if (field.todo) notes.ask(what + ": " + field.why);
    };
    for (const auto& field : mapping.fields) note(field, "call_mapping");
    for (const auto& filter : mapping.filters) note(filter, "streams.calls.record_filter");
    if (mapping.field("caller_phone") == nullptr && mapping.field("from_phone") == nullptr) {
        notes.ask("call_mapping.caller_phone: no field looks like the callers' numbers");
    }
}

void note_file(const Recording& recording, Notes& notes) {
    if (recording.cut) {
        notes.found("recording", "the file", 0.5, "it ends in the middle; what is whole was read");
    }
    if (!recording.has_credentials) {
        notes.found("recording", "the file", 0.5,
                    "it has no cookies and no Authorization headers: it was exported without "
                    "sensitive data");
    }
}

// Nothing of the account in what is reported, whatever a name in the recording was.
void scrub(const Privacy& privacy, Notes& notes) {
    for (auto& finding : notes.findings) {
        finding.where = privacy.scrub(std::move(finding.where));
        finding.why = privacy.scrub(std::move(finding.why));
    }
    for (auto& task : notes.todo) task = privacy.scrub(std::move(task));
    std::vector<std::string> once;
    for (auto& task : notes.todo) {
        if (std::ranges::find(once, task) == once.end()) once.push_back(std::move(task));
    }
    notes.todo = std::move(once);
}

std::string faults_text(const std::vector<ParseError>& faults) {
    std::string text = "The recording was read, but the profile made of it is not valid:";
    for (const auto& fault : faults) text += "\n  " + fault.path + ' ' + fault.why;
    return text + '\n';
}

// Numbers without a country code are those of the country that most others name.
void note_country(const Recording& recording, const CallList& list, Notes& notes) {
    const auto country = guess_country(recording, list, page_host(recording, list));
    if (country.empty() || country == "US") return;
    notes.found("DEFAULT_REGION", to_text(recording.exchanges[list.first()]), 0.7,
                "the site is one for " + country +
                    ": set DEFAULT_REGION to it if numbers have no country code");
}

/// The fields of a call, and the request that shows those that the list lacks.
struct Fields {
    Mapping mapping;
    std::optional<FoundDetail> detail;
    std::string from_detail;  ///< the fields that it adds
};

Fields find_fields(const Recording& recording, const Provenance& provenance, const CallList& list,
                   const ZoneHints& hints, Notes& notes) {
    auto table = list.table;
    Fields fields;
    fields.detail = find_detail(recording, provenance, list, id_path_of(table, hints), table);
    fields.mapping = map_fields(table, hints, notes);
    fields.from_detail = fields_of_detail(table, fields.mapping);
    if (fields.from_detail.empty()) fields.detail.reset();
    if (fields.detail) {
        notes.found("streams.calls.detail", to_text(recording.exchanges[fields.detail->exchange]),
                    0.85, "opening a call shows what the list lacks: " + fields.from_detail);
    }
    return fields;
}

// Of the days in a request for calls; empty: they may be UTC's.
std::string zone_of_days(const Mapping& mapping, const ZoneHints& hints, const Paging& paging) {
    if (!mapping.zone.empty()) return mapping.zone;
    return paging.has_window && hints.best() != nullptr ? hints.best()->zone : std::string{};
}

std::string base_url_of(const std::string& url, const Privacy& privacy, Notes& notes) {
    auto base = origin_of(url);
    if (!privacy.holds_personal(base)) return base;
    notes.ask(
        "base_url: the site's address has a name of the recorded account in it; the user's own "
        "belongs there");
    return "https://" + todo_value("") + '.' + site_of(host_of(url));
}

std::expected<Learned, std::string> learn_from(const Recording& recording, const CallList& list,
                                               const std::string& name) {
    Notes notes;
    const Provenance provenance{recording};
    const auto typed = find_credentials(recording, list.first());
    const Privacy privacy{recording, provenance, typed, list};
    const auto hints = zone_hints(recording, provenance, list);
    const auto& first = recording.exchanges[list.first()];
    note_file(recording, notes);
    notes.found("streams.calls", to_text(first) + ", " + list.selector,
                std::clamp(list.score / 12, 0.3, 0.99), "its records have " + list.why);
    const auto [mapping, detail, from_detail] =
        find_fields(recording, provenance, list, hints, notes);
    auto paging = learn_paging(recording, list, mapping, notes);
    const auto& listing = recording.exchanges[paging.request];
    const auto login = learn_login(
        recording, provenance, privacy, typed, list, paging.request, detail,
        [&](const Piece& piece) { return paging.fate_of(piece); }, notes);
    check_places(login.listing, paging, notes);
    note_mapping(mapping, listing, notes);
    note_country(recording, list, notes);

    Learned learned{.name = name.empty() ? default_name(page_host(recording, list)) : name};
    std::optional<DetailText> detail_text;
    if (detail && login.detail) detail_text = {*login.detail, detail->record, from_detail};
    learned.profile = profile_text({.name = learned.name,
                                    .base_url = base_url_of(listing.url, privacy, notes),
                                    .login = login,
                                    .list = list,
                                    .paging = paging,
                                    .mapping = mapping,
                                    .zone = zone_of_days(mapping, hints, paging),
                                    .detail = std::move(detail_text)});
    const auto profile = receptionist::parse_profile(learned.profile);
    if (!profile) return std::unexpected(faults_text(profile.error()));
    check_with_records(*profile, listing, notes);
    scrub(privacy, notes);
    learned.findings = std::move(notes.findings);
    learned.todo = std::move(notes.todo);
    return learned;
}

}  // namespace

bool is_profile_name(std::string_view name) {
    return !name.empty() && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
               std::string_view::npos;
}

std::expected<Learned, std::string> learn(std::string_view har, const std::string& name) {
    auto recording = read_har(har);
    if (!recording) {
        return std::unexpected("This cannot be read as a recording: " + recording.error() + "." +
                               how_to_record);
    }
    split_batches(*recording);
    const auto list = find_call_list(*recording);
    if (!list) return std::unexpected(no_calls(*recording));
    return learn_from(*recording, *list, name);
}

}  // namespace ringbridge::learn
