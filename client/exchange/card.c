/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/card.h"

#include <string.h>

#define SLOT_PARAMETER "X-SATCHEL-SLOT"

/* ---- values ---- */

static void
free_parts (GList *parts)
{
  g_list_free_full (parts, g_free);
}

/* char*, decoded, owned. */
static GList *
list_parts (EVCardAttribute *attribute)
{
  GList *parts = NULL;

  for (GList *at = e_vcard_attribute_get_values_decoded (attribute); at != NULL; at = at->next) {
    const GString *part = at->data;

    parts = g_list_prepend (parts, g_strndup (part->str, part->len));
  }
  return g_list_reverse (parts);
}

char *
satchel_card_get_text (EVCardAttribute *attribute)
{
  GString *text = g_string_new (NULL);
  GList *parts = list_parts (attribute);

  /* Many programs write a semicolon as it is where it parts nothing. */
  for (GList *at = parts; at != NULL; at = at->next)
    g_string_append_printf (text, "%s%s", at == parts ? "" : ";", (const char *)at->data);
  free_parts (parts);
  return g_string_free (text, FALSE);
}

char *
satchel_card_get_part (EVCardAttribute *attribute, guint n)
{
  GList *parts = list_parts (attribute);
  char *part = g_strdup (g_list_nth_data (parts, n));

  free_parts (parts);
  return part != NULL ? part : g_strdup ("");
}

/* What is written is neither quoted-printable nor in another character set any more. */
static void
set_parts (EVCardAttribute *attribute, GList *parts)
{
  e_vcard_attribute_remove_values (attribute);
  e_vcard_attribute_remove_param (attribute, EVC_ENCODING);
  e_vcard_attribute_remove_param (attribute, "CHARSET");
  for (GList *at = parts; at != NULL; at = at->next)
    e_vcard_attribute_add_value (attribute, at->data);
}

void
satchel_card_settle (EVCardAttribute *attribute)
{
  GList *parts;

  if (e_vcard_attribute_get_param (attribute, "CHARSET") == NULL)
    return;
  parts = list_parts (attribute);
  set_parts (attribute, parts);
  free_parts (parts);
}

void
satchel_card_set_text (EVCardAttribute *attribute, const char *text)
{
  GList one = { .data = (gpointer)text };

  set_parts (attribute, &one);
}

void
satchel_card_set_part (EVCardAttribute *attribute, guint n, guint least, const char *text)
{
  GList *parts = list_parts (attribute);
  GList *part;

  while (g_list_length (parts) < MAX (n + 1, least))
    parts = g_list_append (parts, g_strdup (""));
  part = g_list_nth (parts, n);
  g_free (part->data);
  part->data = g_strdup (text);
  set_parts (attribute, parts);
  free_parts (parts);
}

GPtrArray *
satchel_card_list_parts (EVCard *card, const char *name)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (GList *at = e_vcard_get_attributes (card); at != NULL; at = at->next) {
    GList *parts;

    if (g_ascii_strcasecmp (e_vcard_attribute_get_name (at->data), name) != 0)
      continue;
    parts = list_parts (at->data);
    for (GList *part = parts; part != NULL; part = part->next)
      g_ptr_array_add (all, part->data);
    g_list_free (parts);
  }
  return all;
}

/* ---- properties ---- */

static gboolean
has_value (EVCardAttribute *attribute)
{
  g_autofree char *text = satchel_card_get_text (attribute);

  return text[strspn (text, " ;\t\r\n")] != '\0';
}

EVCardAttribute *
satchel_card_find (EVCard *card, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++) {
    for (GList *at = e_vcard_get_attributes (card); at != NULL; at = at->next) {
      if (g_ascii_strcasecmp (e_vcard_attribute_get_name (at->data), names[i]) == 0 && has_value (at->data))
        return at->data;
    }
  }
  return NULL;
}

