/* An entry and a list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/palette/palette.h"

#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/palette/commands.h"
#include "ui/palette/recent.h"
#include "ui/palette/search.h"

#define MOST_COMMANDS 8 /* of one kind, while something is typed */

struct _SatchelPalette {
  AdwWindow parent_instance;
  GtkWidget *owner; /* borrowed: this is a dialog of it */
  SatchelDesk *desk;
  GPtrArray *commands; /* SatchelCommand */
  GtkSearchEntry *entry;
  GtkListBox *list;
  GtkStack *states;        /* "list", "nothing" */
  GCancellable *searching; /* NULL: what is listed is the answer to what is typed */
  gboolean waiting;        /* Enter was pressed before the answer came */
};

G_DEFINE_FINAL_TYPE (SatchelPalette, satchel_palette, ADW_TYPE_WINDOW)

typedef struct {
  char *section;
  char *action, *target;
} Item;

static GQuark
item_quark (void)
{
  return g_quark_from_static_string ("satchel-palette-item");
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->section);
  g_free (item->action);
  g_free (item->target);
  g_free (item);
}

/* ---- rows ---- */

static GtkWidget *
make_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

static void
add_row (SatchelPalette *palette, const char *section, const char *icon, const char *title,
         const char *detail, const char *action, const char *target)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = make_label (title, NULL), *more = make_label (detail, "dim-label");
  g_autofree char *name = *detail != '\0' ? g_strdup_printf (_ ("%s, %s"), title, detail) : g_strdup (title);
  Item *item = g_new0 (Item, 1);

  *item = (Item){ g_strdup (section), g_strdup (action), g_strdup (target) };
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_label_set_max_width_chars (GTK_LABEL (more), 24);
  gtk_box_append (GTK_BOX (box), more);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_qdata_full (G_OBJECT (row), item_quark (), item, item_free);
  gtk_list_box_append (palette->list, row);
}

static void
add_record (SatchelPalette *palette, const char *section, const char *entity_name, const char *id,
            const char *title, const char *detail)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (palette->desk), entity_name);
  g_autoptr (SatchelRoute) route = satchel_route_new_record (entity_name, id);
  g_autofree char *link = satchel_route_to_text (route);
  g_autofree char *icon = entity != NULL ? satchel_display_dup_icon (entity) : NULL;

  if (entity != NULL)
    add_row (palette, section != NULL ? section : _ (entity->plural), icon, title, detail, "win.go", link);
}

static void
add_hits (SatchelPalette *palette, const GPtrArray *hits)
{
  for (guint i = 0; i < hits->len; i++) {
    const SatchelHit *hit = hits->pdata[i];

    add_record (palette, NULL, hit->entity, hit->id, hit->title, hit->detail);
  }
}

static void
add_routes (SatchelPalette *palette, const char *section, GPtrArray *routes)
{
  SatchelRegistry *registry = satchel_desk_get_registry (palette->desk);

  for (guint i = 0; i < routes->len && i < MOST_COMMANDS; i++) {
    g_autofree char *title = satchel_recent_dup_title (palette->desk, routes->pdata[i]);
    const SatchelEntity *entity =
        satchel_registry_find (registry, satchel_route_get_entity (routes->pdata[i]));

    if (title != NULL)
      add_record (palette, section, entity->name, satchel_route_get_id (routes->pdata[i]), title,
                  _ (entity->label));
  }
}

/* Nothing is typed: where one was. */
static void
add_recent (SatchelPalette *palette)
{
  SatchelRecent *recent = satchel_recent_get (palette->desk);
  g_autoptr (GPtrArray) pinned = satchel_recent_list_pinned (recent), visited = satchel_recent_list (recent);

  add_routes (palette, _ ("Pinned"), pinned);
  add_routes (palette, _ ("Recent"), visited);
}

