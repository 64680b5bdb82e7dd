/* Push messages: change sets to the server, outcomes back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/message.h"

#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/value.h"
#include "protocol/wire/members.h"
#include "protocol/wire/message-private.h"

static void
change_set_free (gpointer data)
{
  satchel_change_set_free (data);
}

static void
outcome_free (gpointer data)
{
  satchel_outcome_free (data);
}

static gboolean
fail (const char *problem, GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, problem);
  return FALSE;
}

static gboolean
fail_too_many (const char *what, int most, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "%s more than %d entries", what, most);
  return FALSE;
}

/* ---- push ---- */

SatchelPush *
satchel_push_new (void)
{
  SatchelPush *message = g_new0 (SatchelPush, 1);

  message->released = g_ptr_array_new_with_free_func (g_free);
  message->sets = g_ptr_array_new_with_free_func (change_set_free);
  return message;
}

void
satchel_push_free (SatchelPush *message)
{
  if (message == NULL)
    return;
  g_ptr_array_unref (message->released);
  g_ptr_array_unref (message->sets);
  g_clear_pointer (&message->pull, satchel_pull_free);
  g_free (message);
}

/* Sets @name to the strings of @texts, unless there are none. */
static void
set_strings (JsonObject *object, const char *name, const GPtrArray *texts)
{
  JsonArray *array;

  if (texts->len == 0)
    return;
  array = json_array_sized_new (texts->len);
  for (guint i = 0; i < texts->len; i++)
    json_array_add_string_element (array, texts->pdata[i]);
  json_object_set_array_member (object, name, array);
}

/* Its cursor is the first of @cursors: most changes were made where the device still stands. */
static JsonObject *
pull_to_json (const SatchelPull *pull, GPtrArray *cursors)
{
  JsonObject *object = json_object_new ();

  g_ptr_array_add (cursors, g_strdup (pull->cursor));
  json_object_set_int_member (object, "cursor", 0);
  if (pull->rights != NULL)
    json_object_set_string_member (object, "rights", pull->rights);
  if (pull->own != NULL && pull->own->len > 0)
    json_object_set_array_member (object, "own", satchel_ranges_to_json (pull->own));
  return object;
}

char *
satchel_push_to_text (const SatchelPush *message)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GPtrArray) cursors = g_ptr_array_new_with_free_func (g_free);
  JsonObject *object = json_object_new ();
  JsonArray *sets = json_array_sized_new (message->sets->len);
  JsonObject *pull = message->pull != NULL ? pull_to_json (message->pull, cursors) : NULL;

  for (guint i = 0; i < message->sets->len; i++)
    json_array_add_element (sets, satchel_change_set_to_json (message->sets->pdata[i], cursors));
  json_object_set_int_member (object, "acknowledged", message->acknowledged);
  set_strings (object, "released", message->released);
  set_strings (object, "cursors", cursors);
  if (pull != NULL)
    json_object_set_object_member (object, "pull", pull);
  json_object_set_array_member (object, "sets", sets);
  json_node_take_object (node, object);
  return satchel_json_print (node);
}

static gboolean
read_released (JsonArray *array, GPtrArray *released, GError **error)
{
  guint n = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++) {
    const char *uuid = satchel_json_get_string (json_array_get_element (array, i));

    if (!satchel_id_is_valid (uuid))
      return fail ("a push: “released” holds something that is no id", error);
    g_ptr_array_add (released, g_strdup (uuid));
  }
  return TRUE;
}

/* The texts are borrowed from @array. */
static gboolean
read_cursors (JsonArray *array, GPtrArray *cursors, GError **error)
{
  guint n = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++) {
    const char *cursor = satchel_json_get_string (json_array_get_element (array, i));

    if (cursor == NULL || g_utf8_strlen (cursor, -1) > SATCHEL_MAX_STRING_CHARS)
      return fail ("a push: “cursors” holds something that is no cursor", error);
    g_ptr_array_add (cursors, (gpointer)cursor);
  }
  return TRUE;
}

static gboolean
read_sets (JsonArray *array, const GPtrArray *cursors, GPtrArray *sets, GError **error)
{
  guint n = array != NULL ? json_array_get_length (array) : 0;

  if (n > SATCHEL_MAX_PUSH_SETS)
    return fail_too_many ("a push: “sets” has", SATCHEL_MAX_PUSH_SETS, error);
  for (guint i = 0; i < n; i++) {
    SatchelChangeSet *set = satchel_change_set_from_json (
        json_array_get_element (array, i), (const char *const *)cursors->pdata, cursors->len, error);

    if (set == NULL)
      return FALSE;
    g_ptr_array_add (sets, set);
    if (i > 0 && set->number - 1 != ((SatchelChangeSet *)sets->pdata[i - 1])->number)
      return fail ("a push: the numbers of its sets do not follow each other", error);
  }
  return TRUE;
}

