/* What is new to a device, entity by entity.
 *
 * With the same list the rows to look at are those that moved in its buckets since. With another list they
 * are all that are carried now, and what the earlier list says about them decides which of them the device
 * has already.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/members.h"
#include "sync-server/store/rows.h"

#include <string.h>

#define REMOVALS_A_ROW 5 /* as many removals cost about as much as a row */

/* Rows to send, sorted by what of them is sent. */
typedef struct {
  SatchelPulling *pull;
  const SatchelEntity *entity;
  const SatchelHolding *now, *then;
  gboolean same;      /* the list says the same of this entity */
  GArray *whole;      /* gint64 */
  GArray *blanked;    /* gint64: whole, but for the other side of a conflict */
  GHashTable *parts;  /* "field,field" → GArray of gint64 */
  GHashTable *left;   /* id → Left: what the device may have to drop */
  GPtrArray *gone;    /* ids, borrowed from "left" */
  guint n_kept;       /* rows that the device has and keeps */
  GHashTable *edited; /* rows with a newer s, as pointers; NULL: with the same list all that moved may be */
  GHashTable *stood;  /* rows that moved, but not out of where all is carried, nor into it */
} Batch;

typedef struct {
  const char *why; /* static */
  gboolean chosen_then, readable_then;
} Left;

static void
batch_init (Batch *batch, SatchelPulling *pull, const SatchelEntity *entity)
{
  *batch = (Batch){ .pull = pull, .entity = entity };
  batch->now = satchel_holdings_get (pull->now, entity);
  batch->then = satchel_holdings_get (pull->then, entity);
  batch->same = satchel_holding_equal (batch->now, batch->then) &&
                (pull->same_rights || !satchel_holding_has_guards (batch->now));
  batch->whole = g_array_new (FALSE, FALSE, sizeof (gint64));
  batch->blanked = g_array_new (FALSE, FALSE, sizeof (gint64));
  batch->parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  batch->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  batch->gone = g_ptr_array_new ();
  batch->stood = g_hash_table_new (NULL, NULL);
}

