/* Tables on stdout. Off a terminal nothing is cut short, so that a script reads whole cells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/table.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SAMPLE_ROWS   500
#define LEAST_WIDTH   8 /* of a column that gives way */
#define GAP           2
#define DEFAULT_WIDTH 80

struct _SatchelTable {
  guint n_columns;
  char **titles;
  guint *widths;
  GPtrArray *sample; /* GStrv; NULL once printed */
};

guint
satchel_text_width (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (!g_unichar_iszerowidth (c))
      width += g_unichar_iswide (c) ? 2 : 1;
  }
  return width;
}

/* The end of what fits into @width columns. */
static const char *
find_cut (const char *text, guint width)
{
  guint used = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    used += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    if (used > width)
      break;
  }
  return text;
}

static void
print_cell (const char *text, guint width, gboolean last)
{
  guint used = satchel_text_width (text);

  if (used > width && isatty (STDOUT_FILENO)) {
    const char *cut = find_cut (text, width - 1);
    g_autofree char *kept = g_strndup (text, cut - text);

    printf ("%s…", kept);
    used = satchel_text_width (kept) + 1;
  } else {
    fputs (text, stdout);
  }
  if (!last)
    printf ("%*s", (int)(GAP + (used < width ? width - used : 0)), "");
}

static void
print_row (SatchelTable *table, const char *const *cells)
{
  guint n = table->n_columns;

  while (n > 1 && *cells[n - 1] == '\0') /* no blanks at the end of a line */
    n--;
  for (guint i = 0; i < n; i++)
    print_cell (cells[i], table->widths[i], i + 1 == n);
  putchar ('\n');
}

static guint
get_terminal_width (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return DEFAULT_WIDTH;
}

/* On a terminal the widest column shrinks, and again, until the row fits or nothing can give way. */
static void
fit_widths (SatchelTable *table)
{
  guint room = get_terminal_width ();

  for (;;) {
    guint total = GAP * (table->n_columns - 1), widest = 0;

    for (guint i = 0; i < table->n_columns; i++) {
      total += table->widths[i];
      if (table->widths[i] > table->widths[widest])
        widest = i;
    }
    if (total <= room || table->widths[widest] <= LEAST_WIDTH)
      return;
    table->widths[widest]--;
  }
}

static void
widen (SatchelTable *table, const char *const *cells)
{
  for (guint i = 0; i < table->n_columns; i++)
    table->widths[i] = MAX (table->widths[i], satchel_text_width (cells[i]));
}

static void
print_sample (SatchelTable *table)
{
  g_autoptr (GPtrArray) sample = g_steal_pointer (&table->sample);

  if (isatty (STDOUT_FILENO))
    fit_widths (table);
  print_row (table, (const char *const *)table->titles);
  for (guint i = 0; i < sample->len; i++)
    print_row (table, g_ptr_array_index (sample, i));
}

SatchelTable *
satchel_table_new (const char *const *titles)
{
  SatchelTable *table = g_new0 (SatchelTable, 1);

  table->n_columns = g_strv_length ((char **)titles);
  table->titles = g_new0 (char *, table->n_columns + 1);
  for (guint i = 0; i < table->n_columns; i++)
    table->titles[i] = g_strdup (*titles[i] != '\0' ? _ (titles[i]) : "");
  g_assert (table->n_columns > 0);
  table->widths = g_new0 (guint, table->n_columns);
  table->sample = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  widen (table, (const char *const *)table->titles);
  return table;
}

void
satchel_table_add (SatchelTable *table, const char *const *cells)
{
  char **copy;

  if (table->sample == NULL) {
    print_row (table, cells);
    return;
  }
  copy = g_new0 (char *, table->n_columns + 1);
  for (guint i = 0; i < table->n_columns; i++)
    copy[i] = g_strdup (cells[i]);
  g_ptr_array_add (table->sample, copy);
  widen (table, cells);
  if (table->sample->len == SAMPLE_ROWS)
    print_sample (table);
}

gboolean
satchel_table_is_empty (const SatchelTable *table)
{
  return table->sample != NULL && table->sample->len == 0;
}

void
satchel_table_drop (SatchelTable *table)
{
  g_clear_pointer (&table->sample, g_ptr_array_unref);
  g_strfreev (table->titles);
  g_free (table->widths);
  g_free (table);
}

void
satchel_table_finish (SatchelTable *table)
{
  if (table->sample != NULL)
    print_sample (table);
  satchel_table_drop (table);
}
