/* Records that were opened online: each device keeps some, in its bucket (ENTITY, "pin:DEVICE"); what is about them (conflicts,
 * shares) stands in (SATELLITE, "ENTITY/pin:DEVICE").
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Within a read transaction. */
gboolean satchel_pins_contain (SatchelStore *store, const char *device, const char *record, gboolean *pinned,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @device has ever pinned anything: it has buckets then. */
gboolean satchel_pins_have_device (SatchelStore *store, const char *device, gboolean *have, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Within a commit. The oldest pins of the device beyond SATCHEL_MAX_PINS go. */
gboolean satchel_pins_add (SatchelStore *store, SatchelCommit *commit, const char *device, const SatchelEntity *entity,
                           const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_pins_remove (SatchelStore *store, const char *device, const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* rows.c says what it has written: @before NULL: created, @after NULL: deleted; @row is its number. Whoever has it pinned, or
 * the record that it is about, must hear. */
gboolean satchel_pins_note (SatchelStore *store, gint64 row, const SatchelRecord *before, const SatchelRecord *after,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The record may be read by others now, without having changed itself. */
gboolean satchel_pins_touch (SatchelStore *store, const SatchelEntity *entity, const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Likewise all of @entity that an owner has, in stored form. */
gboolean satchel_pins_touch_owned (SatchelStore *store, const SatchelEntity *entity, const char *owner, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
