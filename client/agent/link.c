/* A proxy that starts nothing, and what comes through it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/link.h"

#include <glib/gi18n.h>

#include "client/agent/names.h"
#include "client/satchel-agent-bus.h"
#include "client/session-bus.h"

/* An agent in the midst of a large sync answers a little later. */
#define PATIENCE_MS 5000

struct _SatchelAgentLink {
  SatchelBusAgent1 *proxy;
  GCancellable *cancellable;
  char *profile;
  SatchelAgentEvents events;
  gpointer data;
};

static gboolean
looks_after (SatchelBusAgent1 *proxy, const char *data_dir)
{
  g_autofree char *folder =
      data_dir != NULL ? g_strdup (data_dir) : g_build_filename (g_get_user_data_dir (), "satchel", NULL);
  g_autoptr (GVariant) answer = NULL, value = NULL;

  answer = g_dbus_proxy_call_sync (G_DBUS_PROXY (proxy), "org.freedesktop.DBus.Properties.Get",
                                   g_variant_new ("(ss)", "org.satchelcrm.Satchel.Agent1", "DataDirectory"),
                                   G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE_MS, NULL, NULL);
  if (answer == NULL || !g_variant_is_of_type (answer, G_VARIANT_TYPE ("(v)")))
    return FALSE;
  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
         g_str_equal (g_variant_get_string (value, NULL), folder);
}

SatchelAgentLink *
satchel_agent_link_find (const char *data_dir)
{
  g_autoptr (GDBusConnection) bus = satchel_session_bus_get (NULL);
  g_autoptr (SatchelBusAgent1) proxy = NULL;
  g_autofree char *owner = NULL;
  SatchelAgentLink *link;

  if (bus == NULL)
    return NULL;
  satchel_agent_register_errors ();
  proxy = satchel_bus_agent1_proxy_new_sync (
      bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
      SATCHEL_AGENT_BUS_NAME, SATCHEL_AGENT_OBJECT_PATH, NULL, NULL);
  if (proxy != NULL)
    owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (proxy));
  if (owner == NULL || !looks_after (proxy, data_dir))
    return NULL;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), G_MAXINT);
  link = g_new0 (SatchelAgentLink, 1);
  link->proxy = g_steal_pointer (&proxy);
  link->cancellable = g_cancellable_new ();
  return link;
}

void
satchel_agent_link_free (SatchelAgentLink *link)
{
  if (link == NULL)
    return;
  g_cancellable_cancel (link->cancellable);
  g_object_unref (link->cancellable);
  g_signal_handlers_disconnect_by_data (link->proxy, link);
  g_object_unref (link->proxy);
  g_free (link->profile);
  g_free (link);
}

static SatchelSyncTotals
moved_from_variant (GVariant *variant)
{
  SatchelSyncTotals moved = { 0 };

  g_variant_lookup (variant, "pushed", "x", &moved.pushed);
  g_variant_lookup (variant, "pulled", "x", &moved.pulled);
  g_variant_lookup (variant, "removed", "x", &moved.removed);
  g_variant_lookup (variant, "conflicts", "x", &moved.conflicts);
  g_variant_lookup (variant, "parked", "x", &moved.parked);
  g_variant_lookup (variant, "healed", "x", &moved.healed);
  g_variant_lookup (variant, "files_sent", "x", &moved.files_sent);
  g_variant_lookup (variant, "files_fetched", "x", &moved.files_fetched);
  g_variant_lookup (variant, "bytes_in", "x", &moved.bytes_in);
  g_variant_lookup (variant, "bytes_out", "x", &moved.bytes_out);
  g_variant_lookup (variant, "image_here", "x", &moved.image_here);
  g_variant_lookup (variant, "image_bytes", "x", &moved.image_bytes);
  return moved;
}

/* ---- signals ---- */

static gboolean
is_ours (SatchelAgentLink *link, const char *profile)
{
  return g_str_equal (link->profile, profile);
}

static void
progress_cb (SatchelBusAgent1 *proxy, const char *profile, const char *state, gint64 waiting,
             GVariant *variant, gpointer data)
{
  SatchelAgentLink *link = data;
  SatchelSyncTotals moved = moved_from_variant (variant);

  if (is_ours (link, profile) && link->events.progress != NULL)
    link->events.progress (state, waiting, &moved, link->data);
}

