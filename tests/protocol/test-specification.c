/* protocol/WIRE.md by the parsers: every example on it is read by the code that reads its like on the wire,
 * and what it says of values and checksums is so. The examples that only the server reads are sent to it by
 * tests/conformance.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/checksum.h"
#include "protocol/wire/blob.h"
#include "protocol/wire/identity.h"
#include "protocol/wire/message.h"
#include "protocol/wire/permits.h"
#include "protocol/wire/query.h"
#include "protocol/wire/row.h"
#include "protocol/wire/snapshot.h"

#define MOST_CELLS 100

static char *page; /* the text of WIRE.md */

/* ---- messages ---- */

typedef gpointer (*ParseFunc) (const char *text, gsize length, GError **error);

static gpointer
read_any (const char *text, gsize length, GError **error)
{
  return satchel_json_parse (text, length, error);
}

static void
free_node (gpointer node)
{
  json_node_unref (node);
}

static void
free_strings (gpointer array)
{
  g_ptr_array_unref (array);
}

static gpointer
read_piece (const char *text, gsize length, GError **error)
{
  g_autofree char *line = g_strdup_printf ("%.*s\nbytes", (int)length, text);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));

  return satchel_blob_piece_from_bytes (bytes, error);
}

static gpointer
read_blob_state (const char *text, gsize length, GError **error)
{
  g_autofree SatchelBlobState *state = g_new0 (SatchelBlobState, 1);

  return satchel_blob_state_from_text (text, length, state, error) ? g_steal_pointer (&state) : NULL;
}

static gpointer
read_change (const char *text, gsize length, GError **error)
{
  g_autofree char *push =
      g_strdup_printf ("{\"cursors\":[\"c\"],\"sets\":[{\"id\":"
                       "\"0192d3a0-4c00-7000-8000-0000000000e1\",\"n\":1,\"at\":0,\"c\":[%.*s]}]}",
                       (int)length, text);

  return satchel_push_from_text (push, strlen (push), error);
}

#define PARSER(type) (ParseFunc) satchel_##type##_from_text, (GDestroyNotify)satchel_##type##_free
#define ANY          read_any, free_node
#define NAMES(type)  (ParseFunc) satchel_##type##_from_text, free_strings
#define NOTHING      NULL, NULL

/* What stands before an empty line of an example, and what stands behind it. */
static const struct {
  const char *name;
  ParseFunc read_request;
  GDestroyNotify free_request;
  ParseFunc read_answer;
  GDestroyNotify free_answer;
} messages[] = {
  { "/v1/sign-in", PARSER (sign_in), PARSER (sign_in_answer) },
  { "/v1/device", ANY, PARSER (device_answer) },
  { "/v1/known", NAMES (known), NAMES (known_answer) },
  { "/v1/push", PARSER (push), PARSER (push_answer) },
  { "/v1/pull", PARSER (pull), NOTHING },
  { "/v1/history", ANY, ANY },
  { "/v1/preview", ANY, ANY },
  { "/v1/why", ANY, ANY },
  { "/v1/query", PARSER (list_request), NOTHING },
  { "/v1/record", PARSER (record_request), NOTHING },
  { "/v1/unpin", PARSER (record_request), ANY },
  { "/v1/audit", ANY, ANY },
  { "/v1/rows", ANY, NOTHING },
  { "/v1/snapshot", PARSER (snapshot_request), PARSER (snapshot_head) },
  { "/v1/snapshot/get", PARSER (snapshot_get), NOTHING },
  { "/v1/blob/begin", PARSER (blob_begin), read_blob_state, g_free },
  { "/v1/blob/put", read_piece, (GDestroyNotify)satchel_blob_piece_free, read_blob_state, g_free },
  { "/v1/blob/get", PARSER (blob_get), NOTHING },
  { "rights", PARSER (permits), NOTHING },
  { "change", read_change, (GDestroyNotify)satchel_push_free, NOTHING },
};

static void
check_part (const char *name, const char *text, ParseFunc read, GDestroyNotify free)
{
  g_autoptr (GError) error = NULL;
  gpointer message;

  g_assert_true ((text != NULL) == (read != NULL));
  if (text == NULL)
    return;
  message = read (text, strlen (text), &error);
  if (message == NULL)
    g_error ("%s: %s: %s", name, error->message, text);
  free (message);
}

