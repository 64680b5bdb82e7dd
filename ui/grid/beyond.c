/* One question at a time, over a transport of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/beyond.h"

#include <glib/gi18n.h>

#include "client/sync/http.h"
#include "protocol/error.h"
#include "ui/page.h"
#include "ui/sync/sync.h"

#define ROWS_AT_ONCE 100

struct _SatchelBeyond {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelRows *rows;
  SatchelTransport *transport; /* NULL before the first question */
  GCancellable *cancellable;   /* of the question under way; NULL: none */
  GStrv paths;
  char *more;          /* asks for the next page */
  char *opening;       /* id of a record that is on its way here */
  gboolean near, told; /* told: the first page is there */
  GtkWidget *revealer;
  GtkLabel *label;
  GtkSpinner *spinner;
  GtkButton *button;
};

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelBeyond, satchel_beyond, GTK_TYPE_WIDGET)

/* What all devices carry ends nowhere; and a profile that nobody signed in to has no server. */
static gboolean
is_open_ended (SatchelBeyond *beyond)
{
  SatchelSession *session = satchel_desk_get_session (beyond->desk);
  const SatchelEntity *entity = satchel_rows_get_entity (beyond->rows);

  return session != NULL && entity != NULL && entity->carry != SATCHEL_CARRY_ALWAYS &&
         satchel_session_get_url (session) != NULL && !satchel_session_get_offline (session);
}

static void
update (SatchelBeyond *beyond)
{
  guint n = satchel_rows_count_beyond (beyond->rows);
  g_autofree char *text = NULL;

  if (beyond->cancellable != NULL)
    text = g_strdup (_ ("Asking the server…"));
  else if (!beyond->told)
    text = g_strdup (_ ("What you carry ends here."));
  else if (n == 0)
    text = g_strdup (_ ("The server has no more of these."));
  else if (beyond->more == NULL)
    text = g_strdup_printf (g_dngettext (NULL, "%'d more at the server, listed above.",
                                         "%'d more at the server, listed above.", n),
                            (int)n);
  else
    text = g_strdup_printf (_ ("The server has more than the %'d listed above."), (int)n);
  gtk_label_set_text (beyond->label, text);
  gtk_button_set_label (beyond->button, beyond->told ? _ ("Show More") : _ ("Ask the Server"));
  gtk_widget_set_visible (GTK_WIDGET (beyond->button),
                          beyond->cancellable == NULL && (!beyond->told || beyond->more != NULL));
  gtk_widget_set_visible (GTK_WIDGET (beyond->spinner), beyond->cancellable != NULL);
  gtk_spinner_set_spinning (beyond->spinner, beyond->cancellable != NULL);
  gtk_revealer_set_reveal_child (GTK_REVEALER (beyond->revealer), beyond->near && is_open_ended (beyond));
}

static void
end_question (SatchelBeyond *beyond)
{
  g_cancellable_cancel (beyond->cancellable);
  g_clear_object (&beyond->cancellable);
}

static gboolean
ensure_transport (SatchelBeyond *beyond, GError **error)
{
  SatchelSession *session = satchel_desk_get_session (beyond->desk);

  if (beyond->transport == NULL && session != NULL && satchel_session_get_url (session) != NULL)
    beyond->transport = satchel_http_transport_new (satchel_session_get_url (session), error);
  return beyond->transport != NULL;
}

/* ---- listing ---- */

/* NULL: it was given up, or failed, of which the person is told. Owned. */
static SatchelOnlinePage *
finish (SatchelBeyond *beyond, GCancellable *asked, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  SatchelOnlinePage *page = satchel_online_finish (result, &error);

  if (beyond->cancellable != asked) {
    g_clear_pointer (&page, satchel_online_page_free);
    return NULL;
  }
  g_clear_object (&beyond->cancellable);
  if (page == NULL)
    satchel_toast_error (GTK_WIDGET (beyond), error);
  return page;
}

typedef struct {
  SatchelBeyond *beyond;
  GCancellable *cancellable;
} Asked;

static Asked *
asked_new (SatchelBeyond *beyond)
{
  Asked *asked = g_new0 (Asked, 1);

  end_question (beyond);
  beyond->cancellable = g_cancellable_new ();
  asked->beyond = g_object_ref (beyond);
  asked->cancellable = g_object_ref (beyond->cancellable);
  return asked;
}

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->beyond);
  g_object_unref (asked->cancellable);
  g_free (asked);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static void
tell_no_server (SatchelBeyond *beyond, const GError *error)
{
  if (error != NULL)
    satchel_toast_error (GTK_WIDGET (beyond), error);
  else
    satchel_toast (GTK_WIDGET (beyond), _ ("Nobody is signed in."), NULL, NULL);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asked) asked = data;
  SatchelBeyond *beyond = asked->beyond;
  SatchelOnlinePage *page = finish (beyond, asked->cancellable, result);

  if (page != NULL) {
    beyond->told = TRUE;
    g_free (beyond->more);
    beyond->more = g_strdup (page->more);
    satchel_rows_add_beyond (beyond->rows, page);
  }
  if (beyond->revealer != NULL)
    update (beyond);
}

