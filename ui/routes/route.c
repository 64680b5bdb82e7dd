/* Places and their links.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/routes/route.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"

#define SCHEME "satchel"

struct _SatchelRoute {
  gatomicrefcount references;
  SatchelRouteKind kind;
  char *entity, *id, *view, *where;
};

G_DEFINE_BOXED_TYPE (SatchelRoute, satchel_route, satchel_route_ref, satchel_route_unref)

/* The host of a link; NULL where that is the entity itself. */
static const char *const names[SATCHEL_ROUTE_N_KINDS] = {
  [SATCHEL_ROUTE_WORKPLACE] = "workplace", [SATCHEL_ROUTE_LIST] = "list",
  [SATCHEL_ROUTE_FIND] = "find",           [SATCHEL_ROUTE_NEW] = "new",
  [SATCHEL_ROUTE_CALENDAR] = "calendar",   [SATCHEL_ROUTE_DASHBOARD] = "dashboard",
  [SATCHEL_ROUTE_OUTBOX] = "outbox",       [SATCHEL_ROUTE_CONFLICTS] = "conflicts",
};

static SatchelRoute *
route_new (SatchelRouteKind kind, const char *entity, const char *id, const char *view, const char *where)
{
  SatchelRoute *route = g_new0 (SatchelRoute, 1);

  g_atomic_ref_count_init (&route->references);
  route->kind = kind;
  route->entity = g_strdup (entity);
  route->id = g_strdup (id);
  route->view = g_strdup (view);
  route->where = where != NULL && *where != '\0' ? g_strdup (where) : NULL;
  return route;
}

SatchelRoute *
satchel_route_new (SatchelRouteKind kind)
{
  return route_new (kind, NULL, NULL, NULL, NULL);
}

SatchelRoute *
satchel_route_new_list (const char *entity, const char *view, const char *where)
{
  return route_new (SATCHEL_ROUTE_LIST, entity, NULL, view, where);
}

SatchelRoute *
satchel_route_new_find (const char *entity, const char *view, const char *where)
{
  return route_new (SATCHEL_ROUTE_FIND, entity, NULL, view, where);
}

SatchelRoute *
satchel_route_new_record (const char *entity, const char *id)
{
  return route_new (SATCHEL_ROUTE_RECORD, entity, id, NULL, NULL);
}

SatchelRoute *
satchel_route_new_draft (const char *entity)
{
  return route_new (SATCHEL_ROUTE_NEW, entity, NULL, NULL, NULL);
}

SatchelRoute *
satchel_route_new_dashboard (const char *name)
{
  return route_new (SATCHEL_ROUTE_DASHBOARD, NULL, NULL, name, NULL);
}

SatchelRoute *
satchel_route_ref (SatchelRoute *route)
{
  g_atomic_ref_count_inc (&route->references);
  return route;
}

void
satchel_route_unref (SatchelRoute *route)
{
  if (route == NULL || !g_atomic_ref_count_dec (&route->references))
    return;
  g_free (route->entity);
  g_free (route->id);
  g_free (route->view);
  g_free (route->where);
  g_free (route);
}

SatchelRouteKind
satchel_route_get_kind (const SatchelRoute *route)
{
  return route->kind;
}

const char *
satchel_route_get_entity (const SatchelRoute *route)
{
  return route->entity;
}

const char *
satchel_route_get_id (const SatchelRoute *route)
{
  return route->id;
}

const char *
satchel_route_get_view (const SatchelRoute *route)
{
  return route->view;
}

const char *
satchel_route_get_where (const SatchelRoute *route)
{
  return route->where;
}

gboolean
satchel_route_equal (const SatchelRoute *a, const SatchelRoute *b)
{
  return a->kind == b->kind && g_strcmp0 (a->entity, b->entity) == 0 && g_strcmp0 (a->id, b->id) == 0 &&
         g_strcmp0 (a->view, b->view) == 0 && g_strcmp0 (a->where, b->where) == 0;
}

/* ---- links ---- */

static void
append_parameter (GString *text, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (text, "%c%s=", strchr (text->str, '?') == NULL ? '?' : '&', name);
  g_string_append_uri_escaped (text, value, NULL, FALSE);
}

char *
satchel_route_to_text (const SatchelRoute *route)
{
  GString *text = g_string_new (SCHEME "://");

  if (route->kind == SATCHEL_ROUTE_RECORD) {
    g_string_append_printf (text, "%s/%s", route->entity, route->id);
    return g_string_free (text, FALSE);
  }
  g_string_append (text, names[route->kind]);
  if (route->entity != NULL)
    g_string_append_printf (text, "/%s", route->entity);
  append_parameter (text, "view", route->view);
  append_parameter (text, "where", route->where);
  return g_string_free (text, FALSE);
}

/* Names of entities and views: a lower-case letter, then letters, digits and "_". */
static gboolean
is_name (const char *text)
{
  return g_ascii_islower (*text) && strlen (text) <= 60 &&
         text[strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static SatchelRouteKind
kind_of (const char *host)
{
  for (guint i = 0; i < SATCHEL_ROUTE_N_KINDS; i++)
    if (g_strcmp0 (names[i], host) == 0)
      return i;
  return SATCHEL_ROUTE_RECORD;
}

/* A list or a find, or a dashboard, which has no entity and no condition. */
static SatchelRoute *
list_from (SatchelRouteKind kind, const char *entity, const char *query, GError **error)
{
  g_autoptr (GHashTable) parameters =
      g_uri_parse_params (query != NULL ? query : "", -1, "&", G_URI_PARAMS_NONE, NULL);
  const char *view = parameters != NULL ? g_hash_table_lookup (parameters, "view") : NULL;

  if (parameters != NULL && (entity != NULL || !g_hash_table_contains (parameters, "where")) &&
      (view == NULL || is_name (view) || satchel_id_is_valid (view)))
    return route_new (kind, entity, NULL, view, g_hash_table_lookup (parameters, "where"));
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "this link of Satchel is spelt wrongly");
  return NULL;
}

/* A page that there is once. */
static gboolean
is_alone (SatchelRouteKind kind)
{
  return kind != SATCHEL_ROUTE_RECORD && kind != SATCHEL_ROUTE_LIST && kind != SATCHEL_ROUTE_FIND &&
         kind != SATCHEL_ROUTE_NEW;
}

SatchelRoute *
satchel_route_from_text (const char *text, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED_QUERY, NULL);
  const char *host, *path;
  SatchelRouteKind kind;

  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), SCHEME) || g_uri_get_host (uri) == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "this is not a link of Satchel");
    return NULL;
  }
  host = g_uri_get_host (uri);
  path = g_uri_get_path (uri);
  path += *path == '/';
  kind = kind_of (host);
  if (kind == SATCHEL_ROUTE_RECORD && is_name (host) && satchel_id_is_valid (path))
    return satchel_route_new_record (host, path);
  if ((kind == SATCHEL_ROUTE_LIST || kind == SATCHEL_ROUTE_FIND) && is_name (path))
    return list_from (kind, path, g_uri_get_query (uri), error);
  if (kind == SATCHEL_ROUTE_NEW && is_name (path))
    return satchel_route_new_draft (path);
  if (kind == SATCHEL_ROUTE_DASHBOARD && *path == '\0')
    return list_from (kind, NULL, g_uri_get_query (uri), error);
  if (is_alone (kind) && *path == '\0')
    return satchel_route_new (kind);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "this link of Satchel leads nowhere");
  return NULL;
}
