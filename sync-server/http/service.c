/* The way of a request: admitted by its head, worked on in a pool, perhaps written, answered.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/service.h"

#include <string.h>

#include "sync-server/http/complaint.h"
#include "sync-server/http/hall.h"
#include "sync-server/http/handlers.h"
#include "sync-server/http/imaging.h"

#define MOST_JOBS           50000 /* all devices of a large organisation at once */
#define MOST_SIGN_INS       200   /* of an organisation waiting for a hash; each takes some 25 ms */
#define MOST_RESERVED_BYTES (256 * 1024 * 1024) /* of bodies in memory */
#define TRUSTED_BODY_BYTES                                                                                   \
  (4 * 1024) /* a larger one is read only from a known device: strangers could hold all memory */
#define BUSY_RETRY_MS   2000
#define SIGN_IN_THREADS 2
#define TEND_INTERVAL_S 30
#define MOST_PREPARED   3 /* times for one request */
#define QUERY_THREADS   4

struct _SatchelService {
  GMainContext *context;
  SatchelListener *listener;
  SatchelCommons commons;
  SatchelHall *hall;
  GSource *tending;
  guint n_jobs; /* dispatched and not yet answered */

  GMutex mutex;       /* of what comes back from the threads */
  GQueue returned;    /* SatchelExchange* */
  gboolean returning; /* a source is on its way */
};

const SatchelServiceOptions satchel_service_defaults = {
  .host = "127.0.0.1",
  .port = 8765,
  .limits = SATCHEL_HTTP_LIMITS,
  .sign_in_burst = 60,
  .sign_in_refill_ms = 1000,
  .heartbeat_ms = SATCHEL_WAKE_HEARTBEAT_MS,
  .look_ms = 2000,
  .idle_ms = 5 * 60 * 1000,
};

/* ---- in the main thread: answers ---- */

/* What the disk says is for the administrator, not for the client. */
static void
withhold_details (SatchelJob *job)
{
  const SatchelErrorCode here = satchel_error_code (job->error), code = satchel_error_code_abroad (here);
  const char *slug = job->tenant->slug;

  if (code == here)
    return;
  g_autofree char *where =
      g_strconcat (slug != NULL ? "/" : "", slug != NULL ? slug : "", job->route->path, NULL);

  satchel_complain (where, job->error->message);
  g_clear_error (&job->error);
  g_set_error_literal (&job->error, SATCHEL_ERROR, code, satchel_error_sentence (code));
}

static void
begin_stream (SatchelJob *job, SatchelExchange *exchange)
{
  const SatchelSleeper sleeper = { job->caller, job->signature, job->signature_s, job->n_revisions };

  satchel_wake_add (satchel_tenant_get_wake (job->tenant), exchange, &sleeper);
}

static SatchelAgain *
get_again (SatchelJob *job)
{
  return job->route->answer == SATCHEL_ANSWER_PULL ? satchel_tenant_get_again (job->tenant) : NULL;
}

static void
deliver (SatchelExchange *exchange)
{
  SatchelJob *job = satchel_exchange_get_data (exchange);
  SatchelTenant *tenant = job->tenant;

  if (job->error != NULL)
    withhold_details (job);
  if (job->body == NULL && job->error == NULL)
    satchel_exchange_resume (exchange);
  else if (job->body == NULL)
    satchel_exchange_refuse (exchange, 0, job->error, job->retry_after_ms);
  else if (job->error != NULL)
    satchel_exchange_fail (exchange, job->error, job->retry_after_ms);
  else if (job->route->answer == SATCHEL_ANSWER_STREAM)
    begin_stream (job, exchange);
  else
    satchel_exchange_answer (exchange, SOUP_STATUS_OK, job->route->type, g_steal_pointer (&job->answer));
  if (job->signature != NULL && tenant->wake != NULL)
    satchel_wake_deposit (tenant->wake, job->caller->device, job->signature, job->signature_s);
}

static void
keep (SatchelJob *job)
{
  SatchelAgain *again = job->answer != NULL ? get_again (job) : NULL;

  if (again != NULL)
    satchel_again_keep (again, job);
}

