/* One line of a pull into cells. No allocation, one pass for the encoding and one for the cells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/row.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/wire/scan.h"

static gboolean
fail (const char *problem, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a row %s", problem);
  return FALSE;
}

static char *
skip_space (char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
    at++;
  return at;
}

static gboolean
take_cell (char **at, const char *end, SatchelCell *cell)
{
  if (*at == end)
    return FALSE;
  if (**at == '"') {
    cell->kind = SATCHEL_CELL_TEXT;
    return satchel_scan_string (at, end, &cell->text, &cell->length);
  }
  if (**at == 'n') {
    if (end - *at < 4 || memcmp (*at, "null", 4) != 0)
      return FALSE;
    cell->kind = SATCHEL_CELL_NULL;
    *at += 4;
    return TRUE;
  }
  cell->kind = SATCHEL_CELL_INTEGER;
  return satchel_scan_integer (at, end, &cell->integer);
}

gboolean
satchel_row_parse (char *line, gsize length, SatchelCell *cells, guint n_cells, GError **error)
{
  const char *end = line + length;
  char *at = line;

  if (!g_utf8_validate_len (line, length, NULL))
    return fail ("is not UTF-8", error);

  at = skip_space (at, end);
  if (at == end || *at != '[')
    return fail ("does not begin with “[”", error);
  at = skip_space (at + 1, end);
  for (guint i = 0; i < n_cells; i++) {
    if (i > 0) {
      if (at == end || *at != ',')
        return fail ("has too few cells, or something between them", error);
      at = skip_space (at + 1, end);
    }
    if (!take_cell (&at, end, &cells[i]))
      return fail ("has a cell that is no integer, string or null", error);
    at = skip_space (at, end);
  }
  if (at == end || *at != ']')
    return fail ("has too many cells, or no end", error);
  if (skip_space (at + 1, end) != end)
    return fail ("is followed by something", error);
  return TRUE;
}
