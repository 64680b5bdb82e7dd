/* The Type and the Date filter of a list as conditions (predicate text). No display is needed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* ---- Date: periods around today ---- */

/* Static; NULL behind the last. The first is all of them. */
const char *satchel_date_filter_get_name (guint index);  /* "next-month", for actions */
const char *satchel_date_filter_get_label (guint index); /* English, for _() */
gboolean    satchel_date_filter_begins_group (guint index); /* what follows looks another way */
/* "" for the first. Owned. @path leads to a date or a datetime. */
char       *satchel_date_filter_to_text (guint index, const char *path);

/* ---- Type: what the view's category field has ---- */

typedef struct {
  char *label; /* translated */
  char *where; /* predicate text */
  gint64 count; /* -1: nobody knows */
} SatchelTypeOption;
void satchel_type_option_free (SatchelTypeOption *option);

/* Whether there can be such a filter by @field: it has few values. */
gboolean satchel_type_filter_fits (const SatchelField *field);
/* SatchelTypeOption*, owned: choices and yes/no as the definitions have them; for lookups those that the records of @query name, most
 * frequent first, at most SATCHEL_TYPE_OPTIONS. With counts where @count. For a read job; @query is the list without this filter. */
#define SATCHEL_TYPE_OPTIONS 30
GPtrArray *satchel_type_filter_list (SatchelSession *session, const SatchelQuery *query, const char *path, gboolean count,
                                     GError **error);

/* ---- together ---- */

/* Conditions (NULL-terminated; NULL inside is not possible, "" is left out) that hold all at once. Owned. */
char *satchel_filters_join (const char *const *conditions);

G_END_DECLS
