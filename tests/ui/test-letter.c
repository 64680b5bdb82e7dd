/* Letters and mailings on a display: files that are dropped and passed on, giving up, pausing. The errands
 * are run by a program of this test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "client/blobs/attach.h"
#include "client/replica/query.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/mail/composer.h"
#include "ui/mail/dispatch.h"
#include "ui/mail/mailing.h"
#include "ui/routes/route.h"
#include "ui/window.h"

static AdwApplication *application; /* a process has one */

/* Tells of one account; sends, or begins a mailing, until it is interrupted, and then says what there is to
 * say: nothing where the file "mute" is, for it has not come so far; the second mailing goes through. */
static const char errands[] =
    "#!/usr/bin/python3\n"
    "import json, os, signal, sys\n"
    "here = os.path.dirname(os.path.abspath(sys.argv[0]))\n"
    "words = sys.argv[4:]\n"
    "def say(what): print(json.dumps(what), flush=True)\n"
    "def people(n): return [{'address': 'p%d@x.example' % i, 'name': 'P'} for i in range(n)]\n"
    "def path(name): return os.path.join(here, name)\n"
    "def rest(last):\n"
    "    if not os.path.exists(path('mute')):\n"
    "        def stop(*_):\n"
    "            say(last); os._exit(1)\n"
    "        signal.signal(signal.SIGINT, stop)\n"
    "    else:\n"
    "        signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
    "    open(path('begun'), 'w').close()\n"
    "    while True: signal.pause()\n"
    "if words[0] == 'accounts':\n"
    "    say({'id': 'one', 'name': 'Work', 'address': 'one@x.example', 'default': True})\n"
    "elif words[0] == 'write':\n"
    "    rest({'entity': 'email', 'id': words[2], 'state': 'draft'})\n"
    "elif '--dry-run' in words:\n"
    "    say({'sent': [], 'waiting': people(3)})\n"
    "elif os.path.exists(path('half')):\n"
    "    say({'sent': people(3), 'waiting': []})\n"
    "else:\n"
    "    if not os.path.exists(path('mute')):\n"
    "        say({'sent': 1, 'waiting': 2})\n"
    "        open(path('half'), 'w').close()\n"
    "    rest({'sent': people(1), 'waiting': people(2)})\n";

typedef struct {
  TestDesk desk;
  SatchelWindow *window;
  GtkWidget *place; /* what is asked for widgets */
  const char *name; /* of a widget, or a text, that is waited for */
} Test;

static char *
path_of (Test *test, const char *name)
{
  return g_build_filename (test->desk.dir, name, NULL);
}

static void
put_file (Test *test, const char *name, const char *text)
{
  g_autofree char *path = path_of (test, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
setup (Test *test)
{
  g_autofree char *program = NULL, *path = NULL;

  *test = (Test){ 0 };
  test_desk_setup (&test->desk);
  put_file (test, "satchelctl", errands);
  program = path_of (test, "satchelctl");
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  path = g_strconcat (test->desk.dir, ":/usr/bin:/bin", NULL);
  g_setenv ("PATH", path, TRUE);
  test->window = satchel_window_new (application);
  satchel_window_show_desk (test->window, test->desk.desk);
  gtk_window_present (GTK_WINDOW (test->window));
  test->place = GTK_WIDGET (test->window);
}

static void
teardown (Test *test)
{
  test_close_window (GTK_WINDOW (test->window));
  test_desk_teardown (&test->desk);
}

/* ---- waiting ---- */

static gboolean
is_begun (gpointer data)
{
  g_autofree char *path = path_of (data, "begun");

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return FALSE;
  g_unlink (path);
  return TRUE;
}

static gboolean
can_press (gpointer data)
{
  Test *test = data;
  GtkWidget *button = test_seek_widget (test->place, GTK_TYPE_BUTTON, test->name);

  return button != NULL && gtk_widget_get_visible (button) && gtk_widget_is_sensitive (button);
}

static void
press (Test *test, const char *name)
{
  test->name = name;
  test_desk_until (can_press, test);
  test_click (test->place, name);
}

static GtkWidget *
seek_text (GtkWidget *root, const char *text)
{
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = gtk_widget_get_visible (child) ? seek_text (child, text) : NULL;

    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
says (gpointer data)
{
  Test *test = data;

  return seek_text (test->place, test->name) != NULL;
}

static gboolean
says_not (gpointer data)
{
  return !says (data);
}

static void
await_text (Test *test, const char *text)
{
  test->name = text;
  test_desk_until (says, test);
}

/* ---- what is stored ---- */

static gboolean
add_name (const SatchelRecord *record, gpointer names)
{
  const SatchelValue *file = satchel_record_get_by_name (record, "file");

  if (file != NULL)
    g_ptr_array_add (names, satchel_record_dup_title (record));
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Titles of the notes with files about the email, which is that with @subject. */
static char *
dup_files (Test *test, const char *subject)
{
  const SatchelEntity *note = satchel_registry_find (satchel_session_get_registry (test->desk.other), "note");
  g_autofree char *where = g_strdup_printf ("email.subject = \"%s\"", subject);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (satchel_session_get_registry (test->desk.other), note, where, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  SatchelQuery query = { .entity = note, .where = predicate, .limit = 10 };
  SatchelPredicateContext context;

  g_assert_no_error (error);
  satchel_session_get_context (test->desk.other, &context);
  g_assert_true (satchel_replica_query (satchel_session_get_replica (test->desk.other), &query, &context,
                                        add_name, names, &error));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **)names->pdata);
}

static gboolean
has_files (gpointer data)
{
  Test *test = data;
  g_auto (GStrv) wanted = g_strsplit (test->name, "=", 2);
  g_autofree char *files = dup_files (test, wanted[0]);

  return g_str_equal (files, wanted[1]);
}

/* "SUBJECT=FILE FILE" */
static void
await_files (Test *test, const char *what)
{
  test->name = what;
  test_desk_until (has_files, test);
}

/* ---- letters ---- */

static SatchelDraft *
begin_letter (Test *test, const char *subject)
{
  const SatchelEntity *email = satchel_registry_find (satchel_desk_get_registry (test->desk.desk), "email");
  SatchelDraft *draft = satchel_draft_new (test->desk.desk, email);
  const SatchelParty ana = { .role = "to", .address = "ana@x.example" };
  g_autoptr (SatchelValue) to = satchel_value_new_parties (&ana, 1);
  g_autoptr (SatchelValue) text = satchel_value_new_string (subject);

  satchel_draft_set (draft, satchel_entity_find_field (email, "to"), to);
  satchel_draft_set (draft, satchel_entity_find_field (email, "subject"), text);
  return draft;
}

/* In a window of its own. */
static GtkWidget *
open_composer (Test *test, SatchelDraft *draft)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), satchel_composer_new (draft));
  gtk_window_present (GTK_WINDOW (window));
  test->place = window;
  return window;
}

