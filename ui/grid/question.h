/* What a list asks: a copy that jobs in threads share. Immutable.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* Everything is borrowed for the call. */
typedef struct {
  const SatchelEntity *entity;
  SatchelPredicate *where;             /* NULL: all */
  const char *find;                    /* as in SatchelQuery */
  const char *const *find_fields;
  const SatchelField *sort;
  gboolean descending;
} SatchelRowsQuery;

typedef struct {
  gatomicrefcount references;
  SatchelRegistry *registry; /* keeps entity and fields alive */
  const SatchelEntity *entity;
  SatchelPredicate *where;
  char *find;
  char **find_fields; /* NULL: all */
  const SatchelField *sort;
  gboolean descending;
} SatchelQuestion;

SatchelQuestion *satchel_question_new (SatchelRegistry *registry, const SatchelRowsQuery *query);
SatchelQuestion *satchel_question_ref (SatchelQuestion *question);
void             satchel_question_unref (SatchelQuestion *question); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelQuestion, satchel_question_unref)

/* Row numbers (guint32) in their order, owned; @limit -1: all. In any thread, over that thread's session. CANCELLED. */
GArray *satchel_question_list (SatchelQuestion *question, SatchelSession *session, gint64 limit, GCancellable *cancellable,
                               GError **error);

G_END_DECLS
