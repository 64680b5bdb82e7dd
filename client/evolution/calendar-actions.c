/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/calendar-actions.h"

#include <calendar/gui/e-calendar-view.h>
#include <calendar/gui/e-task-table.h>
#include <shell/e-shell-content.h>
#include <shell/e-shell-window.h>

#include "client/evolution/calendar-deeds.h"
#include "client/evolution/calendar-text.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/regarding-dialog.h"
#include "client/evolution/words.h"

#define KEY "satchel-calendar-actions"

typedef struct {
  EShellView *view; /* not owned: it owns this */
  gboolean tasks;
  GtkActionGroup *group;
  guint merge;
} Actions;

#define ITEMS "<menuitem action='satchel-item-track'/><menuitem action='satchel-item-regarding'/>"

#define TOOLBAR                                                                                              \
  " <toolbar name='main-toolbar'><placeholder name='toolbar-actions'>"                                       \
  "  <toolitem action='satchel-item-track'/><toolitem "                                                      \
  "action='satchel-item-regarding'/></placeholder></toolbar>"

static const char calendar_ui[] =
    "<ui>"
    " <menubar name='main-menu'><placeholder name='custom-menus'><menu "
    "action='calendar-actions-menu'><separator/>" ITEMS "  </menu></placeholder></menubar>" TOOLBAR
    " <popup name='calendar-event-popup'><separator/>" ITEMS "</popup>"
    "</ui>";
static const char tasks_ui[] =
    "<ui>"
    " <menubar name='main-menu'><placeholder name='custom-menus'><menu "
    "action='task-actions-menu'><separator/>" ITEMS "  </menu></placeholder></menubar>" TOOLBAR
    " <popup name='task-popup'><separator/>" ITEMS "</popup>"
    "</ui>";

static void
free_actions (gpointer data)
{
  Actions *self = data;

  g_object_unref (self->group);
  g_free (self);
}

/* ---- what is selected ---- */

static void
find_table_cb (GtkWidget *widget, gpointer data)
{
  GtkWidget **found = data;

  if (*found == NULL && E_IS_TASK_TABLE (widget))
    *found = widget;
  else if (*found == NULL && GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), find_table_cb, found);
}

static void
add_item (GPtrArray *items, GPtrArray *people, ECalClient *client, ICalComponent *component)
{
  g_autoptr (GPtrArray) more = satchel_calendar_list_people (component);
  const char *uid = i_cal_component_get_uid (component);

  if (uid == NULL)
    return;
  g_ptr_array_add (items, satchel_item_new (client, uid));
  g_ptr_array_extend_and_steal (people, g_steal_pointer (&more));
}

/* @people is filled as well. */
static GPtrArray *
list_selected (Actions *self, GPtrArray *people)
{
  GtkWidget *content = GTK_WIDGET (e_shell_view_get_shell_content (self->view)), *table = NULL;
  GPtrArray *items = g_ptr_array_new_with_free_func (satchel_item_free);
  g_autoptr (ECalendarView) calendar = NULL;
  GSList *selected;

  if (self->tasks) {
    find_table_cb (content, &table);
    selected = table != NULL ? e_task_table_get_selected (E_TASK_TABLE (table)) : NULL;
    for (GSList *one = selected; one != NULL; one = one->next) {
      ECalModelComponent *component = one->data;

      add_item (items, people, component->client, component->icalcomp);
    }
    g_slist_free (selected);
  } else {
    g_object_get (content, "current-view", &calendar, NULL);
    selected = calendar != NULL ? e_calendar_view_get_selected_events (calendar) : NULL;
    for (GSList *one = selected; one != NULL; one = one->next) {
      ECalendarViewSelectionData *event = one->data;

      add_item (items, people, event->client, event->icalcomp);
    }
    g_slist_free_full (selected, e_calendar_view_selection_data_free);
  }
  return items;
}

/* ---- doing it ---- */

