/* Edits of one record: each field, and each merge group as one, against what happened since the author saw
 * it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/resolve/resolution.h"

/* One edited field, with what the change table says of it and what the merge made of it. */
typedef struct {
  const SatchelField *field;
  SatchelValue *mine, *base;
  SatchelFieldHistory history;
  SatchelSince since;
  SatchelMergeResult result;
  gboolean merged;
} Edited;

static void
edited_clear (Edited *edited)
{
  satchel_value_unref (edited->mine);
  satchel_value_unref (edited->base);
  satchel_field_history_clear (&edited->history);
  satchel_merge_result_clear (&edited->result);
}

static gboolean
require_right (SatchelResolution *resolution, const SatchelRecord *before, const SatchelField *field,
               GError **error)
{
  if (field == satchel_entity_owner_field (before->entity))
    return satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_ASSIGN, before, "assign", error);
  return satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_WRITE, before, "change", error);
}

static gboolean
read_edit (SatchelResolution *resolution, const SatchelRecord *before, const SatchelEdit *edit, gint64 seen,
           Edited *edited, GError **error)
{
  const SatchelField *field = satchel_registry_require_written_field (resolution->store->registry,
                                                                      before->entity, edit->field, error);

  if (field == NULL)
    return FALSE;
  resolution->field = edited->field = field;
  if (!satchel_field_is_writable (field)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FIELD_FORBIDDEN, "only the server writes “%s”",
                 field->label);
    return FALSE;
  }
  /* Whatever the merge makes of it: nobody files conflicts about what she may not write. */
  if (!require_right (resolution, before, field, error) ||
      !satchel_resolve_require_field (resolution, field, error) ||
      !satchel_value_from_wire (field, edit->value, &edited->mine, error))
    return FALSE;

  /* A record that nobody touched since needs no look at its past. */
  edited->since = SATCHEL_SINCE_UNTOUCHED;
  if (before->s > seen) {
    if (!satchel_feed_read_field (resolution->store, before, field, seen, resolution->device,
                                  &edited->history, error))
      return FALSE;
    /* Where three values are merged, anything of others since counts: the author's own later edits did not
     * know of it. */
    if (satchel_policy_needs_base (field->policy)
            ? edited->history.others
            : edited->history.changed && !edited->history.latest_is_device)
      edited->since = SATCHEL_SINCE_OTHERS;
    else if (edited->history.changed)
      edited->since = SATCHEL_SINCE_SAME_DEVICE;
  }
  if (edit->base != NULL && satchel_policy_needs_base (field->policy))
    return satchel_value_from_wire (field, edit->base, &edited->base, error);
  edited->base =
      satchel_value_ref (edited->history.changed ? edited->history.base : satchel_record_get (before, field));
  return TRUE;
}

/* Merges the fields of one group together. */
static void
merge_group (const SatchelRecord *before, Edited *all, guint n_all, const char *group)
{
  g_autofree const SatchelField **fields = g_new0 (const SatchelField *, n_all);
  g_autofree const SatchelValue **mine = g_new0 (const SatchelValue *, n_all);
  g_autofree const SatchelValue **theirs = g_new0 (const SatchelValue *, n_all);
  g_autofree SatchelMergeResult *results = g_new0 (SatchelMergeResult, n_all);
  SatchelSince since = SATCHEL_SINCE_UNTOUCHED;
  guint n = 0;

  for (guint i = 0; i < n_all; i++) {
    if (g_strcmp0 (all[i].field->group, group) != 0)
      continue;
    fields[n] = all[i].field;
    mine[n] = all[i].mine;
    theirs[n] = satchel_record_get (before, all[i].field);
    since = MAX (since, all[i].since);
    n++;
  }
  satchel_merge_group (before->entity, fields, n, since, mine, theirs, results);
  n = 0;
  for (guint i = 0; i < n_all; i++) {
    if (g_strcmp0 (all[i].field->group, group) != 0)
      continue;
    all[i].result = results[n++];
    all[i].merged = TRUE;
  }
}

/* Whether others changed a field of the group that this set does not write: then the group is not what the
 * author saw. */
static gboolean
look_at_rest_of_group (SatchelResolution *resolution, const SatchelRecord *before, gint64 seen,
                       Edited *edited, GError **error)
{
  if (edited->field->group == NULL || before->s <= seen || edited->since == SATCHEL_SINCE_OTHERS)
    return TRUE;
  for (guint i = 0; i < before->entity->n_fields; i++) {
    const SatchelField *field = before->entity->fields[i];
    g_auto (SatchelFieldHistory) history = { 0 };

    if (field == edited->field || g_strcmp0 (field->group, edited->field->group) != 0)
      continue;
    if (!satchel_feed_read_field (resolution->store, before, field, seen, resolution->device, &history,
                                  error))
      return FALSE;
    if (!history.changed || history.latest_is_device)
      continue;
    edited->since = SATCHEL_SINCE_OTHERS;
    if (edited->history.other_user == NULL) {
      edited->history.other_user = g_steal_pointer (&history.other_user);
      edited->history.other_at_ms = history.other_at_ms;
    }
  }
  return TRUE;
}

