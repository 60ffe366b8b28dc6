#include "ledger/call_codec.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::ledger {

using nlohmann::json;

namespace {

// Empty for what was listed: earlier versions knew nothing else.
std::string text_of(const std::optional<EventAge>& event) {
    if (!event) return {};
    return "event " + std::to_string(event->rank) + ' ' +
           (event->at ? std::to_string(to_unix_ms(*event->at)) : "");
}

}  // namespace

std::string encode_call(const Call& call) {
    json answers = json::array();
    for (const auto& [question, answer] : call.form_answers) {
        answers.push_back({{"question", question}, {"answer", answer}});
    }
    json encoded{{"id", call.id.text},
                 {"calledAt", to_unix_ms(call.called_at)},
                 {"formAnswers", std::move(answers)}};
    for (const auto& one : call_texts) encoded[std::string{one.key}] = call.*one.field;
    // Only if set: what an earlier version wrote must hash to the same.
    if (call.missed) encoded["missed"] = true;
    if (call.ongoing) encoded["ongoing"] = true;
    if (call.kind != CallKind::inbound) encoded[std::string{word_of(call_kinds, call.kind)}] = true;
    if (call.undated) encoded["undated"] = true;
    if (call.mark != CallMark::none) {
        encoded["mark"] = call.mark == CallMark::spam ? "spam" : "deleted";
    }
    if (!call.listed.empty()) encoded["listed"] = call.listed;
    if (call.event) {
        encoded["event"] = {{"rank", call.event->rank}};
        if (call.event->at) encoded["event"]["at"] = to_unix_ms(*call.event->at);
    }
    if (!call.lost.empty()) encoded["lost"] = call.lost;
    if (call.duration) encoded["durationSeconds"] = call.duration->count();
    return encoded.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string listing_hash(const Call& call) {
    auto content = content_of(call) + call.listed + text_of(call.event);
    for (const auto& field : call.lost) content += '\0' + field;
    return stable_hash(content);
}

Call decode_call(const std::string& text) {
    const auto encoded = json::parse(text);
    Call call{.id = CallId{encoded.at("id").get<std::string>()},
              .called_at = from_unix_ms(encoded.at("calledAt"))};
    // An earlier version knew fewer of them.
    for (const auto& one : call_texts) {
        const auto found = encoded.find(one.key);
        if (found != encoded.end()) call.*one.field = *found;
    }
    if (const auto duration = encoded.find("durationSeconds"); duration != encoded.end()) {
        call.duration = std::chrono::seconds{duration->get<std::int64_t>()};
    }
    call.missed = encoded.contains("missed");
    call.ongoing = encoded.contains("ongoing");
    for (const auto& kind : call_kinds) {
        if (encoded.contains(kind.word)) call.kind = kind.value;
    }
    call.undated = encoded.contains("undated");
    call.listed = encoded.value("listed", "");
    call.lost = encoded.value("lost", std::vector<std::string>{});
    if (const auto mark = encoded.find("mark"); mark != encoded.end()) {
        call.mark = *mark == "spam" ? CallMark::spam : CallMark::deleted;
    }
    if (const auto event = encoded.find("event"); event != encoded.end()) {
        call.event = EventAge{.rank = event->at("rank"), .at = {}};
        if (event->contains("at")) call.event->at = from_unix_ms(event->at("at"));
    }
    for (const auto& answer : encoded.at("formAnswers")) {
        call.form_answers.push_back({answer.at("question"), answer.at("answer")});
    }
    return call;
}

}  // namespace ringbridge::ledger
