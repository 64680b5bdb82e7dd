/* Entity, condition, count, and what to do with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/find/find-page.h"

#include <glib/gi18n.h>

#include "client/views.h"
#include "protocol/error.h"
#include "ui/act/act.h"
#include "ui/act/refusal.h"
#include "ui/find/predicate-editor.h"
#include "ui/tip.h"

#define PAUSE_MS 250 /* after typing, before it is counted */

struct _SatchelFindPage {
  SatchelPage parent_instance;
  const SatchelEntity *entity; /* of the definitions that hold */
  char *view_id;               /* of the view that is changed; NULL: none */
  GHashTable *left;            /* entity → condition that was there when another entity was chosen */
  AdwComboRow *entities;
  AdwBin *place;
  SatchelPredicateEditor *editor;
  GtkLabel *count;
  GtkSpinner *spinner;
  GtkWidget *show, *save, *save_new, *record_menu;
  AdwEntryRow *name;
  guint pause;
  GCancellable *counting;
  gboolean showing; /* the drop-down is being set */
};

G_DEFINE_FINAL_TYPE (SatchelFindPage, satchel_find_page, SATCHEL_TYPE_PAGE)

static SatchelDesk *
desk_of (SatchelFindPage *page)
{
  return satchel_page_get_desk (SATCHEL_PAGE (page));
}

/* ---- counting ---- */

typedef struct {
  SatchelFindPage *page; /* a reference */
  GCancellable *cancellable;
} Counting;

typedef struct {
  char *entity, *where;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->entity);
  g_free (question->where);
  g_free (question);
}

/* In a thread of the desk, with its session's definitions. */
static gpointer
count_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, question->entity);
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (registry, entity, question->where, error);
  SatchelQuery query = { .entity = entity, .where = where, .limit = -1 };
  SatchelPredicateContext context;
  gint64 count;

  if (where == NULL)
    return NULL;
  satchel_session_get_context (session, &context);
  if (!satchel_replica_count (satchel_session_get_replica (session), &query, &context, &count, error))
    return NULL;
  return g_memdup2 (&count, sizeof count);
}

static void
show_count (SatchelFindPage *page, gint64 count)
{
  g_autofree char *text =
      g_strdup_printf (g_dngettext (NULL, "%'d record", "%'d records", (gulong)count), (int)count);

  gtk_label_set_label (page->count, text);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Counting *counting = data;
  g_autoptr (SatchelFindPage) page = counting->page;
  g_autoptr (GCancellable) cancellable = counting->cancellable;
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *count = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (page->counting != cancellable)
    return; /* another question was asked meanwhile */
  gtk_spinner_stop (page->spinner);
  if (count != NULL)
    show_count (page, *count);
  else {
    g_autofree char *reason = error != NULL ? satchel_refusal_to_text (error) : g_strdup ("");

    gtk_label_set_label (page->count, reason);
  }
}

static void
stop_counting (SatchelFindPage *page)
{
  g_clear_handle_id (&page->pause, g_source_remove);
  if (page->counting != NULL)
    g_cancellable_cancel (page->counting);
  g_clear_object (&page->counting);
}

/* The page is where its condition is: it comes back with it. */
static void
follow_route (SatchelFindPage *page, const char *text)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_find (page->entity->name, page->view_id, text);

  if (!satchel_route_equal (route, satchel_page_get_route (SATCHEL_PAGE (page))))
    satchel_page_set_route (SATCHEL_PAGE (page), route);
}

static gboolean
count_cb (gpointer data)
{
  SatchelFindPage *page = data;
  const char *text = satchel_predicate_editor_get_text (page->editor);
  Question *question;
  Counting *counting;

  page->pause = 0;
  if (text == NULL)
    return G_SOURCE_REMOVE;
  follow_route (page, text);
  question = g_new0 (Question, 1);
  question->entity = g_strdup (page->entity->name);
  question->where = g_strdup (text);
  page->counting = g_cancellable_new ();
  counting = g_new0 (Counting, 1);
  *counting = (Counting){ g_object_ref (page), g_object_ref (page->counting) };
  gtk_spinner_start (page->spinner);
  satchel_desk_read (desk_of (page), count_job, question, question_free, g_free, page->counting, counted_cb,
                     counting);
  return G_SOURCE_REMOVE;
}

