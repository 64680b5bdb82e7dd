/* Two forms of one condition: groups of widgets, and text. Whichever a person changes, the other follows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/predicate-editor.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/find/clause.h"
#include "ui/find/group-box.h"

struct _SatchelPredicateEditor {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelRegistry *registry; /* what the clauses were understood by */
  char *entity_name;
  SatchelClause *root;
  char *text;    /* canonical; NULL: there is a problem */
  char *problem; /* NULL: none */
  GtkWidget *box;
  AdwBin *groups;
  GtkExpander *expander;
  GtkTextBuffer *buffer;
  GtkLabel *notice;
  gboolean showing; /* the text is written by us */
};

G_DEFINE_FINAL_TYPE (SatchelPredicateEditor, satchel_predicate_editor, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_PROBLEM, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Takes @text and @problem, one of which is NULL. */
static void
become (SatchelPredicateEditor *editor, char *text, char *problem)
{
  g_autofree char *before = editor->problem;

  g_free (editor->text);
  editor->text = text;
  editor->problem = problem;
  gtk_label_set_label (editor->notice, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (editor->notice), problem != NULL);
  if (g_strcmp0 (before, problem) != 0)
    g_object_notify_by_pspec (G_OBJECT (editor), properties[PROP_PROBLEM]);
}

/* ---- groups ---- */

static void
write_text (SatchelPredicateEditor *editor, const char *text)
{
  editor->showing = TRUE;
  gtk_text_buffer_set_text (editor->buffer, text, -1);
  editor->showing = FALSE;
}

static void
groups_cb (SatchelPredicateEditor *editor)
{
  g_autoptr (GError) error = NULL;
  char *text = satchel_clause_to_text (editor->registry, editor->root, &error);

  if (text != NULL)
    write_text (editor, text);
  become (editor, text, text == NULL ? satchel_refusal_to_text (error) : NULL);
  g_signal_emit (editor, signals[CHANGED], 0);
}

/* Takes @root; its widgets go before it does. */
static void
show_groups (SatchelPredicateEditor *editor, SatchelClause *root)
{
  GtkWidget *groups;

  adw_bin_set_child (editor->groups, NULL);
  satchel_clause_free (editor->root);
  editor->root = root;
  groups = satchel_group_box_new (editor->desk, editor->registry, root);
  g_signal_connect_swapped (groups, "changed", G_CALLBACK (groups_cb), editor);
  adw_bin_set_child (editor->groups, groups);
}

/* ---- text ---- */

/* FALSE: the groups stay as they were, and cannot be touched until the text is understood. */
static gboolean
understand (SatchelPredicateEditor *editor, const char *text)
{
  const SatchelEntity *entity = satchel_registry_find (editor->registry, editor->entity_name);
  g_autoptr (GError) error = NULL;
  SatchelClause *root = satchel_clause_from_text (editor->registry, entity, text, &error);

  gtk_widget_set_sensitive (GTK_WIDGET (editor->groups), root != NULL);
  if (root == NULL) {
    become (editor, NULL, satchel_refusal_to_text (error));
    return FALSE;
  }
  show_groups (editor, root);
  become (editor, satchel_clause_to_text (editor->registry, root, NULL), NULL);
  return TRUE;
}

static char *
read_buffer (SatchelPredicateEditor *editor)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (editor->buffer, &start, &end);
  return gtk_text_buffer_get_text (editor->buffer, &start, &end, FALSE);
}

static void
buffer_cb (GtkTextBuffer *buffer, SatchelPredicateEditor *editor)
{
  g_autofree char *typed = NULL;

  if (editor->showing)
    return;
  typed = read_buffer (editor);
  g_strdelimit (typed, "\n\t", ' ');
  understand (editor, typed);
  g_signal_emit (editor, signals[CHANGED], 0);
}

void
satchel_predicate_editor_set_text (SatchelPredicateEditor *editor, const char *text)
{
  g_return_if_fail (SATCHEL_IS_PREDICATE_EDITOR (editor));
  gboolean understood = understand (editor, text);

  write_text (editor, understood ? editor->text : text);
  if (!understood)
    gtk_expander_set_expanded (editor->expander, TRUE);
}

const char *
satchel_predicate_editor_get_text (SatchelPredicateEditor *editor)
{
  g_return_val_if_fail (SATCHEL_IS_PREDICATE_EDITOR (editor), NULL);
  return editor->text;
}

