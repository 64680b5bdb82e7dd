/* A record: found as one types, opened, cleared, or made in passing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "ui/form/create.h"
#include "ui/form/fields.h"
#include "ui/form/finder.h"
#include "ui/page.h"
#include "ui/tip.h"

struct _SatchelLookupEditor {
  SatchelEditor parent_instance;
  SatchelFinder *finder;
  GtkWidget *clear, *go;
  char *title; /* of the value; "" when empty */
};

#define SATCHEL_TYPE_LOOKUP_EDITOR (satchel_lookup_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelLookupEditor, satchel_lookup_editor, SATCHEL, LOOKUP_EDITOR, SatchelEditor)
G_DEFINE_FINAL_TYPE (SatchelLookupEditor, satchel_lookup_editor, SATCHEL_TYPE_EDITOR)

static void
show_title (SatchelLookupEditor *self, const SatchelValue *value)
{
  SatchelSession *session = satchel_desk_get_session (satchel_editor_get_desk (SATCHEL_EDITOR (self)));
  char *title = NULL;

  if (value != NULL && session != NULL) {
    title = satchel_replica_dup_name (satchel_value_get_entity (value), satchel_value_get_id (value),
                                      satchel_session_get_replica (session));
    if (title == NULL)
      title = g_strdup ("…");
  }
  g_free (self->title);
  self->title = title != NULL ? title : g_strdup ("");
  satchel_finder_set_text (self->finder, self->title);
  gtk_widget_set_visible (self->clear, value != NULL);
  gtk_widget_set_visible (self->go, value != NULL);
}

static void
choose (SatchelLookupEditor *self, SatchelValue *value)
{
  show_title (self, value);
  satchel_editor_take (SATCHEL_EDITOR (self), value, NULL);
  satchel_editor_commit (SATCHEL_EDITOR (self));
}

static void
picked_cb (SatchelFinder *finder, const char *entity, const char *id, SatchelLookupEditor *self)
{
  choose (self, satchel_value_new_lookup (entity, id));
}

static void
created_cb (GObject *data, const char *entity, const char *id)
{
  choose (SATCHEL_LOOKUP_EDITOR (data), satchel_value_new_lookup (entity, id));
}

static void
create_cb (SatchelFinder *finder, const char *entity, const char *text, SatchelLookupEditor *self)
{
  SatchelDesk *desk = satchel_editor_get_desk (SATCHEL_EDITOR (self));

  satchel_create_show (GTK_WIDGET (self), desk,
                       satchel_registry_find (satchel_desk_get_registry (desk), entity), text, created_cb,
                       G_OBJECT (self));
}

static void
typed_cb (SatchelFinder *finder, SatchelEditor *editor)
{
  gboolean empty = *satchel_finder_get_text (finder) == '\0';

  /* A part of a name is nothing to save. */
  satchel_editor_take (editor, NULL, empty ? NULL : _ ("Choose a record from the list."));
}

static void
left_cb (SatchelFinder *finder, SatchelEditor *editor)
{
  SatchelLookupEditor *self = SATCHEL_LOOKUP_EDITOR (editor);

  if (satchel_editor_get_problem (editor) == NULL && *satchel_finder_get_text (finder) == '\0')
    show_title (self, NULL);
  satchel_editor_commit (editor);
}

static void
clear_cb (GtkButton *button, SatchelLookupEditor *self)
{
  choose (self, NULL);
  gtk_widget_grab_focus (satchel_finder_get_entry (self->finder));
}

static void
go_cb (GtkButton *button, SatchelEditor *editor)
{
  const SatchelValue *value = satchel_editor_get_value (editor);
  g_autoptr (SatchelRoute) route = NULL;

  if (value == NULL)
    return;
  route = satchel_route_new_record (satchel_value_get_entity (value), satchel_value_get_id (value));
  satchel_go (GTK_WIDGET (editor), route);
}

static GtkWidget *
add_button (GtkWidget *box, const char *icon, const char *label, GCallback clicked, SatchelEditor *editor)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  satchel_tip_name (button, label);
  g_signal_connect (button, "clicked", clicked, editor);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
lookup_build (SatchelEditor *editor)
{
  SatchelLookupEditor *self = SATCHEL_LOOKUP_EDITOR (editor);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *finder =
      satchel_finder_new (satchel_editor_get_desk (editor), satchel_editor_get_field (editor));

  self->finder = SATCHEL_FINDER (finder);
  gtk_widget_set_hexpand (finder, TRUE);
  gtk_box_append (GTK_BOX (box), finder);
  self->clear = add_button (box, "edit-clear-symbolic", _ ("Clear"), G_CALLBACK (clear_cb), editor);
  self->go = add_button (box, "go-next-symbolic", C_ ("verb", "Open"), G_CALLBACK (go_cb), editor);
  gtk_widget_add_css_class (box, "linked");
  satchel_editor_set_child (editor, box, satchel_finder_get_entry (self->finder));
  g_signal_connect (finder, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect (finder, "create", G_CALLBACK (create_cb), self);
  g_signal_connect (finder, "typed", G_CALLBACK (typed_cb), self);
  g_signal_connect (finder, "left", G_CALLBACK (left_cb), self);
}

static void
lookup_show (SatchelEditor *editor, const SatchelValue *value)
{
  show_title (SATCHEL_LOOKUP_EDITOR (editor), value);
}

static char *
lookup_dup_typed (SatchelEditor *editor)
{
  return g_strdup (satchel_finder_get_text (SATCHEL_LOOKUP_EDITOR (editor)->finder));
}

static void
lookup_type (SatchelEditor *editor, const char *typed)
{
  SatchelLookupEditor *self = SATCHEL_LOOKUP_EDITOR (editor);

  satchel_finder_type (self->finder, typed);
  typed_cb (self->finder, editor);
}

static void
satchel_lookup_editor_finalize (GObject *object)
{
  g_free (SATCHEL_LOOKUP_EDITOR (object)->title);
  G_OBJECT_CLASS (satchel_lookup_editor_parent_class)->finalize (object);
}

static void
satchel_lookup_editor_class_init (SatchelLookupEditorClass *class)
{
  SatchelEditorClass *editor_class = SATCHEL_EDITOR_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = satchel_lookup_editor_finalize;
  editor_class->build = lookup_build;
  editor_class->show = lookup_show;
  editor_class->dup_typed = lookup_dup_typed;
  editor_class->type = lookup_type;
  editor_class->patient = TRUE;
}

static void
satchel_lookup_editor_init (SatchelLookupEditor *self)
{
}
