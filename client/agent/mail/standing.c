/* The outbox knows what waits and what was refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/standing.h"

#include "client/agent/mail/told.h"

#define MOST_REFUSED 1000 /* sets; nobody leaves as many */

struct _SatchelStanding {
  SatchelSession *session;
  GHashTable *refused; /* id of a record → why, both owned */
};

SatchelStanding *
satchel_standing_new (SatchelSession *session, GError **error)
{
  g_autoptr (GPtrArray) sets = satchel_outbox_list (satchel_session_get_outbox (session),
                                                    1 << SATCHEL_SET_PARKED, MOST_REFUSED, error);
  SatchelStanding *standing;

  if (sets == NULL)
    return NULL;
  standing = g_new0 (SatchelStanding, 1);
  standing->session = session;
  standing->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < sets->len; i++) {
    const SatchelQueuedSet *queued = sets->pdata[i];

    for (guint j = 0; j < queued->set->changes->len; j++) {
      const SatchelChange *change = queued->set->changes->pdata[j];

      g_hash_table_replace (standing->refused, g_strdup (change->record), g_strdup (queued->reason));
    }
  }
  return standing;
}

void
satchel_standing_free (SatchelStanding *standing)
{
  if (standing == NULL)
    return;
  g_hash_table_unref (standing->refused);
  g_free (standing);
}

GVariant *
satchel_standing_tell (SatchelStanding *standing, const SatchelRecord *record, gboolean tracked,
                       GError **error)
{
  g_autoptr (GPtrArray) waiting = satchel_outbox_pending_fields (
      satchel_session_get_outbox (standing->session), record->entity, record->id, error);
  GVariantBuilder members;

  if (waiting == NULL)
    return NULL;
  g_variant_builder_init (&members, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&members, "{sv}", "tracked", g_variant_new_boolean (tracked));
  satchel_told_add_record (&members, record);
  satchel_told_add_lookup (&members, standing->session, record, "regarding", "regarding");
  g_variant_builder_add (&members, "{sv}", "waiting", g_variant_new_boolean (waiting->len > 0));
  satchel_told_add_text (&members, "problem", g_hash_table_lookup (standing->refused, record->id));
  return g_variant_builder_end (&members);
}
