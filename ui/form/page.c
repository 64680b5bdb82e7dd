/* Form at the start, timeline at the end; where it is narrow one of the two is shown.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/page.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "protocol/error.h"
#include "ui/act/act.h"
#include "ui/act/undo.h"
#include "ui/form/begin.h"
#include "ui/form/discard.h"
#include "ui/form/draft.h"
#include "ui/form/form-view.h"
#include "ui/form/notices.h"
#include "ui/form/recall.h"
#include "ui/form/side.h"
#include "ui/form/why.h"
#include "ui/mail/write.h"
#include "ui/print/print.h"
#include "ui/record/associated.h"
#include "ui/record/history.h"
#include "ui/tip.h"

#define FORM_WIDTH 300 /* pixels, least, of the form where the side stands beside it */

struct _SatchelRecordPage {
  SatchelPage parent_instance;
  const SatchelEntity *entity;
  SatchelDraft *draft; /* NULL: the page is made ahead of its record */
  SatchelFormView *form;
  AdwLeaflet *leaflet;
  GtkBox *column; /* of notices and form */
  GtkWidget
      *side; /* has its room from the start, so that the form stays where it is when a new record is saved */
  AdwBin *related; /* a tab; NULL: nothing refers to its kind */
  gboolean fills;  /* both are filled, or will be: the record is stored */
  guint fill_source;
  GtkWidget *create, *flip, *menu;
  guint fold_source, begin_source;
};

G_DEFINE_FINAL_TYPE (SatchelRecordPage, satchel_record_page, SATCHEL_TYPE_PAGE)

#define DESK(page) satchel_page_get_desk (SATCHEL_PAGE (page))

/* ---- what the header says ---- */

static char *
make_title (SatchelRecordPage *page)
{
  const SatchelEntity *entity = satchel_draft_get_entity (page->draft);
  char *title = satchel_record_dup_title (satchel_draft_get_record (page->draft));

  if (*title != '\0')
    return title;
  g_free (title);
  return satchel_draft_is_new (page->draft) ? g_strdup_printf (_ ("New %s"), _ (entity->label))
                                            : g_strdup (_ (entity->label));
}

static gboolean
is_message (SatchelDraft *draft)
{
  return g_str_equal (satchel_draft_get_entity (draft)->name, "email");
}

static const char *
describe_state (SatchelRecordPage *page)
{
  switch (satchel_draft_get_state (page->draft)) {
  case SATCHEL_DRAFT_EDITED:
  case SATCHEL_DRAFT_SAVING:
    return satchel_draft_is_new (page->draft) ? _ ("not created yet") : _ ("saving…");
  case SATCHEL_DRAFT_HELD:
    return _ ("not saved yet");
  case SATCHEL_DRAFT_GONE:
    return _ ("gone");
  case SATCHEL_DRAFT_STORED:
    break;
  }
  if (satchel_draft_is_new (page->draft))
    return _ ("not created yet");
  if (satchel_draft_count_pending (page->draft) == 0)
    return NULL;
  /* Of a message "sent" would say that it went to whom it is for. */
  return is_message (page->draft) ? _ ("not synced yet") : _ ("waits to be sent");
}

static gboolean
may_create (SatchelRecordPage *page)
{
  SatchelSession *session = satchel_desk_get_session (DESK (page));
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;

  return satchel_permits_may_create (permits, satchel_draft_get_entity (page->draft));
}

