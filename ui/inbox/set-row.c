/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/set-row.h"

#include <glib/gi18n.h>

#include "ui/act/undo.h"
#include "ui/display.h"
#include "ui/form/editor.h"
#include "ui/inbox/buttons.h"
#include "ui/inbox/reasons.h"
#include "ui/page.h"

struct _SatchelSetRow {
  AdwExpanderRow parent_instance;
  SatchelDesk *desk;
  SatchelWaitingSet *set;
  GPtrArray *rows;    /* GtkWidget*, borrowed: what is unfolded */
  GPtrArray *editors; /* SatchelEditor*, borrowed; empty but while it is edited */
};

enum { DONE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelSetRow, satchel_set_row, ADW_TYPE_EXPANDER_ROW)

static void show_content (SatchelSetRow *row);
static void show_form (SatchelSetRow *row);

/* ---- what can be done: writes ---- */

/* The row may be gone from the page when the write is done: the page itself is what says so. */
typedef struct {
  SatchelSetRow *row;
  GtkWidget *page;
} Gesture;

static Gesture *
gesture_new (SatchelSetRow *row)
{
  Gesture *gesture = g_new0 (Gesture, 1);

  gesture->row = g_object_ref (row);
  gesture->page = g_object_ref (gtk_widget_get_ancestor (GTK_WIDGET (row), SATCHEL_TYPE_PAGE));
  return gesture;
}

static void
gesture_finish (Gesture *gesture)
{
  g_signal_emit (gesture->row, signals[DONE], 0);
  g_object_unref (gesture->row);
  g_object_unref (gesture->page);
  g_free (gesture);
}

static void
written_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Gesture *gesture = data;
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (desk), result, &error);
  if (error != NULL)
    satchel_toast_error (gesture->page, error);
  else
    satchel_toast (gesture->page, _ ("It goes with the next sync"), NULL, NULL);
  gesture_finish (gesture);
}

static gpointer
retry_job (SatchelSession *session, gpointer uuid, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (satchel_outbox_retry (satchel_session_get_outbox (session), uuid, error));
}

static void
retry_cb (GtkButton *button, SatchelSetRow *row)
{
  satchel_desk_write (row->desk, retry_job, g_strdup (row->set->uuid), g_free, NULL, written_cb,
                      gesture_new (row));
}

static gpointer
discard_job (SatchelSession *session, gpointer uuid, GCancellable *cancellable, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (session);
  g_autoptr (SatchelQueuedSet) queued = satchel_outbox_find (outbox, uuid, error);

  if (queued == NULL || !satchel_outbox_discard (outbox, uuid, error))
    return NULL;
  return g_steal_pointer (&queued);
}

static gpointer
bring_back_job (SatchelSession *session, gpointer queued, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (satchel_outbox_bring_back (satchel_session_get_outbox (session), queued, error));
}

static void
discarded_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  Gesture *gesture = data;
  g_autoptr (GError) error = NULL;
  SatchelQueuedSet *queued = satchel_desk_finish (SATCHEL_DESK (desk), result, &error);

  if (queued != NULL)
    satchel_undo_offer (gesture->page, gesture->row->desk, _ ("Change discarded"), bring_back_job, queued,
                        (GDestroyNotify)satchel_queued_set_free);
  else
    satchel_toast_error (gesture->page, error);
  gesture_finish (gesture);
}

static void
discard_cb (GtkButton *button, SatchelSetRow *row)
{
  satchel_desk_write (row->desk, discard_job, g_strdup (row->set->uuid), g_free,
                      (GDestroyNotify)satchel_queued_set_free, discarded_cb, gesture_new (row));
}

static void
ask_cb (GtkButton *button, SatchelSetRow *row)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (row)), row->set->request);
  satchel_toast (GTK_WIDGET (row), _ ("A message is copied: send it to your administrator"), NULL, NULL);
}

static void
open_cb (GtkButton *button, SatchelSetRow *row)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_record (row->set->entity, row->set->record);

  satchel_go (GTK_WIDGET (row), route);
}

