/* Metadata: what broken files are told, what the digest depends on, and that the built-in set is sound.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "protocol/metadata/reader.h"
#include "protocol/metadata/suggest.h"
#include "tests/lib/fixture.h"

static const char *source_root;
static char *metadata_dir;

/* ---- small sets of files ---- */

#define USER                                                                                                 \
  "<entity name='user' label='User' plural='Users' area='settings' ownership='organisation' title='name'>"   \
  "<field name='name' label='Name' type='string' required='yes' search='text'/></entity>"
#define USER_VIEWS                                                                                           \
  "<views entity='user'><view name='all' label='All' default='yes' sort='name'>"                             \
  "<column field='name' width='100'/></view></views>"
#define UNIT                                                                                                 \
  "<entity name='business_unit' label='Unit' plural='Units' area='settings' ownership='organisation' "       \
  "title='name'>"                                                                                            \
  "<field name='name' label='Name' type='string'/></entity>"
#define UNIT_VIEWS                                                                                           \
  "<views entity='business_unit'><view name='all' label='All' default='yes' sort='name'>"                    \
  "<column field='name' width='100'/></view></views>"

/* A sound entity; the cases below change one line of it. */
#define HEAD  "<entity name='deal' label='Deal' plural='Deals' area='sales' ownership='user' title='name'>\n"
#define NAME  "  <field name='name' label='Name' type='string' search='text'/>\n"
#define OWNER "  <field name='owner' label='Owner' type='lookup' targets='user' default='me'/>\n"
#define TAIL  "</entity>\n"
#define STATUS                                                                                               \
  "  <field name='status' label='Status' type='choice' required='yes' default='open'>\n"                     \
  "    <choices><choice key='open' label='Open'/><choice key='won' label='Won'/></choices>\n"                \
  "  </field>\n"
#define VIEWS_HEAD "<views entity='deal'>\n"
#define VIEW       "  <view name='all' label='All' default='yes' sort='name'>\n"
#define COLUMN     "    <column field='name' width='100'/>\n"
#define VIEWS_TAIL "  </view>\n</views>\n"
#define VIEWS      VIEWS_HEAD VIEW COLUMN VIEWS_TAIL

static void
write_file (const char *dir, const char *room, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, room, NULL);
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_autofree char *file = g_build_filename (path, name, NULL);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

/* User and business unit, and one more entity. */
static SatchelRegistry *
load (const char *entity, const char *views, GError **error)
{
  char *dir = fixture_dir_new ();
  write_file (dir, "entities", "user.xml", USER);
  write_file (dir, "views", "user.xml", USER_VIEWS);
  write_file (dir, "entities", "unit.xml", UNIT);
  write_file (dir, "views", "unit.xml", UNIT_VIEWS);
  write_file (dir, "entities", "deal.xml", entity);
  write_file (dir, "views", "deal.xml", views);
  SatchelRegistry *registry = satchel_registry_load_dir (dir, error);
  fixture_dir_remove (dir);
  return registry;
}

/* ---- broken files ---- */

#define E                 "entities/deal.xml:"
#define V                 "views/deal.xml:"
#define FIELD(attributes) HEAD NAME OWNER "  <field " attributes "/>\n" TAIL

#define KNOWN             "<entity name='deal' label='Deal' plural='Deals' area='sales' ownership='user' title='name' "
#define ONCE(field, more) KNOWN "once='" field "' " more ">\n"
#define PROOF(fields)     KNOWN "proof='" fields "'>\n"

