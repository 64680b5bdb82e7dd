/* The organisations that are served, and the thread that looks after them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/hall.h"


#include <string.h>

#include "sync-server/http/complaint.h"
#include "sync-server/organisations.h"

#define STAMP_SETTLED_US                                                                                     \
  (2 * G_USEC_PER_SEC) /* older than this, a time stamp has no second change behind it */

struct _SatchelHall {
  SatchelCommons *commons;
  char *dir;
  guint look_ms, idle_ms;
  SatchelTenant *first;
  GHashTable *tenants; /* slug → SatchelTenant*, without the first */
  GPtrArray *leaving;  /* SatchelTenant*: no longer served, until their last request is done */
  GSource *sweeping;

  GThread *keeper;
  GAsyncQueue *orders;     /* Order* */
  gint64 stamp, looked_us; /* the keeper's: of the directory, and the wall clock then */

  GMutex mutex;
  GPtrArray *found; /* SatchelOrganisationEntry*: what the keeper saw last, until the main thread takes it */
};

typedef enum { ORDER_CLOSE, ORDER_FREE, ORDER_END } OrderKind;

typedef struct {
  OrderKind kind;
  SatchelTenant *tenant;
} Order;

static void
give_order (SatchelHall *hall, OrderKind kind, SatchelTenant *tenant)
{
  Order *order = g_new (Order, 1);

  *order = (Order){ kind, tenant };
  g_async_queue_push (hall->orders, order);
}

/* ---- in the keeper's thread ---- */

/* Reads the list when the directory says that it may be another one. */
static GPtrArray *
look (SatchelHall *hall, GError **error)
{
  gint64 stamp = satchel_organisations_get_stamp (hall->dir);
  gboolean same = stamp == hall->stamp && hall->looked_us - stamp > STAMP_SETTLED_US;

  if (same)
    return NULL;
  hall->looked_us = g_get_real_time ();
  hall->stamp = stamp;
  return satchel_organisations_list (hall->dir, error);
}

static void
look_and_tell (SatchelHall *hall)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *found = look (hall, &error);

  if (error != NULL) {
    satchel_complain (NULL, error->message);
    hall->stamp = -1; /* again at the next look */
  }
  if (found == NULL)
    return;
  g_mutex_lock (&hall->mutex);
  g_clear_pointer (&hall->found, g_ptr_array_unref);
  hall->found = found;
  g_mutex_unlock (&hall->mutex);
}

static gpointer
keep (gpointer data)
{
  SatchelHall *hall = data;
  gint64 due_us = g_get_monotonic_time ();

  for (;;) {
    gint64 now_us = g_get_monotonic_time ();
    if (now_us >= due_us) {
      look_and_tell (hall);
      due_us = now_us + hall->look_ms * (G_USEC_PER_SEC / 1000);
    }
    g_autofree Order *order = g_async_queue_timeout_pop (hall->orders, MAX (due_us - now_us, 1));
    if (order == NULL)
      continue;
    if (order->kind == ORDER_END)
      return NULL;
    if (order->kind == ORDER_CLOSE)
      satchel_tenant_close (order->tenant);
    else
      satchel_tenant_free (order->tenant);
  }
}

/* ---- in the main thread ---- */

static gboolean
is_among (GPtrArray *entries, const char *slug)
{
  for (guint i = 0; i < entries->len; i++) {
    const SatchelOrganisationEntry *entry = entries->pdata[i];
    if (entry->enabled && g_str_equal (entry->slug, slug))
      return TRUE;
  }
  return FALSE;
}

/* Its devices are cut off; what they have asked for already is still answered. */
static void
dismiss (SatchelHall *hall, SatchelTenant *tenant)
{
  g_printerr ("satchel-server: “%s” is not served any more\n", tenant->slug);
  if (tenant->wake != NULL)
    satchel_wake_cut (tenant->wake);
  g_ptr_array_add (hall->leaving, tenant);
}

static void
follow (SatchelHall *hall, GPtrArray *entries, gboolean tell)
{
  GHashTableIter iter;
  gpointer slug, tenant;

  g_hash_table_iter_init (&iter, hall->tenants);
  while (g_hash_table_iter_next (&iter, &slug, &tenant)) {
    if (is_among (entries, slug))
      continue;
    g_hash_table_iter_steal (&iter);
    dismiss (hall, tenant);
  }
  for (guint i = 0; i < entries->len; i++) {
    const SatchelOrganisationEntry *entry = entries->pdata[i];
    if (!entry->enabled || g_hash_table_contains (hall->tenants, entry->slug))
      continue;
    g_autofree char *dir = satchel_organisations_get_dir (hall->dir, entry->slug);
    SatchelTenant *new = satchel_tenant_new (hall->commons, entry->slug, dir, NULL);
    g_hash_table_insert (hall->tenants, new->slug, new);
    if (tell)
      g_printerr ("satchel-server: “%s” is served\n", entry->slug);
  }
}

