/* Head, members, foot.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/group-box.h"

#include <glib/gi18n.h>

#include "ui/find/field-chooser.h"
#include "ui/find/test-row.h"
#include "ui/tip.h"

struct _SatchelGroupBox {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelRegistry *registry;
  SatchelClause *group;
  GtkWidget *box;
  GtkBox *members;
};

G_DEFINE_FINAL_TYPE (SatchelGroupBox, satchel_group_box, GTK_TYPE_WIDGET)

enum { CHANGED, REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
say_changed (SatchelGroupBox *box)
{
  g_signal_emit (box, signals[CHANGED], 0);
}

/* ---- members ---- */

static GQuark
clause_quark (void)
{
  return g_quark_from_static_string ("satchel-find-clause");
}

static void
removed_cb (GtkWidget *member, SatchelGroupBox *box)
{
  SatchelClause *clause = g_object_get_qdata (G_OBJECT (member), clause_quark ());

  gtk_box_remove (box->members, gtk_widget_get_parent (member));
  satchel_clause_remove (clause);
  say_changed (box);
}

static GtkWidget *
add_member (SatchelGroupBox *box, SatchelClause *clause)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *member = clause->kind == SATCHEL_CLAUSE_TEST
                          ? satchel_test_row_new (box->desk, box->registry, clause)
                          : satchel_group_box_new (box->desk, box->registry, clause);

  g_object_set_qdata (G_OBJECT (member), clause_quark (), clause);
  g_signal_connect_swapped (member, "changed", G_CALLBACK (say_changed), box);
  g_signal_connect (member, "removed", G_CALLBACK (removed_cb), box);
  gtk_widget_set_margin_start (member, 9);
  gtk_widget_set_margin_end (member, 9);
  gtk_widget_set_margin_top (member, 9);
  gtk_widget_set_margin_bottom (member, 9);
  gtk_widget_add_css_class (card, "card");
  gtk_box_append (GTK_BOX (card), member);
  gtk_box_append (box->members, card);
  return member;
}

static void
add_clause (SatchelGroupBox *box, SatchelClauseKind kind, const char *path)
{
  SatchelClause *clause = satchel_clause_add (box->registry, box->group, kind, path);

  if (clause == NULL)
    return;
  gtk_widget_child_focus (add_member (box, clause), GTK_DIR_TAB_FORWARD);
  say_changed (box);
}

static void
chosen_cb (SatchelFieldChooser *chooser, int kind, const char *path, SatchelGroupBox *box)
{
  add_clause (box, (SatchelClauseKind)kind, path);
}

static void
add_group_cb (GtkButton *button, SatchelGroupBox *box)
{
  add_clause (box, SATCHEL_CLAUSE_GROUP, NULL);
}

/* ---- head: what must hold ---- */

static GtkWidget *
make_drop_down (const char *const *labels, guint selected, const char *name)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  GtkWidget *drop_down;

  for (; *labels != NULL; labels++)
    gtk_string_list_append (list, _ (*labels));
  drop_down = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&list)), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), selected);
  gtk_widget_set_halign (drop_down, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return drop_down;
}

static void
mode_cb (GtkDropDown *drop_down, GParamSpec *spec, SatchelGroupBox *box)
{
  guint mode = gtk_drop_down_get_selected (drop_down);

  box->group->any = mode == 1 || mode == 2;
  if (box->group->kind == SATCHEL_CLAUSE_GROUP)
    box->group->negated = mode >= 2;
  say_changed (box);
}

static void
presence_cb (GtkDropDown *drop_down, GParamSpec *spec, SatchelGroupBox *box)
{
  box->group->negated = gtk_drop_down_get_selected (drop_down) == 1;
  say_changed (box);
}

static void
add_mode (SatchelGroupBox *box, GtkBox *head)
{
  static const char *const modes[] = { N_ ("All of these hold"), N_ ("Any of these holds"),
                                       N_ ("None of these holds"), N_ ("Not all of these hold"), NULL };
  static const char *const related_modes[] = { N_ ("All of these hold"), N_ ("Any of these holds"), NULL };
  gboolean related = box->group->kind != SATCHEL_CLAUSE_GROUP;
  guint mode = box->group->negated && !related ? (box->group->any ? 2 : 3) : (box->group->any ? 1 : 0);
  GtkWidget *drop_down = make_drop_down (related ? related_modes : modes, mode, _ ("What Must Hold"));

  g_signal_connect (drop_down, "notify::selected", G_CALLBACK (mode_cb), box);
  gtk_box_append (head, drop_down);
}

