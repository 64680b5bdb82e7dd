/* Cells of the draft, and below them what is done with all of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/composer.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/form/cell.h"
#include "ui/form/field-grid.h"
#include "ui/mail/dispatch.h"
#include "ui/mail/errand.h"
#include "ui/mail/fill.h"
#include "ui/mail/sender.h"
#include "ui/page.h"
#include "ui/record/attachments.h"
#include "ui/tip.h"
#include "ui/window.h"

/* What needs a draft that is stored, once it is. */
typedef enum { THEN_NOTHING, THEN_SEND, THEN_ATTACH, THEN_HAND_OVER } Then;

struct _SatchelComposer {
  GtkWidget parent_instance;
  SatchelDraft *draft;
  SatchelDispatch *dispatch;
  SatchelSender *sender;
  GtkWidget *box, *column;
  GtkWidget *copies, *more; /* Cc and Bcc, and what shows them */
  GtkLabel *formatted;
  GtkWidget *files; /* NULL: the draft is not stored yet */
  GtkLabel *said;   /* what went wrong */
  GtkWidget *spinner, *send, *cancel;
  GtkMenuButton *templates;
  SatchelValue *filled; /* the text that body_html looks like; NULL: none */
  GSList *dropped;      /* GFile*, to be attached */
  Then then;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (SatchelComposer, satchel_composer, GTK_TYPE_WIDGET)

#define DESK(composer) satchel_draft_get_desk ((composer)->draft)

static const SatchelField *
get_field (SatchelComposer *composer, const char *name)
{
  return satchel_entity_find_field (satchel_draft_get_entity (composer->draft), name);
}

static const SatchelValue *
get_value (SatchelComposer *composer, const char *name)
{
  return satchel_draft_get_value (composer->draft, get_field (composer, name));
}

/* Not typed in its cell, which is told. */
static void
set_value (SatchelComposer *composer, const char *name, const SatchelValue *value)
{
  const SatchelField *field = get_field (composer, name);

  satchel_draft_set (composer->draft, field, value);
  g_signal_emit_by_name (composer->draft, "field", field->index);
}

static void
set_text (SatchelComposer *composer, const char *name, const char *text)
{
  g_autoptr (SatchelValue) value = text != NULL ? satchel_value_new_string (text) : NULL;

  set_value (composer, name, value);
}

static void
say (SatchelComposer *composer, const char *problem)
{
  gtk_label_set_text (composer->said, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (composer->said), problem != NULL);
}

/* ---- what stands there ---- */

static gboolean
has_recipient (SatchelComposer *composer)
{
  return get_value (composer, "to") != NULL || get_value (composer, "cc") != NULL ||
         get_value (composer, "bcc") != NULL;
}

/* One that was typed in as received goes nowhere. */
static gboolean
is_outgoing (SatchelComposer *composer)
{
  const SatchelValue *direction = get_value (composer, "direction");

  return direction != NULL && g_str_equal (satchel_value_get_string (direction), "outgoing");
}

static void
update_send (SatchelComposer *composer)
{
  const SatchelDispatchState state = satchel_dispatch_get_state (composer->dispatch);
  const gboolean under_way = state == SATCHEL_DISPATCH_UNDER_WAY || composer->then == THEN_SEND;

  gtk_widget_set_sensitive (composer->send, !under_way &&
                                                satchel_sender_get_account (composer->sender) != NULL &&
                                                has_recipient (composer) && is_outgoing (composer));
  gtk_button_set_label (GTK_BUTTON (composer->send), state == SATCHEL_DISPATCH_UNCERTAIN ? _ ("Send Again")
                                                     : state == SATCHEL_DISPATCH_FAILED  ? _ ("Try Again")
                                                                                         : _ ("Send"));
  gtk_widget_set_visible (composer->send, !under_way);
  gtk_widget_set_visible (composer->cancel, under_way);
  gtk_widget_set_visible (composer->spinner, under_way);
  gtk_spinner_set_spinning (GTK_SPINNER (composer->spinner), under_way);
  /* Nothing that has the focus becomes insensitive. */
  if (under_way && gtk_widget_get_sensitive (composer->column))
    gtk_widget_grab_focus (composer->cancel);
  gtk_widget_set_sensitive (composer->column, !under_way);
}

/* HTML says what its text says; once that was changed it says something else. */
static void
follow_format (SatchelComposer *composer)
{
  if (composer->filling)
    return;
  if (get_value (composer, "body_html") != NULL && composer->filled == NULL)
    composer->filled = satchel_value_ref (get_value (composer, "body_text"));
  if (get_value (composer, "body_html") != NULL &&
      !satchel_value_equal (composer->filled, get_value (composer, "body_text")))
    set_text (composer, "body_html", NULL);
  if (get_value (composer, "body_html") == NULL)
    g_clear_pointer (&composer->filled, satchel_value_unref);
  gtk_widget_set_visible (GTK_WIDGET (composer->formatted), get_value (composer, "body_html") != NULL);
}

static void
show_copies (SatchelComposer *composer)
{
  gtk_widget_set_visible (composer->copies, TRUE);
  gtk_widget_set_visible (composer->more, FALSE);
}

static void
more_cb (GtkButton *button, SatchelComposer *composer)
{
  show_copies (composer);
  gtk_widget_child_focus (composer->copies, GTK_DIR_TAB_FORWARD);
}

/* ---- what needs a stored draft ---- */

static void
handed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) composer = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelErrandResult) told = satchel_errand_finish (result, &error);

  if (told == NULL)
    satchel_toast_error (composer, error);
  else if (told->status != 0)
    say (SATCHEL_COMPOSER (composer), told->problem);
  else
    satchel_toast (composer, _ ("Opened in the mail program, without files"), NULL, NULL);
}

