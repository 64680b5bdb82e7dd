/* The naive oracle of scope.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/scope.h"

#include <string.h>

#include "protocol/predicate/bind.h"
#include "sync-server/security/roles.h"

#define FIVE_MINUTES_MS 300000
#define MOST_WAYS       4 /* lookups from a related record to the one that was chosen */

/* One choice of a person: records of @root, or of every entity that users own. */
typedef struct {
  SatchelPredicate *predicate;
  GTimeZone *zone;
  gint64 now_ms; /* the moment that it is asked for */
  gboolean related;
} Choice;

struct _SimView {
  SimWorld *world;
  const SimTruth *truth;
  char *user, *device;
  const SimRow *self;
  GPtrArray *teams;    /* ids, borrowed; NULL at its end */
  GHashTable *reports; /* ids, borrowed: all below her */
  GHashTable *read;    /* SimRow → 1 no, 2 yes: what was asked already */
  GPtrArray *choices;  /* Choice* */
};

static void
choice_free (gpointer data)
{
  Choice *choice = data;
  satchel_predicate_unref (choice->predicate);
  g_time_zone_unref (choice->zone);
  g_free (choice);
}

void
sim_view_free (SimView *view)
{
  g_ptr_array_unref (view->teams);
  g_hash_table_unref (view->reports);
  g_hash_table_unref (view->read);
  g_ptr_array_unref (view->choices);
  g_free (view->user);
  g_free (view->device);
  g_free (view);
}

/* ---- what may be read ---- */

static SatchelDepth
depth_of (const SimView *view, const SatchelEntity *entity, SatchelPrivilege privilege)
{
  GPtrArray *roles = g_hash_table_lookup (view->truth->roles, view->user);
  SatchelDepth depth = SATCHEL_DEPTH_NONE;
  for (guint i = 0; roles != NULL && i < roles->len; i++)
    depth = MAX (depth, satchel_roles_get_depth (satchel_roles_builtin (), roles->pdata[i], privilege,
                                                 entity->rights != NULL ? entity->rights : entity->name));
  return depth;
}

gboolean
sim_view_hides (const SimView *view, const SatchelField *field)
{
  GPtrArray *roles = g_hash_table_lookup (view->truth->roles, view->user);
  for (guint i = 0; field->secured != NULL && roles != NULL && i < roles->len; i++)
    if (satchel_roles_get_class_use (satchel_roles_builtin (), roles->pdata[i], field->secured) !=
        SATCHEL_CLASS_HIDDEN)
      return FALSE;
  return field->secured != NULL;
}

static gboolean
is_team_of_hers (const SimView *view, const char *id)
{
  for (guint i = 0; i + 1 < view->teams->len; i++)
    if (g_str_equal (view->teams->pdata[i], id))
      return TRUE;
  return FALSE;
}

/* Whether @unit is hers, or lies below. */
static gboolean
is_within (const SimView *view, const char *unit)
{
  for (guint steps = 0; *unit != '\0' && steps < 100; steps++) {
    const SimRow *row = sim_truth_find (view->truth, unit);
    if (g_str_equal (unit, sim_row_id (view->self, "unit")))
      return TRUE;
    unit = row != NULL ? sim_row_id (row, "parent") : "";
  }
  return FALSE;
}

static gboolean
is_shared (const SimView *view, const SimRow *row, SatchelPrivilege privilege)
{
  static const char *const names[] = { [SATCHEL_PRIVILEGE_READ] = "read",
                                       [SATCHEL_PRIVILEGE_WRITE] = "write",
                                       [SATCHEL_PRIVILEGE_APPEND] = "append" };
  const GPtrArray *shares = sim_truth_list (view->truth, "share");
  for (guint i = 0; i < shares->len; i++) {
    const SimRow *share = shares->pdata[i];
    const SatchelValue *rights = satchel_record_get_by_name (share->record, "rights");
    const char *principal = sim_row_id (share, "principal");
    if (g_str_equal (sim_row_text (share, "record_id"), row->record->id) && rights != NULL &&
        g_strv_contains (satchel_value_get_keys (rights), names[privilege]) &&
        (g_str_equal (principal, view->user) || is_team_of_hers (view, principal)))
      return TRUE;
  }
  return FALSE;
}