static void
check_message (const char *name, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\n\n", 2);

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    if (!g_str_equal (messages[i].name, name))
      continue;
    check_part (name, parts[0], messages[i].read_request, messages[i].free_request);
    check_part (name, parts[1], messages[i].read_answer, messages[i].free_answer);
    return;
  }
  g_error ("an example of %s, which nothing reads", name);
}

/* ---- streams ---- */

static JsonObject *
read_object (JsonNode **node, const char *line)
{
  g_autoptr (GError) error = NULL;

  *node = satchel_json_parse (line, strlen (line), &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (*node));
  return json_node_get_object (*node);
}

static guint
count_cells (JsonObject *section)
{
  if (json_object_has_member (section, "columns"))
    return json_array_get_length (json_object_get_array_member (section, "columns"));
  return json_object_has_member (section, "gone") ? 3 : json_object_has_member (section, "stubs") ? 2 : 0;
}

/* All lines but the last one; how many of them are rows. */
static gint64
check_lines (char **lines, guint n_lines)
{
  SatchelCell cells[MOST_CELLS];
  guint n_cells = 0;
  gint64 n_rows = 0;

  for (guint i = 0; i < n_lines; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = NULL;

    if (lines[i][0] == '{') {
      n_cells = count_cells (read_object (&node, lines[i]));
      continue;
    }
    g_assert_cmpuint (n_cells, >, 0);
    g_assert_true (satchel_row_parse (lines[i], strlen (lines[i]), cells, n_cells, &error));
    n_rows++;
  }
  return n_rows;
}

static void
check_stream (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const guint n_lines = g_strv_length (lines);
  g_autoptr (JsonNode) head_node = NULL, tail_node = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (SatchelPullTail) tail = { 0 };
  SatchelPullHead head;

  g_assert_cmpuint (n_lines, >, 2);
  read_object (&head_node, lines[0]);
  g_assert_true (satchel_pull_head_from_json (head_node, &head, &error));
  g_assert_true (head.own && head.backed_up_s > 0);
  read_object (&tail_node, lines[n_lines - 1]);
  g_assert_true (satchel_pull_tail_from_json (tail_node, &tail, &error));
  g_assert_nonnull (tail.cursor);
  g_assert_cmpint (check_lines (lines + 1, n_lines - 2), ==, tail.rows);
}

static void
check_list (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const guint n_lines = g_strv_length (lines);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (SatchelListTail) tail = { 0 };

  read_object (&node, lines[n_lines - 1]);
  g_assert_true (satchel_list_tail_from_json (node, &tail, &error));
  g_assert_nonnull (tail.more);
  g_assert_cmpint (check_lines (lines, n_lines - 1), ==, tail.rows);
}

static void
check_refusal (const char *text)
{
  gint64 retry_after_ms;
  g_autoptr (GError) error = satchel_error_from_text (text, strlen (text), 500, &retry_after_ms);

  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RATE);
  g_assert_cmpint (retry_after_ms, ==, 2000);
}

/* ---- values ---- */

static const SatchelField *
find_field (JsonObject *example)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_registry_builtin (), json_object_get_string_member (example, "entity"));
  const SatchelField *field =
      satchel_entity_find_field (entity, json_object_get_string_member (example, "field"));

  g_assert_nonnull (field);
  return field;
}

static void
check_value (const char *line, gboolean right)
{
  g_autoptr (JsonNode) node = NULL, again = NULL;
  JsonObject *example = read_object (&node, line);
  JsonNode *wire = json_object_get_member (example, "value");
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *one = NULL, *other = NULL;

  if (satchel_value_from_wire (find_field (example), wire, &value, &error) != right)
    g_error ("%s: %s", line, error != NULL ? error->message : "was taken");
  if (!right)
    return;
  again = satchel_value_to_wire (find_field (example), value);
  one = satchel_json_print (wire);
  other = satchel_json_print (again);
  g_assert_cmpstr (one, ==, other);
}

static guint64
key_word (const char *digits)
{
  guint64 word = 0;

  for (guint i = 0; i < 8; i++)
    word |= (guint64)(g_ascii_xdigit_value (digits[2 * i]) << 4 | g_ascii_xdigit_value (digits[2 * i + 1]))
            << (8 * i);
  return word;
}

