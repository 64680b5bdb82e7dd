/* One thing done to one record or many, a piece at a time: each piece is a write of its own, so that other writes go in between and what
 * was done stays when it is stopped. No widgets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "ui/desk/desk.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_RUN (satchel_run_get_type ())
G_DECLARE_FINAL_TYPE (SatchelRun, satchel_run, SATCHEL, RUN, GObject)

/* Does it to one record; in the writer's thread. */
typedef gboolean (*SatchelRunFunc) (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
                                    gpointer data, GError **error);

/* One that was refused. */
typedef struct {
  char *id;
  char *title;
  GError *error;
} SatchelRefusal;

/* @ids: char*, copied. @data belongs to the run. */
SatchelRun *satchel_run_new (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids, SatchelRunFunc func,
                             gpointer data, GDestroyNotify free_data);
/* Named functions for the common ones. @arguments: name → text (char* → char*, freed by the table), taken; NULL: none. */
SatchelRun *satchel_run_new_action (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids, const char *action,
                                    GHashTable *arguments);
SatchelRun *satchel_run_new_delete (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids);

/* What is meant, for people: one record by its name, several by their number. Owned. */
char *satchel_run_describe (SatchelDesk *desk, const char *entity, const GPtrArray *ids);
char *satchel_run_dup_subject (SatchelRun *run);

/* Once. "finished" comes later, and in any case. The run holds itself meanwhile. */
void satchel_run_start (SatchelRun *run);
/* After the piece under way. */
void satchel_run_stop (SatchelRun *run);

/* Signals: "progress" after each piece, "finished" once. */
guint satchel_run_get_n (SatchelRun *run);      /* records that it is about */
guint satchel_run_get_looked (SatchelRun *run); /* at, with whatever outcome */
guint satchel_run_get_done (SatchelRun *run);   /* of these, those to which it was done */
const GPtrArray *satchel_run_get_refusals (SatchelRun *run); /* SatchelRefusal*, borrowed */
/* NULL unless the whole could not go on: the disk. Borrowed. */
const GError *satchel_run_get_error (SatchelRun *run);
/* The record to go on with, once there is one: the order of a quote that was won. Borrowed; NULL: none. Of one record with an action
 * that makes another it is known by itself. */
void          satchel_run_set_made (SatchelRun *run, const char *entity, const char *id);
SatchelRoute *satchel_run_get_made (SatchelRun *run);
/* What undoes it, owned; once, when it has finished. */
SatchelDeeds *satchel_run_steal_deeds (SatchelRun *run);

G_END_DECLS
