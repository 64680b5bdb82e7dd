/* A message's head: who, when, what about, which thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/message.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/message-private.h"
#include "protocol/error.h"
#include "protocol/value.h"

#define MOST_SUBJECT_CHARS 1000
#define MOST_NAME_CHARS    200
#define MOST_HEADER_BYTES  (1024 * 1024) /* of all headers of one part */

/* ---- memory ---- */

void
satchel_message_free (SatchelMessage *message)
{
  if (message == NULL)
    return;
  g_free (message->message_id);
  g_free (message->in_reply_to);
  g_strfreev (message->references);
  g_clear_pointer (&message->from, g_ptr_array_unref);
  g_clear_pointer (&message->to, g_ptr_array_unref);
  g_clear_pointer (&message->cc, g_ptr_array_unref);
  g_clear_pointer (&message->bcc, g_ptr_array_unref);
  g_free (message->subject);
  g_free (message->text);
  g_free (message->html);
  g_clear_pointer (&message->attachments, g_ptr_array_unref);
  g_clear_pointer (&message->source, g_bytes_unref);
  g_free (message);
}

/* ---- before anything is built of it ---- */

/* Reading it into a tree goes as deep as the message does, so it is looked at without a tree first. */
static gboolean
check_bounds (GBytes *bytes, GError **error)
{
  g_autoptr (CamelMimeParser) parser = camel_mime_parser_new ();
  guint depth = 0, n_parts = 0;

  camel_mime_parser_init_with_bytes (parser, bytes);
  for (;;) {
    gsize length = 0;
    char *data = NULL;
    const CamelMimeParserState state = camel_mime_parser_step (parser, &data, &length);

    switch (state) {
    case CAMEL_MIME_PARSER_STATE_EOF:
      return TRUE;
    case CAMEL_MIME_PARSER_STATE_HEADER:
      n_parts++;
      break;
    case CAMEL_MIME_PARSER_STATE_MESSAGE:
    case CAMEL_MIME_PARSER_STATE_MULTIPART:
      n_parts++;
      depth++;
      break;
    case CAMEL_MIME_PARSER_STATE_MESSAGE_END:
    case CAMEL_MIME_PARSER_STATE_MULTIPART_END:
      depth--;
      break;
    default:
      break;
    }
    if (depth > SATCHEL_MAX_MESSAGE_DEPTH || n_parts > SATCHEL_MAX_MESSAGE_PARTS) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                   _ ("the message has more than %d parts, or more than %d within each other"),
                   SATCHEL_MAX_MESSAGE_PARTS, SATCHEL_MAX_MESSAGE_DEPTH);
      return FALSE;
    }
  }
}

/* The head ends with an empty line. */
static gsize
measure_head (const char *bytes, gsize size)
{
  for (gsize at = 0; at < size;) {
    const char *end = memchr (bytes + at, '\n', size - at);
    const gsize next = end != NULL ? (gsize)(end - bytes) + 1 : size;

    if (next - at == 1 || (next - at == 2 && bytes[at] == '\r'))
      return at;
    at = next;
  }
  return size;
}

static gboolean
check_size (GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (size <= SATCHEL_MAX_MESSAGE_BYTES && measure_head (data, size) <= MOST_HEADER_BYTES)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
               _ ("the message is larger than %d MB, or its head larger than %d MB"),
               SATCHEL_MAX_MESSAGE_BYTES >> 20, MOST_HEADER_BYTES >> 20);
  return FALSE;
}

/* ---- ids ---- */

/* The ids of a thread, oldest first, each once. The middle of a long one is left out: its first message and
 * the last ones are what is looked for. */
static GStrv
read_references (const char *text)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (const char *open = text != NULL ? strchr (text, '<') : NULL; open != NULL; open = strchr (open, '<')) {
    const char *close = strchr (open, '>');
    char *id;

    if (close == NULL)
      break;
    id = satchel_message_take_id (open + 1, close);
    if (id == NULL || !g_hash_table_add (seen, id))
      g_free (id);
    else
      g_ptr_array_add (ids, id);
    open = close;
  }
  while (ids->len > SATCHEL_MAX_MESSAGE_REFERENCES)
    g_ptr_array_remove_range (ids, 1, ids->len - SATCHEL_MAX_MESSAGE_REFERENCES);
  g_ptr_array_add (ids, NULL);
  g_ptr_array_set_free_func (ids, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&ids), FALSE);
}

/* From what every copy of the message says, whatever the way it came. */
static char *
make_id (const SatchelMessage *message)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const SatchelMailAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
  g_autofree char *sent = g_strdup_printf ("%" G_GINT64_FORMAT, message->sent_ms);
  const char *const parts[] = { sent, from != NULL ? from->address : NULL, message->subject, message->text,
                                message->html };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_checksum_update (sum, (const guchar *)(parts[i] != NULL ? parts[i] : ""), -1);
    g_checksum_update (sum, (const guchar *)"", 1);
  }
  for (guint i = 0; i < message->attachments->len; i++) {
    gsize size;
    const guchar *bytes =
        g_bytes_get_data (((SatchelMailAttachment *)message->attachments->pdata[i])->bytes, &size);

    g_checksum_update (sum, bytes, (gssize)size);
  }
  return g_strdup_printf ("%s@no-message-id.invalid", g_checksum_get_string (sum));
}

