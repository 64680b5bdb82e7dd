/* A disk that fails when a test says so: it takes the place of SQLite's default file system, so that databases of both sides, sealed
 * or not, lie on it. One operation after the other is counted; the nth of those that are meant fails, for every n that a test tries.
 *
 *   faulty_vfs_install ();
 *   for (guint n = 1; ; n++) {
 *     faulty_vfs_arm (&(FaultyVfsPlan){ .operations = FAULTY_VFS_ANY, .at = n, .kind = FAULTY_VFS_FULL });
 *     …what is tested…
 *     if (!faulty_vfs_disarm ())
 *       break; // it needs fewer than n operations
 *   }
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  FAULTY_VFS_WRITE = 1 << 0,
  FAULTY_VFS_SYNC = 1 << 1,
  FAULTY_VFS_TRUNCATE = 1 << 2,
  FAULTY_VFS_OPEN = 1 << 3,
  FAULTY_VFS_DELETE = 1 << 4,
  FAULTY_VFS_MAP = 1 << 5, /* the log's index, which all processes share, grows */
  FAULTY_VFS_READ = 1 << 6,
  FAULTY_VFS_ANY = (1 << 6) - 1, /* but reads */
} FaultyVfsOperations;

typedef enum {
  FAULTY_VFS_FULL,   /* as when the disk is full; what takes no room fails like BROKEN */
  FAULTY_VFS_BROKEN, /* an I/O error */
  FAULTY_VFS_TORN,   /* of a write, the first half of its bytes reaches the disk; then like BROKEN */
} FaultyVfsKind;

typedef enum {
  FAULTY_VFS_ONCE,
  FAULTY_VFS_LASTING, /* all that follows fails too: a disk that stays full, or, with TORN, a computer that loses its power */
} FaultyVfsEnd;

typedef struct {
  FaultyVfsOperations operations;
  guint at; /* counted from 1; 0: none fails */
  FaultyVfsKind kind;
  FaultyVfsEnd end;
  const char *under; /* only files whose path begins so; NULL: all. Copied */
} FaultyVfsPlan;

/* Before the first database or vault is opened; again is nothing. */
void faulty_vfs_install (void);

/* Counts from here. One plan at a time, for all threads. */
void  faulty_vfs_arm (const FaultyVfsPlan *plan);
/* From now on all is well again. Whether anything failed. */
gboolean faulty_vfs_disarm (void);
/* Operations of the plan's kinds since it was armed. */
guint faulty_vfs_get_count (void);

G_END_DECLS
