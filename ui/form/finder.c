/* A question for each letter, in a thread; the last answer counts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/finder.h"

#include <glib/gi18n.h>

#include "ui/display.h"

#define MOST_HITS 8 /* of each entity, and of a list with one entity */

typedef struct {
  const SatchelEntity *entity;
  char *id, *title, *detail; /* no id: a new one */
} Hit;

/* What a thread is asked. */
typedef struct {
  GPtrArray *entities;
  char *text;
} Question;

struct _SatchelFinder {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  const SatchelField *field;
  GtkWidget *entry, *popover; /* popover: NULL before the first hits */
  GtkListBox *list;           /* in it */
  GCancellable *asking;       /* NULL: nothing is asked */
  GPtrArray *hits;            /* Hit, as listed */
  gboolean typed;             /* the text is a person's, and nothing is chosen by it yet */
  gboolean insists;           /* Enter was pressed: what is found first is chosen */
};

enum { TYPED, PICKED, CREATE, LEFT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelFinder, satchel_finder, GTK_TYPE_WIDGET)

static void
hit_free (gpointer data)
{
  Hit *hit = data;

  g_free (hit->id);
  g_free (hit->title);
  g_free (hit->detail);
  g_free (hit);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_ptr_array_unref (question->entities);
  g_free (question->text);
  g_free (question);
}

/* ---- in a thread ---- */

typedef struct {
  SatchelReplica *replica;
  GPtrArray *hits;
} Gathering;

/* What tells namesakes apart: the first column of the default view that is not the title. */
static char *
make_detail (SatchelReplica *replica, const SatchelRecord *record)
{
  const SatchelView *view = &record->entity->views[0];

  for (guint i = 0; i < view->n_columns; i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, view->columns[i].field);
    const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

    if (value != NULL && field != record->entity->title)
      return satchel_display_value (replica, field, value);
  }
  return NULL;
}

static gboolean
add_hit (const SatchelRecord *record, gpointer data)
{
  Gathering *gathering = data;
  Hit *hit = g_new0 (Hit, 1);

  hit->entity = record->entity;
  hit->id = g_strdup (record->id);
  hit->title = satchel_record_dup_title (record);
  hit->detail = make_detail (gathering->replica, record);
  g_ptr_array_add (gathering->hits, hit);
  return TRUE;
}

static gpointer
find (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func (hit_free);
  Gathering gathering = { satchel_session_get_replica (session), hits };
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  for (guint i = 0; i < question->entities->len && !g_cancellable_is_cancelled (cancellable); i++) {
    SatchelQuery query = { .entity = question->entities->pdata[i],
                           .find = question->text,
                           .limit = MOST_HITS };

    if (!satchel_replica_query (gathering.replica, &query, &context, add_hit, &gathering, error))
      return NULL;
  }
  return g_steal_pointer (&hits);
}

/* ---- hits ---- */

static GtkWidget *
new_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static GtkWidget *
new_row (SatchelFinder *finder, const Hit *hit)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *detail = g_strdup (hit->detail), *name = NULL;

  if (hit->id != NULL && finder->field->n_targets > 1)
    detail = g_strdup_printf ("%s%s%s", _ (hit->entity->label), hit->detail != NULL ? " · " : "",
                              hit->detail != NULL ? hit->detail : "");
  gtk_box_append (GTK_BOX (box), new_label (hit->title, NULL));
  if (detail != NULL)
    gtk_box_append (GTK_BOX (box), new_label (detail, "caption"));
  name = detail != NULL ? g_strconcat (hit->title, ", ", detail, NULL) : g_strdup (hit->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  return row;
}

/* A new one of each entity whose records people make. */
static void
add_creations (SatchelFinder *finder, const char *text)
{
  SatchelRegistry *registry = satchel_desk_get_registry (finder->desk);

  for (guint i = 0; i < finder->field->n_targets && *text != '\0'; i++) {
    const SatchelEntity *entity = satchel_registry_find (registry, finder->field->targets[i]);
    Hit *hit;

    if (entity == NULL || entity->system || entity->part || entity->retired ||
        entity->carry == SATCHEL_CARRY_ALWAYS)
      continue;
    hit = g_new0 (Hit, 1);
    hit->entity = entity;
    hit->title = g_strdup_printf (_ ("New %s “%s”…"), _ (entity->label), text);
    g_ptr_array_add (finder->hits, hit);
  }
}

static void row_cb (GtkListBox *list, GtkListBoxRow *row, SatchelFinder *finder);
static void take_first (SatchelFinder *finder);

