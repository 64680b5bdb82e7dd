/* Applying a pull: head, sections of rows, tail; then what was waiting for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/pull.h"

#include <string.h>

#include "client/blobs/uses.h"
#include "client/queue/queue.h"
#include "client/replica/base.h"
#include "client/replica/lines.h"
#include "client/replica/overlay.h"
#include "client/replica/own.h"
#include "client/replica/parties.h"
#include "client/replica/section.h"
#include "client/replica/snapshot.h"
#include "client/replica/withdraw.h"
#include "protocol/error.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/loading.h"
#include "protocol/wire/members.h"
#include "protocol/wire/message.h"
#include "protocol/wire/permits.h"

typedef struct {
  SatchelReplica *replica;
  SatchelDatabase *database;
  SatchelRegistry *registry;
  SatchelLines *lines;
  GHashTable *kept; /* entity name → set of ids that lie aside */
  GHashTable *bare; /* entities that were emptied and have neither indexes nor search: entity → rows before */
  GHashTable *vacant; /* entities without rows, which become bare when the first ones come */
  GHashTable *torn;   /* entities that lost fields, and perhaps their search */
  GHashTable *left;   /* entities of which single rows may not be held any more */
  gboolean dropped;   /* sets that were retained, or titles */
  GHashTable *to_lay; /* "entity id" → itself: records whose shown rows must be made anew */
  SatchelPullHead head;
  SatchelPullTail tail;
  SatchelSection *section; /* NULL before the first */
  SatchelStubWatch *watch;
  gint64 n_lines;   /* rows, removals and stubs so far */
  gboolean opened;  /* the tables: what comes before changes the definitions */
  gboolean changed; /* anything at all */
  gboolean files;   /* rows that may name some */
  SatchelPullResult *result;
} Pull;

static void
pull_clear (Pull *pull)
{
  g_clear_pointer (&pull->lines, satchel_lines_free);
  g_clear_pointer (&pull->kept, g_hash_table_unref);
  g_clear_pointer (&pull->bare, g_hash_table_unref);
  g_clear_pointer (&pull->vacant, g_hash_table_unref);
  g_clear_pointer (&pull->torn, g_hash_table_unref);
  g_clear_pointer (&pull->left, g_hash_table_unref);
  g_clear_pointer (&pull->to_lay, g_hash_table_unref);
  g_clear_pointer (&pull->section, satchel_section_free);
  g_clear_pointer (&pull->watch, satchel_stub_watch_free);
  satchel_pull_tail_clear (&pull->tail);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pull, pull_clear)

static void
pull_init (Pull *pull, SatchelReplica *replica, SatchelPullResult *result)
{
  *pull = (Pull){ .replica = replica, .result = result };
  pull->database = satchel_replica_get_database (replica);
  pull->registry = satchel_replica_get_registry (replica);
  pull->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
  pull->bare = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  pull->vacant = g_hash_table_new (NULL, NULL);
  pull->torn = g_hash_table_new (NULL, NULL);
  pull->left = g_hash_table_new (NULL, NULL);
  pull->to_lay = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
lay_later (Pull *pull, const char *entity, const char *id)
{
  g_hash_table_add (pull->to_lay, g_strconcat (entity, " ", id, NULL));
}

static gboolean
lay_later_cb (const char *entity, const char *record, gpointer data, GError **error)
{
  lay_later (data, entity, record);
  return TRUE;
}

static gboolean
keep_and_lay_later_cb (const char *entity_name, const char *record, gpointer data, GError **error)
{
  Pull *pull = data;
  const SatchelEntity *entity = satchel_registry_find (pull->registry, entity_name);

  if (entity != NULL && !satchel_base_keep (pull->database, entity, record, error))
    return FALSE;
  lay_later (pull, entity_name, record);
  return TRUE;
}

/* A row that is shown no more has left, though the server never sent it: what was made here is there now, but
 * not for us. */
static gboolean
lay (Pull *pull, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (SatchelRecord) shown = NULL;

  if (!satchel_overlay_relay (pull->replica, entity, id, error) ||
      !satchel_replica_read (pull->replica, entity, id, &shown, error))
    return FALSE;
  if (shown == NULL) {
    g_hash_table_add (pull->left, (gpointer)entity);
    pull->files |= satchel_entity_has_files (entity);
  }
  return TRUE;
}

static gboolean
lay_all (Pull *pull, GError **error)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, pull->to_lay);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_auto (GStrv) parts = g_strsplit (key, " ", 2);
    const SatchelEntity *entity = satchel_registry_find (pull->registry, parts[0]);

    if (entity != NULL && !lay (pull, entity, parts[1], error))
      return FALSE;
  }
  return TRUE;
}

