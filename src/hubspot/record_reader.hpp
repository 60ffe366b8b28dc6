// Records read by their ids, a hundred at a time.
#pragma once

#include "hubspot/client.hpp"
#include "hubspot/records.hpp"

#include <map>

namespace ringbridge::hubspot {

/// By the id that HubSpot gives them. What is in neither is gone, or has another id by now.
struct ReadRecords {
    std::map<std::string, Record> records;
    std::map<std::string, Refused> refused = {};
};

/// Of the token, or of where the type is kept; any other refusal is of what was asked for.
bool is_about_all(const Refused& refused);

/// So many refused one by one, and none that was not: it is not about them.
constexpr std::size_t refused_until_all = 3;

/// `path`: of the type. What is refused together is asked for again in smaller company.
Task<std::expected<ReadRecords, Refused>> read_records(Client* client, std::string path,
                                                       std::vector<std::string> ids,
                                                       std::vector<std::string> properties);

}  // namespace ringbridge::hubspot
