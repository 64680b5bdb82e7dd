/* Mail1 and what the user may not see, what strangers send, and what goes on meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "client/agent/mail/clerk.h"
#include "tests/client/mail-office.h"

/* ---- rights ---- */

/* What may not be seen and what is not there are refused alike, and nothing comes of it. */
static void
refuse_to_regard (Office *office, const char *contact)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      office_track_file (office, office_put_file (office_stranger, strlen (office_stranger)),
                         office_regarding ("contact", contact), &error);
  g_autoptr (GError) absent = NULL;
  g_autoptr (GVariant) none =
      office_track_file (office, office_put_file (office_stranger, strlen (office_stranger)),
                         office_regarding ("contact", "never-there"), &absent);

  g_assert_null (answer);
  g_assert_null (none);
  g_assert_nonnull (error);
  g_assert_error (absent, error->domain, error->code);
  g_assert_null (office_state (office, "State", "hello@elsewhere.example"));
  g_free (office_track (office, office_offer, NULL, FALSE));
  office_refuse (office, error->code, "SetRegarding", "(ssss)", PROFILE, "offer@example.com", "contact",
                 device_id (contact));
}

/* The server took it back: nothing tells any more that it ever was. */
static void
test_rights (void)
{
  static const char *const ion[] = { "ion@example.com", NULL };
  g_autoptr (GVariant) before = NULL, after = NULL, suggested = NULL, list = NULL;
  Office office;

  office_open (&office);
  before = office_ask (&office, "Pane", "(s^as)", PROFILE, ion);
  g_variant_unref (office_list (before, 0, 1));
  g_variant_unref (office_list (before, 1, 1));
  g_variant_unref (office_list (before, 2, 1));
  device_pull (&office.device, 30, "{'entity':'contact','gone':true}", "['~ion~',30,'left']",
               "{'entity':'opportunity','gone':true}", "['~else~',30,'left']",
               "{'entity':'task','gone':true}", "['~ours~',30,'left']", NULL);
  after = office_ask (&office, "Pane", "(s^as)", PROFILE, ion);
  for (guint i = 0; i < 3; i++)
    g_variant_unref (office_list (after, i, 0));
  suggested = office_ask (&office, "Suggest", "(s^ass)", PROFILE, ion, "digger");
  list = g_variant_get_child_value (suggested, 0);
  for (guint i = 0; i < g_variant_n_children (list); i++)
    g_assert_cmpstr (office_suggestion (list, i), !=, device_id ("else"));
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Link", "(sss)", PROFILE, "contact", device_id ("ion"));
  refuse_to_regard (&office, "ion");
  office_close (&office);
}

/* ---- strangers ---- */

static void
refuse_file (Office *office, int descriptor, SatchelErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = office_track_file (office, descriptor, NULL, &error);

  g_assert_null (answer);
  g_assert_error (error, SATCHEL_ERROR, (int)code);
}

static void
refuse_option (Office *office, const char *name, GVariant *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert_value (&options, name, value);
  answer = office_track_file (office, office_put_file (office_offer, strlen (office_offer)),
                              g_variant_dict_end (&options), &error);
  g_assert_null (answer);
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, SATCHEL_ERROR);
}

