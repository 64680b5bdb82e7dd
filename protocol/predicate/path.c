/* Ways from one record to others: along lookups ("account.city"), and back through them ("exists
 * task.regarding").
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/predicate/tree.h"

/* "(entity)" behind a lookup, which may be left out when it has one target. */
static const SatchelEntity *
parse_target (SatchelRegistry *registry, const SatchelField *field, SatchelScanner *scanner, GError **error)
{
  const char *start = scanner->at;

  if (field->type != SATCHEL_TYPE_LOOKUP) {
    satchel_scanner_fail (scanner, start, error, "%s is no lookup (but %s): nothing can follow it with “.”",
                          field->name, satchel_type_name (field->type));
    return NULL;
  }
  if (*scanner->at != '(') {
    if (field->n_targets == 1)
      return satchel_registry_find (registry, field->targets[0]);
    g_autofree char *targets = g_strjoinv (" or ", (char **)field->targets);
    satchel_scanner_fail (scanner, start, error,
                          "%s may name several kinds of records (%s): write %s(%s).field", field->name,
                          targets, field->name, field->targets[0]);
    return NULL;
  }

  scanner->at++;
  g_autofree char *name = satchel_scanner_take_name (scanner);
  if (name == NULL || !satchel_field_allows_target (field, name)) {
    g_autofree char *targets = g_strjoinv (" or ", (char **)field->targets);
    satchel_scanner_fail (scanner, start + 1, error, "%s names %s", field->name, targets);
    return NULL;
  }
  if (!satchel_scanner_take_symbol (scanner, ")")) {
    satchel_scanner_fail (scanner, scanner->at, error, "expected “)” after %s(%s", field->name, name);
    return NULL;
  }
  return satchel_registry_find (registry, name);
}

/* The entity that @steps lead to from @entity. */
static const SatchelEntity *
path_end (const GArray *steps, const SatchelEntity *entity)
{
  return steps->len == 0 ? entity : g_array_index (steps, SatchelStep, steps->len - 1).entity;
}

/* Reads what stands behind the name of a lookup that is followed. */
static gboolean
add_step (SatchelRegistry *registry, const SatchelField *field, SatchelScanner *scanner, GArray *steps,
          const char *start, GError **error)
{
  SatchelStep step = { field, parse_target (registry, field, scanner, error) };

  if (step.entity == NULL)
    return FALSE;
  if (steps->len + 1 >= SATCHEL_MAX_DERIVED_DEPTH) {
    satchel_scanner_fail (scanner, start, error, "more than %d lookups in one path",
                          SATCHEL_MAX_DERIVED_DEPTH - 1);
    return FALSE;
  }
  g_array_append_val (steps, step);
  return TRUE;
}

gboolean
satchel_path_parse (SatchelRegistry *registry, const SatchelEntity *entity, SatchelScanner *scanner,
                    GArray *steps, const SatchelField **end, GError **error)
{
  *end = NULL;
  for (;;) {
    satchel_scanner_skip_space (scanner);
    if (steps->len > 0 && *scanner->at == '(' && !scanner->nested)
      return TRUE;
    const char *start = scanner->at;
    g_autofree char *name = satchel_scanner_take_name (scanner);
    if (name == NULL) {
      g_autofree char *found = satchel_scanner_dup_found (scanner);
      satchel_scanner_fail (scanner, start, error, "expected a field of %s%s, found %s", entity->name,
                            steps->len == 0 && !scanner->nested ? ", “not”, “exists” or “(”" : "", found);
      return FALSE;
    }
    const SatchelField *field = satchel_registry_require_field (registry, entity, name, error);
    if (field == NULL) {
      satchel_scanner_prefix (scanner, start, error);
      return FALSE;
    }
    if (*scanner->at != '.' && *scanner->at != '(') {
      *end = field;
      return TRUE;
    }
    if (!add_step (registry, field, scanner, steps, start, error))
      return FALSE;
    if (*scanner->at != '.') {
      satchel_scanner_fail (scanner, scanner->at, error, "expected “.” and a field of %s",
                            path_end (steps, entity)->name);
      return FALSE;
    }
    scanner->at++;
    entity = path_end (steps, entity);
  }
}

const SatchelEntity *
satchel_steps_parse (SatchelRegistry *registry, const SatchelEntity *entity, SatchelScanner *scanner,
                     GArray *steps, GError **error)
{
  do {
    const char *start = scanner->at;
    g_autofree char *name = satchel_scanner_take_name (scanner);
    if (name == NULL) {
      satchel_scanner_fail (scanner, start, error, "expected a lookup of %s", entity->name);
      return NULL;
    }
    const SatchelField *field = satchel_registry_require_field (registry, entity, name, error);
    if (field == NULL) {
      satchel_scanner_prefix (scanner, start, error);
      return NULL;
    }
    if (!add_step (registry, field, scanner, steps, start, error))
      return NULL;
    entity = path_end (steps, entity);
  } while (satchel_scanner_take_symbol (scanner, "."));
  return entity;
}