static const struct {
  const char *name;
  const char *entity;
  const char *views;
  const char *message; /* how it begins */
} broken[] = {
  /* XML itself */
  { "empty", "", VIEWS, E "1:1: Document was empty" },
  { "not-closed", HEAD NAME, VIEWS, E "3:2: Document ended unexpectedly" },
  { "mismatched", "<entity>\n</field>", VIEWS, E "2:9: Element “field” was closed, but the" },
  { "text", HEAD "  hello\n" TAIL, VIEWS, E "2:3: text is not allowed here" },
  { "doctype", "<!DOCTYPE entity>" HEAD TAIL, VIEWS, E "1:1: only comments may stand beside elements" },
  { "not-utf8", HEAD "  <field name='\xff'/>", VIEWS, E "2:16: not UTF-8" },

  /* elements and attributes */
  { "unknown-element", HEAD "  <feild name='x'/>\n" TAIL, VIEWS,
    E "2:3: unexpected element <feild> in <entity>; did you mean “field”?" },
  { "misplaced-element", HEAD "  <choice key='x' label='X'/>\n" TAIL, VIEWS,
    E "2:3: unexpected element <choice> in <entity>" },
  { "unknown-root", "<entitty/>", VIEWS, E "1:1: unexpected element <entitty>; did you mean “entity”?" },
  { "unknown-attribute", HEAD "  <field name='x' label='ü' type='string'\n         lenght='5'/>\n" TAIL,
    VIEWS, E "3:10: unknown attribute “lenght” of <field>; did you mean “length”?" },
  { "column-in-characters", HEAD "  <field name='x' label='üüü' lenght='5' type='string'/>\n" TAIL, VIEWS,
    E "2:31: unknown attribute “lenght”" },
  { "attribute-twice", FIELD ("name='x' name='y' label='X' type='string'"), VIEWS,
    E "4:10: attribute “name” of <field> is given twice" },
  { "attribute-missing", FIELD ("name='x' type='string'"), VIEWS,
    E "4:3: <field> needs the attribute “label”" },
  { "attribute-empty", FIELD ("name='x' label='' type='string'"), VIEWS,
    E "4:19: <field> needs the attribute “label”" },
  { "after-comment", HEAD "<!-- <field> > -->\n" NAME OWNER "  <field name='x' type='string'/>\n" TAIL, VIEWS,
    E "5:3: <field> needs the attribute “label”" },
  { "bracket-in-value", HEAD NAME OWNER "  <field name='x' label='a > b' type='strin'/>\n" TAIL, VIEWS,
    E "4:33: unknown type “strin”; did you mean “string”?" },

  /* fields */
  { "name", FIELD ("name='Size' label='X' type='string'"), VIEWS, E "4:10: “Size” is not a name" },
  { "reserved-name", FIELD ("name='and' label='X' type='string'"), VIEWS,
    E "4:10: “and” is a reserved name" },
  { "field-twice", FIELD ("name='name' label='X' type='string'"), VIEWS,
    E "4:10: field “name” is declared twice" },
  { "system-field", FIELD ("name='created_at' label='X' type='datetime'"), VIEWS,
    E "4:10: field “created_at” is added to the entity by the system" },
  { "type", FIELD ("name='x' label='X' type='Text'"), VIEWS,
    E "4:29: unknown type “Text”; did you mean “text”?" },
  { "length", FIELD ("name='x' label='X' type='string' length='0'"), VIEWS,
    E "4:43: length must be a whole number from 1 to 4000, not “0”" },
  { "scale-of-string", FIELD ("name='x' label='X' type='string' scale='2'"), VIEWS,
    E "4:43: scale does not apply to the type “string”" },
  { "scale", FIELD ("name='x' label='X' type='money' scale='10'"), VIEWS,
    E "4:42: scale must be a whole number from 0 to 9, not “10”" },
  { "bound", FIELD ("name='x' label='X' type='money' maximum='1.005'"), VIEWS,
    E "4:42: maximum “1.005” is not a number that the field could hold" },
  { "format", FIELD ("name='x' label='X' type='integer' format='email'"), VIEWS,
    E "4:44: format “email” does not apply to the type “integer”" },
  { "search", FIELD ("name='x' label='X' type='money' search='text'"), VIEWS,
    E "4:42: search “text” does not apply to the type “money”" },
  { "policy", FIELD ("name='x' label='X' type='date' policy='lats'"), VIEWS,
    E "4:41: unknown policy “lats”; did you mean “last”?" },
  { "policy-of-type", FIELD ("name='x' label='X' type='date' policy='counter'"), VIEWS,
    E "4:41: policy “counter” does not apply to the type “date”" },
  { "state-without-states", FIELD ("name='x' label='X' type='lookup' targets='user' policy='text'"), VIEWS,
    E "4:58: policy “text” does not apply to the type “lookup”" },
  { "group-of-text", FIELD ("name='x' label='X' type='text' group='g'"), VIEWS,
    E "4:41: a field of policy “text” merges by itself and cannot be in a group" },
  { "flag", FIELD ("name='x' label='X' type='multichoice' open='true'"), VIEWS,
    E "4:48: unknown open “true”" },
  { "lookup-without-target", FIELD ("name='x' label='X' type='lookup'"), VIEWS,
    E "4:3: a lookup needs the attribute “targets”" },
  { "target", FIELD ("name='x' label='X' type='lookup' targets='user usr'"), VIEWS,
    E "4:43: field “x” refers to an entity “usr” that is not declared; did you mean “user”?" },
  { "compute", FIELD ("name='x' label='X' type='string' compute='fullname'"), VIEWS,
    E "4:43: no computation “fullname”" },
  { "default", FIELD ("name='x' label='X' type='integer' default='many'"), VIEWS,
    E "4:44: the default does not suit the field: " },
  { "default-word", FIELD ("name='x' label='X' type='boolean' default='today'"), VIEWS,
    E "4:44: the default does not suit the field: " },
  { "no-choices", FIELD ("name='x' label='X' type='choice'"), VIEWS, E "4:3: field “x” has no choices" },
  { "choices-of-string",
    HEAD NAME OWNER
    "  <field name='x' label='X' type='string'><choices><choice key='a' label='A'/></choices></field>\n" TAIL,
    VIEWS, E "4:52: choices do not apply to the type “string”" },
  { "choice-key",
    HEAD NAME OWNER "  <field name='x' label='X' type='choice'><choices><choice key='A b' "
                    "label='A'/></choices></field>\n" TAIL,
    VIEWS, E "4:60: “A b” is not a key" },
  { "choice-twice",
    HEAD NAME OWNER "  <field name='x' label='X' type='choice'><choices>\n<choice key='a' "
                    "label='A'/>\n<choice key='a' label='B'/>"
                    "</choices></field>\n" TAIL,
    VIEWS, E "6:9: choice “a” is declared twice" },

  /* entities */
  { "entity-twice", HEAD NAME OWNER TAIL,
    "<entity name='deal' label='D' plural='D' area='sales' ownership='user' title='x'/>",
    V "1:9: entity “deal” is declared twice" },
  { "area", "<entity name='deal' label='D' plural='D' area='sale' ownership='user' title='name'/>", VIEWS,
    E "1:42: unknown area “sale”; did you mean “sales”?" },
  { "title",
    "<entity name='deal' label='D' plural='D' area='sales' ownership='user' title='nam'>\n" NAME OWNER TAIL,
    VIEWS, E "1:72: no field “nam” in deal; did you mean “name”?" },
  { "title-type",
    "<entity name='deal' label='D' plural='D' area='sales' ownership='user' title='owner'>\n" NAME OWNER TAIL,
    VIEWS, E "1:72: the title must be a string that everyone may read" },
  { "no-owner", HEAD NAME TAIL, VIEWS,
    E "1:62: an entity that users own needs a lookup “owner” with the target “user”" },

  /* states and actions */
  { "state-field", HEAD NAME OWNER STATUS "  <states field='statu'/>\n" TAIL, VIEWS,
    E "7:11: no field “statu” in deal; did you mean “status”?" },
  { "state-field-type", HEAD NAME OWNER "  <states field='name'/>\n" TAIL, VIEWS,
    E "4:11: the state field must be a required choice with a default" },
  { "transition",
    HEAD NAME OWNER STATUS "  <states field='status'><transition from='open' to='wno'/></states>\n" TAIL,
    VIEWS, E "7:50: “status” has no choice “wno”; did you mean “won”?" },
  { "closed", HEAD NAME OWNER STATUS "  <states field='status'><closed key='lost'/></states>\n" TAIL, VIEWS,
    E "7:34: “status” has no choice “lost”" },
  { "transition-action",
    HEAD NAME OWNER STATUS
    "  <states field='status'><transition from='open' to='won' action='assign'/></states>\n" TAIL,
    VIEWS, E "7:59: deal does not declare the action “assign”" },
  { "state-policy",
    HEAD NAME OWNER "  <field name='x' label='X' type='choice' policy='state'><choices><choice key='a' "
                    "label='A'/></choices></field>\n" TAIL,
    VIEWS, E "4:43: the policy “state” is for the field of <states> only" },
  { "action", HEAD NAME OWNER "  <action name='asign'/>\n" TAIL, VIEWS,
    E "4:11: no action “asign”; did you mean “assign”?" },
  { "action-of-other", HEAD NAME OWNER "  <action name='qualify'/>\n" TAIL, VIEWS,
    E "4:11: the action “qualify” does not suit deal" },
  { "merge-without-link", HEAD NAME OWNER "  <action name='merge'/>\n" TAIL, VIEWS,
    E "4:11: “merge” needs a lookup “merged_into” of deal" },
  { "merge-without-state",
    HEAD NAME OWNER "<field name='merged_into' label='Into' type='lookup' targets='deal'/>"
                    "  <action name='merge'/>\n" TAIL,
    VIEWS,
    E "4:80: “merge” needs transitions of its own, or a “status” without states that can be “inactive”" },

  /* what is made once */
  { "once", ONCE ("nmae", "") NAME OWNER TAIL, VIEWS,
    E "1:92: no field “nmae” in deal; did you mean “name”?" },
  { "once-of-people", ONCE ("owner", "") NAME OWNER TAIL, VIEWS,
    E "1:92: “once” names an entered, open string or file of records that users own" },
  { "proof-alone", PROOF ("name") NAME OWNER TAIL, VIEWS, E "1:92: “proof” goes with a string in “once”" },
  { "proof", ONCE ("name", "proof='text'") NAME OWNER TAIL, VIEWS, E "1:104: no field “text” in deal" },
  { "proof-no-text", ONCE ("name", "proof='name'") NAME OWNER TAIL, VIEWS,
    E "1:104: “name” is no open text" },

  /* views */
  { "no-views", HEAD NAME OWNER TAIL, "<views entity='deal'/>", E "1:1: entity “deal” has no default view" },
  { "views-of-nothing", HEAD NAME OWNER TAIL, "<views entity='dael'>" VIEW COLUMN VIEWS_TAIL,
    V "1:24: view “all” is for an entity “dael” that is not declared" },
  { "two-defaults", HEAD NAME OWNER TAIL,
    VIEWS_HEAD VIEW COLUMN
    "</view>\n  <view name='b' label='B' default='yes' sort='name'>\n" COLUMN VIEWS_TAIL,
    V "5:28: “all” is the default view already" },
  { "view-twice", HEAD NAME OWNER TAIL,
    VIEWS_HEAD VIEW COLUMN "</view>\n  <view name='all' label='B' sort='name'>\n" COLUMN VIEWS_TAIL,
    V "5:9: view “all” is declared twice" },
  { "no-columns", HEAD NAME OWNER TAIL, VIEWS_HEAD VIEW VIEWS_TAIL, V "2:3: view “all” has no columns" },
  { "column", HEAD NAME OWNER TAIL, VIEWS_HEAD VIEW "    <column field='nmae' width='100'/>\n" VIEWS_TAIL,
    V "3:13: no field “nmae” in deal; did you mean “name”?" },
  { "column-path", HEAD NAME OWNER TAIL,
    VIEWS_HEAD VIEW "    <column field='owner.nam' width='100'/>\n" VIEWS_TAIL,
    V "3:13: no field “nam” in user; did you mean “name”?" },
  { "column-path-of-string", HEAD NAME OWNER TAIL,
    VIEWS_HEAD VIEW "    <column field='name.owner' width='100'/>\n" VIEWS_TAIL,
    V "3:13: “name” cannot be followed: it is not a lookup of one target" },
  { "column-twice", HEAD NAME OWNER TAIL, VIEWS_HEAD VIEW COLUMN COLUMN VIEWS_TAIL,
    V "4:13: column “name” is there twice" },
  { "width", HEAD NAME OWNER TAIL,
    VIEWS_HEAD VIEW "<column field='name' width='900'/><column field='owner' width='61'/>" VIEWS_TAIL,
    V "2:3: the columns of view “all” are 961 pixels wide, over 960" },
  { "sort", HEAD NAME OWNER TAIL,
    VIEWS_HEAD "  <view name='all' label='All' default='yes' sort='size'>\n" COLUMN VIEWS_TAIL,
    V "2:46: no field “size” in deal" },
  { "sort-order", HEAD NAME OWNER TAIL,
    VIEWS_HEAD "  <view name='all' label='All' default='yes' sort='name:down'>\n" COLUMN VIEWS_TAIL,
    V "2:46: sort is “field” or “field:desc”, not “name:down”" },
  { "find", HEAD NAME OWNER TAIL,
    VIEWS_HEAD "  <view name='all' label='All' default='yes' sort='name' find='owner'>\n" COLUMN VIEWS_TAIL,
    V "2:58: field “owner” is not searchable" },
  { "type-filter", HEAD NAME OWNER TAIL,
    VIEWS_HEAD "  <view name='all' label='All' default='yes' sort='name' type='name'>\n" COLUMN VIEWS_TAIL,
    V "2:58: a field of type “string” does not suit the type filter" },
  { "date-filter", HEAD NAME OWNER TAIL,
    VIEWS_HEAD
    "  <view name='all' label='All' default='yes' sort='name' date='modified'>\n" COLUMN VIEWS_TAIL,
    V "2:58: no field “modified” in deal" },
  { "preview", HEAD NAME OWNER TAIL,
    VIEWS_HEAD
    "  <view name='all' label='All' default='yes' sort='name' preview='name size'>\n" COLUMN VIEWS_TAIL,
    V "2:58: no field “size” in deal" },
  { "where", HEAD NAME OWNER TAIL,
    VIEWS_HEAD
    "  <view name='all' label='All' default='yes' sort='name' where='nmae = \"x\"'>\n" COLUMN VIEWS_TAIL,
    V "2:58: column 1: no field “nmae” in deal; did you mean “name”?" },
};