/* ---- emptying ---- */

static gboolean
count_rows (Pull *pull, const SatchelEntity *entity, gint64 *count, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (pull->database, sql, error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}

static gboolean
list_kept (Pull *pull, const SatchelEntity *entity, GError **error)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_hash_table_insert (pull->kept, (gpointer)entity->name, ids);
  return satchel_base_list (pull->database, entity, ids, error);
}

static void
lay_kept_later (Pull *pull, const SatchelEntity *entity)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, g_hash_table_lookup (pull->kept, entity->name));
  while (g_hash_table_iter_next (&iter, &id, NULL))
    lay_later (pull, entity->name, id);
}

/* Rows that follow are inserted blindly. */
static gboolean
empty_entity (Pull *pull, const SatchelEntity *entity, GError **error)
{
  g_autofree gint64 *before = g_new0 (gint64, 1);

  pull->changed = TRUE;
  pull->files |= satchel_entity_has_files (entity);
  g_hash_table_remove (pull->vacant, entity);
  satchel_stub_watch_note_all (pull->watch);
  lay_kept_later (pull, entity);
  if (g_hash_table_contains (pull->bare, entity))
    return satchel_withdraw_entity (pull->replica, entity, error);
  if (!count_rows (pull, entity, before, error) || !satchel_withdraw_entity (pull->replica, entity, error))
    return FALSE;
  g_hash_table_insert (pull->bare, (gpointer)entity, g_steal_pointer (&before));
  return TRUE;
}

/* What is empty need not be emptied: making its indexes anew would cost a first load more than they will
 * hold. */
static gboolean
empty_or_note (Pull *pull, const SatchelEntity *entity, GError **error)
{
  gboolean any;

  if (!satchel_entity_table_has_rows (pull->database, entity, "main", &any, error))
    return FALSE;
  if (any || g_hash_table_size (g_hash_table_lookup (pull->kept, entity->name)) > 0)
    return empty_entity (pull, entity, error);
  pull->files |= satchel_entity_has_files (entity);
  g_hash_table_add (pull->vacant, (gpointer)entity);
  return TRUE;
}

/* Rows of @entity, which had none, follow. */
static gboolean
make_bare (Pull *pull, const SatchelEntity *entity, GError **error)
{
  g_hash_table_remove (pull->vacant, entity);
  g_hash_table_insert (pull->bare, (gpointer)entity, g_new0 (gint64, 1));
  return satchel_entity_search_drop (pull->database, entity, error) &&
         satchel_parties_drop (pull->database, entity, error) &&
         satchel_entity_table_drop_indexes (pull->database, entity, error);
}

/* What lies aside is known; with @load BULK everything is emptied. */
static gboolean
open_tables (Pull *pull, SatchelLoad load, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->registry, &n_entities);

  pull->watch = satchel_stub_watch_new (pull->database, pull->registry, error);
  if (pull->watch == NULL)
    return FALSE;
  for (guint i = 0; i < n_entities; i++)
    if (!list_kept (pull, entities[i], error) ||
        (load == SATCHEL_LOAD_BULK && !empty_or_note (pull, entities[i], error)))
      return FALSE;
  if (load == SATCHEL_LOAD_USUAL)
    return TRUE;
  pull->changed = TRUE;
  satchel_stub_watch_note_all (pull->watch);
  return satchel_stubs_clear (pull->database, NULL, error) &&
         satchel_replica_forget_history (pull->replica, NULL, error);
}

static gboolean
close_entity (Pull *pull, const SatchelEntity *entity, GError **error)
{
  const gint64 *before = g_hash_table_lookup (pull->bare, entity);
  gint64 after;

  if (before != NULL && (!satchel_entity_table_ensure (pull->database, entity, "e", error) ||
                         !count_rows (pull, entity, &after, error)))
    return FALSE;
  if (before != NULL && !pull->result->reset)
    pull->result->removed += MAX (0, *before - after);
  if (before != NULL && !satchel_parties_ensure (pull->database, entity, error))
    return FALSE;
  if (before != NULL || g_hash_table_contains (pull->torn, entity))
    return satchel_entity_search_ensure (pull->database, entity, error);
  return TRUE;
}

