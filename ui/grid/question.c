/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/question.h"

SatchelQuestion *
satchel_question_new (SatchelRegistry *registry, const SatchelRowsQuery *query)
{
  SatchelQuestion *question = g_new0 (SatchelQuestion, 1);

  g_atomic_ref_count_init (&question->references);
  question->registry = satchel_registry_ref (registry);
  question->entity = query->entity;
  question->where = query->where != NULL ? satchel_predicate_ref (query->where) : NULL;
  question->find = g_strdup (query->find);
  question->find_fields = g_strdupv ((char **)query->find_fields);
  question->sort = query->sort;
  question->descending = query->descending;
  return question;
}

SatchelQuestion *
satchel_question_ref (SatchelQuestion *question)
{
  g_atomic_ref_count_inc (&question->references);
  return question;
}

void
satchel_question_unref (SatchelQuestion *question)
{
  if (question == NULL || !g_atomic_ref_count_dec (&question->references))
    return;
  satchel_predicate_unref (question->where);
  g_strfreev (question->find_fields);
  g_free (question->find);
  satchel_registry_unref (question->registry);
  g_free (question);
}

GArray *
satchel_question_list (SatchelQuestion *question, SatchelSession *session, gint64 limit,
                       GCancellable *cancellable, GError **error)
{
  const SatchelQuery query = { .entity = question->entity,
                               .where = question->where,
                               .find = question->find,
                               .find_fields = (const char *const *)question->find_fields,
                               .sort = question->sort,
                               .descending = question->descending,
                               .limit = limit };
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  if (!satchel_replica_list_rows (satchel_session_get_replica (session), &query, &context, cancellable,
                                  numbers, error))
    return NULL;
  return g_steal_pointer (&numbers);
}
