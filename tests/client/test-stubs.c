/* Titles of what is not carried, and what the server takes back: of neither remains more than it should.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/replica/stubs.h"
#include "tests/client/device.h"

#define ACCOUNTS                                                                                             \
  "{'entity':'account','columns':['id','s','name','city','revenue','parent','owner','unit'],'whole':true}"
#define CONTACTS "{'entity':'contact','columns':['id','s','last_name','account','owner','unit'],'whole':true}"
#define TASKS    "{'entity':'task','columns':['id','s','subject','regarding','owner','unit'],'whole':true}"
#define SECRET   "Quixotry"

static void
assert_name (Device *device, const char *entity, const char *name, const char *expected)
{
  g_autofree char *title = satchel_replica_dup_name (entity, device_id (name), device->replica);

  g_assert_cmpstr (title, ==, expected);
}

/* ---- stubs ---- */

/* A contact and a task that name accounts which are not carried. */
static void
setup_stubs (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, CONTACTS, "['~c1~',11,'Pop','~a1~','user:~me~','~unit~']",
               "['~c2~',12,'Ionescu','~a2~','user:~me~','~unit~']", TASKS,
               "['~t1~',13,'Call','account:~a1~','user:~me~','~unit~']", "{'entity':'account','stubs':true}",
               "['~a1~','Acme']", "['~a2~','Ștefan SRL']", NULL);
}

static void
test_names (void)
{
  Device device;

  setup_stubs (&device);
  assert_name (&device, "account", "a1", "Acme");
  assert_name (&device, "account", "a2", "Ștefan SRL");
  assert_name (&device, "contact", "a1", NULL); /* not of another entity */
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 0);
  device_pull (&device, 30, "{'entity':'account','stubs':true}", "['~a1~','Acme AG']", NULL);
  assert_name (&device, "account", "a1", "Acme AG");
  device_reopen (&device);
  assert_name (&device, "account", "a1", "Acme AG");
  device_teardown (&device);
}

static void
test_record_replaces_stub (void)
{
  Device device;

  setup_stubs (&device);
  device_pull (&device, 30, ACCOUNTS, "['~a1~',21,'Acme',null,null,null,'user:~me~','~unit~']", NULL);
  g_assert_cmpint (device_rows (&device, "stub"), ==, 1);
  /* It leaves; nobody said that it may still be known. */
  device_pull (&device, 40, "{'entity':'account','gone':true}", "['~a1~',31,'left']", NULL);
  assert_name (&device, "account", "a1", NULL);
  /* It leaves, and comes as a stub in the same stream. */
  device_pull (&device, 50, ACCOUNTS, "['~a1~',41,'Acme',null,null,null,'user:~me~','~unit~']", NULL);
  device_pull (&device, 60, "{'entity':'account','gone':true}", "['~a1~',51,'left']",
               "{'entity':'account','stubs':true}", "['~a1~','Acme']", NULL);
  assert_name (&device, "account", "a1", "Acme");
  /* A stub of what one may not read any more goes like a row. */
  device_pull (&device, 70, "{'entity':'account','gone':true}", "['~a2~',61,'left']", NULL);
  assert_name (&device, "account", "a2", NULL);
  device_teardown (&device);
}

static void
test_collect (void)
{
  Device device;

  setup_stubs (&device);
  /* Another row still names it, through a lookup of several targets. */
  device_pull (&device, 30, "{'entity':'contact','columns':['id','s','account'],'whole':false}",
               "['~c1~',21,null]", NULL);
  assert_name (&device, "account", "a1", "Acme");
  device_pull (&device, 40, "{'entity':'task','gone':true}", "['~t1~',31,'deleted']", NULL);
  assert_name (&device, "account", "a1", NULL);
  assert_name (&device, "account", "a2", "Ștefan SRL");
  device_pull (&device, 50, CONTACTS, "['~c2~',41,'Ionescu',null,'user:~me~','~unit~']", NULL);
  g_assert_cmpint (device_rows (&device, "stub"), ==, 0);
  device_teardown (&device);
}

