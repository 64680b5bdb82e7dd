/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/notices.h"

#include <shell/e-shell-content.h>
#include <shell/e-shell-view.h>
#include <shell/e-shell-window.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/cleanups.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

#define SHOWN_S      30
#define DO_UNDO      1
#define DO_OPEN      2
#define DO_START     3
#define KEY_PREVIOUS "satchel-notice"
#define KEY_MESSAGE  "satchel-message"

typedef struct {
  GWeakRef sink;
  guint undos;
  char *link;
  void (*again) (gpointer data);
  gpointer data;
  GDestroyNotify free_data;
} Notice;

static void
free_notice (gpointer data)
{
  Notice *notice = data;

  g_weak_ref_clear (&notice->sink);
  g_free (notice->link);
  if (notice->free_data != NULL)
    notice->free_data (notice->data);
  g_free (notice);
}

static Notice *
make_notice (EAlertSink *sink)
{
  Notice *notice = g_new0 (Notice, 1);

  g_weak_ref_init (&notice->sink, sink);
  return notice;
}

EAlertSink *
satchel_notice_get_sink (void)
{
  EShell *shell = e_shell_get_default ();
  GtkWindow *window = shell != NULL ? e_shell_get_active_window (shell) : NULL;
  EShellView *view;

  if (window == NULL || !E_IS_SHELL_WINDOW (window))
    return NULL;
  view = e_shell_window_get_shell_view (E_SHELL_WINDOW (window),
                                        e_shell_window_get_active_view (E_SHELL_WINDOW (window)));
  return view != NULL ? E_ALERT_SINK (e_shell_view_get_shell_content (view)) : NULL;
}

/* ---- what its buttons do ---- */

static void undo_next (Notice *notice);

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Notice *notice = data;
  SatchelAgentProxy *agent = satchel_agent_proxy_get ();
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&notice->sink);
  g_autoptr (GError) error = NULL;
  g_autofree char *what = NULL;
  g_auto (GStrv) ids = NULL;

  if (!satchel_bus_mail1_call_undo_finish (SATCHEL_BUS_MAIL1 (source), &what, &ids, result, &error)) {
    satchel_notice_problem (sink, _ ("This could not be undone"), error, NULL, NULL, NULL);
    free_notice (notice);
    return;
  }
  if (ids[0] != NULL)
    g_signal_emit_by_name (agent,
                           g_str_has_suffix (what, "item") || g_str_has_prefix (what, "item")
                               ? "items-changed"
                               : "messages-changed",
                           ids);
  notice->undos--;
  undo_next (notice);
}

/* One step at a time, the latest first. */
static void
undo_next (Notice *notice)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus =
      notice->undos > 0 ? satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error) : NULL;

  if (bus != NULL) {
    satchel_bus_mail1_call_undo (bus, SATCHEL_PROFILE, NULL, undone_cb, notice);
    return;
  }
  if (error != NULL) { /* whom it would have been asked of does not remember it any more */
    g_autoptr (EAlertSink) sink = g_weak_ref_get (&notice->sink);

    satchel_notice_problem (sink, _ ("This could not be undone"), error, NULL, NULL, NULL);
  }
  free_notice (notice);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Notice *notice = data;
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&notice->sink);
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    satchel_notice_problem (sink,
                            _ ("The record could not be opened: Satchel's application is not installed"),
                            error, NULL, NULL, NULL);
  free_notice (notice);
}

void
satchel_notice_open (EAlertSink *sink, const char *link)
{
  if (g_str_has_prefix (link, "satchel://")) /* the link came from another program: it opens nothing else */
    g_app_info_launch_default_for_uri_async (link, NULL, NULL, opened_cb, make_notice (sink));
}

static void
started_cb (const GError *error, gpointer data)
{
  Notice *notice = data;
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&notice->sink);
  g_autoptr (GError) own = error != NULL ? g_error_copy (error) : NULL;

  if (own != NULL) {
    satchel_notice_problem (sink, _ ("The Satchel agent could not be started"), own, NULL, NULL, NULL);
  } else if (notice->again != NULL) {
    notice->free_data = NULL;
    notice->again (g_steal_pointer (&notice->data));
  }
  free_notice (notice);
}