static void
test_hostile_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) none = NULL;
  g_autofree char *kept = NULL;
  static const guint8 noise[] = { 0, 255, 254, 10, 0, 128, 13, 10 };
  int ends[2], large, hole;
  Office office;

  office_open (&office);
  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  refuse_file (&office, ends[0], SATCHEL_ERROR_INVALID); /* nobody writes, and nobody waits */
  close (ends[1]);
  refuse_file (&office, open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), SATCHEL_ERROR_INVALID);
  refuse_file (&office, open ("/dev/zero", O_RDONLY | O_CLOEXEC), SATCHEL_ERROR_INVALID);
  refuse_file (&office, office_put_file ("", 0), SATCHEL_ERROR_INVALID);
  refuse_file (&office, office_put_file (noise, sizeof noise), SATCHEL_ERROR_INVALID);
  large = office_put_file ("", 0);
  g_assert_cmpint (ftruncate (large, (off_t)65 * 1024 * 1024), ==, 0);
  refuse_file (&office, large, SATCHEL_ERROR_TOO_LARGE);
  hole = open (office.device.dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600); /* cannot be read */
  if (hole >= 0) {
    g_assert_cmpint (write (hole, "x", 1), ==, 1);
    refuse_file (&office, hole, SATCHEL_ERROR_INVALID);
  }
  /* A number without a file. */
  none = office_call_as (
      office.caller, &office, "Track",
      g_variant_new ("(sh@a{sv})", PROFILE, 7, g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0)), NULL,
      &error);
  g_assert_null (none);
  g_assert_nonnull (error);

  refuse_option (&office, "no-such", g_variant_new_boolean (TRUE));
  refuse_option (&office, "regarding", g_variant_new_string ("account"));
  refuse_option (&office, "regarding", g_variant_new ("(ss)", "account", "../../x"));
  refuse_option (&office, "regarding", g_variant_new ("(ss)", "no_such", device_id ("acme")));
  refuse_option (&office, "regarding", g_variant_new ("(ss)", "user", device_id ("me")));
  refuse_option (&office, "direction", g_variant_new_string ("sideways"));
  refuse_option (&office, "attachments", g_variant_new_int32 (3));
  refuse_option (&office, "attachments", g_variant_new_strv ((const char *const[]){ "none.pdf" }, 1));
  g_assert_cmpint (device_count (&office.device, SATCHEL_SET_PENDING), ==, 0);
  kept = office_track (&office, office_offer, NULL, FALSE); /* it goes on */
  office_close (&office);
}

static void
test_hostile_texts (void)
{
  g_autofree char *megabyte = g_strnfill (1024 * 1024, 'x'), *line = g_strnfill (3000, 'x');
  g_autofree const char **many = g_new0 (const char *, 10001), **some = g_new0 (const char *, 2001);
  const char *odd[] = { "",
                        "<>",
                        " ",
                        "\n",
                        "<a b@c>",
                        "'; DROP TABLE e_email; --",
                        "\"",
                        "*",
                        "%",
                        megabyte,
                        line,
                        "\xef\xbf\xbd",
                        "\xe2\x80\xae",
                        NULL };
  g_autoptr (GVariant) states = NULL, items = NULL, pane = NULL, suggested = NULL, full = NULL;
  g_autofree char *id = NULL;
  Office office;

  for (guint i = 0; i < 10000; i++)
    many[i] = "<a@b>";
  for (guint i = 0; i < 2000; i++)
    some[i] = i % 2 == 0 ? "<offer@example.com>" : "<none@example.com>";
  office_open (&office);
  id = office_track (&office, office_offer, NULL, FALSE);
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "State", "(s^as)", PROFILE, many);
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "ItemState", "(s^as)", PROFILE, many);
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "Pane", "(s^as)", PROFILE, many);
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "Suggest", "(s^ass)", PROFILE, many, "");
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "Untrack", "(ss)", PROFILE, megabyte);
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "State", "(s^as)", megabyte, odd);
  office_refuse (&office, SATCHEL_ERROR_TOO_LARGE, "SetRule", "(sss)", PROFILE, "folder", megabyte);
  states = office_ask (&office, "State", "(s^as)", PROFILE, odd);
  g_variant_unref (office_list (states, 0, 0));
  items = office_ask (&office, "ItemState", "(s^as)", PROFILE, odd);
  g_variant_unref (office_list (items, 0, 0));
  full = office_ask (&office, "State", "(s^as)", PROFILE, some);
  pane = office_ask (&office, "Pane", "(s^as)", PROFILE, odd);
  for (guint i = 0; i < 3; i++)
    g_variant_unref (office_list (pane, i, 0));
  for (guint i = 0; odd[i] != NULL; i++) {
    if (odd[i] == megabyte)
      continue;
    g_clear_pointer (&suggested, g_variant_unref);
    suggested = office_ask (&office, "Suggest", "(s^ass)", PROFILE, odd, odd[i]);
    office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Link", "(sss)", PROFILE, odd[i], odd[i]);
    office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "Link", "(sss)", PROFILE, "contact", odd[i]);
    office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "SetItemRegarding", "(ssss)", PROFILE, odd[i], "", "");
    office_refuse (&office, SATCHEL_ERROR_INVALID, "Convert", "(sss)", PROFILE, "offer@example.com", odd[i]);
  }
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "GetRule", "(s)", "nobody");
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "GetRule", "(s)", "../test");
  office_refuse (&office, SATCHEL_ERROR_NOT_FOUND, "GetRule", "(s)", "/etc");
  office_close (&office);
}

