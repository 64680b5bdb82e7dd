/* Contacts as vCards: each field, what is left to stand, and the two laws on random cards and real files:
 * writing what was read changes nothing, reading what was written gives it back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/contact.h"

#include <string.h>

#include "protocol/error.h"
#include "tests/lib/chance.h"

#define ID   "01900000-0000-7000-8000-0000000000c1"
#define ACME "01900000-0000-7000-8000-0000000000a1"

static GBytes *photo; /* what load_file knows */

static char *
dup_title_cb (const char *entity, const char *id, gpointer data)
{
  return g_strcmp0 (id, ACME) == 0 ? g_strdup ("Acme, Inc.") : NULL;
}

static char *
find_account_cb (const char *name, gpointer data)
{
  return g_str_equal (name, "Acme, Inc.") ? g_strdup (ACME) : NULL;
}

static gboolean
keep_file_cb (GBytes *bytes, const char *hash, gpointer data, GError **error)
{
  g_clear_pointer (&photo, g_bytes_unref);
  photo = g_bytes_ref (bytes);
  return TRUE;
}

static GBytes *
load_file_cb (const SatchelValue *file, gpointer data)
{
  return photo != NULL ? g_bytes_ref (photo) : NULL;
}

static SatchelExchange *
make_exchange (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");
  SatchelExchange *x = satchel_exchange_new_pure (satchel_registry_builtin (), zone);

  x->dup_title = dup_title_cb;
  x->find_account = find_account_cb;
  x->keep_file = keep_file_cb;
  x->load_file = load_file_cb;
  return x;
}

static SatchelRecord *
make_record (void)
{
  return satchel_record_new (satchel_registry_find (satchel_registry_builtin (), "contact"), ID);
}

static SatchelRecord *
read_text (const SatchelExchange *x, const char *text)
{
  g_autoptr (EContact) card = e_contact_new_from_vcard (text);
  SatchelRecord *record = make_record ();
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_contact_read (x, card, record, &error));
  g_assert_no_error (error);
  return record;
}

/* As the library writes what it has read. */
static char *
to_text (EContact *card)
{
  e_vcard_get_attributes (E_VCARD (card));
  return e_vcard_to_string (E_VCARD (card), EVC_FORMAT_VCARD_30);
}

static void
assert_field (const SatchelRecord *record, const char *name, const char *expected)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autofree char *text = satchel_value_to_text (field, satchel_record_get (record, field));

  if (!g_str_equal (text, expected))
    g_error ("%s is “%s”, not “%s”", name, text, expected);
}

static void
assert_same (const SatchelRecord *a, const SatchelRecord *b)
{
  for (guint i = 0; satchel_contact_fields ()[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (a->entity, satchel_contact_fields ()[i]);
    g_autofree char *text = satchel_value_to_text (field, satchel_record_get (a, field));

    assert_field (b, field->name, text);
  }
}

/* Both laws at one card. */
static void
assert_laws (const SatchelExchange *x, const SatchelRecord *record, EContact *base)
{
  g_autoptr (EContact) first = satchel_contact_write (x, record, base), second = NULL;
  g_autoptr (SatchelRecord) again = satchel_record_copy (record);
  g_autofree char *text = to_text (first), *once = NULL, *twice = NULL;
  g_autoptr (EContact) parsed = e_contact_new_from_vcard (text);
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_contact_read (x, parsed, again, &error));
  g_assert_no_error (error);
  assert_same (record, again);
  second = satchel_contact_write (x, again, parsed);
  once = to_text (parsed);
  twice = to_text (second);
  g_assert_cmpstr (once, ==, twice);
}

/* ---- fields ---- */

