/* Thousands of devices in one process: each holds a stream of wake-ups and asks one question, over a connection of its own, when it is
 * woken or told to. Sockets of loopback and one epoll loop, so that what is measured is the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BenchCrowd BenchCrowd;

/* Raises the limit of descriptors as far as it may be; INVALID where that is not enough for @n devices. */
BenchCrowd *bench_crowd_new (guint port, guint n, GError **error);
void        bench_crowd_free (BenchCrowd *crowd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchCrowd, bench_crowd_free)

/* What device @i sends, byte for byte. The answers are HTTP/1.1's, the stream's of any shape, with lines {"s":N}. Taken. */
void bench_crowd_set_opening (BenchCrowd *crowd, guint i, char *request);
void bench_crowd_set_question (BenchCrowd *crowd, guint i, char *request);

/* Opens all streams, until each has its first line. Whatever is not answered by 200, or not within a minute, is an error here and below. */
gboolean bench_crowd_listen (BenchCrowd *crowd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  BENCH_CROWD_LISTEN, /* hear the lines, and leave it at that */
  BENCH_CROWD_PULL,   /* whoever is woken asks its question */
} BenchCrowdManner;

/* From now on, in a thread of its own, until @n devices have been woken, and answered where they ask. */
void bench_crowd_expect (BenchCrowd *crowd, guint n, BenchCrowdManner manner);
/* Waits for that. */
gboolean bench_crowd_collect (BenchCrowd *crowd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All devices ask at once; until they are answered. */
gboolean bench_crowd_ask (BenchCrowd *crowd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of what was expected or asked last, in seconds of bench_now(); 0: not at all. */
typedef struct {
  double woken, asked, answered;
  const char *answer; /* head and body; borrowed */
} BenchCrowdReply;
void bench_crowd_get_reply (BenchCrowd *crowd, guint i, BenchCrowdReply *reply);

G_END_DECLS
