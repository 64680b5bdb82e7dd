/* What devices carry, against a naive answer: a small organisation in which roles, units, teams, managers,
 * shares, filters, pins and records change at random. Whatever a desk has after a pull is what anybody would
 * work out from the records alone; and nothing that its user could not read was ever in a stream, ids
 * included.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/bind.h"
#include "sync-server/scope/audit.h"
#include "sync-server/scope/preview.h"
#include "sync-server/server-private.h"
#include "sync-server/store/pins.h"
#include "sync-server/store/rows.h"
#include "tests/lib/chance.h"
#include "tests/sync-server/office.h"

#include <string.h>

#define N_USERS 5
#define N_STEPS 150

static const char *const roles[] = { "salesperson", "sales-manager", "service", "back-office", "marketing" };
static const char *const changing[] = { "account", "contact", "task", "opportunity" };
static const char *const conditions[][2] = {
  { "*", "owner = me" },
  { "account", "" },
  { "account", "city = \"a\"" },
  { "account", "owner in (my teams)" },
  { "contact", "account.city = \"a\"" },
  { "contact", "not account.city = \"b\"" },
  { "contact", "account.parent.city = \"b\"" },
  { "account", "exists contact.account (city = \"a\")" },
  { "task", "due < today" },
  { "task", "regarding(account).owner = me" },
  { "opportunity", "unit = my unit" },
  { "account", "credit_limit > 5" },
  { "contact", "account.credit_limit > 5" },
  { "task", "this is no condition" },
  { "nothing", "owner = me" },
};

typedef struct {
  Office *office;
  SatchelStore *store;
  SatchelCommit commit;
  GRand *rng;
  char *users[N_USERS], *logins[N_USERS], *teams[2], *units[3];
  Desk *desks[N_USERS];
  GHashTable *readable[N_USERS]; /* ids that the user could read when she pulled last */
  GHashTable *records;           /* id → SatchelRecord */
} World;

/* ---- writing ---- */

static guint
below (World *world, guint bound)
{
  return (guint)g_rand_int_range (world->rng, 0, (gint32)bound);
}

static const SatchelEntity *
entity_named (World *world, const char *name)
{
  return satchel_registry_find (satchel_server_get_registry (world->office->server), name);
}

static void
begin (World *world)
{
  g_autoptr (GError) error = NULL;

  fake_clock_advance (&world->office->clock, 1000);
  must (satchel_server_begin_write (world->office->server, &error));
  world->store = world->office->server->writer;
  world->commit =
      (SatchelCommit){ .at_ms = world->office->clock.now_ms, .user = world->users[0], .op = "test" };
  must (satchel_feed_begin (world->store, &world->commit, &error));
}

static void
end (World *world)
{
  g_autoptr (GError) error = NULL;

  must (satchel_server_end_write (world->office->server, TRUE, &error));
}

static void
set (SatchelRecord *record, const char *field, const char *text)
{
  const SatchelField *found = satchel_entity_find_field (record->entity, field);
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  if (text != NULL) {
    must (satchel_value_from_stored_text (found, text, &value, &error));
  }
  satchel_record_set (record, found, value);
}

static void
set_flag (SatchelRecord *record, const char *field, gboolean flag)
{
  g_autoptr (SatchelValue) value = satchel_value_new_boolean (flag);

  satchel_record_set_by_name (record, field, value);
}

static SatchelRecord *
make (World *world, const char *entity)
{
  g_autofree char *id = satchel_id_new (&world->office->clock.clock);

  fake_clock_advance (&world->office->clock, 1);
  return satchel_record_new (entity_named (world, entity), id);
}

static void
write_new (World *world, SatchelRecord *record)
{
  g_autoptr (GError) error = NULL;

  must (satchel_rows_create (world->store, &world->commit, record, &error));
  satchel_record_free (record);
}

static char *
random_owner (World *world)
{
  return below (world, 4) == 0 ? g_strconcat ("team:", world->teams[below (world, 2)], NULL)
                               : g_strconcat ("user:", world->users[below (world, N_USERS)], NULL);
}

/* NULL when there is none. */
static SatchelRecord *
pick (World *world, const char *entity)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = satchel_rows_list (world->store, entity_named (world, entity), &error);

  g_assert_no_error (error);
  return all->len > 0 ? satchel_record_copy (all->pdata[below (world, all->len)]) : NULL;
}