static void
test_broken (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry = load (broken[i].entity, broken[i].views, &error);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_null (registry);
  g_autofree char *told = g_strndup (error->message, strlen (broken[i].message));
  g_assert_cmpstr (told, ==, broken[i].message);
}

/* No beginning of a file passes for the whole, and no damage of a byte goes by without either an error or a
 * set. */
static void
test_damaged (void)
{
  g_autofree char *file = g_build_filename (metadata_dir, "entities", "opportunity.xml", NULL);
  g_autofree char *text = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (file, &text, &length, NULL));
  gsize whole = strlen (g_strchomp (text));
  for (gsize cut = 0; cut < whole; cut += 7) {
    g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
    g_autoptr (GError) error = NULL;
    g_assert_false (satchel_metadata_reader_add (reader, "cut.xml", text, cut, &error));
    g_assert_true (g_str_has_prefix (error->message, "cut.xml:"));
  }

  g_autoptr (GRand) random = g_rand_new_with_seed (20251122);
  for (guint round = 0; round < 2000; round++) {
    g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
    g_autoptr (GError) error = NULL;
    g_autofree char *damaged = g_strdup (text);
    damaged[g_rand_int_range (random, 0, whole)] = g_rand_int_range (random, 0, 256);
    guint n_entities;
    if (satchel_metadata_reader_add (reader, "damaged.xml", damaged, whole, &error))
      g_assert_null (
          satchel_metadata_reader_finish (reader, &n_entities, &error)); /* the others are missing */
    g_assert_true (g_str_has_prefix (error->message, "damaged.xml:"));
  }
}

