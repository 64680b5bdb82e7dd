/* A list of items; laying out says on which page and where each begins.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/paper.h"

#include <glib/gi18n.h>

#include "client/report/pdf.h"

#define A4_WIDTH   595.276
#define A4_HEIGHT  841.890
#define A4_MARGIN  42.0
#define HEAD       24.0 /* the company's line, and the air below it */
#define FOOT       22.0 /* the number of the page, and the air above it */
#define CELL_GAP   8.0
#define ROW_GAP    4.0
#define LABEL_PART 0.3 /* of the width, for the label of a field */
#define TOTAL_PART 0.5 /* of the width, for a total */
#define BODY_SIZE  9.5

typedef enum {
  ITEM_TITLE,
  ITEM_SUBTITLE,
  ITEM_HEADING,
  ITEM_TEXT,
  ITEM_FIELD,
  ITEM_HEAD, /* of a table */
  ITEM_ROW,
  ITEM_TOTAL,
  ITEM_STRONG,
} ItemKind;

typedef struct {
  guint n_columns;
  SatchelPaperColumn *columns;
} Table;

typedef struct {
  ItemKind kind;
  char **texts; /* one, two, or the cells */
  Table *table; /* of rows and heads; borrowed */
} Item;

/* Where an item stands. A paragraph that is longer than a page is continued: its first line there is not its
 * first. */
typedef struct {
  guint page;
  double y, height;
  guint item;
  double skip; /* of the text's height, that stood on the pages before */
} Place;

struct _SatchelPaper {
  char *company, *title;
  GPtrArray *items;  /* Item */
  GPtrArray *tables; /* Table */
  GArray *places;    /* Place, in order */
  guint n_pages;
  double width, height;
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_strfreev (item->texts);
  g_free (item);
}

static void
table_free (gpointer data)
{
  Table *table = data;

  for (guint i = 0; i < table->n_columns; i++)
    g_free ((char *)table->columns[i].title);
  g_free (table->columns);
  g_free (table);
}

static void
add_item (SatchelPaper *paper, ItemKind kind, const char *first, const char *second)
{
  const char *const texts[] = { first != NULL ? first : "", second, NULL };
  Item *item = g_new0 (Item, 1);

  item->kind = kind;
  item->texts = g_strdupv ((char **)texts);
  g_ptr_array_add (paper->items, item);
}

SatchelPaper *
satchel_paper_new (const char *company, const char *title, const char *subtitle)
{
  SatchelPaper *paper = g_new0 (SatchelPaper, 1);

  paper->company = g_strdup (company != NULL ? company : "");
  paper->title = g_strdup (title != NULL ? title : "");
  paper->items = g_ptr_array_new_with_free_func (item_free);
  paper->tables = g_ptr_array_new_with_free_func (table_free);
  paper->places = g_array_new (FALSE, FALSE, sizeof (Place));
  add_item (paper, ITEM_TITLE, paper->title, NULL);
  if (subtitle != NULL && *subtitle != '\0')
    add_item (paper, ITEM_SUBTITLE, subtitle, NULL);
  return paper;
}

void
satchel_paper_free (SatchelPaper *paper)
{
  if (paper == NULL)
    return;
  g_free (paper->company);
  g_free (paper->title);
  g_ptr_array_unref (paper->items);
  g_ptr_array_unref (paper->tables);
  g_array_unref (paper->places);
  g_free (paper);
}

void
satchel_paper_add_heading (SatchelPaper *paper, const char *text)
{
  add_item (paper, ITEM_HEADING, text, NULL);
}

void
satchel_paper_add_text (SatchelPaper *paper, const char *text)
{
  add_item (paper, ITEM_TEXT, text, NULL);
}

void
satchel_paper_add_field (SatchelPaper *paper, const char *label, const char *value)
{
  add_item (paper, ITEM_FIELD, label, value != NULL ? value : "");
}

void
satchel_paper_add_table (SatchelPaper *paper, const SatchelPaperColumn *columns, guint n_columns)
{
  Table *table = g_new0 (Table, 1);
  Item *head = g_new0 (Item, 1);

  table->n_columns = n_columns;
  table->columns = g_memdup2 (columns, n_columns * sizeof *columns);
  head->kind = ITEM_HEAD;
  head->texts = g_new0 (char *, n_columns + 1);
  head->table = table;
  for (guint i = 0; i < n_columns; i++) {
    table->columns[i].title = g_strdup (columns[i].title);
    head->texts[i] = g_strdup (columns[i].title);
  }
  g_ptr_array_add (paper->tables, table);
  g_ptr_array_add (paper->items, head);
}

