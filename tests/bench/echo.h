/* The least that a server of thousands of connections can be: a process with one epoll loop that sends back what it gets. Bytes that begin
 * with BENCH_ECHO_ALL go to every other connection instead.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BENCH_ECHO_ALL '!'

typedef struct {
  GPid pid;
  guint port;
} BenchEcho;

gboolean bench_echo_start (BenchEcho *echo, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     bench_echo_stop (BenchEcho *echo);

G_END_DECLS
