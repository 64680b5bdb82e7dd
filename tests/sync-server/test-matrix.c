/* Every privilege at every depth against every relation of a record to a user, through every channel and
 * operation: the server must agree in all cells with the few lines of may(), which state the rules again and
 * know nothing of how it decides.
 *
 * One person goes through all roles; the records, and who owns them, stay. Another channel is a line in
 * channels[], another operation one in operations[].
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/query.h"
#include "sync-server/security/roles.h"
#include "tests/sync-server/office.h"

#include <string.h>

/* ---- the rules ---- */

typedef SatchelDepth Grants[SATCHEL_N_PRIVILEGES];

typedef struct {
  const char *name;
  SatchelDepth least; /* the depth that reaches so far by itself */
  const char *extra;  /* privileges that any depth is enough for */
} Relation;

enum { OWN, TEAM, UNIT, BELOW, OTHER, SHARED_READ, SHARED_ALL, SHARED_TEAM, DIRECT, INDIRECT, N_RELATIONS };

static const Relation relations[N_RELATIONS] = {
  [OWN] = { "own", SATCHEL_DEPTH_OWN, "" },
  [TEAM] = { "own team's", SATCHEL_DEPTH_OWN, "" },
  [UNIT] = { "same unit", SATCHEL_DEPTH_UNIT, "" },
  [BELOW] = { "unit below", SATCHEL_DEPTH_BELOW, "" },
  [OTHER] = { "elsewhere", SATCHEL_DEPTH_ORGANISATION, "" },
  [SHARED_READ] = { "shared to read", SATCHEL_DEPTH_ORGANISATION, "read" },
  [SHARED_ALL] = { "shared wholly", SATCHEL_DEPTH_ORGANISATION,
                   "read write delete append append_to assign share" },
  [SHARED_TEAM] = { "shared with team", SATCHEL_DEPTH_ORGANISATION, "read write append_to" },
  [DIRECT] = { "direct report's", SATCHEL_DEPTH_ORGANISATION, "read write append append_to" },
  [INDIRECT] = { "indirect report's", SATCHEL_DEPTH_ORGANISATION, "read" },
};

static gboolean
may (const Grants grants, SatchelPrivilege privilege, const Relation *relation)
{
  g_auto (GStrv) extra = g_strsplit (relation->extra, " ", -1);

  if (grants[privilege] == SATCHEL_DEPTH_NONE)
    return FALSE;
  return grants[privilege] >= relation->least ||
         g_strv_contains ((const char *const *)extra, satchel_privilege_name (privilege));
}

/* After an assignment to a colleague of the same unit: her record, with the shares that it had. */
static gboolean
may_afterwards (const Grants grants, SatchelPrivilege privilege, guint relation)
{
  gboolean shared = relation == SHARED_READ || relation == SHARED_ALL || relation == SHARED_TEAM;

  return may (grants, privilege, &relations[UNIT]) ||
         (shared && may (grants, privilege, &relations[relation]));
}

/* ---- the world ---- */

typedef struct {
  Office *office;
  Desk *admin, *back;
  Desk *me;                        /* carries all that she may read */
  Desk *lean;                      /* carries her hubs alone: what they name comes as a stub */
  char *my_id, *heir_id, *team_id; /* the heir works in my unit and owns nothing */
  char *owners[N_RELATIONS];       /* "user:ID", "team:ID" */
  char *records[N_RELATIONS];
  char *conflicts[N_RELATIONS];
  char *hubs[N_RELATIONS]; /* records of hers whose parent is the record */
  char *mine;              /* a record of hers, for what is attached */
  Grants grants;           /* of the role under way */
  char *role;
  guint n_disputes, n_cells;
} Matrix;

/* Applied and undone, or refused; the next cell finds all as it was. */
static gboolean
was_applied (Desk *desk, SatchelOutcome *outcome)
{
  gboolean applied = outcome->state == SATCHEL_OUTCOME_APPLIED;

  if (!applied)
    desk_release (desk, outcome->uuid);
  satchel_outcome_free (outcome);
  return applied;
}

static void
undo (SatchelOutcome *outcome)
{
  g_assert_cmpstr (outcome->reason, ==, NULL);
  satchel_outcome_free (outcome);
}

