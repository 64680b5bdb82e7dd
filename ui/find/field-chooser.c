/* One list box, filled anew at each step.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/field-chooser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/tip.h"

typedef struct {
  char *label, *path;
  SatchelClauseKind kind;
  const SatchelEntity *step; /* its fields come next; NULL: this is chosen */
} Item;

struct _SatchelFieldChooser {
  GtkPopover parent_instance;
  SatchelRegistry *registry;
  const SatchelEntity *entity;
  SatchelChoose what;
  const SatchelEntity *level; /* whose fields are listed */
  char *prefix;               /* the way there: "account." */
  GtkLabel *title;
  GtkWidget *back;
  GtkSearchEntry *search;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (SatchelFieldChooser, satchel_field_chooser, GTK_TYPE_POPOVER)

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static GQuark
item_quark (void)
{
  return g_quark_from_static_string ("satchel-find-item");
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->label);
  g_free (item->path);
  g_free (item);
}

/* ---- words ---- */

static void
describe_lookup (GString *text, const SatchelField *field, const SatchelEntity *target)
{
  g_string_append (text, _ (field->label));
  if (field->n_targets > 1)
    g_string_append_printf (text, " (%s)", _ (target->label));
}

/* "account", "regarding(account)" */
static const SatchelEntity *
follow (SatchelRegistry *registry, const SatchelEntity *entity, const char *step, GString *text)
{
  g_autofree char *name = g_strndup (step, strcspn (step, "("));
  const SatchelField *field = satchel_entity_find_field (entity, name);
  const SatchelEntity *target =
      field != NULL ? satchel_path_find_entity (registry, entity, step, NULL) : NULL;

  if (target != NULL)
    describe_lookup (text, field, target);
  else
    g_string_append (text, step);
  return target;
}

static char *
describe_reference (SatchelRegistry *registry, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, ".", 2);
  const SatchelEntity *entity = satchel_registry_find (registry, parts[0]);
  const SatchelField *field =
      entity != NULL && parts[1] != NULL ? satchel_entity_find_field (entity, parts[1]) : NULL;

  return field != NULL ? g_strdup_printf ("%s (%s)", _ (entity->label), _ (field->label)) : g_strdup (path);
}

char *
satchel_path_describe (SatchelRegistry *registry, const SatchelEntity *entity, SatchelClauseKind kind,
                       const char *path)
{
  g_auto (GStrv) steps = NULL;
  GString *text;
  const SatchelField *field;

  if (kind == SATCHEL_CLAUSE_EXISTS)
    return describe_reference (registry, path);
  steps = g_strsplit (path, ".", -1);
  text = g_string_new (NULL);
  for (guint i = 0; steps[i] != NULL && entity != NULL; i++) {
    if (i > 0)
      g_string_append (text, " › ");
    if (steps[i + 1] != NULL || kind == SATCHEL_CLAUSE_ALONG) {
      entity = follow (registry, entity, steps[i], text);
      continue;
    }
    field = satchel_entity_find_field (entity, steps[i]);
    g_string_append (text, field != NULL ? _ (field->label) : steps[i]);
  }
  return g_string_free (text, FALSE);
}

/* ---- rows ---- */

static void
add_row (SatchelFieldChooser *chooser, Item *item)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (item->label);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  if (item->step != NULL)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, item->label, -1);
  g_object_set_qdata_full (G_OBJECT (row), item_quark (), item, item_free);
  gtk_list_box_append (chooser->list, row);
}

/* @label is taken. */
static Item *
item_new (char *label, char *path, SatchelClauseKind kind, const SatchelEntity *step)
{
  Item *item = g_new0 (Item, 1);

  *item = (Item){ .label = label, .path = path, .kind = kind, .step = step };
  return item;
}

static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const SatchelField *const *one = a, *const *other = b;

  return g_utf8_collate (_ ((*one)->label), _ ((*other)->label));
}

static GPtrArray *
sort_fields (const SatchelEntity *entity)
{
  GPtrArray *fields = g_ptr_array_new ();

  for (guint i = 0; i < entity->n_fields; i++)
    if (!entity->fields[i]->retired)
      g_ptr_array_add (fields, (gpointer)entity->fields[i]);
  g_ptr_array_sort (fields, compare_labels);
  return fields;
}