/* A message with all that is wrong and nothing to be found by. */
static void
test_hostile_messages (void)
{
  static const char *const messages[] = {
    "Subject: without any id\r\n\r\ntext\r\n",
    "From: \xff\xfe <a@b>\r\nSubject: \xc3\x28\r\nMessage-ID: <odd@example.com>\r\n\r\n\xff\xff\r\n",
    "Message-ID: <\r\nSubject: a\r\n\r\n",
    "Message-ID: <offer@example.com> <second@example.com>\r\nReferences: <<<>>>\r\nSubject: b\r\n\r\nb",
  };
  Office office;

  office_open (&office);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) answer =
        office_track_file (&office, office_put_file (messages[i], strlen (messages[i])), NULL, &error);

    /* Tracked or refused for a reason; never a crash or somebody else's error. */
    g_assert_true ((answer != NULL) != (error != NULL));
    if (error != NULL)
      g_assert_cmpint (error->domain, ==, SATCHEL_ERROR);
  }
  office_close (&office);
}

/* ---- what goes on meanwhile ---- */

static GHashTable *
records_of (const char *entity, const char *id)
{
  GHashTable *records =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  if (id != NULL)
    g_ptr_array_add (ids, g_strdup (id));
  g_hash_table_insert (records, (gpointer)entity, ids);
  return records;
}

static void
tell (Office *office, const char *entity, const char *id, const char *expected)
{
  g_autoptr (GHashTable) records = records_of (entity, id);
  const guint before = office->signals->len;

  satchel_mail_service_tell_changed (office->service, PROFILE, records);
  while (office->signals->len == before)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (office->signals->pdata[before], ==, expected);
}

static void
test_signals (void)
{
  g_autoptr (GHashTable) unheard = NULL;
  g_autofree char *id = NULL, *item = NULL;
  Office office;

  office_open (&office);
  unheard = records_of ("email", NULL);
  satchel_mail_service_tell_changed (office.service, PROFILE, unheard); /* to nobody */
  id = office_track (&office, office_offer, NULL, FALSE);
  g_assert_cmpuint (office.signals->len, ==, 0);
  tell (&office, "email", id, "MessagesChanged offer@example.com");
  tell (&office, "email", NULL, "MessagesChanged ");
  tell (&office, "email", device_id ("nobody"), "MessagesChanged ");
  item = office_track_item (&office, OFFICE_EVENT ("", "Visit"), NULL, "appointment");
  tell (&office, "appointment", item, "ItemsChanged meeting-1");
  tell (&office, "task", NULL, "ItemsChanged ");
  satchel_mail_service_tell_changed (office.service, PROFILE, NULL);
  while (office.signals->len < 7)
    g_main_context_iteration (NULL, TRUE);
  office_close (&office);
}

