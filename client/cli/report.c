/* satchelctl report [DASHBOARD[/CHART]] [--period P] [--owner me|USER] [--csv FILE|-] [--pdf FILE]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/table.h"
#include "client/report/document.h"

typedef struct {
  const SatchelDashboard *dashboard;
  GPtrArray *charts;  /* const SatchelChart* */
  GPtrArray *figures; /* SatchelFigures*, one a chart */
} Report;

static void
report_clear (Report *report)
{
  g_clear_pointer (&report->charts, g_ptr_array_unref);
  g_clear_pointer (&report->figures, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Report, report_clear)

/* ---- which there are ---- */

static JsonNode *
describe_dashboards (SatchelRegistry *registry)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_alloc ();
  const SatchelDashboard *dashboard;

  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (registry, i)) != NULL; i++) {
    JsonObject *object = json_object_new ();
    JsonArray *charts = json_array_new ();

    for (guint j = 0; j < dashboard->n_charts; j++)
      json_array_add_string_element (charts, dashboard->charts[j].name);
    json_object_set_string_member (object, "name", dashboard->name);
    json_object_set_string_member (object, "label", dashboard->label);
    json_object_set_array_member (object, "charts", charts);
    json_array_add_object_element (array, object);
  }
  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), array);
  return node;
}

static int
list_dashboards (SatchelCli *cli)
{
  static const char *const titles[] = { N_ ("Name"), N_ ("Label"), N_ ("What it shows"), NULL };
  const SatchelDashboard *dashboard;
  SatchelTable *table;

  if (cli->json) {
    g_autoptr (JsonNode) node = describe_dashboards (cli->registry);

    satchel_cli_print_json (cli, node);
    return SATCHEL_CLI_DONE;
  }
  table = satchel_table_new (titles);
  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (cli->registry, i)) != NULL; i++)
    for (guint j = 0; j < dashboard->n_charts; j++) {
      const SatchelChart *chart = &dashboard->charts[j];
      g_autofree char *name = g_strdup_printf ("%s/%s", dashboard->name, chart->name);
      const char *const cells[] = { name, _ (chart->label), chart->help != NULL ? _ (chart->help) : "",
                                    NULL };

      satchel_table_add (table, cells);
    }
  satchel_table_finish (table);
  return SATCHEL_CLI_DONE;
}

/* ---- one of them ---- */

/* FALSE after a line on stderr. */
static gboolean
find (SatchelCli *cli, const char *name, Report *report)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", 2);

  report->charts = g_ptr_array_new ();
  report->dashboard = satchel_registry_find_dashboard (cli->registry, parts[0]);
  for (guint i = 0; report->dashboard != NULL && i < report->dashboard->n_charts; i++)
    if (parts[1] == NULL || g_str_equal (report->dashboard->charts[i].name, parts[1]))
      g_ptr_array_add (report->charts, (gpointer)&report->dashboard->charts[i]);
  if (report->charts->len > 0)
    return TRUE;
  satchel_cli_misuse (cli, _ ("there is no report “%s”; satchelctl report lists them"), name);
  return FALSE;
}

static gboolean
compute (SatchelCli *cli, Report *report, const SatchelFiguresFilter *filter, GError **error)
{
  report->figures = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_figures_unref);
  for (guint i = 0; i < report->charts->len; i++) {
    SatchelFigures *figures =
        satchel_figures_make (cli->session, report->charts->pdata[i], filter, NULL, error);

    if (figures == NULL)
      return FALSE;
    g_ptr_array_add (report->figures, figures);
  }
  return TRUE;
}

/* *id: of whom @text names, "me", or NULL where it is. Owned. */
static gboolean
read_owner (SatchelCli *cli, const char *text, char **id, GError **error)
{
  const SatchelField *owner =
      satchel_entity_find_field (satchel_registry_find (cli->registry, "account"), "owner");
  g_autoptr (SatchelValue) value = NULL;

  *id = NULL;
  if (text == NULL)
    return TRUE;
  if (!g_str_equal (text, "me") && !satchel_cli_value (cli, owner, text, &value, error))
    return FALSE;
  *id = g_strdup (value != NULL ? satchel_value_get_id (value) : "me");
  return TRUE;
}

/* ---- output ---- */

static JsonObject *
describe_figure (const SatchelFigure *figure, const char *label)
{
  JsonObject *object = json_object_new ();
  g_autofree char *value = satchel_decimal_to_text (figure->value);

  json_object_set_string_member (object, "label", label);
  json_object_set_string_member (object, "value", value);
  json_object_set_int_member (object, "records", figure->n_records);
  if (figure->where != NULL) {
    json_object_set_string_member (object, "entity", figure->entity);
    json_object_set_string_member (object, "where", figure->where);
  }
  return object;
}

static JsonObject *
describe_chart (const SatchelChart *chart, const SatchelFigures *figures)
{
  JsonObject *object = json_object_new ();
  JsonArray *groups = json_array_new ();

  for (guint i = 0; i < figures->groups->len; i++) {
    const SatchelFigureGroup *group = figures->groups->pdata[i];
    JsonObject *bar = describe_figure (&group->total, group->label);
    JsonArray *parts = json_array_new ();

    for (guint j = 0; j < figures->series->len; j++)
      if (group->parts[j].n_records > 0)
        json_array_add_object_element (parts, describe_figure (&group->parts[j], figures->series->pdata[j]));
    json_object_set_array_member (bar, "series", parts);
    json_array_add_object_element (groups, bar);
  }
  json_object_set_string_member (object, "name", chart->name);
  json_object_set_string_member (object, "label", figures->title);
  json_object_set_string_member (object, "measure", figures->measure);
  json_object_set_array_member (object, "groups", groups);
  return object;
}

