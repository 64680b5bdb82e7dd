/* Two thousand devices of a hundred sellers, all listening: what they cost while nothing happens, and what
 * becomes of an edit that concerns them all, or a few.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <math.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/replica/followed.h"
#include "protocol/error.h"
#include "tests/bench/crowd.h"
#include "tests/bench/echo.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"
#include "tests/bench/sellers.h"

#define N_DEVICES 2000
#define N_SELLERS 100
#define ROUNDS    2
#define REST_S    2

typedef struct {
  BenchRig *rig;
  BenchDevice *writer;
  BenchCrowd *crowd;
  GPtrArray *tokens;  /* of each device; that of device i is seller i % N_SELLERS */
  GPtrArray *sellers; /* ids */
  GArray *wakes, *few, *pulls, *rates, *cpu;
  double memory_kb, rest, idle; /* a device's; % of a core, with and without them */
} Swarm;

static void
swarm_clear (Swarm *swarm)
{
  g_clear_pointer (&swarm->crowd, bench_crowd_free);
  g_clear_pointer (&swarm->writer, bench_device_free);
  g_clear_pointer (&swarm->tokens, g_ptr_array_unref);
  g_clear_pointer (&swarm->sellers, g_ptr_array_unref);
  g_array_unref (swarm->wakes);
  g_array_unref (swarm->few);
  g_array_unref (swarm->pulls);
  g_array_unref (swarm->rates);
  g_array_unref (swarm->cpu);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Swarm, swarm_clear)

static void
swarm_init (Swarm *swarm, BenchRig *rig)
{
  *swarm = (Swarm){ .rig = rig };
  swarm->wakes = g_array_new (FALSE, FALSE, sizeof (double));
  swarm->few = g_array_new (FALSE, FALSE, sizeof (double));
  swarm->pulls = g_array_new (FALSE, FALSE, sizeof (double));
  swarm->rates = g_array_new (FALSE, FALSE, sizeof (double));
  swarm->cpu = g_array_new (FALSE, FALSE, sizeof (double));
}

/* ---- what they ask ---- */

static char *
format_pull (const char *token, const char *member, const char *value)
{
  g_autofree char *body = g_strdup_printf ("{\"%s\":\"%s\"}", member, value);

  return g_strdup_printf ("POST /v1/pull HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          token, strlen (body), body);
}

static char *
format_wake (const char *token)
{
  return g_strdup_printf ("GET /v1/wake HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n",
                          token);
}

/* In the last line. */
static char *
dup_cursor (const char *answer, GError **error)
{
  const char *place = answer != NULL ? g_strrstr (answer, "{\"cursor\":\"") : NULL;
  const char *end;

  if (place != NULL && (end = strchr (place += strlen ("{\"cursor\":\""), '"')) != NULL)
    return g_strndup (place, (gsize)(end - place));
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "swarm: a first pull gave no cursor");
  return NULL;
}

/* One device of each seller pulls for the first time; a cursor is good for all devices of its user. */
static gboolean
pull_first (Swarm *swarm, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (bench_device_get_session (swarm->writer));
  const char *schema = satchel_followed_get_digest (satchel_replica_get_followed (replica));
  g_autoptr (BenchCrowd) first = bench_crowd_new (bench_rig_get_port (swarm->rig), N_SELLERS, error);

  if (first == NULL)
    return FALSE;
  for (guint i = 0; i < N_SELLERS; i++)
    bench_crowd_set_question (first, i, format_pull (swarm->tokens->pdata[i], "schema", schema));
  if (!bench_crowd_ask (first, error))
    return FALSE;
  for (guint i = 0; i < N_DEVICES; i++) {
    g_autofree char *cursor = NULL;
    BenchCrowdReply reply;

    bench_crowd_get_reply (first, i % N_SELLERS, &reply);
    if ((cursor = dup_cursor (reply.answer, error)) == NULL)
      return FALSE;
    bench_crowd_set_question (swarm->crowd, i, format_pull (swarm->tokens->pdata[i], "cursor", cursor));
    bench_crowd_set_opening (swarm->crowd, i, format_wake (swarm->tokens->pdata[i]));
  }
  return TRUE;
}

static gboolean
assemble (Swarm *swarm, GError **error)
{
  swarm->crowd = bench_crowd_new (bench_rig_get_port (swarm->rig), N_DEVICES, error);
  if (swarm->crowd == NULL ||
      !bench_sellers_add (swarm->rig, N_SELLERS, N_DEVICES, &swarm->sellers, &swarm->tokens, error))
    return FALSE;
  swarm->writer = bench_rig_add_device (swarm->rig, BENCH_READER, error);
  return swarm->writer != NULL && bench_device_sync (swarm->writer, error) && pull_first (swarm, error) &&
         bench_rig_settle (swarm->rig, error);
}

/* ---- while nothing happens ---- */

