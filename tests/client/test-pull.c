/* What arrives: first load, changes, removals, search, and streams that are not as they should be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"

#include <gio/gunixinputstream.h>
#include <signal.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/error.h"
#include "tests/lib/chance.h"

#define ACCOUNTS                                                                                             \
  "{'entity':'account','columns':['id','s','name','phone','email','city','owner','unit'],'whole':true}"

static void
pull_accounts (Device *device)
{
  device_pull (
      device, 20, ACCOUNTS,
      "['~a1~',11,'Müller Werkzeuge','+40 721 123 456','info@mueller.de','Köln','user:~me~','~unit~']",
      "['~a2~',12,'北京重型机械有限公司','010-85868466',null,'北京','user:~you~','~unit~']",
      "['~a3~',13,'Țesături Ștefan SRL',null,'Ana.Pop@cluj.ro','Cluj','user:~me~','~unit~']", NULL);
}

static void
test_first (void)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  device_assert_shown (&device, "account", "a1", "name", "Müller Werkzeuge");
  device_assert_base (&device, "account", "a1", "name", "Müller Werkzeuge");
  device_reopen (&device);
  device_assert_shown (&device, "account", "a2", "city", "北京");
  g_assert_cmpstr (satchel_replica_peek_meta (device.replica, "cursor"), ==, "c20");
  device_teardown (&device);
}

static void
test_changes (void)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','city'],'whole':false}",
               "['~a1~',21,'Bonn']", "{'entity':'account','gone':true}", "['~a2~',22,'left']",
               /* whole: what is not named is empty afterwards */
               "{'entity':'account','columns':['id','s','name'],'whole':true}", "['~a3~',23,'Ștefan']", NULL);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_assert_shown (&device, "account", "a1", "name", "Müller Werkzeuge");
  device_assert_shown (&device, "account", "a2", "name", NULL);
  device_assert_shown (&device, "account", "a3", "name", "Ștefan");
  device_assert_shown (&device, "account", "a3", "city", "");
  device_teardown (&device);
}

static void
test_newer_server (void)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  device_pull (&device, 20, "{'entity':'spaceship','columns':['id','s','warp'],'whole':true}", "['~x~',11,9]",
               "{'entity':'account','columns':['id','shoe_size','s','name'],'whole':true}",
               "['~a1~',47,12,'Acme']", "{'entity':'spaceship','gone':true}", "['~y~',13,'deleted']", NULL);
  device_assert_shown (&device, "account", "a1", "name", "Acme");
  device_teardown (&device);
}

static void
assert_finds (Device *device, const char *typed, const char *expected)
{
  g_autofree char *found = device_find (device, "account", typed, NULL);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_search (void)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  assert_finds (&device, "重型", "北京重型机械有限公司"); /* two characters inside a name */
  assert_finds (&device, "型", "北京重型机械有限公司");
  assert_finds (&device, "型重", "");
  assert_finds (&device, "mull", "Müller Werkzeuge");
  assert_finds (&device, "WERK mü", "Müller Werkzeuge");
  assert_finds (&device, "tesatu", "Țesături Ștefan SRL");
  assert_finds (&device, "koln", "Müller Werkzeuge"); /* another field */
  assert_finds (&device, "eller", "");
  assert_finds (&device, "info@m", "Müller Werkzeuge"); /* an address, from its beginning */
  assert_finds (&device, "Ana.Pop", "Țesături Ștefan SRL");
  assert_finds (&device, "0721 123-456", "Müller Werkzeuge"); /* however a number is written */
  assert_finds (&device, "721123", "Müller Werkzeuge");
  assert_finds (&device, "85868466", "北京重型机械有限公司");
  assert_finds (&device, "\"*) OR (\"", "");
  assert_finds (&device, "!!!", "");
  assert_finds (&device, " ", "Müller Werkzeuge, Țesături Ștefan SRL, 北京重型机械有限公司");
  device_teardown (&device);
}

static void
test_search_follows (void)
{
  Device device;
  g_autofree char *uuid = NULL;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  uuid = device_set (&device, "account", "a1", NULL, "name", "Schmidt", NULL);
  g_assert_nonnull (uuid);
  assert_finds (&device, "mull", "");
  assert_finds (&device, "schm", "Schmidt");
  device_pull (&device, 30, "{'entity':'account','gone':true}", "['~a2~',22,'left']", NULL);
  assert_finds (&device, "重型", "");
  device_pull_with (&device, "{'reset':true,'restored_s':-1,'backed_up_s':0}", 40, ACCOUNTS,
                    "['~a4~',31,'Neu','',null,null,'user:~me~','~unit~']", NULL);
  assert_finds (&device, "neu", "Neu");
  assert_finds (&device, "tesatu", "");
  device_teardown (&device);
}

