/* A message's body: the text that its sender wrote, and what was attached.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/html.h"
#include "client/mail/message-private.h"
#include "protocol/error.h"

#define MOST_FILE_NAME_CHARS 120
#define MOST_TYPE_CHARS      100

typedef struct {
  SatchelMessage *message;
  GString *text, *html; /* NULL: none yet */
  GHashTable *names;    /* of attachments, folded; owned */
} Reader;

static gboolean read_part (Reader *reader, CamelMimePart *part, gboolean within_related, GError **error);

/* ---- attachments ---- */

static char *
make_name (Reader *reader, CamelMimePart *part, const char *media_type)
{
  g_autofree char *said =
      satchel_message_clean_line (camel_mime_part_get_filename (part), 4 * MOST_FILE_NAME_CHARS);
  g_autofree char *plain = NULL;
  const char *dot;
  glong over;

  if (said != NULL) {
    const char *slash = strrchr (said, '/'), *backslash = strrchr (said, '\\');
    const char *base = MAX (slash, backslash);

    plain = g_strdup (base != NULL ? base + 1 : said);
    /* A file must not hide where it is put. */
    while (*plain == '.' || *plain == ' ')
      memmove (plain, plain + 1, strlen (plain));
  }
  if (plain == NULL || *plain == '\0') {
    g_free (plain);
    plain = g_str_equal (media_type, "message/rfc822")
                ? g_strdup ("message.eml")
                : g_strdup_printf ("part-%u", reader->message->attachments->len + 1);
  }
  over = g_utf8_strlen (plain, -1) - MOST_FILE_NAME_CHARS;
  if (over <= 0)
    return g_steal_pointer (&plain);
  /* The ending says what it is. */
  dot = strrchr (plain, '.');
  if (dot == NULL || g_utf8_strlen (dot, -1) > 10)
    return g_utf8_substring (plain, 0, MOST_FILE_NAME_CHARS);
  {
    g_autofree char *stem = g_utf8_substring (plain, 0, MOST_FILE_NAME_CHARS - g_utf8_strlen (dot, -1));

    return g_strconcat (stem, dot, NULL);
  }
}

/* "a.pdf", "a (2).pdf"… */
static char *
make_unique (Reader *reader, const char *name)
{
  const char *dot = strrchr (name, '.');
  const int stem = dot != NULL && dot != name ? (int)(dot - name) : (int)strlen (name);

  for (guint n = 1;; n++) {
    g_autofree char *tried =
        n == 1 ? g_strdup (name) : g_strdup_printf ("%.*s (%u)%s", stem, name, n, name + stem);

    if (g_hash_table_add (reader->names, g_utf8_casefold (tried, -1)))
      return g_steal_pointer (&tried);
  }
}

static char *
read_type (CamelMimePart *part)
{
  CamelContentType *type = camel_mime_part_get_content_type (part);
  g_autofree char *simple = type != NULL ? camel_content_type_simple (type) : NULL;
  g_autofree char *clean = satchel_message_clean_line (simple, MOST_TYPE_CHARS);

  return clean != NULL ? g_ascii_strdown (clean, -1) : g_strdup ("application/octet-stream");
}

/* Decoded; a message within is as it stands. */
static GBytes *
read_bytes (CamelMimePart *part)
{
  CamelDataWrapper *content = camel_medium_get_content (CAMEL_MEDIUM (part));
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (stream);

  if (content != NULL && (CAMEL_IS_MULTIPART (content) || CAMEL_IS_MIME_MESSAGE (content)))
    camel_data_wrapper_write_to_output_stream_sync (content, stream, NULL, NULL);
  else if (content != NULL)
    camel_data_wrapper_decode_to_output_stream_sync (content, stream, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (memory);
}

static gboolean
add_attachment (Reader *reader, CamelMimePart *part, gboolean is_inline, GError **error)
{
  SatchelMailAttachment *attachment;
  g_autofree char *media_type = read_type (part);
  g_autofree char *name = make_name (reader, part, media_type);

  if (reader->message->attachments->len == SATCHEL_MAX_MESSAGE_ATTACHMENTS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                 _ ("the message has more than %d attachments"), SATCHEL_MAX_MESSAGE_ATTACHMENTS);
    return FALSE;
  }
  attachment = g_new0 (SatchelMailAttachment, 1);
  attachment->name = make_unique (reader, name);
  attachment->media_type = g_steal_pointer (&media_type);
  attachment->bytes = read_bytes (part);
  attachment->is_inline = is_inline;
  g_ptr_array_add (reader->message->attachments, attachment);
  return TRUE;
}

/* ---- text ---- */

/* Programs before PGP/MIME put it into the text. */
static gboolean
has_inline_pgp (const char *text, const char *what)
{
  const char *at = strstr (text, what);

  return at != NULL && (at == text || at[-1] == '\n');
}

static void
append (GString **to, const char *text)
{
  if (*to == NULL) {
    *to = g_string_new (text);
    return;
  }
  if ((*to)->len > 0 && (*to)->str[(*to)->len - 1] != '\n')
    g_string_append_c (*to, '\n');
  g_string_append (*to, text);
}

