/* A reader that goes over the text once, and a writer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/csv.h"

#include <string.h>

/* Rows that the separator is judged by. */
#define ROWS_LOOKED_AT 20

static const char SEPARATORS[] = { ',', ';', '\t' };

static gboolean
at_line_end (const char *at, const char *end)
{
  return at == end || *at == '\n' || *at == '\r';
}

/* Past one line end of any kind. */
static const char *
skip_line_end (const char *at, const char *end)
{
  if (at < end && *at == '\r')
    at++;
  if (at < end && *at == '\n')
    at++;
  return at;
}

static const char *
find_line_end (const char *at, const char *end)
{
  while (!at_line_end (at, end))
    at++;
  return at;
}

/* Reads the quoted cell whose opening quote stands at *at; FALSE with *problem set when it has no proper end.
 */
static gboolean
read_quoted (SatchelCsvReader *reader, const char **at, guint *line, GString *cell, const char **problem)
{
  const char *p = *at + 1;

  for (;; p++) {
    if (p == reader->end) {
      *problem = "a quoted cell has no end";
      return FALSE;
    }
    if (*p == '"') {
      if (p + 1 == reader->end || p[1] != '"')
        break;
      p++;
    }
    if (*p == '\n' || (*p == '\r' && (p + 1 == reader->end || p[1] != '\n')))
      (*line)++;
    g_string_append_c (cell, *p);
  }
  p++;
  if (!at_line_end (p, reader->end) && *p != reader->separator) {
    *problem = "a quoted cell goes on after its closing quote";
    return FALSE;
  }
  *at = p;
  return TRUE;
}

/* Takes the physical line where the row began as its only cell, and goes on after it. */
static void
give_up_row (SatchelCsvReader *reader, SatchelCsvRow *row)
{
  const char *line_end = find_line_end (reader->next, reader->end);

  g_ptr_array_set_size (row->cells, 0);
  g_ptr_array_add (row->cells, g_strndup (reader->next, (gsize)(line_end - reader->next)));
  reader->next = skip_line_end (line_end, reader->end);
  reader->line++;
}

gboolean
satchel_csv_reader_next (SatchelCsvReader *reader, SatchelCsvRow *row)
{
  const char *at;
  guint line;

  while (reader->next < reader->end && at_line_end (reader->next, reader->end)) {
    reader->next = skip_line_end (reader->next, reader->end);
    reader->line++;
  }
  if (reader->next == reader->end)
    return FALSE;
  *row = (SatchelCsvRow){ .line = reader->line, .cells = g_ptr_array_new_with_free_func (g_free) };
  at = reader->next;
  line = reader->line;
  for (;;) {
    g_autoptr (GString) cell = g_string_new (NULL);

    if (at < reader->end && *at == '"') {
      if (!read_quoted (reader, &at, &line, cell, &row->problem)) {
        give_up_row (reader, row);
        return TRUE;
      }
    } else {
      const char *start = at;

      while (!at_line_end (at, reader->end) && *at != reader->separator)
        at++;
      g_string_append_len (cell, start, at - start);
    }
    g_ptr_array_add (row->cells, g_string_free (g_steal_pointer (&cell), FALSE));
    if (at == reader->end || *at != reader->separator)
      break;
    at++;
  }
  reader->next = skip_line_end (at, reader->end);
  reader->line = line + 1;
  return TRUE;
}

void
satchel_csv_row_clear (SatchelCsvRow *row)
{
  g_clear_pointer (&row->cells, g_ptr_array_unref);
}

/* How well a separator splits the first rows: rows as long as the first one, weighted so that more cells win
 * a tie. */
static guint
judge_separator (const char *text, gsize length, char separator)
{
  SatchelCsvReader reader = { text, text + length, 1, separator };
  guint n_cells = 0, alike = 0, rows = 0;

  for (; rows < ROWS_LOOKED_AT; rows++) {
    g_auto (SatchelCsvRow) row = { 0 };

    if (!satchel_csv_reader_next (&reader, &row))
      break;
    if (rows == 0)
      n_cells = row.cells->len;
    alike += row.problem == NULL && row.cells->len == n_cells;
  }
  return n_cells < 2 ? 0 : alike * 1000 + MIN (n_cells, 999);
}

void
satchel_csv_reader_init (SatchelCsvReader *reader, const char *text, gsize length)
{
  const char *end = text + length;
  guint best = 0;

  *reader = (SatchelCsvReader){ text, end, 1, ',' };
  if (length > 4 && g_ascii_strncasecmp (text, "sep=", 4) == 0 && at_line_end (text + 5, end)) {
    reader->separator = text[4];
    reader->next = skip_line_end (text + 5, end);
    reader->line = 2;
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (SEPARATORS); i++) {
    guint score = judge_separator (text, length, SEPARATORS[i]);

    if (score > best) {
      best = score;
      reader->separator = SEPARATORS[i];
    }
  }
}

void
satchel_csv_append_row (GString *out, const char *const *cells, guint n_cells)
{
  for (guint i = 0; i < n_cells; i++) {
    const char *cell = cells[i] != NULL ? cells[i] : "";

    if (i > 0)
      g_string_append_c (out, ',');
    /* A lone empty cell would be an empty line, which readers skip. */
    if (cell[strcspn (cell, ",\"\r\n")] == '\0' && !(n_cells == 1 && *cell == '\0')) {
      g_string_append (out, cell);
      continue;
    }
    g_string_append_c (out, '"');
    for (const char *p = cell; *p != '\0'; p++) {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
    g_string_append_c (out, '"');
  }
  g_string_append (out, "\r\n");
}
