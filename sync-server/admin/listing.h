/* Lists for people, in aligned columns, and for programs, one JSON object a line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/admin/arguments.h"

G_BEGIN_DECLS

typedef enum { SATCHEL_LISTING_TABLE, SATCHEL_LISTING_JSON } SatchelListingForm;

typedef struct _SatchelListing SatchelListing;

/* @columns: names, NULL-terminated, borrowed. */
SatchelListing *satchel_listing_new (SatchelListingForm form, const char *const *columns);
void            satchel_listing_free (SatchelListing *listing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelListing, satchel_listing_free)

/* In the form that --json asks for, or not; and on standard output. */
SatchelListing *satchel_listing_start (const SatchelArguments *arguments, const char *const *columns);
void            satchel_listing_print (SatchelListing *listing);

/* The next cell, copied; rows fill from the left. NULL text: empty. */
void satchel_listing_add_text (SatchelListing *listing, const char *text);
void satchel_listing_add_integer (SatchelListing *listing, gint64 number);
void satchel_listing_add_flag (SatchelListing *listing, gboolean flag);    /* "yes" or nothing */
void satchel_listing_add_instant (SatchelListing *listing, gint64 ms);     /* RFC 3339, UTC; 0: empty */
void satchel_listing_add_list (SatchelListing *listing, char *const *items); /* NULL-terminated */

/* The whole list; owned. */
char *satchel_listing_to_text (SatchelListing *listing);

G_END_DECLS
