// Mutation tests: plausible bugs in the bridge, each built into the simulator in turn. Every one
// must break a promise in some world.
//
//   node tests/simulation/mutations.mjs [NAME…]
//   node tests/simulation/mutations.mjs --check    only check that each still applies
//   node tests/simulation/mutations.mjs --first    one broken world is enough, as CI has it
//   node tests/simulation/mutations.mjs --minutes=8    as many as are begun in this time, each day others
//
// BUILD names the folder of a built simulator, build/release if not set. A mutant is one source
// file compiled again and linked before the library with the original.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

const build = process.env.BUILD ?? 'build/release'
const worlds = 300
const mostWorlds = 12_000

// `from` occurs once in the file. `only`: the disturbers that the bug needs to show, if worlds
// rarely draw them together.
const mutations = [
  {
    name: 'answered_before_commit',
    what: 'a webhook is answered seconds before its call is in the ledger',
    only: 'pushed,listed_never,killed,power_lost',
    file: 'src/bridge/push.cpp',
    from: 'co_await intake_.take_sent({.calls = {std::move(call)}, .records = {{std::move(record), {}}}});',
    to: 'asio::co_spawn(co_await asio::this_coro::executor, [](Intake* in, Clock* clock, Call kept) -> Task<> { co_await clock->sleep(std::chrono::seconds{5}); co_await in->take_sent({.calls = {std::move(kept)}, .records = {{}}}); }(&intake_, &clock_, std::move(call)), [](std::exception_ptr) {});',
    and: { from: '#include "core/match.hpp"', to: '#include "core/match.hpp"\n#include <asio.hpp>' },
  },
  {
    name: 'older_event_wins',
    what: 'an event that comes late undoes a newer one',
    only: 'pushed,event_delayed,event_doubled,record_changed,listed_never',
    file: 'src/core/call.cpp',
    from: 'return one.at && other.at && *one.at < *other.at;',
    to: 'return false;',
  },
  {
    name: 'stale_listing_wins',
    what: 'a listing that was asked for before an event undoes it',
    only: 'pushed,record_changed',
    file: 'src/core/call.cpp',
    from: 'return sent_at && arrived.asked_at && *arrived.asked_at < *sent_at;',
    to: 'return false;',
  },
  {
    name: 'signature_on_parsed_text',
    what: 'a signature is compared with that of the body as we would write it',
    only: 'pushed,listed_never',
    file: 'src/receptionist/signature.cpp',
    from: 'values["body"] = delivered.body;',
    to: 'values["body"] = nlohmann::json::parse(delivered.body, nullptr, false).dump();',
    and: { from: '#include "core/base64.hpp"', to: '#include "core/base64.hpp"\n#include <nlohmann/json.hpp>' },
  },
  {
    name: 'signature_not_compared',
    what: 'any signature will do',
    only: 'pushed,event_forged',
    file: 'src/receptionist/signature.cpp',
    from: 'if (!right) {',
    to: 'if (false) {',
  },
  {
    name: 'doubtful_contact_is_new',
    what: 'nothing is looked up on a contact whose creation was in doubt',
    only: 'ledger_rolled_back,killed',
    file: 'src/bridge/matcher.cpp',
    from: 'pipeline_.run.report.created_contacts.insert(candidate.id);',
    to: 'pipeline_.run.report.created_contacts.insert(candidate.id);\n        pipeline_.contacts.note_created(candidate.id);',
  },
  {
    name: 'count_kept_after_the_call',
    what: "a contact's count is kept only when it is stamped, with calls that an older copy does not know to be stamped",
    only: 'ledger_rolled_back,killed',
    file: 'src/bridge/activity_writer.cpp',
    from: 'co_await meet_contacts(entries);',
    to: '',
  },
  {
    name: 'quarantine_skipped',
    what: 'a record without its id or time is not kept',
    only: 'schema_drifted',
    file: 'src/bridge/intake.cpp',
    from: 'keep(std::move(record), taken);\n    }\n    for (auto& record : read.left_out)',
    to: '}\n    for (auto& record : read.left_out)',
  },
  {
    name: 'replay_skipped',
    what: 'what was kept is not read again with a corrected profile',
    only: 'schema_drifted',
    file: 'src/bridge/bridge.cpp',
    from: 'const auto count = co_await intake_.read_kept_again();',
    to: 'const auto count = 0;',
  },
  {
    name: 'poorer_content_overwrites',
    what: 'a record that lost its duration blanks the one that was known',
    only: 'schema_drifted',
    file: 'src/core/call.cpp',
    from: 'if (!listed.duration) listed.duration = known.duration;',
    to: '',
  },
  {
    name: 'refused_search_believed',
    what: 'numbers whose search is refused together are not searched for one by one',
    only: 'search_refused',
    file: 'src/hubspot/contacts.cpp',
    from: 'if (query.numbers.size() > 1 && (crowded || !page)) {',
    to: 'if (query.numbers.size() > 1 && crowded) {',
  },
  {
    name: 'merged_number_forgotten',
    what: 'a number that its contact lost in a merge belongs to nobody',
    only: 'merged_away',
    file: 'src/bridge/matcher.cpp',
    from: '} else if (!known.merged) {',
    to: '} else {',
  },
  {
    name: 'peoples_text_overwritten',
    what: 'an activity is updated without checking what people wrote in it',
    only: 'activity_edited,record_changed',
    file: 'src/bridge/activity_writer.cpp',
    from: 'const auto text = shown.find(entry.activity_id);',
    to: 'const auto text = shown.end();',
  },
  {
    name: 'typed_marker_unknown',
    what: 'a marker with text typed behind it is not recognized',
    only: 'activity_edited,ledger_deleted',
    file: 'src/core/activity_text.cpp',
    from: 'for (const auto one : {line, without_stop(line), word, without_stop(word)}) {',
    to: 'for (const auto one : {line}) {',
  },
  {
    name: 'future_remembered',
    what: 'a window counts as read until its end, and whatever is saved is trusted',
    file: 'src/bridge/bridge.cpp',
    from: 'const auto read_until = std::min(window.until, asked_at);',
    to: 'const auto read_until = window.until;',
    and: { from: 'const auto memory = without_future(kept, platform_now());', to: 'const auto memory = kept;' },
  },
  {
    name: 'future_moment_waited_for',
    what: 'a time that only a wrong clock can have saved is waited for',
    only: 'clock_set,lost_answer,killed',
    file: 'src/bridge/clock_watch.cpp',
    from: 'if (ago < Milliseconds{0}) return trusted_since_;',
    to: '',
  },
  {
    name: 'signed_address_is_a_change',
    what: 'the query of an address counts as content',
    file: 'src/core/call.cpp',
    from: 'word.substr(0, word.find_first_of("?#"))',
    to: 'word',
  },
  {
    name: 'change_under_way_dropped',
    what: 'a record that changes while its call is in progress is left to the next window',
    only: 'record_changed,listed_briefly,lost_request,server_error,hubspot_down',
    file: 'src/ledger/sqlite/recording.cpp',
    from: 'take_in_newer(settled);\n    transaction.commit();\n    ids.merge',
    to: 'take_in_newer(settled);\n    sql_ << "DELETE FROM newer_records";\n    transaction.commit();\n    ids.merge',
  },
  {
    name: 'window_not_split',
    what: 'a window that fails as a whole is not read in parts',
    file: 'src/bridge/window_reader.cpp',
    from: 'if (!newest_since) stop_for(*failure);',
    to: 'stop_for(*failure);',
  },
  {
    name: 'write_before_record',
    what: 'an activity is written before the ledger says so',
    file: 'src/bridge/activity_writer.cpp',
    from: 'entries = co_await pipeline_.run.ledger.save(std::move(entries));',
    to: '',
  },
  {
    name: 'marker_not_looked_for',
    what: 'a call in doubt is written again without a lookup',
    file: 'src/bridge/reconciler.cpp',
    from: 'const auto activity = marked.find(entry.call.id);',
    to: 'const auto activity = marked.end();',
  },
  {
    name: 'no_time_to_settle',
    what: 'absence is trusted at once',
    file: 'src/bridge/reconciler.cpp',
    from: 'const auto shown_by = visible_by(pipeline_.run, entry.tried_at.value_or(UtcTime{}));',
    to: 'const auto shown_by = pipeline_.run.clock_watch.steady_of(entry.tried_at.value_or(UtcTime{}));',
  },
  {
    name: 'lost_ledger_not_suspected',
    what: 'a ledger that was lost or rolled back is believed not to have written what it does not know',
    file: 'src/bridge/timing.cpp',
    from: 'entry.placed_at < complete_since(run) + margin',
    to: 'entry.placed_at < complete_since(run) - 100 * margin * margin.count()',
  },
  {
    name: 'lost_answer_is_failure',
    what: 'a write whose answer was lost is sent again',
    file: 'src/hubspot/answer.cpp',
    from: 'if (repeat == Repeat::unsafe) return Unsure{std::move(why)};',
    to: '(void)repeat;',
  },
  {
    name: 'doubtful_creation_repeated',
    what: 'a contact whose creation is in doubt is created again',
    file: 'src/bridge/matcher.cpp',
    from: 'if (searched_at_ >= trusted_at) return false;',
    to: 'return false;',
  },
  {
    name: 'doubt_counts_from_intention',
    what: 'the time until a contact must be visible is counted too early',
    file: 'src/bridge/matcher.cpp',
    from: 'const auto trusted_at = shown_by + search_lag;',
    to: 'const auto trusted_at = shown_by - settle_time + search_lag / 4;',
  },
  {
    name: 'creation_not_noted',
    what: 'a contact is created before the ledger says so',
    file: 'src/bridge/matcher.cpp',
    from: 'co_await pipeline_.run.ledger.know_contacts(intentions);',
    to: '',
  },
  {
    name: 'phone_lock_dropped',
    what: 'two calls of one unknown number each create a contact',
    file: 'src/bridge/matcher.cpp',
    from: 'learned_[number] = {.contact_id = contact.id, .creating_since = {}};',
    to: 'learned_[number] = {.contact_id = "", .creating_since = {}};',
  },
  {
    name: 'merge_not_followed',
    what: 'calls stay with a contact that was merged away',
    file: 'src/bridge/stamper.cpp',
    from: 'entry.contact_id = contact->id;',
    to: '',
  },
  {
    name: 'run_lock_dropped',
    what: 'two processes run at once on one ledger',
    file: 'src/ledger/sqlite/file_lock.cpp',
    from: 'if (status == SQLITE_BUSY) return nullptr;',
    to: 'if (status == SQLITE_BUSY) return std::make_unique<FileLock>(nullptr);',
  },
  {
    name: 'ledger_not_synced',
    what: 'the ledger is written but not synced to disk',
    file: 'src/ledger/sqlite/backend.cpp',
    from: 'PRAGMA synchronous = FULL',
    to: 'PRAGMA synchronous = OFF',
  },
  {
    name: 'change_ignored',
    what: 'a record that is updated later is not synced again',
    file: 'src/ledger/sqlite/recording.cpp',
    from: 'if (known && last_listed != hash) record_change(call, hash, now);',
    to: '',
  },
  {
    name: 'correction_ignored',
    what: 'the activity of a call whose number was corrected stays with the old contact',
    only: 'number_corrected',
    file: 'src/bridge/mover.cpp',
    from: 'return !number || *number != entry.phone;',
    to: 'return false;',
  },
  {
    name: 'old_stamp_stays',
    what: 'the contact that a corrected call left keeps its stamp',
    only: 'number_corrected',
    file: 'src/bridge/mover.cpp',
    from: 'co_return co_await Stamper{pipeline_}.put_right(entry);',
    to: 'co_return true;',
  },
  {
    name: 'dismissal_saved_over',
    what: 'a run overwrites what a person decided about a call meanwhile',
    file: 'src/ledger/sqlite/progress.cpp',
    from: "AND stage <> 'dismissed' AND given_phone = :given\"",
    to: 'AND (1 OR given_phone = :given)"',
  },
  {
    name: 'dismissed_too_late',
    what: 'a call that is on its way to HubSpot can be dismissed',
    file: 'src/ledger/sqlite/decisions.cpp',
    from: "OR (stage IN ('seen', 'matched') AND activity_id = ''))",
    to: "OR activity_id = '')",
  },
  {
    name: 'dismissal_undone_by_change',
    what: 'a changed record brings a dismissed call back',
    file: 'src/ledger/sqlite/recording.cpp',
    from: "CASE WHEN stage = 'dismissed' THEN stage\"\n        \" WHEN",
    to: 'CASE WHEN',
  },
  {
    name: 'number_by_hand_ignored',
    what: "the record's number is used although another was given by hand",
    file: 'src/ledger/call_row.cpp',
    from: 'if (!given_phone.empty()) call.caller_phone = given_phone;',
    to: '',
  },
  {
    name: 'stamp_goes_back',
    what: 'the stamp shows the call that came last, not the newest',
    file: 'src/ledger/sqlite/contacts.cpp',
    from: ' ORDER BY called_at DESC, call_id DESC LIMIT 1"',
    to: ' ORDER BY seen_at DESC, call_id DESC LIMIT 1"',
  },
  {
    name: 'stamp_written_once',
    what: 'the stamp only moves to another call: >= for >',
    file: 'src/core/build_stamp.cpp',
    from: '_last_call_id") > call.id.text;',
    to: '_last_call_id") >= call.id.text;',
  },
  {
    name: 'stamp_doubt_dropped',
    what: 'a contact is stamped again while a lost update may still arrive',
    file: 'src/bridge/stamper.cpp',
    from: 'if (pipeline_.contacts.round_began() >= shown_by) return false;',
    to: 'return false;',
  },
  {
    name: 'update_doubt_dropped',
    what: 'an activity is updated again while a lost update may still arrive',
    only: 'late_request,record_changed,sync_asked,killed',
    file: 'src/bridge/activity_writer.cpp',
    from: 'return free_at(entry) > pipeline_.run.clock.steady();',
    to: 'return free_at(entry) == SteadyTime::max();',
  },
  {
    name: 'typed_names_overwritten',
    what: "the caller's name replaces one typed by a person",
    file: 'src/core/build_stamp.cpp',
    from: 'if (is_nameless(current)) {',
    to: 'if (!current.empty()) {',
  },
  {
    name: 'answer_is_believed_unread',
    what: 'a 2xx counts for rows that its body does not confirm',
    file: 'src/hubspot/records_codec.cpp',
    from: 'outcomes(inputs, Unsure{"HubSpot\'s answer does not confirm it"});',
    to: 'outcomes(inputs, Written{"50000000001"});',
  },
  {
    name: 'late_calls_missed',
    what: 'no run looks back further than the last one',
    file: 'src/bridge/window.cpp',
    from: 'due ? std::min(since, day_back) : since',
    to: 'since',
  },
  {
    name: 'creation_not_reported',
    what: 'the report leaves out the created contacts',
    file: 'src/bridge/matcher.cpp',
    from: 'pipeline_.run.report.created_contacts.insert(id);',
    to: '',
  },
  {
    name: 'replaced_counts_as_new',
    what: 'the report counts a replaced activity as new',
    file: 'src/bridge/transitions.cpp',
    from: 'entry.synced_at ? CallResult::replaced',
    to: 'false ? CallResult::replaced',
  },
  {
    name: 'protection_ignored',
    what: 'a contact that is not to be merged is merged',
    file: 'src/core/duplicates.cpp',
    from: 'if (auto why = why_protected(people, rules); !why.empty()) return why;',
    to: '',
  },
  {
    name: 'addresses_ignored',
    what: 'two people with different e-mail addresses are merged',
    file: 'src/core/duplicates.cpp',
    from: 'if (rules.email && differ(people, address))',
    to: 'if (rules.email && false && differ(people, address))',
  },
  {
    name: 'survivor_not_stamped',
    what: "the older contact's stamp stays after a merge",
    file: 'src/bridge/dedup.cpp',
    from: 'if (!stamp.empty()) add_pending_stamp(survivor, loser, std::move(stamp));',
    to: '',
  },
  {
    name: 'ledger_not_following',
    what: 'the ledger keeps using the contact that was merged away',
    file: 'src/ledger/sqlite/merges.cpp',
    from: 'if (old_id != survivor) follow(old_id, survivor);',
    to: '',
  },
  {
    name: 'opened_for_all',
    what: 'opening the account replaces the state that a run is using',
    only: 'admin_asked,slow_answer',
    file: 'src/bridge/crm.cpp',
    from: `activities_{
          hubspot::open_activities(capability_.activities, capability_.version, crm.client_)},`,
    to: `activities_{[&] {
          thread_local std::shared_ptr<hubspot::Activities> of_all;
          of_all = hubspot::open_activities(capability_.activities, capability_.version, crm.client_);
          return std::shared_ptr<hubspot::Activities>{of_all.get(), [](auto*) {}};
      }()},`,
  },
  {
    name: 'session_end_by_401_only',
    what: 'an ended session is recognized by 401 only',
    only: 'session_ended',
    file: 'src/receptionist/session.cpp',
    from: 'return is_refused(answer) || (!answer && answer.error().session_end != SessionEnd::no);',
    to: 'return is_refused(answer);',
  },
  {
    name: 'rotated_token_dropped',
    what: 'a token that the site renews with an answer is not kept',
    only: 'token_rotated',
    file: 'src/receptionist/session.cpp',
    from: 'const bool new_token = !renewed.empty() && renewed != token;',
    to: 'const bool new_token = renewed == token && renewed.empty();',
  },
  {
    name: 'any_403_is_for_all',
    what: 'one call that a firewall refuses ends each run',
    file: 'src/hubspot/answer.cpp',
    from: 'return refused.status == 403 && refused.category == "MISSING_SCOPES";',
    to: 'return refused.status == 403;',
  },
  {
    name: 'lease_by_local_clock',
    what: "a lease ends when this machine's wall clock says so",
    only: 'replicas,replica_clocks,cut_off',
    file: 'src/bridge/leases.cpp',
    from: 'return until_ && clock_.steady() < *until_',
    to: 'return until_ && SteadyTime{clock_.now().time_since_epoch()} < *until_',
  },
  {
    name: 'lease_trusted_too_long',
    what: 'a lease is trusted for longer than the database has promised',
    only: 'replicas,cut_off',
    file: 'src/bridge/leases.cpp',
    from: 'trusted_span = span - 4s',
    to: 'trusted_span = span + 4s',
  },
  {
    name: 'requests_outlive_lease',
    what: 'a request may still be under way when another replica takes over',
    only: 'replicas,cut_off,slow_answer,late_request',
    file: 'src/bridge/ledger_watch.cpp',
    from: 'if (leases_ && !leases_->limit(&request)) {',
    to: 'if (false) {',
  },
  {
    name: 'failed_save_is_success',
    what: 'an activity is written although the ledger could not say so before',
    only: 'replicas,commit_lost,not_serialized',
    file: 'src/bridge/activity_writer.cpp',
    from: 'entries = co_await pipeline_.run.ledger.save(std::move(entries));',
    to: 'try { entries = co_await pipeline_.run.ledger.save(entries); } catch (const LedgerOutOfReach&) {}',
    and: { from: '#include "bridge/activity_writer.hpp"', to: '#include "bridge/activity_writer.hpp"\n#include "core/stop.hpp"' },
  },
  {
    name: 'unsaved_is_reported',
    what: 'a run reports what it did and the ledger did not save',
    only: 'replicas,not_serialized',
    file: 'src/bridge/bridge.cpp',
    from: 'if (!report.dry_run && !done && done.error().by_ledger) {',
    to: 'if (false) {',
  },
  {
    name: 'loser_not_waited_for',
    what: 'who lost the run lock is taken to be dead, and its last request to have ended',
    only: 'replicas,commit_lost,late_request,sync_asked',
    file: 'src/bridge/timing.cpp',
    from: 'return ledger.may_lose_locks() ? HttpRequest{}.timeout : Milliseconds{0};',
    to: 'return ledger.may_lose_locks() ? Milliseconds{0} : Milliseconds{0};',
  },
  // What the database must do: these are in the simulated one.
  {
    name: 'dead_session_not_ended',
    what: 'the session of a replica that was removed goes on',
    only: 'replicas,frozen',
    file: 'tests/simulation/shared_database.cpp',
    from: 'removed_sessions_.insert(row.session);\n    end_session(row.session);',
    to: 'removed_sessions_.insert(row.session);',
  },
  {
    name: 'lost_lock_not_checked',
    what: 'a run whose lock was lost with its session writes over the next one',
    only: 'replicas,frozen,sync_asked',
    file: 'tests/simulation/shared_database.cpp',
    from: '    if (!lost_.empty()) {\n        refused_ = true;',
    to: '    if (false) {\n        refused_ = true;',
  },
  {
    name: 'replicas_run_at_once',
    what: 'the run lock is given to each replica that asks',
    only: 'replicas,sync_asked,frozen',
    file: 'tests/simulation/shared_database.cpp',
    from: 'return locks_.try_emplace(name, session).second;',
    to: 'return locks_.try_emplace(name, session).first->second > 0;',
  },
]