/* A pending edit hides a name; were it refused, the name would be needed again. */
static void
test_collect_under_edit (void)
{
  Device device;

  setup_stubs (&device);
  WRITE (device_set (&device, "contact", "c2", &problem, "account", device_id ("a1"), NULL));
  device_pull (&device, 30, "{'entity':'task','columns':['id','s','regarding'],'whole':false}",
               "['~t1~',21,null]", "{'entity':'contact','columns':['id','s','account'],'whole':false}",
               "['~c1~',22,null]", NULL);
  assert_name (&device, "account", "a1", "Acme");
  assert_name (&device, "account", "a2", "Ștefan SRL");
  device_push_applied (&device, 1, 31);
  device_pull (&device, 31, "{'entity':'contact','columns':['id','s','account'],'whole':false}",
               "['~c2~',31,'~a1~']", NULL);
  assert_name (&device, "account", "a1", "Acme");
  assert_name (&device, "account", "a2", NULL);
  device_teardown (&device);
}

static void
test_sweep (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  setup_stubs (&device);
  device_pull (&device, 30, "{'entity':'account','stubs':true}", "['~a9~','Unnamed']", NULL);
  assert_name (&device, "account", "a9", "Unnamed");
  g_assert_true (satchel_database_begin (satchel_replica_get_database (device.replica), &error));
  g_assert_true (
      satchel_stubs_sweep (satchel_replica_get_database (device.replica), device.registry, &error));
  g_assert_true (satchel_database_commit (satchel_replica_get_database (device.replica), &error));
  assert_name (&device, "account", "a9", NULL);
  g_assert_cmpint (device_rows (&device, "stub"), ==, 2);
  device_pull (&device, 40, "{'stubs':'clear'}", "{'entity':'account','stubs':true}", "['~a1~','Acme']",
               NULL);
  g_assert_cmpint (device_rows (&device, "stub"), ==, 1);
  /* A reset leaves none either. */
  device_pull_with (&device, "{'reset':true}", 50, NULL);
  g_assert_cmpint (device_rows (&device, "stub"), ==, 0);
  device_teardown (&device);
}

/* What one may read one may name. */
static void
test_reference (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  setup_stubs (&device);
  WRITE (device_create (&device, "contact", "c9", &problem, "last_name", "New", "account", device_id ("a1"),
                        NULL));
  g_assert_null (device_create (&device, "contact", "c8", &error, "last_name", "New", "account",
                                device_id ("a7"), NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE);
  device_teardown (&device);
}

/* ---- what is taken back ---- */

static gboolean
file_holds (const char *path, const char *text)
{
  g_autofree char *bytes = NULL;
  gsize length;

  return g_file_get_contents (path, &bytes, &length, NULL) &&
         memmem (bytes, length, text, strlen (text)) != NULL;
}

/* Also in what is free, in the log, and in whatever else lies in the profile. The search index holds words in
 * lower case. */
static gboolean
profile_holds (Device *device, const char *text)
{
  const char *directory = satchel_session_get_directory (device->session);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autofree char *lower = g_ascii_strdown (text, -1);
  gboolean holds = FALSE;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);

    if (!g_str_has_suffix (name, "-shm"))
      holds |= file_holds (path, text) || file_holds (path, lower);
  }
  return holds;
}

/* Prefix compression tears words apart in the index, so that it is asked as well. */
static gint64
count_words (Device *device, const char *entity)
{
  g_autofree char *sql = g_strdup_printf (
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_%s USING fts5vocab('main', 'x_%s', 'row')", entity,
      entity);
  g_autofree char *count =
      g_strdup_printf ("SELECT count(*) FROM temp.words_%s WHERE term LIKE '%%quixotry%%'", entity);
  SatchelDatabase *database = satchel_replica_get_database (device->replica);
  g_autoptr (GError) error = NULL;
  SatchelStatement *statement;
  gint64 n;

  g_assert_true (satchel_database_execute (database, sql, &error));
  g_assert_no_error (error);
  statement = satchel_database_prepare (database, count, &error);
  g_assert_true (satchel_statement_take_integer (statement, 0, &n, &error));
  return n;
}

