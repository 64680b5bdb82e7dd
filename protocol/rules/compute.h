/* Computed fields: functions of the record's own fields, registered by name in compute.c's table. Metadata names
 * them; an unknown name fails the load. "full-name": first_name and last_name, family name first and unspaced for
 * Chinese, Japanese and Korean names. Amounts of lines and heads: rules/amounts.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

typedef SatchelValue *(*SatchelComputeFunc) (const SatchelRecord *record, const SatchelField *field);

SatchelComputeFunc satchel_compute_find (const char *name); /* or NULL */

/* The other way round, of what a person wrote as one: "Pop, Ana", "Ana Maria Pop", "王 小明"; of one word *first
 * is NULL. Both owned. */
void satchel_compute_part_name (const char *name, char **first, char **last);

G_END_DECLS
