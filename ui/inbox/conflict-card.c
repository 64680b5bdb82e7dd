/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/conflict-card.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/form/editor.h"
#include "ui/inbox/buttons.h"
#include "ui/inbox/decide.h"
#include "ui/inbox/marks.h"
#include "ui/page.h"

struct _SatchelConflictCard {
  GtkListBoxRow parent_instance;
  SatchelDesk *desk;
  SatchelDisagreement *disagreement;
  GtkBox *box;
  GtkWidget *other; /* where another value is typed; NULL: not asked for yet */
  SatchelEditor *editor;
};

enum { DECIDED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelConflictCard, satchel_conflict_card, GTK_TYPE_LIST_BOX_ROW)

/* ---- deciding ---- */

static void
done_cb (gpointer card)
{
  g_signal_emit (card, signals[DECIDED], 0);
}

static void
decide (SatchelConflictCard *card, SatchelDecision decision, const SatchelValue *value)
{
  satchel_decide (GTK_WIDGET (card), card->desk, card->disagreement, decision, value, done_cb, card);
}

static void
mine_cb (GtkButton *button, SatchelConflictCard *card)
{
  decide (card, SATCHEL_DECIDE_MINE, NULL);
}

static void
theirs_cb (GtkButton *button, SatchelConflictCard *card)
{
  decide (card, SATCHEL_DECIDE_THEIRS, NULL);
}

static void
base_cb (GtkButton *button, SatchelConflictCard *card)
{
  decide (card, SATCHEL_DECIDE_VALUE, card->disagreement->sides[SATCHEL_SIDE_BASE].value);
}

static void
both_cb (GtkButton *button, SatchelConflictCard *card)
{
  const SatchelDisagreementSide *sides = card->disagreement->sides;
  g_autofree char *text =
      satchel_dispute_join (sides[SATCHEL_SIDE_THEIRS].text, sides[SATCHEL_SIDE_MINE].text);
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);

  decide (card, SATCHEL_DECIDE_VALUE, value);
}

static void
use_other_cb (GtkButton *button, SatchelConflictCard *card)
{
  if (satchel_editor_get_problem (card->editor) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (card->editor));
  else
    decide (card, SATCHEL_DECIDE_VALUE, satchel_editor_get_value (card->editor));
}

static void
undo_cb (GtkButton *button, SatchelConflictCard *card)
{
  satchel_undecide (GTK_WIDGET (card), card->desk, card->disagreement, done_cb, card);
}

static void
open_cb (GtkButton *button, SatchelConflictCard *card)
{
  g_autoptr (SatchelRoute) route =
      satchel_route_new_record (card->disagreement->entity, card->disagreement->record);

  satchel_go (GTK_WIDGET (card), route);
}

/* ---- another value ---- */

static const SatchelField *
find_field (SatchelConflictCard *card)
{
  const SatchelEntity *entity =
      card->disagreement->entity != NULL
          ? satchel_registry_find (satchel_desk_get_registry (card->desk), card->disagreement->entity)
          : NULL;

  return entity != NULL && card->disagreement->field != NULL
             ? satchel_entity_find_field (entity, card->disagreement->field)
             : NULL;
}

static void
other_cb (GtkButton *button, SatchelConflictCard *card)
{
  const SatchelInboxButton buttons[] = { { _ ("Use This Value"), "suggested-action",
                                           G_CALLBACK (use_other_cb) } };

  if (card->other == NULL) {
    card->other = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
    card->editor = SATCHEL_EDITOR (satchel_editor_new (card->desk, find_field (card)));
    satchel_editor_set_value (card->editor, card->disagreement->sides[SATCHEL_SIDE_THEIRS].value);
    gtk_box_append (GTK_BOX (card->other), GTK_WIDGET (card->editor));
    gtk_box_append (GTK_BOX (card->other), satchel_inbox_buttons_new (buttons, G_N_ELEMENTS (buttons),
                                                                      card->disagreement->title, card));
    gtk_box_append (card->box, card->other);
  }
  gtk_widget_set_visible (card->other, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (card->editor));
}

/* ---- the sides ---- */

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* Not by colour alone: what is new is underlined, what is gone struck out. Half transparent, for light and
 * dark. */
