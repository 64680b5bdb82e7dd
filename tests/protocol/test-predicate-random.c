/* Random predicates over random records: memory, SQLite and PostgreSQL must agree, and so must every
 * notation. Folding is compared for every character that there is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/id.h"
#include "protocol/predicate/bind.h"
#include "tests/lib/chance.h"
#include "tests/protocol/predicate-world.h"

#define N_RECORDS 60                                  /* of each entity */
#define NOW_MS    (G_GINT64_CONSTANT (1773829800000)) /* 2026-03-18T10:30:00Z */
#define DAY_MS    (G_GINT64_CONSTANT (86400000))

static World *world;
static GRand *rng;

static const char *const entity_names[] = { "user", "team", "business_unit", "account", "contact", "task" };

/* Few and alike, so that comparisons meet. */
static const char *const words[] = {
  "Cluj", "cluj",     "CLUJ",     "Cluj-Napoca", "上海",    "上海机械", "Ünal",
  "ünal", "İstanbul", "istanbul", "ΣΊΣΥΦΟΣ",     "σίσυφος", "Straße",   "STRASSE",
  "100%", "a_b",      "a%b",      "\\",          "'",       "\"",       "a'b\"c\\d",
  "é",    "e\u0301",  "ﬁn",       "Ǆ",           "ǅ",       "𐐀𐐨",       "z",
};

static guint
below (guint bound)
{
  return (guint)g_rand_int_range (rng, 0, (gint32)bound);
}

static char *
random_id (const char *entity)
{
  g_autofree char *name = g_strdup_printf ("%s%u", entity, below (N_RECORDS + 5)); /* some point nowhere */
  return satchel_id_for_name (name);
}

static char *
random_day (void)
{
  return satchel_date_from_days (NOW_MS / DAY_MS + (gint64)below (800) - 400);
}

static char *
random_parties (void)
{
  g_autoptr (GString) json = g_string_new ("[");
  guint n = below (4);

  for (guint i = 0; i < n; i++) {
    const char *entity = below (2) == 0 ? "user" : "contact";
    g_autofree char *id = random_id (entity);
    g_string_append (json, i == 0 ? "" : ",");
    if (below (3) == 0)
      g_string_append_printf (json, "{\"role\":\"to\",\"address\":\"%s%u@example.com\"}",
                              below (2) == 0 ? "A" : "a", below (5));
    else
      g_string_append_printf (json, "{\"role\":\"to\",\"entity\":\"%s\",\"id\":\"%s\"}", entity, id);
  }
  g_string_append (json, "]");
  return n == 0 ? g_strdup ("") : g_string_free (g_steal_pointer (&json), FALSE);
}

/* The text form of some value of @field; as good for records as for predicates. */
static char *
random_text (const SatchelField *field)
{
  switch (field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    return g_strdup (words[below (G_N_ELEMENTS (words))]);
  case SATCHEL_TYPE_INTEGER:
  case SATCHEL_TYPE_DURATION:
    return g_strdup_printf ("%u", below (6));
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
    return g_strdup_printf ("%d.%u", (int)below (7) - 3, below (3) * 25);
  case SATCHEL_TYPE_BOOLEAN:
    return g_strdup (below (2) == 0 ? "yes" : "no");
  case SATCHEL_TYPE_DATE:
    return random_day ();
  case SATCHEL_TYPE_DATETIME:
    return satchel_instant_to_text (NOW_MS + ((gint64)below (4000) - 2000) * 3600000);
  case SATCHEL_TYPE_CHOICE:
    return g_strdup (field->choices[below (field->n_choices)].key);
  case SATCHEL_TYPE_MULTICHOICE:
    return g_strdup (field->open ? words[below (6)] : field->choices[below (field->n_choices)].key);
  case SATCHEL_TYPE_LOOKUP: {
    const char *entity = field->targets[below (field->n_targets)];
    g_autofree char *id = random_id (entity);
    return g_strdup_printf ("%s:%s", entity, id);
  }
  default:
    return random_parties ();
  }
}