/* "There is a record: Task (Regarding)", "It has: Account". */
static void
add_relation (SatchelGroupBox *box, GtkBox *head)
{
  static const char *const there[] = { N_ ("There is one"), N_ ("There is none"), NULL };
  g_autofree char *name =
      satchel_path_describe (box->registry, box->group->entity, box->group->kind, box->group->path);
  GtkWidget *label = gtk_label_new (name),
            *drop_down = make_drop_down (there, box->group->negated ? 1 : 0, name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "heading");
  g_signal_connect (drop_down, "notify::selected", G_CALLBACK (presence_cb), box);
  gtk_box_append (head, label);
  gtk_box_append (head, drop_down);
}

static void
remove_cb (GtkButton *button, SatchelGroupBox *box)
{
  g_signal_emit (box, signals[REMOVED], 0);
}

static GtkWidget *
make_head (SatchelGroupBox *box)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6),
            *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *remove;

  gtk_widget_set_hexpand (head, TRUE);
  if (box->group->kind != SATCHEL_CLAUSE_GROUP)
    add_relation (box, GTK_BOX (head));
  add_mode (box, GTK_BOX (head));
  gtk_box_append (GTK_BOX (line), head);
  if (box->group->parent == NULL)
    return line;
  remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (remove, GTK_ALIGN_START);
  satchel_tip_name (remove, _ ("Remove This Group"));
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), box);
  gtk_box_append (GTK_BOX (line), remove);
  return line;
}

/* ---- foot: what adds more ---- */

/* Short words, so that three of them fit a group within a group on a phone; the whole name is told and read
 * out. */
static GtkWidget *
make_short_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
add_chooser (SatchelGroupBox *box, GtkWidget *foot, const char *text, const char *name, SatchelChoose what)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *chooser = satchel_field_chooser_new (box->registry, box->group->within, what);

  g_signal_connect_object (chooser, "chosen", G_CALLBACK (chosen_cb), box, 0);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), make_short_label (text));
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (button), TRUE);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), chooser);
  satchel_tip_name (button, name);
  gtk_box_append (GTK_BOX (foot), button);
}

static GtkWidget *
make_foot (SatchelGroupBox *box)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *group = gtk_button_new ();

  gtk_widget_set_halign (foot, GTK_ALIGN_START);
  add_chooser (box, foot, _ ("Condition"), _ ("Add Condition"), SATCHEL_CHOOSE_FIELD);
  add_chooser (box, foot, _ ("Related"), _ ("Add Related Record"), SATCHEL_CHOOSE_RELATION);
  gtk_button_set_child (GTK_BUTTON (group), make_short_label (_ ("Group")));
  satchel_tip_name (group, _ ("Add Group"));
  g_signal_connect (group, "clicked", G_CALLBACK (add_group_cb), box);
  gtk_box_append (GTK_BOX (foot), group);
  return foot;
}

/* ---- the widget ---- */

static void
satchel_group_box_dispose (GObject *object)
{
  SatchelGroupBox *box = SATCHEL_GROUP_BOX (object);

  g_clear_pointer (&box->box, gtk_widget_unparent);
  g_clear_object (&box->desk);
  g_clear_pointer (&box->registry, satchel_registry_unref);
  G_OBJECT_CLASS (satchel_group_box_parent_class)->dispose (object);
}

static void
satchel_group_box_class_init (SatchelGroupBoxClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_group_box_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHANGED] = g_signal_new ("changed", SATCHEL_TYPE_GROUP_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new ("removed", SATCHEL_TYPE_GROUP_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
satchel_group_box_init (SatchelGroupBox *box)
{
  box->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_parent (box->box, GTK_WIDGET (box));
}

GtkWidget *
satchel_group_box_new (SatchelDesk *desk, SatchelRegistry *registry, SatchelClause *group)
{
  SatchelGroupBox *box = g_object_new (SATCHEL_TYPE_GROUP_BOX, NULL);

  box->desk = g_object_ref (desk);
  box->registry = satchel_registry_ref (registry);
  box->group = group;
  box->members = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 9));
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Group of Conditions"), -1);
  gtk_box_append (GTK_BOX (box->box), make_head (box));
  gtk_box_append (GTK_BOX (box->box), GTK_WIDGET (box->members));
  gtk_box_append (GTK_BOX (box->box), make_foot (box));
  for (guint i = 0; i < group->children->len; i++)
    add_member (box, group->children->pdata[i]);
  return GTK_WIDGET (box);
}