static const char FULL[] =
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-1\r\n"
    "N:Pop;Ana;Maria;Dr.;jr.\r\nFN:Dr. Ana Pop\r\nNICKNAME:Anuța\r\n"
    "ORG:Acme\\, Inc.;Sales;Cluj\r\nTITLE:Buyer\r\nX-EVOLUTION-ASSISTANT:Ion\r\n"
    "EMAIL;TYPE=HOME:home@example.com\r\nEMAIL;TYPE=WORK,PREF:ana@example.com\r\n"
    "EMAIL:not an address\r\nEMAIL:third@example.com\r\nEMAIL:fourth@example.com\r\n"
    "TEL;TYPE=FAX,HOME:1\r\nTEL;TYPE=CELL:+40 2\r\nTEL;TYPE=HOME,VOICE:3\r\nTEL;TYPE=WORK,VOICE:4\r\n"
    "TEL;TYPE=WORK,FAX:5\r\nTEL;TYPE=PAGER:6\r\n"
    "URL:https://example.com/a;b\r\n"
    "ADR;TYPE=HOME:;;Strada 1;Cluj;CJ;400001;Romania\r\n"
    "ADR;TYPE=WORK:PO 7;Floor 2;Main St\\n12;Bucharest;B;010101;Romania\r\n"
    "BDAY:1980-03-22\r\nX-EVOLUTION-ANNIVERSARY:20010405T000000Z\r\n"
    "NOTE:one\\ntwo\\, three\r\nCATEGORIES:VIP,Golf\r\n"
    "PHOTO;TYPE=PNG;ENCODING=b:iVBORw0KGgoAAAANSUhEUg==\r\n"
    "item1.X-ABDATE:1999-01-01\r\nX-SKYPE;TYPE=HOME;X-EVOLUTION-UI-SLOT=1:ana.pop\r\nX-OWN;A=b:kept\r\n"
    "END:VCARD\r\n";

static const struct {
  const char *field, *text;
} EXPECTED[] = {
  { "last_name", "Pop" },
  { "first_name", "Ana" },
  { "middle_name", "Maria" },
  { "salutation", "Dr." },
  { "suffix", "jr." },
  { "nickname", "Anuța" },
  { "job_title", "Buyer" },
  { "assistant", "Ion" },
  { "account", ACME },
  { "department", "Sales" },
  { "email", "ana@example.com" },
  { "email2", "home@example.com" },
  { "email3", "third@example.com" },
  { "phone", "4" },
  { "mobile", "+40 2" },
  { "home_phone", "3" },
  { "fax", "5" },
  { "website", "https://example.com/a;b" },
  { "street", "PO 7, Floor 2, Main St, 12" },
  { "city", "Bucharest" },
  { "state", "B" },
  { "postal_code", "010101" },
  { "country", "Romania" },
  { "other_street", "Strada 1" },
  { "other_city", "Cluj" },
  { "birthday", "1980-03-22" },
  { "anniversary", "2001-04-05" },
  { "description", "one\ntwo, three" },
  { "card_id", "u-1" },
};

static void
test_fields (void)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (SatchelRecord) record = read_text (x, FULL);
  g_autoptr (EContact) base = e_contact_new_from_vcard (FULL), written = NULL;
  g_autofree char *before = to_text (base), *after = NULL;
  const char *hash, *name, *media_type;
  gint64 size;

  for (guint i = 0; i < G_N_ELEMENTS (EXPECTED); i++)
    assert_field (record, EXPECTED[i].field, EXPECTED[i].text);
  satchel_value_get_file (satchel_record_get_by_name (record, "photo"), &hash, &name, &media_type, &size);
  g_assert_cmpstr (media_type, ==, "image/png");
  g_assert_cmpint (size, ==, 16);
  g_assert_cmpuint (x->problems->len, ==, 1); /* the address that is none */
  written = satchel_contact_write (x, record, base);
  after = to_text (written);
  g_assert_cmpstr (before, ==, after);
  assert_laws (x, record, NULL);
}

static void
set_text (SatchelRecord *record, const char *name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_value_from_text (field, text, &value, &error));
  g_assert_no_error (error);
  satchel_record_set (record, field, value);
}

/* One field changes, and nothing else in the card does. */
static void
test_kept (void)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (SatchelRecord) record = read_text (x, FULL);
  g_autoptr (EContact) base = e_contact_new_from_vcard (FULL), written = NULL;
  g_autofree char *text = NULL;

  set_text (record, "mobile", "777");
  set_text (record, "email", "");
  set_text (record, "city", "Iași");
  set_text (record, "tags", "Golf, Tennis");
  written = satchel_contact_write (x, record, base);
  text = to_text (written);
  g_assert_nonnull (strstr (text, "TEL;TYPE=CELL:777"));
  g_assert_null (strstr (text, "ana@example.com"));
  g_assert_nonnull (strstr (text, "not an address"));
  g_assert_nonnull (strstr (text, "fourth@example.com"));
  g_assert_nonnull (strstr (text, "PO 7;Floor 2;Main St\\n12;Iași;B"));
  g_assert_nonnull (strstr (text, "CATEGORIES:Golf,Tennis"));
  g_assert_nonnull (strstr (text, "X-OWN;A=b:kept"));
  g_assert_nonnull (strstr (text, "X-SKYPE;X-EVOLUTION-UI-SLOT=1;TYPE=HOME:ana.pop"));
  g_assert_nonnull (strstr (text, "item1.X-ABDATE:1999-01-01"));
  g_assert_nonnull (strstr (text, "ORG:Acme\\, Inc.;Sales;Cluj"));
  assert_laws (x, record, base);
}

