/* Token buckets by address. A bucket is one number: the time at which it would be full again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/rate.h"

#include <string.h>

#define MOST_PEERS 20000 /* remembered before the full buckets are thrown away */

typedef struct {
  guint64 network; /* of the address */
  guint64 host;    /* mapped IPv4 only */
} Peer;

struct _SatchelRate {
  gint64 burst, refill_ms;
  GHashTable *full_at; /* Peer* → gint64* */
};

static guint
peer_hash (gconstpointer key)
{
  const Peer *peer = key;
  guint64 mixed = (peer->network ^ peer->host * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) *
                  G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);

  return mixed >> 32;
}

static gboolean
peer_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Peer)) == 0;
}

SatchelRate *
satchel_rate_new (guint burst, guint refill_ms)
{
  SatchelRate *rate = g_new0 (SatchelRate, 1);

  rate->burst = burst;
  rate->refill_ms = refill_ms;
  rate->full_at = g_hash_table_new_full (peer_hash, peer_equal, g_free, g_free);
  return rate;
}

void
satchel_rate_free (SatchelRate *rate)
{
  if (rate == NULL)
    return;
  g_hash_table_unref (rate->full_at);
  g_free (rate);
}

static gboolean
is_full (gpointer key, gpointer value, gpointer data)
{
  return *(gint64 *)value <= *(gint64 *)data;
}

gboolean
satchel_rate_take (SatchelRate *rate, const guint8 *peer, gint64 now_ms, gint64 *retry_after_ms)
{
  static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  Peer key = { 0 };

  memcpy (&key.network, peer, 8);
  if (memcmp (peer, mapped, sizeof mapped) == 0)
    memcpy (&key.host, peer + 8, 8);

  gint64 *full_at = g_hash_table_lookup (rate->full_at, &key);
  if (full_at == NULL) {
    if (g_hash_table_size (rate->full_at) >= MOST_PEERS)
      g_hash_table_foreach_remove (rate->full_at, is_full, &now_ms);
    full_at = g_new0 (gint64, 1);
    g_hash_table_insert (rate->full_at, g_memdup2 (&key, sizeof key), full_at);
  }

  gint64 next = MAX (*full_at, now_ms) + rate->refill_ms;
  gint64 over = next - now_ms - rate->burst * rate->refill_ms;
  if (over > 0) {
    *retry_after_ms = over;
    return FALSE;
  }
  *full_at = next;
  return TRUE;
}