static void
test_where (void)
{
  Device device;
  g_autofree char *mine = NULL, *both = NULL;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  mine = device_find (&device, "account", NULL, "owner = me");
  g_assert_cmpstr (mine, ==, "Müller Werkzeuge, Țesături Ștefan SRL");
  both = device_find (&device, "account", "tes", "owner = me and city = \"Cluj\"");
  g_assert_cmpstr (both, ==, "Țesături Ștefan SRL");
  device_teardown (&device);
}

/* ---- streams that are not as they should be ---- */

static void
assert_nothing_changed (Device *device)
{
  g_assert_cmpint (device_rows (device, "e_account"), ==, 1);
  device_assert_shown (device, "account", "a1", "name", "Acme");
  g_assert_cmpstr (satchel_replica_peek_meta (device->replica, "cursor"), ==, "c20");
  assert_finds (device, "acme", "Acme");
}

static void
setup_one (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'Acme',null,null,null,'user:~me~','~unit~']", NULL);
}

/* At every byte in a long run; else a sample by the run's seed, which g_test prints. */
static gsize
cut_step (void)
{
  return g_getenv ("SATCHEL_TEST_LONG") != NULL ? 1 : (gsize)g_test_rand_int_range (1, 40);
}

static void
test_cut_anywhere (gconstpointer head)
{
  Device device;
  g_auto (PullText) pull = { 0 };

  setup_one (&device);
  pull_begin (&pull, head);
  pull_line (&pull, ACCOUNTS);
  pull_line (&pull, "['~a1~',21,'Ac\\u00e9',null,null,null,'user:~me~','~unit~']");
  pull_line (&pull, "['~a2~',22,'Two',null,null,null,'user:~me~','~unit~']");
  pull_line (&pull, "{'entity':'task','gone':true}");
  pull_line (&pull, "['~t1~',23,'deleted']");
  pull_end (&pull, 30);
  for (gsize length = 0; length < pull.text->len - 1; length += cut_step ()) {
    g_autoptr (GError) error = NULL;
    SatchelPullResult result;

    g_assert_false (device_try_pull (&device, pull.text->str, length, &result, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
    assert_nothing_changed (&device);
  }
  {
    g_autoptr (GError) error = NULL;
    SatchelPullResult result;

    g_assert_true (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
    g_assert_no_error (error);
    g_assert_cmpint (result.rows, ==, 2);
    g_assert_cmpint (result.removed, ==, 1);
    g_assert_cmpint (result.s, ==, 30);
  }
  device_assert_shown (&device, "account", "a1", "name", "Acé");
  device_teardown (&device);
}

static const char *const hostile[] = {
  /* values that a field cannot hold */
  ACCOUNTS "\n['~a2~',22,17,null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~','22','Two',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',-1,'Two',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',22,'Two',null,null,null,'nobody','~unit~']",
  ACCOUNTS "\n['x',22,'Two',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n[null,22,'Two',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',22.5,'Two',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',99999999999999999999,'Two',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',22,{},null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',22,'\\u0000',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',22,'\xff',null,null,null,'user:~me~','~unit~']",
  ACCOUNTS "\n['~a2~',22,'Two']",
  ACCOUNTS "\n['~a2~',22,'Two',null,null,null,'user:~me~','~unit~','more']",
  ACCOUNTS "\n['~a2~',22,'Two',null,null,null,'user:~me~','~unit~'],",
  "{'entity':'task','columns':['id','s','due'],'whole':true}\n['~t1~',22,'2025-02-30']",
  "{'entity':'task','columns':['id','s','completed_at'],'whole':true}\n['~t1~',22,9223372036854775807]",
  "{'entity':'account','columns':['id','s','blacklisted'],'whole':true}\n['~a2~',22,2]",
  /* sections */
  "['~a2~',22,'deleted']",
  "{'entity':'account','columns':['s','name'],'whole':true}",
  "{'entity':'account','columns':['id','name'],'whole':true}",
  "{'entity':'account','columns':['id','s','name','name'],'whole':true}",
  "{'entity':'account','columns':['id','s',3],'whole':true}",
  "{'entity':'account','columns':'id','whole':true}",
  "{'entity':'account','columns':['id','s']}",
  "{'entity':'account','gone':false}",
  "{'entity':'x; DROP TABLE meta','gone':true}",
  "{'entity':'account','columns':['id','s','name\\' = 1; --'],'whole':true}\n['~a2~',22]",
  "{}",
  "\n",
  "nonsense",
  "{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{}}}}}}}}}}}}}}}}}}",
  /* what is taken back */
  "{'entity':'account','clear':false}",
  "{'entity':'account','clear':1}",
  "{'clear':true}",
  "{'entity':'account','clear':true}\n['~a2~',22,'deleted']",
  "{'entity':'account','erase':'name'}",
  "{'entity':'account','erase':[3]}",
  "{'erase':['name']}",
  "{'stubs':'all'}",
  "{'stubs':true}",
  "{'entity':'account','stubs':false}\n['~a2~','Two']",
  "{'entity':'account','stubs':true}\n['~a2~',2]",
  "{'entity':'account','stubs':true}\n['a2','Two']",
  "{'entity':'account','stubs':true}\n['~a2~']",
  "{'stubs':'clear'}\n['~a2~','Two']",
  /* tails */
  "{'cursor':'','s':30,'rows':0}",
  "{'s':30,'rows':0}", /* the old cursor, but elsewhere */
  "{'cursor':'c30','s':30,'rows':1}",
  "{'cursor':'c30','s':-1,'rows':0}",
  "{'cursor':'c19','s':19,'rows':0}", /* goes back */
  "{'cursor':'c30','s':30,'rows':0}\n{'cursor':'c30','s':30,'rows':0}",
};

static void
test_hostile (void)
{
  Device device;

  setup_one (&device);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++) {
    g_auto (GStrv) lines = g_strsplit (hostile[i], "\n", -1);
    g_auto (PullText) pull = { 0 };
    g_autoptr (GError) error = NULL;
    SatchelPullResult result;

    pull_begin (&pull, NULL);
    for (guint j = 0; lines[j] != NULL; j++)
      pull_line (&pull, lines[j]);
    if (strstr (hostile[i], "rows") == NULL)
      pull_end (&pull, 30);
    g_test_message ("stream %u", i);
    g_assert_false (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
    g_assert_true (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID) ||
                   g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE));
    assert_nothing_changed (&device);
  }
  device_teardown (&device);
}

/* The replica is not what its cursor says: everything must be fetched anew. */
static void
test_changes_of_nothing (void)
{
  Device device;
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  setup_one (&device);
  pull_begin (&pull, NULL);
  pull_line (&pull, "{'entity':'account','columns':['id','s','name'],'whole':false}");
  pull_line (&pull, "['~a9~',22,'Nine']");
  pull_end (&pull, 30);
  g_assert_false (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CURSOR);
  assert_nothing_changed (&device);
  device_teardown (&device);
}

/* The same id twice in one load, where there is no index to notice it at once. */
static void
test_twice_in_load (void)
{
  Device device;
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  setup_one (&device);
  pull_begin (&pull, "{'reset':true,'restored_s':-1,'backed_up_s':0}");
  pull_line (&pull, ACCOUNTS);
  pull_line (&pull, "['~a2~',22,'Two',null,null,null,'user:~me~','~unit~']");
  pull_line (&pull, "['~a2~',22,'Two',null,null,null,'user:~me~','~unit~']");
  pull_end (&pull, 30);
  g_assert_false (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  assert_nothing_changed (&device);
  device_teardown (&device);
}

/* A disk that fills up in the middle: nothing half-written, and it goes on once there is room. */
static void
test_disk_full (void)
{
  Device device;
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;
  SatchelDatabase *database;

  setup_one (&device);
  database = satchel_replica_get_database (device.replica);
  pull_begin (&pull, NULL);
  pull_line (&pull, ACCOUNTS);
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *line =
        g_strdup_printf ("['~b%u~',%u,'Number %u',null,null,null,'user:~me~','~unit~']", i, 21 + i, i);

    pull_line (&pull, line);
  }
  pull_end (&pull, 3000);

  g_assert_true (
      satchel_database_execute (database, "PRAGMA max_page_count = 1", &error)); /* as many as there are */
  g_assert_false (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
  g_clear_error (&error);
  assert_nothing_changed (&device);

  g_assert_true (satchel_database_execute (database, "PRAGMA max_page_count = 1000000", &error));
  g_assert_true (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 2001);
  device_teardown (&device);
}

/* ---- a process that dies ---- */

#define MANY       12000
#define PIPE_BYTES 65536 /* which the child may not have read yet */

static void
add_many (PullText *pull)
{
  pull_line (pull, "{'entity':'business_unit','columns':['id','s','name'],'whole':true}");
  pull_line (pull, "['~unit~',1,'Unit']");
  pull_line (pull, "{'entity':'user','columns':['id','s','name','unit','active'],'whole':true}");
  pull_line (pull, "['~me~',2,'Me','~unit~',1]");
  pull_line (pull,
             "{'entity':'account','columns':['id','s','name','description','owner','unit'],'whole':true}");
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *line =
        g_strdup_printf ("['~many%u~',11,'Quarry %u','%0300u','user:~me~','~unit~']", i, i * 7919 % MANY, i);

    pull_line (pull, line);
  }
  pull_end (pull, 12);
}

/* Reads a pull from @fd and applies it for as long as it lives. */
static void
pull_from (Device *device, int fd)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (fd, TRUE);
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  device_open (device);
  _exit (satchel_replica_apply_pull (device->replica, stream, device->clock.now_ms, &result, &error) ? 0 : 1);
}

