/* Filters as records, and what they choose of what is here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/scope.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/predicate/bind.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

#define MOST_NAME_CHARS 200 /* offline_filter.name */

void
satchel_offline_filter_free (SatchelOfflineFilter *filter)
{
  if (filter == NULL)
    return;
  g_free (filter->id);
  g_free (filter->name);
  g_free (filter->entity);
  g_free (filter->predicate);
  g_free (filter->device);
  g_free (filter->zone);
  g_free (filter->problem);
  g_free (filter);
}

/* ---- what a filter means ---- */

/* The entities that it names; NULL with an error when there is no such. Container owned. */
static GPtrArray *
list_entities (SatchelRegistry *registry, const char *name, GError **error)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);
  const SatchelEntity *entity;

  if (g_str_equal (name, SATCHEL_SCOPE_EVERY)) {
    for (guint i = 0; i < n_entities; i++)
      if (entities[i]->ownership == SATCHEL_OWNERSHIP_USER && entities[i]->carry == SATCHEL_CARRY_CHOSEN)
        g_ptr_array_add (named, (gpointer)entities[i]);
    return g_steal_pointer (&named);
  }
  entity = satchel_registry_require (registry, name, error);
  if (entity == NULL)
    return NULL;
  g_ptr_array_add (named, (gpointer)entity);
  return g_steal_pointer (&named);
}

/* One predicate for each entity that the filter reaches: its own first, then those of related ones.
 * SatchelPredicate*. */
static GPtrArray *
compile (SatchelRegistry *registry, const char *entity, const char *text, gboolean related, GError **error)
{
  g_autoptr (GPtrArray) entities = list_entities (registry, entity, error);
  g_autoptr (GPtrArray) predicates = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_predicate_unref);

  if (entities == NULL)
    return NULL;
  for (guint i = 0; i < entities->len; i++) {
    SatchelPredicate *predicate = satchel_predicate_parse (registry, entities->pdata[i], text, error);

    if (predicate == NULL) {
      if (entities->len > 1)
        g_prefix_error (error, _ ("for %s, "), ((const SatchelEntity *)entities->pdata[i])->name);
      return NULL;
    }
    g_ptr_array_add (predicates, predicate);
  }
  for (guint i = 0; related && i < entities->len; i++) {
    GPtrArray *more = satchel_predicate_list_related (predicates->pdata[i], error);

    if (more == NULL)
      return NULL;
    g_ptr_array_extend_and_steal (predicates, more);
  }
  return g_steal_pointer (&predicates);
}

/* What was said of one record, asked by its person and in the filter's zone. */
static void
init_context (SatchelSession *session, const SatchelOfflineFilter *filter, SatchelPredicateContext *context,
              GTimeZone **zone)
{
  satchel_session_get_context (session, context);
  *zone = filter->zone != NULL ? g_time_zone_new_identifier (filter->zone) : NULL;
  if (*zone != NULL)
    context->zone = *zone;
}

static gboolean
add_id (const SatchelRecord *record, gpointer ids)
{
  g_hash_table_add (ids, g_strdup (record->id));
  return TRUE;
}

static gboolean
is_alone (GPtrArray *predicates, guint place)
{
  for (guint i = 0; i < predicates->len; i++)
    if (i != place && satchel_predicate_get_entity (predicates->pdata[i]) ==
                          satchel_predicate_get_entity (predicates->pdata[place]))
      return FALSE;
  return TRUE;
}

/* A record that is chosen for itself and as belonging to another one counts once: where an entity has several
 * predicates its ids are gathered. */
static gboolean
count_chosen (SatchelSession *session, SatchelOfflineFilter *filter, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autoptr (GPtrArray) predicates = compile (satchel_session_get_registry (session), filter->entity,
                                              filter->predicate, filter->related, NULL);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GTimeZone) zone = NULL;
  SatchelPredicateContext context;

  filter->records = predicates != NULL ? 0 : -1;
  init_context (session, filter, &context, &zone);
  for (guint i = 0; predicates != NULL && i < predicates->len; i++) {
    SatchelQuery query = { .entity = satchel_predicate_get_entity (predicates->pdata[i]),
                           .where = predicates->pdata[i],
                           .limit = -1 };
    gint64 count = 0;

    if (!(is_alone (predicates, i) ? satchel_replica_count (replica, &query, &context, &count, error)
                                   : satchel_replica_query (replica, &query, &context, add_id, ids, error)))
      return FALSE;
    filter->records += count;
  }
  if (predicates != NULL)
    filter->records += g_hash_table_size (ids);
  return TRUE;
}

