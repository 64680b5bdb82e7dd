/* What a filter chooses, in words: "Everything: your own".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"

G_BEGIN_DECLS

/* Conditions that roles give are said in words, any other is shown as it stands. @entity: its name, or the mark of all. Owned. */
char *satchel_filter_describe (SatchelRegistry *registry, const char *entity, const char *condition);

G_END_DECLS
