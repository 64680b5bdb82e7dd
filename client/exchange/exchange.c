/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/exchange.h"

#include "client/blobs/attach.h"
#include "client/blobs/store.h"
#include "protocol/error.h"

SatchelExchange *
satchel_exchange_new_pure (SatchelRegistry *registry, GTimeZone *zone)
{
  SatchelExchange *exchange = g_new0 (SatchelExchange, 1);

  exchange->registry = registry;
  exchange->zone = g_time_zone_ref (zone);
  exchange->problems = g_ptr_array_new_with_free_func (g_free);
  exchange->left = g_ptr_array_new_with_free_func (g_free);
  return exchange;
}

void
satchel_exchange_free (SatchelExchange *exchange)
{
  if (exchange == NULL)
    return;
  if (exchange->free_data != NULL)
    exchange->free_data (exchange->data);
  g_time_zone_unref (exchange->zone);
  g_free (exchange->organisation);
  g_ptr_array_unref (exchange->problems);
  g_ptr_array_unref (exchange->left);
  g_free (exchange);
}

GPtrArray *
satchel_exchange_list_changes (const SatchelRecord *a, const SatchelRecord *b)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  for (guint i = 0; i < a->entity->n_fields; i++) {
    const SatchelField *field = a->entity->fields[i];
    SatchelFieldValue *change;

    if (!satchel_field_is_writable (field) ||
        satchel_value_equal (satchel_record_get (a, field), satchel_record_get (b, field)))
      continue;
    change = g_new0 (SatchelFieldValue, 1);
    change->field = field;
    change->value = satchel_value_ref (satchel_record_get (b, field));
    g_ptr_array_add (changes, change);
  }
  return changes;
}

#define MOST_FOUND 20

/* ---- over a session ---- */

/* Fields that hold addresses of people, in the order in which people are looked for. */
static const struct {
  const char *entity;
  const char *fields[4];
} ADDRESSES[] = {
  { "contact", { "email", "email2", "email3", NULL } },
  { "user", { "email", NULL } },
  { "lead", { "email", "email2", NULL } },
  { "account", { "email", NULL } },
};

static char *
dup_title_cb (const char *entity, const char *id, gpointer session)
{
  return satchel_replica_dup_name (entity, id, satchel_session_get_replica (session));
}

static gboolean
note_cb (const SatchelRecord *record, gpointer data)
{
  GPtrArray *found = data;

  g_ptr_array_add (found, satchel_record_copy (record));
  return found->len < MOST_FOUND;
}

GPtrArray *
satchel_exchange_find (SatchelSession *session, const SatchelEntity *entity, const char *const *fields,
                       const char *text)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  JsonArray *any = json_array_new ();
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (SatchelPredicate) where = NULL;
  SatchelPredicateContext context;

  for (guint i = 0; fields[i] != NULL; i++) {
    JsonObject *test = json_object_new ();

    json_object_set_string_member (test, "field", fields[i]);
    json_object_set_string_member (test, "op", "=");
    json_object_set_string_member (test, "value", text);
    json_array_add_object_element (any, test);
  }
  json_object_set_array_member (object, "or", any);
  json_node_set_object (node, object);
  where = satchel_predicate_from_json (satchel_session_get_registry (session), entity, node, NULL);
  if (where == NULL)
    return found;
  satchel_session_get_context (session, &context);
  const SatchelQuery query = { .entity = entity, .where = where, .limit = MOST_FOUND };

  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, note_cb, found, NULL))
    g_ptr_array_set_size (found, 0);
  return found;
}

static char *
find_account_cb (const char *name, gpointer session)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "account");
  const char *const fields[] = { "name", NULL };
  g_autoptr (GPtrArray) found = satchel_exchange_find (session, entity, fields, name);

  return found->len == 1 ? g_strdup (((SatchelRecord *)found->pdata[0])->id) : NULL;
}

static gboolean
find_party_cb (const char *address, const char **party_entity, char **id, gpointer session)
{
  g_autofree char *lower = g_utf8_strdown (address, -1);

  for (guint i = 0; i < G_N_ELEMENTS (ADDRESSES); i++) {
    const SatchelEntity *entity =
        satchel_registry_find (satchel_session_get_registry (session), ADDRESSES[i].entity);
    g_autoptr (GPtrArray) found = entity != NULL
                                      ? satchel_exchange_find (session, entity, ADDRESSES[i].fields, address)
                                      : g_ptr_array_new ();

    if (entity != NULL && found->len == 0 && !g_str_equal (lower, address)) {
      g_ptr_array_unref (found);
      found = satchel_exchange_find (session, entity, ADDRESSES[i].fields, lower);
    }
    if (found->len == 0)
      continue;
    *party_entity = g_intern_string (entity->name);
    *id = g_strdup (((SatchelRecord *)found->pdata[0])->id);
    return TRUE;
  }
  return FALSE;
}

static char *
dup_address_cb (const char *entity_name, const char *id, gpointer session)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), entity_name);
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, "email") : NULL;
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *value;

  if (field == NULL || field->type != SATCHEL_TYPE_STRING ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, id, &record, NULL) ||
      record == NULL)
    return NULL;
  value = satchel_record_get (record, field);
  return value != NULL ? g_strdup (satchel_value_get_string (value)) : NULL;
}

static gboolean
keep_file_cb (GBytes *bytes, const char *hash, gpointer session, GError **error)
{
  g_autofree char *kept = satchel_attach_bytes (satchel_session_get_replica (session), bytes, error);

  g_assert (kept == NULL || g_str_equal (kept, hash));
  return kept != NULL;
}

static GBytes *
load_file_cb (const SatchelValue *file, gpointer session)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (satchel_session_get_replica (session));
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  const char *hash, *name, *media_type;
  gint64 size_bytes;

  satchel_value_get_file (file, &hash, &name, &media_type, &size_bytes);
  if (size_bytes > SATCHEL_MAX_ITEM_BYTES / 2 || !satchel_blob_store_has (store, hash) ||
      !satchel_blob_store_copy (store, hash, size_bytes, output, NULL) ||
      !g_output_stream_close (output, NULL, NULL))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (output));
}

SatchelExchange *
satchel_exchange_new (SatchelSession *session)
{
  SatchelPredicateContext context;
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  SatchelExchange *exchange;

  satchel_session_get_context (session, &context);
  exchange = satchel_exchange_new_pure (satchel_session_get_registry (session),
                                        context.zone != NULL ? context.zone : local);
  exchange->me = satchel_session_get_user (session);
  exchange->organisation =
      g_strdup (satchel_replica_peek_meta (satchel_session_get_replica (session), "organisation"));
  exchange->dup_title = dup_title_cb;
  exchange->find_account = find_account_cb;
  exchange->find_party = find_party_cb;
  exchange->dup_address = dup_address_cb;
  exchange->keep_file = keep_file_cb;
  exchange->load_file = load_file_cb;
  exchange->data = session;
  return exchange;
}
