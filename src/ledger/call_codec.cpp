#include "ledger/call_codec.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::ledger {

using nlohmann::json;

std::string encode_call(const Call& call) {
    json answers = json::array();
    for (const auto& [question, answer] : call.form_answers) {
        answers.push_back({{"question", question}, {"answer", answer}});
    }
    json encoded{{"id", call.id.text},
                 {"calledAt", to_unix_ms(call.called_at)},
                 {"formAnswers", std::move(answers)}};
    for (const auto& [name, key, field] : call_texts) encoded[std::string{key}] = call.*field;
    // Only if set: what an earlier version wrote must hash to the same.
    if (call.missed) encoded["missed"] = true;
    if (call.ongoing) encoded["ongoing"] = true;
    if (call.duration) encoded["durationSeconds"] = call.duration->count();
    return encoded.dump(-1, ' ', false, json::error_handler_t::replace);
}

Call decode_call(const std::string& text) {
    const auto encoded = json::parse(text);
    Call call{.id = CallId{encoded.at("id").get<std::string>()},
              .called_at = from_unix_ms(encoded.at("calledAt"))};
    // An earlier version knew fewer of them.
    for (const auto& [name, key, field] : call_texts) {
        if (const auto found = encoded.find(key); found != encoded.end()) call.*field = *found;
    }
    if (const auto duration = encoded.find("durationSeconds"); duration != encoded.end()) {
        call.duration = std::chrono::seconds{duration->get<std::int64_t>()};
    }
    call.missed = encoded.contains("missed");
    call.ongoing = encoded.contains("ongoing");
    for (const auto& answer : encoded.at("formAnswers")) {
        call.form_answers.push_back({answer.at("question"), answer.at("answer")});
    }
    return call;
}

}  // namespace ringbridge::ledger
