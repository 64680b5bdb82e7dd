/* What charts name must be there and suit what is done with it. Charts that show retired things are taken
 * off.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"

#include "protocol/limits.h"
#include "protocol/metadata/suggest.h"

#define MOST_ENTITIES 12

#define BIT(name) (1u << SATCHEL_TYPE_##name)
#define DAYS      (BIT (DATE) | BIT (DATETIME))
#define NUMBERS   (BIT (INTEGER) | BIT (DECIMAL) | BIT (MONEY))
#define KINDS     (BIT (CHOICE) | BIT (LOOKUP) | BIT (BOOLEAN))
#define GROUPS    (KINDS | DAYS | BIT (STRING))

typedef struct {
  const SatchelChart *chart;
  const SatchelPlace *place;
  const SatchelEntity *entity; /* one of the chart's */
} Check;

/* *field: @name of the entity, of one of @types; NULL where @name is NULL. */
static gboolean
find_field (const Check *check, const char *attribute, const char *name, guint types,
            const SatchelField **field, GError **error)
{
  const SatchelEntity *entity = check->entity;
  *field = name ? satchel_entity_find_field (entity, name) : NULL;
  if (name && !*field) {
    g_autofree const char **names = g_new (const char *, entity->n_fields);
    for (guint i = 0; i < entity->n_fields; i++)
      names[i] = entity->fields[i]->name;
    g_autofree char *hint = satchel_suggest_clause (name, names, entity->n_fields);
    return satchel_place_fail (check->place, attribute, error, "no field “%s” in %s%s", name, entity->name,
                               hint);
  }
  if (!*field || types & (1u << (*field)->type))
    return TRUE;
  return satchel_place_fail (check->place, attribute, error, "a field of type “%s” does not suit it",
                             satchel_type_name ((*field)->type));
}

static gboolean
check_weight (const Check *check, const SatchelField *weight, const SatchelField *of, GError **error)
{
  if (weight && of->scale + 2 > SATCHEL_MAX_DECIMAL_SCALE)
    return satchel_place_fail (check->place, "of", error, "“%s” has too many decimals to be weighted",
                               of->name);
  if (!weight ||
      (weight->has_minimum && weight->minimum >= 0 && weight->has_maximum && weight->maximum <= 100))
    return TRUE;
  return satchel_place_fail (check->place, "weight", error, "“%s” is no number from 0 to 100", weight->name);
}

/* Which attributes go with which measure. */
static gboolean
check_measure (const Check *check, GError **error)
{
  const SatchelChart *chart = check->chart;
  const gboolean adds = chart->measure == SATCHEL_MEASURE_SUM || chart->measure == SATCHEL_MEASURE_AVERAGE;
  if (adds != (chart->of != NULL))
    return satchel_place_fail (check->place, "of", error,
                               adds ? "it does not say what is added: “of” names the field"
                                    : "“of” is for sums and averages");
  if (chart->weight && chart->measure != SATCHEL_MEASURE_SUM)
    return satchel_place_fail (check->place, "weight", error, "“weight” is for sums");
  if ((chart->measure == SATCHEL_MEASURE_SHARE) != (chart->share != NULL))
    return satchel_place_fail (check->place, "share", error,
                               chart->share
                                   ? "“share” is for the measure “share”"
                                   : "it does not say which records are the share: “share” is a condition");
  if (chart->series && chart->measure != SATCHEL_MEASURE_COUNT && chart->measure != SATCHEL_MEASURE_SUM)
    return satchel_place_fail (check->place, "series", error,
                               "only counts and sums can be divided into series");
  if (chart->n_entities > 1 && (chart->series || chart->measure != SATCHEL_MEASURE_COUNT))
    return satchel_place_fail (check->place, "entity", error,
                               "records of several entities are counted, and their entities are the series");
  return TRUE;
}

static gboolean
check_kind (const Check *check, const SatchelField *group, GError **error)
{
  const SatchelChart *chart = check->chart;
  if (chart->kind == SATCHEL_CHART_FUNNEL &&
      (group->type != SATCHEL_TYPE_CHOICE || chart->series || chart->n_entities > 1))
    return satchel_place_fail (check->place, "kind", error, "a funnel has the stages of one choice");
  if (chart->kind == SATCHEL_CHART_COLUMN && !(DAYS & (1u << group->type)))
    return satchel_place_fail (check->place, "kind", error, "columns are months: “group” names a date");
  return TRUE;
}

/* *shown: nothing that is retired is needed for it. */
static gboolean
check_entity (const Check *check, gboolean *shown, GError **error)
{
  const SatchelChart *chart = check->chart;
  const SatchelField *group, *others[4];
  if (!find_field (check, "group", chart->group, GROUPS, &group, error) ||
      !find_field (check, "series", chart->series, KINDS, &others[0], error) ||
      !find_field (check, "of", chart->of, NUMBERS, &others[1], error) ||
      !find_field (check, "weight", chart->weight, BIT (INTEGER), &others[2], error) ||
      !find_field (check, "period", chart->period, DAYS, &others[3], error) ||
      !check_weight (check, others[2], others[1], error) || !check_kind (check, group, error))
    return FALSE;
  *shown = *shown && !check->entity->retired && !group->retired;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    *shown = *shown && !(others[i] && others[i]->retired);
  return TRUE;
}

