/* Templates of mail: fields, ways along lookups, forms of values, and what strangers write into their names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/template.h"

#include <locale.h>
#include <string.h>

#include "protocol/error.h"

typedef struct {
  SatchelRegistry *registry;
  SatchelRecord *contact, *account, *me;
  SatchelRecordSource source;
  SatchelTemplateContext context;
} World;

#define ACCOUNT "00000000-0000-7000-8000-000000000001"

static void
set (SatchelRecord *record, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelValue) value = NULL;

  g_assert_true (
      satchel_value_from_text (satchel_entity_find_field (record->entity, name), text, &value, &error));
  g_assert_no_error (error);
  satchel_record_set_by_name (record, name, value);
}

static const SatchelRecord *
find (const char *entity, const char *id, gpointer data)
{
  World *world = data;

  return g_str_equal (entity, "account") && g_str_equal (id, ACCOUNT) ? world->account : NULL;
}

static char *
name (const char *entity, const char *id G_GNUC_UNUSED, gpointer data)
{
  World *world = data;

  return g_str_equal (entity, "account") ? satchel_record_dup_title (world->account) : NULL;
}

static void
set_up (World *world)
{
  world->registry = satchel_registry_builtin ();
  world->contact = satchel_record_new (satchel_registry_find (world->registry, "contact"), "c");
  world->account = satchel_record_new (satchel_registry_find (world->registry, "account"), ACCOUNT);
  world->me = satchel_record_new (satchel_registry_find (world->registry, "user"), "u");
  set (world->contact, "first_name", "Ana");
  set (world->contact, "account", ACCOUNT);
  set (world->account, "name", "Acme & Söhne");
  set (world->account, "city", "Cluj");
  set (world->me, "name", "Ion Pop");
  world->source = (SatchelRecordSource){ .find = find, .data = world };
  world->context = (SatchelTemplateContext){ .registry = world->registry,
                                             .record = world->contact,
                                             .me = world->me,
                                             .source = &world->source,
                                             .name = name,
                                             .name_data = world };
}

static void
tear_down (World *world)
{
  satchel_record_free (world->contact);
  satchel_record_free (world->account);
  satchel_record_free (world->me);
}

static void
check (World *world, SatchelTemplateKind kind, const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *got = satchel_template_expand (&world->context, text, kind, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, expected);
  g_assert_true (satchel_template_check (world->registry, world->contact->entity, text, &error));
  g_assert_no_error (error);
}

static void
check_refused (World *world, const char *text, const char *reason)
{
  g_autoptr (GError) error = NULL, other = NULL;
  char *got = satchel_template_expand (&world->context, text, SATCHEL_TEMPLATE_TEXT, &error);

  g_assert_null (got);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  if (strstr (error->message, reason) == NULL)
    g_test_fail_printf ("“%s” is refused as “%s”", text, error->message);
  g_assert_false (satchel_template_check (world->registry, world->contact->entity, text, &other));
  g_assert_cmpstr (other->message, ==, error->message);
}

static void
test_fields (void)
{
  World world;

  set_up (&world);
  check (&world, SATCHEL_TEMPLATE_TEXT, NULL, "");
  check (&world, SATCHEL_TEMPLATE_TEXT, "No field", "No field");
  check (&world, SATCHEL_TEMPLATE_TEXT, "Dear {{first_name}},\n{{me.name}}", "Dear Ana,\nIon Pop");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{ first_name }}{{first_name}}", "AnaAna");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{account}} in {{account.city}}", "Acme & Söhne in Cluj");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{account.parent.name|none}} {{account.street|no street}}",
         "none no street");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{middle_name}}{{middle_name|}}{{middle_name|M.}}", "M.");
  check (&world, SATCHEL_TEMPLATE_TEXT, "a } b }} c { d", "a } b }} c { d");
  world.context.me = NULL;
  world.context.source = NULL;
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{me.name|I}} {{account.city|there}}", "I there");
  tear_down (&world);
}

static void
test_forms (void)
{
  World world;
  const char *before = setlocale (LC_ALL, NULL);

  g_assert_nonnull (before);
  set_up (&world);
  set (world.contact, "birthday", "1990-02-03");
  set (world.contact, "club_member", "yes");
  set (world.contact, "status", "active");
  set (world.account, "revenue", "1234567.5");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{birthday}} {{club_member}} {{status}}", "02/03/90 yes Active");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{account.revenue}}", "1234567.50");
  if (setlocale (LC_ALL, "de_DE.UTF-8") != NULL)
    check (&world, SATCHEL_TEMPLATE_TEXT, "{{birthday}} {{account.revenue}}", "03.02.1990 1.234.567,50");
  setlocale (LC_ALL, "C");
  tear_down (&world);
}

static void
test_refused (void)
{
  World world;
  g_autofree char *lengthy = g_strnfill (400, 'x'), *path = g_strdup_printf ("{{%s}}", lengthy);

  set_up (&world);
  check_refused (&world, "Dear {{frist_name}}", "line 1, column 6: ");
  check_refused (&world, "é\n\n  {{frist_name}}", "line 3, column 3: ");
  check_refused (&world, "{{frist_name}}", "frist_name");
  check_refused (&world, "{{first_name", "without");
  check_refused (&world, "{{}}", "line 1, column 1");
  check_refused (&world, "{{|Customer}}", "line 1, column 1");
  check_refused (&world, "{{first_name.name}}", "lookup");
  check_refused (&world, "{{me.nonsense}}", "nonsense");
  check_refused (&world, "{{photo}}", "photo");
  check_refused (&world, "{{ {{first_name}} }}", "line 1");
  check_refused (&world, "{{exists task}}", "line 1");
  check_refused (&world, path, "too long");
  check_refused (&world, "\xff{{first_name}}", "UTF-8");
  tear_down (&world);
}

/* ---- strangers ---- */