/* ---- digest ---- */

static char *
dup_digest (const char *entity, const char *views)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry = load (entity, views, &error);
  g_assert_no_error (error);
  return g_strdup (satchel_registry_get_digest (registry));
}

static void
test_digest (void)
{
  static const char *const same[] = {
    "<entity title='name' ownership='user' area='sales' plural='Deals' label='Deal' name='deal'>" NAME OWNER
        TAIL,
    HEAD "<!-- more -->" NAME OWNER TAIL,
    HEAD NAME "<field default='me' type='lookup' targets='user' label='Owner' name='owner'></field>" TAIL,
  };
  static const char *const other[] = {
    HEAD NAME OWNER "<field name='x' label='X' type='string'/>" TAIL,
    HEAD "<field name='name' label='Name' type='string' search='text' length='80'/>" OWNER TAIL,
    HEAD "<field name='name' label='Name' type='string'/>" OWNER TAIL,
    HEAD "<field name='name' label='Name' type='string' search='text' policy='review'/>" OWNER TAIL,
    HEAD "<field name='name' label='Name' type='string' search='text' required='yes'/>" OWNER TAIL,
    HEAD NAME OWNER "<action name='assign'/>" TAIL,
    "<entity name='deal' label='Handel' plural='Deals' area='sales' ownership='user' title='name'>" NAME OWNER
        TAIL,
    HEAD OWNER NAME TAIL,
  };
  g_autofree char *digest = dup_digest (HEAD NAME OWNER TAIL, VIEWS);
  g_assert_cmpuint (strlen (digest), ==, 64);
  for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
    g_autofree char *again = dup_digest (same[i], VIEWS);
    g_assert_cmpstr (again, ==, digest);
  }
  for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
    g_autofree char *differs = dup_digest (other[i], VIEWS);
    g_assert_cmpstr (differs, !=, digest);
  }
  g_autofree char *other_view =
      dup_digest (HEAD NAME OWNER TAIL,
                  VIEWS_HEAD "<view name='b' label='B' default='yes' sort='owner'>" COLUMN VIEWS_TAIL);
  g_assert_cmpstr (other_view, !=, digest);
}

