// Writes contacts' properties so that one that HubSpot refuses does not block the others.
//
// What a refusal names is left out. If it names nothing, the request is halved by property until
// one property is left, and then split by contact until one value is left. The findings are
// remembered for a day: see contact_properties.hpp.
#pragma once

#include "bridge/contact_properties.hpp"
#include "bridge/crm.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::bridge {

class PropertyWriter {
  public:
    PropertyWriter(OpenCrm& crm, ContactProperties& properties, Clock& clock)
        : crm_{crm}, properties_{properties}, clock_{clock} {}

    struct Result {
        /// Written once HubSpot has everything it accepts; refused if the contact itself is.
        hubspot::RowOutcome outcome;
        Properties written = {};
        /// Not all of it was sent: properties of ours were created again meanwhile, and HubSpot
        /// brings back the values that a deleted property had. To be planned again from a fresh
        /// read.
        bool outdated = false;
    };
    /// By contact. A writer creates a missing property once, however often it writes.
    Task<std::map<ContactId, Result>> write(std::vector<hubspot::ContactPatch> patches);

  private:
    /// What one request holds: each contact once.
    using Part = std::vector<hubspot::ContactPatch>;

    Task<> send(Part part);
    void split(Part part, const hubspot::Refused& refused);
    void take_row(const hubspot::ContactPatch& patch, const hubspot::Refused& refused);
    void send_later(const Part& part, const std::set<std::string>& apart);
    Task<> take_blame();
    Task<> create_again(std::set<std::string> missing);
    void blame_value(const hubspot::ContactPatch& patch, const std::string& property,
                     const std::string& why);
    void drop_left_out(Part& part) const;

    OpenCrm& crm_;
    ContactProperties& properties_;
    Clock& clock_;
    std::map<ContactId, Result> results_;
    std::vector<Part> parts_;                    ///< to be sent, the last one first
    Part once_more_, halved_;                    ///< rows that were refused alone
    std::map<std::string, std::string> blamed_;  ///< properties that are at fault, and the code
    std::map<std::string, int> refused_alone_;   ///< values by property, refused without a reason
    std::set<std::string> taken_;                ///< properties for which a value was accepted
    std::set<std::string> created_again_;        ///< properties of ours that were missing
    bool left_out_ = false;
};

}  // namespace ringbridge::bridge
