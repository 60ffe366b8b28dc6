// What is stored reveals nothing without the key, and no change to it goes unnoticed.
#include "runtime/sodium_vault.hpp"

#include "runtime/system_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringbridge::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

const Secret key{std::string(64, 'a')};
const Secret other_key{std::string(63, 'a') + 'b'};

struct Vaults : testing::Test {
    SystemRandom random;
    SodiumVault vault{key, random}, same{key, random}, other{other_key, random},
        without{Secret{}, random};
};

TEST_F(Vaults, WhatIsSealedIsReadWithTheSameKeyOnly) {
    for (const std::string text : {"", "a token", R"({"token":"eyJ"})"}) {
        const auto sealed = vault.seal(text);
        EXPECT_EQ(same.unseal(sealed), text);
        EXPECT_FALSE(other.unseal(sealed));
        EXPECT_FALSE(without.unseal(sealed));
    }
}

TEST_F(Vaults, ASealShowsNothingAndIsNeverTheSame) {
    const auto sealed = vault.seal("a token");
    EXPECT_THAT(sealed, Not(HasSubstr("token")));
    EXPECT_NE(sealed, vault.seal("a token"));
}

TEST_F(Vaults, ASealThatWasChangedIsNotRead) {
    const auto sealed = vault.seal("a token");
    for (std::size_t at = sealed.find(':') + 1; at < sealed.size(); ++at) {
        auto changed = sealed;
        changed[at] = changed[at] == '0' ? '1' : '0';
        EXPECT_FALSE(vault.unseal(changed)) << at;
    }
    for (const auto* wrong : {"sealed:", "sealed:0", "sealed:zz", "sealed:00ff"}) {
        EXPECT_FALSE(vault.unseal(wrong)) << wrong;
    }
    EXPECT_FALSE(vault.unseal(sealed + "00"));
    EXPECT_FALSE(vault.unseal(sealed.substr(0, sealed.size() - 2)));
}

TEST_F(Vaults, WithoutAKeyTextStaysAsItIsAndWithOneItIsStillRead) {
    EXPECT_EQ(without.seal("text"), "text");
    EXPECT_EQ(without.unseal("text"), "text");
    EXPECT_EQ(vault.unseal("text"), "text");
    EXPECT_FALSE(without.has_key());
    EXPECT_TRUE(vault.has_key());
}

TEST_F(Vaults, HashesDependOnTextAndKey) {
    EXPECT_EQ(vault.hash("p"), same.hash("p"));
    EXPECT_EQ(vault.hash("p").size(), 64U);
    EXPECT_NE(vault.hash("p"), vault.hash("q"));
    EXPECT_NE(vault.hash("p"), other.hash("p"));
    EXPECT_NE(vault.hash("p"), without.hash("p"));
}

TEST_F(Vaults, AKeyOfAnotherLengthIsRefused) {
    EXPECT_THROW(SodiumVault(Secret{"aa"}, random), std::runtime_error);
    EXPECT_THROW(SodiumVault(Secret{"no hex"}, random), std::runtime_error);
}

// RFC 4231, test cases 2 and 6: a short secret, and one that is longer than a block.
TEST_F(Vaults, HmacsAreThoseOfTheStandard) {
    const auto hex = [](const std::string& bytes) {
        std::string text;
        for (const char c : bytes) {
            text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
            text += "0123456789abcdef"[c & 15];
        }
        return text;
    };
    EXPECT_EQ(hex(vault.hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(without.hmac_sha256(std::string(131, '\xaa'),
                                      "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace ringbridge::runtime