/* Made when it opens, for the record as it is then. */
static void
open_menu_cb (GtkMenuButton *button, gpointer data)
{
  SatchelRecordPage *page = data;
  const SatchelEntity *entity = satchel_draft_get_entity (page->draft);
  g_autoptr (GMenu) menu = g_menu_new (), own = g_menu_new (), ask = g_menu_new ();
  g_autoptr (GMenuModel) actions = NULL;
  g_autofree char *new_label = g_strdup_printf (_ ("New %s"), _ (entity->label));

  if (may_create (page))
    g_menu_append (own, new_label, "form.new");
  if (!satchel_draft_is_new (page->draft)) {
    satchel_mail_append_menu (own, DESK (page), entity);
    actions = satchel_act_menu_new (DESK (page), entity, satchel_draft_get_stored (page->draft));
    g_menu_append_section (menu, NULL, actions);
    if (may_create (page))
      g_menu_append (own, C_ ("verb", "Duplicate"), "form.duplicate");
    g_menu_append (own, _ ("Copy Link"), "form.copy-link");
    g_menu_append (own, _ ("Print…"), "win.print");
    g_menu_append (ask, _ ("History…"), "form.history");
    g_menu_append (ask, _ ("Why Is This Here?"), "form.why");
  } else {
    g_menu_append (own, _ ("Discard"), "form.discard");
  }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (own));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (ask));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
update (SatchelRecordPage *page)
{
  const SatchelEntity *entity = satchel_draft_get_entity (page->draft);
  g_autofree char *title = make_title (page), *subtitle = NULL;
  const char *state = describe_state (page);

  subtitle =
      state != NULL ? g_strdup_printf ("%s · %s", _ (entity->label), state) : g_strdup (_ (entity->label));
  satchel_page_set_title (SATCHEL_PAGE (page), title, subtitle);
  gtk_widget_set_visible (page->create, satchel_draft_is_new (page->draft));
  gtk_widget_set_visible (page->flip, page->fills && adw_leaflet_get_folded (page->leaflet));
}

/* ---- the side ---- */

/* The side follows the form: it reads in threads, and is empty before that. */
static gboolean
fill_cb (gpointer data)
{
  SatchelRecordPage *page = data;

  page->fill_source = 0;
  satchel_side_fill (GTK_BOX (page->side), DESK (page), satchel_draft_get_entity (page->draft),
                     satchel_draft_get_id (page->draft));
  return G_SOURCE_REMOVE;
}

static GtkWidget *
new_promise (const char *icon, const char *words)
{
  GtkWidget *promise = adw_status_page_new ();

  gtk_widget_add_css_class (promise, "compact");
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (promise), icon);
  adw_status_page_set_description (ADW_STATUS_PAGE (promise), words);
  return promise;
}

/* What refers to it is asked for by whoever looks there. */
static void
related_cb (GtkWidget *related, SatchelRecordPage *page)
{
  if (adw_bin_get_child (page->related) != NULL || page->draft == NULL)
    return;
  adw_bin_set_child (page->related,
                     page->fills
                         ? satchel_associated_new (DESK (page), satchel_draft_get_entity (page->draft),
                                                   satchel_draft_get_id (page->draft))
                         : new_promise ("view-list-symbolic",
                                        _ ("What refers to this record stands here once it is created.")));
}

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (widget);

  if (page->fill_source == 0)
    page->fill_source = g_idle_add (fill_cb, page);
  return G_SOURCE_REMOVE;
}

static void
build_side (SatchelRecordPage *page)
{
  GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  page->side = satchel_side_new ();
  adw_leaflet_page_set_navigatable (adw_leaflet_append (page->leaflet, separator), FALSE);
  adw_leaflet_append (page->leaflet, page->side);
  if (satchel_associated_is_any (DESK (page), page->entity)) {
    page->related = ADW_BIN (adw_bin_new ());
    g_signal_connect (page->related, "map", G_CALLBACK (related_cb), page);
    satchel_form_view_add_tab (page->form, "related", _ ("Related"), GTK_WIDGET (page->related));
  }
}

/* Says what will stand there. */
static void
promise_side (SatchelRecordPage *page)
{
  GtkWidget *promise = new_promise ("document-open-recent-symbolic",
                                    _ ("What happens with this record stands here once it is created."));

  gtk_widget_set_vexpand (promise, TRUE);
  gtk_box_append (GTK_BOX (page->side), promise);
}

