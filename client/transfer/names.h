/* Records found by what people call them: an index, made on demand, of one field of one entity over the replica and what an
 * import is about to add. Case and the amount of white space do not matter; where they are all that tells two records apart,
 * the exact spelling decides.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

typedef struct _SatchelNames SatchelNames;

/* @replica and @context are borrowed. */
SatchelNames *satchel_names_new (SatchelReplica *replica, const SatchelPredicateContext *context);
void          satchel_names_free (SatchelNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelNames, satchel_names_free)

typedef enum {
  SATCHEL_NAME_FOUND,
  SATCHEL_NAME_UNKNOWN,
  SATCHEL_NAME_AMBIGUOUS, /* several records have it */
} SatchelNameMatch;

/* Reads the index now. Who looks names up while a query runs has to: the index is made by a query too, and one may not run
 * inside itself. */
gboolean satchel_names_load (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @field: a text field of @entity. *id is borrowed until the next call, NULL unless FOUND. */
gboolean satchel_names_find (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field, const char *text,
                             SatchelNameMatch *match, const char **id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A record that is not in the replica yet, or is there under another name. Adding what is there already does nothing. */
gboolean satchel_names_add (SatchelNames *names, const SatchelEntity *entity, const SatchelField *field, const char *text,
                            const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
