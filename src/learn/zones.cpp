#include "learn/zones.hpp"

#include "core/text.hpp"
#include "learn/names.hpp"
#include "learn/routes.hpp"
#include "learn/shapes.hpp"
#include "receptionist/local_time.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace ringbridge::learn {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_page = 2UL << 20;

/// Countries with one zone, or nearly: what numbers, addresses and pages say of them.
struct Country {
    std::string_view code, calling, zone;
    std::string_view language{};  ///< that is spoken there more than anywhere else
};
constexpr std::array countries{Country{"de", "49", "Europe/Berlin", "de"},
                               Country{"at", "43", "Europe/Vienna"},
                               Country{"ch", "41", "Europe/Zurich"},
                               Country{"fr", "33", "Europe/Paris", "fr"},
                               Country{"es", "34", "Europe/Madrid"},
                               Country{"it", "39", "Europe/Rome", "it"},
                               Country{"nl", "31", "Europe/Amsterdam", "nl"},
                               Country{"be", "32", "Europe/Brussels"},
                               Country{"lu", "352", "Europe/Luxembourg"},
                               Country{"gb", "44", "Europe/London"},
                               Country{"uk", "44", "Europe/London"},
                               Country{"ie", "353", "Europe/Dublin"},
                               Country{"pl", "48", "Europe/Warsaw", "pl"},
                               Country{"pt", "351", "Europe/Lisbon"},
                               Country{"se", "46", "Europe/Stockholm", "sv"},
                               Country{"dk", "45", "Europe/Copenhagen", "da"},
                               Country{"no", "47", "Europe/Oslo", "nb"},
                               Country{"fi", "358", "Europe/Helsinki", "fi"},
                               Country{"cz", "420", "Europe/Prague", "cs"},
                               Country{"sk", "421", "Europe/Bratislava", "sk"},
                               Country{"si", "386", "Europe/Ljubljana", "sl"},
                               Country{"hr", "385", "Europe/Zagreb", "hr"},
                               Country{"hu", "36", "Europe/Budapest", "hu"},
                               Country{"ro", "40", "Europe/Bucharest", "ro"},
                               Country{"bg", "359", "Europe/Sofia", "bg"},
                               Country{"gr", "30", "Europe/Athens", "el"},
                               Country{"tr", "90", "Europe/Istanbul", "tr"},
                               Country{"il", "972", "Asia/Jerusalem", "he"},
                               Country{"ae", "971", "Asia/Dubai"},
                               Country{"in", "91", "Asia/Kolkata", "hi"},
                               Country{"sg", "65", "Asia/Singapore"},
                               Country{"hk", "852", "Asia/Hong_Kong"},
                               Country{"tw", "886", "Asia/Taipei"},
                               Country{"jp", "81", "Asia/Tokyo", "ja"},
                               Country{"kr", "82", "Asia/Seoul", "ko"},
                               Country{"th", "66", "Asia/Bangkok", "th"},
                               Country{"ph", "63", "Asia/Manila"},
                               Country{"nz", "64", "Pacific/Auckland"},
                               Country{"za", "27", "Africa/Johannesburg"},
                               Country{"co", "57", "America/Bogota"},
                               Country{"pe", "51", "America/Lima"},
                               Country{"ar", "54", "America/Argentina/Buenos_Aires"}};

// Those whose zones a country does not show, so that numbers of theirs speak against the others.
constexpr std::array larger{Country{"us", "1", ""},  Country{"au", "61", ""},
                            Country{"br", "55", ""}, Country{"mx", "52", ""},
                            Country{"ru", "7", ""},  Country{"cl", "56", ""}};

constexpr std::array usual_zones{"America/New_York",    "America/Chicago",  "America/Denver",
                                 "America/Los_Angeles", "America/Phoenix",  "Europe/London",
                                 "Europe/Berlin",       "Europe/Athens",    "Asia/Kolkata",
                                 "Asia/Tokyo",          "Australia/Sydney", "Pacific/Auckland"};

bool names_zone(const Name& name) {
    return name.is({"tz", "timezone", "zone", "zeitzone", "zonahoraria", "fuseauhoraire", "tzid",
                    "fusoorario", "tijdzone", "timezoneid", "timezonename"}) ||
           name.contains({"timezone", "zeitzone"});
}

bool is_zone(const std::string& text) {
    return text.contains('/') && text.size() < 40 && receptionist::is_time_zone(text);
}

