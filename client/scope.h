/* What a device carries, as its person chooses it. A choice is a record of "offline_filter": it is made and deleted here, also
 * offline, and syncs like any; the server decides what it brings (protocol/WIRE.md). Here it is checked before it is saved,
 * counted, and used to explain why a record is here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* In the place of an entity's name: every entity whose records belong to users. */
#define SATCHEL_SCOPE_EVERY "*"
/* In the place of a device: the filter is switched off. No device is called so, and none carries what it chooses. */
#define SATCHEL_SCOPE_NOWHERE "none"

typedef struct {
  const char *entity;    /* a name, or SATCHEL_SCOPE_EVERY */
  const char *predicate; /* text; "": all that one may read */
  gboolean related;      /* with what belongs to these records */
  const char *name;      /* NULL: made of the other two */
  gboolean this_device;  /* only here; else on all devices of the person */
} SatchelScopeChoice;

/* One of the person's filters. */
typedef struct {
  char *id, *name, *entity, *predicate;
  char *device; /* NULL: all; SATCHEL_SCOPE_NOWHERE */
  char *zone;   /* of relative dates, or NULL */
  char *problem; /* why the server leaves it out, or a part of it; NULL: it does not */
  gboolean related;
  gint64 records; /* those here that it alone would choose, related ones included; -1: this program does not understand it */
} SatchelOfflineFilter;
void satchel_offline_filter_free (SatchelOfflineFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelOfflineFilter, satchel_offline_filter_free)

/* SatchelOfflineFilter*, in order of name. */
GPtrArray *satchel_session_scope_list (SatchelSession *session, GError **error);

/* What @choice asks, canonical: INVALID with the column, SCHEMA for an unknown entity, TOO_LARGE. Owned. */
char *satchel_session_scope_check (SatchelSession *session, const SatchelScopeChoice *choice, GError **error);
/* The set's UUID; *id is the filter's, owned. As check; EXISTS when the same is chosen already. */
char *satchel_session_scope_add (SatchelSession *session, const SatchelScopeChoice *choice, char **id, GError **error);
/* The set's UUID. NOT_FOUND. */
char *satchel_session_scope_remove (SatchelSession *session, const char *id, GError **error);
/* The set's UUID, or "": it is so already. Switched on it is carried by all devices. */
char *satchel_session_scope_switch (SatchelSession *session, const char *id, gboolean on, GError **error);
/* The same before the first pull, with the filter as the server told it (client/online.h): it is sent before anything is pulled, so
 * that what it chooses never comes. */
char *satchel_session_scope_switch_told (SatchelSession *session, const SatchelRecord *told, gboolean on, GError **error);

typedef enum {
  SATCHEL_WHY_ABSENT,  /* it is not here: only the server can tell */
  SATCHEL_WHY_DRAFT,   /* made here; the server has no row of it yet */
  SATCHEL_WHY_ALWAYS,  /* all records of its kind are carried */
  SATCHEL_WHY_FILTER,  /* a filter chooses it */
  SATCHEL_WHY_UNKNOWN, /* it is here, and nothing that is known here says why: pinned, or on its way out */
} SatchelWhy;

/* *reason: a sentence, owned; NULL for ABSENT. */
gboolean satchel_session_scope_why (SatchelSession *session, const SatchelEntity *entity, const char *id, SatchelWhy *why,
                                    char **reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- questions to the server ---- */

/* client/preview.h asks. @choice NULL: all that is carried now. Owned. */
char *satchel_session_scope_preview_to_text (SatchelSession *session, const SatchelScopeChoice *choice, GError **error);
typedef struct {
  gint64 records, bytes; /* that would come on top of what is carried; or all of it */
  double seconds;
} SatchelScopePreview;
gboolean satchel_scope_preview_from_text (const char *text, SatchelScopePreview *preview, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {"carried","reason"}. *reason is owned. */
gboolean satchel_scope_why_from_text (const char *text, gboolean *carried, char **reason, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