static void
ensure_side (SatchelRecordPage *page)
{
  if (page->side == NULL)
    build_side (page);
  if (page->fills)
    return;
  if (satchel_draft_is_new (page->draft)) {
    if (gtk_widget_get_first_child (page->side) == NULL)
      promise_side (page);
    return;
  }
  page->fills = TRUE;
  if (page->related != NULL) {
    adw_bin_set_child (page->related, NULL);
    if (gtk_widget_get_mapped (GTK_WIDGET (page->related)))
      related_cb (GTK_WIDGET (page->related), page);
  }
  gtk_widget_add_tick_callback (GTK_WIDGET (page), frame_cb, NULL, NULL);
}

static void
flip_cb (GtkToggleButton *button, SatchelRecordPage *page)
{
  adw_leaflet_set_visible_child (page->leaflet,
                                 gtk_toggle_button_get_active (button)
                                     ? page->side
                                     : gtk_widget_get_first_child (GTK_WIDGET (page->leaflet)));
}

static gboolean
fold_cb (gpointer data)
{
  SatchelRecordPage *page = data;

  page->fold_source = 0;
  if (page->draft != NULL)
    update (page);
  return G_SOURCE_REMOVE;
}

/* It folds while it is given its place: what stands beside it must not change just then. */
static void
folded_cb (AdwLeaflet *leaflet, GParamSpec *spec, SatchelRecordPage *page)
{
  if (page->fold_source == 0)
    page->fold_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, page, NULL);
}

/* ---- the draft ---- */

static void
draft_changed_cb (SatchelDraft *draft, SatchelRecordPage *page)
{
  update (page);
}

static gboolean
is_letter (SatchelDraft *draft)
{
  return is_message (draft) && !satchel_draft_is_closed (draft);
}

static void
saved_cb (SatchelDraft *draft, SatchelDraftUndo *undo, SatchelRecordPage *page)
{
  g_autofree char *message = satchel_draft_undo_describe (undo);
  g_autoptr (SatchelRoute) route = NULL;

  if (satchel_route_get_kind (satchel_page_get_route (SATCHEL_PAGE (page))) == SATCHEL_ROUTE_NEW) {
    route = satchel_route_new_record (satchel_draft_get_entity (draft)->name, satchel_draft_get_id (draft));
    satchel_page_set_route (SATCHEL_PAGE (page), route);
  }
  ensure_side (page);
  update (page);
  /* Of a letter that is being written not every sentence is worth an offer. */
  if (is_letter (draft))
    return;
  satchel_undo_offer (GTK_WIDGET (page), DESK (page), message, satchel_draft_undo_run,
                      satchel_draft_undo_ref (undo), (GDestroyNotify)satchel_draft_undo_unref);
}

static GPtrArray *
list_targets (gpointer data)
{
  SatchelRecordPage *page = data;
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  /* What was typed first, so that the action acts on what is seen. */
  satchel_draft_save (page->draft);
  g_ptr_array_add (ids, g_strdup (satchel_draft_get_id (page->draft)));
  return ids;
}

static gboolean
begin_cb (gpointer data)
{
  SatchelRecordPage *page = data;

  page->begin_source = 0;
  satchel_form_view_focus (page->form, NULL);
  return G_SOURCE_REMOVE;
}

/* One begins to type at once. Not before the stack of pages has done with the focus: it moves it on from
 * wherever it is. */
static void
map_cb (GtkWidget *form, SatchelRecordPage *page)
{
  if (satchel_draft_is_new (page->draft) && page->begin_source == 0)
    page->begin_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, begin_cb, page, NULL);
}

