/* One part of the card after the other; each knows how to read itself into a record and how to be written
 * from one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/contact.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/card.h"
#include "client/exchange/contact-private.h"
#include "client/exchange/fit.h"
#include "protocol/error.h"

static const char *const FIELDS[] = {
  "salutation",  "first_name",
  "middle_name", "last_name",
  "suffix",      "nickname",
  "job_title",   "assistant",
  "account",     "department",
  "email",       "email2",
  "email3",      "phone",
  "mobile",      "home_phone",
  "fax",         "website",
  "street",      "city",
  "postal_code", "state",
  "country",     "other_street",
  "other_city",  "other_postal_code",
  "other_state", "other_country",
  "birthday",    "anniversary",
  "photo",       "description",
  "tags",        "card_id",
  NULL,
};

const char *const *
satchel_contact_fields (void)
{
  return FIELDS;
}

/* ---- texts that stand alone ---- */

#define DATED 1 /* a day, in whatever spelling */

static const struct {
  const char *field;
  const char *names[5]; /* the first is the one that is written */
  guint flags;
} TEXTS[] = {
  { "nickname", { EVC_NICKNAME }, 0 },
  { "job_title", { EVC_TITLE }, 0 },
  { "assistant", { EVC_X_ASSISTANT, "X-MS-ASSISTANT", "X-ASSISTANT" }, 0 },
  { "description", { EVC_NOTE }, 0 },
  { "birthday", { EVC_BDAY }, DATED },
  { "anniversary", { EVC_X_ANNIVERSARY, "ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY" }, DATED },
};

/* "1980-03-22", "19800322", either with a time behind; NULL for all else: a day without a year is no date. */
static SatchelValue *
read_date (const char *text)
{
  g_autofree char *dashed = NULL;
  gsize digits = strspn (text, "0123456789");
  gint64 days;

  if (digits == 8)
    dashed = g_strdup_printf ("%.4s-%.2s-%.2s", text, text + 4, text + 6);
  else if (digits == 4 && strlen (text) >= 10)
    dashed = g_strndup (text, 10);
  if (dashed == NULL || !satchel_date_parse (dashed, &days))
    return NULL;
  text += digits == 8 ? 8 : 10;
  return *text == '\0' || *text == 'T' || *text == ' ' ? satchel_value_new_date (dashed) : NULL;
}

static void
read_texts (SatchelCardReading *reading)
{
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    EVCardAttribute *attribute = satchel_card_find (reading->card, TEXTS[i].names);
    g_autofree char *text = attribute != NULL ? satchel_card_get_text (attribute) : NULL;

    if (attribute != NULL)
      g_hash_table_add (reading->used, attribute);
    if (TEXTS[i].flags & DATED) {
      SatchelValue *date = text != NULL ? read_date (g_strstrip (text)) : NULL;

      if (text != NULL && date == NULL)
        satchel_fit_tell (reading->x, _ ("“%s” is not a date"),
                          _ (satchel_contact_field (reading->into, TEXTS[i].field)->label));
      satchel_fit_set (reading->into, TEXTS[i].field, date);
    } else {
      satchel_contact_take_text (reading, TEXTS[i].field, text, " ");
    }
  }
}

static void
write_texts (EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
{
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++) {
    EVCardAttribute *attribute = satchel_card_find (card, TEXTS[i].names);
    const SatchelValue *value = satchel_record_get_by_name (record, TEXTS[i].field);

    if (!satchel_fit_differs (before, record, TEXTS[i].field))
      continue;
    if (value == NULL) {
      /* What did not fit into the field was not there for it, and stays. */
      if (attribute != NULL && satchel_record_get_by_name (before, TEXTS[i].field) != NULL)
        e_vcard_remove_attribute (card, attribute);
      continue;
    }
    if (attribute == NULL)
      attribute = satchel_card_add (card, TEXTS[i].names[0], "");
    satchel_card_set_text (attribute, TEXTS[i].flags & DATED ? satchel_value_get_date (value)
                                                             : satchel_value_get_string (value));
  }
}

/* ---- the name ---- */

/* Its parts in the order of N. */
static const char *const NAMES[] = { "last_name", "first_name", "middle_name", "salutation", "suffix" };

static char *
dup_single (EVCard *card, const char *name)
{
  const char *const names[] = { name, NULL };
  EVCardAttribute *attribute = satchel_card_find (card, names);

  return attribute != NULL ? satchel_card_get_text (attribute) : NULL;
}

