/* A listener in a thread of its own, with a handler that needs no store, and what tests ask of its answers.
 *
 *     /echo     the body           /later    "later", after a moment     /big       8 MiB, from a file
 *     /refused  403 at the head    /stream   "{}", then what send says   otherwise  404
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/listener.h"
#include "tests/sync-server/raw-client.h"

G_BEGIN_DECLS

#define DOOR_MOST_BODY 10000
#define DOOR_BIG_BYTES (8 * 1024 * 1024)

typedef struct {
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SatchelListener *listener;
  guint16 port;
  SatchelConnection *stream; /* of the last /stream; touched by the thread only */
  gint n_streams_closed;     /* atomic */
} Door;

Door *door_open (const SatchelHttpLimits *limits, GTlsCertificate *certificate);
void  door_close (Door *door);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Door, door_close)

/* {"s":7} to the last stream, from any thread. */
void door_send (Door *door);

void assert_echo (RawClient *client, const char *text);
void assert_refused (RawClient *client, guint status, const char *name);

G_END_DECLS
