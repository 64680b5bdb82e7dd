/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/booking.h"

#include <glib/gi18n.h>

#include "protocol/error.h"

static gboolean
find_slot (SatchelSession *session, const char *name, SatchelSlot *slot, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), name);

  if (entity != NULL && satchel_slot_init (slot, entity))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                       _ ("Records of this kind have no place in the calendar any more."));
  return FALSE;
}

gboolean
satchel_booking_move (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                      const SatchelSpan *span, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GPtrArray) values = NULL;

  if (!find_slot (session, entity, &slot, error) ||
      !satchel_replica_read (satchel_session_get_replica (session), slot.entity, id, &record, error))
    return FALSE;
  if (record == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("It is not here any more."));
    return FALSE;
  }
  satchel_session_get_context (session, &context);
  values = satchel_slot_list_values (&slot, record, span, context.zone, error);
  return values != NULL && satchel_deeds_update (deeds, session, slot.entity, id, values, error);
}

char *
satchel_booking_create (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *title,
                        const SatchelSpan *span, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelValue) name = NULL;
  g_autoptr (GPtrArray) values = NULL;

  if (!find_slot (session, entity, &slot, error) ||
      !satchel_value_from_text (slot.entity->title, title, &name, error))
    return NULL;
  satchel_session_get_context (session, &context);
  values = satchel_slot_list_values (&slot, NULL, span, context.zone, error);
  if (values == NULL)
    return NULL;
  record = satchel_record_new (slot.entity, id);
  satchel_record_set (record, slot.entity->title, name);
  for (guint i = 0; i < values->len; i++) {
    const SatchelFieldValue *value = values->pdata[i];

    satchel_record_set (record, value->field, value->value);
  }
  return satchel_deeds_create (deeds, session, record, error) ? g_steal_pointer (&id) : NULL;
}
