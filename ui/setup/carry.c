/* One question at a time, because a server answers few of them at once; what was chosen otherwise meanwhile
 * is asked again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/carry.h"

#include "client/online.h"
#include "client/preview.h"
#include "client/sync/http.h"
#include "protocol/error.h"
#include "ui/setup/filter-words.h"
#include "ui/sync/words.h"

#define MOST_GIVEN 50

typedef struct {
  SatchelCarryItem shown; /* first */
  gboolean wanted;        /* to be asked */
} Item;

struct _SatchelCarryChoices {
  GObject parent_instance;
  SatchelDesk *desk;
  SatchelTransport *transport; /* NULL: the address does not hold any more */
  GCancellable *cancellable;
  Item role;
  GPtrArray *items; /* Item* */
  gboolean asking;  /* a question is under way */
  GPtrArray *given; /* Given*; NULL */
};

enum { GIVEN, ROLE, ITEM, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelCarryChoices, satchel_carry_choices, G_TYPE_OBJECT)

static const char *const CONDITIONS[SATCHEL_CARRY_MORE_N] = {
  [SATCHEL_CARRY_MORE_NOTHING] = NULL,
  [SATCHEL_CARRY_MORE_MINE] = "owner = me",
  [SATCHEL_CARRY_MORE_UNIT] = "unit = my unit",
  [SATCHEL_CARRY_MORE_ALL] = "",
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->shown.problem);
  g_free (item);
}

typedef struct {
  SatchelCarryGiven shown; /* first */
  SatchelRecord *record;   /* as the server told it */
  gboolean was_wanted;
} Given;

static void
given_free (gpointer data)
{
  Given *given = data;

  g_free (given->shown.label);
  satchel_record_free (given->record);
  g_free (given);
}

/* ---- what comes with the role ---- */

static const char *
peek_text (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

static Given *
given_new (SatchelCarryChoices *choices, const SatchelRecord *record)
{
  const SatchelValue *related = satchel_record_get_by_name (record, "related");
  Given *given = g_new0 (Given, 1);

  given->shown.label =
      satchel_filter_describe (satchel_desk_get_registry (choices->desk), peek_text (record, "entity"),
                               peek_text (record, "predicate"));
  given->shown.related = related != NULL && satchel_value_get_boolean (related);
  given->was_wanted = !g_str_equal (peek_text (record, "device"), SATCHEL_SCOPE_NOWHERE);
  given->shown.wanted = given->was_wanted;
  given->record = satchel_record_copy (record);
  return given;
}

static void ask_next (SatchelCarryChoices *choices);

/* What brings most is told first: everything of somebody's, then by name. */
static int
compare_given (gconstpointer a, gconstpointer b)
{
  const Given *one = *(Given *const *)a, *other = *(Given *const *)b;
  const gboolean every = g_str_equal (peek_text (one->record, "entity"), SATCHEL_SCOPE_EVERY);

  if (every != g_str_equal (peek_text (other->record, "entity"), SATCHEL_SCOPE_EVERY))
    return every ? -1 : 1;
  return g_utf8_collate (one->shown.label, other->shown.label);
}

static void
given_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelCarryChoices) choices = data;
  g_autoptr (SatchelOnlinePage) page = satchel_online_finish (result, NULL);

  choices->asking = FALSE;
  if (choices->desk == NULL)
    return;
  ask_next (choices);
  choices->given = g_ptr_array_new_with_free_func (given_free);
  /* The first sync brings them, whether they were told or not. */
  for (guint i = 0; page != NULL && i < page->rows->len; i++) {
    g_ptr_array_add (choices->given, given_new (choices, ((SatchelOnlineRow *)page->rows->pdata[i])->record));
  }
  g_ptr_array_sort (choices->given, compare_given);
  g_signal_emit (choices, signals[GIVEN], 0);
}

static void
ask_given (SatchelCarryChoices *choices)
{
  SatchelRegistry *registry = satchel_desk_get_registry (choices->desk);
  const SatchelEntity *entity = satchel_registry_find (registry, "offline_filter");
  g_autoptr (SatchelPredicate) mine = satchel_predicate_parse (registry, entity, "owner = me", NULL);
  SatchelOnlineList list = { .entity = entity, .where = mine, .limit = MOST_GIVEN };

  choices->asking = choices->transport != NULL;
  if (choices->asking)
    satchel_online_list (satchel_desk_get_session (choices->desk), choices->transport, &list,
                         choices->cancellable, given_cb, g_object_ref (choices));
}

/* ---- what is added ---- */

typedef struct {
  SatchelCarryChoices *choices;
  Item *item; /* one of theirs */
  SatchelCarryMore more;
} Question;

static SatchelScopeChoice
choice_of (const SatchelCarryItem *item)
{
  return (SatchelScopeChoice){ .entity = item->entity->name,
                               .predicate = CONDITIONS[item->more],
                               .related = TRUE };
}

