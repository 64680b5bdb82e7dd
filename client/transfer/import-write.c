/* Writing the rows: those that others refer to first, in batches, what fails rejected with its reason.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/transfer/import-private.h"
#include "protocol/error.h"

#define ROWS_PER_BATCH 500

/* The slot of the field that a rule's sentence names by its label; NULL when the row has none. */
static const ImportSlot *
find_named (const Import *import, const char *sentence)
{
  for (guint i = 0; i < import->slots->len; i++) {
    const ImportSlot *slot = &g_array_index (import->slots, ImportSlot, i);
    g_autofree char *label = g_strdup_printf ("“%s”", slot->part->field->label);

    if (strstr (sentence, label) != NULL)
      return slot;
  }
  return NULL;
}

/* The row is to blame for @problem, in @slot if that is known; or the import ends. */
static gboolean
blame_row (const Import *import, ImportRow *row, const ImportSlot *slot, GError *problem, GError **error)
{
  if (satchel_error_is_general (problem)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (slot == NULL)
    slot = find_named (import, problem->message);
  satchel_import_reject (row, slot != NULL ? slot->column->name : NULL,
                         slot != NULL ? satchel_import_cell (row, slot) : NULL, "%s", problem->message);
  g_error_free (problem);
  return TRUE;
}

/* ---- what is missing ---- */

/* The value of a setting for a created record; "me" and "my unit" are those of the profile. */
static SatchelValue *
value_of_fill (const Import *import, const SatchelMapSetting *fill)
{
  SatchelValue *value = NULL;

  if (!satchel_map_is_own (fill->field, fill->text)) {
    /* The map's reader has seen that it is a value. */
    gboolean read = satchel_value_from_text (fill->field, fill->text, &value, NULL);

    g_assert (read);
    return value;
  }
  if (g_str_equal (fill->text, "me"))
    return satchel_value_new_lookup ("user", import->context.user);
  return import->context.unit != NULL ? satchel_value_new_lookup ("business_unit", import->context.unit)
                                      : NULL;
}

/* Makes the record that @lookup names. */
static gboolean
create_target (Import *import, ImportRow *row, const ImportLookup *lookup, GError **error)
{
  const SatchelMapPart *part = lookup->slot->part;
  g_autoptr (SatchelRecord) target = satchel_record_new (part->lookup_entity, NULL);
  g_autoptr (SatchelValue) name = NULL, value = NULL;
  g_autofree char *set = NULL;
  GError *problem = NULL;

  target->id = satchel_id_new (satchel_session_get_clock (import->session));
  if (satchel_value_from_text (part->lookup_field, lookup->text, &name, &problem)) {
    satchel_record_set (target, part->lookup_field, name);
    for (guint i = 0; i < part->copies->len; i++)
      satchel_record_set_by_name (target, part->copies->pdata[i],
                                  satchel_record_get_by_name (row->record, part->copies->pdata[i]));
    for (guint i = 0; i < part->fills->len; i++) {
      const SatchelMapSetting *fill = &g_array_index (part->fills, SatchelMapSetting, i);
      g_autoptr (SatchelValue) other = value_of_fill (import, fill);

      satchel_record_set (target, fill->field, other);
    }
    set = satchel_session_create (import->session, target, &problem);
  }
  if (set == NULL)
    return blame_row (import, row, lookup->slot, problem, error);
  import->summary->lookups_created++;
  value = satchel_value_new_lookup (part->lookup_entity->name, target->id);
  satchel_record_set (row->record, part->field, value);
  return satchel_names_add (import->names, part->lookup_entity, part->lookup_field, lookup->text, target->id,
                            error);
}

/* The lookups that may create, those that copy from the row last; an earlier row may have made the record
 * meanwhile. */
static gboolean
resolve_missing (Import *import, ImportRow *row, GError **error)
{
  for (guint copying = 0; copying < 2; copying++) {
    for (guint i = 0; i < row->lookups->len && row->kind != IMPORT_ROW_REJECTED; i++) {
      const ImportLookup *lookup = row->lookups->pdata[i];
      g_autoptr (SatchelValue) value = NULL;
      SatchelNameMatch match;
      const char *entity, *id;

      if ((lookup->slot->part->copies->len > 0) != copying)
        continue;
      if (!satchel_import_find (import, lookup->slot->part, lookup->text, &match, &entity, &id, error))
        return FALSE;
      if (match == SATCHEL_NAME_FOUND) {
        value = satchel_value_new_lookup (entity, id);
        satchel_record_set (row->record, lookup->slot->part->field, value);
      } else if (!create_target (import, row, lookup, error)) {
        return FALSE;
      }
    }
  }
  return TRUE;
}

/* ---- one row ---- */

/* {column} by its cell. */
static char *
fill_template (const Import *import, const ImportRow *row, const char *template)
{
  GString *text = g_string_new (template);

  for (guint i = 0; i < import->header->len; i++) {
    g_autofree char *mark = g_strdup_printf ("{%s}", (const char *)import->header->pdata[i]);

    g_string_replace (text, mark, row->cells->pdata[i], 0);
  }
  return g_string_free (text, FALSE);
}

static gboolean
apply_constants (Import *import, ImportRow *row)
{
  for (guint i = 0; i < import->map->constants->len; i++) {
    const SatchelMapSetting *setting = &g_array_index (import->map->constants, SatchelMapSetting, i);
    g_autofree char *text = NULL;
    g_autoptr (SatchelValue) value = NULL;
    g_autoptr (GError) problem = NULL;

    if (satchel_record_get (row->record, setting->field) != NULL)
      continue;
    text = setting->template ? fill_template (import, row, setting->text) : g_strdup (setting->text);
    if (!satchel_replica_value_from_text (satchel_session_get_replica (import->session), setting->field, text,
                                          &value, &problem)) {
      satchel_import_reject (row, NULL, text, "%s", problem->message);
      return FALSE;
    }
    satchel_record_set (row->record, setting->field, value);
  }
  return TRUE;
}

static gboolean
create_row (Import *import, ImportRow *row, GError **error)
{
  GError *problem = NULL;
  g_autofree char *set = NULL;

  if (!apply_constants (import, row))
    return TRUE;
  set = satchel_session_create (import->session, row->record, &problem);
  if (set == NULL)
    return blame_row (import, row, NULL, problem, error);
  import->summary->created++;
  return TRUE;
}

/* Writes the fields that the row speaks of. */
static gboolean
update_row (Import *import, ImportRow *row, char **set, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  const SatchelEntity *entity = import->map->entity;
  GError *problem = NULL;

  for (guint i = 0; i < entity->n_fields; i++) {
    SatchelFieldValue *change;

    if (!row->touched[i])
      continue;
    change = g_new0 (SatchelFieldValue, 1);
    change->field = entity->fields[i];
    change->value = satchel_value_ref (satchel_record_get (row->record, change->field));
    g_ptr_array_add (changes, change);
  }
  *set = satchel_session_update (import->session, entity, row->record->id, changes, &problem);
  return *set != NULL || blame_row (import, row, NULL, problem, error);
}

static gboolean
write_row (Import *import, ImportRow *row, GError **error)
{
  g_autofree char *set = NULL;

  /* The lookups of a repeated row stand in the first one. */
  if (satchel_import_row_goes_in (row) && !resolve_missing (import, row, error))
    return FALSE;
  switch (row->kind) {
  case IMPORT_ROW_CREATE:
    return create_row (import, row, error);
  case IMPORT_ROW_UPDATE:
    if (!update_row (import, row, &set, error))
      return FALSE;
    import->summary->updated += set != NULL && *set != '\0';
    import->summary->unchanged += set != NULL && *set == '\0';
    return TRUE;
  case IMPORT_ROW_REPEATED:
    import->summary->unchanged++;
    return TRUE;
  case IMPORT_ROW_REJECTED:
  default:
    return TRUE;
  }
}

/* ---- order ---- */

static void
count_waits (Import *import)
{
  for (guint i = 0; i < import->rows->len; i++) {
    ImportRow *row = import->rows->pdata[i];

    row->n_waits = row->waits_for->len;
    for (guint j = 0; j < row->waits_for->len; j++)
      g_ptr_array_add (((ImportRow *)row->waits_for->pdata[j])->waiting, row);
  }
}

/* Rows in an order in which each comes after those it refers to; what is left, waiting for itself in a
 * circle, comes last. */
static GPtrArray *
sort_rows (Import *import, guint *n_sorted)
{
  GPtrArray *order = g_ptr_array_sized_new (import->rows->len);

  for (guint i = 0; i < import->rows->len; i++) {
    if (((ImportRow *)import->rows->pdata[i])->n_waits == 0)
      g_ptr_array_add (order, import->rows->pdata[i]);
  }
  for (guint i = 0; i < order->len; i++) {
    const ImportRow *row = order->pdata[i];

    for (guint j = 0; j < row->waiting->len; j++) {
      ImportRow *next = row->waiting->pdata[j];

      if (--next->n_waits == 0)
        g_ptr_array_add (order, next);
    }
  }
  *n_sorted = order->len;
  for (guint i = 0; i < import->rows->len; i++) {
    if (((ImportRow *)import->rows->pdata[i])->n_waits > 0)
      g_ptr_array_add (order, import->rows->pdata[i]);
  }
  return order;
}

/* A row that refers to a rejected one cannot go in either. */
static void
check_waits (ImportRow *row)
{
  for (guint i = 0; row->kind != IMPORT_ROW_REJECTED && i < row->waits_for->len; i++) {
    const ImportRow *other = row->waits_for->pdata[i];

    if (other->kind == IMPORT_ROW_REJECTED)
      satchel_import_reject (row, NULL, NULL, "it refers to the row in line %u, which was rejected",
                             other->line);
  }
}

/* ---- circles ---- */

/* Takes the lookups that lead to rows not written yet out of @row and returns them: SatchelFieldValue*. */
static GPtrArray *
postpone (Import *import, ImportRow *row, GHashTable *written)
{
  GPtrArray *later = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  for (guint i = 0; i < import->slots->len; i++) {
    const SatchelField *field = g_array_index (import->slots, ImportSlot, i).part->field;
    const SatchelValue *value = satchel_record_get (row->record, field);
    const ImportRow *other;
    SatchelFieldValue *change;

    if (value == NULL || field->type != SATCHEL_TYPE_LOOKUP)
      continue;
    other = g_hash_table_lookup (import->by_id, satchel_value_get_id (value));
    if (other == NULL || other == row || other->kind != IMPORT_ROW_CREATE ||
        g_hash_table_contains (written, other))
      continue;
    change = g_new0 (SatchelFieldValue, 1);
    change->field = field;
    change->value = satchel_value_ref (value);
    g_ptr_array_add (later, change);
    satchel_record_set (row->record, field, NULL);
  }
  return later;
}

typedef struct {
  ImportRow *row;
  GPtrArray *changes;
} Postponed;

static void
clear_postponed (gpointer data)
{
  g_ptr_array_unref (((Postponed *)data)->changes);
}

/* Rows that refer to each other in a circle: all of them first, then the lookups that close it. */
static gboolean
write_circles (Import *import, GPtrArray *order, guint from, GError **error)
{
  g_autoptr (GArray) postponed = g_array_new (FALSE, FALSE, sizeof (Postponed));
  g_autoptr (GHashTable) written = g_hash_table_new (NULL, NULL);

  g_array_set_clear_func (postponed, clear_postponed);
  for (guint i = 0; i < from; i++)
    g_hash_table_add (written, order->pdata[i]);
  for (guint i = from; i < order->len; i++) {
    ImportRow *row = order->pdata[i];
    const Postponed entry = { row,
                              row->record != NULL ? postpone (import, row, written) : g_ptr_array_new () };

    g_array_append_val (postponed, entry);
    if (!write_row (import, row, error))
      return FALSE;
    g_hash_table_add (written, row);
  }
  for (guint i = 0; i < postponed->len; i++) {
    const Postponed *entry = &g_array_index (postponed, Postponed, i);
    g_autofree char *set = NULL;
    GError *problem = NULL;

    if (entry->row->kind == IMPORT_ROW_REJECTED || entry->changes->len == 0)
      continue;
    set = satchel_session_update (import->session, import->map->entity, entry->row->record->id,
                                  entry->changes, &problem);
    if (set == NULL) {
      import->summary->created -= entry->row->kind == IMPORT_ROW_CREATE;
      if (!blame_row (import, entry->row, NULL, problem, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* ---- all ---- */

static gboolean
end_batch (Import *import, GError **error)
{
  if (!import->options->dry_run)
    return satchel_session_commit_batch (import->session, error);
  satchel_session_rollback_batch (import->session);
  return TRUE;
}

static gboolean
write_rows (Import *import, GPtrArray *order, guint n_sorted, GError **error)
{
  const SatchelImportOptions *options = import->options;

  for (guint i = 0; i < n_sorted; i++) {
    if (options->interrupted != NULL && options->interrupted ()) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, _ ("interrupted after %u of %u rows"), i,
                   order->len);
      return FALSE;
    }
    /* A dry run is one batch, so that later rows find what earlier ones made. */
    if (i > 0 && i % ROWS_PER_BATCH == 0 && !options->dry_run) {
      if (!satchel_session_commit_batch (import->session, error) ||
          !satchel_session_begin_batch (import->session, error))
        return FALSE;
    }
    if (i % ROWS_PER_BATCH == 0 && options->progress != NULL)
      options->progress (i, order->len, options->data);
    check_waits (order->pdata[i]);
    if (!write_row (import, order->pdata[i], error))
      return FALSE;
  }
  return write_circles (import, order, n_sorted, error);
}

gboolean
satchel_import_write (Import *import, GError **error)
{
  g_autoptr (GPtrArray) order = NULL;
  guint n_sorted;

  count_waits (import);
  order = sort_rows (import, &n_sorted);
  if (!satchel_session_begin_batch (import->session, error))
    return FALSE;
  if (!write_rows (import, order, n_sorted, error)) {
    g_autoptr (GError) ignored = NULL;

    /* What was done before an interruption stays; after a failure of the disk nothing of this batch does. */
    if (error != NULL && g_error_matches (*error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED)) {
      if (!end_batch (import, &ignored))
        g_prefix_error (error, "%s; ", ignored->message);
    } else {
      satchel_session_rollback_batch (import->session);
    }
    return FALSE;
  }
  return end_batch (import, error);
}
