/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/discard.h"

#include <glib/gi18n.h>

#include "ui/act/undo.h"
#include "ui/form/begin.h"
#include "ui/page.h"

#define ACTION "restore-draft" /* of the window; the next one replaces it */

typedef struct {
  GtkWidget *window; /* borrowed: it owns the action, and that owns this */
  SatchelDesk *desk;
  char *entity;
  char *text;
} Discarded;

static void
discarded_free (gpointer data, GClosure *closure)
{
  Discarded *discarded = data;

  g_object_unref (discarded->desk);
  g_free (discarded->entity);
  g_free (discarded->text);
  g_free (discarded);
}

static void
restore_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const Discarded *discarded = data;
  GtkWidget *window = discarded->window;
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (discarded->desk), discarded->entity);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  SatchelDraft *draft;

  if (entity == NULL || satchel_desk_get_session (discarded->desk) == NULL)
    return;
  draft = satchel_draft_new_with (discarded->desk, entity, none);
  satchel_draft_resume (draft, discarded->text);
  satchel_begin_resume (window, draft);
  g_action_map_remove_action (G_ACTION_MAP (window), ACTION);
}

void
satchel_discard_offer (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, char *text)
{
  GtkWidget *window = satchel_undo_find_window (from);
  g_autoptr (GSimpleAction) action = g_simple_action_new (ACTION, NULL);
  Discarded *discarded = g_new0 (Discarded, 1);

  *discarded = (Discarded){ window, g_object_ref (desk), g_strdup (entity->name), text };
  g_signal_connect_data (action, "activate", G_CALLBACK (restore_cb), discarded, discarded_free, 0);
  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
  satchel_toast (window, _ ("Discarded"), _ ("Undo"), "win." ACTION);
}