static const char *const cities[] = { "a", "b", "c" };

static void
fill (World *world, SatchelRecord *record)
{
  static const char *const days[] = { "2025-11-21", "2025-11-22", "2025-11-23", NULL };
  const char *name = record->entity->name;
  g_autofree char *owner = random_owner (world);
  g_autofree char *title = g_strdup_printf ("%u", below (world, 100000));
  g_autoptr (SatchelRecord) account = below (world, 3) > 0 ? pick (world, "account") : NULL;

  set (record, record->entity->title->name, title);
  set (record, "owner", owner);
  if (g_str_equal (name, "contact"))
    set (record, "last_name", title);
  if (g_str_equal (name, "account") || g_str_equal (name, "contact"))
    set (record, "city", cities[below (world, 3)]);
  if (g_str_equal (name, "account") && below (world, 2) == 0) {
    const SatchelField *field = satchel_entity_find_field (record->entity, "credit_limit");
    g_autoptr (SatchelValue) limit = satchel_value_from_stored_integer (field, 100 * below (world, 10));

    satchel_record_set (record, field, limit);
  }
  if (g_str_equal (name, "task"))
    set (record, "due", days[below (world, 4)]);
  if (account == NULL || g_str_equal (account->id, record->id))
    return;
  if (g_str_equal (name, "task")) {
    g_autofree char *regarding = g_strconcat ("account:", account->id, NULL);

    set (record, "regarding", regarding);
  } else {
    set (record, g_str_equal (name, "account") ? "parent" : "account", account->id);
  }
}

/* With what is shared of it, as the resolver does. */
static void
delete_record (World *world, const SatchelRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shares = satchel_rows_list (world->store, entity_named (world, "share"), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < shares->len; i++) {
    const SatchelRecord *share = shares->pdata[i];

    if (g_str_equal (satchel_value_get_string (satchel_record_get_by_name (share, "record_id")), record->id))
      must (satchel_rows_delete (world->store, &world->commit, share, &error));
  }
  must (satchel_rows_delete (world->store, &world->commit, record, &error));
}

static void
change_record (World *world)
{
  const char *entity = changing[below (world, G_N_ELEMENTS (changing))];
  g_autoptr (SatchelRecord) before = pick (world, entity);
  g_autoptr (SatchelRecord) after = NULL;
  g_autoptr (GError) error = NULL;

  if (before == NULL || below (world, 3) == 0) {
    SatchelRecord *record = make (world, entity);

    fill (world, record);
    write_new (world, record);
    return;
  }
  if (below (world, 6) == 0 && !g_str_equal (entity, "account")) {
    delete_record (world, before);
    return;
  }
  after = satchel_record_copy (before);
  if (below (world, 2) == 0)
    fill (world, after);
  else
    set (after, after->entity->title->name, cities[below (world, 3)]);
  must (satchel_rows_update (world->store, &world->commit, before, after, NULL, &error));
}

static void
change_user (World *world)
{
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  must (satchel_rows_read (world->store, entity_named (world, "user"), world->users[below (world, N_USERS)],
                           &before, &error));
  after = satchel_record_copy (before);
  if (below (world, 2) == 0)
    set (after, "unit", world->units[below (world, 3)]);
  else
    set (after, "manager", below (world, 2) == 0 ? NULL : world->users[below (world, N_USERS)]);
  must (satchel_rows_update (world->store, &world->commit, before, after, NULL, &error));
}

static void
drop_one (World *world, const char *entity)
{
  g_autoptr (SatchelRecord) record = pick (world, entity);
  g_autoptr (GError) error = NULL;

  if (record != NULL)
    must (satchel_rows_delete (world->store, &world->commit, record, &error));
}

static void
join_team (World *world)
{
  SatchelRecord *member = make (world, "team_member");

  set (member, "team", world->teams[below (world, 2)]);
  set (member, "user", world->users[below (world, N_USERS)]);
  write_new (world, member);
}

