/* Saved maps: what is refused and where, and cells that go in and come out equal.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/map.h"

#include <string.h>

#include "client/transfer/cells.h"
#include "client/transfer/dates.h"
#include "protocol/error.h"

static SatchelMap *
read_map (const char *text, GError **error)
{
  return satchel_map_read (satchel_registry_builtin (), "test.xml", text, error);
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    const char *message; /* how it begins */
  } CASES[] = {
    { "<map entity='acount'/>", "test.xml:1:6: no entity “acount”" },
    { "<map entity='account' colour='red'/>", "test.xml:1:23: unknown attribute “colour”" },
    { "<map entity='account'>\n  <column field='name'/></map>",
      "test.xml:2:3: <column> needs the attribute “name”" },
    { "<map entity='account'><column name='A' field='nam'/></map>",
      "test.xml:1:40: no field “nam” in account" },
    { "<map entity='account'><column name='A' field='created_at'/></map>",
      "test.xml:1:40: “created_at” is not a" },
    { "<map entity='account'><column name='A' field='name'/><column name='a'/></map>",
      "test.xml:1:62: the column “a” is there twice" },
    { "<map entity='account'><column name='A' field='name'/><column name='B' field='name'/></map>",
      "test.xml:1:71: “name” is filled twice" },
    { "<map entity='account' key='phone'><column name='A' field='name'/></map>",
      "test.xml:1:23: no column fills the key “phone”" },
    { "<map entity='account'><column name='A' field='parent' lookup='contact.full_name'/></map>",
      "test.xml:1:55: “contact.full_name” is not TARGET.FIELD" },
    { "<map entity='account'><column name='A' field='parent' on-missing='create'/></map>",
      "test.xml:1:55: creating needs lookup" },
    { "<map entity='account'><column name='A' field='parent' on-missing='guess'/></map>",
      "test.xml:1:55: unknown on-missing “guess”" },
    { "<map entity='account'><column name='A' field='listed_on' format='dd-mm'/></map>",
      "test.xml:1:58: “dd-mm” is no date format" },
    { "<map entity='account'><column name='A' field='revenue' decimal=';'/></map>",
      "test.xml:1:56: decimal must be" },
    { "<map entity='account'><column name='A' field='status'><value from='x' to='y'/></column></map>",
      "test.xml:1:71: " },
    { "<map entity='account'><column name='A'><value from='x' to='y'/></column></map>",
      "test.xml:1:40: this belongs into a column or part with a field" },
    { "<map entity='account'><constant field='type' value='nothing'/></map>", "test.xml:1:46: " },
    { "<map entity='account'><column name='A' field='name'><copy field='name'/></column></map>",
      "test.xml:1:59: only a lookup that creates can copy" },
    { "<map entity='account'>", "test.xml:1:" },
    { "", "test.xml:1:" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelMap) map = read_map (CASES[i].text, &error);

    g_assert_null (map);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    if (!g_str_has_prefix (error->message, CASES[i].message))
      g_error ("“%s” instead of “%s”", error->message, CASES[i].message);
  }
}

static void
test_builtin (void)
{
  static const char *const NAMES[] = { "crm-accounts", "crm-products", "crm-sales-pipeline",
                                       "crm-sales-teams", "sp500-companies" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    g_autoptr (SatchelMap) map = satchel_map_load (satchel_registry_builtin (), NAMES[i], &error);

    g_assert_no_error (error);
    g_assert_nonnull (map);
    g_assert_cmpuint (map->key->len, ==, 1);
  }
  g_assert_null (satchel_map_load (satchel_registry_builtin (), "nothing", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "crm-accounts"));
}

static GPtrArray *
make_header (const char *line)
{
  GPtrArray *header = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);

  for (guint i = 0; cells[i] != NULL; i++)
    g_ptr_array_add (header, g_strdup (cells[i]));
  return header;
}

