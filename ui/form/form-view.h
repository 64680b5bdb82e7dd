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
/* The same ahead of time, for a record to come: at first without its sections, of which the second makes one and says whether there are more.
 * NULL: of such an entity it depends on the record what the form is like. */
GtkWidget *satchel_form_view_prepare (SatchelDesk *desk, const SatchelEntity *entity);
gboolean   satchel_form_view_prepare_more (SatchelFormView *view);
void       satchel_form_view_set_draft (SatchelFormView *view, SatchelDraft *draft); /* once; what lacks and is seen is made */
/* One more tab behind those of the form. */
void satchel_form_view_add_tab (SatchelFormView *view, const char *name, const char *label, GtkWidget *content);
/* The cursor to the first field that is entered; or to the one named, whose tab is shown. */
void satchel_form_view_focus (SatchelFormView *view, const char *field);

G_END_DECLS