const placeOf = ({ name }, ending) => `${build}/mutants/${name}${ending}`

// `and`: a second change, if another guard alone would hide the bug.
function mutated({ name, file, from, to, and }) {
  const change = (text, { from, to }) => {
    if (text.split(from).length !== 2) throw new Error(`${name}: \`from\` does not occur exactly once in ${file}`)
    return text.replace(from, () => to)
  }
  const once = change(readFileSync(file, 'utf8'), { from, to })
  return and ? change(once, and) : once
}

// The command that built the original, for another source and object.
async function compile(mutation) {
  writeFileSync(placeOf(mutation, '.cpp'), mutated(mutation))
  const commands = JSON.parse(readFileSync(`${build}/compile_commands.json`))
  const { command } = commands.find((one) => one.file === resolve(mutation.file))
  const words = command.split(' ').map((word) => word.replaceAll('\\"', '"'))
  const [compiler, ...rest] = words.slice(words.findIndex((word) => word.endsWith('clang++-19')))
  const options = rest.slice(0, rest.indexOf('-o'))
  const quiet = ['-Wno-error', '-w', '-g0']
  await promisify(execFile)(compiler, [...options, ...quiet, '-o', placeOf(mutation, '.o'), '-c', placeOf(mutation, '.cpp')])
}

