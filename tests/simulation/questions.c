/* What may be read is answered exactly, what may not does not exist.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/questions.h"

#include <string.h>

#include "client/scope.h"
#include "protocol/error.h"
#include "tests/simulation/tap.h"

/* @ids are all records of the entity that she may read and for which the condition holds. */
static void
check_list (SimDevice *device, SimView *view, const SatchelListRequest *request, GHashTable *ids)
{
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  const SatchelEntity *entity = satchel_registry_find (truth->registry, request->entity);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (truth->registry, entity, request->where != NULL ? request->where : "", &error);
  sim_check (world, predicate != NULL, error, "a condition");
  const GPtrArray *rows = sim_truth_list (truth, request->entity);
  for (guint i = 0; i < rows->len; i++) {
    const SimRow *row = rows->pdata[i];
    gboolean expected = sim_view_finds (view, predicate, row);
    if (expected != g_hash_table_contains (ids, row->record->id))
      sim_fail (world, "4: device %u (%s): the list of %s where %s %s %s", device->index, device->user,
                request->entity, request->where, expected ? "lacks" : "has", row->record->id);
  }
}

void
sim_question_list (SimDevice *device, const SatchelCaller *caller, const SatchelListRequest *request,
                   const GByteArray *lines, const GError *error)
{
  SimWorld *world = device->world;
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SimView) view = sim_view_new (world, sim_truth_get (world), caller->user, caller->device);
  if (lines != NULL) {
    sim_tap_list (device, caller, (const char *)lines->data, lines->len, ids);
    check_list (device, view, request, ids);
    return;
  }
  /* Definitions may be others than the device thinks. */
  if (satchel_error_code (error) != SATCHEL_ERROR_INVALID &&
      satchel_error_code (error) != SATCHEL_ERROR_SCHEMA &&
      (satchel_error_code (error) != SATCHEL_ERROR_FORBIDDEN ||
       sim_view_allows (view, request->entity, request->where != NULL ? request->where : "")))
    sim_fail (world, "device %u (%s) asks for %s where %s: %s", device->index, device->user, request->entity,
              request->where, error->message);
}

/* The row, where she may read it; else NULL. */
static const SimRow *
find_readable (SimView *view, const SimTruth *truth, const char *entity, const char *id)
{
  const SimRow *row = sim_truth_find (truth, id);
  return row != NULL && g_str_equal (row->record->entity->name, entity) && sim_view_reads (view, row) ? row
                                                                                                      : NULL;
}

void
sim_question_record (SimDevice *device, const SatchelCaller *caller, const SatchelRecordRequest *request,
                     const GByteArray *lines, const GError *error)
{
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  g_autoptr (SimView) view = sim_view_new (world, truth, caller->user, caller->device);
  gboolean readable = find_readable (view, truth, request->entity, request->id) != NULL;
  if ((lines != NULL) != readable ||
      (lines == NULL && satchel_error_code (error) != SATCHEL_ERROR_NOT_FOUND &&
       satchel_error_code (error) != SATCHEL_ERROR_SCHEMA))
    sim_fail (world, "4: device %u (%s) opens %s/%s: %s", device->index, device->user, request->entity,
              request->id, error != NULL ? error->message : "it may not");
  if (lines != NULL)
    sim_tap_list (device, caller, (const char *)lines->data, lines->len, NULL);
}

/* Of a record that is gone the history is for whoever could read it as it was, but of what was read along
 * with another. */
static gboolean
could_read (SimView *view, SimWorld *world, const char *entity_name, const char *id)
{
  const SatchelEntity *entity = satchel_registry_find (sim_truth_get (world)->registry, entity_name);
  g_autoptr (SatchelRecord) gone = entity != NULL && entity->ownership != SATCHEL_OWNERSHIP_RECORD
                                       ? sim_truth_read_gone (world, entity, id)
                                       : NULL;
  const SimRow past = { gone, NULL };
  return gone != NULL && sim_truth_find (sim_truth_get (world), id) == NULL && sim_view_reads (view, &past);
}

void
sim_question_history (SimDevice *device, const SatchelCaller *caller, const char *entity, const char *record,
                      const char *text)
{
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  g_autoptr (SimView) view = sim_view_new (world, truth, caller->user, caller->device);
  gboolean readable =
      find_readable (view, truth, entity, record) != NULL || could_read (view, world, entity, record);
  if ((text != NULL) != readable)
    sim_fail (world, "4: device %u (%s) asks for the history of %s/%s", device->index, device->user, entity,
              record);
}

void
sim_question_why (SimDevice *device, const SatchelCaller *caller, const char *entity, const char *record,
                  const char *text)
{
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  g_autoptr (SimView) view = sim_view_new (world, truth, caller->user, caller->device);
  const SimRow *row = sim_truth_find (truth, record);
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  SimHold hold = row != NULL ? sim_view_holds (view, row) : SIM_NOT_HELD;
  gboolean known = row != NULL && (hold != SIM_NOT_HELD || sim_view_reads (view, row)), carried = FALSE;
  if (text != NULL)
    sim_check (world, satchel_scope_why_from_text (text, &carried, &reason, &error), error, "a reason");
  if ((text != NULL) != known)
    sim_fail (world, "4: device %u (%s) asks why of %s/%s", device->index, device->user, entity, record);
  if (carried != (hold != SIM_NOT_HELD))
    sim_fail (world, "5: device %u (%s): %s/%s is said to be %s: %s", device->index, device->user, entity,
              record, carried ? "carried" : "not carried", reason);
}

void
sim_question_preview (SimDevice *device, const SatchelCaller *caller, const SatchelPreviewRequest *request,
                      const char *text)
{
  SimWorld *world = device->world;
  g_autoptr (SimView) view = sim_view_new (world, sim_truth_get (world), caller->user, caller->device);
  gint64 expected = sim_view_count_preview (view, request->entity, request->where, request->related);
  SatchelScopePreview preview = { .records = -1 };
  g_autoptr (GError) error = NULL;
  if (text != NULL)
    sim_check (world, satchel_scope_preview_from_text (text, &preview, &error), error, "a preview");
  if (preview.records != expected)
    sim_fail (world,
              "5: device %u (%s): a filter of %s%s where %s would bring %" G_GINT64_FORMAT
              ", and the preview says %" G_GINT64_FORMAT,
              device->index, device->user, request->entity, request->related ? " and related" : "",
              request->where, expected, preview.records);
}

/* A file is read through a field that holds its hash and that she may read. */
void
sim_question_blob (SimDevice *device, const SatchelCaller *caller, const SatchelBlobGet *request,
                   GBytes *bytes)
{
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  g_autoptr (SimView) view = sim_view_new (world, truth, caller->user, caller->device);
  const SimRow *row = find_readable (view, truth, request->entity, request->record);
  const SatchelField *field =
      row != NULL ? satchel_entity_find_field (row->record->entity, request->field) : NULL;
  const SatchelValue *value =
      field != NULL && !sim_view_hides (view, field) ? satchel_record_get (row->record, field) : NULL;
  const char *hash = NULL, *name, *media_type;
  gint64 size;
  if (value != NULL && field->type == SATCHEL_TYPE_FILE)
    satchel_value_get_file (value, &hash, &name, &media_type, &size);
  gboolean named = g_strcmp0 (hash, request->hash) == 0;
  if ((bytes != NULL) != named)
    sim_fail (world, "16: device %u (%s) %s the file of %s/%s", device->index, device->user,
              bytes != NULL ? "gets" : "does not get", request->entity, request->record);
}
