/* A file of the computer as the value of a field.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"
#include "protocol/value.h"

G_BEGIN_DECLS

/* Copies the file at @path into the profile. It is kept once a change set that names the value is queued, and sent before that.
 * INVALID, TOO_LARGE, STORAGE: satchel_blob_store_stage(). */
SatchelValue *satchel_attach (SatchelReplica *replica, const char *path, GError **error);

/* The same for bytes that are in no file: nothing of them is ever where the vault does not seal it. Their hash, owned. */
char *satchel_attach_bytes (SatchelReplica *replica, GBytes *bytes, GError **error);

G_END_DECLS
