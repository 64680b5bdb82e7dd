/* From records to views, and back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/views.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/replica/column.h"
#include "protocol/error.h"
#include "protocol/integer.h"

#define MOST_COLUMNS 24
#define LEAST_WIDTH  40
#define MOST_WIDTH   960
#define USUAL_WIDTH  160

struct _SatchelSavedView {
  gatomicrefcount references;
  SatchelRegistry *registry;
  const SatchelEntity *entity;
  char *id, *name, *predicate, *sort;
  gboolean own;
  char *problem; /* why the condition cannot be understood; NULL: it can */
  char **paths;  /* of the columns */
  SatchelViewColumn *columns;
  SatchelView view;
};

SatchelSavedView *
satchel_saved_view_ref (SatchelSavedView *saved)
{
  g_atomic_ref_count_inc (&saved->references);
  return saved;
}

void
satchel_saved_view_unref (SatchelSavedView *saved)
{
  if (saved == NULL || !g_atomic_ref_count_dec (&saved->references))
    return;
  g_free (saved->id);
  g_free (saved->name);
  g_free (saved->predicate);
  g_free (saved->sort);
  g_free (saved->problem);
  g_strfreev (saved->paths);
  g_free (saved->columns);
  satchel_registry_unref (saved->registry);
  g_free (saved);
}

const char *
satchel_saved_view_get_id (const SatchelSavedView *saved)
{
  return saved->id;
}

const char *
satchel_saved_view_get_name (const SatchelSavedView *saved)
{
  return saved->name;
}

gboolean
satchel_saved_view_is_own (const SatchelSavedView *saved)
{
  return saved->own;
}

const SatchelEntity *
satchel_saved_view_get_entity (const SatchelSavedView *saved)
{
  return saved->entity;
}

const char *
satchel_saved_view_get_predicate (const SatchelSavedView *saved)
{
  return saved->predicate;
}

const SatchelView *
satchel_saved_view_get_view (SatchelSavedView *saved, GError **error)
{
  if (saved->problem == NULL)
    return &saved->view;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the view “%s” cannot be shown: %s"),
               saved->name, saved->problem);
  return NULL;
}

/* ---- reading ---- */

/* "name:320" without its width, which is given back within what a list can show. */
static guint
take_width (char *column)
{
  char *colon = strrchr (column, ':');
  gint64 width;

  if (colon == NULL)
    return USUAL_WIDTH;
  *colon = '\0';
  if (!satchel_integer_parse (colon + 1, 0, G_MAXUINT, &width))
    return USUAL_WIDTH;
  return (guint)CLAMP (width, LEAST_WIDTH, MOST_WIDTH);
}

static void
read_columns (SatchelSavedView *saved, const char *text)
{
  guint n_columns = 0;

  saved->paths = g_strsplit (text, " ", -1);
  saved->columns = g_new0 (SatchelViewColumn, MOST_COLUMNS);
  for (char **path = saved->paths; *path != NULL && n_columns < MOST_COLUMNS; path++) {
    guint width = take_width (*path);
    g_autoptr (SatchelColumn) column = satchel_column_parse (saved->registry, saved->entity, *path, NULL);

    if (column != NULL) {
      saved->columns[n_columns] =
          (SatchelViewColumn){ .field = *path, .width = width, .priority = n_columns + 1 };
      n_columns++;
    }
  }
  if (n_columns == 0)
    return;
  saved->view.columns = saved->columns;
  saved->view.n_columns = n_columns;
}

static void
read_sort (SatchelSavedView *saved)
{
  g_auto (GStrv) parts = g_strsplit (saved->sort, ":", 2);

  if (*parts != NULL && satchel_entity_find_field (saved->entity, *parts) != NULL &&
      (parts[1] == NULL || g_str_equal (parts[1], "desc")))
    saved->view.sort = saved->sort;
}

static void
read_predicate (SatchelSavedView *saved)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (saved->registry, saved->entity, saved->predicate, &error);

  if (predicate == NULL)
    saved->problem = g_strdup (error->message);
}