static gboolean
deliver_cb (gpointer data)
{
  SatchelService *service = data;

  g_mutex_lock (&service->mutex);
  GQueue returned = service->returned;
  g_queue_init (&service->returned);
  service->returning = FALSE;
  g_mutex_unlock (&service->mutex);

  SatchelExchange *exchange;
  while ((exchange = g_queue_pop_head (&returned)) != NULL) {
    service->n_jobs--;
    keep (satchel_exchange_get_data (exchange));
    deliver (exchange);
    satchel_exchange_unref (exchange);
  }
  return G_SOURCE_REMOVE;
}

/* ---- in other threads ---- */

/* Takes the reference. */
static void
return_exchange (SatchelService *service, SatchelExchange *exchange)
{
  g_mutex_lock (&service->mutex);
  g_queue_push_tail (&service->returned, exchange);
  gboolean first = !service->returning;
  service->returning = TRUE;
  g_mutex_unlock (&service->mutex);

  if (!first)
    return;
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_cb, service, NULL);
  g_source_attach (source, service->context);
}

/* What the writer has prepared goes back to the readers, and so does a push that a pull goes along with. */
static void
written_cb (GPtrArray *exchanges, gpointer data)
{
  SatchelService *service = data;

  for (guint i = 0; i < exchanges->len; i++) {
    SatchelExchange *exchange = satchel_exchange_ref (exchanges->pdata[i]);
    SatchelJob *job = satchel_exchange_get_data (exchange);

    if ((job->unprepared || job->outcomes != NULL) && job->error == NULL) {
      job->unprepared = FALSE;
      satchel_line_push (job->tenant->lines[job->route->work], exchange);
    } else {
      return_exchange (service, exchange);
    }
  }
  g_ptr_array_unref (exchanges);
}

static gboolean
work (SatchelJob *job)
{
  if (job->server == NULL && (job->server = satchel_tenant_open (job->tenant, &job->error)) == NULL) {
    if (g_error_matches (job->error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY))
      job->retry_after_ms = BUSY_RETRY_MS;
    return FALSE;
  }
  if (job->route->right == SATCHEL_RIGHT_DEVICE && job->caller == NULL &&
      job->route->answer != SATCHEL_ANSWER_PULL) {
    job->caller = satchel_server_authenticate (job->server, job->token, &job->error);
    if (job->caller == NULL)
      return FALSE;
  }
  return job->body == NULL || job->route->read == NULL || job->route->read (job, &job->error);
}

/* A reader found that the writer must come first; again only where rights changed in between. */
static gboolean
must_prepare (SatchelJob *job)
{
  if (job->n_prepared >= MOST_PREPARED ||
      !g_error_matches (job->error, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED))
    return FALSE;
  g_clear_error (&job->error);
  job->unprepared = TRUE;
  job->n_prepared++;
  return TRUE;
}

static void
work_cb (gpointer data, gpointer user_data)
{
  SatchelService *service = user_data;
  SatchelExchange *exchange = data;
  SatchelJob *job = satchel_exchange_get_data (exchange);

  if (job->outcomes != NULL) {
    satchel_handle_pull_along (job);
    return_exchange (service, exchange);
    return;
  }
  gboolean done = work (job);

  if (done ? job->body != NULL && satchel_route_writes (job->route) : must_prepare (job))
    satchel_writer_queue (job->tenant->writer, exchange);
  else
    return_exchange (service, exchange);
}

/* ---- in the main thread: requests ---- */

static void
dispatch (SatchelService *service, SatchelExchange *exchange)
{
  SatchelJob *job = satchel_exchange_get_data (exchange);

  if (job->tenant->wake != NULL)
    job->n_revisions = satchel_wake_count_revisions (job->tenant->wake);
  service->n_jobs++;
  satchel_exchange_hold (exchange);
  satchel_line_push (job->tenant->lines[job->route->work], satchel_exchange_ref (exchange));
}

static gssize
refuse (SatchelExchange *exchange, guint status, SatchelErrorCode code, const char *message,
        gint64 retry_after_ms)
{
  g_autoptr (GError) error = g_error_new_literal (SATCHEL_ERROR, code, message);

  satchel_exchange_refuse (exchange, status, error, retry_after_ms);
  return -1;
}

static const char *
find_token (SatchelExchange *exchange)
{
  const char *authorization = satchel_exchange_get_header (exchange, "Authorization");

  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Bearer ", strlen ("Bearer ")) != 0)
    return NULL;
  return authorization + strlen ("Bearer ");
}