static void
hand_over (SatchelComposer *composer)
{
  const char *const words[] = { "write", "email", satchel_draft_get_id (composer->draft), "--composer",
                                NULL };

  satchel_errand_run (DESK (composer), words, NULL, NULL, handed_cb, g_object_ref (composer));
}

static void
ensure_files (SatchelComposer *composer)
{
  if (composer->files != NULL || satchel_draft_is_new (composer->draft))
    return;
  composer->files = satchel_attachments_new (DESK (composer), satchel_draft_get_entity (composer->draft),
                                             satchel_draft_get_id (composer->draft));
  if (composer->files != NULL)
    gtk_box_append (GTK_BOX (composer->column), composer->files);
}

static void
attach (SatchelComposer *composer)
{
  GSList *files = g_steal_pointer (&composer->dropped);

  ensure_files (composer);
  if (composer->files != NULL && files != NULL)
    satchel_attachments_take (composer->files, files);
  else if (composer->files != NULL)
    satchel_attachments_choose (composer->files);
  g_slist_free_full (files, g_object_unref);
}

static void
go_on (SatchelComposer *composer)
{
  const Then then = composer->then;

  composer->then = THEN_NOTHING;
  if (then == THEN_SEND)
    satchel_dispatch_send (composer->dispatch, satchel_sender_get_account (composer->sender));
  else if (then == THEN_ATTACH)
    attach (composer);
  else if (then == THEN_HAND_OVER)
    hand_over (composer);
}

/* Goes on where nothing is left to be saved; gives up where something cannot be, which its field tells. */
static void
check (SatchelComposer *composer)
{
  SatchelDraftState state = satchel_draft_get_state (composer->draft);

  if (composer->then == THEN_NOTHING)
    return;
  if (state == SATCHEL_DRAFT_EDITED && !satchel_draft_is_new (composer->draft)) {
    satchel_draft_save (composer->draft);
    state = satchel_draft_get_state (composer->draft);
  }
  if (state == SATCHEL_DRAFT_SAVING)
    return;
  if (state == SATCHEL_DRAFT_STORED && !satchel_draft_is_new (composer->draft)) {
    go_on (composer);
  } else {
    composer->then = THEN_NOTHING;
    say (composer, satchel_draft_get_trouble (composer->draft));
  }
  update_send (composer);
}

static void
once_stored (SatchelComposer *composer, Then then)
{
  if (composer->then != THEN_NOTHING)
    return;
  /* Who attaches a file has not always thought of a subject. */
  if (then != THEN_SEND && get_value (composer, "subject") == NULL)
    set_text (composer, "subject", _ ("(No subject)"));
  if (satchel_draft_is_new (composer->draft))
    satchel_draft_insist (composer->draft);
  else
    satchel_draft_save (composer->draft);
  composer->then = then;
  check (composer);
}

static void
draft_cb (SatchelDraft *draft, SatchelComposer *composer)
{
  follow_format (composer);
  if (get_value (composer, "cc") != NULL || get_value (composer, "bcc") != NULL)
    show_copies (composer);
  ensure_files (composer);
  update_send (composer);
  check (composer);
}

/* ---- on its way ---- */