static void
kill_in_pull (Device *device, const char *text, gsize size)
{
  int ends[2], status;
  pid_t child;

  satchel_session_close (g_steal_pointer (&device->session));
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    close (ends[1]);
    pull_from (device, ends[0]);
  }
  close (ends[0]);
  for (gsize done = 0; done < size;) {
    const gssize n = write (ends[1], text + done, size - done);

    g_assert_cmpint (n, >, 0);
    done += (gsize)n;
  }
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  close (ends[1]);
}

/* In the middle of a first load, which is written in place: what is there is undone, and the next one
 * succeeds. */
static void
test_killed (void)
{
  Device device;
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  device_setup (&device, DEVICE_EMPTY);
  pull_begin (&pull, NULL);
  add_many (&pull);
  for (guint part = 1; part < 4; part++) {
    g_autofree char *journal =
        g_build_filename (satchel_session_get_directory (device.session), "replica.db-journal", NULL);

    kill_in_pull (&device, pull.text->str, pull.text->len * part / 4 + PIPE_BYTES);
    g_assert_true (g_file_test (journal, G_FILE_TEST_EXISTS));
    device_open (&device);
    g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
    g_assert_null (satchel_replica_peek_meta (device.replica, "cursor"));
    g_assert_null (device_shown (&device, "account", "many0", "name"));
  }
  g_assert_true (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.rows, ==, MANY + 2);
  device_assert_shown (&device, "account", "many11", "name", "Quarry 3109");
  device_teardown (&device);
}

