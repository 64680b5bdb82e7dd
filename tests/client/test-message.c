/* Messages as values: real ones that broke other programs, hostile ones, and what a mail program's features
 * come to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/message.h"

#include <string.h>

#include "client/mail/html.h"
#include "protocol/error.h"
#include "protocol/value.h"

static SatchelMessage *
read_text (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return satchel_message_read (bytes, error);
}

static SatchelMessage *
must_read (const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelMessage *message = read_text (text, &error);

  g_assert_no_error (error);
  return message;
}

/* ---- all files ---- */

static void
print_addresses (GString *out, const char *label, const GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++) {
    const SatchelMailAddress *address = list->pdata[i];

    g_string_append_printf (out, "  %s: %s <%s>\n", label, address->name != NULL ? address->name : "",
                            address->address);
  }
}

static void
print_text (GString *out, const char *label, const char *text)
{
  g_autofree char *start = NULL, *escaped = NULL;

  if (text == NULL)
    return;
  start = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 80));
  escaped = g_strescape (start, NULL);
  g_string_append_printf (out, "  %s: %ld \"%s\"\n", label, g_utf8_strlen (text, -1), escaped);
}

static void
print_message (GString *out, const SatchelMessage *message)
{
  g_autofree char *sent = satchel_instant_to_text (message->sent_ms);
  g_autofree char *received = satchel_instant_to_text (message->received_ms);

  g_string_append_printf (out, "  id: %s\n  subject: %s\n  sent: %s\n  received: %s\n", message->message_id,
                          message->subject != NULL ? message->subject : "-", sent, received);
  if (message->in_reply_to != NULL)
    g_string_append_printf (out, "  in-reply-to: %s\n", message->in_reply_to);
  for (guint i = 0; message->references[i] != NULL; i++)
    g_string_append_printf (out, "  reference: %s\n", message->references[i]);
  print_addresses (out, "from", message->from);
  print_addresses (out, "to", message->to);
  print_addresses (out, "cc", message->cc);
  print_addresses (out, "bcc", message->bcc);
  print_text (out, "text", message->text);
  print_text (out, "html", message->html);
  for (guint i = 0; i < message->attachments->len; i++) {
    const SatchelMailAttachment *attachment = message->attachments->pdata[i];

    g_string_append_printf (out, "  attachment: \"%s\" %s %zu%s\n", attachment->name, attachment->media_type,
                            g_bytes_get_size (attachment->bytes), attachment->is_inline ? " inline" : "");
  }
  g_string_append_printf (out, "  flags: %d\n", message->flags);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
test_files (void)
{
  g_autofree char *golden = g_build_filename (FIXTURES, "mail", "expected.txt", NULL);
  g_autofree char *folder = g_path_get_dirname (golden);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *expected = NULL;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".eml"))
      g_ptr_array_add (names, g_strdup (name));
  g_assert_cmpuint (names->len, ==, 49);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
    g_autofree char *content = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelMessage) message = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &content, &size, NULL));
    bytes = g_bytes_new_take (g_steal_pointer (&content), size);
    message = satchel_message_read (bytes, &error);
    g_string_append_printf (out, "%s\n", (char *)names->pdata[i]);
    if (message != NULL)
      print_message (out, message);
    else
      g_string_append_printf (out, "  refused: %s\n", error->message);
  }
  if (g_getenv ("SATCHEL_UPDATE_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (golden, out->str, (gssize)out->len, NULL));
  g_assert_true (g_file_get_contents (golden, &expected, NULL, NULL));
  g_assert_cmpstr (out->str, ==, expected);
}

/* ---- what is one message ---- */

static void
test_ids (void)
{
  static const struct {
    const char *text, *id;
  } cases[] = {
    { "<a@b>", "a@b" },
    { "  <a@b> (comment)", "a@b" },
    { "a@b", "a@b" },
    { "a@b trailing words", "a@b" },
    { "<a\r\n @b>", "a@b" },
    { "In reply to your message of Monday <a@b>", "a@b" },
    { "<A@B>", "A@B" },
    { "<unclosed@b", "unclosed@b" },
    { "", NULL },
    { "<>", NULL },
    { "   ", NULL },
    { "<a\001b@c>", NULL },
    { "<\xff@c>", NULL },
    { NULL, NULL },
  };
  g_autofree char *endless = g_strnfill (2000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = satchel_message_id_normalise (cases[i].text);

    g_assert_cmpstr (id, ==, cases[i].id);
  }
  g_assert_null (satchel_message_id_normalise (endless));
}

/* What the servers on the way add makes no other message. */
static void
test_made_id (void)
{
  g_autoptr (SatchelMessage) one =
      must_read ("From: a@b.c\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n\r\ntext\r\n");
  g_autoptr (SatchelMessage) same =
      must_read ("Received: from x by y; Mon, 1 Jan 2024 10:00:05 +0000\nFrom: a@b.c\n"
                 "Subject: x\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n\ntext\n");
  g_autoptr (SatchelMessage) other =
      must_read ("From: a@b.c\nSubject: x\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n\nother\n");

  g_assert_cmpint (one->flags, ==, SATCHEL_MESSAGE_NO_ID);
  g_assert_cmpstr (one->message_id, ==, same->message_id);
  g_assert_cmpstr (one->message_id, !=, other->message_id);
  g_assert_cmpint (same->received_ms - same->sent_ms, ==, 5000);
}

static void
test_references (void)
{
  g_autoptr (GString) text = g_string_new ("From: a@b.c\nReferences: <first@x>");
  g_autoptr (SatchelMessage) message = NULL;
  guint n;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "\n <%u@x>", i % 900);
  g_string_append (text, "\n\n");
  message = must_read (text->str);
  n = g_strv_length (message->references);
  g_assert_cmpuint (n, ==, SATCHEL_MAX_MESSAGE_REFERENCES);
  g_assert_cmpstr (message->references[0], ==, "first@x");
  g_assert_cmpstr (message->references[n - 1], ==, "899@x");
}