static void
dispatch_cb (SatchelDispatch *dispatch, SatchelComposer *composer)
{
  const char *problem = satchel_dispatch_get_problem (dispatch),
             *record = satchel_dispatch_get_record (dispatch);
  g_autofree char *text = NULL;

  switch (satchel_dispatch_get_state (dispatch)) {
  case SATCHEL_DISPATCH_SENT:
    if (record != NULL)
      gtk_widget_activate_action (GTK_WIDGET (composer), "form.become", "s", record);
    break;
  case SATCHEL_DISPATCH_FAILED:
    text = g_strdup_printf (_ ("Not sent, but kept: %s"), problem != NULL ? problem : "");
    break;
  case SATCHEL_DISPATCH_UNCERTAIN:
    text = g_strdup_printf (
        _ ("It is uncertain whether this message arrived. Sending it again may deliver it twice. %s"),
        problem != NULL ? problem : "");
    break;
  case SATCHEL_DISPATCH_RESTS:
  case SATCHEL_DISPATCH_UNDER_WAY:
    break;
  }
  say (composer, text);
  update_send (composer);
}

/* What became of it is told in the window whatever page it shows now; the letter's own says why. */
static void
told_cb (SatchelDispatch *dispatch, SatchelWindow *window)
{
  const SatchelDispatchState state = satchel_dispatch_get_state (dispatch);
  SatchelRoute *here = satchel_window_get_route (window);

  if (state == SATCHEL_DISPATCH_UNDER_WAY)
    return;
  if (state == SATCHEL_DISPATCH_SENT)
    satchel_window_toast (window, _ ("Message sent"), NULL, NULL);
  else if (here == NULL || g_strcmp0 (satchel_route_get_id (here), satchel_dispatch_get_id (dispatch)) != 0)
    satchel_window_toast (window, _ ("The message was not sent; the draft is kept."), NULL, NULL);
  g_signal_handlers_disconnect_by_func (dispatch, told_cb, window);
}

static void
send_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelComposer *composer = SATCHEL_COMPOSER (widget);
  GtkWidget *window = satchel_undo_find_window (widget);

  if (!gtk_widget_get_sensitive (composer->send) || !gtk_widget_get_visible (composer->send))
    return;
  say (composer, NULL);
  g_signal_handlers_disconnect_by_func (composer->dispatch, told_cb, window);
  if (window != NULL)
    g_signal_connect_object (composer->dispatch, "changed", G_CALLBACK (told_cb), window, 0);
  once_stored (composer, THEN_SEND);
}

static void
cancel_cb (GtkButton *button, SatchelComposer *composer)
{
  composer->then = THEN_NOTHING;
  satchel_dispatch_cancel (composer->dispatch);
}

static void
attach_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  once_stored (SATCHEL_COMPOSER (widget), THEN_ATTACH);
}

static void
hand_over_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  once_stored (SATCHEL_COMPOSER (widget), THEN_HAND_OVER);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, SatchelComposer *composer)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *link = files; link != NULL; link = link->next)
    composer->dropped = g_slist_append (composer->dropped, g_object_ref (link->data));
  once_stored (composer, THEN_ATTACH);
  return files != NULL;
}

/* ---- templates ---- */

static void
filled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelComposer) composer = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRecord) filled = satchel_fill_finish (SATCHEL_DESK (source), result, &error);
  const SatchelValue *text, *own = get_value (composer, "body_text");
  g_autoptr (SatchelValue) both = NULL;
  g_autofree char *joined = NULL;

  if (filled == NULL) {
    g_autofree char *reason = satchel_refusal_to_text (error);

    say (composer, reason);
    return;
  }
  say (composer, NULL);
  /* Nothing that was typed goes: the template's text stands before it, and without its looks. */
  text = satchel_record_get_by_name (filled, "body_text");
  composer->filling = TRUE;
  if (get_value (composer, "subject") == NULL)
    set_value (composer, "subject", satchel_record_get_by_name (filled, "subject"));
  if (own != NULL && text != NULL) {
    joined = g_strconcat (satchel_value_get_string (text), "\n\n", satchel_value_get_string (own), NULL);
    both = satchel_value_new_string (joined);
    set_value (composer, "body_text", both);
  } else if (own == NULL) {
    set_value (composer, "body_text", text);
    set_value (composer, "body_html", satchel_record_get_by_name (filled, "body_html"));
  }
  composer->filling = FALSE;
  follow_format (composer);
}

static void
template_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelComposer *composer = SATCHEL_COMPOSER (widget);

  satchel_fill (DESK (composer), satchel_draft_get_record (composer->draft),
                g_variant_get_string (parameter, NULL), filled_cb, g_object_ref (composer));
}

