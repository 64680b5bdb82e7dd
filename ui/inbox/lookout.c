/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/lookout.h"

#include "ui/sync/sync.h"

struct _SatchelLookout {
  gatomicrefcount references; /* one of the owner, one of each read under way */
  SatchelDesk *desk;          /* NULL: the owner has gone */
  SatchelSync *sync;          /* borrowed of the desk */
  void (*look) (gpointer data);
  void (*seen) (gpointer result, const GError *error, gpointer data);
  gpointer data;
  GDestroyNotify free_result;
  gboolean reading, again;
};

static void
unref (SatchelLookout *lookout)
{
  if (g_atomic_ref_count_dec (&lookout->references))
    g_free (lookout);
}

static void
look_again_cb (SatchelLookout *lookout)
{
  lookout->look (lookout->data);
}

static void
read_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  SatchelLookout *lookout = data;
  g_autoptr (GError) error = NULL;
  gpointer seen = satchel_desk_finish (SATCHEL_DESK (desk), result, &error);

  lookout->reading = FALSE;
  if (lookout->desk != NULL)
    lookout->seen (seen, error, lookout->data);
  if (seen != NULL)
    lookout->free_result (seen);
  if (lookout->desk != NULL && lookout->again)
    look_again_cb (lookout);
  unref (lookout);
}

void
satchel_lookout_look (SatchelLookout *lookout, SatchelDeskJob job, gpointer argument,
                      GDestroyNotify free_result)
{
  lookout->again = lookout->reading;
  if (lookout->reading)
    return;
  lookout->reading = TRUE;
  lookout->free_result = free_result;
  g_atomic_ref_count_inc (&lookout->references);
  satchel_desk_read (lookout->desk, job, argument, NULL, free_result, NULL, read_cb, lookout);
}

SatchelLookout *
satchel_lookout_new (SatchelDesk *desk, void (*look) (gpointer data),
                     void (*seen) (gpointer result, const GError *error, gpointer data), gpointer data)
{
  /* A set may change its state without any record being different: then the numbers are. */
  static const char *const numbers[] = { "notify::pending", "notify::parked", "notify::conflicts" };
  SatchelLookout *lookout = g_new0 (SatchelLookout, 1);

  g_atomic_ref_count_init (&lookout->references);
  lookout->desk = g_object_ref (desk);
  lookout->sync = satchel_sync_get (desk);
  lookout->look = look;
  lookout->seen = seen;
  lookout->data = data;
  g_signal_connect_swapped (desk, "changed", G_CALLBACK (look_again_cb), lookout);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_signal_connect_swapped (lookout->sync, numbers[i], G_CALLBACK (look_again_cb), lookout);
  return lookout;
}

void
satchel_lookout_free (SatchelLookout *lookout)
{
  if (lookout == NULL)
    return;
  g_signal_handlers_disconnect_by_data (lookout->desk, lookout);
  g_signal_handlers_disconnect_by_data (lookout->sync, lookout);
  g_clear_object (&lookout->desk);
  unref (lookout);
}
