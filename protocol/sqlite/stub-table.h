/* The table of stubs, the same in replicas and in their images: titles of records that are not carried.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define SATCHEL_STUB_TABLE \
  "CREATE TABLE stub (id TEXT PRIMARY KEY, entity TEXT NOT NULL, title TEXT NOT NULL) STRICT, WITHOUT ROWID;"