/* Whose manager she is, or somebody below her: of these she may read alone. */
static gboolean
is_below (const SimView *view, const char *owner, SatchelPrivilege privilege)
{
  const SimRow *row = sim_truth_find (view->truth, owner);
  return g_hash_table_contains (view->reports, owner) &&
         (privilege == SATCHEL_PRIVILEGE_READ ||
          (row != NULL && g_str_equal (sim_row_id (row, "manager"), view->user)));
}

static gboolean
may_owned (SimView *view, const SimRow *row, SatchelDepth depth, SatchelPrivilege privilege)
{
  const char *owner = sim_row_id (row, "owner"), *unit = sim_row_id (row, "unit");
  if (depth == SATCHEL_DEPTH_ORGANISATION || g_str_equal (owner, view->user) ||
      is_team_of_hers (view, owner) || is_below (view, owner, privilege) || is_shared (view, row, privilege))
    return TRUE;
  if (depth == SATCHEL_DEPTH_UNIT)
    return *unit != '\0' && g_str_equal (unit, sim_row_id (view->self, "unit"));
  return depth == SATCHEL_DEPTH_BELOW && is_within (view, unit);
}

/* The record that a conflict or a share is about. */
static const SimRow *
subject_of (const SimView *view, const SimRow *row)
{
  const SimRow *subject = sim_truth_find (view->truth, sim_row_text (row, "record_id"));
  return subject != NULL && g_str_equal (subject->record->entity->name, sim_row_text (row, "record_entity"))
             ? subject
             : NULL;
}

static gboolean
reads_satellite (SimView *view, const SimRow *row)
{
  const SimRow *subject = subject_of (view, row);
  const SatchelField *field = NULL;
  if (subject != NULL && satchel_entity_find_field (row->record->entity, "field") != NULL)
    field = satchel_entity_find_field (subject->record->entity, sim_row_text (row, "field"));
  return subject != NULL && (field == NULL || !sim_view_hides (view, field)) &&
         sim_view_reads (view, subject);
}

static gboolean
reads (SimView *view, const SimRow *row)
{
  const SatchelEntity *entity = row->record->entity;
  SatchelDepth depth;
  if (entity->ownership == SATCHEL_OWNERSHIP_RECORD)
    return reads_satellite (view, row);
  depth = depth_of (view, entity, SATCHEL_PRIVILEGE_READ);
  if (entity->ownership == SATCHEL_OWNERSHIP_ORGANISATION)
    return depth == SATCHEL_DEPTH_ORGANISATION;
  return depth != SATCHEL_DEPTH_NONE && may_owned (view, row, depth, SATCHEL_PRIVILEGE_READ);
}

gboolean
sim_view_reads (SimView *view, const SimRow *row)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (view->read, row));
  if (known == 0) {
    known = reads (view, row) ? 2 : 1;
    g_hash_table_insert (view->read, (gpointer)row, GUINT_TO_POINTER (known));
  }
  return known == 2;
}

gboolean
sim_view_may (SimView *view, const SimRow *row, SatchelPrivilege privilege)
{
  const SatchelDepth depth = depth_of (view, row->record->entity, privilege);
  return depth != SATCHEL_DEPTH_NONE && may_owned (view, row, depth, privilege);
}

/* ---- conditions ---- */

static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  SimView *view = data;
  const SimRow *row = sim_truth_find (view->truth, id);
  return row != NULL && g_str_equal (row->record->entity->name, entity) && sim_view_reads (view, row)
             ? row->record
             : NULL;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  SimView *view = data;
  const GPtrArray *rows = sim_truth_list (view->truth, reference->entity->name);
  for (guint i = 0; i < rows->len; i++) {
    const SimRow *row = rows->pdata[i];
    const SatchelValue *lookup = satchel_record_get (row->record, reference->field);
    if (lookup != NULL && g_str_equal (satchel_value_get_id (lookup), id) && sim_view_reads (view, row) &&
        visit (row->record, visit_data))
      return TRUE;
  }
  return FALSE;
}

