/* Where one can go in the window: a list, a record, the outbox, the calendar… A value, immutable and reference-counted, with a text
 * form that is a link:
 *
 *   satchel://account/0193…            a record
 *   satchel://list/account?view=mine   the records of an entity, in one of its views, or one that a person saved, by its id
 *   satchel://find/account?view=0193…  advanced find: the condition is put together; of a view that was saved, to change it
 *   satchel://list/task?where=…        those for which a condition holds besides (percent-encoded predicate text)
 *   satchel://outbox                   a page that there is once, by its name
 *
 * A profile is not part of it: a link is followed in the profile that is open.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_ROUTE_WORKPLACE, /* today */
  SATCHEL_ROUTE_LIST,
  SATCHEL_ROUTE_RECORD,
  SATCHEL_ROUTE_FIND,      /* advanced find */
  SATCHEL_ROUTE_NEW,       /* the form of a record that is not there yet: satchel://new/account */
  SATCHEL_ROUTE_CALENDAR,
  SATCHEL_ROUTE_DASHBOARD,
  SATCHEL_ROUTE_OUTBOX,
  SATCHEL_ROUTE_CONFLICTS,
  SATCHEL_ROUTE_N_KINDS
} SatchelRouteKind;

typedef struct _SatchelRoute SatchelRoute;
#define SATCHEL_TYPE_ROUTE (satchel_route_get_type ())
GType satchel_route_get_type (void);

/* All but @kind may be NULL; names are not looked up. */
SatchelRoute *satchel_route_new (SatchelRouteKind kind);
SatchelRoute *satchel_route_new_list (const char *entity, const char *view, const char *where);
SatchelRoute *satchel_route_new_find (const char *entity, const char *view, const char *where);
SatchelRoute *satchel_route_new_record (const char *entity, const char *id);
SatchelRoute *satchel_route_new_draft (const char *entity);
SatchelRoute *satchel_route_new_dashboard (const char *name); /* NULL: the first one */
SatchelRoute *satchel_route_ref (SatchelRoute *route);
void          satchel_route_unref (SatchelRoute *route); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRoute, satchel_route_unref)

SatchelRouteKind satchel_route_get_kind (const SatchelRoute *route);
const char      *satchel_route_get_entity (const SatchelRoute *route); /* of lists, finds, records and drafts; else NULL */
const char      *satchel_route_get_id (const SatchelRoute *route);     /* of records */
const char      *satchel_route_get_view (const SatchelRoute *route);   /* of lists, finds and dashboards; NULL: the default one, none */
const char      *satchel_route_get_where (const SatchelRoute *route);  /* of lists and finds; NULL: no further condition */

gboolean satchel_route_equal (const SatchelRoute *a, const SatchelRoute *b);
char    *satchel_route_to_text (const SatchelRoute *route);
/* INVALID for what is no such link. Text of strangers: what it names may not be there. */
SatchelRoute *satchel_route_from_text (const char *text, GError **error);

G_END_DECLS
