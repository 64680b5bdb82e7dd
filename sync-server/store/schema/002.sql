-- What roles have brought along so far (<carry>): whoever has a role gets what a later program adds to it, and nothing again
-- that she did away with.
--
-- SPDX-License-Identifier: GPL-3.0-or-later

CREATE TABLE role_filter (
  role TEXT NOT NULL,
  entity TEXT NOT NULL,
  predicate TEXT NOT NULL,
  related INTEGER NOT NULL,
  PRIMARY KEY (role, entity, predicate, related)
) STRICT, WITHOUT ROWID;

-- What every program of the first version brought.
INSERT INTO role_filter (role, entity, predicate, related) VALUES
  ('marketing', '*', 'owner = me', 1),
  ('sales-manager', '*', 'owner = me', 1),
  ('salesperson', '*', 'owner = me', 1),
  ('service', '*', 'owner = me', 1);
