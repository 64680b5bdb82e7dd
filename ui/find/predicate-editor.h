/* Edits a condition over the records of an entity: conditions in groups (all, any, none, not all), on the entity's own fields, on those of
 * what it refers to, and on the records that refer to it; or as text. Everything that the language can say can be edited in either form.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_PREDICATE_EDITOR (satchel_predicate_editor_get_type ())
G_DECLARE_FINAL_TYPE (SatchelPredicateEditor, satchel_predicate_editor, SATCHEL, PREDICATE_EDITOR, GtkWidget)

/* Empty: holds for every record. @entity is one of the desk's definitions; when these change, the condition is understood anew. */
GtkWidget *satchel_predicate_editor_new (SatchelDesk *desk, const SatchelEntity *entity);

/* What cannot be understood is shown as text, with the problem. */
void satchel_predicate_editor_set_text (SatchelPredicateEditor *editor, const char *text);
/* Canonical text ("": every record), borrowed until the next change; NULL while there is a problem. */
const char *satchel_predicate_editor_get_text (SatchelPredicateEditor *editor);

/* Property "problem" (char*, read-only, with notify): why there is no condition, a sentence; NULL: there is one.
 * Signal "changed": something was typed or chosen; the condition is another one, or there is none any more. */

G_END_DECLS