static gboolean
close_tables (Pull *pull, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (pull->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    if (!close_entity (pull, entities[i], error))
      return FALSE;
  return TRUE;
}

/* Last of all: a row on which edits lay leaves the shown table only when it is laid anew. */
static gboolean
purge (Pull *pull, GError **error)
{
  GHashTableIter iter;
  gpointer entity;

  if (pull->files && !satchel_blobs_note_change (pull->replica, error))
    return FALSE;
  g_hash_table_iter_init (&iter, pull->left);
  while (g_hash_table_iter_next (&iter, &entity, NULL))
    if (!satchel_entity_search_purge (pull->database, entity, error))
      return FALSE;
  if (!pull->dropped &&
      g_hash_table_size (pull->bare) + g_hash_table_size (pull->torn) + g_hash_table_size (pull->left) == 0)
    return TRUE;
  return satchel_replica_set_meta (pull->replica, "remains", "1", error);
}

/* ---- the stream ---- */

static gboolean
cut (GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the pull was cut");
  return FALSE;
}

static gboolean
take_head (Pull *pull, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  SatchelLineState state;
  char *line;
  gsize length;
  gboolean first;

  if (!satchel_lines_next (pull->lines, &line, &length, &state, error))
    return FALSE;
  if (state != SATCHEL_LINE_WHOLE)
    return cut (error);
  node = satchel_json_parse (line, length, error);
  if (node == NULL || !satchel_pull_head_from_json (node, &pull->head, error))
    return FALSE;
  if (pull->head.own && (pull->head.reset || pull->head.restored_s >= 0)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a pull that begins anew leaves nothing out");
    return FALSE;
  }

  first = satchel_replica_peek_meta (pull->replica, "cursor") == NULL;
  pull->result->reset = pull->head.reset || first;
  if (pull->head.restored_s >= 0 &&
      !satchel_queue_requeue (pull->database, pull->head.restored_s, keep_and_lay_later_cb, pull,
                              &pull->result->requeued, error))
    return FALSE;
  return TRUE;
}

/* The definitions come first of all, if they come. */
static gboolean
take_definitions (Pull *pull, JsonNode *node, GError **error)
{
  const char *text =
      satchel_json_get_string (json_object_get_member (json_node_get_object (node), "metadata"));

  if (text == NULL || pull->opened) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a pull: definitions are a text before all rows");
    return FALSE;
  }
  if (!satchel_followed_take (satchel_replica_get_followed (pull->replica), text, error))
    return FALSE;
  pull->registry = satchel_replica_get_registry (pull->replica);
  pull->changed = TRUE;
  return TRUE;
}

/* So do rights. They are kept as they came, once it is clear that they can be read. */
static gboolean
take_rights (Pull *pull, JsonNode *node, GError **error)
{
  const char *text = satchel_json_get_string (json_object_get_member (json_node_get_object (node), "rights"));
  g_autoptr (SatchelPermits) permits = NULL;

  if (text == NULL || pull->opened) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a pull: rights are a text before all rows");
    return FALSE;
  }
  permits = satchel_permits_from_text (text, strlen (text), error);
  return permits != NULL && satchel_replica_set_meta (pull->replica, SATCHEL_META_RIGHTS, text, error);
}

static gboolean
open_once (Pull *pull, GError **error)
{
  if (pull->opened)
    return TRUE;
  pull->opened = TRUE;
  if (!open_tables (pull, pull->result->reset ? SATCHEL_LOAD_BULK : SATCHEL_LOAD_USUAL, error))
    return FALSE;
  return !pull->head.own || satchel_own_take (pull->replica, &pull->changed, error);
}

static gboolean
take_section (Pull *pull, JsonNode *header, GError **error)
{
  const SatchelEntity *entity;
  SatchelLoad load = SATCHEL_LOAD_USUAL;
  GHashTable *kept = NULL;

  g_clear_pointer (&pull->section, satchel_section_free);
  pull->section = satchel_section_new (header, pull->registry, error);
  if (pull->section == NULL)
    return FALSE;
  entity = satchel_section_get_entity (pull->section);
  if (entity != NULL) {
    if (g_hash_table_contains (pull->vacant, entity) &&
        satchel_section_get_kind (pull->section) != SATCHEL_SECTION_STUBS && !make_bare (pull, entity, error))
      return FALSE;
    pull->files |= satchel_entity_has_files (entity);
    kept = g_hash_table_lookup (pull->kept, entity->name);
    if (g_hash_table_contains (pull->bare, entity))
      load = SATCHEL_LOAD_BULK;
  }
  return satchel_section_prepare (pull->section, pull->database, load, kept, pull->watch, error);
}

