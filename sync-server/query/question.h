/* A request as the store can answer it: names resolved, rights applied, the place found where the page begins.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/query.h"
#include "sync-server/query/readable.h"
#include "sync-server/security/access.h"
#include "sync-server/store/lists.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelScope *scope; /* borrowed */
  SatchelReadable *readable;
  SatchelList list;
  SatchelSqlCondition where;
  GPtrArray *find_fields; /* NULL: all searchable ones */
  SatchelListPlace place;
} SatchelQuestion;
void satchel_question_clear (SatchelQuestion *question); /* of one that is all zeros, too */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelQuestion, satchel_question_clear)

gboolean satchel_question_init (SatchelQuestion *question, SatchelStore *store, SatchelAccess *access, const char *user,
                                const SatchelListRequest *request, gint64 now_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What asks for the rest of a list: JSON of the last row's value and id. It is no secret and not signed: a place says no more than a
 * condition on the same field, and what lies behind it is chosen anew under the rights of now. Owned. */
char    *satchel_place_to_text (const SatchelListPlace *place);
gboolean satchel_place_from_text (const char *text, const SatchelField *sort, SatchelListPlace *place,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
