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

/* FALSE when there are none. */
static gboolean
add_words (const SatchelFind *find, const SatchelEntity *entity, SatchelConditions *conditions)
{
  char *expression = satchel_find_dup_words (find, entity);

  if (expression == NULL)
    return FALSE;
  g_string_append_printf (conditions->sql, "SELECT rowid FROM \"x_%s\" WHERE \"x_%s\" MATCH ?", entity->name,
                          entity->name);
  satchel_conditions_add_text (conditions, expression);
  return TRUE;
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

/* As typed, or as addresses are kept. */
static void
add_code (const SatchelField *field, const char *typed, SatchelConditions *conditions)
{
  g_autofree char *lower = g_utf8_strdown (typed, -1);

  add_prefix (field, typed, conditions);
  if (!g_str_equal (typed, lower))
    add_prefix (field, lower, conditions);
}

static gboolean
has_codes (const SatchelFind *find, const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++) {
    if (is_code (find, entity->fields[i]))
      return TRUE;
  }
  return FALSE;
}

static void
add_codes (const SatchelFind *find, const SatchelEntity *entity, const char *typed,
           SatchelConditions *conditions)
{
  for (guint i = 0; i < entity->n_fields; i++) {
    if (is_code (find, entity->fields[i]))
      add_code (entity->fields[i], typed, conditions);
  }
}

static void
add_phones (const SatchelFind *find, const SatchelEntity *entity, const char *typed,
            SatchelConditions *conditions)
{
  g_autofree char *digits = phone_digits (typed);

  for (guint i = 0; i < entity->n_fields && digits != NULL && !find->by_index; i++) {
    const SatchelField *field = entity->fields[i];

    if (is_code (find, field) && field->format == SATCHEL_FORMAT_PHONE)
      add_phone (field, digits, conditions);
  }
}

/* ---- both ---- */

/* Each from the index that answers it. */
static void
gather (const SatchelFind *find, const SatchelEntity *entity, const char *typed,
        SatchelConditions *conditions)
{
  const gsize begin = conditions->sql->len;

  g_string_append (conditions->sql, "r.row IN (");
  if (add_words (find, entity, conditions))
    g_string_append_c (conditions->sql, ')');
  else
    g_string_truncate (conditions->sql, begin);
  add_codes (find, entity, typed, conditions);
}

/* All of them as one set of row numbers: walking along an index of another order then looks into no row that
 * is not found. */
static void
compare (const SatchelFind *find, const SatchelEntity *entity, const char *typed, SatchelFindStart start,
         SatchelConditions *conditions)
{
  const gsize begin = conditions->sql->len;
  gboolean words;

  g_string_append (conditions->sql, "+r.row IN (");
  words = add_words (find, entity, conditions);
  if (start == SATCHEL_FIND_ELSEWHERE && has_codes (find, entity)) {
    g_string_append_printf (conditions->sql, "%sSELECT r.row FROM %s r WHERE (", words ? " UNION ALL " : "",
                            satchel_sql_table (entity));
    add_codes (find, entity, typed, conditions);
    g_string_append (conditions->sql, "))");
  } else if (words) {
    g_string_append_c (conditions->sql, ')');
  } else {
    g_string_truncate (conditions->sql, begin);
  }
  if (start == SATCHEL_FIND_READING)
    add_codes (find, entity, typed, conditions);
}

void
satchel_find_add (const SatchelFind *find, const SatchelEntity *entity, SatchelFindStart start,
                  SatchelConditions *conditions)
{
  g_autofree char *typed = dup_typed (find);

  if (typed == NULL)
    return;
  g_string_append (conditions->sql, " AND (");
  if (start == SATCHEL_FIND_HERE)
    gather (find, entity, typed, conditions);
  else
    compare (find, entity, typed, start, conditions);
  add_phones (find, entity, typed, conditions);
  /* What cannot be searched for is not found. */
  g_string_append (conditions->sql, g_str_has_suffix (conditions->sql->str, "(") ? "0)" : ")");
}

/* ---- where to start ---- */

/* Up to SATCHEL_LIST_SMALL_SET. */
static gboolean
count_some (SatchelDatabase *database, const char *table, const SatchelConditions *conditions, gint64 *count,
            GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM (SELECT 1 FROM %s r WHERE %s LIMIT %d)",
                                          table, conditions->sql->str, SATCHEL_LIST_SMALL_SET);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (conditions, statement);
  return satchel_statement_take_integer (statement, 0, count, error);
}

static gboolean
count_words (const SatchelEntity *entity, char *words, SatchelDatabase *database, gint64 *count,
             GError **error)
{
  g_autofree char *table = g_strdup_printf ("\"x_%s\"", entity->name);
  g_auto (SatchelConditions) conditions = { 0 };

  satchel_conditions_init (&conditions);
  g_string_append_printf (conditions.sql, "r.\"x_%s\" MATCH ?", entity->name);
  satchel_conditions_add_text (&conditions, words);
  return count_some (database, table, &conditions, count, error);
}

/* Addresses that begin with "info" are many more than the words that do. */
static gboolean
count_codes (const SatchelFind *find, const SatchelEntity *entity, const char *typed,
             SatchelDatabase *database, gint64 *count, GError **error)
{
  for (guint i = 0; i < entity->n_fields && *count < SATCHEL_LIST_SMALL_SET; i++) {
    g_auto (SatchelConditions) conditions = { 0 };
    gint64 n_here;

    if (!is_code (find, entity->fields[i]))
      continue;
    satchel_conditions_init (&conditions);
    g_string_append_c (conditions.sql, '(');
    add_code (entity->fields[i], typed, &conditions);
    g_string_append_c (conditions.sql, ')');
    if (!count_some (database, satchel_sql_table (entity), &conditions, &n_here, error))
      return FALSE;
    *count += n_here;
  }
  return TRUE;
}

gboolean
satchel_find_count (const SatchelFind *find, const SatchelEntity *entity, SatchelDatabase *database,
                    gint64 *count, SatchelFindStart *elsewhere, GError **error)
{
  g_autofree char *typed = dup_typed (find);
  char *words = satchel_find_dup_words (find, entity);
  gint64 n_words = 0, n_codes = 0;

  *count = SATCHEL_LIST_SMALL_SET;
  *elsewhere = SATCHEL_FIND_ELSEWHERE;
  if (typed == NULL)
    return TRUE;
  if ((words != NULL && !count_words (entity, words, database, &n_words, error)) ||
      !count_codes (find, entity, typed, database, &n_codes, error))
    return FALSE;
  *count = MIN (n_words + n_codes, SATCHEL_LIST_SMALL_SET);
  if (n_codes >= SATCHEL_LIST_SMALL_SET)
    *elsewhere = SATCHEL_FIND_READING;
  return TRUE;
}

gboolean
satchel_list_count_all (const SatchelEntity *entity, SatchelDatabase *database, gint64 *count, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT max (row) FROM %s", satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}

/* Looking through a set takes as many steps as it has rows; walking takes limit * all / set. Only the title
 * has an index that holds every row. */
gboolean
satchel_list_is_worth_gathering (const SatchelEntity *entity, const SatchelField *sort, gint64 set,
                                 gint64 all, gint64 limit)
{
  if (set >= SATCHEL_LIST_SMALL_SET)
    return FALSE;
  return limit == 0 || entity->title == NULL || sort != entity->title || set * set <= limit * all;
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
