/* What is in the calendar can be tracked, not what stands in a window: of something that is new or changed
 * the wish is kept until it is saved. What was tracked from a window is tracked again whenever it is saved
 * there, so that the record follows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/editor.h"

#include <calendar/gui/e-comp-editor.h>

#include "client/evolution/calendar-deeds.h"
#include "client/evolution/calendar-text.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/notices.h"
#include "client/evolution/regarding-dialog.h"
#include "client/evolution/words.h"

typedef struct {
  EExtension parent_instance;
  gboolean merged;
  gboolean wanted;           /* it is tracked when it is saved */
  char *entity, *id, *title; /* what it is about, until that is said; NULL: as it is */
} SatchelEditorExtension;
typedef EExtensionClass SatchelEditorExtensionClass;

GType satchel_editor_extension_get_type (void);
G_DEFINE_DYNAMIC_TYPE (SatchelEditorExtension, satchel_editor_extension, E_TYPE_EXTENSION)

#define ITEMS(kind) "<" kind " action='satchel-item-track'/><" kind " action='satchel-item-regarding'/>"

static const char ui_definition[] =
    "<ui>"
    " <menubar action='main-menu'><menu action='file-menu'><placeholder "
    "name='custom-actions-placeholder'>" ITEMS (
        "menuitem") "</placeholder></menu></menubar>"
                    " <toolbar name='main-toolbar'><placeholder name='after-content'><separator/>" ITEMS (
                        "toolitem") "</placeholder></toolbar>"
                                    "</ui>";

static ECompEditor *
get_editor (SatchelEditorExtension *self)
{
  return E_COMP_EDITOR (e_extension_get_extensible (E_EXTENSION (self)));
}

/* ---- doing it ---- */

static void
forget_regarding (SatchelEditorExtension *self)
{
  g_clear_pointer (&self->entity, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->title, g_free);
}

/* What is in the calendar, by now. */
static void
track_saved (SatchelEditorExtension *self, EAlertSink *sink)
{
  ECompEditor *editor = get_editor (self);
  ECalClient *client = e_comp_editor_get_target_client (editor);
  ICalComponent *component = e_comp_editor_get_component (editor);
  const char *uid = component != NULL ? i_cal_component_get_uid (component) : NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (satchel_item_free);

  if (client == NULL || uid == NULL)
    return;
  g_ptr_array_add (items, satchel_item_new (client, uid));
  satchel_items_do (
      &(SatchelItemDeed){
          .regarding = self->entity != NULL, .entity = self->entity, .id = self->id, .title = self->title },
      items, sink);
  forget_regarding (self);
}

static void
want (SatchelEditorExtension *self)
{
  ECompEditor *editor = get_editor (self);

  self->wanted = TRUE;
  if ((e_comp_editor_get_flags (editor) & E_COMP_EDITOR_FLAG_IS_NEW) != 0 ||
      e_comp_editor_get_changed (editor))
    satchel_notice_done (E_ALERT_SINK (editor), _ ("It is tracked when it is saved"), 0, NULL);
  else
    track_saved (self, E_ALERT_SINK (editor));
}

static void
track_cb (GtkAction *action, SatchelEditorExtension *self)
{
  want (self);
}

static void
chosen_cb (const char *entity, const char *id, const char *title, gboolean attachments, gpointer data)
{
  SatchelEditorExtension *self = data;

  if (!self->merged) /* closed meanwhile */
    return;
  forget_regarding (self);
  self->entity = g_strdup (entity);
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  want (self);
}

static void
regarding_cb (GtkAction *action, SatchelEditorExtension *self)
{
  ECompEditor *editor = get_editor (self);
  g_autoptr (GPtrArray) people = satchel_calendar_list_people (e_comp_editor_get_component (editor));

  satchel_regarding_choose (GTK_WINDOW (editor), &(SatchelRegardingFor){ .addresses = people }, chosen_cb,
                            g_object_ref (self), g_object_unref);
}

/* ---- saving ---- */

/* Saved, and left open. */
static void
changed_cb (SatchelEditorExtension *self)
{
  ECompEditor *editor = get_editor (self);

  if (self->wanted && !e_comp_editor_get_changed (editor) && !e_comp_editor_get_updating (editor))
    track_saved (self, E_ALERT_SINK (editor));
}

static void
closed_cb (SatchelEditorExtension *self, gboolean saved)
{
  if (self->wanted && saved)
    track_saved (self, satchel_notice_get_sink ());
  self->wanted = FALSE;
}

/* ---- making it ---- */

static void
map_cb (SatchelEditorExtension *self)
{
  ECompEditor *editor = get_editor (self);
  GtkUIManager *ui = e_comp_editor_get_ui_manager (editor);
  const GtkActionEntry entries[] = {
    { "satchel-item-track", "emblem-shared", _ ("_Track in CRM"), "<Control><Alt>t",
      _ ("Store this in the CRM when it is saved"), G_CALLBACK (track_cb) },
    { "satchel-item-regarding", "insert-link", _ ("Set _Regarding…"), "<Control><Alt>r",
      _ ("Choose the record that this is about"), G_CALLBACK (regarding_cb) },
  };
  g_autoptr (GtkActionGroup) group = NULL;
  g_autoptr (GError) error = NULL;

  if (self->merged)
    return;
  self->merged = TRUE;
  satchel_calendar_prepare ();
  group = gtk_action_group_new ("satchel-editor");
  gtk_action_group_add_actions (group, entries, G_N_ELEMENTS (entries), self);
  g_object_set (gtk_action_group_get_action (group, "satchel-item-track"), "is-important", TRUE, NULL);
  g_object_set (gtk_action_group_get_action (group, "satchel-item-regarding"), "is-important", TRUE, NULL);
  gtk_ui_manager_insert_action_group (ui, group, 0);
  gtk_ui_manager_add_ui_from_string (ui, ui_definition, -1, &error);
  g_assert_no_error (error); /* the definition stands above */
  gtk_ui_manager_ensure_update (ui);
}

static void
destroy_cb (SatchelEditorExtension *self)
{
  self->merged = self->wanted = FALSE;
}

static void
satchel_editor_extension_constructed (GObject *object)
{
  EExtensible *editor = e_extension_get_extensible (E_EXTENSION (object));

  G_OBJECT_CLASS (satchel_editor_extension_parent_class)->constructed (object);
  g_signal_connect_object (editor, "map", G_CALLBACK (map_cb), object, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "notify::changed", G_CALLBACK (changed_cb), object, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "editor-closed", G_CALLBACK (closed_cb), object, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "destroy", G_CALLBACK (destroy_cb), object, G_CONNECT_SWAPPED);
}

static void
satchel_editor_extension_finalize (GObject *object)
{
  forget_regarding ((SatchelEditorExtension *)object);
  G_OBJECT_CLASS (satchel_editor_extension_parent_class)->finalize (object);
}

static void
satchel_editor_extension_class_init (SatchelEditorExtensionClass *class)
{
  G_OBJECT_CLASS (class)->constructed = satchel_editor_extension_constructed;
  G_OBJECT_CLASS (class)->finalize = satchel_editor_extension_finalize;
  class->extensible_type = E_TYPE_COMP_EDITOR;
}

static void
satchel_editor_extension_class_finalize (SatchelEditorExtensionClass *class)
{
}

static void
satchel_editor_extension_init (SatchelEditorExtension *self)
{
}

void
satchel_editor_register (GTypeModule *module)
{
  satchel_editor_extension_register_type (module);
}