/* ---- documents that change definitions ---- */

#define DOCUMENT(inner) "<satchel version='1'>" inner "</satchel>"

static SatchelRegistry *
amend (SatchelRegistry *base, const char *text, GError **error)
{
  SatchelMetadataDocument document = { "x.xml", text };
  return satchel_registry_amend (base, &document, 1, error);
}

static void
test_amend (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) base = load (HEAD NAME OWNER STATUS TAIL, VIEWS, &error);
  g_assert_no_error (error);
  g_autoptr (SatchelRegistry) same = amend (NULL, satchel_registry_get_text (base), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_registry_get_text (same), ==, satchel_registry_get_text (base));

  g_autoptr (SatchelRegistry) changed =
      amend (base,
             DOCUMENT ("<entity name='deal' alias='bargain chance'>"
                       "<field name='name' label='Title' length='80'/>"
                       "<field name='status'><choices><choice key='won' label='Gained'/>"
                       "<choice key='lost' label='Lost'/></choices></field>"
                       "<field name='note' label='Note' type='text' retired='yes'/></entity>"
                       "<views entity='deal'><view name='all'><column field='status' width='90'/>"
                       "<column field='note' width='90'/></view></views>"),
             &error);
  g_assert_no_error (error);
  const SatchelEntity *deal = satchel_registry_require (changed, "chance", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (deal->name, ==, "deal");
  g_assert_null (satchel_registry_find (changed, "chance"));
  g_assert_cmpstr (satchel_entity_get_word (deal), ==, "bargain");
  const SatchelField *name = satchel_entity_find_field (deal, "name");
  g_assert_cmpstr (name->label, ==, "Title");
  g_assert_cmpuint (name->max_chars, ==, 80);
  g_assert_cmpint (name->search, ==, SATCHEL_SEARCH_TEXT); /* what is not named stays */
  const SatchelField *status = satchel_entity_find_field (deal, "status");
  g_assert_cmpuint (status->n_choices, ==, 3);
  g_assert_cmpstr (satchel_field_find_choice (status, "open")->label, ==, "Open");
  g_assert_cmpstr (satchel_field_find_choice (status, "won")->label, ==, "Gained");
  /* The columns are replaced, and retired fields are not shown. */
  g_assert_cmpuint (deal->views[0].n_columns, ==, 1);
  g_assert_cmpstr (deal->views[0].columns[0].field, ==, "status");
  g_assert_false (satchel_field_is_writable (satchel_entity_find_field (deal, "note")));

  g_assert_null (satchel_registry_require_written (changed, "bargain", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  g_clear_error (&error);
  g_assert_null (satchel_registry_require_written_field (changed, deal, "note", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
}

/* Documents joined say what they say one after the other. */
static void
test_join (void)
{
  static const SatchelMetadataDocument documents[] = {
    { "a.xml", DOCUMENT ("<entity name='deal'><field name='x' label='X' type='string'/></entity>") },
    { "b.xml",
      "<entity name='deal'><field name='x' label='Y' length='9'/><field name='name' label='N'/></entity>" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) base = load (HEAD NAME OWNER TAIL, VIEWS, &error);
  g_autoptr (SatchelRegistry) apart = satchel_registry_amend (base, documents, 2, &error);
  g_assert_no_error (error);
  g_autofree char *joined = satchel_metadata_join (documents, 2, &error);
  g_autoptr (SatchelRegistry) together = amend (base, joined, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_registry_get_text (together), ==, satchel_registry_get_text (apart));
  g_assert_cmpstr (satchel_registry_get_digest (together), !=, satchel_registry_get_digest (base));
}

/* A program that is newer than the definitions it follows keeps what only it knows out of people's hands. */
static void
test_follow (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) theirs = load (HEAD NAME OWNER TAIL, VIEWS, &error);
  g_autoptr (SatchelRegistry) ours = load (HEAD NAME OWNER STATUS TAIL, VIEWS, &error);
  SatchelMetadataDocument document = { "theirs", satchel_registry_get_text (theirs) };
  g_autoptr (SatchelRegistry) both = satchel_registry_follow (ours, &document, &error);
  g_assert_no_error (error);
  const SatchelEntity *deal = satchel_registry_find (both, "deal");
  g_assert_false (deal->retired);
  g_assert_false (satchel_entity_find_field (deal, "name")->retired);
  g_assert_true (satchel_entity_find_field (deal, "status")->retired);

  g_autoptr (SatchelRegistry) most = satchel_registry_follow (satchel_registry_builtin (), &document, &error);
  g_assert_no_error (error);
  g_assert_true (satchel_registry_find (most, "account")->retired);
  g_assert_nonnull (satchel_registry_find (most, "account")->views);
  g_assert_false (satchel_registry_find (most, "deal")->retired);
  g_assert_false (satchel_registry_find (most, "user")->retired);
}

/* ---- the built-in set ---- */

static void
test_builtin (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRegistry) registry = satchel_registry_load_dir (metadata_dir, &error);
  g_assert_no_error (error);
  SatchelRegistry *builtin = satchel_registry_builtin ();
  g_assert_true (builtin == satchel_registry_builtin ());
  g_assert_cmpstr (satchel_registry_get_digest (builtin), ==, satchel_registry_get_digest (registry));

  guint n_entities, n_references, n_lookups = 0, n_found = 0;
  const SatchelEntity *const *entities = satchel_registry_get_entities (builtin, &n_entities);
  g_assert_null (entities[n_entities]);
  for (guint i = 0; i < n_entities; i++) {
    const SatchelEntity *entity = entities[i];
    g_assert_true (satchel_registry_find (builtin, entity->name) == entity);
    g_assert_true (i == 0 || strcmp (entities[i - 1]->name, entity->name) < 0);
    g_assert_true (entity->views[0].is_default);
    g_assert_cmpstr (entity->fields[entity->n_fields - 1]->name, ==, "modified_by");
    for (guint j = 0; j < entity->n_fields; j++) {
      const SatchelField *field = entity->fields[j];
      g_assert_cmpuint (field->index, ==, j);
      g_assert_true (satchel_entity_find_field (entity, field->name) == field);
      for (guint k = 0; k < field->n_targets; k++) {
        g_assert_nonnull (satchel_registry_find (builtin, field->targets[k]));
        n_lookups += field->type == SATCHEL_TYPE_LOOKUP;
      }
    }
    const SatchelReference *references = satchel_registry_get_references (builtin, entity, &n_references);
    for (guint j = 0; j < n_references; j++)
      g_assert_true (satchel_field_allows_target (references[j].field, entity->name));
    n_found += n_references;
  }
  g_assert_cmpuint (n_found, ==, n_lookups);
}

/* Every file is built in (a view or role left out of the resource would be missed by nobody else) and
 * translated. */
static void
test_listed (void)
{
  g_autofree char *potfiles_path = g_build_filename (source_root, "po", "POTFILES", NULL);
  g_autofree char *resource_path =
      g_build_filename (source_root, "data", "satchel-metadata.gresource.xml", NULL);
  g_autofree char *potfiles = NULL, *resource = NULL;
  g_assert_true (g_file_get_contents (potfiles_path, &potfiles, NULL, NULL));
  g_assert_true (g_file_get_contents (resource_path, &resource, NULL, NULL));
  static const char *const rooms[] = { "entities", "views", "forms", "processes", "dashboards", "roles" };
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++) {
    g_autofree char *path = g_build_filename (metadata_dir, rooms[i], NULL);
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    for (const char *name; (name = g_dir_read_name (dir));) {
      g_autofree char *in_potfiles = g_strdup_printf ("\ndata/metadata/%s/%s\n", rooms[i], name);
      g_autofree char *in_resource = g_strdup_printf ("<file>%s/%s</file>", rooms[i], name);
      g_assert_nonnull (strstr (potfiles, in_potfiles));
      g_assert_nonnull (strstr (resource, in_resource));
    }
  }
}

/* Names that DESIGN §9 promises. */
static void
test_names_that_stay (void)
{
  static const char *const names[] = {
    "account name phone website city country sector revenue employees owner parent primary_contact",
    "contact first_name last_name full_name email phone mobile account owner",
    "lead topic first_name last_name company email phone source owner",
    "opportunity name account stage amount probability expected_close actual_close status product owner",
    "task subject regarding owner status",
  };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (GStrv) words = g_strsplit (names[i], " ", -1);
    g_autoptr (GError) error = NULL;
    const SatchelEntity *entity = satchel_registry_require (satchel_registry_builtin (), words[0], &error);
    g_assert_no_error (error);
    for (guint j = 1; words[j]; j++) {
      satchel_registry_require_field (satchel_registry_builtin (), entity, words[j], &error);
      g_assert_no_error (error);
    }
  }
}

/* DESIGN §3, rule 2. */
static void
test_policies (void)
{
  static const struct {
    const char *entity, *field;
    SatchelPolicy policy;
    const char *group;
  } expected[] = {
    { "account", "phone", SATCHEL_POLICY_LAST, NULL },
    { "account", "city", SATCHEL_POLICY_LAST, "address" },
    { "account", "country", SATCHEL_POLICY_LAST, "address" },
    { "account", "revenue", SATCHEL_POLICY_REVIEW, NULL },
    { "account", "tags", SATCHEL_POLICY_SET, NULL },
    { "account", "description", SATCHEL_POLICY_TEXT, NULL },
    { "account", "last_contacted_at", SATCHEL_POLICY_MAX, NULL },
    { "account", "parent", SATCHEL_POLICY_REFERENCE, NULL },
    { "contact", "owner", SATCHEL_POLICY_REVIEW, NULL },
    { "lead", "status", SATCHEL_POLICY_STATE, NULL },
    { "opportunity", "stage", SATCHEL_POLICY_REVIEW, "progress" },
    { "opportunity", "status", SATCHEL_POLICY_REVIEW, "progress" },
    { "opportunity", "amount", SATCHEL_POLICY_REVIEW, "money" },
    { "opportunity", "expected_close", SATCHEL_POLICY_REVIEW, NULL },
    { "note", "body", SATCHEL_POLICY_TEXT, NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), expected[i].entity);
    const SatchelField *field = satchel_entity_find_field (entity, expected[i].field);
    g_assert_cmpint (field->policy, ==, expected[i].policy);
    g_assert_cmpstr (field->group, ==, expected[i].group);
  }
}

