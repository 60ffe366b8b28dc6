-- A ledger as ringbridge wrote it at schema version 8: one statement a line. It is never changed.
CREATE TABLE memory (bridge TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (bridge, name));
CREATE TABLE calls ( bridge TEXT NOT NULL, call_id TEXT NOT NULL, called_at BIGINT NOT NULL, payload TEXT NOT NULL, payload_hash TEXT NOT NULL, raw TEXT NOT NULL, search TEXT NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL, phone TEXT NOT NULL, extension TEXT NOT NULL, contact_id TEXT NOT NULL, activity_id TEXT NOT NULL, found INTEGER NOT NULL, attempts INTEGER NOT NULL, seen_at BIGINT NOT NULL, synced_at BIGINT NOT NULL, not_before BIGINT NOT NULL, tried_at BIGINT NOT NULL, PRIMARY KEY (bridge, call_id));
CREATE INDEX calls_unfinished ON calls (bridge, not_before, called_at) WHERE stage IN ('seen', 'matched', 'writing', 'written');
CREATE INDEX calls_by_contact ON calls (bridge, contact_id, called_at);
CREATE INDEX calls_by_time ON calls (bridge, called_at, call_id);
CREATE TABLE contacts ( bridge TEXT NOT NULL, phone TEXT NOT NULL, extension TEXT NOT NULL, contact_id TEXT NOT NULL, creating_since BIGINT NOT NULL, PRIMARY KEY (bridge, phone, extension));
CREATE TABLE first_counts ( bridge TEXT NOT NULL, contact_id TEXT NOT NULL, call_count BIGINT NOT NULL, PRIMARY KEY (bridge, contact_id));
CREATE TABLE runs ( bridge TEXT NOT NULL, run_id TEXT NOT NULL, started_at BIGINT NOT NULL, report TEXT NOT NULL, PRIMARY KEY (bridge, run_id));
ALTER TABLE first_counts ADD COLUMN stamping_since BIGINT NOT NULL DEFAULT 0;
INSERT INTO memory VALUES ('', 'schema', '8');
INSERT INTO memory VALUES ('main', 'born_at', '1795334400000');
INSERT INTO calls VALUES ('main', 'c_done', 1795420800000, '{"agentPhone":"","calledAt":1795420800000,"callerName":"Jane Doe","callerPhone":"+15718308515","durationSeconds":93,"formAnswers":[],"id":"c_done","primaryAction":"","recordingUrl":"","summary":"wants a quote","transcript":""}', 'hash', '', 'jane doe +15718308515', 'done', '', '+15718308515', '', '501', '901', 0, 0, 1795420800000, 1795420800000, 0, 0);
INSERT INTO calls VALUES ('main', 'c_seen', 1795420800000, '{"agentPhone":"","calledAt":1795420800000,"callerName":"Jane Doe","callerPhone":"+15718308516","durationSeconds":93,"formAnswers":[],"id":"c_seen","primaryAction":"","recordingUrl":"","summary":"wants a quote","transcript":""}', 'hash', '', 'jane doe +15718308516', 'seen', '', '', '', '', '', 0, 0, 1795420800000, 0, 0, 0);
INSERT INTO calls VALUES ('main', 'c_parked', 1795420800000, '{"agentPhone":"","calledAt":1795420800000,"callerName":"Jane Doe","callerPhone":"anonymous","durationSeconds":93,"formAnswers":[],"id":"c_parked","primaryAction":"","recordingUrl":"","summary":"wants a quote","transcript":""}', 'hash', '', 'jane doe anonymous', 'parked', 'the caller withheld the number', '', '', '', '', 0, 0, 1795420800000, 0, 0, 0);
INSERT INTO contacts VALUES ('main', '+15718308515', '', '501', 0);
INSERT INTO first_counts VALUES ('main', '501', 4, 0);
INSERT INTO runs VALUES ('main', 'run_1', 1795420800000, '{"runId":"run_1"}');