/* What to call somebody who has no family name: what is there instead goes where a name must stand. */
static void
read_substitute (SatchelCardReading *reading)
{
  const char *const first = satchel_fit_get (reading->into, "first_name");
  g_autofree char *whole = dup_single (reading->card, EVC_FN);
  const char *const org[] = { EVC_ORG, NULL };
  EVCardAttribute *attribute;

  if (*first != '\0') {
    satchel_contact_take_text (reading, "last_name", first, " ");
    satchel_fit_set (reading->into, "first_name", NULL);
    return;
  }
  if (whole != NULL) {
    char *last = strrchr (g_strstrip (whole), ' ');

    satchel_contact_take_text (reading, "last_name", last != NULL ? last + 1 : whole, " ");
    if (last != NULL) {
      *last = '\0';
      satchel_contact_take_text (reading, "first_name", whole, " ");
    }
  }
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL &&
      (whole = dup_single (reading->card, EVC_NICKNAME)) != NULL)
    satchel_contact_take_text (reading, "last_name", whole, " ");
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL &&
      (attribute = satchel_card_find (reading->card, org)) != NULL) {
    g_autofree char *name = satchel_card_get_part (attribute, 0);

    satchel_contact_take_text (reading, "last_name", name, " ");
  }
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL) {
    g_autofree char *email = dup_single (reading->card, EVC_EMAIL);

    satchel_contact_take_text (reading, "last_name", email, " ");
  }
}

static void
read_name (SatchelCardReading *reading)
{
  const char *const names[] = { EVC_N, NULL };
  EVCardAttribute *attribute = satchel_card_find (reading->card, names);

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    g_autofree char *part = attribute != NULL ? satchel_card_get_part (attribute, i) : NULL;

    satchel_contact_take_text (reading, NAMES[i], part, " ");
  }
  if (attribute != NULL)
    g_hash_table_add (reading->used, attribute);
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL)
    read_substitute (reading);
}

/* "Dr. Ana Maria Pop jr." */
static char *
dup_whole_name (const SatchelRecord *record)
{
  static const char *const ORDER[] = { "salutation", "first_name", "middle_name", "last_name", "suffix" };
  GString *whole = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ORDER); i++) {
    const char *part = satchel_fit_get (record, ORDER[i]);

    g_string_append_printf (whole, "%s%s", whole->len > 0 && *part != '\0' ? " " : "", part);
  }
  return g_string_free (whole, FALSE);
}

