// A page of calls as a receptionist's site may send it, read with both ways of paging. The first
// byte chooses.
#include "core/check.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/field_survey.hpp"
#include "receptionist/text.hpp"

#include <cstdint>

namespace {

using namespace ringbridge;
using namespace ringbridge::receptionist;

Profile with_cursors(Profile profile) {
    profile.calls.paginator = Cursors{.path = *parse_json_path("$.next"), .query = "cursor"};
    profile.mapping.missed =
        Words{{.paths = {*parse_json_path("$.status")}, .constant = {}}, {"missed"}};
    return profile;
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
    static const Profile profiles[] = {builtin_profile("goodcall"),
                                       with_cursors(builtin_profile("goodcall"))};
    if (size == 0) return 0;
    const auto& profile = profiles[data[0] % 2];
    const std::string body{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto page = read_listed_page(body, profile.calls, profile.mapping);
    if (page) look_at(*page);
    const auto survey = survey_fields(body, profile.calls, profile.mapping);
    check(survey.has_value() == page.has_value(), "a survey reads what a run reads");
    return 0;
}
