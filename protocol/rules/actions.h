/* Named actions: assign, restore, qualify… An action is pushed as an intent (name, arguments, ids made by the client);
 * plan() computes its effects from the data at hand. The client plans to predict the overlay, the server plans
 * again under its own rights and data, and its result is what counts.
 *
 * Which there are, for which entities, with which arguments and to what effect: protocol/README.md, "Actions".
 *
 * Ids of records to be created are made by the client unless given; those of copied lines follow from them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/change.h"
#include "protocol/predicate/predicate.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  const char *label;
  const char *entities;       /* those that can declare it, space-separated; NULL: any (assign: any that users own) */
  const char *argument_names; /* space-separated; "!" behind one: required; "+": the id of a record that is to be created */
  gboolean planned;  /* FALSE: effects are known to the server alone (restore, resolve) */
} SatchelAction;

/* The action that @name means for @entity, or NULL: one name may mean different things ("resolve"). @entity NULL: the first
 * of that name. */
const SatchelAction *satchel_action_find (const char *name, const SatchelEntity *entity);
const SatchelAction *satchel_action_get (guint index); /* the table's row, or NULL behind the last */

/* The entity declares the action, and the arguments are the action's own with none missing. What plan() checks first, and
 * all that a client can check of an action that is not planned. SCHEMA, INVALID. */
gboolean satchel_action_check (SatchelRegistry *registry, const SatchelChange *change,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Arguments that name records to be created and for which the client makes ids when the person named none of them:
 * qualify makes an account where the lead (@record) has a company, a contact where it has a last name, an opportunity where
 * it makes an account. NULL-terminated static strings in an owned array, perhaps empty. */
const char **satchel_action_list_new_ids (const SatchelChange *change, const SatchelRecord *record);

/* RULE when the user or team has been made inactive: then nothing is given to it, nor shared with it. */
gboolean satchel_action_check_active (const SatchelRecord *principal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The id of the share of @record with @principal: one for each pair, the same on both sides. */
char *satchel_action_share_id (const char *record, const char *principal);

/* One effect of an action: the record as it will stand, and as it stood (NULL: it is created). Without @after it is deleted. */
typedef struct {
  SatchelRecord *before; /* owned, or NULL */
  SatchelRecord *after;  /* owned, or NULL */
} SatchelEffect;
void satchel_effect_free (SatchelEffect *effect);

/* Effects in the order in which they must be written (SatchelEffect*), each record once, none that changes nothing.
 * @change is the intent; @context says who acts and when; @source reads the data. Defaults and computed fields are filled;
 * validating the effects, system fields, rights and other references are the caller's. RULE, REFERENCE, STATE, SCHEMA,
 * NOT_FOUND; or INVALID for missing or unknown arguments and for actions that are not planned. */
GPtrArray *satchel_action_plan (SatchelRegistry *registry, const SatchelChange *change,
                                const SatchelPredicateContext *context, const SatchelRecordSource *source,
                                GError **error);

G_END_DECLS
