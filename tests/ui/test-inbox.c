/* What the outbox and the conflict inbox show, without a display.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "tests/client/device.h"
#include "ui/inbox/disagreement.h"
#include "ui/inbox/marks.h"
#include "ui/inbox/reasons.h"
#include "ui/inbox/update.h"
#include "ui/inbox/waiting.h"

#define ACCOUNTS                                                                                             \
  "{'entity':'account','columns':['id','s','name','city','description','owner','unit'],'whole':true}"
#define CONFLICTS                                                                                            \
  "{'entity':'conflict','columns':['id','s','record_entity','record_id','field','base','mine','theirs',"     \
  "'mine_by','mine_at','theirs_by','theirs_at','status'],'whole':true}"

static void
setup (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'Acme','Cluj','one two','user:~me~','~unit~']", NULL);
}

/* ---- marks ---- */

/* "the [-old-]{+new+} word" */
static void
assert_marks (const char *base, const char *side, const char *expected)
{
  g_autoptr (GArray) marks = NULL;
  g_autofree char *text = satchel_marks_make (base, side, &marks);
  g_autoptr (GString) shown = g_string_new (NULL);
  guint at = 0;

  for (guint i = 0; i < marks->len; i++) {
    const SatchelMark *mark = &g_array_index (marks, SatchelMark, i);
    const gboolean added = mark->kind == SATCHEL_MARK_ADDED;

    g_string_append_len (shown, text + at, mark->start - at);
    g_string_append (shown, added ? "{+" : "[-");
    g_string_append_len (shown, text + mark->start, mark->end - mark->start);
    g_string_append (shown, added ? "+}" : "-]");
    at = mark->end;
  }
  g_string_append (shown, text + at);
  g_assert_cmpstr (shown->str, ==, expected);
}

static void
test_marks (void)
{
  assert_marks ("the old word", "the new word", "the [-old-]{+new+} word");
  assert_marks ("same", "same", "same");
  assert_marks ("", "all new", "{+all new+}");
  assert_marks ("gone", "", "[-gone-]");
  assert_marks ("a\nb", "a\nc\nb", "a\n{+c\n+}b");
  assert_marks ("客户很好", "客户不好", "客户[-很-]{+不+}好");
  assert_marks ("ĂȘȚ", "ĂȘÂ", "[-ĂȘȚ-]{+ĂȘÂ+}");
}

static void
test_marks_too_many (void)
{
  GString *base = g_string_new (NULL), *side = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++) {
    g_string_append_printf (base, "a%u ", i);
    g_string_append_printf (side, "b%u ", i);
  }
  assert_marks (base->str, side->str, side->str);
  g_string_free (base, TRUE);
  g_string_free (side, TRUE);
}

static void
assert_joined (const char *theirs, const char *mine, const char *expected)
{
  g_autofree char *joined = satchel_dispute_join (theirs, mine);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_join (void)
{
  assert_joined ("a", "b", "a\nb");
  assert_joined ("same", "same", "same");
  assert_joined ("head\nx\nfoot", "head\ny\nfoot", "head\nx\ny\nfoot");
  assert_joined ("head", "head\nmore", "head\nmore");
  assert_joined ("a\na", "a", "a\na");
}

/* ---- lists ---- */

static const char *
fingerprint_of (gpointer object)
{
  return g_object_get_data (object, "text");
}

static GPtrArray *
make_items (const char *texts)
{
  g_auto (GStrv) parts = g_strsplit (texts, " ", -1);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; parts[i] != NULL; i++) {
    GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

    g_object_set_data_full (object, "text", g_strdup (parts[i]), g_free);
    g_ptr_array_add (items, object);
  }
  return items;
}

static void
test_update (void)
{
  g_autoptr (GListStore) store = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GPtrArray) first = make_items ("a b c d"), second = make_items ("b x d e");
  const char *const expected[] = { "b", "x", "d", "e" };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  satchel_list_update (store, first, fingerprint_of);
  satchel_list_update (store, second, fingerprint_of);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 4);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), i);

    g_assert_cmpstr (fingerprint_of (item), ==, expected[i]);
    if (i == 0 || i == 2) /* somebody may be typing in its row */
      g_assert_true (item == first->pdata[i + 1]);
  }
  satchel_list_update (store, none, fingerprint_of);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
}

/* ---- the outbox ---- */

static SatchelWaitingSets *
read_waiting (Device *device, guint limit)
{
  g_autoptr (GError) error = NULL;
  SatchelWaitingSets *sets = satchel_waiting_sets_read (device->session, limit, &error);

  g_assert_no_error (error);
  return sets;
}

