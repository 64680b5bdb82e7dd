/* The rows of the pane: a record with its lines, made of what the agent tells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <e-util/e-util.h>

G_BEGIN_DECLS

/* A title that opens @link where there is one. */
GtkWidget *satchel_pane_make_link (const char *title, const char *link, EAlertSink *sink);
GtkWidget *satchel_pane_make_heading (const char *words);
/* One line below a title; hidden where it is empty. */
GtkWidget *satchel_pane_make_line (const char *words);

/* Of the members that Pane tells (a{sv}). */
GtkWidget *satchel_pane_make_person (GVariant *person, EAlertSink *sink);
GtkWidget *satchel_pane_make_opportunity (GVariant *opportunity, EAlertSink *sink);
GtkWidget *satchel_pane_make_activity (GVariant *activity, EAlertSink *sink);

/* A member that is a text; "" where there is none. Borrowed from @members. */
const char *satchel_pane_get (GVariant *members, const char *name);

G_END_DECLS