/* ---- the records ---- */

static const SatchelEntity *
filter_entity (SatchelSession *session)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (session), "offline_filter");

  g_assert (entity != NULL); /* one of the entities that programs know */
  return entity;
}

static char *
dup_text (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? g_strdup (satchel_value_get_string (value)) : NULL;
}

static SatchelOfflineFilter *
filter_from_record (const SatchelRecord *record)
{
  SatchelOfflineFilter *filter = g_new0 (SatchelOfflineFilter, 1);
  const SatchelValue *related = satchel_record_get_by_name (record, "related");

  filter->id = g_strdup (record->id);
  filter->name = dup_text (record, "name");
  filter->entity = dup_text (record, "entity");
  filter->predicate = dup_text (record, "predicate");
  filter->device = dup_text (record, "device");
  filter->zone = dup_text (record, "zone");
  filter->problem = dup_text (record, "problem");
  filter->related = related != NULL && satchel_value_get_boolean (related);
  filter->records = -1;
  if (filter->entity == NULL)
    filter->entity = g_strdup ("");
  if (filter->predicate == NULL)
    filter->predicate = g_strdup ("");
  return filter;
}

static gboolean
collect_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, filter_from_record (record));
  return TRUE;
}

/* Those of the person herself: she may be able to read others'. Not counted. */
static GPtrArray *
read_filters (SatchelSession *session, GError **error)
{
  g_autoptr (GPtrArray) filters =
      g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_offline_filter_free);
  SatchelQuery query = { .entity = filter_entity (session), .limit = -1 };
  g_autoptr (SatchelPredicate) mine =
      satchel_predicate_parse (satchel_session_get_registry (session), query.entity, "owner = me", error);
  SatchelPredicateContext context;

  if (mine == NULL)
    return NULL;
  query.where = mine;
  query.sort = query.entity->title;
  satchel_session_get_context (session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, collect_cb, filters,
                              error))
    return NULL;
  return g_steal_pointer (&filters);
}

GPtrArray *
satchel_session_scope_list (SatchelSession *session, GError **error)
{
  g_autoptr (GPtrArray) filters = read_filters (session, error);

  for (guint i = 0; filters != NULL && i < filters->len; i++)
    if (!count_chosen (session, filters->pdata[i], error))
      return NULL;
  return g_steal_pointer (&filters);
}

/* ---- choosing ---- */

/* The predicates of a choice, the first of which is as it was typed. */
static GPtrArray *
compile_choice (SatchelSession *session, const SatchelScopeChoice *choice, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, choice->entity);

  if (entity != NULL && entity->carry == SATCHEL_CARRY_ALWAYS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("every device carries all %s that you may read"), _ (entity->plural));
    return NULL;
  }
  if (entity != NULL && entity->ownership == SATCHEL_OWNERSHIP_RECORD) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("%s are carried with the record that they are about"), _ (entity->plural));
    return NULL;
  }
  return compile (registry, choice->entity, choice->predicate, choice->related, error);
}

char *
satchel_session_scope_check (SatchelSession *session, const SatchelScopeChoice *choice, GError **error)
{
  g_autoptr (GPtrArray) predicates = compile_choice (session, choice, error);

  return predicates != NULL ? satchel_predicate_to_text (predicates->pdata[0]) : NULL;
}

static gboolean
is_chosen (SatchelSession *session, const SatchelScopeChoice *choice, const char *predicate, GError **error)
{
  const char *device = choice->this_device ? satchel_session_get_device (session) : NULL;
  g_autoptr (GPtrArray) filters = read_filters (session, error);

  if (filters == NULL)
    return TRUE;
  for (guint i = 0; i < filters->len; i++) {
    const SatchelOfflineFilter *filter = filters->pdata[i];

    if (!g_str_equal (filter->entity, choice->entity) || !g_str_equal (filter->predicate, predicate) ||
        filter->related != choice->related || g_strcmp0 (filter->device, device) != 0)
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, _ ("this is chosen already: %s"), filter->id);
    return TRUE;
  }
  return FALSE;
}

