/* satchelctl list ENTITY [--view V] [--where PREDICATE] [--find TEXT] [--sort F[:desc]] [--columns a,b]
 * [--limit N] [--online]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/columns.h"
#include "client/cli/commands.h"
#include "client/cli/dispute.h"
#include "client/cli/online.h"
#include "client/cli/remote.h"
#include "client/cli/table.h"
#include "client/views.h"
#include "protocol/error.h"
#include "protocol/limits.h"

typedef struct {
  SatchelCli *cli;
  GPtrArray *columns;  /* NULL: whole records */
  SatchelTable *table; /* NULL: JSON */
  gint64 n_rows;
  const SatchelOnlineRow *online; /* whose record is printed; NULL: one of the replica */
} List;

/* ---- rows ---- */

static SatchelValue *
get_value (List *list, const SatchelColumn *column, const SatchelRecord *record)
{
  const char *name = satchel_column_get_text (column);

  if (list->online != NULL && satchel_column_is_along (column))
    return satchel_value_ref (g_hash_table_lookup (list->online->along, name));
  return satchel_column_get_value (column, satchel_session_get_replica (list->cli->session), record);
}

static void
print_json_row (List *list, const SatchelRecord *record)
{
  JsonObject *object;

  if (list->columns == NULL) {
    satchel_cli_print_object (list->cli,
                              satchel_record_to_json (record, TRUE, satchel_cli_dup_name, list->cli));
    return;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "id", record->id);
  for (guint i = 0; i < list->columns->len; i++) {
    const SatchelColumn *column = g_ptr_array_index (list->columns, i);
    g_autoptr (SatchelValue) value = get_value (list, column, record);

    json_object_set_member (object, satchel_column_get_text (column),
                            satchel_cli_value_to_json (list->cli, satchel_column_get_field (column), value));
  }
  satchel_cli_print_object (list->cli, object);
}

/* Ids come last, so that a narrow terminal shows them whole and a mouse finds them. */
static void
add_table_row (List *list, const SatchelRecord *record)
{
  g_auto (GStrv) cells = g_new0 (char *, list->columns->len + 2);

  for (guint i = 0; i < list->columns->len; i++) {
    const SatchelColumn *column = g_ptr_array_index (list->columns, i);
    const SatchelField *field = satchel_column_get_field (column);
    g_autoptr (SatchelValue) value = get_value (list, column, record);

    cells[i] = satchel_column_is_along (column)
                   ? satchel_cli_display (list->cli, field, value, SATCHEL_CLI_ONE_LINE)
                   : satchel_cli_display_field (list->cli, record, field, SATCHEL_CLI_ONE_LINE);
  }
  cells[list->columns->len] = g_strdup (record->id);
  satchel_table_add (list->table, (const char *const *)cells);
}

static gboolean
row_cb (const SatchelRecord *record, gpointer data)
{
  List *list = data;

  list->n_rows++;
  if (list->table != NULL)
    add_table_row (list, record);
  else
    print_json_row (list, record);
  return TRUE;
}

static SatchelTable *
make_table (GPtrArray *columns)
{
  g_autofree const char **titles = g_new0 (const char *, columns->len + 2);

  for (guint i = 0; i < columns->len; i++)
    titles[i] = satchel_column_get_field (g_ptr_array_index (columns, i))->label;
  titles[columns->len] = N_ ("Id");
  return satchel_table_new (titles);
}

/* ---- the question ---- */

typedef struct {
  const char *view, *where, *find, *sort, *columns, *limit;
  SatchelSavedView *saved; /* the view, where a person saved it */
} Options;

/* "field" or "field:desc". */
static gboolean
read_sort (SatchelCli *cli, const char *text, SatchelQuery *query)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);

  if (*parts == NULL ||
      (parts[1] != NULL && !g_str_equal (parts[1], "desc") && !g_str_equal (parts[1], "asc"))) {
    satchel_cli_misuse (cli, _ ("--sort needs FIELD, FIELD:asc or FIELD:desc, not “%s”"), text);
    return FALSE;
  }
  query->sort = satchel_cli_field (cli, query->entity, parts[0]);
  query->descending = g_strcmp0 (parts[1], "desc") == 0;
  return query->sort != NULL;
}

