/* A draft of its own, its needed fields, and a button.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/create.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/form/cell.h"
#include "ui/form/draft.h"
#include "ui/page.h"

typedef struct {
  SatchelDraft *draft;
  SatchelCreatedFunc created;
  GObject *data;
  GtkWindow *window;
} Creation;

static void
creation_free (gpointer data, GClosure *closure)
{
  Creation *creation = data;

  g_signal_handlers_disconnect_by_data (creation->draft, creation);
  g_object_unref (creation->draft);
  g_object_unref (creation->data);
  g_free (creation);
}

static void
saved_cb (SatchelDraft *draft, gpointer undo, Creation *creation)
{
  GtkWindow *window = creation->window;

  creation->created (creation->data, satchel_draft_get_entity (draft)->name, satchel_draft_get_id (draft));
  gtk_window_destroy (window);
}

static void
create_cb (GtkButton *button, Creation *creation)
{
  satchel_draft_insist (creation->draft);
}

/* Closed without: nothing of it is kept. */
static gboolean
close_cb (GtkWindow *window, Creation *creation)
{
  satchel_draft_discard (creation->draft);
  return FALSE;
}

static gboolean
is_asked (const SatchelField *field, const SatchelEntity *entity, SatchelDraft *draft)
{
  if (!satchel_field_is_writable (field))
    return FALSE;
  return field == entity->title || field->requirement == SATCHEL_REQUIREMENT_RECOMMENDED ||
         (field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&
          satchel_draft_get_value (draft, field) == NULL);
}

/* Names of people are computed: the typed one goes to the first text that is needed. */
static const SatchelField *
find_name_field (const SatchelEntity *entity)
{
  if (satchel_field_is_writable (entity->title))
    return entity->title;
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (field->type == SATCHEL_TYPE_STRING && field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&
        satchel_field_is_writable (field))
      return field;
  }
  return NULL;
}

static void
build (Creation *creation, const SatchelEntity *entity)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scrolled = gtk_scrolled_window_new ();
  GtkWidget *header = adw_header_bar_new (), *create = gtk_button_new_with_mnemonic (_ ("_Create"));
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < entity->n_fields; i++)
    if (is_asked (entity->fields[i], entity, creation->draft))
      gtk_box_append (GTK_BOX (column),
                      satchel_cell_new (creation->draft, entity->fields[i], SATCHEL_CELL_WAITS));
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 18);
  gtk_widget_set_margin_start (column, 18);
  gtk_widget_set_margin_end (column, 18);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 600);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), column);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_add_css_class (create, "suggested-action");
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), create);
  g_signal_connect (create, "clicked", G_CALLBACK (create_cb), creation);
  gtk_box_append (GTK_BOX (content), header);
  gtk_box_append (GTK_BOX (content), scrolled);
  adw_window_set_content (ADW_WINDOW (creation->window), content);
}

void
satchel_create_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *name,
                     SatchelCreatedFunc created, GObject *data)
{
  Creation *creation = g_new0 (Creation, 1);
  const SatchelField *field = find_name_field (entity);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autofree char *title = g_strdup_printf (_ ("New %s"), _ (entity->label));

  if (field != NULL) {
    SatchelFieldValue *value = g_new0 (SatchelFieldValue, 1);

    value->field = field;
    value->value = satchel_value_new_string (name);
    g_ptr_array_add (values, value);
  }
  creation->draft = satchel_draft_new_with (desk, entity, values);
  creation->created = created;
  creation->data = g_object_ref (data);
  creation->window = g_object_new (ADW_TYPE_WINDOW, "title", title, "modal", TRUE, "transient-for",
                                   gtk_widget_get_root (from), "default-width", 420, NULL);
  satchel_close_with_escape (GTK_WIDGET (creation->window));
  build (creation, entity);
  g_signal_connect (creation->draft, "saved", G_CALLBACK (saved_cb), creation);
  g_signal_connect_data (creation->window, "close-request", G_CALLBACK (close_cb), creation, creation_free,
                         0);
  gtk_window_present (creation->window);
}
