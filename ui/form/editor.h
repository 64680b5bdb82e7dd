/* One field's value, in the widget of its type: an entry, a calendar, a list to choose from… What is wrong with it stands below it.
 *
 * The widget has no label of its own, but the field's as its accessible name. Read-only it is plain text, with what leads on from it: a
 * lookup goes to its record, an address opens.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "protocol/record.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_EDITOR (satchel_editor_get_type ())
G_DECLARE_DERIVABLE_TYPE (SatchelEditor, satchel_editor, SATCHEL, EDITOR, GtkWidget)

/* Property "read-only" (gboolean). Signals:
 *   "changed"    something was typed or chosen; not by set_value(). Ask for the value and the problem.
 *   "committed"  it was left, or Enter was pressed, or something chosen: worth saving. Only after a "changed". */

/* Floating. @field is of the desk's definitions, or one made up by the caller that outlives the editor. */
GtkWidget *satchel_editor_new (SatchelDesk *desk, const SatchelField *field);

const SatchelField *satchel_editor_get_field (SatchelEditor *editor);
/* Copied; NULL: empty. Takes what was typed away. */
void satchel_editor_set_value (SatchelEditor *editor, const SatchelValue *value);
/* Borrowed until it is another one; NULL when empty, and while what stands there is not valid: then there is a problem. */
const SatchelValue *satchel_editor_get_value (SatchelEditor *editor);
/* A sentence; NULL: none. Concerns what was typed; that something is required is the record's business. */
const char *satchel_editor_get_problem (SatchelEditor *editor);

/* What stands there letter by letter, to be kept while it is not valid; NULL for what can only be valid. */
char *satchel_editor_dup_typed (SatchelEditor *editor);
/* As if a person had typed it, but without signals. */
void  satchel_editor_type (SatchelEditor *editor, const char *typed);

/* What it is called, where that is not the field's label. */
void satchel_editor_set_label (SatchelEditor *editor, const char *label);
/* A problem that others found (required, a rule): shown where it has none of its own. NULL: none. */
void satchel_editor_set_notice (SatchelEditor *editor, const char *notice);
void satchel_editor_set_read_only (SatchelEditor *editor, gboolean read_only);
/* The record that the field stands in: money has its currency, a number not given yet is shown as such. Borrowed for the call; may be
 * NULL. */
void satchel_editor_set_record (SatchelEditor *editor, const SatchelRecord *record);

/* ---- for the kinds of editors: fields-….c ---- */

struct _SatchelEditorClass {
  GtkWidgetClass parent_class;
  void  (*build) (SatchelEditor *editor);                             /* once, with desk and field known: set_child() */
  void  (*show) (SatchelEditor *editor, const SatchelValue *value);   /* no signals come of it */
  char *(*dup_typed) (SatchelEditor *editor);                         /* NULL: what it has is always valid */
  void  (*type) (SatchelEditor *editor, const char *typed);           /* NULL with it */
  void  (*put_in) (SatchelEditor *editor, const SatchelRecord *record); /* may be NULL */
  gboolean patient; /* half of what is typed is never valid: problems are shown once it is left */
};

SatchelDesk *satchel_editor_get_desk (SatchelEditor *editor);
const SatchelRecord *satchel_editor_get_record (SatchelEditor *editor); /* of amounts: what they stand in; NULL: not known */
/* @child is what edits; @target, in it or itself, takes the focus and the accessible name and state. */
void satchel_editor_set_child (SatchelEditor *editor, GtkWidget *child, GtkWidget *target);
/* Something was typed or chosen. Takes @value; @problem (may be NULL) is copied. Says "changed". */
void satchel_editor_take (SatchelEditor *editor, SatchelValue *value, const char *problem);
/* Says "committed", if anything was changed since the last time. */
void satchel_editor_commit (SatchelEditor *editor);

G_END_DECLS
