/* An office with so many records that its devices take images, and what the server says about these.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/snapshot.h"
#include "tests/sync-server/office.h"

G_BEGIN_DECLS

#define IMAGE_OFFICE_ACCOUNTS 2300 /* of one */

typedef struct {
  Office *office;
  Desk *one, *two, *other;
  char *one_id, *two_id;
  GPtrArray *accounts; /* ids of those of one */
} ImageOffice;

/* As g_test_add() wants them. */
void image_office_set_up (ImageOffice *f, gconstpointer data);
void image_office_tear_down (ImageOffice *f, gconstpointer data);
/* @n accounts of @owner; every tenth has a contact. */
void image_office_load (ImageOffice *f, const char *owner, guint n, const char *name);

/* What is there now; @lacking: whether one might be made. */
SatchelSnapshotHead *image_office_ask_once (ImageOffice *f, Desk *desk, gboolean *lacking);
/* What is there once it had the time to be made. */
SatchelSnapshotHead *image_office_ask (ImageOffice *f, Desk *desk);
/* A piece; NULL: there is no such image for it. */
GBytes  *image_office_get (ImageOffice *f, Desk *desk, const char *id, gint64 offset);
gboolean image_office_may_get (ImageOffice *f, Desk *desk, const char *id);

G_END_DECLS