static gboolean
add_text (Reader *reader, CamelMimePart *part, gboolean is_html, GError **error)
{
  CamelContentType *type = camel_mime_part_get_content_type (part);
  const char *charset = type != NULL ? camel_content_type_param (type, "charset") : NULL;
  g_autoptr (GBytes) bytes = read_bytes (part);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = satchel_message_decode_text (data != NULL ? data : "", size, charset);

  if (!is_html && has_inline_pgp (text, "-----BEGIN PGP MESSAGE-----")) {
    reader->message->flags |= SATCHEL_MESSAGE_ENCRYPTED;
    return add_attachment (reader, part, FALSE, error);
  }
  if (!is_html && has_inline_pgp (text, "-----BEGIN PGP SIGNED MESSAGE-----"))
    reader->message->flags |= SATCHEL_MESSAGE_SIGNED;
  append (is_html ? &reader->html : &reader->text, text);
  return TRUE;
}

/* ---- parts ---- */

static gboolean
is_type (CamelMimePart *part, const char *type, const char *subtype)
{
  CamelContentType *said = camel_mime_part_get_content_type (part);

  return said != NULL && camel_content_type_is (said, type, subtype);
}

static gboolean
is_attached (CamelMimePart *part)
{
  const CamelContentDisposition *disposition = camel_mime_part_get_content_disposition (part);

  if (disposition != NULL && disposition->disposition != NULL &&
      g_ascii_strcasecmp (disposition->disposition, "attachment") == 0)
    return TRUE;
  return camel_mime_part_get_filename (part) != NULL;
}

static gboolean
is_smime (CamelMimePart *part)
{
  return is_type (part, "application", "pkcs7-mime") || is_type (part, "application", "x-pkcs7-mime");
}

/* Signed data carries its text in the clear, enveloped data does not; neither is opened here. */
static void
note_smime (Reader *reader, CamelMimePart *part)
{
  const char *kind = camel_content_type_param (camel_mime_part_get_content_type (part), "smime-type");

  reader->message->flags |= kind != NULL && g_ascii_strcasecmp (kind, "signed-data") == 0
                                ? SATCHEL_MESSAGE_SIGNED
                                : SATCHEL_MESSAGE_ENCRYPTED;
}

static gboolean
is_signature (CamelMimePart *part)
{
  return is_type (part, "application", "pgp-signature") || is_type (part, "application", "pkcs7-signature") ||
         is_type (part, "application", "x-pkcs7-signature");
}

static gboolean
read_multipart (Reader *reader, CamelMimePart *part, CamelMultipart *multipart, GError **error)
{
  const guint n = camel_multipart_get_number (multipart);
  const gboolean encrypted = is_type (part, "multipart", "encrypted");
  const gboolean related = is_type (part, "multipart", "related");

  if (is_type (part, "multipart", "signed"))
    reader->message->flags |= SATCHEL_MESSAGE_SIGNED;
  if (encrypted)
    reader->message->flags |= SATCHEL_MESSAGE_ENCRYPTED;
  for (guint i = 0; i < n; i++) {
    CamelMimePart *child = camel_multipart_get_part (multipart, i);

    if (child != NULL && !(encrypted ? add_attachment (reader, child, FALSE, error)
                                     : read_part (reader, child, related && i > 0, error)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_part (Reader *reader, CamelMimePart *part, gboolean within_related, GError **error)
{
  CamelDataWrapper *content = camel_medium_get_content (CAMEL_MEDIUM (part));

  if (content == NULL)
    return TRUE;
  if (CAMEL_IS_MULTIPART (content))
    return read_multipart (reader, part, CAMEL_MULTIPART (content), error);
  if (is_smime (part))
    note_smime (reader, part);
  else if (!is_attached (part) && is_type (part, "text", "html"))
    return add_text (reader, part, TRUE, error);
  else if (!is_attached (part) &&
           (is_type (part, "text", "plain") || camel_mime_part_get_content_type (part) == NULL))
    return add_text (reader, part, FALSE, error);
  return add_attachment (reader, part, within_related || is_signature (part), error);
}

static gboolean
is_blank (const GString *text)
{
  if (text != NULL)
    for (const char *at = text->str; *at != '\0'; at = g_utf8_next_char (at))
      if (!g_unichar_isspace (g_utf8_get_char (at)))
        return FALSE;
  return TRUE;
}

static char *
finish (GString *text)
{
  if (text == NULL)
    return NULL;
  if (!is_blank (text))
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return NULL;
}

gboolean
satchel_message_read_parts (SatchelMessage *message, CamelMimeMessage *mime, GError **error)
{
  Reader reader = { .message = message };
  gboolean done;

  message->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mail_attachment_free);
  reader.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  done = read_part (&reader, CAMEL_MIME_PART (mime), FALSE, error);
  g_hash_table_unref (reader.names);
  message->text = finish (reader.text);
  message->html = finish (reader.html);
  if (done && message->text == NULL && message->html != NULL) {
    g_autofree char *text = satchel_html_to_text (message->html);

    if (*text != '\0') {
      message->text = g_steal_pointer (&text);
      message->flags |= SATCHEL_MESSAGE_TEXT_FROM_HTML;
    }
  }
  return done;
}
