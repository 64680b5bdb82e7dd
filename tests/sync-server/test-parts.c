/* The parts of the network side that need no network: timers, compression, spools, rates, routes, command
 * lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <string.h>

#include "protocol/error.h"
#include "sync-server/admin/arguments.h"
#include "sync-server/admin/listing.h"
#include "sync-server/http/complaint.h"
#include "sync-server/http/crowd.h"
#include "sync-server/http/head.h"
#include "sync-server/http/pool.h"
#include "sync-server/http/rate.h"
#include "sync-server/http/router.h"
#include "sync-server/http/spool.h"
#include "sync-server/http/timers.h"
#include "tests/lib/chance.h"

/* ---- heads ---- */

#define GET "GET /v1/hello HTTP/1.1\r\n"

static void
test_head_good (void)
{
  static const char *const heads[] = {
    GET "Host: x\r\n\r\n",
    "GET / HTTP/1.0\n\n",
    GET "Host: x\nA:b\r\nC:\t d \n\r\n",
    "POST /?q=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    GET "content-LENGTH:\t123456789012345678 \r\n\r\n",
    GET "Transfer-Encoding: Chunked\r\n\r\n",
    GET "X: \xc3\xa9\r\n\r\n",
    GET "Empty:\r\n\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autofree char *followed = g_strconcat (heads[i], "body \001\002\r\n\r\n", NULL);
    gsize size = 0;
    g_test_message ("%s", heads[i]);
    g_assert_cmpint (satchel_head_find ((const guint8 *)followed, strlen (followed), &size), ==,
                     SATCHEL_HEAD_COMPLETE);
    g_assert_cmpuint (size, ==, strlen (heads[i]));
    for (gsize cut = 0; cut < strlen (heads[i]); cut++)
      g_assert_cmpint (satchel_head_find ((const guint8 *)heads[i], cut, &size), ==, SATCHEL_HEAD_PARTIAL);
  }
  g_assert_cmpuint (satchel_head_count_blank ((const guint8 *)"\r\n\nG", 4), ==, 3);
}

static void
test_head_bad (void)
{
  static const char *const heads[] = {
    "hello\r\n\r\n",
    "GET\r\n\r\n",
    "GET /\r\n\r\n",
    "GET / HTTP/2.0\r\n\r\n",
    "GET / HTTP/1.1 \r\n\r\n",
    "GET  / HTTP/1.1\r\n\r\n",
    "GET /a b HTTP/1.1\r\n\r\n",
    "GET http://x/ HTTP/1.1\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\n\r\n",
    "GE(T / HTTP/1.1\r\n\r\n",
    "GET /\xc3\xa9 HTTP/1.1\r\n\r\n",
    GET "no colon\r\n\r\n",
    GET ": no name\r\n\r\n",
    GET "Name : blank before\r\n\r\n",
    GET "A: b\r\n folded\r\n\r\n",
    GET "A: b\rC: d\r\n\r\n",
    GET "A: \001\r\n\r\n",
    GET "A: \177\r\n\r\n",
    GET "Host: a\r\nHost: b\r\n\r\n",
    GET "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
    GET "Content-Length: 5, 5\r\n\r\n",
    GET "Content-Length: +5\r\n\r\n",
    GET "Content-Length: 0x5\r\n\r\n",
    GET "Content-Length:\r\n\r\n",
    GET "Content-Length: 1234567890123456789\r\n\r\n",
    GET "Transfer-Encoding: lzw\r\n\r\n",
    GET "Transfer-Encoding: gzip, chunked\r\n\r\n",
    GET "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    gsize size = 0;
    g_test_message ("%s", heads[i]);
    g_assert_cmpint (satchel_head_find ((const guint8 *)heads[i], strlen (heads[i]), &size), ==,
                     SATCHEL_HEAD_MALFORMED);
  }
}

/* ---- timers ---- */

typedef struct {
  SatchelTimer timer;
  gint64 fired_ms; /* 0: not yet */
} Entry;

static gint64 clock_ms;

static void
fired_cb (gpointer data)
{
  ((Entry *)data)->fired_ms = clock_ms;
}

