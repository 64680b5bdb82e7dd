/* Charts: sums against naive ones over random records, the lists behind the numbers, tables and pages.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"

#include <string.h>

#include "client/replica/aggregate.h"
#include "client/replica/query.h"
#include "client/report/document.h"
#include "client/report/draw.h"
#include "client/report/number.h"
#include "client/transfer/csv.h"
#include "protocol/error.h"

#define N_RECORDS 400

__extension__ typedef __int128 Wide;

/* ---- records ---- */

static const char *const stages[] = { "identification", "qualification", "development", "proposal", "won",
                                      "lost",           "no_deal" };
static const char *const statuses[] = { "open", "open", "open", "open", "won", "lost", "no_deal" };
static const char *const reasons[] = { "price", "product", "other", NULL };

/* A JSON value: null now and then. */
static char *
maybe (GRand *rand, char *text)
{
  if (g_rand_int_range (rand, 0, 6) > 0)
    return text;
  g_free (text);
  return g_strdup ("null");
}

static char *
random_day (GRand *rand)
{
  return g_strdup_printf ("'%04d-%02d-%02d'", g_rand_int_range (rand, 2025, 2028),
                          g_rand_int_range (rand, 1, 13), g_rand_int_range (rand, 1, 29));
}

/* Instants near the ends of months, and before 1970. */
static char *
random_instant (GRand *rand)
{
  g_autoptr (GDateTime) first =
      g_date_time_new_utc (g_rand_int_range (rand, 1968, 1972), g_rand_int_range (rand, 1, 13), 1, 0, 0, 0);

  return g_strdup_printf ("%" G_GINT64_FORMAT,
                          g_date_time_to_unix (first) * 1000 + g_rand_int_range (rand, -18000000, 18000000));
}

static void
add_opportunity (PullText *pull, GRand *rand, guint i)
{
  const guint stage = (guint)g_rand_int_range (rand, 0, G_N_ELEMENTS (stages));
  const char *reason = reasons[g_rand_int_range (rand, 0, G_N_ELEMENTS (reasons))];
  g_autofree char *amount = maybe (rand, g_strdup_printf ("%d", g_rand_int_range (rand, -1000, 100000000)));
  g_autofree char *probability = maybe (rand, g_strdup_printf ("%d", g_rand_int_range (rand, 0, 101)));
  g_autofree char *day = maybe (rand, random_day (rand)), *instant = random_instant (rand);
  g_autofree char *quoted = reason != NULL ? g_strdup_printf ("'%s'", reason) : g_strdup ("null");
  g_autofree char *line = g_strdup_printf (
      "['~o%u~',11,'Sale %u','~a1~','%s','%s',%s,%s,%s,%s,'user:~%s~','~unit~',%s]", i, i, stages[stage],
      statuses[stage], quoted, amount, probability, day, g_rand_boolean (rand) ? "me" : "you", instant);

  pull_line (pull, line);
}

static void
setup (Device *device, GRand *rand)
{
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result = { 0 };

  device_setup (device, DEVICE_PRIMED);
  pull_begin (&pull, NULL);
  pull_line (&pull, "{'entity':'account','columns':['id','s','name','owner','unit'],'whole':true}");
  pull_line (&pull, "['~a1~',11,'Acme','user:~me~','~unit~']");
  pull_line (&pull,
             "{'entity':'opportunity','columns':['id','s','name','account','stage','status','close_reason',"
             "'base_amount','probability','expected_close','owner','unit','created_at'],'whole':true}");
  for (guint i = 0; i < N_RECORDS; i++)
    add_opportunity (&pull, rand, i);
  pull_end (&pull, 20);
  device_try_pull (device, pull.text->str, pull.text->len, &result, &error);
  g_assert_no_error (error);
}

/* ---- sums ---- */

typedef struct {
  gint64 n_records, n_values, n_hits;
  Wide sum;
} Naive;

typedef struct {
  const SatchelAggregate *question;
  const SatchelPredicateContext *context;
  SatchelRecordSource source;
  GHashTable *sums; /* text of group and series → Naive */
} Naively;

static char *
naive_group (const SatchelField *field, const SatchelRecord *record, const SatchelPredicateContext *context)
{
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  if (value == NULL)
    return g_strdup ("-");
  if (field->type == SATCHEL_TYPE_DATE)
    return g_strndup (satchel_value_get_date (value), 7);
  if (field->type == SATCHEL_TYPE_DATETIME) {
    const gint64 ms = satchel_value_get_integer (value);
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc ((ms - (ms % 1000 + 1000) % 1000) / 1000);
    g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, context->zone);

    return g_date_time_format (local, "%Y-%m");
  }
  return satchel_value_to_text (field, value);
}

