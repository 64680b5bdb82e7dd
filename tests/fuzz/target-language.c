/* Definitions, and predicates over them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/metadata/registry.h"
#include "protocol/predicate/bind.h"
#include "protocol/wire/json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/protocol/predicate-world.h"

#define NOW_MS (G_GINT64_CONSTANT (1773829800000)) /* 2026-03-18T10:30:00Z */

/* A small registry, so that an input costs little. */
static SatchelRegistry *
get_registry (void)
{
  static SatchelRegistry *registry;
  g_autoptr (GError) error = NULL;

  if (registry == NULL)
    registry = satchel_registry_load_dir (FIXTURES "/predicate", &error);
  g_assert_no_error (error);
  return registry;
}

/* Definitions that were accepted say the same when they are read again, and hold what their text says. */
static void
check_registry (SatchelRegistry *registry)
{
  const SatchelMetadataDocument all = { "all", satchel_registry_get_text (registry) };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) again = satchel_registry_amend (NULL, &all, 1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (satchel_registry_get_text (again), ==, all.text);
  g_assert_cmpstr (satchel_registry_get_digest (again), ==, satchel_registry_get_digest (registry));
}

void
fuzz_metadata (const guint8 *bytes, gsize size)
{
  g_auto (GStrv) texts = fuzz_split (bytes, size, 2);
  guint n = g_strv_length (texts);
  SatchelMetadataDocument documents[2];
  GError *error = NULL;

  for (guint i = 0; i < n; i++)
    documents[i] = (SatchelMetadataDocument){ "fuzz.xml", texts[i] };
  if (n == 0)
    return;

  g_autoptr (SatchelRegistry) amended = satchel_registry_amend (get_registry (), documents, n, &error);
  fuzz_check_error (amended == NULL, error);
  g_clear_error (&error);
  if (amended != NULL)
    check_registry (amended);

  g_autoptr (SatchelRegistry) alone = satchel_registry_amend (NULL, documents, n, &error);
  fuzz_check_error (alone == NULL, error);
  g_clear_error (&error);

  g_autoptr (SatchelRegistry) followed = satchel_registry_follow (get_registry (), &documents[0], &error);
  fuzz_check_error (followed == NULL, error);
  g_clear_error (&error);
  if (followed != NULL)
    check_registry (followed);

  g_autofree char *joined = satchel_metadata_join (documents, n, &error);
  fuzz_check_error (joined == NULL, error);
  g_clear_error (&error);
}

/* ---- predicates ---- */

static World *
get_world (void)
{
  static World *world;

  if (world != NULL)
    return world;
  world = world_new_local ();
  world_add (world, "business_unit", "hq", "name=Headquarters");
  world_add (world, "user", "ana", "name=Ana");
  world_add (world, "user", "bo", "name=Bo");
  world_add (world, "team", "t1", "name=Parts");
  world_add (
      world, "account", "a1",
      "name=Acme|city=Cluj|employees=120|share=12.5|revenue=10000.01|active=yes|founded=2016-10-20|"
      "seen=2026-03-18T09:00:00Z|effort=1h30m|rating=hot|lines=parts, rental|tags=x y, z|owner=user:$ana");
  world_add (
      world, "account", "a2",
      "name=Über \\ \"100%\"|city=上海|employees=0|share=0.001|revenue=-5.25|active=no|founded=2026-03-18|"
      "rating=warm|lines=machines|parent=$a1|owner=team:$t1");
  world_add (world, "account", "a3", "name=Straße|remarks=late.\nask|parent=$a1");
  world_add (world, "contact", "c1", "name=Ünal|account=$a1|owner=$ana");
  world_add (world, "contact", "c2", "name=c|account=$a2");
  world_add (world, "task", "k1", "subject=Call|due=2026-03-18|regarding=account:$a1");
  world_add (world, "task", "k2", "subject=Write|regarding=contact:$c2");
  world_load (world);
  return world;
}

