#include "learn/hints.hpp"

#include "learn/names.hpp"
#include "learn/routes.hpp"
#include "receptionist/local_time.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace ringbridge::learn {
namespace {

struct Country {
    std::string_view end, zone;
};
constexpr std::array countries{
    Country{".de", "Europe/Berlin"},     Country{".at", "Europe/Vienna"},
    Country{".ch", "Europe/Zurich"},     Country{".fr", "Europe/Paris"},
    Country{".es", "Europe/Madrid"},     Country{".it", "Europe/Rome"},
    Country{".nl", "Europe/Amsterdam"},  Country{".be", "Europe/Brussels"},
    Country{".uk", "Europe/London"},     Country{".ie", "Europe/Dublin"},
    Country{".pl", "Europe/Warsaw"},     Country{".pt", "Europe/Lisbon"},
    Country{".se", "Europe/Stockholm"},  Country{".dk", "Europe/Copenhagen"},
    Country{".no", "Europe/Oslo"},       Country{".fi", "Europe/Helsinki"},
    Country{".cz", "Europe/Prague"},     Country{".gr", "Europe/Athens"},
    Country{".br", "America/Sao_Paulo"}, Country{".mx", "America/Mexico_City"},
    Country{".jp", "Asia/Tokyo"},        Country{".kr", "Asia/Seoul"},
    Country{".in", "Asia/Kolkata"},      Country{".sg", "Asia/Singapore"},
    Country{".nz", "Pacific/Auckland"},  Country{".za", "Africa/Johannesburg"},
    Country{".tr", "Europe/Istanbul"},   Country{".hu", "Europe/Budapest"}};

bool names_zone(const Name& name) {
    return name.is({"tz", "timezone", "zone", "zeitzone", "zonahoraria", "fuseauhoraire", "tzid",
                    "fusoorario", "tijdzone", "timezoneid", "timezonename"}) ||
           name.contains({"timezone", "zeitzone"});
}

void count_zones(const Exchange& exchange, const Leaves& leaves,
                 std::map<std::string, int>& counts) {
    const auto count = [&](const std::string& key, const std::string& value) {
        const bool zone = names_zone(Name{key}) && value.contains('/') && value.size() < 40 &&
                          receptionist::is_time_zone(value);
        if (zone) ++counts[value];
    };
    for (const auto& piece : pieces_of(exchange)) count(piece.key, piece.value);
    for (const auto& leaf : leaves) {
        if (!leaf.path.contains('[')) count(leaf.path, leaf.text);
    }
}

}  // namespace

std::string page_host(const Recording& recording, const CallList& list) {
    const auto& exchange = recording.exchanges[list.first()];
    for (const auto& address :
         {exchange.page, std::string{header_value(exchange.request_headers, "referer")},
          std::string{header_value(exchange.request_headers, "origin")}}) {
        if (const auto host = host_of(address); !host.empty()) return host;
    }
    for (auto i = list.first(); i-- > 0;) {
        if (is_page(recording.exchanges[i]) && recording.exchanges[i].is_success()) {
            return host_of(recording.exchanges[i].url);
        }
    }
    return host_of(exchange.url);
}

std::string default_name(const std::string& host) {
    std::string name;
    for (const char c : main_label(host)) {
        const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        if (fits) name += c;
    }
    while (name.starts_with('-')) name.erase(0, 1);
    if (name.empty()) return "site";
    return name.front() >= '0' && name.front() <= '9' ? "site-" + name : name;
}

ZoneHints zone_hints(const Recording& recording, const Provenance& provenance,
                     const CallList& list) {
    ZoneHints hints;
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (is_noise(exchange) || is_script(exchange)) continue;
        const bool listed = std::ranges::find(list.exchanges, i) != list.exchanges.end();
        count_zones(exchange, listed ? Leaves{} : provenance.leaves(i), counts);
        if (i <= list.first() || listed) continue;
        for (auto& segment : segments_of(exchange.url)) hints.opened.push_back(std::move(segment));
    }
    for (const auto& page : list.pages) count_zones({}, page.envelope, counts);
    for (const auto& [zone, count] : counts) hints.zones.push_back(zone);
    std::ranges::sort(hints.zones, {},
                      [&](const auto& zone) { return std::pair{-counts.at(zone), zone}; });
    const auto host = page_host(recording, list);
    for (const auto& country : countries) {
        if (host.ends_with(country.end)) hints.country_zone = country.zone;
    }
    for (const auto i : list.exchanges) {
        const auto started = recording.exchanges[i].started;
        if (started) hints.recorded = std::max(hints.recorded.value_or(*started), *started);
    }
    return hints;
}

}  // namespace ringbridge::learn
