/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/why.h"

#include <glib/gi18n.h>

#include "client/scope.h"
#include "ui/page.h"

typedef struct {
  const SatchelEntity *entity;
  char *id;
} Which;

static void
which_free (gpointer data)
{
  g_free (((Which *)data)->id);
  g_free (data);
}

static gpointer
find_why (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Which *which = data;
  char *reason = NULL;
  SatchelWhy why;

  if (!satchel_session_scope_why (session, which->entity, which->id, &why, &reason, error))
    return NULL;
  return reason != NULL ? reason : g_strdup (_ ("It is not on this computer."));
}

static void
why_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) from = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = satchel_desk_finish (SATCHEL_DESK (source), result, &error);

  if (reason != NULL)
    satchel_toast (from, reason, NULL, NULL);
  else
    satchel_toast_error (from, error);
}

void
satchel_why_tell (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  Which *which = g_new0 (Which, 1);

  which->entity = entity;
  which->id = g_strdup (id);
  satchel_desk_read (desk, find_why, which, which_free, g_free, NULL, why_cb, g_object_ref (from));
}
