/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences/carried.h"

#include <glib/gi18n.h>

#include "client/preview.h"
#include "client/sync/http.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/find/predicate-editor.h"
#include "ui/setup/filter-words.h"
#include "ui/sync/words.h"
#include "ui/tip.h"

/* Goes with the page. */
typedef struct {
  GtkWidget *page; /* borrowed */
  SatchelDesk *desk;
  AdwPreferencesGroup *list;
  GPtrArray *rows;     /* GtkWidget*, borrowed */
  GPtrArray *entities; /* const SatchelEntity*; those that can be chosen */
  AdwComboRow *kind, *which;
  GtkWidget *conditions; /* holds the predicate editor, while an own condition is chosen */
  SatchelPredicateEditor *editor;
  GtkSwitch *related;
  AdwActionRow *cost;
  GtkWidget *add;
  GCancellable *cancellable; /* of the question under way */
} Carried;

static void look (Carried *carried);

/* Jobs hold the page beyond the window; what is in it has gone then. */
static gboolean
is_open (Carried *carried)
{
  return gtk_widget_get_root (carried->page) != NULL;
}

static void
tell (Carried *carried, const char *text)
{
  GtkRoot *root = gtk_widget_get_root (carried->page);

  if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (text));
}

static void
tell_error (Carried *carried, const GError *error)
{
  g_autofree char *text = satchel_refusal_to_text (error);

  tell (carried, text);
}

/* ---- a choice that travels to a thread ---- */

typedef struct {
  char *id, *entity, *predicate, *name;
  gboolean related, this_device;
  gboolean off; /* switched off */
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->id);
  g_free (wish->entity);
  g_free (wish->predicate);
  g_free (wish->name);
  g_free (wish);
}

static SatchelScopeChoice
choice_of (const Wish *wish)
{
  return (SatchelScopeChoice){ wish->entity, wish->predicate, wish->related, wish->name, wish->this_device };
}

static gpointer
add_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Wish *wish = data;
  SatchelScopeChoice choice = choice_of (wish);
  g_autofree char *id = NULL, *off = NULL;
  g_autofree char *set = satchel_session_scope_add (session, &choice, &id, error);

  if (set != NULL && wish->off)
    off = satchel_session_scope_switch (session, id, FALSE, error);
  return GINT_TO_POINTER (set != NULL && (off != NULL || !wish->off));
}

static gpointer
remove_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *set = satchel_session_scope_remove (session, ((Wish *)data)->id, error);

  return GINT_TO_POINTER (set != NULL);
}

/* The page, which carries the rest, is held until the write is done. */
static void
written_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) page = data;
  Carried *carried = g_object_get_data (G_OBJECT (page), "carried");
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (desk), result, &error);
  if (!is_open (carried))
    return;
  if (error != NULL)
    tell_error (carried, error);
  look (carried);
}

/* ---- the filters ---- */

static gboolean
is_off (const SatchelOfflineFilter *filter)
{
  return g_strcmp0 (filter->device, SATCHEL_SCOPE_NOWHERE) == 0;
}

typedef struct {
  GtkWidget *page; /* a reference */
  Wish *again;     /* what would be added to take it back */
} Removal;

/* Offered only now: taken back before the filter is gone, it would be chosen already. */
static void
removed_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autofree Removal *removal = data;
  g_autoptr (GtkWidget) page = removal->page;
  Carried *carried = g_object_get_data (G_OBJECT (page), "carried");
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (desk), result, &error);
  if (error != NULL || !is_open (carried))
    wish_free (removal->again);
  else
    satchel_undo_offer (page, SATCHEL_DESK (desk), _ ("No longer carried"), add_job, removal->again,
                        wish_free);
  if (error != NULL && is_open (carried))
    tell_error (carried, error);
  if (is_open (carried))
    look (carried);
}

static void
remove_cb (GtkButton *button, Carried *carried)
{
  const SatchelOfflineFilter *filter = g_object_get_data (G_OBJECT (button), "filter");
  Wish *wish = g_new0 (Wish, 1), *again = g_new0 (Wish, 1);
  Removal *removal = g_new0 (Removal, 1);

  wish->id = g_strdup (filter->id);
  *again = (Wish){ .entity = g_strdup (filter->entity),
                   .predicate = g_strdup (filter->predicate),
                   .name = g_strdup (filter->name),
                   .related = filter->related,
                   .this_device = filter->device != NULL && !is_off (filter),
                   .off = is_off (filter) };
  removal->page = g_object_ref (carried->page);
  removal->again = again;
  satchel_desk_write (carried->desk, remove_job, wish, wish_free, NULL, removed_cb, removal);
}

