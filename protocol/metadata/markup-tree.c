/* Trees of elements: put together, understood, printed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/markup-private.h"

#include <string.h>

/* ---- the table ---- */

/* The name in the table without its "!" mark. */
static gsize
attribute_length (const char *declared)
{
  gsize length = strlen (declared);
  return declared[length - 1] == '!' ? length - 1 : length;
}

gboolean
satchel_element_has_attribute (const SatchelElement *element, const char *name)
{
  for (guint i = 0; element->attributes[i]; i++) {
    const char *declared = element->attributes[i];
    if (strlen (name) == attribute_length (declared) && g_str_has_prefix (declared, name))
      return TRUE;
  }
  return FALSE;
}

char *
satchel_element_dup_attribute (const SatchelElement *element, guint index)
{
  const char *declared = element->attributes[index];
  return g_strndup (declared, attribute_length (declared));
}

/* ---- the tree ---- */

SatchelMarkup *
satchel_markup_new (const SatchelElement *element, const SatchelPlace *place)
{
  SatchelMarkup *markup = g_new0 (SatchelMarkup, 1);
  markup->element = element;
  markup->place = *place;
  markup->names = g_ptr_array_new_with_free_func (g_free);
  markup->values = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (markup->names, NULL);
  g_ptr_array_add (markup->values, NULL);
  markup->children = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_markup_free);
  return markup;
}

void
satchel_markup_free (SatchelMarkup *markup)
{
  if (!markup)
    return;
  g_ptr_array_unref (markup->names);
  g_ptr_array_unref (markup->values);
  g_ptr_array_unref (markup->children);
  g_free (markup);
}

const SatchelElement *
satchel_markup_get_element (const SatchelMarkup *markup)
{
  return markup->element;
}

void
satchel_markup_take (SatchelMarkup *parent, SatchelMarkup *child)
{
  g_ptr_array_add (parent->children, child);
}

const char *
satchel_markup_get (const SatchelMarkup *markup, const char *name)
{
  for (guint i = 0; i + 1 < markup->names->len; i++) {
    if (g_str_equal (g_ptr_array_index (markup->names, i), name))
      return g_ptr_array_index (markup->values, i);
  }
  return NULL;
}

void
satchel_markup_set (SatchelMarkup *markup, const char *name, const char *value)
{
  for (guint i = 0; i + 1 < markup->names->len; i++) {
    if (g_str_equal (g_ptr_array_index (markup->names, i), name)) {
      g_free (markup->values->pdata[i]);
      markup->values->pdata[i] = g_strdup (value);
      return;
    }
  }
  g_ptr_array_insert (markup->names, (gint)markup->names->len - 1, g_strdup (name));
  g_ptr_array_insert (markup->values, (gint)markup->values->len - 1, g_strdup (value));
}

static void
take_tag (SatchelMarkup *markup, const SatchelMarkup *other)
{
  markup->place = other->place;
  for (guint i = 0; i + 1 < other->names->len; i++)
    satchel_markup_set (markup, other->names->pdata[i], other->values->pdata[i]);
}

void
satchel_markup_append (SatchelMarkup *markup, SatchelMarkup *other)
{
  take_tag (markup, other);
  while (other->children->len > 0)
    satchel_markup_take (markup, g_ptr_array_steal_index (other->children, 0));
}

/* ---- putting together ---- */

/* What tells an element from its siblings; a name cannot hold a line end. Owned. */
static char *
dup_identity (const SatchelMarkup *markup)
{
  GString *identity = g_string_new (markup->element->name);
  for (const char *const *key = markup->element->key; *key; key++) {
    const char *value = satchel_markup_get (markup, *key);
    g_string_append_printf (identity, "\n%s", value ? value : "");
  }
  return g_string_free (identity, FALSE);
}