static void
build_popover (SatchelFinder *finder)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *list = gtk_list_box_new ();

  finder->list = GTK_LIST_BOX (list);
  gtk_widget_add_css_class (list, "satchel-hits");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Found"), -1);
  g_signal_connect (list, "row-activated", G_CALLBACK (row_cb), finder);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  finder->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (finder->popover), scrolled);
  /* The cursor stays in the entry. */
  gtk_popover_set_autohide (GTK_POPOVER (finder->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (finder->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (finder->popover), GTK_POS_BOTTOM);
  gtk_widget_set_can_focus (finder->popover, FALSE);
  gtk_widget_add_css_class (finder->popover, "menu");
  gtk_widget_set_parent (finder->popover, GTK_WIDGET (finder));
}

static gboolean
is_open (SatchelFinder *finder)
{
  return finder->popover != NULL && gtk_widget_get_visible (finder->popover);
}

static void
show_hits (SatchelFinder *finder)
{
  GtkWidget *row;

  if (finder->popover == NULL)
    build_popover (finder);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (finder->list))) != NULL)
    gtk_list_box_remove (finder->list, row);
  for (guint i = 0; i < finder->hits->len; i++)
    gtk_list_box_append (finder->list, new_row (finder, finder->hits->pdata[i]));
  if (finder->hits->len == 0) {
    gtk_popover_popdown (GTK_POPOVER (finder->popover));
    return;
  }
  gtk_widget_set_size_request (finder->popover, MAX (gtk_widget_get_width (finder->entry), 200), -1);
  gtk_popover_popup (GTK_POPOVER (finder->popover));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelFinder) finder = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *hits = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (hits == NULL)
    return; /* another letter was typed, or the profile closes */
  g_clear_object (&finder->asking);
  g_ptr_array_unref (finder->hits);
  finder->hits = hits;
  add_creations (finder, satchel_finder_get_text (finder));
  if (!gtk_widget_get_mapped (finder->entry))
    return;
  show_hits (finder);
  if (finder->insists)
    take_first (finder);
}

static void
ask (SatchelFinder *finder)
{
  SatchelRegistry *registry = satchel_desk_get_registry (finder->desk);
  Question *question = g_new0 (Question, 1);

  finder->insists = FALSE;
  g_cancellable_cancel (finder->asking);
  g_clear_object (&finder->asking);
  finder->asking = g_cancellable_new ();
  question->text = g_strdup (satchel_finder_get_text (finder));
  question->entities = g_ptr_array_new ();
  for (guint i = 0; i < finder->field->n_targets; i++) {
    const SatchelEntity *entity = satchel_registry_find (registry, finder->field->targets[i]);

    if (entity != NULL)
      g_ptr_array_add (question->entities, (gpointer)entity);
  }
  satchel_desk_read (finder->desk, find, question, question_free, (GDestroyNotify)g_ptr_array_unref,
                     finder->asking, found_cb, g_object_ref (finder));
}

static void
close_hits (SatchelFinder *finder)
{
  finder->insists = FALSE;
  g_cancellable_cancel (finder->asking);
  g_clear_object (&finder->asking);
  if (finder->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (finder->popover));
}

/* ---- choosing ---- */

static void
choose (SatchelFinder *finder, int index)
{
  const Hit *hit = finder->hits->pdata[index];
  g_autofree char *id = g_strdup (hit->id), *text = g_strdup (satchel_finder_get_text (finder));
  const char *entity = hit->entity->name;

  close_hits (finder);
  if (id != NULL)
    g_signal_emit (finder, signals[PICKED], 0, entity, id);
  else
    g_signal_emit (finder, signals[CREATE], 0, entity, text);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, SatchelFinder *finder)
{
  choose (finder, gtk_list_box_row_get_index (row));
}

static void
mark (SatchelFinder *finder, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (finder->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) + step
              : step > 0  ? 0
                          : (int)finder->hits->len - 1;

  if (index >= 0 && index < (int)finder->hits->len)
    gtk_list_box_select_row (finder->list, gtk_list_box_get_row_at_index (finder->list, index));
}

/* A record is chosen; that a new one is made is only proposed: the next Enter takes it. */
static void
take_first (SatchelFinder *finder)
{
  const Hit *first = finder->hits->len > 0 ? finder->hits->pdata[0] : NULL;

  finder->insists = FALSE;
  if (first != NULL && first->id != NULL)
    choose (finder, 0);
  else if (first != NULL)
    mark (finder, 1);
}

/* As soon as it is known what is found for the text. */
static void
insist (SatchelFinder *finder)
{
  if (finder->asking == NULL && is_open (finder)) {
    take_first (finder);
    return;
  }
  if (finder->asking == NULL)
    ask (finder);
  finder->insists = TRUE;
}