static char *
quote (const char *text)
{
  return g_strdup_printf ("\"%s\"", text);
}

static char *
hire (Matrix *matrix, const char *name, const char *unit, const char *manager)
{
  char *id = new_id (matrix->admin);
  g_autofree char *quoted_name = quote (name), *quoted_unit = quote (unit);
  g_autofree char *quoted_manager = manager != NULL ? quote (manager) : g_strdup ("null");

  undo (desk_create (matrix->admin, "user", id, "name", quoted_name, "unit", quoted_unit, "manager",
                     quoted_manager, NULL));
  return id;
}

static void
own (Matrix *matrix, guint relation, const char *entity, const char *id)
{
  matrix->owners[relation] = g_strdup_printf ("%s:%s", entity, id);
}

static char *
make_account (Matrix *matrix, const char *name, const char *owner, const char *parent)
{
  char *id = new_id (matrix->admin);
  g_autofree char *quoted_name = quote (name), *quoted_owner = quote (owner);
  g_autofree char *quoted_parent = parent != NULL ? quote (parent) : g_strdup ("null");

  undo (desk_create (matrix->admin, "account", id, "name", quoted_name, "owner", quoted_owner, "parent",
                     quoted_parent, NULL));
  return id;
}

static void
share (Matrix *matrix, guint relation, const char *principal, const char *rights)
{
  g_autofree char *with = quote (principal), *keys = quote (rights);

  undo (desk_act (matrix->admin, "account", matrix->records[relation], "share", "with", with, "rights", keys,
                  NULL));
}

/* Two who did not know of each other wrote one field. */
static char *
dispute (Matrix *matrix, const char *record)
{
  g_autofree char *one = g_strdup_printf ("\"1%u\"", ++matrix->n_disputes);
  g_autofree char *other = g_strdup_printf ("\"2%u\"", matrix->n_disputes);
  g_autoptr (SatchelOutcome) outcome = NULL;
  GHashTableIter iter;
  gpointer key, row;

  desk_pull (matrix->admin);
  desk_pull (matrix->back);
  undo (desk_update (matrix->admin, "account", record, "fax", one, NULL));
  outcome = desk_update (matrix->back, "account", record, "fax", other, NULL);
  g_assert_cmpint (outcome->n_conflicts, ==, 1);
  desk_pull (matrix->admin);
  g_hash_table_iter_init (&iter, matrix->admin->rows);
  while (g_hash_table_iter_next (&iter, &key, &row)) {
    g_autofree char *id = quote (record);

    if (g_str_has_prefix (key, "conflict/") && g_strcmp0 (g_hash_table_lookup (row, "record_id"), id) == 0 &&
        g_strcmp0 (g_hash_table_lookup (row, "status"), "\"settled\"") == 0)
      return g_strdup ((const char *)key + strlen ("conflict/"));
  }
  g_assert_not_reached ();
}

static void
carry (Desk *desk, const char *predicate)
{
  g_autofree char *id = new_id (desk), *device = quote (desk->caller.device), *text = quote (predicate);

  undo (desk_create (desk, "offline_filter", id, "entity", "\"account\"", "predicate",
                     *predicate != '\0' ? text : "null", "device", device, NULL));
}

/* An office has everybody carry all at first. */
static void
carry_nothing (Desk *desk)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key;

  desk_pull (desk);
  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_str_has_prefix (key, "offline_filter/"))
      g_ptr_array_add (ids, g_strdup ((const char *)key + strlen ("offline_filter/")));
  }
  for (guint i = 0; i < ids->len; i++)
    undo (desk_delete (desk, "offline_filter", ids->pdata[i]));
}

/* A role of its own name for each privilege at each depth; the others reach over the organisation. */
static char *
role_name (guint privilege, guint depth)
{
  return g_strdup_printf ("%s-%s", satchel_privilege_name (privilege), satchel_depth_name (depth));
}

