/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/outbox-page.h"

#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/inbox/lookout.h"
#include "ui/inbox/section.h"
#include "ui/inbox/set-row.h"
#include "ui/inbox/update.h"

#define PAGE_SETS     50 /* shown of each kind, and more when they are asked for */
#define MOST_UNFOLDED 3

struct _SatchelOutboxPage {
  SatchelPage parent_instance;
  GtkStack *states; /* "loading", "empty", "sets" */
  SatchelInboxSection *parked, *waiting;
  GtkWidget *retry_all;
  guint limit;
  SatchelLookout *lookout;
};

G_DEFINE_FINAL_TYPE (SatchelOutboxPage, satchel_outbox_page, SATCHEL_TYPE_PAGE)

/* ---- reading ---- */

static gpointer
read_job (SatchelSession *session, gpointer limit, GCancellable *cancellable, GError **error)
{
  return satchel_waiting_sets_read (session, GPOINTER_TO_UINT (limit), error);
}

static void
update_title (SatchelOutboxPage *page, const SatchelWaitingSets *sets)
{
  g_autofree char *subtitle = NULL;

  if (sets->n_parked > 0)
    subtitle =
        g_strdup_printf (g_dngettext (NULL, "%'d change needs you", "%'d changes need you", sets->n_parked),
                         (int)sets->n_parked);
  else if (sets->n_waiting > 0)
    subtitle = g_strdup_printf (g_dngettext (NULL, "%'d change waits", "%'d changes wait", sets->n_waiting),
                                (int)sets->n_waiting);
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Outbox"), subtitle != NULL ? subtitle : "");
}

static void
read_cb (gpointer result, const GError *error, gpointer data)
{
  SatchelOutboxPage *page = data;
  const SatchelWaitingSets *sets = result;

  if (sets == NULL) {
    satchel_toast_error (GTK_WIDGET (page), error);
    return;
  }
  satchel_inbox_section_show (page->parked, sets->parked, sets->n_parked,
                              satchel_waiting_set_get_fingerprint);
  satchel_inbox_section_show (page->waiting, sets->waiting, sets->n_waiting,
                              satchel_waiting_set_get_fingerprint);
  gtk_widget_set_visible (page->retry_all, sets->n_parked > 1);
  gtk_stack_set_visible_child_name (page->states,
                                    sets->parked->len + sets->waiting->len > 0 ? "sets" : "empty");
  update_title (page, sets);
}

static void
look (SatchelOutboxPage *page)
{
  satchel_lookout_look (page->lookout, read_job, GUINT_TO_POINTER (page->limit),
                        (GDestroyNotify)satchel_waiting_sets_free);
}

static void
more_cb (SatchelInboxSection *section, SatchelOutboxPage *page)
{
  page->limit += 4 * PAGE_SETS;
  look (page);
}

static void
done_cb (SatchelSetRow *row, SatchelOutboxPage *page)
{
  look (page);
}

/* ---- all of them again ---- */

/* What cannot succeed now stays with its reason; it returns how many went. */
static gpointer
retry_all_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (session);
  g_autoptr (GPtrArray) parked = satchel_outbox_list (outbox, 1u << SATCHEL_SET_PARKED, -1, error);
  guint n_queued = 0;

  for (guint i = 0; parked != NULL && i < parked->len; i++)
    n_queued += satchel_outbox_retry (outbox, ((SatchelQueuedSet *)parked->pdata[i])->set->uuid, NULL);
  return GUINT_TO_POINTER (n_queued);
}

static void
retried_all_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelOutboxPage) page = data;
  g_autoptr (GError) error = NULL;
  guint n_queued = GPOINTER_TO_UINT (satchel_desk_finish (SATCHEL_DESK (desk), result, &error));
  g_autofree char *text = NULL;

  text = error != NULL ? satchel_refusal_to_text (error)
                       : g_strdup_printf (ngettext ("%u change goes with the next sync",
                                                    "%u changes go with the next sync", n_queued),
                                          n_queued);
  satchel_toast (GTK_WIDGET (page), text, NULL, NULL);
  look (page);
}

static void
retry_all_cb (GtkButton *button, SatchelOutboxPage *page)
{
  satchel_desk_write (satchel_page_get_desk (SATCHEL_PAGE (page)), retry_all_job, NULL, NULL, NULL,
                      retried_all_cb, g_object_ref (page));
}

/* ---- the page ---- */

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  SatchelOutboxPage *page = data;
  SatchelWaitingSet *set = item;
  GtkWidget *row = satchel_set_row_new (satchel_page_get_desk (SATCHEL_PAGE (page)), set);

  g_signal_connect_object (row, "done", G_CALLBACK (done_cb), page, 0);
  /* A few that need somebody lie open; of many one sees the titles first. */
  if (set->state == SATCHEL_SET_PARKED && satchel_inbox_section_get_count (page->parked) <= MOST_UNFOLDED)
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  return row;
}

static GtkWidget *
make_content (SatchelOutboxPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  page->parked = satchel_inbox_section_new (
      _ ("Needs You"), _ ("The server has refused these. Nothing of them is lost."), make_row, page);
  page->waiting = satchel_inbox_section_new (_ ("Waiting"), NULL, make_row, page);
  g_signal_connect (page->parked, "more", G_CALLBACK (more_cb), page);
  g_signal_connect (page->waiting, "more", G_CALLBACK (more_cb), page);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->parked));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->waiting));
  return satchel_inbox_section_wrap (box);
}

static void
build (SatchelOutboxPage *page)
{
  GtkWidget *empty = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "satchel-outbox-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("Nothing Waits"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty),
                                   _ ("Everything that you wrote has reached the server."));
  page->states = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (page->states, adw_bin_new (), "loading");
  gtk_stack_add_named (page->states, empty, "empty");
  gtk_stack_add_named (page->states, make_content (page), "sets");
  page->retry_all = gtk_button_new_with_label (_ ("Try All Again"));
  gtk_widget_set_visible (page->retry_all, FALSE);
  g_signal_connect (page->retry_all, "clicked", G_CALLBACK (retry_all_cb), page);
  satchel_page_pack_end (SATCHEL_PAGE (page), page->retry_all);
  satchel_page_set_content (SATCHEL_PAGE (page), GTK_WIDGET (page->states));
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Outbox"), "");
}

static void
satchel_outbox_page_dispose (GObject *object)
{
  g_clear_pointer (&SATCHEL_OUTBOX_PAGE (object)->lookout, satchel_lookout_free);
  G_OBJECT_CLASS (satchel_outbox_page_parent_class)->dispose (object);
}

static void
satchel_outbox_page_class_init (SatchelOutboxPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_outbox_page_dispose;
}

static void
satchel_outbox_page_init (SatchelOutboxPage *page)
{
  page->limit = PAGE_SETS;
}

static void
look_cb (gpointer data)
{
  look (data);
}

SatchelPage *
satchel_outbox_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelOutboxPage *page = g_object_new (SATCHEL_TYPE_OUTBOX_PAGE, "desk", desk, "route", route, NULL);

  build (page);
  page->lookout = satchel_lookout_new (desk, look_cb, read_cb, page);
  look (page);
  return SATCHEL_PAGE (page);
}