/* Another program writes for long: questions are answered meanwhile, and a write waits its turn. */
static void
test_busy (void)
{
  static const char *const ana[] = { "ana@example.com", NULL };
  g_autoptr (GVariant) pane = NULL, written = NULL;
  g_autoptr (GError) error = NULL;
  SatchelDatabase *database;
  GAsyncResult *started;
  g_autoptr (GAsyncResult) result = NULL;
  Office office;

  office_open (&office);
  database = satchel_replica_get_database (office.device.replica);
  office_forget (office_ask (&office, "GetRule", "(s)", PROFILE));
  g_assert_true (satchel_database_begin (database, &error));
  pane = office_ask (&office, "Pane", "(s^as)", PROFILE, ana);
  office_begin_as (office.caller, &office, "CreateFor",
                   g_variant_new ("(ssss)", PROFILE, "contact", "Max Muster", "max@elsewhere.example"), NULL,
                   &started);
  g_assert_true (g_dbus_connection_flush_sync (office.caller, NULL, &error));
  g_assert_true (satchel_database_commit (database, &error));
  result = office_wait (&started);
  written = g_dbus_connection_call_with_unix_fd_list_finish (office.caller, NULL, result, &error);
  g_assert_no_error (error);
  office_close (&office);
}

/* Every call is answered, whether it was done or not. */
static void
test_stops (void)
{
  static const char *const ana[] = { "ana@example.com", NULL };
  GAsyncResult *started[40] = { NULL };
  guint done = 0, cancelled = 0;
  Office office;

  office_open (&office);
  office_forget (office_ask (&office, "GetRule", "(s)", PROFILE));
  for (guint i = 0; i < G_N_ELEMENTS (started); i++)
    office_begin_as (office.caller, &office, "Pane", g_variant_new ("(s^as)", PROFILE, ana), NULL,
                     &started[i]);
  g_assert_true (g_dbus_connection_flush_sync (office.caller, NULL, NULL));
  while (started[0] == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&office.service, satchel_mail_service_free);
  for (guint i = 0; i < G_N_ELEMENTS (started); i++) {
    g_autoptr (GAsyncResult) result = office_wait (&started[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) answer =
        g_dbus_connection_call_with_unix_fd_list_finish (office.caller, NULL, result, &error);

    if (answer != NULL)
      done++;
    else if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED))
      cancelled++;
    else /* it came when the object was gone */
      g_assert_true (g_dbus_error_is_remote_error (error));
  }
  g_assert_cmpuint (done, >=, 1);
  g_test_message ("%u answered, %u cancelled", done, cancelled);
  office_close (&office);
}

static void
nothing_cb (SatchelSession *session, const GError *problem, gpointer data)
{
  GMutex *gate = data;

  if (gate == NULL)
    return;
  g_mutex_lock (gate);
  g_mutex_unlock (gate);
}

/* More than a person can mean are refused, not kept. */
static void
test_crowd (void)
{
  g_autoptr (SatchelClerk) clerk = NULL;
  g_autoptr (GError) error = NULL;
  GMutex gate;
  guint taken = 0;
  Office office;

  g_mutex_init (&gate);
  office_open (&office);
  clerk = satchel_clerk_new (office.device.dir, PROFILE, office.device.registry, satchel_clock_system ());
  g_mutex_lock (&gate);
  satchel_clerk_tell (clerk, nothing_cb, &gate);
  while (satchel_clerk_ask (clerk, nothing_cb, NULL, &error))
    taken++;
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);
  g_assert_cmpuint (taken, ==, SATCHEL_CLERK_MOST_WAITING);
  g_mutex_unlock (&gate);
  g_clear_pointer (&clerk, satchel_clerk_free);
  office_close (&office);
}

int
main (int argc, char **argv)
{
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");

  g_test_init (&argc, &argv, NULL);
  if (program == NULL) {
    g_print ("1..0 # SKIP dbus-daemon is not installed\n");
    return 0;
  }
  g_test_add_func ("/mail-strangers/rights", test_rights);
  g_test_add_func ("/mail-strangers/hostile-files", test_hostile_files);
  g_test_add_func ("/mail-strangers/hostile-texts", test_hostile_texts);
  g_test_add_func ("/mail-strangers/hostile-messages", test_hostile_messages);
  g_test_add_func ("/mail-strangers/signals", test_signals);
  g_test_add_func ("/mail-strangers/busy", test_busy);
  g_test_add_func ("/mail-strangers/stops", test_stops);
  g_test_add_func ("/mail-strangers/crowd", test_crowd);
  return g_test_run ();
}