static gboolean
naive_cb (const SatchelRecord *record, gpointer data)
{
  Naively *naively = data;
  const SatchelAggregate *question = naively->question;
  const SatchelValue *of = question->of != NULL ? satchel_record_get (record, question->of) : NULL;
  const SatchelValue *weight =
      question->weight != NULL ? satchel_record_get (record, question->weight) : NULL;
  g_autofree char *group = naive_group (question->group, record, naively->context);
  g_autofree char *series = naive_group (question->series, record, naively->context);
  char *key = g_strdup_printf ("%s / %s", group, series);
  Naive *naive = g_hash_table_lookup (naively->sums, key);

  if (naive == NULL)
    g_hash_table_insert (naively->sums, g_strdup (key), naive = g_new0 (Naive, 1));
  g_free (key);
  naive->n_records++;
  if (question->share != NULL &&
      satchel_predicate_holds (question->share, naively->context, record, &naively->source))
    naive->n_hits++;
  if (of != NULL && (question->weight == NULL || weight != NULL)) {
    SatchelDecimal number;

    g_assert_true (
        satchel_decimal_rescale (satchel_value_get_decimal (of), question->of->scale, &number, NULL));
    naive->n_values++;
    naive->sum += (Wide)number.coefficient * (weight != NULL ? satchel_value_get_integer (weight) : 1);
  }
  return TRUE;
}

static char *
row_text (const SatchelField *field, const SatchelValue *value)
{
  if (value == NULL)
    return g_strdup ("-");
  if (satchel_value_get_kind (value) == SATCHEL_KIND_DATE)
    return g_strndup (satchel_value_get_date (value), 7);
  return satchel_value_to_text (field, value);
}

static void
assert_as_naive (Device *device, const SatchelAggregate *question, const SatchelPredicateContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = satchel_replica_aggregate (device->replica, question, context, NULL, &error);
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Naively naively = { question, context, { 0 }, sums };

  g_assert_no_error (error);
  satchel_replica_init_source (device->replica, &naively.source);
  g_assert_true (satchel_replica_query (
      device->replica, &(SatchelQuery){ .entity = question->entity, .where = question->where, .limit = -1 },
      context, naive_cb, &naively, &error));
  g_assert_cmpuint (rows->len, ==, g_hash_table_size (sums));
  g_assert_cmpuint (rows->len, >, 0);
  for (guint i = 0; i < rows->len; i++) {
    const SatchelAggregateRow *row = rows->pdata[i];
    g_autofree char *group = row_text (question->group, row->group);
    g_autofree char *series = row_text (question->series, row->series);
    g_autofree char *key = g_strdup_printf ("%s / %s", group, series);
    const Naive *naive = g_hash_table_lookup (sums, key);

    g_test_message ("%s", key);
    g_assert_nonnull (naive);
    g_assert_cmpint (row->n_records, ==, naive->n_records);
    g_assert_cmpint (row->n_hits, ==, naive->n_hits);
    g_assert_cmpint (row->n_values, ==, naive->n_values);
    g_assert_true ((Wide)row->sum.coefficient == naive->sum);
  }
}