static void
share_one (World *world)
{
  const char *entity = changing[below (world, G_N_ELEMENTS (changing))];
  g_autoptr (SatchelRecord) record = pick (world, entity);
  g_autofree char *principal = random_owner (world);
  SatchelRecord *share;

  if (record == NULL)
    return;
  share = make (world, "share");
  set (share, "record_entity", entity);
  set (share, "record_id", record->id);
  set (share, "principal", principal);
  set (share, "rights", "|read|");
  write_new (world, share);
}

static void
choose_one (World *world)
{
  const char *const *condition = conditions[below (world, G_N_ELEMENTS (conditions))];
  SatchelRecord *filter = make (world, "offline_filter");

  set (filter, "entity", condition[0]);
  if (*condition[1] != '\0')
    set (filter, "predicate", condition[1]);
  set (filter, "owner", world->users[below (world, N_USERS)]);
  set_flag (filter, "related", below (world, 3) == 0);
  write_new (world, filter);
}

/* Outside of a commit. */
static void
change_role (World *world)
{
  const char *role = roles[below (world, G_N_ELEMENTS (roles))], *user = world->users[below (world, N_USERS)];
  g_autoptr (GError) error = NULL;

  if (below (world, 2) == 0)
    must (satchel_accounts_add_role (world->office->server, NULL, user, role, &error));
  else
    (void)!satchel_accounts_remove_role (world->office->server, NULL, user, role, &error);
}

static void
pin_one (World *world)
{
  Desk *desk = world->desks[below (world, N_USERS)];
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  SatchelRecordRequest request = { 0 };

  must (satchel_server_begin_write (world->office->server, &error));
  record = pick (world, changing[below (world, G_N_ELEMENTS (changing))]);
  must (satchel_server_end_write (world->office->server, TRUE, &error));
  if (record == NULL)
    return;
  request.entity = (char *)record->entity->name;
  request.id = record->id;
  if (below (world, 3) > 0)
    must (satchel_server_pin (world->office->server, &desk->caller, &request, &error));
  else
    must (satchel_server_unpin (world->office->server, &desk->caller, &request, &error));
}

static void
step (World *world)
{
  const guint choice = below (world, 20);

  if (choice == 0) {
    change_role (world);
  } else if (choice <= 2) {
    pin_one (world);
  } else if (choice == 3) {
    fake_clock_advance (&world->office->clock, 12 * 60 * 60 * 1000);
  } else {
    begin (world);
    if (choice == 4)
      change_user (world);
    else if (choice == 5)
      join_team (world);
    else if (choice == 6)
      drop_one (world, "team_member");
    else if (choice == 7)
      share_one (world);
    else if (choice == 8)
      drop_one (world, "share");
    else if (choice == 9)
      choose_one (world);
    else if (choice == 10)
      drop_one (world, "offline_filter");
    else
      change_record (world);
    end (world);
  }
}

/* ---- the naive answer ---- */

typedef struct {
  World *world;
  guint user;
  const SatchelRights *rights;
  SatchelReader *reader;
} Asker;

/* NULL for what is not there or empty. */
static const char *
peek (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = record != NULL ? satchel_entity_find_field (record->entity, name) : NULL;
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  if (value == NULL)
    return NULL;
  return satchel_value_get_kind (value) == SATCHEL_KIND_LOOKUP ? satchel_value_get_id (value)
                                                               : satchel_value_get_string (value);
}

static const SatchelRecord *
get (World *world, const char *id)
{
  return id != NULL ? g_hash_table_lookup (world->records, id) : NULL;
}

static gboolean
is_in_team (Asker *asker, const char *team)
{
  return g_strv_contains (satchel_rights_get_teams (asker->rights), team);
}

static gboolean
reports_to (Asker *asker, const char *user)
{
  const char *at = peek (get (asker->world, user), "manager");

  for (guint i = 0; at != NULL && i < N_USERS; i++) {
    if (g_str_equal (at, asker->world->users[asker->user]))
      return TRUE;
    at = peek (get (asker->world, at), "manager");
  }
  return FALSE;
}

