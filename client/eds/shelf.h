/* One address book, calendar or task list, as texts by uid: all that the mirror needs of EDS. An item of a calendar is a VCALENDAR with
 * all components of one uid: what repeats, and what stands in its place.
 *
 * Errors: UNREACHABLE when the other side has died; whatever it says otherwise.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/error.h"

G_BEGIN_DECLS

typedef struct {
  char *uid, *text;
} SatchelShelfItem;

typedef struct _SatchelShelf SatchelShelf;
struct _SatchelShelf {
  /* uid → text, both owned. */
  GHashTable *(*list) (SatchelShelf *shelf, GError **error);
  /* *text NULL: it has none. Owned. */
  gboolean (*get) (SatchelShelf *shelf, const char *uid, char **text, GError **error);
  /* Makes the items (@made; EXISTS), or replaces them (NOT_FOUND; BUSY, where it can tell that somebody else has just done so): SatchelShelfItem*.
   * When it fails any of them may have been written. */
  gboolean (*put) (SatchelShelf *shelf, GPtrArray *items, gboolean made, GError **error);
  /* The shelf whose put() may make these items in a thread beside this one, which meanwhile leaves this shelf alone; NULL: only put() here will do. */
  SatchelShelf *(*beside) (SatchelShelf *shelf, GPtrArray *items);
  /* That there is none is no error. */
  gboolean (*remove) (SatchelShelf *shelf, GPtrArray *uids, GError **error);
  /* Who listens is told from now on which items were touched, also by ourselves: @touched with a uid, or NULL when the other side has
   * died. In the thread-default main context of now. */
  gboolean (*listen) (SatchelShelf *shelf, void (*touched) (const char *uid, gpointer data), gpointer data, GError **error);
  void (*free) (SatchelShelf *shelf);
};

void satchel_shelf_free (SatchelShelf *shelf); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelShelf, satchel_shelf_free)
void satchel_shelf_item_free (SatchelShelfItem *item);

G_END_DECLS