static SatchelRecord *
random_record (const SatchelEntity *entity, guint number)
{
  g_autofree char *name = g_strdup_printf ("%s%u", entity->name, number);
  g_autofree char *id = satchel_id_for_name (name);
  SatchelRecord *record = satchel_record_new (entity, id);

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelValue) value = NULL;
    if (field->type == SATCHEL_TYPE_FILE || below (4) == 0)
      continue;
    g_autofree char *text = random_text (field);
    if (field->type == SATCHEL_TYPE_MULTICHOICE && below (2) == 0) {
      g_autofree char *first = g_steal_pointer (&text);
      g_autofree char *second = random_text (field);
      text = g_strdup_printf ("%s, %s", first, second);
    }
    g_assert_true (satchel_value_from_text (field, text, &value, &error));
    satchel_record_set (record, field, value);
  }
  return record;
}

/* ---- predicates ---- */

static void
append_quoted (GString *text, const char *word)
{
  g_string_append_c (text, '"');
  for (; *word != '\0'; word++) {
    if (*word == '"' || *word == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *word);
  }
  g_string_append_c (text, '"');
}

static void
append_operand (GString *text, const SatchelField *field)
{
  static const char *const moments[] = {
    "today",
    "yesterday",
    "tomorrow",
    "today + 7 days",
    "today - 3 months",
    "start of week",
    "end of quarter - 1 day",
    "start of year",
    "end of half-year",
    "start of month + 2 weeks",
  };

  if ((field->type == SATCHEL_TYPE_DATE || field->type == SATCHEL_TYPE_DATETIME) && below (2) == 0) {
    g_string_append (text, moments[below (G_N_ELEMENTS (moments))]);
    return;
  }
  if (field->type == SATCHEL_TYPE_DATETIME && below (2) == 0) {
    g_string_append_printf (text, "now %c %u hours", below (2) == 0 ? '+' : '-', below (3000));
    return;
  }
  if (satchel_field_allows_target (field, "user") && below (3) == 0) {
    g_string_append (text, "me");
    return;
  }
  if (satchel_field_allows_target (field, "team") && below (3) == 0) {
    g_string_append (text, "my teams");
    return;
  }
  if (field->type == SATCHEL_TYPE_PARTIES) {
    g_autofree char *id = random_id ("contact");
    if (below (2) == 0)
      g_string_append_printf (text, "\"a%u@EXAMPLE.com\"", below (5));
    else
      g_string_append_printf (text, "contact:%s", id);
    return;
  }
  g_autofree char *word = random_text (field);
  append_quoted (text, word);
}

static void
append_test (GString *text, const SatchelField *field)
{
  static const char *const one[] = { "=",  "!=",       "<",           "<=",        ">",
                                     ">=", "contains", "starts with", "ends with", "has" };
  static const char *const list[] = { "in", "not in", "has any", "has all" };
  static const char *const unit[] = { "week", "month", "quarter", "half-year", "year" };
  static const char *const side[] = { "last", "this", "next" };
  static const char *const period[] = { "past", "future", "today", "yesterday", "tomorrow" };

  g_string_append (text, field->name);
  switch (below (6)) {
  case 0:
    g_string_append (text, below (2) == 0 ? " is empty" : " is not empty");
    return;
  case 1:
    g_string_append (text, " between ");
    append_operand (text, field);
    g_string_append (text, " and ");
    append_operand (text, field);
    return;
  case 2: {
    guint n = below (3) + 1;
    g_string_append_printf (text, " %s (", list[below (G_N_ELEMENTS (list))]);
    for (guint i = 0; i < n; i++) {
      g_string_append (text, i == 0 ? "" : ", ");
      append_operand (text, field);
    }
    g_string_append (text, ")");
    return;
  }
  case 3:
    if (below (2) == 0)
      g_string_append_printf (text, " in %s", period[below (G_N_ELEMENTS (period))]);
    else
      g_string_append_printf (text, " in %s %s", side[below (G_N_ELEMENTS (side))],
                              unit[below (G_N_ELEMENTS (unit))]);
    return;
  default:
    g_string_append_printf (text, " %s ", one[below (G_N_ELEMENTS (one))]);
    append_operand (text, field);
    return;
  }
}

static void append_condition (GString *text, const SatchelEntity *entity, guint depth);

static void
append_along (GString *text, const SatchelEntity *entity)
{
  const SatchelField *field = entity->fields[below (entity->n_fields)];

  if (field->type != SATCHEL_TYPE_LOOKUP || below (4) == 0) {
    append_test (text, field);
    return;
  }
  const char *target = field->targets[below (field->n_targets)];
  g_string_append_printf (text, "%s(%s).", field->name, target);
  append_along (text, satchel_registry_find (world_registry (world), target));
}