static PangoAttrList *
attributes_of (const GArray *marks)
{
  PangoAttrList *list = pango_attr_list_new ();

  for (guint i = 0; i < marks->len; i++) {
    const SatchelMark *mark = &g_array_index (marks, SatchelMark, i);
    const gboolean added = mark->kind == SATCHEL_MARK_ADDED;
    PangoAttribute *const attributes[] = {
      added ? pango_attr_underline_new (PANGO_UNDERLINE_SINGLE) : pango_attr_strikethrough_new (TRUE),
      added ? pango_attr_background_new (0x2e00, 0xc200, 0x7e00)
            : pango_attr_background_new (0xe000, 0x1b00, 0x2400),
      pango_attr_background_alpha_new (0x4000),
    };

    for (guint j = 0; j < G_N_ELEMENTS (attributes); j++) {
      attributes[j]->start_index = mark->start;
      attributes[j]->end_index = mark->end;
      pango_attr_list_insert (list, attributes[j]);
    }
  }
  return list;
}

/* What a text is compared with: what was before, or, where that says nothing, what the other one wrote. NULL:
 * nothing. */
static const char *
find_reference (const SatchelDisagreement *disagreement, SatchelSide which)
{
  const SatchelDisagreementSide *base = &disagreement->sides[SATCHEL_SIDE_BASE];
  const SatchelDisagreementSide *other =
      &disagreement->sides[which == SATCHEL_SIDE_MINE ? SATCHEL_SIDE_THEIRS : SATCHEL_SIDE_MINE];

  if (!disagreement->is_text || which == SATCHEL_SIDE_BASE)
    return NULL;
  if (base->value != NULL)
    return base->text;
  return other->value != NULL ? other->text : NULL;
}

static GtkWidget *
make_value (const SatchelDisagreement *disagreement, SatchelSide which)
{
  const SatchelDisagreementSide *side = &disagreement->sides[which];
  const char *reference = find_reference (disagreement, which);
  g_autoptr (PangoAttrList) attributes = NULL;
  g_autoptr (GArray) marks = NULL;
  g_autofree char *marked = NULL;
  GtkWidget *label;

  if (side->kind == SATCHEL_SIDE_HIDDEN)
    return make_label (_ ("Not for you to see"), "dim-label");
  if (*side->text == '\0')
    return make_label (_ ("(empty)"), "dim-label");
  if (reference == NULL) {
    label = make_label (side->text, NULL);
  } else {
    marked = satchel_marks_make (reference, side->text, &marks);
    attributes = attributes_of (marks);
    label = make_label (marked, NULL);
    gtk_label_set_attributes (GTK_LABEL (label), attributes);
  }
  return label;
}

/* "You · today 14:05", "Before" */
static char *
dup_caption (const SatchelDisagreementSide *side)
{
  g_autofree char *when = NULL;

  if (side->who == NULL)
    return g_strdup (_ ("Before"));
  if (side->when_ms == 0)
    return g_strdup (side->who);
  when = satchel_display_moment (side->when_ms, g_get_real_time () / 1000);
  return g_strdup_printf ("%s · %s", side->who, when);
}

static gboolean
can_decide (const SatchelDisagreement *disagreement)
{
  return disagreement->state == SATCHEL_DISAGREEMENT_OPEN ||
         disagreement->state == SATCHEL_DISAGREEMENT_SETTLED;
}

static GtkWidget *
make_choice (SatchelConflictCard *card, SatchelSide which)
{
  static void (*const clicked[SATCHEL_N_SIDES]) (GtkButton *, SatchelConflictCard *) = { base_cb, mine_cb,
                                                                                         theirs_cb };
  const SatchelDisagreementSide *side = &card->disagreement->sides[which];
  GtkWidget *button = gtk_button_new_with_label (_ ("Use This"));
  g_autofree char *name = g_strdup_printf (C_ ("accessible name: of whom, value", "Use “%2$s” (%1$s)"),
                                           side->who != NULL ? side->who : _ ("Before"), side->text);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_widget_set_vexpand (button, TRUE);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked[which]), card);
  return button;
}

static GtkWidget *
make_side (SatchelConflictCard *card, SatchelSide which)
{
  const SatchelDisagreementSide *side = &card->disagreement->sides[which];
  GtkWidget *card_box = adw_bin_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6),
            *value = make_value (card->disagreement, which);
  g_autofree char *caption = dup_caption (side);

  gtk_label_set_width_chars (GTK_LABEL (value), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 26);
  gtk_box_append (GTK_BOX (box), make_label (caption, "caption-heading"));
  gtk_box_append (GTK_BOX (box), value);
  if (side->stands)
    gtk_box_append (GTK_BOX (box), make_label (_ ("The record has this value now"), "dim-label"));
  if (can_decide (card->disagreement) && side->kind == SATCHEL_SIDE_VALUE)
    gtk_box_append (GTK_BOX (box), make_choice (card, which));
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  gtk_widget_set_margin_start (box, 9);
  gtk_widget_set_margin_end (box, 9);
  gtk_widget_add_css_class (card_box, "card");
  adw_bin_set_child (ADW_BIN (card_box), box);
  return card_box;
}

