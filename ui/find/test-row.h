/* One test of a condition: field, operator, values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"
#include "ui/find/clause.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_TEST_ROW (satchel_test_row_get_type ())
G_DECLARE_FINAL_TYPE (SatchelTestRow, satchel_test_row, SATCHEL, TEST_ROW, GtkWidget)

/* Changes @test, which is borrowed and outlives the row; @registry is what it was understood by. Signals: "changed"; "removed": the button
 * for it was pressed, and the owner removes both. */
GtkWidget *satchel_test_row_new (SatchelDesk *desk, SatchelRegistry *registry, SatchelClause *test);

G_END_DECLS