static const char *
get_text (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

static gboolean
is_owned_by (const SatchelRecord *record, const char *user)
{
  const SatchelValue *owner = satchel_record_get_by_name (record, "owner");

  return owner != NULL && user != NULL && g_str_equal (satchel_value_get_id (owner), user);
}

/* NULL for a view of what the definitions do not have. */
static SatchelSavedView *
view_from_record (SatchelSession *session, const SatchelRecord *record)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, get_text (record, "entity"));
  SatchelSavedView *saved;

  if (entity == NULL)
    return NULL;
  saved = g_new0 (SatchelSavedView, 1);
  g_atomic_ref_count_init (&saved->references);
  saved->registry = satchel_registry_ref (registry);
  saved->entity = entity;
  saved->id = g_strdup (record->id);
  saved->name = g_strdup (get_text (record, "name"));
  saved->predicate = g_strdup (get_text (record, "predicate"));
  saved->sort = g_strdup (get_text (record, "sort"));
  saved->own = is_owned_by (record, satchel_session_get_user (session));
  saved->view = entity->views[0];
  saved->view.name = saved->id;
  saved->view.label = saved->name;
  saved->view.where = saved->predicate;
  saved->view.is_default = FALSE;
  read_columns (saved, get_text (record, "columns"));
  read_sort (saved);
  read_predicate (saved);
  return saved;
}

/* ---- lists ---- */

typedef struct {
  SatchelSession *session;
  GHashTable *shared; /* ids */
  GPtrArray *own, *others;
} Listing;

static const SatchelEntity *
view_entity (SatchelSession *session)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "saved_view");

  g_assert (entity != NULL); /* one of the entities that programs know */
  return entity;
}

static gboolean
query (SatchelSession *session, const SatchelEntity *entity, const char *where, SatchelRowFunc row,
       gpointer data, GError **error)
{
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (satchel_session_get_registry (session), entity, where, error);
  SatchelQuery question = { .entity = entity, .where = predicate, .sort = entity->title, .limit = -1 };
  SatchelPredicateContext context;

  if (predicate == NULL)
    return FALSE;
  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &question, &context, row, data, error);
}

static gboolean
share_cb (const SatchelRecord *share, gpointer data)
{
  g_hash_table_add (data, g_strdup (get_text (share, "record_id")));
  return TRUE;
}

static gboolean
view_cb (const SatchelRecord *record, gpointer data)
{
  Listing *listing = data;
  SatchelSavedView *saved = view_from_record (listing->session, record);

  if (saved != NULL && saved->own)
    g_ptr_array_add (listing->own, saved);
  else if (saved != NULL && g_hash_table_contains (listing->shared, saved->id))
    g_ptr_array_add (listing->others, saved);
  else
    satchel_saved_view_unref (saved);
  return TRUE;
}

/* Who may read everybody's is not shown everybody's: only what was shared with her. */
GPtrArray *
satchel_session_list_views (SatchelSession *session, const SatchelEntity *entity, GError **error)
{
  const SatchelEntity *shares = satchel_registry_find (satchel_session_get_registry (session), "share");
  g_autoptr (GHashTable) shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_saved_view_unref);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_saved_view_unref);
  Listing listing = { .session = session, .shared = shared, .own = own, .others = others };
  g_autofree char *where = entity != NULL ? g_strdup_printf ("entity = \"%s\"", entity->name) : g_strdup ("");

  if (!query (session, shares, "record_entity = \"saved_view\" and principal in (me, my teams)", share_cb,
              shared, error) ||
      !query (session, view_entity (session), where, view_cb, &listing, error))
    return NULL;
  g_ptr_array_extend_and_steal (own, g_steal_pointer (&others));
  return g_steal_pointer (&own);
}