static gboolean
holds (SimView *view, SatchelPredicate *predicate, GTimeZone *zone, gint64 now_ms, const SimRow *row)
{
  const SatchelRecordSource source = { find_cb, each_cb, view };
  const char *unit = sim_row_id (view->self, "unit");
  const SatchelPredicateContext context = {
    .user = view->user,
    .unit = *unit != '\0' ? unit : NULL,
    .teams = (const char *const *)view->teams->pdata,
    .now_ms = now_ms,
    .zone = zone,
  };
  return satchel_predicate_holds (predicate, &context, row->record, &source);
}

gboolean
sim_view_finds (SimView *view, SatchelPredicate *predicate, const SimRow *row)
{
  return sim_view_reads (view, row) && holds (view, predicate, NULL, view->world->now_ms, row);
}

/* Whether @row is chosen, or names along lookups of belonging one that is. @way: the entities so far. */
static gboolean
leads_there (SimView *view, const Choice *choice, const SimRow *row, const SatchelEntity **way, guint n_steps)
{
  const SatchelEntity *entity = row->record->entity, *root = satchel_predicate_get_entity (choice->predicate);
  if (!sim_view_reads (view, row))
    return FALSE;
  if (entity == root)
    return holds (view, choice->predicate, choice->zone, choice->now_ms, row);
  if (!choice->related || n_steps == MOST_WAYS)
    return FALSE;
  for (guint i = 0; i < n_steps; i++)
    if (way[i] == entity)
      return FALSE;
  way[n_steps] = entity;
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const SatchelValue *value = satchel_record_get (row->record, field);
    const SimRow *target = field->carry && field->type == SATCHEL_TYPE_LOOKUP && value != NULL
                               ? sim_truth_find (view->truth, satchel_value_get_id (value))
                               : NULL;
    if (target != NULL && target->record->entity != entity &&
        leads_there (view, choice, target, way, n_steps + 1))
      return TRUE;
  }
  return FALSE;
}

/* What she may not read is not there: a relation to it that is denied holds. */
static gboolean
chooses (SimView *view, const Choice *choice, const SimRow *row)
{
  const SatchelEntity *way[MOST_WAYS + 1];
  return leads_there (view, choice, row, way, 0);
}

/* ---- what a device holds ---- */

static gboolean
is_chosen (SimView *view, const SimRow *row)
{
  g_autofree char *pin =
      view->device != NULL ? g_strconcat (view->device, " ", row->record->id, NULL) : g_strdup ("");
  if (row->record->entity->carry == SATCHEL_CARRY_ALWAYS || g_hash_table_contains (view->truth->pins, pin))
    return TRUE;
  for (guint i = 0; i < view->choices->len; i++)
    if (chooses (view, view->choices->pdata[i], row))
      return TRUE;
  return FALSE;
}

SimHold
sim_view_holds (SimView *view, const SimRow *row)
{
  const SatchelEntity *entity = row->record->entity;
  if (entity->ownership != SATCHEL_OWNERSHIP_RECORD)
    return sim_view_reads (view, row) && is_chosen (view, row) ? SIM_HELD : SIM_NOT_HELD;
  if (satchel_entity_find_field (entity, "mine_by") != NULL &&
      g_str_equal (sim_row_id (row, "mine_by"), view->user))
    return sim_view_reads (view, row) ? SIM_HELD : SIM_HELD_BLANK;
  return sim_view_reads (view, row) && is_chosen (view, subject_of (view, row)) ? SIM_HELD : SIM_NOT_HELD;
}

static int
cell_compare (gconstpointer a, gconstpointer b)
{
  return strcmp (((const SimCell *)a)->name, ((const SimCell *)b)->name);
}

char *
sim_text_of (gint64 s, GArray *cells)
{
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "s=%" G_GINT64_FORMAT, s);
  g_array_sort (cells, cell_compare);
  for (guint i = 0; i < cells->len; i++) {
    const SimCell *cell = &g_array_index (cells, SimCell, i);
    if (!g_str_equal (cell->cell, "NULL"))
      g_string_append_printf (text, "|%s=%s", cell->name, cell->cell);
  }
  return g_string_free (text, FALSE);
}

static char *
text_of_row (SimView *view, const SimRow *row, SimHold hold)
{
  const SatchelEntity *entity = row->record->entity;
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (SimCell));
  for (guint i = 0; i < entity->n_fields; i++) {
    const SimCell cell = { (char *)entity->fields[i]->name, row->cells[i] };
    gboolean blank = hold == SIM_HELD_BLANK && g_str_has_prefix (cell.name, "theirs");
    if (!blank && !sim_view_hides (view, entity->fields[i]))
      g_array_append_val (cells, cell);
  }
  return sim_text_of (row->record->s, cells);
}