/* A whole condition for the record at the end of a path. */
static void
append_group (GString *text, const SatchelEntity *entity, guint depth)
{
  const SatchelField *field = entity->fields[below (entity->n_fields)];

  if (field->type != SATCHEL_TYPE_LOOKUP) {
    append_along (text, entity);
    return;
  }
  const char *target = field->targets[below (field->n_targets)];
  g_string_append_printf (text, "%s(%s).(", field->name, target);
  if (below (8) > 0)
    append_condition (text, satchel_registry_find (world_registry (world), target), depth - 1);
  g_string_append (text, ")");
}

static void
append_exists (GString *text, const SatchelEntity *entity, guint depth)
{
  guint n;
  const SatchelReference *references = satchel_registry_get_references (world_registry (world), entity, &n);

  if (n == 0) {
    append_along (text, entity);
    return;
  }
  const SatchelReference *reference = &references[below (n)];
  g_string_append_printf (text, "exists %s.%s (", reference->entity->name, reference->field->name);
  append_condition (text, reference->entity, depth - 1);
  g_string_append (text, ")");
}

static void
append_condition (GString *text, const SatchelEntity *entity, guint depth)
{
  switch (depth == 0 ? 0 : below (7)) {
  case 1:
    g_string_append (text, "not ");
    append_condition (text, entity, depth - 1);
    return;
  case 2:
    append_exists (text, entity, depth);
    return;
  case 6:
    append_group (text, entity, depth);
    return;
  case 3:
  case 4:
    g_string_append (text, "(");
    append_condition (text, entity, depth - 1);
    g_string_append (text, below (2) == 0 ? " and " : " or ");
    append_condition (text, entity, depth - 1);
    g_string_append (text, ")");
    return;
  default:
    append_along (text, entity);
    return;
  }
}

/* ---- tests ---- */

static void
assert_agree (SatchelPredicate *predicate, const SatchelPredicateContext *context, const char *text,
              guint *n_hits)
{
  g_autofree char *expected = world_select (world, ENGINE_MEMORY, predicate, context);

  for (Engine engine = ENGINE_SQLITE; engine < N_ENGINES; engine++) {
    if (!world_has (world, engine))
      continue;
    g_autofree char *names = world_select (world, engine, predicate, context);
    if (!g_str_equal (names, expected))
      g_error ("%s\n  memory: %s\n  %s: %s", text, expected, engine_name (engine), names);
  }
  *n_hits += *expected != '\0';

  g_autoptr (GError) error = NULL;
  const SatchelPredicateContext nobody = { .now_ms = context->now_ms,
                                           .zone = context->zone,
                                           .first_weekday = context->first_weekday };
  g_autoptr (SatchelPredicate) bound = satchel_predicate_bind (predicate, context, &error);
  g_assert_no_error (error);
  g_autofree char *names = world_select (world, ENGINE_ROWS, bound, &nobody);
  g_assert_cmpstr (names, ==, expected);
}

static void
assert_notations (SatchelPredicate *predicate, const char *text)
{
  const SatchelEntity *entity = satchel_predicate_get_entity (predicate);
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = satchel_predicate_to_text (predicate);
  g_autoptr (JsonNode) json = satchel_predicate_to_json (predicate);
  g_autoptr (SatchelPredicate) from_text =
      satchel_predicate_parse (world_registry (world), entity, printed, &error);
  g_assert_no_error (error);
  g_autoptr (SatchelPredicate) from_json =
      satchel_predicate_from_json (world_registry (world), entity, json, &error);
  g_assert_no_error (error);
  g_autofree char *text_again = satchel_predicate_to_text (from_text);
  g_autofree char *text_from_json = satchel_predicate_to_text (from_json);
  g_autoptr (JsonNode) json_again = satchel_predicate_to_json (from_text);

  g_assert_cmpstr (text_again, ==, printed);
  g_assert_cmpstr (text_from_json, ==, printed);
  g_assert_true (json_node_equal (json, json_again));
}