static void
test_naive (void)
{
  static const struct {
    const char *where, *group, *series, *of, *weight, *share;
  } questions[] = {
    { "", "stage", NULL, NULL, NULL, NULL },
    { "status = open", "stage", NULL, "base_amount", NULL, NULL },
    { "", "owner", "stage", "base_amount", "probability", NULL },
    { "owner = me", "close_reason", "owner", NULL, NULL, "status = lost" },
    { "account.name = \"Acme\"", "expected_close", "status", "base_amount", NULL,
      "account.(name = \"Acme\")" },
    { "", "created_at", NULL, "base_amount", "probability", "base_amount > 1000" },
    { "status != open", "name", NULL, NULL, NULL, NULL },
  };
  /* One that has been half an hour off, and one that has summer time. */
  static const char *const zones[] = { "UTC", "Europe/Bucharest", "Asia/Kolkata", "America/New_York" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  Device device;
  SatchelPredicateContext context;

  setup (&device, rand);
  satchel_session_get_context (device.session, &context);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    const SatchelEntity *entity = device_entity (&device, "opportunity");
    g_autoptr (SatchelPredicate) where = NULL, share = NULL;
    SatchelAggregate question = { .entity = entity };

    where = satchel_predicate_parse (device.registry, entity, questions[i].where, NULL);
    question.where = where;
    question.group = satchel_entity_find_field (entity, questions[i].group);
    if (questions[i].series != NULL)
      question.series = satchel_entity_find_field (entity, questions[i].series);
    if (questions[i].of != NULL)
      question.of = satchel_entity_find_field (entity, questions[i].of);
    if (questions[i].weight != NULL)
      question.weight = satchel_entity_find_field (entity, questions[i].weight);
    if (questions[i].share != NULL)
      question.share = share = satchel_predicate_parse (device.registry, entity, questions[i].share, NULL);
    for (guint j = 0; j < G_N_ELEMENTS (zones); j++) {
      g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[j]);

      context.zone = zone;
      assert_as_naive (&device, &question, &context);
    }
  }
  device_teardown (&device);
}

/* Sums beyond 64 bits on the way are exact where the end fits, and refused where it does not. */
static void
test_large (void)
{
  Device device;
  SatchelPredicateContext context;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, none = NULL;
  SatchelAggregate question = { 0 };

  device_setup (&device, DEVICE_PRIMED);
  device_pull (
      &device, 20, "{'entity':'account','columns':['id','s','name','owner','unit'],'whole':true}",
      "['~a1~',11,'Acme','user:~me~','~unit~']",
      "{'entity':'opportunity','columns':['id','s','name','account','stage','status','base_amount','owner',"
      "'unit'],'whole':true}",
      "['~o1~',11,'A','~a1~','proposal','open',999999999999999999,'user:~me~','~unit~']",
      "['~o2~',11,'B','~a1~','proposal','open',999999999999999999,'user:~me~','~unit~']",
      "['~o3~',11,'C','~a1~','proposal','open',-999999999999999998,'user:~me~','~unit~']",
      "['~o4~',11,'D','~a1~','proposal','open',-999999999999999999,'user:~me~','~unit~']", NULL);
  question.entity = device_entity (&device, "opportunity");
  question.group = satchel_entity_find_field (question.entity, "stage");
  question.of = satchel_entity_find_field (question.entity, "base_amount");
  satchel_session_get_context (device.session, &context);
  rows = satchel_replica_aggregate (device.replica, &question, &context, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (((SatchelAggregateRow *)rows->pdata[0])->sum.coefficient, ==, 1);
  device_pull (&device, 30, "{'entity':'opportunity','columns':['id','s','base_amount'],'whole':false}",
               "['~o4~',21,999999999999999999]", NULL);
  none = satchel_replica_aggregate (device.replica, &question, &context, NULL, &error);
  g_assert_null (none);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  device_teardown (&device);
}

/* ---- figures ---- */

static gint64
count_list (Device *device, const SatchelFigure *figure)
{
  const SatchelEntity *entity = device_entity (device, figure->entity);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (device->registry, entity, figure->where, &error);
  SatchelPredicateContext context;
  gint64 count = -1;

  g_test_message ("%s: %s", figure->entity, figure->where);
  g_assert_no_error (error);
  satchel_session_get_context (device->session, &context);
  g_assert_true (satchel_replica_count (device->replica, &(SatchelQuery){ .entity = entity, .where = where },
                                        &context, &count, &error));
  return count;
}

/* The list that opens has as many records as the number says, and the parts make the whole. */
static void
assert_lists (Device *device, const SatchelFigures *figures)
{
  gint64 n_records = 0;

  for (guint i = 0; i < figures->groups->len; i++) {
    const SatchelFigureGroup *group = figures->groups->pdata[i];
    gint64 n_parts = 0;

    n_records += group->total.n_records;
    if (group->total.where != NULL)
      g_assert_cmpint (count_list (device, &group->total), ==, group->total.n_records);
    for (guint j = 0; j < figures->series->len; j++) {
      n_parts += group->parts[j].n_records;
      g_assert_cmpint (count_list (device, &group->parts[j]), ==, group->parts[j].n_records);
    }
    if (figures->series->len > 0)
      g_assert_cmpint (n_parts, ==, group->total.n_records);
  }
  g_assert_cmpint (n_records, ==, figures->n_records);
}

static SatchelFigures *
make (Device *device, const SatchelChart *chart, const char *period, const char *owner)
{
  g_autoptr (GError) error = NULL;
  const SatchelFiguresFilter filter = { period, owner };
  SatchelFigures *figures = satchel_figures_make (device->session, chart, &filter, NULL, &error);

  g_assert_no_error (error);
  return figures;
}

static void
test_lists (void)
{
  static const SatchelChart own[] = {
    { .label = "Months", .kind = SATCHEL_CHART_COLUMN, .group = "expected_close", .most = 5 },
    { .label = "Many", .group = "name", .most = 4 },
    { .label = "Two", .group = "name", .series = "owner", .most = 2 },
    { .label = "Reasons", .group = "close_reason", .series = "stage", .most = 2 },
    { .label = "Instants", .group = "created_at", .most = 24 },
    { .label = "Average",
      .group = "owner",
      .measure = SATCHEL_MEASURE_AVERAGE,
      .of = "base_amount",
      .most = 12 },
  };
  static const char *const entities[] = { "opportunity", NULL };
  static const char *const periods[] = { NULL, "this year", "last quarter", "next month" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  const SatchelDashboard *dashboard;
  Device device;

  setup (&device, rand);
  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    SatchelChart chart = own[i];
    g_autoptr (SatchelFigures) figures = NULL;

    chart.entities = entities;
    chart.n_entities = 1;
    chart.where = "";
    figures = make (&device, &chart, NULL, NULL);
    g_assert_cmpint (figures->n_records, ==, N_RECORDS);
    g_assert_cmpuint (figures->groups->len, <=, chart.most + 1);
    assert_lists (&device, figures);
  }
  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (device.registry, i)) != NULL; i++)
    for (guint j = 0; j < dashboard->n_charts; j++)
      for (guint k = 0; k < G_N_ELEMENTS (periods); k++) {
        g_autoptr (SatchelFigures) all = make (&device, &dashboard->charts[j], periods[k], NULL);
        g_autoptr (SatchelFigures) mine = make (&device, &dashboard->charts[j], periods[k], "me");
        g_autoptr (SatchelFigures) yours =
            make (&device, &dashboard->charts[j], periods[k], device_id ("you"));

        assert_lists (&device, all);
        assert_lists (&device, mine);
        g_assert_cmpint (mine->n_records + yours->n_records, ==, all->n_records);
      }
  device_teardown (&device);
}