static gboolean
is_shared (Asker *asker, const SatchelRecord *record)
{
  GHashTableIter iter;
  gpointer share;

  g_hash_table_iter_init (&iter, asker->world->records);
  while (g_hash_table_iter_next (&iter, NULL, &share)) {
    const SatchelRecord *other = share;
    const char *principal;

    if (!g_str_equal (other->entity->name, "share") || g_strcmp0 (peek (other, "record_id"), record->id) != 0)
      continue;
    principal = peek (other, "principal");
    if (g_str_equal (principal, asker->world->users[asker->user]) || is_in_team (asker, principal))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_readable (Asker *asker, const SatchelRecord *record)
{
  const char *owner, *unit;
  SatchelDepth depth;

  if (record->entity->ownership == SATCHEL_OWNERSHIP_RECORD)
    record = get (asker->world, peek (record, "record_id"));
  if (record == NULL)
    return FALSE;
  owner = peek (record, "owner");
  unit = peek (record, "unit");
  depth = satchel_rights_get_depth (asker->rights, SATCHEL_PRIVILEGE_READ, record->entity);
  if (depth == SATCHEL_DEPTH_NONE || depth == SATCHEL_DEPTH_ORGANISATION)
    return depth == SATCHEL_DEPTH_ORGANISATION;
  if (record->entity->ownership != SATCHEL_OWNERSHIP_USER)
    return FALSE;
  return g_str_equal (owner, asker->world->users[asker->user]) || is_in_team (asker, owner) ||
         reports_to (asker, owner) || is_shared (asker, record) ||
         (depth >= SATCHEL_DEPTH_UNIT && g_strcmp0 (unit, satchel_rights_get_unit (asker->rights)) == 0) ||
         (depth >= SATCHEL_DEPTH_BELOW &&
          satchel_units_is_within (satchel_rights_get_units (asker->rights), unit,
                                   satchel_rights_get_unit (asker->rights)));
}

static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  Asker *asker = data;
  const SatchelRecord *record = get (asker->world, id);

  return record != NULL && is_readable (asker, record) ? record : NULL;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  Asker *asker = data;
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, asker->world->records);
  while (g_hash_table_iter_next (&iter, NULL, &record)) {
    const SatchelRecord *other = record;

    if (other->entity == reference->entity && g_strcmp0 (peek (other, reference->field->name), id) == 0 &&
        is_readable (asker, other) && visit (other, visit_data))
      return TRUE;
  }
  return FALSE;
}

static gboolean
reads_credit (Asker *asker)
{
  return satchel_rights_can_read_class (asker->rights, "credit");
}

static gboolean
chooses (Asker *asker, const char *entity, const char *where, gboolean related, const SatchelRecord *record)
{
  World *world = asker->world;
  g_autoptr (SatchelPredicate) root = satchel_predicate_parse (
      satchel_server_get_registry (world->office->server), entity_named (world, entity), where, NULL);
  const SatchelRecordSource source = { find_cb, each_cb, asker };
  const SatchelPredicateContext context = { .user = world->users[asker->user],
                                            .unit = satchel_rights_get_unit (asker->rights),
                                            .teams = satchel_rights_get_teams (asker->rights),
                                            .now_ms = world->office->clock.now_ms };
  g_autoptr (GPtrArray) derived = NULL;
  gboolean does = FALSE;

  if (root == NULL || (strstr (where, "credit_limit") != NULL && !reads_credit (asker)))
    return FALSE;
  if (record->entity == satchel_predicate_get_entity (root))
    return satchel_predicate_holds (root, &context, record, &source);
  if (!related)
    return FALSE;
  derived = satchel_predicate_list_related (root, NULL);
  for (guint i = 0; i < derived->len; i++)
    does |= satchel_predicate_get_entity (derived->pdata[i]) == record->entity &&
            satchel_predicate_holds (derived->pdata[i], &context, record, &source);
  return does;
}

