/* Which organisation a request is for: the first part of its path, "/SLUG/v1/…"; the first organisation's have none.
 *
 * Organisations that are added, disabled or enabled while serving are noticed within a look or two; those that nobody talks to
 * are closed. Both need the disk and are done by a thread of the hall's own; everything else happens in the main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/tenant.h"

G_BEGIN_DECLS

typedef struct _SatchelHall SatchelHall;

typedef struct {
  const char *dir;       /* of the first organisation, with those of the others in it */
  SatchelServer *server; /* the first's; borrowed; NULL: opened when it is needed */
  guint look_ms;         /* how often to look for changes */
  guint idle_ms;         /* after which an organisation is closed */
} SatchelHallOptions;

/* STORAGE when the directory cannot be read. @commons is borrowed. */
SatchelHall *satchel_hall_new (SatchelCommons *commons, const SatchelHallOptions *options, GError **error);
/* Once the pools have stopped and there are neither requests nor streams. */
void satchel_hall_free (SatchelHall *hall);

/* NULL: no organisation that is served. *rest is the path within it, borrowed from @path. */
SatchelTenant *satchel_hall_find (SatchelHall *hall, const char *path, const char **rest);
/* Time has come for what writers do now and then. */
void satchel_hall_tend (SatchelHall *hall);

G_END_DECLS