/* ---- people ---- */

static gboolean
has_address (const GPtrArray *list, const char *address)
{
  for (guint i = 0; i < list->len; i++)
    if (g_ascii_strcasecmp (((SatchelMailAddress *)list->pdata[i])->address, address) == 0)
      return TRUE;
  return FALSE;
}

/* "team: a@x.ro, b@x.ro;" → " a@x.ro, b@x.ro,": Camel loses members of groups, and some programs part
 * addresses by semicolons. */
static char *
flatten_groups (const char *raw)
{
  GString *flat = g_string_new (NULL);
  gboolean quoted = FALSE, angle = FALSE;
  guint comments = 0;
  gsize start = 0; /* of the address, or group, under way */

  for (const char *at = raw; *at != '\0'; at++) {
    const gboolean open = !quoted && comments == 0;

    if (*at == '\\' && at[1] != '\0' && (quoted || comments > 0)) {
      g_string_append_c (flat, *at++);
    } else if (*at == '"' && comments == 0) {
      quoted = !quoted;
    } else if (!quoted && (*at == '(' || (*at == ')' && comments > 0))) {
      comments += *at == '(' ? 1 : -1u;
    } else if (open && (*at == '<' || *at == '>')) {
      angle = *at == '<';
    } else if (open && !angle && *at == ':') {
      g_string_truncate (flat, start);
      continue;
    } else if (open && !angle && (*at == ',' || *at == ';')) {
      g_string_append_c (flat, ',');
      start = flat->len;
      continue;
    }
    g_string_append_c (flat, *at);
  }
  return g_string_free (flat, FALSE);
}

/* Of the header @name, decoded; more than a party list holds are left out. */
static GPtrArray *
read_addresses (CamelMimeMessage *mime, const char *name)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mail_address_free);
  g_autoptr (CamelInternetAddress) addresses = camel_internet_address_new ();
  const char *raw = camel_medium_get_header (CAMEL_MEDIUM (mime), name);
  g_autofree char *flat = raw != NULL ? flatten_groups (raw) : NULL;
  const char *person, *text;

  if (flat == NULL)
    return list;
  camel_address_decode (CAMEL_ADDRESS (addresses), flat);
  for (int i = 0;
       list->len < SATCHEL_MAX_MESSAGE_ADDRESSES && camel_internet_address_get (addresses, i, &person, &text);
       i++) {
    g_autofree char *address = satchel_message_clean_address (text);
    g_autofree char *display = satchel_message_clean_line (person, MOST_NAME_CHARS);

    if (address != NULL && !has_address (list, address))
      g_ptr_array_add (
          list, satchel_mail_address_new (g_strcmp0 (display, address) == 0 ? NULL : display, address));
  }
  return list;
}

/* ---- dates ---- */

/* 0 for what is no date, and for one that no record can hold. */
static gint64
read_date (const char *text)
{
  const gint64 ms = text != NULL ? (gint64)camel_header_decode_date (text, NULL) * 1000 : 0;

  return ms > 0 && ms <= SATCHEL_INSTANT_LAST_MS ? ms : 0;
}

static gint64
read_received (CamelMimeMessage *mime)
{
  const char *received = camel_medium_get_header (CAMEL_MEDIUM (mime), "Received");
  const char *semicolon = received != NULL ? strrchr (received, ';') : NULL;

  return semicolon != NULL ? read_date (semicolon + 1) : 0;
}

/* ---- the message ---- */

static char *
read_subject (CamelMimeMessage *mime)
{
  const char *raw = camel_medium_get_header (CAMEL_MEDIUM (mime), "Subject");
  g_autofree char *unfolded = raw != NULL ? camel_header_unfold (raw) : NULL;
  g_autofree char *decoded = unfolded != NULL ? camel_header_decode_string (unfolded, NULL) : NULL;

  return satchel_message_clean_line (decoded, MOST_SUBJECT_CHARS);
}

/* Anything has lines with colons in them; a message says at least one of these. */
static gboolean
check_is_message (CamelMimeMessage *mime, GError **error)
{
  static const char *const telling[] = { "From",       "To",       "Cc",           "Date",       "Subject",
                                         "Message-ID", "Received", "Content-Type", "Return-Path" };

  for (gsize i = 0; i < G_N_ELEMENTS (telling); i++)
    if (camel_medium_get_header (CAMEL_MEDIUM (mime), telling[i]) != NULL)
      return TRUE;
  g_set_error_literal (
      error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
      _ ("this is no mail message: it does not begin with headers such as “From” and “Subject”"));
  return FALSE;
}

