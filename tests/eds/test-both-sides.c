/* Every mapped field of every kind, changed on both sides while nobody looked: the same one, and one on each
 * side.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/eds/table-desk.h"

/* What a field holds at first, here and there. */
typedef enum { FIRST, HERE, THERE, N_TURNS } Turn;

/* Fields whose values mean something together, or that nobody writes freely. */
static const struct {
  const char *field;
  const char *values[N_TURNS];
} SPECIAL[] = {
  { "start", { "2026-12-07T09:00:00Z", "2026-12-07T08:00:00Z", "2026-12-07T09:30:00Z" } },
  { "end", { "2026-12-07T10:00:00Z", "2026-12-07T11:00:00Z", "2026-12-07T12:00:00Z" } },
  { "zone", { "Europe/Rome", "Europe/Bucharest", "Asia/Tokyo" } },
  { "recurrence", { "FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=5", "FREQ=DAILY;COUNT=6" } },
  { "start_date", { "2026-12-01", "2026-12-02", "2026-12-03" } },
  { "due", { "2026-12-11", "2026-12-12", "2026-12-13" } },
  { "organizer",
    { "[{\"role\":\"organizer\",\"address\":\"a@x.example\"}]",
      "[{\"role\":\"organizer\",\"address\":\"b@x.example\"}]",
      "[{\"role\":\"organizer\",\"address\":\"c@x.example\"}]" } },
  { "attendees",
    { "[{\"role\":\"required\",\"address\":\"a@x.example\"}]",
      "[{\"role\":\"optional\",\"address\":\"b@x.example\"}]",
      "[{\"role\":\"chair\",\"address\":\"c@x.example\"}]" } },
  { "links", { "https://one.example/", "https://two.example/", "https://three.example/" } },
  { "website", { "https://one.example", "https://two.example", "https://three.example" } },
  { "account", { "account:First", "account:Here", "account:There" } },
};

/* What ends or hides a record, is its name on the other side, or needs a file, has tests of its own. */
static const char *const LEFT_OUT[] = { "status", "completed_at",   "private", "card_id", "calendar_id",
                                        "photo",  "original_start", "all_day", NULL };

static char *
dup_text (const SatchelField *field, Turn turn)
{
  static const char *const NAMES[] = { "First", "Here", "There" };

  for (guint i = 0; i < G_N_ELEMENTS (SPECIAL); i++) {
    if (!g_str_equal (SPECIAL[i].field, field->name))
      continue;
    if (field->type == SATCHEL_TYPE_LOOKUP)
      return g_strdup (device_id (NAMES[turn]));
    return g_strdup (SPECIAL[i].values[turn]);
  }
  switch (field->type) {
  case SATCHEL_TYPE_CHOICE:
    return g_strdup (field->choices[turn % field->n_choices].key);
  case SATCHEL_TYPE_MULTICHOICE:
    return g_ascii_strdown (NAMES[turn], -1);
  case SATCHEL_TYPE_DATE:
    return g_strdup_printf ("198%d-02-03", turn);
  case SATCHEL_TYPE_INTEGER:
    return g_strdup_printf ("%d", 10 * (turn + 1));
  default:
    if (field->format == SATCHEL_FORMAT_EMAIL)
      return g_strdup_printf ("%s.%d@x.example", field->name, turn);
    if (field->format == SATCHEL_FORMAT_PHONE)
      return g_strdup_printf ("+40 264 %03d %03u", 100 + turn, (guint)strlen (field->name) * 7);
    return g_strdup_printf ("%s %.12s", NAMES[turn], field->name);
  }
}

static SatchelValue *
make (const SatchelField *field, Turn turn)
{
  g_autofree char *text = dup_text (field, turn);
  g_autoptr (GError) error = NULL;
  SatchelValue *value;

  if (!satchel_value_from_text (field, text, &value, &error))
    g_error ("%s: %s", field->name, error->message);
  return value;
}

/* ---- one record, whole ---- */

static const char *
entity_name (Desk *desk)
{
  return satchel_mirror_kinds[desk->kind].entity;
}

static SatchelRecord *
look_up (Desk *desk)
{
  SatchelRecord *record = NULL;

  g_assert_true (satchel_replica_read (desk->device.replica,
                                       device_entity (&desk->device, entity_name (desk)), device_id ("r"),
                                       &record, NULL));
  g_assert_nonnull (record);
  return record;
}

static void
start (Desk *desk, guint kind, GPtrArray *fields)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;
  const char *const *names = satchel_mirror_kinds[kind].fields ();

  desk_setup (desk, kind);
  for (guint turn = 0; turn < N_TURNS; turn++) {
    static const char *const ACCOUNTS[] = { "First", "Here", "There" };

    WRITE (device_create (&desk->device, "account", ACCOUNTS[turn], &problem, "name", ACCOUNTS[turn], NULL));
  }
  record = satchel_record_new (device_entity (&desk->device, entity_name (desk)), device_id ("r"));
  for (guint i = 0; names[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, names[i]);
    g_autoptr (SatchelValue) value = NULL;

    if (g_strv_contains (LEFT_OUT, names[i]))
      continue;
    value = make (field, FIRST);
    satchel_record_set (record, field, value);
    g_ptr_array_add (fields, (gpointer)names[i]);
  }
  set = satchel_session_create (desk->device.session, record, &error);
  g_assert_no_error (error);
  desk_run (desk);
  desk_assert_rest (desk);
}

