/* Tabs in a row where there is room, else in a list. What is below the fold is made once the first frame is
 * there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/form-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/form/cell.h"
#include "ui/form/process-bar.h"
#include "ui/form/field-grid.h"
#include "ui/mail/letter.h"

#define ROW_HEIGHT 48 /* pixels, least, of a row of cells */

/* A section that is still to be made, at the end of its tab. */
typedef struct {
  GtkBox *tab; /* borrowed from the stack */
  const SatchelFormSection *source;
  gboolean seen; /* once there is a record, at once */
} Later;

/* Tabs that are more than fields. */
static const struct {
  const char *entity, *tab;
  GtkWidget *(*build) (SatchelDraft *draft);
} own_tabs[] = {
  { "email", "message", satchel_letter_new },
};

struct _SatchelFormView {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  const SatchelEntity *entity;
  SatchelDraft *draft;   /* NULL: not known yet */
  GtkWidget *box, *tabs; /* tabs: what switches; hidden with one tab */
  GtkStack *stack;
  GtkDropDown *list;
  GtkWidget *own;   /* the tab that is more than fields, where it comes first; or NULL */
  GPtrArray *cells; /* SatchelCell, borrowed */
  GQueue later;     /* Later */
  guint later_source;
};

G_DEFINE_FINAL_TYPE (SatchelFormView, satchel_form_view, GTK_TYPE_WIDGET)

/* ---- sections ---- */

static void
add_cell (SatchelFormView *view, SatchelFieldGrid *grid, const SatchelField *field, guint span,
          gboolean read_only)
{
  const SatchelProcess *process = satchel_entity_find_process (view->entity, NULL);
  GtkWidget *cell;

  if (field == NULL || field->retired)
    return;
  /* Stages are gone through by actions, which ask what the process wants to know. */
  if (process != NULL && g_str_equal (process->field, field->name))
    read_only = TRUE;
  cell = satchel_cell_prepare (view->desk, field, read_only ? SATCHEL_CELL_READ_ONLY : SATCHEL_CELL_SAVES);
  if (view->draft != NULL)
    satchel_cell_set_draft (SATCHEL_CELL (cell), view->draft);
  satchel_field_grid_add (grid, cell, span);
  g_ptr_array_add (view->cells, cell);
}

static GtkWidget *
new_heading (const char *label)
{
  GtkWidget *heading = gtk_label_new (label);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_ellipsize (GTK_LABEL (heading), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (heading, "heading");
  return heading;
}

static GtkWidget *
new_section (SatchelFormView *view, const SatchelFormSection *source)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9),
            *section = satchel_field_grid_new (source->columns);

  for (guint i = 0; i < source->n_cells; i++)
    add_cell (view, SATCHEL_FIELD_GRID (section),
              satchel_entity_find_field (view->entity, source->cells[i].field), source->cells[i].span,
              source->cells[i].read_only);
  gtk_box_append (GTK_BOX (column), new_heading (_ (source->label)));
  gtk_box_append (GTK_BOX (column), section);
  return column;
}

/* ---- what is not seen at first ---- */

/* Rows that a person may see at once: no window here is higher than the one in front. */
static guint
count_visible_rows (void)
{
  GApplication *application = g_application_get_default ();
  GtkWindow *window = GTK_IS_APPLICATION (application)
                          ? gtk_application_get_active_window (GTK_APPLICATION (application))
                          : NULL;

  return window != NULL ? (guint)gtk_widget_get_height (GTK_WIDGET (window)) / ROW_HEIGHT + 1 : G_MAXUINT;
}

static void
build_next (SatchelFormView *view)
{
  g_autofree Later *later = g_queue_pop_head (&view->later);

  gtk_box_append (later->tab, new_section (view, later->source));
}

static void
build_all (SatchelFormView *view)
{
  while (!g_queue_is_empty (&view->later))
    build_next (view);
}

/* One at a time, so that whatever a person does meanwhile is answered. */
static gboolean
later_cb (gpointer data)
{
  SatchelFormView *view = data;

  if (!g_queue_is_empty (&view->later))
    build_next (view);
  if (!g_queue_is_empty (&view->later))
    return G_SOURCE_CONTINUE;
  view->later_source = 0;
  return G_SOURCE_REMOVE;
}

/* The next frame is about to be drawn: what comes after it has time. */
static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SatchelFormView *view = SATCHEL_FORM_VIEW (widget);

  if (view->later_source == 0)
    view->later_source = g_idle_add (later_cb, view);
  return G_SOURCE_REMOVE;
}

/* ---- tabs ---- */

/* Scrolls down, never sideways, and is not wider than one reads. The keyboard comes to it where nothing can
 * be written. */
static GtkWidget *
new_scrolled (GtkWidget *column, const char *label)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();

  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 24);
  gtk_widget_set_margin_start (column, 18);
  gtk_widget_set_margin_end (column, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 1100);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 900);
  adw_clamp_set_child (ADW_CLAMP (clamp), column);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return scrolled;
}

