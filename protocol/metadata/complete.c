/* Another program's definitions completed by those of this one: what only this one knows is there, so that
 * its own code finds it, and retired, so that nobody writes what the other would not take.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"
#include "protocol/metadata/markup-private.h"

static gboolean
is_named (const SatchelMarkup *markup, const char *element)
{
  return g_str_equal (markup->element->name, element);
}

/* The child of @markup that is an @element with @value in @attribute, or NULL. */
static SatchelMarkup *
find (const SatchelMarkup *markup, const char *element, const char *attribute, const char *value)
{
  for (guint i = 0; i < markup->children->len; i++) {
    SatchelMarkup *child = g_ptr_array_index (markup->children, i);
    if (is_named (child, element) && g_strcmp0 (satchel_markup_get (child, attribute), value) == 0)
      return child;
  }
  return NULL;
}

/* Moves the child at @index of @from behind the children of @to. */
static void
move (SatchelMarkup *from, guint index, SatchelMarkup *to)
{
  satchel_markup_take (to, g_ptr_array_steal_index (from->children, index));
}

static void
complete_entity (SatchelMarkup *entity, SatchelMarkup *own)
{
  for (guint i = 0; i < own->children->len;) {
    SatchelMarkup *child = g_ptr_array_index (own->children, i);
    if (!is_named (child, "field") || find (entity, "field", "name", satchel_markup_get (child, "name"))) {
      i++;
      continue;
    }
    satchel_markup_set (child, "retired", "yes");
    move (own, i, entity);
  }
}

/* What belongs to an entity stands beside it and names it: views, forms… */
static void
complete_beside (SatchelMarkup *root, SatchelMarkup *own, GHashTable *missing)
{
  for (guint i = 0; i < own->children->len;) {
    const SatchelMarkup *child = g_ptr_array_index (own->children, i);
    const char *entity = satchel_markup_get (child, "entity");
    if (entity && g_hash_table_contains (missing, entity))
      move (own, i, root);
    else
      i++;
  }
}

gboolean
satchel_metadata_reader_complete (SatchelMetadataReader *reader, const char *name, const char *text,
                                  GError **error)
{
  g_autoptr (SatchelMarkup) own = satchel_metadata_reader_parse (reader, name, text, -1, error);
  g_autoptr (GHashTable) missing = g_hash_table_new (g_str_hash, g_str_equal);
  if (!own)
    return FALSE;
  for (guint i = 0; i < own->children->len;) {
    SatchelMarkup *child = g_ptr_array_index (own->children, i);
    const char *entity_name = is_named (child, "entity") ? satchel_markup_get (child, "name") : NULL;
    SatchelMarkup *there = entity_name ? find (reader->root, "entity", "name", entity_name) : NULL;
    if (entity_name && !there) {
      g_hash_table_add (missing, (gpointer)entity_name);
      satchel_markup_set (child, "retired", "yes");
      move (own, i, reader->root);
      continue;
    }
    if (there)
      complete_entity (there, child);
    i++;
  }
  complete_beside (reader->root, own, missing);
  return TRUE;
}
