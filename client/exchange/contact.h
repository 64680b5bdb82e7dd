/* A contact as a vCard, both ways.
 *
 *   field                              property
 *   salutation, first_name,            N; FN when the names change, or nobody gave one
 *     middle_name, last_name, suffix
 *   nickname, job_title, assistant     NICKNAME, TITLE, X-EVOLUTION-ASSISTANT
 *   account, department                ORG, first and second part: the account by its title
 *   email, email2, email3              the first three EMAIL, a preferred one first
 *   phone, mobile, home_phone, fax     TEL: the first for work (or with no type), the first CELL, the first HOME, the first FAX
 *   website                            the first URL
 *   street, city, … country            ADR for work, else the first that is not for home
 *   other_street, … other_country      ADR for home, else the next one
 *   birthday, anniversary              BDAY, X-EVOLUTION-ANNIVERSARY (read: ANNIVERSARY, X-ANNIVERSARY, X-MS-ANNIVERSARY, too)
 *   photo                              PHOTO with its bytes; what is an address is nobody's to fetch
 *   description, tags                  NOTE, CATEGORIES
 *   card_id                            UID, unless that is the record's id, or an address book's own number ("pas-id-…")
 *
 * All else, further numbers and addresses, parameters, groups, X- properties, is left to stand in the card.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libebook-contacts/libebook-contacts.h>

#include "client/exchange/exchange.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EContact, g_object_unref)

/* Sets every mapped field of @into, a record of the entity contact; a property that is not there empties its field. What @into held before
 * decides where the card leaves a choice: an account that has the name of ORG stays. INVALID: it is no contact at all, having no name and no
 * address, or being a list of people; @into is then as it was. */
gboolean satchel_contact_read (const SatchelExchange *x, EContact *from, SatchelRecord *into, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A copy of @base (NULL: a new card) in which only those mapped properties are other whose reading differs from @record. Owned. */
EContact *satchel_contact_write (const SatchelExchange *x, const SatchelRecord *record, EContact *base);

/* The names of its mapped fields, NULL-terminated: what reading may set. */
const char *const *satchel_contact_fields (void);

G_END_DECLS