static void
test_system_fields (void)
{
  static const char *const names[] = { "unit", "created_at", "created_by", "modified_at", "modified_by" };
  const SatchelEntity *account = satchel_registry_find (satchel_registry_builtin (), "account");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelField *field = satchel_entity_find_field (account, names[i]);
    g_assert_cmpint (field->origin, ==, SATCHEL_ORIGIN_SYSTEM);
    g_assert_false (satchel_field_is_writable (field));
  }
  g_assert_nonnull (satchel_entity_unit_field (account));
  g_assert_nonnull (satchel_entity_owner_field (account));

  /* A user's own unit is an ordinary field and does not file her. */
  const SatchelEntity *user = satchel_registry_find (satchel_registry_builtin (), "user");
  g_assert_true (satchel_field_is_writable (satchel_entity_find_field (user, "unit")));
  g_assert_null (satchel_entity_unit_field (user));
}

static void
test_state_machine (void)
{
  const SatchelEntity *lead = satchel_registry_find (satchel_registry_builtin (), "lead");
  const SatchelEntity *task = satchel_registry_find (satchel_registry_builtin (), "task");
  const SatchelEntity *account = satchel_registry_find (satchel_registry_builtin (), "account");
  g_assert_true (satchel_entity_allows_transition (lead, "open", "open", NULL));
  g_assert_false (satchel_entity_allows_transition (lead, "open", "qualified", NULL));
  g_assert_true (satchel_entity_allows_transition (lead, "open", "qualified", "qualify"));
  g_assert_false (satchel_entity_allows_transition (lead, "open", "qualified", "disqualify"));
  g_assert_true (satchel_entity_allows_transition (task, "open", "completed", NULL));
  g_assert_true (satchel_entity_allows_transition (task, "open", "completed", "assign"));
  g_assert_false (satchel_entity_allows_transition (task, "completed", "open", NULL));
  g_assert_true (satchel_entity_is_closed_state (task, "cancelled"));
  g_assert_false (satchel_entity_is_closed_state (task, "open"));
  g_assert_true (satchel_entity_allows_transition (account, "active", "inactive", NULL));
  g_assert_true (satchel_entity_has_action (lead, "qualify"));
  g_assert_false (satchel_entity_has_action (account, "qualify"));
}