static void
lay_out (SatchelRecordPage *page, GtkWidget *form)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *leaflet = adw_leaflet_new ();

  page->form = SATCHEL_FORM_VIEW (form);
  page->leaflet = ADW_LEAFLET (leaflet);
  page->column = GTK_BOX (column);
  page->side = NULL;
  page->related = NULL;
  page->fills = FALSE;
  g_clear_handle_id (&page->fill_source, g_source_remove);
  gtk_widget_set_vexpand (form, TRUE);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (page->column, form);
  adw_leaflet_append (page->leaflet, column);
  gtk_widget_set_size_request (column, FORM_WIDTH, -1);
  adw_leaflet_set_transition_type (page->leaflet, ADW_LEAFLET_TRANSITION_TYPE_SLIDE);
  g_signal_connect_after (form, "map", G_CALLBACK (map_cb), page);
  g_signal_connect (leaflet, "notify::folded", G_CALLBACK (folded_cb), page);
  satchel_page_set_content (SATCHEL_PAGE (page), leaflet);
}

/* Everything that follows from the draft, anew but for what was made ahead of it. Takes it. */
static void
show_draft (SatchelRecordPage *page, SatchelDraft *draft)
{
  gboolean prepared = page->draft == NULL && page->form != NULL;

  if (page->draft != NULL)
    g_signal_handlers_disconnect_by_data (page->draft, page);
  g_set_object (&page->draft, draft);
  g_object_unref (draft);
  page->entity = satchel_draft_get_entity (draft);
  if (prepared)
    satchel_form_view_set_draft (page->form, draft);
  else
    lay_out (page, satchel_form_view_new (draft));
  gtk_box_prepend (page->column, satchel_notices_new (draft));
  satchel_act_install (GTK_WIDGET (page), DESK (page), page->entity, list_targets, page);
  satchel_mail_install (GTK_WIDGET (page), DESK (page), page->entity, list_targets, page);
  g_signal_connect_object (draft, "changed", G_CALLBACK (draft_changed_cb), page, 0);
  g_signal_connect_object (draft, "saved", G_CALLBACK (saved_cb), page, 0);
  satchel_recall_follow (draft);
  ensure_side (page);
  update (page);
}

/* Other definitions, another form: what is typed goes on in it. */
static void
definitions_cb (SatchelDesk *desk, SatchelRecordPage *page)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (desk), satchel_draft_get_entity (page->draft)->name);
  g_autofree char *text = satchel_draft_dup_text (page->draft);
  SatchelDraft *draft;

  if (entity == NULL)
    return;
  satchel_draft_flush (page->draft);
  draft = satchel_draft_is_new (page->draft)
              ? satchel_draft_new (desk, entity)
              : satchel_draft_open (desk, entity, satchel_draft_get_id (page->draft), NULL);
  if (draft == NULL)
    return;
  if (text != NULL)
    satchel_draft_resume (draft, text);
  show_draft (page, draft);
}

/* ---- the menu ---- */

static void
new_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (SatchelRoute) route =
      satchel_route_new_draft (satchel_draft_get_entity (SATCHEL_RECORD_PAGE (widget)->draft)->name);

  satchel_go (widget, route);
}

static void
duplicate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (widget);

  satchel_begin_duplicate (widget, DESK (page), satchel_draft_get_record (page->draft));
}

static void
copy_link_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *text = satchel_route_to_text (satchel_page_get_route (SATCHEL_PAGE (widget)));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  satchel_toast (widget, _ ("Link copied"), NULL, NULL);
}

/* What was typed first, so that the paper says what is seen. */
static void
satchel_record_page_print (SatchelPage *base)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (base);

  if (satchel_draft_is_new (page->draft))
    return;
  satchel_draft_save (page->draft);
  satchel_print_record (GTK_WIDGET (page), DESK (page), satchel_draft_get_entity (page->draft),
                        satchel_draft_get_id (page->draft));
}

static void
history_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (widget);

  satchel_history_show (widget, DESK (page), satchel_draft_get_entity (page->draft),
                        satchel_draft_get_id (page->draft), NULL);
}

