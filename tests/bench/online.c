/* Lists asked of the server. Their floor is the same page read from the server's file by plain SQL, in this
 * process.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "client/sync/call.h"
#include "client/sync/http.h"
#include "tests/bench/figures.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

#define ROUNDS 5
#define ENTITY "contact"

typedef struct {
  SatchelTransport *transport;
  char *token;
} Asker;

static void
asker_clear (Asker *asker)
{
  if (asker->transport != NULL)
    asker->transport->free (asker->transport);
  g_free (asker->token);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asker, asker_clear)

/* Milliseconds of one request; NAN with an error. */
static double
ask (Asker *asker, const char *request, GError **error)
{
  double started = bench_now ();
  g_autoptr (GBytes) answer =
      satchel_transport_call (asker->transport, "/v1/query", asker->token, request, error);

  return answer != NULL ? (bench_now () - started) * 1e3 : NAN;
}

/* Milliseconds of all rows of @sql, which reads one text or none. */
static double
read_raw (SatchelDatabase *store, const char *sql, const char *text, GError **error)
{
  double started = bench_now ();
  SatchelStatement *statement = satchel_database_prepare (store, sql, error);

  if (statement == NULL)
    return NAN;
  if (text != NULL)
    satchel_statement_bind_text (statement, 1, text);
  for (gboolean row = TRUE; row;) {
    if (!satchel_statement_step (statement, &row, error))
      return NAN;
  }
  return (bench_now () - started) * 1e3;
}

static gboolean
add (GArray *values, double value)
{
  g_array_append_val (values, value);
  return !isnan (value);
}

static gboolean
time_pages (Asker *asker, SatchelDatabase *store, const char *who, GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) floors = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *name = g_strdup_printf ("online_list_%s", who);

  for (guint i = 0; i < ROUNDS * 4; i++) {
    if (!add (times, ask (asker, "{\"entity\":\"" ENTITY "\",\"limit\":50}", error)) ||
        !add (floors,
              read_raw (store, "SELECT * FROM e_contact ORDER BY f_full_name, id LIMIT 50", NULL, error)))
      return FALSE;
  }
  bench_report (name, bench_median (times), "ms", bench_median (floors),
                "the first 50 contacts in order, asked of the server; floor: the same page by plain SQL from "
                "its file");
  return TRUE;
}

static gboolean
time_finds (Asker *asker, SatchelDatabase *store, const char *who, GError **error)
{
  static const char *const typed[] = {
    "c", "co", "con", "m", "mü", "北", "s", "st", "pop", "popescu", "4026"
  };
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) floors = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *name = g_strdup_printf ("online_find_%s_p95", who);
  double median;

  for (guint i = 0; i < ROUNDS * G_N_ELEMENTS (typed); i++) {
    const char *word = typed[i % G_N_ELEMENTS (typed)];
    g_autofree char *request =
        g_strdup_printf ("{\"entity\":\"" ENTITY "\",\"limit\":50,\"find\":\"%s\"}", word);
    g_autofree char *words = satchel_search_expression (word, NULL);

    if (!add (times, ask (asker, request, error)) ||
        !add (floors,
              read_raw (store,
                        "SELECT * FROM e_contact WHERE row IN (SELECT rowid FROM x_contact WHERE x_contact "
                        "MATCH ?) ORDER BY f_full_name, id LIMIT 50",
                        words, error)))
      return FALSE;
  }
  median = bench_median (times);
  bench_report (name, bench_percentile (times, 95), "ms", bench_percentile (floors, 95),
                "a keystroke in quick find, asked of the server, to 50 rows in order; median %.2f ms; floor: "
                "the same by plain SQL from its file, words only",
                median);
  return TRUE;
}

gboolean
bench_online (BenchRig *rig, GError **error)
{
  static const char *const users[] = { "backoffice", "seller1" };
  g_autofree char *file = g_build_filename (rig->directory, "server", "satchel.db", NULL);
  g_autoptr (SatchelDatabase) store = satchel_database_open (file, SATCHEL_DATABASE_READ_ONLY, error);

  for (guint i = 0; i < G_N_ELEMENTS (users) && store != NULL; i++) {
    g_autoptr (BenchDevice) device = bench_rig_add_device (rig, users[i], error);
    g_auto (Asker) asker = { 0 };

    if (device == NULL || (asker.transport = satchel_http_transport_new (rig->url, error)) == NULL)
      return FALSE;
    asker.token = satchel_session_dup_token (bench_device_get_session (device), error);
    if (asker.token == NULL || !time_pages (&asker, store, users[i], error) ||
        !time_finds (&asker, store, users[i], error))
      return FALSE;
  }
  return store != NULL;
}
