// How well a profile's mapping matches the records of one page: for `probe`, which shows a new user
// the fields that the site names differently.
#pragma once

#include "receptionist/call_codec.hpp"

namespace ringbridge::receptionist {

/// One mapped field over a page's records.
struct FieldCount {
    std::string field;  ///< as in the profile: `caller_phone`
    std::string path;   ///< where the profile expects it: `$.customerPhone`
    int had = 0;
    int lacked = 0;      ///< missing, null or empty
    int other_type = 0;  ///< present with an unexpected type: converted as far as possible
};

struct FieldSurvey {
    int records = 0;
    int unreadable = 0;     ///< records without a usable id or time: those would be parked
    std::string first_why;  ///< of the first of those
    std::vector<FieldCount> fields;
};

std::expected<FieldSurvey, UnreadablePage> survey_fields(std::string body, const CallStream& stream,
                                                         const CallMapping& mapping,
                                                         const LookedUp& looked_up = {});

}  // namespace ringbridge::receptionist