static void
add_commands (SatchelPalette *palette, SatchelCommandKind kind, const char *typed)
{
  static const char *const sections[SATCHEL_COMMAND_N_KINDS] = {
    [SATCHEL_COMMAND_ACTION] = N_ ("Actions"),
    [SATCHEL_COMMAND_NEW] = N_ ("Create"),
    [SATCHEL_COMMAND_PLACE] = N_ ("Go To"),
  };
  guint n_found = 0;

  for (guint i = 0; i < palette->commands->len && n_found < MOST_COMMANDS; i++) {
    const SatchelCommand *command = palette->commands->pdata[i];

    if (command->kind != kind || !satchel_commands_match (command->label, typed))
      continue;
    add_row (palette, _ (sections[kind]), command->icon, command->label, "", command->action,
             command->target);
    n_found++;
  }
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  const Item *item = g_object_get_qdata (G_OBJECT (row), item_quark ());
  const Item *last = before != NULL ? g_object_get_qdata (G_OBJECT (before), item_quark ()) : NULL;
  GtkWidget *header = NULL;

  if (last == NULL || !g_str_equal (last->section, item->section)) {
    header = make_label (item->section, "heading");
    gtk_widget_add_css_class (header, "dim-label");
    gtk_widget_set_margin_start (header, 12);
    gtk_widget_set_margin_top (header, 12);
    gtk_widget_set_margin_bottom (header, 3);
  }
  gtk_list_box_row_set_header (row, header);
}

/* ---- choosing ---- */

/* The focus stays in the entry; what is chosen is told as its active descendant. */
static void
select_row (SatchelPalette *palette, GtkListBoxRow *row)
{
  GtkAdjustment *adjustment = gtk_list_box_get_adjustment (palette->list);
  graphene_rect_t bounds;

  if (row == NULL)
    return;
  gtk_list_box_select_row (palette->list, row);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (palette->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT,
                                  row, -1);
  if (adjustment != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (palette->list), &bounds))
    gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
}

static void
move (SatchelPalette *palette, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (palette->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;
  GtkListBoxRow *next = gtk_list_box_get_row_at_index (palette->list, MAX (index + by, 0));

  for (; next == NULL && by > 1; by--)
    next = gtk_list_box_get_row_at_index (palette->list, MAX (index + by - 1, 0));
  select_row (palette, next);
}

static void
activate (SatchelPalette *palette, GtkListBoxRow *row)
{
  const Item *item = row != NULL ? g_object_get_qdata (G_OBJECT (row), item_quark ()) : NULL;
  GtkWidget *owner = palette->owner;
  g_autofree char *action = item != NULL ? g_strdup (item->action) : NULL;
  g_autofree char *target = item != NULL ? g_strdup (item->target) : NULL;

  if (item == NULL)
    return;
  gtk_window_destroy (GTK_WINDOW (palette));
  if (target != NULL)
    gtk_widget_activate_action (owner, action, "s", target);
  else
    gtk_widget_activate_action (owner, action, NULL);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, SatchelPalette *palette)
{
  activate (palette, row);
}

static void
enter_cb (GtkSearchEntry *entry, SatchelPalette *palette)
{
  if (palette->searching != NULL)
    palette->waiting = TRUE;
  else
    activate (palette, gtk_list_box_get_selected_row (palette->list));
}

static void
stop_cb (GtkSearchEntry *entry, SatchelPalette *palette)
{
  gtk_window_destroy (GTK_WINDOW (palette));
}

static gboolean
key_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, SatchelPalette *palette)
{
  static const struct {
    guint key;
    int by;
  } steps[] = { { GDK_KEY_Down, 1 },     { GDK_KEY_Up, -1 },     { GDK_KEY_Page_Down, 8 },
                { GDK_KEY_Page_Up, -8 }, { GDK_KEY_KP_Down, 1 }, { GDK_KEY_KP_Up, -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i].key == key) {
      move (palette, steps[i].by);
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

/* ---- searching ---- */

typedef struct {
  char *typed;
  GPtrArray *recent;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->typed);
  g_ptr_array_unref (question->recent);
  g_free (question);
}

static gpointer
search_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;

  return satchel_search_everything (session, question->typed, question->recent, cancellable, error);
}

