/* The value type: one block of memory a value, the strings and arrays it points to behind the struct.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

#include <string.h>

struct _SatchelValue {
  gatomicrefcount refs;
  SatchelKind kind;
  union {
    const char *text; /* string, date */
    gint64 integer;
    SatchelDecimal decimal;
    gboolean truth;
    const char *const *keys; /* NULL-terminated */
    struct {
      const char *entity;
      const char *id;
    } lookup;
    struct {
      const SatchelParty *items;
      guint n;
    } parties;
    struct {
      const char *hash;
      const char *name;
      const char *media_type;
      gint64 size_bytes;
    } file;
  };
  gpointer tail[]; /* aligned for pointers and 64-bit numbers */
};

SatchelKind
satchel_type_kind (SatchelType type)
{
  static const SatchelKind kinds[] = {
    [SATCHEL_TYPE_STRING] = SATCHEL_KIND_STRING,    [SATCHEL_TYPE_TEXT] = SATCHEL_KIND_STRING,
    [SATCHEL_TYPE_INTEGER] = SATCHEL_KIND_INTEGER,  [SATCHEL_TYPE_DECIMAL] = SATCHEL_KIND_DECIMAL,
    [SATCHEL_TYPE_MONEY] = SATCHEL_KIND_DECIMAL,    [SATCHEL_TYPE_BOOLEAN] = SATCHEL_KIND_BOOLEAN,
    [SATCHEL_TYPE_DATE] = SATCHEL_KIND_DATE,        [SATCHEL_TYPE_DATETIME] = SATCHEL_KIND_INTEGER,
    [SATCHEL_TYPE_DURATION] = SATCHEL_KIND_INTEGER, [SATCHEL_TYPE_CHOICE] = SATCHEL_KIND_STRING,
    [SATCHEL_TYPE_MULTICHOICE] = SATCHEL_KIND_KEYS, [SATCHEL_TYPE_LOOKUP] = SATCHEL_KIND_LOOKUP,
    [SATCHEL_TYPE_PARTIES] = SATCHEL_KIND_PARTIES,  [SATCHEL_TYPE_FILE] = SATCHEL_KIND_FILE,
  };

  g_assert ((guint)type < G_N_ELEMENTS (kinds));
  return kinds[type];
}

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

/* Copies @text to *@room and moves on; NULL stays NULL. */
static const char *
put_text (char **room, const char *text)
{
  char *copy = *room;
  gsize size = text_size (text);

  if (text == NULL)
    return NULL;
  memcpy (copy, text, size);
  *room += size;
  return copy;
}

static SatchelValue *
value_alloc (SatchelKind kind, gsize tail_size)
{
  SatchelValue *value = g_malloc (sizeof (SatchelValue) + tail_size);

  g_atomic_ref_count_init (&value->refs);
  value->kind = kind;
  return value;
}

static SatchelValue *
new_with_text (SatchelKind kind, const char *text)
{
  SatchelValue *value = value_alloc (kind, text_size (text));
  char *room = (char *)value->tail;

  value->text = put_text (&room, text);
  return value;
}

SatchelValue *
satchel_value_new_string (const char *text)
{
  return text[0] != '\0' ? new_with_text (SATCHEL_KIND_STRING, text) : NULL;
}

SatchelValue *
satchel_value_new_integer (gint64 number)
{
  SatchelValue *value = value_alloc (SATCHEL_KIND_INTEGER, 0);

  value->integer = number;
  return value;
}

SatchelValue *
satchel_value_new_decimal (SatchelDecimal number)
{
  SatchelValue *value = value_alloc (SATCHEL_KIND_DECIMAL, 0);

  value->decimal = number;
  return value;
}

SatchelValue *
satchel_value_new_boolean (gboolean truth)
{
  SatchelValue *value = value_alloc (SATCHEL_KIND_BOOLEAN, 0);

  value->truth = truth != FALSE;
  return value;
}

