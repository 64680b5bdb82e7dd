/* How to reach somebody: addresses of all kinds, numbers, web pages.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/card.h"
#include "client/exchange/contact-private.h"

/* ---- what stands there several times ---- */

static const struct {
  SatchelSlotsKind kind;
  const char *fields[SATCHEL_SLOTS_MOST + 1];
} SLOTS[] = {
  { SATCHEL_SLOTS_EMAIL, { "email", "email2", "email3" } },
  { SATCHEL_SLOTS_TEL, { "phone", "mobile", "home_phone", "fax" } },
  { SATCHEL_SLOTS_URL, { "website" } },
};

/* For satchel_slots_assign(). */
typedef struct {
  const SatchelExchange *x;
  const SatchelRecord *record; /* for its entity */
  const char *const *fields;   /* of the slots */
} SlotFields;

/* "tel:+40-1;ext=2" is how newer cards write it. */
static char *
dup_slot_text (EVCardAttribute *attribute)
{
  char *text = g_strstrip (satchel_card_get_text (attribute));

  if (g_ascii_strncasecmp (text, "tel:", 4) == 0)
    memmove (text, text + 4, strlen (text + 4) + 1);
  return text;
}

static SatchelValue *
read_slot (const SlotFields *fields, EVCardAttribute *attribute, guint slot, gboolean tell)
{
  g_autofree char *text = dup_slot_text (attribute);

  return satchel_fit_text (fields->x, satchel_contact_field (fields->record, fields->fields[slot]), text, " ",
                           tell);
}

static gboolean
slot_fits_cb (EVCardAttribute *attribute, guint slot, gpointer data)
{
  g_autoptr (SatchelValue) value = read_slot (data, attribute, slot, FALSE);

  return value != NULL;
}

/* Those that were not taken: told if they would not have fitted, left otherwise. */
static void
tell_others (SatchelCardReading *reading, const SlotFields *fields, SatchelSlotsKind kind)
{
  for (GList *at = e_vcard_get_attributes (reading->card); at != NULL; at = at->next) {
    if (g_ascii_strcasecmp (e_vcard_attribute_get_name (at->data), satchel_slots_name (kind)) == 0 &&
        !g_hash_table_contains (reading->used, at->data))
      satchel_value_unref (read_slot (fields, at->data, 0, TRUE));
  }
}

void
satchel_contact_read_slots (SatchelCardReading *reading)
{
  for (guint i = 0; i < G_N_ELEMENTS (SLOTS); i++) {
    SlotFields fields = { reading->x, reading->into, SLOTS[i].fields };
    EVCardAttribute *attributes[SATCHEL_SLOTS_MOST];

    satchel_slots_assign (reading->card, SLOTS[i].kind, slot_fits_cb, &fields, attributes);
    for (guint slot = 0; SLOTS[i].fields[slot] != NULL; slot++) {
      satchel_fit_set (reading->into, SLOTS[i].fields[slot],
                       attributes[slot] != NULL ? read_slot (&fields, attributes[slot], slot, FALSE) : NULL);
      if (attributes[slot] != NULL)
        g_hash_table_add (reading->used, attributes[slot]);
    }
    tell_others (reading, &fields, SLOTS[i].kind);
  }
}

void
satchel_contact_write_slots (const SatchelExchange *x, EVCard *card, const SatchelRecord *before,
                             const SatchelRecord *record)
{
  for (guint i = 0; i < G_N_ELEMENTS (SLOTS); i++) {
    SlotFields fields = { x, record, SLOTS[i].fields };
    EVCardAttribute *attributes[SATCHEL_SLOTS_MOST];
    gboolean differs = FALSE;

    satchel_slots_assign (card, SLOTS[i].kind, slot_fits_cb, &fields, attributes);
    for (guint slot = 0; SLOTS[i].fields[slot] != NULL; slot++) {
      const char *text = satchel_fit_get (record, SLOTS[i].fields[slot]);

      if (!satchel_fit_differs (before, record, SLOTS[i].fields[slot]))
        continue;
      differs = TRUE;
      if (*text == '\0') {
        e_vcard_remove_attribute (card, g_steal_pointer (&attributes[slot]));
        continue;
      }
      if (attributes[slot] == NULL)
        attributes[slot] = satchel_card_add (card, satchel_slots_name (SLOTS[i].kind),
                                             satchel_slots_types (SLOTS[i].kind, slot));
      satchel_card_set_text (attributes[slot], text);
    }
    if (differs)
      satchel_slots_pin (card, SLOTS[i].kind, slot_fits_cb, &fields, attributes);
  }
}