static gboolean
file_conflicts (SatchelResolution *resolution, const SatchelRecord *before, const SatchelRecord *after,
                const Edited *edited, guint n_edited, GError **error)
{
  for (guint i = 0; i < n_edited; i++) {
    const SatchelDispute dispute = {
      .field = edited[i].field,
      .base = edited[i].base,
      .mine = edited[i].mine,
      .theirs = satchel_record_get (before, edited[i].field),
      .status = edited[i].result.conflict,
      .theirs_by = edited[i].history.other_user,
      .theirs_at_ms = edited[i].history.other_at_ms,
    };

    if (dispute.status != SATCHEL_CONFLICT_NONE &&
        !satchel_conflicts_file (resolution, after, &dispute, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_stamp (const SatchelField *field)
{
  return g_str_equal (field->name, "modified_at") || g_str_equal (field->name, "modified_by");
}

/* Counts the fields that became what the set says. What a device cannot know by its own text, or may not
 * keep, makes the set inexact: another value, a field that followed, a title or file that comes with the
 * field, a class that the author may not read, a record that stayed as it was. */
static void
note_exact (SatchelResolution *resolution, const SatchelRecord *before, const SatchelRecord *after,
            const Edited *edited, guint n_edited)
{
  guint n_changed = 0, n_told = 0;

  for (guint i = 0; i < after->entity->n_fields; i++)
    n_changed +=
        !is_stamp (after->entity->fields[i]) && !satchel_value_equal (before->values[i], after->values[i]);
  for (guint i = 0; i < n_edited; i++) {
    const SatchelField *field = edited[i].field;
    const SatchelValue *value = satchel_record_get (after, field);

    if (!satchel_value_equal (value, edited[i].mine) || field->type == SATCHEL_TYPE_LOOKUP ||
        field->type == SATCHEL_TYPE_FILE || !satchel_rights_can_read_field (resolution->rights, field))
      resolution->inexact = TRUE;
    n_told += !satchel_value_equal (satchel_record_get (before, field), value);
  }
  resolution->inexact |= n_changed == 0 || n_told != n_changed;
  resolution->n_exact += n_changed;
}

static gboolean
merge (SatchelResolution *resolution, const SatchelChange *change, const SatchelRecord *before, gint64 seen,
       Edited *edited, GError **error)
{
  const guint n_edited = change->edits->len;
  g_autoptr (SatchelRecord) after = satchel_record_copy (before);
  g_autoptr (SatchelRecord) wished = satchel_record_copy (before);

  for (guint i = 0; i < n_edited; i++) {
    if (!read_edit (resolution, before, change->edits->pdata[i], seen, &edited[i], error) ||
        !look_at_rest_of_group (resolution, before, seen, &edited[i], error))
      return FALSE;
    satchel_record_set (wished, edited[i].field, edited[i].mine);
  }
  resolution->field = NULL;
  satchel_resolve_note_lookups (resolution, before, wished); /* also those that end in a conflict */

  for (guint i = 0; i < n_edited; i++) {
    Edited *one = &edited[i];

    if (one->field->group != NULL && !one->merged) {
      merge_group (before, edited, n_edited, one->field->group);
    } else if (!one->merged) {
      satchel_merge_field (before->entity, one->field, one->since, one->base, one->mine,
                           satchel_record_get (before, one->field), &one->result);
      one->merged = TRUE;
    }
    satchel_record_set (after, one->field, one->result.value);
  }
  if (!satchel_resolve_derive (resolution, after, before, error) ||
      !satchel_resolve_update (resolution, before, after, NULL, error) ||
      !file_conflicts (resolution, before, after, edited, n_edited, error))
    return FALSE;
  note_exact (resolution, before, after, edited, n_edited);
  return TRUE;
}

gboolean
satchel_resolve_edits (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, change->entity);
  g_autoptr (SatchelRecord) before = NULL;
  g_autofree Edited *edited = NULL;
  gboolean merged;
  gint64 seen;

  if (!satchel_resolve_find (resolution, entity, change->record, &before, error) ||
      !satchel_resolution_get_seen (resolution, change, &seen, error))
    return FALSE;
  edited = g_new0 (Edited, MAX (change->edits->len, 1));
  merged = merge (resolution, change, before, seen, edited, error);
  for (guint i = 0; i < change->edits->len; i++)
    edited_clear (&edited[i]);
  return merged;
}
