/* Which record of two stays when they are merged, and which value of each field. No widgets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

typedef enum { SATCHEL_SIDE_LEFT, SATCHEL_SIDE_RIGHT } SatchelSide;

typedef struct _SatchelChoices SatchelChoices;

/* Takes both, which are of one entity. The left one stays at first. */
SatchelChoices *satchel_choices_new (SatchelRecord *left, SatchelRecord *right);
void            satchel_choices_free (SatchelChoices *choices); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelChoices, satchel_choices_free)

const SatchelRecord *satchel_choices_get_record (const SatchelChoices *choices, SatchelSide side);

/* The one that stays keeps its values, and takes what it lacks. Choices that were made by hand are made anew. */
SatchelSide satchel_choices_get_master (const SatchelChoices *choices);
void        satchel_choices_set_master (SatchelChoices *choices, SatchelSide side);

/* Fields on which the two differ and which can be chosen: const SatchelField*, borrowed. */
const GPtrArray *satchel_choices_get_fields (const SatchelChoices *choices);
SatchelSide      satchel_choices_get_side (const SatchelChoices *choices, const SatchelField *field);
/* Fields that belong together (an address) are chosen together. */
void             satchel_choices_set_side (SatchelChoices *choices, const SatchelField *field, SatchelSide side);

/* The arguments of the action: the id of the other, and the fields that are taken from it. */
GHashTable *satchel_choices_to_arguments (const SatchelChoices *choices);

G_END_DECLS