static void
keep_history (Device *device, const char *record, const char *cursor, const char *word)
{
  g_autofree char *text = g_strdup_printf ("{\"history\":[{\"old\":\"%s\"}]}", word);
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_replica_keep_history (device->replica, device_entity (device, "account"),
                                               device_id (record), cursor, text, &error));
  g_assert_no_error (error);
}

static void
setup_secret (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'" SECRET " One','Cluj',100,null,'user:~me~','~unit~']",
               "['~a2~',12,'Plain','" SECRET "',200,'~a1~','user:~me~','~unit~']", CONTACTS,
               "['~c1~',13,'Pop','~a1~','user:~me~','~unit~']", NULL);
  keep_history (device, "c9", NULL, "of what is not here");
  keep_history (device, "a1", "1.19.old", "of before the last pull");
  g_assert_false (profile_holds (device, "of what is not here"));
  g_assert_false (profile_holds (device, "of before the last pull"));
  keep_history (device, "a1", satchel_replica_peek_meta (device->replica, "cursor"), SECRET);
  g_assert_true (profile_holds (device, SECRET));
  g_assert_cmpint (count_words (device, "account"), >, 0);
}

static void
test_gone_without_trace (void)
{
  Device device;

  setup_secret (&device);
  device_pull (&device, 30, "{'entity':'account','gone':true}", "['~a1~',21,'left']", "['~a2~',22,'left']",
               NULL);
  g_assert_cmpint (count_words (&device, "account"), ==, 0);
  g_assert_cmpint (device_rows (&device, "history"), ==, 0);
  g_assert_false (profile_holds (&device, SECRET));
  device_assert_shown (&device, "contact", "c1", "last_name", "Pop");
  device_teardown (&device);
}

static void
test_clear (void)
{
  Device device;
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;
  SatchelPullResult result;

  setup_secret (&device);
  pull_begin (&pull, NULL);
  pull_line (&pull, "{'entity':'account','clear':true}");
  pull_line (&pull, ACCOUNTS);
  pull_line (&pull, "['~a3~',21,'Neu',null,null,null,'user:~me~','~unit~']");
  pull_line (&pull, "{'entity':'account','stubs':true}");
  pull_line (&pull, "['~a1~','Named']");
  pull_end (&pull, 30);
  g_assert_true (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.rows, ==, 1);
  g_assert_cmpint (result.removed, ==, 1); /* two went, one came */
  g_assert_false (result.reset);
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 1);
  g_assert_cmpint (device_rows (&device, "e_contact"), ==, 1);
  assert_name (&device, "account", "a1", "Named");
  found = device_find (&device, "account", "neu", NULL);
  g_assert_cmpstr (found, ==, "Neu");
  g_assert_cmpint (count_words (&device, "account"), ==, 0);
  g_assert_false (profile_holds (&device, SECRET));
  /* The table has its indexes again: the same id twice is one row. */
  device_pull (&device, 40, ACCOUNTS, "['~a3~',31,'Neuer',null,null,null,'user:~me~','~unit~']", NULL);
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 1);
  device_teardown (&device);
}

static char *
parked_text (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = satchel_outbox_list (device->outbox, 1 << SATCHEL_SET_PARKED, -1, &error);
  const SatchelQueuedSet *queued;
  const SatchelChange *change;

  g_assert_no_error (error);
  g_assert_cmpint (sets->len, ==, 1);
  queued = g_ptr_array_index (sets, 0);
  change = g_ptr_array_index (queued->set->changes, 0);
  return satchel_json_print (((SatchelEdit *)g_ptr_array_index (change->edits, 0))->value);
}