static GtkWidget *
make_sides (SatchelConflictCard *card)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), SATCHEL_N_SIDES);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (flow), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  card->disagreement->label, -1);
  for (guint i = 0; i < SATCHEL_N_SIDES; i++) {
    GtkWidget *side = make_side (card, i);

    gtk_flow_box_append (GTK_FLOW_BOX (flow), side);
    gtk_widget_set_focusable (gtk_widget_get_parent (side), FALSE);
  }
  return flow;
}

/* ---- the card ---- */

static void
add_heading (SatchelConflictCard *card)
{
  const SatchelDisagreement *disagreement = card->disagreement;
  GtkWidget *label = make_label (disagreement->title, "heading");

  gtk_box_append (card->box, label);
  gtk_box_append (card->box, make_label (disagreement->label, "dim-label"));
  if (disagreement->state == SATCHEL_DISAGREEMENT_DECIDED)
    gtk_box_append (card->box, make_label (_ ("Decided; the next sync tells the server"), "dim-label"));
  else if (disagreement->state == SATCHEL_DISAGREEMENT_SETTLED)
    gtk_box_append (card->box, make_label (_ ("Settled by rule; you may choose otherwise"), "dim-label"));
  else if (disagreement->outcome != NULL)
    gtk_box_append (card->box, make_label (disagreement->outcome, "dim-label"));
}

static void
add_ways (SatchelConflictCard *card)
{
  const SatchelDisagreement *disagreement = card->disagreement;
  const SatchelDisagreementSide *mine = &disagreement->sides[SATCHEL_SIDE_MINE],
                                *theirs = &disagreement->sides[SATCHEL_SIDE_THEIRS];
  const gboolean decides = can_decide (disagreement) && find_field (card) != NULL;
  const gboolean joins = decides && disagreement->is_text && mine->value != NULL && theirs->value != NULL;
  const SatchelEntity *entity =
      disagreement->entity != NULL
          ? satchel_registry_find (satchel_desk_get_registry (card->desk), disagreement->entity)
          : NULL;
  const SatchelInboxButton buttons[] = {
    { joins ? _ ("Keep Both") : NULL, NULL, G_CALLBACK (both_cb) },
    { decides ? _ ("Another Value…") : NULL, NULL, G_CALLBACK (other_cb) },
    { disagreement->state == SATCHEL_DISAGREEMENT_DECIDED ? _ ("Undo") : NULL, NULL, G_CALLBACK (undo_cb) },
    { entity != NULL && disagreement->record != NULL ? _ ("Open Record") : NULL, NULL, G_CALLBACK (open_cb) },
  };

  gtk_box_append (card->box,
                  satchel_inbox_buttons_new (buttons, G_N_ELEMENTS (buttons), disagreement->title, card));
}

static void
satchel_conflict_card_finalize (GObject *object)
{
  SatchelConflictCard *card = SATCHEL_CONFLICT_CARD (object);

  g_clear_object (&card->desk);
  g_clear_object (&card->disagreement);
  G_OBJECT_CLASS (satchel_conflict_card_parent_class)->finalize (object);
}

static void
satchel_conflict_card_class_init (SatchelConflictCardClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_conflict_card_finalize;
  signals[DECIDED] = g_signal_new ("decided", SATCHEL_TYPE_CONFLICT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
satchel_conflict_card_init (SatchelConflictCard *card)
{
  card->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  gtk_widget_set_margin_top (GTK_WIDGET (card->box), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (card->box), 6);
  gtk_widget_set_margin_start (GTK_WIDGET (card->box), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (card->box), 12);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (card), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (card), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (card), GTK_WIDGET (card->box));
}

GtkWidget *
satchel_conflict_card_new (SatchelDesk *desk, SatchelDisagreement *disagreement)
{
  SatchelConflictCard *card = g_object_new (SATCHEL_TYPE_CONFLICT_CARD, NULL);

  card->desk = g_object_ref (desk);
  card->disagreement = g_object_ref (disagreement);
  gtk_accessible_update_property (GTK_ACCESSIBLE (card), GTK_ACCESSIBLE_PROPERTY_LABEL, disagreement->title,
                                  -1);
  add_heading (card);
  gtk_box_append (card->box, make_sides (card));
  add_ways (card);
  return GTK_WIDGET (card);
}