/* Random deadlines, moves and cancellations: every entry fires in time, once, and never early. */
static void
test_timers (void)
{
  enum { TICK = 100, N = 500, MOST = 400 * 1000 };
  g_autoptr (SatchelTimers) timers = satchel_timers_new (TICK, 5000);
  g_autofree Entry *entries = g_new0 (Entry, N);
  g_autofree gint64 *deadlines = g_new0 (gint64, N);

  clock_ms = 5000;
  for (int i = 0; i < N; i++) {
    for (int move = g_test_rand_int_range (1, 3); move > 0; move--) {
      deadlines[i] = clock_ms + g_test_rand_int_range (0, MOST);
      satchel_timers_set (timers, &entries[i].timer, deadlines[i], &entries[i]);
    }
    if (i % 10 == 0)
      satchel_timers_cancel (&entries[i].timer);
  }
  while (clock_ms < 5000 + MOST + 2 * TICK) {
    gint64 before_ms = clock_ms;
    clock_ms += g_test_rand_int_range (1, 5 * TICK);
    satchel_timers_advance (timers, clock_ms, fired_cb);
    for (int i = 0; i < N; i++) {
      if (entries[i].fired_ms == clock_ms) {
        g_assert_cmpint (deadlines[i], <=, clock_ms);
        g_assert_cmpint (deadlines[i], >, before_ms - 2 * TICK);
      }
    }
  }
  for (int i = 0; i < N; i++)
    g_assert_cmpint (entries[i].fired_ms > 0, ==, i % 10 != 0);
}

/* A clock that stood still for longer than the wheel goes round. */
static void
test_timers_jump (void)
{
  g_autoptr (SatchelTimers) timers = satchel_timers_new (100, 0);
  Entry near = { 0 }, far = { 0 };

  satchel_timers_set (timers, &near.timer, 50, &near);
  satchel_timers_set (timers, &far.timer, 1000000, &far);
  clock_ms = 999000;
  satchel_timers_advance (timers, clock_ms, fired_cb);
  g_assert_cmpint (near.fired_ms, ==, 999000);
  g_assert_cmpint (far.fired_ms, ==, 0);
  clock_ms = 1000100;
  satchel_timers_advance (timers, clock_ms, fired_cb);
  g_assert_cmpint (far.fired_ms, ==, 1000100);
}

/* ---- compression and spools ---- */

static GBytes *
read_all (SatchelSpool *spool)
{
  GByteArray *all = g_byte_array_new ();
  GBytes *piece;

  while ((piece = satchel_spool_read (spool, NULL)) != NULL) {
    g_byte_array_append (all, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece));
    g_bytes_unref (piece);
  }
  g_assert_cmpuint (all->len, ==, satchel_spool_get_size (spool));
  return g_byte_array_free_to_bytes (all);
}

static GBytes *
encode (const char *text, gsize size, SatchelEncoding encoding, SatchelEncoding *became)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSpool) spool = satchel_spool_new (g_get_tmp_dir (), encoding);

  for (gsize done = 0; done < size;) {
    gsize piece = g_test_rand_int_range (1, 100000);
    gsize n = MIN (size - done, piece);
    g_assert_true (satchel_spool_write (spool, text + done, n, &error));
    g_assert_no_error (error);
    done += n;
  }
  g_assert_true (satchel_spool_finish (spool, &error));
  g_assert_no_error (error);
  *became = satchel_spool_get_encoding (spool);
  return read_all (spool);
}

static void
test_spool (void)
{
  static const gsize sizes[] = { 0, 1, 128, 129, 512, 513, 60000, 3000000 };
  g_autofree char *text = g_malloc (3000000);

  for (gsize i = 0; i < 3000000; i++)
    text[i] = "abcdefgh"[g_test_rand_int () & 7];
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (SatchelEncoding encoding = SATCHEL_ENCODING_IDENTITY; encoding <= SATCHEL_ENCODING_SATCHEL;
         encoding++) {
      SatchelEncoding became;
      g_autoptr (GBytes) sent = encode (text, sizes[i], encoding, &became);
      const gsize worth = encoding == SATCHEL_ENCODING_SATCHEL ? 128 : 512;
      g_assert_cmpint (became, ==, sizes[i] > worth ? encoding : SATCHEL_ENCODING_IDENTITY);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) back = satchel_decode (sent, became, sizes[i], &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), text, sizes[i]);
    }
  }
}