/* Per cent of a core. */
static double
rest (GPid pid)
{
  const double cpu = bench_cpu_of (pid);

  g_usleep (REST_S * G_USEC_PER_SEC);
  return (bench_cpu_of (pid) - cpu) / REST_S * 100;
}

static gboolean
listen_all (Swarm *swarm, GError **error)
{
  const GPid pid = bench_rig_get_pid (swarm->rig);
  const double before = bench_memory_of (pid, BENCH_MEMORY_NOW);

  swarm->idle = rest (pid);
  if (!bench_crowd_listen (swarm->crowd, error) || !bench_rig_settle (swarm->rig, error))
    return FALSE;
  swarm->memory_kb = (bench_memory_of (pid, BENCH_MEMORY_NOW) - before) * 1024 / N_DEVICES;
  swarm->rest = rest (pid);
  return TRUE;
}

/* ---- edits ---- */

static void
keep_times (BenchCrowd *crowd, double since, GArray *wakes, GArray *pulls)
{
  for (guint i = 0; i < N_DEVICES; i++) {
    BenchCrowdReply reply;
    double milliseconds;

    bench_crowd_get_reply (crowd, i, &reply);
    milliseconds = (reply.woken - since) * 1e3;
    g_array_append_val (wakes, milliseconds);
    milliseconds = (reply.answered - reply.asked) * 1e3;
    g_array_append_val (pulls, milliseconds);
  }
}

/* Each got what was edited. */
static gboolean
check_answers (BenchCrowd *crowd, GError **error)
{
  for (guint i = 0; i < N_DEVICES; i++) {
    BenchCrowdReply reply;

    bench_crowd_get_reply (crowd, i, &reply);
    if (strstr (reply.answer, "\"rows\":") != NULL && strstr (reply.answer, "\"rows\":0}") == NULL)
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "swarm: device %u pulled nothing", i);
    return FALSE;
  }
  return TRUE;
}

/* Price lists are carried by everyone. */
static gboolean
edit_for_all (Swarm *swarm, guint round, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "price_list");
  const SatchelField *field = satchel_entity_find_field (entity, "description");
  g_autoptr (GPtrArray) ids = bench_device_list_ids (swarm->writer, entity, 1, error);
  g_autofree char *text = g_strdup_printf ("Round %u", round);
  double since;

  if (ids == NULL)
    return FALSE;
  bench_crowd_expect (swarm->crowd, N_DEVICES, BENCH_CROWD_PULL);
  since = bench_now ();
  if (!bench_device_edit (swarm->writer, entity, ids->pdata[0], field, text, error) ||
      !bench_device_sync (swarm->writer, error) || !bench_crowd_collect (swarm->crowd, error) ||
      !check_answers (swarm->crowd, error))
    return FALSE;
  keep_times (swarm->crowd, since, swarm->wakes, swarm->pulls);
  return TRUE;
}

/* An account becomes one seller's: her devices carry it from now on. */
static gboolean
edit_for_few (Swarm *swarm, guint round, GError **error)
{
  const SatchelEntity *account = satchel_registry_find (satchel_registry_builtin (), "account");
  g_autoptr (GPtrArray) ids = bench_device_list_ids (swarm->writer, account, ROUNDS, error);
  g_autofree char *owner = g_strconcat ("user:", (char *)swarm->sellers->pdata[round], NULL), *uuid = NULL;
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  double since;

  if (ids == NULL)
    return FALSE;
  g_hash_table_insert (arguments, (gpointer) "owner", owner);
  bench_crowd_expect (swarm->crowd, N_DEVICES / N_SELLERS, BENCH_CROWD_LISTEN);
  since = bench_now ();
  uuid = satchel_session_act (bench_device_get_session (swarm->writer), account, ids->pdata[round], "assign",
                              arguments, error);
  if (uuid == NULL || !bench_device_sync (swarm->writer, error) || !bench_crowd_collect (swarm->crowd, error))
    return FALSE;
  for (guint i = round; i < N_DEVICES; i += N_SELLERS) {
    BenchCrowdReply reply;
    double milliseconds;

    bench_crowd_get_reply (swarm->crowd, i, &reply);
    if (reply.woken == 0) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "swarm: others were woken");
      return FALSE;
    }
    milliseconds = (reply.woken - since) * 1e3;
    g_array_append_val (swarm->few, milliseconds);
  }
  return TRUE;
}

/* All at once, as when a network is back. */
static gboolean
storm (Swarm *swarm, GPid pid, GError **error)
{
  double first = INFINITY, last = 0, rate, cpu = bench_cpu_of (pid);

  if (!bench_crowd_ask (swarm->crowd, error))
    return FALSE;
  cpu = (bench_cpu_of (pid) - cpu) / N_DEVICES * 1e6;
  for (guint i = 0; i < N_DEVICES; i++) {
    BenchCrowdReply reply;

    bench_crowd_get_reply (swarm->crowd, i, &reply);
    first = MIN (first, reply.asked);
    last = MAX (last, reply.answered);
  }
  rate = N_DEVICES / (last - first);
  g_array_append_val (swarm->rates, rate);
  g_array_append_val (swarm->cpu, cpu);
  return TRUE;
}

