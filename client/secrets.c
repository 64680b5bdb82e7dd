/* Secrets in the Secret Service or in a file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/secrets.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <libsecret/secret.h>

#include "client/session-bus.h"
#include "protocol/error.h"

/* For everything that is asked of the bus in one call of ours. */
#define PATIENCE_MS 3000

#define SCHEMA(name)                                                                                         \
  {                                                                                                          \
    name, SECRET_SCHEMA_NONE,                                                                                \
    {                                                                                                        \
      { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },                                                         \
      {                                                                                                      \
        NULL, 0                                                                                              \
      }                                                                                                      \
    }                                                                                                        \
  }

static const struct {
  SecretSchema schema;
  const char *label;
  const char *file;
  const char *absent; /* what it means that there is none */
} kinds[SATCHEL_SECRET_N_KINDS] = {
  [SATCHEL_SECRET_TOKEN] = { SCHEMA ("org.satchelcrm.Satchel.Device"), "Satchel", "token",
                             "not signed in, or the keyring with the sign-in is locked" },
  [SATCHEL_SECRET_KEY] = { SCHEMA ("org.satchelcrm.Satchel.Replica"), "Satchel (records)", "key",
                           "the key of these records is not here, or the keyring that holds it is locked" },
};

/* ---- patience: libsecret's calls have no time-out, but can be cancelled ---- */

typedef struct {
  GCancellable *cancellable;
  GThread *thread;
  GMutex mutex;
  GCond over;
  gboolean done;
} Patience;

static gpointer
patience_thread (gpointer data)
{
  Patience *patience = data;
  gint64 end = g_get_monotonic_time () + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&patience->mutex);
  while (!patience->done && g_cond_wait_until (&patience->over, &patience->mutex, end))
    continue;
  g_mutex_unlock (&patience->mutex);
  g_cancellable_cancel (patience->cancellable);
  return NULL;
}

static void
patience_begin (Patience *patience)
{
  patience->cancellable = g_cancellable_new ();
  patience->done = FALSE;
  g_mutex_init (&patience->mutex);
  g_cond_init (&patience->over);
  patience->thread = g_thread_new ("patience", patience_thread, patience);
}

static void
patience_end (Patience *patience)
{
  g_mutex_lock (&patience->mutex);
  patience->done = TRUE;
  g_cond_signal (&patience->over);
  g_mutex_unlock (&patience->mutex);
  g_thread_join (patience->thread);
  g_mutex_clear (&patience->mutex);
  g_cond_clear (&patience->over);
  g_object_unref (patience->cancellable);
}

/* ---- the Secret Service ---- */

static gboolean
lists_service (GDBusConnection *bus, const char *method, GCancellable *cancellable)
{
  g_autoptr (GVariant) answer = NULL;
  g_autofree const char **names = NULL;

  answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", method, NULL, G_VARIANT_TYPE ("(as)"),
                                        G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, cancellable, NULL);
  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(^a&s)", &names);
  return g_strv_contains ((const char *const *)names, "org.freedesktop.secrets");
}

/* NULL where there is no service that answers in time. */
static SecretService *
open_service (GCancellable *cancellable)
{
  g_autoptr (GDBusConnection) bus = NULL;

  bus = satchel_session_bus_get (cancellable);
  if (bus == NULL)
    return NULL;
  if (!lists_service (bus, "ListNames", cancellable) &&
      !lists_service (bus, "ListActivatableNames", cancellable))
    return NULL;
  return secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, cancellable, NULL);
}

static GHashTable *
attributes_for (const char *directory)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (attributes, (gpointer) "profile", g_strdup (directory));
  return attributes;
}

static gboolean
store_in_service (SatchelSecretKind kind, const char *directory, const char *secret,
                  GCancellable *cancellable)
{
  g_autoptr (SecretService) service = open_service (cancellable);
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GHashTable) attributes = attributes_for (directory);
  SecretValue *value;
  gboolean stored;

  if (service == NULL)
    return FALSE;
  /* A locked or missing collection would prompt. */
  collection = secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                                 cancellable, NULL);
  if (collection == NULL || secret_collection_get_locked (collection))
    return FALSE;
  value = secret_value_new (secret, -1, "text/plain");
  stored = secret_service_store_sync (service, &kinds[kind].schema, attributes, SECRET_COLLECTION_DEFAULT,
                                      kinds[kind].label, value, cancellable, NULL);
  secret_value_unref (value);
  return stored;
}

static char *
lookup_in_service (SatchelSecretKind kind, const char *directory, GCancellable *cancellable)
{
  g_autoptr (SecretService) service = open_service (cancellable);
  g_autoptr (GHashTable) attributes = attributes_for (directory);
  char *secret = NULL;
  GList *items;

  if (service == NULL)
    return NULL;
  items = secret_service_search_sync (service, &kinds[kind].schema, attributes, SECRET_SEARCH_LOAD_SECRETS,
                                      cancellable, NULL);
  for (GList *link = items; link != NULL && secret == NULL; link = link->next) {
    SecretValue *value = secret_item_get_secret (link->data); /* NULL: locked */

    if (value == NULL)
      continue;
    secret = g_strdup (secret_value_get_text (value));
    secret_value_unref (value);
  }
  g_list_free_full (items, g_object_unref);
  return secret;
}

/* ---- the file ---- */

static char *
file_for (SatchelSecretKind kind, const char *directory)
{
  return g_build_filename (directory, kinds[kind].file, NULL);
}

static gboolean
forget_file (SatchelSecretKind kind, const char *directory, GError **error)
{
  g_autofree char *path = file_for (kind, directory);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

static gboolean
store_in_file (SatchelSecretKind kind, const char *directory, const char *secret, GError **error)
{
  g_autofree char *path = file_for (kind, directory);
  g_autoptr (GError) failure = NULL;

  if (g_file_set_contents_full (path, secret, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &failure))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s", failure->message);
  return FALSE;
}

/* ---- both ---- */

gboolean
satchel_secret_store (SatchelSecretKind kind, const char *directory, const char *secret, gboolean *in_file,
                      GError **error)
{
  Patience patience;

  patience_begin (&patience);
  *in_file = !store_in_service (kind, directory, secret, patience.cancellable);
  patience_end (&patience);
  return *in_file ? store_in_file (kind, directory, secret, error) : forget_file (kind, directory, error);
}

char *
satchel_secret_lookup (SatchelSecretKind kind, const char *directory, GError **error)
{
  g_autofree char *path = file_for (kind, directory);
  Patience patience;
  char *secret;

  /* A file is there only while the service has none. */
  if (g_file_get_contents (path, &secret, NULL, NULL))
    return secret;
  patience_begin (&patience);
  secret = lookup_in_service (kind, directory, patience.cancellable);
  patience_end (&patience);
  if (secret == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, kinds[kind].absent);
  return secret;
}

gboolean
satchel_secret_is_in_file (SatchelSecretKind kind, const char *directory)
{
  g_autofree char *path = file_for (kind, directory);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
satchel_secret_forget (SatchelSecretKind kind, const char *directory, GError **error)
{
  g_autoptr (GHashTable) attributes = attributes_for (directory);
  SecretService *service;
  Patience patience;

  patience_begin (&patience);
  service = open_service (patience.cancellable);
  if (service != NULL)
    secret_service_clear_sync (service, &kinds[kind].schema, attributes, patience.cancellable, NULL);
  g_clear_object (&service);
  patience_end (&patience);
  return forget_file (kind, directory, error);
}
