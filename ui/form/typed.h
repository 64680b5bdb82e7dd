/* Values as people of this locale type them: "1.234,50", "31.12.", "tomorrow", "5/3 14:30", "1:30".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/value.h"

G_BEGIN_DECLS

/* Strings, texts, numbers, dates, instants (of the local time zone), durations and tags. FALSE, and *problem (a sentence, owned), for
 * what is none; "" is the empty value. @now_ms says what "today" is, and which year is meant. What is accepted fits the field. */
gboolean satchel_typed_to_value (const SatchelField *field, const char *typed, gint64 now_ms, SatchelValue **value,
                                 char **problem) G_GNUC_WARN_UNUSED_RESULT;
/* What one would type for it; to_value() gives the value back, instants to the minute. Owned; "" for NULL. */
char *satchel_typed_from_value (const SatchelField *field, const SatchelValue *value);

/* A day, owned, as YYYY-MM-DD; NULL for what is none. */
char *satchel_typed_to_date (const char *typed, gint64 now_ms);

G_END_DECLS
