/* What all editors share: the value, the problem below, plain text while read-only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/editor.h"

#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/form/fields.h"
#include "ui/page.h"
#include "ui/tip.h"

typedef struct {
  SatchelDesk *desk;
  const SatchelField *field;
  SatchelValue *value;
  SatchelRecord *record; /* of amounts: what they stand in; NULL: not known */
  char *problem, *notice;
  gboolean read_only, uncommitted, showing;
  gboolean numbered;         /* the server gives the value to its record */
  GtkWidget *child, *target; /* of the kind; NULL before it is built */
  GtkWidget *plain_box, *go; /* instead of it while read-only; NULL: was never */
  GtkLabel *plain, *message; /* NULL: nothing to say yet */
} SatchelEditorPrivate;

enum { PROP_0, PROP_READ_ONLY, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { CHANGED, COMMITTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SatchelEditor, satchel_editor, GTK_TYPE_WIDGET)

#define PRIVATE(editor) ((SatchelEditorPrivate *)satchel_editor_get_instance_private (editor))

static GType
kind_of (const SatchelField *field)
{
  switch (field->type) {
  case SATCHEL_TYPE_TEXT:
    return satchel_text_editor_get_type ();
  case SATCHEL_TYPE_BOOLEAN:
    return satchel_switch_editor_get_type ();
  case SATCHEL_TYPE_DATE:
  case SATCHEL_TYPE_DATETIME:
    return satchel_moment_editor_get_type ();
  case SATCHEL_TYPE_CHOICE:
    return satchel_choice_editor_get_type ();
  case SATCHEL_TYPE_MULTICHOICE:
    return satchel_keys_editor_get_type ();
  case SATCHEL_TYPE_LOOKUP:
    return satchel_lookup_editor_get_type ();
  case SATCHEL_TYPE_PARTIES:
    return satchel_party_editor_get_type ();
  case SATCHEL_TYPE_FILE:
    return satchel_file_editor_get_type ();
  default:
    return satchel_entry_editor_get_type ();
  }
}

GtkWidget *
satchel_editor_new (SatchelDesk *desk, const SatchelField *field)
{
  SatchelEditor *editor = g_object_new (kind_of (field), NULL);
  SatchelEditorPrivate *private = PRIVATE (editor);

  private->desk = g_object_ref (desk);
  private->field = field;
  SATCHEL_EDITOR_GET_CLASS (editor)->build (editor);
  satchel_editor_set_value (editor, NULL);
  return GTK_WIDGET (editor);
}

/* ---- what is shown ---- */

static void
show_plain (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);
  SatchelSession *session = satchel_desk_get_session (private->desk);
  g_autofree char *text = NULL;

  if (session == NULL || private->plain_box == NULL)
    return;
  if (private->value == NULL && private->numbered)
    text = g_strdup (_ ("given by the server"));
  else if (private->value != NULL && private->field->type == SATCHEL_TYPE_TEXT)
    text = g_strdup (satchel_value_get_string (private->value));
  else
    text = satchel_display_in (private->record, satchel_session_get_replica (session), private->field,
                               private->value);
  gtk_label_set_text (private->plain, *text != '\0' ? text : "–");
  gtk_label_set_selectable (private->plain, private->value != NULL); /* what can be copied can be reached */
  if (private->go != NULL)
    gtk_widget_set_visible (private->go, private->value != NULL);
}

static GtkLabel *
new_label (void)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  return label;
}

/* Most editors never have anything to complain about. */
static GtkLabel *
ensure_message (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  if (private->message != NULL)
    return private->message;
  private->message = new_label ();
  gtk_widget_add_css_class (GTK_WIDGET (private->message), "error");
  gtk_widget_add_css_class (GTK_WIDGET (private->message), "caption");
  gtk_widget_set_parent (GTK_WIDGET (private->message), GTK_WIDGET (editor));
  return private->message;
}

static void
show_message (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);
  const char *message = private->problem != NULL ? private->problem : private->notice;

  if (SATCHEL_EDITOR_GET_CLASS (editor)->patient && private->uncommitted)
    message = NULL;
  if (message == NULL && private->message == NULL)
    return;
  gtk_label_set_text (ensure_message (editor), message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (private->message), message != NULL);
  if (private->target == NULL)
    return;
  if (message != NULL)
    gtk_widget_add_css_class (private->target, "error");
  else
    gtk_widget_remove_css_class (private->target, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (private->target), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (private->target), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  message != NULL ? message : "", -1);
}

