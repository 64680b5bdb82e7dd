/* What the files of the queue share. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The id of a lay is seq << 24 | n, n from 1: these are the ids of the set at @seq, an SQL expression. */
#define SATCHEL_LAYS_OF(seq) "BETWEEN (" seq ") << 24 AND (" seq ") << 24 | 0xffffff"