/* @node NULL: none is asked for. */
static gboolean
read_pull (JsonNode *node, const GPtrArray *cursors, SatchelPull **pull, GError **error)
{
  g_autoptr (SatchelPull) message = NULL;
  SatchelMembers members;
  JsonArray *own;
  gint64 cursor;

  if (node == NULL)
    return TRUE;
  message = g_new0 (SatchelPull, 1);
  satchel_members_open (&members, node, "the pull of a push");
  cursor = satchel_members_require_integer (&members, "cursor", 0, G_MAXINT32);
  message->rights = g_strdup (satchel_members_get_string (&members, "rights"));
  own = satchel_members_get_array (&members, "own");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ||
      !satchel_pull_read_own (message, own, error))
    return FALSE;
  if (cursor >= cursors->len)
    return fail ("the pull of a push: its cursor is none of “cursors”", error);
  message->cursor = g_strdup (cursors->pdata[cursor]);
  *pull = g_steal_pointer (&message);
  return TRUE;
}

SatchelPush *
satchel_push_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelPush) message = satchel_push_new ();
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (GPtrArray) cursor_texts = g_ptr_array_new ();
  JsonArray *released, *cursors, *sets;
  JsonNode *pull;
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a push");
  message->acknowledged = satchel_members_get_integer (&members, "acknowledged", 0, G_MAXINT64, 0);
  released = satchel_members_get_array (&members, "released");
  cursors = satchel_members_get_array (&members, "cursors");
  sets = satchel_members_get_array (&members, "sets");
  pull = satchel_members_get_node (&members, "pull");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;
  if (!read_released (released, message->released, error) || !read_cursors (cursors, cursor_texts, error) ||
      !read_sets (sets, cursor_texts, message->sets, error) ||
      !read_pull (pull, cursor_texts, &message->pull, error))
    return NULL;
  return g_steal_pointer (&message);
}

/* ---- push answer ---- */

void
satchel_outcome_free (SatchelOutcome *outcome)
{
  if (outcome == NULL)
    return;
  g_free (outcome->uuid);
  g_free (outcome->reason);
  g_free (outcome->field);
  g_free (outcome);
}

SatchelPushAnswer *
satchel_push_answer_new (void)
{
  SatchelPushAnswer *message = g_new0 (SatchelPushAnswer, 1);

  message->outcomes = g_ptr_array_new_with_free_func (outcome_free);
  return message;
}

void
satchel_push_answer_free (SatchelPushAnswer *message)
{
  if (message == NULL)
    return;
  g_ptr_array_unref (message->outcomes);
  g_free (message);
}

static gboolean
is_plain (const SatchelOutcome *outcome)
{
  return outcome->state == SATCHEL_OUTCOME_APPLIED && outcome->n_conflicts == 0;
}

/* How many outcomes from @start on one range can stand for; 1 when it cannot. */
static guint
count_run (const GPtrArray *outcomes, guint start)
{
  guint i = start;

  while (i + 1 < outcomes->len) {
    const SatchelOutcome *here = outcomes->pdata[i], *next = outcomes->pdata[i + 1];

    if (!is_plain (here) || !is_plain (next) || next->number - 1 != here->number || next->s - 1 != here->s ||
        next->at_ms != here->at_ms)
      break;
    i++;
  }
  return i - start + 1;
}

static void
set_pair (JsonObject *object, const char *name, gint64 first, gint64 last)
{
  JsonArray *pair = json_array_sized_new (2);

  json_array_add_int_element (pair, first);
  json_array_add_int_element (pair, last);
  json_object_set_array_member (object, name, pair);
}

static JsonObject *
range_to_json (const SatchelOutcome *first, const SatchelOutcome *last)
{
  JsonObject *object = json_object_new ();

  set_pair (object, "n", first->number, last->number);
  set_pair (object, "s", first->s, last->s);
  if (first->at_ms > 0)
    json_object_set_int_member (object, "at", first->at_ms);
  return object;
}

static JsonObject *
outcome_to_json (const SatchelOutcome *outcome)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "n", outcome->number);
  json_object_set_string_member (object, "id", outcome->uuid);
  if (outcome->state == SATCHEL_OUTCOME_APPLIED) {
    json_object_set_string_member (object, "state", "applied");
    json_object_set_int_member (object, "s", outcome->s);
    if (outcome->at_ms > 0)
      json_object_set_int_member (object, "at", outcome->at_ms);
    if (outcome->n_conflicts > 0)
      json_object_set_int_member (object, "conflicts", outcome->n_conflicts);
  } else {
    json_object_set_string_member (object, "state", "parked");
    json_object_set_string_member (object, "code", satchel_error_name (outcome->code));
    json_object_set_string_member (object, "reason", outcome->reason);
    if (outcome->field != NULL)
      json_object_set_string_member (object, "field", outcome->field);
  }
  return object;
}

char *
satchel_push_answer_to_text (const SatchelPushAnswer *message)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  const GPtrArray *outcomes = message->outcomes;

  for (guint i = 0, n; i < outcomes->len; i += n) {
    n = count_run (outcomes, i);
    json_array_add_object_element (array, is_plain (outcomes->pdata[i])
                                              ? range_to_json (outcomes->pdata[i], outcomes->pdata[i + n - 1])
                                              : outcome_to_json (outcomes->pdata[i]));
  }
  json_object_set_array_member (object, "outcomes", array);
  json_node_take_object (node, object);
  return satchel_json_print (node);
}

