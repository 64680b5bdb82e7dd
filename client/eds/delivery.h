/* What is on its way to EDS, noted before and after. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/shelf.h"
#include "client/eds/state.h"

G_BEGIN_DECLS

typedef struct _SatchelDelivery SatchelDelivery;

/* All borrowed. */
SatchelDelivery *satchel_delivery_new (const char *entity, SatchelMirrorState *state, SatchelShelf *shelf);
void             satchel_delivery_free (SatchelDelivery *delivery); /* NULL-safe */

/* Takes @note: its text is to be written, over what it says stood there before. */
void satchel_delivery_add_write (SatchelDelivery *delivery, SatchelMirrored *note);
/* Takes @note: nothing is to be written, only known. */
void satchel_delivery_add_note (SatchelDelivery *delivery, SatchelMirrored *note);
/* @record may be one of which nothing is noted. */
void satchel_delivery_add_removal (SatchelDelivery *delivery, const char *uid, const char *record);

/* Writes all of it. An item that EDS refuses is counted and left; one that somebody has changed since it was read is left to the look that follows from
 * that. UNREACHABLE, STORAGE: what is left is dropped by clear(), and found again by the next look. */
gboolean satchel_delivery_flush (SatchelDelivery *delivery, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same once there is much of it, so that little is ever held. What is to be made may still be on its way then, beside what the caller does next:
 * until flush() the shelf is not to be used but through here. */
gboolean satchel_delivery_flush_full (SatchelDelivery *delivery, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Waits for what is on its way, and drops all of it. */
void     satchel_delivery_clear (SatchelDelivery *delivery);

guint64 satchel_delivery_get_written (const SatchelDelivery *delivery);
/* Items refused since the last call; *reason of the last one is owned. */
guint   satchel_delivery_take_refused (SatchelDelivery *delivery, char **reason);

G_END_DECLS