void
satchel_form_view_add_tab (SatchelFormView *view, const char *name, const char *label, GtkWidget *content)
{
  guint n_pages;

  gtk_stack_add_titled (view->stack, content, name, label);
  n_pages = g_list_model_get_n_items (G_LIST_MODEL (gtk_stack_get_pages (view->stack)));
  gtk_widget_set_visible (view->tabs, n_pages > 1);
}

static void
add_section (SatchelFormView *view, GtkBox *tab, const SatchelFormSection *source, gboolean seen)
{
  Later *later;

  if (seen && view->draft != NULL) {
    gtk_box_append (tab, new_section (view, source));
    return;
  }
  later = g_new (Later, 1);
  *later = (Later){ tab, source, seen };
  g_queue_push_tail (&view->later, later);
}

static GtkWidget *
new_own_tab (SatchelFormView *view, const SatchelFormTab *tab)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_tabs) && view->draft != NULL; i++)
    if (g_str_equal (own_tabs[i].entity, view->entity->name) && g_str_equal (own_tabs[i].tab, tab->name))
      return own_tabs[i].build (view->draft);
  return NULL;
}

static void
add_form (SatchelFormView *view, const SatchelForm *form)
{
  guint room = count_visible_rows (), n_tabs = 0;

  for (guint i = 0; i < form->n_tabs; i++) {
    const SatchelFormTab *tab = &form->tabs[i];
    GtkWidget *column, *own = new_own_tab (view, tab);
    guint n_rows = 0;

    if (own != NULL) {
      satchel_form_view_add_tab (view, tab->name, _ (tab->label), own);
      view->own = n_tabs++ == 0 ? own : view->own;
      continue;
    }

    /* Lists have a tab of their own. */
    if (tab->n_sections == 0)
      continue;
    column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
    for (guint j = 0; j < tab->n_sections; j++) {
      add_section (view, GTK_BOX (column), &tab->sections[j], n_tabs == 0 && n_rows < room);
      n_rows += 1 + tab->sections[j].n_cells / MAX (tab->sections[j].columns, 1);
    }
    n_tabs++;
    satchel_form_view_add_tab (view, tab->name, _ (tab->label), new_scrolled (column, _ (tab->label)));
  }
  if (!g_queue_is_empty (&view->later))
    gtk_widget_add_tick_callback (GTK_WIDGET (view), frame_cb, NULL, NULL);
}

static void
add_all_fields (SatchelFormView *view, const SatchelEntity *entity)
{
  GtkWidget *section = satchel_field_grid_new (2);

  for (guint i = 0; i < entity->n_fields; i++)
    add_cell (view, SATCHEL_FIELD_GRID (section), entity->fields[i],
              entity->fields[i]->type == SATCHEL_TYPE_TEXT ? 2 : 1, FALSE);
  satchel_form_view_add_tab (view, "all", _ (entity->label), new_scrolled (section, _ (entity->label)));
}

/* ---- switching ---- */

static void
listed_cb (GtkDropDown *list, GParamSpec *spec, SatchelFormView *view)
{
  guint selected = gtk_drop_down_get_selected (list);

  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_selection_model_select_item (gtk_stack_get_pages (view->stack), selected, TRUE);
}

static void
shown_cb (GtkStack *stack, GParamSpec *spec, SatchelFormView *view)
{
  GtkSelectionModel *pages = gtk_stack_get_pages (stack);

  if (view->later_source != 0)
    build_all (view);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (pages)); i++)
    if (gtk_selection_model_is_selected (pages, i))
      gtk_drop_down_set_selected (view->list, i);
}

static void
build_tabs (SatchelFormView *view)
{
  GtkWidget *squeezer = adw_squeezer_new (), *switcher = gtk_stack_switcher_new ();
  GtkExpression *title = gtk_property_expression_new (GTK_TYPE_STACK_PAGE, NULL, "title");

  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), view->stack);
  view->list = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (gtk_stack_get_pages (view->stack)), title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (view->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tab"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (switcher), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tabs"), -1);
  g_signal_connect (view->list, "notify::selected", G_CALLBACK (listed_cb), view);
  g_signal_connect (view->stack, "notify::visible-child", G_CALLBACK (shown_cb), view);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), switcher);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), GTK_WIDGET (view->list));
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  gtk_widget_set_halign (squeezer, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (squeezer, 6);
  gtk_widget_set_margin_bottom (squeezer, 6);
  gtk_widget_set_margin_start (squeezer, 12);
  gtk_widget_set_margin_end (squeezer, 12);
  view->tabs = squeezer;
  gtk_box_append (GTK_BOX (view->box), squeezer);
}