using Counts = std::map<std::string, int>;

void count_in_answer(const Exchange& exchange, const Leaves& leaves, Counts& counts) {
    const auto count = [&](const std::string& key, const std::string& value) {
        if (names_zone(Name{key}) && is_zone(value)) ++counts[value];
    };
    for (const auto& piece : pieces_of(exchange)) count(piece.key, piece.value);
    for (const auto& leaf : leaves) {
        // Not of each element of a list; a batch of answers is a list of one.
        if (!leaf.path.contains('[') || leaf.path.rfind('[') == leaf.path.find("[0]")) {
            count(leaf.path, leaf.text);
        }
    }
}

// `timeZone: 'America/Chicago'` in a page or a script.
void count_in_text(std::string_view text, Counts& counts) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/_";
    text = text.substr(0, longest_page);
    for (auto at = text.find("one"); at != std::string_view::npos; at = text.find("one", at + 1)) {
        const bool zone = at > 0 && (text[at - 1] == 'z' || text[at - 1] == 'Z');
        if (!zone) continue;
        const auto open = text.find_first_not_of("\"'&quot; :=`\\", at + 3);
        if (open == std::string_view::npos || open == at + 3 || open > at + 16) continue;
        const auto end = std::min(text.find_first_not_of(letters, open), text.size());
        const std::string name{text.substr(open, std::min<std::size_t>(end - open, 60))};
        if (is_zone(name)) ++counts[name];
    }
}

void add_most_frequent(const Counts& counts, double confidence, const char* why,
                       std::vector<ZoneGuess>& guesses) {
    std::vector<std::pair<int, std::string>> order;
    for (const auto& [zone, count] : counts) order.emplace_back(-count, zone);
    std::ranges::sort(order);
    for (const auto& [_, zone] : order) guesses.push_back({zone, confidence, why});
}

/// A time with an offset other than that of UTC, as `2026-04-12T17:04:05+02:00`.
struct Dated {
    UtcTime time;
    std::string local;  ///< without the offset
};

std::optional<Dated> dated_in(const Leaf& leaf) {
    const auto& text = leaf.text;
    if (leaf.kind != Leaf::Kind::text || text.size() < 19 || text.size() > 40) return std::nullopt;
    const auto sign = text.find_first_of("+-", 16);
    if (sign == std::string::npos || text[4] != '-' || text.substr(sign + 1).starts_with("00:00")) {
        return std::nullopt;
    }
    const auto time = parse_utc(text);
    if (!time) return std::nullopt;
    return Dated{*time, text.substr(0, 19)};
}

// The zone in which all times with offsets, of the list or of others, have those offsets.
std::optional<ZoneGuess> by_offsets(const Recording& recording, const Provenance& provenance,
                                    const std::string& country_zone) {
    constexpr std::size_t enough = 200;
    std::vector<Dated> dated;
    for (std::size_t i = 0; i < recording.exchanges.size() && dated.size() < enough; ++i) {
        if (is_noise(recording.exchanges[i])) continue;
        for (const auto& leaf : provenance.leaves(i)) {
            if (const auto found = dated_in(leaf)) dated.push_back(*found);
            if (dated.size() >= enough) break;
        }
    }
    if (dated.empty()) return std::nullopt;
    std::vector<std::string> zones;
    if (!country_zone.empty()) zones.push_back(country_zone);
    zones.insert(zones.end(), usual_zones.begin(), usual_zones.end());
    for (const auto& zone : zones) {
        const bool fits = std::ranges::all_of(dated, [&](const Dated& one) {
            const auto time = receptionist::parse_local(one.local, "", zone);
            return time && std::chrono::abs(*time - one.time) < 2s;
        });
        if (fits) return ZoneGuess{zone, 0.65, "other times of the site have this zone's offset"};
    }
    return std::nullopt;
}

template <class Test>
const Country* country_that(const Test& test) {
    const auto found = std::ranges::find_if(countries, test);
    return found == countries.end() ? nullptr : &*found;
}

