/* At most one page, for one entity.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/spare.h"

#include "ui/form/page.h"
#include "ui/pages.h"

struct _SatchelSpare {
  GtkStack *workspace;
  SatchelDesk *desk;
  const SatchelEntity *entity; /* of the page, or of the one to be made; NULL: none is wanted */
  SatchelPage *page;           /* borrowed from the workspace; NULL: not begun */
  guint tick, source;
  gulong definitions;
};

static void
stop (SatchelSpare *spare)
{
  if (spare->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (spare->workspace), spare->tick);
  spare->tick = 0;
  g_clear_handle_id (&spare->source, g_source_remove);
  spare->entity = NULL;
}

static void
drop (SatchelSpare *spare)
{
  stop (spare);
  if (spare->page != NULL)
    gtk_stack_remove (spare->workspace, GTK_WIDGET (g_steal_pointer (&spare->page)));
}

static gboolean
make_more (SatchelSpare *spare)
{
  if (spare->page != NULL)
    return satchel_record_page_prepare_more (SATCHEL_RECORD_PAGE (spare->page),
                                             gtk_widget_get_width (GTK_WIDGET (spare->workspace)));
  spare->page = satchel_record_page_prepare (spare->desk, spare->entity);
  if (spare->page == NULL)
    return FALSE;
  gtk_widget_set_visible (GTK_WIDGET (spare->page), FALSE);
  gtk_stack_add_child (spare->workspace, GTK_WIDGET (spare->page));
  return TRUE;
}

static gboolean
idle_cb (gpointer data)
{
  SatchelSpare *spare = data;

  if (make_more (spare))
    return G_SOURCE_CONTINUE;
  spare->source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
frame_cb (GtkWidget *workspace, GdkFrameClock *clock, gpointer data)
{
  SatchelSpare *spare = data;

  spare->tick = 0;
  spare->source = g_idle_add_full (G_PRIORITY_LOW, idle_cb, spare, NULL);
  return G_SOURCE_REMOVE;
}

static void
begin (SatchelSpare *spare, const SatchelEntity *entity)
{
  drop (spare);
  spare->entity = entity;
  spare->tick = gtk_widget_add_tick_callback (GTK_WIDGET (spare->workspace), frame_cb, spare, NULL);
}

void
satchel_spare_follow (SatchelSpare *spare, SatchelRoute *route)
{
  SatchelRouteKind kind = satchel_route_get_kind (route);
  const SatchelEntity *entity;

  if (kind != SATCHEL_ROUTE_LIST && kind != SATCHEL_ROUTE_RECORD)
    return;
  entity = satchel_registry_find (satchel_desk_get_registry (spare->desk), satchel_route_get_entity (route));
  if (entity != NULL && entity != spare->entity)
    begin (spare, entity);
}

static gboolean
fits (SatchelSpare *spare, SatchelRoute *route)
{
  return spare->page != NULL && satchel_route_get_kind (route) == SATCHEL_ROUTE_RECORD &&
         g_str_equal (spare->entity->name, satchel_route_get_entity (route));
}

SatchelPage *
satchel_spare_open (SatchelSpare *spare, SatchelRoute *route, GError **error)
{
  if (!fits (spare, route))
    return satchel_pages_open (spare->desk, route, error);
  if (!satchel_record_page_begin (SATCHEL_RECORD_PAGE (spare->page), route, error))
    return NULL;
  stop (spare);
  return g_steal_pointer (&spare->page);
}

/* Other definitions, other forms. */
static void
definitions_cb (SatchelDesk *desk, SatchelSpare *spare)
{
  drop (spare);
}

SatchelSpare *
satchel_spare_new (GtkStack *workspace, SatchelDesk *desk)
{
  SatchelSpare *spare = g_new0 (SatchelSpare, 1);

  spare->workspace = workspace;
  spare->desk = desk;
  spare->definitions = g_signal_connect (desk, "definitions", G_CALLBACK (definitions_cb), spare);
  return spare;
}

void
satchel_spare_free (SatchelSpare *spare)
{
  stop (spare);
  g_signal_handler_disconnect (spare->desk, spare->definitions);
  g_free (spare);
}