static gpointer
switch_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Wish *wish = data;
  g_autofree char *set = satchel_session_scope_switch (session, wish->id, !wish->off, error);

  return GINT_TO_POINTER (set != NULL);
}

static gboolean
switch_cb (GtkSwitch *toggle, gboolean on, Carried *carried)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->id = g_strdup (g_object_get_data (G_OBJECT (toggle), "filter-id"));
  wish->off = !on;
  satchel_desk_write (carried->desk, switch_job, wish, wish_free, NULL, written_cb,
                      g_object_ref (carried->page));
  return FALSE;
}

/* One that is meant for a single device would forget for which. */
static void
add_switch (Carried *carried, AdwActionRow *row, const SatchelOfflineFilter *filter, const char *title)
{
  GtkWidget *toggle = gtk_switch_new ();
  g_autofree char *label = g_strdup_printf (_ ("Carry “%s”"), title);

  if (filter->device != NULL && !is_off (filter))
    return;
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (toggle), !is_off (filter));
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (toggle), "filter-id", g_strdup (filter->id), g_free);
  g_signal_connect (toggle, "state-set", G_CALLBACK (switch_cb), carried);
  adw_action_row_add_suffix (row, toggle);
}

static void
add_filter_row (Carried *carried, SatchelOfflineFilter *filter)
{
  GtkWidget *row = adw_action_row_new (), *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *described =
      satchel_filter_describe (satchel_desk_get_registry (carried->desk), filter->entity, filter->predicate);
  g_autofree char *count =
      filter->records >= 0
          ? g_strdup_printf (g_dngettext (NULL, "%'d record", "%'d records", filter->records),
                             (int)filter->records)
          : g_strdup (_ ("not understood here"));
  /* With a name of its own it has to say what it is. */
  g_autofree char *subtitle = g_strdup_printf ("%s%s%s%s%s%s", filter->name != NULL ? described : "",
                                               filter->name != NULL ? " · " : "", count,
                                               filter->related ? _ (" · with related records") : "",
                                               is_off (filter)          ? _ (" · switched off")
                                               : filter->device != NULL ? _ (" · one device")
                                                                        : "",
                                               filter->problem != NULL ? " · " : "");
  g_autofree char *whole = g_strconcat (subtitle, filter->problem, NULL);
  const char *title = filter->name != NULL ? filter->name : described;
  g_autofree char *label = g_strdup_printf (_ ("Stop carrying “%s”"), title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), whole);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  satchel_tip (button, _ ("Stop Carrying"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "filter", filter, (GDestroyNotify)satchel_offline_filter_free);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), carried);
  add_switch (carried, ADW_ACTION_ROW (row), filter, title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (carried->list, row);
  g_ptr_array_add (carried->rows, row);
}

/* As the first run tells them: everything of somebody's first, then by name. */
static int
compare_filters (gconstpointer a, gconstpointer b, gpointer registry)
{
  const SatchelOfflineFilter *one = *(SatchelOfflineFilter *const *)a,
                             *other = *(SatchelOfflineFilter *const *)b;
  const gboolean every = g_str_equal (one->entity, SATCHEL_SCOPE_EVERY);
  g_autofree char *name = NULL, *other_name = NULL;

  if (every != g_str_equal (other->entity, SATCHEL_SCOPE_EVERY))
    return every ? -1 : 1;
  name = satchel_filter_describe (registry, one->entity, one->predicate);
  other_name = satchel_filter_describe (registry, other->entity, other->predicate);
  return g_utf8_collate (name, other_name);
}

static gpointer
list_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return satchel_session_scope_list (session, error);
}

static void
listed_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) page = data;
  Carried *carried = g_object_get_data (G_OBJECT (page), "carried");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) filters = satchel_desk_finish (SATCHEL_DESK (desk), result, &error);

  if (!is_open (carried))
    return;
  if (filters == NULL) {
    tell_error (carried, error);
    return;
  }
  for (guint i = 0; i < carried->rows->len; i++)
    adw_preferences_group_remove (carried->list, carried->rows->pdata[i]);
  g_ptr_array_set_size (carried->rows, 0);
  adw_preferences_group_set_description (
      carried->list, filters->len > 0
                         ? NULL
                         : _ ("Nothing was chosen: lists show what the server has while you are online."));
  g_ptr_array_sort_with_data (filters, compare_filters, satchel_desk_get_registry (carried->desk));
  while (filters->len > 0)
    add_filter_row (carried, g_ptr_array_steal_index (filters, 0));
}

