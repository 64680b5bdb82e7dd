/* Rules that hold for a record before it is written, on both sides with the same result.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

/* Fills empty fields that have a default; @user is "me", @now_ms "now" and "today" (UTC). */
void satchel_rules_apply_defaults (SatchelRecord *record, const char *user, gint64 now_ms);

/* What the records that are there already get when @field is added: its default, where that is the same for all. Owned; NULL
 * for nothing. */
SatchelValue *satchel_rules_dup_fill (const SatchelField *field);

/* Recomputes every computed field of @record from its own fields (rules/compute.h). */
void satchel_rules_compute (SatchelRecord *record);

/* A record as it would stand: required fields, the rules of its entity, field checks, no lookup of itself. @before is NULL for a create, which may
 * begin in any state; else only changed fields are judged, and the transition and the immutability of closed states
 * too. @action is the action that makes the change, or NULL for an ordinary edit. RULE, STATE, or SCHEMA for a choice that is
 * retired: one sentence naming the field's label. Whether references are there is for the caller, who has the data. */
gboolean satchel_rules_validate (const SatchelRecord *record, const SatchelRecord *before, const char *action,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The part of it that concerns the state field: the step, and the immutability of a closed record. STATE. */
gboolean satchel_rules_validate_state (const SatchelRecord *record, const SatchelRecord *before, const char *action,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
