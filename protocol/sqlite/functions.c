/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/functions.h"

#include "protocol/predicate/predicate.h"

static void
fold_cb (sqlite3_context *context, int n_arguments, sqlite3_value **arguments)
{
  const char *text = (const char *)sqlite3_value_text (arguments[0]);

  if (text != NULL)
    sqlite3_result_text (context, satchel_fold (text), -1, g_free);
}

static void
digits_cb (sqlite3_context *context, int n_arguments, sqlite3_value **arguments)
{
  const char *text = (const char *)sqlite3_value_text (arguments[0]);
  gsize length = text != NULL ? (gsize)sqlite3_value_bytes (arguments[0]) : 0;
  g_autofree char *digits = g_malloc (length + 1);
  gsize n_digits = 0;

  if (text == NULL)
    return;
  for (gsize i = 0; i < length; i++) {
    if (g_ascii_isdigit (text[i]))
      digits[n_digits++] = text[i];
  }
  sqlite3_result_text64 (context, g_steal_pointer (&digits), n_digits, g_free, SQLITE_UTF8);
}

int
satchel_sql_functions_register (sqlite3 *handle)
{
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const int result = sqlite3_create_function (handle, "satchel_fold", 1, flags, NULL, fold_cb, NULL, NULL);

  if (result != SQLITE_OK)
    return result;
  return sqlite3_create_function (handle, "satchel_digits", 1, flags, NULL, digits_cb, NULL, NULL);
}