/* The condition of the view and the one that was typed, both. */
static gboolean
read_where (SatchelCli *cli, const SatchelView *view, const char *typed, SatchelQuery *query)
{
  g_autofree char *both = NULL;
  const char *of_view = view != NULL ? view->where : "";

  if (typed != NULL && (query->where = satchel_cli_predicate (cli, query->entity, typed)) == NULL)
    return FALSE;
  if (*of_view == '\0')
    return TRUE;
  if (typed != NULL) {
    g_autofree char *text = satchel_predicate_to_text (query->where);

    g_clear_pointer (&query->where, satchel_predicate_unref);
    both = *text != '\0' ? g_strdup_printf ("(%s) and (%s)", of_view, text) : g_strdup (of_view);
  }
  query->where = satchel_cli_predicate (cli, query->entity, both != NULL ? both : of_view);
  return query->where != NULL;
}

/* One of the definitions, or one that a person saved, by its name or id. NULL after a line on stderr. */
static const SatchelView *
find_view (SatchelCli *cli, const SatchelEntity *entity, Options *options)
{
  const SatchelView *view = satchel_entity_find_view (entity, options->view);
  g_autoptr (GError) error = NULL;

  if (view != NULL)
    return view;
  options->saved = satchel_session_find_view (cli->session, entity, options->view, &error);
  if (options->saved != NULL)
    view = satchel_saved_view_get_view (options->saved, &error);
  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND))
    satchel_cli_misuse (cli, _ ("%s has no view “%s”; see satchelctl views %s"), entity->name, options->view,
                        entity->name);
  else if (view == NULL)
    satchel_cli_misuse (cli, "%s", error->message);
  return view;
}

/* Fills @query and @columns; FALSE after a line on stderr. */
static gboolean
read_options (SatchelCli *cli, Options *options, SatchelQuery *query, GPtrArray **columns)
{
  const SatchelEntity *entity = query->entity;
  const SatchelView *view = NULL;
  const char *sort = options->sort;

  if (options->view != NULL && (view = find_view (cli, entity, options)) == NULL)
    return FALSE;
  if (sort == NULL && view != NULL && view->sort != NULL && *view->sort != '\0')
    sort = view->sort;
  if (sort != NULL && !read_sort (cli, sort, query))
    return FALSE;
  if (!read_where (cli, view, options->where, query) ||
      !satchel_cli_number (cli, "limit", options->limit, &query->limit))
    return FALSE;
  query->find = options->find;
  if (view != NULL && view->find != NULL && *view->find != NULL)
    query->find_fields = view->find;
  if (options->columns != NULL)
    *columns = satchel_columns_parse (cli, entity, options->columns);
  else if (!cli->json)
    *columns = satchel_columns_of_view (cli, entity, view != NULL ? view : &entity->views[0]);
  return *columns != NULL || (cli->json && options->columns == NULL);
}

/* ---- the answer ---- */

static gboolean
list_here (List *list, const SatchelQuery *query, GError **error)
{
  SatchelPredicateContext context;

  satchel_session_get_context (list->cli->session, &context);
  return satchel_replica_query (satchel_session_get_replica (list->cli->session), query, &context, row_cb,
                                list, error);
}

/* NULL: whole records. NULL-terminated, borrowed names. */
static GPtrArray *
list_names (const GPtrArray *columns)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < columns->len; i++)
    g_ptr_array_add (names, (gpointer)satchel_column_get_text (columns->pdata[i]));
  g_ptr_array_add (names, NULL);
  return names;
}

static void
print_page (List *list, SatchelOnlinePage *page)
{
  list->cli->page = page;
  for (guint i = 0; i < page->rows->len; i++) {
    list->online = page->rows->pdata[i];
    row_cb (list->online->record, list);
  }
  list->online = NULL;
  list->cli->page = NULL;
}

