// What a person decides about a call, also while a run is processing it.
#include "ledger/sqlite/store.hpp"

namespace ringbridge::ledger::sqlite {

bool SqliteStore::retry(const CallId& call_id) {
    std::string retried;
    return statements_.run(
        "UPDATE calls SET attempts = 0, not_before = 0,"
        " reason = CASE WHEN payload = '' THEN 'the record could not be understood' ELSE '' END,"
        " stage = CASE WHEN payload = '' THEN 'parked'"
        " WHEN stage NOT IN ('parked', 'dismissed') THEN stage"
        " WHEN activity_id <> '' THEN 'matched' ELSE 'seen' END"
        " WHERE bridge = :bridge AND call_id = :id AND (payload <> '' OR raw <> '')"
        " AND (stage = 'dismissed' OR (payload <> ''"
        " AND (stage = 'parked' OR (stage <> 'done' AND not_before > 0))))"
        " RETURNING call_id",
        soci::into(retried), soci::use(bridge_), soci::use(call_id.text));
}

bool SqliteStore::dismiss(const CallId& call_id, const std::string& reason) {
    std::string dismissed;
    return statements_.run(
        "UPDATE calls SET stage = 'dismissed', attempts = 0, not_before = 0,"
        " reason = CASE WHEN :reason = '' THEN reason ELSE :reason END"
        " WHERE bridge = :bridge AND call_id = :id AND (stage IN ('parked', 'dismissed')"
        " OR (stage IN ('seen', 'matched') AND activity_id = ''))"
        " RETURNING call_id",
        soci::into(dismissed), soci::use(reason, "reason"), soci::use(bridge_, "bridge"),
        soci::use(call_id.text, "id"));
}

bool SqliteStore::give_number(const CallId& call_id, const std::string& phone) {
    std::string given;
    return statements_.run(
        "UPDATE calls SET given_phone = :phone, stage = 'seen', reason = '', attempts = 0,"
        " not_before = 0, phone = '', extension = '', contact_id = ''"
        " WHERE bridge = :bridge AND call_id = :id AND payload <> '' AND activity_id = ''"
        " AND stage IN ('seen', 'matched', 'parked', 'dismissed')"
        " RETURNING call_id",
        soci::into(given), soci::use(phone), soci::use(bridge_), soci::use(call_id.text));
}

}  // namespace ringbridge::ledger::sqlite
