/* What travels: documents, messages, rows; and the values in them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/merge.h"
#include "protocol/metadata/registry.h"
#include "protocol/wire/blob.h"
#include "protocol/wire/identity.h"
#include "protocol/wire/message.h"
#include "protocol/wire/query.h"
#include "protocol/wire/row.h"
#include "protocol/wire/snapshot.h"
#include "tests/fuzz/fuzz.h"

void
fuzz_json (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = satchel_json_parse ((const char *)bytes, size, &error), again = NULL;
  g_autofree char *text = NULL, *repeated = NULL;

  fuzz_check_error (node == NULL, error);
  if (node == NULL)
    return;
  text = satchel_json_print (node);
  again = satchel_json_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  repeated = satchel_json_print (again);
  g_assert_cmpstr (text, ==, repeated);
}

/* ---- messages ---- */

typedef gpointer (*ReadFunc) (const char *text, gsize length, GError **error);
typedef char *(*PrintFunc) (gconstpointer message);

static const struct {
  ReadFunc read;
  PrintFunc print;
  GDestroyNotify free;
} messages[] = {
#define MESSAGE(name)                                                                                        \
  {                                                                                                          \
    (ReadFunc) satchel_##name##_from_text, (PrintFunc)satchel_##name##_to_text,                              \
        (GDestroyNotify)satchel_##name##_free                                                                \
  }
  MESSAGE (sign_in),
  MESSAGE (sign_in_answer),
  MESSAGE (push),
  MESSAGE (push_answer),
  MESSAGE (pull),
  MESSAGE (device_answer),
  { (ReadFunc)satchel_known_from_text, (PrintFunc)satchel_known_to_text, (GDestroyNotify)g_ptr_array_unref },
  { (ReadFunc)satchel_known_answer_from_text, (PrintFunc)satchel_known_answer_to_text,
    (GDestroyNotify)g_ptr_array_unref },
  MESSAGE (list_request),
  MESSAGE (record_request),
  MESSAGE (snapshot_request),
  MESSAGE (snapshot_head),
  MESSAGE (snapshot_get),
  MESSAGE (blob_begin),
  MESSAGE (blob_get),
#undef MESSAGE
};

/* What was read is printed so that it is read again as the same. */
static void
read_message (guint i, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  gpointer message = messages[i].read (text, length, &error);
  g_autofree char *printed = NULL, *repeated = NULL;

  fuzz_check_error (message == NULL, error);
  if (message == NULL)
    return;
  printed = messages[i].print (message);
  messages[i].free (message);
  message = messages[i].read (printed, strlen (printed), &error);
  g_assert_no_error (error);
  repeated = messages[i].print (message);
  g_assert_cmpstr (printed, ==, repeated);
  messages[i].free (message);
}

static void
read_ends (JsonNode *node)
{
  g_auto (SatchelPullTail) tail = { 0 };
  g_auto (SatchelListTail) page = { 0 };
  SatchelPullHead head;
  GError *error = NULL;

  fuzz_check_error (!satchel_pull_head_from_json (node, &head, &error), error);
  g_clear_error (&error);
  fuzz_check_error (!satchel_pull_tail_from_json (node, &tail, &error), error);
  g_clear_error (&error);
  fuzz_check_error (!satchel_list_tail_from_json (node, &page, &error), error);
  g_clear_error (&error);
}

static void
read_piece (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) body = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelBlobPiece) piece = satchel_blob_piece_from_bytes (body, &error);

  fuzz_check_error (piece == NULL, error);
  if (piece != NULL)
    g_assert_cmpuint (g_bytes_get_size (piece->bytes), <, size);
}

void
fuzz_message (const guint8 *bytes, gsize size)
{
  const char *text = (const char *)bytes;
  g_autoptr (JsonNode) node = satchel_json_parse (text, size, NULL);
  g_autoptr (GError) error = NULL, refusal = NULL;
  SatchelBlobState state;
  gint64 retry_after_ms;

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    read_message (i, text, size);
  fuzz_check_error (!satchel_blob_state_from_text (text, size, &state, &error), error);
  read_piece (bytes, size);
  refusal = satchel_error_from_text (text, size, 400, &retry_after_ms);
  fuzz_check_error (TRUE, refusal);
  g_assert_cmpint (retry_after_ms, >=, -1);
  if (node != NULL)
    read_ends (node);
}