static void
go_cb (GtkButton *button, SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);
  g_autoptr (SatchelRoute) route = satchel_route_new_record (satchel_value_get_entity (private->value),
                                                             satchel_value_get_id (private->value));

  satchel_go (GTK_WIDGET (editor), route);
}

/* Leads from a record that cannot be changed here to the record. */
static void
add_go (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  private->go = gtk_button_new_from_icon_name ("go-next-symbolic");
  gtk_widget_add_css_class (private->go, "flat");
  gtk_widget_set_valign (private->go, GTK_ALIGN_CENTER);
  satchel_tip_name (private->go, C_ ("verb", "Open"));
  g_signal_connect (private->go, "clicked", G_CALLBACK (go_cb), editor);
  gtk_box_append (GTK_BOX (private->plain_box), private->go);
}

static void
build_plain (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  private->plain = new_label ();
  /* Beside a button it would be as narrow as two lines allow. */
  gtk_label_set_natural_wrap_mode (private->plain, GTK_NATURAL_WRAP_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (private->plain), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (private->field->label), -1);
  private->plain_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (private->plain_box), GTK_WIDGET (private->plain));
  if (private->field->type == SATCHEL_TYPE_LOOKUP)
    add_go (editor);
  gtk_widget_insert_after (private->plain_box, GTK_WIDGET (editor), private->child);
  show_plain (editor);
}

/* ---- for everybody ---- */

const SatchelField *
satchel_editor_get_field (SatchelEditor *editor)
{
  return PRIVATE (editor)->field;
}

void
satchel_editor_set_value (SatchelEditor *editor, const SatchelValue *value)
{
  SatchelEditorPrivate *private = PRIVATE (editor);
  SatchelValue *before = private->value;

  private->value = satchel_value_ref (value);
  satchel_value_unref (before);
  g_clear_pointer (&private->problem, g_free);
  private->uncommitted = FALSE;
  private->showing = TRUE;
  SATCHEL_EDITOR_GET_CLASS (editor)->show (editor, private->value);
  private->showing = FALSE;
  show_plain (editor);
  show_message (editor);
}

const SatchelValue *
satchel_editor_get_value (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  return private->problem == NULL ? private->value : NULL;
}

const char *
satchel_editor_get_problem (SatchelEditor *editor)
{
  return PRIVATE (editor)->problem;
}

char *
satchel_editor_dup_typed (SatchelEditor *editor)
{
  SatchelEditorClass *class = SATCHEL_EDITOR_GET_CLASS (editor);

  return class->dup_typed != NULL ? class->dup_typed (editor) : NULL;
}

void
satchel_editor_type (SatchelEditor *editor, const char *typed)
{
  SatchelEditorClass *class = SATCHEL_EDITOR_GET_CLASS (editor);
  SatchelEditorPrivate *private = PRIVATE (editor);

  if (class->type == NULL)
    return;
  private->showing = TRUE;
  class->type (editor, typed);
  private->showing = FALSE;
  show_message (editor);
}

void
satchel_editor_set_notice (SatchelEditor *editor, const char *notice)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  if (g_strcmp0 (private->notice, notice) == 0)
    return;
  g_free (private->notice);
  private->notice = g_strdup (notice);
  show_message (editor);
}

void
satchel_editor_set_read_only (SatchelEditor *editor, gboolean read_only)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  if (private->read_only == read_only)
    return;
  private->read_only = read_only;
  if (private->plain_box == NULL)
    build_plain (editor);
  gtk_widget_set_visible (private->child, !read_only);
  gtk_widget_set_visible (private->plain_box, read_only);
  g_object_notify_by_pspec (G_OBJECT (editor), properties[PROP_READ_ONLY]);
}

void
satchel_editor_set_record (SatchelEditor *editor, const SatchelRecord *record)
{
  SatchelEditorClass *class = SATCHEL_EDITOR_GET_CLASS (editor);
  SatchelEditorPrivate *private = PRIVATE (editor);

  if (private->field->type == SATCHEL_TYPE_MONEY) {
    g_clear_pointer (&private->record, satchel_record_free);
    private->record = record != NULL ? satchel_record_copy (record) : NULL;
  }
  if (class->put_in != NULL) {
    private->showing = TRUE;
    class->put_in (editor, record);
    private->showing = FALSE;
  }
  private->numbered = private->field->origin == SATCHEL_ORIGIN_AUTONUMBER;
  show_plain (editor);
}