static void
look (Carried *carried)
{
  satchel_desk_read (carried->desk, list_job, NULL, NULL, (GDestroyNotify)g_ptr_array_unref, NULL, listed_cb,
                     g_object_ref (carried->page));
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, Carried *carried)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_desk_get_registry (desk), "offline_filter");

  if (entity != NULL && is_open (carried) && satchel_desk_changes_touch (records, entity, NULL))
    look (carried);
}

/* ---- one more ---- */

static const SatchelEntity *
get_entity (Carried *carried)
{
  return carried->entities->pdata[adw_combo_row_get_selected (carried->kind)];
}

/* The first choice is everything, the last one an own condition, and between them are the views. */
static gboolean
is_own (Carried *carried)
{
  return adw_combo_row_get_selected (carried->which) == 1 + get_entity (carried)->n_views;
}

static const char *
get_predicate (Carried *carried)
{
  const guint selected = adw_combo_row_get_selected (carried->which);

  if (is_own (carried))
    return satchel_predicate_editor_get_text (carried->editor);
  return selected == 0 ? "" : get_entity (carried)->views[selected - 1].where;
}

static Wish *
make_wish (Carried *carried)
{
  const char *predicate = get_predicate (carried);
  Wish *wish;

  if (predicate == NULL)
    return NULL;
  wish = g_new0 (Wish, 1);
  wish->entity = g_strdup (get_entity (carried)->name);
  wish->predicate = g_strdup (predicate);
  wish->related = gtk_switch_get_active (carried->related);
  return wish;
}

static void
show_cost (Carried *carried, const char *text)
{
  adw_action_row_set_subtitle (carried->cost, text);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) page = data;
  Carried *carried = g_object_get_data (G_OBJECT (page), "carried");
  g_autoptr (GError) error = NULL;
  g_autofree char *size = NULL, *text = NULL;
  SatchelScopePreview told;

  if (!satchel_preview_finish (result, &told, &error)) {
    if (!g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED))
      text = satchel_words_problem (satchel_error_name (satchel_error_code (error)), error->message);
  } else {
    size = g_format_size (told.bytes);
    text = g_strdup_printf (g_dngettext (NULL, "%'d more record, %s, about %.0f s",
                                         "%'d more records, %s, about %.0f s", told.records),
                            (int)told.records, size, MAX (told.seconds, 1));
  }
  if (text != NULL && is_open (carried))
    show_cost (carried, text);
}

/* Asks what the choice would bring; what was asked before is of no interest any more. */
static void
ask (Carried *carried)
{
  SatchelSession *session = satchel_desk_get_session (carried->desk);
  SatchelTransport *transport = g_object_get_data (G_OBJECT (carried->page), "transport");
  Wish *wish = make_wish (carried);
  SatchelScopeChoice choice;

  g_cancellable_cancel (carried->cancellable);
  g_clear_object (&carried->cancellable);
  gtk_widget_set_sensitive (carried->add, wish != NULL);
  show_cost (carried, "…");
  if (wish == NULL)
    return;
  if (session != NULL && !satchel_session_get_offline (session) && transport != NULL) {
    choice = choice_of (wish);
    carried->cancellable = g_cancellable_new ();
    satchel_preview_async (session, transport, &choice, carried->cancellable, asked_cb,
                           g_object_ref (carried->page));
  } else {
    show_cost (carried, _ ("Known when you are online"));
  }
  wish_free (wish);
}

static void
choice_cb (Carried *carried)
{
  gtk_widget_set_visible (carried->conditions, is_own (carried));
  ask (carried);
}

static void
kind_cb (AdwComboRow *row, GParamSpec *spec, Carried *carried)
{
  const SatchelEntity *entity = get_entity (carried);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  GtkListBoxRow *holder = GTK_LIST_BOX_ROW (carried->conditions);

  carried->editor = SATCHEL_PREDICATE_EDITOR (satchel_predicate_editor_new (carried->desk, entity));
  g_signal_connect_swapped (carried->editor, "changed", G_CALLBACK (ask), carried);
  gtk_list_box_row_set_child (holder, GTK_WIDGET (carried->editor));
  gtk_string_list_append (labels, _ ("All that you may read"));
  for (guint i = 0; i < entity->n_views; i++)
    gtk_string_list_append (labels, _ (entity->views[i].label));
  gtk_string_list_append (labels, _ ("Your own condition"));
  adw_combo_row_set_model (carried->which, G_LIST_MODEL (labels));
  choice_cb (carried);
}

