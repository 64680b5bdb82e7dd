/* The timeline as a GListModel of what stands on the screen: an item is one moment, whose record is read when somebody looks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"
#include "ui/record/moments.h"

G_BEGIN_DECLS

/* ---- one moment ---- */

#define SATCHEL_TYPE_TIMELINE_ITEM (satchel_timeline_item_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTimelineItem, satchel_timeline_item, SATCHEL, TIMELINE_ITEM, GObject)

const SatchelMoment *satchel_timeline_item_get_moment (SatchelTimelineItem *item);
/* NULL for changes, and for a record that has just gone. Borrowed until "changed". */
const SatchelRecord *satchel_timeline_item_get_record (SatchelTimelineItem *item);
/* The first of its day: a heading stands above it. */
gboolean satchel_timeline_item_begins_day (SatchelTimelineItem *item);
/* Signal "changed": its record has other values, or it begins its day now. */

/* ---- the list ---- */

#define SATCHEL_TYPE_TIMELINE_LIST (satchel_timeline_list_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTimelineList, satchel_timeline_list, SATCHEL, TIMELINE_LIST, GObject)

/* Loads, and loads again when a record of a source is different. */
SatchelTimelineList *satchel_timeline_list_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id);

/* Kinds that are shown (1 << kind); all at first. */
void satchel_timeline_list_set_kinds (SatchelTimelineList *list, guint mask);
/* More of what there is: a page at first, one more each time. FALSE: all is there. */
gboolean satchel_timeline_list_grow (SatchelTimelineList *list);
/* The history has come: look again. */
void satchel_timeline_list_refresh (SatchelTimelineList *list);

/* Properties, read-only, with notify: "loading" gboolean, before the first answer; "problem" char*, a sentence or NULL. */

G_END_DECLS
