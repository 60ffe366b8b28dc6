// A page of calls as a platform may send it, read by each built-in profile, and by one with
// cursors. The first byte chooses.
#include "core/check.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/field_survey.hpp"
#include "receptionist/never_keep.hpp"
#include "receptionist/text.hpp"

#include <cstdint>
#include <vector>

namespace {

using namespace ringbridge;
using namespace ringbridge::receptionist;

Profile with_cursors(Profile profile) {
    profile.calls.paging.paginator = Cursors{.path = *parse_json_path("$.next"), .query = "cursor"};
    profile.mapping.missed = {{{.source = {.paths = {*parse_json_path("$.status")}, .constant = {}},
                                .words = {"missed"}}}};
    return profile;
}

// By the digit that a text begins with.
std::vector<Profile> all_profiles() {
    std::vector<Profile> profiles{builtin_profile("goodcall"),
                                  with_cursors(builtin_profile("goodcall"))};
    for (const auto& name : builtin_profile_names()) {
        if (name != "goodcall") profiles.push_back(builtin_profile(name));
    }
    return profiles;
}

void look_at(const ListedPage& page) {
    for (const auto& call : page.calls) {
        check(!call.id.empty(), "a call has an id");
        for (const auto* text :
             {&call.id.text, &call.caller_name, &call.summary, &call.transcript}) {
            check(clean_text(*text) == *text, "a call's texts are clean");
        }
    }
    for (const auto& record : page.unreadable) check(!record.key.empty(), "a record has a key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto profiles = all_profiles();
    if (size == 0) return 0;
    const auto& profile = profiles[(data[0] - std::size_t{'0'}) % profiles.size()];
    const std::string body{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto page = read_listed_page(body, profile.calls, profile.mapping);
    if (page) look_at(*page);
    const auto survey = survey_fields(body, profile.calls, profile.mapping);
    check(survey.has_value() == page.has_value(), "a survey reads what a run reads");
    (void)without_unkept(body, profile.mapping.never_keep);
    return 0;
}
