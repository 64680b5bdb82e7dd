/* From rows of sums to bars and their parts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/figures.h"

#include <glib/gi18n.h>

#include "client/replica/aggregate.h"
#include "client/report/axis.h"
#include "client/report/number.h"
#include "protocol/error.h"
#include "protocol/predicate/moment.h"

#define MOST_SERIES   8     /* colours that can be told apart */
#define LARGE_NUMBERS 10000 /* from here on nobody looks at the cents */

/* The sums of one entity of a chart. */
typedef struct {
  const SatchelEntity *entity;
  char *where; /* predicate text: the chart's condition and what a person has chosen */
  GPtrArray *rows;
} Source;

typedef struct {
  SatchelSession *session;
  const SatchelChart *chart;
  const SatchelFiguresFilter *filter;
  GCancellable *cancellable;
  GPtrArray *sources; /* Source* */
  SatchelAxis *groups;
  SatchelAxis *series; /* NULL: none, or the entities are */
  SatchelFigures *figures;
} Making;

/* A block that is counted; the figures are its beginning. */
static void
figures_clear (gpointer data)
{
  SatchelFigures *figures = data;

  g_free (figures->title);
  g_free (figures->measure);
  g_free (figures->help);
  g_clear_pointer (&figures->series, g_ptr_array_unref);
  g_clear_pointer (&figures->groups, g_ptr_array_unref);
}

SatchelFigures *
satchel_figures_ref (SatchelFigures *figures)
{
  return g_atomic_rc_box_acquire (figures);
}

void
satchel_figures_unref (SatchelFigures *figures)
{
  if (figures != NULL)
    g_atomic_rc_box_release_full (figures, figures_clear);
}

static void
source_free (Source *source)
{
  g_free (source->where);
  g_clear_pointer (&source->rows, g_ptr_array_unref);
  g_free (source);
}

static void
making_clear (Making *making)
{
  g_clear_pointer (&making->sources, g_ptr_array_unref);
  g_clear_pointer (&making->groups, satchel_axis_free);
  g_clear_pointer (&making->series, satchel_axis_free);
  g_clear_pointer (&making->figures, satchel_figures_unref);
}

/* ---- asking ---- */

/* "(a) and (b)"; either may be NULL or "". Owned. */
static char *
join (const char *one, const char *other)
{
  if (one == NULL || *one == '\0')
    return g_strdup (other != NULL ? other : "");
  if (other == NULL || *other == '\0')
    return g_strdup (one);
  return g_strdup_printf ("(%s) and (%s)", one, other);
}

/* "FIELD in PERIOD", where @period is one and nothing else. Owned. */
static char *
dup_period (const char *field, const char *text, GError **error)
{
  GString *condition;
  SatchelScanner scanner;
  SatchelPeriod period;

  satchel_scanner_init (&scanner, text, TRUE);
  if (!satchel_period_parse (&scanner, &period, error))
    return NULL;
  if (!satchel_scanner_at_end (&scanner)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is more than a period"), text);
    return NULL;
  }
  condition = g_string_new (field);
  g_string_append (condition, " in ");
  satchel_period_print (&period, condition);
  return g_string_free (condition, FALSE);
}

/* The filter is checked here: what is not one of these must not become part of a condition. */
static char *
dup_filter (const SatchelChart *chart, const SatchelEntity *entity, const SatchelFiguresFilter *filter,
            GError **error)
{
  g_autofree char *period = NULL, *owner = NULL;

  if (filter != NULL && filter->period != NULL && chart->period != NULL &&
      (period = dup_period (chart->period, filter->period, error)) == NULL)
    return NULL;
  if (filter != NULL && filter->owner != NULL && satchel_entity_owner_field (entity) != NULL) {
    if (!g_str_equal (filter->owner, "me") && !satchel_id_is_valid (filter->owner)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is no id"), filter->owner);
      return NULL;
    }
    owner = g_strdup_printf ("%s = %s", satchel_entity_owner_field (entity)->name, filter->owner);
  }
  return join (period, owner);
}

