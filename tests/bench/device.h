/* A device under measurement: a session, its transport and its driver, in one thread and one main loop.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/scope.h"
#include "client/sync/driver.h"

G_BEGIN_DECLS

typedef struct _BenchDevice BenchDevice;

typedef enum { BENCH_PLAIN, BENCH_SEALED } BenchFiles; /* the replica as an ordinary file, or in a vault */

/* Opens a profile below @dir and signs in at @url. The token goes to a file. @registry is borrowed. */
BenchDevice *bench_device_new_in (const char *dir, BenchFiles files, SatchelRegistry *registry, const char *url,
                                  const char *login, const char *password, GError **error);
BenchDevice *bench_device_new (const char *dir, SatchelRegistry *registry, const char *url, const char *login,
                               const char *password, GError **error);
void         bench_device_free (BenchDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchDevice, bench_device_free)

SatchelSession *bench_device_get_session (BenchDevice *device); /* borrowed */
/* All records of @entity that may be read (SATCHEL_SCOPE_EVERY: of every entity), for all devices of the person; goes out with the next
 * sync. */
gboolean bench_device_carry (BenchDevice *device, const char *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for this device alone. */
gboolean bench_device_carry_here (BenchDevice *device, const char *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One request as the device sends it, past its session; the answer, unpacked. */
GBytes *bench_device_ask (BenchDevice *device, const char *path, const char *body, GError **error);
/* Push, then pull, until there is nothing left. */
gboolean bench_device_sync (BenchDevice *device, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Fails unless the last sync ended with nothing that waits and nothing refused. */
gboolean bench_device_expect_rest (BenchDevice *device, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The records of all entities that are shown. */
gboolean bench_device_count (BenchDevice *device, gint64 *records, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Bytes both ways so far, as the transport counts them; those received. */
guint64 bench_device_get_bytes (BenchDevice *device);
guint64 bench_device_get_bytes_in (BenchDevice *device);
SatchelTransport *bench_device_get_transport (BenchDevice *device); /* borrowed */
/* Rows that came so far. */
gint64 bench_device_get_pulled (BenchDevice *device);
/* The ids of exactly @n records, in order of title: char*, owned. NOT_FOUND when there are fewer. */
GPtrArray *bench_device_list_ids (BenchDevice *device, const SatchelEntity *entity, guint n, GError **error);
/* The text form of a shown value; *text NULL when it is empty, owned. NOT_FOUND when the record is not here. */
gboolean bench_device_read (BenchDevice *device, const SatchelEntity *entity, const char *id, const SatchelField *field, char **text,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One field of one record, a durable local write. @text is the value's text form. */
gboolean bench_device_edit (BenchDevice *device, const SatchelEntity *entity, const char *id, const SatchelField *field,
                            const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
