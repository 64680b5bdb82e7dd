/* Three menus and an entry. The menus are made when they open, so that they tell what there is then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/filter-bar.h"

#include <glib/gi18n.h>

#include "client/replica/column.h"
#include "client/views.h"
#include "ui/grid/filters.h"
#include "ui/grid/question.h"
#include "ui/tip.h"

struct _SatchelFilterBar {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  const SatchelEntity *entity;
  const SatchelView *view;
  char *view_name; /* of what is shown: whether another one comes */
  char *where;     /* besides; "" for none */
  char *type;      /* condition; "" for all */
  char *type_label;
  guint date;
  GtkWidget *box, *buttons;
  GtkMenuButton *views, *types, *dates;
  GtkSearchEntry *find;
  GSimpleActionGroup *actions;
  GMenu *each;               /* the section of types: filled while it is open */
  GPtrArray *options;        /* SatchelTypeOption, what stands in it; NULL: not listed yet */
  GCancellable *cancellable; /* of the types being listed */
};

enum { CHANGED, VIEW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelFilterBar, satchel_filter_bar, GTK_TYPE_WIDGET)

/* ---- buttons ---- */

static void
set_button (GtkMenuButton *button, const char *filter, const char *value, gboolean used)
{
  GtkWidget *label = gtk_menu_button_get_child (button);
  g_autofree char *name = g_strdup_printf (_ ("%s: %s"), filter, value);

  gtk_label_set_text (GTK_LABEL (label), value);
  if (used)
    gtk_widget_add_css_class (label, "heading");
  else
    gtk_widget_remove_css_class (label, "heading");
  satchel_tip_name (GTK_WIDGET (button), name);
}

static void
update_buttons (SatchelFilterBar *bar)
{
  set_button (bar->views, _ ("View"), _ (bar->view->label), FALSE);
  set_button (bar->types, _ ("Type"), *bar->type != '\0' ? bar->type_label : _ ("All Types"),
              *bar->type != '\0');
  set_button (bar->dates, _ ("Date"), _ (satchel_date_filter_get_label (bar->date)), bar->date > 0);
}

static const SatchelField *
find_field (SatchelFilterBar *bar, const char *path)
{
  g_autoptr (SatchelColumn) column =
      path != NULL ? satchel_column_parse (satchel_desk_get_registry (bar->desk), bar->entity, path, NULL)
                   : NULL;

  return column != NULL ? satchel_column_get_field (column) : NULL;
}

static void
append_item (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

/* ---- views ---- */

static void
append_saved_views (SatchelFilterBar *bar, GMenu *menu)
{
  SatchelSession *session = satchel_desk_get_session (bar->desk);
  g_autoptr (GPtrArray) saved =
      session != NULL ? satchel_session_list_views (session, bar->entity, NULL) : NULL;
  g_autoptr (GMenu) own = g_menu_new (), shared = g_menu_new ();

  for (guint i = 0; saved != NULL && i < saved->len; i++)
    append_item (satchel_saved_view_is_own (saved->pdata[i]) ? own : shared,
                 satchel_saved_view_get_name (saved->pdata[i]), "filter.view",
                 satchel_saved_view_get_id (saved->pdata[i]));
  if (g_menu_model_get_n_items (G_MENU_MODEL (own)) > 0)
    g_menu_append_section (menu, _ ("My Views"), G_MENU_MODEL (own));
  if (g_menu_model_get_n_items (G_MENU_MODEL (shared)) > 0)
    g_menu_append_section (menu, _ ("Shared With Me"), G_MENU_MODEL (shared));
}

static void
open_views_cb (GtkMenuButton *button, gpointer data)
{
  SatchelFilterBar *bar = data;
  g_autoptr (GMenu) menu = g_menu_new (), system = g_menu_new ();

  for (guint i = 0; i < bar->entity->n_views; i++)
    append_item (system, _ (bar->entity->views[i].label), "filter.view", bar->entity->views[i].name);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (system));
  append_saved_views (bar, menu);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
view_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelFilterBar *bar = data;

  if (g_strcmp0 (g_variant_get_string (parameter, NULL), bar->view_name) != 0)
    g_signal_emit (bar, signals[VIEW], 0, g_variant_get_string (parameter, NULL));
}

/* ---- types ---- */

typedef struct {
  SatchelQuestion *question;
  char *path;
} TypesJob;

static void
types_job_free (gpointer data)
{
  TypesJob *job = data;

  satchel_question_unref (job->question);
  g_free (job->path);
  g_free (job);
}

