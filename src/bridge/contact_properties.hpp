// Which contact properties can be written now. Ours are checked and created once a day, and again
// when HubSpot says that one no longer exists. What HubSpot refuses is left out for a day, so that
// it blocks nothing else and is not retried in every run: the property, if the property itself is
// at fault, else this one value of this one contact. Kept in the ledger.
#pragma once

#include "hubspot/properties.hpp"
#include "ledger/ledger.hpp"
#include "ports/clock.hpp"
#include "ports/log.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace ringbridge::bridge {

/// What is not written.
struct LeftOut {
    std::string property;
    ContactId contact_id = {};  ///< empty: every contact
    std::string value_hash = {};
    auto operator<=>(const LeftOut&) const = default;
};

struct Refusal {
    std::string why;
    UtcTime at;
};

/// As the ledger keeps it.
struct PropertyMemory {
    std::string fingerprint;              ///< of the account and the properties that were checked
    std::optional<UtcTime> looked_up_at;  ///< time of the last conclusive check of ours
    std::map<LeftOut, Refusal> left_out;
};
std::string encode_property_memory(const PropertyMemory& memory);
/// Empty if `text` cannot be decoded.
PropertyMemory decode_property_memory(const std::string& text);

/// Shared by a whole bridge: plain data, read between two requests and never held across one.
class ContactProperties {
  public:
    /// `fingerprint`: of token and address.
    ContactProperties(const std::string& fingerprint, const Mapping& mapping,
                      hubspot::Client& client, ledger::Ledger& ledger, Clock& clock, Log& log);

    /// Creates ours unless that was done within the last day. True if some were missing: what was
    /// read of a contact before may lack values that HubSpot has brought back.
    Task<bool> prepare(ApiVersion version);
    /// Creates those of ours that are missing, now.
    Task<hubspot::PropertySetup> set_up(ApiVersion version);

    /// Created by us, and to be created again if missing.
    bool is_ours(const std::string& property) const;
    /// Could not be determined whether it exists: to be retried soon.
    bool is_unknown(const std::string& property) const { return unknown_.contains(property); }
    const std::string& why_unknown() const { return why_unknown_; }
    /// Why this must not be written; nothing if it may be.
    std::optional<std::string> why_left_out(const std::string& property,
                                            const ContactId& contact_id,
                                            const std::string& value) const;

    /// HubSpot refused it: for every contact, or this value of this contact. Stored by `keep`.
    void leave_out(const std::string& property, std::string why);
    void leave_out_value(const std::string& property, const ContactId& contact_id,
                         const std::string& value, std::string why);
    Task<> keep();
    /// HubSpot says that one of ours does not exist, and creating it was refused for now.
    void note_unknown(const std::string& property, std::string why);

    /// Those that are left out now, and why, for the account's administrator. Contains no values.
    std::map<std::string, std::string> left_out() const;

  private:
    Task<> recall();
    Task<hubspot::PropertySetup> ensure(ApiVersion version);
    void take(const hubspot::PropertySetup& setup);
    bool is_fresh(UtcTime moment) const;
    void add(LeftOut key, std::string why);

    const Mapping& mapping_;
    const std::vector<PropertyDefinition> ours_;
    hubspot::Client& client_;
    ledger::Ledger& ledger_;
    Clock& clock_;
    Log& log_;
    PropertyMemory memory_;
    std::set<std::string> unknown_;
    std::string why_unknown_;
    bool recalled_ = false;
};

}  // namespace ringbridge::bridge