EVCardAttribute *
satchel_card_add (EVCard *card, const char *name, const char *types)
{
  EVCardAttribute *attribute = e_vcard_attribute_new (NULL, name);
  g_auto (GStrv) words = g_strsplit (types, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    e_vcard_attribute_add_param_with_value (attribute, e_vcard_attribute_param_new (EVC_TYPE), words[i]);
  e_vcard_append_attribute (card, attribute);
  return attribute;
}

gboolean
satchel_card_has_type (EVCardAttribute *attribute, const char *type)
{
  for (GList *value = e_vcard_attribute_get_param (attribute, EVC_TYPE); value != NULL; value = value->next) {
    for (const char *word = value->data; word != NULL; word = strchr (word, ',')) {
      gsize length;

      word += *word == ',';
      while (g_ascii_isspace (*word))
        word++;
      length = strcspn (word, ",");
      while (length > 0 && g_ascii_isspace (word[length - 1]))
        length--;
      if (length == strlen (type) && g_ascii_strncasecmp (word, type, length) == 0)
        return TRUE;
    }
  }
  return FALSE;
}

/* ---- slots ---- */

/* How well @attribute stands for the slot; 0: not at all. */
typedef guint (*RankFunc) (EVCardAttribute *attribute, guint slot);

static guint
rank_email (EVCardAttribute *attribute, guint slot)
{
  gboolean preferred =
      satchel_card_has_type (attribute, "PREF") || e_vcard_attribute_get_param (attribute, "PREF") != NULL;

  return preferred ? 2 : 1;
}

enum { TEL_WORK, TEL_MOBILE, TEL_HOME, TEL_FAX };

static guint
rank_tel (EVCardAttribute *attribute, guint slot)
{
  gboolean work = satchel_card_has_type (attribute, "WORK"), home = satchel_card_has_type (attribute, "HOME");
  gboolean fax = satchel_card_has_type (attribute, "FAX"), cell = satchel_card_has_type (attribute, "CELL");
  gboolean other = FALSE;

  static const char *const OTHERS[] = { "PAGER",
                                        "TELEX",
                                        "CAR",
                                        "ISDN",
                                        "MODEM",
                                        "BBS",
                                        "VIDEO",
                                        "X-EVOLUTION-TTYTDD",
                                        "X-EVOLUTION-TELEX",
                                        "X-EVOLUTION-RADIO",
                                        "X-EVOLUTION-ASSISTANT",
                                        "X-EVOLUTION-CALLBACK",
                                        "X-EVOLUTION-COMPANY" };

  for (guint i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    other |= satchel_card_has_type (attribute, OTHERS[i]);
  if (other)
    return 0;
  switch (slot) {
  case TEL_WORK:
    return fax || cell || home ? 0 : work ? 2 : 1;
  case TEL_MOBILE:
    return cell && !fax ? 1 : 0;
  case TEL_HOME:
    return home && !fax && !cell ? 1 : 0;
  default:
    return !fax ? 0 : work ? 3 : home ? 1 : 2;
  }
}

enum { ADR_WORK, ADR_OTHER };

static guint
rank_adr (EVCardAttribute *attribute, guint slot)
{
  gboolean work = satchel_card_has_type (attribute, "WORK"), home = satchel_card_has_type (attribute, "HOME");

  if (slot == ADR_WORK)
    return home && !work ? 0 : work ? 2 : 1;
  return home ? 2 : 1;
}

static guint
rank_url (EVCardAttribute *attribute, guint slot)
{
  return 1;
}

static const struct {
  const char *name;
  RankFunc rank;
  guint n;
  const char *types[SATCHEL_SLOTS_MOST];
} SLOTS[SATCHEL_N_SLOTS] = {
  [SATCHEL_SLOTS_EMAIL] = { EVC_EMAIL, rank_email, 3, { "WORK", "HOME", "OTHER" } },
  [SATCHEL_SLOTS_TEL] = { EVC_TEL, rank_tel, 4, { "WORK VOICE", "CELL", "HOME VOICE", "WORK FAX" } },
  [SATCHEL_SLOTS_ADR] = { EVC_ADR, rank_adr, 2, { "WORK", "HOME" } },
  [SATCHEL_SLOTS_URL] = { EVC_URL, rank_url, 1, { "" } },
};

const char *
satchel_slots_name (SatchelSlotsKind kind)
{
  return SLOTS[kind].name;
}

const char *
satchel_slots_types (SatchelSlotsKind kind, guint slot)
{
  return SLOTS[kind].types[slot];
}

/* -1: not said. */
static int
get_pinned (EVCardAttribute *attribute)
{
  GList *values = e_vcard_attribute_get_param (attribute, SLOT_PARAMETER);
  const char *text = values != NULL ? values->data : NULL;

  return text != NULL && text[0] >= '0' && text[0] <= '0' + SATCHEL_SLOTS_MOST && text[1] == '\0'
             ? text[0] - '0'
             : -1;
}

static gboolean
is_taken (EVCardAttribute *attribute, EVCardAttribute *const attributes[SATCHEL_SLOTS_MOST])
{
  for (guint i = 0; i < SATCHEL_SLOTS_MOST; i++) {
    if (attributes[i] == attribute)
      return TRUE;
  }
  return FALSE;
}

/* Those of the kind that have a value, in order; borrowed. */
static GPtrArray *
list_candidates (EVCard *card, SatchelSlotsKind kind)
{
  GPtrArray *candidates = g_ptr_array_new ();

  for (GList *at = e_vcard_get_attributes (card); at != NULL; at = at->next) {
    if (g_ascii_strcasecmp (e_vcard_attribute_get_name (at->data), SLOTS[kind].name) == 0 &&
        has_value (at->data))
      g_ptr_array_add (candidates, at->data);
  }
  return candidates;
}

static EVCardAttribute *
choose (GPtrArray *candidates, SatchelSlotsKind kind, guint slot, SatchelSlotsFitFunc fits, gpointer data,
        EVCardAttribute *const attributes[SATCHEL_SLOTS_MOST])
{
  EVCardAttribute *best = NULL;
  guint best_rank = 0;

  for (guint i = 0; i < candidates->len; i++) {
    EVCardAttribute *candidate = candidates->pdata[i];
    guint rank = get_pinned (candidate) >= 0 ? 0 : SLOTS[kind].rank (candidate, slot);

    if (rank > best_rank && !is_taken (candidate, attributes) && fits (candidate, slot, data)) {
      best = candidate;
      best_rank = rank;
    }
  }
  return best;
}

void
satchel_slots_assign (EVCard *card, SatchelSlotsKind kind, SatchelSlotsFitFunc fits, gpointer data,
                      EVCardAttribute *attributes[SATCHEL_SLOTS_MOST])
{
  g_autoptr (GPtrArray) candidates = list_candidates (card, kind);

  memset (attributes, 0, sizeof (EVCardAttribute *) * SATCHEL_SLOTS_MOST);
  for (guint i = 0; i < candidates->len; i++) {
    int slot = get_pinned (candidates->pdata[i]) - 1;

    if (slot >= 0 && slot < (int)SLOTS[kind].n && attributes[slot] == NULL &&
        fits (candidates->pdata[i], (guint)slot, data))
      attributes[slot] = candidates->pdata[i];
  }
  for (guint slot = 0; slot < SLOTS[kind].n; slot++) {
    if (attributes[slot] == NULL)
      attributes[slot] = choose (candidates, kind, slot, fits, data, attributes);
  }
}

void
satchel_slots_pin (EVCard *card, SatchelSlotsKind kind, SatchelSlotsFitFunc fits, gpointer data,
                   EVCardAttribute *const attributes[SATCHEL_SLOTS_MOST])
{
  g_autoptr (GPtrArray) candidates = NULL;
  EVCardAttribute *found[SATCHEL_SLOTS_MOST];

  satchel_slots_assign (card, kind, fits, data, found);
  if (memcmp (found, attributes, sizeof found) == 0)
    return;
  candidates = list_candidates (card, kind);
  for (guint i = 0; i < candidates->len; i++) {
    char text[] = "0";

    for (guint slot = 0; slot < SLOTS[kind].n; slot++)
      text[0] = attributes[slot] == candidates->pdata[i] ? (char)('1' + slot) : text[0];
    e_vcard_attribute_remove_param (candidates->pdata[i], SLOT_PARAMETER);
    e_vcard_attribute_add_param_with_value (candidates->pdata[i],
                                            e_vcard_attribute_param_new (SLOT_PARAMETER), text);
  }
}