static gboolean
drop (GtkWidget *widget, GSList *files)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (files));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_DROP_TARGET (controller))
      g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
  }
  return taken;
}

static void
count_cb (guint *n)
{
  ++*n;
}

/* Files that are dropped into a letter which is not stored yet make it so, and are its attachments; a folder
 * among them keeps none away. It is stored once. */
static void
test_drop (void)
{
  Test test;
  guint n_saves = 0;
  g_autoptr (SatchelDraft) draft = NULL;
  GtkWidget *window;
  GSList *files = NULL;

  setup (&test);
  draft = begin_letter (&test, "Dropped");
  g_signal_connect_swapped (draft, "saved", G_CALLBACK (count_cb), &n_saves);
  window = open_composer (&test, draft);
  put_file (&test, "offer, new.txt", "offer");
  put_file (&test, "plan.txt", "plan");
  for (guint i = 0; i < 3; i++) {
    static const char *const names[] = { "plan.txt", "offer, new.txt", "." };
    g_autofree char *path = path_of (&test, names[i]);

    files = g_slist_prepend (files, g_file_new_for_path (path));
  }
  g_assert_true (drop (gtk_window_get_child (GTK_WINDOW (window)), files));
  await_files (&test, "Dropped=offer, new.txt plan.txt");
  g_assert_false (satchel_draft_is_new (draft));
  await_text (&test, "plan.txt");
  g_assert_cmpuint (n_saves, ==, 1);
  g_slist_free_full (files, g_object_unref);
  gtk_window_destroy (GTK_WINDOW (window));
  g_clear_object (&draft);
  teardown (&test);
}

/* Given up in time a letter is a draft; also where the program was ended before it had begun, for the ledger
 * has nothing of it. */
static void
test_give_up (void)
{
  Test test;

  setup (&test);
  for (guint round = 0; round < 2; round++) {
    g_autoptr (SatchelDraft) draft = begin_letter (&test, "Given up");
    GtkWidget *window = open_composer (&test, draft);

    if (round == 1)
      put_file (&test, "mute", "");
    press (&test, "Send");
    test_desk_until (is_begun, &test);
    press (&test, "Give Up");
    await_text (&test, "Not sent, but kept: Sending was given up.");
    test.name = "Try Again";
    test_desk_until (can_press, &test);
    gtk_window_destroy (GTK_WINDOW (window));
  }
  teardown (&test);
}

static gboolean
is_settled (gpointer dispatch)
{
  return satchel_dispatch_get_state (dispatch) != SATCHEL_DISPATCH_UNDER_WAY;
}

