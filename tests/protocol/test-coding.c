/* The content coding “satchel”.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/wire/coding.h"

#define DICTIONARY_AT 5 /* its number, in the head of a frame that says the content's size */

static const char push[] =
    "{\"acknowledged\":1,\"cursors\":[\"1795410111.212.j3kXTTLLR_sOswo06K-zjIaIY-NIVnTS\"],\"pull\":{\"cursor\":0},"
    "\"sets\":[{\"id\":\"01a206c8-447e-783b-98cd-36b042076916\",\"n\":2,\"at\":1795410117758,\"c\":[{\"k\":\"update\","
    "\"e\":\"account\",\"r\":\"336966a8-af29-8a2d-9287-d11b71325b19\",\"seen\":0,\"f\":{\"city\":[\"Cluj\"]}}]}]}";

static gsize
encode (const void *bytes, gsize size, char *frame, gsize room)
{
  ZSTD_CCtx *context = ZSTD_createCCtx ();
  const gsize packed = ZSTD_compress_usingCDict (context, frame, room, bytes, size, satchel_coding_get_cdict ());

  ZSTD_freeCCtx (context);
  g_assert_false (ZSTD_isError (packed));
  return packed;
}

static gsize
decode (const char *frame, gsize size, char *text, gsize room)
{
  ZSTD_DCtx *context = ZSTD_createDCtx ();
  const gsize found = ZSTD_decompress_usingDDict (context, text, room, frame, size, satchel_coding_get_ddict ());

  ZSTD_freeDCtx (context);
  return found;
}

/* One edit, which by itself zstd can make hardly any smaller. */
static void
test_short (void)
{
  char frame[1000], text[1000];
  const gsize packed = encode (push, strlen (push), frame, sizeof frame);

  g_assert_cmpuint (packed, <, strlen (push) * 6 / 10);
  g_assert_cmpuint (ZSTD_compress (text, sizeof text, push, strlen (push), 19), >, strlen (push) * 8 / 10);
  g_assert_cmpmem (text, decode (frame, packed, text, sizeof text), push, strlen (push));
}

/* A frame may do without the dictionary, and may not name another. */
static void
test_frames (void)
{
  char frame[1000], text[1000];
  gsize packed = ZSTD_compress (frame, sizeof frame, push, strlen (push), 1);

  g_assert_cmpmem (text, decode (frame, packed, text, sizeof text), push, strlen (push));
  packed = encode (push, strlen (push), frame, sizeof frame);
  g_assert_cmpuint (ZSTD_getDictID_fromFrame (frame, packed), ==, ZSTD_getDictID_fromDDict (satchel_coding_get_ddict ()));
  frame[DICTIONARY_AT]++;
  g_assert_true (ZSTD_isError (decode (frame, packed, text, sizeof text)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/coding/short", test_short);
  g_test_add_func ("/protocol/coding/frames", test_frames);
  return g_test_run ();
}
