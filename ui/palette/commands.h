/* What the palette can do besides opening records: places, views, new records, and the program's own actions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_COMMAND_ACTION,
  SATCHEL_COMMAND_NEW,
  SATCHEL_COMMAND_PLACE,
  SATCHEL_COMMAND_N_KINDS
} SatchelCommandKind;

typedef struct {
  SatchelCommandKind kind;
  char *label, *icon;
  char *action; /* "win.go" */
  char *target; /* its text, or NULL */
} SatchelCommand;

/* All that can be done in @window now: SatchelCommand*, owned. */
GPtrArray *satchel_commands_list (GtkWidget *window, SatchelDesk *desk);
/* Whether every word of @typed is part of @label; case does not count. */
gboolean   satchel_commands_match (const char *label, const char *typed);

G_END_DECLS