static void
tell_item (SatchelCarryChoices *choices, Item *item)
{
  guint i;

  if (item == &choices->role)
    g_signal_emit (choices, signals[ROLE], 0);
  else if (g_ptr_array_find (choices->items, item, &i))
    g_signal_emit (choices, signals[ITEM], 0, i);
}

static void
previewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (SatchelCarryChoices) choices = question->choices;
  g_autoptr (GError) error = NULL;
  SatchelCarryItem *shown = &question->item->shown;
  SatchelScopePreview preview;
  gboolean known = satchel_preview_finish (result, &preview, &error);

  choices->asking = FALSE;
  if (choices->desk == NULL)
    return;
  if (shown->more == question->more) { /* else it was chosen otherwise meanwhile */
    question->item->wanted = FALSE;
    shown->known = known;
    if (known)
      shown->preview = preview;
    else
      shown->problem =
          satchel_words_problem (satchel_error_name (satchel_error_code (error)), error->message);
    tell_item (choices, question->item);
  }
  ask_next (choices);
}

static void
ask_preview (SatchelCarryChoices *choices, Item *item)
{
  Question *question = g_new (Question, 1);
  SatchelScopeChoice choice = { 0 };

  question->choices = g_object_ref (choices);
  question->item = item;
  question->more = item->shown.more;
  choices->asking = TRUE;
  if (item != &choices->role)
    choice = choice_of (&item->shown);
  satchel_preview_async (satchel_desk_get_session (choices->desk), choices->transport,
                         item != &choices->role ? &choice : NULL, choices->cancellable, previewed_cb,
                         question);
}

static void
ask_next (SatchelCarryChoices *choices)
{
  if (choices->asking || choices->transport == NULL)
    return;
  if (choices->role.wanted) {
    ask_preview (choices, &choices->role);
    return;
  }
  for (guint i = 0; i < choices->items->len; i++)
    if (((Item *)choices->items->pdata[i])->wanted) {
      ask_preview (choices, choices->items->pdata[i]);
      return;
    }
}

void
satchel_carry_choices_set_more (SatchelCarryChoices *choices, guint i, SatchelCarryMore more)
{
  Item *item;

  g_return_if_fail (SATCHEL_IS_CARRY_CHOICES (choices) && i < choices->items->len);
  item = choices->items->pdata[i];
  if (item->shown.more == more)
    return;
  item->shown.more = more;
  item->shown.known = more == SATCHEL_CARRY_MORE_NOTHING;
  item->wanted = !item->shown.known;
  item->shown.preview = (SatchelScopePreview){ 0 };
  g_clear_pointer (&item->shown.problem, g_free);
  g_signal_emit (choices, signals[ITEM], 0, i);
  ask_next (choices);
}

gboolean
satchel_carry_choices_sum (SatchelCarryChoices *choices, SatchelScopePreview *sum)
{
  gboolean known = choices->role.shown.known;

  *sum = choices->role.shown.preview;
  for (guint i = 0; i < choices->items->len; i++) {
    const SatchelCarryItem *item = choices->items->pdata[i];

    known &= item->known;
    sum->records += item->preview.records;
    sum->bytes += item->preview.bytes;
    sum->seconds += item->preview.seconds;
  }
  return known;
}

/* ---- making it so ---- */

typedef struct {
  GArray *added; /* SatchelScopeChoice; the names of entities are interned, the conditions are constants */
  GPtrArray *on, *off; /* SatchelRecord*; of what comes with the role */
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_array_unref (wish->added);
  g_ptr_array_unref (wish->on);
  g_ptr_array_unref (wish->off);
  g_free (wish);
}

static gboolean
switch_all (SatchelSession *session, GPtrArray *filters, gboolean on, GError **error)
{
  for (guint i = 0; i < filters->len; i++) {
    g_autofree char *set = satchel_session_scope_switch_told (session, filters->pdata[i], on, error);

    if (set == NULL)
      return FALSE;
  }
  return TRUE;
}

