/* The one row of table definitions, and the registries made from it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/followed.h"

#include <string.h>

#include "client/replica/parties.h"
#include "protocol/metadata/succession.h"
#include "protocol/rules/validate.h"
#include "protocol/sqlite/entity-table.h"

#define SOURCE "the server's definitions"

const char satchel_followed_schema[] =
    "CREATE TABLE definitions (digest TEXT NOT NULL, text TEXT NOT NULL) STRICT;";

/* What one text becomes with this program. */
typedef struct {
  SatchelRegistry *registry; /* owned; NULL: it cannot be read */
} Reading;

struct _SatchelFollowed {
  SatchelRegistry *base;
  SatchelDatabase *database;
  GHashTable *readings;  /* digest → Reading */
  SatchelRegistry *last; /* what held when it was looked at last… */
  char *digest;          /* …and its digest; NULL: nothing was told yet */
  gboolean unread;
};

static void
reading_free (Reading *reading)
{
  g_clear_pointer (&reading->registry, satchel_registry_unref);
  g_free (reading);
}

SatchelFollowed *
satchel_followed_new (SatchelRegistry *base, SatchelDatabase *database)
{
  SatchelFollowed *followed = g_new0 (SatchelFollowed, 1);

  followed->base = satchel_registry_ref (base);
  followed->database = database;
  followed->readings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)reading_free);
  followed->last = base;
  return followed;
}

void
satchel_followed_free (SatchelFollowed *followed)
{
  g_hash_table_unref (followed->readings);
  satchel_registry_unref (followed->base);
  g_free (followed->digest);
  g_free (followed);
}

/* ---- the table ---- */

/* *value NULL when nothing was told yet. */
static gboolean
read_column (SatchelDatabase *database, const char *sql, char **value, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  return statement != NULL && satchel_statement_take_text (statement, value, error);
}

static gboolean
read_text (SatchelDatabase *database, char **text, GError **error)
{
  return read_column (database, "SELECT text FROM definitions", text, error);
}

static gboolean
write_row (SatchelDatabase *database, const char *digest, const char *text, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, "DELETE FROM definitions", error);

  if (statement == NULL || !satchel_statement_run (statement, error))
    return FALSE;
  statement =
      satchel_database_prepare (database, "INSERT INTO definitions (digest, text) VALUES (?, ?)", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, digest);
  satchel_statement_bind_text (statement, 2, text);
  return satchel_statement_run (statement, error);
}

/* ---- what holds ---- */

/* What was understood last, for all sessions of this process: each would read the same text. */
static GMutex understood_lock;
static struct {
  SatchelRegistry *base, *registry; /* registry: NULL before the first */
  char *text;
} understood;

static gboolean
is_understood (SatchelRegistry *base, const char *text)
{
  return understood.registry != NULL && understood.base == base && g_str_equal (understood.text, text);
}

static void
keep_understood (SatchelRegistry *base, const char *text, SatchelRegistry *registry)
{
  satchel_registry_unref (understood.base);
  satchel_registry_unref (understood.registry);
  g_free (understood.text);
  understood.base = satchel_registry_ref (base);
  understood.registry = satchel_registry_ref (registry);
  understood.text = g_strdup (text);
}

/* @text, completed by the program's own; NULL when this program cannot read it, or holds other columns. */
static SatchelRegistry *
understand (SatchelFollowed *followed, const char *text)
{
  SatchelMetadataDocument document = { SOURCE, text };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&understood_lock);
  g_autoptr (SatchelRegistry) registry = NULL;

  if (is_understood (followed->base, text))
    return satchel_registry_ref (understood.registry);
  registry = satchel_registry_follow (followed->base, &document, NULL);
  if (registry == NULL || !satchel_succession_keeps_columns (followed->base, registry))
    return NULL;
  keep_understood (followed->base, text, registry);
  return g_steal_pointer (&registry);
}

static const Reading *
find_reading (SatchelFollowed *followed, const char *digest, const char *text)
{
  Reading *reading = g_hash_table_lookup (followed->readings, digest);

  if (reading != NULL)
    return reading;
  reading = g_new0 (Reading, 1);
  reading->registry = g_str_equal (digest, satchel_registry_get_digest (followed->base))
                          ? satchel_registry_ref (followed->base)
                          : understand (followed, text);
  g_hash_table_insert (followed->readings, g_strdup (digest), reading);
  return reading;
}