static const SatchelChart *
builtin_chart (const char *board, guint index)
{
  return &satchel_registry_find_dashboard (satchel_registry_builtin (), board)->charts[index];
}

/* A filter comes from people and scripts: it must stay a filter. */
static void
test_hostile_filter (void)
{
  static const SatchelFiguresFilter hostile[] = {
    { NULL, "me or status = won" },
    { NULL, "" },
    { NULL, "me) or (status = won" },
    { "this year) or (status = won", NULL },
    { "sometime", NULL },
    { "", NULL },
    { "this year; drop table e_opportunity", NULL },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  Device device;

  setup (&device, rand);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelFigures) figures =
        satchel_figures_make (device.session, builtin_chart ("sales", 0), &hostile[i], NULL, &error);

    g_assert_null (figures);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
  device_teardown (&device);
}

static void
test_empty (void)
{
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (SatchelFigures) figures = make (&device, builtin_chart ("sales", i), NULL, NULL);
    g_autofree char *text = satchel_figures_describe (figures);

    g_assert_cmpuint (figures->groups->len, ==, 0);
    g_assert_cmpstr (text, ==, "No records.");
  }
  device_teardown (&device);
}

static void
test_words (void)
{
  Device device;
  g_autoptr (SatchelFigures) funnel = NULL, sellers = NULL, rate = NULL;
  g_autofree char *text = NULL, *parts = NULL, *share = NULL;

  device_setup (&device, DEVICE_PRIMED);
  device_pull (
      &device, 20, "{'entity':'account','columns':['id','s','name','owner','unit'],'whole':true}",
      "['~a1~',11,'Acme','user:~me~','~unit~']",
      "{'entity':'opportunity','columns':['id','s','name','account','stage','status','base_amount','owner',"
      "'unit'],'whole':true}",
      "['~o1~',11,'A','~a1~','proposal','open',1050,'user:~me~','~unit~']",
      "['~o2~',11,'B','~a1~','identification','open',200000,'user:~me~','~unit~']",
      "['~o3~',11,'C','~a1~','won','won',200000,'user:~me~','~unit~']",
      "['~o4~',11,'D','~a1~','lost','lost',200000,'user:~me~','~unit~']",
      "['~o5~',11,'E','~a1~','lost','lost',200000,'user:~me~','~unit~']", NULL);
  funnel = make (&device, builtin_chart ("sales", 0), NULL, NULL);
  text = satchel_figures_describe (funnel);
  g_assert_cmpstr (text, ==,
                   "In all: 2010.50. Identification: 2000.00 (1 record). Qualification: 0.00 (0 records). "
                   "Development: 0.00 (0 records). Proposal: 10.50 (1 record).");
  sellers = make (&device, builtin_chart ("sales", 1), NULL, NULL);
  parts = satchel_figures_describe (sellers);
  g_assert_nonnull (strstr (parts, "2010.50 (2 records) – Identification 2000.00, Proposal 10.50."));
  rate = make (&device, builtin_chart ("success", 3), NULL, NULL);
  share = satchel_figures_describe (rate);
  g_assert_nonnull (strstr (share, ": 33.3 % (3 records)."));
  device_teardown (&device);
}

