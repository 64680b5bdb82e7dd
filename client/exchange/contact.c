/* One part of the card after the other; each knows how to read itself into a record and how to be written
 * from one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/contact.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/card.h"
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

typedef struct {
  const SatchelExchange *x;
  EVCard *card;
  SatchelRecord *into; /* reading: takes the values */
  GHashTable *used;    /* reading: EVCardAttribute* of which something was taken */
} Reading;

static const SatchelField *
find_field (const SatchelRecord *record, const char *name)
{
  return satchel_entity_find_field (record->entity, name);
}

static void
take_text (Reading *reading, const char *field, const char *text, const char *joint)
{
  satchel_fit_set (reading->into, field,
                   satchel_fit_text (reading->x, find_field (reading->into, field), text, joint, TRUE));
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
read_texts (Reading *reading)
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
                          _ (find_field (reading->into, TEXTS[i].field)->label));
      satchel_fit_set (reading->into, TEXTS[i].field, date);
    } else {
      take_text (reading, TEXTS[i].field, text, " ");
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
read_substitute (Reading *reading)
{
  const char *const first = satchel_fit_get (reading->into, "first_name");
  g_autofree char *whole = dup_single (reading->card, EVC_FN);
  const char *const org[] = { EVC_ORG, NULL };
  EVCardAttribute *attribute;

  if (*first != '\0') {
    take_text (reading, "last_name", first, " ");
    satchel_fit_set (reading->into, "first_name", NULL);
    return;
  }
  if (whole != NULL) {
    char *last = strrchr (g_strstrip (whole), ' ');

    take_text (reading, "last_name", last != NULL ? last + 1 : whole, " ");
    if (last != NULL) {
      *last = '\0';
      take_text (reading, "first_name", whole, " ");
    }
  }
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL &&
      (whole = dup_single (reading->card, EVC_NICKNAME)) != NULL)
    take_text (reading, "last_name", whole, " ");
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL &&
      (attribute = satchel_card_find (reading->card, org)) != NULL) {
    g_autofree char *name = satchel_card_get_part (attribute, 0);

    take_text (reading, "last_name", name, " ");
  }
  if (satchel_record_get_by_name (reading->into, "last_name") == NULL) {
    g_autofree char *email = dup_single (reading->card, EVC_EMAIL);

    take_text (reading, "last_name", email, " ");
  }
}