/* What only actions change is not offered for editing; nor is what tells the same in other words. */
static void
test_state_edits (void)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  const SatchelEntity *lead = satchel_registry_find (registry, "lead");
  const SatchelEntity *task = satchel_registry_find (registry, "task");
  const SatchelEntity *account = satchel_registry_find (registry, "account");
  const SatchelEntity *opportunity = satchel_registry_find (registry, "opportunity");
  const SatchelField *status = satchel_entity_find_field (opportunity, "status");

  g_assert_true (satchel_entity_tells_state (opportunity, status));
  g_assert_true (satchel_entity_tells_state (opportunity, opportunity->state_field));
  g_assert_false (
      satchel_entity_tells_state (opportunity, satchel_entity_find_field (opportunity, "close_reason")));
  g_assert_false (satchel_entity_allows_edit (opportunity, status, "identification"));
  g_assert_true (satchel_entity_allows_edit (opportunity, opportunity->state_field, "identification"));
  g_assert_false (satchel_entity_allows_edit (opportunity, opportunity->state_field, "won"));
  g_assert_true (
      satchel_entity_allows_edit (opportunity, satchel_entity_find_field (opportunity, "name"), "won"));
  g_assert_false (satchel_entity_allows_edit (lead, lead->state_field, "open"));
  g_assert_true (satchel_entity_allows_edit (lead, lead->state_field, NULL));
  g_assert_true (satchel_entity_allows_edit (task, task->state_field, "open"));
  g_assert_false (satchel_entity_allows_edit (task, task->state_field, "completed"));
  g_assert_false (satchel_entity_tells_state (account, satchel_entity_find_field (account, "status")));
  g_assert_true (satchel_entity_allows_edit (account, satchel_entity_find_field (account, "status"), NULL));
}

