/* Numbers as people of this locale read them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/decimal.h"

G_BEGIN_DECLS

/* Digits of "-1234567.50" in groups, with the locale's point; exact: no floats. Owned. */
char *satchel_number_group (const char *digits);
/* @value with @digits decimals, rounded half up, in groups. Owned. */
char *satchel_number_display (SatchelDecimal value, guint digits);

G_END_DECLS