/* What several entities are grouped by must be the same for all of them. */
static gboolean
check_alike (const Check *check, const SatchelEntity *first, GError **error)
{
  const SatchelField *one = satchel_entity_find_field (first, check->chart->group);
  const SatchelField *other = satchel_entity_find_field (check->entity, check->chart->group);
  if (one->type == other->type)
    return TRUE;
  return satchel_place_fail (check->place, "group", error, "“%s” is of another type in %s than in %s",
                             one->name, check->entity->name, first->name);
}

static gboolean
check_chart (GHashTable *by_name, const SatchelChart *chart, const SatchelPlace *place, gboolean *shown,
             GError **error)
{
  Check check = { .chart = chart, .place = place };
  if (chart->n_entities == 0 || chart->n_entities > MOST_ENTITIES)
    return satchel_place_fail (place, "entity", error, "a chart shows one entity to %d", MOST_ENTITIES);
  if (!check_measure (&check, error))
    return FALSE;
  for (guint i = 0; i < chart->n_entities; i++) {
    const SatchelEntityDraft *draft = g_hash_table_lookup (by_name, chart->entities[i]);
    if (!draft)
      return satchel_place_fail (place, "entity", error, "no entity “%s”", chart->entities[i]);
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (chart->entities[i], chart->entities[j]))
        return satchel_place_fail (place, "entity", error, "“%s” is there twice", chart->entities[i]);
    }
    check.entity = &draft->entity;
    if (!check_entity (&check, shown, error) ||
        !check_alike (&check,
                      &((SatchelEntityDraft *)g_hash_table_lookup (by_name, chart->entities[0]))->entity,
                      error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_dashboard (GHashTable *by_name, SatchelDashboardDraft *draft, GError **error)
{
  SatchelDashboard *dashboard = &draft->dashboard;
  SatchelChart *charts = (SatchelChart *)dashboard->charts; /* the block is the reader's own */
  guint n_kept = 0;
  for (guint i = 0; i < dashboard->n_charts; i++) {
    const SatchelPlace place = g_array_index (draft->chart_places, SatchelPlace, i);
    gboolean shown = !g_array_index (draft->chart_retired, gboolean, i);
    for (guint j = 0; j < n_kept; j++) {
      if (g_str_equal (charts[j].name, charts[i].name))
        return satchel_place_fail (&place, "name", error, "chart “%s” is declared twice", charts[i].name);
    }
    if (!check_chart (by_name, &charts[i], &place, &shown, error))
      return FALSE;
    if (!shown)
      continue;
    g_array_index (draft->chart_places, SatchelPlace, n_kept) = place;
    charts[n_kept++] = charts[i];
  }
  dashboard->n_charts = n_kept;
  return TRUE;
}

gboolean
satchel_drafts_check_dashboards (GPtrArray *dashboards, GHashTable *by_name, GError **error)
{
  for (guint i = 0; i < dashboards->len;) {
    SatchelDashboardDraft *draft = g_ptr_array_index (dashboards, i);
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (((SatchelDashboardDraft *)dashboards->pdata[j])->dashboard.name,
                       draft->dashboard.name))
        return satchel_place_fail (&draft->place, "name", error, "dashboard “%s” is declared twice",
                                   draft->dashboard.name);
    }
    if (!check_dashboard (by_name, draft, error))
      return FALSE;
    if (draft->retired || draft->dashboard.n_charts == 0)
      g_ptr_array_remove_index (dashboards, i);
    else
      i++;
  }
  return TRUE;
}

/* ---- conditions ---- */

static gboolean
check_condition (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelPlace *place,
                 const char *attribute, const char *text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (registry, entity, text, &problem);
  return predicate || satchel_place_fail (place, attribute, error, "%s", problem->message);
}

gboolean
satchel_drafts_check_chart_conditions (GPtrArray *dashboards, SatchelRegistry *registry, GError **error)
{
  for (guint i = 0; i < dashboards->len; i++) {
    const SatchelDashboardDraft *draft = g_ptr_array_index (dashboards, i);
    for (guint j = 0; j < draft->dashboard.n_charts; j++) {
      const SatchelChart *chart = &draft->dashboard.charts[j];
      const SatchelPlace *place = &g_array_index (draft->chart_places, SatchelPlace, j);
      for (guint k = 0; k < chart->n_entities; k++) {
        const SatchelEntity *entity = satchel_registry_find (registry, chart->entities[k]);
        if (!check_condition (registry, entity, place, "where", chart->where, error) ||
            (chart->share && !check_condition (registry, entity, place, "share", chart->share, error)))
          return FALSE;
      }
    }
  }
  return TRUE;
}