static void
ask (SatchelPredicate *predicate, const SatchelPredicateContext *context)
{
  World *world = get_world ();
  g_autofree char *memory = world_select (world, ENGINE_MEMORY, predicate, context);
  g_autofree char *searched = world_select (world, ENGINE_SQLITE, predicate, context);
  g_autofree char *walked = world_select (world, ENGINE_ROWS, predicate, context);
  g_auto (SatchelSqlCondition) condition = { 0 };

  g_assert_cmpstr (memory, ==, searched);
  g_assert_cmpstr (memory, ==, walked);
  satchel_predicate_to_sql (predicate, context, SATCHEL_SQL_POSTGRES, 1, &condition);
}

/* Each notation gives the same tree back. */
static void
check_notations (SatchelPredicate *predicate)
{
  const SatchelEntity *entity = satchel_predicate_get_entity (predicate);
  SatchelRegistry *registry = world_registry (get_world ());
  g_autoptr (GError) error = NULL;
  g_autofree char *text = satchel_predicate_to_text (predicate);
  g_autoptr (JsonNode) node = satchel_predicate_to_json (predicate);
  g_autoptr (SatchelPredicate) from_text = satchel_predicate_parse (registry, entity, text, &error);

  g_assert_no_error (error);
  g_autoptr (SatchelPredicate) from_json = satchel_predicate_from_json (registry, entity, node, &error);
  g_assert_no_error (error);
  g_autofree char *text_again = satchel_predicate_to_text (from_text);
  g_autofree char *text_of_json = satchel_predicate_to_text (from_json);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_cmpstr (text, ==, text_of_json);
}

static void
check_predicate (SatchelPredicate *predicate)
{
  g_autofree char *ana = satchel_id_for_name ("ana"), *hq = satchel_id_for_name ("hq");
  g_autofree char *team = satchel_id_for_name ("t1");
  const char *teams[] = { team, NULL };
  const SatchelPredicateContext context = { ana, hq, teams, NOW_MS, NULL, 0 };
  g_autoptr (GError) error = NULL;

  check_notations (predicate);
  ask (predicate, &context);

  g_autoptr (SatchelPredicate) bound = satchel_predicate_bind (predicate, &context, &error);
  fuzz_check_error (bound == NULL, error);
  if (bound != NULL) {
    g_autofree char *same = world_select (get_world (), ENGINE_MEMORY, predicate, &context);
    g_autofree char *found = world_select (get_world (), ENGINE_MEMORY, bound, &context);

    g_assert_cmpstr (same, ==, found);
    g_autoptr (GPtrArray) pivots = satchel_predicate_list_pivots (bound);
  }
  g_clear_error (&error);
  g_autoptr (GPtrArray) related = satchel_predicate_list_related (predicate, &error);
  fuzz_check_error (related == NULL, error);
}

/* The first line names the entity. */
static const SatchelEntity *
take_entity (const char *text, const char **rest)
{
  const char *end = strchr (text, '\n');
  g_autofree char *name = end != NULL ? g_strndup (text, end - text) : NULL;
  const SatchelEntity *entity =
      name != NULL ? satchel_registry_find (world_registry (get_world ()), name) : NULL;

  *rest = entity != NULL ? end + 1 : text;
  return entity != NULL ? entity : satchel_registry_find (world_registry (get_world ()), "account");
}

void
fuzz_predicate (const guint8 *bytes, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size);
  const char *rest;
  const SatchelEntity *entity = take_entity (text, &rest);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (world_registry (get_world ()), entity, rest, &error);

  fuzz_check_error (predicate == NULL, error);
  if (predicate != NULL)
    check_predicate (predicate);
}

void
fuzz_predicate_json (const guint8 *bytes, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)bytes, size);
  const char *rest;
  const SatchelEntity *entity = take_entity (text, &rest);
  g_autoptr (JsonNode) node = satchel_json_parse (rest, strlen (rest), NULL);
  SatchelRegistry *registry = world_registry (get_world ());
  GError *error = NULL;

  if (node == NULL)
    return;
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_from_json (registry, entity, node, &error);
  fuzz_check_error (predicate == NULL, error);
  g_clear_error (&error);
  if (predicate != NULL)
    check_predicate (predicate);

  g_autoptr (SatchelPredicate) derived = satchel_predicate_from_derived_json (registry, entity, node, &error);
  fuzz_check_error (derived == NULL, error);
  g_clear_error (&error);
}
