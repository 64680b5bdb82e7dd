/* Documents, records and lists on paper: pages are counted, and a PDF is made without a display.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/ui/desk.h"
#include "ui/print/compose.h"

/* Kept for whoever wants to look at it: SATCHEL_TEST_KEEP names a folder. */
static void
check_pdf (SatchelPaper *paper, const char *name, guint least_pages)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = satchel_paper_to_pdf (paper, &error);
  const char *folder = g_getenv ("SATCHEL_TEST_KEEP");
  g_autofree char *path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
  cairo_surface_t *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR, NULL);
  cairo_t *cr = cairo_create (surface);
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (pdf, NULL), 5, "%PDF-", 5);
  g_assert_cmpuint (satchel_paper_lay_out (paper, layout, 511, 758), >=, least_pages);
  /* A label printer, a poster: whatever the page, it ends. */
  g_assert_cmpuint (satchel_paper_lay_out (paper, layout, 80, 60), >=, 1);
  g_assert_cmpuint (satchel_paper_lay_out (paper, layout, 3000, 4000), >=, 1);
  if (path != NULL)
    g_assert_true (
        g_file_set_contents (path, g_bytes_get_data (pdf, NULL), (gssize)g_bytes_get_size (pdf), NULL));
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static const SatchelEntity *
find (TestDesk *test, const char *entity)
{
  return satchel_registry_find (satchel_session_get_registry (test->other), entity);
}

static void
test_document (void)
{
  TestDesk test;
  g_autofree char *account = NULL, *quote = NULL, *account_value = NULL, *quote_value = NULL;
  g_autofree char *long_name = NULL;
  g_autoptr (SatchelPaper) paper = NULL;
  g_autoptr (GError) error = NULL;

  test_desk_setup (&test);
  account = test_desk_create (&test, "account", "name", "上海建筑机械有限公司", NULL);
  account_value = g_strconcat ("account:", account, NULL);
  quote = test_desk_create (&test, "quote", "name", "Excavators for the Harbour", "account", account_value,
                            "street", "南京东路 100 号", "city", "上海", "payment_terms", "30 days net",
                            "description", "We thank you for your inquiry.", NULL);
  quote_value = g_strconcat ("quote:", quote, NULL);
  long_name = g_strnfill (280, 'W');
  for (guint i = 0; i < 60; i++) {
    g_autofree char *name =
        g_strdup_printf ("%02u Bucket, 1.2 m³, with teeth and side cutters, yellow", i + 1);

    g_free (test_desk_create (&test, "quote_line", "quote", quote_value, "name",
                              i == 3   ? long_name
                              : i == 4 ? "液压挖掘机铲斗"
                                       : name,
                              "quantity", "1.5", "price", "1234.50", "tax_percent", "19", NULL));
  }
  paper = satchel_compose_record (test.other, find (&test, "quote"), quote, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_paper_get_title (paper), ==, "Excavators for the Harbour");
  check_pdf (paper, "quote.pdf", 2);
  test_desk_teardown (&test);
}

static void
test_record (void)
{
  TestDesk test;
  g_autofree char *id = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SatchelPaper) paper = NULL;
  g_autoptr (GError) error = NULL;

  test_desk_setup (&test);
  for (guint i = 0; i < 400; i++)
    g_string_append_printf (text, "Line %u of what was said on the phone.\n", i);
  id = test_desk_create (&test, "account", "name", "Müller & Söhne <GmbH>", "description", text->str, NULL);
  paper = satchel_compose_record (test.other, find (&test, "account"), id, &error);
  g_assert_no_error (error);
  check_pdf (paper, "record.pdf", 3);
  g_clear_pointer (&paper, satchel_paper_free);
  paper = satchel_compose_record (test.other, find (&test, "account"), "01932f6a-0000-7000-8000-0000000000ff",
                                  &error);
  g_assert_null (paper);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  test_desk_teardown (&test);
}

static void
test_list (void)
{
  TestDesk test;
  const char *const paths[] = { "name", "city", "owner", NULL };
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (SatchelPaper) paper = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SatchelQuery query = { .limit = -1 };
  SatchelPredicateContext context;

  test_desk_setup (&test);
  test_desk_create_accounts (&test, 300);
  query.entity = find (&test, "account");
  satchel_session_get_context (test.other, &context);
  g_assert_true (satchel_replica_list_rows (satchel_session_get_replica (test.other), &query, &context,
                                            cancellable, numbers, &error));
  paper =
      satchel_compose_list (test.other, query.entity, numbers, paths, "All Accounts", cancellable, &error);
  g_assert_no_error (error);
  check_pdf (paper, "list.pdf", 6);
  test_desk_teardown (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/print/document", test_document);
  g_test_add_func ("/print/record", test_record);
  g_test_add_func ("/print/list", test_list);
  return g_test_run ();
}
