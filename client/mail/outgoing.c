/* Every text that goes into a header is made one clean line first, every address is checked: Camel encodes
 * them, and would believe them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/outgoing.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/addressee.h"
#include "client/mail/html.h"
#include "client/mail/message-private.h"
#include "protocol/error.h"

#define MOST_SUBJECT_CHARS 900
#define MOST_NAME_CHARS    200
#define MOST_WORD_BYTES    42          /* of an encoded word, which is 75 characters at most */
#define MOST_PIECE_BYTES   ((gsize)54) /* of a parameter, on a line of its own */
#define MOST_URI_BYTES     (60 * 1024)

void
satchel_outgoing_free (SatchelOutgoing *outgoing)
{
  if (outgoing == NULL)
    return;
  g_free (outgoing->message_id);
  g_clear_object (&outgoing->mime);
  g_clear_object (&outgoing->from);
  g_clear_object (&outgoing->recipients);
  g_clear_pointer (&outgoing->bytes, g_bytes_unref);
  g_free (outgoing);
}

/* ---- what the record says ---- */

static const char *
get_string (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

/* That of the party, or the one that its record has now. Owned; NULL: none. */
static char *
find_address (SatchelSession *session, const SatchelParty *party)
{
  const SatchelEntity *entity =
      party->entity != NULL ? satchel_registry_find (satchel_session_get_registry (session), party->entity)
                            : NULL;
  const SatchelField *field = entity != NULL ? satchel_entity_find_field (entity, "email") : NULL;
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *value;

  if (party->address != NULL)
    return g_strdup (party->address);
  if (field == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, party->id, &record, NULL) ||
      record == NULL)
    return NULL;
  value = satchel_record_get (record, field);
  return value != NULL ? g_strdup (satchel_value_get_string (value)) : NULL;
}

static gboolean
has_address (CamelInternetAddress *list, const char *address)
{
  const char *other;

  for (int i = 0; camel_internet_address_get (list, i, NULL, &other); i++)
    if (g_ascii_strcasecmp (other, address) == 0)
      return TRUE;
  return FALSE;
}

/* Adds those of the field @name to @list and to @all: each once, for an address may stand for several
 * records. */
static gboolean
add_parties (SatchelSession *session, const SatchelRecord *email, const char *name,
             CamelInternetAddress *list, CamelInternetAddress *all, GError **error)
{
  const SatchelValue *value = satchel_record_get_by_name (email, name);
  guint n = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n) : NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *address = find_address (session, &parties[i]);
    g_autofree char *person = satchel_message_clean_line (parties[i].name, MOST_NAME_CHARS);

    if (address == NULL || !satchel_mail_address_is_good (address)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” is no address that mail goes to"),
                   address != NULL  ? address
                   : person != NULL ? person
                                    : parties[i].id);
      return FALSE;
    }
    if (has_address (all, address))
      continue;
    camel_internet_address_add (list, person, address);
    camel_internet_address_add (all, person, address);
  }
  return TRUE;
}

/* ---- headers ---- */

/* RFC 2047, always as UTF-8: Camel looks for an older set of characters, and leaves out the words that are in
 * none it knows. Folded. */
static char *
encode_words (const char *text)
{
  GString *encoded = g_string_new (NULL);
  const char *at = text;

  if (g_str_is_ascii (text) && strstr (text, "=?") == NULL)
    return g_string_free (g_string_append (encoded, text), FALSE);
  while (*at != '\0') {
    const char *end = at;
    g_autofree char *base64 = NULL;

    while (*end != '\0' && g_utf8_next_char (end) - at <= MOST_WORD_BYTES)
      end = g_utf8_next_char (end);
    base64 = g_base64_encode ((const guchar *)at, (gsize)(end - at));
    g_string_append_printf (encoded, "%s=?UTF-8?B?%s?=", at > text ? "\n " : "", base64);
    at = end;
  }
  return g_string_free (encoded, FALSE);
}

/* The name before an address. */
static char *
encode_name (const char *name)
{
  g_autofree char *escaped = NULL;

  if (!g_str_is_ascii (name) || strstr (name, "=?") != NULL)
    return encode_words (name);
  escaped = g_strescape (name, NULL);
  return g_strdup_printf ("\"%s\"", escaped);
}