static void
batch_clear (Batch *batch)
{
  g_array_unref (batch->whole);
  g_array_unref (batch->blanked);
  g_hash_table_unref (batch->parts);
  g_hash_table_unref (batch->left);
  g_ptr_array_unref (batch->gone);
  g_hash_table_unref (batch->stood);
  g_clear_pointer (&batch->edited, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

/* ---- forms ---- */

static void
form_init (SatchelTextForm *form, const SatchelEntity *entity)
{
  *form = (SatchelTextForm){ .entity = entity, .fields = g_ptr_array_new (), .lookups = g_ptr_array_new () };
}

static void
form_clear (SatchelTextForm *form)
{
  g_ptr_array_unref (form->fields);
  g_ptr_array_unref (form->lookups);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelTextForm, form_clear)

static void
form_add (SatchelTextForm *form, SatchelPulling *pull, const SatchelField *field)
{
  if (satchel_holding_hides (satchel_holdings_get (pull->now, form->entity), field) ||
      g_ptr_array_find (form->fields, field, NULL))
    return;
  g_ptr_array_add (form->fields, (gpointer)field);
  if (satchel_pulling_names_stubs (pull, field))
    g_ptr_array_add (form->lookups, (gpointer)field);
}

static void
form_fill (SatchelTextForm *form, SatchelPulling *pull)
{
  for (guint i = 0; i < form->entity->n_fields; i++)
    form_add (form, pull, form->entity->fields[i]);
}

typedef struct {
  SatchelPulling *pull;
  char *header;
} Section;

static char *
make_header (const SatchelTextForm *form, gboolean whole)
{
  g_autofree char *columns = satchel_texts_columns (form);

  return g_strdup_printf ("{\"entity\":\"%s\",\"columns\":%s,\"whole\":%s}", form->entity->name, columns,
                          whole ? "true" : "false");
}

static gboolean
put_row (const SatchelTextForm *form, const char *text, gsize size, SatchelStatement *row, gpointer data,
         GError **error)
{
  Section *section = data;

  satchel_pulling_note_named (section->pull, form, row);
  return satchel_pulling_put_row (section->pull, section->header, text, size, error);
}

static gboolean
put_rows (SatchelPulling *pull, const SatchelTextForm *form, gboolean whole, const GArray *rows,
          GError **error)
{
  g_autofree char *header = make_header (form, whole);
  Section section = { pull, header };

  return satchel_texts_visit_rows (pull->store, form, rows, put_row, &section, error);
}

/* ---- everything ---- */

gboolean
satchel_pulling_put_all (SatchelPulling *pull, const SatchelEntity *entity, GError **error)
{
  g_auto (SatchelTextForm) form;
  g_auto (SatchelConditions) select = { 0 };
  g_autoptr (GArray) blanked = satchel_pulling_list_blanked (pull, entity, error);
  g_autofree char *header = NULL;
  Section section;

  form_init (&form, entity);
  form_fill (&form, pull);
  satchel_conditions_init (&select);
  if (blanked == NULL || !satchel_pulling_select_carried (pull, entity, &select, error))
    return FALSE;
  header = make_header (&form, TRUE);
  section = (Section){ pull, header };
  if (!satchel_texts_visit_selected (pull->store, &form, &select, put_row, &section, error))
    return FALSE;
  return satchel_pulling_put_whole (pull, entity, blanked, TRUE, error);
}

/* ---- what to look at ---- */

static gboolean
add_changed (Batch *batch, gint64 bucket, gboolean is_all, GHashTable *seen, GArray *rows, GError **error)
{
  g_autoptr (GArray) members = NULL;

  if (batch->now == batch->then && !satchel_pulling_is_stirred (batch->pull, bucket))
    return TRUE;
  members = satchel_members_list_changed (batch->pull->store, bucket, batch->pull->since, error);
  if (members == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++) {
    const SatchelMember *member = &g_array_index (members, SatchelMember, i);

    if (g_hash_table_add (seen, GSIZE_TO_POINTER (member->row)))
      g_array_append_val (rows, member->row);
    if (is_all && member->since <= batch->pull->since && member->entered <= batch->pull->since)
      g_hash_table_add (batch->stood, GSIZE_TO_POINTER (member->row));
  }
  return TRUE;
}

/* Rows that moved in what is chosen. */
static GArray *
list_moved (Batch *batch, GError **error)
{
  const SatchelHolding *now = batch->now;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; now->all && i < now->readable->len; i++) {
    if (!add_changed (batch, g_array_index (now->readable, gint64, i), batch->same, seen, rows, error))
      return NULL;
  }
  for (guint i = 0; !now->all && i < now->sources->len; i++) {
    if (!add_changed (batch, g_array_index (now->sources, SatchelSource, i).bucket, FALSE, seen, rows, error))
      return NULL;
  }
  for (guint i = 0; i < now->authored->len; i++) {
    if (!add_changed (batch, g_array_index (now->authored, gint64, i), FALSE, seen, rows, error))
      return NULL;
  }
  return g_steal_pointer (&rows);
}

static gboolean
find_edited (Batch *batch, GError **error)
{
  g_auto (SatchelConditions) select = { 0 };
  g_autoptr (GArray) rows = NULL;

  satchel_conditions_init (&select);
  g_string_append_printf (select.sql, "SELECT row FROM %s WHERE s > ?", satchel_sql_table (batch->entity));
  satchel_conditions_add_integer (&select, batch->pull->since);
  rows = satchel_texts_select_rows (batch->pull->store, &select, error);
  if (rows == NULL)
    return FALSE;
  batch->edited = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (batch->edited, GSIZE_TO_POINTER (g_array_index (rows, gint64, i)));
  return TRUE;
}

static GArray *
list_carried (Batch *batch, GError **error)
{
  g_auto (SatchelConditions) select = { 0 };
  g_autoptr (GArray) blanked = satchel_pulling_list_blanked (batch->pull, batch->entity, error);
  g_autoptr (GArray) rows = NULL;

  satchel_conditions_init (&select);
  if (blanked == NULL || !find_edited (batch, error) ||
      !satchel_pulling_select_carried (batch->pull, batch->entity, &select, error))
    return NULL;
  rows = satchel_texts_select_rows (batch->pull->store, &select, error);
  if (rows != NULL)
    g_array_append_vals (rows, blanked->data, blanked->len);
  return g_steal_pointer (&rows);
}

/* ---- what of it is sent ---- */

static GArray *
ensure_part (Batch *batch, const char *fields)
{
  GArray *rows = g_hash_table_lookup (batch->parts, fields);

  if (rows == NULL) {
    rows = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_hash_table_insert (batch->parts, g_strdup (fields), rows);
  }
  return rows;
}

/* Fields of classes that may be read now and could not be. */
static char *
list_gained (const Batch *batch)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < batch->entity->n_fields; i++) {
    const SatchelField *field = batch->entity->fields[i];

    if (satchel_holding_hides (batch->then, field) && !satchel_holding_hides (batch->now, field))
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", field->name);
  }
  return g_string_free (names, FALSE);
}

