/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/template.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/predicate/vocabulary.h"

#define ME "me."

void
satchel_template_place_clear (SatchelTemplatePlace *place)
{
  g_free (place->path);
  g_free (place->fallback);
}

/* In characters, as editors count. */
gboolean
satchel_template_fail (const char *text, const char *at, const char *reason, GError **error)
{
  glong line = 1, column = 1;

  for (const char *c = text; c < at; c = g_utf8_next_char (c)) {
    column = *c == '\n' ? 1 : column + 1;
    line += *c == '\n' ? 1 : 0;
  }
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("line %ld, column %ld: %s"), line, column,
               reason);
  return FALSE;
}

static const SatchelField *
find_field (SatchelRegistry *registry, const SatchelEntity *entity, const char *path, GError **error)
{
  const SatchelField *field = satchel_path_find_field (registry, entity, path, NULL, error);

  if (field == NULL || (field->type != SATCHEL_TYPE_PARTIES && field->type != SATCHEL_TYPE_FILE))
    return field;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("%s is nothing that a text can say"), path);
  return NULL;
}

gboolean
satchel_template_read_place (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                             const char *at, SatchelTemplatePlace *place, const char **end, GError **error)
{
  const char *start = at + 2, *close = strstr (start, "}}");
  const char *bar = close != NULL ? memchr (start, '|', (gsize)(close - start)) : NULL;
  const gsize length = close != NULL ? (gsize)((bar != NULL ? bar : close) - start) : 0;
  g_autoptr (GError) problem = NULL;
  const SatchelEntity *of = entity;

  if (close == NULL)
    return satchel_template_fail (text, at, _ ("“{{” without “}}”"), error);
  if (length > SATCHEL_MAX_PATH_BYTES)
    return satchel_template_fail (text, at, _ ("this is too long for the name of a field"), error);
  place->path = g_strstrip (g_strndup (start, length));
  place->fallback = bar != NULL ? g_strndup (bar + 1, (gsize)(close - bar - 1)) : NULL;
  place->of_me = g_str_has_prefix (place->path, ME);
  if (place->of_me) {
    memmove (place->path, place->path + strlen (ME), strlen (place->path) - strlen (ME) + 1);
    of = satchel_registry_find (registry, "user");
  }
  place->field = find_field (registry, of, place->path, &problem);
  *end = close + 2;
  return place->field != NULL || satchel_template_fail (text, at, problem->message, error);
}

gboolean
satchel_template_check (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                        GError **error)
{
  const char *at = text, *next;

  if (text == NULL)
    return TRUE;
  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the template is no text in UTF-8"));
    return FALSE;
  }
  for (guint n = 0; (next = strstr (at, "{{")) != NULL; n++) {
    g_auto (SatchelTemplatePlace) place = { 0 };

    if (n == SATCHEL_MAX_TEMPLATE_FIELDS)
      return satchel_template_fail (text, next, _ ("these are too many fields for one text"), error);
    if (!satchel_template_read_place (registry, entity, text, next, &place, &at, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- records ---- */

static gboolean
differs (const SatchelRecord *record, const SatchelRecord *before, const SatchelField *field)
{
  return before == NULL ||
         !satchel_value_equal (satchel_record_get (record, field), satchel_record_get (before, field));
}

gboolean
satchel_rules_validate_template (SatchelRegistry *registry, const SatchelRecord *record,
                                 const SatchelRecord *before, GError **error)
{
  static const char *const names[] = { "subject", "body_text", "body_html" };
  const SatchelField *kind = g_str_equal (record->entity->name, "mail_template")
                                 ? satchel_entity_find_field (record->entity, "entity")
                                 : NULL;
  const SatchelValue *key = kind != NULL ? satchel_record_get (record, kind) : NULL;
  const SatchelEntity *entity =
      key != NULL ? satchel_registry_find (registry, satchel_value_get_string (key)) : NULL;

  /* One that is written for nobody in particular is read when it is used. */
  for (guint i = 0; entity != NULL && i < G_N_ELEMENTS (names); i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, names[i]);
    const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;
    g_autoptr (GError) problem = NULL;

    if (value == NULL || (!differs (record, before, field) && !differs (record, before, kind)) ||
        satchel_template_check (registry, entity, satchel_value_get_string (value), &problem))
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "“%s”: %s", _ (field->label), problem->message);
    return FALSE;
  }
  return TRUE;
}