static void
test_names (void)
{
  static const struct {
    const char *card, *last, *first;
  } CASES[] = {
    { "FN:Ana Maria Pop", "Pop", "Ana Maria" },
    { "N:;Cher;;;", "Cher", "" },
    { "FN:王小明", "王小明", "" },
    { "ORG:Acme;Support", "Acme", "" },
    { "EMAIL:who@example.com", "who@example.com", "" },
    { "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg;;;", "Müller", "Jörg" },
    { "N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=BCller;=4A;;;", "Müller", "J" },
  };
  g_autoptr (SatchelExchange) x = make_exchange ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *text =
        g_strdup_printf ("BEGIN:VCARD\r\nVERSION:2.1\r\n%s\r\nEND:VCARD\r\n", CASES[i].card);
    g_autoptr (SatchelRecord) record = read_text (x, text);
    g_autoptr (EContact) base = e_contact_new_from_vcard (text);

    assert_field (record, "last_name", CASES[i].last);
    assert_field (record, "first_name", CASES[i].first);
    assert_laws (x, record, base);
  }
}

static void
test_refused (void)
{
  static const char *const CARDS[] = {
    "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:1\r\nEND:VCARD\r\n",
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:All\r\nX-EVOLUTION-LIST:TRUE\r\nEND:VCARD\r\n",
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:All\r\nKIND:group\r\nEND:VCARD\r\n",
  };
  g_autoptr (SatchelExchange) x = make_exchange ();

  for (guint i = 0; i < G_N_ELEMENTS (CARDS); i++) {
    g_autoptr (EContact) card = e_contact_new_from_vcard (CARDS[i]);
    g_autoptr (SatchelRecord) record = make_record ();
    g_autoptr (GError) error = NULL;

    set_text (record, "city", "Cluj");
    g_assert_false (satchel_contact_read (x, card, record, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    assert_field (record, "city", "Cluj");
  }
}

/* ---- random records over random cards ---- */

static char *
random_word (GRand *random)
{
  static const char *const WORDS[] = { "Ana",       "x;y",   "a,b", "b\\n", "Ünïcode",
                                       "two words", "\"q\"", "=3D", "漢字", "z:z" };

  return g_strdup (WORDS[g_rand_int_range (random, 0, G_N_ELEMENTS (WORDS))]);
}

static void
set_random (GRand *random, SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autofree char *word = random_word (random), *text = NULL;
  int number = g_rand_int_range (random, 1, 28);

  if (field->type == SATCHEL_TYPE_DATE)
    text = g_strdup_printf ("19%02d-05-%02d", number, number);
  else if (field->format == SATCHEL_FORMAT_EMAIL)
    text = g_strdup_printf ("a%d@example.com", number);
  else if (field->format == SATCHEL_FORMAT_PHONE)
    text = g_strdup_printf ("+40 %d", number);
  else if (field->format == SATCHEL_FORMAT_URL)
    text = g_strdup_printf ("https://example.com/%d", number);
  else if (field->type == SATCHEL_TYPE_LOOKUP)
    text = g_strdup (ACME);
  else if (field->type == SATCHEL_TYPE_MULTICHOICE)
    text = g_strdup_printf ("t%d, t%d", number, number + 1);
  else if (field->type != SATCHEL_TYPE_FILE)
    text = g_steal_pointer (&word);
  if (text != NULL)
    set_text (record, name, g_rand_boolean (random) || g_str_equal (name, "last_name") ? text : "");
}

static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (EContact) base = e_contact_new_from_vcard (FULL);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 1000; round++) {
    g_autoptr (SatchelRecord) record = make_record ();
    g_autoptr (EContact) next = NULL;

    g_assert_true (satchel_contact_read (x, base, record, NULL));
    for (int n = g_rand_int_range (random, 0, 6); n >= 0; n--)
      set_random (random, record, satchel_contact_fields ()[g_rand_int_range (random, 0, 34)]);
    assert_laws (x, record, base);
    next = satchel_contact_write (x, record, base);
    g_set_object (&base, next);
  }
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/cards/fields", test_fields);
  g_test_add_func ("/cards/kept", test_kept);
  g_test_add_func ("/cards/names", test_names);
  g_test_add_func ("/cards/refused", test_refused);
  g_test_add_func ("/cards/random", test_random);
  return g_test_run ();
}
