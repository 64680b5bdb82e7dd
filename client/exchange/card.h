/* Properties of a vCard, one by one. Private to this room.
 *
 * Some fields stand for the first, second, third of several properties of one name. Which is which is found by their types, as people and
 * programs mean them; where that would not give the record back that was written, a parameter X-SATCHEL-SLOT says it (1 the first; 0 none).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libebook-contacts/libebook-contacts.h>

G_BEGIN_DECLS

/* The text of the value, decoded: parts joined as they stood. Owned; "" for none. */
char *satchel_card_get_text (EVCardAttribute *attribute);
/* Part @n of a structured value; "" for none. Owned. */
char *satchel_card_get_part (EVCardAttribute *attribute, guint n);
void  satchel_card_set_text (EVCardAttribute *attribute, const char *text);
/* All other parts stay. @least: so many parts there must be. */
void  satchel_card_set_part (EVCardAttribute *attribute, guint n, guint least, const char *text);
/* What is read is UTF-8: a parameter CHARSET, read with it once more, would spoil it. */
void  satchel_card_settle (EVCardAttribute *attribute);
/* Every part of every property with this name: CATEGORIES. char*, owned. */
GPtrArray *satchel_card_list_parts (EVCard *card, const char *name);

/* The first property of one of the names (NULL-terminated) that has a value, or NULL. */
EVCardAttribute *satchel_card_find (EVCard *card, const char *const *names);
/* Appended, without a value. @types: "WORK VOICE", or "". */
EVCardAttribute *satchel_card_add (EVCard *card, const char *name, const char *types);
gboolean satchel_card_has_type (EVCardAttribute *attribute, const char *type);

/* ---- slots ---- */

typedef enum { SATCHEL_SLOTS_EMAIL, SATCHEL_SLOTS_TEL, SATCHEL_SLOTS_ADR, SATCHEL_SLOTS_URL, SATCHEL_N_SLOTS } SatchelSlotsKind;

#define SATCHEL_SLOTS_MOST 4

/* TRUE when the field of the slot could hold what stands there. */
typedef gboolean (*SatchelSlotsFitFunc) (EVCardAttribute *attribute, guint slot, gpointer data);

const char *satchel_slots_name (SatchelSlotsKind kind);
/* Types of a new property for the slot. */
const char *satchel_slots_types (SatchelSlotsKind kind, guint slot);
/* attributes[slot]: which stands for it, or NULL. */
void satchel_slots_assign (EVCard *card, SatchelSlotsKind kind, SatchelSlotsFitFunc fits, gpointer data,
                           EVCardAttribute *attributes[SATCHEL_SLOTS_MOST]);
/* Says in the card what satchel_slots_assign() could not have found by itself: @attributes and no others. */
void satchel_slots_pin (EVCard *card, SatchelSlotsKind kind, SatchelSlotsFitFunc fits, gpointer data,
                        EVCardAttribute *const attributes[SATCHEL_SLOTS_MOST]);

G_END_DECLS
