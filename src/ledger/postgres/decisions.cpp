// What a person decides about a call, also while a run is processing it: without the run's lock.
#include "ledger/key.hpp"
#include "ledger/postgres/store.hpp"

namespace ringbridge::ledger::postgres {

bool PostgresStore::retry(const CallId& call_id) {
    return sql_.run(
                   "UPDATE calls SET attempts = 0, not_before = 0, reason = CASE"
                   " WHEN payload = '' THEN 'the record could not be understood' ELSE '' END,"
                   " stage = CASE WHEN payload = '' THEN 'parked'"
                   " WHEN stage NOT IN ('parked', 'dismissed') THEN stage"
                   " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
                   " WHERE bridge = $1 AND call_id = $2 AND (payload <> '' OR raw <> '')"
                   " AND (stage = 'dismissed' OR (payload <> ''"
                   " AND (stage = 'parked' OR (stage <> 'done' AND not_before > 0))))",
                   bridge_, key_of(call_id))
               .changed() > 0;
}

bool PostgresStore::dismiss(const CallId& call_id, const std::string& reason) {
    return sql_.run(
                   "UPDATE calls SET stage = 'dismissed', attempts = 0, not_before = 0,"
                   " reason = CASE WHEN $3 = '' THEN reason ELSE $3 END"
                   " WHERE bridge = $1 AND call_id = $2 AND (stage IN ('parked', 'dismissed')"
                   " OR (stage IN ('seen', 'matched') AND activity_id = ''))",
                   bridge_, key_of(call_id), reason)
               .changed() > 0;
}

bool PostgresStore::give_number(const CallId& call_id, const std::string& phone) {
    return sql_.run(
                   "UPDATE calls SET given_phone = $3, stage = 'seen', reason = '', attempts = 0,"
                   " not_before = 0, phone = '', extension = '', contact_id = ''"
                   " WHERE bridge = $1 AND call_id = $2 AND payload <> '' AND activity_id = ''"
                   " AND stage IN ('seen', 'matched', 'parked', 'dismissed')",
                   bridge_, key_of(call_id), phone)
               .changed() > 0;
}

}  // namespace ringbridge::ledger::postgres
