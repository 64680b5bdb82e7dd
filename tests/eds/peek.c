/* The other program at EDS: what a person does in her address book or calendar.
 *
 *   peek SOURCE list                 {"uid": text…} of all items
 *   peek SOURCE add|modify           items from stdin: texts, each ended by a NUL; times itself on stderr
 *   peek SOURCE remove UID…
 *   peek SOURCE drop                 deletes the source
 *   peek SOURCE wait UID             until it is touched
 *   peek NAME make contacts|appointments|tasks      a source of her own
 *   peek - sources                   uids of all sources, one a line
 *   peek SOURCE password WORD        as the mail program keeps it
 *   peek HOST trust CERTIFICATE      PEM; as who tells the mail program to trust it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <camel/camel.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/eds/sources.h"

G_GNUC_NORETURN static void
fail (const GError *error)
{
  fprintf (stderr, "peek: %s\n", error != NULL ? error->message : "there is no such source");
  exit (1);
}

static SatchelShelf *
open_shelf (ESourceRegistry *registry, const char *uid)
{
  ESource *source = e_source_registry_ref_source (registry, uid);
  GError *error = NULL;
  SatchelShelf *shelf = NULL;

  if (source == NULL)
    fail (NULL);
  if (e_source_has_extension (source, E_SOURCE_EXTENSION_ADDRESS_BOOK))
    shelf = satchel_shelf_book_new (source, &error);
  else if (e_source_has_extension (source, E_SOURCE_EXTENSION_TASK_LIST))
    shelf = satchel_shelf_calendar_new (source, E_SOURCE_EXTENSION_TASK_LIST, &error);
  else
    shelf = satchel_shelf_calendar_new (source, E_SOURCE_EXTENSION_CALENDAR, &error);
  if (shelf == NULL)
    fail (error);
  g_object_unref (source);
  return shelf;
}

static void
list (SatchelShelf *shelf)
{
  GError *error = NULL;
  g_autoptr (GHashTable) items = shelf->list (shelf, &error);
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonObject *object = json_object_new ();
  GHashTableIter iter;
  gpointer uid, text;

  if (items == NULL)
    fail (error);
  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &uid, &text))
    json_object_set_string_member (object, uid, text);
  json_node_take_object (json_node_init (node, JSON_NODE_OBJECT), object);
  g_autofree char *printed = json_to_string (node, FALSE);

  puts (printed);
}

static GPtrArray *
read_items (void)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shelf_item_free);
  g_autoptr (GString) text = g_string_new (NULL);
  int byte;

  while ((byte = getchar ()) != EOF) {
    if (byte != '\0') {
      g_string_append_c (text, (char)byte);
      continue;
    }
    SatchelShelfItem *item = g_new0 (SatchelShelfItem, 1);

    item->text = g_strdup (text->str);
    g_ptr_array_add (items, item);
    g_string_truncate (text, 0);
  }
  return items;
}

static void
put (SatchelShelf *shelf, gboolean made)
{
  g_autoptr (GPtrArray) items = read_items ();
  const gint64 began_us = g_get_monotonic_time ();
  GError *error = NULL;

  if (!shelf->put (shelf, items, made, &error))
    fail (error);
  fprintf (stderr, "%.6f\n", (double)(g_get_monotonic_time () - began_us) / G_USEC_PER_SEC);
}

typedef struct {
  const char *uid;
  gboolean seen;
} Wait;

static void
touched_cb (const char *uid, gpointer data)
{
  Wait *wait = data;

  wait->seen |= g_strcmp0 (uid, wait->uid) == 0;
}

/* "ready" on stdout once it listens; then the time of day at which it was seen, in seconds. */
static void
wait_for (SatchelShelf *shelf, const char *uid)
{
  Wait wait = { .uid = uid };
  GError *error = NULL;

  if (!shelf->listen (shelf, touched_cb, &wait, &error))
    fail (error);
  puts ("ready");
  fflush (stdout);
  while (!wait.seen)
    g_main_context_iteration (NULL, TRUE);
  printf ("%.6f\n", (double)g_get_real_time () / G_USEC_PER_SEC);
}