static void
adopt (SatchelFollowed *followed, const char *digest, const char *text)
{
  const Reading *reading = find_reading (followed, digest, text);

  followed->unread = reading->registry == NULL;
  if (reading->registry != NULL)
    followed->last = reading->registry;
  g_free (followed->digest);
  followed->digest = g_strdup (digest);
}

SatchelRegistry *
satchel_followed_get (SatchelFollowed *followed)
{
  g_autofree char *digest = NULL, *text = NULL;

  /* Where the file cannot be read now, what held a moment ago is as good as anything. */
  if (!read_column (followed->database, "SELECT digest FROM definitions", &digest, NULL) ||
      g_strcmp0 (digest, followed->digest) == 0)
    return followed->last;
  if (digest == NULL) {
    g_clear_pointer (&followed->digest, g_free);
    followed->unread = FALSE;
    followed->last = followed->base;
  } else if (read_text (followed->database, &text, NULL) && text != NULL) {
    adopt (followed, digest, text);
  }
  return followed->last;
}

gboolean
satchel_followed_is_unread (SatchelFollowed *followed)
{
  satchel_followed_get (followed);
  return followed->unread;
}

const char *
satchel_followed_get_digest (SatchelFollowed *followed)
{
  satchel_followed_get (followed);
  return followed->digest != NULL ? followed->digest : satchel_registry_get_digest (followed->base);
}

/* ---- following ---- */

gboolean
satchel_followed_make_tables (SatchelDatabase *database, SatchelRegistry *registry, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    if (!satchel_entity_table_ensure (database, entities[i], "e", error) ||
        !satchel_entity_search_ensure (database, entities[i], error) ||
        !satchel_parties_ensure (database, entities[i], error) ||
        !satchel_entity_table_ensure (database, entities[i], "base", error))
      return FALSE;
  return TRUE;
}

static gboolean
fill_added (SatchelDatabase *database, SatchelRegistry *before, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GPtrArray) added = satchel_succession_list_added (before, entity);

  for (guint i = 0; i < added->len; i++) {
    g_autoptr (SatchelValue) value = satchel_rules_dup_fill (added->pdata[i]);

    if (value != NULL &&
        (!satchel_entity_table_fill (database, entity, "e", added->pdata[i], value, error) ||
         !satchel_entity_table_fill (database, entity, "base", added->pdata[i], value, error)))
      return FALSE;
  }
  return TRUE;
}

static SatchelRegistry *
read_alone (const char *text, GError **error)
{
  return satchel_registry_amend (NULL, &(SatchelMetadataDocument){ SOURCE, text }, 1, error);
}

/* The rows that are here are as the server had them before it had the fields that it has now. What the
 * program's own definitions are ahead of the server does not count. */
static gboolean
fill_all_added (SatchelDatabase *database, const char *before_text, const char *text, GError **error)
{
  g_autoptr (SatchelRegistry) before = read_alone (before_text, error);
  g_autoptr (SatchelRegistry) after = before != NULL ? read_alone (text, error) : NULL;
  const SatchelEntity *const *entities;
  guint n_entities;

  if (after == NULL)
    return FALSE;
  entities = satchel_registry_get_entities (after, &n_entities);
  for (guint i = 0; i < n_entities; i++)
    if (!fill_added (database, before, entities[i], error))
      return FALSE;
  return TRUE;
}

gboolean
satchel_followed_take (SatchelFollowed *followed, const char *text, GError **error)
{
  SatchelDatabase *database = followed->database;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *before = NULL;
  const gboolean was_unread = satchel_followed_is_unread (followed);

  if (!read_text (database, &before, error) || !write_row (database, digest, text, error))
    return FALSE;
  adopt (followed, digest, text);
  if (followed->unread)
    return TRUE;
  /* What could not be read has nothing to compare with: then all rows are fetched anew. */
  return satchel_followed_make_tables (database, followed->last, error) &&
         (before == NULL || was_unread || fill_all_added (database, before, text, error));
}

gboolean
satchel_followed_keep_base (SatchelFollowed *followed, GError **error)
{
  satchel_followed_get (followed);
  return followed->digest != NULL ||
         write_row (followed->database, satchel_registry_get_digest (followed->base),
                    satchel_registry_get_text (followed->base), error);
}