/* It had sent the letter and tidied up behind it, and was ended before it could say so. */
static void
test_silent (void)
{
  Test test;
  g_autoptr (SatchelDraft) draft = NULL;
  g_autoptr (SatchelDispatch) dispatch = NULL;
  g_autofree char *set = NULL;
  GtkWidget *window;

  setup (&test);
  draft = begin_letter (&test, "Sent in silence");
  window = open_composer (&test, draft);
  put_file (&test, "mute", "");
  press (&test, "Send");
  test_desk_until (is_begun, &test);
  dispatch = satchel_dispatch_get (test.desk.desk, satchel_draft_get_id (draft));
  set = satchel_session_delete (test.desk.other, satchel_draft_get_record (draft)->entity,
                                satchel_draft_get_id (draft), NULL);
  g_assert_nonnull (set);
  press (&test, "Give Up");
  test_desk_until (is_settled, dispatch);
  g_assert_cmpint (satchel_dispatch_get_state (dispatch), ==, SATCHEL_DISPATCH_SENT);
  gtk_window_destroy (GTK_WINDOW (window));
  g_clear_object (&draft);
  g_clear_object (&dispatch);
  teardown (&test);
}

/* The files of a message go along, and stay where they were. */
static void
test_forward (void)
{
  Test test;
  g_autofree char *email = NULL, *path = NULL, *about = NULL;
  g_autoptr (SatchelRoute) route = NULL;
  g_autoptr (GError) error = NULL;

  setup (&test);
  email = test_desk_create (&test.desk, "email", "subject", "Plans", "direction", "incoming", "message_id",
                            "<plans@x.example>", "status", "completed", "body_text", "See there.", NULL);
  put_file (&test, "plan.txt", "plan");
  path = path_of (&test, "plan.txt");
  {
    const SatchelEntity *entity =
        satchel_registry_find (satchel_session_get_registry (test.desk.other), "note");
    g_autofree char *id = satchel_id_new (&test.desk.clock.clock);
    g_autoptr (SatchelRecord) note = satchel_record_new (entity, id);
    g_autoptr (SatchelValue) file =
        satchel_attach (satchel_session_get_replica (test.desk.other), path, &error);
    g_autoptr (SatchelValue) title = satchel_value_new_string ("plan.txt");
    g_autoptr (SatchelValue) of = satchel_value_new_lookup ("email", email);
    g_autofree char *set = NULL;

    g_assert_no_error (error);
    satchel_record_set (note, entity->title, title);
    satchel_record_set_by_name (note, "file", file);
    satchel_record_set_by_name (note, "email", of);
    set = satchel_session_create (test.desk.other, note, &error);
    g_assert_no_error (error);
  }
  route = satchel_route_new_record ("email", email);
  satchel_window_go (test.window, route);
  press (&test, "Forward");
  await_files (&test, "Fwd: Plans=plan.txt");
  await_text (&test, "plan.txt");
  test.name = "Attach Files";
  test_desk_until (can_press, &test);
  about = dup_files (&test, "Plans");
  g_assert_cmpstr (about, ==, "plan.txt");
  teardown (&test);
}

/* ---- mailings ---- */

static GtkWidget *
find_mailing (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (g_strcmp0 (gtk_window_get_title (GTK_WINDOW (window)), "Send a Mailing") == 0)
      return window;
  }
  return NULL;
}

/* Paused, it says how far it came and goes on; paused before it had said a word, it is as it was. */
static void
test_pause (void)
{
  Test test;
  g_autofree char *list = NULL, *template_ = NULL, *mute = NULL;

  setup (&test);
  list = test_desk_create (&test.desk, "marketing_list", "name", "News", NULL);
  template_ = test_desk_create (&test.desk, "mail_template", "name", "News", "entity", "contact", "subject",
                                "News", "body_text", "Dear all", NULL);
  satchel_mailing_show (GTK_WIDGET (test.window), test.desk.desk, list);
  test.place = find_mailing ();
  put_file (&test, "mute", "");
  press (&test, "Send to 3");
  test_desk_until (is_begun, &test);
  press (&test, "Pause");
  mute = path_of (&test, "mute");
  g_unlink (mute);
  press (&test, "Send to 3");
  test_desk_until (is_begun, &test);
  await_text (&test, "1 sent, 2 wait");
  press (&test, "Pause");
  press (&test, "Resume");
  test.name = "Will get it";
  test_desk_until (says_not, &test);
  g_assert_nonnull (seek_text (test.place, "Have got it"));
  gtk_window_close (GTK_WINDOW (test.place));
  teardown (&test);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/letter/drop", test_drop);
  g_test_add_func ("/letter/give-up", test_give_up);
  g_test_add_func ("/letter/silent", test_silent);
  g_test_add_func ("/letter/forward", test_forward);
  g_test_add_func ("/mailing/pause", test_pause);
  return g_test_run ();
}