/* Any that is here, by its id: a link leads to what one may read. */
static gboolean
read_view (SatchelSession *session, const SatchelEntity *entity, const char *id, SatchelSavedView **saved,
           GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  *saved = NULL;
  if (!satchel_id_is_valid (id))
    return TRUE;
  if (!satchel_replica_read (satchel_session_get_replica (session), view_entity (session), id, &record,
                             error))
    return FALSE;
  *saved = record != NULL ? view_from_record (session, record) : NULL;
  if (*saved != NULL && (*saved)->entity != entity)
    g_clear_pointer (saved, satchel_saved_view_unref);
  return TRUE;
}

SatchelSavedView *
satchel_session_find_view (SatchelSession *session, const SatchelEntity *entity, const char *word,
                           GError **error)
{
  SatchelSavedView *saved;
  g_autoptr (GPtrArray) views = NULL;

  if (!read_view (session, entity, word, &saved, error) || saved != NULL)
    return saved;
  if ((views = satchel_session_list_views (session, entity, error)) == NULL)
    return NULL;
  for (guint i = 0; i < views->len; i++)
    if (g_str_equal (((SatchelSavedView *)views->pdata[i])->name, word))
      return satchel_saved_view_ref (views->pdata[i]);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("%s has no view “%s”"), _ (entity->plural),
               word);
  return NULL;
}

/* ---- saving ---- */

typedef struct {
  const char *field, *text; /* NULL: as it is */
} Member;

static SatchelValue *
value_of (const char *text)
{
  return *text != '\0' ? satchel_value_new_string (text) : NULL;
}

static char *
create_view (SatchelSession *session, const Member *members, guint n_members, char **saved_id, GError **error)
{
  g_autoptr (SatchelRecord) record = satchel_record_new (view_entity (session), NULL);
  char *set;

  for (guint i = 0; i < n_members; i++) {
    g_autoptr (SatchelValue) value = members[i].text != NULL ? value_of (members[i].text) : NULL;

    satchel_record_set_by_name (record, members[i].field, value);
  }
  set = satchel_session_create (session, record, error);
  if (set != NULL && saved_id != NULL)
    *saved_id = g_strdup (record->id);
  return set;
}

static char *
change_view (SatchelSession *session, const char *id, const Member *members, guint n_members, char **saved_id,
             GError **error)
{
  const SatchelEntity *entity = view_entity (session);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  char *set;

  for (guint i = 0; i < n_members; i++) {
    SatchelFieldValue *change;

    if (members[i].text == NULL)
      continue;
    change = g_new0 (SatchelFieldValue, 1);
    change->field = satchel_entity_find_field (entity, members[i].field);
    change->value = value_of (members[i].text);
    g_ptr_array_add (changes, change);
  }
  set = satchel_session_update (session, entity, id, changes, error);
  if (set != NULL && saved_id != NULL)
    *saved_id = g_strdup (id);
  return set;
}

char *
satchel_session_save_view (SatchelSession *session, const SatchelEntity *entity, const char *id,
                           const SatchelViewDraft *draft, char **saved_id, GError **error)
{
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autofree char *text = NULL;

  if (draft->predicate != NULL) {
    predicate =
        satchel_predicate_parse (satchel_session_get_registry (session), entity, draft->predicate, error);
    if (predicate == NULL)
      return NULL;
    text = satchel_predicate_to_text (predicate);
  }
  const Member members[] = {
    { "name", draft->name }, { "entity", id == NULL ? entity->name : NULL },
    { "predicate", text },   { "columns", draft->columns },
    { "sort", draft->sort },
  };
  return id == NULL ? create_view (session, members, G_N_ELEMENTS (members), saved_id, error)
                    : change_view (session, id, members, G_N_ELEMENTS (members), saved_id, error);
}

char *
satchel_view_columns_to_text (const SatchelViewColumn *columns, guint n_columns)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_columns; i++)
    g_string_append_printf (text, "%s%s:%u", i > 0 ? " " : "", columns[i].field, columns[i].width);
  return g_string_free (text, FALSE);
}
