/* The form of a draft, as the definitions lay it out: tabs of sections of cells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/form/draft.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_FORM_VIEW (satchel_form_view_get_type ())
G_DECLARE_FINAL_TYPE (SatchelFormView, satchel_form_view, SATCHEL, FORM_VIEW, GtkWidget)

/* Floating. An entity without a form has all its fields, in their order. */
GtkWidget *satchel_form_view_new (SatchelDraft *draft);
/* One more tab behind those of the form. */
void satchel_form_view_add_tab (SatchelFormView *view, const char *name, const char *label, GtkWidget *content);
/* The cursor to the first field that is entered; or to the one named, whose tab is shown. */
void satchel_form_view_focus (SatchelFormView *view, const char *field);

G_END_DECLS
