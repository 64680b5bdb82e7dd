/* What the files of a list page share: list-page.c, the question that it asks and how it is laid out; list-hands.c, what a person does with its
 * rows; list-columns.c, its columns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/views.h"
#include "ui/grid/beyond.h"
#include "ui/grid/filter-bar.h"
#include "ui/grid/grid.h"
#include "ui/grid/list-page.h"
#include "ui/grid/preview.h"
#include "ui/grid/rows.h"
#include "ui/grid/selection.h"

G_BEGIN_DECLS

struct _SatchelListPage {
  SatchelPage parent_instance;
  SatchelRegistry *registry; /* the definitions that entity and view are of */
  const SatchelEntity *entity;
  const SatchelView *view;
  SatchelSavedView *saved; /* whose view it is; NULL: the system's */
  const SatchelField *sort;
  gboolean descending;
  SatchelRows *rows;
  SatchelSelection *selection;
  SatchelFilterBar *filters;
  SatchelGrid *grid;
  SatchelPreview *preview;
  SatchelBeyond *beyond;
  GtkRevealer *preview_place;
  GtkStack *states; /* "grid", "empty" */
  AdwStatusPage *empty;
};

/* Asks anew; says it where there are too many conditions together. */
void satchel_list_page_ask (SatchelListPage *page);

/* Actions and keys of the class; what the grid and the selection tell of a page. */
void satchel_list_page_install_hands (GtkWidgetClass *class);
void satchel_list_page_take_hands (SatchelListPage *page);
void satchel_list_page_show_preview (SatchelListPage *page, gboolean shown);
/* One of the server's has come here: goes to it, if the page is still in front. */
void satchel_list_page_opened_cb (SatchelBeyond *beyond, const char *entity, const char *id, SatchelListPage *page);

void satchel_list_page_install_columns (GtkWidgetClass *class);
void satchel_list_page_take_columns (SatchelListPage *page);
/* Those of the view, as this person left them. */
void satchel_list_page_show_columns (SatchelListPage *page);
/* What is shown, as paths; owned. @page: a SatchelListPage. */
char **satchel_list_page_list_paths (gpointer page);

G_END_DECLS