/* ---- editing in place ---- */

typedef struct {
  char *uuid;
  GHashTable *values; /* field → text */
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_free (edit->uuid);
  g_hash_table_unref (edit->values);
  g_free (edit);
}

static gpointer
edit_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Edit *edit = data;

  return GINT_TO_POINTER (
      satchel_outbox_edit (satchel_session_get_outbox (session), edit->uuid, edit->values, error));
}

static void
save_cb (GtkButton *button, SatchelSetRow *row)
{
  Edit *edit;

  for (guint i = 0; i < row->editors->len; i++) {
    if (satchel_editor_get_problem (row->editors->pdata[i]) != NULL) {
      gtk_widget_grab_focus (row->editors->pdata[i]);
      return;
    }
  }
  edit = g_new0 (Edit, 1);
  edit->uuid = g_strdup (row->set->uuid);
  edit->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < row->editors->len; i++) {
    const SatchelField *field = satchel_editor_get_field (row->editors->pdata[i]);

    g_hash_table_insert (edit->values, g_strdup (field->name),
                         satchel_value_to_text (field, satchel_editor_get_value (row->editors->pdata[i])));
  }
  satchel_desk_write (row->desk, edit_job, edit, edit_free, NULL, written_cb, gesture_new (row));
}

static void
edit_cb (GtkButton *button, SatchelSetRow *row)
{
  show_form (row);
  if (row->editors->len > 0)
    gtk_widget_grab_focus (row->editors->pdata[0]);
}

static void
cancel_cb (GtkButton *button, SatchelSetRow *row)
{
  show_content (row);
}

/* ---- what is unfolded ---- */

static void
clear (SatchelSetRow *row)
{
  g_ptr_array_set_size (row->editors, 0);
  for (guint i = 0; i < row->rows->len; i++)
    adw_expander_row_remove (ADW_EXPANDER_ROW (row), row->rows->pdata[i]);
  g_ptr_array_set_size (row->rows, 0);
}

static void
add (SatchelSetRow *row, GtkWidget *widget)
{
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), widget);
  g_ptr_array_add (row->rows, widget);
}

static void
add_text (SatchelSetRow *row, const char *icon, const char *title, const char *subtitle)
{
  GtkWidget *line = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (line), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (line), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (line), subtitle);
  if (icon != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (line), gtk_image_new_from_icon_name (icon));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (line), FALSE);
  add (row, line);
}

static void
add_buttons (SatchelSetRow *row, const SatchelInboxButton *buttons, guint n_buttons)
{
  GtkWidget *line = gtk_list_box_row_new ();

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (line), FALSE);
  gtk_widget_set_focusable (line, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (line),
                              satchel_inbox_buttons_new (buttons, n_buttons, row->set->title, row));
  add (row, line);
}

static void
add_ways (SatchelSetRow *row)
{
  const guint ways = row->set->ways;
  const SatchelInboxButton all[] = {
    { ways & SATCHEL_WAY_RETRY ? _ ("Try Again") : NULL, NULL, G_CALLBACK (retry_cb) },
    { ways & SATCHEL_WAY_EDIT ? _ ("Edit") : NULL, NULL, G_CALLBACK (edit_cb) },
    { ways & SATCHEL_WAY_ASK ? _ ("Copy a Request") : NULL, NULL, G_CALLBACK (ask_cb) },
    { row->set->is_draft ? _ ("Open Record") : NULL, NULL, G_CALLBACK (open_cb) },
    { ways & SATCHEL_WAY_DISCARD ? _ ("Discard") : NULL, NULL, G_CALLBACK (discard_cb) },
  };

  add_buttons (row, all, G_N_ELEMENTS (all));
}