static void
show (SatchelPalette *palette, const char *typed, const GPtrArray *hits)
{
  GtkListBoxRow *row;

  gtk_accessible_reset_relation (GTK_ACCESSIBLE (palette->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
  while ((row = gtk_list_box_get_row_at_index (palette->list, 0)) != NULL)
    gtk_list_box_remove (palette->list, GTK_WIDGET (row));
  if (*typed == '\0')
    add_recent (palette);
  else if (hits != NULL)
    add_hits (palette, hits);
  for (SatchelCommandKind kind = 0; kind < SATCHEL_COMMAND_N_KINDS; kind++)
    add_commands (palette, kind, typed);
  select_row (palette, gtk_list_box_get_row_at_index (palette->list, 0));
  gtk_stack_set_visible_child_name (
      palette->states, gtk_list_box_get_row_at_index (palette->list, 0) != NULL ? "list" : "nothing");
}

/* The palette may be closed meanwhile, and its window, too: nothing keeps it. */
typedef struct {
  GWeakRef palette;
  GCancellable *cancellable;
  char *typed;
} Search;

static Search *
search_new (SatchelPalette *palette, const char *typed)
{
  Search *search = g_new0 (Search, 1);

  g_weak_ref_init (&search->palette, palette);
  search->cancellable = g_object_ref (palette->searching);
  search->typed = g_strdup (typed);
  return search;
}

static void
search_free (Search *search)
{
  g_weak_ref_clear (&search->palette);
  g_object_unref (search->cancellable);
  g_free (search->typed);
  g_free (search);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

/* Places and actions are there even when the records cannot be searched. */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Search) search = data;
  g_autoptr (SatchelPalette) palette = g_weak_ref_get (&search->palette);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (palette == NULL || palette->searching != search->cancellable)
    return; /* it is closed, or something else was typed */
  g_clear_object (&palette->searching);
  show (palette, search->typed, hits);
  if (palette->waiting)
    activate (palette, gtk_list_box_get_selected_row (palette->list));
}

static void
typed_cb (GtkEditable *editable, SatchelPalette *palette)
{
  SatchelRecent *recent = satchel_recent_get (palette->desk);
  g_autoptr (GPtrArray) pinned = satchel_recent_list_pinned (recent), visited = satchel_recent_list (recent);
  Question *question = g_new0 (Question, 1);

  if (palette->searching != NULL)
    g_cancellable_cancel (palette->searching);
  g_clear_object (&palette->searching);
  palette->searching = g_cancellable_new ();
  palette->waiting = FALSE;
  question->typed = g_strdup (gtk_editable_get_text (editable));
  g_ptr_array_extend_and_steal (pinned, g_steal_pointer (&visited));
  question->recent = g_steal_pointer (&pinned);
  satchel_desk_read (palette->desk, search_job, question, question_free, (GDestroyNotify)g_ptr_array_unref,
                     palette->searching, found_cb, search_new (palette, gtk_editable_get_text (editable)));
}

/* ---- the window ---- */

static void
satchel_palette_dispose (GObject *object)
{
  SatchelPalette *palette = SATCHEL_PALETTE (object);

  if (palette->searching != NULL)
    g_cancellable_cancel (palette->searching);
  g_clear_object (&palette->searching);
  g_clear_object (&palette->desk);
  g_clear_pointer (&palette->commands, g_ptr_array_unref);
  G_OBJECT_CLASS (satchel_palette_parent_class)->dispose (object);
}

static void
satchel_palette_class_init (SatchelPaletteClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_palette_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/palette/palette.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelPalette, entry);
  gtk_widget_class_bind_template_child (widget_class, SatchelPalette, list);
  gtk_widget_class_bind_template_child (widget_class, SatchelPalette, states);
}

static void
satchel_palette_init (SatchelPalette *palette)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (palette));
  gtk_list_box_set_header_func (palette->list, header_cb, NULL, NULL);
  g_signal_connect (palette->list, "row-activated", G_CALLBACK (row_cb), palette);
  g_signal_connect (palette->entry, "changed", G_CALLBACK (typed_cb), palette);
  g_signal_connect (palette->entry, "activate", G_CALLBACK (enter_cb), palette);
  g_signal_connect (palette->entry, "stop-search", G_CALLBACK (stop_cb), palette);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), palette);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (palette), keys);
}

GtkWindow *
satchel_palette_new (GtkWindow *window, SatchelDesk *desk)
{
  SatchelPalette *palette = g_object_new (SATCHEL_TYPE_PALETTE, "transient-for", window, NULL);
  int width = gtk_widget_get_width (GTK_WIDGET (window));

  palette->owner = GTK_WIDGET (window);
  palette->desk = g_object_ref (desk);
  palette->commands = satchel_commands_list (GTK_WIDGET (window), desk);
  gtk_window_set_default_size (GTK_WINDOW (palette), width > 0 ? MIN (width - 24, 600) : 600, 480);
  show (palette, "", NULL);
  gtk_widget_grab_focus (GTK_WIDGET (palette->entry));
  return GTK_WINDOW (palette);
}

void
satchel_palette_set_text (SatchelPalette *palette, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (palette->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (palette->entry), -1);
}
