#include "receptionist/webhook_codec.hpp"

#include "receptionist/mapping_codec.hpp"
#include "receptionist/placeholders.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> one_or_more(const Value& value) {
    std::vector<std::string> texts;
    if (!value.node.IsSequence()) return {value.text().value_or("")};
    for (const auto& item : value.list()) texts.push_back(item.text().value_or(""));
    if (texts.empty()) value.fault("is empty");
    return texts;
}

std::vector<std::string> words_at(Section& section, const std::string& name) {
    std::vector<std::string> words;
    const auto value = section.optional(name);
    if (!value) return words;
    for (const auto& word : value->list()) words.push_back(word.text().value_or(""));
    return words;
}

// Each placeholder is `known`, or a record's value.
bool names_only(const std::string& text, const Names& known) {
    const auto used = placeholders_in(text);
    return used && std::ranges::all_of(*used, [&](const std::string& name) {
               return std::ranges::find(known, name) != known.end() ||
                      (name.starts_with("record.") && parse_json_path("$" + name.substr(6)));
           });
}

void read_timestamp(Section& section, Signature& signature) {
    if (section.optional("timestamp")) signature.timestamp = section.text("timestamp");
    if (section.optional("timestamp_header")) {
        signature.timestamp_header = section.text("timestamp_header");
    }
    using Unit = Signature::Unit;
    signature.unit = section.choice<Unit>(
        "timestamp_unit",
        {{"by_size", Unit::by_size}, {"ms", Unit::milliseconds}, {"s", Unit::seconds}},
        Unit::by_size);
    signature.oldest = section.span("tolerance", signature.oldest);
    signature.ahead = section.span("ahead", signature.ahead);
}

// A time that is not covered proves nothing, and one that is covered must be somewhere.
void check_timestamp(const Value& value, const Signature& signature) {
    const bool covered = signature.covers.contains("${timestamp}");
    const bool there = !signature.timestamp.empty() || !signature.timestamp_header.empty();
    if (covered && !there) value.fault("needs timestamp or timestamp_header for ${timestamp}");
    if (there && !covered) value.fault("has a timestamp that the signature does not cover");
    if (!signature.timestamp.empty() && signature.digest.empty()) {
        value.fault("needs digest: the name beside timestamp in the header");
    }
}

Signature read_signature(const Value& value) {
    Section section{value};
    Signature signature;
    if (const auto header = section.required("header")) signature.headers = one_or_more(*header);
    if (section.optional("digest")) signature.digest = section.text("digest");
    read_timestamp(section, signature);
    if (section.optional("covers")) signature.covers = section.text("covers");
    if (!names_only(signature.covers, {"body", "timestamp"}) || !signature.covers.contains("${")) {
        section.fault("covers", "may contain ${body}, ${timestamp} and ${record.NAME}");
    }
    using Encoding = Signature::Encoding;
    signature.encoding = section.choice<Encoding>(
        "encoding", {{"base64", Encoding::base64}, {"hex", Encoding::hex}}, Encoding::hex);
    check_timestamp(value, signature);
    section.refuse_others();
    return signature;
}

SecretHeader read_secret_header(const Value& value) {
    Section section{value};
    SecretHeader header{section.text("name"), section.text("value")};
    if (!header.value.contains("${secret}")) section.fault("value", "must contain ${secret}");
    section.refuse_others();
    return header;
}

EventKinds read_event_kinds(const Value& value) {
    Section section{value};
    EventKinds kinds;
    kinds.path = value_path(section, "path");
    kinds.finished = words_at(section, "finished");
    kinds.updated = words_at(section, "updated");
    kinds.ignored = words_at(section, "ignored");
    if (kinds.finished.empty()) section.fault("finished", "must name at least one value");
    section.refuse_others();
    return kinds;
}

}  // namespace

Webhook read_webhook(Section& section, const Value& value) {
    Webhook webhook;
    if (const auto signatures = section.optional("signatures")) {
        for (const auto& one : signatures->list()) {
            webhook.signatures.push_back(read_signature(one));
        }
    }
    if (const auto secrets = section.optional("secret_headers")) {
        for (const auto& one : secrets->list()) {
            webhook.secrets.push_back(read_secret_header(one));
        }
    }
    if (webhook.signatures.empty() && webhook.secrets.empty()) {
        value.fault("needs signatures or secret_headers");
    }
    if (const auto event = section.optional("event")) webhook.event = read_event_kinds(*event);
    if (const auto record = section.required("record")) webhook.record = value_paths(*record);
    webhook.updated_at = optional_path(section, "updated_at");
    return webhook;
}

}  // namespace ringbridge::receptionist
