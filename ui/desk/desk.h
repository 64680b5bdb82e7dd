/* One profile as the application sees it: reading and writing off the main thread, and word of what is different.
 *
 * Three kinds of work, each with sessions of its own:
 *   a look    a record by its id, one page of a list, titles: on the main thread, over satchel_desk_get_session(). Bounded to
 *             what fits on a screen; readers of a WAL file wait for nobody.
 *   a read    whatever may take longer than a frame: satchel_desk_read(), on one of a few threads, several at a time.
 *   a write   satchel_desk_write(), on one thread, one after the other in the order of the calls: it waits for the disk.
 * Nothing waits for the network.
 *
 * Main thread only, but for the jobs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/session.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_DESK (satchel_desk_get_type ())
G_DECLARE_FINAL_TYPE (SatchelDesk, satchel_desk, SATCHEL, DESK, GObject)

/* Opens the profile, which is made where there is none: in a thread, because a keyring may ask for its password first. @data_dir
 * NULL: $XDG_DATA_HOME/satchel. @registry NULL: the built-in one, which is read in the thread, too. Errors of satchel_session_open_sealed(). */
void         satchel_desk_open_async (const char *data_dir, const char *profile, SatchelRegistry *registry,
                                      const SatchelClock *clock, GAsyncReadyCallback callback, gpointer data);
SatchelDesk *satchel_desk_open_finish (GAsyncResult *result, GError **error);

/* Finishes the writes that are queued and gives the sessions back; reads that have not begun end with CANCELLED, and so does all
 * that comes afterwards. Blocks for as long as the disk takes with the writes. Disposal does the same. */
void satchel_desk_close (SatchelDesk *desk);

const char      *satchel_desk_get_profile (SatchelDesk *desk);
SatchelSession  *satchel_desk_get_session (SatchelDesk *desk);  /* borrowed; of the main thread, for looks; NULL once closed */
SatchelRegistry *satchel_desk_get_registry (SatchelDesk *desk); /* borrowed; what holds now */

/* Runs @job in a thread. It returns what finish() gives, or NULL with an error; a NULL without one is a result, too. @data belongs to
 * the job from the call on, whatever comes of it (@free_data, may be NULL); so does a result that nobody takes to @free_result.
 * @cancellable may be NULL; the callback comes in the main context in any case, with CANCELLED where it was cancelled. */
typedef gpointer (*SatchelDeskJob) (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error);
void     satchel_desk_read (SatchelDesk *desk, SatchelDeskJob job, gpointer data, GDestroyNotify free_data,
                            GDestroyNotify free_result, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
void     satchel_desk_write (SatchelDesk *desk, SatchelDeskJob job, gpointer data, GDestroyNotify free_data,
                             GDestroyNotify free_result, GAsyncReadyCallback callback, gpointer user_data);
gpointer satchel_desk_finish (SatchelDesk *desk, GAsyncResult *result, GError **error);

/* Signals:
 *   "changed" (GHashTable *records)   what is shown is different: entity → GPtrArray of ids, an empty array: anything of the entity;
 *                                     NULL: anything. By a write of ours, of another program, or a sync; soon after it.
 *   "definitions"                     the registry is another one; before "changed". */

/* For whoever hears from a syncer what others write (sync/sync.h). While it is informed the desk does not find out by itself that
 * anything may be different: it is told, with ids, or with NULL for what has none, and then says so where others did write. */
void satchel_desk_set_informed (SatchelDesk *desk, gboolean informed);
void satchel_desk_tell (SatchelDesk *desk, GHashTable *records);

/* Whether a "changed" concerns @entity, and the record of it (@id NULL: any). */
gboolean satchel_desk_changes_touch (GHashTable *records, const SatchelEntity *entity, const char *id);

G_END_DECLS
