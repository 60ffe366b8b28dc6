// The tables, as an ordered list of steps. A step that has been released is never changed. Private
// to this folder.
//
// Processes of two versions may run at once, during an upgrade. So a step only adds what the
// version before can ignore (expand). What nobody reads any more is removed by a later version's
// step, whose `oldest_user` is the first version that could do without it (contract).
#pragma once

#include "ledger/postgres/connection.hpp"

namespace ringbridge::ledger::postgres {

/// Creates the tables, or brings them up to date. Throws WrongSettings if they belong to a newer
/// ringbridge that this one cannot work with, or if the schema holds somebody else's tables.
/// Throws WrongSettings as well if a copy into them is not complete.
void migrate(Connection& connection);

/// The same for what carries on such a copy.
void migrate_for_copy(Connection& connection);

}  // namespace ringbridge::ledger::postgres
