/* A heading and a list below it, invisible while that is empty; its end is fetched when somebody asks for more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/inbox/update.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_INBOX_SECTION (satchel_inbox_section_get_type ())
G_DECLARE_FINAL_TYPE (SatchelInboxSection, satchel_inbox_section, SATCHEL, INBOX_SECTION, GtkWidget)

/* Signal "more": there are more than are shown, and a person wants to see them. */

/* Floating. @make_row makes the row of an item; @data is borrowed, and outlives the section. @description may be NULL. */
typedef GtkWidget *(*SatchelMakeRowFunc) (gpointer item, gpointer data);
SatchelInboxSection *satchel_inbox_section_new (const char *title, const char *description, SatchelMakeRowFunc make_row, gpointer data);

/* @items (GObject*) are the first of @count. Rows of what is there already stay. */
void   satchel_inbox_section_show (SatchelInboxSection *section, GPtrArray *items, gint64 count, SatchelFingerprintFunc fingerprint);
gint64 satchel_inbox_section_get_count (SatchelInboxSection *section);
/* Puts the focus on the first thing of the first row; FALSE: there is none. */
gboolean satchel_inbox_section_focus (SatchelInboxSection *section);

/* Around the sections of a page: scrolled, and no wider than can be read. */
GtkWidget *satchel_inbox_section_wrap (GtkWidget *content);

G_END_DECLS
