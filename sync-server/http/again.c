/* Answers by token, all of one pulse.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/again.h"

#include "sync-server/store/pulse.h"

#define MOST_BYTES_EACH 512 /* of a request, and of its answer: nothing new is some forty */
#define ENTRY_COST      512 /* beside the bytes: what holds them */
/* Which scope a device pulls with is noted by readers (server-private.h): once in a while it is to go by
 * them. */
#define MOST_AGE_MS (10 * 60 * 1000)

typedef struct {
  GBytes *body;
  SatchelEncoding encoding, accept;
  gint64 from_ms, until_ms;
  SatchelSpool *answer;
  SatchelCaller *caller;
  SatchelSignature *signature;
  gint64 signature_s;
  gsize cost;
} Entry;

struct _SatchelAgain {
  SatchelPulse *pulse;
  SatchelServer *server;
  gint64 read; /* the pulse of all that is kept */
  gsize n_bytes, most_bytes;
  GHashTable *entries; /* token → Entry */
};

static void
entry_free (Entry *entry)
{
  g_bytes_unref (entry->body);
  satchel_spool_free (entry->answer);
  satchel_caller_free (entry->caller);
  satchel_signature_unref (entry->signature);
  g_free (entry);
}

SatchelAgain *
satchel_again_new (const char *dir, SatchelServer *server, gsize most_bytes)
{
  SatchelPulse *pulse = satchel_pulse_new (dir);
  SatchelAgain *again;

  if (pulse == NULL)
    return NULL;
  again = g_new0 (SatchelAgain, 1);
  again->pulse = pulse;
  again->server = server;
  again->most_bytes = most_bytes;
  again->read = -1;
  again->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)entry_free);
  return again;
}

void
satchel_again_free (SatchelAgain *again)
{
  if (again == NULL)
    return;
  g_hash_table_unref (again->entries);
  satchel_pulse_free (again->pulse);
  g_free (again);
}

/* Whatever was committed, it may be about anyone. */
static void
look (SatchelAgain *again)
{
  const gint64 pulse = satchel_pulse_read (again->pulse);

  if (pulse == again->read)
    return;
  g_hash_table_remove_all (again->entries);
  again->n_bytes = 0;
  again->read = pulse;
}

static gboolean
is_same (const Entry *entry, const SatchelJob *job, gint64 now_ms)
{
  return entry->encoding == job->encoding && entry->accept == job->accept && now_ms >= entry->from_ms &&
         now_ms < entry->until_ms && g_bytes_equal (entry->body, job->body);
}

gboolean
satchel_again_find (SatchelAgain *again, SatchelJob *job)
{
  const Entry *entry;

  look (again);
  job->pulse = again->read;
  entry = job->pulse >= 0 ? g_hash_table_lookup (again->entries, job->token) : NULL;
  if (entry == NULL || !is_same (entry, job, satchel_server_now_ms (again->server)))
    return FALSE;
  job->answer = satchel_spool_copy (entry->answer, MOST_BYTES_EACH);
  job->caller = satchel_caller_copy (entry->caller);
  job->signature = satchel_signature_ref (entry->signature);
  job->signature_s = entry->signature_s;
  return TRUE;
}

static void
forget (SatchelAgain *again, const char *token)
{
  const Entry *entry = g_hash_table_lookup (again->entries, token);

  if (entry == NULL)
    return;
  again->n_bytes -= entry->cost;
  g_hash_table_remove (again->entries, token);
}

/* A reader that began after the pulse was read saw what is there for as long as it is read alike; the next
 * look tells. */
void
satchel_again_keep (SatchelAgain *again, const SatchelJob *job)
{
  const gint64 now_ms = satchel_server_now_ms (again->server);
  const gsize size = g_bytes_get_size (job->body);
  const gsize cost = ENTRY_COST + strlen (job->token) + size + satchel_spool_get_size (job->answer) +
                     (job->signature != NULL ? satchel_signature_get_size_bytes (job->signature) : 0);
  SatchelSpool *answer;
  Entry *entry;

  if (job->pulse < 0 || MAX (size, satchel_spool_get_size (job->answer)) > MOST_BYTES_EACH ||
      job->pulse != again->read)
    return;
  forget (again, job->token);
  if (again->n_bytes + cost > again->most_bytes ||
      (answer = satchel_spool_copy (job->answer, MOST_BYTES_EACH)) == NULL)
    return;
  entry = g_new (Entry, 1);
  *entry = (Entry){ .body = g_bytes_ref (job->body),
                    .encoding = job->encoding,
                    .accept = job->accept,
                    .from_ms = now_ms,
                    .until_ms = MIN (job->until_ms, now_ms + MOST_AGE_MS),
                    .answer = answer,
                    .caller = satchel_caller_copy (job->caller),
                    .signature = satchel_signature_ref (job->signature),
                    .signature_s = job->signature_s,
                    .cost = cost };
  g_hash_table_insert (again->entries, g_strdup (job->token), entry);
  again->n_bytes += cost;
}
