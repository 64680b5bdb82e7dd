/* Images of replicas, made beside everything else: a thread of its own, which gives way to all others, and lasts as long as it takes to make one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/job.h"
#include "sync-server/http/tenant.h"

G_BEGIN_DECLS

SatchelImaging *satchel_imaging_new (void);
void            satchel_imaging_free (SatchelImaging *imaging); /* what is under way is given up */

/* Any thread: the image that the job's caller lacks. Its tenant stays open meanwhile. Nothing happens while any image is being made,
 * whoever's: a device that asks later starts it again. */
void satchel_imaging_start (SatchelImaging *imaging, const SatchelJob *job);

G_END_DECLS
