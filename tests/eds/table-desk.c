/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/eds/table-desk.h"

#include <string.h>

/* ---- a shelf that is a table ---- */

static gboolean
is_cut (Table *table, GError **error)
{
  if (++table->calls != table->dies_at)
    return FALSE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "it has died");
  return TRUE;
}

static GHashTable *
table_list (SatchelShelf *shelf, GError **error)
{
  Table *table = (Table *)shelf;
  GHashTable *copy;
  GHashTableIter iter;
  gpointer uid, text;

  if (is_cut (table, error))
    return NULL;
  copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, table->items);
  while (g_hash_table_iter_next (&iter, &uid, &text))
    g_hash_table_insert (copy, g_strdup (uid), g_strdup (text));
  return copy;
}

static gboolean
table_get (SatchelShelf *shelf, const char *uid, char **text, GError **error)
{
  Table *table = (Table *)shelf;

  *text = NULL;
  if (is_cut (table, error))
    return FALSE;
  *text = g_strdup (g_hash_table_lookup (table->items, uid));
  return TRUE;
}

static gboolean
table_put (SatchelShelf *shelf, GPtrArray *items, gboolean made, GError **error)
{
  Table *table = (Table *)shelf;
  const gboolean cut = is_cut (table, error);

  for (guint i = 0; i < items->len; i++) {
    const SatchelShelfItem *item = items->pdata[i];

    if (cut && !(table->halfway && i <= items->len / 2))
      return FALSE;
    g_hash_table_replace (table->items, g_strdup (item->uid), g_strdup (item->text));
  }
  return !cut;
}

static SatchelShelf *
table_beside (SatchelShelf *shelf, GPtrArray *items)
{
  return shelf;
}

static gboolean
table_remove (SatchelShelf *shelf, GPtrArray *uids, GError **error)
{
  Table *table = (Table *)shelf;
  const gboolean cut = is_cut (table, error);

  if (cut && !table->halfway)
    return FALSE;
  for (guint i = 0; i < uids->len; i++)
    g_hash_table_remove (table->items, uids->pdata[i]);
  return !cut;
}

/* ---- a profile at it ---- */

void
desk_open (Desk *desk)
{
  g_autoptr (GError) error = NULL;

  desk->state = satchel_mirror_state_open (desk->device.session, &error);
  g_assert_no_error (error);
  desk->exchange = satchel_exchange_new (desk->device.session);
  desk->exchange->zones_are_known = TRUE;
  desk->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  desk->reconciler = satchel_reconciler_new (&satchel_mirror_kinds[desk->kind], desk->device.session,
                                             desk->exchange, desk->state, &desk->table.shelf, desk->refused);
}

void
desk_close (Desk *desk)
{
  g_clear_pointer (&desk->reconciler, satchel_reconciler_free);
  g_clear_pointer (&desk->refused, g_hash_table_unref);
  g_clear_pointer (&desk->exchange, satchel_exchange_free);
  g_clear_pointer (&desk->state, satchel_mirror_state_close);
}

void
desk_forget (Desk *desk)
{
  g_autofree char *path =
      g_build_filename (satchel_session_get_directory (desk->device.session), SATCHEL_MIRROR_FILE, NULL);

  desk_close (desk);
  satchel_database_remove_files (path);
  desk_open (desk);
}

void
desk_setup (Desk *desk, guint kind)
{
  *desk = (Desk){ .kind = kind };
  device_setup (&desk->device, DEVICE_PRIMED);
  device_pull (&desk->device, 11,
               "{'entity':'user','columns':['id','s','name','unit','active','email'],'whole':true}",
               "['~me~',11,'Me','~unit~',1,'me@example.com']",
               "['~you~',11,'You','~unit~',1,'you@example.com']", NULL);
  desk->table.shelf = (SatchelShelf){
    .list = table_list, .get = table_get, .put = table_put, .beside = table_beside, .remove = table_remove
  };
  desk->table.items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  desk_open (desk);
}

void
desk_teardown (Desk *desk)
{
  desk_close (desk);
  g_hash_table_unref (desk->table.items);
  g_free (desk->unfolded);
  device_teardown (&desk->device);
}

void
desk_run (Desk *desk)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_reconciler_run (desk->reconciler, FALSE, &error));
  g_assert_no_error (error);
}

void
desk_assert_rest (Desk *desk)
{
  const SatchelMirrorWrites before = satchel_reconciler_get_writes (desk->reconciler);
  SatchelMirrorWrites after;

  desk_run (desk);
  after = satchel_reconciler_get_writes (desk->reconciler);
  g_assert_cmpuint (after.there, ==, before.there);
  g_assert_cmpuint (after.here, ==, before.here);
}

void
desk_look (Desk *desk, const char *uid, const char *record)
{
  g_autoptr (GHashTable) uids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) records = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;

  if (uid != NULL)
    g_hash_table_add (uids, (gpointer)uid);
  if (record != NULL)
    g_hash_table_add (records, (gpointer)record);
  g_assert_true (satchel_reconciler_look (desk->reconciler, uids, records, &error));
  g_assert_no_error (error);
}

/* ---- items ---- */

const char *
desk_item (Desk *desk, const char *uid)
{
  const char *text = g_hash_table_lookup (desk->table.items, uid);
  g_auto (GStrv) lines = NULL;

  if (text == NULL)
    return NULL;
  lines = g_strsplit (text, "\r\n ", -1);
  g_free (desk->unfolded);
  return desk->unfolded = g_strjoinv ("", lines);
}

void
desk_put (Desk *desk, const char *uid, const char *text)
{
  g_hash_table_replace (desk->table.items, g_strdup (uid), g_strdup (text));
}

void
desk_edit (Desk *desk, const char *uid, const char *old, const char *new)
{
  g_autoptr (GString) text = g_string_new (desk_item (desk, uid));

  g_assert_cmpuint (g_string_replace (text, old, new, 1), ==, 1);
  desk_put (desk, uid, text->str);
}
