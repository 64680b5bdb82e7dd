/* Which attachment moves next, and what becomes of the sets and records that name it: what must be sent before what should be fetched.
 * Turned by the sync driver, one piece a step, so that pushes and pulls go in between.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

typedef struct _SatchelCourier SatchelCourier;

typedef enum {
  SATCHEL_COURIER_MORE, /* a piece moved, or a file was given up: ask again */
  SATCHEL_COURIER_SENT, /* a file is at the server, so that sets may go */
  SATCHEL_COURIER_FAILED,
} SatchelCourierNews;

typedef void (*SatchelCourierFunc) (SatchelCourierNews news, const GError *error, gint64 retry_after_ms, gpointer data);

typedef struct {
  gint64 sent, fetched; /* files */
  gint64 given_up;      /* could not be fetched, or came with other bytes */
} SatchelCourierTotals;

/* Both are borrowed. */
SatchelCourier *satchel_courier_new (SatchelSession *session, SatchelTransport *transport);
void            satchel_courier_free (SatchelCourier *courier); /* cancels; NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelCourier, satchel_courier_free)

/* Whether anything is to be moved now. */
gboolean satchel_courier_find_work (SatchelCourier *courier, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Moves a piece of what find_work() has found. */
void satchel_courier_step (SatchelCourier *courier, const char *token, SatchelCourierFunc func, gpointer data);
void satchel_courier_cancel (SatchelCourier *courier);
/* A pull brought rows, or the server was restored: what was given up is tried once more. */
void satchel_courier_hope_again (SatchelCourier *courier);
void satchel_courier_get_totals (SatchelCourier *courier, SatchelCourierTotals *totals);

G_END_DECLS
