/* Sign-in, pull and error messages. Push is in push.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/message.h"

#include "protocol/wire/members.h"
#include "protocol/wire/message-private.h"

#define MAX_RETRY_AFTER_MS (24 * 60 * 60 * 1000)

/* ---- sign-in ---- */

void
satchel_sign_in_free (SatchelSignIn *message)
{
  if (message == NULL)
    return;
  g_free (message->user);
  g_free (message->password);
  g_free (message->device_name);
  g_free (message->device);
  g_free (message);
}

char *
satchel_sign_in_to_text (const SatchelSignIn *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "user", message->user);
  json_object_set_string_member (object, "password", message->password);
  json_object_set_string_member (object, "device_name", message->device_name);
  if (message->device != NULL)
    json_object_set_string_member (object, "device", message->device);
  return satchel_json_print_object (object);
}

SatchelSignIn *
satchel_sign_in_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelSignIn) message = g_new0 (SatchelSignIn, 1);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a sign-in");
  message->user = g_strdup (satchel_members_require_string (&members, "user"));
  message->password = g_strdup (satchel_members_require_string (&members, "password"));
  message->device_name = g_strdup (satchel_members_require_string (&members, "device_name"));
  message->device = g_strdup (satchel_members_get_id (&members, "device"));
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  return g_steal_pointer (&message);
}

void
satchel_sign_in_answer_free (SatchelSignInAnswer *message)
{
  if (message == NULL)
    return;
  g_free (message->organisation);
  g_free (message->organisation_name);
  g_free (message->user);
  g_free (message->user_name);
  g_free (message->device);
  g_free (message->token);
  g_free (message);
}

char *
satchel_sign_in_answer_to_text (const SatchelSignInAnswer *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "organisation", message->organisation);
  json_object_set_string_member (object, "organisation_name", message->organisation_name);
  json_object_set_string_member (object, "user", message->user);
  json_object_set_string_member (object, "user_name", message->user_name);
  json_object_set_string_member (object, "device", message->device);
  json_object_set_string_member (object, "token", message->token);
  json_object_set_int_member (object, "next_number", message->next_number);
  return satchel_json_print_object (object);
}

SatchelSignInAnswer *
satchel_sign_in_answer_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelSignInAnswer) message = g_new0 (SatchelSignInAnswer, 1);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "the answer to a sign-in");
  message->organisation = g_strdup (satchel_members_require_id (&members, "organisation"));
  message->organisation_name = g_strdup (satchel_members_require_string (&members, "organisation_name"));
  message->user = g_strdup (satchel_members_require_id (&members, "user"));
  message->user_name = g_strdup (satchel_members_require_string (&members, "user_name"));
  message->device = g_strdup (satchel_members_require_id (&members, "device"));
  message->token = g_strdup (satchel_members_require_string (&members, "token"));
  message->next_number = satchel_members_require_integer (&members, "next_number", 1, G_MAXINT64);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return NULL;
  return g_steal_pointer (&message);
}

/* ---- pull ---- */

void
satchel_pull_free (SatchelPull *message)
{
  if (message == NULL)
    return;
  g_free (message->cursor);
  g_free (message->schema);
  g_free (message->rights);
  g_clear_pointer (&message->own, g_array_unref);
  g_free (message);
}

JsonArray *
satchel_ranges_to_json (const GArray *ranges)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < ranges->len; i += 2) {
    JsonArray *pair = json_array_sized_new (2);

    json_array_add_int_element (pair, g_array_index (ranges, gint64, i));
    json_array_add_int_element (pair, g_array_index (ranges, gint64, i + 1));
    json_array_add_array_element (array, pair);
  }
  return array;
}

char *
satchel_pull_to_text (const SatchelPull *message)
{
  JsonObject *object = json_object_new ();

  if (message->cursor != NULL)
    json_object_set_string_member (object, "cursor", message->cursor);
  if (message->schema != NULL)
    json_object_set_string_member (object, "schema", message->schema);
  if (message->rights != NULL)
    json_object_set_string_member (object, "rights", message->rights);
  if (message->own != NULL && message->own->len > 0)
    json_object_set_array_member (object, "own", satchel_ranges_to_json (message->own));
  return satchel_json_print_object (object);
}

/* Ascending, apart from each other. */
gboolean
satchel_pull_read_own (SatchelPull *message, JsonArray *array, GError **error)
{
  gint64 bounds[2], end = 0;

  if (array != NULL)
    message->own = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

    if (pair == NULL || i == SATCHEL_MAX_OWN_RANGES || json_array_get_length (pair) != 2 ||
        !satchel_json_get_integer (json_array_get_element (pair, 0), &bounds[0]) ||
        !satchel_json_get_integer (json_array_get_element (pair, 1), &bounds[1]) || bounds[0] <= end ||
        bounds[1] < bounds[0]) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                           "a pull: “own” holds something else than a few ranges in order");
      return FALSE;
    }
    end = bounds[1];
    g_array_append_vals (message->own, bounds, G_N_ELEMENTS (bounds));
  }
  return TRUE;
}

SatchelPull *
satchel_pull_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelPull) message = g_new0 (SatchelPull, 1);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;
  JsonArray *own;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a pull");
  message->cursor = g_strdup (satchel_members_get_string (&members, "cursor"));
  message->schema = g_strdup (message->cursor != NULL ? satchel_members_get_string (&members, "schema")
                                                      : satchel_members_require_string (&members, "schema"));
  message->rights = g_strdup (satchel_members_get_string (&members, "rights"));
  own = satchel_members_get_array (&members, "own");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ||
      !satchel_pull_read_own (message, own, error))
    return NULL;
  return g_steal_pointer (&message);
}