/* One that is stored is deleted, and can be brought back as any record. */
static void
discard_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (widget);
  char *text = satchel_draft_is_new (page->draft) ? satchel_draft_dup_text (page->draft) : NULL;

  if (!satchel_draft_is_new (page->draft))
    gtk_widget_activate_action (widget, "act.delete", NULL);
  satchel_draft_discard (page->draft);
  if (text != NULL && satchel_undo_find_window (widget) != NULL)
    satchel_discard_offer (widget, DESK (page), satchel_draft_get_entity (page->draft), text);
  else
    g_free (text);
  gtk_widget_activate_action (widget, "win.back", NULL);
}

/* Its place is taken by another record of its kind: the message that went out instead of the draft. */
static void
become_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (widget);
  const SatchelEntity *entity = satchel_draft_get_entity (page->draft);
  const char *id = g_variant_get_string (parameter, NULL);
  g_autoptr (SatchelRoute) route = satchel_route_new_record (entity->name, id);
  SatchelDraft *draft = satchel_draft_open (DESK (page), entity, id, NULL);

  if (draft == NULL)
    return;
  satchel_page_set_route (SATCHEL_PAGE (page), route);
  show_draft (page, draft);
}

static void
why_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelRecordPage *page = SATCHEL_RECORD_PAGE (widget);

  satchel_why_tell (widget, DESK (page), satchel_draft_get_entity (page->draft),
                    satchel_draft_get_id (page->draft));
}

static void
create_cb (GtkButton *button, SatchelRecordPage *page)
{
  satchel_draft_insist (page->draft);
}

/* ---- the object ---- */

static void
satchel_record_page_leave (SatchelPage *page)
{
  satchel_draft_save (SATCHEL_RECORD_PAGE (page)->draft);
  satchel_draft_flush (SATCHEL_RECORD_PAGE (page)->draft);
}

static void
satchel_record_page_find (SatchelPage *page)
{
  satchel_form_view_focus (SATCHEL_RECORD_PAGE (page)->form, NULL);
}

static void
satchel_record_page_dispose (GObject *object)
{
  g_clear_handle_id (&SATCHEL_RECORD_PAGE (object)->fold_source, g_source_remove);
  g_clear_handle_id (&SATCHEL_RECORD_PAGE (object)->fill_source, g_source_remove);
  g_clear_handle_id (&SATCHEL_RECORD_PAGE (object)->begin_source, g_source_remove);
  g_clear_object (&SATCHEL_RECORD_PAGE (object)->draft);
  G_OBJECT_CLASS (satchel_record_page_parent_class)->dispose (object);
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/satchelcrm/ui/form.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
satchel_record_page_class_init (SatchelRecordPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_record_page_dispose;
  SATCHEL_PAGE_CLASS (class)->leave = satchel_record_page_leave;
  SATCHEL_PAGE_CLASS (class)->find = satchel_record_page_find;
  SATCHEL_PAGE_CLASS (class)->print = satchel_record_page_print;
  gtk_widget_class_install_action (widget_class, "form.new", NULL, new_action);
  gtk_widget_class_install_action (widget_class, "form.duplicate", NULL, duplicate_action);
  gtk_widget_class_install_action (widget_class, "form.copy-link", NULL, copy_link_action);
  gtk_widget_class_install_action (widget_class, "form.history", NULL, history_action);
  gtk_widget_class_install_action (widget_class, "form.why", NULL, why_action);
  gtk_widget_class_install_action (widget_class, "form.discard", NULL, discard_action);
  gtk_widget_class_install_action (widget_class, "form.become", "s", become_action);
  load_style ();
}

/* A word; where there is no room for it, a picture. */
static GtkWidget *
new_create_button (void)
{
  GtkWidget *button = gtk_button_new (), *looks = adw_squeezer_new ();

  adw_squeezer_set_homogeneous (ADW_SQUEEZER (looks), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (looks), gtk_label_new (_ ("Create")));
  adw_squeezer_add (ADW_SQUEEZER (looks), gtk_image_new_from_icon_name ("object-select-symbolic"));
  gtk_button_set_child (GTK_BUTTON (button), looks);
  satchel_tip_name (button, _ ("Create"));
  return button;
}

static void
satchel_record_page_init (SatchelRecordPage *page)
{
  page->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (page->menu), "view-more-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (page->menu), open_menu_cb, page, NULL);
  satchel_tip_name (page->menu, _ ("Actions"));
  page->flip = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (page->flip), "document-open-recent-symbolic");
  satchel_tip_name (page->flip, _ ("Timeline"));
  g_signal_connect (page->flip, "toggled", G_CALLBACK (flip_cb), page);
  page->create = new_create_button ();
  gtk_widget_add_css_class (page->create, "suggested-action");
  g_signal_connect (page->create, "clicked", G_CALLBACK (create_cb), page);
  satchel_page_pack_end (SATCHEL_PAGE (page), page->menu);
  satchel_page_pack_end (SATCHEL_PAGE (page), page->flip);
  satchel_page_pack_end (SATCHEL_PAGE (page), page->create);
}