static char *
make_name (SatchelRegistry *registry, const char *entity_name, const char *predicate)
{
  const SatchelEntity *entity = satchel_registry_find (registry, entity_name);
  const char *plural = entity != NULL ? entity->plural : "Everything";
  g_autofree char *name =
      *predicate != '\0' ? g_strdup_printf ("%s: %s", plural, predicate) : g_strdup (plural);

  return g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), MOST_NAME_CHARS));
}

static void
set_text (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = text != NULL && *text != '\0' ? satchel_value_new_string (text) : NULL;

  satchel_record_set_by_name (record, field, value);
}

/* Relative dates mean the person's days; without them a filter has no zone, so that more people share it. */
static void
set_zone (SatchelSession *session, SatchelRecord *record, GPtrArray *predicates)
{
  SatchelPredicateContext context;

  if (!satchel_predicate_depends_on_time (predicates->pdata[0]))
    return;
  satchel_session_get_context (session, &context);
  set_text (record, "zone", g_time_zone_get_identifier (context.zone));
}

char *
satchel_session_scope_add (SatchelSession *session, const SatchelScopeChoice *choice, char **id,
                           GError **error)
{
  g_autoptr (GPtrArray) predicates = compile_choice (session, choice, error);
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *text = NULL, *name = NULL;
  g_autoptr (SatchelValue) related = NULL;
  char *set;

  *id = NULL;
  if (predicates == NULL)
    return NULL;
  text = satchel_predicate_to_text (predicates->pdata[0]);
  if (is_chosen (session, choice, text, error))
    return NULL;
  name = make_name (satchel_session_get_registry (session), choice->entity, text);
  related = satchel_value_new_boolean (choice->related);
  record = satchel_record_new (filter_entity (session), NULL);
  set_text (record, "name", choice->name != NULL ? choice->name : name);
  set_text (record, "entity", choice->entity);
  set_text (record, "predicate", text);
  satchel_record_set_by_name (record, "related", related);
  set_text (record, "device", choice->this_device ? satchel_session_get_device (session) : NULL);
  set_zone (session, record, predicates);
  set = satchel_session_create (session, record, error);
  if (set != NULL)
    *id = g_strdup (record->id);
  return set;
}

char *
satchel_session_scope_remove (SatchelSession *session, const char *id, GError **error)
{
  return satchel_session_delete (session, filter_entity (session), id, error);
}

/* What switches a filter on or off: where it is carried. */
static GPtrArray *
make_switch (SatchelSession *session, gboolean on)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);

  change->field = satchel_entity_find_field (filter_entity (session), "device");
  change->value = on ? NULL : satchel_value_new_string (SATCHEL_SCOPE_NOWHERE);
  g_ptr_array_add (changes, change);
  return changes;
}

char *
satchel_session_scope_switch (SatchelSession *session, const char *id, gboolean on, GError **error)
{
  g_autoptr (GPtrArray) changes = make_switch (session, on);

  return satchel_session_update (session, filter_entity (session), id, changes, error);
}

char *
satchel_session_scope_switch_told (SatchelSession *session, const SatchelRecord *told, gboolean on,
                                   GError **error)
{
  g_autoptr (GPtrArray) changes = make_switch (session, on);

  return satchel_session_update_told (session, told, changes, error);
}

/* ---- why ---- */

static gboolean
chooses (SatchelSession *session, const SatchelOfflineFilter *filter, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) predicates = compile (satchel_session_get_registry (session), filter->entity,
                                              filter->predicate, filter->related, NULL);
  g_autoptr (GTimeZone) zone = NULL;
  SatchelPredicateContext context;
  SatchelRecordSource source;

  init_context (session, filter, &context, &zone);
  satchel_replica_init_source (satchel_session_get_replica (session), &source);
  for (guint i = 0; predicates != NULL && i < predicates->len; i++)
    if (satchel_predicate_get_entity (predicates->pdata[i]) == record->entity &&
        satchel_predicate_holds (predicates->pdata[i], &context, record, &source))
      return TRUE;
  return FALSE;
}

