// The client that an address stands for, for limits per client.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// An IPv4 address unchanged; of an IPv6 address, given in its shortest form, the /64 network, all
/// of which has one owner: `2001:db8:1:2::/64`.
std::string network_of(const std::string& address);

/// `127.0.0.1` of `127.0.0.1:8080`; `::1` of `[::1]:8080` and of `::1`.
std::string_view without_port(std::string_view host);

/// Whether a host, without a port, always means the local machine: `localhost`, 127.x.x.x, `::1`.
bool is_this_machine(std::string_view host);

}  // namespace ringbridge