typedef struct {
  Batch *batch;
  const char *gained;
} Parting;

static void
add_part (gint64 row, const char *fields, gpointer data)
{
  const Parting *parting = data;
  const char *gained = parting->gained;
  g_autofree char *all = NULL;

  if (*fields != '\0' && *gained != '\0')
    fields = all = g_strconcat (fields, ",", gained, NULL);
  else if (*fields == '\0')
    fields = gained;
  if (*fields != '\0')
    g_array_append_val (ensure_part (parting->batch, fields), row);
}

/* Rows that the device has had since its cursor: only the fields changed meanwhile. One that was deleted and
 * restored is new in all its buckets, and is sent whole. */
static gboolean
add_parts (Batch *batch, const GArray *held, GError **error)
{
  SatchelPulling *pull = batch->pull;
  g_autofree char *gained = list_gained (batch);
  g_autoptr (GArray) edited = g_array_new (FALSE, FALSE, sizeof (gint64));
  Parting parting = { batch, gained };

  batch->n_kept += held->len;
  for (guint i = 0; i < held->len; i++) {
    const gint64 row = g_array_index (held, gint64, i);

    if (batch->edited == NULL || g_hash_table_contains (batch->edited, GSIZE_TO_POINTER (row)))
      g_array_append_val (edited, row);
    else
      add_part (row, "", &parting);
  }
  return edited->len == 0 || satchel_feed_visit_fields (pull->store, batch->entity, edited, pull->since,
                                                        pull->own, add_part, &parting, error);
}

static Left *
ensure_left (Batch *batch, const char *id)
{
  Left *left = g_hash_table_lookup (batch->left, id);

  if (left == NULL) {
    left = g_new0 (Left, 1);
    left->why = "left";
    g_hash_table_insert (batch->left, g_strdup (id), left);
  }
  return left;
}

static gboolean
add_left (Batch *batch, const SatchelVerdict *verdict, GError **error)
{
  g_autofree char *id = NULL;
  Left *left;

  id = satchel_texts_dup_id (batch->pull->store, batch->entity, verdict->row, error);
  if (id == NULL)
    return FALSE;
  left = ensure_left (batch, id);
  left->chosen_then |= verdict->chosen_then;
  left->readable_then |= verdict->readable_then;
  return TRUE;
}

static gboolean
sort_rows (Batch *batch, const GArray *rows, GError **error)
{
  g_autoptr (GArray) verdicts = satchel_pulling_judge (batch->pull, batch->entity, rows, batch->stood, error);
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (verdicts == NULL)
    return FALSE;
  for (guint i = 0; i < verdicts->len; i++) {
    const SatchelVerdict *verdict = &g_array_index (verdicts, SatchelVerdict, i);

    if (verdict->blank) {
      if (verdict->held && !batch->same)
        batch->n_kept++;
      else
        g_array_append_val (batch->blanked, verdict->row);
    } else if (verdict->carried && !verdict->held) {
      g_array_append_val (batch->whole, verdict->row);
    } else if (verdict->carried) {
      g_array_append_val (held, verdict->row);
    } else if (!add_left (batch, verdict, error)) {
      return FALSE;
    }
  }
  return add_parts (batch, held, error);
}

/* ---- what left ---- */

typedef struct {
  Batch *batch;
  gboolean chosen, readable;
} Departure;

static gboolean
note_departed (const char *record, const char *why, gint64 since, gpointer data, GError **error)
{
  const Departure *departure = data;
  Left *left = ensure_left (departure->batch, record);
  const gboolean was_there = since <= departure->batch->pull->since;

  left->why = g_str_equal (why, "deleted") ? "deleted" : "left";
  left->chosen_then |= departure->chosen && was_there;
  left->readable_then |= departure->readable && was_there;
  return TRUE;
}

static gboolean
note_bucket (Batch *batch, gint64 bucket, gboolean chosen, gboolean readable, GError **error)
{
  Departure departure = { batch, chosen, readable };

  if (batch->now == batch->then && !satchel_pulling_is_stirred (batch->pull, bucket))
    return TRUE;
  return satchel_members_visit_departed (batch->pull->store, bucket, batch->pull->since, note_departed,
                                         &departure, error);
}

