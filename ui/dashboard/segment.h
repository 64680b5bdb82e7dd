/* One number of a chart, as a button: nothing to be seen of it but where it is pointed at or has the focus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_SEGMENT (satchel_segment_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSegment, satchel_segment, SATCHEL, SEGMENT, GtkButton)

SatchelSegment *satchel_segment_new (void);
/* "Proposal: 12,000 (5 records)" */
void satchel_segment_set_text (SatchelSegment *segment, const char *text);

G_END_DECLS
