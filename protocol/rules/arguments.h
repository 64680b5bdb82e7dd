/* What the arguments of an action are: for whoever asks a person for them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/rules/actions.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;          /* interned */
  const SatchelField *field; /* says what it may be, by its type and label; NULL: for created ones */
  gboolean required;
  gboolean created;          /* the id of a record that is to be made: nobody is asked for it */
} SatchelArgument;

/* In their order in the declaration: SatchelArgument. Those that are nobody's to type (merge's list of fields), or without a meaning for
 * this entity (a feedback where there is no such field), are left out. */
GArray *satchel_action_list_arguments (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelAction *action);

G_END_DECLS