static gpointer
types_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const TypesJob *job = data;
  const SatchelQuery query = { .entity = job->question->entity,
                               .where = job->question->where,
                               .find = job->question->find,
                               .find_fields = (const char *const *)job->question->find_fields,
                               .limit = -1 };

  return satchel_type_filter_list (session, &query, job->path, TRUE, error);
}

/* Takes @options. */
static void
show_types (SatchelFilterBar *bar, GPtrArray *options)
{
  g_menu_remove_all (bar->each);
  g_clear_pointer (&bar->options, g_ptr_array_unref);
  bar->options = options;
  for (guint i = 0; options != NULL && i < options->len; i++) {
    const SatchelTypeOption *option = options->pdata[i];
    g_autofree char *counted = option->count >= 0
                                   ? g_strdup_printf (_ ("%s (%'d)"), option->label, (int)option->count)
                                   : g_strdup (option->label);

    append_item (bar->each, counted, "filter.type", option->where);
  }
}

static void
types_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelFilterBar) bar = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *options = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  /* The menu is left as it was when they cannot be listed: the list itself says why. */
  if (options != NULL && bar->each != NULL)
    show_types (bar, options);
  else if (options != NULL)
    g_ptr_array_unref (options); /* nobody is there any more */
}

static char *
dup_conditions (SatchelFilterBar *bar, gboolean with_type)
{
  g_autofree char *date =
      satchel_date_filter_to_text (bar->date, bar->view->date_field != NULL ? bar->view->date_field : "");
  const char *conditions[] = { bar->view->where, bar->where, date, with_type ? bar->type : "", NULL };

  return satchel_filters_join (conditions);
}

/* What is known already is there when the menu opens; counts and names follow. */
static void
open_types_cb (GtkMenuButton *button, gpointer data)
{
  SatchelFilterBar *bar = data;
  SatchelRegistry *registry = satchel_desk_get_registry (bar->desk);
  g_autofree char *where = dup_conditions (bar, FALSE);
  g_autoptr (SatchelPredicate) condition = satchel_predicate_parse (registry, bar->entity, where, NULL);
  SatchelRowsQuery query = { .entity = bar->entity,
                             .where = condition,
                             .find = satchel_filter_bar_get_find (bar),
                             .find_fields = *bar->view->find != NULL ? bar->view->find : NULL };
  TypesJob *job;

  if (condition == NULL)
    return;
  g_cancellable_cancel (bar->cancellable);
  g_clear_object (&bar->cancellable);
  bar->cancellable = g_cancellable_new ();
  job = g_new0 (TypesJob, 1);
  job->question = satchel_question_new (registry, &query);
  job->path = g_strdup (bar->view->type_field);
  satchel_desk_read (bar->desk, types_job, job, types_job_free, (GDestroyNotify)g_ptr_array_unref,
                     bar->cancellable, types_cb, g_object_ref (bar));
}

static void
set_type (SatchelFilterBar *bar, const char *where)
{
  g_free (bar->type);
  bar->type = g_strdup (where);
  g_clear_pointer (&bar->type_label, g_free);
  for (guint i = 0; bar->options != NULL && i < bar->options->len; i++) {
    const SatchelTypeOption *option = bar->options->pdata[i];

    if (g_str_equal (option->where, where)) {
      g_free (bar->type_label);
      bar->type_label = g_strdup (option->label);
    }
  }
  if (bar->type_label == NULL)
    bar->type_label = g_strdup (where);
}

static void
set_state (SatchelFilterBar *bar, const char *action, const char *state)
{
  GAction *found = g_action_map_lookup_action (G_ACTION_MAP (bar->actions), action);

  g_simple_action_set_state (G_SIMPLE_ACTION (found), g_variant_new_string (state));
}

static void
type_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelFilterBar *bar = data;

  set_type (bar, g_variant_get_string (parameter, NULL));
  g_simple_action_set_state (action, parameter);
  update_buttons (bar);
  g_signal_emit (bar, signals[CHANGED], 0);
}

/* ---- dates ---- */

static GMenuModel *
make_types (SatchelFilterBar *bar)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) all = g_menu_new ();

  bar->each = g_menu_new ();
  append_item (all, _ ("All Types"), "filter.type", "");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (all));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (bar->each));
  return G_MENU_MODEL (menu);
}

