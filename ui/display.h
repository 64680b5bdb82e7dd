/* Values as people of this locale read them; one place for all of the application.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"

G_BEGIN_DECLS

/* One line, owned; "" when empty. Lookups by their titles, choices by their translated labels, numbers, money, dates and
 * instants by the locale and the local time zone; line ends are blanks. What is neither here nor known by title: "…". */
char *satchel_display_value (SatchelReplica *replica, const SatchelField *field, const SatchelValue *value);

/* The same for what stands in @record (may be NULL): amounts have the digits of its currency, all the same number of them. */
char *satchel_display_in (const SatchelRecord *record, SatchelReplica *replica, const SatchelField *field, const SatchelValue *value);

/* The same with titles found by @name (may be NULL): of rows that the server told of, say. */
char *satchel_display_named (SatchelNameFunc name, gpointer data, const SatchelRecord *record, const SatchelField *field,
                             const SatchelValue *value);

/* "today 14:05", "Mon 09:30", "3 Nov", "12 Mar 2024": when something was, for somebody who looks at it now. */
char *satchel_display_moment (gint64 ms, gint64 now_ms);

/* What has an order of its own, a phone number or from when to when, keeps it among text that runs from right to left. Owned. */
char *satchel_display_isolate (const char *text);

/* Name of the entity's symbolic icon, owned: one of ours, or a plain record's. */
char *satchel_display_dup_icon (const SatchelEntity *entity);

/* Numbers stand at the end of their column. */
gboolean satchel_display_is_numeric (const SatchelField *field);

G_END_DECLS