static void
rested_cb (SatchelBusAgent1 *proxy, const char *profile, const char *state, const char *name,
           const char *reason, GVariant *variant, gpointer data)
{
  SatchelAgentLink *link = data;
  SatchelSyncTotals moved = moved_from_variant (variant);
  SatchelErrorCode code = SATCHEL_ERROR_INVALID;
  g_autoptr (GError) error = NULL;

  if (!is_ours (link, profile) || link->events.rested == NULL)
    return;
  satchel_error_from_name (name, &code);
  if (*name != '\0')
    error = g_error_new_literal (SATCHEL_ERROR, code, reason);
  link->events.rested (state, error, &moved, link->data);
}

static void
changed_cb (SatchelBusAgent1 *proxy, const char *profile, GVariant *records, gpointer data)
{
  SatchelAgentLink *link = data;

  if (is_ours (link, profile) && link->events.changed != NULL)
    link->events.changed (records, link->data);
}

static void
attention_cb (SatchelBusAgent1 *proxy, const char *profile, const char *code, const char *reason,
              gpointer data)
{
  SatchelAgentLink *link = data;

  if (is_ours (link, profile) && link->events.attention != NULL)
    link->events.attention (code, reason, link->data);
}

static void
owner_cb (SatchelBusAgent1 *proxy, GParamSpec *property, gpointer data)
{
  SatchelAgentLink *link = data;
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (proxy));

  if (owner == NULL && link->events.gone != NULL)
    link->events.gone (link->data);
}

void
satchel_agent_link_listen (SatchelAgentLink *link, const char *profile, const SatchelAgentEvents *events,
                           gpointer data)
{
  g_assert (link->profile == NULL);
  link->profile = g_strdup (profile);
  link->events = *events;
  link->data = data;
  g_signal_connect (link->proxy, "progress", G_CALLBACK (progress_cb), link);
  g_signal_connect (link->proxy, "rested", G_CALLBACK (rested_cb), link);
  g_signal_connect (link->proxy, "changed", G_CALLBACK (changed_cb), link);
  g_signal_connect (link->proxy, "needs-attention", G_CALLBACK (attention_cb), link);
  g_signal_connect (link->proxy, "notify::g-name-owner", G_CALLBACK (owner_cb), link);
}

/* ---- status ---- */

typedef struct {
  SatchelAgentStatus done;
  gpointer data;
} Question;

static void
status_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GError) error = NULL;
  const char *state = NULL, *code = NULL, *reason = NULL;
  gboolean listening = FALSE;

  if (satchel_bus_agent1_call_status_finish (SATCHEL_BUS_AGENT1 (source), &status, result, &error)) {
    g_variant_lookup (status, "state", "&s", &state);
    g_variant_lookup (status, "code", "&s", &code);
    g_variant_lookup (status, "reason", "&s", &reason);
    g_variant_lookup (status, "listening", "b", &listening);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    return; /* the link is gone */
  }
  question->done (state, code, reason, listening, question->data);
}

void
satchel_agent_link_get_status (SatchelAgentLink *link, const char *profile, SatchelAgentStatus done,
                               gpointer data)
{
  Question *question = g_new (Question, 1);

  question->done = done;
  question->data = data;
  satchel_bus_agent1_call_status (link->proxy, profile, link->cancellable, status_cb, question);
}

/* ---- sync ---- */

typedef struct {
  SatchelAgentDone done;
  gpointer data;
} Call;

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Call *call = data;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  SatchelSyncTotals moved = { 0 };
  gboolean left;

  if (satchel_bus_agent1_call_sync_finish (SATCHEL_BUS_AGENT1 (source), &variant, result, &error))
    moved = moved_from_variant (variant);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the link is gone */
  /* Whatever is no answer of an agent means that there is none any more. */
  left = error != NULL && error->domain != SATCHEL_ERROR;
  if (left) {
    g_clear_error (&error);
    g_set_error_literal (&error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, _ ("the agent has left"));
  } else if (error != NULL) {
    g_dbus_error_strip_remote_error (error);
  }
  call->done (error, &moved, left, call->data);
}

void
satchel_agent_link_sync (SatchelAgentLink *link, const char *profile, SatchelAgentDone done, gpointer data)
{
  Call *call = g_new (Call, 1);

  call->done = done;
  call->data = data;
  satchel_bus_agent1_call_sync (link->proxy, profile, link->cancellable, synced_cb, call);
}
