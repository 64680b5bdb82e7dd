/* What stands in the place of a list without rows: why there are none, and the way on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_EMPTY_VIEW,     /* nothing was left out: there are none, or none that have come here yet */
  SATCHEL_EMPTY_FILTERED, /* the filters leave nothing; "list.clear" takes them away */
  SATCHEL_EMPTY_PROBLEM,  /* it could not be read */
} SatchelEmptyReason;

/* Says nothing before satchel_empty_show(). */
GtkWidget *satchel_empty_new (void);

/* @page: one that satchel_empty_new() made. @problem: a sentence, for that reason; else NULL. */
void satchel_empty_show (AdwStatusPage *page, SatchelDesk *desk, const SatchelEntity *entity, SatchelEmptyReason reason,
                         const char *problem);

G_END_DECLS