static void
test_spool_no_room (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSpool) spool = satchel_spool_new ("/nonexistent/directory", SATCHEL_ENCODING_IDENTITY);
  g_autofree char *text = g_strnfill (300000, 'x');

  g_assert_false (satchel_spool_write (spool, text, 300000, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
}

/* A few hundred bytes that claim to be gigabytes, cut bodies, damaged bodies, trailing bytes. */
static void
test_bombs (void)
{
  enum { PLAIN = 50 * 1000 * 1000, MOST = 1000 * 1000 };
  g_autofree char *zeros = g_malloc0 (PLAIN);

  for (SatchelEncoding encoding = SATCHEL_ENCODING_GZIP; encoding <= SATCHEL_ENCODING_SATCHEL; encoding++) {
    SatchelEncoding became;
    g_autoptr (GBytes) bomb = encode (zeros, PLAIN, encoding, &became);
    g_autoptr (GError) large = NULL;
    g_assert_cmpuint (g_bytes_get_size (bomb), <, PLAIN / 100);
    g_assert_null (satchel_decode (bomb, encoding, MOST, &large));
    g_assert_error (large, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);

    g_autoptr (GBytes) good = encode (zeros, 1000, encoding, &became);
    gsize size = g_bytes_get_size (good);
    for (gsize cut = 0; cut < size; cut++) {
      g_autoptr (GError) invalid = NULL;
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (good, 0, cut);
      g_assert_null (satchel_decode (part, encoding, MOST, &invalid));
      g_assert_error (invalid, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    }
    for (gsize flip = 0; flip < size * 8; flip++) {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (good, NULL), size);
      copy[flip / 8] ^= 1 << flip % 8;
      g_autoptr (GBytes) damaged = g_bytes_new_take (g_steal_pointer (&copy), size);
      GBytes *decoded = satchel_decode (damaged, encoding, MOST, NULL);
      g_clear_pointer (&decoded, g_bytes_unref); /* whatever it made of it, it returned */
    }
    g_autoptr (GError) trailing = NULL;
    g_autofree guint8 *longer = g_malloc0 (size + 1);
    memcpy (longer, g_bytes_get_data (good, NULL), size);
    longer[size] = 'x';
    g_autoptr (GBytes) followed = g_bytes_new_take (g_steal_pointer (&longer), size + 1);
    g_assert_null (satchel_decode (followed, encoding, MOST, &trailing));
    g_assert_error (trailing, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

static void
test_negotiation (void)
{
  SatchelEncoding encoding;

  g_assert_cmpint (satchel_encoding_choose (NULL), ==, SATCHEL_ENCODING_IDENTITY);
  g_assert_cmpint (satchel_encoding_choose ("gzip, deflate"), ==, SATCHEL_ENCODING_GZIP);
  g_assert_cmpint (satchel_encoding_choose ("gzip, ZSTD;q=0.5"), ==, SATCHEL_ENCODING_ZSTD);
  g_assert_cmpint (satchel_encoding_choose ("gzip, zstd;q=0"), ==, SATCHEL_ENCODING_GZIP);
  g_assert_cmpint (satchel_encoding_choose ("zstd, satchel"), ==, SATCHEL_ENCODING_SATCHEL);
  g_assert_cmpint (satchel_encoding_choose (";;;,"), ==, SATCHEL_ENCODING_IDENTITY);
  g_assert_true (satchel_encoding_from_header ("zstd", &encoding));
  g_assert_false (satchel_encoding_from_header ("br", &encoding));
  g_assert_false (satchel_encoding_from_header ("gzip, zstd", &encoding));
}

/* ---- rates and routes ---- */

static void
test_rate (void)
{
  static const guint8 here[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1 };
  static const guint8 there[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 2 };
  static const guint8 six[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 1 },
                      six_too[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 2 };
  g_autoptr (SatchelRate) rate = satchel_rate_new (3, 1000);
  gint64 retry_ms = 0;

  for (int i = 0; i < 3; i++)
    g_assert_true (satchel_rate_take (rate, here, 10000, &retry_ms));
  g_assert_false (satchel_rate_take (rate, here, 10000, &retry_ms));
  g_assert_cmpint (retry_ms, ==, 1000);
  g_assert_true (satchel_rate_take (rate, there, 10000, &retry_ms));
  g_assert_false (satchel_rate_take (rate, here, 10400, &retry_ms));
  g_assert_cmpint (retry_ms, ==, 600);
  g_assert_true (satchel_rate_take (rate, here, 11000, &retry_ms));
  g_assert_false (satchel_rate_take (rate, here, 11000, &retry_ms));

  /* One network of IPv6 is one customer. */
  for (int i = 0; i < 3; i++)
    g_assert_true (satchel_rate_take (rate, i % 2 == 0 ? six : six_too, 10000, &retry_ms));
  g_assert_false (satchel_rate_take (rate, six_too, 10000, &retry_ms));
}

static void
test_crowd (void)
{
  g_autoptr (SatchelCrowd) crowd = satchel_crowd_new (2);

  g_assert_true (satchel_crowd_enter (crowd, "a"));
  g_assert_true (satchel_crowd_enter (crowd, "a"));
  g_assert_false (satchel_crowd_enter (crowd, "a"));
  g_assert_true (satchel_crowd_enter (crowd, "b"));
  satchel_crowd_leave (crowd, "a");
  g_assert_true (satchel_crowd_enter (crowd, "a"));
  satchel_crowd_leave (crowd, "a");
  satchel_crowd_leave (crowd, "a");
  satchel_crowd_leave (crowd, "b");
}

static void
test_routes (void)
{
  const char *allowed;

  g_assert_nonnull (satchel_router_find ("POST", "/v1/push", &allowed));
  g_assert_null (satchel_router_find ("GET", "/v1/push", &allowed));
  g_assert_cmpstr (allowed, ==, "POST");
  g_assert_null (satchel_router_find ("POST", "/v1/push/", &allowed));
  g_assert_null (allowed);
}

/* ---- the command line ---- */

static gboolean
run_nothing (const SatchelArguments *arguments, GError **error)
{
  return TRUE;
}

static const SatchelCommand test_commands[] = {
  { "user", "", "", NULL, 0, run_nothing },
  { "user add", "NAME", "", (const char *const[]){ "role=", NULL }, 1, run_nothing },
  { "user role add", "NAME ROLE", "", NULL, 2, run_nothing },
  { 0 },
};

static SatchelArguments *
parse (const char *line, GError **error)
{
  static char **argv; /* the arguments borrow it */

  g_strfreev (argv);
  argv = g_strsplit (line, " ", -1);
  return satchel_arguments_parse (argv, test_commands, error);
}

static void
test_arguments (void)
{
  g_autoptr (SatchelArguments) arguments = parse ("x --data d user --role=a add --role b anna --json", NULL);
  g_assert_cmpstr (satchel_arguments_get_command (arguments)->words, ==, "user add");
  g_assert_cmpstr (satchel_arguments_get (arguments, 0), ==, "anna");
  g_assert_cmpstr (satchel_arguments_get_option (arguments, "data"), ==, "d");
  g_assert_cmpstr (satchel_arguments_get_option (arguments, "role"), ==, "b");
  g_assert_true (satchel_arguments_has (arguments, "json"));
  g_autofree const char **roles = satchel_arguments_get_options (arguments, "role");
  g_assert_cmpstr (roles[0], ==, "a");
  g_assert_cmpstr (roles[1], ==, "b");
  g_assert_null (roles[2]);

  g_autoptr (SatchelArguments) dashed = parse ("x user add -- --anna", NULL);
  g_assert_cmpstr (satchel_arguments_get (dashed, 0), ==, "--anna");
  g_autoptr (SatchelArguments) help = parse ("x user role add --help", NULL);
  g_assert_cmpstr (satchel_arguments_get_command (help)->words, ==, "user role add");

  static const char *const wrong[] = { "x",
                                       "x usher",
                                       "x user add",
                                       "x user add a b",
                                       "x user add a --colour=red",
                                       "x user add a --role",
                                       "x user --role=a",
                                       "x user role add a",
                                       "x user --json=yes" };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (parse (wrong[i], &error));
    g_assert_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS);
  }
}

static void
test_listing (void)
{
  static const char *const columns[] = { "name", "n", NULL };
  static const char *const expected[] = {
    "NAME   N\nZoë    7\na b\"c  12\n", "{\"name\":\"Zoë\",\"n\":7}\n{\"name\":\"a\\nb\\\"c\",\"n\":12}\n"
  };

  for (SatchelListingForm form = SATCHEL_LISTING_TABLE; form <= SATCHEL_LISTING_JSON; form++) {
    g_autoptr (SatchelListing) listing = satchel_listing_new (form, columns);
    satchel_listing_add_text (listing, "Zoë");
    satchel_listing_add_integer (listing, 7);
    satchel_listing_add_text (listing, "a\nb\"c");
    satchel_listing_add_integer (listing, 12);
    g_autofree char *text = satchel_listing_to_text (listing);
    g_assert_cmpstr (text, ==, expected[form]);
  }
}

/* ---- complaints ---- */

#define assert_said(what, message, now_ms, expected)                                                         \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autofree char *said_ = satchel_complaint_say (what, message, now_ms);                                  \
    g_assert_cmpstr (said_, ==, expected);                                                                   \
  }                                                                                                          \
  G_STMT_END

/* A disk that is full for an hour is sixty lines, not one a request. */
static void
test_complaints (void)
{
  const gint64 pause = SATCHEL_COMPLAINT_PAUSE_MS;

  assert_said ("/v1/push", "full", 5, "/v1/push: full");
  assert_said ("/v1/push", "full", 6, NULL);
  assert_said ("/v1/pull", "full", 6, "/v1/pull: full");
  assert_said (NULL, "full", 6, "full");
  assert_said ("/v1/push", "full", 4 + pause, NULL);
  assert_said ("/v1/push", "full", 5 + pause, "/v1/push: full (and 2 times since the last such line)");
  assert_said ("/v1/push", "full", 6 + 3 * pause, "/v1/push: full");
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);

    g_autofree char *line = g_strconcat (name, ": new", NULL);

    assert_said (name, "new", 7, line);
  }
}

