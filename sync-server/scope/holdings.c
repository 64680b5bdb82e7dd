/* Reading a scope's text.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/holdings.h"

#include "protocol/error.h"
#include "sync-server/store/members.h"

#include <string.h>

struct _SatchelHoldings {
  SatchelStore *store;
  GPtrArray *lines;     /* char*, whole, owned */
  GHashTable *holdings; /* SatchelEntity → SatchelHolding */
  GHashTable *wanted;   /* "entity atom", "entity prefix*": what buckets were looked for, owned */
  GHashTable *owners;   /* bucket, as a pointer → SatchelEntity: those that were found */
  gint64 last_bucket;   /* of all there were */
};

static void
holding_free (SatchelHolding *holding)
{
  g_ptr_array_unref (holding->lines);
  g_array_unref (holding->readable);
  g_array_unref (holding->authored);
  g_array_unref (holding->sources);
  g_ptr_array_unref (holding->hidden);
  g_free (holding);
}

void
satchel_holdings_free (SatchelHoldings *holdings)
{
  g_hash_table_unref (holdings->holdings);
  g_hash_table_unref (holdings->wanted);
  g_hash_table_unref (holdings->owners);
  g_clear_pointer (&holdings->lines, g_ptr_array_unref);
  g_free (holdings);
}

SatchelStore *
satchel_holdings_get_store (const SatchelHoldings *holdings)
{
  return holdings->store;
}

const SatchelHolding *
satchel_holdings_get (const SatchelHoldings *holdings, const SatchelEntity *entity)
{
  return g_hash_table_lookup (holdings->holdings, entity);
}

static gboolean
has_verb (const char *line, const char *verb)
{
  const char *space = strchr (line, ' ');

  return g_str_has_prefix (space + 1, verb) && space[1 + strlen (verb)] == ' ';
}

static gboolean
equal_lines (const SatchelHolding *a, const SatchelHolding *b, const char *verb)
{
  guint i = 0, j = 0;

  if (a == b)
    return TRUE;
  for (;;) {
    while (i < a->lines->len && verb != NULL && !has_verb (a->lines->pdata[i], verb))
      i++;
    while (j < b->lines->len && verb != NULL && !has_verb (b->lines->pdata[j], verb))
      j++;
    if (i == a->lines->len || j == b->lines->len)
      return i == a->lines->len && j == b->lines->len;
    if (!g_str_equal (a->lines->pdata[i++], b->lines->pdata[j++]))
      return FALSE;
  }
}

gboolean
satchel_holding_reads_like (const SatchelHolding *a, const SatchelHolding *b)
{
  return equal_lines (a, b, "read") && equal_lines (a, b, "author") && equal_lines (a, b, "hide");
}

