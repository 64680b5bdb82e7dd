/* One hash table a field: normalised text to the records that have it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/names.h"

#include "client/replica/query.h"

typedef struct {
  char *id;
  char *text; /* as it is spelt */
} Entry;

typedef struct {
  const SatchelField *field;
  GHashTable *entries; /* normalised text → GPtrArray of Entry */
} Index;

struct _SatchelNames {
  SatchelReplica *replica;
  const SatchelPredicateContext *context;
  GHashTable *indexes; /* field → Index */
};

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  g_free (entry->text);
  g_free (entry);
}

static void
free_index (gpointer data)
{
  Index *index = data;

  g_hash_table_unref (index->entries);
  g_free (index);
}

SatchelNames *
satchel_names_new (SatchelReplica *replica, const SatchelPredicateContext *context)
{
  SatchelNames *names = g_new0 (SatchelNames, 1);

  names->replica = replica;
  names->context = context;
  names->indexes = g_hash_table_new_full (NULL, NULL, NULL, free_index);
  return names;
}

void
satchel_names_free (SatchelNames *names)
{
  if (names == NULL)
    return;
  g_hash_table_unref (names->indexes);
  g_free (names);
}

/* Composed, folded, and every run of white space one blank, none at the ends. */
static char *
normalise (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  g_autofree char *folded = satchel_fold (composed);
  GString *normal = g_string_new (NULL);
  gboolean blank = FALSE;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar character = g_utf8_get_char (p);

    if (g_unichar_isspace (character)) {
      blank = normal->len > 0;
      continue;
    }
    if (blank)
      g_string_append_c (normal, ' ');
    blank = FALSE;
    g_string_append_unichar (normal, character);
  }
  return g_string_free (normal, FALSE);
}

static void
add_entry (Index *index, const char *text, const char *id)
{
  g_autofree char *normal = normalise (text);
  GPtrArray *entries = g_hash_table_lookup (index->entries, normal);
  Entry *entry;

  if (entries == NULL) {
    entries = g_ptr_array_new_with_free_func (free_entry);
    g_hash_table_insert (index->entries, g_steal_pointer (&normal), entries);
  }
  for (guint i = 0; i < entries->len; i++) {
    if (g_str_equal (((const Entry *)entries->pdata[i])->id, id))
      return;
  }
  entry = g_new0 (Entry, 1);
  entry->id = g_strdup (id);
  entry->text = g_strdup (text);
  g_ptr_array_add (entries, entry);
}

static gboolean
add_record (const SatchelRecord *record, gpointer data)
{
  Index *index = data;
  const SatchelValue *value = satchel_record_get (record, index->field);

  if (value != NULL) {
    g_autofree char *text = satchel_value_to_text (index->field, value);

    add_entry (index, text, record->id);
  }
  return TRUE;
}

static Index *
need_index (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field, GError **error)
{
  Index *index = g_hash_table_lookup (names->indexes, field);
  const SatchelQuery query = { .entity = entity, .limit = -1 };

  if (index != NULL)
    return index;
  index = g_new0 (Index, 1);
  index->field = field;
  index->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  if (!satchel_replica_query (names->replica, &query, names->context, add_record, index, error)) {
    free_index (index);
    return NULL;
  }
  g_hash_table_insert (names->indexes, (gpointer)field, index);
  return index;
}

gboolean
satchel_names_load (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field,
                    GError **error)
{
  return need_index (names, entity, field, error) != NULL;
}

gboolean
satchel_names_find (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field,
                    const char *text, SatchelNameMatch *match, const char **id, GError **error)
{
  Index *index = need_index (names, entity, field, error);
  g_autofree char *normal = normalise (text);
  const Entry *found = NULL;
  GPtrArray *entries;
  guint exact = 0;

  *id = NULL;
  if (index == NULL)
    return FALSE;
  entries = g_hash_table_lookup (index->entries, normal);
  *match = entries == NULL ? SATCHEL_NAME_UNKNOWN : SATCHEL_NAME_AMBIGUOUS;
  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];

    if (g_str_equal (entry->text, text) && exact++ == 0)
      found = entry;
  }
  if (entries != NULL && entries->len == 1)
    found = entries->pdata[0];
  else if (exact != 1)
    found = NULL;
  if (found != NULL) {
    *match = SATCHEL_NAME_FOUND;
    *id = found->id;
  }
  return TRUE;
}

gboolean
satchel_names_add (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field,
                   const char *text, const char *id, GError **error)
{
  Index *index = need_index (names, entity, field, error);

  if (index == NULL)
    return FALSE;
  add_entry (index, text, id);
  return TRUE;
}
