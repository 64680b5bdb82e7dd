/* The elements of dashboards.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"

#define LEAST_GROUPS 2 /* one, and the rest */
#define USUAL_GROUPS 12
#define MOST_GROUPS  24 /* what a person can take in, and a page can hold */

static const char *const kind_words[] = {
  [SATCHEL_CHART_BAR] = "bar", [SATCHEL_CHART_COLUMN] = "column", [SATCHEL_CHART_FUNNEL] = "funnel"
};
static const char *const measure_words[] = { [SATCHEL_MEASURE_COUNT] = "count",
                                             [SATCHEL_MEASURE_SUM] = "sum",
                                             [SATCHEL_MEASURE_AVERAGE] = "average",
                                             [SATCHEL_MEASURE_SHARE] = "share" };

SatchelDashboardDraft *
satchel_dashboard_draft_new (const SatchelPlace *place)
{
  SatchelDashboardDraft *draft = g_new0 (SatchelDashboardDraft, 1);
  draft->place = *place;
  draft->chart_places = g_array_new (FALSE, FALSE, sizeof (SatchelPlace));
  draft->chart_retired = g_array_new (FALSE, FALSE, sizeof (gboolean));
  return draft;
}

void
satchel_dashboard_draft_free (SatchelDashboardDraft *draft)
{
  g_array_unref (draft->chart_places);
  g_array_unref (draft->chart_retired);
  g_free (draft);
}

static const char *
keep (SatchelMetadataReader *reader, const SatchelTag *tag, const char *attribute)
{
  return satchel_reader_keep_string (reader, satchel_tag_get (tag, attribute));
}

/* NULL for an attribute that is not there, or empty. */
static const char *
keep_optional (SatchelMetadataReader *reader, const SatchelTag *tag, const char *attribute)
{
  const char *text = satchel_tag_get (tag, attribute);
  return text && *text ? satchel_reader_keep_string (reader, text) : NULL;
}

gboolean
satchel_dashboard_open (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelDashboardDraft *draft = satchel_dashboard_draft_new (&tag->place);
  draft->dashboard =
      (SatchelDashboard){ .name = keep (reader, tag, "name"), .label = keep (reader, tag, "label") };
  g_ptr_array_add (reader->dashboards, draft);
  g_clear_pointer (&reader->charts, g_array_unref);
  reader->charts = g_array_new (FALSE, FALSE, sizeof (SatchelChart));
  return satchel_tag_check_name (tag, "name", error) &&
         satchel_tag_get_flag (tag, "retired", &draft->retired, error);
}

static SatchelDashboardDraft *
open_dashboard (SatchelMetadataReader *reader)
{
  return g_ptr_array_index (reader->dashboards, reader->dashboards->len - 1);
}

gboolean
satchel_dashboard_close (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelDashboard *dashboard = &open_dashboard (reader)->dashboard;
  dashboard->n_charts = reader->charts->len;
  dashboard->charts = satchel_reader_keep_array (reader, g_steal_pointer (&reader->charts));
  return TRUE;
}

gboolean
satchel_dashboard_open_chart (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const char *where = satchel_tag_get (tag, "where");
  guint kind = 0, measure = 0;
  gboolean retired = FALSE;
  SatchelChart chart = { .name = keep (reader, tag, "name"),
                         .label = keep (reader, tag, "label"),
                         .help = keep_optional (reader, tag, "help"),
                         .where = satchel_reader_keep_string (reader, where ? where : ""),
                         .group = keep (reader, tag, "group"),
                         .series = keep_optional (reader, tag, "series"),
                         .of = keep_optional (reader, tag, "of"),
                         .weight = keep_optional (reader, tag, "weight"),
                         .share = keep_optional (reader, tag, "share"),
                         .period = keep_optional (reader, tag, "period"),
                         .most = USUAL_GROUPS };
  if (!satchel_tag_check_name (tag, "name", error) ||
      !satchel_tag_get_word (tag, "kind", kind_words, G_N_ELEMENTS (kind_words), &kind, error) ||
      !satchel_tag_get_word (tag, "measure", measure_words, G_N_ELEMENTS (measure_words), &measure, error) ||
      !satchel_tag_get_number (tag, "most", LEAST_GROUPS, MOST_GROUPS, &chart.most, error) ||
      !satchel_tag_get_flag (tag, "retired", &retired, error))
    return FALSE;
  chart.kind = kind;
  chart.measure = measure;
  chart.entities = satchel_reader_keep_words (reader, satchel_tag_get (tag, "entity"), &chart.n_entities);
  g_array_append_val (reader->charts, chart);
  g_array_append_val (open_dashboard (reader)->chart_places, tag->place);
  g_array_append_val (open_dashboard (reader)->chart_retired, retired);
  return TRUE;
}