SatchelValue *
satchel_value_new_date (const char *iso_date)
{
  gint64 days;

  g_assert (satchel_date_parse (iso_date, &days));
  return new_with_text (SATCHEL_KIND_DATE, iso_date);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

SatchelValue *
satchel_value_new_keys (const char *const *keys)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  SatchelValue *value;
  const char **array;
  gsize size = 0;
  guint n = 0;
  char *room;

  for (guint i = 0; keys[i] != NULL; i++) {
    if (keys[i][0] != '\0')
      g_ptr_array_add (sorted, (gpointer)keys[i]);
  }
  g_ptr_array_sort (sorted, compare_strings);
  for (guint i = 0; i < sorted->len; i++) {
    if (n == 0 || !g_str_equal (sorted->pdata[n - 1], sorted->pdata[i])) {
      sorted->pdata[n++] = sorted->pdata[i];
      size += text_size (sorted->pdata[i]);
    }
  }
  if (n == 0)
    return NULL;

  value = value_alloc (SATCHEL_KIND_KEYS, (n + 1) * sizeof (char *) + size);
  array = (const char **)value->tail;
  room = (char *)(array + n + 1);
  for (guint i = 0; i < n; i++)
    array[i] = put_text (&room, sorted->pdata[i]);
  array[n] = NULL;
  value->keys = array;
  return value;
}

SatchelValue *
satchel_value_new_lookup (const char *entity, const char *id)
{
  SatchelValue *value = value_alloc (SATCHEL_KIND_LOOKUP, text_size (entity) + text_size (id));
  char *room = (char *)value->tail;

  value->lookup.entity = put_text (&room, entity);
  value->lookup.id = put_text (&room, id);
  return value;
}

/* Which party it is: two entries that compare equal here are one. */
static int
compare_parties (gconstpointer a, gconstpointer b)
{
  const SatchelParty *left = a, *right = b;
  int order = g_strcmp0 (left->role, right->role);

  if (order == 0)
    order = g_strcmp0 (left->entity, right->entity);
  if (order == 0)
    order = g_strcmp0 (left->id != NULL ? left->id : left->address,
                       right->id != NULL ? right->id : right->address);
  return order;
}

/* A stable sort, so that of two equal parties the first one given stays. */
static int
compare_parties_with_data (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_parties (a, b);
}

SatchelValue *
satchel_value_new_parties (const SatchelParty *parties, guint n_parties)
{
  g_autofree SatchelParty *sorted = g_memdup2 (parties, n_parties * sizeof *parties);
  SatchelValue *value;
  SatchelParty *items;
  gsize size = 0;
  guint n = 0;
  char *room;

  if (n_parties == 0)
    return NULL;
  g_qsort_with_data (sorted, n_parties, sizeof *sorted, compare_parties_with_data, NULL);
  for (guint i = 0; i < n_parties; i++) {
    if (n == 0 || compare_parties (&sorted[n - 1], &sorted[i]) != 0) {
      sorted[n++] = sorted[i];
      size += text_size (sorted[i].role) + text_size (sorted[i].entity) + text_size (sorted[i].id) +
              text_size (sorted[i].address) + text_size (sorted[i].name);
    }
  }

  value = value_alloc (SATCHEL_KIND_PARTIES, n * sizeof *items + size);
  items = (SatchelParty *)value->tail;
  room = (char *)(items + n);
  for (guint i = 0; i < n; i++) {
    items[i].role = put_text (&room, sorted[i].role);
    items[i].entity = put_text (&room, sorted[i].entity);
    items[i].id = put_text (&room, sorted[i].id);
    items[i].address = put_text (&room, sorted[i].address);
    items[i].name = put_text (&room, sorted[i].name);
  }
  value->parties.items = items;
  value->parties.n = n;
  return value;
}

SatchelValue *
satchel_value_new_file (const char *hash, const char *name, const char *media_type, gint64 size_bytes)
{
  SatchelValue *value =
      value_alloc (SATCHEL_KIND_FILE, text_size (hash) + text_size (name) + text_size (media_type));
  char *room = (char *)value->tail;

  value->file.hash = put_text (&room, hash);
  value->file.name = put_text (&room, name);
  value->file.media_type = put_text (&room, media_type);
  value->file.size_bytes = size_bytes;
  return value;
}

SatchelValue *
satchel_value_ref (const SatchelValue *value)
{
  SatchelValue *shared = (SatchelValue *)value;

  if (shared != NULL)
    g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
satchel_value_unref (SatchelValue *value)
{
  if (value != NULL && g_atomic_ref_count_dec (&value->refs))
    g_free (value);
}

SatchelKind
satchel_value_get_kind (const SatchelValue *value)
{
  g_assert (value != NULL);
  return value->kind;
}

const char *
satchel_value_get_string (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_STRING);
  return value->text;
}