static void
response_cb (EAlert *alert, int response, gpointer data)
{
  Notice *notice = g_object_steal_data (G_OBJECT (alert), "satchel");
  g_autoptr (EAlertSink) sink = notice != NULL ? g_weak_ref_get (&notice->sink) : NULL;

  if (notice == NULL)
    return;
  if (response == DO_UNDO) {
    undo_next (notice);
  } else if (response == DO_START) {
    satchel_agent_proxy_start (satchel_agent_proxy_get (), started_cb, notice);
  } else {
    if (response == DO_OPEN)
      satchel_notice_open (sink, notice->link);
    free_notice (notice);
  }
}

/* ---- showing it ---- */

static void
add_action (EAlert *alert, const char *label, int response)
{
  g_autoptr (GtkAction) action = gtk_action_new ("satchel-notice", label, NULL, NULL);

  e_alert_add_action (alert, action, response, FALSE);
}

/* Takes @notice. One at a time: what was said before is over. */
static void
submit (EAlertSink *sink, EAlert *alert, Notice *notice)
{
  EAlert *previous = sink != NULL ? g_object_get_data (G_OBJECT (sink), KEY_PREVIOUS) : NULL;

  g_object_set_data_full (G_OBJECT (alert), "satchel", notice, free_notice);
  if (sink == NULL)
    return;
  if (previous != NULL) {
    g_object_ref (previous);
    g_object_set_data (G_OBJECT (sink), KEY_PREVIOUS, NULL);
    e_alert_response (previous, GTK_RESPONSE_CLOSE);
    g_object_unref (previous);
  }
  g_signal_connect (alert, "response", G_CALLBACK (response_cb), NULL);
  g_object_set_data_full (G_OBJECT (sink), KEY_PREVIOUS, g_object_ref (alert), g_object_unref);
  e_alert_sink_submit_alert (sink, alert);
}

void
satchel_notice_done (EAlertSink *sink, const char *words, guint undos, const char *link)
{
  g_autoptr (EAlert) alert = e_alert_new ("system:simple-info", words, NULL);
  Notice *notice = make_notice (sink);

  notice->undos = undos;
  notice->link = g_strdup (link);
  if (undos > 0)
    add_action (alert, _ ("_Undo"), DO_UNDO);
  if (link != NULL)
    add_action (alert, C_ ("verb", "_Open"), DO_OPEN);
  e_alert_start_timer (alert, SHOWN_S);
  submit (sink, alert, notice);
}

void
satchel_notice_problem (EAlertSink *sink, const char *words, GError *error, void (*again) (gpointer data),
                        gpointer data, GDestroyNotify free_data)
{
  gboolean away = satchel_agent_is_away (error);
  g_autoptr (EAlert) alert = e_alert_new (away ? "system:generic-warning" : "system:generic-error", words,
                                          satchel_agent_get_words (error), NULL);
  Notice *notice = make_notice (sink);

  notice->again = again;
  notice->data = data;
  notice->free_data = free_data;
  if (away)
    add_action (alert, again != NULL ? _ ("_Start It and Try Again") : _ ("_Start the Agent"), DO_START);
  submit (sink, alert, notice);
}

static void
changed_cb (SatchelAgentProxy *agent, const char *const *ids, EAlert *alert)
{
  if (g_strv_contains (ids, g_object_get_data (G_OBJECT (alert), KEY_MESSAGE)))
    e_alert_response (alert, GTK_RESPONSE_CLOSE);
}

void
satchel_notice_until (EAlertSink *sink, const char *message_id)
{
  EAlert *alert = sink != NULL ? g_object_get_data (G_OBJECT (sink), KEY_PREVIOUS) : NULL;

  if (alert == NULL)
    return;
  g_object_set_data_full (G_OBJECT (alert), KEY_MESSAGE, g_strdup (message_id), g_free);
  g_signal_connect_object (satchel_agent_proxy_get (), "messages-changed", G_CALLBACK (changed_cb), alert, 0);
}
