/* A piece of SQL that is being put together, and its parameters in the order of the question marks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef struct {
  GString *sql;
  GArray *parameters; /* SatchelSqlParameter */
} SatchelConditions;

void satchel_conditions_init (SatchelConditions *conditions);
void satchel_conditions_clear (SatchelConditions *conditions); /* of one that is all zeros, too */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelConditions, satchel_conditions_clear)

/* A parameter for a "?" that the caller writes. Takes @text, which is not NULL. */
void satchel_conditions_add_text (SatchelConditions *conditions, char *text);
void satchel_conditions_add_integer (SatchelConditions *conditions, gint64 integer);

/* " AND (…)" with its parameters, which are copied. */
void satchel_conditions_add (SatchelConditions *conditions, const SatchelSqlCondition *condition);

void satchel_conditions_bind (const SatchelConditions *conditions, SatchelStatement *statement);

G_END_DECLS