static void
add_steps (SatchelFieldChooser *chooser, const SatchelField *field)
{
  for (guint i = 0; field->type == SATCHEL_TYPE_LOOKUP && i < field->n_targets; i++) {
    const SatchelEntity *target = satchel_registry_find (chooser->registry, field->targets[i]);
    GString *path = g_string_new (chooser->prefix);
    GString *label = g_string_new (NULL);

    g_string_append (path, field->name);
    if (field->n_targets > 1)
      g_string_append_printf (path, "(%s)", target->name);
    describe_lookup (label, field, target);
    add_row (chooser, item_new (g_string_free (label, FALSE), g_string_free (path, FALSE),
                                SATCHEL_CLAUSE_ALONG, chooser->what == SATCHEL_CHOOSE_FIELD ? target : NULL));
  }
}

static void
add_references (SatchelFieldChooser *chooser)
{
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (chooser->registry, chooser->level, &n_references);

  for (guint i = 0; i < n_references; i++) {
    char *path;

    if (references[i].field->type != SATCHEL_TYPE_LOOKUP || references[i].field->retired ||
        references[i].entity->retired)
      continue;
    path = g_strdup_printf ("%s.%s", references[i].entity->name, references[i].field->name);
    add_row (chooser,
             item_new (describe_reference (chooser->registry, path), path, SATCHEL_CLAUSE_EXISTS, NULL));
  }
}

static void
fill (SatchelFieldChooser *chooser)
{
  g_autoptr (GPtrArray) fields = sort_fields (chooser->level);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (chooser->list, 0)) != NULL)
    gtk_list_box_remove (chooser->list, GTK_WIDGET (row));
  for (guint i = 0; i < fields->len && chooser->what == SATCHEL_CHOOSE_FIELD; i++) {
    const SatchelField *field = fields->pdata[i];

    add_row (chooser, item_new (g_strdup (_ (field->label)), g_strconcat (chooser->prefix, field->name, NULL),
                                SATCHEL_CLAUSE_TEST, NULL));
  }
  for (guint i = 0; i < fields->len; i++)
    add_steps (chooser, fields->pdata[i]);
  if (chooser->what == SATCHEL_CHOOSE_RELATION)
    add_references (chooser);
  gtk_label_set_label (chooser->title, _ (chooser->level->label));
  gtk_widget_set_visible (chooser->back, *chooser->prefix != '\0');
  gtk_editable_set_text (GTK_EDITABLE (chooser->search), "");
}

static Item *
item_of (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_qdata (G_OBJECT (row), item_quark ()) : NULL;
}

static const char *
section_of (SatchelFieldChooser *chooser, const Item *item)
{
  if (item->kind == SATCHEL_CLAUSE_TEST)
    return NULL;
  if (chooser->what == SATCHEL_CHOOSE_FIELD)
    return _ ("Fields Of");
  return item->kind == SATCHEL_CLAUSE_ALONG ? _ ("The Record That It Names As") : _ ("Records That Name It");
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const char *section = section_of (data, item_of (row));
  GtkWidget *header;

  if (section == NULL || (before != NULL && g_strcmp0 (section, section_of (data, item_of (before))) == 0)) {
    gtk_list_box_row_set_header (row, NULL);
    return;
  }
  header = gtk_label_new (section);
  gtk_label_set_xalign (GTK_LABEL (header), 0);
  gtk_widget_add_css_class (header, "heading");
  gtk_widget_add_css_class (header, "dim-label");
  gtk_widget_set_margin_start (header, 6);
  gtk_widget_set_margin_top (header, 12);
  gtk_widget_set_margin_bottom (header, 6);
  gtk_list_box_row_set_header (row, header);
}

static gboolean
filter_cb (GtkListBoxRow *row, gpointer data)
{
  SatchelFieldChooser *chooser = data;
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (chooser->search));
  g_autofree char *needle = satchel_fold (typed), *hay = satchel_fold (item_of (row)->label);

  return strstr (hay, needle) != NULL;
}

/* ---- what people do ---- */

static void
go_to (SatchelFieldChooser *chooser, const SatchelEntity *level, char *prefix)
{
  g_free (chooser->prefix);
  chooser->prefix = prefix;
  chooser->level = level;
  fill (chooser);
  gtk_widget_grab_focus (GTK_WIDGET (chooser->search));
}

