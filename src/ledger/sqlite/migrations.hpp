// The tables, as an ordered list of steps. A step that has been released is never changed.
#pragma once

#include <soci/soci.h>

namespace ringbridge::ledger::sqlite {

/// Creates the tables, or brings them up to date. Throws WrongSettings if a newer ringbridge wrote
/// them, or if a copy into them is not complete.
void migrate(soci::session& sql);

/// The same for what carries on such a copy.
void migrate_for_copy(soci::session& sql);

}  // namespace ringbridge::ledger::sqlite
