// Whom an address stands for, where one client is not to cost more than its share.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// An IPv4 address as it is; of an IPv6 address, in its shortest form, the first half, for its
/// owner has all of the rest: `2001:db8:1:2::/64`.
std::string network_of(const std::string& address);

/// `127.0.0.1` of `127.0.0.1:8080`; `::1` of `[::1]:8080` and of `::1`.
std::string_view without_port(std::string_view host);

/// Whether a name or an address, without a port, is this machine wherever it is asked for:
/// `localhost`, 127.x.x.x, `::1`.
bool is_this_machine(std::string_view host);

}  // namespace ringbridge