static GMenuModel *
make_dates (void)
{
  GMenu *menu = g_menu_new (), *section = NULL;

  for (guint i = 0; satchel_date_filter_get_name (i) != NULL; i++) {
    if (section == NULL || satchel_date_filter_begins_group (i)) {
      section = g_menu_new ();
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
      g_object_unref (section);
    }
    append_item (section, _ (satchel_date_filter_get_label (i)), "filter.date",
                 satchel_date_filter_get_name (i));
  }
  return G_MENU_MODEL (menu);
}

static void
date_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelFilterBar *bar = data;
  const char *name = g_variant_get_string (parameter, NULL);

  for (guint i = 0; satchel_date_filter_get_name (i) != NULL; i++) {
    if (!g_str_equal (satchel_date_filter_get_name (i), name))
      continue;
    bar->date = i;
    g_simple_action_set_state (action, parameter);
    update_buttons (bar);
    g_signal_emit (bar, signals[CHANGED], 0);
  }
}

/* ---- quick find ---- */

static void
find_cb (GtkEditable *entry, SatchelFilterBar *bar)
{
  g_signal_emit (bar, signals[CHANGED], 0);
}

static void
stop_cb (GtkSearchEntry *entry, SatchelFilterBar *bar)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

/* Down leads into what was found. */
static gboolean
find_key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
             SatchelFilterBar *bar)
{
  if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    return gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (bar))), GTK_DIR_DOWN);
  return FALSE;
}

const char *
satchel_filter_bar_get_find (SatchelFilterBar *bar)
{
  return gtk_editable_get_text (GTK_EDITABLE (bar->find));
}

/* GTK empties the entry first, and would say so. */
static void
set_find (SatchelFilterBar *bar, const char *text)
{
  g_signal_handlers_block_by_func (bar->find, find_cb, bar);
  gtk_editable_set_text (GTK_EDITABLE (bar->find), text);
  g_signal_handlers_unblock_by_func (bar->find, find_cb, bar);
}

void
satchel_filter_bar_set_find (SatchelFilterBar *bar, const char *text)
{
  set_find (bar, text);
  gtk_editable_set_position (GTK_EDITABLE (bar->find), -1);
  g_signal_emit (bar, signals[CHANGED], 0);
}

void
satchel_filter_bar_listen (SatchelFilterBar *bar, GtkWidget *widget)
{
  gtk_search_entry_set_key_capture_widget (bar->find, widget);
}

void
satchel_filter_bar_focus (SatchelFilterBar *bar)
{
  gtk_widget_grab_focus (GTK_WIDGET (bar->find));
  gtk_editable_select_region (GTK_EDITABLE (bar->find), 0, -1);
}

/* ---- all of it ---- */

void
satchel_filter_bar_show (SatchelFilterBar *bar, const SatchelEntity *entity, const SatchelView *view,
                         const char *where)
{
  gboolean other = bar->view == NULL || bar->entity != entity || g_strcmp0 (bar->view_name, view->name) != 0;
  const SatchelField *type, *date;

  g_return_if_fail (SATCHEL_IS_FILTER_BAR (bar));
  bar->entity = entity;
  bar->view = view;
  g_free (bar->where);
  bar->where = g_strdup (where != NULL ? where : "");
  if (other) {
    g_free (bar->view_name);
    bar->view_name = g_strdup (view->name);
    bar->date = 0;
    set_type (bar, "");
    show_types (bar, NULL);
    set_state (bar, "view", view->name);
    set_state (bar, "type", "");
    set_state (bar, "date", satchel_date_filter_get_name (0));
  }
  type = find_field (bar, view->type_field);
  date = find_field (bar, view->date_field);
  gtk_widget_set_visible (GTK_WIDGET (bar->types), type != NULL && satchel_type_filter_fits (type));
  gtk_widget_set_visible (GTK_WIDGET (bar->dates), date != NULL);
  update_buttons (bar);
}

char *
satchel_filter_bar_dup_where (SatchelFilterBar *bar)
{
  return dup_conditions (bar, TRUE);
}

gboolean
satchel_filter_bar_is_used (SatchelFilterBar *bar)
{
  return bar->date > 0 || *bar->type != '\0' || *bar->where != '\0' ||
         *satchel_filter_bar_get_find (bar) != '\0';
}

void
satchel_filter_bar_clear (SatchelFilterBar *bar)
{
  bar->date = 0;
  set_type (bar, "");
  set_state (bar, "type", "");
  set_state (bar, "date", satchel_date_filter_get_name (0));
  set_find (bar, "");
  update_buttons (bar);
  g_signal_emit (bar, signals[CHANGED], 0);
}