/* Fields may be others by now: what is there is read again, as text. */
static void
definitions_cb (SatchelDesk *desk, SatchelPredicateEditor *editor)
{
  g_autofree char *text = read_buffer (editor);

  adw_bin_set_child (editor->groups, NULL);
  g_clear_pointer (&editor->root, satchel_clause_free);
  satchel_registry_unref (editor->registry);
  editor->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  satchel_predicate_editor_set_text (editor, text);
  g_signal_emit (editor, signals[CHANGED], 0);
}

/* ---- the widget ---- */

static void
satchel_predicate_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_PROBLEM)
    g_value_set_string (value, SATCHEL_PREDICATE_EDITOR (object)->problem);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
satchel_predicate_editor_dispose (GObject *object)
{
  SatchelPredicateEditor *editor = SATCHEL_PREDICATE_EDITOR (object);

  g_clear_pointer (&editor->box, gtk_widget_unparent);
  g_clear_pointer (&editor->root, satchel_clause_free);
  g_clear_pointer (&editor->registry, satchel_registry_unref);
  g_clear_object (&editor->desk);
  G_OBJECT_CLASS (satchel_predicate_editor_parent_class)->dispose (object);
}

static void
satchel_predicate_editor_finalize (GObject *object)
{
  SatchelPredicateEditor *editor = SATCHEL_PREDICATE_EDITOR (object);

  g_free (editor->entity_name);
  g_free (editor->text);
  g_free (editor->problem);
  G_OBJECT_CLASS (satchel_predicate_editor_parent_class)->finalize (object);
}

static void
satchel_predicate_editor_class_init (SatchelPredicateEditorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = satchel_predicate_editor_get_property;
  object_class->dispose = satchel_predicate_editor_dispose;
  object_class->finalize = satchel_predicate_editor_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  properties[PROP_PROBLEM] =
      g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", SATCHEL_TYPE_PREDICATE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_text_view (SatchelPredicateEditor *editor)
{
  GtkWidget *view = gtk_text_view_new (), *frame = gtk_frame_new (NULL);

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 9);
  gtk_widget_set_size_request (view, -1, 72);
  /* The language reads from left to right, whatever people do. */
  gtk_widget_set_direction (view, GTK_TEXT_DIR_LTR);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Condition as Text"), -1);
  editor->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  g_signal_connect (editor->buffer, "changed", G_CALLBACK (buffer_cb), editor);
  gtk_frame_set_child (GTK_FRAME (frame), view);
  gtk_widget_set_margin_top (frame, 6);
  return frame;
}

static void
satchel_predicate_editor_init (SatchelPredicateEditor *editor)
{
  editor->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  editor->groups = ADW_BIN (adw_bin_new ());
  editor->expander = GTK_EXPANDER (gtk_expander_new (_ ("As Text")));
  gtk_accessible_update_property (GTK_ACCESSIBLE (editor->expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("As Text"), -1);
  gtk_expander_set_child (editor->expander, make_text_view (editor));
  /* GTK 4.8 sends the focus also into what is folded away, and it is lost there. */
  g_object_bind_property (editor->expander, "expanded", gtk_expander_get_child (editor->expander), "visible",
                          G_BINDING_SYNC_CREATE);
  editor->notice = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_xalign (editor->notice, 0);
  gtk_label_set_wrap (editor->notice, TRUE);
  gtk_label_set_wrap_mode (editor->notice, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (editor->notice), "error");
  gtk_widget_set_visible (GTK_WIDGET (editor->notice), FALSE);
  gtk_box_append (GTK_BOX (editor->box), GTK_WIDGET (editor->groups));
  gtk_box_append (GTK_BOX (editor->box), GTK_WIDGET (editor->expander));
  gtk_box_append (GTK_BOX (editor->box), GTK_WIDGET (editor->notice));
  gtk_widget_set_parent (editor->box, GTK_WIDGET (editor));
}

GtkWidget *
satchel_predicate_editor_new (SatchelDesk *desk, const SatchelEntity *entity)
{
  SatchelPredicateEditor *editor = g_object_new (SATCHEL_TYPE_PREDICATE_EDITOR, NULL);

  editor->desk = g_object_ref (desk);
  editor->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  editor->entity_name = g_strdup (entity->name);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), editor, 0);
  satchel_predicate_editor_set_text (editor, "");
  return GTK_WIDGET (editor);
}
