/* Made anew whenever the draft says that something is different: there are few.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/notices.h"

#include <glib/gi18n.h>

#include "ui/act/act.h"
#include "ui/display.h"
#include "ui/inbox/lookout.h"
#include "ui/inbox/reasons.h"
#include "ui/page.h"

/* Of a record that is gone. */
typedef enum {
  RESTORE_NONE,
  RESTORE_BEGUN, /* on its way into the outbox */
  RESTORE_ASKED, /* there, or answered; not here yet */
} Restore;

struct _SatchelNotices {
  GtkWidget parent_instance;
  SatchelDraft *draft;
  GtkWidget *box;
  gint64 n_conflicts;
  Restore restore;
  SatchelLookout *lookout; /* RESTORE_ASKED: for the server's answer */
  char *refusal;           /* what that was; or NULL */
};

G_DEFINE_FINAL_TYPE (SatchelNotices, satchel_notices, GTK_TYPE_WIDGET)

static void show (SatchelNotices *notices);

static GtkWidget *
add (SatchelNotices *notices, const char *sentence, const char *class)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *label = gtk_label_new (sentence);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (row, "satchel-notice");
  if (class != NULL)
    gtk_widget_add_css_class (row, class);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (notices->box), row);
  return row;
}

static GtkWidget *
add_button (GtkWidget *row, const char *label, GCallback clicked, SatchelNotices *notices)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", clicked, notices);
  gtk_box_append (GTK_BOX (row), button);
  return button;
}

static void
discard_cb (GtkButton *button, SatchelNotices *notices)
{
  satchel_draft_discard (notices->draft);
}

static void
conflicts_cb (GtkButton *button, SatchelNotices *notices)
{
  g_autoptr (SatchelRoute) route = satchel_route_new (SATCHEL_ROUTE_CONFLICTS);

  satchel_go (GTK_WIDGET (notices), route);
}

static void
outbox_cb (GtkButton *button, SatchelNotices *notices)
{
  g_autoptr (SatchelRoute) route = satchel_route_new (SATCHEL_ROUTE_OUTBOX);

  satchel_go (GTK_WIDGET (notices), route);
}

/* ---- asking for it again ---- */

static void
set_restore (SatchelNotices *notices, Restore restore)
{
  notices->restore = restore;
  g_clear_pointer (&notices->refusal, g_free);
  if (restore != RESTORE_ASKED)
    g_clear_pointer (&notices->lookout, satchel_lookout_free);
}

/* Why the asking was refused, "" while it waits for its answer; owned. NULL: it was answered, or discarded.
 */
static gpointer
find_refusal (SatchelSession *session, gpointer id, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sets = satchel_outbox_list (
      satchel_session_get_outbox (session),
      1 << SATCHEL_SET_PENDING | 1 << SATCHEL_SET_SENT | 1 << SATCHEL_SET_PARKED, -1, error);

  for (guint i = 0; sets != NULL && i < sets->len; i++) {
    const SatchelQueuedSet *queued = sets->pdata[i];
    const char *reason =
        queued->state == SATCHEL_SET_PARKED ? satchel_reason_get_sentence (queued->code) : "";

    for (guint j = 0; j < queued->set->changes->len; j++) {
      const SatchelChange *change = queued->set->changes->pdata[j];

      if (g_strcmp0 (change->action, "restore") == 0 && g_str_equal (change->record, id))
        return g_strdup (reason);
    }
  }
  return NULL;
}

static void
look_cb (gpointer data)
{
  SatchelNotices *notices = data;

  satchel_lookout_look (notices->lookout, find_refusal,
                        (gpointer)g_intern_string (satchel_draft_get_id (notices->draft)), g_free);
}

/* A refusal that is discarded leaves everything as it was before. */
static void
seen_cb (gpointer result, const GError *error, gpointer data)
{
  SatchelNotices *notices = data;
  const char *reason = result;
  const gboolean refused = reason != NULL && *reason != '\0';

  if (error != NULL || g_strcmp0 (refused ? reason : NULL, notices->refusal) == 0)
    return;
  set_restore (notices, reason != NULL ? RESTORE_ASKED : RESTORE_NONE);
  notices->refusal = refused ? g_strdup (reason) : NULL;
  show (notices);
}

