/* What the server takes back beyond single rows: all of an entity, the fields of a class, all stubs. Nothing of it stays in
 * rows, kept rows, overlay, search or cached history; the outbox keeps what was typed (DESIGN §3 rule 7, §4 invariant 8).
 * The bytes themselves go with the next satchel_replica_scrub(). Within the caller's transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "client/replica/replica.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_WITHDRAW_NOTHING, /* the line is no withdrawal */
  SATCHEL_WITHDRAW_ENTITY,  /* {"entity":E,"clear":true} */
  SATCHEL_WITHDRAW_FIELDS,  /* {"entity":E,"erase":[…]} */
  SATCHEL_WITHDRAW_STUBS,   /* {"stubs":"clear"} */
} SatchelWithdrawalKind;

typedef struct {
  SatchelWithdrawalKind kind;
  const SatchelEntity *entity; /* NULL: not known here, so that nothing of it is */
  GPtrArray *fields;           /* SatchelField*, borrowed: those that are known here */
} SatchelWithdrawal;

void satchel_withdrawal_clear (SatchelWithdrawal *withdrawal);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelWithdrawal, satchel_withdrawal_clear)

/* From a line of a pull. INVALID. */
gboolean satchel_withdrawal_from_json (SatchelWithdrawal *withdrawal, JsonNode *line, SatchelRegistry *registry,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Empties the shown and kept rows of @entity, with its stubs and history; search and indexes are gone afterwards, until
 * satchel_entity_table_ensure() and …_search_ensure(). */
gboolean satchel_withdraw_entity (SatchelReplica *replica, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Empties fields everywhere; the search index is gone afterwards where it held one of them. */
gboolean satchel_withdraw_fields (SatchelReplica *replica, const SatchelEntity *entity, GPtrArray *fields,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
