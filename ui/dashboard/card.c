/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dashboard/card.h"

#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/dashboard/chart-view.h"
#include "ui/page.h"
#include "ui/tip.h"

#define REFRESH_PAUSE_MS 250 /* what changes all the time is counted anew now and then */

struct _SatchelCard {
  AdwBin parent_instance;
  SatchelDesk *desk;
  SatchelRegistry *registry; /* that the chart is of */
  const SatchelChart *chart;
  char *period, *owner; /* the filter; NULL: none */
  SatchelFigures *figures;
  GCancellable *cancellable; /* of the question under way */
  guint refresh_source;
  GtkLabel *caption;
  GtkStack *states; /* "waiting", "chart", "note" */
  GtkLabel *note;
  SatchelChartView *view;
};

static guint answered_signal;

G_DEFINE_FINAL_TYPE (SatchelCard, satchel_card, ADW_TYPE_BIN)

/* ---- asking ---- */

typedef struct {
  SatchelRegistry *registry; /* keeps the chart */
  const SatchelChart *chart;
  char *period, *owner;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  satchel_registry_unref (ask->registry);
  g_free (ask->period);
  g_free (ask->owner);
  g_free (ask);
}

static gpointer
figures_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Ask *ask = data;
  const SatchelFiguresFilter filter = { .period = ask->period, .owner = ask->owner };

  return satchel_figures_make (session, ask->chart, &filter, cancellable, error);
}

static void
show_note (SatchelCard *card, const char *text)
{
  gtk_label_set_text (card->note, text);
  gtk_stack_set_visible_child_name (card->states, "note");
}

static void
show_figures (SatchelCard *card)
{
  const SatchelFigures *figures = card->figures;
  g_autofree char *total = satchel_figures_display (figures, figures->total);
  g_autofree char *caption =
      figures->has_total ? g_strdup_printf (_ ("%s: %s in all"), figures->measure, total) : NULL;

  gtk_label_set_text (card->caption, caption != NULL ? caption : figures->measure);
  satchel_chart_view_set_figures (card->view, card->figures);
  if (figures->groups->len == 0)
    show_note (card, _ ("There are no such records among those that you carry."));
  else
    gtk_stack_set_visible_child_name (card->states, "chart");
}

/* Finds the card by the cancellable: an answer that was superseded, or that nobody waits for any more, holds
 * none. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GCancellable) asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelFigures) figures = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  SatchelCard *card = g_object_get_data (G_OBJECT (asked), "card");

  if (card == NULL || card->cancellable != asked)
    return;
  g_clear_object (&card->cancellable);
  g_clear_pointer (&card->figures, satchel_figures_unref);
  card->figures = g_steal_pointer (&figures);
  if (card->figures != NULL)
    show_figures (card);
  else {
    g_autofree char *reason = satchel_refusal_to_text (error);

    show_note (card, reason);
  }
  g_signal_emit (card, answered_signal, 0);
}

static void
forget_question (SatchelCard *card)
{
  g_clear_handle_id (&card->refresh_source, g_source_remove);
  if (card->cancellable != NULL) {
    g_object_set_data (G_OBJECT (card->cancellable), "card", NULL);
    g_cancellable_cancel (card->cancellable);
  }
  g_clear_object (&card->cancellable);
}

static void
ask (SatchelCard *card)
{
  Ask *question = g_new0 (Ask, 1);

  forget_question (card);
  question->registry = satchel_registry_ref (card->registry);
  question->chart = card->chart;
  question->period = g_strdup (card->period);
  question->owner = g_strdup (card->owner);
  card->cancellable = g_cancellable_new ();
  g_object_set_data (G_OBJECT (card->cancellable), "card", card);
  satchel_desk_read (card->desk, figures_job, question, ask_free, (GDestroyNotify)satchel_figures_unref,
                     card->cancellable, answered_cb, g_object_ref (card->cancellable));
}

static gboolean
refresh_cb (gpointer data)
{
  SatchelCard *card = data;

  card->refresh_source = 0;
  ask (card);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelCard *card)
{
  for (guint i = 0; i < card->chart->n_entities; i++) {
    const SatchelEntity *entity = satchel_registry_find (card->registry, card->chart->entities[i]);

    if (card->refresh_source == 0 && satchel_desk_changes_touch (records, entity, NULL))
      card->refresh_source = g_timeout_add (REFRESH_PAUSE_MS, refresh_cb, card);
  }
}

/* ---- opening ---- */