static void
test_numbers (void)
{
  static const struct {
    SatchelDecimal value;
    guint digits;
    const char *text;
  } numbers[] = {
    { { 0, 0 }, 0, "0" },
    { { 5, 1 }, 2, "0.50" },
    { { -5, 2 }, 2, "\u22120.05" },
    { { 12345, 2 }, 0, "123" },
    { { 12350, 2 }, 1, "123.5" },
    { { 1235, 1 }, 0, "124" },
    { { 999999999999999999, 0 }, 2, "999999999999999999" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *text = satchel_number_display (numbers[i].value, numbers[i].digits);

    g_assert_cmpstr (text, ==, numbers[i].text);
  }
}

/* ---- files ---- */

static GPtrArray *
make_board (Device *device, const char *name)
{
  const SatchelDashboard *dashboard = satchel_registry_find_dashboard (device->registry, name);
  GPtrArray *figures = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_figures_unref);

  for (guint i = 0; i < dashboard->n_charts; i++)
    g_ptr_array_add (figures, make (device, &dashboard->charts[i], NULL, NULL));
  return figures;
}

static void
test_csv (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_auto (SatchelCsvRow) row = { 0 };
  g_autoptr (GPtrArray) board = NULL;
  g_autofree char *csv = NULL;
  SatchelDecimal total = { 0, 0 };
  gint64 n_records = 0;
  const SatchelFigures *sellers;
  SatchelCsvReader reader;
  Device device;

  setup (&device, rand);
  board = make_board (&device, "sales");
  csv = satchel_document_to_csv (board);
  sellers = board->pdata[1];
  satchel_csv_reader_init (&reader, csv, strlen (csv));
  while (satchel_csv_reader_next (&reader, &row)) {
    SatchelDecimal value;

    g_assert_null (row.problem);
    g_assert_cmpuint (row.cells->len, ==, 5);
    if (g_str_equal (row.cells->pdata[0], sellers->title)) {
      g_assert_true (satchel_decimal_parse (row.cells->pdata[3], &value, NULL));
      g_assert_true (satchel_decimal_add (total, value, &total, NULL));
      n_records += g_ascii_strtoll (row.cells->pdata[4], NULL, 10);
    }
    satchel_csv_row_clear (&row);
  }
  g_assert_cmpint (satchel_decimal_compare (total, sellers->total), ==, 0);
  g_assert_cmpint (n_records, ==, sellers->n_records);
  device_teardown (&device);
}

static guint
count_strings (GBytes *bytes, const char *string)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size), *end = data + size;
  guint n = 0;

  while ((data = memmem (data, (gsize)(end - data), string, strlen (string))) != NULL) {
    data += strlen (string);
    n++;
  }
  return n;
}

/* All streams of a document, decompressed where they are compressed. */
static GString *
inflate_streams (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size), *end = data + size;
  GString *text = g_string_new (NULL);

  while ((data = memmem (data, (gsize)(end - data), "\nstream\n", 8)) != NULL) {
    g_autoptr (GZlibDecompressor) inflate = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
    char piece[65536];
    GConverterResult result;

    data += 8;
    do {
      gsize n_read, n_written;

      result = g_converter_convert (G_CONVERTER (inflate), data, (gsize)(end - data), piece, sizeof piece,
                                    G_CONVERTER_NO_FLAGS, &n_read, &n_written, NULL);
      if (result != G_CONVERTER_ERROR) {
        data += n_read;
        g_string_append_len (text, piece, (gssize)n_written);
      }
    } while (result == G_CONVERTER_CONVERTED);
  }
  return text;
}