static gboolean
withdraw (Pull *pull, const SatchelWithdrawal *withdrawal, GError **error)
{
  /* No rows belong to it. */
  g_clear_pointer (&pull->section, satchel_section_free);
  if (withdrawal->kind == SATCHEL_WITHDRAW_STUBS) {
    pull->dropped = TRUE;
    return satchel_stubs_clear (pull->database, NULL, error);
  }
  if (withdrawal->entity == NULL)
    return TRUE;
  if (withdrawal->kind == SATCHEL_WITHDRAW_ENTITY)
    return empty_entity (pull, withdrawal->entity, error);
  pull->changed = TRUE;
  pull->files |= satchel_entity_has_files (withdrawal->entity);
  g_hash_table_add (pull->torn, (gpointer)withdrawal->entity);
  lay_kept_later (pull, withdrawal->entity);
  return satchel_withdraw_fields (pull->replica, withdrawal->entity, withdrawal->fields, error);
}

static gboolean
take_row (Pull *pull, char *line, gsize length, GError **error)
{
  const SatchelEntity *entity;
  SatchelSectionRow row;

  if (pull->section == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a pull: a row before its section");
    return FALSE;
  }
  pull->n_lines++;
  if (!satchel_section_take (pull->section, line, length, &row, error))
    return FALSE;
  entity = satchel_section_get_entity (pull->section);
  if (entity == NULL || satchel_section_get_kind (pull->section) == SATCHEL_SECTION_STUBS)
    return TRUE;
  pull->changed = TRUE;
  if (row.aside)
    lay_later (pull, entity->name, row.id);
  if (satchel_section_get_kind (pull->section) != SATCHEL_SECTION_GONE) {
    pull->result->rows++;
    return TRUE;
  }
  pull->result->removed++;
  if (row.left)
    g_hash_table_add (pull->left, (gpointer)entity);
  return satchel_replica_forget_history (pull->replica, row.id, error);
}

/* A line that begins like an object is the tail, takes something back, or is a section's header. */
static gboolean
take_object (Pull *pull, const char *line, gsize length, gboolean *is_tail, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (line, length, error);
  g_auto (SatchelWithdrawal) withdrawal = { 0 };

  if (node == NULL)
    return FALSE;
  *is_tail = json_object_has_member (json_node_get_object (node), "rows");
  if (json_object_has_member (json_node_get_object (node), "metadata"))
    return take_definitions (pull, node, error);
  if (json_object_has_member (json_node_get_object (node), "rights"))
    return take_rights (pull, node, error);
  if (!open_once (pull, error))
    return FALSE;
  if (*is_tail)
    return satchel_pull_tail_from_json (node, &pull->tail, error);
  if (!satchel_withdrawal_from_json (&withdrawal, node, pull->registry, error))
    return FALSE;
  return withdrawal.kind == SATCHEL_WITHDRAW_NOTHING ? take_section (pull, node, error)
                                                     : withdraw (pull, &withdrawal, error);
}

static gboolean
take_lines (Pull *pull, GError **error)
{
  SatchelLineState state;
  gboolean is_tail = FALSE;
  gsize length;
  char *line;

  while (!is_tail) {
    g_autoptr (GError) problem = NULL;
    gboolean taken;

    if (!satchel_lines_next (pull->lines, &line, &length, &state, error))
      return FALSE;
    if (state == SATCHEL_LINE_END)
      return cut (error);
    if (length > 0 && line[0] == '{')
      taken = take_object (pull, line, length, &is_tail, &problem);
    else
      taken = take_row (pull, line, length, &problem);
    if (state == SATCHEL_LINE_CUT && !(taken && is_tail))
      return cut (error);
    if (!taken) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  }
  if (!satchel_lines_next (pull->lines, &line, &length, &state, error))
    return FALSE;
  if (state == SATCHEL_LINE_END)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                       "a pull: something follows its last line");
  return FALSE;
}

static gboolean
check_tail (Pull *pull, GError **error)
{
  gint64 held_s = satchel_replica_peek_meta_integer (pull->replica, "s", -1);

  if (pull->tail.rows != pull->n_lines) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 "a pull of %" G_GINT64_FORMAT " rows says that it has %" G_GINT64_FORMAT, pull->n_lines,
                 pull->tail.rows);
    return FALSE;
  }
  /* Without a cursor the pull leads to where the replica is. */
  if (pull->tail.cursor == NULL
          ? pull->result->reset || pull->tail.s != held_s
          : *pull->tail.cursor == '\0' || (pull->tail.s < held_s && !pull->result->reset)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a pull that leads nowhere, or goes back");
    return FALSE;
  }
  return TRUE;
}