static void
set_addresses (CamelMimeMessage *mime, const char *header, CamelInternetAddress *list)
{
  g_autoptr (GString) value = g_string_new (NULL);
  const char *name, *address;

  for (int i = 0; camel_internet_address_get (list, i, &name, &address); i++) {
    g_autofree char *encoded = name != NULL && *name != '\0' ? encode_name (name) : NULL;

    g_string_append_printf (value, "%s%s%s<%s>", i > 0 ? ",\n " : "", encoded != NULL ? encoded : "",
                            encoded != NULL ? " " : "", address);
  }
  camel_medium_set_header (CAMEL_MEDIUM (mime), header, value->str);
}

/* RFC 2231, likewise as UTF-8, in pieces that fit on a line. */
static char *
encode_disposition (const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);
  GString *header = g_string_new ("attachment");
  const char *at = escaped;

  for (guint i = 0; *at != '\0'; i++) {
    gsize length = MIN (strlen (at), MOST_PIECE_BYTES);

    /* Not within "%C3". */
    for (guint back = 0; back < 2 && at[length] != '\0'; back++)
      length -= at[length - 1] == '%' || at[length - 2] == '%' ? 1 : 0;
    g_string_append_printf (header, ";\n filename*%u*=%s%.*s", i, i == 0 ? "UTF-8''" : "", (int)length, at);
    at += length;
  }
  return g_string_free (header, FALSE);
}

/* ---- MIME ---- */

static CamelMimePart *
make_text (const char *text, const char *type)
{
  CamelMimePart *part = camel_mime_part_new ();
  const char *content = *text != '\0' ? text : "\n"; /* without any, Camel makes no part */

  camel_mime_part_set_content (part, content, (int)strlen (content), type);
  camel_mime_part_set_encoding (part, CAMEL_TRANSFER_ENCODING_QUOTEDPRINTABLE);
  return part;
}

static void
add_part (CamelMultipart *multipart, CamelMimePart *taken)
{
  camel_multipart_add_part (multipart, taken);
  g_object_unref (taken);
}

static CamelMultipart *
make_multipart (const char *type)
{
  CamelMultipart *multipart = camel_multipart_new ();

  camel_data_wrapper_set_mime_type (CAMEL_DATA_WRAPPER (multipart), type);
  camel_multipart_set_boundary (multipart, NULL);
  return multipart;
}

static CamelMimePart *
make_attachment (const SatchelMailAttachment *attachment)
{
  CamelMimePart *part = camel_mime_part_new ();
  g_autofree char *name = satchel_message_clean_line (attachment->name, MOST_NAME_CHARS);
  g_autofree char *disposition = encode_disposition (name != NULL ? name : "attachment");
  gsize size;
  const char *data = g_bytes_get_data (attachment->bytes, &size);
  const char *type = attachment->media_type;

  /* A message within a message may be encoded by nobody. */
  if (type == NULL || !g_regex_match_simple ("^[a-z0-9.+-]+/[a-z0-9.+-]+$", type, G_REGEX_CASELESS, 0) ||
      g_ascii_strncasecmp (type, "message/", 8) == 0 || g_ascii_strncasecmp (type, "multipart/", 10) == 0)
    type = "application/octet-stream";
  camel_mime_part_set_content (part, data != NULL ? data : "", (int)size, type);
  camel_medium_set_header (CAMEL_MEDIUM (part), "Content-Disposition", disposition);
  camel_mime_part_set_encoding (part, CAMEL_TRANSFER_ENCODING_BASE64);
  return part;
}

/* Text alone, or with its HTML, or all of it with attachments. */
static void
set_content (CamelMimeMessage *mime, const char *text, const char *html, const GPtrArray *attachments)
{
  g_autofree char *words = text == NULL ? satchel_html_to_text (html) : NULL;
  CamelMimePart *body = make_text (text != NULL ? text : words, "text/plain; charset=utf-8");

  if (html != NULL) {
    CamelMultipart *both = make_multipart ("multipart/alternative");

    add_part (both, body);
    add_part (both, make_text (html, "text/html; charset=utf-8"));
    body = camel_mime_part_new ();
    camel_medium_set_content (CAMEL_MEDIUM (body), CAMEL_DATA_WRAPPER (both));
    g_object_unref (both);
  }
  if (attachments != NULL && attachments->len > 0) {
    CamelMultipart *all = make_multipart ("multipart/mixed");

    add_part (all, body);
    for (guint i = 0; i < attachments->len; i++)
      add_part (all, make_attachment (attachments->pdata[i]));
    camel_medium_set_content (CAMEL_MEDIUM (mime), CAMEL_DATA_WRAPPER (all));
    g_object_unref (all);
    return;
  }
  camel_medium_set_content (CAMEL_MEDIUM (mime), camel_medium_get_content (CAMEL_MEDIUM (body)));
  if (html == NULL)
    camel_mime_part_set_encoding (CAMEL_MIME_PART (mime), CAMEL_TRANSFER_ENCODING_QUOTEDPRINTABLE);
  g_object_unref (body);
}