static void
write_name (EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
{
  const char *const n[] = { EVC_N, NULL };
  const char *const fn[] = { EVC_FN, NULL };
  EVCardAttribute *attribute = satchel_card_find (card, n), *whole = satchel_card_find (card, fn);
  g_autofree char *text = NULL, *family = attribute != NULL ? satchel_card_get_part (attribute, 0) : NULL;
  gboolean differs = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    differs |= satchel_fit_differs (before, record, NAMES[i]);
  /* Beside a whole name what stood in for the family's would not be looked for any more. */
  differs |= whole == NULL && (family == NULL || *g_strstrip (family) == '\0');
  if (differs) {
    if (attribute == NULL)
      attribute = satchel_card_add (card, EVC_N, "");
    for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
      satchel_card_set_part (attribute, i, G_N_ELEMENTS (NAMES), satchel_fit_get (record, NAMES[i]));
  }
  if (!differs && whole != NULL)
    return;
  text = dup_whole_name (record);
  if (whole == NULL)
    whole = satchel_card_add (card, EVC_FN, "");
  satchel_card_set_text (whole, text);
  if (differs)
    e_vcard_remove_attributes (card, NULL, EVC_X_FILE_AS); /* it named the other one */
}

/* ---- the organisation ---- */

static gboolean
has_title (const SatchelExchange *x, const SatchelValue *lookup, const char *title)
{
  g_autofree char *own =
      lookup != NULL && x->dup_title != NULL
          ? x->dup_title (satchel_value_get_entity (lookup), satchel_value_get_id (lookup), x->data)
          : NULL;

  return own != NULL && g_str_equal (own, title);
}

static void
read_organisation (SatchelCardReading *reading)
{
  const char *const names[] = { EVC_ORG, NULL };
  const SatchelExchange *x = reading->x;
  EVCardAttribute *attribute = satchel_card_find (reading->card, names);
  g_autofree char *name = NULL, *department = NULL, *clean = NULL, *id = NULL;

  if (attribute != NULL) {
    g_hash_table_add (reading->used, attribute);
    name = satchel_card_get_part (attribute, 0);
    department = satchel_card_get_part (attribute, 1);
    clean = satchel_fit_clean (satchel_contact_field (reading->into, "department"), name, " ");
  }
  satchel_contact_take_text (reading, "department", department, " ");
  if (clean != NULL && has_title (x, satchel_record_get_by_name (reading->into, "account"), clean))
    return;
  if (clean != NULL && x->find_account != NULL)
    id = x->find_account (clean, x->data);
  if (clean != NULL && id == NULL)
    satchel_fit_leave (x, EVC_ORG);
  satchel_fit_set (reading->into, "account", id != NULL ? satchel_value_new_lookup ("account", id) : NULL);
}

static void
write_organisation (const SatchelExchange *x, EVCard *card, const SatchelRecord *before,
                    const SatchelRecord *record)
{
  const char *const names[] = { EVC_ORG, NULL };
  EVCardAttribute *attribute = satchel_card_find (card, names);
  const SatchelValue *account = satchel_record_get_by_name (record, "account");
  gboolean other_account = satchel_fit_differs (before, record, "account");
  gboolean other_department = satchel_fit_differs (before, record, "department");
  g_autofree char *title = NULL;

  if (!other_account && !other_department)
    return;
  if (account != NULL && x->dup_title != NULL)
    title = x->dup_title (satchel_value_get_entity (account), satchel_value_get_id (account), x->data);
  if (attribute == NULL)
    attribute = satchel_card_add (card, EVC_ORG, "");
  if (other_account && (account == NULL || title != NULL))
    satchel_card_set_part (attribute, 0, 1, title != NULL ? title : "");
  if (other_department)
    satchel_card_set_part (attribute, 1, 2, satchel_fit_get (record, "department"));
  if (satchel_card_find (card, names) == NULL)
    e_vcard_remove_attribute (card, attribute);
}

/* ---- categories and the card itself ---- */

static void
read_tags (SatchelCardReading *reading)
{
  g_autoptr (GPtrArray) parts = satchel_card_list_parts (reading->card, EVC_CATEGORIES);

  satchel_fit_set (reading->into, "tags",
                   satchel_fit_tags (reading->x, satchel_contact_field (reading->into, "tags"), parts));
}

static gboolean
holds_key (const SatchelRecord *record, const char *key)
{
  const SatchelValue *tags = satchel_record_get_by_name (record, "tags");

  return tags != NULL && g_strv_contains (satchel_value_get_keys (tags), key);
}

/* Those that went go, those that came come; what no field could hold stays. */
static void
write_tags (EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
{
  const char *const names[] = { EVC_CATEGORIES, NULL };
  const SatchelField *field = satchel_contact_field (record, "tags");
  const SatchelValue *tags = satchel_record_get_by_name (record, "tags");
  const char *const *keys = tags != NULL ? satchel_value_get_keys (tags) : NULL;
  g_autoptr (GPtrArray) parts = NULL;
  EVCardAttribute *attribute;

  if (!satchel_fit_differs (before, record, "tags"))
    return;
  parts = satchel_card_list_parts (card, EVC_CATEGORIES);
  e_vcard_remove_attributes (card, NULL, EVC_CATEGORIES);
  attribute = satchel_card_add (card, EVC_CATEGORIES, "");
  for (guint i = 0; i < parts->len; i++) {
    g_autofree char *key = satchel_fit_clean (field, parts->pdata[i], " ");

    if (key != NULL && (!holds_key (before, key) || holds_key (record, key)))
      e_vcard_attribute_add_value (attribute, parts->pdata[i]);
  }
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    if (!holds_key (before, keys[i]))
      e_vcard_attribute_add_value (attribute, keys[i]);
  }
  if (satchel_card_find (card, names) == NULL)
    e_vcard_remove_attribute (card, attribute);
}

static void
read_uid (SatchelCardReading *reading)
{
  g_autofree char *uid = dup_single (reading->card, EVC_UID);

  if (uid != NULL &&
      (g_strcmp0 (g_strstrip (uid), reading->into->id) == 0 || g_str_has_prefix (uid, "pas-id-")))
    g_clear_pointer (&uid, g_free);
  satchel_contact_take_text (reading, "card_id", uid, " ");
}

static void
write_uid (EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
{
  const char *const names[] = { EVC_UID, NULL };
  const char *uid = satchel_fit_get (record, "card_id");
  EVCardAttribute *attribute = satchel_card_find (card, names);

  if (attribute != NULL && !satchel_fit_differs (before, record, "card_id"))
    return;
  if (attribute == NULL)
    attribute = satchel_card_add (card, EVC_UID, "");
  satchel_card_set_text (attribute, *uid != '\0' ? uid : record->id);
}

/* ---- all of it ---- */

/* What says nothing by itself, or only repeats what was taken. */
static const char *const SILENT[] = { "VERSION",    "PRODID", "REV",         "UID",   "FN",  "N", "LABEL",
                                      "CATEGORIES", "KIND",   EVC_X_FILE_AS, "BEGIN", "END", NULL };

static void
list_left (SatchelCardReading *reading)
{
  for (GList *at = e_vcard_get_attributes (reading->card); at != NULL; at = at->next) {
    g_autofree char *name = g_ascii_strup (e_vcard_attribute_get_name (at->data), -1);
    g_autofree char *text = satchel_card_get_text (at->data);

    if (!g_hash_table_contains (reading->used, at->data) && !g_strv_contains (SILENT, name) && *text != '\0')
      satchel_fit_leave (reading->x, name);
  }
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, reason);
  return FALSE;
}

static gboolean
is_list (EVCard *card)
{
  const char *const kinds[] = { "KIND", "X-ADDRESSBOOKSERVER-KIND", NULL };
  EVCardAttribute *kind = satchel_card_find (card, kinds);
  g_autofree char *list = dup_single (card, EVC_X_LIST),
                  *text = kind != NULL ? satchel_card_get_text (kind) : NULL;

  return (list != NULL && g_ascii_strcasecmp (list, "TRUE") == 0) ||
         (text != NULL && g_ascii_strcasecmp (text, "group") == 0);
}

gboolean
satchel_contact_read (const SatchelExchange *x, EContact *from, SatchelRecord *into, GError **error)
{
  g_autoptr (SatchelRecord) taken = satchel_record_copy (into);
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  SatchelCardReading reading = { x, E_VCARD (from), taken, used };

  satchel_fit_begin (x);
  if (g_list_nth (e_vcard_get_attributes (reading.card), SATCHEL_MAX_ITEM_LINES) != NULL)
    return refuse (error, _ ("it has more properties than any address book writes"));
  if (is_list (reading.card))
    return refuse (error, _ ("it is a list of people, not one person"));
  read_name (&reading);
  if (satchel_record_get_by_name (taken, "last_name") == NULL)
    return refuse (error, _ ("it has no name"));
  read_texts (&reading);
  read_organisation (&reading);
  satchel_contact_read_slots (&reading);
  satchel_contact_read_addresses (&reading);
  satchel_contact_read_photo (&reading);
  read_tags (&reading);
  read_uid (&reading);
  list_left (&reading);
  satchel_fit_move (into, taken, FIELDS);
  return TRUE;
}

/* A copy of the library has its parameters the other way round: the copy of a copy has them as they were. */
static EContact *
copy_card (EContact *from)
{
  EContact *card = e_contact_new ();

  for (GList *at = e_vcard_get_attributes (E_VCARD (from)); at != NULL; at = at->next) {
    EVCardAttribute *turned = e_vcard_attribute_copy (at->data);
    EVCardAttribute *copy = e_vcard_attribute_copy (turned);

    satchel_card_settle (copy);
    e_vcard_append_attribute (E_VCARD (card), copy);
    e_vcard_attribute_free (turned);
  }
  return card;
}

EContact *
satchel_contact_write (const SatchelExchange *x, const SatchelRecord *record, EContact *base)
{
  EContact *contact = base != NULL ? copy_card (base) : e_contact_new ();
  EVCard *card = E_VCARD (contact);
  SatchelExchange reader = *x; /* which keeps no files */
  g_autoptr (SatchelRecord) before = satchel_record_copy (record);

  reader.keep_file = NULL;
  if (base == NULL || !satchel_contact_read (&reader, contact, before, NULL)) {
    for (guint i = 0; FIELDS[i] != NULL; i++)
      satchel_record_set_by_name (before, FIELDS[i], NULL);
  }
  write_name (card, before, record);
  write_texts (card, before, record);
  write_organisation (x, card, before, record);
  satchel_contact_write_slots (x, card, before, record);
  satchel_contact_write_addresses (card, before, record);
  satchel_contact_write_photo (x, card, before, record);
  write_tags (card, before, record);
  write_uid (card, before, record);
  return contact;
}