static gpointer
apply_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Wish *wish = data;

  if (!switch_all (session, wish->on, TRUE, error) || !switch_all (session, wish->off, FALSE, error))
    return NULL;
  for (guint i = 0; i < wish->added->len; i++) {
    g_autoptr (GError) problem = NULL;
    g_autofree char *id = NULL;
    g_autofree char *set = satchel_session_scope_add (
        session, &g_array_index (wish->added, SatchelScopeChoice, i), &id, &problem);

    if (set == NULL && !g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  return NULL;
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
wish_switches (Wish *wish, const GPtrArray *given)
{
  for (guint i = 0; given != NULL && i < given->len; i++) {
    const Given *one = given->pdata[i];

    if (one->shown.wanted != one->was_wanted)
      g_ptr_array_add (one->shown.wanted ? wish->on : wish->off, satchel_record_copy (one->record));
  }
}

void
satchel_carry_choices_apply (SatchelCarryChoices *choices, GAsyncReadyCallback callback, gpointer data)
{
  Wish *wish;

  g_return_if_fail (SATCHEL_IS_CARRY_CHOICES (choices));
  wish = g_new0 (Wish, 1);
  wish->added = g_array_new (FALSE, FALSE, sizeof (SatchelScopeChoice));
  wish->on = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  wish->off = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  wish_switches (wish, choices->given);
  for (guint i = 0; i < choices->items->len; i++) {
    const SatchelCarryItem *item = choices->items->pdata[i];
    SatchelScopeChoice choice = choice_of (item);

    if (item->more != SATCHEL_CARRY_MORE_NOTHING)
      g_array_append_val (wish->added, choice);
  }
  satchel_desk_write (choices->desk, apply_job, wish, wish_free, NULL, applied_cb,
                      g_task_new (choices, NULL, callback, data));
}

gboolean
satchel_carry_choices_apply_finish (SatchelCarryChoices *choices, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the object ---- */

const GPtrArray *
satchel_carry_choices_get_given (SatchelCarryChoices *choices)
{
  return choices->given;
}

void
satchel_carry_choices_set_wanted (SatchelCarryChoices *choices, guint i, gboolean wanted)
{
  Given *given;

  g_return_if_fail (SATCHEL_IS_CARRY_CHOICES (choices) && choices->given != NULL && i < choices->given->len);
  given = choices->given->pdata[i];
  if (given->shown.wanted == wanted)
    return;
  given->shown.wanted = wanted;
  g_signal_emit (choices, signals[ROLE], 0);
}

gboolean
satchel_carry_choices_is_whole (SatchelCarryChoices *choices)
{
  for (guint i = 0; choices->given != NULL && i < choices->given->len; i++) {
    const SatchelCarryGiven *given = choices->given->pdata[i];

    if (!given->wanted)
      return FALSE;
  }
  return TRUE;
}

const SatchelCarryItem *
satchel_carry_choices_get_role (SatchelCarryChoices *choices)
{
  return &choices->role.shown;
}

guint
satchel_carry_choices_get_n_items (SatchelCarryChoices *choices)
{
  return choices->items->len;
}

const SatchelCarryItem *
satchel_carry_choices_get_item (SatchelCarryChoices *choices, guint i)
{
  g_return_val_if_fail (i < choices->items->len, NULL);
  return choices->items->pdata[i];
}

/* What people own and look for in lists; the rest comes along with it. */
static gboolean
is_offered (const SatchelEntity *entity)
{
  return entity->ownership == SATCHEL_OWNERSHIP_USER && entity->carry == SATCHEL_CARRY_CHOSEN &&
         !entity->part && !entity->retired && !entity->system && !g_str_equal (entity->area, "settings");
}

static void
satchel_carry_choices_dispose (GObject *object)
{
  SatchelCarryChoices *choices = SATCHEL_CARRY_CHOICES (object);

  g_cancellable_cancel (choices->cancellable);
  g_clear_object (&choices->desk);
  G_OBJECT_CLASS (satchel_carry_choices_parent_class)->dispose (object);
}

static void
satchel_carry_choices_finalize (GObject *object)
{
  SatchelCarryChoices *choices = SATCHEL_CARRY_CHOICES (object);

  g_clear_pointer (&choices->given, g_ptr_array_unref);
  g_ptr_array_unref (choices->items);
  g_free (choices->role.shown.problem);
  if (choices->transport != NULL)
    choices->transport->free (choices->transport);
  g_object_unref (choices->cancellable);
  G_OBJECT_CLASS (satchel_carry_choices_parent_class)->finalize (object);
}

static void
satchel_carry_choices_class_init (SatchelCarryChoicesClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = satchel_carry_choices_dispose;
  object_class->finalize = satchel_carry_choices_finalize;
  signals[GIVEN] = g_signal_new ("given", SATCHEL_TYPE_CARRY_CHOICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  signals[ROLE] = g_signal_new ("role", SATCHEL_TYPE_CARRY_CHOICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[ITEM] = g_signal_new ("item", SATCHEL_TYPE_CARRY_CHOICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
satchel_carry_choices_init (SatchelCarryChoices *choices)
{
  choices->items = g_ptr_array_new_with_free_func (item_free);
  choices->role.wanted = TRUE;
  choices->cancellable = g_cancellable_new ();
}

SatchelCarryChoices *
satchel_carry_choices_new (SatchelDesk *desk)
{
  SatchelCarryChoices *choices = g_object_new (SATCHEL_TYPE_CARRY_CHOICES, NULL);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_desk_get_registry (desk), &n_entities);

  choices->desk = g_object_ref (desk);
  choices->transport =
      satchel_http_transport_new (satchel_session_get_url (satchel_desk_get_session (desk)), NULL);
  for (guint i = 0; i < n_entities; i++) {
    Item *item;

    if (!is_offered (entities[i]))
      continue;
    item = g_new0 (Item, 1);
    item->shown.entity = entities[i];
    item->shown.known = TRUE;
    g_ptr_array_add (choices->items, item);
  }
  ask_given (choices);
  return choices;
}