static void
set_head (SatchelSession *session, SatchelOutgoing *outgoing, const SatchelOutgoingFrom *from,
          const char *subject)
{
  g_autofree char *clean = satchel_message_clean_line (subject, MOST_SUBJECT_CHARS);
  g_autofree char *encoded = encode_words (clean != NULL ? clean : "");
  g_autofree char *person = satchel_message_clean_line (from->person, MOST_NAME_CHARS);
  const gint64 now_ms = satchel_clock_now_ms (satchel_session_get_clock (session));
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_ms / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  const int minutes = (int)(g_date_time_get_utc_offset (local) / G_TIME_SPAN_MINUTE);

  camel_internet_address_add (outgoing->from, person, from->address);
  set_addresses (outgoing->mime, "From", outgoing->from);
  camel_medium_set_header (CAMEL_MEDIUM (outgoing->mime), "Subject", encoded);
  camel_mime_message_set_date (outgoing->mime, (time_t)(now_ms / 1000), minutes / 60 * 100 + minutes % 60);
  camel_mime_message_set_message_id (outgoing->mime, outgoing->message_id);
  if (from->reply_to != NULL && satchel_mail_address_is_good (from->reply_to)) {
    g_autoptr (CamelInternetAddress) reply_to = camel_internet_address_new ();

    camel_internet_address_add (reply_to, NULL, from->reply_to);
    camel_mime_message_set_reply_to (outgoing->mime, reply_to);
  }
}

/* The Message-IDs of those before it, as the record names them: nothing else can stand in these headers. */
static void
set_thread (CamelMimeMessage *mime, const char *name, const char *ids)
{
  g_auto (GStrv) list = ids != NULL ? g_strsplit_set (ids, " \t\r\n", -1) : NULL;
  g_autoptr (GString) value = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; list != NULL && list[i] != NULL && n < SATCHEL_MAX_MESSAGE_REFERENCES; i++) {
    g_autofree char *id = satchel_message_id_normalise (list[i]);

    if (id == NULL || !g_str_is_ascii (id) || strpbrk (id, "<>") != NULL)
      continue;
    g_string_append_printf (value, "%s<%s>", n++ > 0 ? "\n " : "", id);
  }
  if (n > 0)
    camel_medium_set_header (CAMEL_MEDIUM (mime), name, value->str);
}

static gboolean
set_recipients (SatchelSession *session, SatchelOutgoing *outgoing, const SatchelRecord *email,
                GError **error)
{
  static const char *const kinds[][2] = { { "to", CAMEL_RECIPIENT_TYPE_TO },
                                          { "cc", CAMEL_RECIPIENT_TYPE_CC },
                                          { "bcc", CAMEL_RECIPIENT_TYPE_BCC } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (CamelInternetAddress) list = camel_internet_address_new ();

    if (!add_parties (session, email, kinds[i][0], list, outgoing->recipients, error))
      return FALSE;
    if (camel_address_length (CAMEL_ADDRESS (list)) > 0)
      set_addresses (outgoing->mime, kinds[i][1], list);
  }
  if (camel_address_length (CAMEL_ADDRESS (outgoing->recipients)) > 0)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("there is nobody to send it to"));
  return FALSE;
}

static gboolean
write_bytes (SatchelOutgoing *outgoing, GError **error)
{
  g_autoptr (CamelStream) stream = camel_stream_mem_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  camel_stream_mem_set_byte_array (CAMEL_STREAM_MEM (stream), bytes);
  if (camel_data_wrapper_write_to_stream_sync (CAMEL_DATA_WRAPPER (outgoing->mime), stream, NULL, error) < 0)
    return FALSE;
  outgoing->bytes = g_bytes_new (bytes->data, bytes->len);
  if (bytes->len <= SATCHEL_MAX_OUTGOING_BYTES)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                       _ ("with its attachments the message is larger than mail servers take"));
  return FALSE;
}

