/* A lookup that a change set wrote, to be checked at its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/entity.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelField *field;
  char *entity;
  char *id;
} SatchelLookup;
void satchel_lookup_free (SatchelLookup *lookup);

G_END_DECLS
