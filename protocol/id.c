/* Ids, and the clock and random source that they are made from.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static gint64
system_now_ms (gpointer data)
{
  return g_get_real_time () / 1000;
}

static gint64
system_monotonic_ms (gpointer data)
{
  return g_get_monotonic_time () / 1000;
}

static void
system_random (gpointer data, guint8 *bytes, gsize size)
{
  while (size > 0) {
    gssize n = getrandom (bytes, MIN (size, 256), 0);

    /* A request of up to 256 bytes cannot fail on a running Linux but for a signal while it boots. */
    if (n < 0 && errno == EINTR)
      continue;
    g_assert (n > 0);
    bytes += n;
    size -= n;
  }
}

const SatchelClock *
satchel_clock_system (void)
{
  static const SatchelClock clock = { system_now_ms, system_monotonic_ms, system_random, NULL };

  return &clock;
}

gint64
satchel_clock_now_ms (const SatchelClock *clock)
{
  return clock->now_ms (clock->data);
}

gint64
satchel_clock_monotonic_ms (const SatchelClock *clock)
{
  return clock->monotonic_ms (clock->data);
}

guint32
satchel_clock_random_below (const SatchelClock *clock, guint32 bound)
{
  guint32 skip, number;

  g_assert (bound > 0);
  /* The first 2^32 mod bound numbers would make the low results more frequent. */
  skip = (0u - bound) % bound;
  do
    clock->random (clock->data, (guint8 *)&number, sizeof number);
  while (number < skip);
  return number % bound;
}

/* Writes version and variant into 16 bytes and returns their text. */
static char *
format_uuid (guint8 bytes[16], guint version)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (SATCHEL_ID_LENGTH + 1);
  char *out = text;

  bytes[6] = (bytes[6] & 0x0f) | (version << 4);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  for (guint i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *out++ = '-';
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 0x0f];
  }
  *out = '\0';
  return text;
}

char *
satchel_id_new (const SatchelClock *clock)
{
  guint8 bytes[16];
  guint64 now_ms = satchel_clock_now_ms (clock);

  for (guint i = 0; i < 6; i++)
    bytes[i] = now_ms >> (40 - 8 * i);
  clock->random (clock->data, bytes + 6, 10);
  return format_uuid (bytes, 7);
}

char *
satchel_id_for_name (const char *name)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *)name, strlen (name));
  g_checksum_get_digest (checksum, digest, &size);
  return format_uuid (digest, 8);
}

gboolean
satchel_id_is_valid (const char *text)
{
  if (text == NULL)
    return FALSE;
  for (guint i = 0; i < SATCHEL_ID_LENGTH; i++) {
    gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;
    gboolean hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');

    if (dash ? text[i] != '-' : !hex)
      return FALSE; /* also at the terminating NUL of a shorter text */
  }
  return text[SATCHEL_ID_LENGTH] == '\0';
}