static void
read_head (SatchelMessage *message, CamelMimeMessage *mime)
{
  CamelMedium *medium = CAMEL_MEDIUM (mime);

  message->from = read_addresses (mime, "From");
  if (message->from->len == 0) {
    g_ptr_array_unref (message->from);
    message->from = read_addresses (mime, "Sender");
  }
  message->to = read_addresses (mime, "To");
  message->cc = read_addresses (mime, "Cc");
  message->bcc = read_addresses (mime, "Bcc");
  message->sent_ms = read_date (camel_medium_get_header (medium, "Date"));
  message->received_ms = read_received (mime);
  message->subject = read_subject (mime);
  message->message_id = satchel_message_id_normalise (camel_medium_get_header (medium, "Message-ID"));
  message->in_reply_to = satchel_message_id_normalise (camel_medium_get_header (medium, "In-Reply-To"));
  message->references = read_references (camel_medium_get_header (medium, "References"));
}

/* Camel quotes in its log what it does not understand, and that is a customer's. */
static void
keep_silent_cb (const char *domain, GLogLevelFlags level, const char *text, gpointer data)
{
}

static gpointer
prepare_camel (gpointer data)
{
  g_log_set_handler ("camel", G_LOG_LEVEL_MASK | G_LOG_FLAG_RECURSION | G_LOG_FLAG_FATAL, keep_silent_cb,
                     NULL);
  camel_init (NULL, FALSE);
  return NULL;
}

/* The length of "From  " of "From  : ana@example.com", as RFC 822 had it; 0 for a line as it should be. */
static gsize
measure_spaced_name (const char *line, gsize length)
{
  gsize name = 0, blanks = 0;

  while (name < length && line[name] > ' ' && line[name] < 0x7f && line[name] != ':')
    name++;
  while (name + blanks < length && (line[name + blanks] == ' ' || line[name + blanks] == '\t'))
    blanks++;
  return name > 0 && blanks > 0 && name + blanks < length && line[name + blanks] == ':' ? name + blanks : 0;
}

/* The message without what is no part of it, the line with which it begins in a file of a mailbox, and with
 * headers as they are written today. */
static GBytes *
prepare (GBytes *bytes)
{
  gsize size, head;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end = size > 5 && memcmp (data, "From ", 5) == 0 ? memchr (data, '\n', size) : NULL;
  const gsize skip = end != NULL && memchr (data, ':', 7) == NULL ? (gsize)(end - data) + 1 : 0;
  g_autoptr (GByteArray) rewritten = NULL;
  gsize copied = skip;

  if (size == 0) /* has no data to look into */
    return g_bytes_ref (bytes);
  head = skip + measure_head (data + skip, size - skip);
  for (gsize at = skip; at < head;) {
    const char *newline = memchr (data + at, '\n', head - at);
    const gsize next = newline != NULL ? (gsize)(newline - data) + 1 : head;
    const gsize spaced = measure_spaced_name (data + at, next - at);

    if (spaced > 0) {
      const char *blank = data + at + strcspn (data + at, " \t");

      if (rewritten == NULL)
        rewritten = g_byte_array_sized_new ((guint)(size - skip));
      g_byte_array_append (rewritten, (const guint8 *)data + copied, (guint)((gsize)(blank - data) - copied));
      copied = at + spaced;
    }
    at = next;
  }
  if (rewritten == NULL)
    return g_bytes_new_from_bytes (bytes, skip, size - skip);
  g_byte_array_append (rewritten, (const guint8 *)data + copied, (guint)(size - copied));
  return g_byte_array_free_to_bytes (g_steal_pointer (&rewritten));
}

SatchelMessage *
satchel_message_read (GBytes *bytes, GError **error)
{
  static GOnce prepared = G_ONCE_INIT;
  g_autoptr (SatchelMessage) message = g_new0 (SatchelMessage, 1);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (CamelMimeMessage) mime = NULL;
  g_autoptr (GError) problem = NULL;

  g_once (&prepared, prepare_camel, NULL);
  if (!check_size (bytes, error))
    return NULL;
  body = prepare (bytes);
  if (!check_bounds (body, error))
    return NULL;
  mime = camel_mime_message_new ();
  stream = g_memory_input_stream_new_from_bytes (body);
  if (!camel_data_wrapper_construct_from_input_stream_sync (CAMEL_DATA_WRAPPER (mime), stream, NULL,
                                                            &problem)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the message cannot be read: %s"),
                 problem != NULL ? problem->message : "");
    return NULL;
  }
  if (!check_is_message (mime, error))
    return NULL;
  message->source = g_bytes_ref (bytes);
  read_head (message, mime);
  if (!satchel_message_read_parts (message, mime, error))
    return NULL;
  if (message->message_id == NULL) {
    message->message_id = make_id (message);
    message->flags |= SATCHEL_MESSAGE_NO_ID;
  }
  return g_steal_pointer (&message);
}