/* Why it could not even be asked for, the dialog of the run says. */
static void
finished_cb (SatchelRun *run, SatchelNotices *notices)
{
  SatchelDesk *desk = notices->draft != NULL ? satchel_draft_get_desk (notices->draft) : NULL;

  if (desk == NULL || notices->restore != RESTORE_BEGUN)
    return;
  set_restore (notices, satchel_run_get_done (run) > 0 ? RESTORE_ASKED : RESTORE_NONE);
  if (notices->restore == RESTORE_ASKED && satchel_desk_get_session (desk) != NULL)
    notices->lookout = satchel_lookout_new (desk, look_cb, seen_cb, notices);
  show (notices);
}

/* Whether it was deleted, and by whom, only the server knows; it is the judge of who may have it back. */
static void
restore_cb (GtkButton *button, SatchelNotices *notices)
{
  const SatchelEntity *entity = satchel_draft_get_entity (notices->draft);
  SatchelDesk *desk = satchel_draft_get_desk (notices->draft);
  const SatchelAction *action = satchel_action_find ("restore", entity);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  SatchelRun *run;

  g_ptr_array_add (ids, (gpointer)satchel_draft_get_id (notices->draft));
  run = satchel_run_new_action (desk, entity, ids, action->name, NULL);
  g_signal_connect_object (run, "finished", G_CALLBACK (finished_cb), notices, 0);
  set_restore (notices, RESTORE_BEGUN);
  show (notices);
  satchel_act_show_run (GTK_WIDGET (notices), desk, run, _ (action->label));
}

static void
add_gone (SatchelNotices *notices)
{
  GtkWidget *row;
  g_autofree char *refusal = NULL;

  if (notices->refusal != NULL) {
    refusal = g_strdup_printf (_ ("This record could not be restored: %s"), notices->refusal);
    row = add (notices, refusal, "warning");
    add_button (row, _ ("Look"), G_CALLBACK (outbox_cb), notices);
    return;
  }
  if (notices->restore == RESTORE_ASKED) {
    add (notices, _ ("This record was asked for again. It comes with the next exchange with the server."),
         NULL);
    return;
  }
  row =
      add (notices, _ ("This record is not here any more: it was deleted, or it is no longer yours to see."),
           "warning");
  if (satchel_entity_has_action (satchel_draft_get_entity (notices->draft), "restore"))
    gtk_widget_set_sensitive (add_button (row, _ ("Restore"), G_CALLBACK (restore_cb), notices),
                              notices->restore == RESTORE_NONE);
}

static void
add_closed (SatchelNotices *notices)
{
  const SatchelField *field = satchel_draft_get_entity (notices->draft)->state_field;
  SatchelSession *session = satchel_desk_get_session (satchel_draft_get_desk (notices->draft));
  const char *bound = satchel_draft_get_bound (notices->draft);
  g_autofree char *state = NULL, *text = NULL;

  if (bound != NULL)
    add (notices, bound, NULL);
  if (bound != NULL || session == NULL)
    return;
  state = satchel_display_value (satchel_session_get_replica (session), field,
                                 satchel_draft_get_value (notices->draft, field));
  /* Translators: a field and its value: "Status: Won. Only actions change it now." */
  text = g_strdup_printf (_ ("%s: %s. Only actions change it now."), _ (field->label), state);
  add (notices, text, NULL);
}

