/* Who changed what in a record, and when: as the server tells it, kept for the time without one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelField *field;  /* borrowed from the definitions; NULL: unknown here, or the whole record */
  char *field_name;           /* NULL: the record came or went */
  SatchelValue *before, *after; /* NULL: empty, or not understood */
  gboolean gone;              /* with no field: it was deleted */
  char *by;                   /* id of a user, or NULL */
  char *by_name;              /* as the server knew it, or NULL */
  gint64 at_ms;
} SatchelPastChange;
void satchel_past_change_free (SatchelPastChange *change);

/* SatchelPastChange*, owned, as the server ordered them. @text: {"history":[…]}; INVALID. */
GPtrArray *satchel_past_parse (const SatchelEntity *entity, const char *text, GError **error);
/* What was fetched last; empty when nothing was. */
GPtrArray *satchel_past_recall (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error);

G_END_DECLS