SatchelNode *
satchel_path_wrap (GArray *steps, SatchelNode *condition)
{
  for (guint i = steps->len; i > 0; i--) {
    const SatchelStep *step = &g_array_index (steps, SatchelStep, i - 1);
    SatchelNode *along = satchel_node_new (SATCHEL_NODE_ALONG);
    along->field = step->field;
    along->entity = step->entity;
    satchel_node_add (along, condition);
    condition = along;
  }
  return condition;
}

const SatchelNode *
satchel_path_print (const SatchelNode *node, GString *text)
{
  for (; node->kind == SATCHEL_NODE_ALONG; node = satchel_node_child (node)) {
    g_string_append (text, node->field->name);
    if (node->field->n_targets > 1)
      g_string_append_printf (text, "(%s)", node->entity->name);
    g_string_append_c (text, '.');
  }
  if (node->kind == SATCHEL_NODE_TEST)
    g_string_append (text, node->field->name);
  return node;
}

/* The lookups of @other that may name @entity, as "task.regarding or task.account", and how many there are.
 */
static guint
find_references (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelEntity *other,
                 const SatchelField **only, GString *list)
{
  guint n_references = 0, n_found = 0;
  const SatchelReference *references = satchel_registry_get_references (registry, entity, &n_references);

  for (guint i = 0; i < n_references; i++) {
    if (references[i].entity != other || references[i].field->type != SATCHEL_TYPE_LOOKUP)
      continue;
    g_string_append_printf (list, "%s%s.%s", n_found++ == 0 ? "" : " or ", other->name,
                            references[i].field->name);
    *only = references[i].field;
  }
  return n_found;
}

gboolean
satchel_reference_parse (SatchelRegistry *registry, const SatchelEntity *entity, SatchelScanner *scanner,
                         SatchelNode *node, GError **error)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  g_autofree char *name = satchel_scanner_take_name (scanner);
  if (name == NULL) {
    g_autofree char *found = satchel_scanner_dup_found (scanner);
    satchel_scanner_fail (scanner, start, error, "expected an entity after “exists”, found %s", found);
    return FALSE;
  }
  node->entity = satchel_registry_require (registry, name, error);
  if (node->entity == NULL) {
    satchel_scanner_prefix (scanner, start, error);
    return FALSE;
  }

  g_autoptr (GString) candidates = g_string_new (NULL);
  guint n_candidates = find_references (registry, entity, node->entity, &node->field, candidates);
  if (n_candidates == 0) {
    satchel_scanner_fail (scanner, start, error, "no lookup of %s names %s", name, entity->name);
    return FALSE;
  }
  if (*scanner->at != '.') {
    if (n_candidates > 1)
      satchel_scanner_fail (scanner, start, error, "several lookups of %s name %s: write %s", name,
                            entity->name, candidates->str);
    return n_candidates == 1;
  }

  scanner->at++;
  const char *field_start = scanner->at;
  g_autofree char *field_name = satchel_scanner_take_name (scanner);
  node->field =
      satchel_registry_require_field (registry, node->entity, field_name != NULL ? field_name : "", error);
  if (node->field == NULL) {
    satchel_scanner_prefix (scanner, field_start, error);
    return FALSE;
  }
  if (node->field->type != SATCHEL_TYPE_LOOKUP || !satchel_field_allows_target (node->field, entity->name)) {
    satchel_scanner_fail (scanner, field_start, error, "%s.%s names no %s: write %s", name, field_name,
                          entity->name, candidates->str);
    return FALSE;
  }
  return TRUE;
}

/* ---- paths by themselves ---- */

static gboolean
is_whole (SatchelScanner *scanner, GError **error)
{
  return satchel_scanner_at_end (scanner) ||
         satchel_predicate_fail (error, "“%.80s” is no path", scanner->text);
}

const SatchelField *
satchel_path_find_field (SatchelRegistry *registry, const SatchelEntity *entity, const char *path,
                         const SatchelEntity **holder, GError **error)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (SatchelStep));
  const SatchelField *field;
  SatchelScanner scanner;

  satchel_scanner_init (&scanner, path, TRUE);
  if (!satchel_path_parse (registry, entity, &scanner, steps, &field, error) || !is_whole (&scanner, error))
    return NULL;
  if (holder != NULL)
    *holder = path_end (steps, entity);
  return field;
}

const SatchelEntity *
satchel_path_find_entity (SatchelRegistry *registry, const SatchelEntity *entity, const char *path,
                          GError **error)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (SatchelStep));
  const SatchelEntity *end;
  SatchelScanner scanner;

  satchel_scanner_init (&scanner, path, TRUE);
  end = satchel_steps_parse (registry, entity, &scanner, steps, error);
  return end != NULL && is_whole (&scanner, error) ? end : NULL;
}

const SatchelEntity *
satchel_path_find_reference (SatchelRegistry *registry, const SatchelEntity *entity, const char *reference,
                             GError **error)
{
  g_autoptr (SatchelNode) exists = satchel_node_new (SATCHEL_NODE_EXISTS);
  SatchelScanner scanner;

  satchel_scanner_init (&scanner, reference, TRUE);
  if (!satchel_reference_parse (registry, entity, &scanner, exists, error) || !is_whole (&scanner, error))
    return NULL;
  return exists->entity;
}