static gboolean
note_departures (Batch *batch, GError **error)
{
  const SatchelHolding *then = batch->then;

  for (guint i = 0; i < then->readable->len && (then->all || !then->reads_all); i++) {
    if (!note_bucket (batch, g_array_index (then->readable, gint64, i), then->all, TRUE, error))
      return FALSE;
  }
  for (guint i = 0; i < then->sources->len && !then->all; i++) {
    if (!note_bucket (batch, g_array_index (then->sources, SatchelSource, i).bucket, TRUE, then->reads_all,
                      error))
      return FALSE;
  }
  for (guint i = 0; i < then->authored->len; i++) {
    if (!note_bucket (batch, g_array_index (then->authored, gint64, i), TRUE, TRUE, error))
      return FALSE;
  }
  return TRUE;
}

/* What the device had by an earlier list. */
static gboolean
note_former (Batch *batch, GError **error)
{
  g_autoptr (GArray) rows = NULL, verdicts = NULL;

  if (batch->same)
    return TRUE;
  rows = satchel_pulling_list_former (batch->pull, batch->entity, error);
  if (rows != NULL)
    verdicts = satchel_pulling_judge (batch->pull, batch->entity, rows, NULL, error);
  for (guint i = 0; verdicts != NULL && i < verdicts->len; i++) {
    const SatchelVerdict *verdict = &g_array_index (verdicts, SatchelVerdict, i);

    if (!verdict->carried && !add_left (batch, verdict, error))
      return FALSE;
  }
  return verdicts != NULL;
}

/* A record that is not carried. An id goes out only to a device that could read its record then. */
static gboolean
decide_left (Batch *batch, const char *id, const Left *left, const SatchelVerdict *verdict, GError **error)
{
  SatchelPulling *pull = batch->pull;
  const gboolean readable = verdict != NULL && verdict->readable;
  gboolean gone, named = FALSE;

  gone = (left->chosen_then || (verdict != NULL && verdict->chosen_then)) &&
         (left->readable_then || (verdict != NULL && verdict->readable_then));
  /* With the title alone it may go on, or it has gone on with the title alone so far. */
  if ((gone ? readable : left->readable_then) && satchel_pulling_may_be_stub (pull, batch->entity) &&
      !satchel_pulling_is_named (pull, batch->entity, id, &named, error))
    return FALSE;
  if (named && readable)
    satchel_pulling_add_named (pull, batch->entity->name, id);
  if (gone || (named && !readable))
    g_ptr_array_add (batch->gone, (gpointer)id);
  return TRUE;
}

static gboolean
decide_all_left (Batch *batch, GError **error)
{
  SatchelPulling *pull = batch->pull;
  GHashTableIter iter;
  gpointer id, left;

  g_hash_table_iter_init (&iter, batch->left);
  while (g_hash_table_iter_next (&iter, &id, &left)) {
    SatchelVerdict verdict;
    gint64 row;

    if (!satchel_rows_find (pull->store, batch->entity, id, &row, error) ||
        (row != 0 && !satchel_pulling_judge_one (pull, batch->entity, row, &verdict, error)))
      return FALSE;
    if (row != 0 && verdict.carried)
      continue;
    if (!decide_left (batch, id, left, row != 0 ? &verdict : NULL, error))
      return FALSE;
  }
  return TRUE;
}

/* Records that may be read anew, and are named already. */
static gboolean
note_appeared (Batch *batch, GError **error)
{
  SatchelPulling *pull = batch->pull;

  if (!batch->same || batch->now->reads_all || !satchel_pulling_may_be_stub (pull, batch->entity))
    return TRUE;
  for (guint i = 0; i < batch->now->readable->len; i++) {
    const gint64 bucket = g_array_index (batch->now->readable, gint64, i);
    g_autoptr (GArray) members = NULL;

    if (batch->now == batch->then && !satchel_pulling_is_stirred (pull, bucket))
      continue;
    members = satchel_members_list_changed (pull->store, bucket, pull->since, error);

    for (guint j = 0; members != NULL && j < members->len; j++) {
      const SatchelMember *member = &g_array_index (members, SatchelMember, j);
      g_autofree char *id = NULL;
      gboolean named;

      if (member->entered <= pull->since)
        continue;
      id = satchel_texts_dup_id (pull->store, batch->entity, member->row, error);
      if (id == NULL || !satchel_pulling_is_named (pull, batch->entity, id, &named, error))
        return FALSE;
      if (named)
        satchel_pulling_add_named (pull, batch->entity->name, id);
    }
    if (members == NULL)
      return FALSE;
  }
  return TRUE;
}

