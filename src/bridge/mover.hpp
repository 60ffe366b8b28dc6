// A call whose number was corrected by the platform: its activity moves to the contact that has the
// number now.
//
// A row keeps the number by which its contact was found. If the call has another one now, it is
// matched again, and its row records the contact that the activity is leaving, so that an
// interrupted move can be resumed. The activity is associated with the new contact, looked up
// there, and only then removed from the old one: it is always on a contact. Each step may be
// repeated.
#pragma once

#include "bridge/pipeline.hpp"

#include <vector>

namespace ringbridge::bridge {

class Mover {
  public:
    explicit Mover(Pipeline& pipeline) : pipeline_{pipeline} {}

    /// Returns those with nothing (left) to move, in whatever stage they are. The others are
    /// deferred or parked.
    Task<std::vector<Entry>> move(std::vector<Entry> entries);

  private:
    using Change = Task<hubspot::RowOutcome> (hubspot::Activities::*)(ActivityId activity_id,
                                                                      ContactId contact_id);

    bool has_other_number(const Entry& entry) const;
    Task<std::vector<Entry>> match(std::vector<Entry> entries);
    Task<std::vector<Entry>> carry(std::vector<Entry> entries);
    Task<bool> carry_one(Entry* entry);
    bool must_wait(Entry& entry);
    Task<bool> see_both_contacts(Entry* entry);
    Task<bool> put_on_new_contact(Entry* entry);
    Task<bool> is_shown_there(Entry* entry);
    Task<bool> take_off_old_contact(Entry* entry);
    Task<> stay(Entry* entry, hubspot::Refused refused);
    /// Through the other API if this one is closed to us.
    Task<hubspot::RowOutcome> send(Change change, ActivityId activity_id, ContactId contact_id);
    void take_doubt(Entry& entry, std::string why);

    Pipeline& pipeline_;
};

}  // namespace ringbridge::bridge