static void
test_strangers (void)
{
  World world;

  set_up (&world);
  set (world.contact, "first_name", "{{me.name}}");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{first_name}}", "{{me.name}}");
  set (world.contact, "first_name", "{{first");
  set (world.contact, "last_name", "_name}}");
  check (&world, SATCHEL_TEMPLATE_TEXT, "{{first_name}}{{last_name}}", "{{first_name}}");
  set (world.contact, "first_name", "<b onclick='x'>\"&");
  check (&world, SATCHEL_TEMPLATE_HTML, "<a title=\"{{first_name}}\">{{account.name}}</a>",
         "<a title=\"&lt;b onclick=&apos;x&apos;&gt;&quot;&amp;\">Acme &amp; Söhne</a>");
  tear_down (&world);
}

/* No line end of whatever kind, wherever it comes from, ends a header. */
static void
test_headers (void)
{
  static const char *const ends[] = {
    "\n", "\r", "\r\n", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\x0b"
  };
  World world;

  set_up (&world);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autofree char *value = g_strconcat ("Ana", ends[i], "Bcc: all@example.com", NULL);
    g_autofree char *text = g_strconcat ("Hello", ends[i], " {{first_name}}", NULL);
    g_autoptr (SatchelValue) held = satchel_value_new_string (value);
    g_autoptr (GError) error = NULL;
    g_autofree char *got = NULL;

    satchel_record_set_by_name (world.contact, "first_name", held);
    got = satchel_template_expand (&world.context, text, SATCHEL_TEMPLATE_LINE, &error);
    g_assert_no_error (error);
    for (const char *at = got; *at != '\0'; at = g_utf8_next_char (at))
      g_assert_true (g_unichar_isprint (g_utf8_get_char (at)));
    g_assert_true (g_str_has_suffix (got, "Bcc: all@example.com"));
  }
  tear_down (&world);
}

static void
test_huge (void)
{
  World world;
  g_autofree char *value = g_strnfill (190000, 'x');
  g_autoptr (SatchelValue) held = satchel_value_new_string (value);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  char *got;

  set_up (&world);
  satchel_record_set_by_name (world.contact, "description", held);
  for (guint i = 0; i < 500; i++)
    g_string_append (text, "{{description}}");
  got = satchel_template_expand (&world.context, text->str, SATCHEL_TEMPLATE_TEXT, &error);
  g_assert_null (got);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  for (guint i = 0; i < 600; i++)
    g_string_append (text, "{{last_name}}");
  g_assert_false (satchel_template_check (world.registry, world.contact->entity, text->str, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  tear_down (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template/fields", test_fields);
  g_test_add_func ("/template/forms", test_forms);
  g_test_add_func ("/template/refused", test_refused);
  g_test_add_func ("/template/strangers", test_strangers);
  g_test_add_func ("/template/headers", test_headers);
  g_test_add_func ("/template/huge", test_huge);
  return g_test_run ();
}
