/* What the parts of the mapping of contacts share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/exchange/contact.h"
#include "client/exchange/fit.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelExchange *x;
  EVCard *card;
  SatchelRecord *into; /* takes the values */
  GHashTable *used;    /* EVCardAttribute* of which something was taken */
} SatchelCardReading;

static inline const SatchelField *
satchel_contact_field (const SatchelRecord *record, const char *name)
{
  return satchel_entity_find_field (record->entity, name);
}

static inline void
satchel_contact_take_text (SatchelCardReading *reading, const char *field, const char *text, const char *joint)
{
  satchel_fit_take (reading->x, reading->into, field, text, joint);
}

/* Each sets its fields from the card, or alters what differs between what the card says, @before, and @record. */
void satchel_contact_read_slots (SatchelCardReading *reading);
void satchel_contact_write_slots (const SatchelExchange *x, EVCard *card, const SatchelRecord *before, const SatchelRecord *record);
void satchel_contact_read_addresses (SatchelCardReading *reading);
void satchel_contact_write_addresses (EVCard *card, const SatchelRecord *before, const SatchelRecord *record);
void satchel_contact_read_photo (SatchelCardReading *reading);
void satchel_contact_write_photo (const SatchelExchange *x, EVCard *card, const SatchelRecord *before, const SatchelRecord *record);

G_END_DECLS
