// The JSON of calls_object.hpp: associations, in batches and embedded in a contact.
#include "hubspot/calls_object.hpp"
#include "hubspot/json_codec.hpp"

namespace ringbridge::hubspot {

std::string encode_association_read(
    const std::vector<std::pair<std::string, std::string>>& contacts_and_cursors) {
    json inputs = json::array();
    for (const auto& [id, cursor] : contacts_and_cursors) {
        json input{{"id", id}};
        if (!cursor.empty()) input["after"] = cursor;
        inputs.push_back(std::move(input));
    }
    return dump({{"inputs", std::move(inputs)}});
}

AssociatedCalls decode_association_read(const std::string& body) {
    AssociatedCalls read;
    for (const auto& result : list_at(parse_object(body), "results")) {
        if (!result.is_object()) continue;
        for (const auto& to : list_at(result, "to")) {
            if (to.is_object()) read.call_ids.insert(text_at(to, "toObjectId"));
        }
        const json::json_pointer next{"/paging/next/after"};
        const json::json_pointer from{"/from/id"};
        if (result.contains(next) && result.at(next).is_string() && result.contains(from)) {
            read.next_pages.emplace_back(text_at(result.at("from"), "id"),
                                         result.at(next).get<std::string>());
        }
    }
    read.call_ids.erase("");
    return read;
}

std::set<std::string> decode_embedded_calls(const std::string& body) {
    std::set<std::string> ids;
    const auto parsed = parse_object(body);
    const json::json_pointer path{"/associations/calls"};
    if (!parsed.contains(path) || !parsed.at(path).is_object()) return ids;
    for (const auto& call : list_at(parsed.at(path), "results")) {
        if (call.is_object()) ids.insert(text_at(call, "id"));
    }
    ids.erase("");
    return ids;
}

}  // namespace ringbridge::hubspot