static void
change_here (Desk *desk, const char *name, Turn turn)
{
  g_autoptr (SatchelRecord) before = look_up (desk), after = satchel_record_copy (before);
  const SatchelField *field = satchel_entity_find_field (before->entity, name);
  g_autoptr (SatchelValue) value = make (field, turn);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;

  satchel_record_set (after, field, value);
  changes = satchel_exchange_list_changes (before, after);
  set = satchel_session_update (desk->device.session, before->entity, before->id, changes, &error);
  g_assert_no_error (error);
}

/* The item as another program would leave it. */
static void
change_there (Desk *desk, const char *name, Turn turn)
{
  const SatchelMirrorKind *kind = &satchel_mirror_kinds[desk->kind];
  const char *old = g_hash_table_lookup (desk->table.items, device_id ("r"));
  g_autoptr (GPtrArray) records = NULL,
                        known = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (SatchelValue) value = NULL;
  const SatchelField *field;
  SatchelRecord *record;

  g_assert_nonnull (old);
  g_ptr_array_add (known, look_up (desk));
  records = kind->read (desk->exchange, old, device_id ("r"), known, &error);
  g_assert_no_error (error);
  record = records->pdata[0];
  field = satchel_entity_find_field (record->entity, name);
  value = make (field, turn);
  satchel_record_set (record, field, value);
  text = kind->write (desk->exchange, records, device_id ("r"), old, &error);
  g_assert_no_error (error);
  if (g_str_equal (text, old))
    g_error ("%s of %s is not written", name, kind->entity);
  desk_put (desk, device_id ("r"), text);
}

static void
assert_value (Desk *desk, const char *name, Turn turn)
{
  g_autoptr (SatchelRecord) record = look_up (desk);
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) wanted = make (field, turn);
  g_autofree char *want = satchel_value_to_text (field, wanted);
  g_autofree char *have = satchel_value_to_text (field, satchel_record_get (record, field));

  if (!satchel_value_equal (wanted, satchel_record_get (record, field)))
    g_error ("%s is “%s”, not “%s”", name, have, want);
}

/* Both sides say the same of every field. */
static void
assert_agreed (Desk *desk)
{
  const SatchelMirrorKind *kind = &satchel_mirror_kinds[desk->kind];
  g_autoptr (SatchelRecord) record = look_up (desk);
  g_autoptr (GPtrArray) known = g_ptr_array_new (), records = NULL, changes = NULL;

  g_ptr_array_add (known, record);
  records = kind->read (desk->exchange, g_hash_table_lookup (desk->table.items, device_id ("r")),
                        device_id ("r"), known, NULL);
  changes = satchel_exchange_list_changes (record, records->pdata[0]);
  for (guint i = 0; i < changes->len; i++)
    g_error ("%s differs", ((SatchelFieldValue *)changes->pdata[i])->field->name);
}

/* The same field: what was written there stands, as an edit of what was seen there. */
static void
test_same (gconstpointer data)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  Desk desk;

  start (&desk, GPOINTER_TO_UINT (data), fields);
  for (guint i = 0; i < fields->len; i++) {
    change_here (&desk, fields->pdata[i], HERE);
    change_there (&desk, fields->pdata[i], THERE);
    desk_run (&desk);
    assert_value (&desk, fields->pdata[i], THERE);
    assert_agreed (&desk);
    desk_assert_rest (&desk);
  }
  desk_teardown (&desk);
}

/* Each with the next: both stand. */
static void
test_two (gconstpointer data)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  Desk desk;

  start (&desk, GPOINTER_TO_UINT (data), fields);
  for (guint i = 0; i < fields->len; i++) {
    const char *next = fields->pdata[(i + 1) % fields->len];
    const Turn there = i + 1 < fields->len ? THERE : FIRST; /* the first one holds what was written here */

    change_here (&desk, fields->pdata[i], HERE);
    change_there (&desk, next, there);
    desk_run (&desk);
    assert_value (&desk, fields->pdata[i], HERE);
    assert_value (&desk, next, there);
    assert_agreed (&desk);
    desk_assert_rest (&desk);
  }
  desk_teardown (&desk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint kind = 0; kind < SATCHEL_MIRROR_N_KINDS; kind++) {
    g_autofree char *same = g_strdup_printf ("/eds/both-sides/same-%s", satchel_mirror_kinds[kind].entity);
    g_autofree char *two = g_strdup_printf ("/eds/both-sides/two-%s", satchel_mirror_kinds[kind].entity);

    g_test_add_data_func (same, GUINT_TO_POINTER (kind), test_same);
    g_test_add_data_func (two, GUINT_TO_POINTER (kind), test_two);
  }
  return g_test_run ();
}
