/* The help: short pages about what one wants to do, from help.xml, in a window of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/routes/route.h"

G_BEGIN_DECLS

/* Above @parent (may be NULL), at the page about where she is (@route NULL: the first). Another call shows the same window. */
void satchel_help_show (GtkWindow *parent, const SatchelRoute *route);

/* ---- the pages ---- */

typedef enum {
  SATCHEL_HELP_PARAGRAPH,
  SATCHEL_HELP_STEP, /* counted from the last that is none */
  SATCHEL_HELP_KEY,
} SatchelHelpKind;

typedef struct {
  SatchelHelpKind kind;
  char *press; /* of KEY: as people write it, "Ctrl+K" */
  char *text;  /* translated */
} SatchelHelpPart;

typedef struct {
  char *name;
  char *title;      /* translated */
  GPtrArray *parts; /* SatchelHelpPart */
} SatchelHelpPage;

/* SatchelHelpPage*, owned. INVALID, with the line, for what is no help. */
GPtrArray *satchel_help_parse (const char *xml, gssize length, GError **error);
/* Those of the program. */
GPtrArray *satchel_help_list (void);
/* Name of the page about @route (may be NULL). */
const char *satchel_help_about (const SatchelRoute *route);

G_END_DECLS
