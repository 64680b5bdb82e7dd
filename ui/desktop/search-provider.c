/* One search at a time: the next one ends that before, whose asker has typed on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/desktop/search-provider.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/satchel-search-bus.h"
#include "ui/display.h"
#include "ui/palette/recent.h"
#include "ui/palette/search.h"

#define MOST_METAS 100 /* that are told at once */
#define MOST_TYPED 400 /* bytes */

struct _SatchelSearchProvider {
  GObject parent_instance;
  GApplication *application; /* borrowed: it owns this */
  SatchelSearchProviderCalls calls;
  gpointer data;
  SatchelBusSearchProvider2 *object;
  SatchelDesk *desk;       /* NULL: not open yet, or there is none */
  GPtrArray *waiting;      /* Call, until there is a desk */
  GCancellable *searching; /* of the search under way; NULL: none */
};

G_DEFINE_FINAL_TYPE (SatchelSearchProvider, satchel_search_provider, G_TYPE_OBJECT)

/* ---- a call ---- */

typedef struct {
  SatchelSearchProvider *provider;
  GDBusMethodInvocation *invocation; /* taken by its answer */
  gboolean asks_metas;               /* else for results */
  char **words;                      /* what is looked for, or the links */
} Call;

static Call *
call_new (SatchelSearchProvider *provider, GDBusMethodInvocation *invocation, gboolean asks_metas,
          const char *const *words)
{
  Call *call = g_new0 (Call, 1);

  call->provider = g_object_ref (provider);
  call->invocation = invocation;
  call->asks_metas = asks_metas;
  call->words = g_strdupv ((char **)words);
  g_application_hold (provider->application);
  return call;
}

/* Takes @answer; NULL: nothing was found. */
static void
call_answer (Call *call, GVariant *answer)
{
  const char *nothing = call->asks_metas ? "(aa{sv})" : "(as)";

  g_dbus_method_invocation_return_value (call->invocation,
                                         answer != NULL ? answer : g_variant_new (nothing, NULL));
  g_application_release (call->provider->application);
  g_object_unref (call->provider);
  g_strfreev (call->words);
  g_free (call);
}

/* ---- results ---- */

typedef struct {
  char *typed;
  GPtrArray *recent;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_free (search->typed);
  g_ptr_array_unref (search->recent);
  g_free (search);
}

static gpointer
search_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Search *search = data;

  return satchel_search_everything (session, search->typed, search->recent, cancellable, error);
}

static void
searched_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GPtrArray) hits = satchel_desk_finish (SATCHEL_DESK (desk), result, NULL);
  GVariantBuilder links;

  g_variant_builder_init (&links, G_VARIANT_TYPE ("as"));
  for (guint i = 0; hits != NULL && i < MIN (hits->len, SATCHEL_MOST_RESULTS); i++) {
    const SatchelHit *hit = hits->pdata[i];
    g_autoptr (SatchelRoute) route = satchel_route_new_record (hit->entity, hit->id);

    g_variant_builder_add_value (&links, g_variant_new_take_string (satchel_route_to_text (route)));
  }
  call_answer (call, g_variant_new ("(as)", &links));
}

static void
search (Call *call)
{
  SatchelSearchProvider *provider = call->provider;
  Search *search = g_new0 (Search, 1);

  search->typed = g_strjoinv (" ", call->words);
  search->recent = satchel_recent_list (satchel_recent_get (provider->desk));
  g_cancellable_cancel (provider->searching);
  g_clear_object (&provider->searching);
  provider->searching = g_cancellable_new ();
  satchel_desk_read (provider->desk, search_job, search, search_free, (GDestroyNotify)g_ptr_array_unref,
                     provider->searching, searched_cb, call);
}

/* ---- what they are ---- */

/* Links that are no records, or none that are here, are left out: what asks may be any program. */
static GVariant *
describe (SatchelSession *session, const char *link)
{
  g_autoptr (SatchelRoute) route = satchel_route_from_text (link, NULL);
  const SatchelEntity *entity = NULL;
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GIcon) icon = NULL;
  g_autofree char *title = NULL, *icon_name = NULL;
  GVariantBuilder meta;

  if (route != NULL && satchel_route_get_kind (route) == SATCHEL_ROUTE_RECORD)
    entity = satchel_registry_find (satchel_session_get_registry (session), satchel_route_get_entity (route));
  if (entity == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, satchel_route_get_id (route),
                             &record, NULL) ||
      record == NULL)
    return NULL;
  title = satchel_record_dup_title (record);
  icon_name = satchel_display_dup_icon (entity);
  icon = g_themed_icon_new (icon_name);
  g_variant_builder_init (&meta, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&meta, "{sv}", "id", g_variant_new_string (link));
  g_variant_builder_add (&meta, "{sv}", "name",
                         g_variant_new_string (*title != '\0' ? title : _ (entity->label)));
  g_variant_builder_add (&meta, "{sv}", "icon", g_icon_serialize (icon));
  g_variant_builder_add (
      &meta, "{sv}", "description",
      g_variant_new_take_string (satchel_search_describe (satchel_session_get_replica (session), record)));
  return g_variant_builder_end (&meta);
}

static gpointer
describe_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  char **links = data;
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; links[i] != NULL && i < MOST_METAS; i++) {
    GVariant *meta = describe (session, links[i]);

    if (meta != NULL)
      g_variant_builder_add_value (&metas, meta);
  }
  return g_variant_ref_sink (g_variant_new ("(aa{sv})", &metas));
}

