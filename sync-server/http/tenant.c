/* Opening and closing an organisation's store.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/tenant.h"

#include <unistd.h>

#include "sync-server/organisations.h"

#define MOST_OF_ONE         8 /* requests of one device under way, answers that it reads slowly included */
#define MOST_QUERIES_OF_ONE 2 /* online lists of one device under way */
#define MOST_AGAIN_BYTES    (4 * 1024 * 1024)    /* of short answers: some 4,000 devices */
#define RETRY_US            (5 * G_USEC_PER_SEC) /* a damaged store is looked at again */

/* ---- opening; with the mutex ---- */

/* What is wrong is for the administrator; who asks learns only that it is the server's fault. */
static gboolean
fail (SatchelTenant *tenant, GError *problem, GError **error)
{
  gboolean busy = g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);

  g_set_error_literal (error, SATCHEL_ERROR, busy ? SATCHEL_ERROR_BUSY : SATCHEL_ERROR_STORAGE,
                       busy ? satchel_error_sentence (SATCHEL_ERROR_BUSY) : problem->message);
  g_clear_error (&tenant->problem);
  if (busy) {
    g_error_free (problem);
    return FALSE;
  }
  tenant->problem = problem;
  tenant->problem_us = g_get_monotonic_time ();
  return FALSE;
}

static gboolean
open_server (SatchelTenant *tenant, GError **error)
{
  GError *problem = NULL;

  if (tenant->problem != NULL && g_get_monotonic_time () - tenant->problem_us < RETRY_US) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, tenant->problem->message);
    return FALSE;
  }
  if (tenant->slug != NULL) {
    tenant->lock = satchel_organisations_lock (tenant->dir, &problem);
    if (tenant->lock < 0)
      return fail (tenant, problem, error);
  }
  tenant->server =
      satchel_server_open (tenant->dir, tenant->commons->registry, tenant->commons->clock, &problem);
  if (tenant->server != NULL) {
    g_clear_error (&tenant->problem);
    return TRUE;
  }
  if (tenant->lock >= 0)
    close (tenant->lock);
  tenant->lock = -1;
  return fail (tenant, problem, error);
}

SatchelServer *
satchel_tenant_open (SatchelTenant *tenant, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tenant->mutex);

  if (tenant->server == NULL && !open_server (tenant, error))
    return NULL;
  if (tenant->writer == NULL) {
    tenant->writer =
        satchel_writer_new (tenant->server, tenant->commons->written, tenant->commons->written_data);
    tenant->again = satchel_again_new (tenant->dir, tenant->server, MOST_AGAIN_BYTES);
  }
  return tenant->server;
}

/* ---- closing ---- */

static void
close_now (SatchelTenant *tenant)
{
  g_clear_pointer (&tenant->writer, satchel_writer_free);
  g_clear_pointer (&tenant->again, satchel_again_free);
  if (tenant->borrowed)
    return;
  g_clear_pointer (&tenant->server, satchel_server_close);
  if (tenant->lock >= 0)
    close (tenant->lock);
  tenant->lock = -1;
}

void
satchel_tenant_close (SatchelTenant *tenant)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tenant->mutex);

  if (satchel_share_get_used (&tenant->jobs) == 0 && tenant->wake == NULL)
    close_now (tenant);
}

/* ---- life ---- */

SatchelTenant *
satchel_tenant_new (SatchelCommons *commons, const char *slug, const char *dir, SatchelServer *server)
{
  SatchelTenant *tenant = g_new0 (SatchelTenant, 1);

  tenant->commons = commons;
  tenant->slug = g_strdup (slug);
  tenant->dir = g_strdup (dir);
  for (guint i = 0; i < SATCHEL_WORK_N; i++)
    tenant->lines[i] = satchel_line_new (commons->pools[i]);
  satchel_share_init (&tenant->jobs, &commons->jobs);
  satchel_share_init (&tenant->bytes, &commons->bytes);
  tenant->sign_in_rate = satchel_rate_new (commons->sign_in_burst, commons->sign_in_refill_ms);
  tenant->crowd = satchel_crowd_new (MOST_OF_ONE);
  tenant->askers = satchel_crowd_new (MOST_QUERIES_OF_ONE);
  tenant->used_us = g_get_monotonic_time ();
  g_mutex_init (&tenant->mutex);
  tenant->server = server;
  tenant->borrowed = server != NULL;
  tenant->lock = -1;
  return tenant;
}

void
satchel_tenant_free (SatchelTenant *tenant)
{
  g_assert (tenant->wake == NULL);
  close_now (tenant); /* its thread may be about to drop the last reference to a job */
  g_mutex_clear (&tenant->mutex);
  g_clear_error (&tenant->problem);
  satchel_rate_free (tenant->sign_in_rate);
  satchel_crowd_free (tenant->crowd);
  satchel_crowd_free (tenant->askers);
  for (guint i = 0; i < SATCHEL_WORK_N; i++)
    satchel_line_free (tenant->lines[i]);
  satchel_share_clear (&tenant->jobs);
  satchel_share_clear (&tenant->bytes);
  g_free (tenant->slug);
  g_free (tenant->dir);
  g_free (tenant);
}

/* ---- in the main thread ---- */

SatchelAgain *
satchel_tenant_get_again (SatchelTenant *tenant)
{
  SatchelAgain *again;

  if (!g_mutex_trylock (&tenant->mutex))
    return NULL;
  again = tenant->again;
  g_mutex_unlock (&tenant->mutex);
  return again;
}

SatchelWake *
satchel_tenant_get_wake (SatchelTenant *tenant)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tenant->mutex);

  if (tenant->wake == NULL)
    tenant->wake = satchel_wake_new (tenant->server, tenant->writer, tenant->commons->heartbeat_ms,
                                     tenant->commons->context);
  return tenant->wake;
}

void
satchel_tenant_forget_wake (SatchelTenant *tenant)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tenant->mutex);

  g_clear_pointer (&tenant->wake, satchel_wake_free);
}

gboolean
satchel_tenant_is_idle (SatchelTenant *tenant)
{
  if (satchel_share_get_used (&tenant->jobs) > 0 ||
      (tenant->wake != NULL && satchel_wake_get_n_streams (tenant->wake) > 0))
    return FALSE;
  for (guint i = 0; i < SATCHEL_WORK_N; i++)
    if (!satchel_line_is_idle (tenant->lines[i]))
      return FALSE;
  return TRUE;
}

void
satchel_tenant_tend (SatchelTenant *tenant)
{
  /* Who is opening or closing it is not waited for. */
  if (!g_mutex_trylock (&tenant->mutex))
    return;
  if (tenant->writer != NULL)
    satchel_writer_tend (tenant->writer);
  g_mutex_unlock (&tenant->mutex);
}