static guint64
hash_bytes (JsonObject *example)
{
  const char *key = json_object_get_string_member (example, "key"),
             *digits = json_object_get_string_member (example, "bytes");
  guint8 bytes[64];
  const gsize size = strlen (digits) / 2;

  g_assert_cmpuint (size, <=, sizeof bytes);
  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)(g_ascii_xdigit_value (digits[2 * i]) << 4 | g_ascii_xdigit_value (digits[2 * i + 1]));
  return satchel_sip_hash (key_word (key), key_word (key + 16), bytes, size);
}

static guint64
sum_row (JsonObject *example)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_registry_builtin (), json_object_get_string_member (example, "entity"));
  g_autoptr (SatchelRecord) record =
      satchel_record_new (entity, json_object_get_string_member (example, "id"));
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, json_object_get_object_member (example, "row"));
  while (json_object_iter_next (&iter, &name, &node)) {
    const SatchelField *field = satchel_entity_find_field (entity, name);
    g_autoptr (SatchelValue) value = NULL;
    g_autoptr (GError) error = NULL;

    if (!satchel_value_from_wire (field, node, &value, &error))
      g_error ("%s", error->message);
    satchel_record_set (record, field, value);
  }
  return satchel_checksum_row (record);
}

static void
check_checksum (const char *line)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *example = read_object (&node, line);
  g_autoptr (GString) sum = g_string_new (NULL);

  satchel_checksum_append (sum, json_object_has_member (example, "row") ? sum_row (example)
                                                                        : hash_bytes (example));
  g_assert_cmpstr (sum->str, ==, json_object_get_string_member (example, "sum"));
}

/* ---- the page ---- */

static void
check_line (const char *name, const char *line)
{
  if (g_str_equal (name, "checksums"))
    check_checksum (line);
  else
    check_value (line, g_str_equal (name, "values"));
}

static void
check_block (const char *name, const char *text)
{
  g_auto (GStrv) lines = NULL;

  if (g_str_equal (name, "stream"))
    return check_stream (text);
  if (g_str_equal (name, "list"))
    return check_list (text);
  if (g_str_equal (name, "refusal"))
    return check_refusal (text);
  if (!g_str_equal (name, "checksums") && !g_str_has_suffix (name, "values"))
    return check_message (name, text);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    check_line (name, lines[i]);
}

static void
test_examples (void)
{
  g_autoptr (GRegex) fence =
      g_regex_new ("^```json (\\S+)\\n(.*?)\\n```$", G_REGEX_MULTILINE | G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n_blocks = 0;

  for (g_regex_match (fence, page, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *name = g_match_info_fetch (match, 1), *text = g_match_info_fetch (match, 2);

    check_block (name, text);
    n_blocks++;
  }
  g_assert_cmpuint (n_blocks, >, G_N_ELEMENTS (messages));
}

/* Each code stands in the table of refusals with its status, unless the page says that it does not travel. */
static void
test_codes (void)
{
  for (guint i = 0; i < SATCHEL_ERROR_N_CODES; i++) {
    g_autofree char *word = g_strdup_printf ("`%s`", satchel_error_name (i));
    g_autofree char *row =
        g_strdup_printf ("\n\\|[^|\n]*%s[^|\n]*\\| %u \\|", word, satchel_error_http_status (i));
    const gboolean own =
        i == SATCHEL_ERROR_UNREACHABLE || i == SATCHEL_ERROR_OFFLINE || i == SATCHEL_ERROR_CANCELLED ||
        i == SATCHEL_ERROR_STORAGE || i == SATCHEL_ERROR_CORRUPT;

    g_assert_nonnull (strstr (page, word));
    if (g_regex_match_simple (row, page, 0, 0) == own)
      g_error ("%s does not stand in the table of refusals as it is", word);
  }
}

/* Another dictionary would be another coding. */
static void
test_dictionary (gconstpointer folder)
{
  g_autofree char *path = g_build_filename (folder, "..", "data", "wire", "dictionary", NULL), *bytes = NULL, *hash = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, &error));
  g_assert_no_error (error);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)bytes, size);
  g_assert_nonnull (strstr (page, hash));
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  path = g_build_filename (argv[1], "WIRE.md", NULL);
  if (!g_file_get_contents (path, &page, NULL, &error))
    g_error ("%s", error->message);
  g_test_add_func ("/protocol/specification/examples", test_examples);
  g_test_add_func ("/protocol/specification/codes", test_codes);
  g_test_add_data_func ("/protocol/specification/dictionary", argv[1], test_dictionary);
  return g_test_run ();
}
