/* What is wrong with a record as it would stand, said where a form shows it: field by field, and of the whole.
 *
 * The rules are those of protocol/rules/validate.h, which refuses at the first; here all are told, in the language of the user.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

/* @before: as it is stored; NULL for one to be created, of which the required fields that are empty are not told but counted.
 * @problems: entity->n_fields of them, NULL before the call; filled with owned sentences. *trouble: owned, or NULL. Returns
 * whether the record may be written. */
gboolean satchel_judge (const SatchelRecord *record, const SatchelRecord *before, char **problems, char **trouble);

/* What is wrong with one value of the field, owned; NULL: nothing. */
char *satchel_judge_value (const SatchelField *field, const SatchelValue *value);

G_END_DECLS
