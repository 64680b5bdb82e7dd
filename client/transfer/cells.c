/* Aliases, dates, decimal marks and cut columns, in both directions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/cells.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/transfer/dates.h"
#include "protocol/error.h"
#include "protocol/predicate/predicate.h"

static gboolean
is_number (SatchelType type)
{
  return type == SATCHEL_TYPE_INTEGER || type == SATCHEL_TYPE_DECIMAL || type == SATCHEL_TYPE_MONEY;
}

static gboolean
is_prose (SatchelType type)
{
  return type == SATCHEL_TYPE_STRING || type == SATCHEL_TYPE_TEXT;
}

const SatchelMapAlias *
satchel_cell_find_alias (const SatchelMapPart *part, const char *cell)
{
  g_autofree char *folded = NULL;

  for (guint i = 0; i < part->aliases->len; i++) {
    const SatchelMapAlias *alias = part->aliases->pdata[i];

    if (g_str_equal (alias->from, cell))
      return alias;
  }
  folded = satchel_fold (cell);
  for (guint i = 0; i < part->aliases->len; i++) {
    const SatchelMapAlias *alias = part->aliases->pdata[i];
    g_autofree char *from = satchel_fold (alias->from);

    if (g_str_equal (from, folded))
      return alias;
  }
  return NULL;
}

/* "1.234,50" to "1234.50", as the map's marks say; NULL when the other mark stands in it, which must not
 * become right by chance. */
static char *
plain_number (const SatchelMapPart *part, const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++) {
    if (*p == part->decimal)
      g_string_append_c (plain, '.');
    else if (*p == '.' && part->group != '.')
      return NULL;
    else if (part->group == '\0' || *p != part->group)
      g_string_append_c (plain, *p);
  }
  return g_string_free (g_steal_pointer (&plain), FALSE);
}

gboolean
satchel_cell_to_value (const SatchelMapPart *part, const char *cell, SatchelValue **value, GError **error)
{
  const SatchelField *field = part->field;
  g_autofree char *trimmed = g_strstrip (g_strdup (cell)), *plain = NULL;
  const char *text = is_prose (field->type) && *trimmed != '\0' ? cell : trimmed;

  if (part->format != NULL && *text != '\0') {
    plain = satchel_date_from_format (part->format, text);
    if (plain == NULL) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is no date of the form %s"), text,
                   part->format);
      return FALSE;
    }
    text = plain;
  } else if (is_number (field->type) && (part->decimal != '.' || part->group != '\0')) {
    plain = plain_number (part, text);
    if (plain == NULL) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                   _ ("“%s” is no number with “%c” as its decimal mark"), text, part->decimal);
      return FALSE;
    }
    text = plain;
  }
  return satchel_value_from_text (field, text, value, error);
}

GPtrArray *
satchel_cell_split (const SatchelMapColumn *column, const char *cell)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (g_free);
  guint n_parts = column->parts->len;
  g_autofree char *rest = g_strdup (cell);

  for (guint i = 0; i < n_parts; i++)
    g_ptr_array_add (pieces, column->separator == NULL ? g_strdup (cell) : NULL);
  if (column->separator == NULL || n_parts == 0)
    return pieces;
  /* How many pieces there are decides who goes without: the last parts. What is too much stays with the
   * first. */
  guint n_pieces = 1;
  for (const char *p = rest; (p = strstr (p, column->separator)) != NULL; p += strlen (column->separator))
    n_pieces++;
  for (guint i = MIN (n_pieces, n_parts) - 1; i > 0; i--) {
    char *cut = g_strrstr (rest, column->separator);

    pieces->pdata[i] = g_strdup (cut + strlen (column->separator));
    *cut = '\0';
  }
  pieces->pdata[0] = g_steal_pointer (&rest);
  for (guint i = n_pieces; i < n_parts; i++)
    pieces->pdata[i] = g_strdup ("");
  return pieces;
}

/* ---- backwards ---- */

static gboolean
settings_match (const GArray *settings, const SatchelRecord *record)
{
  for (guint i = 0; i < settings->len; i++) {
    const SatchelMapSetting *setting = &g_array_index (settings, SatchelMapSetting, i);
    g_autoptr (SatchelValue) value = NULL;

    if (!satchel_value_from_text (setting->field, setting->text, &value, NULL) ||
        !satchel_value_equal (value, satchel_record_get (record, setting->field)))
      return FALSE;
  }
  return TRUE;
}

/* The field's text before aliases. */
static char *
text_of (const SatchelMapPart *part, const SatchelValue *value, SatchelCellNameFunc name_func, gpointer data)
{
  g_autofree char *text = NULL;

  if (value != NULL && part->field->type == SATCHEL_TYPE_LOOKUP && name_func != NULL)
    return name_func (part, value, data);
  text = satchel_value_to_text (part->field, value);
  if (part->format != NULL && value != NULL && part->field->type == SATCHEL_TYPE_DATE)
    return satchel_date_to_format (part->format, text);
  if (part->decimal != '.' && is_number (part->field->type))
    g_strdelimit (text, ".", part->decimal);
  return g_steal_pointer (&text);
}

/* Whether an alias leads to what the record has in the part's field, whose text is @text. */
static gboolean
leads_to (const SatchelMapPart *part, const SatchelMapAlias *alias, const SatchelRecord *record,
          const char *text)
{
  const SatchelValue *value = satchel_record_get (record, part->field);
  g_autoptr (SatchelValue) wanted = NULL;

  if (!settings_match (alias->settings, record))
    return FALSE;
  if (part->field->type == SATCHEL_TYPE_LOOKUP || part->format != NULL)
    return g_str_equal (alias->to, text);
  return satchel_value_from_text (part->field, alias->to, &wanted, NULL) &&
         satchel_value_equal (wanted, value);
}

static char *
part_from_record (const SatchelMapPart *part, const SatchelRecord *record, SatchelCellNameFunc name_func,
                  gpointer data)
{
  g_autofree char *text = text_of (part, satchel_record_get (record, part->field), name_func, data);

  for (guint i = 0; i < part->aliases->len; i++) {
    const SatchelMapAlias *alias = part->aliases->pdata[i];

    if (leads_to (part, alias, record, text))
      return g_strdup (alias->from);
  }
  return g_steal_pointer (&text);
}

char *
satchel_cell_from_record (const SatchelMapColumn *column, const SatchelRecord *record,
                          SatchelCellNameFunc name_func, gpointer data)
{
  GString *cell = g_string_new (NULL);

  for (guint i = 0; i < column->parts->len; i++) {
    g_autofree char *text = part_from_record (column->parts->pdata[i], record, name_func, data);

    if (*text != '\0' && cell->len > 0)
      g_string_append (cell, column->separator);
    g_string_append (cell, text);
    /* Without a separator every part took the whole cell: the first one gives it back. */
    if (column->separator == NULL)
      break;
  }
  return g_string_free (cell, FALSE);
}
