/* One value of a test, in the widget of the field's type: a number, a key, a record or "me", a date that may be relative, a period.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "protocol/predicate/vocabulary.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_OPERAND (satchel_operand_get_type ())
G_DECLARE_FINAL_TYPE (SatchelOperandWidget, satchel_operand, SATCHEL, OPERAND, GtkWidget)

/* For a value of @field behind @op, which takes one. Signal "changed". */
GtkWidget *satchel_operand_new (SatchelDesk *desk, const SatchelField *field, SatchelOperator op);

/* As in the JSON form; "": none yet, or not valid. Borrowed until the next change. */
const char *satchel_operand_get_word (SatchelOperandWidget *operand);
void        satchel_operand_set_word (SatchelOperandWidget *operand, const char *word);

G_END_DECLS
