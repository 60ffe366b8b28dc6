// Which contact properties can be written now. Ours are looked for and made once a day, and again
// when HubSpot says that one is gone. What HubSpot refuses is left out for a day, so that it holds
// back nothing else and is not asked for again with every run: a property where it is the property
// that is at fault, else this one value of this one contact. Kept in the ledger.
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
    std::string contact_id = {};  ///< empty: whosever it is
    std::string value_hash = {};
    auto operator<=>(const LeftOut&) const = default;
};

struct Refusal {
    std::string why;
    UtcTime at;
};

/// As the ledger keeps it.
struct PropertyMemory {
    std::string fingerprint;  ///< of the account and of the properties that were looked for
    std::optional<UtcTime> looked_up_at;  ///< ours were there then, or it is known why not
    std::map<LeftOut, Refusal> left_out;
};
std::string encode_property_memory(const PropertyMemory& memory);
/// An empty one where `text` is from another time or hand.
PropertyMemory decode_property_memory(const std::string& text);

/// For all of a bridge: plain data, read between two requests and never held over one.
class ContactProperties {
  public:
    /// `fingerprint`: of token and address.
    ContactProperties(const std::string& fingerprint, const Mapping& mapping,
                      hubspot::Client& client, ledger::Ledger& ledger, Clock& clock, Log& log);

    /// Makes ours where that was not done within a day.
    Task<> prepare(hubspot::ApiVersion version);
    /// Makes ours now, as far as they are missing.
    Task<hubspot::PropertySetup> set_up(hubspot::ApiVersion version);

    /// Made by us, and where it is missing, to be made again.
    bool is_ours(const std::string& property) const;
    /// It could not be found out whether it is there: that is to be tried again soon.
    bool is_unknown(const std::string& property) const { return unknown_.contains(property); }
    const std::string& why_unknown() const { return why_unknown_; }
    /// Why this is not to be written; nothing where it may be.
    std::optional<std::string> why_left_out(const std::string& property,
                                            const std::string& contact_id,
                                            const std::string& value) const;

    /// HubSpot refused it: whosever it is, or this value of this contact. Kept by `keep`.
    void leave_out(const std::string& property, std::string why);
    void leave_out_value(const std::string& property, const std::string& contact_id,
                         const std::string& value, std::string why);
    Task<> keep();
    /// HubSpot says that one of ours is not there, and to make it was refused for now.
    void note_unknown(const std::string& property, std::string why);

    /// Those that are left out now, and why: for whoever looks after the account. Holds nobody's
    /// values.
    std::map<std::string, std::string> left_out() const;

  private:
    Task<> recall();
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