static gboolean
ask (Making *making, const SatchelEntity *entity, GError **error)
{
  const SatchelChart *chart = making->chart;
  SatchelRegistry *registry = satchel_session_get_registry (making->session);
  g_autofree char *chosen = dup_filter (chart, entity, making->filter, error);
  g_autoptr (SatchelPredicate) where = NULL, share = NULL;
  SatchelPredicateContext context;
  SatchelAggregate question = { .entity = entity };
  Source *source;

  if (chosen == NULL)
    return FALSE;
  source = g_new0 (Source, 1);
  g_ptr_array_add (making->sources, source);
  source->entity = entity;
  source->where = join (chart->where, chosen);
  where = satchel_predicate_parse (registry, entity, source->where, error);
  if (where == NULL || (chart->share != NULL &&
                        (share = satchel_predicate_parse (registry, entity, chart->share, error)) == NULL))
    return FALSE;
  question.where = where;
  question.share = share;
  question.group = satchel_entity_find_field (entity, chart->group);
  if (chart->series != NULL)
    question.series = satchel_entity_find_field (entity, chart->series);
  if (chart->of != NULL)
    question.of = satchel_entity_find_field (entity, chart->of);
  if (chart->weight != NULL)
    question.weight = satchel_entity_find_field (entity, chart->weight);
  satchel_session_get_context (making->session, &context);
  source->rows = satchel_replica_aggregate (satchel_session_get_replica (making->session), &question,
                                            &context, making->cancellable, error);
  return source->rows != NULL;
}