/* ---- people ---- */

static void
test_addresses (void)
{
  g_autoptr (SatchelMessage) message =
      must_read ("From: =?utf-8?q?Ana_P=C3=B6p?= <Ana@EXAMPLE.Com>\nTo: \"Pop, Ion\" <ion@x.ro>, ION@x.ro, "
                 "undisclosed-recipients:;, "
                 "no address, <@x>\nCc: group: a@x.ro, \"x:y; z\" <b@x.ro>;, c@x.ro (a, b: (c);)\n\n");
  const SatchelMailAddress *from = message->from->pdata[0];
  g_autoptr (GString) many = g_string_new ("From: a@b.c\nTo: x@y.z");
  g_autoptr (SatchelMessage) crowd = NULL;
  static const struct {
    const char *text, *name, *address;
  } cases[] = {
    { "ana@x.ro", NULL, "ana@x.ro" },
    { "Ana Pop <ana@x.ro>", "Ana Pop", "ana@x.ro" },
    { "\"Pop, Ana\" <ana@X.ro>", "Pop, Ana", "ana@x.ro" },
    { "Ana Pop", NULL, NULL },
    { "<ana>", NULL, NULL },
    { "", NULL, NULL },
  };

  g_assert_cmpstr (from->name, ==, "Ana Pöp");
  g_assert_cmpstr (from->address, ==, "Ana@example.com");
  g_assert_cmpuint (message->to->len, ==, 1);
  g_assert_cmpuint (message->cc->len, ==, 3);
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, ", \"Person %u\" <p%u@example.com>", i, i);
  g_string_append (many, "\n\n");
  crowd = must_read (many->str);
  g_assert_cmpuint (crowd->to->len, ==, SATCHEL_MAX_MESSAGE_ADDRESSES);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    SatchelMailAddress *address = satchel_mail_address_read (cases[i].text);

    g_assert_cmpstr (address != NULL ? address->address : NULL, ==, cases[i].address);
    g_assert_cmpstr (address != NULL ? address->name : NULL, ==, cases[i].name);
    satchel_mail_address_free (address);
  }
}

/* ---- the body ---- */

/* "From :", as RFC 822 had it. */
static void
test_old_headers (void)
{
  g_autoptr (SatchelMessage) message =
      must_read ("From  : a@b.c\r\nSubject\t: x : y\r\n  folded : on\r\n\r\nTo : the body\r\n");

  g_assert_cmpuint (message->from->len, ==, 1);
  g_assert_cmpuint (message->to->len, ==, 0);
  g_assert_cmpstr (message->subject, ==, "x : y folded : on");
  g_assert_cmpstr (message->text, ==, "To : the body\n");
}

#define PARTS(type, ...)                                                                                     \
  "From: a@b.c\nMIME-Version: 1.0\nContent-Type: " type "; boundary=B\n\n" __VA_ARGS__ "--B--\n"
#define PART(headers, body) "--B\n" headers "\n\n" body "\n"