/* Made when it opens: which fit depends on whom it is for. */
static void
templates_cb (GtkMenuButton *button, gpointer data)
{
  SatchelComposer *composer = data;
  g_autoptr (GMenuModel) menu =
      satchel_fill_menu_new (DESK (composer), satchel_draft_get_record (composer->draft), "letter.template");

  gtk_menu_button_set_menu_model (button, menu);
}

/* ---- the widgets ---- */

static GtkLabel *
new_label (const char *class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (label), class);
  gtk_widget_set_visible (GTK_WIDGET (label), FALSE);
  return label;
}

static GtkWidget *
new_cell (SatchelComposer *composer, const char *name)
{
  return satchel_cell_new (composer->draft, get_field (composer, name), SATCHEL_CELL_WAITS);
}

static GtkWidget *
new_from_row (SatchelComposer *composer)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3),
            *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6),
            *label = gtk_label_new (_ (get_field (composer, "from")->label));

  composer->sender =
      SATCHEL_SENDER (satchel_sender_new (DESK (composer), _ (get_field (composer, "from")->label)));
  gtk_widget_set_hexpand (GTK_WIDGET (composer->sender), TRUE);
  composer->more = gtk_button_new_with_label (_ ("Cc, Bcc"));
  gtk_widget_add_css_class (composer->more, "flat");
  gtk_widget_set_valign (composer->more, GTK_ALIGN_CENTER);
  satchel_tip_name (composer->more, _ ("Add Copies"));
  g_signal_connect (composer->more, "clicked", G_CALLBACK (more_cb), composer);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (composer->sender));
  gtk_box_append (GTK_BOX (row), composer->more);
  gtk_box_append (GTK_BOX (column), label);
  gtk_box_append (GTK_BOX (column), row);
  return column;
}

static GtkWidget *
new_pair (SatchelComposer *composer, const char *first, const char *second)
{
  GtkWidget *grid = satchel_field_grid_new (2);

  satchel_field_grid_add (SATCHEL_FIELD_GRID (grid), new_cell (composer, first), 1);
  satchel_field_grid_add (SATCHEL_FIELD_GRID (grid), new_cell (composer, second), 1);
  return grid;
}

static GtkWidget *
new_column (SatchelComposer *composer)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new (),
            *text = new_cell (composer, "body_text");

  composer->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  composer->copies = new_pair (composer, "cc", "bcc");
  composer->formatted = new_label ("caption");
  gtk_label_set_text (composer->formatted,
                      _ ("Sent with the looks of its template; changing the text leaves these out."));
  gtk_widget_set_visible (composer->copies, FALSE);
  gtk_widget_add_css_class (text, "satchel-letter");
  gtk_box_append (GTK_BOX (composer->column), new_from_row (composer));
  gtk_box_append (GTK_BOX (composer->column), new_cell (composer, "to"));
  gtk_box_append (GTK_BOX (composer->column), composer->copies);
  gtk_box_append (GTK_BOX (composer->column), new_pair (composer, "subject", "regarding"));
  gtk_box_append (GTK_BOX (composer->column), text);
  gtk_box_append (GTK_BOX (composer->column), GTK_WIDGET (composer->formatted));
  gtk_widget_set_margin_top (composer->column, 12);
  gtk_widget_set_margin_bottom (composer->column, 24);
  gtk_widget_set_margin_start (composer->column, 18);
  gtk_widget_set_margin_end (composer->column, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 1100);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 900);
  adw_clamp_set_child (ADW_CLAMP (clamp), composer->column);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

