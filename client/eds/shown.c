/* Queries, and nothing is kept but what hold() reads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/shown.h"

#include <string.h>

#define LOOKS_TOGETHER 200 /* what a sync brings meanwhile waits to be seen, and its log to be folded */

struct _SatchelShown {
  const SatchelMirrorKind *kind;
  SatchelSession *session;
  SatchelReplica *replica;
  GHashTable *occurrences; /* series → GPtrArray of SatchelRecord, while held */
  gboolean held;
  const SatchelEntity *entity; /* while one transaction goes on; else NULL */
  guint looks;                 /* in it */
};

SatchelShown *
satchel_shown_new (const SatchelMirrorKind *kind, SatchelSession *session)
{
  SatchelShown *s = g_new0 (SatchelShown, 1);

  s->kind = kind;
  s->session = session;
  s->replica = satchel_session_get_replica (session);
  return s;
}

void
satchel_shown_free (SatchelShown *s)
{
  if (s == NULL)
    return;
  satchel_shown_release (s);
  g_free (s);
}

/* Each statement alone has the file locked and asks whether the definitions are still the same: of many
 * records in one transaction that is asked once. */
static gboolean
look_on (SatchelShown *s, GError **error)
{
  if (s->looks++ >= LOOKS_TOGETHER)
    satchel_shown_look_away (s);
  if (!s->held || s->entity != NULL)
    return TRUE;
  if (!satchel_database_begin_read (satchel_replica_get_database (s->replica), error))
    return FALSE;
  s->entity = satchel_shown_get_entity (s);
  return TRUE;
}

void
satchel_shown_look_away (SatchelShown *s)
{
  if (s->entity != NULL)
    satchel_database_rollback (satchel_replica_get_database (s->replica));
  s->entity = NULL;
  s->looks = 0;
}

void
satchel_shown_release (SatchelShown *s)
{
  satchel_shown_look_away (s);
  s->held = FALSE;
  g_clear_pointer (&s->occurrences, g_hash_table_unref);
}

const SatchelEntity *
satchel_shown_get_entity (SatchelShown *s)
{
  return s->entity != NULL
             ? s->entity
             : satchel_registry_find (satchel_session_get_registry (s->session), s->kind->entity);
}

static SatchelPredicate *
parse (SatchelShown *s, const char *text, GError **error)
{
  return satchel_predicate_parse (satchel_session_get_registry (s->session), satchel_shown_get_entity (s),
                                  text, error);
}

static gboolean
collect_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

gboolean
satchel_shown_each (SatchelShown *s, const char *where_text, SatchelRowFunc each, gpointer data,
                    GError **error)
{
  g_autoptr (SatchelPredicate) where = parse (s, where_text, error);
  SatchelQuery list = { .entity = satchel_shown_get_entity (s), .where = where, .limit = -1 };
  SatchelPredicateContext context;

  if (where == NULL)
    return FALSE;
  satchel_session_get_context (s->session, &context);
  return satchel_replica_query (s->replica, &list, &context, each, data, error);
}

static GPtrArray *
query (SatchelShown *s, const char *where, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);

  return satchel_shown_each (s, where, collect_cb, found, error) ? g_steal_pointer (&found) : NULL;
}

const char *
satchel_shown_get_series (const SatchelRecord *record)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "series");
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_value_get_id (value) : NULL;
}

static gboolean
has_series (SatchelShown *s)
{
  return satchel_entity_find_field (satchel_shown_get_entity (s), "series") != NULL;
}

