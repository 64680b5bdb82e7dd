-- The first schema of the server's store; README.md says what each table is for. Tables of entities are not here: they
-- follow the metadata.
--
-- SPDX-License-Identifier: GPL-3.0-or-later

CREATE TABLE organisation (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  root_unit TEXT NOT NULL,
  secret BLOB NOT NULL,             -- 32 bytes: signs cursors, keys token hashes
  schema_digest TEXT NOT NULL,      -- of the registry that the entity tables follow
  backed_up_s INTEGER NOT NULL      -- 0: never
) STRICT;

CREATE TABLE clock (
  s INTEGER NOT NULL,               -- of the last commit
  epoch INTEGER NOT NULL,
  metadata INTEGER NOT NULL,        -- version of the organisation's own definitions; 0: none
  rights INTEGER NOT NULL,          -- counts what may alter anyone's rights or scope: users, units, teams, grants, filters
  floor INTEGER NOT NULL            -- departed up to here may be forgotten: older cursors begin anew
) STRICT;

CREATE TABLE metadata (
  version INTEGER PRIMARY KEY,
  s INTEGER NOT NULL,               -- of the commit since which it holds
  at_ms INTEGER NOT NULL,
  user TEXT,                        -- NULL: the command line
  digest TEXT NOT NULL,             -- of all definitions, the program's own with them
  text TEXT NOT NULL                -- one <satchel> document
) STRICT;

CREATE TABLE epoch (
  epoch INTEGER PRIMARY KEY,
  first_s INTEGER NOT NULL,         -- the s that the restored file had
  opened_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE commits (
  s INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  made_at_ms INTEGER NOT NULL,      -- what the device's clock said; shown, never used to decide
  user TEXT,
  device TEXT,
  op TEXT NOT NULL                  -- kind of the first change, or the action's name
) STRICT;

CREATE TABLE change (
  change INTEGER PRIMARY KEY,       -- s * 2^20 + n: one tree serves the order of commits
  entity TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,              -- '': the record as a whole
  old ANY,
  new ANY
) STRICT;
CREATE INDEX change_record ON change (record); -- and by change, which SQLite appends

CREATE TABLE bucket (
  bucket INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  atom TEXT NOT NULL,
  s INTEGER NOT NULL,               -- nothing happened in it after that
  UNIQUE (entity, atom)
) STRICT;
CREATE INDEX bucket_s ON bucket (s);

CREATE TABLE member (
  bucket INTEGER NOT NULL,
  row INTEGER NOT NULL,
  since INTEGER NOT NULL,           -- in the bucket without a break
  entered INTEGER NOT NULL,         -- at least since: when all of the row had to be sent last
  s INTEGER NOT NULL,               -- of the last change that the bucket's devices must hear of
  PRIMARY KEY (bucket, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_s ON member (bucket, s);

CREATE TABLE departed (
  bucket INTEGER NOT NULL,
  s INTEGER NOT NULL,               -- when it left
  since INTEGER NOT NULL,           -- and since when it had been there
  record TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE INDEX departed_s ON departed (bucket, s);

-- Filters that are alike but for one id share a shape.
CREATE TABLE filter_shape (
  shape INTEGER PRIMARY KEY AUTOINCREMENT,
  entity TEXT NOT NULL,
  predicate TEXT NOT NULL,          -- JSON, bound to a person; the nil id stands for the pivot
  zone TEXT NOT NULL,               -- '': UTC, or time plays no part
  at_ms INTEGER NOT NULL,           -- members are those of then
  due_ms INTEGER NOT NULL,          -- when that must change; the largest integer: never
  UNIQUE (entity, predicate, zone)
) STRICT;
CREATE INDEX filter_shape_due ON filter_shape (due_ms);

CREATE TABLE filter (
  bucket INTEGER PRIMARY KEY,
  shape INTEGER NOT NULL,
  pivots TEXT NOT NULL,             -- 'user:ID team:ID …'; '': none
  UNIQUE (shape, pivots)
) STRICT;

CREATE TABLE filter_pivot (
  shape INTEGER NOT NULL,
  value TEXT NOT NULL,              -- one of the pivots
  bucket INTEGER NOT NULL,
  PRIMARY KEY (shape, value, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE filter_refusal (
  bucket INTEGER NOT NULL,
  user TEXT NOT NULL,               -- '': everyone; then its members stay as they were at s, and only deletions are followed
  s INTEGER NOT NULL,
  why TEXT NOT NULL,                -- 'costly', or 'unused': it is being emptied
  PRIMARY KEY (bucket, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE pin (
  record TEXT NOT NULL,
  device TEXT NOT NULL,
  entity TEXT NOT NULL,
  s INTEGER NOT NULL,               -- when it was opened
  PRIMARY KEY (record, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX pin_device ON pin (device, s);

CREATE TABLE retitled (
  s INTEGER NOT NULL,
  entity TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE INDEX retitled_s ON retitled (s);

CREATE TABLE scope (
  digest TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  used_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
  id TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  name TEXT NOT NULL,
  token_hash BLOB UNIQUE,           -- NULL: signed out
  created_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL,
  high_water INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  revoked INTEGER NOT NULL,
  wiped INTEGER NOT NULL,           -- revoked for being lost: it is told to erase what it holds
  scope TEXT                        -- digest of what it has pulled with last; NULL: nothing yet
) STRICT;

CREATE TABLE outcome (
  uuid TEXT NOT NULL,
  device TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash BLOB NOT NULL,
  s INTEGER NOT NULL,               -- 0 when parked
  conflicts INTEGER NOT NULL,
  code TEXT,                        -- why it is parked; NULL: applied
  reason TEXT,                      -- forgotten once acknowledged
  field TEXT,
  PRIMARY KEY (uuid)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_parked ON outcome (device, number) WHERE code IS NOT NULL;

CREATE TABLE parked_write (
  device TEXT NOT NULL,
  uuid TEXT NOT NULL,
  entity TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL               -- '': the set creates the record
) STRICT;
CREATE INDEX parked_write_device ON parked_write (device, uuid);

CREATE TABLE secret (
  user TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE grant_role (
  user TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (user, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
  name TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  locked_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  at_ms INTEGER NOT NULL,
  user TEXT,
  device TEXT,
  what TEXT NOT NULL,
  detail TEXT
) STRICT;

-- Attachments: their bytes are files named by their hash (blobs/files.h).
CREATE TABLE blob (
  hash TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE upload (
  user TEXT NOT NULL,
  hash TEXT NOT NULL,
  size INTEGER NOT NULL,            -- as announced
  begun_at_ms INTEGER NOT NULL,
  done INTEGER NOT NULL,            -- 1: all is here, the user may name it
  PRIMARY KEY (user, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob_use (
  hash TEXT NOT NULL,
  entity TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  s INTEGER NOT NULL,               -- since when
  ended_at_ms INTEGER,              -- NULL: the field holds it now
  PRIMARY KEY (hash, entity, record, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob_quota (           -- no row: the limits of the program
  user_bytes INTEGER NOT NULL,      -- 0 likewise
  organisation_bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE number (               -- numbers that the server gives
  entity TEXT NOT NULL,
  field TEXT NOT NULL,
  year INTEGER NOT NULL,            -- 0: counted for ever
  last INTEGER NOT NULL,
  PRIMARY KEY (entity, field, year)
) STRICT, WITHOUT ROWID;