static void
add_roles (void)
{
  for (guint i = 0; i < SATCHEL_N_PRIVILEGES * 5; i++) {
    g_autoptr (GString) xml = g_string_new (NULL);
    g_autofree char *name = role_name (i / 5, i % 5);
    g_autoptr (GError) error = NULL;

    g_string_append_printf (xml, "<role name='%s' label='Test'><grant entity='account'", name);
    for (guint j = 0; j < SATCHEL_N_PRIVILEGES; j++)
      g_string_append_printf (xml, " %s='%s'", satchel_privilege_name (j),
                              j == i / 5 ? satchel_depth_name (i % 5) : "organisation");
    g_string_append (xml, "/><grant entity='user' read='organisation' append_to='organisation'/>"
                          "<grant entity='team' read='organisation' append_to='organisation'/>"
                          "<grant entity='offline_filter' create='own' read='own' delete='own'/></role>");
    /* The roles of the program, before anybody shares them. */
    must (satchel_roles_add ((SatchelRoles *)satchel_roles_builtin (), name, xml->str, -1, &error));
  }
}

static void
set_up (Matrix *matrix, gconstpointer data)
{
  Office *office = matrix->office = office_new ();
  const char *root = satchel_server_get_root_unit (office->server);
  g_autofree char *child = NULL, *colleague = NULL, *below = NULL, *elsewhere = NULL, *direct = NULL,
                  *indirect = NULL;
  g_autofree char *member = NULL, *south = quote (office->south), *me = NULL, *team = NULL;
  g_autoptr (GError) error = NULL;

  g_free (office_hire (office, "admin", "system-administrator", root));
  g_free (office_hire (office, "back", "back-office", root));
  matrix->my_id = office_hire (office, "me", "read-own", office->north);
  matrix->admin = desk_new (office, "admin");
  matrix->back = desk_new (office, "back");
  matrix->me = desk_new (office, "me");
  matrix->lean = desk_new (office, "me");
  carry_nothing (matrix->me);
  carry (matrix->me, "");
  carry (matrix->lean, "name = \\\"Hub\\\"");

  child = satchel_accounts_add_unit (office->server, NULL, "Child", office->north, &error);
  g_assert_no_error (error);
  matrix->heir_id = hire (matrix, "Heir", office->north, NULL);
  colleague = hire (matrix, "Colleague", office->north, NULL);
  below = hire (matrix, "Below", child, NULL);
  elsewhere = hire (matrix, "Elsewhere", office->south, NULL);
  direct = hire (matrix, "Direct", office->south, matrix->my_id);
  indirect = hire (matrix, "Indirect", office->south, direct);
  matrix->team_id = new_id (matrix->admin);
  member = new_id (matrix->admin);
  me = quote (matrix->my_id);
  team = quote (matrix->team_id);
  undo (desk_create (matrix->admin, "team", matrix->team_id, "name", "\"Team\"", "unit", south, NULL));
  undo (desk_create (matrix->admin, "team_member", member, "team", team, "user", me, NULL));

  own (matrix, OWN, "user", matrix->my_id);
  own (matrix, TEAM, "team", matrix->team_id);
  own (matrix, UNIT, "user", colleague);
  own (matrix, BELOW, "user", below);
  for (guint i = OTHER; i <= SHARED_TEAM; i++)
    own (matrix, i, "user", elsewhere);
  own (matrix, DIRECT, "user", direct);
  own (matrix, INDIRECT, "user", indirect);
  matrix->mine = make_account (matrix, "Mine", matrix->owners[OWN], NULL);
  for (guint i = 0; i < N_RELATIONS; i++) {
    matrix->records[i] = make_account (matrix, relations[i].name, matrix->owners[i], NULL);
    matrix->hubs[i] = make_account (matrix, "Hub", matrix->owners[OWN], matrix->records[i]);
    matrix->conflicts[i] = dispute (matrix, matrix->records[i]);
  }
  share (matrix, SHARED_READ, matrix->owners[OWN], "|read|");
  share (matrix, SHARED_ALL, matrix->owners[OWN], "|append|append_to|assign|delete|read|share|write|");
  share (matrix, SHARED_TEAM, matrix->owners[TEAM], "|append_to|read|write|");
}