static void
test_body (void)
{
  g_autoptr (SatchelMessage) both =
      must_read (PARTS ("multipart/alternative", PART ("Content-Type: text/plain", "plain")
                                                     PART ("Content-Type: text/html", "<p>html")));
  g_autoptr (SatchelMessage) html =
      must_read (PARTS ("multipart/mixed", PART ("Content-Type: text/html",
                                                 "<p>Hello <b>there</b> &amp; you<script>x</script>")));
  g_autoptr (SatchelMessage) list =
      must_read (PARTS ("multipart/mixed", PART ("Content-Type: text/plain", "words")
                                               PART ("Content-Type: text/plain", "footer")));
  g_autoptr (SatchelMessage) latin =
      must_read ("From: a@b.c\nContent-Type: text/plain; charset=iso-8859-1\n"
                 "Content-Transfer-Encoding: quoted-printable\n\n=80 5 caf=E9 =01\n");
  g_autoptr (SatchelMessage) empty = must_read ("From: a@b.c\nSubject: only this\n\n \n");

  g_assert_cmpstr (both->text, ==, "plain");
  g_assert_cmpstr (both->html, ==, "<p>html");
  g_assert_cmpstr (html->text, ==, "Hello there & you");
  g_assert_cmpint (html->flags & SATCHEL_MESSAGE_TEXT_FROM_HTML, !=, 0);
  g_assert_cmpstr (list->text, ==, "words\nfooter");
  g_assert_cmpuint (list->attachments->len, ==, 0);
  g_assert_cmpstr (latin->text, ==, "€ 5 café \n");
  g_assert_null (empty->text);
}

static const SatchelMailAttachment *
attachment_of (const SatchelMessage *message, guint index)
{
  g_assert_cmpuint (index, <, message->attachments->len);
  return message->attachments->pdata[index];
}

static void
test_attachments (void)
{
  g_autoptr (SatchelMessage) message = must_read (PARTS (
      "multipart/mixed",
      PART ("Content-Type: text/plain", "text")
          PART ("Content-Type: application/pdf; name=\"../../etc/pass\"\nContent-Transfer-Encoding: base64",
                "aGVsbG8=")
              PART ("Content-Disposition: attachment; filename=\"a.txt\"\nContent-Type: text/plain", "one")
                  PART ("Content-Disposition: attachment; filename=\"A.TXT\"\nContent-Type: text/plain",
                        "two") PART ("Content-Disposition: attachment; filename=\".bashrc\"", "x")
                      PART ("Content-Type: message/rfc822", "From: other@b.c\nSubject: within\n\nbody")));
  const SatchelMailAttachment *pdf = attachment_of (message, 0);

  g_assert_cmpstr (message->text, ==, "text");
  g_assert_cmpstr (pdf->name, ==, "pass");
  g_assert_cmpstr (pdf->media_type, ==, "application/pdf");
  g_assert_cmpmem (g_bytes_get_data (pdf->bytes, NULL), g_bytes_get_size (pdf->bytes), "hello", 5);
  g_assert_cmpstr (attachment_of (message, 1)->name, ==, "a.txt");
  g_assert_cmpstr (attachment_of (message, 2)->name, ==, "A (2).TXT");
  g_assert_cmpstr (attachment_of (message, 3)->name, ==, "bashrc");
  g_assert_cmpstr (attachment_of (message, 4)->name, ==, "message.eml");
  g_assert_cmpstr (attachment_of (message, 4)->media_type, ==, "message/rfc822");
}

/* What was encrypted is text of nobody's; what was signed is. */
static void
test_security (void)
{
  g_autoptr (SatchelMessage) pgp =
      must_read (PARTS ("multipart/encrypted", PART ("Content-Type: application/pgp-encrypted", "Version: 1")
                                                   PART ("Content-Type: application/octet-stream",
                                                         "-----BEGIN PGP MESSAGE-----\nsecret")));
  g_autoptr (SatchelMessage) inline_pgp =
      must_read ("From: a@b.c\n\n-----BEGIN PGP MESSAGE-----\nsecret\n-----END PGP MESSAGE-----\n");
  g_autoptr (SatchelMessage) smime = must_read (
      "From: a@b.c\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
      "Content-Transfer-Encoding: base64\n\nc2VjcmV0\n");
  g_autoptr (SatchelMessage) hidden =
      must_read (PARTS ("multipart/encrypted", PART ("Content-Type: text/plain", "decoy")
                                                   PART ("Content-Type: text/html", "<p>decoy")));
  g_autoptr (SatchelMessage) signed_text =
      must_read (PARTS ("multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha1",
                        PART ("Content-Type: text/plain", "open words")
                            PART ("Content-Type: application/pgp-signature", "sig")));
  const SatchelMessage *const closed[] = { pgp, inline_pgp, smime, hidden };

  for (gsize i = 0; i < G_N_ELEMENTS (closed); i++) {
    g_assert_cmpint (closed[i]->flags & SATCHEL_MESSAGE_ENCRYPTED, !=, 0);
    g_assert_null (closed[i]->text);
    g_assert_null (closed[i]->html);
    g_assert_cmpuint (closed[i]->attachments->len, >, 0);
  }
  g_assert_cmpint (signed_text->flags, ==, SATCHEL_MESSAGE_SIGNED | SATCHEL_MESSAGE_NO_ID);
  g_assert_cmpstr (g_strchomp (signed_text->text), ==, "open words");
  g_assert_true (attachment_of (signed_text, 0)->is_inline);
}

