/* Counting, and weighing a sample.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/preview.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/predicate/bind.h"
#include "protocol/wire/members.h"
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/deadline.h"

#include <string.h>
#include <zstd.h>

#define MOST_SAMPLE_ROWS 2000 /* of one entity */
#define ZSTD_LEVEL       1    /* as answers are compressed (http/compression.c) */

void
satchel_preview_request_free (SatchelPreviewRequest *request)
{
  g_free (request->entity);
  g_free (request->where);
  g_free (request);
}

SatchelPreviewRequest *
satchel_preview_request_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelPreviewRequest) request = g_new0 (SatchelPreviewRequest, 1);
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a preview");
  request->entity = g_strdup (satchel_members_get_string (&members, "entity"));
  request->where = g_strdup (satchel_members_get_string (&members, "where"));
  request->related = satchel_members_get_boolean (&members, "related", FALSE);
  request->whole = satchel_members_get_boolean (&members, "whole", FALSE);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  if (request->entity == NULL ? request->where != NULL || request->related || !request->whole
                              : request->where == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a preview names entity and condition, or asks for the whole of what is carried");
    return NULL;
  }
  return g_steal_pointer (&request);
}

/* ---- what would be chosen ---- */

/* The conditions for each entity: any of them chooses. */
typedef struct {
  SatchelPulling *pull;
  gboolean whole;     /* with what is carried already */
  GHashTable *chosen; /* SatchelEntity → GPtrArray of SatchelPredicate */
} Wish;

static void
add_predicate (Wish *wish, SatchelPredicate *predicate)
{
  const SatchelEntity *entity = satchel_predicate_get_entity (predicate);
  GPtrArray *predicates = g_hash_table_lookup (wish->chosen, entity);

  if (predicates == NULL) {
    predicates = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_predicate_unref);
    g_hash_table_insert (wish->chosen, (gpointer)entity, predicates);
  }
  g_ptr_array_add (predicates, satchel_predicate_ref (predicate));
}

static gboolean
add_root (Wish *wish, const SatchelEntity *entity, const SatchelPreviewRequest *request, GError **error)
{
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (wish->pull->store->registry, entity, request->where, error);
  g_autoptr (GPtrArray) related = NULL;

  if (predicate == NULL || !satchel_scope_allows (wish->pull->scope, predicate, error))
    return FALSE;
  add_predicate (wish, predicate);
  if (!request->related)
    return TRUE;
  related = satchel_predicate_list_related (predicate, error);
  for (guint i = 0; related != NULL && i < related->len; i++) {
    if (!satchel_scope_allows (wish->pull->scope, related->pdata[i], error))
      return FALSE;
    add_predicate (wish, related->pdata[i]);
  }
  return related != NULL;
}

