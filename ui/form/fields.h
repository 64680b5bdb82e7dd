/* The kinds of editors, each in a file of its own: fields-….c. Made by satchel_editor_new() alone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/form/editor.h"

G_BEGIN_DECLS

GType satchel_entry_editor_get_type (void);  /* strings, numbers, durations: one line; with what opens an address */
GType satchel_text_editor_get_type (void);   /* many lines; grows */
GType satchel_moment_editor_get_type (void); /* dates and instants: one line and a calendar */
GType satchel_switch_editor_get_type (void); /* booleans */
GType satchel_choice_editor_get_type (void); /* one of a few */
GType satchel_keys_editor_get_type (void);   /* several of a few, or tags */
GType satchel_lookup_editor_get_type (void); /* a record, found as one types */
GType satchel_party_editor_get_type (void);  /* several records, or addresses */
GType satchel_file_editor_get_type (void);   /* a file, chosen or dropped */

G_END_DECLS
