/* What a person takes along, as she chooses it before the first sync: what of her role she keeps, and what she adds to it kind by kind,
 * with the server's word of what that brings. A model; the page over it is carry-page.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/scope.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* How much of a kind, on top of what comes anyway. */
typedef enum {
  SATCHEL_CARRY_MORE_NOTHING,
  SATCHEL_CARRY_MORE_MINE,
  SATCHEL_CARRY_MORE_UNIT, /* what my business unit has */
  SATCHEL_CARRY_MORE_ALL,  /* that I may read */
  SATCHEL_CARRY_MORE_N,
} SatchelCarryMore;

typedef struct {
  const SatchelEntity *entity; /* NULL: all that comes with the role, and what everybody carries */
  SatchelCarryMore more;
  gboolean known; /* preview holds; else it is being asked, or could not be */
  SatchelScopePreview preview;
  char *problem; /* why not, a sentence; NULL */
} SatchelCarryItem;

/* What comes with the role. */
typedef struct {
  char *label; /* "Everything: your own" */
  gboolean related;
  gboolean wanted; /* else it is switched off */
} SatchelCarryGiven;

#define SATCHEL_TYPE_CARRY_CHOICES (satchel_carry_choices_get_type ())
G_DECLARE_FINAL_TYPE (SatchelCarryChoices, satchel_carry_choices, SATCHEL, CARRY_CHOICES, GObject)

/* Asks the server at once for what comes with the role and what that brings. Somebody is signed in. */
SatchelCarryChoices *satchel_carry_choices_new (SatchelDesk *desk);

/* Borrowed, until "given". NULL: the server has not said it yet. */
const GPtrArray *satchel_carry_choices_get_given (SatchelCarryChoices *choices);
void             satchel_carry_choices_set_wanted (SatchelCarryChoices *choices, guint i, gboolean wanted); /* tells "role" */
/* Whether all of it is wanted: else the role's preview is more than comes. */
gboolean         satchel_carry_choices_is_whole (SatchelCarryChoices *choices);

/* What that brings. Borrowed. */
const SatchelCarryItem *satchel_carry_choices_get_role (SatchelCarryChoices *choices);

guint                   satchel_carry_choices_get_n_items (SatchelCarryChoices *choices);
const SatchelCarryItem *satchel_carry_choices_get_item (SatchelCarryChoices *choices, guint i); /* borrowed */
/* Asks what it brings; "item" comes when it is known. */
void satchel_carry_choices_set_more (SatchelCarryChoices *choices, guint i, SatchelCarryMore more);
/* Of the role and all that is chosen; FALSE while one is not known. What two kinds bring alike is counted twice, and what of the role is
 * not wanted is counted, too: the server tells the role's as a whole. */
gboolean satchel_carry_choices_sum (SatchelCarryChoices *choices, SatchelScopePreview *sum);

/* Makes the choices those of the person, on all her devices. What is chosen already stays. */
void     satchel_carry_choices_apply (SatchelCarryChoices *choices, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_carry_choices_apply_finish (SatchelCarryChoices *choices, GAsyncResult *result, GError **error);

/* Signals: "given"; "role"; "item" (guint i). */

G_END_DECLS