static void
take (SatchelFieldChooser *chooser, GtkListBoxRow *row)
{
  const Item *item = item_of (row);
  g_autofree char *path = item != NULL ? g_strdup (item->path) : NULL;

  if (item == NULL)
    return;
  if (item->step != NULL) {
    go_to (chooser, item->step, g_strconcat (path, ".", NULL));
    return;
  }
  gtk_popover_popdown (GTK_POPOVER (chooser));
  g_signal_emit (chooser, signals[CHOSEN], 0, (int)item->kind, path);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, SatchelFieldChooser *chooser)
{
  take (chooser, row);
}

/* Enter in the entry takes the first that is shown. */
static void
enter_cb (GtkSearchEntry *entry, SatchelFieldChooser *chooser)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (chooser->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (GTK_IS_LIST_BOX_ROW (row) && gtk_widget_get_child_visible (row)) {
      take (chooser, GTK_LIST_BOX_ROW (row));
      return;
    }
}

static void
search_cb (GtkEditable *editable, SatchelFieldChooser *chooser)
{
  gtk_list_box_invalidate_filter (chooser->list);
}

static void
back_cb (GtkButton *button, SatchelFieldChooser *chooser)
{
  go_to (chooser, chooser->entity, g_strdup (""));
}

static void
stop_cb (GtkSearchEntry *entry, SatchelFieldChooser *chooser)
{
  gtk_popover_popdown (GTK_POPOVER (chooser));
}

static void
satchel_field_chooser_map (GtkWidget *widget)
{
  SatchelFieldChooser *chooser = SATCHEL_FIELD_CHOOSER (widget);

  go_to (chooser, chooser->entity, g_strdup (""));
  GTK_WIDGET_CLASS (satchel_field_chooser_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (chooser->search));
}

/* ---- the object ---- */

static void
satchel_field_chooser_finalize (GObject *object)
{
  SatchelFieldChooser *chooser = SATCHEL_FIELD_CHOOSER (object);

  g_free (chooser->prefix);
  satchel_registry_unref (chooser->registry);
  G_OBJECT_CLASS (satchel_field_chooser_parent_class)->finalize (object);
}

static void
satchel_field_chooser_class_init (SatchelFieldChooserClass *class)
{
  G_OBJECT_CLASS (class)->finalize = satchel_field_chooser_finalize;
  GTK_WIDGET_CLASS (class)->map = satchel_field_chooser_map;
  signals[CHOSEN] = g_signal_new ("chosen", SATCHEL_TYPE_FIELD_CHOOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
}

static void
satchel_field_chooser_init (SatchelFieldChooser *chooser)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6),
            *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  chooser->back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  gtk_widget_add_css_class (chooser->back, "flat");
  satchel_tip_name (chooser->back, _ ("Back"));
  g_signal_connect (chooser->back, "clicked", G_CALLBACK (back_cb), chooser);
  chooser->title = GTK_LABEL (gtk_label_new (""));
  gtk_widget_add_css_class (GTK_WIDGET (chooser->title), "heading");
  gtk_label_set_ellipsize (chooser->title, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (chooser->title), TRUE);
  gtk_box_append (GTK_BOX (top), chooser->back);
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (chooser->title));

  chooser->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (chooser->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Find a Field"), -1);
  /* At once, not after the pause of "search-changed": Enter must take what the typed letters leave. */
  g_signal_connect (chooser->search, "changed", G_CALLBACK (search_cb), chooser);
  g_signal_connect (chooser->search, "activate", G_CALLBACK (enter_cb), chooser);
  g_signal_connect (chooser->search, "stop-search", G_CALLBACK (stop_cb), chooser);

  chooser->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (chooser->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (chooser->list), "navigation-sidebar");
  gtk_list_box_set_header_func (chooser->list, header_cb, chooser, NULL);
  gtk_list_box_set_filter_func (chooser->list, filter_cb, chooser, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chooser->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Fields"),
                                  -1);
  g_signal_connect (chooser->list, "row-activated", G_CALLBACK (row_cb), chooser);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (chooser->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scrolled, 260, 300);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (chooser->search));
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_popover_set_child (GTK_POPOVER (chooser), box);
  chooser->prefix = g_strdup ("");
}

GtkWidget *
satchel_field_chooser_new (SatchelRegistry *registry, const SatchelEntity *entity, SatchelChoose what)
{
  SatchelFieldChooser *chooser = g_object_new (SATCHEL_TYPE_FIELD_CHOOSER, NULL);

  chooser->registry = satchel_registry_ref (registry);
  chooser->entity = chooser->level = entity;
  chooser->what = what;
  return GTK_WIDGET (chooser);
}