/* Where the sender's address is: what is unique there is unique. */
static char *
make_message_id (SatchelSession *session, const char *address)
{
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));

  return g_strconcat (id, strrchr (address, '@'), NULL);
}

SatchelOutgoing *
satchel_outgoing_compose (SatchelSession *session, const SatchelRecord *email,
                          const SatchelOutgoingFrom *from, const GPtrArray *attachments,
                          const char *message_id, GError **error)
{
  g_autoptr (SatchelOutgoing) outgoing = g_new0 (SatchelOutgoing, 1);
  const char *text = get_string (email, "body_text"), *html = get_string (email, "body_html");
  gsize size = 0;

  if (!satchel_mail_address_is_good (from->address)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” is no address that mail goes to"),
                 from->address);
    return NULL;
  }
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    size += g_bytes_get_size (((SatchelMailAttachment *)attachments->pdata[i])->bytes);
  if (size > SATCHEL_MAX_OUTGOING_BYTES) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                         _ ("with its attachments the message is larger than mail servers take"));
    return NULL;
  }
  outgoing->message_id =
      message_id != NULL ? g_strdup (message_id) : make_message_id (session, from->address);
  outgoing->mime = camel_mime_message_new ();
  outgoing->from = camel_internet_address_new ();
  outgoing->recipients = camel_internet_address_new ();
  set_head (session, outgoing, from, get_string (email, "subject"));
  set_thread (outgoing->mime, "In-Reply-To", get_string (email, "in_reply_to"));
  set_thread (outgoing->mime, "References", get_string (email, "references"));
  if (!set_recipients (session, outgoing, email, error))
    return NULL;
  set_content (outgoing->mime, text != NULL || html != NULL ? text : "", html, attachments);
  return write_bytes (outgoing, error) ? g_steal_pointer (&outgoing) : NULL;
}

/* ---- mailto: ---- */

static void
append_list (GString *uri, CamelInternetAddress *list)
{
  const char *address;

  for (int i = 0; camel_internet_address_get (list, i, NULL, &address); i++) {
    if (i > 0)
      g_string_append_c (uri, ',');
    g_string_append_uri_escaped (uri, address, "@", FALSE);
  }
}

static void
append_field (GString *uri, char *separator, const char *name, const char *value)
{
  g_auto (GStrv) lines = value != NULL ? g_strsplit (value, "\n", -1) : NULL;
  g_autofree char *text = lines != NULL ? g_strjoinv ("\r\n", lines) : NULL;

  if (text == NULL || *text == '\0')
    return;
  g_string_append_printf (uri, "%c%s=", *separator, name);
  g_string_append_uri_escaped (uri, text, "@,", FALSE);
  *separator = '&';
}

char *
satchel_outgoing_to_uri (SatchelSession *session, const SatchelRecord *email, GError **error)
{
  g_autoptr (CamelInternetAddress) to = camel_internet_address_new (), cc = camel_internet_address_new (),
                                   all = camel_internet_address_new ();
  g_autoptr (GString) uri = g_string_new ("mailto:"), copies = g_string_new (NULL);
  g_autofree char *subject = satchel_message_clean_line (get_string (email, "subject"), MOST_SUBJECT_CHARS);
  const char *html = get_string (email, "body_html"), *text = get_string (email, "body_text");
  g_autofree char *words = text == NULL && html != NULL ? satchel_html_to_text (html) : NULL;
  const char *address;
  char separator = '?';

  if (!add_parties (session, email, "to", to, all, error) ||
      !add_parties (session, email, "cc", cc, all, error))
    return NULL;
  append_list (uri, to);
  for (int i = 0; camel_internet_address_get (cc, i, NULL, &address); i++)
    g_string_append_printf (copies, "%s%s", i > 0 ? "," : "", address);
  append_field (uri, &separator, "cc", copies->str);
  append_field (uri, &separator, "subject", subject);
  append_field (uri, &separator, "body", text != NULL ? text : words);
  if (uri->len <= MOST_URI_BYTES)
    return g_string_free (g_steal_pointer (&uri), FALSE);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                       _ ("the text is too long to be handed to another program"));
  return NULL;
}
