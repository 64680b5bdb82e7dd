/* Dashboards as data: what the built-in ones are, what is refused, and what an organisation can change.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/metadata/registry.h"

#include <string.h>

#define DOCUMENT(text) "<satchel version='1'>" text "</satchel>"
#define BOARD(text)    DOCUMENT ("<dashboard name='d' label='D'>" text "</dashboard>")
#define CHART(text)    BOARD ("<chart name='c' label='C' " text "/>")
#define SOUND          "kind='bar' entity='lead' group='source' measure='count' "

static SatchelRegistry *
amend (const char *text, GError **error)
{
  const SatchelMetadataDocument document = { "own.xml", text };
  return satchel_registry_amend (satchel_registry_builtin (), &document, 1, error);
}

static SatchelRegistry *
must_amend (const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelRegistry *registry = amend (text, &error);
  g_assert_no_error (error);
  return registry;
}

static const SatchelChart *
find_chart (SatchelRegistry *registry, const char *board, const char *name)
{
  const SatchelDashboard *dashboard = satchel_registry_find_dashboard (registry, board);
  for (guint i = 0; dashboard && i < dashboard->n_charts; i++) {
    if (g_str_equal (dashboard->charts[i].name, name))
      return &dashboard->charts[i];
  }
  return NULL;
}

static void
test_builtin (void)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  g_assert_cmpstr (satchel_registry_get_dashboard (registry, 0)->name, ==, "sales");
  g_assert_null (satchel_registry_get_dashboard (registry, 1000));
  g_assert_null (satchel_registry_find_dashboard (registry, "none"));

  const SatchelChart *forecast = find_chart (registry, "sales", "forecast");
  g_assert_cmpint (forecast->kind, ==, SATCHEL_CHART_COLUMN);
  g_assert_cmpint (forecast->measure, ==, SATCHEL_MEASURE_SUM);
  g_assert_cmpstr (forecast->weight, ==, "probability");
  g_assert_cmpuint (find_chart (registry, "success", "activity")->n_entities, ==, 7);
  /* What a list opens for a number must be able to show all of it. */
  const SatchelDashboard *dashboard;
  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (registry, i)) != NULL; i++) {
    for (guint j = 0; j < dashboard->n_charts; j++) {
      const SatchelChart *chart = &dashboard->charts[j];
      g_assert_nonnull (chart->help);
      for (guint k = 0; k < chart->n_entities; k++) {
        const SatchelEntity *entity = satchel_registry_find (registry, chart->entities[k]);
        gboolean shows_all = FALSE;
        for (guint v = 0; v < entity->n_views; v++)
          shows_all = shows_all || *entity->views[v].where == '\0';
        g_assert_true (shows_all);
      }
    }
  }
}

static const struct {
  const char *name, *text, *message; /* the beginning of what follows the place */
} broken[] = {
  { "board-without-label", DOCUMENT ("<dashboard name='d'/>"), "<dashboard> needs the attribute “label”" },
  { "board-name", DOCUMENT ("<dashboard name='D d' label='D'/>"), "“D d” is not a name" },
  { "board-attribute", DOCUMENT ("<dashboard name='d' label='D' title='x'/>"), "unknown attribute “title”" },
  { "unknown-element", BOARD ("<graph name='c'/>"), "unexpected element <graph>" },
  { "chart-twice", BOARD ("<chart name='c' label='C' " SOUND "/><chart name='c' label='C' " SOUND "/>"),
    "<chart> “c” is there twice" },
  { "kind", CHART ("kind='pie' entity='lead' group='source' measure='count'"), "unknown kind “pie”" },
  { "measure", CHART ("kind='bar' entity='lead' group='source' measure='median'"), "unknown measure “median”" },
  { "most", CHART (SOUND "most='25'"), "" },
  { "fewest", CHART (SOUND "most='1'"), "" },
  { "no-entity", CHART ("kind='bar' entity=' ' group='source' measure='count'"),
    "a chart shows one entity to 12" },
  { "entity", CHART ("kind='bar' entity='leed' group='source' measure='count'"), "no entity “leed”" },
  { "entity-twice", CHART ("kind='bar' entity='lead lead' group='source' measure='count'"),
    "“lead” is there twice" },
  { "group", CHART ("kind='bar' entity='lead' group='sourse' measure='count'"),
    "no field “sourse” in lead; did you mean “source”?" },
  { "group-type", CHART ("kind='bar' entity='lead' group='tags' measure='count'"),
    "a field of type “multichoice” does not suit it" },
  { "series", CHART (SOUND "series='topic'"), "a field of type “string” does not suit it" },
  { "series-of-share",
    CHART ("kind='bar' entity='lead' group='source' series='status' measure='share' share='status = open'"),
    "only counts and sums can be divided into series" },
  { "of-missing", CHART ("kind='bar' entity='lead' group='source' measure='sum'"),
    "it does not say what is added" },
  { "of-count", CHART (SOUND "of='estimated_value'"), "“of” is for sums and averages" },
  { "of-type", CHART ("kind='bar' entity='lead' group='source' measure='sum' of='topic'"),
    "a field of type “string” does not suit it" },
  { "weight-alone", CHART (SOUND "weight='rating'"), "“weight” is for sums" },
  { "weight-unbounded",
    CHART ("kind='bar' entity='account' group='sector' measure='sum' of='revenue' weight='employees'"),
    "“employees” is no number from 0 to 100" },
  { "share-missing", CHART ("kind='bar' entity='lead' group='source' measure='share'"),
    "it does not say which records are the share" },
  { "share-count", CHART (SOUND "share='status = open'"), "“share” is for the measure “share”" },
  { "share-broken", CHART ("kind='bar' entity='lead' group='source' measure='share' share='status = shut'"),
    "column 10: " },
  { "where", CHART (SOUND "where='sttus = open'"), "column 1: no field “sttus” in lead" },
  { "where-of-one",
    CHART ("kind='bar' entity='task visit' where='due &lt; today' group='owner' measure='count'"),
    "column 1: no field “due” in visit" },
  { "funnel", CHART ("kind='funnel' entity='lead' group='owner' measure='count'"),
    "a funnel has the stages of one choice" },
  { "column", CHART ("kind='column' entity='lead' group='source' measure='count'"), "columns are months" },
  { "several-sums", CHART ("kind='bar' entity='lead account' group='owner' measure='sum' of='revenue'"),
    "records of several entities are counted" },
  { "period", CHART (SOUND "period='source'"), "a field of type “choice” does not suit it" },
};