/* The edit of a revoked record: the record goes, what was typed stays, first waiting, then refused. A draft
 * stays shown. */
static void
test_edits_on_revoked (gconstpointer clear)
{
  Device device;
  g_autofree char *text = NULL;

  setup_secret (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Typed here", NULL));
  WRITE (device_create (&device, "account", "a5", &problem, "name", "Draft", NULL));
  if (clear != NULL)
    device_pull (&device, 30, "{'entity':'account','clear':true}", NULL);
  else
    device_pull (&device, 30, "{'entity':'account','gone':true}", "['~a1~',21,'left']", "['~a2~',22,'left']",
                 NULL);
  device_assert_shown (&device, "account", "a1", "name", NULL);
  device_assert_base (&device, "account", "a1", "name", NULL);
  device_assert_shown (&device, "account", "a5", "name", "Draft");
  g_assert_false (profile_holds (&device, SECRET));
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 2);

  {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPush) push = satchel_outbox_next_push (device.outbox, &error);
    g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();

    g_assert_no_error (error);
    for (guint i = 0; i < push->sets->len; i++) {
      const SatchelChangeSet *set = g_ptr_array_index (push->sets, i);
      SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

      outcome->uuid = g_strdup (set->uuid);
      outcome->number = set->number;
      outcome->state = i == 0 ? SATCHEL_OUTCOME_PARKED : SATCHEL_OUTCOME_APPLIED;
      outcome->code = i == 0 ? SATCHEL_ERROR_FORBIDDEN : 0;
      outcome->reason = i == 0 ? g_strdup ("not yours any more") : NULL;
      outcome->s = i == 0 ? 0 : 31;
      g_ptr_array_add (answer->outcomes, outcome);
    }
    g_assert_true (satchel_outbox_take_answer (device.outbox, answer, &error));
    g_assert_no_error (error);
  }
  device_assert_shown (&device, "account", "a1", "city", NULL);
  text = parked_text (&device);
  g_assert_cmpstr (text, ==, "\"Typed here\"");
  device_teardown (&device);
}

/* A class is lost: its fields are empty in rows, kept rows, what lies on top, search and history; the typed
 * text stays. */
static void
test_erase (void)
{
  Device device;
  g_autofree char *found = NULL;

  setup_secret (&device);
  device_pull (&device, 25, "{'entity':'account','columns':['id','s','name'],'whole':false}",
               "['~a1~',24,'One']", NULL);
  WRITE (device_set (&device, "account", "a1", &problem, "revenue", "777", "phone", "123", NULL));
  device_pull (&device, 30, "{'entity':'account','erase':['city','revenue','later']}",
               "{'entity':'spaceship','erase':['warp']}", NULL);
  device_assert_shown (&device, "account", "a1", "revenue", "");
  device_assert_shown (&device, "account", "a1", "phone", "123");
  device_assert_base (&device, "account", "a1", "revenue", "");
  device_assert_shown (&device, "account", "a2", "city", "");
  device_assert_shown (&device, "account", "a2", "name", "Plain");
  g_assert_cmpint (count_words (&device, "account"), ==, 0);
  found = device_find (&device, "account", "plain", NULL);
  g_assert_cmpstr (found, ==, "Plain");
  g_assert_cmpint (device_rows (&device, "history"), ==, 0);
  device_push_parked (&device, SATCHEL_ERROR_FIELD_FORBIDDEN, "revenue");
  device_assert_shown (&device, "account", "a1", "phone", "");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  g_assert_false (profile_holds (&device, SECRET));
  /* And gained again: those columns of every row. */
  device_pull (&device, 40, "{'entity':'account','columns':['id','s','city'],'whole':false}",
               "['~a1~',24,'Cluj']", "['~a2~',12,'Arad']", NULL);
  device_assert_shown (&device, "account", "a2", "city", "Arad");
  device_teardown (&device);
}