/* What stands under @markup by identity: the first of it. */
static GHashTable *
index_children (const SatchelMarkup *markup)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < markup->children->len; i++) {
    char *identity = dup_identity (markup->children->pdata[i]);
    if (g_hash_table_contains (index, identity))
      g_free (identity);
    else
      g_hash_table_insert (index, identity, markup->children->pdata[i]);
  }
  return index;
}

static gboolean
check_unique (const SatchelMarkup *markup, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < markup->children->len; i++) {
    const SatchelMarkup *child = markup->children->pdata[i];
    const char *key = child->element->key[0];
    const char *name = key ? satchel_markup_get (child, key) : NULL;
    if (!g_hash_table_add (seen, dup_identity (child)))
      return satchel_place_fail (&child->place, key, error, "<%s>%s%s%s is there twice", child->element->name,
                                 name ? " “" : "", name ? name : "", name ? "”" : "");
  }
  return TRUE;
}

gboolean
satchel_markup_merge (SatchelMarkup *markup, const SatchelMarkup *other, GError **error)
{
  if (!check_unique (other, error))
    return FALSE;
  take_tag (markup, other);
  if (markup->element->children == SATCHEL_CHILDREN_REPLACED && other->children->len > 0)
    g_ptr_array_set_size (markup->children, 0);

  g_autoptr (GHashTable) index = index_children (markup);
  for (guint i = 0; i < other->children->len; i++) {
    const SatchelMarkup *child = other->children->pdata[i];
    g_autofree char *identity = dup_identity (child);
    SatchelMarkup *there = g_hash_table_lookup (index, identity);
    if (!there)
      satchel_markup_take (markup, there = satchel_markup_new (child->element, &child->place));
    if (!satchel_markup_merge (there, child, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- understanding ---- */

static gboolean
check_required (const SatchelElement *element, const SatchelTag *tag, GError **error)
{
  for (guint i = 0; element->attributes[i]; i++) {
    if (!g_str_has_suffix (element->attributes[i], "!"))
      continue;
    g_autofree char *name = satchel_element_dup_attribute (element, i);
    const char *text = satchel_tag_get (tag, name);
    if (!text || !*text)
      return satchel_place_fail (&tag->place, text ? name : NULL, error, "<%s> needs the attribute “%s”",
                                 element->name, name);
  }
  return TRUE;
}

gboolean
satchel_markup_run (const SatchelMarkup *markup, gpointer data, GError **error)
{
  const SatchelElement *element = markup->element;
  const SatchelTag tag = { .place = markup->place,
                           .names = (const char *const *)markup->names->pdata,
                           .values = (const char *const *)markup->values->pdata };
  if (!check_required (element, &tag, error) || !element->open (&tag, data, error))
    return FALSE;
  for (guint i = 0; i < markup->children->len; i++) {
    if (!satchel_markup_run (markup->children->pdata[i], data, error))
      return FALSE;
  }
  return !element->close || element->close (data, error);
}

/* ---- printing ---- */

static void
print (const SatchelMarkup *markup, guint depth, GString *text)
{
  g_string_append_printf (text, "%*s<%s", (int)depth * 2, "", markup->element->name);
  for (guint i = 0; markup->element->attributes[i]; i++) {
    g_autofree char *name = satchel_element_dup_attribute (markup->element, i);
    const char *value = satchel_markup_get (markup, name);
    g_autofree char *escaped = value ? g_markup_escape_text (value, -1) : NULL;
    if (value)
      g_string_append_printf (text, " %s=\"%s\"", name, escaped);
  }
  if (markup->children->len == 0) {
    g_string_append (text, "/>\n");
    return;
  }
  g_string_append (text, ">\n");
  for (guint i = 0; i < markup->children->len; i++)
    print (markup->children->pdata[i], depth + 1, text);
  g_string_append_printf (text, "%*s</%s>\n", (int)depth * 2, "", markup->element->name);
}

char *
satchel_markup_print (const SatchelMarkup *markup)
{
  GString *text = g_string_new (NULL);
  print (markup, 0, text);
  return g_string_free (text, FALSE);
}
