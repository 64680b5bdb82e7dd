/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/agent-proxy.h"

#include <string.h>

#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

#define BUS_NAME    "org.satchelcrm.Satchel.Agent"
#define OBJECT_PATH "/org/satchelcrm/Satchel/Agent"
#define ERRORS      "org.satchelcrm.Satchel.Error."
#define PATIENCE_MS 10000 /* for the bus to start it */
#define ANSWER_MS   60000 /* for a message of many megabytes on a slow machine; nobody is held up meanwhile */

struct _SatchelAgentProxy {
  GObject parent_instance;
  SatchelBusMail1 *bus; /* NULL until the session bus was found */
  GPtrArray *starts;    /* Start: who waits for the agent to come */
};

typedef struct {
  SatchelAgentStarted done;
  gpointer data;
  guint timer;
} Start;

enum { CHANGED, MESSAGES_CHANGED, ITEMS_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelAgentProxy, satchel_agent_proxy, G_TYPE_OBJECT)

static GError *
make_absence (void)
{
  return g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                              _ ("The Satchel agent is not running"));
}

/* ---- coming and going ---- */

static void
finish_start (SatchelAgentProxy *self, Start *start, const GError *error)
{
  SatchelAgentStarted done = start->done;
  gpointer data = start->data;

  g_ptr_array_remove (self->starts, start); /* frees it */
  done (error, data);
}

static void
owner_cb (SatchelAgentProxy *self)
{
  while (satchel_agent_proxy_peek (self, NULL) != NULL && self->starts->len > 0)
    finish_start (self, g_ptr_array_index (self->starts, 0), NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
messages_cb (SatchelAgentProxy *self, const char *profile, const char *const *ids)
{
  g_signal_emit (self, signals[MESSAGES_CHANGED], 0, ids);
}

static void
items_cb (SatchelAgentProxy *self, const char *profile, const char *const *uids)
{
  g_signal_emit (self, signals[ITEMS_CHANGED], 0, uids);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelAgentProxy *self = data;
  g_autoptr (GError) error = NULL;

  self->bus = satchel_bus_mail1_proxy_new_for_bus_finish (result, &error);
  if (self->bus == NULL) { /* without a session bus there is no agent either */
    g_debug ("no session bus: %s", error->message);
    return;
  }
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->bus), ANSWER_MS);
  g_signal_connect_swapped (self->bus, "notify::g-name-owner", G_CALLBACK (owner_cb), self);
  g_signal_connect_swapped (self->bus, "messages-changed", G_CALLBACK (messages_cb), self);
  g_signal_connect_swapped (self->bus, "items-changed", G_CALLBACK (items_cb), self);
  owner_cb (self);
}

static void
free_start (gpointer data)
{
  Start *start = data;

  g_clear_handle_id (&start->timer, g_source_remove);
  g_free (start);
}

static void
satchel_agent_proxy_init (SatchelAgentProxy *self)
{
  self->starts = g_ptr_array_new_with_free_func (free_start);
  satchel_bus_mail1_proxy_new_for_bus (
      G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
      BUS_NAME, OBJECT_PATH, NULL, made_cb, self);
}

static void
satchel_agent_proxy_class_init (SatchelAgentProxyClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGES_CHANGED] = g_signal_new ("messages-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_STRV);
  signals[ITEMS_CHANGED] = g_signal_new ("items-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRV);
}

SatchelAgentProxy *
satchel_agent_proxy_get (void)
{
  static SatchelAgentProxy *only; /* as long as the program */

  if (only == NULL)
    only = g_object_new (SATCHEL_TYPE_AGENT_PROXY, NULL);
  return only;
}

SatchelBusMail1 *
satchel_agent_proxy_peek (SatchelAgentProxy *self, GError **error)
{
  g_autofree char *owner = self->bus != NULL ? g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->bus)) : NULL;

  if (owner != NULL)
    return self->bus;
  if (error != NULL)
    *error = make_absence ();
  return NULL;
}

/* ---- starting it ---- */

static gboolean
give_up_cb (gpointer data)
{
  SatchelAgentProxy *self = satchel_agent_proxy_get ();
  Start *start = data;
  g_autoptr (GError) error = make_absence ();

  start->timer = 0;
  finish_start (self, start, error);
  return G_SOURCE_REMOVE;
}

/* The bus does not know it: it was not installed with the desktop's files. Found beside the other programs,
 * it does as well. */
static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  const char *arguments[] = { "satchel-agent", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL &&
      !g_spawn_async (NULL, (char **)arguments, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                      NULL, NULL, NULL))
    g_debug ("no agent: %s", error->message); /* who waits is told when the time is over */
}

void
satchel_agent_proxy_start (SatchelAgentProxy *self, SatchelAgentStarted done, gpointer data)
{
  g_autoptr (GError) error = NULL;
  Start *start;

  if (satchel_agent_proxy_peek (self, &error) != NULL) {
    done (NULL, data);
    return;
  }
  if (self->bus == NULL) {
    done (error, data);
    return;
  }
  start = g_new0 (Start, 1);
  start->done = done;
  start->data = data;
  start->timer = g_timeout_add (PATIENCE_MS, give_up_cb, start);
  g_ptr_array_add (self->starts, start);
  g_dbus_connection_call (g_dbus_proxy_get_connection (G_DBUS_PROXY (self->bus)), "org.freedesktop.DBus",
                          "/org/freedesktop/DBus", "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", BUS_NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS,
                          NULL, asked_cb, NULL);
}

void
satchel_agent_proxy_announce (SatchelAgentProxy *self, const char *signal, const GPtrArray *ids)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; i < ids->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (ids, i));
  list = g_strv_builder_end (builder);
  if (list[0] != NULL) /* an empty list would mean all */
    g_signal_emit_by_name (self, signal, list);
}

/* ---- errors ---- */

gboolean
satchel_agent_is_away (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) || /* it ended while it was asked */
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

gboolean
satchel_agent_error_is (const GError *error, const char *name)
{
  g_autofree char *remote =
      g_dbus_error_is_remote_error (error) ? g_dbus_error_get_remote_error (error) : NULL;

  return remote != NULL && g_str_has_prefix (remote, ERRORS) && strcmp (remote + strlen (ERRORS), name) == 0;
}

const char *
satchel_agent_get_words (GError *error)
{
  if (satchel_agent_is_away (error))
    return _ ("The Satchel agent is not running");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return _ ("The Satchel agent takes too long to answer");
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
    return _ ("The Satchel agent is older than this part of Evolution");
  g_dbus_error_strip_remote_error (error);
  return error->message;
}
