/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/filters.h"

#include <glib/gi18n.h>

#include "client/replica/column.h"
#include "client/replica/query.h"

/* ---- dates ---- */

typedef struct {
  const char *name;
  const char *label;
  const char *period; /* as the predicate language has it */
  gboolean begins_group;
} DateFilter;

static const DateFilter dates[] = {
  { "all", N_ ("All Dates"), NULL, FALSE },
  { "past", N_ ("Past"), "past", FALSE },
  { "today", N_ ("Today"), "today", TRUE },
  { "tomorrow", N_ ("Tomorrow"), "tomorrow", FALSE },
  { "next-week", N_ ("Next Week"), "next week", FALSE },
  { "next-month", N_ ("Next Month"), "next month", FALSE },
  { "next-quarter", N_ ("Next Quarter"), "next quarter", FALSE },
  { "next-half-year", N_ ("Next Half-Year"), "next half-year", FALSE },
  { "next-year", N_ ("Next Year"), "next year", FALSE },
  { "yesterday", N_ ("Yesterday"), "yesterday", TRUE },
  { "last-week", N_ ("Last Week"), "last week", FALSE },
  { "last-month", N_ ("Last Month"), "last month", FALSE },
  { "last-quarter", N_ ("Last Quarter"), "last quarter", FALSE },
  { "last-half-year", N_ ("Last Half-Year"), "last half-year", FALSE },
  { "last-year", N_ ("Last Year"), "last year", FALSE },
};

const char *
satchel_date_filter_get_name (guint index)
{
  return index < G_N_ELEMENTS (dates) ? dates[index].name : NULL;
}

const char *
satchel_date_filter_get_label (guint index)
{
  return index < G_N_ELEMENTS (dates) ? dates[index].label : NULL;
}

gboolean
satchel_date_filter_begins_group (guint index)
{
  return index < G_N_ELEMENTS (dates) && dates[index].begins_group;
}

char *
satchel_date_filter_to_text (guint index, const char *path)
{
  if (index >= G_N_ELEMENTS (dates) || dates[index].period == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%s in %s", path, dates[index].period);
}

/* ---- types ---- */

void
satchel_type_option_free (SatchelTypeOption *option)
{
  g_free (option->label);
  g_free (option->where);
  g_free (option);
}

gboolean
satchel_type_filter_fits (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_CHOICE || field->type == SATCHEL_TYPE_BOOLEAN ||
         field->type == SATCHEL_TYPE_LOOKUP;
}

/* Takes @where. */
static void
add_option (GPtrArray *options, const char *label, char *where, gint64 count)
{
  SatchelTypeOption *option = g_new0 (SatchelTypeOption, 1);

  option->label = g_strdup (label);
  option->where = where;
  option->count = count;
  g_ptr_array_add (options, option);
}

/* What stands behind "=": keys are plain words, ids may need their entity. */
static char *
value_condition (const SatchelField *field, const char *path, const SatchelValue *value)
{
  g_autofree char *text = satchel_value_to_text (field, value);

  return g_strdup_printf (field->type == SATCHEL_TYPE_CHOICE ? "%s = \"%s\"" : "%s = %s", path, text);
}

static gint64
count_of (GPtrArray *groups, const SatchelValue *value)
{
  if (groups == NULL)
    return -1;
  for (guint i = 0; i < groups->len; i++) {
    const SatchelGroup *group = groups->pdata[i];

    if (satchel_value_equal (group->value, value))
      return group->count;
  }
  return 0;
}

static void
list_declared (GPtrArray *options, const SatchelField *field, const char *path, GPtrArray *groups)
{
  for (guint i = 0; i < field->n_choices; i++) {
    g_autoptr (SatchelValue) value = satchel_value_new_string (field->choices[i].key);
    gint64 count = count_of (groups, value);

    /* What is not chosen any more may still be found. */
    if (!field->choices[i].retired || count > 0)
      add_option (options, _ (field->choices[i].label), value_condition (field, path, value), count);
  }
  for (guint i = 0; i < 2 && field->type == SATCHEL_TYPE_BOOLEAN; i++) {
    g_autoptr (SatchelValue) value = satchel_value_new_boolean (i == 0);

    add_option (options, i == 0 ? _ ("Yes") : _ ("No"), value_condition (field, path, value),
                count_of (groups, value));
  }
}

static void
list_named (GPtrArray *options, SatchelSession *session, const SatchelField *field, const char *path,
            GPtrArray *groups)
{
  for (guint i = 0; i < groups->len && options->len < SATCHEL_TYPE_OPTIONS; i++) {
    const SatchelGroup *group = groups->pdata[i];
    g_autofree char *title = NULL;

    if (group->value == NULL)
      continue;
    title =
        satchel_replica_dup_name (satchel_value_get_entity (group->value),
                                  satchel_value_get_id (group->value), satchel_session_get_replica (session));
    if (title != NULL)
      add_option (options, title, value_condition (field, path, group->value), group->count);
  }
}

GPtrArray *
satchel_type_filter_list (SatchelSession *session, const SatchelQuery *query, const char *path,
                          gboolean count, GError **error)
{
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_type_option_free);
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (SatchelColumn) column =
      satchel_column_parse (satchel_session_get_registry (session), query->entity, path, error);
  const SatchelField *field = column != NULL ? satchel_column_get_field (column) : NULL;
  SatchelPredicateContext context;

  if (field == NULL)
    return NULL;
  satchel_session_get_context (session, &context);
  if (!satchel_column_is_along (column) && (count || field->type == SATCHEL_TYPE_LOOKUP)) {
    groups =
        satchel_replica_list_groups (satchel_session_get_replica (session), query, &context, field, error);
    if (groups == NULL)
      return NULL;
  }
  list_declared (options, field, path, count ? groups : NULL);
  if (field->type == SATCHEL_TYPE_LOOKUP && groups != NULL)
    list_named (options, session, field, path, groups);
  if (groups != NULL && count_of (groups, NULL) > 0)
    add_option (options, _ ("None"), g_strdup_printf ("%s is empty", path), count_of (groups, NULL));
  return g_steal_pointer (&options);
}

char *
satchel_filters_join (const char *const *conditions)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new ();
  GString *text;

  for (guint i = 0; conditions[i] != NULL; i++)
    if (*conditions[i] != '\0')
      g_ptr_array_add (said, (gpointer)conditions[i]);
  if (said->len == 1)
    return g_strdup (said->pdata[0]);
  text = g_string_new (NULL);
  for (guint i = 0; i < said->len; i++)
    g_string_append_printf (text, "%s(%s)", i > 0 ? " and " : "", (const char *)said->pdata[i]);
  return g_string_free (text, FALSE);
}
