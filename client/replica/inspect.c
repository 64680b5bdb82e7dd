/* Looking at what came.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/inspect.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/entity-table.h"

#define FIRST_FIELD 3 /* of satchel_entity_table_columns(): behind row, id and s */

gboolean
satchel_stored_text_is_valid (const SatchelField *field, const char *text)
{
  g_autoptr (SatchelValue) value = NULL;
  gint64 days;

  switch (field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
  case SATCHEL_TYPE_CHOICE:
    return TRUE;
  case SATCHEL_TYPE_DATE:
    return satchel_date_parse (text, &days);
  case SATCHEL_TYPE_LOOKUP:
    /* Every row has some: no value is made of them, only to be thrown away. */
    return field->n_targets == 1 ? satchel_id_is_valid (text) : strchr (text, ':') != NULL;
  default:
    break;
  }
  return satchel_value_from_stored_text (field, text, &value, NULL);
}

gboolean
satchel_stored_integer_is_valid (const SatchelField *field, gint64 number)
{
  if (field->type == SATCHEL_TYPE_BOOLEAN)
    return number == 0 || number == 1;
  if (field->type == SATCHEL_TYPE_DATETIME)
    return number >= SATCHEL_INSTANT_FIRST_MS && number <= SATCHEL_INSTANT_LAST_MS;
  return TRUE;
}

/* ---- tables ---- */

/* The text in @column, or NULL where it is no text that a message could carry. */
static const char *
get_text (SatchelStatement *statement, int column)
{
  gsize size;
  const char *bytes = satchel_statement_get_blob (statement, column, &size);

  return bytes != NULL && g_utf8_validate_len (bytes, size, NULL)
             ? satchel_statement_get_text (statement, column)
             : NULL;
}

static gboolean
is_field_valid (SatchelStatement *statement, int column, const SatchelField *field)
{
  const char *text;

  if (satchel_statement_is_null (statement, column))
    return TRUE;
  if (satchel_type_is_stored_integer (field->type))
    return satchel_stored_integer_is_valid (field, satchel_statement_get_integer (statement, column));
  if (satchel_statement_get_text (statement, column)[0] == '\0')
    return TRUE;
  text = get_text (statement, column);
  return text != NULL && satchel_stored_text_is_valid (field, text);
}

static gboolean
is_row_valid (SatchelStatement *statement, gconstpointer data)
{
  const SatchelEntity *entity = data;

  if (!satchel_id_is_valid (get_text (statement, 1)) || satchel_statement_get_integer (statement, 2) < 0)
    return FALSE;
  for (guint i = 0; i < entity->n_fields; i++) {
    if (!is_field_valid (statement, FIRST_FIELD + (int)i, entity->fields[i]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_stub_valid (SatchelStatement *statement, gconstpointer data)
{
  return satchel_id_is_valid (get_text (statement, 0)) && get_text (statement, 1) != NULL &&
         (satchel_statement_get_text (statement, 2)[0] == '\0' || get_text (statement, 2) != NULL);
}

static gboolean
inspect (SatchelDatabase *database, const char *sql,
         gboolean (*is_valid) (SatchelStatement *statement, gconstpointer data), gconstpointer data,
         GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (is_valid (statement, data))
      continue;
    satchel_statement_reset (statement);
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a snapshot: a row with values that are none");
    return FALSE;
  }
  return FALSE;
}

gboolean
satchel_inspect_rows (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s r NOT INDEXED", satchel_entity_table_columns (entity),
                                          satchel_sql_table (entity));

  return inspect (database, sql, is_row_valid, entity, error);
}

gboolean
satchel_inspect_stubs (SatchelDatabase *database, GError **error)
{
  return inspect (database, "SELECT id, entity, title FROM main.stub", is_stub_valid, NULL, error);
}