static GtkWidget *
new_icon_button (const char *icon, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  satchel_tip_name (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
new_bar (SatchelComposer *composer)
{
  GtkActionBar *bar = GTK_ACTION_BAR (gtk_action_bar_new ());

  composer->templates = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (composer->templates, "text-x-generic-symbolic");
  gtk_menu_button_set_direction (composer->templates, GTK_ARROW_UP);
  gtk_menu_button_set_create_popup_func (composer->templates, templates_cb, composer, NULL);
  satchel_tip_name (GTK_WIDGET (composer->templates), _ ("Use a Template"));
  composer->spinner = gtk_spinner_new ();
  satchel_tip_name (composer->spinner, _ ("Sending"));
  composer->send = gtk_button_new_with_label (_ ("Send"));
  gtk_widget_add_css_class (composer->send, "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (composer->send), "letter.send");
  composer->cancel = gtk_button_new_with_label (_ ("Give Up"));
  satchel_tip (composer->cancel, _ ("Give Up Sending"));
  g_signal_connect (composer->cancel, "clicked", G_CALLBACK (cancel_cb), composer);
  gtk_action_bar_pack_start (
      bar, new_icon_button ("mail-attachment-symbolic", _ ("Attach Files"), "letter.attach"));
  gtk_action_bar_pack_start (bar, GTK_WIDGET (composer->templates));
  gtk_action_bar_pack_start (
      bar, new_icon_button ("adw-external-link-symbolic", _ ("Open in Mail Program"), "letter.hand-over"));
  gtk_action_bar_pack_start (bar, new_icon_button ("user-trash-symbolic", _ ("Discard"), "form.discard"));
  gtk_action_bar_pack_end (bar, composer->send);
  gtk_action_bar_pack_end (bar, composer->cancel);
  gtk_action_bar_pack_end (bar, composer->spinner);
  return GTK_WIDGET (bar);
}

GtkWidget *
satchel_composer_new (SatchelDraft *draft)
{
  SatchelComposer *composer = g_object_new (SATCHEL_TYPE_COMPOSER, NULL);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  composer->draft = g_object_ref (draft);
  composer->dispatch = satchel_dispatch_get (DESK (composer), satchel_draft_get_id (draft));
  composer->said = new_label ("satchel-notice");
  gtk_widget_add_css_class (GTK_WIDGET (composer->said), "warning");
  gtk_box_append (GTK_BOX (composer->box), new_column (composer));
  gtk_box_append (GTK_BOX (composer->box), GTK_WIDGET (composer->said));
  gtk_box_append (GTK_BOX (composer->box), new_bar (composer));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), composer);
  gtk_widget_add_controller (GTK_WIDGET (composer), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_object (draft, "changed", G_CALLBACK (draft_cb), composer, 0);
  g_signal_connect_object (composer->dispatch, "changed", G_CALLBACK (dispatch_cb), composer, 0);
  g_signal_connect_object (composer->sender, "changed", G_CALLBACK (update_send), composer,
                           G_CONNECT_SWAPPED);
  dispatch_cb (composer->dispatch, composer);
  draft_cb (draft, composer);
  return GTK_WIDGET (composer);
}

/* Before what is quoted. */
static gboolean
begin_text (GtkWidget *composer)
{
  GtkRoot *root = gtk_widget_get_root (composer);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkTextBuffer *buffer = GTK_IS_TEXT_VIEW (focus) ? gtk_text_view_get_buffer (GTK_TEXT_VIEW (focus)) : NULL;
  GtkTextIter start;

  if (buffer != NULL) {
    gtk_text_buffer_get_start_iter (buffer, &start);
    gtk_text_buffer_place_cursor (buffer, &start);
  }
  return TRUE;
}

/* To whoever it is still to be addressed; else into the text. */
static gboolean
satchel_composer_grab_focus (GtkWidget *widget)
{
  SatchelComposer *composer = SATCHEL_COMPOSER (widget);
  GtkWidget *cell = gtk_widget_get_first_child (composer->column);
  const char *wanted = !has_recipient (composer)                 ? "to"
                       : get_value (composer, "subject") == NULL ? "subject"
                                                                 : "body_text";

  for (; cell != NULL; cell = gtk_widget_get_next_sibling (cell)) {
    GtkWidget *inner = SATCHEL_IS_FIELD_GRID (cell) ? gtk_widget_get_first_child (cell) : cell;

    if (SATCHEL_IS_CELL (inner) && g_str_equal (satchel_cell_get_field (SATCHEL_CELL (inner))->name, wanted))
      return gtk_widget_grab_focus (inner) && begin_text (widget);
  }
  return FALSE;
}

static void
satchel_composer_dispose (GObject *object)
{
  SatchelComposer *composer = SATCHEL_COMPOSER (object);

  g_clear_pointer (&composer->box, gtk_widget_unparent);
  g_clear_object (&composer->dispatch);
  g_clear_object (&composer->draft);
  g_slist_free_full (g_steal_pointer (&composer->dropped), g_object_unref);
  g_clear_pointer (&composer->filled, satchel_value_unref);
  G_OBJECT_CLASS (satchel_composer_parent_class)->dispose (object);
}

static void
satchel_composer_class_init (SatchelComposerClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_composer_dispose;
  widget_class->grab_focus = satchel_composer_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "letter.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "letter.attach", NULL, attach_action);
  gtk_widget_class_install_action (widget_class, "letter.hand-over", NULL, hand_over_action);
  gtk_widget_class_install_action (widget_class, "letter.template", "s", template_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "letter.send", NULL);
}

static void
satchel_composer_init (SatchelComposer *composer)
{
  composer->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (composer->box, GTK_WIDGET (composer));
}