static void
test_agreement (void)
{
  guint n_wanted = g_getenv ("SATCHEL_TEST_LONG") != NULL ? 20000 : 1500;
  guint n_parsed = 0, n_hits = 0;
  g_autofree char *user = satchel_id_for_name ("user1");
  g_autofree char *team = satchel_id_for_name ("team1");
  g_autofree char *other_team = satchel_id_for_name ("team2");
  g_autofree char *unit = satchel_id_for_name ("business_unit1");
  const char *teams[] = { team, other_team, NULL };
  const char *const zones[] = { "UTC", "Europe/Bucharest", "Asia/Shanghai", "America/St_Johns" };

  while (n_parsed < n_wanted) {
    g_autoptr (GString) text = g_string_new (NULL);
    const char *entity_name = entity_names[below (G_N_ELEMENTS (entity_names))];
    const SatchelEntity *entity = satchel_registry_find (world_registry (world), entity_name);
    append_condition (text, entity, below (4));

    /* The generator does not care which operator suits which type: the parser sorts that out. */
    g_autoptr (SatchelPredicate) predicate =
        satchel_predicate_parse (world_registry (world), entity, text->str, NULL);
    if (predicate == NULL)
      continue;
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[below (G_N_ELEMENTS (zones))]);
    const SatchelPredicateContext context = { .user = user,
                                              .unit = unit,
                                              .teams = teams,
                                              .now_ms = NOW_MS + below (365 * 24) * 3600000ll,
                                              .zone = zone,
                                              .first_weekday = (int)below (8) };
    n_parsed++;
    assert_notations (predicate, text->str);
    assert_agree (predicate, &context, text->str, &n_hits);
  }
  /* A generator whose predicates hold for nothing would prove nothing. */
  g_assert_cmpuint (n_hits, >, n_wanted / 3);
}

/* Texts that are cut, doubled or mixed up are refused or understood, never a crash. */
static void
test_mangled (void)
{
  const SatchelEntity *entity = satchel_registry_find (world_registry (world), "account");

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    append_condition (text, entity, below (4));
    for (guint n = below (3) + 1; n > 0 && text->len > 0; n--) {
      guint at = below ((guint)text->len);
      if (below (2) == 0)
        g_string_truncate (text, at);
      else
        text->str[at] = " ()\"'\\.,=<>!-+aN7:_"[below (19)];
    }
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate =
        satchel_predicate_parse (world_registry (world), entity, text->str, &error);
    g_assert_true ((predicate == NULL) == (error != NULL));
    if (predicate != NULL)
      assert_notations (predicate, text->str);
  }
}

static void
test_fold (gconstpointer data)
{
  Engine engine = GPOINTER_TO_UINT (data);
  guint n_different = 0;

  if (!world_has (world, engine)) {
    g_test_skip ("PostgreSQL is not installed");
    return;
  }
  for (gunichar first = 1; first <= 0x10ffff; first += 0x400) {
    g_autoptr (GString) text = g_string_new (NULL);
    for (gunichar c = first; c < first + 0x400; c++)
      if (g_unichar_validate (c))
        g_string_append_unichar (text, c);
    g_autofree char *expected = satchel_fold (text->str);
    g_autofree char *folded = world_fold (world, engine, text->str);
    const char *a = expected, *b = folded, *c = text->str;
    for (; *c != '\0'; a = g_utf8_next_char (a), b = g_utf8_next_char (b), c = g_utf8_next_char (c)) {
      if (g_utf8_get_char (a) == g_utf8_get_char (b))
        continue;
      n_different++;
      g_test_message ("U+%04X: U+%04X, %s U+%04X", g_utf8_get_char (c), g_utf8_get_char (a),
                      engine_name (engine), g_utf8_get_char (b));
    }
    g_assert_cmpint (*a, ==, '\0');
    g_assert_cmpint (*b, ==, '\0');
  }
  g_assert_cmpuint (n_different, ==, 0);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  rng = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  world = world_new ();
  for (guint i = 0; i < G_N_ELEMENTS (entity_names); i++)
    for (guint n = 0; n < N_RECORDS; n++)
      world_take (world, random_record (satchel_registry_find (world_registry (world), entity_names[i]), n));
  world_load (world);

  g_test_add_func ("/protocol/predicate/random/agreement", test_agreement);
  g_test_add_func ("/protocol/predicate/random/mangled", test_mangled);
  g_test_add_data_func ("/protocol/predicate/fold/sqlite", GUINT_TO_POINTER (ENGINE_SQLITE), test_fold);
  g_test_add_data_func ("/protocol/predicate/fold/postgres", GUINT_TO_POINTER (ENGINE_POSTGRES), test_fold);
  int status = g_test_run ();
  g_rand_free (rng);
  world_free (world);
  return status;
}