static void
read_name (Reading *reading)
{
  const char *const names[] = { EVC_N, NULL };
  EVCardAttribute *attribute = satchel_card_find (reading->card, names);

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    g_autofree char *part = attribute != NULL ? satchel_card_get_part (attribute, i) : NULL;

    take_text (reading, NAMES[i], part, " ");
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
  g_autofree char *text = NULL;
  gboolean differs = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    differs |= satchel_fit_differs (before, record, NAMES[i]);
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
read_organisation (Reading *reading)
{
  const char *const names[] = { EVC_ORG, NULL };
  const SatchelExchange *x = reading->x;
  EVCardAttribute *attribute = satchel_card_find (reading->card, names);
  g_autofree char *name = NULL, *department = NULL, *clean = NULL, *id = NULL;

  if (attribute != NULL) {
    g_hash_table_add (reading->used, attribute);
    name = satchel_card_get_part (attribute, 0);
    department = satchel_card_get_part (attribute, 1);
    clean = satchel_fit_clean (find_field (reading->into, "department"), name, " ");
  }
  take_text (reading, "department", department, " ");
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

  return satchel_fit_text (fields->x, find_field (fields->record, fields->fields[slot]), text, " ", tell);
}

static gboolean
slot_fits_cb (EVCardAttribute *attribute, guint slot, gpointer data)
{
  g_autoptr (SatchelValue) value = read_slot (data, attribute, slot, FALSE);

  return value != NULL;
}

/* Those that were not taken: told if they would not have fitted, left otherwise. */
static void
tell_others (Reading *reading, const SlotFields *fields, SatchelSlotsKind kind)
{
  for (GList *at = e_vcard_get_attributes (reading->card); at != NULL; at = at->next) {
    if (g_ascii_strcasecmp (e_vcard_attribute_get_name (at->data), satchel_slots_name (kind)) == 0 &&
        !g_hash_table_contains (reading->used, at->data))
      satchel_value_unref (read_slot (fields, at->data, 0, TRUE));
  }
}

static void
read_slots (Reading *reading)
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

static void
write_slots (const SatchelExchange *x, EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
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

static void
read_addresses (Reading *reading)
{
  EVCardAttribute *attributes[SATCHEL_SLOTS_MOST];

  satchel_slots_assign (reading->card, SATCHEL_SLOTS_ADR, address_fits_cb, NULL, attributes);
  for (guint slot = 0; slot < 2; slot++) {
    for (guint i = 0; i < G_N_ELEMENTS (ADDRESSES); i++) {
      g_autofree char *text =
          attributes[slot] != NULL ? dup_address_part (attributes[slot], ADDRESSES[i].part) : NULL;

      take_text (reading, ADDRESSES[i].fields[slot], text, ", ");
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

static void
write_addresses (EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
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

/* ---- the photo ---- */

/* Bytes that stand in the card; NULL: there are none, or it is an address. */
static GBytes *
read_photo_bytes (EVCardAttribute *attribute)
{
  GList *values = e_vcard_attribute_get_values_decoded (attribute);
  const GString *value = values != NULL ? values->data : NULL;
  g_autofree char *text = NULL;
  const char *comma;
  guchar *bytes;
  gsize size;

  if (value == NULL || value->len == 0)
    return NULL;
  if (e_vcard_attribute_get_param (attribute, EVC_ENCODING) != NULL)
    return g_bytes_new (value->str, value->len);
  text = satchel_card_get_text (attribute);
  comma = strstr (text, ";base64,");
  if (!g_str_has_prefix (text, "data:") || comma == NULL)
    return NULL;
  bytes = g_base64_decode (comma + strlen (";base64,"), &size);
  return g_bytes_new_take (bytes, size);
}

static const char *const PHOTOS[] = { EVC_PHOTO, NULL };

/* By their first bytes: what a stranger calls them is not asked. */
static const struct {
  const char *media_type, *name, *magic;
  gsize at;
} PICTURES[] = {
  { "image/png", "photo.png", "\x89PNG", 0 },
  { "image/gif", "photo.gif", "GIF8", 0 },
  { "image/webp", "photo.webp", "WEBP", 8 },
  { "image/jpeg", "photo.jpg", "", 0 }, /* which most are */
};

static guint
find_picture (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  guint i = 0;

  while (PICTURES[i].at + strlen (PICTURES[i].magic) > size ||
         memcmp (data + PICTURES[i].at, PICTURES[i].magic, strlen (PICTURES[i].magic)) != 0)
    i++;
  return i;
}

static SatchelValue *
make_photo (const SatchelExchange *x, GBytes *bytes, const SatchelValue *before)
{
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  const char *known = NULL, *name, *media_type;
  gint64 size_bytes;
  g_autoptr (GError) problem = NULL;
  guint picture;

  if (before != NULL)
    satchel_value_get_file (before, &known, &name, &media_type, &size_bytes);
  if (g_strcmp0 (known, hash) == 0)
    return satchel_value_ref (before);
  if (x->keep_file != NULL && !x->keep_file (bytes, hash, x->data, &problem)) {
    satchel_fit_tell (x, _ ("the photo cannot be kept: %s"), problem->message);
    return NULL;
  }
  picture = find_picture (bytes);
  return satchel_value_new_file (hash, PICTURES[picture].name, PICTURES[picture].media_type,
                                 (gint64)g_bytes_get_size (bytes));
}

static void
read_photo (Reading *reading)
{
  EVCardAttribute *attribute = satchel_card_find (reading->card, PHOTOS);
  g_autoptr (GBytes) bytes = attribute != NULL ? read_photo_bytes (attribute) : NULL;

  if (bytes != NULL && g_bytes_get_size (bytes) > 0) {
    g_hash_table_add (reading->used, attribute);
    satchel_fit_set (reading->into, "photo",
                     make_photo (reading->x, bytes, satchel_record_get_by_name (reading->into, "photo")));
  } else {
    satchel_fit_set (reading->into, "photo", NULL);
  }
}

static void
write_photo (const SatchelExchange *x, EVCard *card, const SatchelRecord *before, const SatchelRecord *record)
{
  const SatchelValue *value = satchel_record_get_by_name (record, "photo");
  EVCardAttribute *attribute = satchel_card_find (card, PHOTOS);
  g_autoptr (GBytes) bytes = NULL;
  const char *hash, *name, *media_type;
  gint64 size_bytes;
  gsize size;

  if (!satchel_fit_differs (before, record, "photo"))
    return;
  if (value == NULL) {
    e_vcard_remove_attributes (card, NULL, EVC_PHOTO);
    return;
  }
  bytes = x->load_file != NULL ? x->load_file (value, x->data) : NULL;
  if (bytes == NULL) /* not on this device yet: the old one is nobody's any more */
    return;
  satchel_value_get_file (value, &hash, &name, &media_type, &size_bytes);
  if (attribute != NULL)
    e_vcard_remove_attribute (card, attribute);
  attribute = e_vcard_attribute_new (NULL, EVC_PHOTO);
  if (g_str_has_prefix (media_type, "image/")) {
    g_autofree char *type = g_ascii_strup (media_type + strlen ("image/"), -1);

    e_vcard_attribute_add_param_with_value (attribute, e_vcard_attribute_param_new (EVC_TYPE), type);
  }
  e_vcard_attribute_add_param_with_value (attribute, e_vcard_attribute_param_new (EVC_ENCODING), "b");
  const char *data = g_bytes_get_data (bytes, &size);

  e_vcard_attribute_add_value_decoded (attribute, data, (int)size);
  e_vcard_append_attribute (card, attribute);
}

/* ---- categories and the card itself ---- */

static void
read_tags (Reading *reading)
{
  g_autoptr (GPtrArray) parts = satchel_card_list_parts (reading->card, EVC_CATEGORIES);

  satchel_fit_set (reading->into, "tags",
                   satchel_fit_tags (reading->x, find_field (reading->into, "tags"), parts));
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
  const SatchelField *field = find_field (record, "tags");
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
read_uid (Reading *reading)
{
  g_autofree char *uid = dup_single (reading->card, EVC_UID);

  if (uid != NULL &&
      (g_strcmp0 (g_strstrip (uid), reading->into->id) == 0 || g_str_has_prefix (uid, "pas-id-")))
    g_clear_pointer (&uid, g_free);
  take_text (reading, "card_id", uid, " ");
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
list_left (Reading *reading)
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
  Reading reading = { x, E_VCARD (from), taken, used };

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
  read_slots (&reading);
  read_addresses (&reading);
  read_photo (&reading);
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

    e_vcard_append_attribute (E_VCARD (card), e_vcard_attribute_copy (turned));
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
  write_slots (x, card, before, record);
  write_addresses (card, before, record);
  write_photo (x, card, before, record);
  write_tags (card, before, record);
  write_uid (card, before, record);
  return contact;
}