/* Text is text on the pages: every character of @text stands for itself in the maps of the fonts. */
static void
assert_letters (const GString *streams, const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    g_autofree char *code = g_strdup_printf ("<%04x>", g_utf8_get_char (text));

    if (*text != ' ')
      g_assert_nonnull (memmem (streams->str, streams->len, code, strlen (code)));
  }
}

static void
test_pdf (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) board = NULL, many = g_ptr_array_new (), none = g_ptr_array_new ();
  g_autoptr (GBytes) one_page = NULL, pdf = NULL;
  GString *streams;
  Device device;

  setup (&device, rand);
  board = make_board (&device, "sales");
  for (guint i = 0; i < 12; i++)
    g_ptr_array_add (many, board->pdata[i % board->len]);
  one_page = satchel_document_to_pdf ("Nothing", NULL, none, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_strings (one_page, "/Type /Page "), ==, 1);
  pdf = satchel_document_to_pdf ("Quartal 4 – 汉语", "Today", many, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_strings (pdf, "/Type /Page "), >=, 4);
  g_assert_cmpuint (count_strings (pdf, "/Type /Page "), <=, 8);
  streams = inflate_streams (pdf);
  assert_letters (streams, "Sales Funnel");
  assert_letters (streams, "汉语");
  g_string_free (streams, TRUE);
  device_teardown (&device);
}

/* ---- drawing ---- */

/* Whatever the width, everything stands within it, bar below bar, and the numbers of a chart are all there.
 */
static void
test_drawing (void)
{
  static const double widths[] = { 120, 240, 361.5, 700, 2000 };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 10, 10);
  cairo_t *cr = cairo_create (surface);
  PangoLayout *layout = pango_cairo_create_layout (cr);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GPtrArray) board = NULL;
  Device device;

  setup (&device, rand);
  board = make_board (&device, "sales");
  for (guint i = 0; i < board->len * G_N_ELEMENTS (widths) * 2; i++) {
    SatchelFigures *figures = board->pdata[i / 2 % board->len];
    const double width = widths[i / 2 / board->len];
    g_autoptr (SatchelDrawing) drawing = NULL;

    pango_context_set_base_dir (pango_layout_get_context (layout),
                                i % 2 == 0 ? PANGO_DIRECTION_LTR : PANGO_DIRECTION_RTL);
    drawing = satchel_drawing_new (figures, layout, width);
    g_assert_cmpuint (drawing->bars->len, ==, figures->groups->len);
    g_assert_cmpuint (drawing->spots->len, >=, figures->groups->len - 1);
    for (guint j = 0; j < drawing->spots->len; j++) {
      const SatchelSpot *spot = &g_array_index (drawing->spots, SatchelSpot, j);

      g_assert_cmpfloat (spot->bar_x, >=, -0.01);
      g_assert_cmpfloat (spot->bar_x + spot->bar_width, <=, width + 0.01);
      g_assert_cmpfloat (spot->bar_y, >=, 0);
      g_assert_cmpfloat (spot->bar_y + spot->bar_height, <=, drawing->height + 0.01);
    }
    satchel_drawing_draw (drawing, cr, layout, &(SatchelInks){ 0 });
    g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  }
  g_object_unref (layout);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/report/naive", test_naive);
  g_test_add_func ("/client/report/large", test_large);
  g_test_add_func ("/client/report/lists", test_lists);
  g_test_add_func ("/client/report/hostile-filter", test_hostile_filter);
  g_test_add_func ("/client/report/empty", test_empty);
  g_test_add_func ("/client/report/words", test_words);
  g_test_add_func ("/client/report/numbers", test_numbers);
  g_test_add_func ("/client/report/csv", test_csv);
  g_test_add_func ("/client/report/pdf", test_pdf);
  g_test_add_func ("/client/report/drawing", test_drawing);
  status = g_test_run ();
  /* What cairo keeps for the next drawing is no leak of ours. */
  pango_cairo_font_map_set_default (NULL);
  cairo_debug_reset_static_data ();
  return status;
}
