/* From rights and choices to a scope.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/scope.h"

#include "protocol/error.h"
#include "protocol/predicate/bind.h"
#include "sync-server/scope/signature.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/members.h"
#include "sync-server/store/pins.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/scopes.h"

#include <sodium.h>
#include <string.h>

#define PROBLEM            "problem" /* field of offline_filter */
#define MOST_PROBLEM_CHARS 1000
#define MOST_CHOICES       200 /* of one person: what is beyond is left out, and she is told */

/* ---- life ---- */

static void
chosen_free (SatchelChosen *chosen)
{
  satchel_filter_free (chosen->filter);
  g_free (chosen->record);
  g_free (chosen->name);
  g_free (chosen);
}

static void
unusable_free (SatchelUnusable *unusable)
{
  g_free (unusable->record);
  g_free (unusable->name);
  g_free (unusable->reason);
  g_free (unusable);
}

static void
problem_free (SatchelProblem *problem)
{
  g_free (problem->record);
  g_free (problem->text);
  g_free (problem);
}

static void
entity_scope_free (SatchelEntityScope *own)
{
  g_ptr_array_unref (own->readable);
  g_ptr_array_unref (own->chosen);
  g_free (own);
}

void
satchel_scope_free (SatchelScope *scope)
{
  g_clear_pointer (&scope->entities, g_ptr_array_unref);
  g_clear_pointer (&scope->unusable, g_ptr_array_unref);
  g_clear_pointer (&scope->problems, g_ptr_array_unref);
  g_clear_pointer (&scope->others, g_hash_table_unref);
  g_strfreev (scope->teams);
  g_strfreev (scope->hidden_classes);
  g_free (scope->unit);
  g_free (scope->user);
  g_free (scope->device);
  g_free (scope->pins);
  g_free (scope->text);
  g_clear_pointer (&scope->signature, satchel_signature_unref);
  g_free (scope);
}

static int
compare_entity (gconstpointer entity, gconstpointer own)
{
  return strcmp (((const SatchelEntity *)entity)->name,
                 (*(const SatchelEntityScope *const *)own)->entity->name);
}

const SatchelEntityScope *
satchel_scope_get (const SatchelScope *scope, const SatchelEntity *entity)
{
  SatchelEntityScope **found =
      bsearch (entity, scope->entities->pdata, scope->entities->len, sizeof (gpointer), compare_entity);

  g_assert (found != NULL);
  return *found;
}

gboolean
satchel_scope_hides (const SatchelScope *scope, const SatchelField *field)
{
  return field->secured != NULL &&
         g_strv_contains ((const char *const *)scope->hidden_classes, field->secured);
}

void
satchel_scope_fill_context (const SatchelScope *scope, SatchelPredicateContext *context)
{
  context->user = scope->user;
  context->unit = scope->unit;
  context->teams = (const char *const *)scope->teams;
}

/* ---- what was chosen ---- */

typedef struct {
  SatchelStore *store;
  SatchelScope *scope;
  const char *record, *name;
  const SatchelEntity *root;
  GTimeZone *zone;
} Choice;

/* A condition on what one may not read would let one feel it. */
typedef struct {
  const SatchelScope *scope;
  const SatchelField *hidden;
} Probe;

static void
find_hidden (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *path,
             guint n_steps, gpointer data)
{
  Probe *probe = data;

  if (field != NULL && satchel_scope_hides (probe->scope, field))
    probe->hidden = field;
}

gboolean
satchel_scope_allows (const SatchelScope *scope, SatchelPredicate *predicate, GError **error)
{
  Probe probe = { scope, NULL };

  satchel_predicate_visit_dependencies (predicate, find_hidden, &probe);
  if (probe.hidden == NULL)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
               "the condition tests “%s”, which you may not read", probe.hidden->label);
  return FALSE;
}

static void
add_unusable (SatchelScope *scope, const Choice *choice, const char *name, const char *reason)
{
  SatchelUnusable *unusable = g_new0 (SatchelUnusable, 1);

  unusable->record = g_strdup (choice->record);
  unusable->name = g_strdup (name);
  unusable->reason = g_strdup (reason);
  g_ptr_array_add (scope->unusable, unusable);
}