static gboolean
is_chosen (Asker *asker, const SatchelRecord *record)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_server_get_registry (asker->world->office->server), &n_entities);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, asker->world->records);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SatchelRecord *filter = value;
    const char *entity = peek (filter, "entity"), *where = peek (filter, "predicate");
    gboolean related;

    if (!g_str_equal (filter->entity->name, "offline_filter") ||
        !g_str_equal (peek (filter, "owner"), asker->world->users[asker->user]))
      continue;
    related = satchel_value_get_boolean (satchel_record_get_by_name (filter, "related"));
    for (guint i = 0; i < n_entities; i++) {
      if (entities[i]->ownership == SATCHEL_OWNERSHIP_USER && entities[i]->carry == SATCHEL_CARRY_CHOSEN &&
          (g_str_equal (entity, "*") || g_str_equal (entity, entities[i]->name)) &&
          chooses (asker, entities[i]->name, where != NULL ? where : "", related, record))
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
is_pinned (Asker *asker, const SatchelRecord *record)
{
  g_autoptr (GError) error = NULL;
  gboolean pinned;

  must (satchel_pins_contain (asker->reader->store, asker->world->desks[asker->user]->caller.device,
                              record->id, &pinned, &error));
  return pinned;
}

static gboolean
is_carried (Asker *asker, const SatchelRecord *record)
{
  const SatchelRecord *subject = record;

  if (!is_readable (asker, record))
    return FALSE;
  if (record->entity->ownership == SATCHEL_OWNERSHIP_RECORD)
    subject = get (asker->world, peek (record, "record_id"));
  return subject->entity->carry == SATCHEL_CARRY_ALWAYS || is_pinned (asker, subject) ||
         is_chosen (asker, subject);
}

/* ---- comparing ---- */

static void
read_records (World *world, SatchelReader *reader)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_server_get_registry (world->office->server), &n_entities);
  g_autoptr (GError) error = NULL;

  g_hash_table_remove_all (world->records);
  for (guint i = 0; i < n_entities; i++) {
    g_autoptr (GPtrArray) all = satchel_rows_list (reader->store, entities[i], &error);

    g_assert_no_error (error);
    for (guint j = 0; j < all->len; j++)
      g_hash_table_insert (world->records, g_strdup (((SatchelRecord *)all->pdata[j])->id),
                           satchel_record_copy (all->pdata[j]));
  }
}

/* Ids at the beginning of the stream's rows. */
static void
check_ids (Asker *asker, const char *stream, GHashTable *was_readable)
{
  g_auto (GStrv) lines = g_strsplit (stream, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *id = *lines[i] == '[' ? g_strndup (lines[i] + 2, 36) : NULL;
    const SatchelRecord *record = get (asker->world, id);

    if (id != NULL && !g_hash_table_contains (was_readable, id) &&
        (record == NULL || !is_readable (asker, record)))
      g_error ("%s got %s, which she could not read", asker->world->logins[asker->user], lines[i]);
  }
}

/* The field of a class is there for who may read it, and else not even empty. */
static void
check_credit (Asker *asker, Desk *desk, const SatchelRecord *record)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "credit_limit");
  const SatchelValue *limit = field != NULL ? satchel_record_get (record, field) : NULL;
  g_autofree char *expected = NULL;

  if (field == NULL || !g_str_equal (record->entity->name, "account"))
    return;
  if (reads_credit (asker))
    expected = limit != NULL
                   ? g_strdup_printf ("%" G_GINT64_FORMAT, satchel_value_to_stored_integer (field, limit))
                   : g_strdup ("null");
  g_assert_cmpstr (desk_get (desk, "account", record->id, "credit_limit"), ==, expected);
}

static void
check_carried (Asker *asker, Desk *desk)
{
  GHashTableIter iter;
  gpointer id, value;
  guint n = 0;

  g_hash_table_iter_init (&iter, asker->world->records);
  while (g_hash_table_iter_next (&iter, &id, &value)) {
    const SatchelRecord *record = value;
    const gboolean carried = is_carried (asker, record);

    n += carried;
    if (carried != desk_has (desk, record->entity->name, id))
      g_error ("%s %s %s %s", asker->world->logins[asker->user], carried ? "lacks" : "still has",
               record->entity->name, (char *)id);
    if (carried)
      check_credit (asker, desk, record);
  }
  g_assert_cmpint (n, ==, g_hash_table_size (desk->rows));
}