static void
tear_down (Matrix *matrix, gconstpointer data)
{
  Desk *const desks[] = { matrix->admin, matrix->back, matrix->me, matrix->lean };

  for (guint i = 0; i < G_N_ELEMENTS (desks); i++) {
    desk_check (desks[i]);
    desk_free (desks[i]);
  }
  for (guint i = 0; i < N_RELATIONS; i++) {
    g_free (matrix->owners[i]);
    g_free (matrix->records[i]);
    g_free (matrix->conflicts[i]);
    g_free (matrix->hubs[i]);
  }
  g_free (matrix->my_id);
  g_free (matrix->heir_id);
  g_free (matrix->team_id);
  g_free (matrix->mine);
  g_free (matrix->role);
  office_free (matrix->office);
}

/* ---- channels: what she is told of a record ---- */

static gboolean
collect_cb (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, bytes, size);
  return TRUE;
}

/* The desks have been pulled. */
static gboolean
through_pull (Matrix *matrix, guint relation)
{
  return desk_has (matrix->me, "account", matrix->records[relation]);
}

static gboolean
through_conflict (Matrix *matrix, guint relation)
{
  return desk_has (matrix->me, "conflict", matrix->conflicts[relation]);
}

static gboolean
through_stub (Matrix *matrix, guint relation)
{
  g_autofree char *key = g_strconcat ("account/", matrix->records[relation], NULL);

  return g_hash_table_contains (matrix->lean->stubs, key);
}

static char *
ask_list (Matrix *matrix, const char *request)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelListRequest) parsed = satchel_list_request_from_text (request, strlen (request), &error);

  g_assert_no_error (error);
  must (satchel_server_query (matrix->office->server, &matrix->me->caller, parsed, collect_cb, text, &error));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
through_query (Matrix *matrix, guint relation)
{
  g_autofree char *request =
      g_strdup_printf ("{\"entity\":\"account\",\"where\":\"name = \\\"%s\\\"\"}", relations[relation].name);
  g_autofree char *answer = ask_list (matrix, request);

  return strstr (answer, matrix->records[relation]) != NULL;
}

static gboolean
through_search (Matrix *matrix, guint relation)
{
  g_autofree char *request =
      g_strdup_printf ("{\"entity\":\"account\",\"find\":\"%s\"}", relations[relation].name);
  g_autofree char *answer = ask_list (matrix, request);

  return strstr (answer, matrix->records[relation]) != NULL;
}

static gboolean
through_count (Matrix *matrix, guint relation)
{
  g_autofree char *request = g_strdup_printf ("{\"entity\":\"account\",\"where\":\"name = \\\"%s\\\"\","
                                              "\"count\":true}",
                                              relations[relation].name);
  g_autofree char *answer = ask_list (matrix, request);

  return strstr (answer, "\"count\":1") != NULL;
}

/* What she feels of a record through another one of hers. */
static gboolean
through_condition (Matrix *matrix, guint relation)
{
  g_autofree char *request = g_strdup_printf (
      "{\"entity\":\"account\",\"where\":\"parent.name = \\\"%s\\\"\"}", relations[relation].name);
  g_autofree char *answer = ask_list (matrix, request);

  return strstr (answer, matrix->hubs[relation]) != NULL;
}

static gboolean
through_record (Matrix *matrix, guint relation)
{
  const SatchelRecordRequest request = { .entity = (char *)"account", .id = matrix->records[relation] };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (satchel_server_record (matrix->office->server, &matrix->me->caller, &request, collect_cb, text, &error))
    return TRUE;
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  return FALSE;
}

static gboolean
through_history (Matrix *matrix, guint relation)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *history = satchel_server_history (matrix->office->server, &matrix->me->caller, "account",
                                                     matrix->records[relation], &error);

  if (history == NULL)
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  return history != NULL;
}

typedef enum { NEEDS_IT_ALONE, NEEDS_ITS_HUB } ChannelNeed;

static const struct {
  const char *name;
  gboolean (*through) (Matrix *matrix, guint relation);
  ChannelNeed need; /* whether her own hub must be readable too, which names the record */
} channels[] = {
  { "pull", through_pull, NEEDS_IT_ALONE },          { "conflict", through_conflict, NEEDS_IT_ALONE },
  { "stub", through_stub, NEEDS_ITS_HUB },           { "query", through_query, NEEDS_IT_ALONE },
  { "search", through_search, NEEDS_IT_ALONE },      { "count", through_count, NEEDS_IT_ALONE },
  { "condition", through_condition, NEEDS_ITS_HUB }, { "record", through_record, NEEDS_IT_ALONE },
  { "history", through_history, NEEDS_IT_ALONE },
};

