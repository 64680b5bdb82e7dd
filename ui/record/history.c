/* First what was told last; then the server is asked, and what it says is kept for the next time without it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/history.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/connect.h"
#include "client/history.h"
#include "client/online.h"
#include "client/permits.h"
#include "protocol/error.h"
#include "ui/act/act.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/tip.h"

#define MOST_ROWS 300 /* that are shown; a field of its own has its own history */

typedef struct {
  GtkWindow *window; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  const SatchelField *field; /* NULL: all */
  char *id;
  GtkStack *states; /* "list", "note" */
  GtkListBox *list;
  AdwStatusPage *note;
  GtkLabel *banner;
  GtkSpinner *spinner;
  SatchelTransport *transport; /* NULL: nothing is asked */
  GCancellable *asking;
  char *cursor; /* at which it was asked */
} History;

static SatchelSession *
get_session (History *history)
{
  return satchel_desk_get_session (history->desk);
}

static void
history_free (gpointer data)
{
  History *history = data;

  g_cancellable_cancel (history->asking);
  g_object_unref (history->asking);
  g_object_unref (history->desk);
  g_free (history->cursor);
  g_free (history->id);
  g_free (history);
}

/* ---- putting back ---- */

typedef struct {
  char *field;
  SatchelValue *value;
} Restore;

static void
restore_free (gpointer data)
{
  Restore *restore = data;

  g_free (restore->field);
  satchel_value_unref (restore->value);
  g_free (restore);
}

static gboolean
do_restore (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
            gpointer data, GError **error)
{
  const Restore *restore = data;
  const SatchelField *field =
      satchel_registry_require_field (satchel_session_get_registry (session), entity, restore->field, error);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *value;

  if (field == NULL)
    return FALSE;
  value = g_new0 (SatchelFieldValue, 1);
  value->field = field;
  value->value = satchel_value_ref (restore->value);
  g_ptr_array_add (changes, value);
  return satchel_deeds_update (deeds, session, entity, id, changes, error);
}

static void
restore_cb (GtkButton *button, History *history)
{
  const Restore *given = g_object_get_data (G_OBJECT (button), "restore");
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GtkWidget *home = satchel_undo_find_window (GTK_WIDGET (history->window)); /* this one closes */
  Restore *restore = g_new0 (Restore, 1);

  restore->field = g_strdup (given->field);
  restore->value = satchel_value_ref (given->value);
  g_ptr_array_add (ids, history->id);
  satchel_act_show_run (
      home != NULL ? home : GTK_WIDGET (history->window), history->desk,
      satchel_run_new (history->desk, history->entity, ids, do_restore, restore, restore_free),
      _ ("Restore"));
  gtk_window_close (history->window);
}

/* ---- rows ---- */

static char *
describe (History *history, const SatchelPastChange *change)
{
  SatchelReplica *replica = satchel_session_get_replica (get_session (history));
  g_autofree char *before = NULL, *after = NULL;

  if (change->field_name == NULL)
    return g_strdup (change->gone ? _ ("Deleted") : _ ("Created"));
  if (change->field == NULL)
    return g_strdup (_ ("A field that is not known here"));
  before = satchel_display_value (replica, change->field, change->before);
  after = satchel_display_value (replica, change->field, change->after);
  return g_strdup_printf (_ ("%s → %s"), *before != '\0' ? before : _ ("nothing"),
                          *after != '\0' ? after : _ ("nothing"));
}

static char *
describe_author (History *history, const SatchelPastChange *change)
{
  const gint64 now = satchel_clock_now_ms (satchel_session_get_clock (get_session (history)));
  g_autofree char *when = satchel_display_moment (change->at_ms, now);
  g_autofree char *known =
      change->by != NULL
          ? satchel_replica_dup_name ("user", change->by, satchel_session_get_replica (get_session (history)))
          : NULL;
  const char *who = known != NULL ? known : change->by_name;

  return who != NULL ? g_strdup_printf ("%s · %s", when, who) : g_steal_pointer (&when);
}

static void
add_restore (History *history, AdwActionRow *row, const SatchelPastChange *change)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  Restore *restore = g_new0 (Restore, 1);
  g_autofree char *name = g_strdup_printf (_ ("Restore “%s” of before"), _ (change->field->label));

  restore->field = g_strdup (change->field->name);
  restore->value = satchel_value_ref (change->before);
  g_object_set_data_full (G_OBJECT (button), "restore", restore, restore_free);
  satchel_tip (button, _ ("Put the value of before back"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (restore_cb), history);
  adw_action_row_add_suffix (row, button);
}