/* NULL: none; only an error says more. */
static char *
find_filter (SatchelSession *session, const SatchelRecord *record, GError **error)
{
  const char *device = satchel_session_get_device (session);
  g_autoptr (GPtrArray) filters = read_filters (session, error);

  for (guint i = 0; filters != NULL && i < filters->len; i++) {
    const SatchelOfflineFilter *filter = filters->pdata[i];

    if ((filter->device == NULL || g_strcmp0 (filter->device, device) == 0) &&
        chooses (session, filter, record))
      return g_strdup_printf ("%s%s%s chooses it: %s%s%s%s", filter->name != NULL ? "the filter “" : "a filter",
                              filter->name != NULL ? filter->name : "", filter->name != NULL ? "”" : "",
                              filter->entity, *filter->predicate != '\0' ? " where " : "", filter->predicate,
                              filter->related ? ", with related records" : "");
  }
  return NULL;
}

gboolean
satchel_session_scope_why (SatchelSession *session, const SatchelEntity *entity, const char *id,
                           SatchelWhy *why, char **reason, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autoptr (SatchelRecord) shown = NULL, base = NULL;
  g_autoptr (GError) problem = NULL;

  *reason = NULL;
  if (!satchel_replica_read (replica, entity, id, &shown, error) ||
      !satchel_replica_read_base (replica, entity, id, &base, error))
    return FALSE;
  if (base == NULL) {
    *why = shown != NULL ? SATCHEL_WHY_DRAFT : SATCHEL_WHY_ABSENT;
    *reason = shown != NULL ? g_strdup ("it was made here, and the server has not sent it yet") : NULL;
    return TRUE;
  }
  if (entity->carry == SATCHEL_CARRY_ALWAYS) {
    *why = SATCHEL_WHY_ALWAYS;
    *reason = g_strdup_printf ("every device carries all %s that its user may read", entity->plural);
    return TRUE;
  }
  *why = SATCHEL_WHY_FILTER;
  *reason = find_filter (session, base, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (*reason != NULL)
    return TRUE;
  *why = SATCHEL_WHY_UNKNOWN;
  *reason =
      g_strdup ("it was opened online, or was chosen at the last sync; no filter of yours chooses it now");
  return TRUE;
}

/* ---- the server's word ---- */

char *
satchel_session_scope_preview_to_text (SatchelSession *session, const SatchelScopeChoice *choice,
                                       GError **error)
{
  g_autofree char *predicate = NULL;
  JsonObject *object;

  if (choice == NULL)
    return g_strdup ("{\"whole\":true}");
  predicate = satchel_session_scope_check (session, choice, error);
  if (predicate == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "entity", choice->entity);
  json_object_set_string_member (object, "where", predicate);
  json_object_set_boolean_member (object, "related", choice->related);
  return satchel_json_print_object (object);
}

gboolean
satchel_scope_preview_from_text (const char *text, SatchelScopePreview *preview, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), error);
  SatchelMembers members;
  JsonNode *seconds;

  if (node == NULL)
    return FALSE;
  satchel_members_open (&members, node, "a preview");
  preview->records = satchel_members_require_integer (&members, "records", 0, G_MAXINT64);
  preview->bytes = satchel_members_require_integer (&members, "bytes", 0, G_MAXINT64);
  seconds = satchel_members_get_node (&members, "seconds");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  preview->seconds = seconds != NULL && JSON_NODE_HOLDS_VALUE (seconds) ? json_node_get_double (seconds) : 0;
  return TRUE;
}

gboolean
satchel_scope_why_from_text (const char *text, gboolean *carried, char **reason, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), error);
  SatchelMembers members;
  const char *said;

  if (node == NULL)
    return FALSE;
  satchel_members_open (&members, node, "an answer to why");
  *carried = satchel_members_require_boolean (&members, "carried");
  said = satchel_members_require_string (&members, "reason");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  *reason = g_strdup (said);
  return TRUE;
}