static void
count_soon (SatchelFindPage *page)
{
  stop_counting (page);
  page->pause = g_timeout_add (PAUSE_MS, count_cb, page);
}

/* ---- what can be done ---- */

static void
update_buttons (SatchelFindPage *page)
{
  gboolean understood = satchel_predicate_editor_get_text (page->editor) != NULL;
  gboolean named = *gtk_editable_get_text (GTK_EDITABLE (page->name)) != '\0';

  gtk_widget_set_sensitive (page->show, understood);
  gtk_widget_set_sensitive (page->save, understood && named);
  gtk_widget_set_sensitive (page->save_new, understood && named);
  gtk_widget_set_visible (page->save_new, page->view_id != NULL);
  gtk_button_set_label (GTK_BUTTON (page->save), page->view_id != NULL ? _ ("Save") : _ ("Keep as My View"));
  gtk_widget_set_visible (page->record_menu, page->view_id != NULL);
}

static void
edited_cb (SatchelPredicateEditor *editor, SatchelFindPage *page)
{
  update_buttons (page);
  stop_counting (page);
  gtk_spinner_stop (page->spinner);
  if (satchel_predicate_editor_get_text (editor) != NULL)
    count_soon (page);
  else
    gtk_label_set_label (page->count, "");
}

static void
name_cb (GtkEditable *editable, SatchelFindPage *page)
{
  update_buttons (page);
}

static void
show_cb (GtkButton *button, SatchelFindPage *page)
{
  const char *text = satchel_predicate_editor_get_text (page->editor);
  g_autoptr (SatchelRoute) route = NULL;

  if (text == NULL)
    return;
  /* All of them, whatever the default view leaves out. */
  route = satchel_route_new_list (
      page->entity->name, satchel_entity_find_view (page->entity, "all") != NULL ? "all" : NULL, text);
  satchel_go (GTK_WIDGET (page), route);
}

/* ---- keeping ---- */

typedef struct {
  char *entity, *id, *name, *predicate;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_free (keeping->entity);
  g_free (keeping->id);
  g_free (keeping->name);
  g_free (keeping->predicate);
  g_free (keeping);
}

static gpointer
keep_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Keeping *keeping = data;
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (session), keeping->entity);
  const SatchelViewDraft draft = { .name = keeping->name, .predicate = keeping->predicate };
  char *id = NULL;
  g_autofree char *set = satchel_session_save_view (session, entity, keeping->id, &draft, &id, error);

  return set != NULL ? id : NULL;
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelFindPage) page = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  g_autoptr (SatchelRoute) route = NULL;

  if (id == NULL) {
    satchel_toast_error (GTK_WIDGET (page), error);
    return;
  }
  g_free (page->view_id);
  page->view_id = g_steal_pointer (&id);
  follow_route (page, satchel_predicate_editor_get_text (page->editor));
  update_buttons (page);
  satchel_toast (GTK_WIDGET (page), _ ("The view is kept, on all your devices."), NULL, NULL);
  route = satchel_route_new_list (page->entity->name, page->view_id, NULL);
  satchel_go (GTK_WIDGET (page), route);
}

static void
keep (SatchelFindPage *page, const char *id)
{
  const char *text = satchel_predicate_editor_get_text (page->editor);
  Keeping *keeping;

  if (text == NULL || *gtk_editable_get_text (GTK_EDITABLE (page->name)) == '\0')
    return;
  keeping = g_new0 (Keeping, 1);
  keeping->entity = g_strdup (page->entity->name);
  keeping->id = g_strdup (id);
  keeping->name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (page->name))));
  keeping->predicate = g_strdup (text);
  satchel_desk_write (desk_of (page), keep_job, keeping, keeping_free, g_free, kept_cb, g_object_ref (page));
}

static void
save_cb (GtkWidget *widget, SatchelFindPage *page)
{
  keep (page, page->view_id);
}

static void
save_new_cb (GtkWidget *widget, SatchelFindPage *page)
{
  keep (page, NULL);
}

/* ---- what is shown ---- */

