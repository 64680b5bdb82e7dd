/* satchel-server serve: answers devices until it is told to stop.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "protocol/integer.h"
#include "sync-server/admin/commands.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/http/service.h"
#include "sync-server/organisations.h"

#define GRACE_MS 10000 /* for requests under way when told to stop */

/* "HOST:PORT", "[::1]:PORT", "HOST", ":PORT". The host is owned. */
static gboolean
parse_listen (const char *text, char **host, guint16 *port, GError **error)
{
  const char *colon = strrchr (text, ':');
  const char *bracket = strchr (text, ']');
  gint64 number = *port;

  if (colon != NULL && (bracket == NULL || colon > bracket) &&
      !satchel_integer_parse (colon + 1, 0, G_MAXUINT16, &number)) {
    g_set_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS, "--listen is HOST:PORT, not “%s”",
                 text);
    return FALSE;
  }
  *port = number;
  gsize length =
      colon != NULL && (bracket == NULL || colon > bracket) ? (gsize)(colon - text) : strlen (text);
  gboolean bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
  *host = bracketed ? g_strndup (text + 1, length - 2) : g_strndup (text, length);
  return TRUE;
}

/* *certificate stays NULL when neither option is given. */
static gboolean
load_certificate (const SatchelArguments *arguments, GTlsCertificate **certificate, GError **error)
{
  const char *cert = satchel_arguments_get_option (arguments, "tls-cert");
  const char *key = satchel_arguments_get_option (arguments, "tls-key");

  if ((cert == NULL) != (key == NULL)) {
    g_set_error_literal (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                         "--tls-cert and --tls-key go together");
    return FALSE;
  }
  if (cert == NULL)
    return TRUE;

  g_autoptr (GError) local = NULL;
  *certificate = g_tls_certificate_new_from_files (cert, key, &local);
  if (*certificate == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "cannot use the certificate: %s",
                 local->message);
  return *certificate != NULL;
}

/* In one step, so that whoever waits for the file never reads half a number. */
static gboolean
write_port_file (const char *path, guint16 port, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%u\n", port);

  return path == NULL ||
         g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

static gboolean
stop_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
serve (const SatchelServiceOptions *options, const char *dir, const char *port_file, GError **error)
{
  SatchelService *service = satchel_service_new (options, NULL, error);
  if (service == NULL)
    return FALSE;

  /* Before anybody learns that we are here, and until the end: told twice, it still finishes what is under
   * way. */
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint terminate = g_unix_signal_add (SIGTERM, stop_cb, loop);
  guint interrupt = g_unix_signal_add (SIGINT, stop_cb, loop);

  gboolean ok = write_port_file (port_file, satchel_service_get_port (service), error);
  if (ok) {
    gboolean v6 = strchr (options->host, ':') != NULL;
    g_printerr ("satchel-server: serving %s at %s://%s%s%s:%u\n", dir,
                options->certificate != NULL ? "https" : "http", v6 ? "[" : "", options->host, v6 ? "]" : "",
                satchel_service_get_port (service));
    g_main_loop_run (loop);
    g_printerr ("satchel-server: stopping\n");
  }
  satchel_service_stop (service, GRACE_MS);
  g_source_remove (terminate);
  g_source_remove (interrupt);
  if (ok)
    g_printerr ("satchel-server: stopped\n");
  return ok;
}

static gboolean
serve_locked (const SatchelArguments *arguments, const char *dir, SatchelServiceOptions *options,
              GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  g_autoptr (GPtrArray) others = satchel_organisations_list (dir, error);
  GError *problem = NULL;

  if (others == NULL)
    return FALSE;
  /* A damaged store is no reason not to serve the others. */
  if (!satchel_organisation_open (dir, &organisation, &problem)) {
    if (others->len == 0) {
      g_propagate_error (error, problem);
      return FALSE;
    }
    g_printerr ("satchel-server: %s\n", problem->message);
    g_error_free (problem);
  }
  options->server = organisation.server;
  return serve (options, dir, satchel_arguments_get_option (arguments, "port-file"), error);
}

gboolean
satchel_command_serve (const SatchelArguments *arguments, GError **error)
{
  SatchelServiceOptions options = satchel_service_defaults;
  const char *dir = satchel_arguments_require_option (arguments, "data", error);
  const char *listen = satchel_arguments_get_option (arguments, "listen");
  g_autofree char *host = g_strdup (options.host);
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (dir == NULL || !load_certificate (arguments, &certificate, error))
    return FALSE;
  if (listen != NULL) {
    g_clear_pointer (&host, g_free);
    if (!parse_listen (listen, &host, &options.port, error))
      return FALSE;
  }

  options.dir = dir;
  options.host = host;
  options.certificate = certificate;
  signal (SIGPIPE, SIG_IGN);
  int lock = satchel_organisations_lock (dir, error);
  if (lock < 0)
    return FALSE;
  gboolean ok = serve_locked (arguments, dir, &options, error);
  close (lock);
  return ok;
}