static void
show (SatchelNotices *notices)
{
  SatchelDraft *draft = notices->draft;
  const char *trouble = satchel_draft_get_trouble (draft);
  GtkWidget *row;
  g_autofree char *conflicts = NULL;

  while ((row = gtk_widget_get_first_child (notices->box)) != NULL)
    gtk_box_remove (GTK_BOX (notices->box), row);
  if (satchel_draft_get_state (draft) == SATCHEL_DRAFT_GONE)
    add_gone (notices);
  else
    set_restore (notices, RESTORE_NONE);
  if (satchel_draft_is_resumed (draft)) {
    row = add (notices, _ ("What you had typed here is back. It was not saved."), NULL);
    add_button (row, _ ("Discard"), G_CALLBACK (discard_cb), notices);
  }
  if (trouble != NULL) {
    row = add (notices, trouble, "warning");
    add_button (row, _ ("Discard"), G_CALLBACK (discard_cb), notices);
  }
  if (notices->n_conflicts > 0) {
    conflicts = g_strdup_printf (ngettext ("A field was changed by two people at once.",
                                           "%d fields were changed by two people at once.",
                                           (gulong)notices->n_conflicts),
                                 (int)notices->n_conflicts);
    row = add (notices, conflicts, "warning");
    add_button (row, _ ("Look"), G_CALLBACK (conflicts_cb), notices);
  }
  if (satchel_draft_is_locked (draft))
    add (notices, _ ("You may read this, but not change it."), NULL);
  else if (satchel_draft_is_closed (draft))
    add_closed (notices);
}

static void
changed_cb (SatchelDraft *draft, SatchelNotices *notices)
{
  show (notices);
}

/* ---- conflicts ---- */

static gpointer
count (SatchelSession *session, gpointer id, GCancellable *cancellable, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, "conflict");
  g_autofree char *text = g_strdup_printf ("status = open and record_id = \"%s\"", (const char *)id);
  g_autoptr (SatchelPredicate) where =
      entity != NULL ? satchel_predicate_parse (registry, entity, text, error) : NULL;
  SatchelQuery query = { .entity = entity, .where = where, .limit = -1 };
  SatchelPredicateContext context;
  gint64 n = 0;

  satchel_session_get_context (session, &context);
  if (where == NULL ||
      !satchel_replica_count (satchel_session_get_replica (session), &query, &context, &n, error))
    return NULL;
  return GSIZE_TO_POINTER ((gsize)n);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelNotices) notices = data;
  g_autoptr (GError) error = NULL;
  gsize n = GPOINTER_TO_SIZE (satchel_desk_finish (SATCHEL_DESK (source), result, &error));

  if (error != NULL || notices->draft == NULL)
    return;
  notices->n_conflicts = (gint64)n;
  show (notices);
}

static void
count_conflicts (SatchelNotices *notices)
{
  satchel_desk_read (satchel_draft_get_desk (notices->draft), count,
                     g_strdup (satchel_draft_get_id (notices->draft)), g_free, NULL, NULL, counted_cb,
                     g_object_ref (notices));
}

static void
desk_changed_cb (SatchelDesk *desk, GHashTable *records, SatchelNotices *notices)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_desk_get_registry (desk), "conflict");

  if (entity != NULL && satchel_desk_changes_touch (records, entity, NULL))
    count_conflicts (notices);
}

/* ---- the object ---- */

GtkWidget *
satchel_notices_new (SatchelDraft *draft)
{
  SatchelNotices *notices = g_object_new (SATCHEL_TYPE_NOTICES, NULL);

  notices->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), notices, 0);
  g_signal_connect_object (satchel_draft_get_desk (draft), "changed", G_CALLBACK (desk_changed_cb), notices,
                           0);
  show (notices);
  count_conflicts (notices);
  return GTK_WIDGET (notices);
}

static void
satchel_notices_dispose (GObject *object)
{
  SatchelNotices *notices = SATCHEL_NOTICES (object);

  set_restore (notices, RESTORE_NONE);
  g_clear_pointer (&notices->box, gtk_widget_unparent);
  g_clear_object (&notices->draft);
  G_OBJECT_CLASS (satchel_notices_parent_class)->dispose (object);
}

static void
satchel_notices_class_init (SatchelNoticesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_notices_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
satchel_notices_init (SatchelNotices *notices)
{
  notices->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_parent (notices->box, GTK_WIDGET (notices));
}
