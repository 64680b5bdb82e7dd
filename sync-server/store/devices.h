/* Devices: whose they are, their token, how far their numbers have come.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

#define SATCHEL_TOKEN_HASH_BYTES 32

typedef struct {
  char *id, *user, *name;
  gint64 created_at_ms, last_seen_at_ms;
  gint64 high_water;   /* number of its last change set; 0: none yet */
  gint64 acknowledged; /* outcomes up to here are known to it */
  gboolean revoked, wiped;
} SatchelDeviceRow;
void satchel_device_row_free (SatchelDeviceRow *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDeviceRow, satchel_device_row_free)

/* *device NULL when there is none. */
gboolean satchel_devices_read (SatchelStore *store, const char *id, SatchelDeviceRow **device, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The device with that token, unless it is revoked or its user is not active; also one that is to be wiped, with *wiped. */
gboolean satchel_devices_find_token (SatchelStore *store, const guint8 *token_hash, char **device, char **user, gboolean *wiped,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Newest first. */
GPtrArray *satchel_devices_list (SatchelStore *store, GError **error);
/* Ids of those whose token is void, or whose user is not active: char*. */
GPtrArray *satchel_devices_list_silenced (SatchelStore *store, GError **error);

gboolean satchel_devices_add (SatchelStore *store, const char *id, const char *user, const char *name, gint64 now_ms,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @token_hash NULL: signed out. */
gboolean satchel_devices_set_token (SatchelStore *store, const char *id, const guint8 *token_hash, gint64 now_ms,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_devices_set_progress (SatchelStore *store, const SatchelDeviceRow *device, gint64 now_ms,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @digest: of the scope that it pulls with (store/scopes.h); what no device's names is forgotten. */
gboolean satchel_devices_set_scope (SatchelStore *store, const char *id, const char *digest, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @wipe: its token stays known, so that it can be told. */
gboolean satchel_devices_revoke (SatchelStore *store, const char *id, gboolean wipe, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