static void
test_waiting (void)
{
  Device device;
  g_autoptr (SatchelWaitingSets) sets = NULL, few = NULL;
  const SatchelWaitingSet *set;
  const SatchelWaitingLine *line;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", "description", "", NULL));
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu & <b>Alt</b>", NULL));
  sets = read_waiting (&device, 50);
  g_assert_cmpint (sets->n_parked, ==, 0);
  g_assert_cmpint (sets->n_waiting, ==, 2);
  set = sets->waiting->pdata[0];
  g_assert_cmpstr (set->title, ==, "Acme");
  g_assert_cmpstr (set->deed, ==, "Account · Changed");
  g_assert_cmpuint (set->ways, ==, SATCHEL_WAY_DISCARD);
  g_assert_cmpuint (set->lines->len, ==, 2);
  line = set->lines->pdata[0];
  g_assert_cmpstr (line->label, ==, "City");
  g_assert_cmpstr (line->text, ==, "Bonn");
  g_assert_cmpstr (((SatchelWaitingLine *)set->lines->pdata[1])->text, ==, "");
  set = sets->waiting->pdata[1];
  g_assert_cmpstr (set->title, ==, "Neu & <b>Alt</b>");
  g_assert_cmpstr (set->deed, ==, "Account · New");
  g_assert_true (set->is_draft);

  few = read_waiting (&device, 1);
  g_assert_cmpuint (few->waiting->len, ==, 1);
  g_assert_cmpint (few->n_waiting, ==, 2);
  device_teardown (&device);
}

static void
test_parked (void)
{
  Device device;
  g_autoptr (SatchelWaitingSets) sets = NULL;
  const SatchelWaitingSet *first, *second;
  const SatchelWaitingLine *missing;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, "phone");
  WRITE (device_set (&device, "account", "new", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  sets = read_waiting (&device, 50);
  g_assert_cmpint (sets->n_parked, ==, 2);
  first = sets->parked->pdata[0];
  second = sets->parked->pdata[1];
  g_assert_cmpuint (first->ways, ==, SATCHEL_WAY_EDIT | SATCHEL_WAY_RETRY | SATCHEL_WAY_DISCARD);
  g_assert_cmpstr (first->sentence, ==, satchel_reason_get_sentence (SATCHEL_ERROR_RULE));
  g_assert_cmpstr (first->detail, ==, "because");
  g_assert_cmpuint (first->n_dependents, ==, 1);
  g_assert_null (first->waits_for);
  /* The field that is wanted can be filled in, though the change did not write it. */
  missing = first->lines->pdata[first->lines->len - 1];
  g_assert_cmpstr (missing->field, ==, "phone");
  g_assert_true (missing->concerned);
  g_assert_cmpstr (second->waits_for, ==, "Neu");
  g_assert_null (second->detail);
  device_teardown (&device);
}

static void
test_request (void)
{
  Device device;
  g_autoptr (SatchelWaitingSets) sets = NULL;
  const SatchelWaitingSet *set;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_FORBIDDEN, NULL);
  sets = read_waiting (&device, 50);
  set = sets->parked->pdata[0];
  g_assert_true (set->ways & SATCHEL_WAY_ASK);
  g_assert_nonnull (strstr (set->request, "Acme"));
  g_assert_nonnull (strstr (set->request, "City: Bonn"));
  device_teardown (&device);
}

static void
test_reasons (void)
{
  for (int code = -1; code <= SATCHEL_ERROR_N_CODES; code++) {
    g_assert_cmpstr (satchel_reason_get_sentence (code), !=, "");
    g_assert_true (satchel_reason_get_ways (code) & SATCHEL_WAY_DISCARD);
  }
}

/* ---- conflicts ---- */

static void
pull_conflicts (Device *device)
{
  device_pull (
      device, 30, CONFLICTS,
      "['~c1~',21,'account','~a1~','city','\\'Bonn\\'','\\'Sibiu\\'','\\'Cluj\\'','~me~',1000,'~you~',"
      "2000,'open']",
      "['~c2~',22,'account','~a1~','description','null',null,'\\'one two\\'','~you~',1000,'~me~',null,"
      "'open']",
      "['~c3~',23,'account','~a1~','warp','\\'9\\'','\\'8\\'','\\'7\\'','~you~',1000,'~me~',2000,'settled']",
      "['~c4~',24,'spaceship','~x~','warp','9','not json','7',null,null,null,null,'open']", NULL);
}

static SatchelDisagreements *
read_conflicts (Device *device)
{
  g_autoptr (GError) error = NULL;
  SatchelDisagreements *all = satchel_disagreements_read (device->session, 50, &error);

  g_assert_no_error (error);
  return all;
}

static SatchelDisagreement *
find (GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (((SatchelDisagreement *)list->pdata[i])->id, device_id (name)))
      return list->pdata[i];
  g_assert_not_reached ();
}