void
satchel_filter_bar_set_narrow (SatchelFilterBar *bar, gboolean narrow)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (bar->box),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  /* What is left over of the line is best with the longest name, which says most. */
  gtk_widget_set_hexpand (gtk_widget_get_first_child (bar->buttons), narrow);
}

/* ---- the object ---- */

static void
satchel_filter_bar_dispose (GObject *object)
{
  SatchelFilterBar *bar = SATCHEL_FILTER_BAR (object);

  g_cancellable_cancel (bar->cancellable);
  g_clear_object (&bar->cancellable);
  g_clear_pointer (&bar->box, gtk_widget_unparent);
  g_clear_object (&bar->actions);
  g_clear_object (&bar->each);
  g_clear_pointer (&bar->options, g_ptr_array_unref);
  g_clear_object (&bar->desk);
  G_OBJECT_CLASS (satchel_filter_bar_parent_class)->dispose (object);
}

static void
satchel_filter_bar_finalize (GObject *object)
{
  SatchelFilterBar *bar = SATCHEL_FILTER_BAR (object);

  g_free (bar->view_name);
  g_free (bar->where);
  g_free (bar->type);
  g_free (bar->type_label);
  G_OBJECT_CLASS (satchel_filter_bar_parent_class)->finalize (object);
}

static void
satchel_filter_bar_class_init (SatchelFilterBarClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = satchel_filter_bar_dispose;
  object_class->finalize = satchel_filter_bar_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = g_signal_new ("changed", SATCHEL_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[VIEW] = g_signal_new ("view", SATCHEL_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkMenuButton *
add_button (SatchelFilterBar *bar, GtkMenuButtonCreatePopupFunc open)
{
  GtkWidget *button = gtk_menu_button_new (), *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 5);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), label);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (button), TRUE);
  if (open != NULL)
    gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), open, bar, NULL);
  gtk_box_append (GTK_BOX (bar->buttons), button);
  return GTK_MENU_BUTTON (button);
}

static void
satchel_filter_bar_init (SatchelFilterBar *bar)
{
  static const GActionEntry entries[] = {
    { .name = "view", .activate = view_action, .parameter_type = "s", .state = "''" },
    { .name = "type", .activate = type_action, .parameter_type = "s", .state = "''" },
    { .name = "date", .activate = date_action, .parameter_type = "s", .state = "'all'" },
  };
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr (GMenuModel) types = make_types (bar), dates = make_dates ();

  bar->where = g_strdup ("");
  bar->type = g_strdup ("");
  bar->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (bar->actions), entries, G_N_ELEMENTS (entries), bar);
  gtk_widget_insert_action_group (GTK_WIDGET (bar), "filter", G_ACTION_GROUP (bar->actions));
  bar->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  bar->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  bar->views = add_button (bar, open_views_cb);
  bar->types = add_button (bar, open_types_cb);
  bar->dates = add_button (bar, NULL);
  gtk_menu_button_set_menu_model (bar->types, types);
  gtk_menu_button_set_menu_model (bar->dates, dates);
  bar->find = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (bar->find), TRUE);
  g_object_set (bar->find, "placeholder-text", _ ("Find in this view"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar->find), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Quick Find"),
                                  -1);
  /* Each letter is asked at once, without the pause of "search-changed": a question that is superseded costs
   * little. */
  g_signal_connect (bar->find, "changed", G_CALLBACK (find_cb), bar);
  g_signal_connect (bar->find, "stop-search", G_CALLBACK (stop_cb), bar);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (find_key_cb), bar);
  gtk_widget_add_controller (GTK_WIDGET (bar->find), keys);
  gtk_box_append (GTK_BOX (bar->box), bar->buttons);
  gtk_box_append (GTK_BOX (bar->box), GTK_WIDGET (bar->find));
  gtk_widget_set_parent (bar->box, GTK_WIDGET (bar));
  gtk_widget_set_margin_start (GTK_WIDGET (bar), 6);
  gtk_widget_set_margin_end (GTK_WIDGET (bar), 6);
  gtk_widget_set_margin_top (GTK_WIDGET (bar), 6);
  gtk_widget_set_margin_bottom (GTK_WIDGET (bar), 6);
}

GtkWidget *
satchel_filter_bar_new (SatchelDesk *desk)
{
  SatchelFilterBar *bar = g_object_new (SATCHEL_TYPE_FILTER_BAR, NULL);

  bar->desk = g_object_ref (desk);
  return GTK_WIDGET (bar);
}
