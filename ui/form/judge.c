/* Field by field, then the rules.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/judge.h"

#include <glib/gi18n.h>

#include "protocol/format.h"
#include "protocol/limits.h"
#include "protocol/predicate/predicate.h"
#include "protocol/rules/validate.h"

static const char *
describe_format (SatchelFormat format)
{
  switch (format) {
  case SATCHEL_FORMAT_EMAIL:
    return _ ("This is not an email address.");
  case SATCHEL_FORMAT_PHONE:
    return _ ("This is not a phone number.");
  case SATCHEL_FORMAT_URL:
    return _ ("This is not a web address.");
  case SATCHEL_FORMAT_YEAR:
    return _ ("This is not a year of four digits.");
  case SATCHEL_FORMAT_TIMEZONE:
    return _ ("This is not a time zone, like “Europe/Bucharest”.");
  default:
    return _ ("This cannot stand here.");
  }
}

static char *
describe_string (const SatchelField *field, const char *text)
{
  guint most = field->max_chars;

  if (most == 0)
    most = field->type == SATCHEL_TYPE_TEXT ? SATCHEL_MAX_TEXT_CHARS : SATCHEL_MAX_STRING_CHARS;
  if (g_utf8_strlen (text, -1) > most)
    return g_strdup_printf (
        ngettext ("There is room for %u character.", "There is room for %u characters.", most), most);
  return g_strdup (describe_format (field->format));
}

/* A bound of the field as people write it. */
static char *
dup_bound (const SatchelField *field, gint64 bound)
{
  if (field->type == SATCHEL_TYPE_DECIMAL || field->type == SATCHEL_TYPE_MONEY)
    return satchel_decimal_to_text ((SatchelDecimal){ bound, field->scale });
  return g_strdup_printf ("%" G_GINT64_FORMAT, bound);
}

static char *
describe_number (const SatchelField *field)
{
  g_autofree char *least = field->has_minimum ? dup_bound (field, field->minimum) : NULL;
  g_autofree char *most = field->has_maximum ? dup_bound (field, field->maximum) : NULL;

  if (least != NULL && most != NULL)
    return g_strdup_printf (_ ("Something between %s and %s belongs here."), least, most);
  if (least != NULL)
    return g_strdup_printf (_ ("At least %s belongs here."), least);
  if (most != NULL)
    return g_strdup_printf (_ ("At most %s belongs here."), most);
  return g_strdup (_ ("This number is too large, or has too many digits."));
}

char *
satchel_judge_value (const SatchelField *field, const SatchelValue *value)
{
  if (value == NULL || satchel_value_check (field, value, NULL))
    return NULL;
  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_STRING:
    return describe_string (field, satchel_value_get_string (value));
  case SATCHEL_KIND_INTEGER:
  case SATCHEL_KIND_DECIMAL:
    return describe_number (field);
  default:
    return g_strdup (_ ("This cannot stand here."));
  }
}

/* A choice that is not made any more, but where it was made before. */
static gboolean
is_retired (const SatchelField *field, const SatchelValue *value)
{
  const SatchelChoice *choice;

  if (field->type != SATCHEL_TYPE_CHOICE)
    return FALSE;
  choice = satchel_field_find_choice (field, satchel_value_get_string (value));
  return choice != NULL && choice->retired;
}

static gboolean
is_itself (const SatchelRecord *record, const SatchelField *field, const SatchelValue *value)
{
  return field->type == SATCHEL_TYPE_LOOKUP &&
         g_strcmp0 (satchel_value_get_entity (value), record->entity->name) == 0 &&
         g_strcmp0 (satchel_value_get_id (value), record->id) == 0;
}

/* FALSE when the field keeps the record from being written; with a sentence, unless it is just not filled in
 * yet. */
static gboolean
judge_field (const SatchelRecord *record, const SatchelRecord *before, const SatchelField *field,
             char **problem)
{
  const SatchelValue *value = satchel_record_get (record, field);

  if (!satchel_field_is_writable (field) ||
      (before != NULL && satchel_value_equal (value, satchel_record_get (before, field))))
    return TRUE;
  if (value == NULL) {
    if (field->requirement != SATCHEL_REQUIREMENT_REQUIRED)
      return TRUE;
    if (before != NULL)
      *problem = g_strdup (_ ("This is needed."));
    return FALSE;
  }
  if (is_itself (record, field, value))
    *problem = g_strdup (_ ("A record cannot refer to itself."));
  else if (is_retired (field, value))
    *problem = g_strdup (_ ("This is not chosen any more."));
  else
    *problem = satchel_judge_value (field, value);
  return *problem == NULL;
}

static gboolean
breaks (const SatchelRule *rule, const SatchelRecord *record)
{
  static const SatchelPredicateContext nobody = { 0 };
  static const SatchelRecordSource nothing = { 0 };

  return satchel_predicate_holds (rule->applies, &nobody, record, &nothing) &&
         !satchel_predicate_holds (rule->holds, &nobody, record, &nothing);
}

/* A sentence goes to the field that the rule names, or to the record. */
static void
say (const SatchelEntity *entity, const char *field_name, const char *sentence, char **problems,
     char **trouble)
{
  const SatchelField *field = field_name != NULL ? satchel_entity_find_field (entity, field_name) : NULL;
  char **place = field != NULL ? &problems[field->index] : trouble;

  if (*place == NULL)
    *place = g_strdup (sentence);
}

gboolean
satchel_judge (const SatchelRecord *record, const SatchelRecord *before, char **problems, char **trouble)
{
  const SatchelEntity *entity = record->entity;
  gboolean good = TRUE;

  *trouble = NULL;
  for (guint i = 0; i < entity->n_fields; i++)
    good &= judge_field (record, before, entity->fields[i], &problems[i]);
  for (guint i = 0; i < entity->n_rules; i++) {
    const SatchelRule *rule = &entity->rules[i];

    if (!breaks (rule, record) || (before != NULL && breaks (rule, before)))
      continue;
    say (entity, rule->field, _ (rule->message), problems, trouble);
    good = FALSE;
  }
  if (!satchel_rules_validate_state (record, before, NULL, NULL)) {
    say (entity, entity->state_field->name, _ ("It cannot become this by an edit; see the actions."),
         problems, trouble);
    good = FALSE;
  }
  return good;
}