/* The rest of the choice stands. */
static void
add_refused (const Choice *choice, const SatchelEntity *entity)
{
  g_autofree char *name = choice->root == NULL ? g_strdup_printf ("%s: %s", choice->name, entity->plural)
                                               : g_strdup (choice->name);

  add_unusable (
      choice->scope, choice, name,
      "to follow it costs the server too much; choose less, or by conditions on fewer other records");
}

static gboolean
add_filter (const Choice *choice, SatchelPredicate *predicate, GError **error)
{
  const SatchelEntity *entity = satchel_predicate_get_entity (predicate);
  SatchelEntityScope *own = (SatchelEntityScope *)satchel_scope_get (choice->scope, entity);
  SatchelPredicateContext context = { .zone = choice->zone };
  SatchelChosen *chosen;
  SatchelFilter *filter;

  if (!satchel_scope_allows (choice->scope, predicate, error))
    return FALSE;
  /* What is carried anyway, and what nothing can be read of, needs no filter. */
  if (own->always || own->readable->len == 0)
    return TRUE;
  satchel_scope_fill_context (choice->scope, &context);
  filter = satchel_filter_new (predicate, &context, error);
  if (filter == NULL)
    return FALSE;
  if (!satchel_filters_find (choice->store, filter, choice->scope->user, error)) {
    satchel_filter_free (filter);
    return FALSE;
  }
  if (filter->refused) {
    add_refused (choice, entity);
    satchel_filter_free (filter);
    return TRUE;
  }
  if (filter->bucket != 0)
    satchel_filter_let_go (filter);
  chosen = g_new0 (SatchelChosen, 1);
  chosen->filter = filter;
  chosen->record = g_strdup (choice->record);
  chosen->name = g_strdup (choice->name);
  chosen->root = choice->root;
  g_ptr_array_add (own->chosen, chosen);
  return TRUE;
}

/* What belongs to the records chosen goes to @related (SatchelPredicate*), where that is wanted. */
static gboolean
add_root (const Choice *choice, const char *text, GPtrArray *related, GError **error)
{
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (choice->store->registry, choice->root, text, error);
  g_autoptr (GPtrArray) derived = NULL;

  if (predicate == NULL || !add_filter (choice, predicate, error))
    return FALSE;
  if (related == NULL)
    return TRUE;
  derived = satchel_predicate_list_related (predicate, error);
  if (derived == NULL)
    return FALSE;
  g_ptr_array_extend_and_steal (related, g_steal_pointer (&derived));
  return TRUE;
}

