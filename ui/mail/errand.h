/* What satchelctl does for the application: mail goes out by one program, with one ledger of what went out, and what reads and sends mail is not linked
 * here. An errand outlives its window, and a program that dies in the middle of one has it finished all the same.
 *
 * Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef struct {
  GPtrArray *answers; /* JsonObject*, a line each */
  int status;         /* as it exited (client/cli/cli.h); -1: it was killed */
  char *problem;      /* a sentence; NULL: it told none */
} SatchelErrandResult;
void satchel_errand_result_free (SatchelErrandResult *result); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelErrandResult, satchel_errand_result_free)

/* Each line as it comes. */
typedef void (*SatchelErrandFunc) (JsonObject *answer, gpointer data);

/* @words: the command and its arguments. Cancelling is Ctrl+C: the program ends as it sees fit, and says what became of it. @told may be NULL. */
void                 satchel_errand_run (SatchelDesk *desk, const char *const *words, GCancellable *cancellable, SatchelErrandFunc told,
                                         GAsyncReadyCallback callback, gpointer data);
/* An error: it could not be started. */
SatchelErrandResult *satchel_errand_finish (GAsyncResult *result, GError **error);

G_END_DECLS