static void
track_cb (GtkAction *action, Actions *self)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) items = list_selected (self, people);

  satchel_items_do (&(SatchelItemDeed){ .regarding = FALSE }, items,
                    E_ALERT_SINK (e_shell_view_get_shell_content (self->view)));
}

typedef struct {
  GWeakRef content;
  GPtrArray *items;
} Question;

static void
free_question (gpointer data)
{
  Question *question = data;

  g_weak_ref_clear (&question->content);
  g_ptr_array_unref (question->items);
  g_free (question);
}

static void
chosen_cb (const char *entity, const char *id, const char *title, gboolean attachments, gpointer data)
{
  Question *question = data;
  g_autoptr (EAlertSink) sink = g_weak_ref_get (&question->content);

  satchel_items_do (&(SatchelItemDeed){ .regarding = TRUE, .entity = entity, .id = id, .title = title },
                    question->items, sink);
}

static void
regarding_cb (GtkAction *action, Actions *self)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) items = list_selected (self, people);
  Question *question;

  if (items->len == 0)
    return;
  question = g_new0 (Question, 1);
  g_weak_ref_init (&question->content, e_shell_view_get_shell_content (self->view));
  question->items = g_steal_pointer (&items);
  satchel_regarding_choose (GTK_WINDOW (e_shell_view_get_shell_window (self->view)),
                            &(SatchelRegardingFor){ .addresses = people }, chosen_cb, question,
                            free_question);
}

static void
update_cb (EShellView *view, Actions *self)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) items = list_selected (self, people);

  gtk_action_group_set_sensitive (self->group, items->len > 0);
}

/* ---- making them ---- */

static Actions *
make_actions (EShellView *view, gboolean tasks)
{
  Actions *self = g_new0 (Actions, 1);
  const GtkActionEntry entries[] = {
    { "satchel-item-track", "emblem-shared", _ ("_Track in CRM"), "<Control><Alt>t",
      _ ("Store what is selected in the CRM"), G_CALLBACK (track_cb) },
    { "satchel-item-regarding", "insert-link", _ ("Set _Regarding…"), "<Control><Alt>r",
      _ ("Choose the record that what is selected is about"), G_CALLBACK (regarding_cb) },
  };

  satchel_calendar_prepare ();
  self->view = view;
  self->tasks = tasks;
  self->group = gtk_action_group_new (tasks ? "satchel-tasks" : "satchel-calendar");
  gtk_action_group_add_actions (self->group, entries, G_N_ELEMENTS (entries), self);
  g_object_set (gtk_action_group_get_action (self->group, "satchel-item-track"), "is-important", TRUE, NULL);
  g_object_set (gtk_action_group_get_action (self->group, "satchel-item-regarding"), "is-important", TRUE,
                NULL);
  g_signal_connect (view, "update-actions", G_CALLBACK (update_cb), self);
  g_object_set_data_full (G_OBJECT (view), KEY, self, free_actions);
  return self;
}

/* The group is in the manager only while the view is shown: calendar and tasks have actions of the same
 * names. */
void
satchel_calendar_actions_merge (EShellView *view, gboolean tasks, gboolean merged)
{
  GtkUIManager *ui = e_shell_window_get_ui_manager (e_shell_view_get_shell_window (view));
  Actions *self = g_object_get_data (G_OBJECT (view), KEY);
  g_autoptr (GError) error = NULL;

  if (self == NULL && merged)
    self = make_actions (view, tasks);
  if (self == NULL || merged == (self->merge != 0))
    return;
  if (merged) {
    gtk_ui_manager_insert_action_group (ui, self->group, 0);
    self->merge = gtk_ui_manager_add_ui_from_string (ui, tasks ? tasks_ui : calendar_ui, -1, &error);
    g_assert_no_error (error); /* the definition stands above */
  } else {
    gtk_ui_manager_remove_ui (ui, self->merge);
    gtk_ui_manager_remove_action_group (ui, self->group);
    self->merge = 0;
  }
  gtk_ui_manager_ensure_update (ui);
}