/* One filter, unless that would be too large. */
static gboolean
add_any (const Choice *choice, GPtrArray *predicates, GError **error)
{
  g_autoptr (SatchelPredicate) any = satchel_predicate_any (predicates, NULL);

  if (any != NULL)
    return add_filter (choice, any, error);
  for (guint i = 0; i < predicates->len; i++) {
    if (!add_filter (choice, predicates->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

/* By entity, whatever they belong to: what a person carries of one costs as many filters as there are. */
static gboolean
add_related (Choice *choice, GPtrArray *related, GError **error)
{
  choice->root = NULL;
  for (guint i = 0; i < choice->scope->entities->len; i++) {
    const SatchelEntityScope *own = choice->scope->entities->pdata[i];
    g_autoptr (GPtrArray) predicates = g_ptr_array_new ();

    for (guint j = 0; j < related->len; j++) {
      if (satchel_predicate_get_entity (related->pdata[j]) == own->entity)
        g_ptr_array_add (predicates, related->pdata[j]);
    }
    if (predicates->len > 0 && !add_any (choice, predicates, error))
      return FALSE;
  }
  return TRUE;
}

static const char *
peek_text (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

/* "*": every entity that users own, and that is not carried anyway. */
static gboolean
add_all_roots (Choice *choice, const char *text, GPtrArray *related, GError **error)
{
  const SatchelScope *scope = choice->scope;

  for (guint i = 0; i < scope->entities->len; i++) {
    const SatchelEntityScope *own = scope->entities->pdata[i];

    choice->root = own->entity;
    if (own->entity->ownership == SATCHEL_OWNERSHIP_USER && own->entity->carry == SATCHEL_CARRY_CHOSEN &&
        !add_root (choice, text, related, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
try_choice (Choice *choice, const SatchelRecord *record, GError **error)
{
  const char *entity = peek_text (record, "entity"), *text = peek_text (record, "predicate"),
             *zone = peek_text (record, "zone");
  const SatchelValue *with_related = satchel_record_get_by_name (record, "related");
  g_autoptr (GPtrArray) related = NULL;

  if (*zone != '\0') {
    choice->zone = g_time_zone_new_identifier (zone);
    if (choice->zone == NULL) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "there is no time zone “%s”", zone);
      return FALSE;
    }
  }
  if (with_related != NULL && satchel_value_get_boolean (with_related))
    related = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_predicate_unref);
  if (g_str_equal (entity, "*")) {
    if (!add_all_roots (choice, text, related, error))
      return FALSE;
  } else {
    choice->root = satchel_registry_require (choice->store->registry, entity, error);
    if (choice->root == NULL || !add_root (choice, text, related, error))
      return FALSE;
  }
  return related == NULL || add_related (choice, related, error);
}

/* Whether the record says what was found to be wrong with it: the unusable from @first on. */
static void
compare_problem (SatchelScope *scope, const SatchelRecord *record, guint first)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SatchelProblem *problem;

  for (guint i = first; i < scope->unusable->len; i++) {
    const SatchelUnusable *unusable = scope->unusable->pdata[i];

    g_string_append_printf (text, "%s%s: %s", i > first ? "; " : "", unusable->name, unusable->reason);
  }
  if (g_utf8_strlen (text->str, -1) > MOST_PROBLEM_CHARS)
    g_string_truncate (text, g_utf8_offset_to_pointer (text->str, MOST_PROBLEM_CHARS) - text->str);
  if (satchel_entity_find_field (record->entity, PROBLEM) == NULL ||
      g_str_equal (text->str, peek_text (record, PROBLEM)))
    return;
  problem = g_new0 (SatchelProblem, 1);
  problem->record = g_strdup (record->id);
  problem->text = text->len > 0 ? g_strdup (text->str) : NULL;
  g_ptr_array_add (scope->problems, problem);
}

/* A choice is taken whole or not at all, but for what costs too much, and never stops a pull. */
static void
add_choice (SatchelStore *store, SatchelScope *scope, const SatchelRecord *record)
{
  const char *device = peek_text (record, "device"), *name = peek_text (record, "name");
  Choice choice = { .store = store,
                    .scope = scope,
                    .record = record->id,
                    .name = *name != '\0' ? name : peek_text (record, "predicate") };
  g_autoptr (GError) problem = NULL;
  const guint n_unusable = scope->unusable->len;

  if (*device != '\0' && g_strcmp0 (device, scope->device) != 0) {
    g_hash_table_add (scope->others, g_strdup (device));
    return;
  }
  if (!try_choice (&choice, record, &problem)) {
    for (guint i = 0; i < scope->entities->len; i++) {
      GPtrArray *chosen = ((SatchelEntityScope *)scope->entities->pdata[i])->chosen;

      while (chosen->len > 0 &&
             g_str_equal (((SatchelChosen *)chosen->pdata[chosen->len - 1])->record, record->id))
        g_ptr_array_set_size (chosen, chosen->len - 1);
    }
    add_unusable (scope, &choice, choice.name, problem->message);
  }
  g_clear_pointer (&choice.zone, g_time_zone_unref);
  compare_problem (scope, record, n_unusable);
}

static gboolean
add_choices (SatchelStore *store, SatchelScope *scope, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "offline_filter");
  g_autoptr (GPtrArray) records = NULL;

  if (entity == NULL)
    return TRUE;
  records =
      satchel_rows_list_referring (store, &(SatchelReference){ entity, satchel_entity_owner_field (entity) },
                                   "user", scope->user, MOST_CHOICES + 1, error);
  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < MIN (records->len, MOST_CHOICES); i++)
    add_choice (store, scope, records->pdata[i]);
  if (records->len > MOST_CHOICES) {
    const SatchelRecord *record = records->pdata[MOST_CHOICES];

    add_unusable (scope, &(Choice){ .record = record->id }, peek_text (record, "name"),
                  "there are too many filters");
  }
  return TRUE;
}

/* ---- pins ---- */

static gboolean
find_pins (SatchelStore *store, SatchelScope *scope, GError **error)
{
  if (scope->device == NULL)
    return TRUE;
  scope->pins = g_strconcat ("pin:", scope->device, NULL);
  for (guint i = 0; i < scope->entities->len; i++) {
    SatchelEntityScope *own = scope->entities->pdata[i];
    g_autoptr (GArray) buckets =
        satchel_members_list_buckets (store, own->entity->name, scope->pins, FALSE, error);

    if (buckets == NULL)
      return FALSE;
    if (buckets->len > 0)
      own->pins = scope->pins;
  }
  return TRUE;
}

gboolean
satchel_scope_differs (SatchelStore *store, const SatchelScope *common, const char *device, gboolean *differs,
                       GError **error)
{
  *differs = g_hash_table_contains (common->others, device);
  return *differs || satchel_pins_have_device (store, device, differs, error);
}

/* ---- the text ---- */

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Sorted and each once, so that equal scopes have equal texts. The form is scope/holdings.c's to read. */
static void
put_entity (const SatchelScope *scope, const SatchelEntityScope *own, GString *text)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const char *name = own->entity->name;

  for (guint i = 0; i < own->readable->len; i++) {
    const SatchelBucketRange *range = own->readable->pdata[i];

    g_ptr_array_add (lines, g_strdup_printf ("%s %s %s%s", name, range->is_author ? "author" : "read",
                                             range->atom, range->is_prefix ? "*" : ""));
  }
  if (own->always)
    g_ptr_array_add (lines, g_strdup_printf ("%s carry *", name));
  if (own->pins != NULL)
    g_ptr_array_add (lines, g_strdup_printf ("%s carry %s", name, own->pins));
  for (guint i = 0; i < own->chosen->len && !own->always; i++) {
    const SatchelFilter *filter = ((const SatchelChosen *)own->chosen->pdata[i])->filter;

    g_ptr_array_add (lines,
                     g_strdup_printf ("%s %s %s", name, filter->follows ? "guard" : "carry", filter->atom));
  }
  for (guint i = 0; i < own->entity->n_fields; i++) {
    if (satchel_scope_hides (scope, own->entity->fields[i]))
      g_ptr_array_add (lines, g_strdup_printf ("%s hide %s", name, own->entity->fields[i]->secured));
  }
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++) {
    if (i == 0 || !g_str_equal (lines->pdata[i], lines->pdata[i - 1]))
      g_string_append_printf (text, "%s\n", (char *)lines->pdata[i]);
  }
}

static void
make_text (SatchelScope *scope)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 hash[16];

  for (guint i = 0; i < scope->entities->len; i++)
    put_entity (scope, scope->entities->pdata[i], text);
  crypto_generichash (hash, sizeof hash, (const guint8 *)text->str, text->len, NULL, 0);
  for (guint i = 0; i < 8; i++)
    g_snprintf (scope->digest + 2 * i, 3, "%02x", hash[i]);
  scope->text = g_string_free (g_steal_pointer (&text), FALSE);
}