/* Whether the record takes edits at all: it is here, open, and hers to change. */
static gboolean
is_editable (History *history)
{
  SatchelSession *session = get_session (history);
  const SatchelField *state = history->entity->state_field;
  g_autoptr (SatchelPermits) permits = satchel_session_read_permits (session);
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *value;

  if (!satchel_replica_read (satchel_session_get_replica (session), history->entity, history->id, &record,
                             NULL) ||
      record == NULL)
    return FALSE;
  value = state != NULL ? satchel_record_get (record, state) : NULL;
  return (value == NULL ||
          !satchel_entity_is_closed_state (history->entity, satchel_value_get_string (value))) &&
         satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_WRITE, record);
}

/* What changes by steps is not put back as a value. */
static gboolean
can_restore (const SatchelEntity *entity, const SatchelPastChange *change)
{
  return change->field != NULL && satchel_field_is_writable (change->field) &&
         !satchel_entity_tells_state (entity, change->field);
}

static void
add_row (History *history, const SatchelPastChange *change, gboolean editable)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  g_autofree char *what = describe (history, change), *author = describe_author (history, change);
  g_autofree char *title =
      change->field != NULL ? g_strdup_printf ("%s: %s", _ (change->field->label), what) : g_strdup (what);

  g_object_set (row, "use-markup", FALSE, "title-lines", 4, NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, author);
  if (editable && can_restore (history->entity, change))
    add_restore (history, row, change);
  gtk_list_box_append (history->list, GTK_WIDGET (row));
}

static void
show_past (History *history, const GPtrArray *past)
{
  const gboolean editable = is_editable (history);
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (history->list))) != NULL)
    gtk_list_box_remove (history->list, child);
  for (guint i = 0; i < past->len && n < MOST_ROWS; i++) {
    const SatchelPastChange *change = past->pdata[i];

    if (history->field == NULL ||
        (change->field != NULL && g_str_equal (change->field->name, history->field->name))) {
      add_row (history, change, editable);
      n++;
    }
  }
  adw_status_page_set_title (history->note, _ ("No History"));
  adw_status_page_set_description (
      history->note, _ ("The server has told of no change. What waits to be sent is not in it."));
  gtk_stack_set_visible_child_name (history->states, n > 0 ? "list" : "note");
}

/* ---- asking ---- */

typedef struct {
  char *entity, *id, *cursor, *text;
} Keep;

static void
keep_free (gpointer data)
{
  Keep *keep = data;

  g_free (keep->entity);
  g_free (keep->id);
  g_free (keep->cursor);
  g_free (keep->text);
  g_free (keep);
}

static gpointer
keep_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Keep *keep = data;
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), keep->entity, error);

  return entity != NULL && satchel_replica_keep_history (satchel_session_get_replica (session), entity,
                                                         keep->id, keep->cursor, keep->text, error)
             ? NULL
             : NULL;
}

/* Nobody waits for it: next time it is asked for again. */
static void
keep (History *history, const char *text)
{
  Keep *kept = g_new0 (Keep, 1);

  kept->entity = g_strdup (history->entity->name);
  kept->id = g_strdup (history->id);
  kept->cursor = g_strdup (history->cursor);
  kept->text = g_strdup (text);
  satchel_desk_write (history->desk, keep_job, kept, keep_free, NULL, NULL, NULL);
}

static void
show_problem (History *history, const GError *error)
{
  g_autofree char *reason = satchel_refusal_to_text (error);
  g_autofree char *text = g_strdup_printf (_ ("This is what was seen last. %s"), reason);

  /* What was made here and not sent has no history at the server. */
  if (satchel_error_code (error) == SATCHEL_ERROR_NOT_FOUND)
    return;
  gtk_label_set_text (history->banner, text);
  gtk_widget_set_visible (GTK_WIDGET (history->banner), TRUE);
}