void
fuzz_row (const guint8 *bytes, gsize size)
{
  for (guint n_cells = 1; n_cells <= 6; n_cells++) {
    g_autofree char *line = g_malloc (size + 1);
    SatchelCell cells[6];
    g_autoptr (GError) error = NULL;

    memcpy (line, bytes, size);
    fuzz_check_error (!satchel_row_parse (line, size, cells, n_cells, &error), error);
    for (guint i = 0; i < n_cells && error == NULL; i++) {
      if (cells[i].kind != SATCHEL_CELL_TEXT)
        continue;
      g_assert_true (cells[i].text >= line && cells[i].text + cells[i].length < line + size);
      g_assert_cmpuint (strlen (cells[i].text), ==, cells[i].length);
      g_assert_true (g_utf8_validate (cells[i].text, -1, NULL));
    }
  }
}

/* ---- values ---- */

/* A value that was accepted goes through each of its forms unharmed. */
static void
check_value (const SatchelField *field, const SatchelValue *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelValue) from_text = NULL, from_wire = NULL, from_stored = NULL;
  g_autoptr (JsonNode) wire = satchel_value_to_wire (field, value), json = NULL;
  g_autofree char *text = satchel_value_to_text (field, value), *stored = NULL;

  json = satchel_value_to_json (field, value, NULL);
  g_assert_true (satchel_value_from_wire (field, wire, &from_wire, &error));
  g_assert_no_error (error);
  g_assert_true (satchel_value_equal (value, from_wire));
  g_assert_true (satchel_value_from_text (field, text, &from_text, &error));
  g_assert_no_error (error);
  g_assert_true (satchel_value_equal (value, from_text));
  if (value == NULL)
    return;
  if (satchel_type_is_stored_integer (field->type)) {
    from_stored = satchel_value_from_stored_integer (field, satchel_value_to_stored_integer (field, value));
  } else {
    stored = satchel_value_to_stored_text (field, value);
    g_assert_true (satchel_value_from_stored_text (field, stored, &from_stored, &error));
    g_assert_no_error (error);
  }
  g_assert_true (satchel_value_equal (value, from_stored));
  g_assert_cmpint (satchel_value_compare (field, value, from_stored), ==, 0);
}

static void
read_value (const SatchelField *field, const char *text, JsonNode *node)
{
  g_autoptr (SatchelValue) typed = NULL, sent = NULL, stored = NULL;
  GError *error = NULL;

  fuzz_check_error (!satchel_value_from_text (field, text, &typed, &error), error);
  if (error == NULL)
    check_value (field, typed);
  g_clear_error (&error);
  if (node != NULL) {
    fuzz_check_error (!satchel_value_from_wire (field, node, &sent, &error), error);
    if (error == NULL)
      check_value (field, sent);
    g_clear_error (&error);
  }
  if (!satchel_type_is_stored_integer (field->type)) {
    fuzz_check_error (!satchel_value_from_stored_text (field, text, &stored, &error), error);
    g_clear_error (&error);
  }
}

/* Fields of every type and format: one after the other of a few entities. */
void
fuzz_value (const guint8 *bytes, gsize size)
{
  static const char *const names[] = { "account", "contact",     "email", "opportunity",
                                       "task",    "appointment", "note" };
  g_autofree char *text = fuzz_dup_text (bytes, size);
  g_autoptr (JsonNode) node = text != NULL ? satchel_json_parse (text, strlen (text), NULL) : NULL;
  guint32 seen[32] = { 0 };

  if (text == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), names[i]);

    for (guint f = 0; f < entity->n_fields; f++) {
      const SatchelField *field = entity->fields[f];

      if ((seen[field->type] & 1u << field->format) != 0)
        continue;
      seen[field->type] |= 1u << field->format;
      read_value (field, text, node);
    }
  }
}

/* ---- numbers ---- */

