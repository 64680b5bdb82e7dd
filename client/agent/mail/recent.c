/* For each kind of activity the first few of those that have a time of one sort, so that no row is read in
 * vain: what was sent, what is done, and what is to be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/recent.h"

#include <string.h>

#include "client/replica/parties.h"

/* In order: what a record has of these first is its time. */
static const char *const times[] = { "sent_at", "completed_at", "start", "due", "created_at" };

static const SatchelValue *
get_instant (const SatchelRecord *record, const char *name, const SatchelField **field)
{
  *field = satchel_entity_find_field (record->entity, name);
  return *field != NULL ? satchel_record_get (record, *field) : NULL;
}

gint64
satchel_recent_get_time (const SatchelRecord *record)
{
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    const SatchelField *field;
    const SatchelValue *value = get_instant (record, times[i], &field);
    gint64 days;

    if (value != NULL && field->type == SATCHEL_TYPE_DATETIME)
      return satchel_value_get_integer (value);
    if (value != NULL && field->type == SATCHEL_TYPE_DATE &&
        satchel_date_parse (satchel_value_get_date (value), &days))
      return days * 24 * 60 * 60 * 1000;
  }
  return 0;
}

/* The ids of the subjects, borrowed from their keys; NULL-terminated, owned. */
static const char **
list_ids (GHashTable *subjects)
{
  const char **ids = g_new0 (const char *, g_hash_table_size (subjects) + 1);
  GHashTableIter iter;
  gpointer key;
  guint n = 0;

  g_hash_table_iter_init (&iter, subjects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    ids[n++] = strchr (key, ':') + 1;
  return ids;
}

char *
satchel_recent_join (GHashTable *subjects, const char *entity, gboolean whole)
{
  GString *text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, subjects);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const char *colon = strchr (key, ':');

    if (entity != NULL &&
        (strlen (entity) != (gsize)(colon - (char *)key) || !g_str_has_prefix (key, entity)))
      continue;
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", whole ? (char *)key : colon + 1);
  }
  return g_string_free (text, FALSE);
}

/* ---- one kind ---- */

static gboolean
add_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

/* Those whose time is the one in @sort. */
static gboolean
collect_sorted (SatchelSession *session, const SatchelEntity *entity, const char *condition,
                const char *const *taking_part, guint limit, const SatchelField *sort, GPtrArray *found,
                GError **error)
{
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (satchel_session_get_registry (session), entity, condition, error);
  SatchelQuery query = { .entity = entity,
                         .where = where,
                         .taking_part = taking_part,
                         .sort = sort,
                         .descending = TRUE,
                         .limit = limit };
  SatchelPredicateContext context;

  if (where == NULL)
    return FALSE;
  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &query, &context, add_cb, found,
                                error);
}

/* @about NULL: whatever it is about. */
static gboolean
collect_kind (SatchelSession *session, const SatchelEntity *entity, const char *about,
              const char *const *taking_part, guint limit, GPtrArray *found, GError **error)
{
  g_autoptr (GString) condition = g_string_new (about);

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    const SatchelField *field = satchel_entity_find_field (entity, times[i]);
    g_autofree char *text = NULL;

    if (field == NULL)
      continue;
    text = g_strdup_printf ("%s%s%s is not empty", condition->str, condition->len > 0 ? " and " : "",
                            field->name);
    if (!collect_sorted (session, entity, text, taking_part, limit, field, found, error))
      return FALSE;
    g_string_append_printf (condition, "%s%s is empty", condition->len > 0 ? " and " : "", field->name);
  }
  return TRUE;
}

/* Activities are what regards something and has a state. */
static gboolean
is_activity (const SatchelReference *reference)
{
  return g_str_equal (reference->field->name, "regarding") && reference->entity->state_field != NULL &&
         !reference->entity->retired && !reference->entity->part;
}

static char *
dup_condition (GHashTable *subjects, const SatchelEntity *entity)
{
  const SatchelField *account = satchel_entity_find_field (entity, "account");
  g_autofree char *all = satchel_recent_join (subjects, NULL, TRUE);
  g_autofree char *accounts = satchel_recent_join (subjects, "account", FALSE);

  if (account == NULL || *accounts == '\0')
    return g_strdup_printf ("regarding in (%s)", all);
  return g_strdup_printf ("(regarding in (%s) or account in (%s))", all, accounts);
}

/* ---- all kinds ---- */

static int
compare_cb (gconstpointer one, gconstpointer other)
{
  const SatchelRecord *a = *(const SatchelRecord *const *)one, *b = *(const SatchelRecord *const *)other;
  gint64 at_a = satchel_recent_get_time (a), at_b = satchel_recent_get_time (b);

  return at_a != at_b ? (at_a > at_b ? -1 : 1) : strcmp (a->id, b->id);
}

/* What is about somebody who takes part was found twice, and stands side by side. */
static void
keep_each_once (GPtrArray *sorted, guint limit)
{
  for (guint i = 1; i < sorted->len && i <= limit;) {
    const SatchelRecord *one = sorted->pdata[i - 1], *other = sorted->pdata[i];

    if (g_str_equal (one->id, other->id))
      g_ptr_array_remove_index (sorted, i);
    else
      i++;
  }
  if (sorted->len > limit)
    g_ptr_array_set_size (sorted, (int)limit);
}

GPtrArray *
satchel_recent_collect (SatchelSession *session, GHashTable *subjects, guint limit, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *contact = satchel_registry_find (registry, "contact");
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree const char **ids = list_ids (subjects);
  const SatchelReference *references = NULL;
  guint n_references = 0;

  if (contact != NULL && g_hash_table_size (subjects) > 0)
    references = satchel_registry_get_references (registry, contact, &n_references);
  for (guint i = 0; i < n_references; i++) {
    g_autofree char *condition = NULL;

    if (!is_activity (&references[i]))
      continue;
    condition = dup_condition (subjects, references[i].entity);
    if (!collect_kind (session, references[i].entity, condition, NULL, limit, found, error) ||
        (satchel_parties_are_in (references[i].entity) &&
         !collect_kind (session, references[i].entity, NULL, ids, limit, found, error)))
      return NULL;
  }
  g_ptr_array_sort (found, compare_cb);
  keep_each_once (found, limit);
  return g_steal_pointer (&found);
}
