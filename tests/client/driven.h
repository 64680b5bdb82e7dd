/* A device whose sync driver talks to a transport in the test's hand: each request waits until the test answers it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/driver.h"
#include "tests/lib/fixture.h"

G_BEGIN_DECLS

struct _SatchelWireExchange {
  char *path, *token, *text;
  SatchelExchangeHandler handler;
  gpointer user_data;
};

typedef struct {
  SatchelTransport transport; /* first */
  SatchelWireExchange *pending;   /* at most one */
  guint n_started, n_cancelled;
} FakeTransport;

typedef struct {
  char *dir;
  FakeClock clock;
  SatchelSession *session;
  SatchelSyncDriver *driver;
  FakeTransport fake;
  gint64 timer_ms; /* -1: not armed */
  guint n_rests;
  SatchelSyncState rest_state;
  GError *rest_error;
} Device;

void device_init (Device *device);
void device_clear (Device *device);
void device_enrol (Device *device);
void device_make_accounts (Device *device, guint n);
gint64 device_count_sets (Device *device, SatchelSetState state);
char *device_dup_cursor (Device *device); /* NULL before the first pull */
void device_feed (Device *device, SatchelSyncEvent event);

/* ---- answers to what is pending, which must be for @path ---- */

extern const char device_empty_pull[];
void device_answer_text (Device *device, const char *path, const char *text, gsize length);
void device_answer_error (Device *device, const char *path, SatchelErrorCode code, gint64 retry_after_ms);
void device_answer_pull (Device *device); /* with nothing new */
/* The sets of the pending push (SatchelChangeSet*); a reference. */
GPtrArray *device_peek_pushed (Device *device);
/* Applies what is pushed, at s = number; notes every UUID in @applied and refuses to see one twice. */
void device_answer_push (Device *device, GHashTable *applied);
GHashTable *device_new_applied (void);

/* The driver rests in @state; @code: of the error that it rests with, -1: none. */
void device_assert_rest (Device *device, SatchelSyncState state, int code);
/* A whole round without a fault. */
void device_run_round (Device *device, SatchelSyncEvent event, GHashTable *applied);

G_END_DECLS