// Of most numbers that name a country, which one.
const Country* country_of_numbers(const CallList& list) {
    std::map<const Country*, std::size_t> counts;
    std::size_t all = 0;
    const auto count = [&](std::string_view digits) {
        for (const auto* known : {&countries.front(), &larger.front()}) {
            const auto size = known == &countries.front() ? countries.size() : larger.size();
            for (std::size_t i = 0; i < size; ++i) {
                if (!digits.starts_with(known[i].calling)) continue;
                ++counts[&known[i]];
                ++all;
                return;
            }
        }
    };
    for (const auto& column : list.table.columns) {
        if (column.part(is_phone) < 0.3 || column.part(is_time) > 0.5) continue;
        for (const auto& value : column.values) {
            const auto plus = value.text.find('+');
            if (plus != std::string::npos && plus < 6) count(value.text.substr(plus + 1));
            if (value.text.starts_with("00")) count(value.text.substr(2));
        }
    }
    for (const auto& [country, number] : counts) {
        if (number * 10 >= all * 7 && all >= 2) return country;
    }
    return nullptr;
}

// `<html lang="de-AT">`: country and language, in lower case.
std::pair<std::string, std::string> language_of_pages(const Recording& recording) {
    for (const auto& exchange : recording.exchanges) {
        if (!is_page(exchange) || !exchange.is_success() || is_noise(exchange)) continue;
        const auto tag = exchange.body.find("<html");
        if (tag == std::string::npos || tag > 4'000) continue;
        const auto end = exchange.body.find('>', tag);
        const auto head = lower_case(exchange.body.substr(tag, std::min(end - tag, 400UL)));
        const auto at = head.find("lang=");
        if (at == std::string::npos) continue;
        auto language = head.substr(at + 5);
        language.erase(0, language.find_first_not_of("\"'"));
        language = language.substr(0, language.find_first_of("\"' />"));
        const auto dash = language.find('-');
        return {dash == std::string::npos ? "" : language.substr(dash + 1, 2),
                language.substr(0, dash)};
    }
    return {};
}

struct CountryGuess {
    const Country* country = nullptr;
    double confidence = 0;
    const char* why = "";
};

CountryGuess country_of(const Recording& recording, const CallList& list, const std::string& host) {
    const auto* numbers = country_of_numbers(list);
    const auto [region, language] = language_of_pages(recording);
    const auto* page = region.empty()
                           ? country_that([&](const Country& one) {
                                 return !language.empty() && one.language == language;
                             })
                           : country_that([&](const Country& one) { return one.code == region; });
    const auto* address = country_that(
        [&](const Country& one) { return host.ends_with('.' + std::string{one.code}); });
    const auto* of_site = address == nullptr ? page : address;
    if (numbers != nullptr) {
        const bool both = of_site != nullptr && of_site->calling == numbers->calling;
        return {numbers, both ? 0.85 : 0.7,
                both ? "the zone of the country of its numbers, and of the site"
                     : "the zone of the country of its numbers"};
    }
    if (address != nullptr) return {address, 0.6, "the zone of the site's country, by its address"};
    return {page, 0.6, "the zone of the site's country, by the language of its pages"};
}

}  // namespace

std::vector<ZoneGuess> guess_zones(const Recording& recording, const Provenance& provenance,
                                   const CallList& list, const std::string& host) {
    Counts answered, written;
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (is_noise(exchange)) continue;
        if (is_script(exchange) || is_page(exchange)) {
            count_in_text(exchange.body, written);
            continue;
        }
        const bool listed = std::ranges::find(list.exchanges, i) != list.exchanges.end();
        count_in_answer(exchange, listed ? Leaves{} : provenance.leaves(i), answered);
    }
    for (const auto& page : list.pages) count_in_answer({}, page.envelope, answered);
    std::vector<ZoneGuess> guesses;
    add_most_frequent(answered, 0.75, "named in the site's answers", guesses);
    // A library of zones names them all, and says nothing.
    if (written.size() == 1) add_most_frequent(written, 0.7, "named in the site's pages", guesses);
    const auto country = country_of(recording, list, host);
    const std::string zone{country.country == nullptr ? "" : country.country->zone};
    if (const auto offset = by_offsets(recording, provenance, zone)) guesses.push_back(*offset);
    if (!zone.empty()) guesses.push_back({zone, country.confidence, country.why});
    return guesses;
}

std::string guess_country(const Recording& recording, const CallList& list,
                          const std::string& host) {
    const auto country = country_of(recording, list, host);
    if (country.country == nullptr) return {};
    std::string code{country.country->code};
    if (code == "uk") code = "gb";
    std::ranges::transform(code, code.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return code;
}

}  // namespace ringbridge::learn