static void
test_recognise (void)
{
  static const struct {
    const char *entity;
    const char *header;
    const char *map;
  } CASES[] = {
    { "account", "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
      "crm-accounts" },
    { "account", "ACCOUNT,Sector,year_established,revenue,employees,office_location,subsidiary_of,more",
      "crm-accounts" },
    { "account", "account,sector,year_established,revenue,employees,office_location", NULL },
    /* Most of the file is something else. */
    { "account",
      "account,sector,year_established,revenue,employees,office_location,subsidiary_of,a,b,c,d,e,f,g", NULL },
    { "account", "name,sector,revenue", NULL },
    { "account", "Symbol,Security,GICS Sector,GICS Sub-Industry,Headquarters Location,Date added,CIK,Founded",
      "sp500-companies" },
    { "contact", "account,sector,year_established,revenue,employees,office_location,subsidiary_of", NULL },
    { "opportunity",
      "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
      "crm-sales-pipeline" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GPtrArray) header = make_header (CASES[i].header);
    SatchelRegistry *registry = satchel_registry_builtin ();
    g_autoptr (SatchelMap) map =
        satchel_map_recognise (registry, satchel_registry_find (registry, CASES[i].entity), header);

    g_assert_cmpstr (map != NULL ? map->name : NULL, ==, CASES[i].map);
  }
}

