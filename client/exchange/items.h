/* Files of vCards and calendars, taken apart before any library reads them: each item for itself, so that a broken one costs no neighbour and nothing
 * deep, endless or huge reaches a parser that recurses.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_ITEM_CARD,
  SATCHEL_ITEM_EVENT,
  SATCHEL_ITEM_TODO,
  SATCHEL_ITEM_OTHER, /* a journal entry, free and busy times… */
} SatchelItemKind;

typedef struct {
  SatchelItemKind kind;
  char *name;        /* "VEVENT", in upper case */
  char *tzid;        /* of a VTIMEZONE; else NULL */
  const char *bytes; /* from BEGIN to the end of END, in what was split; not terminated */
  gsize size;
  guint line;        /* of its BEGIN, counted from 1 */
  guint calendar;    /* which of the file's calendars it stands in */
  char *problem;     /* a sentence: it is not to be read at all; or NULL */
} SatchelItem;

typedef struct {
  GBytes *bytes;
  GPtrArray *items; /* SatchelItem*, in their order */
  GPtrArray *zones; /* SatchelItem*: VTIMEZONEs with a name; the first 200, more than any calendar needs */
} SatchelItems;

/* Never fails: what cannot be understood is an item with a problem, or nothing. @bytes: as they stand in the file. */
SatchelItems *satchel_items_split (GBytes *bytes);
void          satchel_items_free (SatchelItems *items);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelItems, satchel_items_free)

/* The item as text; of a calendar's item a VCALENDAR with the VTIMEZONEs that it names. INVALID: no text at all. Owned. */
char *satchel_items_dup_text (const SatchelItems *items, const SatchelItem *item, GError **error);
/* Value of the item's own property, unfolded and else as it stands; NULL: none. Owned. */
char *satchel_item_dup_property (const SatchelItem *item, const char *name);

G_END_DECLS