/* While somebody reads, the log cannot be emptied; the next pull does it. */
static void
test_scrub_later (void)
{
  Device device;
  SatchelDatabase *reader;
  SatchelStatement *statement;
  g_autoptr (GError) error = NULL;
  gboolean row;

  setup_secret (&device);
  reader = satchel_database_open (satchel_database_get_path (satchel_replica_get_database (device.replica)),
                                  SATCHEL_DATABASE_READ_ONLY, &error);
  g_assert_no_error (error);
  statement = satchel_database_prepare (reader, "SELECT id FROM e_account", &error);
  g_assert_true (satchel_statement_step (statement, &row, &error));
  device_pull (&device, 30, "{'entity':'account','clear':true}", NULL);
  g_assert_cmpstr (satchel_replica_peek_meta (device.replica, "remains"), ==, "1");
  satchel_statement_reset (statement);
  satchel_database_close (reader);
  device_pull (&device, 31, NULL);
  g_assert_null (satchel_replica_peek_meta (device.replica, "remains"));
  g_assert_false (profile_holds (&device, SECRET));
  device_teardown (&device);
}

/* Titles go without a trace, too: all at once, or the one that nothing names any more. */
static void
test_titles_without_trace (gconstpointer all)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  device_pull (&device, 20, CONTACTS, "['~c1~',13,'Pop','~a1~','user:~me~','~unit~']",
               "{'entity':'account','stubs':true}", "['~a1~','" SECRET " One']", NULL);
  g_assert_true (profile_holds (&device, SECRET));
  if (all != NULL)
    device_pull (&device, 21, "{'stubs':'clear'}", NULL);
  else
    device_pull (&device, 21, CONTACTS, "['~c1~',21,'Pop',null,'user:~me~','~unit~']", NULL);
  g_assert_false (profile_holds (&device, SECRET));
  device_teardown (&device);
}

/* Made here, applied at the server, and not for us: no filter chooses it, so no pull says a word of it. */
static void
test_made_and_not_carried (void)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  WRITE (device_create (&device, "account", "a1", &problem, "name", SECRET " One", "owner",
                        device_user ("me"), NULL));
  device_push_applied (&device, 1, 21);
  device_assert_shown (&device, "account", "a1", "name", SECRET " One");
  g_assert_true (profile_holds (&device, SECRET));
  device_pull (&device, 21, NULL);
  device_assert_shown (&device, "account", "a1", "name", NULL);
  /* The set is kept for a server that might be restored; then nothing is left. */
  device_pull_with (&device, "{'reset':false,'restored_s':-1,'backed_up_s':22}", 22, NULL);
  g_assert_cmpint (count_words (&device, "account"), ==, 0);
  g_assert_false (profile_holds (&device, SECRET));
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/stubs/names", test_names);
  g_test_add_func ("/client/stubs/record-replaces-stub", test_record_replaces_stub);
  g_test_add_func ("/client/stubs/collect", test_collect);
  g_test_add_func ("/client/stubs/collect-under-edit", test_collect_under_edit);
  g_test_add_func ("/client/stubs/sweep", test_sweep);
  g_test_add_func ("/client/stubs/reference", test_reference);
  g_test_add_func ("/client/withdraw/gone", test_gone_without_trace);
  g_test_add_func ("/client/withdraw/clear", test_clear);
  g_test_add_data_func ("/client/withdraw/edits-on-gone", NULL, test_edits_on_revoked);
  g_test_add_data_func ("/client/withdraw/edits-on-cleared", "clear", test_edits_on_revoked);
  g_test_add_func ("/client/withdraw/erase", test_erase);
  g_test_add_func ("/client/withdraw/scrub-later", test_scrub_later);
  g_test_add_data_func ("/client/withdraw/titles-cleared", "all", test_titles_without_trace);
  g_test_add_data_func ("/client/withdraw/titles-unnamed", NULL, test_titles_without_trace);
  g_test_add_func ("/client/withdraw/made-and-not-carried", test_made_and_not_carried);
  return g_test_run ();
}
