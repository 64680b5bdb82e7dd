/* Quick find and order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/entity-list.h"

#include <string.h>

#include "protocol/sqlite/entity-table.h"

/* Fewer digits are no phone number, but part of a name. */
#define MIN_PHONE_DIGITS 3

static gboolean
is_searched (const SatchelFind *find, const SatchelField *field, SatchelSearch search)
{
  return field->search == search && (find->fields == NULL || g_strv_contains (find->fields, field->name));
}

static gboolean
is_code (const SatchelFind *find, const SatchelField *field)
{
  return is_searched (find, field, SATCHEL_SEARCH_EXACT) && !satchel_type_is_stored_integer (field->type);
}

/* NULL when there is nothing to search for. */
static char *
dup_typed (const SatchelFind *find)
{
  g_autofree char *typed = NULL;

  if (find->typed == NULL || !g_utf8_validate (find->typed, -1, NULL))
    return NULL;
  typed = g_strstrip (g_strdup (find->typed));
  return *typed != '\0' ? g_steal_pointer (&typed) : NULL;
}

/* Every term must be one that an index answers: a constant among them would make SQLite look at each row. */
static void
add_or (SatchelConditions *conditions)
{
  if (!g_str_has_suffix (conditions->sql->str, "("))
    g_string_append (conditions->sql, " OR ");
}

/* ---- words of text fields ---- */

char *
satchel_find_dup_words (const SatchelFind *find, const SatchelEntity *entity)
{
  g_autofree char *typed = dup_typed (find);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (typed == NULL)
    return NULL;
  for (guint i = 0; i < entity->n_fields; i++) {
    if (is_searched (find, entity->fields[i], SATCHEL_SEARCH_TEXT))
      g_ptr_array_add (names, (gpointer)entity->fields[i]->name);
  }
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return satchel_search_expression (typed, find->fields != NULL ? (const char *const *)names->pdata : NULL);
}

static void
add_words (const SatchelFind *find, const SatchelEntity *entity, const char *words,
           SatchelConditions *conditions)
{
  char *expression = satchel_find_dup_words (find, entity);

  if (expression == NULL)
    return;
  add_or (conditions);
  g_string_append_printf (conditions->sql, "%s (SELECT rowid FROM \"x_%s\" WHERE \"x_%s\" MATCH ?)", words,
                          entity->name, entity->name);
  satchel_conditions_add_text (conditions, expression);
}

/* ---- addresses, codes, phone numbers ---- */

/* By the ordinary index: from @prefix up to the last text that begins with it. */
static void
add_prefix (const SatchelField *field, const char *prefix, SatchelConditions *conditions)
{
  const char *column = satchel_sql_column (field);

  add_or (conditions);
  g_string_append_printf (conditions->sql, "(r.%s >= ? AND r.%s < ?)", column, column);
  satchel_conditions_add_text (conditions, g_strdup (prefix));
  satchel_conditions_add_text (conditions, g_strconcat (prefix, "\xf4\x8f\xbf\xbf", NULL)); /* U+10FFFF */
}

/* The digits of what looks like a phone number, without international or trunk prefix; else NULL. */
static char *
phone_digits (const char *typed)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = typed; *at != '\0'; at++) {
    if (g_ascii_isdigit (*at)) {
      if (*at != '0' || digits->len > 0)
        g_string_append_c (digits, *at);
    } else if (strchr (" +-()/.", *at) == NULL) {
      g_string_free (digits, TRUE);
      return NULL;
    }
  }
  return g_string_free (digits, digits->len < MIN_PHONE_DIGITS);
}

/* Numbers are stored as people write them, so that every one must be looked at. */
static void
add_phone (const SatchelField *field, const char *digits, SatchelConditions *conditions)
{
  add_or (conditions);
  g_string_append_printf (conditions->sql, "instr(satchel_digits(r.%s), ?) > 0", satchel_sql_column (field));
  satchel_conditions_add_text (conditions, g_strdup (digits));
}

static void
add_codes (const SatchelFind *find, const SatchelEntity *entity, const char *typed,
           SatchelConditions *conditions)
{
  g_autofree char *lower = g_utf8_strdown (typed, -1);
  g_autofree char *digits = phone_digits (typed);

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (!is_code (find, field))
      continue;
    add_prefix (field, typed, conditions);
    if (!g_str_equal (typed, lower))
      add_prefix (field, lower, conditions);
    if (field->format == SATCHEL_FORMAT_PHONE && digits != NULL && !find->by_index)
      add_phone (field, digits, conditions);
  }
}

void
satchel_find_add (const SatchelFind *find, const SatchelEntity *entity, const char *words,
                  SatchelConditions *conditions)
{
  g_autofree char *typed = dup_typed (find);

  if (typed == NULL)
    return;
  g_string_append (conditions->sql, " AND (");
  add_words (find, entity, words, conditions);
  add_codes (find, entity, typed, conditions);
  /* What cannot be searched for is not found. */
  g_string_append (conditions->sql, g_str_has_suffix (conditions->sql->str, "(") ? "0)" : ")");
}

/* ---- order ---- */

char *
satchel_order_sql (const SatchelEntity *entity, const SatchelField *sort, gboolean descending)
{
  const char *direction = descending ? " DESC" : "";

  if (sort == NULL)
    sort = entity->title;
  if (sort == NULL)
    return g_strdup_printf ("r.id%s", direction);
  return g_strdup_printf ("r.%s%s, r.id%s", satchel_sql_column (sort), direction, direction);
}
