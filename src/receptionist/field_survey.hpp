// How well a profile's mapping fits the records of one page: for `probe`, which shows a newcomer
// the field that the site calls otherwise.
#pragma once

#include "receptionist/call_codec.hpp"

namespace ringbridge::receptionist {

/// What became of one mapped field over a page's records.
struct FieldCount {
    std::string field;  ///< as in the profile: `caller_phone`
    std::string path;   ///< where it is looked for: `$.customerPhone`
    int had = 0;
    int lacked = 0;      ///< not there, null or empty
    int other_type = 0;  ///< there, but no text where text is due, and so on: taken as it can be
};

struct FieldSurvey {
    int records = 0;
    int unreadable = 0;     ///< records without a usable id or time: those would be parked
    std::string first_why;  ///< of the first of those
    std::vector<FieldCount> fields;
};

std::expected<FieldSurvey, UnreadablePage> survey_fields(std::string body, const CallStream& stream,
                                                         const CallMapping& mapping);

}  // namespace ringbridge::receptionist