/* ---- operations: each tries, and undoes what was allowed ---- */

static gboolean
try_create (Matrix *matrix, guint relation)
{
  g_autofree char *id = new_id (matrix->me), *owner = quote (matrix->owners[relation]);
  gboolean applied = was_applied (
      matrix->me, desk_create (matrix->me, "account", id, "name", "\"New\"", "owner", owner, NULL));

  if (applied) {
    desk_pull (matrix->admin);
    undo (desk_delete (matrix->admin, "account", id));
  }
  return applied;
}

static gboolean
try_write (Matrix *matrix, guint relation)
{
  g_autofree char *city = quote (matrix->role);

  return was_applied (matrix->me,
                      desk_update (matrix->me, "account", matrix->records[relation], "city", city, NULL));
}

static gboolean
try_delete (Matrix *matrix, guint relation)
{
  const char *record = matrix->records[relation];

  if (!was_applied (matrix->me, desk_delete (matrix->me, "account", record)))
    return FALSE;
  desk_pull (matrix->admin);
  undo (desk_act (matrix->admin, "account", record, "restore", NULL));
  return TRUE;
}

static gboolean
try_assign (Matrix *matrix, guint relation)
{
  g_autofree char *to = g_strdup_printf ("\"user:%s\"", matrix->heir_id),
                  *back = quote (matrix->owners[relation]);
  const char *record = matrix->records[relation];

  if (!was_applied (matrix->me, desk_act (matrix->me, "account", record, "assign", "owner", to, NULL)))
    return FALSE;
  desk_pull (matrix->admin);
  undo (desk_act (matrix->admin, "account", record, "assign", "owner", back, NULL));
  return TRUE;
}

static gboolean
attach (Matrix *matrix, const char *record, const char *parent)
{
  g_autofree char *to = quote (parent);

  if (!was_applied (matrix->me, desk_update (matrix->me, "account", record, "parent", to, NULL)))
    return FALSE;
  desk_pull (matrix->admin);
  undo (desk_update (matrix->admin, "account", record, "parent", "null", NULL));
  return TRUE;
}

static gboolean
try_append (Matrix *matrix, guint relation)
{
  return attach (matrix, matrix->records[relation], matrix->mine);
}

static gboolean
try_append_to (Matrix *matrix, guint relation)
{
  return attach (matrix, matrix->mine, matrix->records[relation]);
}

static gboolean
try_share (Matrix *matrix, guint relation)
{
  g_autofree char *with = g_strdup_printf ("\"user:%s\"", matrix->heir_id);
  const char *record = matrix->records[relation];

  if (!was_applied (matrix->me, desk_act (matrix->me, "account", record, "share", "with", with, NULL)))
    return FALSE;
  desk_pull (matrix->admin);
  undo (desk_act (matrix->admin, "account", record, "unshare", "with", with, NULL));
  return TRUE;
}

static gboolean
try_resolve (Matrix *matrix, guint relation)
{
  char **conflict = &matrix->conflicts[relation];

  if (!was_applied (matrix->me,
                    desk_act (matrix->me, "conflict", *conflict, "resolve", "choice", "\"theirs\"", NULL)))
    return FALSE;
  g_free (*conflict);
  *conflict = dispute (matrix, matrix->records[relation]);
  return TRUE;
}

#define NEED(privilege) (1u << SATCHEL_PRIVILEGE_##privilege)

