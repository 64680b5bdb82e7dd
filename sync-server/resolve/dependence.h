/* Which change sets must wait for a parked one of their device: those that touch or name a record that it creates, or write
 * a field that it wrote. All others pass.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/change.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

typedef struct _SatchelDependence SatchelDependence;

/* What the device's parked sets wrote. */
SatchelDependence *satchel_dependence_load (SatchelStore *store, const char *device, GError **error);
void               satchel_dependence_free (SatchelDependence *dependence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDependence, satchel_dependence_free)

gboolean satchel_dependence_holds_back (const SatchelDependence *dependence, const SatchelChangeSet *set);

/* The set is parked: stores and remembers what it wrote. */
gboolean satchel_dependence_add (SatchelDependence *dependence, const SatchelChangeSet *set, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
