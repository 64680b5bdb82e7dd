/* The rows of a pull in bulk, as SELECTs over the lists of buckets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/guard.h"
#include "sync-server/scope/pull-private.h"

static void
put_members (GString *sql, const GArray *buckets)
{
  g_string_append (sql, "SELECT row FROM member WHERE bucket IN (");
  for (guint i = 0; i < buckets->len; i++)
    g_string_append_printf (sql, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", g_array_index (buckets, gint64, i));
  g_string_append_c (sql, ')');
}

/* Buckets without guards; those of authors are among them. */
static GArray *
list_plain (const SatchelHolding *holding, gboolean with_guarded)
{
  GArray *plain = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < holding->sources->len; i++) {
    const SatchelSource *source = &g_array_index (holding->sources, SatchelSource, i);

    if (source->guard == NULL || with_guarded)
      g_array_append_val (plain, source->bucket);
  }
  g_array_append_vals (plain, holding->authored->data, holding->authored->len);
  return plain;
}

/* What is chosen; UNION leaves each row once. */
static gboolean
put_chosen (SatchelPulling *pull, const SatchelHolding *now, SatchelConditions *select, GError **error)
{
  g_autoptr (GArray) plain = list_plain (now, FALSE);

  put_members (select->sql, plain);
  g_string_append (select->sql, " GROUP BY row");
  for (guint i = 0; i < now->sources->len; i++) {
    const SatchelSource *source = &g_array_index (now->sources, SatchelSource, i);
    const char *rows;

    if (source->guard == NULL)
      continue;
    rows = satchel_guard_list (pull, now->entity, source, error);
    if (rows == NULL)
      return FALSE;
    g_string_append (select->sql, " UNION SELECT value FROM json_each (?)");
    satchel_conditions_add_text (select, g_strdup (rows));
  }
  return TRUE;
}

gboolean
satchel_pulling_select_carried (SatchelPulling *pull, const SatchelEntity *entity, SatchelConditions *select,
                                GError **error)
{
  const SatchelHolding *now = satchel_holdings_get (pull->now, entity);

  if (now->all && now->reads_all) {
    g_string_append_printf (select->sql, "SELECT row FROM %s", satchel_sql_table (entity));
    return TRUE;
  }
  if (now->all) {
    put_members (select->sql, now->readable);
    g_string_append (select->sql, " GROUP BY row");
    return TRUE;
  }
  g_string_append (select->sql, "SELECT o.row FROM (");
  if (!put_chosen (pull, now, select, error))
    return FALSE;
  g_string_append (select->sql, ") o WHERE ");
  satchel_holdings_readable_sql (entity, "o", select->sql, pull->now);
  return TRUE;
}

GArray *
satchel_pulling_list_blanked (SatchelPulling *pull, const SatchelEntity *entity, GError **error)
{
  const SatchelHolding *now = satchel_holdings_get (pull->now, entity);
  g_autoptr (GArray) blanked = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) authored = NULL;
  g_auto (SatchelConditions) select = { 0 };

  if (now->authored->len == 0)
    return g_steal_pointer (&blanked);
  satchel_conditions_init (&select);
  put_members (select.sql, now->authored);
  authored = satchel_texts_select_rows (pull->store, &select, error);
  if (authored == NULL)
    return NULL;
  for (guint i = 0; i < authored->len; i++) {
    const gint64 row = g_array_index (authored, gint64, i);
    gboolean reads;

    if (!satchel_holding_reads (pull->store, now, row, &reads, error))
      return NULL;
    if (!reads)
      g_array_append_val (blanked, row);
  }
  return g_steal_pointer (&blanked);
}

GArray *
satchel_pulling_list_former (SatchelPulling *pull, const SatchelEntity *entity, GError **error)
{
  const SatchelHolding *then = satchel_holdings_get (pull->then, entity);
  g_autoptr (GArray) plain = list_plain (then, TRUE);
  g_auto (SatchelConditions) select = { 0 };

  if (then->all)
    g_array_append_vals (plain, then->readable->data, then->readable->len);
  satchel_conditions_init (&select);
  put_members (select.sql, plain);
  g_string_append_printf (select.sql, " AND since <= %" G_GINT64_FORMAT " GROUP BY row", pull->since);
  return satchel_texts_select_rows (pull->store, &select, error);
}
