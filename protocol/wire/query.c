/* Reading and printing the messages of online work.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/query.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

#define DESCENDING ":desc"

/* ---- lists ---- */

void
satchel_list_request_free (SatchelListRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->entity);
  g_free (request->where);
  g_free (request->find);
  g_strfreev (request->find_fields);
  g_free (request->sort);
  g_strfreev (request->columns);
  g_free (request->after);
  g_free (request->zone);
  g_free (request);
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

static void
set_names (JsonObject *object, const char *name, char **names)
{
  JsonArray *array;

  if (names == NULL)
    return;
  array = json_array_new ();
  for (; *names != NULL; names++)
    json_array_add_string_element (array, *names);
  json_object_set_array_member (object, name, array);
}

char *
satchel_list_request_to_text (const SatchelListRequest *request)
{
  JsonObject *object = json_object_new ();

  set_text (object, "entity", request->entity);
  set_text (object, "where", request->where);
  set_text (object, "find", request->find);
  set_names (object, "find_fields", request->find_fields);
  if (request->sort != NULL) {
    g_autofree char *sort = g_strconcat (request->sort, request->descending ? DESCENDING : "", NULL);

    set_text (object, "sort", sort);
  } else if (request->descending) {
    set_text (object, "sort", DESCENDING);
  }
  set_names (object, "columns", request->columns);
  json_object_set_int_member (object, "limit", request->limit);
  set_text (object, "after", request->after);
  if (request->count)
    json_object_set_boolean_member (object, "count", TRUE);
  set_text (object, "zone", request->zone);
  return satchel_json_print_object (object);
}

/* NULL when absent; *valid FALSE for anything but a list of some 100 short strings. */
static char **
get_names (SatchelMembers *members, const char *name, gboolean *valid)
{
  JsonArray *array = satchel_members_get_array (members, name);
  g_autoptr (GStrvBuilder) names = NULL;
  guint length = array != NULL ? json_array_get_length (array) : 0;

  if (array == NULL)
    return NULL;
  *valid &= length > 0 && length <= SATCHEL_MAX_LIST_COLUMNS;
  names = g_strv_builder_new ();
  for (guint i = 0; i < length && *valid; i++) {
    const char *text = satchel_json_get_string (json_array_get_element (array, i));

    *valid &= text != NULL && strlen (text) <= SATCHEL_MAX_PATH_BYTES;
    if (*valid)
      g_strv_builder_add (names, text);
  }
  return g_strv_builder_end (names);
}

/* Conditions may be longer than other strings; their own bounds are those of predicates. */
static char *
dup_where (SatchelMembers *members, gboolean *valid)
{
  JsonNode *node = satchel_members_get_node (members, "where");
  const char *text = node != NULL ? satchel_json_get_string (node) : NULL;

  *valid &= node == NULL || text != NULL;
  return g_strdup (text);
}

/* "field", "field:desc", ":desc". */
static void
take_sort (SatchelListRequest *request, const char *text)
{
  if (text == NULL)
    return;
  request->descending = g_str_has_suffix (text, DESCENDING);
  request->sort = g_strndup (text, strlen (text) - (request->descending ? strlen (DESCENDING) : 0));
  if (*request->sort == '\0' && request->descending)
    g_clear_pointer (&request->sort, g_free);
}

SatchelListRequest *
satchel_list_request_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelListRequest) request = g_new0 (SatchelListRequest, 1);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;
  gboolean valid = TRUE;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a list");
  request->entity = g_strdup (satchel_members_require_name (&members, "entity"));
  request->where = dup_where (&members, &valid);
  request->find = g_strdup (satchel_members_get_string (&members, "find"));
  request->find_fields = get_names (&members, "find_fields", &valid);
  take_sort (request, satchel_members_get_string (&members, "sort"));
  request->columns = get_names (&members, "columns", &valid);
  request->limit =
      satchel_members_get_integer (&members, "limit", 1, SATCHEL_MAX_PAGE_ROWS, SATCHEL_USUAL_PAGE_ROWS);
  request->after = g_strdup (satchel_members_get_string (&members, "after"));
  request->count = satchel_members_get_boolean (&members, "count", FALSE);
  request->zone = g_strdup (satchel_members_get_string (&members, "zone"));
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  if (!valid) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a list: the condition is a text, columns and find_fields are lists of names");
    return NULL;
  }
  return g_steal_pointer (&request);
}

/* ---- single records ---- */

void
satchel_record_request_free (SatchelRecordRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->entity);
  g_free (request->id);
  g_free (request);
}

char *
satchel_record_request_to_text (const SatchelRecordRequest *request)
{
  JsonObject *object = json_object_new ();

  set_text (object, "entity", request->entity);
  set_text (object, "id", request->id);
  return satchel_json_print_object (object);
}

SatchelRecordRequest *
satchel_record_request_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelRecordRequest) request = g_new0 (SatchelRecordRequest, 1);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a request for a record");
  request->entity = g_strdup (satchel_members_require_name (&members, "entity"));
  request->id = g_strdup (satchel_members_require_id (&members, "id"));
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  return g_steal_pointer (&request);
}

/* ---- the last line ---- */

void
satchel_list_tail_clear (SatchelListTail *tail)
{
  g_clear_pointer (&tail->more, g_free);
}

char *
satchel_list_tail_to_text (const SatchelListTail *tail)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "rows", tail->rows);
  set_text (object, "more", tail->more);
  if (tail->count >= 0)
    json_object_set_int_member (object, "count", tail->count);
  if (tail->uncounted)
    json_object_set_boolean_member (object, "uncounted", TRUE);
  return satchel_json_print_object (object);
}

gboolean
satchel_list_tail_from_json (JsonNode *node, SatchelListTail *tail, GError **error)
{
  SatchelMembers members;
  const char *more;

  satchel_members_open (&members, node, "the end of a list");
  tail->rows = satchel_members_require_integer (&members, "rows", 0, SATCHEL_MAX_PAGE_ROWS);
  more = satchel_members_get_string (&members, "more");
  tail->count = satchel_members_get_integer (&members, "count", 0, G_MAXINT64, -1);
  tail->uncounted = satchel_members_get_boolean (&members, "uncounted", FALSE);
  tail->more = NULL;
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  tail->more = g_strdup (more);
  return TRUE;
}
