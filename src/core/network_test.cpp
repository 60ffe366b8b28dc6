// Which network an address belongs to, and which names are this machine.
#include "core/network.hpp"

#include <gtest/gtest.h>

namespace ringbridge {
namespace {

TEST(Network, an_ipv6_address_stands_for_its_whole_subnet) {
    EXPECT_EQ(network_of("203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of("2001:db8:1:2::9"), network_of("2001:db8:1:2:ffff::"));
    EXPECT_NE(network_of("2001:db8:1:3::9"), network_of("2001:db8:1:2::9"));
    EXPECT_EQ(network_of("2001:db8::1:2:3:4:5"), "2001:db8:0:1::/64");
    EXPECT_EQ(network_of("::1"), "0:0:0:0::/64");
    EXPECT_EQ(network_of("1::"), "1:0:0:0::/64");
    EXPECT_EQ(network_of(":"), ":0:0:0::/64");
    EXPECT_EQ(network_of("no address"), "no address");
}

TEST(Network, a_host_is_read_without_its_port) {
    for (const auto* host : {"127.0.0.1", "127.0.0.1:8080"})
        EXPECT_EQ(without_port(host), "127.0.0.1");
    for (const auto* host : {"::1", "[::1]", "[::1]:8080"}) EXPECT_EQ(without_port(host), "::1");
    EXPECT_EQ(without_port("bridge.example.com:443"), "bridge.example.com");
    EXPECT_EQ(without_port("[::1"), "::1");
    EXPECT_EQ(without_port(""), "");
}

TEST(Network, this_machine_is_known_by_names_that_nobody_else_can_have) {
    for (const auto* host : {"localhost", "LocalHost", "127.0.0.1", "127.8.8.8", "::1"}) {
        EXPECT_TRUE(is_this_machine(host)) << host;
    }
    for (const auto* host :
         {"", "127.evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1",
          "0.0.0.0", "::", "128.0.0.1", "evil.example"}) {
        EXPECT_FALSE(is_this_machine(host)) << host;
    }
}

}  // namespace
}  // namespace ringbridge