static SatchelDraft *
open_draft (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (desk), satchel_route_get_entity (route));
  g_autoptr (GError) problem = NULL;
  SatchelDraft *draft;

  if (satchel_route_get_kind (route) == SATCHEL_ROUTE_NEW)
    return satchel_begin_take (desk, entity);
  draft = satchel_draft_open (desk, entity, satchel_route_get_id (route), &problem);
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND))
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("This record is not on this computer."));
  else if (draft == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return draft;
}

static void
follow_definitions (SatchelRecordPage *page)
{
  g_signal_connect_object (DESK (page), "definitions", G_CALLBACK (definitions_cb), page, 0);
}

SatchelPage *
satchel_record_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelDraft *draft = open_draft (desk, route, error);
  SatchelRecordPage *page;

  if (draft == NULL)
    return NULL;
  page = g_object_new (SATCHEL_TYPE_RECORD_PAGE, "desk", desk, "route", route, NULL);
  if (is_letter (draft)) { /* what leads on is to send it */
    gtk_button_set_icon_name (GTK_BUTTON (page->create), "document-save-symbolic");
    gtk_widget_remove_css_class (page->create, "suggested-action");
    satchel_tip_name (page->create, _ ("Save as Draft"));
  }
  show_draft (page, draft);
  follow_definitions (page);
  return SATCHEL_PAGE (page);
}

/* ---- ahead of time ---- */

SatchelPage *
satchel_record_page_prepare (SatchelDesk *desk, const SatchelEntity *entity)
{
  GtkWidget *form = satchel_form_view_prepare (desk, entity);
  SatchelRecordPage *page;

  if (form == NULL)
    return NULL;
  page = g_object_new (SATCHEL_TYPE_RECORD_PAGE, "desk", desk, NULL);
  page->entity = entity;
  lay_out (page, form);
  build_side (page);
  return SATCHEL_PAGE (page);
}

/* Asking how much room it wants once, at the end, finds its styles and lays out its words. */
gboolean
satchel_record_page_prepare_more (SatchelRecordPage *page, int width)
{
  g_return_val_if_fail (page->draft == NULL, FALSE);
  if (satchel_form_view_prepare_more (page->form))
    return TRUE;
  gtk_widget_measure (GTK_WIDGET (page->leaflet), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (page->leaflet), GTK_ORIENTATION_VERTICAL, width, NULL, NULL, NULL, NULL);
  return FALSE;
}

gboolean
satchel_record_page_begin (SatchelRecordPage *page, SatchelRoute *route, GError **error)
{
  SatchelDraft *draft = open_draft (DESK (page), route, error);

  if (draft == NULL)
    return FALSE;
  satchel_page_set_route (SATCHEL_PAGE (page), route);
  show_draft (page, draft);
  follow_definitions (page);
  return TRUE;
}