/* All that is named, may be read and is not here has its title, and nothing else has. */
static void
check_stubs (Asker *asker, Desk *desk)
{
  GHashTableIter iter;
  gpointer id, value;
  guint n = 0;

  g_hash_table_iter_init (&iter, asker->world->records);
  while (g_hash_table_iter_next (&iter, &id, &value)) {
    const SatchelRecord *record = value;

    for (guint i = 0; desk_has (desk, record->entity->name, id) && i < record->entity->n_fields; i++) {
      const SatchelField *field = record->entity->fields[i];
      const SatchelRecord *named =
          field->type == SATCHEL_TYPE_LOOKUP ? get (asker->world, peek (record, field->name)) : NULL;
      g_autofree char *key = named != NULL ? g_strconcat (named->entity->name, "/", named->id, NULL) : NULL;
      const char *title;

      if (named == NULL || desk_has (desk, named->entity->name, named->id))
        continue;
      title = g_hash_table_lookup (desk->stubs, key);
      if (is_readable (asker, named) != (title != NULL))
        g_error ("%s has %s title of %s", asker->world->logins[asker->user], title != NULL ? "a" : "no", key);
      if (title != NULL) {
        g_autofree char *expected = g_strdup_printf ("\"%s\"", peek (named, named->entity->title->name));

        g_assert_cmpstr (title, ==, expected);
        n++;
      }
    }
  }
  g_assert_cmpint (n, >=, g_hash_table_size (desk->stubs));
}

static void
check_user (World *world, guint user)
{
  Desk *desk = world->desks[user];
  Asker asker = { .world = world, .user = user };
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer id, record;

  desk_pull (desk);
  asker.reader = satchel_server_begin_read (world->office->server, &error);
  g_assert_no_error (error);
  asker.rights = satchel_access_get_rights (asker.reader->access, world->users[user], &error);
  g_assert_no_error (error);
  read_records (world, asker.reader);
  check_ids (&asker, desk->stream, world->readable[user]);
  check_carried (&asker, desk);
  check_stubs (&asker, desk);
  g_hash_table_remove_all (world->readable[user]);
  g_hash_table_iter_init (&iter, world->records);
  while (g_hash_table_iter_next (&iter, &id, &record)) {
    if (is_readable (&asker, record))
      g_hash_table_add (world->readable[user], g_strdup (id));
  }
  satchel_server_end_read (world->office->server, asker.reader);
  desk_check (desk);
}

/* ---- the world ---- */

static World *
world_new (guint32 seed)
{
  World *world = g_new0 (World, 1);

  world->office = office_new ();
  world->rng = g_rand_new_with_seed (seed);
  world->records =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)satchel_record_free);
  world->units[0] = g_strdup (satchel_server_get_root_unit (world->office->server));
  world->units[1] = g_strdup (world->office->north);
  world->units[2] = g_strdup (world->office->south);
  for (guint i = 0; i < N_USERS; i++) {
    world->logins[i] = g_strdup_printf ("%s%u", roles[i % G_N_ELEMENTS (roles)], i);
    world->users[i] =
        office_employ (world->office, world->logins[i], roles[i % G_N_ELEMENTS (roles)], world->units[i % 3]);
    world->readable[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  begin (world);
  for (guint i = 0; i < 2; i++) {
    SatchelRecord *team = make (world, "team");

    set (team, "name", i == 0 ? "One" : "Two");
    set (team, "unit", world->units[1 + i]);
    set_flag (team, "active", TRUE);
    world->teams[i] = g_strdup (team->id);
    write_new (world, team);
  }
  for (guint i = 0; i < 30; i++)
    change_record (world);
  end (world);
  for (guint i = 0; i < N_USERS; i++)
    world->desks[i] = desk_new (world->office, world->logins[i]);
  return world;
}

static void
world_free (World *world)
{
  for (guint i = 0; i < N_USERS; i++) {
    desk_free (world->desks[i]);
    g_hash_table_unref (world->readable[i]);
    g_free (world->users[i]);
    g_free (world->logins[i]);
  }
  g_free (world->teams[0]);
  g_free (world->teams[1]);
  for (guint i = 0; i < 3; i++)
    g_free (world->units[i]);
  g_hash_table_unref (world->records);
  g_rand_free (world->rng);
  office_free (world->office);
  g_free (world);
}

static void
test_random (void)
{
  const guint32 seed = (guint32)g_test_rand_int ();
  World *world = world_new (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < N_USERS; i++)
    check_user (world, i);
  for (guint i = 0; i < N_STEPS; i++) {
    step (world);
    if (below (world, 3) == 0)
      check_user (world, below (world, N_USERS));
  }
  for (guint i = 0; i < N_USERS; i++)
    check_user (world, i);
  world_free (world);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/pull-scope/random", test_random);
  return g_test_run ();
}