/* Those that stand in place of single occurrences, appended to @records. */
static gboolean
add_occurrences (SatchelShown *s, const char *id, GPtrArray *records, GError **error)
{
  g_autofree char *where = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (!has_series (s))
    return TRUE;
  if (s->occurrences != NULL) {
    GPtrArray *known = g_hash_table_lookup (s->occurrences, id);

    for (guint i = 0; known != NULL && i < known->len; i++)
      g_ptr_array_add (records, satchel_record_copy (known->pdata[i]));
    return TRUE;
  }
  where = g_strdup_printf ("series = %s and status != cancelled", id);
  if ((found = query (s, where, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add (records, satchel_record_copy (found->pdata[i]));
  return TRUE;
}

gboolean
satchel_shown_hold (SatchelShown *s, GError **error)
{
  g_autoptr (GPtrArray) found = NULL;

  s->held = TRUE;
  if (!has_series (s))
    return TRUE;
  if ((found = query (s, "series is not empty and status != cancelled", error)) == NULL)
    return FALSE;
  s->occurrences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < found->len; i++) {
    const char *series = satchel_shown_get_series (found->pdata[i]);
    GPtrArray *list = g_hash_table_lookup (s->occurrences, series);

    if (list == NULL) {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
      g_hash_table_insert (s->occurrences, g_strdup (series), list);
    }
    g_ptr_array_add (list, satchel_record_copy (found->pdata[i]));
  }
  return TRUE;
}

gboolean
satchel_shown_load (SatchelShown *s, const char *id, GPtrArray **records, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelRecord *record;

  *records = NULL;
  if (!look_on (s, error) ||
      !satchel_replica_read (s->replica, satchel_shown_get_entity (s), id, &record, error))
    return FALSE;
  if (record == NULL)
    return TRUE;
  g_ptr_array_add (found, record);
  if (!add_occurrences (s, id, found, error))
    return FALSE;
  *records = g_steal_pointer (&found);
  return TRUE;
}

gboolean
satchel_shown_is_wanted (SatchelShown *s, GPtrArray *records, gboolean *wanted, GError **error)
{
  g_autoptr (SatchelPredicate) where = parse (s, s->kind->wanted, error);
  SatchelPredicateContext context;
  SatchelRecordSource source;

  *wanted = FALSE;
  if (where == NULL)
    return FALSE;
  if (records == NULL)
    return TRUE;
  satchel_session_get_context (s->session, &context);
  satchel_replica_init_source (s->replica, &source);
  *wanted = satchel_predicate_holds (where, &context, records->pdata[0], &source);
  return TRUE;
}

char *
satchel_shown_digest (SatchelShown *s, GPtrArray *records)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *const *fields = s->kind->fields ();

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];
    const SatchelValue *account =
        s->kind->account_field != NULL ? satchel_record_get_by_name (record, s->kind->account_field) : NULL;
    g_autofree char *title = account != NULL
                                 ? satchel_replica_dup_name (satchel_value_get_entity (account),
                                                             satchel_value_get_id (account), s->replica)
                                 : NULL;

    g_checksum_update (sum, (const guchar *)record->id, -1);
    for (guint f = 0; fields[f] != NULL; f++) {
      const SatchelField *field = satchel_entity_find_field (record->entity, fields[f]);
      const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;
      g_autofree char *text = value != NULL ? satchel_value_to_text (field, value) : NULL;

      g_checksum_update (sum, (const guchar *)(text != NULL ? text : ""),
                         text != NULL ? (gssize)strlen (text) : 0);
      g_checksum_update (sum, (const guchar *)"\n", 1);
    }
    if (title != NULL)
      g_checksum_update (sum, (const guchar *)title, -1);
  }
  return g_strdup (g_checksum_get_string (sum));
}

static gboolean
collect_id_cb (const SatchelRecord *record, gpointer data)
{
  if (satchel_shown_get_series (record) == NULL)
    g_ptr_array_add (data, g_strdup (record->id));
  return TRUE;
}

GPtrArray *
satchel_shown_list_ids (SatchelShown *s, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  return satchel_shown_each (s, s->kind->wanted, collect_id_cb, ids, error) ? g_steal_pointer (&ids) : NULL;
}

GPtrArray *
satchel_shown_list (SatchelShown *s, const char *where, GError **error)
{
  GPtrArray *found = query (s, where != NULL ? where : s->kind->wanted, error);

  for (guint i = found != NULL ? found->len : 0; i > 0; i--) {
    if (satchel_shown_get_series (found->pdata[i - 1]) != NULL)
      g_ptr_array_remove_index (found, i - 1);
  }
  return found;
}
