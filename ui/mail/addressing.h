/* The drafts that letters begin with. Jobs of the desk: any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef struct {
  char *entity;
  GPtrArray *ids; /* char* */
  char *address;  /* of the one record; NULL: the first one filled in */
} SatchelAddressing;
SatchelAddressing *satchel_addressing_new (const char *entity, const GPtrArray *ids, const char *address); /* copies */
void               satchel_addressing_free (gpointer addressing);

typedef struct {
  SatchelRecord *email; /* in memory; its people are in "to" */
  GPtrArray *left_out;  /* char*: "Ana Pop: no address" */
} SatchelAddressed;
void satchel_addressed_free (gpointer addressed);

/* A SatchelDeskJob; gives a SatchelAddressed. Who wants no mail or is not active is told, and, where she was not chosen by herself, left out. */
gpointer satchel_addressing_run (SatchelSession *session, gpointer addressing, GCancellable *cancellable, GError **error);

typedef struct {
  char *list; /* id */
  SatchelDeeds *deeds;
} SatchelGathered;
void satchel_gathered_free (gpointer gathered);

/* A SatchelDeskJob that writes: a marketing list of them, to send a mailing to. Gives a SatchelGathered. */
gpointer satchel_addressing_gather (SatchelSession *session, gpointer addressing, GCancellable *cancellable, GError **error);

G_END_DECLS