/* ---- the whole ---- */

static void
add_entities (SatchelStore *store, SatchelScope *scope)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    SatchelEntityScope *own = g_new0 (SatchelEntityScope, 1);

    own->entity = entities[i];
    own->readable = g_ptr_array_new ();
    own->always = entities[i]->carry == SATCHEL_CARRY_ALWAYS;
    own->chosen = g_ptr_array_new_with_free_func ((GDestroyNotify)chosen_free);
    own->hidden_classes = (const char *const *)scope->hidden_classes;
    g_ptr_array_add (scope->entities, own);
  }
  for (guint i = 0; i < scope->list->ranges->len; i++) {
    SatchelBucketRange *range = scope->list->ranges->pdata[i];

    g_ptr_array_add (satchel_scope_get (scope, range->entity)->readable, range);
  }
}

/* An empty filter makes its entity one that is carried as far as it can be read. */
static void
widen (SatchelScope *scope)
{
  for (guint i = 0; i < scope->entities->len; i++) {
    SatchelEntityScope *own = scope->entities->pdata[i];

    for (guint j = 0; j < own->chosen->len; j++)
      own->always |= ((const SatchelChosen *)own->chosen->pdata[j])->filter->atom == NULL;
  }
}

SatchelScope *
satchel_scope_new (SatchelStore *store, const SatchelRights *rights, const SatchelBucketList *list,
                   const char *device, GError **error)
{
  g_autoptr (SatchelScope) scope = g_new0 (SatchelScope, 1);

  scope->user = g_strdup (satchel_rights_get_user (rights));
  scope->unit = g_strdup (satchel_rights_get_unit (rights));
  scope->hidden_classes = g_strdupv (list->hidden_classes);
  scope->device = g_strdup (device);
  scope->list = list;
  scope->entities = g_ptr_array_new_with_free_func ((GDestroyNotify)entity_scope_free);
  scope->unusable = g_ptr_array_new_with_free_func ((GDestroyNotify)unusable_free);
  scope->problems = g_ptr_array_new_with_free_func ((GDestroyNotify)problem_free);
  scope->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  scope->teams = g_strdupv ((char **)satchel_rights_get_teams (rights));
  add_entities (store, scope);
  if (!add_choices (store, scope, error) || !find_pins (store, scope, error))
    return NULL;
  widen (scope);
  make_text (scope);
  return satchel_scope_complete (store, scope, error) ? g_steal_pointer (&scope) : NULL;
}