/* A view that shows all records: the list is what the number says. */
static const char *
find_view (const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_views; i++)
    if (*entity->views[i].where == '\0')
      return entity->views[i].name;
  return NULL;
}

static void
open_cb (SatchelChartView *view, const char *entity, const char *where, SatchelCard *card)
{
  const SatchelEntity *listed = satchel_registry_find (card->registry, entity);
  g_autoptr (SatchelRoute) route = satchel_route_new_list (entity, find_view (listed), where);

  satchel_go (GTK_WIDGET (card), route);
}

/* ---- building ---- */

static GtkWidget *
make_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, class);
  return label;
}

static GtkWidget *
make_help (const SatchelChart *chart)
{
  GtkWidget *button = gtk_menu_button_new (), *popover = gtk_popover_new ();
  GtkWidget *text = make_label (_ (chart->help), "body");
  g_autofree char *name = g_strdup_printf (_ ("What “%s” means"), _ (chart->label));

  gtk_label_set_max_width_chars (GTK_LABEL (text), 40);
  gtk_popover_set_child (GTK_POPOVER (popover), text);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "help-about-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  satchel_tip_name (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static GtkWidget *
make_states (SatchelCard *card)
{
  GtkWidget *spinner = gtk_spinner_new ();

  card->states = GTK_STACK (gtk_stack_new ());
  card->view = satchel_chart_view_new ();
  g_signal_connect (card->view, "open", G_CALLBACK (open_cb), card);
  card->note = GTK_LABEL (make_label ("", "dim-label"));
  gtk_widget_set_valign (GTK_WIDGET (card->note), GTK_ALIGN_START);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_stack_set_vhomogeneous (card->states, FALSE);
  gtk_stack_add_named (card->states, spinner, "waiting");
  gtk_stack_add_named (card->states, GTK_WIDGET (card->view), "chart");
  gtk_stack_add_named (card->states, GTK_WIDGET (card->note), "note");
  return GTK_WIDGET (card->states);
}

static void
build (SatchelCard *card)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *titles = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  card->caption = GTK_LABEL (make_label ("", "dim-label"));
  gtk_widget_set_hexpand (titles, TRUE);
  gtk_box_append (GTK_BOX (titles), make_label (_ (card->chart->label), "heading"));
  gtk_box_append (GTK_BOX (titles), GTK_WIDGET (card->caption));
  gtk_box_append (GTK_BOX (head), titles);
  if (card->chart->help != NULL)
    gtk_box_append (GTK_BOX (head), make_help (card->chart));
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), make_states (card));
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_add_css_class (GTK_WIDGET (card), "card");
  adw_bin_set_child (ADW_BIN (card), box);
}

static void
satchel_card_dispose (GObject *object)
{
  SatchelCard *card = SATCHEL_CARD (object);

  forget_question (card);
  G_OBJECT_CLASS (satchel_card_parent_class)->dispose (object);
}

static void
satchel_card_finalize (GObject *object)
{
  SatchelCard *card = SATCHEL_CARD (object);

  g_clear_object (&card->desk);
  satchel_registry_unref (card->registry);
  satchel_figures_unref (card->figures);
  g_free (card->period);
  g_free (card->owner);
  G_OBJECT_CLASS (satchel_card_parent_class)->finalize (object);
}

static void
satchel_card_class_init (SatchelCardClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_card_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_card_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  answered_signal =
      g_signal_new ("answered", SATCHEL_TYPE_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
satchel_card_init (SatchelCard *card)
{
}

SatchelCard *
satchel_card_new (SatchelDesk *desk, const SatchelChart *chart)
{
  SatchelCard *card = g_object_new (SATCHEL_TYPE_CARD, NULL);

  card->desk = g_object_ref (desk);
  card->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  card->chart = chart;
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), card, 0);
  build (card);
  return card;
}

void
satchel_card_ask (SatchelCard *card, const SatchelFiguresFilter *filter)
{
  g_autofree char *period = g_strdup (filter->period), *owner = g_strdup (filter->owner);

  g_free (card->period);
  g_free (card->owner);
  card->period = g_steal_pointer (&period);
  card->owner = g_steal_pointer (&owner);
  ask (card);
}

SatchelFigures *
satchel_card_get_figures (SatchelCard *card)
{
  return card->figures;
}
