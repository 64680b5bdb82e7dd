/* What the plans of the actions share (actions.c has the table, actions-*.c the plans). Private to this room.
 *
 * A plan reads through @source, which lends a record only until it is asked again, and collects effects. It never looks at
 * anything else: the same intent over the same data gives the same effects on both sides.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/rules/actions.h"

G_BEGIN_DECLS

typedef struct {
  SatchelRegistry *registry;
  const SatchelChange *change;
  const SatchelPredicateContext *context;
  const SatchelRecordSource *source;
  SatchelRecord *record; /* the one that the change names, as it stands */
  GPtrArray *effects;    /* SatchelEffect* */
} SatchelPlan;

/* Takes both records; @before NULL: @after is created; @after NULL: @before is deleted. One that changes nothing is dropped. */
void satchel_plan_add (SatchelPlan *plan, SatchelRecord *before, SatchelRecord *after);

/* A copy of what the source knows, or NULL. */
SatchelRecord *satchel_plan_dup (const SatchelPlan *plan, const char *entity, const char *id);
/* Of what a lookup names; NULL also for an empty one. */
SatchelRecord *satchel_plan_dup_target (const SatchelPlan *plan, const SatchelValue *lookup);
/* Copies of the records of @entity whose lookup @field names @id, by id: SatchelRecord*. */
GPtrArray *satchel_plan_list (const SatchelPlan *plan, const char *entity, const char *field, const char *id);

/* The argument as a value of @field, which says what it may be, from its wire form or as a person types it; *value NULL
 * when it is not given. */
gboolean satchel_plan_get (const SatchelPlan *plan, const char *name, const SatchelField *field, SatchelValue **value,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sets @after's field @name to the argument of that name, unless it is not given. */
gboolean satchel_plan_take (const SatchelPlan *plan, const char *argument, SatchelRecord *after, const char *field,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new record whose id is the argument @argument, which the client has made, with defaults; EXISTS when there is one. */
SatchelRecord *satchel_plan_create (const SatchelPlan *plan, const char *argument, const char *entity, GError **error);
/* A new record whose id follows from @parent's and from @origin's: the same on both sides. */
SatchelRecord *satchel_plan_derive (const SatchelPlan *plan, const SatchelRecord *parent, const SatchelRecord *origin,
                                    const char *entity);

/* The step of the state machine, checked; STATE when it is there already. */
gboolean satchel_plan_set_state (SatchelRecord *record, const char *state, const char *action,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The step to which the action leads from where the record stands, else the one to @usual if an edit may make it; STATE. */
gboolean satchel_plan_step (const SatchelPlan *plan, SatchelRecord *after, const char *usual,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Values by name, where the entity has such a field. */
void satchel_plan_set_value (SatchelRecord *record, const char *field, const SatchelValue *value);
void satchel_plan_set_text (SatchelRecord *record, const char *field, const char *text); /* a choice or a string */
void satchel_plan_set_now (const SatchelPlan *plan, SatchelRecord *record, const char *field); /* a date or an instant */
void satchel_plan_set_lookup (SatchelRecord *record, const char *field, const SatchelRecord *target);
/* Fields of one name and type in both entities, but for @except (NULL-terminated) and what the system writes. */
void satchel_plan_copy_fields (const SatchelRecord *from, SatchelRecord *to, const char *const *except);

/* ---- the plans ---- */

gboolean satchel_plan_assign (SatchelPlan *plan, GError **error);
gboolean satchel_plan_share (SatchelPlan *plan, GError **error);
gboolean satchel_plan_unshare (SatchelPlan *plan, GError **error);
gboolean satchel_plan_qualify (SatchelPlan *plan, GError **error);
gboolean satchel_plan_disqualify (SatchelPlan *plan, GError **error);
gboolean satchel_plan_reactivate (SatchelPlan *plan, GError **error);
gboolean satchel_plan_promote (SatchelPlan *plan, GError **error);
gboolean satchel_plan_demote (SatchelPlan *plan, GError **error);
gboolean satchel_plan_close_opportunity (SatchelPlan *plan, GError **error);
gboolean satchel_plan_reopen_opportunity (SatchelPlan *plan, GError **error);
gboolean satchel_plan_complete (SatchelPlan *plan, GError **error);
gboolean satchel_plan_cancel (SatchelPlan *plan, GError **error);
gboolean satchel_plan_reopen (SatchelPlan *plan, GError **error);
gboolean satchel_plan_activate (SatchelPlan *plan, GError **error);
gboolean satchel_plan_resolve_case (SatchelPlan *plan, GError **error);
gboolean satchel_plan_reactivate_case (SatchelPlan *plan, GError **error);
gboolean satchel_plan_win_quote (SatchelPlan *plan, GError **error);
gboolean satchel_plan_revise_quote (SatchelPlan *plan, GError **error);
gboolean satchel_plan_close_quote (SatchelPlan *plan, GError **error);
gboolean satchel_plan_fulfil_order (SatchelPlan *plan, GError **error);
gboolean satchel_plan_pay_invoice (SatchelPlan *plan, GError **error);
gboolean satchel_plan_recalculate (SatchelPlan *plan, GError **error);
gboolean satchel_plan_track (SatchelPlan *plan, GError **error);
gboolean satchel_plan_untrack (SatchelPlan *plan, GError **error);
gboolean satchel_plan_regard (SatchelPlan *plan, GError **error);
gboolean satchel_plan_merge (SatchelPlan *plan, GError **error);

G_END_DECLS
