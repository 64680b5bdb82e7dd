/* The content coding “satchel” of HTTP bodies (WIRE.md, Transport): zstd (RFC 8878) with a dictionary that both sides have, without
 * which a message of a few hundred bytes cannot be made smaller.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <zstd.h>

G_BEGIN_DECLS

#define SATCHEL_CODING             "satchel" /* as Content-Encoding and Accept-Encoding have it */
#define SATCHEL_CODING_WORTH_BYTES 128       /* up to here its header takes what it spares */
#define SATCHEL_CODING_LEVEL       1         /* measured: the best of size and time for rows and change sets */
#define SATCHEL_CODING_WINDOW_LOG  23        /* 8 MiB: what a frame may make its reader allocate */

/* Made once, for the program's life. Thread-safe. */
const ZSTD_CDict *satchel_coding_get_cdict (void);
const ZSTD_DDict *satchel_coding_get_ddict (void);

G_END_DECLS
