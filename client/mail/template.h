/* Fields in texts of mail: "Dear {{first_name|customer}}" becomes what a record says.
 *
 * Pure (how fields are written: protocol/rules/template.h): what a value says is put in and never looked at again, so that nobody's name can hold a field. A field that there is not is
 * refused, with its place. Dates, numbers and money are in the form of the process' locale, choices in its language.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/predicate/predicate.h"
#include "protocol/rules/template.h"

G_BEGIN_DECLS

#define SATCHEL_MAX_TEMPLATE_BYTES  (2 * 1024 * 1024) /* of what comes out */

typedef enum {
  SATCHEL_TEMPLATE_LINE, /* a header: whatever stands in a value, it is one line */
  SATCHEL_TEMPLATE_TEXT,
  SATCHEL_TEMPLATE_HTML, /* values are escaped, for text and quoted attributes */
} SatchelTemplateKind;

typedef struct {
  SatchelRegistry *registry;
  const SatchelRecord *record;       /* whom or what it is about */
  const SatchelRecord *me;           /* of the entity user; NULL: not here, all of it is empty */
  const SatchelRecordSource *source; /* for what stands behind lookups; only find is called */
  SatchelNameFunc name;              /* titles of lookups; may be NULL */
  gpointer name_data;
  GTimeZone *zone; /* NULL: UTC */
} SatchelTemplateContext;

/* @text with its fields filled in; "" for NULL. Owned. INVALID as above; TOO_LARGE. */
char *satchel_template_expand (const SatchelTemplateContext *context, const char *text, SatchelTemplateKind kind,
                               GError **error);

G_END_DECLS
