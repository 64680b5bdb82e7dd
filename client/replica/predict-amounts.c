/* The shown rows with one change's shifts on top, and sums over them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/predict-amounts.h"

#include "protocol/rules/amounts.h"

/* A source of the rows as they will stand. */
typedef struct {
  SatchelRecordSource source;
  SatchelRecordSource below; /* the replica's */
  GPtrArray *shifts;
} Foretold;

static const SatchelShift *
find_shift (GPtrArray *shifts, const char *entity, const char *id)
{
  for (guint i = 0; i < shifts->len; i++) {
    const SatchelRecord *record = satchel_shift_get_record (shifts->pdata[i]);

    if (g_str_equal (record->id, id) && g_str_equal (record->entity->name, entity))
      return shifts->pdata[i];
  }
  return NULL;
}

static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  Foretold *foretold = data;
  const SatchelShift *shift = find_shift (foretold->shifts, entity, id);

  return shift != NULL ? shift->after : foretold->below.find (entity, id, foretold->below.data);
}

typedef struct {
  Foretold *foretold;
  gboolean (*visit) (const SatchelRecord *record, gpointer data);
  gpointer data;
} Visit;

static gboolean
visit_unshifted (const SatchelRecord *record, gpointer data)
{
  Visit *visit = data;

  return find_shift (visit->foretold->shifts, record->entity->name, record->id) == NULL &&
         visit->visit (record, visit->data);
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  Foretold *foretold = data;
  Visit below = { foretold, visit, visit_data };

  if (foretold->below.each (reference, id, visit_unshifted, &below, foretold->below.data))
    return TRUE;
  for (guint i = 0; i < foretold->shifts->len; i++) {
    const SatchelRecord *after = ((const SatchelShift *)foretold->shifts->pdata[i])->after;
    const SatchelValue *value = after != NULL && after->entity == reference->entity
                                    ? satchel_record_get (after, reference->field)
                                    : NULL;

    if (value != NULL && g_str_equal (satchel_value_get_id (value), id) && visit (after, visit_data))
      return TRUE;
  }
  return FALSE;
}

/* ---- heads ---- */

typedef struct {
  char *entity, *id;
  gboolean renew;
} Head;

static void
free_head (gpointer data)
{
  Head *head = data;

  g_free (head->entity);
  g_free (head->id);
  g_free (head);
}

static void
note_head (GPtrArray *heads, const SatchelHead *noted)
{
  Head *head = NULL;

  for (guint i = 0; i < heads->len && head == NULL; i++)
    head = g_str_equal (((Head *)heads->pdata[i])->id, noted->id) ? heads->pdata[i] : NULL;
  if (head == NULL) {
    head = g_new0 (Head, 1);
    head->entity = g_strdup (noted->entity);
    head->id = g_strdup (noted->id);
    g_ptr_array_add (heads, head);
  }
  head->renew |= noted->renew;
}

static GPtrArray *
list_heads (GPtrArray *shifts)
{
  GPtrArray *heads = g_ptr_array_new_with_free_func (free_head);

  for (guint i = 0; i < shifts->len; i++) {
    const SatchelShift *shift = shifts->pdata[i];
    SatchelHead noted[2];
    const guint n = satchel_amounts_list_heads (shift->before, shift->after, noted);

    for (guint j = 0; j < n; j++)
      note_head (heads, &noted[j]);
  }
  return heads;
}

/* Takes what is in @effect. */
static void
take_effect (GPtrArray *shifts, SatchelEffect *effect)
{
  SatchelShift *shift = (SatchelShift *)find_shift (shifts, effect->after->entity->name,
                                                    effect->after->id); /* the array's own */

  if (shift != NULL) {
    satchel_record_free (shift->after);
    shift->after = g_steal_pointer (&effect->after);
  } else {
    g_ptr_array_add (shifts,
                     satchel_shift_new (g_steal_pointer (&effect->before), g_steal_pointer (&effect->after)));
  }
}

gboolean
satchel_predict_amounts (SatchelReplica *replica, GPtrArray *shifts, GError **error)
{
  g_autoptr (GPtrArray) heads = list_heads (shifts);
  Foretold foretold = { .source = { .find = find_cb, .each = each_cb, .data = &foretold }, .shifts = shifts };

  satchel_replica_init_source (replica, &foretold.below);
  for (guint i = 0; i < heads->len; i++) {
    const Head *head = heads->pdata[i];
    const SatchelHead named = { head->entity, head->id, head->renew };
    g_autoptr (GPtrArray) effects =
        satchel_amounts_follow (satchel_replica_get_registry (replica), &named, &foretold.source, error);

    if (effects == NULL)
      return FALSE;
    for (guint j = 0; j < effects->len; j++)
      take_effect (shifts, effects->pdata[j]);
  }
  return TRUE;
}

gboolean
satchel_predict_depends (SatchelRegistry *registry, const SatchelChange *change)
{
  const SatchelEntity *entity = satchel_registry_find (registry, change->entity);

  if (entity == NULL || change->kind == SATCHEL_CHANGE_DELETE || change->kind == SATCHEL_CHANGE_ACTION)
    return TRUE;
  if (satchel_amounts_head_field (entity) != NULL)
    return TRUE;
  return satchel_amounts_line_entity (entity) != NULL &&
         (satchel_change_find_edit (change, "currency") != NULL ||
          satchel_change_find_edit (change, "price_list") != NULL);
}