static void
make (ESourceRegistry *registry, const char *uid, const char *what)
{
  const char *extension = g_str_equal (what, "contacts")       ? E_SOURCE_EXTENSION_ADDRESS_BOOK
                          : g_str_equal (what, "appointments") ? E_SOURCE_EXTENSION_CALENDAR
                                                               : E_SOURCE_EXTENSION_TASK_LIST;
  GError *error = NULL;
  ESource *source = e_source_new_with_uid (uid, NULL, &error);

  e_source_set_display_name (source, uid);
  e_source_set_parent (source, "local-stub");
  e_source_backend_set_backend_name (e_source_get_extension (source, extension), "local");
  if (!e_source_registry_commit_source_sync (registry, source, NULL, &error))
    fail (error);
  g_object_unref (source);
}

static void
list_sources (ESourceRegistry *registry)
{
  GList *sources = e_source_registry_list_sources (registry, NULL);

  for (GList *link = sources; link != NULL; link = link->next)
    puts (e_source_get_uid (link->data));
  g_list_free_full (sources, g_object_unref);
}

static void
drop (ESourceRegistry *registry, const char *uid)
{
  g_autoptr (ESource) source = e_source_registry_ref_source (registry, uid);
  GError *error = NULL;

  if (source == NULL || !e_source_remove_sync (source, NULL, &error))
    fail (error);
}

static void
keep_password (ESourceRegistry *registry, const char *uid, const char *password)
{
  g_autoptr (ESource) source = e_source_registry_ref_source (registry, uid);
  GError *error = NULL;

  if (source == NULL || !e_source_store_password_sync (source, password, TRUE, NULL, &error))
    fail (error);
}

/* By the MD5 of the certificate, which is how Camel names it. */
static void
trust (const char *host, const char *path)
{
  GError *error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *sum = NULL;
  GString *fingerprint = g_string_new (NULL);
  CamelCert *known;

  if (certificate == NULL)
    fail (error);
  g_object_get (certificate, "certificate", &der, NULL);
  sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, der->data, der->len);
  for (const char *at = sum; *at != '\0'; at += 2)
    g_string_append_printf (fingerprint, "%.2s:", at);
  camel_init (e_get_user_data_dir (), TRUE);
  known = camel_cert_new ();
  known->issuer = g_strdup ("test");
  known->subject = g_strdup ("test");
  known->hostname = g_strdup (host);
  known->fingerprint = g_string_free (fingerprint, FALSE);
  known->trust = CAMEL_CERT_TRUST_FULLY;
  if (!camel_cert_save_cert_file (known, der, &error))
    fail (error);
  camel_certdb_put (camel_certdb_get_default (), known);
  camel_certdb_save (camel_certdb_get_default ());
  camel_cert_unref (known);
}

int
main (int argc, char **argv)
{
  g_autoptr (ESourceRegistry) registry = NULL;
  g_autoptr (SatchelShelf) shelf = NULL;
  GError *error = NULL;
  const char *word = argc > 2 ? argv[2] : "";

  registry = satchel_sources_connect (&error);
  if (registry == NULL)
    fail (error);
  if (g_str_equal (word, "sources")) {
    list_sources (registry);
    return 0;
  }
  if (g_str_equal (word, "make") && argc == 4) {
    make (registry, argv[1], argv[3]);
    return 0;
  }
  if (g_str_equal (word, "drop")) {
    drop (registry, argv[1]);
    return 0;
  }
  if (g_str_equal (word, "password") && argc == 4) {
    keep_password (registry, argv[1], argv[3]);
    return 0;
  }
  if (g_str_equal (word, "trust") && argc == 4) {
    trust (argv[1], argv[3]);
    return 0;
  }
  shelf = open_shelf (registry, argv[1]);
  if (g_str_equal (word, "list")) {
    list (shelf);
  } else if (g_str_equal (word, "add") || g_str_equal (word, "modify")) {
    put (shelf, g_str_equal (word, "add"));
  } else if (g_str_equal (word, "remove")) {
    g_autoptr (GPtrArray) uids = g_ptr_array_new ();

    for (int i = 3; i < argc; i++)
      g_ptr_array_add (uids, argv[i]);
    if (!shelf->remove (shelf, uids, &error))
      fail (error);
  } else if (g_str_equal (word, "wait") && argc == 4) {
    wait_for (shelf, argv[3]);
  } else {
    fprintf (stderr, "usage: peek SOURCE list|add|modify|remove|wait|drop|make|sources|password|trust\n");
    return 2;
  }
  return 0;
}