/* ---- lists ---- */

#define FAR 60000

static gboolean
append_id (const SatchelRecord *record, gpointer ids)
{
  g_string_append_printf (ids, "%s ", record->id);
  return TRUE;
}

typedef struct {
  Device *device;
  SatchelPredicate *where; /* NULL: none */
  const char *typed;
} Listed;

static SatchelQuery
make_query (const Listed *listed, gint64 limit)
{
  return (SatchelQuery){ .entity = device_entity (listed->device, "account"),
                         .where = listed->where,
                         .find = listed->typed,
                         .limit = limit };
}

static char *
list_first (const Listed *listed, gint64 limit)
{
  const SatchelQuery query = make_query (listed, limit);
  g_autoptr (GError) error = NULL;
  GString *ids = g_string_new (NULL);
  SatchelPredicateContext context;

  satchel_session_get_context (listed->device->session, &context);
  g_assert_true (satchel_replica_query (listed->device->replica, &query, &context, append_id, ids, &error));
  g_assert_no_error (error);
  return g_string_free (ids, FALSE);
}

static GArray *
number_first (const Listed *listed, gint64 limit)
{
  const SatchelQuery query = make_query (listed, limit);
  g_autoptr (GError) error = NULL;
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  SatchelPredicateContext context;

  satchel_session_get_context (listed->device->session, &context);
  g_assert_true (
      satchel_replica_list_rows (listed->device->replica, &query, &context, NULL, numbers, &error));
  g_assert_no_error (error);
  return numbers;
}

