/* Changing the definitions: read, judge, look at the data, make the tables, commit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/customising.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/metadata/succession.h"
#include "sync-server/server-private.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/people.h"

#include <string.h>

/* ---- judging ---- */

static gboolean
narrows (const SatchelField *old, const SatchelField *new)
{
  return new->max_chars < old->max_chars ||
         (new->has_minimum && (!old->has_minimum || new->minimum > old->minimum)) ||
         (new->has_maximum && (!old->has_maximum || new->maximum < old->maximum));
}

static const char *
narrowed_attribute (const SatchelField *old, const SatchelField *new)
{
  if (new->max_chars < old->max_chars)
    return "length";
  return new->has_maximum && (!old->has_maximum || new->maximum < old->maximum) ? "maximum" : "minimum";
}

/* What is there must fit into what shall be. */
static gboolean
check_rows (SatchelStore *store, SatchelRegistry *new, const SatchelEntity *entity, GError **error)
{
  const SatchelEntity *old = satchel_registry_find (store->registry, entity->name);

  for (guint i = 0; old != NULL && i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const SatchelField *before = satchel_entity_find_field (old, field->name);
    gint64 n = 0;

    if (before == NULL || !narrows (before, field))
      continue;
    if (!satchel_definitions_count_misfits (store->database, entity, field, &n, error))
      return FALSE;
    if (n > 0)
      return satchel_registry_fail_at (new, entity, field, narrowed_attribute (before, field), error,
                                       "%" G_GINT64_FORMAT
                                       " records hold what “%s” would not take any more; change them first",
                                       n, field->name);
  }
  return TRUE;
}

static gboolean
check_all_rows (SatchelStore *store, SatchelRegistry *new, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (new, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    if (!check_rows (store, new, entities[i], error))
      return FALSE;
  return TRUE;
}

/* ---- changing ---- */

static gboolean
write_version (SatchelServer *server, SatchelRegistry *new, const char *text, gint64 *version, GError **error)
{
  SatchelStore *store = server->writer;
  const gint64 now_ms = satchel_clock_now_ms (server->clock);
  SatchelCommit commit = { .at_ms = now_ms, .made_at_ms = now_ms, .op = "customise" };
  g_autofree char *detail = NULL;

  satchel_store_definitions_changed (store);
  if (!satchel_feed_begin (store, &commit, error) ||
      !satchel_definitions_make_tables (store->database, new, error) ||
      !satchel_definitions_write (store->database, text, satchel_registry_get_digest (new), commit.s, now_ms,
                                  NULL, version, error))
    return FALSE;
  detail = g_strdup_printf ("version %" G_GINT64_FORMAT, *version);
  return satchel_people_audit (store, now_ms, NULL, NULL, "customise", detail, error);
}

static gboolean
change (SatchelServer *server, const SatchelMetadataDocument *documents, guint n_documents, gint64 *version,
        GError **error)
{
  SatchelStore *store = server->writer;
  SatchelRegistry *base = satchel_definitions_get_base (server->definitions);
  g_autofree char *old_text = satchel_definitions_read (store->database, store->metadata, error);
  g_autofree SatchelMetadataDocument *all = g_new (SatchelMetadataDocument, n_documents + 1);
  g_autofree char *text = NULL;
  g_autoptr (SatchelRegistry) new = NULL;

  if (old_text == NULL)
    return FALSE;
  all[0] = (SatchelMetadataDocument){ "the organisation's definitions", old_text };
  memcpy (all + 1, documents, n_documents * sizeof *documents);
  text = satchel_metadata_join (all, n_documents + 1, error);
  new = text != NULL ? satchel_registry_amend (base, all, n_documents + 1, error) : NULL;
  if (new == NULL || !satchel_succession_check (base, store->registry, new, error) ||
      !check_all_rows (store, new, error))
    return FALSE;
  /* All of it travels in one line of a pull. */
  if (strlen (satchel_registry_get_text (new)) > SATCHEL_MAX_METADATA_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "all definitions together are over %d bytes",
                 SATCHEL_MAX_METADATA_BYTES);
    return FALSE;
  }
  *version = store->metadata;
  return g_str_equal (text, old_text) || write_version (server, new, text, version, error);
}

gboolean
satchel_server_customise (SatchelServer *server, const SatchelMetadataDocument *documents, guint n_documents,
                          SatchelCustomisingMode mode, gint64 *version, GError **error)
{
  gboolean done;

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  done = change (server, documents, n_documents, version, error);
  if (mode == SATCHEL_CUSTOMISING_APPLY)
    return satchel_server_end_write (server, done, error);
  return satchel_server_end_write (server, FALSE, NULL) || done;
}

/* ---- showing ---- */

char *
satchel_server_export_customising (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *text;

  if (reader == NULL)
    return NULL;
  text = satchel_definitions_read (reader->store->database, reader->store->metadata, error);
  satchel_server_end_read (server, reader);
  return text;
}

char *
satchel_server_export_definitions (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *text;

  if (reader == NULL)
    return NULL;
  text = g_strdup (satchel_registry_get_text (reader->store->registry));
  satchel_server_end_read (server, reader);
  return text;
}

SatchelRegistry *
satchel_server_get_base_registry (SatchelServer *server)
{
  return satchel_definitions_get_base (server->definitions);
}