/* Two integers in ascending order, at least @minimum. */
static gboolean
read_pair (JsonNode *node, gint64 minimum, gint64 *first, gint64 *last)
{
  JsonArray *pair = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  return pair != NULL && json_array_get_length (pair) == 2 &&
         satchel_json_get_integer (json_array_get_element (pair, 0), first) &&
         satchel_json_get_integer (json_array_get_element (pair, 1), last) && *first >= minimum &&
         *first <= *last;
}

/* The bound keeps a few bytes from becoming gigabytes. */
static gboolean
read_range (JsonNode *numbers, JsonNode *sequence, gint64 at_ms, GPtrArray *outcomes, GError **error)
{
  gint64 first, last, first_s, last_s;

  if (!read_pair (numbers, 1, &first, &last) || !read_pair (sequence, 0, &first_s, &last_s) ||
      last - first != last_s - first_s)
    return fail ("an outcome: its ranges are no ranges", error);
  if (last - first >= SATCHEL_MAX_OUTCOMES - (gint64)outcomes->len)
    return fail_too_many ("the answer to a push has", SATCHEL_MAX_OUTCOMES, error);

  for (gint64 i = 0; i <= last - first; i++) {
    SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

    outcome->number = first + i;
    outcome->s = first_s + i;
    outcome->at_ms = at_ms;
    g_ptr_array_add (outcomes, outcome);
  }
  return TRUE;
}

/* @members stands at an entry whose "n" is one number. A code that this program does not know becomes
 * INVALID: the reason says the rest. */
static SatchelOutcome *
read_outcome (SatchelMembers *members, GError **error)
{
  g_autoptr (SatchelOutcome) outcome = g_new0 (SatchelOutcome, 1);
  const char *state, *code;

  outcome->number = satchel_members_require_integer (members, "n", 1, G_MAXINT64);
  outcome->uuid = g_strdup (satchel_members_require_id (members, "id"));
  state = satchel_members_require_string (members, "state");
  if (g_strcmp0 (state, "parked") == 0) {
    outcome->state = SATCHEL_OUTCOME_PARKED;
    outcome->code = SATCHEL_ERROR_INVALID;
    code = satchel_members_require_string (members, "code");
    (void)satchel_error_from_name (code, &outcome->code);
    outcome->reason = g_strdup (satchel_members_require_string (members, "reason"));
    outcome->field = g_strdup (satchel_members_get_string (members, "field"));
  } else {
    outcome->state = SATCHEL_OUTCOME_APPLIED;
    outcome->s = satchel_members_require_integer (members, "s", 0, G_MAXINT64);
    outcome->at_ms = satchel_members_get_integer (members, "at", 1, SATCHEL_INSTANT_LAST_MS, 0);
    outcome->n_conflicts = satchel_members_get_integer (members, "conflicts", 0, G_MAXINT32, 0);
  }
  if (!satchel_members_finish (members, SATCHEL_MEMBERS_ANY, error))
    return NULL;
  if (outcome->state == SATCHEL_OUTCOME_APPLIED && !g_str_equal (state, "applied")) {
    fail ("an outcome: its state is neither applied nor parked", error);
    return NULL;
  }
  return g_steal_pointer (&outcome);
}

static gboolean
read_entry (JsonNode *node, GPtrArray *outcomes, GError **error)
{
  const SatchelOutcome *last = outcomes->len > 0 ? outcomes->pdata[outcomes->len - 1] : NULL;
  guint n_before = outcomes->len;
  SatchelMembers members;
  JsonNode *numbers;

  satchel_members_open (&members, node, "an outcome");
  numbers = satchel_members_get_node (&members, "n");
  if (numbers != NULL && JSON_NODE_HOLDS_ARRAY (numbers)) {
    const gint64 at_ms = satchel_members_get_integer (&members, "at", 1, SATCHEL_INSTANT_LAST_MS, 0);

    if (!read_range (numbers, satchel_members_get_node (&members, "s"), at_ms, outcomes, error) ||
        !satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
      return FALSE;
  } else {
    SatchelOutcome *outcome = read_outcome (&members, error);

    if (outcome == NULL)
      return FALSE;
    g_ptr_array_add (outcomes, outcome);
  }
  if (last != NULL && ((SatchelOutcome *)outcomes->pdata[n_before])->number <= last->number)
    return fail ("the answer to a push: its outcomes are not in order", error);
  return TRUE;
}

SatchelPushAnswer *
satchel_push_answer_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelPushAnswer) message = satchel_push_answer_new ();
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;
  JsonArray *outcomes;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "the answer to a push");
  outcomes = satchel_members_require_array (&members, "outcomes");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return NULL;
  if (json_array_get_length (outcomes) > SATCHEL_MAX_OUTCOMES) {
    fail_too_many ("the answer to a push has", SATCHEL_MAX_OUTCOMES, error);
    return NULL;
  }
  for (guint i = 0; i < json_array_get_length (outcomes); i++) {
    if (!read_entry (json_array_get_element (outcomes, i), message->outcomes, error))
      return NULL;
  }
  return g_steal_pointer (&message);
}
