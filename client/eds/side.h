/* One kind of a profile's mirror: its shelf, what was touched on either side, and what becomes of a look at it. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libedataserver/libedataserver.h>

#include "client/eds/reconcile.h"

G_BEGIN_DECLS

/* What the kinds of one profile stand on; the mirror's. */
typedef struct {
  char *data_dir, *profile;
  SatchelSession *session;
  SatchelExchange *exchange;
  SatchelMirrorState *state;
  ESourceRegistry *registry;
} SatchelGround;

/* What a person should hear of. */
typedef struct {
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  char *reason;        /* of the last refusal; owned; or NULL */
  SatchelDeeds *deeds; /* the deletes, to be undone; owned; or NULL */
} SatchelSideNews;
void satchel_side_news_clear (SatchelSideNews *news);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelSideNews, satchel_side_news_clear)

typedef struct _SatchelSide SatchelSide;

/* @touched: something was, at EDS; @dead: EDS itself is gone. */
SatchelSide *satchel_side_new (guint kind, const SatchelGround *ground, void (*touched) (gboolean dead, gpointer data), gpointer data);
void         satchel_side_free (SatchelSide *side); /* NULL-safe */

/* Does nothing where it is open. Where it cannot be opened it may well be empty when it can be again: nothing of what it held was deleted. */
gboolean satchel_side_open (SatchelSide *side, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next look is at everything, and not put off. */
void     satchel_side_close (SatchelSide *side);

/* Something is different in the replica: as in satchel_mirror_touch(). */
void     satchel_side_touch (SatchelSide *side, GHashTable *records);
/* Anything may be different. */
gboolean satchel_side_wants_all (const SatchelSide *side);

/* Looks at what was touched; at everything after a look that failed. It is open. */
gboolean satchel_side_look (SatchelSide *side, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same at everything, in a thread beside this one, until join(). Contacts alone: the shelf of the others asks the ground. */
void     satchel_side_start (SatchelSide *side);
gboolean satchel_side_is_under_way (const SatchelSide *side);
gboolean satchel_side_join (SatchelSide *side, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_side_take_news (SatchelSide *side, SatchelSideNews *news);
/* How often each side was written, since new(). */
SatchelMirrorWrites satchel_side_get_writes (const SatchelSide *side);

/* Closed, and not tried again for a while, longer each time. */
void        satchel_side_put_off (SatchelSide *side, const GError *error);
void        satchel_side_went_well (SatchelSide *side);
/* Why it stands still, or NULL; the moment of the next try, by the monotonic clock. */
const char *satchel_side_get_problem (const SatchelSide *side);
gint64      satchel_side_get_due_us (const SatchelSide *side);
/* Nothing stands still for the sake of what was: the mirror has ended. */
void        satchel_side_forget_problem (SatchelSide *side);

/* How long to wait after so many failures. */
guint satchel_side_back_off_ms (guint failures);

G_END_DECLS
