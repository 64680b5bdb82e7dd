/* A record that leaves this computer while it is shown, because nothing chooses it, is asked for again: what is opened stays. Who carries nothing by
 * herself goes on with what she has just created.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/form/draft.h"

G_BEGIN_DECLS

/* As long as the draft lives. One that was deleted, here or elsewhere, or that may not be read any more, stays gone. */
void satchel_recall_follow (SatchelDraft *draft);

G_END_DECLS