static void
test_broken (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry = amend (broken[i].text, &error);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_null (registry);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "own.xml:1:"));
  g_assert_nonnull (strstr (error->message, broken[i].message));
}

/* A chart is changed in what is given, added, taken off; a dashboard without charts is none. */
static void
test_amend (void)
{
  g_autoptr (SatchelRegistry) registry =
      must_amend (DOCUMENT ("<dashboard name='sales' label='Selling'>"
                            "<chart name='funnel' label='Pipeline' kind='funnel' entity='opportunity' "
                            "group='stage' measure='count' of=''/>"
                            "<chart name='forecast' label='F' kind='column' entity='opportunity' "
                            "group='expected_close' measure='sum' retired='yes'/>"
                            "<chart name='cities' label='Cities' kind='bar' entity='account' group='city' "
                            "measure='average' of='revenue' most='3'/>"
                            "</dashboard><dashboard name='success' label='S' retired='yes'/>"));
  g_assert_cmpstr (satchel_registry_find_dashboard (registry, "sales")->label, ==, "Selling");
  g_assert_cmpstr (find_chart (registry, "sales", "funnel")->where, ==, "status = open");
  g_assert_null (find_chart (registry, "sales", "funnel")->of);
  g_assert_null (find_chart (registry, "sales", "forecast"));
  g_assert_cmpuint (find_chart (registry, "sales", "cities")->most, ==, 3);
  g_assert_null (satchel_registry_find_dashboard (registry, "success"));
  g_assert_null (satchel_registry_get_dashboard (registry, 1));

  /* What was printed says the same when it is read again. */
  g_autoptr (GError) error = NULL;
  const SatchelMetadataDocument all = { "all.xml", satchel_registry_get_text (registry) };
  g_autoptr (SatchelRegistry) again = satchel_registry_amend (NULL, &all, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_registry_get_digest (again), ==, satchel_registry_get_digest (registry));
}

/* Retiring a field, or an entity, is one word in one place: charts of it go by themselves. */
static void
test_retired (void)
{
  g_autoptr (SatchelRegistry) registry = must_amend (
      DOCUMENT ("<entity name='opportunity' label='O' plural='O' area='sales' ownership='user' title='name'>"
                "<field name='close_reason' label='R' type='choice' retired='yes'/></entity>"
                "<entity name='fax' label='F' plural='F' area='workplace' ownership='user' title='subject' "
                "retired='yes'/>"));
  g_assert_null (find_chart (registry, "sales", "lost_reasons"));
  g_assert_nonnull (find_chart (registry, "sales", "funnel"));
  g_assert_null (find_chart (registry, "success", "activity"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/dashboard/builtin", test_builtin);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *path = g_strdup_printf ("/protocol/dashboard/broken/%s", broken[i].name);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_broken);
  }
  g_test_add_func ("/protocol/dashboard/amend", test_amend);
  g_test_add_func ("/protocol/dashboard/retired", test_retired);
  return g_test_run ();
}