static void
described_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GVariant) metas = satchel_desk_finish (SATCHEL_DESK (desk), result, NULL);

  call_answer (call, metas);
}

/* ---- calls ---- */

static void
do_call (Call *call)
{
  if (call->provider->desk == NULL)
    call_answer (call, NULL);
  else if (call->asks_metas)
    satchel_desk_read (call->provider->desk, describe_job, g_strdupv (call->words),
                       (GDestroyNotify)g_strfreev, (GDestroyNotify)g_variant_unref, NULL, described_cb, call);
  else
    search (call);
}

static void
do_or_wait (Call *call)
{
  SatchelSearchProvider *provider = call->provider;

  if (provider->desk != NULL) {
    do_call (call);
    return;
  }
  g_ptr_array_add (provider->waiting, call);
  provider->calls.open_desk (provider->data);
}

static gboolean
results_cb (SatchelBusSearchProvider2 *object, GDBusMethodInvocation *invocation, const char *const *terms,
            SatchelSearchProvider *provider)
{
  gsize length = 0;

  /* What nobody types is not looked for. */
  for (guint i = 0; terms[i] != NULL; i++)
    length += strlen (terms[i]) + 1;
  if (length > MOST_TYPED)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(as)", NULL));
  else
    do_or_wait (call_new (provider, invocation, FALSE, terms));
  return TRUE;
}

/* What was found before is not looked at: a search of the index is quicker than reading what it found. */
static gboolean
subsearch_cb (SatchelBusSearchProvider2 *object, GDBusMethodInvocation *invocation,
              const char *const *previous, const char *const *terms, SatchelSearchProvider *provider)
{
  return results_cb (object, invocation, terms, provider);
}

static gboolean
metas_cb (SatchelBusSearchProvider2 *object, GDBusMethodInvocation *invocation, const char *const *links,
          SatchelSearchProvider *provider)
{
  do_or_wait (call_new (provider, invocation, TRUE, links));
  return TRUE;
}

static gboolean
activate_cb (SatchelBusSearchProvider2 *object, GDBusMethodInvocation *invocation, const char *link,
             const char *const *terms, guint timestamp, SatchelSearchProvider *provider)
{
  provider->calls.go (link, provider->data);
  satchel_bus_search_provider2_complete_activate_result (object, invocation);
  return TRUE;
}

static gboolean
launch_cb (SatchelBusSearchProvider2 *object, GDBusMethodInvocation *invocation, const char *const *terms,
           guint timestamp, SatchelSearchProvider *provider)
{
  g_autofree char *typed = g_strjoinv (" ", (char **)terms);

  provider->calls.search (typed, provider->data);
  satchel_bus_search_provider2_complete_launch_search (object, invocation);
  return TRUE;
}

/* ---- the object ---- */

void
satchel_search_provider_set_desk (SatchelSearchProvider *provider, SatchelDesk *desk)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&provider->waiting);

  provider->waiting = g_ptr_array_new ();
  if (desk == NULL)
    g_cancellable_cancel (provider->searching);
  g_set_object (&provider->desk, desk);
  for (guint i = 0; i < waiting->len; i++)
    do_call (waiting->pdata[i]);
}

gboolean
satchel_search_provider_export (SatchelSearchProvider *provider, GDBusConnection *bus, const char *path,
                                GError **error)
{
  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (provider->object), bus, path, error);
}

void
satchel_search_provider_unexport (SatchelSearchProvider *provider)
{
  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (provider->object)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (provider->object));
}

static void
satchel_search_provider_finalize (GObject *object)
{
  SatchelSearchProvider *provider = SATCHEL_SEARCH_PROVIDER (object);

  g_cancellable_cancel (provider->searching);
  g_clear_object (&provider->searching);
  g_clear_object (&provider->desk);
  g_ptr_array_unref (provider->waiting);
  g_signal_handlers_disconnect_by_data (provider->object, provider);
  g_object_unref (provider->object);
  G_OBJECT_CLASS (satchel_search_provider_parent_class)->finalize (object);
}

static void
satchel_search_provider_class_init (SatchelSearchProviderClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_search_provider_finalize;
}

static void
satchel_search_provider_init (SatchelSearchProvider *provider)
{
  provider->waiting = g_ptr_array_new ();
  provider->object = satchel_bus_search_provider2_skeleton_new ();
  g_signal_connect (provider->object, "handle-get-initial-result-set", G_CALLBACK (results_cb), provider);
  g_signal_connect (provider->object, "handle-get-subsearch-result-set", G_CALLBACK (subsearch_cb), provider);
  g_signal_connect (provider->object, "handle-get-result-metas", G_CALLBACK (metas_cb), provider);
  g_signal_connect (provider->object, "handle-activate-result", G_CALLBACK (activate_cb), provider);
  g_signal_connect (provider->object, "handle-launch-search", G_CALLBACK (launch_cb), provider);
}

SatchelSearchProvider *
satchel_search_provider_new (GApplication *application, const SatchelSearchProviderCalls *calls,
                             gpointer data)
{
  SatchelSearchProvider *provider = g_object_new (SATCHEL_TYPE_SEARCH_PROVIDER, NULL);

  provider->application = application;
  provider->calls = *calls;
  provider->data = data;
  return provider;
}