static char *
key_of (const SimRow *row)
{
  return g_strconcat (row->record->entity->name, "/", row->record->id, NULL);
}

GHashTable *
sim_view_list_carried (SimView *view)
{
  GHashTable *carried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer row;
  g_hash_table_iter_init (&iter, view->truth->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row)) {
    SimHold hold = sim_view_holds (view, row);
    if (hold != SIM_NOT_HELD)
      g_hash_table_insert (carried, key_of (row), text_of_row (view, row, hold));
  }
  return carried;
}

static void
add_named (SimView *view, const SimRow *row, SimHold hold, GHashTable *stubs)
{
  const SatchelEntity *entity = row->record->entity;
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const SatchelValue *value = satchel_record_get (row->record, field);
    gboolean blank = hold == SIM_HELD_BLANK && g_str_has_prefix (field->name, "theirs");
    const SimRow *target =
        field->type == SATCHEL_TYPE_LOOKUP && value != NULL && !blank && !sim_view_hides (view, field)
            ? sim_truth_find (view->truth, satchel_value_get_id (value))
            : NULL;
    if (target != NULL && sim_view_reads (view, target) && sim_view_holds (view, target) == SIM_NOT_HELD)
      g_hash_table_insert (stubs, key_of (target), satchel_record_dup_title (target->record));
  }
}

GHashTable *
sim_view_list_stubs (SimView *view)
{
  GHashTable *stubs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer row;
  g_hash_table_iter_init (&iter, view->truth->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row)) {
    SimHold hold = sim_view_holds (view, row);
    if (hold != SIM_NOT_HELD)
      add_named (view, row, hold, stubs);
  }
  return stubs;
}

/* ---- choices ---- */

typedef struct {
  const SimView *view;
  gboolean hidden;
} Probe;

static void
probe_cb (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *path,
          guint n_steps, gpointer data)
{
  Probe *probe = data;
  probe->hidden |= field != NULL && sim_view_hides (probe->view, field);
}

static gboolean
allows (const SimView *view, SatchelPredicate *predicate)
{
  Probe probe = { view, FALSE };
  satchel_predicate_visit_dependencies (predicate, probe_cb, &probe);
  return !probe.hidden;
}

gboolean
sim_view_allows (SimView *view, const char *entity, const char *where)
{
  const SatchelEntity *root = satchel_registry_find (view->truth->registry, entity);
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (view->truth->registry, root, where, NULL);
  return predicate != NULL && allows (view, predicate);
}

static gint64
midnight (GTimeZone *zone, gint64 now_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_ms / 1000);
  g_autoptr (GDateTime) here = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) begun =
      g_date_time_new (zone, g_date_time_get_year (here), g_date_time_get_month (here),
                       g_date_time_get_day_of_month (here), 0, 0, 0);
  return g_date_time_to_unix (begun) * 1000;
}

/* NULL: the condition cannot be asked, or tests what she may not read. */
static Choice *
choice_new (SimView *view, const SatchelEntity *root, const char *where, const char *zone, gboolean related)
{
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (view->truth->registry, root, where, NULL);
  if (predicate == NULL || !allows (view, predicate))
    return NULL;
  Choice *choice = g_new0 (Choice, 1);
  choice->predicate = g_steal_pointer (&predicate);
  choice->zone = *zone != '\0' ? g_time_zone_new_identifier (zone) : g_time_zone_new_utc ();
  choice->related = related;
  choice->now_ms = view->world->now_ms;
  if (satchel_predicate_depends_on_clock (choice->predicate))
    choice->now_ms -= choice->now_ms % FIVE_MINUTES_MS;
  else if (satchel_predicate_depends_on_time (choice->predicate))
    choice->now_ms = midnight (choice->zone, choice->now_ms);
  return choice;
}

