/* Checksums of rows, with which a device finds out that its copy is not what the server has (DESIGN §3 rule 15).
 *
 * A row's checksum is a sum over its values, modulo 2^64, so that a changed field alters it by one difference, and the sum of
 * many rows is kept without looking at them. An empty field adds nothing: a device that may not read a field class holds
 * nothing there, and its sum is the sum of what it may read. No sequence numbers are in it.
 *
 *   presence (row)  = sip (0, 0, entity 0x00 id)
 *   value (field)   = sip (presence, 1, field 0x00 stored form)      integers as decimal digits
 *   row             = presence + the sum of value over the fields that are not empty
 *
 * sip (k0, k1, bytes) is SipHash-2-4 with the key k0, k1 (Aumasson, Bernstein: SipHash, a fast short-input PRF, 2012).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

guint64 satchel_checksum_presence (const char *entity, const char *id);
/* What a value that is not empty adds. @stored: @length bytes of its stored form. */
guint64 satchel_checksum_text (guint64 presence, const char *field, const char *stored, gsize length);
guint64 satchel_checksum_integer (guint64 presence, const char *field, gint64 stored);
/* The same for a value, 0 for an empty one. */
guint64 satchel_checksum_value (guint64 presence, const SatchelField *field, const SatchelValue *value);

/* The fragment of the fields with the class @secured (NULL: the unsecured ones, presence included). A row is the sum of its
 * fragments. */
guint64 satchel_checksum_fragment (const SatchelRecord *record, const char *secured);
guint64 satchel_checksum_row (const SatchelRecord *record);

/* The keyed hash itself. */
guint64 satchel_sip_hash (guint64 k0, guint64 k1, const void *bytes, gsize size);

/* ---- on the wire: 16 hex digits ---- */

#define SATCHEL_CHECKSUM_DIGITS 16
void     satchel_checksum_append (GString *text, guint64 sum);
gboolean satchel_checksum_parse (const char *digits, guint64 *sum) G_GNUC_WARN_UNUSED_RESULT; /* of exactly 16 digits at @digits */

/* Rows are parted by the last hex digits of their ids: a part is an even number of digits, "" is all rows; its 256 parts have
 * two more before them, in order of these. */
#define SATCHEL_CHECKSUM_PARTS 256
gboolean satchel_checksum_part_is_valid (const char *part);
/* Which of the parts of @part holds @id; -1 when @part itself does not. One of twelve digits has no others: 0. */
int      satchel_checksum_part_of (const char *part, const char *id);
/* The same for a tail: the number that the last twelve digits of an id are; 0 of what is no id. */
guint64  satchel_checksum_tail (const char *id);
int      satchel_checksum_part_of_tail (const char *part, guint64 tail);
/* The @index-th part of @part, owned; NULL where there is none below. */
char    *satchel_checksum_part_child (const char *part, guint index);

G_END_DECLS