gboolean
satchel_scope_complete (SatchelStore *store, SatchelScope *scope, GError **error)
{
  gboolean complete;

  if (scope->complete)
    return TRUE;
  if (!satchel_scopes_contain (store, scope->digest, &complete, error))
    return FALSE;
  complete &= scope->problems->len == 0;
  for (guint i = 0; i < scope->entities->len; i++) {
    const SatchelEntityScope *own = scope->entities->pdata[i];

    for (guint j = 0; j < own->chosen->len && !own->always; j++) {
      SatchelFilter *filter = ((SatchelChosen *)own->chosen->pdata[j])->filter;

      if (filter->bucket == 0 && !satchel_filters_find (store, filter, scope->user, error))
        return FALSE;
      complete &= filter->bucket != 0;
      if (filter->bucket != 0)
        satchel_filter_let_go (filter);
    }
  }
  scope->complete = complete;
  return TRUE;
}

/* The owner sees it wherever she sees the filter. */
static gboolean
tell (SatchelStore *store, SatchelCommit *commit, const SatchelProblem *problem, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "offline_filter");
  g_autoptr (SatchelValue) value = problem->text != NULL ? satchel_value_new_string (problem->text) : NULL;
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  gboolean changed;

  if ((commit->s == 0 && !satchel_feed_begin (store, commit, error)) ||
      !satchel_rows_read (store, entity, problem->record, &before, error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  after = satchel_record_copy (before);
  satchel_record_set_by_name (after, PROBLEM, value);
  return satchel_rows_update (store, commit, before, after, &changed, error);
}

gboolean
satchel_scope_make (SatchelStore *store, SatchelCommit *commit, SatchelScope *scope, gboolean *refused,
                    GError **error)
{
  *refused = FALSE;
  for (guint i = 0; i < scope->problems->len; i++) {
    if (!tell (store, commit, scope->problems->pdata[i], error))
      return FALSE;
  }
  for (guint i = 0; i < scope->entities->len; i++) {
    const SatchelEntityScope *own = scope->entities->pdata[i];

    for (guint j = 0; j < own->chosen->len && !own->always; j++) {
      SatchelFilter *filter = ((SatchelChosen *)own->chosen->pdata[j])->filter;

      if (filter->bucket == 0 && ((commit->s == 0 && !satchel_feed_begin (store, commit, error)) ||
                                  !satchel_filters_make (store, commit, filter, error)))
        return FALSE;
      *refused |= filter->refused;
    }
  }
  return *refused ||
         (satchel_scopes_use (store, scope->digest, scope->text, commit->at_ms, error) &&
          (scope->device == NULL || satchel_devices_set_scope (store, scope->device, scope->digest, error)));
}