function link(mutation) {
  const commands = execFileSync('ninja', ['-C', build, '-t', 'commands', 'simulate'], { encoding: 'utf8' })
  const last = commands.trim().split('\n').at(-1)
  const main = 'CMakeFiles/simulate.dir/tests/simulation/main.cpp.o'
  const command = last.replace(main, `${main} ${resolve(placeOf(mutation, '.o'))}`)
    .replace('-o simulate', `-o ${resolve(placeOf(mutation, ''))}`)
  execFileSync('bash', ['-c', command], { cwd: build, stdio: 'inherit' })
}

// The number of worlds with a broken promise, and of worlds tried; a timeout counts as broken.
function hunt(program, { only }, failures) {
  let broken = 0
  let tried = 0
  while (broken === 0 && tried < mostWorlds) {
    const options = ['--seed', tried + 1, '--worlds', worlds, '--failures', failures, '--brief']
    if (only) options.push('--only', only)
    const { status, stdout } = spawnSync(program, options.map(String), { encoding: 'utf8', timeout: 300_000 })
    const [found, , seen] = stdout.split(' ').map(Number)
    tried += seen || worlds
    broken += status === 0 ? 0 : found || 1
  }
  return { broken, tried }
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const failures = process.argv.includes('--first') ? 1 : worlds
if (process.argv.includes('--check')) {
  mutations.forEach(mutated)
  process.exit(0)
}
mkdirSync(`${build}/mutants`, { recursive: true })
const chosen = mutations.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const minutes = process.argv.find((word) => word.startsWith('--minutes='))?.split('=')[1]
if (minutes) {
  const today = Math.floor(Date.now() / 86_400_000)
  chosen.push(...chosen.splice(0, (today * 11) % chosen.length))
}
const ends = minutes ? Date.now() + Number(minutes) * 60_000 : Infinity
let survivors = 0
while (chosen.length > 0 && Date.now() < ends) {
  const batch = chosen.splice(0, availableParallelism())
  await Promise.all(batch.map(compile))
  for (const mutation of batch) {
    link(mutation)
    const { broken, tried } = hunt(placeOf(mutation, ''), mutation, failures)
    const verdict = broken > 0 ? `caught in ${broken} of ${tried} worlds` : `NOT CAUGHT in ${tried} worlds`
    console.log(`${mutation.name.padEnd(28)} ${verdict.padEnd(28)} ${mutation.what}`)
    if (broken === 0) ++survivors
  }
}
if (chosen.length > 0) console.log(`${chosen.length} are left for another day`)
process.exit(survivors === 0 ? 0 : 1)