/* All of a choice or nothing: NULL. */
static GPtrArray *
make_choices (SimView *view, const char *name, const char *where, const char *zone, gboolean related)
{
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (choice_free);
  guint n;
  const SatchelEntity *const *entities = satchel_registry_get_entities (view->truth->registry, &n);
  for (guint i = 0; i < n; i++) {
    gboolean every = g_str_equal (name, "*") && entities[i]->ownership == SATCHEL_OWNERSHIP_USER &&
                     entities[i]->carry == SATCHEL_CARRY_CHOSEN;
    Choice *choice = every || g_str_equal (name, entities[i]->name)
                         ? choice_new (view, entities[i], where, zone, related)
                         : NULL;
    if (choice != NULL)
      g_ptr_array_add (choices, choice);
    else if (every || g_str_equal (name, entities[i]->name))
      return NULL;
  }
  return g_steal_pointer (&choices);
}

static void
add_choices (SimView *view, const SimRow *filter)
{
  GPtrArray *choices =
      make_choices (view, sim_row_text (filter, "entity"), sim_row_text (filter, "predicate"),
                    sim_row_text (filter, "zone"), sim_row_is (filter, "related"));
  if (choices != NULL)
    g_ptr_array_extend_and_steal (view->choices, choices);
}

gint64
sim_view_count_preview (SimView *view, const char *entity, const char *where, gboolean related)
{
  g_autoptr (GPtrArray) choices = make_choices (view, entity, where, "", related);
  GHashTableIter iter;
  gpointer row;
  gint64 n = 0;
  if (choices == NULL)
    return -1;
  for (guint i = 0; i < choices->len; i++)
    ((Choice *)choices->pdata[i])->now_ms = view->world->now_ms;
  g_hash_table_iter_init (&iter, view->truth->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row)) {
    gboolean comes = FALSE;
    if (!sim_view_reads (view, row) || sim_view_holds (view, row) != SIM_NOT_HELD ||
        ((SimRow *)row)->record->entity->ownership == SATCHEL_OWNERSHIP_RECORD)
      continue;
    for (guint i = 0; i < choices->len && !comes; i++)
      comes = chooses (view, choices->pdata[i], row);
    n += comes;
  }
  return n;
}

static void
find_choices (SimView *view)
{
  const GPtrArray *filters = sim_truth_list (view->truth, "offline_filter");
  for (guint i = 0; i < filters->len; i++) {
    const SimRow *filter = filters->pdata[i];
    const char *device = sim_row_text (filter, "device");
    if (g_str_equal (sim_row_id (filter, "owner"), view->user) &&
        (*device == '\0' || g_strcmp0 (device, view->device) == 0))
      add_choices (view, filter);
  }
}

/* ---- where she stands ---- */

static void
find_teams (SimView *view)
{
  const GPtrArray *members = sim_truth_list (view->truth, "team_member");
  for (guint i = 0; i < members->len; i++) {
    const SimRow *member = members->pdata[i];
    const SimRow *team = sim_truth_find (view->truth, sim_row_id (member, "team"));
    if (g_str_equal (sim_row_id (member, "user"), view->user) && team != NULL && sim_row_is (team, "active"))
      g_ptr_array_add (view->teams, team->record->id);
  }
  g_ptr_array_add (view->teams, NULL);
}

/* Whoever has her as manager, and whoever has one of these. */
static void
find_reports (SimView *view, const char *manager)
{
  const GPtrArray *users = sim_truth_list (view->truth, "user");
  for (guint i = 0; i < users->len; i++) {
    const SimRow *user = users->pdata[i];
    if (g_str_equal (sim_row_id (user, "manager"), manager) && !g_str_equal (user->record->id, view->user) &&
        g_hash_table_add (view->reports, user->record->id))
      find_reports (view, user->record->id);
  }
}

SimView *
sim_view_new (SimWorld *world, const SimTruth *truth, const char *user, const char *device)
{
  SimView *view = g_new0 (SimView, 1);
  view->world = world;
  view->truth = truth;
  view->user = g_strdup (user);
  view->device = g_strdup (device);
  view->self = sim_truth_find (truth, user);
  view->teams = g_ptr_array_new ();
  view->reports = g_hash_table_new (g_str_hash, g_str_equal);
  view->read = g_hash_table_new (NULL, NULL);
  view->choices = g_ptr_array_new_with_free_func (choice_free);
  if (view->self == NULL)
    sim_fail (world, "user %s is gone", user);
  find_teams (view);
  find_reports (view, user);
  find_choices (view);
  return view;
}