static void
sweep_leaving (SatchelHall *hall)
{
  for (guint i = hall->leaving->len; i-- > 0;) {
    SatchelTenant *tenant = hall->leaving->pdata[i];
    if (!satchel_tenant_is_idle (tenant))
      continue;
    satchel_tenant_forget_wake (tenant);
    g_ptr_array_remove_index_fast (hall->leaving, i);
    give_order (hall, ORDER_FREE, tenant);
  }
}

static void
sweep_idle (SatchelHall *hall, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, hall->tenants);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    SatchelTenant *tenant = value;
    if (!satchel_tenant_is_idle (tenant))
      tenant->used_us = now_us;
    if (tenant->used_us == 0 || (now_us - tenant->used_us) / 1000 < hall->idle_ms)
      continue;
    tenant->used_us = 0; /* closed; the next request says otherwise */
    satchel_tenant_forget_wake (tenant);
    give_order (hall, ORDER_CLOSE, tenant);
  }
}

static gboolean
sweep_cb (gpointer data)
{
  SatchelHall *hall = data;

  g_mutex_lock (&hall->mutex);
  g_autoptr (GPtrArray) found = g_steal_pointer (&hall->found);
  g_mutex_unlock (&hall->mutex);
  if (found != NULL)
    follow (hall, found, TRUE);
  sweep_leaving (hall);
  sweep_idle (hall, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

SatchelTenant *
satchel_hall_find (SatchelHall *hall, const char *path, const char **rest)
{
  const char *end = path[0] == '/' ? strchr (path + 1, '/') : NULL;
  SatchelTenant *tenant = hall->first;

  *rest = path;
  if (end != NULL && satchel_slug_is_valid (path + 1, end - (path + 1))) {
    char slug[SATCHEL_SLUG_MOST + 1] = { 0 };
    memcpy (slug, path + 1, end - (path + 1));
    *rest = end;
    tenant = g_hash_table_lookup (hall->tenants, slug);
  }
  if (tenant != NULL)
    tenant->used_us = g_get_monotonic_time ();
  return tenant;
}

void
satchel_hall_tend (SatchelHall *hall)
{
  GHashTableIter iter;
  gpointer tenant;

  satchel_tenant_tend (hall->first);
  g_hash_table_iter_init (&iter, hall->tenants);
  while (g_hash_table_iter_next (&iter, NULL, &tenant))
    satchel_tenant_tend (tenant);
}

/* ---- life ---- */

SatchelHall *
satchel_hall_new (SatchelCommons *commons, const SatchelHallOptions *options, GError **error)
{
  SatchelHall *hall = g_new0 (SatchelHall, 1);

  hall->commons = commons;
  hall->dir = g_strdup (options->dir);
  hall->look_ms = options->look_ms;
  hall->idle_ms = options->idle_ms;
  hall->stamp = -1;
  g_autoptr (GPtrArray) found = look (hall, error);
  if (found == NULL) {
    g_free (hall->dir);
    g_free (hall);
    return NULL;
  }

  g_mutex_init (&hall->mutex);
  hall->first = satchel_tenant_new (commons, NULL, options->dir, options->server);
  hall->tenants = g_hash_table_new (g_str_hash, g_str_equal);
  hall->leaving = g_ptr_array_new ();
  hall->orders = g_async_queue_new ();
  follow (hall, found, FALSE);
  hall->keeper = g_thread_new ("keeper", keep, hall);
  hall->sweeping = g_timeout_source_new (options->look_ms);
  g_source_set_callback (hall->sweeping, sweep_cb, hall, NULL);
  g_source_attach (hall->sweeping, commons->context);
  return hall;
}

static void
take_leave (SatchelTenant *tenant)
{
  satchel_tenant_forget_wake (tenant);
  satchel_tenant_free (tenant);
}

void
satchel_hall_free (SatchelHall *hall)
{
  GHashTableIter iter;
  gpointer tenant;

  g_source_destroy (hall->sweeping);
  g_source_unref (hall->sweeping);
  give_order (hall, ORDER_END, NULL);
  g_thread_join (hall->keeper);
  g_async_queue_unref (hall->orders);

  take_leave (hall->first);
  g_hash_table_iter_init (&iter, hall->tenants);
  while (g_hash_table_iter_next (&iter, NULL, &tenant))
    take_leave (tenant);
  for (guint i = 0; i < hall->leaving->len; i++)
    take_leave (hall->leaving->pdata[i]);
  g_hash_table_unref (hall->tenants);
  g_ptr_array_unref (hall->leaving);
  g_clear_pointer (&hall->found, g_ptr_array_unref);
  g_mutex_clear (&hall->mutex);
  g_free (hall->dir);
  g_free (hall);
}