static void
test_from_header (void)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  const SatchelEntity *account = satchel_registry_find (registry, "account");
  g_autoptr (GPtrArray) header = make_header ("id,Account Name,ANNUAL REVENUE,Colour,city,created_at");
  g_autoptr (GPtrArray) strange = make_header ("a,b,created_at");
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelMap) map = satchel_map_from_header (registry, account, header, &error);

  g_assert_no_error (error);
  g_assert_true (map->by_id);
  g_assert_cmpuint (map->columns->len, ==, 4);
  g_assert_nonnull (satchel_map_find_column (map, "annual revenue"));
  g_assert_null (satchel_map_from_header (registry, account, strange, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

static void
test_dates (void)
{
  static const struct {
    const char *format;
    const char *text;
    const char *iso; /* NULL: no such date */
  } CASES[] = {
    { "dd-mm-yy", "20-10-16", "2016-10-20" },
    { "dd-mm-yy", "01-01-70", "1970-01-01" },
    { "dd-mm-yy", "31-12-69", "2069-12-31" },
    { "d.m.yyyy", "3.7.2016", "2016-07-03" },
    { "d.m.yyyy", "13.12.2016", "2016-12-13" },
    { "mm/dd/yyyy", "07/31/2016", "2016-07-31" },
    { "yyyymmdd", "20160731", "2016-07-31" },
    { "dd-mm-yy", "31-02-16", NULL },
    { "dd-mm-yy", "1-10-16", NULL },
    { "dd-mm-yy", "20-10-2016", NULL },
    { "dd-mm-yy", "20-10-1", NULL },
    { "dd-mm-yy", "2016-10-20", NULL },
    { "dd-mm-yy", "", NULL },
    { "dd-mm-yy", "20.10.16", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *iso = satchel_date_from_format (CASES[i].format, CASES[i].text);
    g_autofree char *text = NULL;

    g_assert_cmpstr (iso, ==, CASES[i].iso);
    if (iso == NULL)
      continue;
    text = satchel_date_to_format (CASES[i].format, iso);
    g_assert_cmpstr (text, ==, CASES[i].text);
  }
  /* Two digits would bring back another century. */
  g_autofree char *old = satchel_date_to_format ("dd-mm-yy", "1950-02-01");
  g_assert_cmpstr (old, ==, "01-02-1950");
  g_assert_false (satchel_date_format_is_valid ("dd-mm"));
  g_assert_false (satchel_date_format_is_valid ("dd-mm-yyy"));
  g_assert_false (satchel_date_format_is_valid ("ddd-mm-yy"));
  g_assert_false (satchel_date_format_is_valid ("dd-dd-mm-yy"));
  g_assert_false (satchel_date_format_is_valid ("md/yyyy"));
  g_assert_false (satchel_date_format_is_valid ("yyyy/m/d1"));
  g_assert_false (satchel_date_format_is_valid ("ddmyyyy"));
  g_assert_true (satchel_date_format_is_valid ("yyyymmd"));
}

/* ---- cells ---- */

#define HEAD "<map entity='account'><column name='A' "
#define TAIL "</column></map>"

static const struct {
  const char *map;
  const char *cell;
  const char *value; /* text form of the field; NULL: refused */
  const char *back;  /* NULL: like the cell */
} CELLS[] = {
  { HEAD "field='revenue'>" TAIL, "1100.04", "1100.04", NULL },
  { HEAD "field='revenue'>" TAIL, " 4618 ", "4618", "4618" },
  { HEAD "field='revenue'>" TAIL, "1100,04", NULL, NULL },
  { HEAD "field='revenue' decimal=','>" TAIL, "1100,04", "1100.04", NULL },
  { HEAD "field='revenue' decimal=','>" TAIL, "1100.04", NULL, NULL },
  { HEAD "field='revenue' decimal=',' group='.'>" TAIL, "1.100,04", "1100.04", "1100,04" },
  { HEAD "field='revenue' group=','>" TAIL, "1,100.04", "1100.04", "1100.04" },
  { HEAD "field='name'>" TAIL, " exact ", " exact ", NULL },
  { HEAD "field='name'>" TAIL, "   ", "", "" },
  { HEAD "field='listed_on' format='dd-mm-yy'>" TAIL, "20-10-16", "2016-10-20", NULL },
  { HEAD "field='listed_on' format='dd-mm-yy'>" TAIL, "", "", NULL },
  { HEAD "field='listed_on' format='dd-mm-yy'>" TAIL, "30-02-16", NULL, NULL },
  { HEAD "field='status'><value from='Live' to='active'/><value from='Alive' to='active'/>" TAIL, "Live",
    "active", NULL },
  { HEAD "field='status'><value from='Live' to='active'/><value from='Alive' to='active'/>" TAIL, "alive",
    "active", "Live" },
  { HEAD "field='status'><value from='Live' to='active'/>" TAIL, "Inactive", "inactive", "inactive" },
  { HEAD "field='status'><value from='Live' to='active'/>" TAIL, "dead", NULL, NULL },
};

static void
test_cells (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (CELLS); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelMap) map = read_map (CELLS[i].map, &error);
    const SatchelMapColumn *column = map->columns->pdata[0];
    const SatchelMapPart *part = column->parts->pdata[0];
    const SatchelMapAlias *alias = satchel_cell_find_alias (part, CELLS[i].cell);
    g_autoptr (SatchelRecord) record = satchel_record_new (map->entity, NULL);
    g_autoptr (SatchelValue) value = NULL;
    g_autofree char *text = NULL, *back = NULL;

    g_assert_no_error (error);
    if (!satchel_cell_to_value (part, alias != NULL ? alias->to : CELLS[i].cell, &value, &error)) {
      g_assert_null (CELLS[i].value);
      continue;
    }
    text = satchel_value_to_text (part->field, value);
    g_assert_cmpstr (text, ==, CELLS[i].value);
    satchel_record_set (record, part->field, value);
    back = satchel_cell_from_record (column, record, NULL, NULL);
    g_assert_cmpstr (back, ==, CELLS[i].back != NULL ? CELLS[i].back : CELLS[i].cell);
  }
}

static void
test_split (void)
{
  static const struct {
    const char *cell;
    const char *city;
    const char *state;
  } CASES[] = {
    { "Saint Paul, Minnesota", "Saint Paul", "Minnesota" },
    { "none", "none", "" },
    { "", "", "" },
    { "Warmley, Bristol, United Kingdom", "Warmley, Bristol", "United Kingdom" },
    { "Columbus, Ohio; Detroit, Michigan", "Columbus, Ohio; Detroit", "Michigan" },
  };
  g_autoptr (SatchelMap) map = satchel_map_load (satchel_registry_builtin (), "sp500-companies", NULL);
  const SatchelMapColumn *column = satchel_map_find_column (map, "Headquarters Location");

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GPtrArray) pieces = satchel_cell_split (column, CASES[i].cell);

    g_assert_cmpuint (pieces->len, ==, 2);
    g_assert_cmpstr (pieces->pdata[0], ==, CASES[i].city);
    g_assert_cmpstr (pieces->pdata[1], ==, CASES[i].state);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/map/refused", test_refused);
  g_test_add_func ("/client/map/builtin", test_builtin);
  g_test_add_func ("/client/map/recognise", test_recognise);
  g_test_add_func ("/client/map/from-header", test_from_header);
  g_test_add_func ("/client/map/dates", test_dates);
  g_test_add_func ("/client/map/cells", test_cells);
  g_test_add_func ("/client/map/split", test_split);
  return g_test_run ();
}
