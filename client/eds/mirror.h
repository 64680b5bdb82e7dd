/* One profile's mirror: session, sources, shelves, wired together, in the thread and main context that it is made in.
 *
 * It is there while somebody is signed in, something was pulled and the mirror is not switched off (meta "mirror" = "off"). Where one of these ends
 * it removes its sources with all that EDS keeps of them, once what she has nowhere else is safe (private.h). EDS that is missing, dies or comes back is waited for; nothing is polled.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/reconcile.h"

G_BEGIN_DECLS

#define SATCHEL_META_MIRROR "mirror" /* "off"; absent: on */

typedef enum {
  SATCHEL_MIRROR_OFF,         /* switched off */
  SATCHEL_MIRROR_SIGNED_OUT,  /* nobody is signed in, or nothing was pulled yet */
  SATCHEL_MIRROR_UNAVAILABLE, /* there is no EDS on this bus */
  SATCHEL_MIRROR_WAITING,     /* EDS has died or does not answer; tried again */
  SATCHEL_MIRROR_FAILED,      /* our own files refuse; tried again */
  SATCHEL_MIRROR_RUNNING,
} SatchelMirrorCondition;
const char *satchel_mirror_condition_name (SatchelMirrorCondition condition);

typedef struct {
  SatchelMirrorCondition condition;
  gint64 items[SATCHEL_MIRROR_N_KINDS]; /* mirrored */
  SatchelMirrorWrites writes;           /* since the program started */
  char *rescued;                        /* owned; or NULL: what became of her private items when the mirror ended */
  char *reason;                         /* owned; or NULL. While it runs: which kinds stand still, and why */
} SatchelMirrorStatus;

typedef struct _SatchelMirror SatchelMirror;

typedef struct {
  void (*status) (SatchelMirror *mirror, const SatchelMirrorStatus *status, gpointer data);
  void (*notice) (SatchelMirror *mirror, SatchelMirrorNotice notice, guint count, const char *reason, gpointer data);
} SatchelMirrorEvents;

/* Does nothing until it is told of a change. All borrowed but @profile. */
SatchelMirror *satchel_mirror_new (const char *data_dir, const char *profile, const SatchelMirrorEvents *events, gpointer data);
void           satchel_mirror_free (SatchelMirror *mirror); /* leaves everything as it stands */
const char    *satchel_mirror_get_profile (SatchelMirror *mirror);

/* Something is different in the replica: @records entity → set of ids, an empty set: anything of that entity; NULL: anything at all. Looked at soon. */
void satchel_mirror_touch (SatchelMirror *mirror, GHashTable *records);
/* The profile is gone, by the server's order: nothing of it stays at EDS, nor of what was private in it. */
void satchel_mirror_erase (SatchelMirror *mirror);
/* Takes the last deletes back. */
void satchel_mirror_undo (SatchelMirror *mirror);

G_END_DECLS