static gboolean
add_roots (Wish *wish, const SatchelPreviewRequest *request, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (wish->pull->store->registry, &n_entities);
  const SatchelEntity *entity;

  if (request->entity == NULL)
    return TRUE;
  if (!g_str_equal (request->entity, "*")) {
    entity = satchel_registry_require (wish->pull->store->registry, request->entity, error);
    return entity != NULL && add_root (wish, entity, request, error);
  }
  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_USER && entities[i]->carry == SATCHEL_CARRY_CHOSEN &&
        !add_root (wish, entities[i], request, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- counting ---- */

/* Rows that would come: readable, chosen by the wish, and not carried yet. */
static GArray *
list_new (Wish *wish, const SatchelEntity *entity, GPtrArray *predicates, GError **error)
{
  SatchelPulling *pull = wish->pull;
  SatchelPredicateContext context = { .now_ms = pull->now_ms };
  g_auto (SatchelConditions) select = { 0 };

  satchel_scope_fill_context (pull->scope, &context);
  satchel_conditions_init (&select);
  g_string_append_printf (select.sql, "SELECT r.row FROM %s r WHERE ", satchel_sql_table (entity));
  satchel_holdings_readable_sql (entity, "r", select.sql, (gpointer)pull->now);
  g_string_append (select.sql, " AND (FALSE");
  for (guint i = 0; i < predicates->len; i++) {
    g_auto (SatchelSqlCondition) condition = { 0 };

    if (!satchel_holdings_where_sql (pull->now, pull->scope, predicates->pdata[i], &context, &condition,
                                     error))
      return NULL;
    g_string_append_printf (select.sql, " OR (%s)", condition.sql);
    for (guint j = 0; j < condition.parameters->len; j++) {
      const SatchelSqlParameter *parameter = &g_array_index (condition.parameters, SatchelSqlParameter, j);

      if (parameter->text != NULL)
        satchel_conditions_add_text (&select, g_strdup (parameter->text));
      else
        satchel_conditions_add_integer (&select, parameter->integer);
    }
  }
  g_string_append (select.sql, ") AND (");
  if (!satchel_holdings_carried_sql (pull->now, pull->scope, entity, "r", pull->now_ms, select.sql,
                                     select.parameters, error))
    return NULL;
  g_string_append (select.sql, ") IS NOT TRUE");
  return satchel_texts_select_rows (pull->store, &select, error);
}

/* Rows that are carried whole already. */
static GArray *
list_carried (SatchelPulling *pull, const SatchelEntity *entity, GError **error)
{
  g_auto (SatchelConditions) select = { 0 };

  satchel_conditions_init (&select);
  return satchel_pulling_select_carried (pull, entity, &select, error)
             ? satchel_texts_select_rows (pull->store, &select, error)
             : NULL;
}

/* ---- weighing: as one stream, like the pull that would bring it ---- */

typedef struct {
  SatchelPulling *pull;
  ZSTD_CCtx *zstd;
  gsize packed, read; /* bytes that the sample has become; at the last reading */
  GHashTable *coming; /* SatchelEntity → set of row numbers: no stub of these is sent */
  guint n_rows, n_sampled;
  double bytes; /* of all rows */
} Scale;

static void
scale_clear (Scale *scale)
{
  ZSTD_freeCCtx (scale->zstd);
  g_hash_table_unref (scale->coming);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scale, scale_clear)

static void
feed (Scale *scale, const char *bytes, gsize size, ZSTD_EndDirective directive)
{
  ZSTD_inBuffer in = { bytes, size, 0 };
  char room[16 * 1024];
  gsize left;

  do {
    ZSTD_outBuffer out = { room, sizeof room, 0 };
    left = ZSTD_compressStream2 (scale->zstd, &out, &in, directive);
    g_assert (!ZSTD_isError (left));
    scale->packed += out.pos;
  } while (in.pos < in.size || (directive == ZSTD_e_flush && left > 0));
}

static gboolean
take_text (const char *bytes, gsize size, gpointer data, GError **error)
{
  feed (data, bytes, size, ZSTD_e_continue);
  return TRUE;
}

/* What the stream has grown by since the last time. */
static gboolean
read_scale (Scale *scale, gsize *grown, GError **error)
{
  if (!satchel_pulling_close (scale->pull, error))
    return FALSE;
  feed (scale, NULL, 0, ZSTD_e_flush);
  *grown = scale->packed - scale->read;
  scale->read = scale->packed;
  return TRUE;
}

/* Every nth row, so that old and young ones count alike. */
static GArray *
pick_sample (const GArray *rows)
{
  GArray *sample = g_array_new (FALSE, FALSE, sizeof (gint64));
  const guint n = MIN (rows->len, MOST_SAMPLE_ROWS);

  for (guint i = 0; i < n; i++)
    g_array_append_val (sample, g_array_index (rows, gint64, (guint64)i * rows->len / n));
  return sample;
}

/* Conflicts and shares about the sampled records. */
static gboolean
put_satellites (SatchelPulling *pull, const SatchelEntity *entity, const GArray *sample, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    g_auto (SatchelConditions) select = { 0 };
    g_autoptr (GArray) rows = NULL;

    if (entities[i]->ownership != SATCHEL_OWNERSHIP_RECORD)
      continue;
    satchel_conditions_init (&select);
    g_string_append_printf (
        select.sql,
        "SELECT r.row FROM %s r JOIN %s o ON o.id = r.f_record_id WHERE r.f_record_entity = ? AND o.row IN (",
        satchel_sql_table (entities[i]), satchel_sql_table (entity));
    satchel_conditions_add_text (&select, g_strdup (entity->name));
    for (guint j = 0; j < sample->len; j++)
      g_string_append_printf (select.sql, "%s%" G_GINT64_FORMAT, j > 0 ? "," : "",
                              g_array_index (sample, gint64, j));
    g_string_append (select.sql, ") AND ");
    satchel_holdings_readable_sql (entities[i], "r", select.sql, (gpointer)pull->now);
    rows = satchel_texts_select_rows (pull->store, &select, error);
    if (rows == NULL || !satchel_pulling_put_whole (pull, entities[i], rows, FALSE, error))
      return FALSE;
  }
  return TRUE;
}

/* All of @rows, by what a sample of them has put onto the scale. */
static gboolean
weigh_sample (Scale *scale, guint n_rows, guint n_sampled, GError **error)
{
  gsize grown;

  if (!read_scale (scale, &grown, error))
    return FALSE;
  scale->n_rows += n_rows;
  scale->n_sampled += n_sampled;
  scale->bytes += (double)grown * n_rows / n_sampled;
  return TRUE;
}

/* What comes on top: with what is about it, which is chosen with it. */
static gboolean
weigh_new (Scale *scale, const SatchelEntity *entity, const GArray *rows, GError **error)
{
  g_autoptr (GArray) sample = pick_sample (rows);

  return rows->len == 0 || (satchel_pulling_put_whole (scale->pull, entity, sample, FALSE, error) &&
                            put_satellites (scale->pull, entity, sample, error) &&
                            weigh_sample (scale, rows->len, sample->len, error));
}

/* What is carried already; what is about it stands in the lists of its own entities. */
static gboolean
weigh_carried (Scale *scale, const SatchelEntity *entity, const GArray *rows, gboolean blank, GError **error)
{
  g_autoptr (GArray) sample = pick_sample (rows);

  return rows->len == 0 || (satchel_pulling_put_whole (scale->pull, entity, sample, blank, error) &&
                            weigh_sample (scale, rows->len, sample->len, error));
}

static gboolean
put_stub (const SatchelEntity *entity, gint64 row, gpointer data, GError **error)
{
  Scale *scale = data;
  GHashTable *rows = g_hash_table_lookup (scale->coming, entity);
  g_autofree char *text = NULL;

  if (rows != NULL && g_hash_table_contains (rows, &row))
    return TRUE;
  text = satchel_texts_dup_stub (scale->pull->store, entity, row, error);
  if (text == NULL)
    return FALSE;
  feed (scale, text, strlen (text), ZSTD_e_continue);
  return TRUE;
}

/* Titles of what the rows name and that does not come itself. */
static gboolean
weigh_stubs (Scale *scale, GError **error)
{
  gsize grown;

  if (!satchel_pulling_visit_stubs (scale->pull, put_stub, scale, error) ||
      !read_scale (scale, &grown, error))
    return FALSE;
  if (scale->n_sampled > 0)
    scale->bytes += (double)grown * scale->n_rows / scale->n_sampled;
  return TRUE;
}

static void
note_coming (Scale *scale, const SatchelEntity *entity, const GArray *rows)
{
  GHashTable *set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (set, g_memdup2 (&g_array_index (rows, gint64, i), sizeof (gint64)));
  g_hash_table_insert (scale->coming, (gpointer)entity, set);
}

static gboolean
weigh_entity (Scale *scale, Wish *wish, const SatchelEntity *entity, GError **error)
{
  GPtrArray *predicates = g_hash_table_lookup (wish->chosen, entity);
  g_autoptr (GArray) carried = NULL, blanked = NULL, rows = NULL;

  if (wish->whole) {
    carried = list_carried (scale->pull, entity, error);
    if (carried == NULL || !weigh_carried (scale, entity, carried, FALSE, error))
      return FALSE;
    blanked = satchel_pulling_list_blanked (scale->pull, entity, error);
    if (blanked == NULL || !weigh_carried (scale, entity, blanked, TRUE, error))
      return FALSE;
  }
  if (predicates == NULL)
    return TRUE;
  rows = list_new (wish, entity, predicates, error);
  if (rows == NULL || !weigh_new (scale, entity, rows, error))
    return FALSE;
  note_coming (scale, entity, rows);
  return TRUE;
}

/* In the order of a pull: one stream compresses better than its parts. */
static gboolean
weigh (Scale *scale, Wish *wish, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (wish->pull->store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    if (!weigh_entity (scale, wish, entities[i], error))
      return FALSE;
  return weigh_stubs (scale, error);
}

char *
satchel_preview_answer (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                        const SatchelPreviewRequest *request, gint64 now_ms, GError **error)
{
  g_auto (SatchelPulling) pull = { .store = store, .now_ms = now_ms };
  g_autoptr (GHashTable) chosen = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  Wish wish = { &pull, request->whole, chosen };
  g_auto (Scale)
      scale = { .pull = &pull,
                .zstd = ZSTD_createCCtx (),
                .coming = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref) };
  GError *problem = NULL;
  gboolean weighed;
  JsonObject *object;

  ZSTD_CCtx_setParameter (scale.zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
  pull.write = take_text;
  pull.data = &scale;
  satchel_deadline_begin (store, SATCHEL_MAX_PREVIEW_MS);
  weighed = satchel_pulling_open (&pull, access, user, device, &problem) &&
            add_roots (&wish, request, &problem) && weigh (&scale, &wish, &problem);
  satchel_deadline_end (store, problem, error);
  if (!weighed)
    return NULL;
  object = json_object_new ();
  json_object_set_int_member (object, "records", scale.n_rows);
  json_object_set_int_member (object, "bytes", (gint64)scale.bytes);
  json_object_set_double_member (object, "seconds", scale.bytes / SATCHEL_PREVIEW_BYTES_PER_SECOND);
  return satchel_json_print_object (object);
}