/* ---- writing ---- */

static gboolean
put_erased (Batch *batch, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < batch->entity->n_fields; i++) {
    const SatchelField *field = batch->entity->fields[i];

    if (satchel_holding_hides (batch->now, field) && !satchel_holding_hides (batch->then, field))
      g_string_append_printf (line, "%s\"%s\"", line->len > 0 ? "," : "", field->name);
  }
  if (line->len == 0)
    return TRUE;
  g_string_prepend (line, "\",\"erase\":[");
  g_string_prepend (line, batch->entity->name);
  g_string_prepend (line, "{\"entity\":\"");
  g_string_append (line, "]}");
  return satchel_pulling_put_line (batch->pull, line->str, line->len, error);
}

static gboolean
put_cleared (Batch *batch, GError **error)
{
  g_autofree char *line = g_strdup_printf ("{\"entity\":\"%s\",\"clear\":true}", batch->entity->name);

  return satchel_pulling_put_line (batch->pull, line, strlen (line), error) &&
         satchel_pulling_put_all (batch->pull, batch->entity, error);
}

/* The fields named by @key, those that the registry still knows, and who changed them. */
static void
form_parse (SatchelTextForm *form, SatchelPulling *pull, const char *key)
{
  g_auto (GStrv) names = g_strsplit (key, ",", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (form->entity, names[i]);

    if (field != NULL)
      form_add (form, pull, field);
  }
  form_add (form, pull, satchel_entity_find_field (form->entity, "modified_at"));
  form_add (form, pull, satchel_entity_find_field (form->entity, "modified_by"));
}

static gboolean
put_parts (Batch *batch, GError **error)
{
  GHashTableIter iter;
  gpointer key, rows;

  g_hash_table_iter_init (&iter, batch->parts);
  while (g_hash_table_iter_next (&iter, &key, &rows)) {
    g_auto (SatchelTextForm) form;

    form_init (&form, batch->entity);
    form_parse (&form, batch->pull, key);
    if (!put_rows (batch->pull, &form, FALSE, rows, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_pulling_put_gone (SatchelPulling *pull, const SatchelEntity *entity, const char *id, const char *why,
                          GError **error)
{
  g_autofree char *header = g_strdup_printf ("{\"entity\":\"%s\",\"gone\":true}", entity->name);
  g_autofree char *line = g_strdup_printf ("[\"%s\",%" G_GINT64_FORMAT ",\"%s\"]", id, pull->store->s, why);

  return satchel_pulling_put_row (pull, header, line, strlen (line), error);
}

static gboolean
put_gone (Batch *batch, GError **error)
{
  for (guint i = 0; i < batch->gone->len; i++) {
    const char *id = batch->gone->pdata[i];
    const Left *left = g_hash_table_lookup (batch->left, id);

    if (!satchel_pulling_put_gone (batch->pull, batch->entity, id, left->why, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_pulling_put_whole (SatchelPulling *pull, const SatchelEntity *entity, const GArray *rows,
                           gboolean blank, GError **error)
{
  g_auto (SatchelTextForm) form;

  form_init (&form, entity);
  if (rows->len == 0)
    return TRUE;
  form_fill (&form, pull);
  form.blank = blank;
  return put_rows (pull, &form, TRUE, rows, error);
}

static gboolean
put_batch (Batch *batch, GError **error)
{
  if (!put_erased (batch, error))
    return FALSE;
  if (!batch->same && batch->gone->len > REMOVALS_A_ROW * batch->n_kept + REMOVALS_A_ROW)
    return put_cleared (batch, error);
  return satchel_pulling_put_whole (batch->pull, batch->entity, batch->whole, FALSE, error) &&
         satchel_pulling_put_whole (batch->pull, batch->entity, batch->blanked, TRUE, error) &&
         put_parts (batch, error) && put_gone (batch, error);
}

gboolean
satchel_pulling_put_changes (SatchelPulling *pull, const SatchelEntity *entity, GError **error)
{
  g_auto (Batch) batch;
  g_autoptr (GArray) rows = NULL;

  batch_init (&batch, pull, entity);
  rows = batch.same ? list_moved (&batch, error) : list_carried (&batch, error);
  return rows != NULL && sort_rows (&batch, rows, error) && note_former (&batch, error) &&
         note_departures (&batch, error) && decide_all_left (&batch, error) &&
         note_appeared (&batch, error) && put_batch (&batch, error);
}
