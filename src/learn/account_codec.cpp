// The account of a recording, as text and as JSON: see learn.hpp.
#include "learn/learn.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringbridge::learn {

using nlohmann::json;

std::string account_text(const Learned& learned) {
    std::string text;
    for (const auto& finding : learned.findings) {
        text += fmt::format("{:<32} {:>3.0f} %  {}\n{:<38} {}\n", finding.what,
                            finding.confidence * 100, finding.where, "", finding.why);
    }
    if (learned.todo.empty())
        return text + "Nothing is left to do: try it with `ringbridge probe`.\n";
    text += "Left to you:\n";
    for (const auto& task : learned.todo) text += "  - " + task + '\n';
    return text;
}

std::string encode_account(const Learned& learned, const std::string& output,
                           const std::string& trial) {
    auto findings = json::array();
    for (const auto& finding : learned.findings) {
        findings.push_back({{"what", finding.what},
                            {"where", finding.where},
                            {"confidence", finding.confidence},
                            {"why", finding.why}});
    }
    json account{{"profile", learned.profile},
                 {"output", output.empty() ? json() : json(output)},
                 {"findings", std::move(findings)},
                 {"todo", learned.todo}};
    if (!trial.empty()) account["try"] = json::parse(trial, nullptr, false);
    return account.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ringbridge::learn
