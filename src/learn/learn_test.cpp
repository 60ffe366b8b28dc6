// Sites of different making are recorded by a browser that is logged in as one person, learned, and
// then run by the engine as another person; nothing of the first person may stand in the profile.
#include "learn/sites_for_tests.hpp"

namespace ringbridge::learn::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Learn, CookieAndCsrfToken) {
    CookieSite site;
    expect_learned(site);
    const auto run = learn_site(site);
    EXPECT_EQ(run.learned->name, "acme");
    EXPECT_THAT(run.learned->profile, HasSubstr("label: Acme\nproperty_prefix: acme\n"));
    EXPECT_THAT(run.learned->profile, HasSubstr("strategy: jwt_exp"));
}

TEST(Learn, BearerAndGraphql) {
    GraphqlSite site;
    expect_learned(site);
}

TEST(Learn, FormWithRedirectAndRotatingCookies) {
    FormSite site;
    expect_learned(site);
}

TEST(Learn, IdentityProviderAndTheAccountsIdInTheAddress) {
    ProviderSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("refresh:"));
}

TEST(Learn, HostedDatabaseWithAnApplicationKey) {
    HostedSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("refresh:"));
}

TEST(Learn, AnotherCountry) {
    GermanSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("Europe/Berlin"));
}

TEST(Learn, OAuthWithACodeAndALoginInTwoForms) {
    CodeSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, HasSubstr("record_filter"));
}

TEST(Learn, CsrfCookieThatTheLoginSendsBack) {
    CsrfCookieSite site;
    expect_learned(site);
}

TEST(Learn, CookieThatAScriptSets) {
    ScriptCookieSite site;
    expect_learned(site);
    EXPECT_THAT(learn_site(site).learned->profile, Not(HasSubstr("4711")));
}

}  // namespace
}  // namespace ringbridge::learn::test
