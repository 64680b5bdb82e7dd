/* Sizes, counts and times that both sides agree on. Units stand in the names. The server enforces them for what
 * arrives, the client keeps them for what it sends; protocol/WIRE.md repeats them for other implementations.
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
#define SATCHEL_MAX_SET_RECORDS             5000 /* that a change set takes along: what is deleted, assigned, shared with others */
#define SATCHEL_MAX_CHANGE_FIELDS           400
#define SATCHEL_MAX_STRING_CHARS            4000    /* unless the field states its own length */
#define SATCHEL_MAX_TEXT_CHARS              200000
#define SATCHEL_MAX_KEYS                    200 /* keys of a multichoice, parties of a party list */
#define SATCHEL_MAX_PREDICATE_NODES         400
#define SATCHEL_MAX_PREDICATE_DEPTH         16
#define SATCHEL_MAX_DERIVED_NODES           20000 /* of what is derived from one: bound to a person, along relations */
#define SATCHEL_MAX_DERIVED_DEPTH           22
#define SATCHEL_MAX_METADATA_BYTES          (1024 * 1024) /* definitions of entities, in one document or all together */
#define SATCHEL_MAX_ENTITIES                300
#define SATCHEL_MAX_ENTITY_FIELDS           380 /* fits SATCHEL_MAX_CHANGE_FIELDS with what the system adds */
#define SATCHEL_MAX_LINE_BYTES              (2 * 1024 * 1024) /* one line of a pull */

#define SATCHEL_MAX_PAGE_ROWS               1000 /* rows in one page of an online list */
#define SATCHEL_USUAL_PAGE_ROWS             100  /* where the request names no limit */
#define SATCHEL_MAX_PAGE_BYTES              (4 * 1024 * 1024) /* a page ends early beyond */
#define SATCHEL_MAX_LIST_COLUMNS            100
#define SATCHEL_MAX_PATH_STEPS              4   /* lookups followed by a column: "account.parent.name" has two */
#define SATCHEL_MAX_PATH_BYTES              300
#define SATCHEL_MAX_SORT_CHARS              500 /* of a text that count for the order of an online list */
#define SATCHEL_MAX_LIST_MS                 3000 /* of an online list's work */
#define SATCHEL_MAX_PREVIEW_MS              10000 /* of a preview's: it looks at all that would come */
#define SATCHEL_MAX_PINS                    500  /* records opened online that one device keeps */

#define SATCHEL_MAX_BLOB_BYTES              (1024 * 1024 * 1024) /* one attachment */
#define SATCHEL_BLOB_PIECE_BYTES            (1024 * 1024)        /* of it in one request */
#define SATCHEL_BLOB_USER_BYTES             (G_GINT64_CONSTANT (10) << 30) /* of attachments that one user has sent */
#define SATCHEL_BLOB_ORGANISATION_BYTES     (G_GINT64_CONSTANT (1) << 40)
#define SATCHEL_BLOB_KEPT_DAYS              90 /* after its last use, for undo and restore */
#define SATCHEL_UPLOAD_KEPT_DAYS            7  /* an upload that nobody goes on with */

#define SATCHEL_SNAPSHOT_LEAST_ROWS         2000 /* fewer are sent as rows */
#define SATCHEL_SNAPSHOT_PIECE_BYTES        (1024 * 1024)
#define SATCHEL_SNAPSHOT_FRAME_BYTES        (128 * 1024)        /* of an image in clear: what is decompressed at a time */
#define SATCHEL_MAX_SNAPSHOT_BYTES          (256 * 1024 * 1024) /* an image as it travels */
#define SATCHEL_MAX_IMAGE_BYTES             (G_GINT64_CONSTANT (2) << 30) /* an image in clear */

#define SATCHEL_MAX_DECIMAL_SCALE           9

#define SATCHEL_HEADER_TIMEOUT_MS           10000
#define SATCHEL_REQUEST_TIMEOUT_MS          60000
#define SATCHEL_IDLE_TIMEOUT_MS             (20 * 60 * 1000)
#define SATCHEL_WAKE_HEARTBEAT_MS           (4 * 60 * 1000)

#define SATCHEL_BACKOFF_FIRST_MS            1000
#define SATCHEL_BACKOFF_MOST_MS             (5 * 60 * 1000)
#define SATCHEL_WAKE_JITTER_MS              5000

#define SATCHEL_PREVIEW_BYTES_PER_SECOND    (256 * 1024) /* what a preview takes a laptop's line for, replica included */
#define SATCHEL_DEPARTED_KEPT_MS            (90LL * 24 * 60 * 60 * 1000) /* a cursor older than that begins anew */
#define SATCHEL_MAX_FILTERS                 100 /* filters of one person */
#define SATCHEL_FILTER_UNUSED_MS            (24 * 60 * 60 * 1000LL) /* a filter that no device carries is kept so long */
#define SATCHEL_MAX_AUDIT_MS                10000 /* of a survey's work at the server: some millions of rows */
#define SATCHEL_MAX_AUDIT_PARTS             16  /* parts in one question */
#define SATCHEL_MAX_AUDIT_ROWS              64  /* a part of so few is answered by its rows */
#define SATCHEL_MAX_AUDIT_IDS               500 /* rows fetched at once */
#define SATCHEL_AUDIT_INTERVAL_MS           (24 * 60 * 60 * 1000)
#define SATCHEL_AUDIT_RETRY_MS              (60 * 60 * 1000) /* after one that could not be made */