/* NULL, and an answer, for who asks too often, or when too much is under way. */
static SatchelJob *
welcome (SatchelTenant *tenant, SatchelExchange *exchange, const SatchelRoute *route, gsize size)
{
  gint64 retry_after_ms;

  if (route->enrols && !satchel_rate_take (tenant->sign_in_rate, satchel_exchange_get_peer (exchange),
                                           g_get_monotonic_time () / 1000, &retry_after_ms)) {
    refuse (exchange, 0, SATCHEL_ERROR_RATE, "too many sign-ins from this address", retry_after_ms);
    return NULL;
  }
  SatchelJob *job = NULL;
  if (route->work != SATCHEL_WORK_SIGN_IN ||
      satchel_line_get_n_waiting (tenant->lines[SATCHEL_WORK_SIGN_IN]) < MOST_SIGN_INS)
    job = satchel_job_new (tenant, route, size);
  if (job == NULL)
    refuse (exchange, 0, SATCHEL_ERROR_BUSY, satchel_error_sentence (SATCHEL_ERROR_BUSY), BUSY_RETRY_MS);
  return job;
}

static gssize
admit_cb (SatchelExchange *exchange, gpointer data)
{
  SatchelService *service = data;
  const char *path, *allowed = NULL;
  SatchelTenant *tenant = satchel_hall_find (service->hall, satchel_exchange_get_path (exchange), &path);
  const SatchelRoute *route =
      tenant == NULL ? NULL : satchel_router_find (satchel_exchange_get_method (exchange), path, &allowed);
  if (route == NULL && allowed == NULL)
    return refuse (exchange, 0, SATCHEL_ERROR_NOT_FOUND, "there is nothing at this path", -1);
  if (route == NULL)
    return refuse (exchange, SOUP_STATUS_METHOD_NOT_ALLOWED, SATCHEL_ERROR_INVALID,
                   "this path has another method", -1);

  SatchelEncoding encoding;
  if (!satchel_encoding_from_header (satchel_exchange_get_header (exchange, "Content-Encoding"), &encoding))
    return refuse (exchange, SOUP_STATUS_UNSUPPORTED_MEDIA_TYPE, SATCHEL_ERROR_INVALID,
                   "a body may be encoded with satchel, zstd or gzip", -1);
  const char *token = find_token (exchange);
  if (route->right == SATCHEL_RIGHT_DEVICE && token == NULL)
    return refuse (exchange, 0, SATCHEL_ERROR_UNAUTHENTICATED, "sign in first", -1);

  goffset announced = satchel_exchange_get_announced (exchange);
  gsize size = announced >= 0 && announced <= (goffset)route->most_body_bytes ? (gsize)announced
                                                                              : route->most_body_bytes;
  g_autoptr (SatchelJob) job = welcome (tenant, exchange, route, size);
  if (job == NULL)
    return -1;
  if (route->right == SATCHEL_RIGHT_DEVICE) {
    SatchelCrowd *crowd = route->work == SATCHEL_WORK_QUERY ? tenant->askers : tenant->crowd;
    if (!satchel_crowd_enter (crowd, token))
      return refuse (exchange, 0, SATCHEL_ERROR_RATE, "too many requests of this device at once",
                     BUSY_RETRY_MS);
    job->token = g_strdup (token);
    job->crowd = crowd;
  }
  memcpy (job->peer, satchel_exchange_get_peer (exchange), sizeof job->peer);
  job->encoding = encoding;
  job->accept = satchel_encoding_choose (satchel_exchange_get_header (exchange, "Accept-Encoding"));
  satchel_exchange_set_data (exchange, g_steal_pointer (&job), (GDestroyNotify)satchel_job_free);

  if (route->right == SATCHEL_RIGHT_DEVICE && size > TRUSTED_BODY_BYTES)
    dispatch (service, exchange);
  return route->most_body_bytes;
}

static void
request_cb (SatchelExchange *exchange, gpointer data)
{
  SatchelJob *job = satchel_exchange_get_data (exchange);

  job->body = g_bytes_ref (satchel_exchange_get_body (exchange));
  SatchelAgain *again = get_again (job);
  if (again != NULL && satchel_again_find (again, job))
    deliver (exchange);
  else
    dispatch (data, exchange);
}

/* ---- life ---- */