/* Page by page, until the server has no more or enough is here. */
static gboolean
list_online (List *list, const SatchelQuery *query, GError **error)
{
  g_autoptr (SatchelTransport) transport = satchel_cli_connect (list->cli, error);
  g_autoptr (GPtrArray) names = list->columns != NULL ? list_names (list->columns) : NULL;
  g_autofree char *after = NULL;
  SatchelOnlineList page_of = {
    .entity = query->entity,
    .where = query->where,
    .find = query->find,
    .find_fields = query->find_fields,
    .sort = query->sort,
    .descending = query->descending,
    .columns = names != NULL ? (const char *const *)names->pdata : NULL,
  };

  if (transport == NULL)
    return FALSE;
  while (query->limit < 0 || list->n_rows < query->limit) {
    g_autoptr (SatchelOnlinePage) page = NULL;

    page_of.after = after;
    page_of.limit =
        query->limit < 0 ? SATCHEL_MAX_PAGE_ROWS : MIN (query->limit - list->n_rows, SATCHEL_MAX_PAGE_ROWS);
    page = satchel_cli_ask_list (list->cli, transport, &page_of, error);
    if (page == NULL)
      return FALSE;
    print_page (list, page);
    g_free (after);
    after = g_steal_pointer (&page->more);
    if (after == NULL || satchel_cli_interrupted ())
      return TRUE;
  }
  return TRUE;
}

/* Why there is nothing, and what helps. */
static void
note_nothing (SatchelCli *cli, gboolean online)
{
  if (satchel_session_get_user (cli->session) == NULL)
    satchel_cli_note (cli, _ ("Nobody has signed in yet: satchelctl login URL --user NAME"));
  else if (!online &&
           satchel_replica_peek_meta (satchel_session_get_replica (cli->session), "cursor") == NULL)
    satchel_cli_note (cli, _ ("There was no sync yet: satchelctl sync fetches the records."));
  else
    satchel_cli_note (cli, _ ("Nothing found."));
}

static int
run (SatchelCli *cli, const SatchelQuery *query, GPtrArray *columns, gboolean online)
{
  List list = { .cli = cli, .columns = columns };
  g_autoptr (GError) error = NULL;
  g_autofree char *rows = NULL;

  if (!cli->json)
    list.table = make_table (columns);
  if (!(online ? list_online (&list, query, &error) : list_here (&list, query, &error))) {
    if (list.table != NULL)
      satchel_table_drop (list.table);
    return satchel_cli_fail (cli, error);
  }
  if (list.table == NULL)
    return SATCHEL_CLI_DONE;
  if (list.n_rows > 0)
    satchel_table_finish (list.table);
  else
    satchel_table_drop (list.table);
  rows = satchel_cli_count (list.n_rows, "record", "records");
  if (list.n_rows > 0)
    satchel_cli_note (cli, "%s", rows);
  else
    note_nothing (cli, online);
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_list (SatchelCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  gboolean online = FALSE;
  const SatchelCliOption known[] = {
    { "view", NULL, &options.view },   { "where", NULL, &options.where },
    { "find", NULL, &options.find },   { "sort", NULL, &options.sort },
    { "limit", NULL, &options.limit }, { "columns", NULL, &options.columns },
    { "online", &online, NULL },       { 0 },
  };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 1, 1, &status);
  g_autoptr (GPtrArray) columns = NULL;
  SatchelQuery query = { .limit = -1 };

  if (words == NULL)
    return status;
  status = SATCHEL_CLI_USAGE;
  query.entity = satchel_cli_entity (cli, words[0]);
  if (query.entity != NULL && read_options (cli, &options, &query, &columns))
    status = run (cli, &query, columns, online);
  g_clear_pointer (&query.where, satchel_predicate_unref);
  satchel_saved_view_unref (options.saved);
  return status;
}