/* ---- threads ---- */

#define POOL_THREADS 4
#define POOL_BURSTS  400
#define POOL_PUSHERS 3
#define POOL_ITEMS   7

typedef struct {
  GMutex mutex;
  GCond done;
  guint n_done, n_running, most_running;
  guint n_of[2], most_of[2]; /* under way of each line */
  SatchelPool *pool;
  SatchelLine *lines[2];
} Labour;

static void
labour_cb (gpointer item, gpointer data)
{
  const guint which = GPOINTER_TO_UINT (item) & 1;
  Labour *labour = data;

  g_mutex_lock (&labour->mutex);
  labour->n_running++;
  labour->n_of[which]++;
  labour->most_running = MAX (labour->most_running, labour->n_running);
  labour->most_of[which] = MAX (labour->most_of[which], labour->n_of[which]);
  g_mutex_unlock (&labour->mutex);
  g_thread_yield ();
  g_mutex_lock (&labour->mutex);
  labour->n_running--;
  labour->n_of[which]--;
  labour->n_done++;
  g_cond_signal (&labour->done);
  g_mutex_unlock (&labour->mutex);
}

static gpointer
push_some (gpointer data)
{
  Labour *labour = data;

  for (guint i = 0; i < POOL_ITEMS; i++) /* the first two thirds to one line */
    satchel_line_push (labour->lines[i % 3 == 2], GUINT_TO_POINTER (2 * (i + 1) + (i % 3 == 2)));
  return NULL;
}

