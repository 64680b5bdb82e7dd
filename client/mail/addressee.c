/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/addressee.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/message.h"
#include "protocol/error.h"
#include "protocol/format.h"

#define MOST_ADDRESS_BYTES 254 /* RFC 5321 */

void
satchel_addressee_clear (SatchelAddressee *addressee)
{
  g_clear_pointer (&addressee->person, satchel_record_free);
  g_clear_pointer (&addressee->name, g_free);
  g_clear_pointer (&addressee->address, g_free);
}

static const struct {
  const char *name, *sentence;
} states[] = {
  [SATCHEL_ADDRESSEE_GOOD] = { "good", NULL },
  [SATCHEL_ADDRESSEE_MISSING] = { "no-address", N_ ("no address") },
  [SATCHEL_ADDRESSEE_BAD] = { "bad-address", N_ ("this is no address") },
  [SATCHEL_ADDRESSEE_UNWILLING] = { "do-not-email", N_ ("wants no mail") },
  [SATCHEL_ADDRESSEE_INACTIVE] = { "inactive", N_ ("is not active") },
};

const char *
satchel_addressee_describe (SatchelAddresseeState state)
{
  return states[state].sentence != NULL ? _ (states[state].sentence) : NULL;
}

const char *
satchel_addressee_name (SatchelAddresseeState state)
{
  return states[state].name;
}

gboolean
satchel_mail_address_is_good (const char *address)
{
  const char *at = strrchr (address, '@');

  if (at == NULL || at == address || strlen (address) > MOST_ADDRESS_BYTES ||
      !satchel_format_holds (SATCHEL_FORMAT_EMAIL, address))
    return FALSE;
  for (const char *c = address; *c != '\0'; c++)
    if ((guchar)*c <= ' ' || (guchar)*c >= 0x7f || strchr ("<>()[],;:\\\"", *c) != NULL)
      return FALSE;
  return strchr (address, '@') == at && at[1] != '.' && !g_str_has_suffix (address, ".") &&
         strstr (at, "..") == NULL;
}

static const char *
get_string (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL && satchel_value_get_kind (value) == SATCHEL_KIND_STRING
             ? satchel_value_get_string (value)
             : NULL;
}

/* Of people their names; a lead's title is what it is about. */
static char *
dup_name (const SatchelRecord *person)
{
  const char *first, *last;

  if (!g_str_equal (person->entity->name, "lead"))
    return satchel_record_dup_title (person);
  first = get_string (person, "first_name");
  last = get_string (person, "last_name");
  if (first != NULL && last != NULL)
    return g_strdup_printf ("%s %s", first, last);
  return g_strdup (last != NULL ? last : first);
}

static gboolean
is_inactive (const SatchelRecord *person)
{
  const SatchelField *merged = satchel_entity_find_field (person->entity, "merged_into");
  const char *status = get_string (person, "status");

  return g_strcmp0 (status, "inactive") == 0 ||
         (merged != NULL && satchel_record_get (person, merged) != NULL);
}

static void
judge (SatchelAddressee *addressee)
{
  static const char *const fields[] = { "email", "email2", "email3" };
  const SatchelRecord *person = addressee->person;
  const SatchelField *flag = satchel_entity_find_field (person->entity, "do_not_email");
  const SatchelValue *unwilling = flag != NULL ? satchel_record_get (person, flag) : NULL;

  addressee->name = dup_name (person);
  for (guint i = 0; i < G_N_ELEMENTS (fields) && addressee->address == NULL; i++)
    addressee->address = g_strdup (get_string (person, fields[i]));
  if (unwilling != NULL && satchel_value_get_boolean (unwilling))
    addressee->state = SATCHEL_ADDRESSEE_UNWILLING;
  else if (is_inactive (person))
    addressee->state = SATCHEL_ADDRESSEE_INACTIVE;
  else if (addressee->address == NULL)
    addressee->state = SATCHEL_ADDRESSEE_MISSING;
  else if (!satchel_mail_address_is_good (addressee->address))
    addressee->state = SATCHEL_ADDRESSEE_BAD;
}

gboolean
satchel_mail_addressee (SatchelSession *session, const SatchelRecord *record, SatchelAddressee *addressee,
                        GError **error)
{
  static const char *const ways[] = { "contact", "account" };

  *addressee = (SatchelAddressee){ .state = SATCHEL_ADDRESSEE_GOOD };
  if (satchel_entity_find_field (record->entity, "email") != NULL)
    addressee->person = satchel_record_copy (record);
  for (guint i = 0; i < G_N_ELEMENTS (ways) && addressee->person == NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, ways[i]);
    const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;
    const SatchelEntity *entity =
        value != NULL
            ? satchel_registry_find (satchel_session_get_registry (session), satchel_value_get_entity (value))
            : NULL;

    if (entity != NULL && !satchel_replica_read (satchel_session_get_replica (session), entity,
                                                 satchel_value_get_id (value), &addressee->person, error))
      return FALSE;
  }
  if (addressee->person == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE,
                 _ ("%s %s names nobody to write to who is here"), record->entity->name, record->id);
    return FALSE;
  }
  judge (addressee);
  return TRUE;
}