/* ---- the floor ---- */

/* Everyone gets what is sent here. */
static gboolean
call_all (guint port, GError **error)
{
  static const char line[] = { BENCH_ECHO_ALL, '{', '"', 's', '"', ':', '1', '}', '\n' };
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons ((guint16)port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  const int fd = socket (AF_INET, SOCK_STREAM, 0);
  const gboolean sent = fd >= 0 && connect (fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
                        send (fd, line, sizeof line, MSG_NOSIGNAL) == sizeof line;

  if (fd >= 0)
    close (fd);
  if (!sent)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "swarm: the echo is gone");
  return sent;
}

/* The same devices at a server that says what they say: their answers of before. */
static gboolean
measure_echo (Swarm *echoed, const BenchEcho *echo, BenchCrowd *model, GError **error)
{
  const double before = bench_memory_of (echo->pid, BENCH_MEMORY_NOW);

  echoed->crowd = bench_crowd_new (echo->port, N_DEVICES, error);
  if (echoed->crowd == NULL)
    return FALSE;
  for (guint i = 0; i < N_DEVICES; i++) {
    BenchCrowdReply reply;

    bench_crowd_get_reply (model, i, &reply);
    bench_crowd_set_opening (echoed->crowd, i, g_strdup ("HTTP/1.1 200 OK\r\n\r\n{\"s\":1}\n"));
    bench_crowd_set_question (echoed->crowd, i, g_strdup (reply.answer));
  }
  if (!bench_crowd_listen (echoed->crowd, error))
    return FALSE;
  echoed->memory_kb = (bench_memory_of (echo->pid, BENCH_MEMORY_NOW) - before) * 1024 / N_DEVICES;
  for (guint round = 0; round < ROUNDS; round++) {
    const double since = bench_now ();

    bench_crowd_expect (echoed->crowd, N_DEVICES, BENCH_CROWD_PULL);
    if (!call_all (echo->port, error) || !bench_crowd_collect (echoed->crowd, error))
      return FALSE;
    keep_times (echoed->crowd, since, echoed->wakes, echoed->pulls);
    if (!storm (echoed, echo->pid, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- the report ---- */

static void
report (Swarm *swarm, Swarm *floor)
{
  bench_report ("swarm_2k_memory", swarm->memory_kb, "kB", floor->memory_kb,
                "of the server, for each of %d devices of %d sellers that listen; floor: an epoll loop that "
                "echoes, without what the kernel keeps for either",
                N_DEVICES, N_SELLERS);
  bench_report ("swarm_2k_rest", swarm->rest, "%", swarm->idle,
                "of a core of the server, while nothing happens; floor: before they came");
  bench_report ("swarm_2k_wake", bench_median (swarm->wakes), "ms", bench_median (floor->wakes),
                "one edit that concerns all of them, from before its commit until each has heard, spread on "
                "purpose over %d ms; floor: the echo's line to all",
                N_DEVICES / 5);
  bench_report ("swarm_2k_wake_p95", bench_percentile (swarm->wakes, 95), "ms",
                bench_percentile (floor->wakes, 95), "the same");
  bench_report ("swarm_2k_wake_few_p95", bench_percentile (swarm->few, 95), "ms", NAN,
                "one edit that concerns %d of them", N_DEVICES / N_SELLERS);
  bench_report (
      "swarm_2k_pull_p95", bench_percentile (swarm->pulls, 95), "ms", bench_percentile (floor->pulls, 95),
      "each pulls that edit when it hears, on a new connection (median %.1f); floor: the echo of as "
      "many bytes, all at once",
      bench_median (swarm->pulls));
  bench_report ("swarm_2k_pulls", bench_median (swarm->rates), "1/s", bench_median (floor->rates),
                "all pull it at once, on new connections; more is better; floor: the echo");
  bench_report ("swarm_2k_pull_cpu", bench_median (swarm->cpu), "µs", bench_median (floor->cpu),
                "the same, processor of the server for each");
}

gboolean
bench_swarm (BenchRig *rig, GError **error)
{
  g_auto (Swarm) swarm, floor;
  BenchEcho echo;
  gboolean ok;

  swarm_init (&swarm, rig);
  swarm_init (&floor, rig);
  if (!assemble (&swarm, error) || !listen_all (&swarm, error))
    return FALSE;
  for (guint round = 0; round < ROUNDS; round++) {
    if (!edit_for_all (&swarm, round, error) || !edit_for_few (&swarm, round, error) ||
        !storm (&swarm, bench_rig_get_pid (rig), error) || !check_answers (swarm.crowd, error))
      return FALSE;
  }
  if (!bench_echo_start (&echo, error))
    return FALSE;
  ok = measure_echo (&floor, &echo, swarm.crowd, error);
  bench_echo_stop (&echo);
  if (ok)
    report (&swarm, &floor);
  return ok;
}
