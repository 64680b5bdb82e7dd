/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/quick-line.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/page.h"
#include "ui/record/jot.h"
#include "ui/tip.h"

typedef struct {
  SatchelDesk *desk;
  const SatchelEntity *entity;
  char *id;
  GtkEntry *entry;
  GtkWidget *add;
  GtkToggleButton *kinds[SATCHEL_JOT_N_KINDS]; /* NULL: not for this entity */
} Line;

static const struct {
  const char *label, *icon, *hint;
} kinds[SATCHEL_JOT_N_KINDS] = {
  [SATCHEL_JOT_NOTE] = { N_ ("Note"), "satchel-note-symbolic", N_ ("Write a note…") },
  [SATCHEL_JOT_TASK] = { N_ ("Task"), "satchel-task-symbolic", N_ ("What is to be done…") },
  [SATCHEL_JOT_CALL] = { N_ ("Call"), "satchel-phone-call-symbolic", N_ ("What the call was about…") },
};

static void
line_free (gpointer data)
{
  Line *line = data;

  g_object_unref (line->desk);
  g_free (line->id);
  g_free (line);
}

static SatchelJotKind
get_kind (const Line *line)
{
  for (guint i = 0; i < SATCHEL_JOT_N_KINDS; i++)
    if (line->kinds[i] != NULL && gtk_toggle_button_get_active (line->kinds[i]))
      return i;
  return SATCHEL_JOT_NOTE;
}

/* ---- writing ---- */

typedef struct {
  SatchelJotKind kind;
  char *entity, *id, *text;
} Jot;

static void
jot_free (gpointer data)
{
  Jot *jot = data;

  g_free (jot->entity);
  g_free (jot->id);
  g_free (jot->text);
  g_free (jot);
}

static gpointer
jot_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Jot *jot = data;
  const SatchelEntity *entity =
      satchel_registry_require (satchel_session_get_registry (session), jot->entity, error);
  g_autoptr (SatchelDeeds) deeds = satchel_deeds_new ();

  if (entity == NULL || !satchel_jot_write (deeds, session, jot->kind, entity, jot->id, jot->text, error))
    return NULL;
  return g_steal_pointer (&deeds);
}

typedef struct {
  GtkEntry *entry; /* owned */
  char *text, *done;
} Written;

/* What could not be stored stands there again. */
static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Written *written = data;
  g_autofree char *text = written->text, *done = written->done;
  g_autoptr (GtkEntry) entry = written->entry;
  g_autoptr (GError) error = NULL;
  SatchelDeeds *deeds = satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  g_autofree char *reason = NULL;

  if (deeds != NULL) {
    satchel_undo_offer_deeds (GTK_WIDGET (entry), SATCHEL_DESK (source), done, deeds);
    return;
  }
  reason = satchel_refusal_to_text (error);
  if (*gtk_editable_get_text (GTK_EDITABLE (entry)) == '\0')
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
  satchel_toast (GTK_WIDGET (entry), reason, NULL, NULL);
}

static void
write_line (Line *line)
{
  const SatchelJotKind kind = get_kind (line);
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (line->entry))));
  Jot *jot;
  Written *written;

  if (*text == '\0')
    return;
  jot = g_new0 (Jot, 1);
  jot->kind = kind;
  jot->entity = g_strdup (line->entity->name);
  jot->id = g_strdup (line->id);
  jot->text = g_strdup (text);
  written = g_new0 (Written, 1);
  written->entry = g_object_ref (line->entry);
  written->done = g_strdup_printf (_ ("%s added"), _ (kinds[kind].label));
  written->text = g_steal_pointer (&text);
  satchel_desk_write (line->desk, jot_job, jot, jot_free, (GDestroyNotify)satchel_deeds_free, written_cb,
                      written);
  gtk_editable_set_text (GTK_EDITABLE (line->entry), "");
}

/* ---- the widget ---- */

static void
activate_cb (GtkWidget *widget, Line *line)
{
  write_line (line);
}

static void
typed_cb (GtkEditable *editable, Line *line)
{
  gtk_widget_set_sensitive (line->add, *gtk_editable_get_text (editable) != '\0');
}

static void
kind_cb (GtkToggleButton *button, Line *line)
{
  const char *hint = _ (kinds[get_kind (line)].hint);

  gtk_entry_set_placeholder_text (line->entry, hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, hint, -1);
}

static GtkWidget *
make_kinds (Line *line)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  SatchelRegistry *registry = satchel_desk_get_registry (line->desk);
  SatchelSession *session = satchel_desk_get_session (line->desk);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;
  GtkToggleButton *first = NULL;

  gtk_widget_add_css_class (box, "linked");
  for (guint i = 0; i < SATCHEL_JOT_N_KINDS; i++) {
    const SatchelEntity *made = satchel_jot_find_entity (registry, i, line->entity);
    GtkToggleButton *button;

    if (made == NULL || !satchel_permits_may_create (permits, made))
      continue;
    button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());
    gtk_button_set_icon_name (GTK_BUTTON (button), kinds[i].icon);
    satchel_tip_name (GTK_WIDGET (button), _ (kinds[i].label));
    gtk_toggle_button_set_group (button, first);
    gtk_box_append (GTK_BOX (box), GTK_WIDGET (button));
    line->kinds[i] = button;
    first = first != NULL ? first : button;
  }
  if (first != NULL)
    return box;
  g_object_ref_sink (box);
  g_object_unref (box);
  return NULL;
}

GtkWidget *
satchel_quick_line_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  Line *line = g_new0 (Line, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *switches;

  line->desk = g_object_ref (desk);
  line->entity = entity;
  line->id = g_strdup (id);
  g_object_set_data_full (G_OBJECT (box), "line", line, line_free);
  switches = make_kinds (line);
  if (switches == NULL) {
    g_object_ref_sink (box);
    g_object_unref (box);
    return NULL;
  }
  line->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (line->entry), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (line->entry), 6);
  g_signal_connect (line->entry, "activate", G_CALLBACK (activate_cb), line);
  g_signal_connect (line->entry, "changed", G_CALLBACK (typed_cb), line);
  line->add = gtk_button_new_from_icon_name ("list-add-symbolic");
  satchel_tip_name (line->add, _ ("Add"));
  gtk_widget_set_sensitive (line->add, FALSE);
  g_signal_connect (line->add, "clicked", G_CALLBACK (activate_cb), line);
  gtk_box_append (GTK_BOX (box), switches);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (line->entry));
  gtk_box_append (GTK_BOX (box), line->add);
  for (guint i = 0; i < SATCHEL_JOT_N_KINDS; i++)
    if (line->kinds[i] != NULL)
      g_signal_connect (line->kinds[i], "toggled", G_CALLBACK (kind_cb), line);
  for (guint i = SATCHEL_JOT_N_KINDS; i-- > 0;)
    if (line->kinds[i] != NULL)
      gtk_toggle_button_set_active (line->kinds[i], TRUE);
  return box;
}