static void
test_require (void)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  const SatchelEntity *account = satchel_registry_find (registry, "account");
  g_autoptr (GError) entity_error = NULL, field_error = NULL, far_error = NULL;
  g_assert_null (satchel_registry_require (registry, "acount", &entity_error));
  g_assert_error (entity_error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  g_assert_cmpstr (entity_error->message, ==, "no entity “acount”; did you mean “account”?");
  g_assert_null (satchel_registry_require_field (registry, account, "ctiy", &field_error));
  g_assert_cmpstr (field_error->message, ==, "no field “ctiy” in account; did you mean “city”?");
  g_assert_null (satchel_registry_require (registry, "zebra", &far_error));
  g_assert_cmpstr (far_error->message, ==, "no entity “zebra”");
}

static void
test_suggest (void)
{
  static const char *const names[] = { "phone", "mobile", "email", "id" };
  static const struct {
    const char *typed, *nearest;
  } cases[] = { { "phone", "phone" }, { "hpone", "phone" }, { "phones", "phone" }, { "mobil", "mobile" },
                { "mail", "email" },  { "i", "id" },        { "xyz", NULL },       { "", NULL } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (satchel_suggest (cases[i].typed, names, G_N_ELEMENTS (names)), ==, cases[i].nearest);
  g_autofree char *endless = g_strnfill (5000, 'a');
  g_assert_null (satchel_suggest (endless, names, G_N_ELEMENTS (names)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  source_root = argv[1];
  metadata_dir = g_build_filename (source_root, "data", "metadata", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *path = g_strdup_printf ("/protocol/metadata/broken/%s", broken[i].name);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_broken);
  }
  g_test_add_func ("/protocol/metadata/damaged", test_damaged);
  g_test_add_func ("/protocol/metadata/digest", test_digest);
  g_test_add_func ("/protocol/metadata/amend", test_amend);
  g_test_add_func ("/protocol/metadata/join", test_join);
  g_test_add_func ("/protocol/metadata/follow", test_follow);
  g_test_add_func ("/protocol/metadata/builtin", test_builtin);
  g_test_add_func ("/protocol/metadata/listed", test_listed);
  g_test_add_func ("/protocol/metadata/names-that-stay", test_names_that_stay);
  g_test_add_func ("/protocol/metadata/policies", test_policies);
  g_test_add_func ("/protocol/metadata/system-fields", test_system_fields);
  g_test_add_func ("/protocol/metadata/state-machine", test_state_machine);
  g_test_add_func ("/protocol/metadata/state-edits", test_state_edits);
  g_test_add_func ("/protocol/metadata/require", test_require);
  g_test_add_func ("/protocol/metadata/suggest", test_suggest);
  int result = g_test_run ();
  g_free (metadata_dir);
  return result;
}
