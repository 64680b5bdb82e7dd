/* A part of the workplace: some records, each a row that leads there; activities with a box that completes them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/routes/route.h"

G_BEGIN_DECLS

typedef struct {
  char *title, *subtitle; /* plain text */
  char *icon;             /* name */
  char *name;             /* as it is read aloud; NULL: title and subtitle */
  SatchelRoute *route;    /* where it leads; NULL: nowhere */
  char *entity, *id;      /* of an activity that can be completed here; else NULL */
  gboolean urgent;
} SatchelTodayItem;
void satchel_today_item_free (SatchelTodayItem *item);

#define SATCHEL_TYPE_TODAY_LIST (satchel_today_list_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTodayList, satchel_today_list, SATCHEL, TODAY_LIST, GtkWidget)

/* @empty: what stands there when there is nothing; NULL: then there is no list at all. */
SatchelTodayList *satchel_today_list_new (const char *title, const char *empty);
void satchel_today_list_set_description (SatchelTodayList *list, const char *description);
/* SatchelTodayItem*, taken. Rows are made anew only where something is different; the first few are shown, with a row for the rest. */
void satchel_today_list_set_items (SatchelTodayList *list, GPtrArray *items);
/* Beside the title; may be hidden. */
void satchel_today_list_set_button (SatchelTodayList *list, GtkWidget *button);

/* Signals:
 *   "open" (SatchelRoute *)
 *   "complete" (char *entity, char *id) */

G_END_DECLS
