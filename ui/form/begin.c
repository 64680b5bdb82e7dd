/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/begin.h"

#include <glib/gi18n.h>

#include "client/replica/drafts.h"
#include "ui/form/kept.h"
#include "ui/page.h"

/* ---- with values ---- */

/* The draft that the next page for a new record of its entity shows; at most one a desk. */
#define PREPARED "satchel-prepared-draft"

void
satchel_begin_resume (GtkWidget *from, SatchelDraft *taken)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_draft (satchel_draft_get_entity (taken)->name);

  g_object_set_data_full (G_OBJECT (satchel_draft_get_desk (taken)), PREPARED, taken, g_object_unref);
  satchel_go (from, route);
}

void
satchel_begin_new (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *values)
{
  satchel_begin_resume (from, satchel_draft_new_with (desk, entity, values));
}

SatchelDraft *
satchel_begin_take (SatchelDesk *desk, const SatchelEntity *entity)
{
  g_autoptr (SatchelDraft) prepared = g_object_steal_data (G_OBJECT (desk), PREPARED);

  if (prepared != NULL && satchel_draft_get_entity (prepared) == entity)
    return g_steal_pointer (&prepared);
  return satchel_draft_new (desk, entity);
}

/* ---- like another ---- */

/* Where it stands in its life is its own, and so is what merges with that: when and why it was closed. */
static gboolean
tells_life (const SatchelEntity *entity, const SatchelField *field)
{
  const SatchelField *state = entity->state_field;

  return satchel_entity_tells_state (entity, field) ||
         (state != NULL && state->group != NULL && g_strcmp0 (state->group, field->group) == 0);
}

void
satchel_begin_duplicate (GtkWidget *from, SatchelDesk *desk, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    SatchelFieldValue *value;

    if (!satchel_field_is_writable (field) || tells_life (record->entity, field) ||
        field->type == SATCHEL_TYPE_FILE || satchel_record_get (record, field) == NULL)
      continue;
    value = g_new0 (SatchelFieldValue, 1);
    value->field = field;
    value->value = satchel_value_ref (satchel_record_get (record, field));
    g_ptr_array_add (values, value);
  }
  satchel_begin_new (from, desk, record->entity, values);
}

/* ---- what was not finished ---- */

static gboolean
is_new (const SatchelEntity *entity, const SatchelKeptDraft *kept)
{
  SatchelKeptKind kind;

  g_ptr_array_unref (satchel_kept_from_text (entity, kept->text, &kind));
  return kind == SATCHEL_KEPT_NEW;
}

void
satchel_begin_offer_kept (GtkWidget *window, SatchelDesk *desk)
{
  SatchelReplica *replica = satchel_session_get_replica (satchel_desk_get_session (desk));
  g_autoptr (GPtrArray) drafts = satchel_drafts_list (replica, NULL, NULL, NULL);
  const SatchelKeptDraft *last = drafts != NULL && drafts->len > 0 ? drafts->pdata[0] : NULL;
  const SatchelEntity *entity =
      last != NULL ? satchel_registry_find (satchel_desk_get_registry (desk), last->entity) : NULL;
  g_autoptr (SatchelRoute) route = NULL;
  g_autofree char *title = NULL, *message = NULL, *text = NULL, *action = NULL;

  if (entity == NULL)
    return;
  if (is_new (entity, last)) {
    route = satchel_route_new_draft (entity->name);
    message = g_strdup_printf (_ ("You had not finished: new %s"), _ (entity->label));
  } else {
    route = satchel_route_new_record (entity->name, last->record);
    title = satchel_replica_dup_name (entity->name, last->record, replica);
    message = g_strdup_printf (_ ("You had not finished: %s"), title != NULL ? title : _ (entity->label));
  }
  text = satchel_route_to_text (route);
  action = g_strdup_printf ("win.go('%s')", text);
  satchel_toast (window, message, _ ("Go On"), action);
}