/* The transport outlives the window by this call. */
typedef struct {
  History *history; /* NULL: the window was closed */
  SatchelTransport *transport;
  GCancellable *asking;
} Asked;

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asked *asked = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = satchel_online_finish_text (result, &error);
  History *history = g_cancellable_is_cancelled (asked->asking) ? NULL : asked->history;
  g_autoptr (GPtrArray) past = NULL;

  asked->transport->free (asked->transport);
  g_object_unref (asked->asking);
  if (history == NULL)
    return;
  gtk_spinner_stop (history->spinner);
  past = text != NULL ? satchel_past_parse (history->entity, text, &error) : NULL;
  if (past == NULL) {
    show_problem (history, error);
    return;
  }
  keep (history, text);
  show_past (history, past);
}

static void
ask (History *history)
{
  g_autoptr (GError) error = NULL;
  SatchelTransport *transport = satchel_connect (get_session (history), &error);
  Asked *asked;

  if (transport == NULL || !satchel_replica_dup_meta (satchel_session_get_replica (get_session (history)),
                                                      "cursor", &history->cursor, &error)) {
    show_problem (history, error);
    if (transport != NULL)
      transport->free (transport);
    return;
  }
  asked = g_new0 (Asked, 1);
  asked->history = history;
  asked->transport = transport;
  asked->asking = g_object_ref (history->asking);
  gtk_spinner_start (history->spinner);
  satchel_online_history (get_session (history), transport, history->entity, history->id, history->asking,
                          answered_cb, asked);
}

/* ---- the window ---- */

static GtkWidget *
make_list (History *history)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();

  history->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (history->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (history->list), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (history->list), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (history->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("History"), -1);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (history->list));
  gtk_widget_set_margin_start (clamp, 12);
  gtk_widget_set_margin_end (clamp, 12);
  gtk_widget_set_margin_top (clamp, 12);
  gtk_widget_set_margin_bottom (clamp, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  return scrolled;
}

static GtkWidget *
make_header (History *history)
{
  GtkWidget *header = adw_header_bar_new ();
  g_autofree char *title = satchel_replica_dup_name (history->entity->name, history->id,
                                                     satchel_session_get_replica (get_session (history)));
  const char *about = history->field != NULL ? _ (history->field->label) : title;

  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (_ ("History"), about != NULL ? about : ""));
  history->spinner = GTK_SPINNER (gtk_spinner_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (history->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Asking the server"), -1);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), GTK_WIDGET (history->spinner));
  return header;
}

static void
build (History *history)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  history->banner = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (history->banner, TRUE);
  gtk_widget_set_margin_start (GTK_WIDGET (history->banner), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (history->banner), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (history->banner), 6);
  gtk_widget_set_visible (GTK_WIDGET (history->banner), FALSE);
  history->states = GTK_STACK (gtk_stack_new ());
  history->note = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_icon_name (history->note, "document-open-recent-symbolic");
  gtk_stack_add_named (history->states, make_list (history), "list");
  gtk_stack_add_named (history->states, GTK_WIDGET (history->note), "note");
  gtk_widget_set_vexpand (GTK_WIDGET (history->states), TRUE);
  gtk_box_append (GTK_BOX (box), make_header (history));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (history->banner));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (history->states));
  adw_window_set_content (ADW_WINDOW (history->window), box);
}

static GtkWindow *
new_window (GtkWidget *from)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkWindow *window = g_object_new (ADW_TYPE_WINDOW, "title", _ ("History"), "modal", TRUE, "default-width",
                                    480, "default-height", 560, NULL);

  satchel_close_with_escape (GTK_WIDGET (window));
  gtk_widget_set_size_request (GTK_WIDGET (window), 320, -1);
  if (GTK_IS_WINDOW (root)) {
    gtk_window_set_transient_for (window, GTK_WINDOW (root));
    gtk_window_set_destroy_with_parent (window, TRUE);
  }
  return window;
}

void
satchel_history_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id,
                      const SatchelField *field)
{
  History *history;
  g_autoptr (GPtrArray) past = NULL;
  g_autoptr (GError) error = NULL;

  if (satchel_desk_get_session (desk) == NULL)
    return;
  history = g_new0 (History, 1);
  history->window = new_window (from);
  history->desk = g_object_ref (desk);
  history->entity = entity;
  history->field = field;
  history->id = g_strdup (id);
  history->asking = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (history->window), "history", history, history_free);
  build (history);
  past = satchel_past_recall (get_session (history), entity, id, &error);
  if (past != NULL)
    show_past (history, past);
  else
    show_problem (history, error);
  ask (history);
  gtk_window_present (history->window);
}