static void
add_cb (GtkButton *button, Carried *carried)
{
  Wish *wish = make_wish (carried);

  if (wish != NULL)
    satchel_desk_write (carried->desk, add_job, wish, wish_free, NULL, written_cb,
                        g_object_ref (carried->page));
}

static GtkWidget *
make_row (GtkWidget *row, const char *title, GtkWidget *suffix)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (suffix == NULL)
    return row;
  gtk_widget_set_valign (suffix, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), suffix);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), suffix);
  return row;
}

/* Kinds that people own, in the order of their names. */
static GtkStringList *
list_kinds (Carried *carried)
{
  SatchelRegistry *registry = satchel_desk_get_registry (carried->desk);
  GtkStringList *labels = gtk_string_list_new (NULL);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->carry == SATCHEL_CARRY_ALWAYS || entities[i]->part || entities[i]->system ||
        entities[i]->retired || entities[i]->ownership == SATCHEL_OWNERSHIP_RECORD)
      continue;
    g_ptr_array_add (carried->entities, (gpointer)entities[i]);
    gtk_string_list_append (labels, _ (entities[i]->plural));
  }
  return labels;
}

static GtkWidget *
make_add (Carried *carried)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GtkStringList) kinds = list_kinds (carried);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Carry More"));
  carried->kind = ADW_COMBO_ROW (adw_combo_row_new ());
  carried->which = ADW_COMBO_ROW (adw_combo_row_new ());
  carried->conditions = adw_preferences_row_new ();
  carried->related = GTK_SWITCH (gtk_switch_new ());
  carried->cost = ADW_ACTION_ROW (adw_action_row_new ());
  carried->add = gtk_button_new_with_label (_ ("Carry"));
  gtk_widget_add_css_class (carried->add, "suggested-action");
  gtk_switch_set_active (carried->related, TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (carried->conditions), _ ("Condition"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (carried->conditions), FALSE);
  adw_combo_row_set_model (carried->kind, G_LIST_MODEL (kinds));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_row (GTK_WIDGET (carried->kind), _ ("Records"), NULL));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_row (GTK_WIDGET (carried->which), _ ("Which"), NULL));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), carried->conditions);
  adw_preferences_group_add (
      ADW_PREFERENCES_GROUP (group),
      make_row (adw_action_row_new (), _ ("With What Belongs to Them"), GTK_WIDGET (carried->related)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             make_row (GTK_WIDGET (carried->cost), _ ("What It Brings"), carried->add));
  kind_cb (carried->kind, NULL, carried);
  g_signal_connect (carried->kind, "notify::selected", G_CALLBACK (kind_cb), carried);
  g_signal_connect_swapped (carried->which, "notify::selected", G_CALLBACK (choice_cb), carried);
  g_signal_connect_swapped (carried->related, "notify::active", G_CALLBACK (ask), carried);
  g_signal_connect (carried->add, "clicked", G_CALLBACK (add_cb), carried);
  return group;
}

/* ---- the page ---- */

static void
carried_free (gpointer data)
{
  Carried *carried = data;

  g_signal_handlers_disconnect_by_data (carried->desk, carried);
  g_cancellable_cancel (carried->cancellable);
  g_clear_object (&carried->cancellable);
  g_ptr_array_unref (carried->rows);
  g_ptr_array_unref (carried->entities);
  g_object_unref (carried->desk);
  g_free (carried);
}

static void
transport_free (gpointer data)
{
  SatchelTransport *transport = data;

  transport->free (transport);
}

void
satchel_carried_fill (AdwPreferencesPage *page, SatchelDesk *desk)
{
  const char *url = satchel_session_get_url (satchel_desk_get_session (desk));
  Carried *carried = g_new0 (Carried, 1);

  carried->page = GTK_WIDGET (page);
  carried->desk = g_object_ref (desk);
  carried->rows = g_ptr_array_new ();
  carried->entities = g_ptr_array_new ();
  carried->list = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_object_set_data_full (G_OBJECT (page), "transport",
                          url != NULL ? satchel_http_transport_new (url, NULL) : NULL, transport_free);
  g_object_set_data_full (G_OBJECT (page), "carried", carried, carried_free);
  adw_preferences_group_set_title (carried->list, _ ("Carried on Your Devices"));
  adw_preferences_page_add (page, carried->list);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (make_add (carried)));
  g_signal_connect (desk, "changed", G_CALLBACK (changed_cb), carried);
  look (carried);
}
