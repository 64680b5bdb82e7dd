/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/card.h"
#include "client/exchange/contact-private.h"

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

void
satchel_contact_read_photo (SatchelCardReading *reading)
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

void
satchel_contact_write_photo (const SatchelExchange *x, EVCard *card, const SatchelRecord *before,
                             const SatchelRecord *record)
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
