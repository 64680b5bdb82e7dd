/* A scope as conditions in SQL.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/predicate/bind.h"
#include "sync-server/scope/holdings.h"
#include "sync-server/scope/scope.h"

#include <string.h>

/* ---- what may be read ---- */

/* "EXISTS (…)" for a row of @alias in one of @buckets. */
static void
put_membership (const GArray *buckets, const char *alias, GString *sql)
{
  g_string_append (sql, "EXISTS (SELECT 1 FROM member m WHERE m.bucket IN (");
  for (guint i = 0; i < buckets->len; i++)
    g_string_append_printf (sql, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", g_array_index (buckets, gint64, i));
  g_string_append_printf (sql, ") AND m.row = %s.row)", alias);
}

static void
put_readable (const SatchelHolding *holding, const char *alias, GString *sql)
{
  if (holding->reads_all)
    g_string_append (sql, "TRUE");
  else if (holding->readable->len == 0)
    g_string_append (sql, "FALSE");
  else
    put_membership (holding->readable, alias, sql);
}

gboolean
satchel_scope_readable_sql (SatchelStore *store, const SatchelScope *scope, const SatchelEntity *entity,
                            const char *alias, GString *sql, GError **error)
{
  g_autoptr (SatchelHoldings) holdings = satchel_holdings_new (store, scope->text, error);

  if (holdings == NULL)
    return FALSE;
  put_readable (satchel_holdings_get (holdings, entity), alias, sql);
  return TRUE;
}

/* ---- conditions of strangers ---- */

void
satchel_holdings_readable_sql (const SatchelEntity *entity, const char *alias, GString *sql,
                               gpointer holdings)
{
  put_readable (satchel_holdings_get (holdings, entity), alias, sql);
}

gboolean
satchel_holdings_where_sql (const SatchelHoldings *holdings, const SatchelScope *scope,
                            SatchelPredicate *predicate, const SatchelPredicateContext *context,
                            SatchelSqlCondition *condition, GError **error)
{
  if (!satchel_scope_allows (scope, predicate, error))
    return FALSE;
  satchel_predicate_to_guarded_sql (predicate, context, SATCHEL_SQL_SQLITE, 1, satchel_holdings_readable_sql,
                                    (gpointer)holdings, condition);
  return TRUE;
}

gboolean
satchel_scope_where_sql (SatchelStore *store, const SatchelScope *scope, SatchelPredicate *predicate,
                         const SatchelPredicateContext *context, SatchelSqlCondition *condition,
                         GError **error)
{
  g_autoptr (SatchelHoldings) holdings = satchel_holdings_new (store, scope->text, error);

  return holdings != NULL &&
         satchel_holdings_where_sql (holdings, scope, predicate, context, condition, error);
}

/* ---- what is carried ---- */

const SatchelFilter *
satchel_scope_find_filter (const SatchelScope *scope, const SatchelEntity *entity, const char *atom)
{
  const SatchelEntityScope *own = satchel_scope_get (scope, entity);

  for (guint i = 0; i < own->chosen->len; i++) {
    const SatchelFilter *filter = ((const SatchelChosen *)own->chosen->pdata[i])->filter;

    if (g_strcmp0 (filter->atom, atom) == 0)
      return filter;
  }
  return NULL;
}

static void
copy_parameters (const GArray *from, GArray *to)
{
  for (guint i = 0; i < from->len; i++) {
    SatchelSqlParameter parameter = g_array_index (from, SatchelSqlParameter, i);

    parameter.text = g_strdup (parameter.text);
    g_array_append_val (to, parameter);
  }
}

gboolean
satchel_holdings_guard_sql (const SatchelHoldings *holdings, const SatchelScope *scope,
                            const SatchelEntity *entity, const SatchelSource *source, gint64 now_ms,
                            const char *alias, GString *sql, GArray *parameters, GError **error)
{
  const SatchelFilter *filter = satchel_scope_find_filter (scope, source->subject, source->guard);
  g_auto (SatchelSqlCondition) condition = { 0 };
  g_autoptr (SatchelPredicate) predicate = NULL;
  SatchelPredicateContext context = { 0 };

  if (filter == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                         "a scope guards what it does not choose");
    return FALSE;
  }
  context.now_ms = satchel_filter_as_of (filter, now_ms);
  context.zone = filter->zone;
  satchel_scope_fill_context (scope, &context);
  predicate = satchel_filters_load (satchel_holdings_get_store (holdings), filter, error);
  if (predicate == NULL ||
      !satchel_holdings_where_sql (holdings, scope, predicate, &context, &condition, error))
    return FALSE;
  /* The condition speaks of "r"; within the subselect that hides the outer one. */
  if (source->subject != entity)
    g_string_append_printf (sql, "%s.f_record_id IN (SELECT r.id FROM %s r WHERE %s)", alias,
                            satchel_sql_table (source->subject), condition.sql);
  else if (g_str_equal (alias, "r"))
    g_string_append_printf (sql, "(%s)", condition.sql);
  else
    g_string_append_printf (sql, "%s.row IN (SELECT r.row FROM %s r WHERE %s)", alias,
                            satchel_sql_table (entity), condition.sql);
  copy_parameters (condition.parameters, parameters);
  return TRUE;
}

