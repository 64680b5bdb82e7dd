/* Server rows kept aside while edits lie on what is shown (tables base_ENTITY). A record without edits has no row here: what
 * is shown of it is what the server has. Within the caller's transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_BASE_SHOWN,  /* nothing is kept: the shown row, if any, is the server's */
  SATCHEL_BASE_KEPT,   /* the server's row is kept here */
  SATCHEL_BASE_ABSENT, /* it is kept here that the server has none */
} SatchelBaseKind;

/* The s of a kept row that says "none". */
#define SATCHEL_BASE_ABSENT_S (-1)

/* *record is filled for KEPT only. */
gboolean satchel_base_read (SatchelDatabase *database, const SatchelEntity *entity, const char *id, SatchelBaseKind *kind,
                            SatchelRecord **record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Copies the shown row, or notes that there is none. Nothing when something is kept already. */
gboolean satchel_base_keep (SatchelDatabase *database, const SatchelEntity *entity, const char *id,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server has no such record any more; something is kept of it already. */
gboolean satchel_base_set_absent (SatchelDatabase *database, const SatchelEntity *entity, const char *id,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_base_set_all_absent (SatchelDatabase *database, const SatchelEntity *entity,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_base_release (SatchelDatabase *database, const SatchelEntity *entity, const char *id,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds the ids (owned char*) of all kept rows to @ids. */
gboolean satchel_base_list (SatchelDatabase *database, const SatchelEntity *entity, GHashTable *ids,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
