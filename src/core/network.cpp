#include "core/network.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <vector>

namespace ringbridge {
namespace {

std::vector<std::string> groups_of(std::string_view part) {
    std::vector<std::string> groups;
    while (!part.empty()) {
        groups.emplace_back(part.substr(0, part.find(':')));
        part.remove_prefix(std::min(part.size(), groups.back().size() + 1));
    }
    return groups;
}

}  // namespace

std::string network_of(const std::string& address) {
    if (address.find(':') == std::string::npos) return address;
    const auto gap = std::min(address.find("::"), address.size());
    auto groups = groups_of(address.substr(0, gap));
    const auto behind = groups_of(address.substr(std::min(address.size(), gap + 2)));
    // `::` stands for the groups, all zero, that are missing from eight.
    groups.resize(std::max<std::size_t>(8, groups.size() + behind.size()) - behind.size(), "0");
    groups.insert(groups.end(), behind.begin(), behind.end());
    return groups[0] + ':' + groups[1] + ':' + groups[2] + ':' + groups[3] + "::/64";
}

std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return std::ranges::count(host, ':') == 1 ? host.substr(0, host.find(':')) : host;
}

bool is_this_machine(std::string_view host) {
    // No DNS name consists of digits and dots alone: 127.evil.example does not.
    const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return (is_ipv4 && host.starts_with("127.")) || host == "::1" ||
           lower_case(host) == "localhost";
}

}  // namespace ringbridge