gboolean
satchel_holding_equal (const SatchelHolding *a, const SatchelHolding *b)
{
  if (a == b)
    return TRUE;
  if (!equal_lines (a, b, NULL) || a->sources->len != b->sources->len)
    return FALSE;
  /* Those of satellites follow from other entities' lines. */
  for (guint i = 0; i < a->sources->len; i++) {
    if (g_array_index (a->sources, SatchelSource, i).bucket !=
        g_array_index (b->sources, SatchelSource, i).bucket)
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_holding_hides (const SatchelHolding *holding, const SatchelField *field)
{
  for (guint i = 0; field->secured != NULL && i < holding->hidden->len; i++) {
    if (g_str_equal (holding->hidden->pdata[i], field->secured))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_holding_has_guards (const SatchelHolding *holding)
{
  for (guint i = 0; i < holding->sources->len; i++) {
    if (g_array_index (holding->sources, SatchelSource, i).guard != NULL)
      return TRUE;
  }
  return FALSE;
}

/* ---- from atoms to buckets ---- */

/* Of the bucket @atom, or of all that begin so. */
static GArray *
find_buckets (SatchelHoldings *holdings, const SatchelEntity *entity, const char *atom, gboolean is_prefix,
              GError **error)
{
  GArray *found = satchel_members_list_buckets (holdings->store, entity->name, atom, is_prefix, error);

  g_hash_table_add (holdings->wanted, g_strconcat (entity->name, " ", atom, is_prefix ? "*" : NULL, NULL));
  for (guint i = 0; found != NULL && i < found->len; i++)
    g_hash_table_insert (holdings->owners, GSIZE_TO_POINTER (g_array_index (found, gint64, i)),
                         (gpointer)entity);
  return found;
}

/* Records that users own are all filed under a unit, those of the organisation under "org". */
static gboolean
reaches_all (const SatchelEntity *entity, const char *atom, gboolean is_prefix)
{
  return (entity->ownership == SATCHEL_OWNERSHIP_USER && is_prefix && g_str_equal (atom, "unit:")) ||
         (entity->ownership == SATCHEL_OWNERSHIP_ORGANISATION && g_str_equal (atom, "org"));
}

static gboolean
add_range (SatchelHoldings *holdings, SatchelHolding *holding, GArray *buckets, const char *atom,
           GError **error)
{
  gsize length = strlen (atom);
  gboolean is_prefix = length > 0 && atom[length - 1] == '*';
  g_autofree char *bare = g_strndup (atom, length - is_prefix);
  g_autoptr (GArray) found = NULL;

  holding->reads_all |= reaches_all (holding->entity, bare, is_prefix);
  found = find_buckets (holdings, holding->entity, bare, is_prefix, error);
  if (found == NULL)
    return FALSE;
  g_array_append_vals (buckets, found->data, found->len);
  return TRUE;
}

static gboolean
add_source (SatchelHoldings *holdings, SatchelHolding *holding, const char *atom,
            const SatchelEntity *subject, const char *guard, GError **error)
{
  g_autoptr (GArray) buckets = find_buckets (holdings, holding->entity, atom, FALSE, error);

  if (buckets == NULL)
    return FALSE;
  for (guint i = 0; i < buckets->len; i++) {
    const SatchelSource source = { g_array_index (buckets, gint64, i), guard, subject };

    g_array_append_val (holding->sources, source);
  }
  return TRUE;
}

/* ---- lines ---- */

static SatchelHolding *
ensure_holding (SatchelHoldings *holdings, const SatchelEntity *entity)
{
  SatchelHolding *holding = g_hash_table_lookup (holdings->holdings, entity);

  if (holding != NULL)
    return holding;
  holding = g_new0 (SatchelHolding, 1);
  holding->entity = entity;
  holding->lines = g_ptr_array_new ();
  holding->readable = g_array_new (FALSE, FALSE, sizeof (gint64));
  holding->authored = g_array_new (FALSE, FALSE, sizeof (gint64));
  holding->sources = g_array_new (FALSE, FALSE, sizeof (SatchelSource));
  holding->hidden = g_ptr_array_new ();
  g_hash_table_insert (holdings->holdings, (gpointer)entity, holding);
  return holding;
}

static gboolean
read_line (SatchelHoldings *holdings, SatchelHolding *holding, const char *verb, const char *atom,
           GError **error)
{
  if (g_str_equal (verb, "read"))
    return add_range (holdings, holding, holding->readable, atom, error);
  if (g_str_equal (verb, "author"))
    return add_range (holdings, holding, holding->authored, atom, error);
  if (g_str_equal (verb, "hide"))
    g_ptr_array_add (holding->hidden, (gpointer)atom);
  else if (g_str_equal (atom, "*"))
    holding->all = TRUE;
  else
    return add_source (holdings, holding, atom, holding->entity, g_str_equal (verb, "guard") ? atom : NULL,
                       error);
  return TRUE;
}

static gboolean
read_lines (SatchelHoldings *holdings, const char *text, GError **error)
{
  holdings->lines = g_ptr_array_new_with_free_func (g_free);
  for (const char *at = text, *end; (end = strchr (at, '\n')) != NULL; at = end + 1) {
    char *line = g_strndup (at, end - at);
    g_auto (GStrv) words = g_strsplit (line, " ", 3);
    const SatchelEntity *entity = satchel_registry_find (holdings->store->registry, words[0]);
    SatchelHolding *holding;

    g_ptr_array_add (holdings->lines, line);
    if (entity == NULL || g_strv_length (words) != 3)
      continue;
    holding = ensure_holding (holdings, entity);
    g_ptr_array_add (holding->lines, line);
    if (!read_line (holdings, holding, words[1], line + strlen (words[0]) + strlen (words[1]) + 2, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- satellites ---- */

/* The prefixes under which satellites of @subject are filed: "account/", and "account+CLASS/" for each class
 * of it. */
static GPtrArray *
list_prefixes (const SatchelEntity *subject)
{
  GPtrArray *prefixes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) classes = g_hash_table_new (g_str_hash, g_str_equal);

  g_ptr_array_add (prefixes, g_strconcat (subject->name, "/", NULL));
  for (guint i = 0; i < subject->n_fields; i++) {
    const char *secured = subject->fields[i]->secured;

    if (secured != NULL && g_hash_table_add (classes, (gpointer)secured))
      g_ptr_array_add (prefixes, g_strconcat (subject->name, "+", secured, "/", NULL));
  }
  return prefixes;
}

static gboolean
begins_with_any (const char *atom, GPtrArray *prefixes)
{
  for (guint i = 0; i < prefixes->len; i++) {
    if (g_str_has_prefix (atom, prefixes->pdata[i]))
      return TRUE;
  }
  return FALSE;
}

/* All satellites about @subject that may be read. */
static gboolean
follow_all (SatchelHoldings *holdings, SatchelHolding *holding, const SatchelEntity *subject,
            GPtrArray *prefixes, GError **error)
{
  g_autoptr (GArray) buckets = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < holding->lines->len; i++) {
    const char *atom = strchr (strchr (holding->lines->pdata[i], ' ') + 1, ' ') + 1;

    if (has_verb (holding->lines->pdata[i], "read") && begins_with_any (atom, prefixes) &&
        !add_range (holdings, holding, buckets, atom, error))
      return FALSE;
  }
  for (guint i = 0; i < buckets->len; i++) {
    const SatchelSource source = { g_array_index (buckets, gint64, i), NULL, subject };

    g_array_append_val (holding->sources, source);
  }
  return TRUE;
}

static gboolean
follow_subject (SatchelHoldings *holdings, SatchelHolding *holding, const SatchelHolding *about,
                GError **error)
{
  g_autoptr (GPtrArray) prefixes = list_prefixes (about->entity);

  if (about->all)
    return follow_all (holdings, holding, about->entity, prefixes, error);
  for (guint i = 0; i < about->lines->len; i++) {
    const char *line = about->lines->pdata[i], *atom = strchr (strchr (line, ' ') + 1, ' ') + 1;
    const gboolean guarded = has_verb (line, "guard");

    for (guint j = 0; j < prefixes->len && (guarded || has_verb (line, "carry")); j++) {
      g_autofree char *own = g_strconcat (prefixes->pdata[j], atom, NULL);

      if (!add_source (holdings, holding, own, about->entity, guarded ? atom : NULL, error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
follow_subjects (SatchelHoldings *holdings, const SatchelEntity *satellite,
                 const SatchelEntity *const *entities, guint n_entities, GError **error)
{
  SatchelHolding *holding = ensure_holding (holdings, satellite);

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership != SATCHEL_OWNERSHIP_RECORD &&
        !follow_subject (holdings, holding, ensure_holding (holdings, entities[i]), error))
      return FALSE;
  }
  return TRUE;
}

SatchelHoldings *
satchel_holdings_new (SatchelStore *store, const char *text, GError **error)
{
  g_autoptr (SatchelHoldings) holdings = g_new0 (SatchelHoldings, 1);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  holdings->store = store;
  holdings->holdings = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)holding_free);
  holdings->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  holdings->owners = g_hash_table_new (NULL, NULL);
  if (!satchel_members_last_bucket (store, &holdings->last_bucket, error))
    return NULL;
  if (!read_lines (holdings, text, error))
    return NULL;
  for (guint i = 0; i < n_entities; i++) {
    ensure_holding (holdings, entities[i]);
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_RECORD &&
        !follow_subjects (holdings, entities[i], entities, n_entities, error))
      return NULL;
  }
  return g_steal_pointer (&holdings);
}

/* ---- later ---- */

static gboolean
is_wanted (SatchelHoldings *holdings, const char *entity, const char *atom)
{
  g_autoptr (GString) name = g_string_new (entity);
  const char *colon = strchr (atom, ':');

  g_string_append_printf (name, " %s", atom);
  if (g_hash_table_contains (holdings->wanted, name->str))
    return TRUE;
  if (colon == NULL)
    return FALSE;
  g_string_truncate (name, name->len - strlen (colon + 1));
  g_string_append_c (name, '*');
  return g_hash_table_contains (holdings->wanted, name->str);
}

static gboolean
look_at_bucket (gint64 bucket, const char *entity, const char *atom, gpointer data)
{
  SatchelHoldings *holdings = data;

  if (is_wanted (holdings, entity, atom))
    return FALSE;
  holdings->last_bucket = bucket;
  return TRUE;
}

gboolean
satchel_holdings_last (SatchelHoldings *holdings, gboolean *last, GError **error)
{
  return satchel_members_visit_new (holdings->store, holdings->last_bucket, look_at_bucket, holdings, last,
                                    error);
}

const SatchelEntity *
satchel_holdings_find_owner (const SatchelHoldings *holdings, gint64 bucket)
{
  return g_hash_table_lookup (holdings->owners, GSIZE_TO_POINTER (bucket));
}
