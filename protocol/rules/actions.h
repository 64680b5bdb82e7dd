/* Named actions: assign, restore, qualify… An action is pushed as an intent (name, arguments, ids made by the client);
 * plan() computes its effects from the data at hand. The client plans to predict the overlay, the server plans
 * again under its own rights and data, and its result is what counts.
 *
 *   assign      owner=USER                            any entity with an owner; children follow (on-assign)
 *   qualify     account=ID|contact=ID|opportunity=ID  lead: ids (made by the client) of what is to be created; an id that
 *                                                     exists already is linked instead. topic → opportunity,
 *                                                     company → account, person → contact; lead becomes qualified
 *   disqualify  reason=KEY, reactivate                lead
 *   promote     criteria=KEYS, demote doubt=KEYS      opportunity: the next stage when the criteria hold, or the one before
 *   win, lose, no_deal  reason=KEY actual_revenue=N   opportunity: closed, with a close activity (activity=ID)
 *               actual_close=DAY competitor=ID description=TEXT
 *   reopen      stage=KEY                             opportunity; its close activities become “reopened”
 *   complete    feedback=TEXT completed_at=INSTANT    activities and campaigns
 *   cancel      reason=TEXT; reopen; activate         whatever has such a step
 *   resolve     resolution=TEXT time_spent=DURATION satisfaction=KEY; reactivate     case
 *   activate; revise quote=ID; win order=ID; close reason=KEY     quote: draft → active; a new draft with the same lines;
 *                                                     an order with the same lines and prices; lost
 *   fulfil      invoice=ID fulfilled_on=DAY due_on=DAY; cancel    order: an invoice with the same lines
 *   pay         paid_on=DAY; cancel                   invoice
 *   recalculate                                       quote, order, invoice, opportunity: today's list prices and rate
 *   merge       other=ID fields="NAME…"               account, contact: takes what it lacks and the fields named, and all that
 *                                                     named the other, which stays inactive
 *   restore     delete=SET-UUID                       server only: undoes that delete's cascade; without the
 *                                                     argument the record's last one
 *   resolve     choice=mine|theirs|value, value=…     conflict: server only
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

/* One effect of an action: the record as it will stand, and as it stood (NULL: it is created). */
typedef struct {
  SatchelRecord *before; /* owned, or NULL */
  SatchelRecord *after;  /* owned */
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