gint64
satchel_value_get_integer (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_INTEGER);
  return value->integer;
}

SatchelDecimal
satchel_value_get_decimal (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_DECIMAL);
  return value->decimal;
}

gboolean
satchel_value_get_boolean (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_BOOLEAN);
  return value->truth;
}

const char *
satchel_value_get_date (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_DATE);
  return value->text;
}

const char *const *
satchel_value_get_keys (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_KEYS);
  return value->keys;
}

const char *
satchel_value_get_entity (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_LOOKUP);
  return value->lookup.entity;
}

const char *
satchel_value_get_id (const SatchelValue *value)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_LOOKUP);
  return value->lookup.id;
}

const SatchelParty *
satchel_value_get_parties (const SatchelValue *value, guint *n_parties)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_PARTIES);
  *n_parties = value->parties.n;
  return value->parties.items;
}

void
satchel_value_get_file (const SatchelValue *value, const char **hash, const char **name,
                        const char **media_type, gint64 *size_bytes)
{
  g_assert (value != NULL && value->kind == SATCHEL_KIND_FILE);
  if (hash != NULL)
    *hash = value->file.hash;
  if (name != NULL)
    *name = value->file.name;
  if (media_type != NULL)
    *media_type = value->file.media_type;
  if (size_bytes != NULL)
    *size_bytes = value->file.size_bytes;
}

static gboolean
parties_equal (const SatchelValue *a, const SatchelValue *b)
{
  if (a->parties.n != b->parties.n)
    return FALSE;
  for (guint i = 0; i < a->parties.n; i++) {
    const SatchelParty *left = &a->parties.items[i], *right = &b->parties.items[i];

    if (g_strcmp0 (left->role, right->role) != 0 || g_strcmp0 (left->entity, right->entity) != 0 ||
        g_strcmp0 (left->id, right->id) != 0 || g_strcmp0 (left->address, right->address) != 0 ||
        g_strcmp0 (left->name, right->name) != 0)
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_value_equal (const SatchelValue *a, const SatchelValue *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL || a->kind != b->kind)
    return FALSE;

  switch (a->kind) {
  case SATCHEL_KIND_STRING:
  case SATCHEL_KIND_DATE:
    return g_str_equal (a->text, b->text);
  case SATCHEL_KIND_INTEGER:
    return a->integer == b->integer;
  case SATCHEL_KIND_DECIMAL:
    return satchel_decimal_compare (a->decimal, b->decimal) == 0;
  case SATCHEL_KIND_BOOLEAN:
    return a->truth == b->truth;
  case SATCHEL_KIND_KEYS:
    return g_strv_equal (a->keys, b->keys);
  case SATCHEL_KIND_LOOKUP:
    return g_str_equal (a->lookup.id, b->lookup.id) && g_str_equal (a->lookup.entity, b->lookup.entity);
  case SATCHEL_KIND_PARTIES:
    return parties_equal (a, b);
  case SATCHEL_KIND_FILE:
    return a->file.size_bytes == b->file.size_bytes && g_strcmp0 (a->file.hash, b->file.hash) == 0 &&
           g_strcmp0 (a->file.name, b->file.name) == 0 &&
           g_strcmp0 (a->file.media_type, b->file.media_type) == 0;
  default:
    g_assert_not_reached ();
  }
}

int
satchel_value_compare (const SatchelField *field, const SatchelValue *a, const SatchelValue *b)
{
  g_autofree char *left = NULL, *right = NULL;

  if (a == NULL || b == NULL)
    return (a != NULL) - (b != NULL);
  g_assert (a->kind == b->kind);

  switch (a->kind) {
  case SATCHEL_KIND_STRING:
  case SATCHEL_KIND_DATE:
    return strcmp (a->text, b->text);
  case SATCHEL_KIND_INTEGER:
    return (a->integer > b->integer) - (a->integer < b->integer);
  case SATCHEL_KIND_DECIMAL:
    return satchel_decimal_compare (a->decimal, b->decimal);
  case SATCHEL_KIND_BOOLEAN:
    return a->truth - b->truth;
  default:
    left = satchel_value_to_stored_text (field, a);
    right = satchel_value_to_stored_text (field, b);
    return strcmp (left, right);
  }
}
