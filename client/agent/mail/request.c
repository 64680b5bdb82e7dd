/* The table of methods, and the limits of their arguments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/request.h"

#include <string.h>

#include "client/agent/mail/told.h"
#include "protocol/error.h"

#define MOST_TEXT_BYTES     4096
#define MOST_CALENDAR_BYTES (4 * 1024 * 1024)
#define MOST_IDS            2000
#define MOST_ADDRESSES      200

typedef struct {
  const char *name;
  SatchelRequestFunc func;
  guint texts; /* most bytes of a text; 0: the usual */
  guint list;  /* most members of a list of texts */
} Method;

static const Method methods[] = {
  { "Track", satchel_request_track, 0, 0 },
  { "State", satchel_request_state, 0, MOST_IDS },
  { "Tracked", satchel_request_tracked, 0, 0 },
  { "SetRegarding", satchel_request_set_regarding, 0, 0 },
  { "Untrack", satchel_request_untrack, 0, 0 },
  { "Undo", satchel_request_undo, 0, 0 },
  { "Suggest", satchel_request_suggest, 0, MOST_ADDRESSES },
  { "Pane", satchel_request_pane, 0, MOST_ADDRESSES },
  { "Convert", satchel_request_convert, 0, 0 },
  { "CreateFor", satchel_request_create_for, 0, 0 },
  { "Wanted", satchel_request_wanted, 0, MOST_IDS },
  { "GetRule", satchel_request_get_rule, 0, 0 },
  { "SetRule", satchel_request_set_rule, 0, 0 },
  { "TrackItem", satchel_request_track_item, MOST_CALENDAR_BYTES, 0 },
  { "ItemState", satchel_request_item_state, 0, MOST_IDS },
  { "SetItemRegarding", satchel_request_set_item_regarding, 0, 0 },
  { "Link", satchel_request_link, 0, 0 },
};

static const Method *
find_method (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, name))
      return &methods[i];
  return NULL;
}

SatchelRequestFunc
satchel_request_find (const char *name)
{
  const Method *method = find_method (name);

  return method != NULL ? method->func : NULL;
}

gboolean
satchel_request_check (const char *name, GVariant *arguments, GError **error)
{
  const Method *method = find_method (name);
  const gsize most_bytes = method->texts > 0 ? method->texts : MOST_TEXT_BYTES;

  for (gsize i = 0; i < g_variant_n_children (arguments); i++) {
    g_autoptr (GVariant) argument = g_variant_get_child_value (arguments, i);

    if ((g_variant_is_of_type (argument, G_VARIANT_TYPE_STRING) &&
         strlen (g_variant_get_string (argument, NULL)) > most_bytes) ||
        (g_variant_is_of_type (argument, G_VARIANT_TYPE_STRING_ARRAY) &&
         g_variant_n_children (argument) > method->list)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                   "argument %" G_GSIZE_FORMAT " of %s is too large", i + 1, name);
      return FALSE;
    }
  }
  return TRUE;
}

char **
satchel_request_list_keys (SatchelSession *session, const char *entity_name, const GPtrArray *ids)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), entity_name);
  const char *key = g_str_equal (entity_name, "email") ? "message_id" : "calendar_id";
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  if (entity == NULL)
    return NULL;
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (SatchelRecord) record = NULL;
    const char *text;

    if (!satchel_replica_read (satchel_session_get_replica (session), entity, ids->pdata[i], &record, NULL) ||
        record == NULL)
      return NULL;
    text = satchel_told_peek (record, key);
    if (text != NULL)
      g_ptr_array_add (keys, g_strdup (text));
  }
  g_ptr_array_add (keys, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}
