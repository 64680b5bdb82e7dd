/* What a person should be told though she may look elsewhere: records that a colleague assigned to her, activities that are due. Each
 * once: what was told is a fact of the replica (told_s, reminded_ms, reminded_day). No GTK.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_TIDING_ASSIGNED, /* a record became hers, by somebody else's hand */
  SATCHEL_TIDING_SOON,     /* an activity begins within SATCHEL_SOON_MS, or has just begun */
  SATCHEL_TIDING_TODAY,    /* an activity is due today, at no hour; from eight in the morning */
} SatchelTidingKind;

#define SATCHEL_SOON_MS (10 * 60 * 1000)

typedef struct {
  SatchelTidingKind kind;
  const char *entity; /* interned */
  char *id, *title;
  char *who;          /* of ASSIGNED; "" when not known */
  gint64 start_ms;    /* of SOON */
} SatchelTiding;
void satchel_tiding_free (SatchelTiding *tiding);

/* What was told so far, and whose records were whose: between the reads. */
typedef struct _SatchelTidings SatchelTidings;
SatchelTidings *satchel_tidings_new (void);
void            satchel_tidings_free (SatchelTidings *tidings); /* NULL-safe */

/* SatchelTiding*, owned, by kind. The first read tells of no assignments but those of new records: it learns which records are hers.
 * Nothing is told before the first complete sync. One read at a time, in any thread. CANCELLED. */
GPtrArray *satchel_tidings_read (SatchelTidings *tidings, SatchelSession *session, GCancellable *cancellable, GError **error);

/* A write: what was read so far is told, and not again by whoever reads next. @tidings is not read meanwhile. */
gboolean satchel_tidings_keep (SatchelTidings *tidings, SatchelSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
