/* The text of a draft as it is kept: which fields are edited, to what, over what was seen.
 *
 *   {"version":1,"new":true,"fields":{"phone":{"value":"+40…","base":null,"cursor":"…"},"amount":{"typed":"12x",…}}}
 *
 * Values in their wire form. A draft of other definitions is read as far as these know its fields and their values fit.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelField *field;
  SatchelValue *value; /* owned */
  char *typed;         /* owned; NULL: it is a value */
  SatchelValue *base;  /* owned: what stood there when it was edited */
  char *cursor;        /* owned: when it was seen; or NULL */
} SatchelKeptField;
void satchel_kept_field_free (SatchelKeptField *kept);

/* Fills in the text; fields are borrowed for the call. */
typedef enum { SATCHEL_KEPT_RECORD, SATCHEL_KEPT_NEW } SatchelKeptKind;
char *satchel_kept_to_text (SatchelKeptKind kind, const GPtrArray *fields);
/* SatchelKeptField*, owned; none when @text is nothing that can be read. */
GPtrArray *satchel_kept_from_text (const SatchelEntity *entity, const char *text, SatchelKeptKind *kind);

G_END_DECLS