static const struct {
  const char *name;
  gboolean (*attempt) (Matrix *matrix, guint relation);
  guint on_record;    /* privileges needed on the record of the relation */
  guint on_own;       /* …and on a record of hers */
  guint afterwards;   /* …and on the record once it is a colleague's */
  gboolean is_making; /* a record that is yet to be made is shared with nobody */
} operations[] = {
  { "create", try_create, NEED (CREATE), 0, 0, TRUE },
  { "write", try_write, NEED (READ) | NEED (WRITE), 0, 0, FALSE },
  { "delete", try_delete, NEED (READ) | NEED (DELETE), 0, 0, FALSE },
  { "assign", try_assign, NEED (READ) | NEED (ASSIGN), 0, NEED (ASSIGN), FALSE },
  { "append", try_append, NEED (READ) | NEED (WRITE) | NEED (APPEND), NEED (READ) | NEED (APPEND_TO), 0,
    FALSE },
  { "append-to", try_append_to, NEED (READ) | NEED (APPEND_TO), NEED (READ) | NEED (WRITE) | NEED (APPEND), 0,
    FALSE },
  { "share", try_share, NEED (READ) | NEED (SHARE), 0, 0, FALSE },
  { "resolve", try_resolve, NEED (READ) | NEED (WRITE), 0, 0, FALSE },
};

/* ---- the cells ---- */

static gboolean
may_all (Matrix *matrix, guint needed, guint relation)
{
  for (guint i = 0; i < SATCHEL_N_PRIVILEGES; i++) {
    if ((needed & 1u << i) != 0 && !may (matrix->grants, i, &relations[relation]))
      return FALSE;
  }
  return TRUE;
}

static void
compare (Matrix *matrix, const char *what, guint relation, gboolean expected, gboolean found)
{
  matrix->n_cells++;
  if (expected != found)
    g_error ("role %s, %s record, %s: %s, but should %sbe", matrix->role, relations[relation].name, what,
             found ? "allowed" : "refused", expected ? "" : "not ");
}

static void
check_channels (Matrix *matrix, guint relation)
{
  const gboolean readable = may_all (matrix, NEED (READ), relation);
  const gboolean hub_readable = may_all (matrix, NEED (READ), OWN);

  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    compare (matrix, channels[i].name, relation,
             readable && (channels[i].need == NEEDS_IT_ALONE || hub_readable),
             channels[i].through (matrix, relation));
}

static void
check_operations (Matrix *matrix, guint relation)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++) {
    gboolean expected =
        may_all (matrix, operations[i].on_record, relation) && may_all (matrix, operations[i].on_own, OWN);

    if (operations[i].is_making && relation > OTHER && relation < DIRECT)
      continue;
    for (guint j = 0; j < SATCHEL_N_PRIVILEGES; j++) {
      if ((operations[i].afterwards & 1u << j) != 0)
        expected &= may_afterwards (matrix->grants, j, relation);
    }
    desk_pull (matrix->me);
    compare (matrix, operations[i].name, relation, expected, operations[i].attempt (matrix, relation));
  }
}

static void
change_role (Matrix *matrix, guint privilege, guint depth)
{
  g_autofree char *role = role_name (privilege, depth), *former = g_steal_pointer (&matrix->role);
  SatchelServer *server = matrix->office->server;
  g_autoptr (GError) error = NULL;

  if (former == NULL)
    former = g_strdup ("read-own");
  if (!g_str_equal (former, role)) {
    must (satchel_accounts_add_role (server, NULL, matrix->my_id, role, &error));
    must (satchel_accounts_remove_role (server, NULL, matrix->my_id, former, &error));
  }
  matrix->role = g_steal_pointer (&role);
  for (guint i = 0; i < SATCHEL_N_PRIVILEGES; i++)
    matrix->grants[i] = i == privilege ? depth : SATCHEL_DEPTH_ORGANISATION;
}

static void
test_all (Matrix *matrix, gconstpointer data)
{
  for (guint privilege = 0; privilege < SATCHEL_N_PRIVILEGES; privilege++) {
    for (guint depth = SATCHEL_DEPTH_NONE; depth <= SATCHEL_DEPTH_ORGANISATION; depth++) {
      change_role (matrix, privilege, depth);
      for (guint relation = 0; relation < N_RELATIONS; relation++) {
        desk_pull (matrix->me);
        desk_pull (matrix->lean);
        check_channels (matrix, relation);
        check_operations (matrix, relation);
      }
    }
  }
  g_test_message ("%u cells", matrix->n_cells);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_roles ();
  g_test_add ("/sync-server/matrix", Matrix, NULL, set_up, test_all, tear_down);
  return g_test_run ();
}