/* The cell of the field @name, or with NULL the first that can be written. */
static SatchelCell *
find_cell (SatchelFormView *view, const char *name)
{
  for (guint i = 0; i < view->cells->len; i++) {
    SatchelCell *cell = view->cells->pdata[i];
    const SatchelField *field = satchel_cell_get_field (cell);

    if (name != NULL ? g_str_equal (field->name, name) : !satchel_draft_is_read_only (view->draft, field))
      return cell;
  }
  return NULL;
}

void
satchel_form_view_focus (SatchelFormView *view, const char *name)
{
  SatchelCell *cell = find_cell (view, name);
  GtkWidget *tab;

  if (view->own != NULL && name == NULL) {
    gtk_widget_grab_focus (view->own);
    return;
  }

  if (cell == NULL) {
    build_all (view);
    cell = find_cell (view, name);
  }
  if (cell == NULL)
    return;
  tab = GTK_WIDGET (cell);
  while (gtk_widget_get_parent (tab) != GTK_WIDGET (view->stack))
    tab = gtk_widget_get_parent (tab);
  gtk_stack_set_visible_child (view->stack, tab);
  gtk_widget_grab_focus (GTK_WIDGET (cell));
}

/* ---- the object ---- */

static void
add_process (SatchelFormView *view)
{
  const SatchelProcess *process = satchel_entity_find_process (view->entity, NULL);
  GtkWidget *bar = process != NULL ? satchel_process_bar_new (view->draft, process) : NULL;

  if (bar == NULL)
    return;
  gtk_widget_set_margin_top (bar, 6);
  gtk_widget_set_margin_start (bar, 12);
  gtk_widget_set_margin_end (bar, 12);
  gtk_box_prepend (GTK_BOX (view->box), bar);
}

static SatchelFormView *
make (SatchelDesk *desk, const SatchelEntity *entity, SatchelDraft *draft)
{
  SatchelFormView *view = g_object_new (SATCHEL_TYPE_FORM_VIEW, NULL);
  const SatchelForm *form = satchel_entity_find_form (entity, NULL);

  view->desk = g_object_ref (desk);
  view->entity = entity;
  view->draft = draft != NULL ? g_object_ref (draft) : NULL;
  build_tabs (view);
  gtk_widget_set_vexpand (GTK_WIDGET (view->stack), TRUE);
  gtk_box_append (GTK_BOX (view->box), GTK_WIDGET (view->stack));
  if (form != NULL)
    add_form (view, form);
  else
    add_all_fields (view, entity);
  return view;
}

GtkWidget *
satchel_form_view_new (SatchelDraft *draft)
{
  SatchelFormView *view = make (satchel_draft_get_desk (draft), satchel_draft_get_entity (draft), draft);

  add_process (view);
  return GTK_WIDGET (view);
}

GtkWidget *
satchel_form_view_prepare (SatchelDesk *desk, const SatchelEntity *entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_tabs); i++)
    if (g_str_equal (own_tabs[i].entity, entity->name))
      return NULL;
  return GTK_WIDGET (make (desk, entity, NULL));
}

gboolean
satchel_form_view_prepare_more (SatchelFormView *view)
{
  if (!g_queue_is_empty (&view->later))
    build_next (view);
  return !g_queue_is_empty (&view->later);
}

void
satchel_form_view_set_draft (SatchelFormView *view, SatchelDraft *draft)
{
  g_return_if_fail (SATCHEL_IS_FORM_VIEW (view) && view->draft == NULL);
  view->draft = g_object_ref (draft);
  for (guint i = 0; i < view->cells->len; i++)
    satchel_cell_set_draft (view->cells->pdata[i], draft);
  while (!g_queue_is_empty (&view->later) && ((Later *)view->later.head->data)->seen)
    build_next (view);
  add_process (view);
}

static void
satchel_form_view_dispose (GObject *object)
{
  SatchelFormView *view = SATCHEL_FORM_VIEW (object);

  g_clear_handle_id (&view->later_source, g_source_remove);
  g_queue_clear_full (&view->later, g_free);
  g_ptr_array_set_size (view->cells, 0);
  g_clear_pointer (&view->box, gtk_widget_unparent);
  g_clear_object (&view->draft);
  g_clear_object (&view->desk);
  G_OBJECT_CLASS (satchel_form_view_parent_class)->dispose (object);
}

static void
satchel_form_view_finalize (GObject *object)
{
  g_ptr_array_unref (SATCHEL_FORM_VIEW (object)->cells);
  G_OBJECT_CLASS (satchel_form_view_parent_class)->finalize (object);
}

static void
satchel_form_view_class_init (SatchelFormViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_form_view_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_form_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
satchel_form_view_init (SatchelFormView *view)
{
  view->cells = g_ptr_array_new ();
  g_queue_init (&view->later);
  view->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  view->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (view->stack, FALSE);
  gtk_stack_set_hhomogeneous (view->stack, FALSE);
  gtk_widget_set_parent (view->box, GTK_WIDGET (view));
}