static void
test_html (void)
{
  static const struct {
    const char *html, *text;
  } cases[] = {
    { "", "" },
    { "plain   words\n and more", "plain words and more" },
    { "a<br>b<br><br>c", "a\nb\n\nc" },
    { "<p>one</p><p>two</p>", "one\n\ntwo" },
    { "<ul><li>x<li>y</ul>", "x\ny" },
    { "<!-- <b>no</b> -->yes", "yes" },
    { "<style>p{}</style><SCRIPT>if (a<b)</SCRIPT>text", "text" },
    { "1 < 2 &lt; 3 &amp;amp; &bogus; &#65;&#x42;&#1;&#99999999;",
      "1 < 2 < 3 &amp; &bogus; AB&#1;&#99999999;" },
    { "<a href=\"x>y\">link</a>", "link" },
    { "end <", "end <" },
    { "<unclosed", "" },
    { "<script>", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = satchel_html_to_text (cases[i].html);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* ---- refused ---- */

static void
assert_refused (GBytes *bytes, SatchelErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (satchel_message_read (bytes, &error));
  g_assert_error (error, SATCHEL_ERROR, (int)code);
  g_assert_cmpuint (strlen (error->message), >, 20);
}

static void
test_no_messages (void)
{
  static const char *const texts[] = { "",
                                       "\n\n",
                                       "hello there, no headers\n\nat all",
                                       "\x89PNG\r\n\x1a\n",
                                       "%PDF-1.4\n1 0 obj\n",
                                       "X-Only: this\n\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));

    assert_refused (bytes, SATCHEL_ERROR_INVALID);
  }
}

/* Neither the depth of a message nor the number of its parts costs more than a look. */
static void
test_hostile (void)
{
  g_autoptr (GString) deep = g_string_new ("From: a@b.c\n");
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autoptr (GString) head = g_string_new ("From: a@b.c\n");
  g_autoptr (GBytes) deep_bytes = NULL, wide_bytes = NULL, head_bytes = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (deep, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  g_string_append (wide, "From: a@b.c\nContent-Type: multipart/mixed; boundary=B\n\n");
  for (guint i = 0; i < 100000; i++)
    g_string_append (wide, "--B\n\nx\n");
  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (head, "X-Header-%u: some words that make it long\n", i);
  deep_bytes = g_bytes_new_static (deep->str, deep->len);
  wide_bytes = g_bytes_new_static (wide->str, wide->len);
  head_bytes = g_bytes_new_static (head->str, head->len);
  assert_refused (deep_bytes, SATCHEL_ERROR_TOO_LARGE);
  assert_refused (wide_bytes, SATCHEL_ERROR_TOO_LARGE);
  assert_refused (head_bytes, SATCHEL_ERROR_TOO_LARGE);
}

/* 5 MB are read while somebody waits for a button. */
static void
test_large (void)
{
  g_autoptr (GString) text =
      g_string_new ("From: a@b.c\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nwords\n--B\n"
                    "Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n");
  g_autoptr (SatchelMessage) message = NULL;
  gint64 started;

  while (text->len < 5 * 1024 * 1024)
    g_string_append (text, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
  g_string_append (text, "--B--\n");
  started = g_get_monotonic_time ();
  message = must_read (text->str);
  g_test_message ("5 MB read in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - started) / 1000);
  g_assert_cmpuint (g_bytes_get_size (attachment_of (message, 0)->bytes), >, 3 * 1024 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Camel warns of what it finds odd about a message, which is no fault of ours. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/message/files", test_files);
  g_test_add_func ("/message/ids", test_ids);
  g_test_add_func ("/message/made-id", test_made_id);
  g_test_add_func ("/message/references", test_references);
  g_test_add_func ("/message/addresses", test_addresses);
  g_test_add_func ("/message/old-headers", test_old_headers);
  g_test_add_func ("/message/body", test_body);
  g_test_add_func ("/message/attachments", test_attachments);
  g_test_add_func ("/message/security", test_security);
  g_test_add_func ("/message/html", test_html);
  g_test_add_func ("/message/no-messages", test_no_messages);
  g_test_add_func ("/message/hostile", test_hostile);
  g_test_add_func ("/message/large", test_large);
  return g_test_run ();
}