void
satchel_paper_add_row (SatchelPaper *paper, const char *const *cells)
{
  Item *row = g_new0 (Item, 1);

  g_return_if_fail (paper->tables->len > 0);
  row->kind = ITEM_ROW;
  row->table = paper->tables->pdata[paper->tables->len - 1];
  row->texts = g_new0 (char *, row->table->n_columns + 1);
  for (guint i = 0; i < row->table->n_columns; i++)
    row->texts[i] = g_strdup (cells[i] != NULL ? cells[i] : "");
  g_ptr_array_add (paper->items, row);
}

void
satchel_paper_add_total (SatchelPaper *paper, const char *label, const char *value, gboolean strong)
{
  add_item (paper, strong ? ITEM_STRONG : ITEM_TOTAL, label, value != NULL ? value : "");
}

const char *
satchel_paper_get_title (const SatchelPaper *paper)
{
  return paper->title;
}

/* ---- text ---- */

typedef enum { CUT, WRAP } Overflow;

/* Prepares @layout for a text, and tells its height. */
static double
set_text (PangoLayout *layout, const char *text, double size, PangoWeight weight, double width,
          Overflow overflow)
{
  PangoFontDescription *font = pango_font_description_new ();
  int height;

  pango_font_description_set_family_static (font, "Sans");
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout, (int)(MAX (width, 1) * PANGO_SCALE));
  pango_layout_set_alignment (layout, PANGO_ALIGN_LEFT);
  pango_layout_set_auto_dir (layout, TRUE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_single_paragraph_mode (layout, overflow == CUT);
  pango_layout_set_ellipsize (layout, overflow == CUT ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, NULL, &height);
  return (double)height / PANGO_SCALE;
}

/* A text as it stands alone on its line. */
static double
set_line (PangoLayout *layout, ItemKind kind, const char *text, double width)
{
  switch (kind) {
  case ITEM_TITLE:
    return set_text (layout, text, 20, PANGO_WEIGHT_BOLD, width, WRAP);
  case ITEM_SUBTITLE:
    return set_text (layout, text, 10, PANGO_WEIGHT_NORMAL, width, WRAP);
  case ITEM_HEADING:
    return set_text (layout, text, 12, PANGO_WEIGHT_BOLD, width, WRAP);
  default:
    return set_text (layout, text, BODY_SIZE, PANGO_WEIGHT_NORMAL, width, WRAP);
  }
}