static void
ask (SatchelBeyond *beyond)
{
  const SatchelQuestion *question = satchel_rows_get_question (beyond->rows);
  g_autoptr (GError) error = NULL;
  const SatchelField *sort;
  SatchelOnlineList list;

  if (question == NULL)
    return;
  /* The server knows no order by the titles of others. */
  sort = question->sort != NULL && question->sort->type != SATCHEL_TYPE_LOOKUP ? question->sort : NULL;
  if (!ensure_transport (beyond, &error)) {
    tell_no_server (beyond, error);
    return;
  }
  list =
      (SatchelOnlineList){ .entity = question->entity,
                           .where = question->where,
                           .find = question->find != NULL && *question->find != '\0' ? question->find : NULL,
                           .find_fields = (const char *const *)question->find_fields,
                           .sort = sort,
                           .descending = question->descending,
                           .columns = (const char *const *)beyond->paths,
                           .limit = ROWS_AT_ONCE,
                           .after = beyond->more };
  {
    Asked *asked = asked_new (beyond);

    update (beyond);
    satchel_online_list (satchel_desk_get_session (beyond->desk), beyond->transport, &list,
                         asked->cancellable, listed_cb, asked);
  }
}

static void
clicked_cb (GtkButton *button, SatchelBeyond *beyond)
{
  ask (beyond);
}

void
satchel_beyond_begin_anew (SatchelBeyond *beyond, const char *const *paths)
{
  g_return_if_fail (SATCHEL_IS_BEYOND (beyond));
  end_question (beyond);
  g_clear_pointer (&beyond->more, g_free);
  g_strfreev (beyond->paths);
  beyond->paths = g_strdupv ((char **)paths);
  beyond->told = FALSE;
  update (beyond);
}

void
satchel_beyond_set_near (SatchelBeyond *beyond, gboolean near)
{
  beyond->near = near;
  update (beyond);
}

/* ---- opening ---- */

/* The server keeps it now; the next sync brings it. */
static void
pinned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asked) asked = data;
  SatchelOnlinePage *page = finish (asked->beyond, asked->cancellable, result);

  if (page == NULL)
    g_clear_pointer (&asked->beyond->opening, g_free);
  else if (asked->beyond->revealer != NULL)
    satchel_sync_now (satchel_sync_get (asked->beyond->desk));
  g_clear_pointer (&page, satchel_online_page_free);
  if (asked->beyond->revealer != NULL)
    update (asked->beyond);
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelBeyond *beyond)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  const SatchelEntity *entity = satchel_rows_get_entity (beyond->rows);
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *id = NULL;

  if (beyond->opening == NULL || session == NULL || entity == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, beyond->opening, &record, NULL) ||
      record == NULL)
    return;
  id = g_steal_pointer (&beyond->opening);
  g_signal_emit (beyond, signals[OPENED], 0, entity->name, id);
}

void
satchel_beyond_open (SatchelBeyond *beyond, const SatchelRecord *record)
{
  g_autoptr (GError) error = NULL;
  Asked *asked;

  g_return_if_fail (SATCHEL_IS_BEYOND (beyond));
  if (!ensure_transport (beyond, &error)) {
    tell_no_server (beyond, error);
    return;
  }
  g_free (beyond->opening);
  beyond->opening = g_strdup (record->id);
  asked = asked_new (beyond);
  update (beyond);
  satchel_online_open (satchel_desk_get_session (beyond->desk), beyond->transport, record->entity, record->id,
                       asked->cancellable, pinned_cb, asked);
}

/* ---- the object ---- */

static void
satchel_beyond_dispose (GObject *object)
{
  SatchelBeyond *beyond = SATCHEL_BEYOND (object);

  end_question (beyond);
  g_clear_pointer (&beyond->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (satchel_beyond_parent_class)->dispose (object);
}

/* A question that was given up holds us until it has ended: the transport goes after it. */
static void
satchel_beyond_finalize (GObject *object)
{
  SatchelBeyond *beyond = SATCHEL_BEYOND (object);

  if (beyond->transport != NULL)
    beyond->transport->free (beyond->transport);
  g_strfreev (beyond->paths);
  g_free (beyond->more);
  g_free (beyond->opening);
  g_object_unref (beyond->rows);
  g_object_unref (beyond->desk);
  G_OBJECT_CLASS (satchel_beyond_parent_class)->finalize (object);
}

static void
satchel_beyond_class_init (SatchelBeyondClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_beyond_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_beyond_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[OPENED] = g_signal_new ("opened", SATCHEL_TYPE_BEYOND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
satchel_beyond_init (SatchelBeyond *beyond)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  beyond->revealer = gtk_revealer_new ();
  beyond->label = GTK_LABEL (gtk_label_new (NULL));
  beyond->spinner = GTK_SPINNER (gtk_spinner_new ());
  beyond->button = GTK_BUTTON (gtk_button_new ());
  gtk_label_set_ellipsize (beyond->label, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (beyond->label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (beyond->label), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (beyond->label), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (beyond->button), "flat");
  g_signal_connect (beyond->button, "clicked", G_CALLBACK (clicked_cb), beyond);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 6);
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (beyond->label));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (beyond->spinner));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (beyond->button));
  gtk_revealer_set_transition_type (GTK_REVEALER (beyond->revealer), GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (GTK_REVEALER (beyond->revealer), box);
  gtk_widget_set_parent (beyond->revealer, GTK_WIDGET (beyond));
}

GtkWidget *
satchel_beyond_new (SatchelDesk *desk, SatchelRows *rows)
{
  SatchelBeyond *beyond = g_object_new (SATCHEL_TYPE_BEYOND, NULL);

  beyond->desk = g_object_ref (desk);
  beyond->rows = g_object_ref (rows);
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), beyond, 0);
  return GTK_WIDGET (beyond);
}
