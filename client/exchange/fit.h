/* Texts of strangers into fields: cleaned, checked, told where they do not fit. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/exchange/exchange.h"
#include "protocol/limits.h"

G_BEGIN_DECLS

/* A reading begins: nothing is told yet. */
void satchel_fit_begin (const SatchelExchange *x);
/* A sentence for x->problems; a name for x->left, each once. */
void satchel_fit_tell (const SatchelExchange *x, const char *format, ...) G_GNUC_PRINTF (2, 3);
void satchel_fit_leave (const SatchelExchange *x, const char *property);

/* Valid UTF-8, no control characters, no space around it; on one line unless the field has many: line ends are then @joint. Owned; NULL: nothing is left. */
char *satchel_fit_clean (const SatchelField *field, const char *text, const char *joint);

/* The value of the text, or NULL: it is empty, or does not fit, which is told when @tell. A text that is too long for a required field is cut where an import would have
 * refused it anyway. */
SatchelValue *satchel_fit_text (const SatchelExchange *x, const SatchelField *field, const char *text, const char *joint,
                                gboolean tell);
/* Sets the field to the text; what it holds stays where the two are the same but for what cleaning takes away. */
void satchel_fit_take (const SatchelExchange *x, SatchelRecord *into, const char *field, const char *text, const char *joint);
/* Keys of an open multichoice, as far as they fit. */
SatchelValue *satchel_fit_tags (const SatchelExchange *x, const SatchelField *field, GPtrArray *tags);
/* @value where it fits the field, else NULL, told. Takes @value. */
SatchelValue *satchel_fit_value (const SatchelExchange *x, const SatchelField *field, SatchelValue *value);

/* Borrowed text of a field, or "". */
const char *satchel_fit_get (const SatchelRecord *record, const char *field);
gboolean    satchel_fit_differs (const SatchelRecord *a, const SatchelRecord *b, const char *field);
gboolean    satchel_fit_is_true (const SatchelRecord *record, const char *field);
/* Sets the field by name; takes @value. */
void satchel_fit_set (SatchelRecord *record, const char *field, SatchelValue *value);
/* The mapped fields of @from to @into. */
void satchel_fit_move (SatchelRecord *into, const SatchelRecord *from, const char *const *fields);

G_END_DECLS
