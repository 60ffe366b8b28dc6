#include "learn/hints.hpp"

#include "learn/routes.hpp"
#include "learn/zones.hpp"

#include <algorithm>

namespace ringbridge::learn {
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
    ZoneHints hints{.guesses = guess_zones(recording, provenance, list, page_host(recording, list)),
                    .recorded = {},
                    .asked_for = {}};
    for (auto i = list.first() + 1; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (is_noise(exchange) || is_script(exchange)) continue;
        if (std::ranges::find(list.exchanges, i) != list.exchanges.end()) continue;
        for (const auto& piece : pieces_of(exchange)) {
            for (auto& part : parts_of(piece.value)) hints.asked_for.insert(std::move(part));
        }
    }
    for (const auto i : list.exchanges) {
        const auto started = recording.exchanges[i].started;
        if (started) hints.recorded = std::max(hints.recorded.value_or(*started), *started);
    }
    return hints;
}

}  // namespace ringbridge::learn
