/* Views without what is retired: a view may go on naming it, so that retiring a field is one word in one
 * place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"

/* The field at the end of @path, which check.c has followed before. */
static const SatchelField *
follow (GHashTable *by_name, const SatchelEntity *entity, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  const SatchelField *field = NULL;
  for (guint i = 0; steps[i]; i++) {
    if (field)
      entity = &((const SatchelEntityDraft *)g_hash_table_lookup (by_name, field->targets[0]))->entity;
    field = satchel_entity_find_field (entity, steps[i]);
  }
  return field;
}

static const char *const *
keep_shown (GHashTable *by_name, const SatchelEntity *entity, const char *const *paths)
{
  const char **kept = (const char **)paths; /* shortened in place: the block is the reader's own */
  guint n_kept = 0;
  for (guint i = 0; paths[i]; i++) {
    if (!follow (by_name, entity, paths[i])->retired)
      kept[n_kept++] = paths[i];
  }
  kept[n_kept] = NULL;
  return kept;
}

static const char *
keep_if_shown (const SatchelEntity *entity, const char *name)
{
  return name && !satchel_entity_find_field (entity, name)->retired ? name : NULL;
}

static gboolean
hide_in_view (GHashTable *by_name, const SatchelEntity *entity, SatchelView *view, const SatchelPlace *place,
              GError **error)
{
  SatchelViewColumn *columns = (SatchelViewColumn *)view->columns;
  guint n_kept = 0;
  for (guint i = 0; i < view->n_columns; i++) {
    if (!follow (by_name, entity, columns[i].field)->retired)
      columns[n_kept++] = columns[i];
  }
  if (n_kept == 0)
    return satchel_place_fail (place, NULL, error, "all columns of view “%s” of %s show retired fields",
                               view->name, entity->name);
  view->n_columns = n_kept;
  view->find = keep_shown (by_name, entity, view->find);
  view->preview = keep_shown (by_name, entity, view->preview);
  view->type_field = keep_if_shown (entity, view->type_field);
  view->date_field = keep_if_shown (entity, view->date_field);
  return TRUE;
}

gboolean
satchel_drafts_hide_retired (GPtrArray *drafts, GHashTable *by_name, GError **error)
{
  for (guint i = 0; i < drafts->len; i++) {
    const SatchelEntityDraft *draft = g_ptr_array_index (drafts, i);
    SatchelView *views = (SatchelView *)draft->entity.views;
    for (guint j = 0; j < draft->entity.n_views; j++) {
      const SatchelViewDraft *view = g_ptr_array_index (draft->views, j);
      if (!hide_in_view (by_name, &draft->entity, &views[j], &view->place, error))
        return FALSE;
    }
  }
  return TRUE;
}