static void
calculate (SatchelDecimal a, SatchelDecimal b)
{
  SatchelDecimal sum, back, product, quotient, rounded;

  if (satchel_decimal_add (a, b, &sum, NULL) && satchel_decimal_subtract (sum, b, &back, NULL))
    g_assert_cmpint (satchel_decimal_compare (a, back), ==, 0);
  if (satchel_decimal_multiply (a, b, &product, NULL)) {
    SatchelDecimal other;

    g_assert_true (satchel_decimal_multiply (b, a, &other, NULL));
    g_assert_cmpint (satchel_decimal_compare (product, other), ==, 0);
  }
  for (guint scale = 0; scale <= SATCHEL_MAX_DECIMAL_SCALE; scale++) {
    for (SatchelRounding rounding = SATCHEL_ROUND_HALF_UP; rounding <= SATCHEL_ROUND_DOWN; rounding++) {
      GError *error = NULL;

      fuzz_check_error (!satchel_decimal_divide (a, b, scale, rounding, &quotient, &error), error);
      g_clear_error (&error);
      fuzz_check_error (!satchel_decimal_multiply_rounded (a, b, scale, rounding, &product, &error), error);
      g_clear_error (&error);
      fuzz_check_error (!satchel_decimal_round (a, scale, rounding, &rounded, &error), error);
      g_clear_error (&error);
    }
  }
  g_assert_cmpint (satchel_decimal_compare (a, b), ==, -satchel_decimal_compare (b, a));
}

static void
read_decimals (char **texts)
{
  SatchelDecimal numbers[2], again;

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    fuzz_check_error (!satchel_decimal_parse (texts[i], &numbers[i], &error), error);
    if (error != NULL)
      return;
    text = satchel_decimal_to_text (numbers[i]);
    g_assert_true (satchel_decimal_parse (text, &again, NULL));
    g_assert_cmpint (satchel_decimal_compare (numbers[i], again), ==, 0);
  }
  calculate (numbers[0], numbers[1]);
}

static void
read_time (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 days, ms, again;

  if (satchel_date_parse (text, &days)) {
    g_autofree char *printed = satchel_date_from_days (days);

    g_assert_cmpstr (printed, ==, text);
  }
  fuzz_check_error (!satchel_instant_parse (text, &ms, &error), error);
  if (error == NULL) {
    g_autofree char *printed = satchel_instant_to_text (ms);

    g_assert_cmpint (ms, >=, SATCHEL_INSTANT_FIRST_MS);
    g_assert_cmpint (ms, <=, SATCHEL_INSTANT_LAST_MS);
    g_assert_true (satchel_instant_parse (printed, &again, NULL));
    g_assert_cmpint (ms, ==, again);
  }
}

void
fuzz_number (const guint8 *bytes, gsize size)
{
  g_auto (GStrv) texts = fuzz_split (bytes, size, 2);

  if (texts[0] == NULL)
    return;
  read_time (texts[0]);
  if (satchel_id_is_valid (texts[0]))
    g_assert_cmpuint (strlen (texts[0]), ==, SATCHEL_ID_LENGTH);
  if (texts[1] != NULL)
    read_decimals (texts);
}

/* ---- merging ---- */

void
fuzz_merge_text (const guint8 *bytes, gsize size)
{
  g_autofree char *valid = fuzz_dup_text (bytes, size);
  g_auto (GStrv) texts = valid != NULL ? fuzz_split (bytes, size, 3) : NULL;
  g_autofree char *merged = NULL, *mine = NULL, *theirs = NULL, *same = NULL;

  if (texts == NULL || g_strv_length (texts) < 3)
    return;
  merged = satchel_merge_text (texts[0], texts[1], texts[2]);
  if (merged != NULL)
    g_assert_true (g_utf8_validate (merged, -1, NULL));
  mine = satchel_merge_text (texts[0], texts[1], texts[0]);
  g_assert_cmpstr (mine, ==, texts[1]);
  theirs = satchel_merge_text (texts[0], texts[0], texts[2]);
  g_assert_cmpstr (theirs, ==, texts[2]);
  same = satchel_merge_text (texts[0], texts[1], texts[1]);
  g_assert_cmpstr (same, ==, texts[1]);
}
