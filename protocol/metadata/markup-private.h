/* A tree of elements from within: for markup.c, which makes it from text, and markup-tree.c, which does the rest.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/markup.h"

G_BEGIN_DECLS

struct _SatchelMarkup {
  const SatchelElement *element;
  SatchelPlace place;   /* of the tag that was read last */
  GPtrArray *names;     /* char*, NULL-terminated like values */
  GPtrArray *values;
  GPtrArray *children;  /* SatchelMarkup* */
};

/* Borrowed; NULL when the attribute is not there. */
const char *satchel_markup_get (const SatchelMarkup *markup, const char *name);

gboolean satchel_element_has_attribute (const SatchelElement *element, const char *name);
/* The name of the attribute at @index without its mark; owned. */
char    *satchel_element_dup_attribute (const SatchelElement *element, guint index);

G_END_DECLS
