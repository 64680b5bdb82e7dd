/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/conflicts-page.h"

#include <glib/gi18n.h>

#include "ui/inbox/conflict-card.h"
#include "ui/inbox/lookout.h"
#include "ui/inbox/section.h"

#define PAGE_CONFLICTS 20

struct _SatchelConflictsPage {
  SatchelPage parent_instance;
  GtkStack *states; /* "loading", "empty", "conflicts" */
  SatchelInboxSection *open, *closed;
  GtkWidget *all_decided;
  SatchelLookout *lookout;
  guint limit;
  gboolean to_next; /* a decision was made: the cursor goes on to the next conflict */
};

G_DEFINE_FINAL_TYPE (SatchelConflictsPage, satchel_conflicts_page, SATCHEL_TYPE_PAGE)

/* ---- reading ---- */

static gpointer
read_job (SatchelSession *session, gpointer limit, GCancellable *cancellable, GError **error)
{
  return satchel_disagreements_read (session, GPOINTER_TO_UINT (limit), error);
}

static void
update_title (SatchelConflictsPage *page, guint n_open)
{
  g_autofree char *subtitle =
      n_open > 0 ? g_strdup_printf (ngettext ("%u to decide", "%u to decide", n_open), n_open)
                 : g_strdup ("");

  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Conflicts"), subtitle);
}

static void
read_cb (gpointer result, const GError *error, gpointer data)
{
  SatchelConflictsPage *page = data;
  const SatchelDisagreements *all = result;

  if (all == NULL) {
    satchel_toast_error (GTK_WIDGET (page), error);
    return;
  }
  satchel_inbox_section_show (page->open, all->open, all->open->len + (all->n_open == page->limit),
                              satchel_disagreement_get_fingerprint);
  satchel_inbox_section_show (page->closed, all->closed, all->closed->len + all->more,
                              satchel_disagreement_get_fingerprint);
  gtk_widget_set_visible (page->all_decided, all->open->len == 0);
  gtk_stack_set_visible_child_name (page->states,
                                    all->open->len + all->closed->len > 0 ? "conflicts" : "empty");
  update_title (page, all->n_open);
  if (page->to_next && all->n_open > 0)
    satchel_inbox_section_focus (page->open);
  page->to_next = FALSE;
}

static void
look (SatchelConflictsPage *page)
{
  satchel_lookout_look (page->lookout, read_job, GUINT_TO_POINTER (page->limit),
                        (GDestroyNotify)satchel_disagreements_free);
}

static void
look_cb (gpointer data)
{
  look (data);
}

static void
more_cb (SatchelInboxSection *section, SatchelConflictsPage *page)
{
  page->limit += 4 * PAGE_CONFLICTS;
  look (page);
}

static void
decided_cb (SatchelConflictCard *card, SatchelConflictsPage *page)
{
  page->to_next = TRUE;
  look (page);
}

/* ---- the page ---- */

static GtkWidget *
make_card (gpointer item, gpointer data)
{
  GtkWidget *card = satchel_conflict_card_new (satchel_page_get_desk (SATCHEL_PAGE (data)), item);

  g_signal_connect_object (card, "decided", G_CALLBACK (decided_cb), data, 0);
  return card;
}

static GtkWidget *
make_content (SatchelConflictsPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  page->open = satchel_inbox_section_new (
      _ ("To Decide"), _ ("Two people wrote different things. Which is right?"), make_card, page);
  page->closed = satchel_inbox_section_new (_ ("Settled"), NULL, make_card, page);
  page->all_decided = gtk_label_new (_ ("There is nothing to decide."));
  gtk_label_set_wrap (GTK_LABEL (page->all_decided), TRUE);
  gtk_widget_add_css_class (page->all_decided, "dim-label");
  g_signal_connect (page->open, "more", G_CALLBACK (more_cb), page);
  g_signal_connect (page->closed, "more", G_CALLBACK (more_cb), page);
  gtk_box_append (GTK_BOX (box), page->all_decided);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->open));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->closed));
  return satchel_inbox_section_wrap (box);
}

static void
build (SatchelConflictsPage *page)
{
  GtkWidget *empty = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "emblem-ok-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("No Conflicts"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (empty),
      _ ("When you and a colleague write different things into one field, you can choose here."));
  page->states = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (page->states, adw_bin_new (), "loading");
  gtk_stack_add_named (page->states, empty, "empty");
  gtk_stack_add_named (page->states, make_content (page), "conflicts");
  satchel_page_set_content (SATCHEL_PAGE (page), GTK_WIDGET (page->states));
  update_title (page, 0);
}

static void
satchel_conflicts_page_dispose (GObject *object)
{
  g_clear_pointer (&SATCHEL_CONFLICTS_PAGE (object)->lookout, satchel_lookout_free);
  G_OBJECT_CLASS (satchel_conflicts_page_parent_class)->dispose (object);
}

static void
satchel_conflicts_page_class_init (SatchelConflictsPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_conflicts_page_dispose;
}

static void
satchel_conflicts_page_init (SatchelConflictsPage *page)
{
  page->limit = PAGE_CONFLICTS;
}

SatchelPage *
satchel_conflicts_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelConflictsPage *page = g_object_new (SATCHEL_TYPE_CONFLICTS_PAGE, "desk", desk, "route", route, NULL);

  build (page);
  page->lookout = satchel_lookout_new (desk, look_cb, read_cb, page);
  look (page);
  return SATCHEL_PAGE (page);
}