static void
test_disagreements (void)
{
  Device device;
  g_autoptr (SatchelDisagreements) all = NULL;
  const SatchelDisagreement *one;

  setup (&device);
  pull_conflicts (&device);
  all = read_conflicts (&device);
  g_assert_cmpuint (all->n_open, ==, 3);
  g_assert_cmpuint (all->closed->len, ==, 1);
  one = find (all->open, "c1");
  g_assert_cmpstr (one->title, ==, "Acme");
  g_assert_cmpstr (one->label, ==, "City · Account");
  g_assert_cmpstr (one->sides[SATCHEL_SIDE_BASE].text, ==, "Bonn");
  g_assert_cmpstr (one->sides[SATCHEL_SIDE_MINE].text, ==, "Sibiu");
  g_assert_cmpstr (one->sides[SATCHEL_SIDE_MINE].who, ==, "You");
  g_assert_false (one->sides[SATCHEL_SIDE_MINE].stands);
  g_assert_true (one->sides[SATCHEL_SIDE_THEIRS].stands);

  /* Blanked by the server, which is not the same as empty. */
  one = find (all->open, "c2");
  g_assert_true (one->is_text);
  g_assert_cmpint (one->sides[SATCHEL_SIDE_BASE].kind, ==, SATCHEL_SIDE_VALUE);
  g_assert_cmpint (one->sides[SATCHEL_SIDE_MINE].kind, ==, SATCHEL_SIDE_HIDDEN);

  /* A field and an entity that are not known here. */
  one = find (all->closed, "c3");
  g_assert_cmpint (one->state, ==, SATCHEL_DISAGREEMENT_SETTLED);
  g_assert_cmpint (one->sides[SATCHEL_SIDE_MINE].kind, ==, SATCHEL_SIDE_UNKNOWN);
  one = find (all->open, "c4");
  g_assert_cmpstr (one->sides[SATCHEL_SIDE_MINE].text, ==, "not json");
  g_assert_cmpstr (one->sides[SATCHEL_SIDE_MINE].who, ==, "Somebody");
  device_teardown (&device);
}

static void
test_decide (void)
{
  Device device;
  g_autoptr (SatchelDisagreements) decided = NULL, back = NULL;
  g_autoptr (SatchelValue) value = satchel_value_new_string ("Turda");
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL, *second = NULL;

  setup (&device);
  pull_conflicts (&device);
  set = satchel_session_decide (device.session, device_id ("c1"), SATCHEL_DECIDE_VALUE, value, &error);
  g_assert_no_error (error);
  decided = read_conflicts (&device);
  g_assert_cmpuint (decided->n_open, ==, 2);
  g_assert_cmpint (find (decided->open, "c1")->state, ==, SATCHEL_DISAGREEMENT_DECIDED);
  second = satchel_session_decide (device.session, device_id ("c1"), SATCHEL_DECIDE_MINE, NULL, &error);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
  g_clear_error (&error);

  g_assert_true (satchel_session_undecide (device.session, device_id ("c1"), set, NULL, &error));
  g_assert_no_error (error);
  back = read_conflicts (&device);
  g_assert_cmpint (find (back->open, "c1")->state, ==, SATCHEL_DISAGREEMENT_OPEN);
  device_teardown (&device);
}

/* Once the server has the decision, the field gets its value again by an edit. */
static void
test_undecide_late (void)
{
  Device device;
  g_autoptr (SatchelValue) before = satchel_value_new_string ("Cluj");
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;

  setup (&device);
  pull_conflicts (&device);
  set = satchel_session_decide (device.session, device_id ("c1"), SATCHEL_DECIDE_MINE, NULL, &error);
  g_assert_no_error (error);
  push = satchel_outbox_next_push (device.outbox, &error);
  g_assert_cmpuint (push->sets->len, ==, 1);
  /* Nothing to write over yet: it would be lost under what comes. */
  g_assert_false (satchel_session_undecide (device.session, device_id ("c1"), set, before, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
  g_clear_error (&error);
  device_pull (&device, 40, "{'entity':'account','columns':['id','s','city'],'whole':false}",
               "['~a1~',35,'Sibiu']", NULL);
  g_assert_true (satchel_session_undecide (device.session, device_id ("c1"), set, before, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "a1", "city", "Cluj");
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/inbox/marks", test_marks);
  g_test_add_func ("/ui/inbox/marks-too-many", test_marks_too_many);
  g_test_add_func ("/ui/inbox/join", test_join);
  g_test_add_func ("/ui/inbox/update", test_update);
  g_test_add_func ("/ui/inbox/waiting", test_waiting);
  g_test_add_func ("/ui/inbox/parked", test_parked);
  g_test_add_func ("/ui/inbox/request", test_request);
  g_test_add_func ("/ui/inbox/reasons", test_reasons);
  g_test_add_func ("/ui/inbox/disagreements", test_disagreements);
  g_test_add_func ("/ui/inbox/decide", test_decide);
  g_test_add_func ("/ui/inbox/undecide-late", test_undecide_late);
  return g_test_run ();
}