static void
print_json (SatchelCli *cli, const Report *report)
{
  JsonObject *object = json_object_new ();
  JsonArray *charts = json_array_new ();

  for (guint i = 0; i < report->charts->len; i++)
    json_array_add_object_element (charts,
                                   describe_chart (report->charts->pdata[i], report->figures->pdata[i]));
  json_object_set_string_member (object, "name", report->dashboard->name);
  json_object_set_string_member (object, "label", report->dashboard->label);
  json_object_set_array_member (object, "charts", charts);
  satchel_cli_print_object (cli, object);
}

static void
add_line (SatchelTable *table, const SatchelFigures *figures, const char *label, const SatchelFigure *figure)
{
  g_autofree char *value = satchel_figures_display (figures, figure->value);
  g_autofree char *records = g_strdup_printf ("%" G_GINT64_FORMAT, figure->n_records);
  g_autofree char *name = satchel_cli_display_text (label, SATCHEL_CLI_ONE_LINE);
  const char *const cells[] = { name, value, records, NULL };

  satchel_table_add (table, cells);
}

static void
print_tables (SatchelCli *cli, const Report *report)
{
  for (guint i = 0; i < report->figures->len; i++) {
    const SatchelFigures *figures = report->figures->pdata[i];
    const char *const titles[] = { figures->title, figures->measure, N_ ("Records"), NULL };
    SatchelTable *table = satchel_table_new (titles);

    for (guint j = 0; j < figures->groups->len; j++) {
      const SatchelFigureGroup *group = figures->groups->pdata[j];

      add_line (table, figures, group->label, &group->total);
      for (guint k = 0; k < figures->series->len; k++) {
        g_autofree char *label = g_strdup_printf ("  %s", (char *)figures->series->pdata[k]);

        if (group->parts[k].n_records > 0)
          add_line (table, figures, label, &group->parts[k]);
      }
    }
    if (i > 0)
      satchel_cli_print (cli, "\n");
    satchel_table_finish (table);
  }
}

/* What was chosen and when, below the title of a document. Owned. */
static char *
dup_subtitle (SatchelCli *cli, const SatchelFiguresFilter *filter, const char *owner)
{
  g_autofree char *made = satchel_cli_display_instant (satchel_clock_now_ms (cli->clock));
  GString *text = g_string_new (made);

  if (filter->period != NULL)
    g_string_append_printf (text, " · %s", filter->period);
  if (owner != NULL)
    g_string_append_printf (text, " · %s", owner);
  return g_string_free (text, FALSE);
}

static gboolean
write_files (const Report *report, const char *subtitle, const char *csv_path, const char *pdf_path,
             GError **error)
{
  if (csv_path != NULL) {
    g_autofree char *csv = satchel_document_to_csv (report->figures);

    if (g_str_equal (csv_path, "-"))
      fputs (csv, stdout);
    else if (!g_file_set_contents (csv_path, csv, -1, error))
      return FALSE;
  }
  if (pdf_path != NULL) {
    g_autoptr (GBytes) pdf =
        satchel_document_to_pdf (report->dashboard->label, subtitle, report->figures, error);

    if (pdf == NULL ||
        !g_file_set_contents (pdf_path, g_bytes_get_data (pdf, NULL), (gssize)g_bytes_get_size (pdf), error))
      return FALSE;
  }
  return TRUE;
}

int
satchel_cli_report (SatchelCli *cli, int argc, char **argv)
{
  const char *owner = NULL, *csv_path = NULL, *pdf_path = NULL;
  SatchelFiguresFilter filter = { 0 };
  const SatchelCliOption options[] = {
    { "period", NULL, &filter.period },
    { "owner", NULL, &owner },
    { "csv", NULL, &csv_path },
    { "pdf", NULL, &pdf_path },
    { 0 },
  };
  int status;
  g_autofree char **names = satchel_cli_begin (cli, argc, argv, options, 0, 1, &status);
  g_autofree char *id = NULL, *subtitle = NULL;
  g_auto (Report) report = { 0 };
  g_autoptr (GError) error = NULL;

  if (names == NULL)
    return status;
  if (names[0] == NULL)
    return csv_path == NULL && pdf_path == NULL ? list_dashboards (cli)
                                                : satchel_cli_misuse (cli, _ ("name the report to write"));
  if (!find (cli, names[0], &report))
    return SATCHEL_CLI_USAGE;
  if (!read_owner (cli, owner, &id, &error))
    return satchel_cli_fail (cli, error);
  filter.owner = id;
  subtitle = dup_subtitle (cli, &filter, owner);
  if (!compute (cli, &report, &filter, &error) ||
      !write_files (&report, subtitle, csv_path, pdf_path, &error))
    return satchel_cli_fail (cli, error);
  if (csv_path != NULL || pdf_path != NULL)
    return SATCHEL_CLI_DONE;
  if (cli->json)
    print_json (cli, &report);
  else
    print_tables (cli, &report);
  return SATCHEL_CLI_DONE;
}
