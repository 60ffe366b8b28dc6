#include "receptionist/signature.hpp"

#include "core/base64.hpp"
#include "core/parse_number.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <expected>
#include <string_view>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;

// From here on a Unix time counts milliseconds: as seconds it would be the year 5138.
constexpr std::int64_t least_milliseconds = 100'000'000'000;

/// What a signature's headers say.
struct Said {
    std::vector<std::string> digests;  ///< decoded
    std::string timestamp;             ///< as written
};

std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : " or ") + name;
    return text;
}

// Empty if it is not hex.
std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (; hex.size() >= 2; hex.remove_prefix(2)) {
        const auto byte = [&]() -> std::optional<unsigned> {
            unsigned value = 0;
            const auto [end, error] = std::from_chars(hex.data(), hex.data() + 2, value, 16);
            return error == std::errc{} && end == hex.data() + 2 ? std::optional{value}
                                                                 : std::nullopt;
        }();
        if (!byte) return {};
        bytes += static_cast<char>(*byte);
    }
    return hex.empty() ? bytes : std::string{};
}

std::string decoded(std::string_view digest, Signature::Encoding encoding) {
    return encoding == Signature::Encoding::hex ? from_hex(digest) : decode_base64(digest);
}

std::string_view first_header(const Headers& headers, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const auto value = header_value(headers, name);
        if (!value.empty()) return value;
    }
    return {};
}

// `t=1795392000, v0=e01a…, v0=…`
Said read_pairs(std::string_view header, const Signature& signature) {
    Said said;
    for (;;) {
        const auto pair = trim(header.substr(0, header.find(',')));
        const auto sign = std::min(pair.find('='), pair.size());
        const auto name = trim(pair.substr(0, sign));
        const auto value = trim(pair.substr(std::min(sign + 1, pair.size())));
        if (name == signature.digest) said.digests.push_back(decoded(value, signature.encoding));
        if (name == signature.timestamp && said.timestamp.empty()) said.timestamp = value;
        if (header.find(',') == std::string_view::npos) return said;
        header.remove_prefix(header.find(',') + 1);
    }
}

Said read_headers(std::string_view header, const Signature& signature, const Headers& all) {
    auto said = signature.digest.empty() ? Said{{decoded(trim(header), signature.encoding)}, {}}
                                         : read_pairs(header, signature);
    if (!signature.timestamp_header.empty()) {
        said.timestamp = trim(header_value(all, signature.timestamp_header));
    }
    return said;
}

std::optional<UtcTime> moment_of(const std::string& timestamp, Signature::Unit unit) {
    const auto number = parse_number<std::int64_t>(timestamp);
    if (!number || *number < 0 || *number > 1000 * least_milliseconds) return std::nullopt;
    using Unit = Signature::Unit;
    const bool in_ms =
        unit == Unit::milliseconds || (unit == Unit::by_size && *number >= least_milliseconds);
    return from_unix_ms(in_ms ? *number : *number * 1000);
}

// In whole seconds, as most platforms write it. Nothing if it is recent.
std::optional<std::string> fault_in_time(const Said& said, const Signature& signature,
                                         UtcTime now) {
    const auto moment = moment_of(said.timestamp, signature.unit);
    if (!moment) return "the time that the signature covers cannot be read";
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - *moment);
    const auto check_clock = ": check this machine's clock";
    if (age > signature.oldest) {
        return fmt::format("the signature is {} s old, of which {} s are allowed{}", age.count(),
                           signature.oldest / 1s, check_clock);
    }
    if (-age > signature.ahead) {
        return fmt::format("the signature is from {} s in the future, of which {} s are allowed{}",
                           -age.count(), signature.ahead / 1s, check_clock);
    }
    return std::nullopt;
}

// Nothing if the record lacks what is covered: then the signature would prove nothing.
std::optional<std::string> covered_text(const Delivered& delivered, const Said& said,
                                        const Signature& signature) {
    auto values = delivered.record;
    for (const auto& name :
         placeholders_in(signature.covers).value_or(std::vector<std::string>{})) {
        if (name.starts_with("record.") && values[name].empty()) return std::nullopt;
    }
    values["timestamp"] = said.timestamp;
    values["body"] = delivered.body;
    return fill(signature.covers, values);
}

std::optional<std::string> fault_in(const Delivered& delivered, const Signature& signature,
                                    const std::vector<Secret>& secrets, const Vault& vault,
                                    UtcTime now) {
    const auto header = first_header(delivered.headers, signature.headers);
    if (header.empty()) return "there is no header " + join(signature.headers);
    const auto said = read_headers(header, signature, delivered.headers);
    const auto covered = covered_text(delivered, said, signature);
    if (!covered) return "there is no id of a call that the signature could cover";
    bool right = false;
    for (const auto& secret : secrets) {
        const auto wanted = vault.hmac_sha256(secret.reveal(), *covered);
        for (const auto& given : said.digests) right |= same_secret(given, wanted);
    }
    if (!right) {
        return "the signature in " + join(signature.headers) +
               " is not right: WEBHOOK_SECRET must be the secret that the platform shows for this "
               "webhook, and nothing on the way may change the body";
    }
    const bool timed = signature.covers.contains("${timestamp}");
    return timed ? fault_in_time(said, signature, now) : std::nullopt;
}

bool has_secret(const Headers& headers, const SecretHeader& header,
                const std::vector<Secret>& secrets) {
    const auto given = header_value(headers, header.name);
    bool right = false;
    for (const auto& secret : secrets) {
        right |= same_secret(given, fill(header.value, {{"secret", secret.reveal()}}));
    }
    return right;
}

}  // namespace

std::optional<std::string> fault_in_signature(const Delivered& delivered, const Webhook& webhook,
                                              const std::vector<Secret>& secrets,
                                              const Vault& vault, UtcTime now) {
    for (const auto& header : webhook.secrets) {
        if (has_secret(delivered.headers, header, secrets)) return std::nullopt;
    }
    std::string why;
    for (const auto& signature : webhook.signatures) {
        auto fault = fault_in(delivered, signature, secrets, vault, now);
        if (!fault) return std::nullopt;
        if (why.empty()) why = std::move(*fault);
    }
    if (!why.empty()) return why;
    return "there is no header " + webhook.secrets.front().name + " with the WEBHOOK_SECRET";
}

bool Webhook::is_believed() const {
    return std::ranges::all_of(signatures, &Signature::covers_body);
}

}  // namespace ringbridge::receptionist
