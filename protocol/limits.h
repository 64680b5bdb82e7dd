/* Sizes, counts and times that both sides agree on. Units stand in the names. The server enforces them for what
 * arrives, the client keeps them for what it sends; protocol/README.md repeats them for other implementations.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define SATCHEL_PROTOCOL_VERSION            1

#define SATCHEL_MAX_REQUEST_BYTES           (4 * 1024 * 1024)  /* body as sent */
#define SATCHEL_MAX_DECODED_BYTES           (16 * 1024 * 1024) /* body after decompression */
#define SATCHEL_MAX_JSON_DEPTH              16
#define SATCHEL_MAX_JSON_NODES              1000000 /* values in one document: bounds the memory of its tree */
#define SATCHEL_MAX_PUSH_SETS               1000 /* change sets in one push */
#define SATCHEL_MAX_OUTCOMES                100000 /* outcomes in one answer to a push */
#define SATCHEL_MAX_SET_CHANGES             500  /* changes in one change set */
#define SATCHEL_MAX_CHANGE_FIELDS           400
#define SATCHEL_MAX_STRING_CHARS            4000    /* unless the field states its own length */
#define SATCHEL_MAX_TEXT_CHARS              200000
#define SATCHEL_MAX_KEYS                    200 /* keys of a multichoice, parties of a party list */
#define SATCHEL_MAX_PREDICATE_NODES         400
#define SATCHEL_MAX_PREDICATE_DEPTH         16
#define SATCHEL_MAX_LINE_BYTES              (2 * 1024 * 1024) /* one line of a pull */

#define SATCHEL_MAX_DECIMAL_SCALE           9

#define SATCHEL_HEADER_TIMEOUT_MS           10000
#define SATCHEL_REQUEST_TIMEOUT_MS          60000
#define SATCHEL_IDLE_TIMEOUT_MS             (20 * 60 * 1000)
#define SATCHEL_WAKE_HEARTBEAT_MS           (4 * 60 * 1000)

#define SATCHEL_BACKOFF_FIRST_MS            1000
#define SATCHEL_BACKOFF_MOST_MS             (5 * 60 * 1000)
#define SATCHEL_WAKE_JITTER_MS              5000