static gboolean
key_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, SatchelFinder *finder)
{
  gboolean open = is_open (finder);

  if ((key == GDK_KEY_Down || key == GDK_KEY_KP_Down) && !open) {
    ask (finder);
    return TRUE;
  }
  if (!open)
    return FALSE;
  switch (key) {
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
    mark (finder, 1);
    return TRUE;
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    mark (finder, -1);
    return TRUE;
  case GDK_KEY_Escape:
    close_hits (finder);
    return TRUE;
  default:
    return FALSE;
  }
}

static void
changed_cb (GtkEditable *entry, SatchelFinder *finder)
{
  finder->typed = *gtk_editable_get_text (entry) != '\0';
  finder->insists = FALSE;
  g_signal_emit (finder, signals[TYPED], 0);
  if (finder->typed)
    ask (finder);
  else
    close_hits (finder);
}

/* What was typed is never passed over: a dialog's default is for a text that says what is chosen. */
static void
activate_cb (GtkEntry *entry, SatchelFinder *finder)
{
  GtkListBoxRow *row = is_open (finder) ? gtk_list_box_get_selected_row (finder->list) : NULL;
  const gboolean typed = finder->typed;

  if (row != NULL) {
    choose (finder, gtk_list_box_row_get_index (row));
    return;
  }
  g_signal_emit (finder, signals[LEFT], 0);
  if (finder->typed)
    insist (finder);
  else if (!typed)
    gtk_widget_activate_default (GTK_WIDGET (finder));
}

static void
left_cb (GtkEventControllerFocus *focus, SatchelFinder *finder)
{
  close_hits (finder);
  g_signal_emit (finder, signals[LEFT], 0);
}

/* ---- for everybody ---- */

GtkWidget *
satchel_finder_get_entry (SatchelFinder *finder)
{
  return finder->entry;
}

const char *
satchel_finder_get_text (SatchelFinder *finder)
{
  return gtk_editable_get_text (GTK_EDITABLE (finder->entry));
}

void
satchel_finder_set_text (SatchelFinder *finder, const char *text)
{
  finder->typed = FALSE;
  g_signal_handlers_block_by_func (finder->entry, changed_cb, finder);
  if (!g_str_equal (satchel_finder_get_text (finder), text))
    gtk_editable_set_text (GTK_EDITABLE (finder->entry), text);
  g_signal_handlers_unblock_by_func (finder->entry, changed_cb, finder);
}

void
satchel_finder_type (SatchelFinder *finder, const char *text)
{
  satchel_finder_set_text (finder, text);
  finder->typed = *text != '\0';
}

void
satchel_finder_open (SatchelFinder *finder)
{
  ask (finder);
}

GtkWidget *
satchel_finder_new (SatchelDesk *desk, const SatchelField *field)
{
  SatchelFinder *finder = g_object_new (SATCHEL_TYPE_FINDER, NULL);

  finder->desk = g_object_ref (desk);
  finder->field = field;
  return GTK_WIDGET (finder);
}

static void
satchel_finder_dispose (GObject *object)
{
  SatchelFinder *finder = SATCHEL_FINDER (object);

  g_cancellable_cancel (finder->asking);
  g_clear_object (&finder->asking);
  g_clear_pointer (&finder->popover, gtk_widget_unparent);
  g_clear_pointer (&finder->entry, gtk_widget_unparent);
  g_clear_object (&finder->desk);
  G_OBJECT_CLASS (satchel_finder_parent_class)->dispose (object);
}

static void
satchel_finder_finalize (GObject *object)
{
  g_ptr_array_unref (SATCHEL_FINDER (object)->hits);
  G_OBJECT_CLASS (satchel_finder_parent_class)->finalize (object);
}

static void
satchel_finder_class_init (SatchelFinderClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_finder_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_finder_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[TYPED] =
      g_signal_new ("typed", SATCHEL_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PICKED] = g_signal_new ("picked", SATCHEL_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[CREATE] = g_signal_new ("create", SATCHEL_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[LEFT] =
      g_signal_new ("left", SATCHEL_TYPE_FINDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_finder_init (SatchelFinder *finder)
{
  GtkEventController *keys = gtk_event_controller_key_new (), *focus = gtk_event_controller_focus_new ();

  finder->hits = g_ptr_array_new_with_free_func (hit_free);
  finder->entry = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (finder->entry), 6);
  gtk_widget_set_hexpand (finder->entry, TRUE);
  gtk_widget_set_parent (finder->entry, GTK_WIDGET (finder));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), finder);
  gtk_widget_add_controller (finder->entry, keys);
  g_signal_connect (focus, "leave", G_CALLBACK (left_cb), finder);
  gtk_widget_add_controller (finder->entry, focus);
  g_signal_connect (finder->entry, "changed", G_CALLBACK (changed_cb), finder);
  g_signal_connect (finder->entry, "activate", G_CALLBACK (activate_cb), finder);
}
