// The JSON of timeline.hpp: associations, in batches and embedded in a contact.
#include "hubspot/json_codec.hpp"
#include "hubspot/timeline.hpp"

namespace ringbridge::hubspot {

std::string encode_association_read(
    const std::vector<std::pair<ContactId, std::string>>& contacts_and_cursors) {
    json inputs = json::array();
    for (const auto& [id, cursor] : contacts_and_cursors) {
        json input{{"id", id.text}};
        if (!cursor.empty()) input["after"] = cursor;
        inputs.push_back(std::move(input));
    }
    return dump({{"inputs", std::move(inputs)}});
}

AssociatedRecords decode_association_read(const std::string& body) {
    AssociatedRecords read;
    for (const auto& result : list_at(parse_object(body), "results")) {
        if (!result.is_object()) continue;
        if (!result.contains("from") || !result.at("from").is_object()) continue;
        const ContactId contact{text_at(result.at("from"), "id")};
        for (const auto& to : list_at(result, "to")) {
            if (to.is_object()) read.ids[contact].insert(text_at(to, "toObjectId"));
        }
        read.ids[contact].erase("");
        const json::json_pointer next{"/paging/next/after"};
        if (result.contains(next) && result.at(next).is_string()) {
            read.next_pages.emplace_back(contact, result.at(next).get<std::string>());
        }
    }
    return read;
}

std::set<std::string> decode_embedded(const std::string& body, const std::string& type) {
    std::set<std::string> ids;
    const auto parsed = parse_object(body);
    const json::json_pointer path{"/associations/" + type};
    if (!parsed.contains(path) || !parsed.at(path).is_object()) return ids;
    for (const auto& record : list_at(parsed.at(path), "results")) {
        if (record.is_object()) ids.insert(text_at(record, "id"));
    }
    ids.erase("");
    return ids;
}

}  // namespace ringbridge::hubspot
