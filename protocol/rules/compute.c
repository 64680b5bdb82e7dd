/* The table of computed fields and its functions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/compute.h"

#include <string.h>

#include "protocol/rules/amounts.h"

/* TRUE when every letter of @text belongs to a script in which the family name stands first, unspaced. */
static gboolean
is_east_asian (const char *text)
{
  gboolean has_letter = FALSE;
  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);
    if (!g_unichar_isalpha (c))
      continue;
    has_letter = TRUE;
    switch (g_unichar_get_script (c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_BOPOMOFO:
      continue;
    default:
      return FALSE;
    }
  }
  return has_letter;
}

static const char *
get_text (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field ? satchel_record_get (record, field) : NULL;
  return value ? satchel_value_get_string (value) : NULL;
}

static SatchelValue *
compute_full_name (const SatchelRecord *record, const SatchelField *field)
{
  const char *first = get_text (record, "first_name");
  const char *last = get_text (record, "last_name");
  if (!first || !last)
    return first || last ? satchel_value_new_string (first ? first : last) : NULL;
  g_autofree char *name = is_east_asian (first) && is_east_asian (last)
                              ? g_strconcat (last, first, NULL)
                              : g_strdup_printf ("%s %s", first, last);
  return satchel_value_new_string (name);
}

/* The part before @at and the part behind it; either NULL when nothing is left of it. */
static void
part (const char *whole, const char *at, char **before, char **behind)
{
  *before = g_strstrip (g_strndup (whole, (gsize)(at - whole)));
  *behind = g_strstrip (g_strdup (at + 1));
  if (**before == '\0')
    g_clear_pointer (before, g_free);
  if (**behind == '\0')
    g_clear_pointer (behind, g_free);
}

void
satchel_compute_part_name (const char *name, char **first, char **last)
{
  g_autofree char *whole = g_strstrip (g_strdup (name));
  const char *comma = strchr (whole, ','), *blank = strrchr (whole, ' ');

  *first = NULL;
  *last = NULL;
  if (comma != NULL)
    part (whole, comma, last, first);
  else if (blank != NULL && is_east_asian (whole))
    part (whole, blank, last, first);
  else if (blank != NULL)
    part (whole, blank, first, last);
  if (*last == NULL) {
    g_clear_pointer (first, g_free);
    *last = g_steal_pointer (&whole);
  }
}

static const struct {
  const char *name;
  SatchelComputeFunc compute;
} functions[] = {
  { "full-name", compute_full_name },
  { "line-base", satchel_amounts_line_base },
  { "line-discount", satchel_amounts_line_discount },
  { "line-amount", satchel_amounts_line_amount },
  { "line-tax", satchel_amounts_line_tax },
  { "line-total", satchel_amounts_line_total },
  { "subtotal", satchel_amounts_subtotal },
  { "head-discount", satchel_amounts_head_discount },
  { "head-total", satchel_amounts_head_total },
  { "base-total", satchel_amounts_base_total },
  { "base-amount", satchel_amounts_base_amount },
};

SatchelComputeFunc
satchel_compute_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
    if (g_str_equal (functions[i].name, name))
      return functions[i].compute;
  }
  return NULL;
}