/* What is chosen, whether it may be read or not. */
static gboolean
put_chosen (const SatchelHoldings *holdings, const SatchelScope *scope, const SatchelHolding *holding,
            const char *alias, gint64 now_ms, GString *sql, GArray *parameters, GError **error)
{
  g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < holding->sources->len; i++) {
    const SatchelSource *source = &g_array_index (holding->sources, SatchelSource, i);

    if (source->guard == NULL)
      g_array_append_val (plain, source->bucket);
  }
  g_string_append_c (sql, '(');
  if (plain->len > 0)
    put_membership (plain, alias, sql);
  else
    g_string_append (sql, "FALSE");
  for (guint i = 0; i < holding->sources->len; i++) {
    const SatchelSource *source = &g_array_index (holding->sources, SatchelSource, i);

    if (source->guard == NULL)
      continue;
    g_string_append_printf (sql,
                            " OR (EXISTS (SELECT 1 FROM member m WHERE m.bucket = %" G_GINT64_FORMAT
                            " AND m.row = %s.row) AND ",
                            source->bucket, alias);
    if (!satchel_holdings_guard_sql (holdings, scope, holding->entity, source, now_ms, alias, sql, parameters,
                                     error))
      return FALSE;
    g_string_append_c (sql, ')');
  }
  g_string_append_c (sql, ')');
  return TRUE;
}

gboolean
satchel_holdings_carried_sql (const SatchelHoldings *holdings, const SatchelScope *scope,
                              const SatchelEntity *entity, const char *alias, gint64 now_ms, GString *sql,
                              GArray *parameters, GError **error)
{
  const SatchelHolding *holding = satchel_holdings_get (holdings, entity);

  g_string_append_c (sql, '(');
  put_readable (holding, alias, sql);
  if (!holding->all) {
    g_string_append (sql, " AND ");
    if (!put_chosen (holdings, scope, holding, alias, now_ms, sql, parameters, error))
      return FALSE;
  }
  if (holding->authored->len > 0) {
    g_string_append (sql, " OR ");
    put_membership (holding->authored, alias, sql);
  }
  g_string_append_c (sql, ')');
  return TRUE;
}

gboolean
satchel_scope_carried_sql (SatchelStore *store, const SatchelScope *scope, const SatchelEntity *entity,
                           const char *alias, gint64 now_ms, GString *sql, GArray *parameters, GError **error)
{
  g_autoptr (SatchelHoldings) holdings = satchel_holdings_new (store, scope->text, error);

  return holdings != NULL &&
         satchel_holdings_carried_sql (holdings, scope, entity, alias, now_ms, sql, parameters, error);
}