static void
assert_first (Device *device, const char *typed, const char *condition)
{
  SatchelRegistry *registry = satchel_replica_get_registry (device->replica);
  g_autoptr (SatchelPredicate) where =
      condition != NULL
          ? satchel_predicate_parse (registry, device_entity (device, "account"), condition, NULL)
          : NULL;
  const Listed listed = { device, where, typed };
  g_autofree char *all = list_first (&listed, -1), *page = list_first (&listed, 20);
  g_autoptr (GArray) all_numbers = number_first (&listed, -1), numbers = number_first (&listed, 20);

  g_assert_true ((where != NULL) == (condition != NULL));
  g_assert_true (g_str_has_prefix (all, page));
  g_assert_cmpuint (strlen (page), ==, MIN (strlen (all), 20 * (SATCHEL_ID_LENGTH + 1)));
  g_assert_cmpuint (all_numbers->len * (SATCHEL_ID_LENGTH + 1), ==, strlen (all));
  g_assert_cmpmem (numbers->data, numbers->len * sizeof (guint32), all_numbers->data,
                   MIN (all_numbers->len, 20) * sizeof (guint32));
}

/* However a page is found, by looking at all that was found or along the titles, it is the beginning of the
 * whole. */
static void
test_first_page (void)
{
  static const char *const typed[] = { "c", "common", "rare", "info", "INFO", "zz", "common rare", "r" };
  static const char *const conditions[] = { NULL, "", "email starts with \"info\"", "name = \"Rare 000\"",
                                            "city is not empty" };
  Device device;
  g_auto (PullText) pull;
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  device_setup (&device, DEVICE_PRIMED);
  pull_begin (&pull, NULL);
  pull_line (&pull, "{'entity':'account','columns':['id','s','name','email','owner','unit'],'whole':true}");
  for (guint i = 0; i < 400; i++) {
    g_autofree char *line =
        g_strdup_printf ("['~account%u~',11,'%s %03u','%s@%u.example','user:~me~','~unit~']", i,
                         i % 50 == 0 ? "Rare" : "Common", i * 7 % 400, i % 3 == 0 ? "info" : "zz", i);

    pull_line (&pull, line);
  }
  pull_end (&pull, 12);
  g_assert_true (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (conditions); k++)
      assert_first (&device, typed[i], conditions[k]);
  device_teardown (&device);
}

/* Where it lies behind so many others that walking to it is given up. */
static void
test_far_page (void)
{
  Device device;
  g_auto (PullText) pull;
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  device_setup (&device, DEVICE_EMPTY);
  pull_begin (&pull, NULL);
  pull_line (&pull,
             "{'entity':'account','columns':['id','s','name','email','city','owner','unit'],'whole':true}");
  for (guint i = 0; i < FAR; i++) {
    const guint place = i * 7 % FAR;
    g_autofree char *line =
        g_strdup_printf ("['~account%u~',11,'%s %05u','%s@%u.example','%s','user:~me~','~unit~']", i,
                         place < FAR * 5 / 6 ? "Common" : "Zinc", place, place < FAR / 2 ? "ana" : "info", i,
                         place < FAR - 30 ? "Near" : "Far");

    pull_line (&pull, line);
  }
  pull_end (&pull, 12);
  g_assert_true (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_no_error (error);
  assert_first (&device, "zinc", NULL);
  assert_first (&device, "info", NULL);
  assert_first (&device, "i", NULL);
  assert_first (&device, "common", NULL);
  assert_first (&device, "zinc info", NULL);
  assert_first (&device, NULL, "city = \"Far\"");
  assert_first (&device, NULL, "city = \"Near\"");
  assert_first (&device, "zinc", "city = \"Far\"");
  assert_first (&device, "common", "city = \"Near\"");
  assert_first (&device, "common", "city = \"Far\"");
  assert_first (&device, "i", "city = \"Far\"");
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/pull/first", test_first);
  g_test_add_func ("/client/pull/changes", test_changes);
  g_test_add_func ("/client/pull/newer-server", test_newer_server);
  g_test_add_func ("/client/pull/search", test_search);
  g_test_add_func ("/client/pull/search-follows", test_search_follows);
  g_test_add_func ("/client/pull/where", test_where);
  g_test_add_data_func ("/client/pull/cut-anywhere", NULL, test_cut_anywhere);
  g_test_add_data_func ("/client/pull/cut-anywhere-in-reset",
                        "{'reset':true,'restored_s':-1,'backed_up_s':0}", test_cut_anywhere);
  g_test_add_func ("/client/pull/hostile", test_hostile);
  g_test_add_func ("/client/pull/changes-of-nothing", test_changes_of_nothing);
  g_test_add_func ("/client/pull/twice-in-load", test_twice_in_load);
  g_test_add_func ("/client/pull/first-page", test_first_page);
  g_test_add_func ("/client/pull/far-page", test_far_page);
  g_test_add_func ("/client/pull/killed", test_killed);
  g_test_add_func ("/client/pull/disk-full", test_disk_full);
  return g_test_run ();
}
