/* What becomes of records that several people make and that are one, told again from the written rules (protocol/README.md, "Once") and
 * nothing of protocol/rules/once.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/* Before @jobs go through the server: what is to become of each such creation in them. Owned: SimJoin*. */
GPtrArray *sim_join_expect (SimWorld *world, const SatchelPushJob *jobs, guint n_jobs);
/* Afterwards. Where others of the same batch came between, nothing can be told. */
void sim_join_check (SimWorld *world, const GPtrArray *expected);

/* The record to which the commit @s of @user did what she meant to do to @id: that one, or her own beside it. Owned. */
char *sim_join_find_meant (SimWorld *world, sqlite3 *db, const char *id, const char *user, gint64 s);
/* Whether @text names the record of @user beside the one that @lookup names, as it is stored. */
gboolean sim_join_names_own (const char *text, const char *lookup, const char *user);
/* Whether that commit created it. */
gboolean sim_join_is_created (SimWorld *world, sqlite3 *db, const char *id, gint64 s);

G_END_DECLS