/* Bursts from several threads, between which all are idle: whoever is not woken would be waited for for ever.
 */
static void
test_pool (void)
{
  Labour labour = { 0 };
  guint n = 0;

  g_mutex_init (&labour.mutex);
  g_cond_init (&labour.done);
  labour.pool = satchel_pool_new (labour_cb, &labour, POOL_THREADS);
  for (guint i = 0; i < 2; i++)
    labour.lines[i] = satchel_line_new (labour.pool);
  for (guint burst = 0; burst < POOL_BURSTS; burst++) {
    GThread *pushers[POOL_PUSHERS];

    for (guint i = 0; i < POOL_PUSHERS; i++)
      pushers[i] = g_thread_new ("pusher", push_some, &labour);
    n += POOL_PUSHERS * POOL_ITEMS;
    g_mutex_lock (&labour.mutex);
    while (labour.n_done < n)
      g_cond_wait (&labour.done, &labour.mutex);
    g_mutex_unlock (&labour.mutex);
    for (guint i = 0; i < POOL_PUSHERS; i++)
      g_thread_join (pushers[i]);
  }
  g_assert_cmpuint (labour.most_running, <=, POOL_THREADS);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (labour.most_of[i], <, POOL_THREADS);

  /* What waits when it is stopped is done. */
  for (guint i = 0; i < 50; i++)
    push_some (&labour);
  satchel_pool_stop (labour.pool);
  g_assert_cmpuint (labour.n_done, ==, n + 50 * POOL_ITEMS);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (satchel_line_is_idle (labour.lines[i]));
    satchel_line_free (labour.lines[i]);
  }
  satchel_pool_free (labour.pool);
  g_cond_clear (&labour.done);
  g_mutex_clear (&labour.mutex);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/complaints", test_complaints);
  g_test_add_func ("/sync-server/head/good", test_head_good);
  g_test_add_func ("/sync-server/head/bad", test_head_bad);
  g_test_add_func ("/sync-server/timers/random", test_timers);
  g_test_add_func ("/sync-server/timers/jump", test_timers_jump);
  g_test_add_func ("/sync-server/spool/round-trip", test_spool);
  g_test_add_func ("/sync-server/spool/no-room", test_spool_no_room);
  g_test_add_func ("/sync-server/compression/bombs", test_bombs);
  g_test_add_func ("/sync-server/compression/negotiation", test_negotiation);
  g_test_add_func ("/sync-server/rate/buckets", test_rate);
  g_test_add_func ("/sync-server/crowd", test_crowd);
  g_test_add_func ("/sync-server/router/table", test_routes);
  g_test_add_func ("/sync-server/arguments/parse", test_arguments);
  g_test_add_func ("/sync-server/listing/forms", test_listing);
  g_test_add_func ("/sync-server/pool/bursts", test_pool);
  return g_test_run ();
}