void
satchel_pull_add_own (SatchelPull *message, const SatchelPushAnswer *answer)
{
  if (message->own == NULL)
    message->own = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < answer->outcomes->len; i++) {
    const SatchelOutcome *outcome = answer->outcomes->pdata[i];
    gint64 *last =
        message->own->len > 0 ? &g_array_index (message->own, gint64, message->own->len - 1) : NULL;

    if (outcome->at_ms == 0 || (last != NULL && outcome->s <= *last))
      continue;
    if (last != NULL && outcome->s == *last + 1) {
      *last = outcome->s;
    } else {
      g_array_append_val (message->own, outcome->s);
      g_array_append_val (message->own, outcome->s);
    }
  }
}

char *
satchel_pull_head_to_text (const SatchelPullHead *head)
{
  JsonObject *object = json_object_new ();

  if (head->reset)
    json_object_set_boolean_member (object, "reset", TRUE);
  if (head->restored_s >= 0)
    json_object_set_int_member (object, "restored_s", head->restored_s);
  if (head->backed_up_s > 0)
    json_object_set_int_member (object, "backed_up_s", head->backed_up_s);
  if (head->own)
    json_object_set_boolean_member (object, "own", TRUE);
  return satchel_json_print_object (object);
}

gboolean
satchel_pull_head_from_json (JsonNode *node, SatchelPullHead *head, GError **error)
{
  SatchelMembers members;

  satchel_members_open (&members, node, "the head of a pull");
  head->reset = satchel_members_get_boolean (&members, "reset", FALSE);
  head->restored_s = satchel_members_get_integer (&members, "restored_s", -1, G_MAXINT64, -1);
  head->backed_up_s = satchel_members_get_integer (&members, "backed_up_s", 0, G_MAXINT64, 0);
  head->own = satchel_members_get_boolean (&members, "own", FALSE);
  return satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error);
}

void
satchel_pull_tail_clear (SatchelPullTail *tail)
{
  g_clear_pointer (&tail->cursor, g_free);
}

char *
satchel_pull_tail_to_text (const SatchelPullTail *tail)
{
  JsonObject *object = json_object_new ();

  if (tail->cursor != NULL)
    json_object_set_string_member (object, "cursor", tail->cursor);
  json_object_set_int_member (object, "s", tail->s);
  json_object_set_int_member (object, "rows", tail->rows);
  return satchel_json_print_object (object);
}

gboolean
satchel_pull_tail_from_json (JsonNode *node, SatchelPullTail *tail, GError **error)
{
  SatchelMembers members;
  const char *cursor;

  satchel_members_open (&members, node, "the tail of a pull");
  cursor = satchel_members_get_string (&members, "cursor");
  tail->s = satchel_members_require_integer (&members, "s", 0, G_MAXINT64);
  tail->rows = satchel_members_require_integer (&members, "rows", 0, G_MAXINT64);
  tail->cursor = NULL;
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  tail->cursor = g_strdup (cursor);
  return TRUE;
}

/* ---- errors ---- */

char *
satchel_error_to_text (const GError *error, gint64 retry_after_ms)
{
  const SatchelErrorCode code = satchel_error_code_abroad (satchel_error_code (error));
  JsonObject *object = json_object_new ();
  g_autofree char *message = g_utf8_make_valid (error->message, -1);

  json_object_set_string_member (object, "error", satchel_error_name (code));
  json_object_set_string_member (object, "message", message);
  if (retry_after_ms >= 0)
    json_object_set_int_member (object, "retry_after_ms", retry_after_ms);
  return satchel_json_print_object (object);
}

/* For an answer that is not ours: a proxy's, or a later server's with a code that is new. */
static SatchelErrorCode
code_of_status (guint http_status)
{
  switch (http_status) {
  case 401:
    return SATCHEL_ERROR_UNAUTHENTICATED;
  case 403:
    return SATCHEL_ERROR_FORBIDDEN;
  case 404:
    return SATCHEL_ERROR_NOT_FOUND;
  case 413:
    return SATCHEL_ERROR_TOO_LARGE;
  case 426:
    return SATCHEL_ERROR_NEWER;
  case 429:
    return SATCHEL_ERROR_RATE;
  case 502:
  case 504:
    return SATCHEL_ERROR_UNREACHABLE;
  case 507:
    return SATCHEL_ERROR_SERVER_STORAGE;
  default:
    return http_status >= 500 ? SATCHEL_ERROR_BUSY : SATCHEL_ERROR_INVALID;
  }
}

GError *
satchel_error_from_text (const char *text, gsize length, guint http_status, gint64 *retry_after_ms)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, NULL);
  SatchelErrorCode code = code_of_status (http_status);
  const char *name, *message;
  SatchelMembers members;
  gint64 wait_ms;

  *retry_after_ms = -1;
  if (node != NULL) {
    satchel_members_open (&members, node, "an error");
    name = satchel_members_require_string (&members, "error");
    message = satchel_members_require_string (&members, "message");
    wait_ms = satchel_members_get_integer (&members, "retry_after_ms", 0, MAX_RETRY_AFTER_MS, -1);
    if (satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, NULL)) {
      *retry_after_ms = wait_ms;
      (void)satchel_error_from_name (name, &code); /* an unknown name leaves what the status says */
      return g_error_new_literal (SATCHEL_ERROR, satchel_error_code_abroad (code), message);
    }
  }
  return g_error_new (SATCHEL_ERROR, code, "the server answered with status %u", http_status);
}
