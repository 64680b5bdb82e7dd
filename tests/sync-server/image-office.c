/* An office with much in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/image-office.h"

#include <string.h>

#include "protocol/predicate/predicate.h"
#include "sync-server/server-private.h"

#define LEAST 230 /* rows, so that all hers are enough for one device */

static void
set_text (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);

  satchel_record_set_by_name (record, field, value);
}

static void
set_lookup (SatchelRecord *record, const char *field, const char *entity, const char *id)
{
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, id);

  satchel_record_set_by_name (record, field, value);
}

void
image_office_load (ImageOffice *f, const char *owner, guint n, const char *name)
{
  Office *office = f->office;
  const SatchelEntity *account = satchel_registry_find (office->registry, "account");
  const SatchelEntity *contact = satchel_registry_find (office->registry, "contact");
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = satchel_id_new (&office->clock.clock), *title = g_strdup_printf ("%s %u", name, i);
    SatchelRecord *record = satchel_record_new (account, id);

    fake_clock_advance (&office->clock, 1);
    set_text (record, "name", title);
    set_lookup (record, "owner", "user", owner);
    g_ptr_array_add (records, record);
    if (i % 10 == 0) {
      g_autofree char *person = satchel_id_new (&office->clock.clock);

      record = satchel_record_new (contact, person);
      set_text (record, "last_name", title);
      set_lookup (record, "account", "account", id);
      set_lookup (record, "owner", "user", f->one_id);
      g_ptr_array_add (records, record);
    }
    g_ptr_array_add (f->accounts, g_steal_pointer (&id));
  }
  must (satchel_server_load (office->server, owner, records, office->clock.now_ms, &error));
}

void
image_office_set_up (ImageOffice *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  satchel_snapshots_set_least_rows (office->server->snapshots, LEAST);
  f->accounts = g_ptr_array_new_with_free_func (g_free);
  /* What she carries names what she only may read: there are stubs. */
  f->one_id = office_employ (office, "one", "salesperson", office->north);
  g_free (office_choose (office, f->one_id, "account", "owner = me", FALSE));
  g_free (office_choose (office, f->one_id, "contact", "owner = me", FALSE));
  f->two_id = office_hire (office, "two", "salesperson", office->north);
  g_free (office_hire (office, "other", "salesperson", office->south));
  image_office_load (f, f->one_id, IMAGE_OFFICE_ACCOUNTS, "北京 Acme");
  image_office_load (f, f->two_id, 30, "Beta");
  f->one = desk_new (office, "one");
  f->two = desk_new (office, "two");
  f->other = desk_new (office, "other");
}

void
image_office_tear_down (ImageOffice *f, gconstpointer data)
{
  desk_free (f->one);
  desk_free (f->two);
  desk_free (f->other);
  g_free (f->one_id);
  g_free (f->two_id);
  g_ptr_array_unref (f->accounts);
  office_free (f->office);
}

/* ---- the server's side ---- */

SatchelSnapshotHead *
image_office_ask_once (ImageOffice *f, Desk *desk, gboolean *lacking)
{
  const SatchelSnapshotRequest request = { (char *)satchel_registry_get_digest (f->office->registry) };
  g_autoptr (GError) error = NULL;
  g_autofree char *text =
      satchel_server_snapshot (f->office->server, &desk->caller, &request, lacking, &error);
  SatchelSnapshotHead *head;

  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED)) {
    g_clear_error (&error);
    must (satchel_server_prepare (f->office->server, &desk->caller, &error));
    text = satchel_server_snapshot (f->office->server, &desk->caller, &request, lacking, &error);
  }
  g_assert_no_error (error);
  head = satchel_snapshot_head_from_text (text, strlen (text), &error);
  g_assert_no_error (error);
  return head;
}

SatchelSnapshotHead *
image_office_ask (ImageOffice *f, Desk *desk)
{
  g_autoptr (GError) error = NULL;
  gboolean lacking;
  SatchelSnapshotHead *head = image_office_ask_once (f, desk, &lacking);

  if (!lacking)
    return head;
  g_assert_null (head->id);
  satchel_snapshot_head_free (head);
  must (satchel_server_make_snapshot (f->office->server, &desk->caller, NULL, &error));
  return image_office_ask_once (f, desk, &lacking);
}

GBytes *
image_office_get (ImageOffice *f, Desk *desk, const char *id, gint64 offset)
{
  const SatchelSnapshotGet request = { (char *)id, offset };
  g_autoptr (GError) error = NULL;
  GBytes *bytes = satchel_server_get_snapshot (f->office->server, &desk->caller, &request, &error);

  if (bytes == NULL)
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  return bytes;
}

gboolean
image_office_may_get (ImageOffice *f, Desk *desk, const char *id)
{
  g_autoptr (GBytes) bytes = image_office_get (f, desk, id, 0);

  return bytes != NULL && g_bytes_get_size (bytes) > 0;
}