/* ---- addresses ---- */

enum { ADR_BOX, ADR_EXTENDED, ADR_STREET, ADR_CITY, ADR_STATE, ADR_CODE, ADR_COUNTRY, ADR_N };

static const struct {
  guint part;
  const char *fields[2];
} ADDRESSES[] = {
  { ADR_STREET, { "street", "other_street" } },    { ADR_CITY, { "city", "other_city" } },
  { ADR_STATE, { "state", "other_state" } },       { ADR_CODE, { "postal_code", "other_postal_code" } },
  { ADR_COUNTRY, { "country", "other_country" } },
};

/* The street with what some put before it into parts of their own. */
static char *
dup_address_part (EVCardAttribute *attribute, guint part)
{
  GString *street;

  if (part != ADR_STREET)
    return satchel_card_get_part (attribute, part);
  street = g_string_new (NULL);
  for (guint i = ADR_BOX; i <= ADR_STREET; i++) {
    g_autofree char *text = g_strstrip (satchel_card_get_part (attribute, i));

    g_string_append_printf (street, "%s%s", street->len > 0 && *text != '\0' ? ", " : "", text);
  }
  return g_string_free (street, FALSE);
}

static gboolean
address_fits_cb (EVCardAttribute *attribute, guint slot, gpointer data)
{
  return TRUE;
}

void
satchel_contact_read_addresses (SatchelCardReading *reading)
{
  EVCardAttribute *attributes[SATCHEL_SLOTS_MOST];

  satchel_slots_assign (reading->card, SATCHEL_SLOTS_ADR, address_fits_cb, NULL, attributes);
  for (guint slot = 0; slot < 2; slot++) {
    for (guint i = 0; i < G_N_ELEMENTS (ADDRESSES); i++) {
      g_autofree char *text =
          attributes[slot] != NULL ? dup_address_part (attributes[slot], ADDRESSES[i].part) : NULL;

      satchel_contact_take_text (reading, ADDRESSES[i].fields[slot], text, ", ");
    }
    if (attributes[slot] != NULL)
      g_hash_table_add (reading->used, attributes[slot]);
  }
}

static void
write_address (EVCardAttribute *attribute, const SatchelRecord *before, const SatchelRecord *record,
               guint slot)
{
  for (guint i = 0; i < G_N_ELEMENTS (ADDRESSES); i++) {
    const char *field = ADDRESSES[i].fields[slot];

    if (!satchel_fit_differs (before, record, field))
      continue;
    satchel_card_set_part (attribute, ADDRESSES[i].part, ADR_N, satchel_fit_get (record, field));
    if (ADDRESSES[i].part == ADR_STREET) {
      satchel_card_set_part (attribute, ADR_BOX, ADR_N, "");
      satchel_card_set_part (attribute, ADR_EXTENDED, ADR_N, "");
    }
  }
}

void
satchel_contact_write_addresses (EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
{
  EVCardAttribute *attributes[SATCHEL_SLOTS_MOST];
  gboolean differs[2] = { FALSE, FALSE };

  satchel_slots_assign (card, SATCHEL_SLOTS_ADR, address_fits_cb, NULL, attributes);
  for (guint slot = 0; slot < 2; slot++) {
    gboolean empty = TRUE;

    for (guint i = 0; i < G_N_ELEMENTS (ADDRESSES); i++) {
      differs[slot] |= satchel_fit_differs (before, record, ADDRESSES[i].fields[slot]);
      empty &= satchel_record_get_by_name (record, ADDRESSES[i].fields[slot]) == NULL;
    }
    if (!differs[slot])
      continue;
    if (empty) {
      e_vcard_remove_attribute (card, g_steal_pointer (&attributes[slot]));
      continue;
    }
    if (attributes[slot] == NULL)
      attributes[slot] = satchel_card_add (card, EVC_ADR, satchel_slots_types (SATCHEL_SLOTS_ADR, slot));
    write_address (attributes[slot], before, record, slot);
  }
  if (differs[0] || differs[1])
    satchel_slots_pin (card, SATCHEL_SLOTS_ADR, address_fits_cb, NULL, attributes);
}