static void
show_entity (SatchelFindPage *page)
{
  page->editor = SATCHEL_PREDICATE_EDITOR (satchel_predicate_editor_new (desk_of (page), page->entity));
  g_signal_connect (page->editor, "changed", G_CALLBACK (edited_cb), page);
  adw_bin_set_child (page->place, GTK_WIDGET (page->editor));
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Advanced Find"), _ (page->entity->plural));
}

static void
show_condition (SatchelFindPage *page, const char *text)
{
  satchel_predicate_editor_set_text (page->editor, text);
  edited_cb (page->editor, page);
}

static GPtrArray *
list_entities (SatchelRegistry *registry)
{
  guint n_entities;
  const SatchelEntity *const *all = satchel_registry_get_entities (registry, &n_entities);
  GPtrArray *entities = g_ptr_array_new ();

  for (guint i = 0; i < n_entities; i++)
    if (!all[i]->retired)
      g_ptr_array_add (entities, (gpointer)all[i]);
  return entities;
}

static void
fill_entities (SatchelFindPage *page)
{
  g_autoptr (GPtrArray) entities = list_entities (satchel_desk_get_registry (desk_of (page)));
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (guint i = 0; i < entities->len; i++)
    gtk_string_list_append (labels, _ (((const SatchelEntity *)entities->pdata[i])->plural));
  page->showing = TRUE;
  adw_combo_row_set_model (page->entities, G_LIST_MODEL (labels));
  for (guint i = 0; i < entities->len; i++)
    if (entities->pdata[i] == page->entity)
      adw_combo_row_set_selected (page->entities, i);
  page->showing = FALSE;
}

/* A view of another entity is another view; what was put together for the one is there when one comes back to
 * it. */
static void
entity_cb (AdwComboRow *row, GParamSpec *spec, SatchelFindPage *page)
{
  g_autoptr (GPtrArray) entities = list_entities (satchel_desk_get_registry (desk_of (page)));
  const char *text, *left;
  guint selected = adw_combo_row_get_selected (row);

  if (page->showing || selected >= entities->len || entities->pdata[selected] == page->entity)
    return;
  text = satchel_predicate_editor_get_text (page->editor);
  if (text != NULL)
    g_hash_table_replace (page->left, g_strdup (page->entity->name), g_strdup (text));
  page->entity = entities->pdata[selected];
  g_clear_pointer (&page->view_id, g_free);
  show_entity (page);
  left = g_hash_table_lookup (page->left, page->entity->name);
  show_condition (page, left != NULL ? left : "");
}

/* The definitions are others: the same entity, of these. */
static void
definitions_cb (SatchelDesk *desk, SatchelFindPage *page)
{
  page->entity = satchel_registry_find (satchel_desk_get_registry (desk), page->entity->name);
  fill_entities (page);
}

static gboolean
is_there (SatchelFindPage *page)
{
  SatchelSession *session = satchel_desk_get_session (desk_of (page));
  g_autoptr (SatchelSavedView) saved =
      session != NULL ? satchel_session_find_view (session, page->entity, page->view_id, NULL) : NULL;

  return saved != NULL;
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelFindPage *page)
{
  const SatchelEntity *views = satchel_registry_find (satchel_desk_get_registry (desk), "saved_view");

  if (page->view_id != NULL && satchel_desk_changes_touch (records, views, page->view_id) &&
      !is_there (page)) {
    g_clear_pointer (&page->view_id, g_free);
    update_buttons (page);
  }
  if (satchel_desk_changes_touch (records, page->entity, NULL))
    count_soon (page);
}

/* ---- the page ---- */

static GPtrArray *
list_targets (gpointer data)
{
  SatchelFindPage *page = data;
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  if (page->view_id != NULL)
    g_ptr_array_add (ids, g_strdup (page->view_id));
  return ids;
}

static void
satchel_find_page_find (SatchelPage *page)
{
  gtk_widget_child_focus (GTK_WIDGET (SATCHEL_FIND_PAGE (page)->editor), GTK_DIR_TAB_FORWARD);
}

static void
satchel_find_page_dispose (GObject *object)
{
  SatchelFindPage *page = SATCHEL_FIND_PAGE (object);

  stop_counting (page);
  g_clear_pointer (&page->view_id, g_free);
  g_clear_pointer (&page->left, g_hash_table_unref);
  G_OBJECT_CLASS (satchel_find_page_parent_class)->dispose (object);
}