static gboolean
tend_cb (gpointer data)
{
  satchel_hall_tend (((SatchelService *)data)->hall);
  return G_SOURCE_CONTINUE;
}

static void
set_up_commons (SatchelService *service, const SatchelServiceOptions *options)
{
  SatchelCommons *commons = &service->commons;
  guint n_readers = CLAMP (2 * g_get_num_processors (), 4, 16); /* some are busy with first syncs */

  commons->registry = options->registry != NULL ? options->registry : satchel_registry_builtin ();
  commons->clock = options->clock != NULL ? options->clock : satchel_clock_system ();
  commons->context = service->context;
  commons->sign_in_burst = options->sign_in_burst;
  commons->sign_in_refill_ms = options->sign_in_refill_ms;
  commons->heartbeat_ms = options->heartbeat_ms;
  commons->pools[SATCHEL_WORK_READ] = satchel_pool_new (work_cb, service, n_readers);
  commons->pools[SATCHEL_WORK_SIGN_IN] = satchel_pool_new (work_cb, service, SIGN_IN_THREADS);
  commons->pools[SATCHEL_WORK_QUERY] = satchel_pool_new (work_cb, service, QUERY_THREADS);
  satchel_budget_init (&commons->jobs, MOST_JOBS);
  satchel_budget_init (&commons->bytes, MOST_RESERVED_BYTES);
  commons->imaging = satchel_imaging_new ();
  commons->written = written_cb;
  commons->written_data = service;
}

/* Once nothing is under way. Writers are needed until the pools have ended, and pools until the lines are
 * gone. */
static void
tear_down (SatchelService *service)
{
  SatchelCommons *commons = &service->commons;

  for (guint i = 0; i < SATCHEL_WORK_N; i++)
    satchel_pool_stop (commons->pools[i]);
  satchel_imaging_free (commons->imaging);
  g_clear_pointer (&service->listener, satchel_listener_free);
  g_clear_pointer (&service->hall, satchel_hall_free);
  for (guint i = 0; i < SATCHEL_WORK_N; i++)
    satchel_pool_free (commons->pools[i]);
  satchel_budget_clear (&commons->jobs);
  satchel_budget_clear (&commons->bytes);
  g_mutex_clear (&service->mutex);
  g_free (service);
}

SatchelService *
satchel_service_new (const SatchelServiceOptions *options, GMainContext *context, GError **error)
{
  SatchelService *service = g_new0 (SatchelService, 1);
  SatchelHttpHandler handler = { .admit = admit_cb, .request = request_cb, .data = service };
  SatchelHallOptions hall = { options->dir, options->server, options->look_ms, options->idle_ms };

  service->context = context;
  g_mutex_init (&service->mutex);
  set_up_commons (service, options);
  service->hall = satchel_hall_new (&service->commons, &hall, error);
  if (service->hall != NULL)
    service->listener = satchel_listener_new (options->host, options->port, options->certificate,
                                              &options->limits, &handler, context, error);
  if (service->listener == NULL) {
    tear_down (service);
    return NULL;
  }

  service->tending = g_timeout_source_new_seconds (TEND_INTERVAL_S);
  g_source_set_callback (service->tending, tend_cb, service, NULL);
  g_source_attach (service->tending, context);
  return service;
}

guint16
satchel_service_get_port (SatchelService *service)
{
  return satchel_listener_get_port (service->listener);
}

guint
satchel_service_get_n_connections (SatchelService *service)
{
  return satchel_listener_get_n_connections (service->listener);
}

static gboolean
grace_over_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
satchel_service_stop (SatchelService *service, guint grace_ms)
{
  gboolean over = FALSE;
  g_autoptr (GSource) grace = g_timeout_source_new (grace_ms);
  g_source_set_callback (grace, grace_over_cb, &over, NULL);
  g_source_attach (grace, service->context);

  satchel_listener_stop (service->listener);
  while (satchel_service_get_n_connections (service) > 0 && !over)
    g_main_context_iteration (service->context, TRUE);
  g_source_destroy (grace);
  g_source_destroy (service->tending);
  g_source_unref (service->tending);

  /* What was pushed is committed, even if nobody is left to hear of it. */
  satchel_listener_cut (service->listener);
  while (satchel_service_get_n_connections (service) > 0 || service->n_jobs > 0)
    g_main_context_iteration (service->context, TRUE);

  tear_down (service);
}