static gboolean
remember (Pull *pull, gint64 now_ms, GError **error)
{
  if (pull->tail.cursor != NULL &&
      (!satchel_replica_set_meta (pull->replica, "cursor", pull->tail.cursor, error) ||
       !satchel_followed_keep_base (satchel_replica_get_followed (pull->replica), error) ||
       !satchel_replica_judge_definitions (pull->replica, error) ||
       /* What has just been loaded whole needs no proof. */
       (pull->result->reset &&
        !satchel_replica_set_meta_integer (pull->replica, "audit_ms", now_ms, error)) ||
       !satchel_replica_set_meta_integer (pull->replica, "s", pull->tail.s, error)))
    return FALSE;
  return satchel_replica_set_meta_integer (pull->replica, "last_sync_ms", now_ms, error);
}

/* What a backup has now need not be kept for a restored server; of what is not carried it was the last trace.
 */
static gboolean
drop_retained (Pull *pull, GError **error)
{
  if (!satchel_queue_drop_retained (pull->database, pull->head.backed_up_s, error))
    return FALSE;
  if (satchel_database_get_changes (pull->database) > 0)
    pull->dropped = pull->files = TRUE; /* they may have been the last to name a file */
  return TRUE;
}

static gboolean
count_stubs (Pull *pull, gint64 *count, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (pull->database, "SELECT count(*) FROM stub", error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}

/* A title that nothing here names any more: nobody will say when it may not be known any more, either. */
static gboolean
collect_stubs (Pull *pull, GError **error)
{
  gint64 before, after;

  if (!count_stubs (pull, &before, error) || !satchel_stub_watch_collect (pull->watch, error) ||
      !count_stubs (pull, &after, error))
    return FALSE;
  pull->dropped |= after < before;
  return TRUE;
}

static gboolean
apply (Pull *pull, gint64 now_ms, GError **error)
{
  pull->registry = satchel_replica_get_registry (pull->replica);
  if (!take_head (pull, error) || !take_lines (pull, error) || !check_tail (pull, error) ||
      !close_tables (pull, error))
    return FALSE;

  pull->result->s = pull->tail.s;
  if (!satchel_queue_retire (pull->database, pull->tail.s, lay_later_cb, pull, error) ||
      !lay_all (pull, error) || !drop_retained (pull, error) || !remember (pull, now_ms, error) ||
      (pull->changed && !satchel_overlay_predict_again (pull->replica, error)))
    return FALSE;
  return collect_stubs (pull, error) && purge (pull, error);
}

/* What the rows left behind outside of the tables; where it fails it is tried again after the next pull. */
static gboolean
clear_up (SatchelReplica *replica, GError **error)
{
  return satchel_replica_scrub (replica, error) && satchel_blobs_sweep (replica, error);
}

static gboolean
apply_at_once (Pull *pull, gint64 now_ms, GError **error)
{
  if (!satchel_database_begin (pull->database, error))
    return FALSE;
  if (apply (pull, now_ms, error))
    return satchel_database_commit (pull->database, error);
  satchel_database_rollback (pull->database);
  return FALSE;
}

gboolean
satchel_replica_apply_pull (SatchelReplica *replica, GInputStream *lines, gint64 now_ms,
                            SatchelPullResult *result, GError **error)
{
  g_auto (Pull) pull = { 0 };
  gboolean fresh, applied;

  *result = (SatchelPullResult){ 0 };
  pull_init (&pull, replica, result);
  pull.lines = satchel_lines_new (lines);
  fresh = satchel_replica_peek_meta (replica, "cursor") == NULL;
  if (fresh && !satchel_loading_begin (pull.database, error))
    return FALSE;
  applied = apply_at_once (&pull, now_ms, error);
  if (fresh)
    satchel_loading_end (pull.database);
  if (!applied)
    *result = (SatchelPullResult){ 0 };
  return applied && clear_up (replica, error);
}

/* ---- forgetting ---- */

static gboolean
forget (Pull *pull, GError **error)
{
  return open_tables (pull, SATCHEL_LOAD_BULK, error) && close_tables (pull, error) &&
         lay_all (pull, error) && satchel_stubs_clear (pull->database, NULL, error) && purge (pull, error) &&
         satchel_snapshot_forget (pull->replica, error) &&
         satchel_replica_set_meta (pull->replica, "cursor", NULL, error) &&
         satchel_replica_set_meta (pull->replica, "s", NULL, error);
}

gboolean
satchel_replica_forget_base (SatchelReplica *replica, GError **error)
{
  SatchelPullResult unused = { 0 };
  g_auto (Pull) pull = { 0 };

  pull_init (&pull, replica, &unused);
  if (!satchel_database_begin (pull.database, error))
    return FALSE;
  if (!forget (&pull, error)) {
    satchel_database_rollback (pull.database);
    return FALSE;
  }
  return satchel_database_commit (pull.database, error) && clear_up (replica, error);
}