static void
satchel_find_page_class_init (SatchelFindPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_find_page_dispose;
  SATCHEL_PAGE_CLASS (class)->find = satchel_find_page_find;
}

static void
build (SatchelFindPage *page)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/satchelcrm/ui/find/find-page.ui");

  page->entities = ADW_COMBO_ROW (gtk_builder_get_object (builder, "entities"));
  page->place = ADW_BIN (gtk_builder_get_object (builder, "place"));
  page->count = GTK_LABEL (gtk_builder_get_object (builder, "count"));
  page->spinner = GTK_SPINNER (gtk_builder_get_object (builder, "spinner"));
  page->show = GTK_WIDGET (gtk_builder_get_object (builder, "show"));
  page->save = GTK_WIDGET (gtk_builder_get_object (builder, "save"));
  page->save_new = GTK_WIDGET (gtk_builder_get_object (builder, "save_new"));
  page->name = ADW_ENTRY_ROW (gtk_builder_get_object (builder, "name"));
  g_signal_connect (page->entities, "notify::selected", G_CALLBACK (entity_cb), page);
  g_signal_connect (page->show, "clicked", G_CALLBACK (show_cb), page);
  g_signal_connect (page->save, "clicked", G_CALLBACK (save_cb), page);
  g_signal_connect (page->save_new, "clicked", G_CALLBACK (save_new_cb), page);
  g_signal_connect (page->name, "changed", G_CALLBACK (name_cb), page);
  g_signal_connect (page->name, "entry-activated", G_CALLBACK (save_cb), page);
  satchel_page_set_content (SATCHEL_PAGE (page), GTK_WIDGET (gtk_builder_get_object (builder, "content")));
}

/* What can be done with the view as a record: share, assign, delete. */
static void
build_menu (SatchelFindPage *page)
{
  const SatchelEntity *views =
      satchel_registry_find (satchel_desk_get_registry (desk_of (page)), "saved_view");
  g_autoptr (GMenuModel) menu = satchel_act_menu_new (desk_of (page), views, NULL);

  page->record_menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (page->record_menu), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (page->record_menu), menu);
  satchel_tip_name (page->record_menu, _ ("Share or Delete This View"));
  satchel_act_install (GTK_WIDGET (page), desk_of (page), views, list_targets, page);
  satchel_page_pack_end (SATCHEL_PAGE (page), page->record_menu);
}

static void
satchel_find_page_init (SatchelFindPage *page)
{
  page->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* The condition of the route, else that of its view. A view of the definitions is a beginning, and not
 * changed. */
static gboolean
load (SatchelFindPage *page, SatchelRoute *route, GError **error)
{
  const char *name = satchel_route_get_view (route), *where = satchel_route_get_where (route);
  const SatchelView *view = name != NULL ? satchel_entity_find_view (page->entity, name) : NULL;
  SatchelSession *session = satchel_desk_get_session (desk_of (page));
  g_autoptr (SatchelSavedView) saved = NULL;

  if (name != NULL && view == NULL && session != NULL) {
    saved = satchel_session_find_view (session, page->entity, name, error);
    if (saved == NULL)
      return FALSE;
    gtk_editable_set_text (GTK_EDITABLE (page->name), satchel_saved_view_get_name (saved));
    if (satchel_saved_view_is_own (saved))
      page->view_id = g_strdup (satchel_saved_view_get_id (saved));
  }
  if (where == NULL)
    where = saved != NULL ? satchel_saved_view_get_predicate (saved) : view != NULL ? view->where : "";
  show_condition (page, where);
  return TRUE;
}

SatchelPage *
satchel_find_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  g_autoptr (SatchelFindPage) page =
      g_object_ref_sink (g_object_new (SATCHEL_TYPE_FIND_PAGE, "desk", desk, "route", route, NULL));

  page->entity = satchel_registry_find (satchel_desk_get_registry (desk), satchel_route_get_entity (route));
  build (page);
  build_menu (page);
  fill_entities (page);
  show_entity (page);
  if (!load (page, route, error))
    return NULL;
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), page, 0);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), page, 0);
  g_object_ref (page);
  g_object_force_floating (G_OBJECT (page));
  return SATCHEL_PAGE (page);
}
