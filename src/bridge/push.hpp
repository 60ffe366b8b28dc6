// What the platform sends by itself: a webhook's event, from its bytes to the ledger. An event
// becomes a call by the same mapping as a listed record, and comes in by the same door.
#pragma once

#include "bridge/intake.hpp"
#include "core/secret.hpp"
#include "ports/log.hpp"
#include "ports/vault.hpp"
#include "receptionist/event.hpp"
#include "receptionist/listing.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ringbridge::bridge {

/// Nothing of it was kept; why, as a sentence.
struct BadSignature {
    std::string why;
};
struct NotJson {
    std::string why;
};
/// It is proven, and says nothing of a finished call.
struct Ignored {};
/// It is in the ledger, and survives a power cut.
struct Kept {
    CallId call_id;
};
using Reception = std::variant<BadSignature, NotJson, Ignored, Kept>;

/// What webhooks are judged with.
struct WebhookKeys {
    const Vault& vault;
    std::vector<Secret> secrets;  ///< any of them proves an event; none: webhooks are not accepted
};

class Push {
  public:
    Push(receptionist::Receptionist& receptionist, ledger::Ledger& ledger, Intake& intake,
         Clock& clock, Log& log, WebhookKeys keys);

    bool is_on() const { return !keys_.secrets.empty() && receptionist_.profile().webhook; }

    /// Only while `is_on()`. Throws what the ledger throws: the event is then not kept.
    Task<Reception> take(Headers headers, std::string body);

    /// One was turned away unread.
    void note_too_busy() { ++events_["too_busy"]; }

    /// Events since the start, by outcome: `kept`, `ignored`, `bad_signature`, `not_json`,
    /// `too_busy`, and `not_kept` where the ledger failed.
    const std::map<std::string, std::uint64_t>& events() const { return events_; }
    /// The last one whose signature was right, since the start.
    const std::optional<UtcTime>& last_event() const { return last_event_; }

  private:
    Task<Reception> judge(Headers headers, std::string body);
    void log_refusal(const std::string& why);
    std::optional<std::string> fault_in(const Headers& headers, const std::string& body,
                                        receptionist::Values record) const;
    Task<Reception> keep(receptionist::CallEvent event);
    Task<Reception> keep(Call call, std::string record);
    Task<Reception> keep(UnreadableRecord record);
    Task<Reception> ask(receptionist::CallEvent event);
    std::string kept_of(const std::string& body) const;

    receptionist::Receptionist& receptionist_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Log& log_;
    Intake& intake_;
    const receptionist::Webhook webhook_;
    const WebhookKeys keys_;
    std::map<std::string, std::uint64_t> events_;
    std::optional<UtcTime> last_event_;
    std::uint64_t refused_unlogged_ = 0;
    SteadyTime next_refusal_logged_;
};

}  // namespace ringbridge::bridge
