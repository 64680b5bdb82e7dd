/* Writes that can be taken back: what a program does for a person with one gesture, on one record or many, and its reverse.
 *
 * Taking back discards from the outbox what has not been offered to the server yet, as if it had never been. What has is answered by
 * a deed of its own: the fields that were changed get their values again, as far as nobody has changed them since; a delete or a merge is
 * restored by the server; what was assigned, shared, closed, completed, qualified goes back by the action that leads there. A few steps
 * have no way back once the server has them (an order made of a quote): STATE says so.
 *
 * A value of its own: may go from one thread to another, with whatever session of the same profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct _SatchelDeeds SatchelDeeds;

SatchelDeeds *satchel_deeds_new (void);
void          satchel_deeds_free (SatchelDeeds *deeds); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDeeds, satchel_deeds_free)

/* How many there are to take back. */
guint satchel_deeds_get_n (const SatchelDeeds *deeds);
/* The batch in which the last were done came to nothing: only the first @n happened. */
void  satchel_deeds_truncate (SatchelDeeds *deeds, guint n);

/* The session's calls of the same names, remembered. What fails, and an update that changes nothing, is not. */
gboolean satchel_deeds_create (SatchelDeeds *deeds, SatchelSession *session, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_deeds_update (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
                               GPtrArray *changes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_deeds_update_seen (SatchelDeeds *deeds, SatchelSession *session, const SatchelSeen *seen, GPtrArray *changes,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_deeds_delete (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_deeds_act (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
                            const char *action, GHashTable *arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last first. What cannot be taken back does not keep the rest from it: it stays among @deeds, and the first reason is told.
 * Not within a batch. */
gboolean satchel_deeds_take_back (SatchelDeeds *deeds, SatchelSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