static gboolean
ask_all (Making *making, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (making->session);

  making->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)source_free);
  for (guint i = 0; i < making->chart->n_entities; i++) {
    const SatchelEntity *entity = satchel_registry_require (registry, making->chart->entities[i], error);

    if (entity == NULL || !ask (making, entity, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- axes ---- */

/* Rows of several entities are alike in what they are grouped by. */
static gboolean
make_axes (Making *making, GError **error)
{
  const SatchelChart *chart = making->chart;
  SatchelReplica *replica = satchel_session_get_replica (making->session);
  const SatchelEntity *first = ((Source *)making->sources->pdata[0])->entity;
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; i < making->sources->len; i++)
    g_ptr_array_extend (rows, ((Source *)making->sources->pdata[i])->rows, NULL, NULL);
  making->groups = satchel_axis_new (
      replica, chart, first, FALSE, rows,
      chart->kind == SATCHEL_CHART_FUNNEL ? SATCHEL_AXIS_BY_STAGE : SATCHEL_AXIS_BY_SIZE, chart->most, error);
  if (making->groups == NULL)
    return FALSE;
  if (chart->series != NULL)
    making->series =
        satchel_axis_new (replica, chart, first, TRUE, rows, SATCHEL_AXIS_BY_CHOICE, MOST_SERIES, error);
  return chart->series == NULL || making->series != NULL;
}

static guint
count_series (const Making *making)
{
  if (making->series != NULL)
    return making->series->items->len;
  return making->sources->len > 1 ? making->sources->len : 0;
}

/* ---- figures ---- */

static void
group_free (SatchelFigureGroup *group)
{
  g_free (group->label);
  g_free (group->total.where);
  for (guint i = 0; group->parts != NULL && group->parts[i].entity != NULL; i++)
    g_free (group->parts[i].where);
  g_free (group->parts);
  g_free (group);
}

static SatchelFigure
make_figure (const Making *making, const SatchelTally *tally, const Source *source, const char *group,
             const char *series)
{
  g_autofree char *both = join (source->where, group);

  return (SatchelFigure){ .value = satchel_tally_value (tally, making->chart),
                          .n_records = tally->n_records,
                          .entity = source->entity->name,
                          .where = join (both, series) };
}

/* @tallies: one for each series. */
static SatchelFigureGroup *
make_group (const Making *making, const SatchelAxisItem *item, const SatchelTally *tallies, guint n_series)
{
  SatchelFigureGroup *group = g_new0 (SatchelFigureGroup, 1);

  group->label = g_strdup (item->label);
  group->total = make_figure (making, &item->tally, making->sources->pdata[0], item->condition, NULL);
  if (making->sources->len > 1)
    g_clear_pointer (&group->total.where, g_free);
  if (n_series > 0)
    group->parts = g_new0 (SatchelFigure, n_series + 1);
  for (guint i = 0; i < n_series; i++) {
    const SatchelAxisItem *series = making->series != NULL ? making->series->items->pdata[i] : NULL;
    const Source *source = making->sources->pdata[series != NULL ? 0 : i];

    group->parts[i] =
        make_figure (making, &tallies[i], source, item->condition, series != NULL ? series->condition : NULL);
  }
  return group;
}

/* What stands where groups and series cross; a rest is added up here. */
static SatchelTally *
cross (Making *making, guint n_series, GError **error)
{
  g_autofree SatchelTally *tallies =
      g_new0 (SatchelTally, MAX (making->groups->items->len, 1) * MAX (n_series, 1));

  for (guint i = 0; i < making->sources->len; i++) {
    const GPtrArray *rows = ((Source *)making->sources->pdata[i])->rows;

    for (guint j = 0; j < rows->len; j++) {
      const SatchelAggregateRow *row = rows->pdata[j];
      const guint group = satchel_axis_find (making->groups, row->group);
      const guint series = making->series != NULL ? satchel_axis_find (making->series, row->series) : i;
      SatchelAxisItem *item = making->groups->items->pdata[group];

      if ((n_series > 0 && !satchel_tally_add (&tallies[group * n_series + series], row, error)) ||
          (item->is_rest && !satchel_tally_add (&item->tally, row, error)))
        return NULL;
    }
  }
  return g_steal_pointer (&tallies);
}

static char *
name_measure (const SatchelChart *chart, const SatchelEntity *entity)
{
  const SatchelField *of = chart->of != NULL ? satchel_entity_find_field (entity, chart->of) : NULL;

  switch (chart->measure) {
  case SATCHEL_MEASURE_COUNT:
    return g_strdup (_ ("Number"));
  case SATCHEL_MEASURE_SHARE:
    return g_strdup (C_ ("part of a whole", "Share"));
  case SATCHEL_MEASURE_AVERAGE:
    return g_strdup_printf (_ ("%s, on average"), _ (of->label));
  case SATCHEL_MEASURE_SUM:
    if (chart->weight == NULL)
      return g_strdup (_ (of->label));
    return g_strdup_printf (_ ("%s × %s"), _ (of->label),
                            _ (satchel_entity_find_field (entity, chart->weight)->label));
  }
  g_assert_not_reached ();
}

/* How many decimals people see: all or none, the same for all numbers of a chart. */
static guint
choose_digits (const SatchelFigures *figures, const SatchelChart *chart, const SatchelField *of)
{
  gboolean fraction = FALSE, large = FALSE;

  for (guint i = 0; i < figures->groups->len; i++) {
    const SatchelDecimal value = ((SatchelFigureGroup *)figures->groups->pdata[i])->total.value;
    const SatchelDecimal most = { LARGE_NUMBERS, 0 }, least = { -LARGE_NUMBERS, 0 };
    SatchelDecimal whole;

    fraction = fraction || !satchel_decimal_rescale (value, 0, &whole, NULL);
    large =
        large || satchel_decimal_compare (value, most) >= 0 || satchel_decimal_compare (value, least) <= 0;
  }
  if (!fraction || large)
    return 0;
  return chart->measure == SATCHEL_MEASURE_SHARE ? 1 : of->scale;
}

static gboolean
fill (Making *making, GError **error)
{
  const SatchelChart *chart = making->chart;
  const SatchelEntity *first = ((Source *)making->sources->pdata[0])->entity;
  const guint n_series = count_series (making);
  g_autofree SatchelTally *tallies = cross (making, n_series, error);
  SatchelFigures *figures = g_atomic_rc_box_new0 (SatchelFigures);

  making->figures = figures;
  figures->series = g_ptr_array_new_with_free_func (g_free);
  figures->groups = g_ptr_array_new_with_free_func ((GDestroyNotify)group_free);
  if (tallies == NULL)
    return FALSE;
  figures->title = g_strdup (_ (chart->label));
  figures->measure = name_measure (chart, first);
  figures->help = chart->help != NULL ? g_strdup (_ (chart->help)) : NULL;
  figures->kind = chart->kind;
  figures->is_share = chart->measure == SATCHEL_MEASURE_SHARE;
  figures->has_total = chart->measure == SATCHEL_MEASURE_COUNT || chart->measure == SATCHEL_MEASURE_SUM;
  for (guint i = 0; i < n_series; i++)
    g_ptr_array_add (figures->series,
                     g_strdup (making->series != NULL
                                   ? ((SatchelAxisItem *)making->series->items->pdata[i])->label
                                   : _ (((Source *)making->sources->pdata[i])->entity->plural)));
  for (guint i = 0; i < making->groups->items->len; i++) {
    SatchelFigureGroup *group =
        make_group (making, making->groups->items->pdata[i], &tallies[i * n_series], n_series);

    g_ptr_array_add (figures->groups, group);
    figures->n_records += group->total.n_records;
    if (figures->has_total &&
        !satchel_decimal_add (figures->total, group->total.value, &figures->total, error))
      return FALSE;
  }
  figures->digits =
      choose_digits (figures, chart, chart->of != NULL ? satchel_entity_find_field (first, chart->of) : NULL);
  return TRUE;
}

SatchelFigures *
satchel_figures_make (SatchelSession *session, const SatchelChart *chart, const SatchelFiguresFilter *filter,
                      GCancellable *cancellable, GError **error)
{
  Making making = { .session = session, .chart = chart, .filter = filter, .cancellable = cancellable };
  SatchelFigures *figures = NULL;

  if (ask_all (&making, error) && make_axes (&making, error) && fill (&making, error))
    figures = g_steal_pointer (&making.figures);
  making_clear (&making);
  return figures;
}

/* ---- words ---- */

char *
satchel_figures_display (const SatchelFigures *figures, SatchelDecimal value)
{
  g_autofree char *number = satchel_number_display (value, figures->digits);

  return figures->is_share ? g_strdup_printf (_ ("%s %%"), number) : g_steal_pointer (&number);
}

/* "12,000 (5 records)"; a number of records alone where that is what is shown. */
static char *
describe_figure (const SatchelFigures *figures, const SatchelFigure *figure, gboolean counts)
{
  g_autofree char *value = satchel_figures_display (figures, figure->value);

  if (counts)
    return g_steal_pointer (&value);
  return g_strdup_printf (g_dngettext (NULL, "%s (%d record)", "%s (%d records)", (gulong)figure->n_records),
                          value, (int)figure->n_records);
}

/* Whether the numbers are numbers of records. */
static gboolean
is_count (const SatchelFigures *figures)
{
  const SatchelDecimal n_records = { figures->n_records, 0 };

  return figures->has_total && satchel_decimal_compare (figures->total, n_records) == 0;
}

char *
satchel_figures_describe_one (const SatchelFigures *figures, guint group, int series)
{
  const SatchelFigureGroup *bar = figures->groups->pdata[group];
  g_autofree char *value =
      describe_figure (figures, series < 0 ? &bar->total : &bar->parts[series], is_count (figures));

  if (series < 0)
    return g_strdup_printf (_ ("%s: %s"), bar->label, value);
  /* Translators: a bar, a part of it, and its number. */
  return g_strdup_printf (_ ("%s, %s: %s"), bar->label, (char *)figures->series->pdata[series], value);
}

char *
satchel_figures_describe (const SatchelFigures *figures)
{
  GString *text = g_string_new (NULL);

  if (figures->groups->len == 0)
    g_string_append (text, _ ("No records."));
  else if (figures->has_total) {
    g_autofree char *total = satchel_figures_display (figures, figures->total);

    g_string_append_printf (text, _ ("In all: %s."), total);
  }
  for (guint i = 0; i < figures->groups->len; i++) {
    const SatchelFigureGroup *group = figures->groups->pdata[i];
    g_autofree char *bar = satchel_figures_describe_one (figures, i, -1);

    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", bar);
    for (guint j = 0, n = 0; j < figures->series->len; j++) {
      g_autofree char *value = satchel_figures_display (figures, group->parts[j].value);

      if (group->parts[j].n_records > 0)
        g_string_append_printf (text, "%s%s %s", n++ == 0 ? " – " : _ (", "),
                                (char *)figures->series->pdata[j], value);
    }
    g_string_append_c (text, '.');
  }
  return g_string_free (text, FALSE);
}
