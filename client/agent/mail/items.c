/* Appointments and tasks of whatever calendar, tracked: client/exchange reads them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/agent/mail/request.h"
#include "client/agent/mail/series.h"
#include "client/agent/mail/standing.h"
#include "protocol/error.h"

static SatchelRecord *
find_item (const SatchelRequest *request, const char *uid, GError **error)
{
  static const char *const entities[] = { "appointment", "task" };
  SatchelRegistry *registry = satchel_session_get_registry (request->session);

  for (guint i = 0; i < G_N_ELEMENTS (entities); i++) {
    GError *problem = NULL;
    SatchelRecord *record =
        satchel_series_find (request->session, satchel_registry_find (registry, entities[i]), uid, &problem);

    if (record != NULL)
      return record;
    if (problem != NULL) {
      g_propagate_error (error, problem);
      return NULL;
    }
  }
  return NULL;
}

/* ---- TrackItem ---- */

/* What is read borrows from @dictionary. */
static gboolean
read_options (GVariant *dictionary, const char **entity, const char **id, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *boxed;

  g_variant_iter_init (&iter, dictionary);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &boxed)) {
    g_autoptr (GVariant) value = boxed;

    if (!g_str_equal (name, "regarding") || !g_variant_is_of_type (value, G_VARIANT_TYPE ("(ss)"))) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                           "an option is unknown, or of another type");
      return FALSE;
    }
    g_variant_get (value, "(&s&s)", entity, id);
  }
  return TRUE;
}

/* NULL without an error: nothing. NOT_FOUND, REFERENCE. */
static gboolean
read_regarding (SatchelSession *session, const SatchelEntity *entity, const char *target, const char *id,
                SatchelValue **value, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (entity, "regarding");
  g_autofree char *title = NULL;

  *value = NULL;
  if (target == NULL || *target == '\0')
    return TRUE;
  if (field == NULL || !satchel_field_allows_target (field, target)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                         _ ("it cannot be about such a thing"));
    return FALSE;
  }
  title = satchel_replica_dup_name (target, id, satchel_session_get_replica (session));
  if (title == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no such record here"));
    return FALSE;
  }
  *value = satchel_value_new_lookup (target, id);
  return TRUE;
}

GVariant *
satchel_request_track_item (const SatchelRequest *request, GError **error)
{
  g_autoptr (GVariant) dictionary = g_variant_get_child_value (request->arguments, 2);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (SatchelSeries) series = NULL;
  g_autoptr (SatchelValue) regarding = NULL;
  g_autofree char *id = NULL;
  const char *text, *target = NULL, *target_id = NULL, *entity;

  g_variant_get_child (request->arguments, 1, "&s", &text);
  if (!read_options (dictionary, &target, &target_id, error))
    return NULL;
  series = satchel_series_read (request->session, text, error);
  if (series == NULL || !read_regarding (request->session, satchel_series_get_entity (series), target,
                                         target_id, &regarding, error))
    return NULL;
  id = satchel_series_store (series, regarding, deeds, error);
  if (id == NULL)
    return NULL;
  entity = satchel_series_get_entity (series)->name;
  satchel_past_add (request->past, request->caller, "track-item", satchel_series_get_uid (series),
                    g_steal_pointer (&deeds));
  return g_variant_new ("(ss)", entity, id);
}

/* ---- the others ---- */

GVariant *
satchel_request_item_state (const SatchelRequest *request, GError **error)
{
  g_autoptr (SatchelStanding) standing = satchel_standing_new (request->session, error);
  g_autofree const char **uids = NULL;
  GVariantBuilder states;

  if (standing == NULL)
    return NULL;
  g_variant_get_child (request->arguments, 1, "^a&s", &uids);
  g_variant_builder_init (&states, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; uids[i] != NULL; i++) {
    g_autoptr (GError) problem = NULL;
    g_autoptr (SatchelRecord) record =
        strlen (uids[i]) <= 1000 ? find_item (request, uids[i], &problem) : NULL;
    GVariant *members = record != NULL ? satchel_standing_tell (standing, record, TRUE, &problem) : NULL;

    if (members != NULL)
      g_variant_builder_add (&states, "{s@a{sv}}", uids[i], members);
    if (problem != NULL) {
      g_variant_builder_clear (&states);
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  return g_variant_new ("(a{sa{sv}})", &states);
}

GVariant *
satchel_request_set_item_regarding (const SatchelRequest *request, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelValue) regarding = NULL;
  GError *problem = NULL;
  SatchelFieldValue *change;
  const char *uid, *target, *id;

  g_variant_get_child (request->arguments, 1, "&s", &uid);
  g_variant_get_child (request->arguments, 2, "&s", &target);
  g_variant_get_child (request->arguments, 3, "&s", &id);
  record = find_item (request, uid, &problem);
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return NULL;
  }
  if (record == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("the item is not tracked"));
    return NULL;
  }
  if (!read_regarding (request->session, record->entity, target, id, &regarding, error))
    return NULL;
  change = g_new0 (SatchelFieldValue, 1);
  change->field = satchel_entity_find_field (record->entity, "regarding");
  change->value = satchel_value_ref (regarding);
  g_ptr_array_add (changes, change);
  if (!satchel_deeds_update (deeds, request->session, record->entity, record->id, changes, error))
    return NULL;
  satchel_past_add (request->past, request->caller, "item-regarding", uid, g_steal_pointer (&deeds));
  return g_variant_new ("()");
}