static void
show (cairo_t *cr, PangoLayout *layout, double x, double y, double grey)
{
  cairo_set_source_rgb (cr, grey, grey, grey);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

/* ---- tables ---- */

static gboolean
is_mirrored (PangoLayout *layout)
{
  return pango_context_get_base_dir (pango_layout_get_context (layout)) == PANGO_DIRECTION_RTL;
}

/* Where cell @i stands. */
static void
get_cell (const Table *table, guint i, double width, gboolean mirrored, double *x, double *cell_width)
{
  double all = 0, before = 0;

  for (guint j = 0; j < table->n_columns; j++) {
    all += table->columns[j].weight;
    if (j < i)
      before += table->columns[j].weight;
  }
  *x = width * before / all;
  *cell_width = width * table->columns[i].weight / all - CELL_GAP;
  if (mirrored)
    *x = width - *x - *cell_width;
}

static double
set_cell (PangoLayout *layout, const Item *item, guint i, double cell_width)
{
  const SatchelPaperColumn *column = &item->table->columns[i];

  return set_text (layout, item->texts[i], BODY_SIZE,
                   item->kind == ITEM_HEAD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, cell_width,
                   column->wraps && item->kind == ITEM_ROW ? WRAP : CUT);
}

/* Only cells that may wrap are measured: a list has thousands of the others. */
static double
measure_row (SatchelPaper *paper, PangoLayout *layout, const Item *item, double line)
{
  double height = line, x, cell_width;

  for (guint i = 0; i < item->table->n_columns && item->kind == ITEM_ROW; i++) {
    if (!item->table->columns[i].wraps)
      continue;
    get_cell (item->table, i, paper->width, FALSE, &x, &cell_width);
    height = MAX (height, set_cell (layout, item, i, cell_width));
  }
  return height + ROW_GAP;
}

static void
draw_row (SatchelPaper *paper, cairo_t *cr, PangoLayout *layout, const Item *item, double y, double height)
{
  gboolean mirrored = is_mirrored (layout);

  for (guint i = 0; i < item->table->n_columns; i++) {
    double x, cell_width;
    int used;

    get_cell (item->table, i, paper->width, mirrored, &x, &cell_width);
    set_cell (layout, item, i, cell_width);
    /* Numbers stand at the end, whatever the direction of their digits. */
    if (item->table->columns[i].numeric) {
      pango_layout_get_size (layout, &used, NULL);
      pango_layout_set_width (layout, -1);
      if ((double)used / PANGO_SCALE < cell_width && !mirrored)
        x += cell_width - (double)used / PANGO_SCALE;
    }
    show (cr, layout, x, y, 0);
  }
  cairo_set_source_rgb (cr, item->kind == ITEM_HEAD ? 0.2 : 0.8, item->kind == ITEM_HEAD ? 0.2 : 0.8,
                        item->kind == ITEM_HEAD ? 0.2 : 0.8);
  cairo_set_line_width (cr, 0.5);
  cairo_move_to (cr, 0, y + height - ROW_GAP / 2);
  cairo_line_to (cr, paper->width, y + height - ROW_GAP / 2);
  cairo_stroke (cr);
}

/* ---- pairs: fields and totals ---- */

typedef struct {
  double label_x, label_width, value_x, value_width;
} Pair;

static Pair
get_pair (const SatchelPaper *paper, ItemKind kind, gboolean mirrored)
{
  double from = kind == ITEM_FIELD ? 0 : paper->width * (1 - TOTAL_PART), room = paper->width - from;
  double label = kind == ITEM_FIELD ? room * LABEL_PART : room * 0.55;
  Pair pair = { from, label - CELL_GAP, from + label, room - label };

  if (mirrored) {
    pair.label_x = paper->width - pair.label_x - pair.label_width;
    pair.value_x = paper->width - pair.value_x - pair.value_width;
  }
  return pair;
}

static double
set_of_pair (PangoLayout *layout, const Item *item, const Pair *pair, gboolean value)
{
  return set_text (layout, item->texts[value], item->kind == ITEM_STRONG ? BODY_SIZE + 1.5 : BODY_SIZE,
                   item->kind == ITEM_STRONG ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL,
                   value ? pair->value_width : pair->label_width, WRAP);
}

static void
draw_pair (SatchelPaper *paper, cairo_t *cr, PangoLayout *layout, const Item *item, double y)
{
  gboolean mirrored = is_mirrored (layout);
  Pair pair = get_pair (paper, item->kind, mirrored);

  set_of_pair (layout, item, &pair, FALSE);
  show (cr, layout, pair.label_x, y, item->kind == ITEM_STRONG ? 0 : 0.35);
  set_of_pair (layout, item, &pair, TRUE);
  if (item->kind != ITEM_FIELD)
    pango_layout_set_alignment (layout, mirrored ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
  show (cr, layout, pair.value_x, y, 0);
}

/* ---- laying out ---- */

static double
gap_before (ItemKind kind, ItemKind before)
{
  if (kind == ITEM_HEADING || kind == ITEM_HEAD)
    return 14;
  if ((kind == ITEM_TOTAL || kind == ITEM_STRONG) && before == ITEM_ROW)
    return 8;
  if (kind == ITEM_FIELD || kind == ITEM_TEXT)
    return before == ITEM_FIELD || before == ITEM_HEADING ? 3 : 10;
  return kind == ITEM_ROW ? 0 : 4;
}

static double
measure (SatchelPaper *paper, PangoLayout *layout, const Item *item, double line)
{
  Pair pair;
  double label;

  switch (item->kind) {
  case ITEM_HEAD:
  case ITEM_ROW:
    return measure_row (paper, layout, item, line);
  case ITEM_FIELD:
  case ITEM_TOTAL:
  case ITEM_STRONG:
    pair = get_pair (paper, item->kind, FALSE);
    label = set_of_pair (layout, item, &pair, FALSE);
    return MAX (label, set_of_pair (layout, item, &pair, TRUE));
  default:
    return set_line (layout, item->kind, item->texts[0], paper->width);
  }
}

static double
place (SatchelPaper *paper, guint item, double y, double height, double skip)
{
  Place at = { paper->n_pages - 1, y, height, item, skip };

  g_array_append_val (paper->places, at);
  return y + height;
}

/* What stands at the head of a new page of a table: its titles again. */
static double
begin_page (SatchelPaper *paper, guint i, double line)
{
  const Item *item = paper->items->pdata[i];
  guint head = i;

  paper->n_pages++;
  if (item->kind != ITEM_ROW)
    return 0;
  while (((Item *)paper->items->pdata[head])->kind != ITEM_HEAD)
    head--;
  return place (paper, head, 0, line + ROW_GAP, 0);
}

/* Whether @i must not be the last of its page: a heading, or the head of a table. */
static gboolean
leads (const SatchelPaper *paper, guint i)
{
  const Item *item = paper->items->pdata[i];

  return (item->kind == ITEM_HEADING || item->kind == ITEM_HEAD) && i + 1 < paper->items->len;
}

guint
satchel_paper_lay_out (SatchelPaper *paper, PangoLayout *layout, double width, double height)
{
  const double room = MAX (height - HEAD - FOOT, 60);
  double y = 0, line;
  ItemKind before = ITEM_TITLE;

  paper->width = width;
  paper->height = height;
  paper->n_pages = 1;
  g_array_set_size (paper->places, 0);
  line = set_text (layout, "Ág中", BODY_SIZE, PANGO_WEIGHT_NORMAL, width, CUT);
  for (guint i = 0; i < paper->items->len; i++) {
    const Item *item = paper->items->pdata[i];
    double needs = measure (paper, layout, item, line), follows = leads (paper, i) ? 2 * line : 0, skip = 0;

    y += y > 0 ? gap_before (item->kind, before) : 0;
    if (y > 0 && y + MIN (needs, room / 2) + follows > room)
      y = begin_page (paper, i, line);
    /* Longer than what is left: it goes on on the next page, cut between two lines as near as a line's height
     * tells. */
    while (y + needs - skip > room) {
      double part = MAX (line, line * (double)(int)((room - y) / line));

      place (paper, i, y, MIN (part, needs - skip), skip);
      skip += part;
      y = begin_page (paper, i, line);
    }
    if (needs > skip)
      y = place (paper, i, y, needs - skip, skip);
    before = item->kind;
  }
  return paper->n_pages;
}

/* ---- drawing ---- */

static void
draw_item (SatchelPaper *paper, cairo_t *cr, PangoLayout *layout, const Place *at)
{
  const Item *item = paper->items->pdata[at->item];
  double y = HEAD + at->y;

  cairo_save (cr);
  if (at->skip > 0 || at->height < measure (paper, layout, item, 0) - 0.5) {
    cairo_rectangle (cr, 0, y, paper->width, at->height);
    cairo_clip (cr);
  }
  y -= at->skip;
  switch (item->kind) {
  case ITEM_HEAD:
  case ITEM_ROW:
    draw_row (paper, cr, layout, item, y, at->height + at->skip);
    break;
  case ITEM_FIELD:
  case ITEM_TOTAL:
  case ITEM_STRONG:
    draw_pair (paper, cr, layout, item, y);
    break;
  default:
    set_line (layout, item->kind, item->texts[0], paper->width);
    show (cr, layout, 0, y, item->kind == ITEM_SUBTITLE ? 0.35 : 0);
  }
  cairo_restore (cr);
}

static void
draw_frame (SatchelPaper *paper, cairo_t *cr, PangoLayout *layout, guint page)
{
  g_autofree char *number = g_strdup_printf (_ ("Page %u of %u"), page + 1, paper->n_pages);
  double half = paper->width / 2 - CELL_GAP, height;

  set_text (layout, paper->company, 9, PANGO_WEIGHT_BOLD, half, CUT);
  show (cr, layout, is_mirrored (layout) ? paper->width - half : 0, 0, 0.35);
  if (page > 0) {
    set_text (layout, paper->title, 9, PANGO_WEIGHT_NORMAL, half, CUT);
    pango_layout_set_alignment (layout, is_mirrored (layout) ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
    show (cr, layout, is_mirrored (layout) ? 0 : paper->width - half, 0, 0.35);
  }
  height = set_text (layout, number, 9, PANGO_WEIGHT_NORMAL, paper->width, CUT);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  show (cr, layout, 0, paper->height - height, 0.35);
}

void
satchel_paper_draw (SatchelPaper *paper, cairo_t *cr, PangoLayout *layout, guint page)
{
  pango_cairo_update_layout (cr, layout);
  draw_frame (paper, cr, layout, page);
  for (guint i = 0; i < paper->places->len; i++) {
    const Place *at = &g_array_index (paper->places, Place, i);

    if (at->page == page)
      draw_item (paper, cr, layout, at);
  }
}

/* ---- PDF ---- */

GBytes *
satchel_paper_to_pdf (SatchelPaper *paper, GError **error)
{
  SatchelPdf pdf;
  guint n_pages;

  satchel_pdf_begin (&pdf, paper->title, A4_WIDTH, A4_HEIGHT);
  n_pages = satchel_paper_lay_out (paper, pdf.layout, A4_WIDTH - 2 * A4_MARGIN, A4_HEIGHT - 2 * A4_MARGIN);
  for (guint page = 0; page < n_pages; page++) {
    cairo_save (pdf.cr);
    cairo_translate (pdf.cr, A4_MARGIN, A4_MARGIN);
    satchel_paper_draw (paper, pdf.cr, pdf.layout, page);
    cairo_restore (pdf.cr);
    cairo_show_page (pdf.cr);
  }
  return satchel_pdf_end (&pdf, error);
}
