/* A draft of its own, its needed fields, and a button.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/create.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "protocol/rules/compute.h"
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

/* What was typed and is no value would go with the window; why stands below it. */
static gboolean
is_understood (SatchelDraft *draft)
{
  const SatchelEntity *entity = satchel_draft_get_entity (draft);

  for (guint i = 0; i < entity->n_fields; i++)
    if (satchel_draft_get_typed (draft, entity->fields[i]) != NULL)
      return FALSE;
  return TRUE;
}

static void
create_cb (GtkButton *button, Creation *creation)
{
  if (!is_understood (creation->draft))
    return;
  satchel_draft_insist (creation->draft);
}

/* Closed without: nothing of it is kept. */
static gboolean
close_cb (GtkWindow *window, Creation *creation)
{
  satchel_draft_discard (creation->draft);
  return FALSE;
}

/* ---- what is asked for ---- */

/* A field and what stands in it at first: the name that was typed, or a part of it. */
static void
put (GPtrArray *values, const SatchelEntity *entity, const char *name, const char *text)
{
  SatchelFieldValue *value = g_new0 (SatchelFieldValue, 1);

  value->field = satchel_entity_find_field (entity, name);
  value->value = text != NULL ? satchel_value_new_string (text) : NULL;
  g_ptr_array_add (values, value);
}

/* Names of people are computed of two; where another title is computed, the first text that is needed has to
 * be told apart. */
static GPtrArray *
part_name (const SatchelEntity *entity, const char *name)
{
  GPtrArray *values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autofree char *first = NULL, *last = NULL;

  if (satchel_field_is_writable (entity->title)) {
    put (values, entity, entity->title->name, name);
    return values;
  }
  if (g_strcmp0 (entity->title->compute, "full-name") == 0) {
    satchel_compute_part_name (name, &first, &last);
    put (values, entity, "first_name", first);
    put (values, entity, "last_name", last);
    return values;
  }
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (field->type == SATCHEL_TYPE_STRING && field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&
        satchel_field_is_writable (field)) {
      put (values, entity, field->name, name);
      break;
    }
  }
  return values;
}

static gboolean
is_named (const GPtrArray *names, const SatchelField *field)
{
  for (guint i = 0; i < names->len; i++)
    if (((const SatchelFieldValue *)names->pdata[i])->field == field)
      return TRUE;
  return FALSE;
}

/* The name is shown as it was understood; of the rest what is needed and not there. */
static gboolean
is_asked (const SatchelField *field, const GPtrArray *names, SatchelDraft *draft)
{
  if (!satchel_field_is_writable (field))
    return FALSE;
  return is_named (names, field) || field->requirement == SATCHEL_REQUIREMENT_RECOMMENDED ||
         (field->requirement == SATCHEL_REQUIREMENT_REQUIRED &&
          satchel_draft_get_value (draft, field) == NULL);
}

static void
build (Creation *creation, const SatchelEntity *entity, const GPtrArray *names)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *scrolled = gtk_scrolled_window_new ();
  GtkWidget *header = adw_header_bar_new (), *create = gtk_button_new_with_mnemonic (_ ("_Create"));
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < entity->n_fields; i++)
    if (is_asked (entity->fields[i], names, creation->draft))
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
  gtk_window_set_default_widget (creation->window, create);
  satchel_focus_first (GTK_WIDGET (creation->window), scrolled);
}

void
satchel_create_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *name,
                     SatchelCreatedFunc created, GObject *data)
{
  Creation *creation = g_new0 (Creation, 1);
  g_autoptr (GPtrArray) names = part_name (entity, name);
  g_autofree char *title = g_strdup_printf (_ ("New %s"), _ (entity->label));

  creation->draft = satchel_draft_new_with (desk, entity, names);
  creation->created = created;
  creation->data = g_object_ref (data);
  creation->window = g_object_new (ADW_TYPE_WINDOW, "title", title, "modal", TRUE, "transient-for",
                                   gtk_widget_get_root (from), "default-width", 420, NULL);
  satchel_close_with_escape (GTK_WIDGET (creation->window));
  build (creation, entity, names);
  g_signal_connect (creation->draft, "saved", G_CALLBACK (saved_cb), creation);
  g_signal_connect_data (creation->window, "close-request", G_CALLBACK (close_cb), creation, creation_free,
                         0);
  gtk_window_present (creation->window);
}
