/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/fit.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <string.h>

#define MOST_PROBLEMS 20 /* more sentences about one item help nobody */

void
satchel_fit_begin (const SatchelExchange *x)
{
  g_ptr_array_set_size (x->problems, 0);
  g_ptr_array_set_size (x->left, 0);
}

void
satchel_fit_tell (const SatchelExchange *x, const char *format, ...)
{
  va_list arguments;

  if (x->problems->len >= MOST_PROBLEMS)
    return;
  va_start (arguments, format);
  g_ptr_array_add (x->problems, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
satchel_fit_leave (const SatchelExchange *x, const char *property)
{
  for (guint i = 0; i < x->left->len; i++) {
    if (g_str_equal (x->left->pdata[i], property))
      return;
  }
  if (x->left->len < MOST_PROBLEMS)
    g_ptr_array_add (x->left, g_strdup (property));
}

char *
satchel_fit_clean (const SatchelField *field, const char *text, const char *joint)
{
  gboolean many = field->type == SATCHEL_TYPE_TEXT;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_sized_new (strlen (valid));
  char *result;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (c == '\r')
      c = at[1] == '\n' ? 0 : '\n';
    if (c == '\n' && !many) {
      g_string_append (clean, clean->len > 0 ? joint : "");
      while (at[1] != '\0' && g_ascii_isspace (at[1]))
        at++;
    } else if (c == '\n' || (c == '\t' && many)) {
      g_string_append_c (clean, (char)c);
    } else if (c == '\t') {
      g_string_append_c (clean, ' ');
    } else if (c != 0 && !g_unichar_iscntrl (c)) {
      g_string_append_unichar (clean, c);
    }
  }
  result = g_strstrip (g_string_free (clean, FALSE));
  if (*result == '\0')
    g_clear_pointer (&result, g_free);
  return result;
}

SatchelValue *
satchel_fit_text (const SatchelExchange *x, const SatchelField *field, const char *text, const char *joint,
                  gboolean tell)
{
  g_autofree char *clean = text != NULL ? satchel_fit_clean (field, text, joint) : NULL;
  g_autofree char *cut = NULL;
  g_autoptr (SatchelValue) value = clean != NULL ? satchel_value_new_string (clean) : NULL;
  g_autoptr (GError) problem = NULL;

  if (value == NULL || satchel_value_check (field, value, &problem))
    return g_steal_pointer (&value);
  if (tell)
    satchel_fit_tell (x, "%s", problem->message);
  if (field->requirement != SATCHEL_REQUIREMENT_REQUIRED || g_utf8_strlen (clean, -1) <= field->max_chars)
    return NULL;
  cut = g_utf8_substring (clean, 0, field->max_chars);
  return satchel_value_new_string (g_strchomp (cut));
}

void
satchel_fit_take (const SatchelExchange *x, SatchelRecord *into, const char *name, const char *text,
                  const char *joint)
{
  const SatchelField *field = satchel_entity_find_field (into->entity, name);
  g_autofree char *before = satchel_fit_clean (field, satchel_fit_get (into, name), joint);
  g_autofree char *after = text != NULL ? satchel_fit_clean (field, text, joint) : NULL;

  if (after == NULL || g_strcmp0 (before, after) != 0)
    satchel_fit_set (into, name, satchel_fit_text (x, field, text, joint, TRUE));
}

SatchelValue *
satchel_fit_tags (const SatchelExchange *x, const SatchelField *field, GPtrArray *tags)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < tags->len && keys->len < SATCHEL_MAX_KEYS; i++) {
    g_autofree char *key = satchel_fit_clean (field, tags->pdata[i], " ");
    const char *alone[] = { key, NULL };
    g_autoptr (SatchelValue) value = key != NULL ? satchel_value_new_keys (alone) : NULL;
    g_autoptr (GError) problem = NULL;

    if (value != NULL && satchel_value_check (field, value, &problem))
      g_ptr_array_add (keys, g_steal_pointer (&key));
    else if (value != NULL)
      satchel_fit_tell (x, "%s", problem->message);
  }
  if (tags->len > SATCHEL_MAX_KEYS)
    satchel_fit_tell (x, _ ("“%s” has more than %d entries"), _ (field->label), SATCHEL_MAX_KEYS);
  g_ptr_array_add (keys, NULL);
  return satchel_value_new_keys ((const char *const *)keys->pdata);
}

SatchelValue *
satchel_fit_value (const SatchelExchange *x, const SatchelField *field, SatchelValue *value)
{
  g_autoptr (GError) problem = NULL;

  if (satchel_value_check (field, value, &problem))
    return value;
  satchel_fit_tell (x, "%s", problem->message);
  satchel_value_unref (value);
  return NULL;
}

const char *
satchel_fit_get (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

gboolean
satchel_fit_differs (const SatchelRecord *a, const SatchelRecord *b, const char *field)
{
  return !satchel_value_equal (satchel_record_get_by_name (a, field), satchel_record_get_by_name (b, field));
}

gboolean
satchel_fit_is_true (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL && satchel_value_get_boolean (value);
}

void
satchel_fit_set (SatchelRecord *record, const char *field, SatchelValue *value)
{
  satchel_record_set_by_name (record, field, value);
  satchel_value_unref (value);
}

void
satchel_fit_move (SatchelRecord *into, const SatchelRecord *from, const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++)
    satchel_record_set_by_name (into, fields[i], satchel_record_get_by_name (from, fields[i]));
}
