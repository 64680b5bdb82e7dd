/* Record, set and device ids: UUID version 7 (RFC 9562), lowercase, 36 characters. They are made where the record
 * is made and sort roughly by time; nothing depends on that order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_ID_LENGTH 36

/* Where time and randomness come from. The protocol has neither: programs pass the system's, the simulator its own.
 * @random fills @size bytes. Thread-safe in the system's version; both functions are borrowed for the struct's life. */
typedef struct {
  gint64 (*now_ms) (gpointer data); /* Unix time, UTC, milliseconds; shown to people, never used to decide order */
  gint64 (*monotonic_ms) (gpointer data);
  void (*random) (gpointer data, guint8 *bytes, gsize size);
  gpointer data;
} SatchelClock;

/* The system's clock and random source; static. */
const SatchelClock *satchel_clock_system (void);

gint64 satchel_clock_now_ms (const SatchelClock *clock);
gint64 satchel_clock_monotonic_ms (const SatchelClock *clock);
/* Uniform in [0, bound); @bound > 0. */
guint32 satchel_clock_random_below (const SatchelClock *clock, guint32 bound);

/* A new id; owned by the caller. Two calls in one millisecond still differ. */
char *satchel_id_new (const SatchelClock *clock);

/* A stable id for a name that both sides know (built-in roles, demo data): UUID version 8 from SHA-256 of @name. */
char *satchel_id_for_name (const char *name);

/* TRUE for 36 characters of the canonical lowercase form, of any UUID version. @text may be NULL. */
gboolean satchel_id_is_valid (const char *text);

G_END_DECLS