static void
show_content (SatchelSetRow *row)
{
  const SatchelWaitingSet *set = row->set;

  clear (row);
  if (set->detail != NULL)
    add_text (row, "dialog-warning-symbolic", set->detail, NULL);
  if (set->waits_for != NULL) {
    g_autofree char *text = g_strdup_printf (_ ("Waits for “%s”, which was refused"), set->waits_for);

    add_text (row, "dialog-information-symbolic", text, NULL);
  }
  if (set->n_dependents > 0) {
    g_autofree char *text =
        g_strdup_printf (ngettext ("%u other change waits for this one", "%u other changes wait for this one",
                                   set->n_dependents),
                         set->n_dependents);

    add_text (row, "dialog-information-symbolic", text, NULL);
  }
  for (guint i = 0; i < set->lines->len; i++) {
    const SatchelWaitingLine *line = set->lines->pdata[i];

    add_text (row, line->concerned ? "dialog-warning-symbolic" : NULL, line->label,
              *line->text != '\0' ? line->text : _ ("(empty)"));
  }
  add_ways (row);
}

static void
add_editor (SatchelSetRow *row, const SatchelField *field, const SatchelWaitingLine *line)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *caption = gtk_label_new (line->label);
  GtkWidget *editor = satchel_editor_new (row->desk, field), *outer = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_wrap (GTK_LABEL (caption), TRUE);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  satchel_editor_set_value (SATCHEL_EDITOR (editor), line->value);
  if (line->concerned && row->set->detail != NULL)
    satchel_editor_set_notice (SATCHEL_EDITOR (editor), row->set->detail);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_box_append (GTK_BOX (box), editor);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (outer), FALSE);
  gtk_widget_set_focusable (outer, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (outer), box);
  g_ptr_array_add (row->editors, editor);
  add (row, outer);
}

static void
show_form (SatchelSetRow *row)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (row->desk), row->set->entity);
  const SatchelInboxButton buttons[] = {
    { _ ("Save and Send"), "suggested-action", G_CALLBACK (save_cb) },
    { _ ("Cancel"), NULL, G_CALLBACK (cancel_cb) },
  };

  clear (row);
  for (guint i = 0; i < row->set->lines->len; i++) {
    const SatchelWaitingLine *line = row->set->lines->pdata[i];
    const SatchelField *field =
        entity != NULL && line->field != NULL ? satchel_entity_find_field (entity, line->field) : NULL;

    /* What the program computed goes as it is. */
    if (field != NULL && satchel_field_is_writable (field))
      add_editor (row, field, line);
  }
  add_buttons (row, buttons, G_N_ELEMENTS (buttons));
}

/* ---- the object ---- */

SatchelWaitingSet *
satchel_set_row_get_set (SatchelSetRow *row)
{
  return row->set;
}

static void
satchel_set_row_finalize (GObject *object)
{
  SatchelSetRow *row = SATCHEL_SET_ROW (object);

  g_clear_object (&row->desk);
  g_clear_object (&row->set);
  g_ptr_array_unref (row->rows);
  g_ptr_array_unref (row->editors);
  G_OBJECT_CLASS (satchel_set_row_parent_class)->finalize (object);
}

static void
satchel_set_row_class_init (SatchelSetRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_set_row_finalize;
  signals[DONE] =
      g_signal_new ("done", SATCHEL_TYPE_SET_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_set_row_init (SatchelSetRow *row)
{
  row->rows = g_ptr_array_new ();
  row->editors = g_ptr_array_new ();
}

GtkWidget *
satchel_set_row_new (SatchelDesk *desk, SatchelWaitingSet *set)
{
  SatchelSetRow *row = g_object_new (SATCHEL_TYPE_SET_ROW, NULL);
  const SatchelEntity *entity = satchel_registry_find (satchel_desk_get_registry (desk), set->entity);
  g_autofree char *icon =
      entity != NULL ? satchel_display_dup_icon (entity) : g_strdup ("satchel-record-symbolic");
  g_autofree char *when = satchel_display_moment (set->made_at_ms, g_get_real_time () / 1000);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s\n%s", set->deed, when, set->sentence);

  row->desk = g_object_ref (desk);
  row->set = g_object_ref (set);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), set->title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), subtitle);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), gtk_image_new_from_icon_name (icon));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, set->title, -1);
  show_content (row);
  return GTK_WIDGET (row);
}