/* ---- for the kinds ---- */

const SatchelRecord *
satchel_editor_get_record (SatchelEditor *editor)
{
  return PRIVATE (editor)->record;
}

SatchelDesk *
satchel_editor_get_desk (SatchelEditor *editor)
{
  return PRIVATE (editor)->desk;
}

void
satchel_editor_set_child (SatchelEditor *editor, GtkWidget *child, GtkWidget *target)
{
  SatchelEditorPrivate *private = PRIVATE (editor);
  const char *label = _ (private->field->label);

  private->child = child;
  private->target = target;
  gtk_widget_insert_after (child, GTK_WIDGET (editor), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (target), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (private->field->requirement == SATCHEL_REQUIREMENT_REQUIRED && !GTK_IS_SWITCH (target) &&
      !GTK_IS_LABEL (target))
    gtk_accessible_update_property (GTK_ACCESSIBLE (target), GTK_ACCESSIBLE_PROPERTY_REQUIRED, TRUE, -1);
}

void
satchel_editor_set_label (SatchelEditor *editor, const char *label)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  gtk_accessible_update_property (GTK_ACCESSIBLE (private->target), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (private->plain != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (private->plain), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);
}

void
satchel_editor_take (SatchelEditor *editor, SatchelValue *value, const char *problem)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  satchel_value_unref (private->value);
  private->value = value;
  g_free (private->problem);
  private->problem = g_strdup (problem);
  if (private->showing)
    return;
  private->uncommitted = TRUE;
  show_plain (editor);
  show_message (editor);
  g_signal_emit (editor, signals[CHANGED], 0);
}

void
satchel_editor_commit (SatchelEditor *editor)
{
  SatchelEditorPrivate *private = PRIVATE (editor);

  if (!private->uncommitted)
    return;
  private->uncommitted = FALSE;
  show_message (editor);
  g_signal_emit (editor, signals[COMMITTED], 0);
}

/* ---- the object ---- */

static void
satchel_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_READ_ONLY)
    g_value_set_boolean (value, PRIVATE (SATCHEL_EDITOR (object))->read_only);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
satchel_editor_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_READ_ONLY)
    satchel_editor_set_read_only (SATCHEL_EDITOR (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static gboolean
satchel_editor_grab_focus (GtkWidget *widget)
{
  SatchelEditorPrivate *private = PRIVATE (SATCHEL_EDITOR (widget));

  return !private->read_only && private->target != NULL && gtk_widget_grab_focus (private->target);
}

static void
satchel_editor_dispose (GObject *object)
{
  SatchelEditorPrivate *private = PRIVATE (SATCHEL_EDITOR (object));
  GtkWidget *part;

  private->child = private->target = NULL;
  while ((part = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (part);
  g_clear_object (&private->desk);
  G_OBJECT_CLASS (satchel_editor_parent_class)->dispose (object);
}

static void
satchel_editor_finalize (GObject *object)
{
  SatchelEditorPrivate *private = PRIVATE (SATCHEL_EDITOR (object));

  satchel_value_unref (private->value);
  g_clear_pointer (&private->record, satchel_record_free);
  g_free (private->problem);
  g_free (private->notice);
  G_OBJECT_CLASS (satchel_editor_parent_class)->finalize (object);
}

static void
satchel_editor_class_init (SatchelEditorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = satchel_editor_get_property;
  object_class->set_property = satchel_editor_set_property;
  object_class->dispose = satchel_editor_dispose;
  object_class->finalize = satchel_editor_finalize;
  widget_class->grab_focus = satchel_editor_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  properties[PROP_READ_ONLY] = g_param_spec_boolean (
      "read-only", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] =
      g_signal_new ("changed", SATCHEL_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[COMMITTED] =
      g_signal_new ("committed", SATCHEL_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_editor_init (SatchelEditor *editor)
{
  GtkLayoutManager *column = gtk_widget_get_layout_manager (GTK_WIDGET (editor));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (column), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (column), 3);
}
