/* The elements of metadata files: one handler each, one table for all of them. What a single element can show
 * is checked here, the rest in check.c. data/README.md documents the format.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/draft.h"

#include <string.h>

#include "protocol/decimal.h"
#include "protocol/limits.h"

#define MAX_NAME_CHARS 60

/* ---- words ---- */

static const char *const area_words[] = { "workplace", "sales", "marketing", "service", "settings" };
static const char *const ownership_words[] = { [SATCHEL_OWNERSHIP_USER] = "user",
                                               [SATCHEL_OWNERSHIP_ORGANISATION] = "organisation",
                                               [SATCHEL_OWNERSHIP_RECORD] = "record" };
static const char *const format_words[] = {
  [SATCHEL_FORMAT_NONE] = "none",        [SATCHEL_FORMAT_EMAIL] = "email",
  [SATCHEL_FORMAT_PHONE] = "phone",      [SATCHEL_FORMAT_URL] = "url",
  [SATCHEL_FORMAT_YEAR] = "year",        [SATCHEL_FORMAT_PERCENT] = "percent",
  [SATCHEL_FORMAT_TIMEZONE] = "timezone"
};
static const char *const requirement_words[] = { [SATCHEL_REQUIREMENT_OPTIONAL] = "no",
                                                 [SATCHEL_REQUIREMENT_RECOMMENDED] = "recommended",
                                                 [SATCHEL_REQUIREMENT_REQUIRED] = "yes" };
static const char *const search_words[] = {
  [SATCHEL_SEARCH_NONE] = "none", [SATCHEL_SEARCH_TEXT] = "text", [SATCHEL_SEARCH_EXACT] = "exact"
};
static const char *const on_delete_words[] = { [SATCHEL_ON_DELETE_CLEAR] = "clear",
                                               [SATCHEL_ON_DELETE_CASCADE] = "cascade",
                                               [SATCHEL_ON_DELETE_RESTRICT] = "restrict" };
static const char *const entity_carry_words[] = {
  [SATCHEL_CARRY_CHOSEN] = "chosen", [SATCHEL_CARRY_ALWAYS] = "always"
};
static const char *const cascade_words[] = {
  [SATCHEL_CASCADE_NONE] = "none", [SATCHEL_CASCADE_ALL] = "all", [SATCHEL_CASCADE_OWNED] = "owned"
};

/* Sets *@target, an enumeration, from the attribute's word; the words are indexed by its values. */
#define GET_WORD(tag, attribute, words, target, error)                                                       \
  G_GNUC_EXTENSION ({                                                                                        \
    guint get_word_value_ = *(target);                                                                       \
    gboolean get_word_fine_ =                                                                                \
        satchel_tag_get_word (tag, attribute, words, G_N_ELEMENTS (words), &get_word_value_, error);         \
    *(target) = get_word_value_;                                                                             \
    get_word_fine_;                                                                                          \
  })

#define BIT(type)  (1u << (type))
#define TYPE(name) BIT (SATCHEL_TYPE_##name)
#define ANY_TYPE   (~0u)
#define NUMBERS    (TYPE (INTEGER) | TYPE (DECIMAL) | TYPE (MONEY))

/* Attributes that only some types have. */
static const struct {
  const char *attribute;
  guint types;
} limited_attributes[] = {
  { "length", TYPE (STRING) | TYPE (TEXT) },
  { "scale", TYPE (DECIMAL) | TYPE (MONEY) },
  { "minimum", NUMBERS },
  { "maximum", NUMBERS },
  { "open", TYPE (MULTICHOICE) },
  { "targets", TYPE (LOOKUP) | TYPE (PARTIES) },
  { "on_delete", TYPE (LOOKUP) },
  { "on_assign", TYPE (LOOKUP) },
  { "on_share", TYPE (LOOKUP) },
  { "carry", TYPE (LOOKUP) },
  { "number_format", TYPE (STRING) },
  { "default_from", TYPE (CHOICE) },
};

static const guint format_types[] = {
  [SATCHEL_FORMAT_NONE] = ANY_TYPE,          [SATCHEL_FORMAT_EMAIL] = TYPE (STRING),
  [SATCHEL_FORMAT_PHONE] = TYPE (STRING),    [SATCHEL_FORMAT_URL] = TYPE (STRING),
  [SATCHEL_FORMAT_YEAR] = TYPE (INTEGER),    [SATCHEL_FORMAT_PERCENT] = TYPE (INTEGER) | TYPE (DECIMAL),
  [SATCHEL_FORMAT_TIMEZONE] = TYPE (STRING),
};

static const guint search_types[] = {
  [SATCHEL_SEARCH_NONE] = ANY_TYPE,
  [SATCHEL_SEARCH_TEXT] = TYPE (STRING) | TYPE (TEXT),
  [SATCHEL_SEARCH_EXACT] = TYPE (STRING),
};

static const guint policy_types[] = {
  [SATCHEL_POLICY_LAST] = ANY_TYPE,
  [SATCHEL_POLICY_FIRST] = ANY_TYPE,
  [SATCHEL_POLICY_REVIEW] = ANY_TYPE,
  [SATCHEL_POLICY_SET] = TYPE (MULTICHOICE) | TYPE (PARTIES),
  [SATCHEL_POLICY_COUNTER] = NUMBERS | TYPE (DURATION),
  [SATCHEL_POLICY_APPEND] = TYPE (TEXT),
  [SATCHEL_POLICY_MAX] = NUMBERS | TYPE (DURATION) | TYPE (DATE) | TYPE (DATETIME),
  [SATCHEL_POLICY_MIN] = NUMBERS | TYPE (DURATION) | TYPE (DATE) | TYPE (DATETIME),
  [SATCHEL_POLICY_STATE] = TYPE (CHOICE),
  [SATCHEL_POLICY_TEXT] = TYPE (TEXT),
  [SATCHEL_POLICY_REFERENCE] = TYPE (LOOKUP),
};

/* DESIGN §3, rule 2. */
static const SatchelPolicy default_policies[] = {
  [SATCHEL_TYPE_STRING] = SATCHEL_POLICY_LAST,     [SATCHEL_TYPE_TEXT] = SATCHEL_POLICY_TEXT,
  [SATCHEL_TYPE_INTEGER] = SATCHEL_POLICY_REVIEW,  [SATCHEL_TYPE_DECIMAL] = SATCHEL_POLICY_REVIEW,
  [SATCHEL_TYPE_MONEY] = SATCHEL_POLICY_REVIEW,    [SATCHEL_TYPE_BOOLEAN] = SATCHEL_POLICY_LAST,
  [SATCHEL_TYPE_DATE] = SATCHEL_POLICY_LAST,       [SATCHEL_TYPE_DATETIME] = SATCHEL_POLICY_LAST,
  [SATCHEL_TYPE_DURATION] = SATCHEL_POLICY_LAST,   [SATCHEL_TYPE_CHOICE] = SATCHEL_POLICY_LAST,
  [SATCHEL_TYPE_MULTICHOICE] = SATCHEL_POLICY_SET, [SATCHEL_TYPE_LOOKUP] = SATCHEL_POLICY_REFERENCE,
  [SATCHEL_TYPE_PARTIES] = SATCHEL_POLICY_SET,     [SATCHEL_TYPE_FILE] = SATCHEL_POLICY_LAST,
};

/* Words of the predicate language and columns of every table. */
static const char *const reserved_names[] = { "id", "s",     "row",    "and",   "or",       "not",
                                              "in", "is",    "exists", "like",  "contains", "me",
                                              "my", "today", "now",    "empty", NULL };

static gboolean
check_word (const SatchelTag *tag, const char *attribute, const char *name, GError **error)
{
  gboolean good = g_ascii_islower (name[0]) && strlen (name) <= MAX_NAME_CHARS;
  for (guint i = 1; name[i] && good; i++)
    good = g_ascii_islower (name[i]) || g_ascii_isdigit (name[i]) || name[i] == '_';
  if (!good)
    return satchel_place_fail (
        &tag->place, attribute, error,
        "“%s” is not a name: a lower-case letter, then letters, digits and “_”, at most %d", name,
        MAX_NAME_CHARS);
  if (g_strv_contains (reserved_names, name))
    return satchel_place_fail (&tag->place, attribute, error, "“%s” is a reserved name", name);
  return TRUE;
}

gboolean
satchel_tag_check_name (const SatchelTag *tag, const char *attribute, GError **error)
{
  return check_word (tag, attribute, satchel_tag_get (tag, attribute), error);
}

/* *aliases: the words by which people may name the thing too, NULL-terminated. */
static gboolean
get_aliases (const SatchelTag *tag, SatchelMetadataReader *reader, const char *const **aliases,
             GError **error)
{
  *aliases = satchel_reader_keep_words (reader, satchel_tag_get (tag, "alias"), NULL);
  for (guint i = 0; (*aliases)[i]; i++) {
    if (!check_word (tag, "alias", (*aliases)[i], error))
      return FALSE;
  }
  return TRUE;
}

/* NULL for an attribute that is not there, or empty: so can another document take it away. */
static const char *
keep_attribute (SatchelMetadataReader *reader, const SatchelTag *tag, const char *attribute)
{
  const char *text = satchel_tag_get (tag, attribute);
  return satchel_reader_keep_string (reader, text && *text ? text : NULL);
}

/* ---- <entity> ---- */

static gboolean
open_entity (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const char *name = satchel_reader_keep_string (reader, satchel_tag_get (tag, "name"));
  if (!satchel_tag_check_name (tag, "name", error))
    return FALSE;
  if (g_hash_table_contains (reader->by_name, name))
    return satchel_place_fail (&tag->place, "name", error, "entity “%s” is declared twice", name);

  SatchelEntityDraft *draft = satchel_entity_draft_new (&tag->place);
  g_ptr_array_add (reader->drafts, draft);
  g_hash_table_insert (reader->by_name, (gpointer)name, draft);
  reader->draft = draft;

  SatchelEntity *entity = &draft->entity;
  guint area = 0;
  entity->name = name;
  entity->label = satchel_reader_keep_string (reader, satchel_tag_get (tag, "label"));
  entity->plural = satchel_reader_keep_string (reader, satchel_tag_get (tag, "plural"));
  draft->title_name = satchel_reader_keep_string (reader, satchel_tag_get (tag, "title"));
  draft->once_name = keep_attribute (reader, tag, "once");
  draft->proof_names = satchel_reader_keep_words (reader, satchel_tag_get (tag, "proof"), &entity->n_proof);
  entity->rights = keep_attribute (reader, tag, "rights");
  if (reader->drafts->len > SATCHEL_MAX_ENTITIES)
    return satchel_place_fail (&tag->place, NULL, error, "more than %d entities", SATCHEL_MAX_ENTITIES);
  if (!get_aliases (tag, reader, &entity->aliases, error) ||
      !satchel_tag_get_flag (tag, "retired", &entity->retired, error) ||
      !satchel_tag_get_word (tag, "area", area_words, G_N_ELEMENTS (area_words), &area, error) ||
      !GET_WORD (tag, "ownership", ownership_words, &entity->ownership, error) ||
      !satchel_tag_get_flag (tag, "system", &entity->system, error) ||
      !satchel_tag_get_flag (tag, "part", &entity->part, error) ||
      !GET_WORD (tag, "carry", entity_carry_words, &entity->carry, error))
    return FALSE;
  entity->area = area_words[area];
  return TRUE;
}

/* ---- <field> and <choice> ---- */

static gboolean
check_field_attributes (const SatchelTag *tag, const SatchelField *field, GError **error)
{
  const char *type = satchel_type_name (field->type);
  guint bit = BIT (field->type);
  for (guint i = 0; i < G_N_ELEMENTS (limited_attributes); i++) {
    const char *attribute = limited_attributes[i].attribute;
    if (satchel_tag_get (tag, attribute) && !(limited_attributes[i].types & bit))
      return satchel_place_fail (&tag->place, attribute, error, "%s does not apply to the type “%s”",
                                 attribute, type);
  }
  if (!(format_types[field->format] & bit))
    return satchel_place_fail (&tag->place, "format", error, "format “%s” does not apply to the type “%s”",
                               format_words[field->format], type);
  if (!(search_types[field->search] & bit))
    return satchel_place_fail (&tag->place, "search", error, "search “%s” does not apply to the type “%s”",
                               search_words[field->search], type);
  if (!(policy_types[field->policy] & bit))
    return satchel_place_fail (&tag->place, "policy", error, "policy “%s” does not apply to the type “%s”",
                               satchel_policy_name (field->policy), type);
  if (field->group && (satchel_policy_needs_base (field->policy) || field->policy == SATCHEL_POLICY_MAX ||
                       field->policy == SATCHEL_POLICY_MIN))
    return satchel_place_fail (&tag->place, "group", error,
                               "a field of policy “%s” merges by itself and cannot be in a group",
                               satchel_policy_name (field->policy));
  if (field->type == SATCHEL_TYPE_LOOKUP && field->n_targets == 0)
    return satchel_place_fail (&tag->place, NULL, error, "a lookup needs the attribute “targets”");
  if (field->origin == SATCHEL_ORIGIN_DERIVED && satchel_tag_get (tag, "default"))
    return satchel_place_fail (&tag->place, "default", error, "a derived field has no default");
  if (field->compute && field->number_format)
    return satchel_place_fail (&tag->place, "compute", error, "a field is either computed or numbered");
  return TRUE;
}

/* A bound as the field's stored integer. */
static gboolean
get_bound (const SatchelTag *tag, const char *attribute, const SatchelField *field, gboolean *has_bound,
           gint64 *bound, GError **error)
{
  const char *text = satchel_tag_get (tag, attribute);
  if (!text)
    return TRUE;
  SatchelDecimal number;
  if (!satchel_decimal_parse (text, &number, NULL) ||
      !satchel_decimal_rescale (number, field->scale, &number, NULL))
    return satchel_place_fail (&tag->place, attribute, error,
                               "%s “%s” is not a number that the field could hold", attribute, text);
  *has_bound = TRUE;
  *bound = number.coefficient;
  return TRUE;
}

static gboolean
get_type_and_policy (const SatchelTag *tag, SatchelField *field, GError **error)
{
  const char *type_names[SATCHEL_TYPE_FILE + 1], *policy_names[SATCHEL_POLICY_REFERENCE + 1];
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    type_names[i] = satchel_type_name (i);
  for (guint i = 0; i < G_N_ELEMENTS (policy_names); i++)
    policy_names[i] = satchel_policy_name (i);
  if (!GET_WORD (tag, "type", type_names, &field->type, error))
    return FALSE;
  field->policy = default_policies[field->type];
  return GET_WORD (tag, "policy", policy_names, &field->policy, error);
}

static gboolean
open_field (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelEntityDraft *draft = reader->draft;
  const char *name = satchel_tag_get (tag, "name");
  if (!satchel_tag_check_name (tag, "name", error))
    return FALSE;
  if (draft->fields->len == SATCHEL_MAX_ENTITY_FIELDS)
    return satchel_place_fail (&tag->place, NULL, error, "an entity has at most %d fields",
                               SATCHEL_MAX_ENTITY_FIELDS);
  for (guint i = 0; i < draft->fields->len; i++) {
    const SatchelFieldDraft *other = g_ptr_array_index (draft->fields, i);
    if (g_str_equal (other->field.name, name))
      return satchel_place_fail (&tag->place, "name", error, "field “%s” is declared twice", name);
  }

  SatchelFieldDraft *field_draft = g_new0 (SatchelFieldDraft, 1);
  SatchelField *field = &field_draft->field;
  field_draft->place = tag->place;
  g_ptr_array_add (draft->fields, field_draft);
  reader->field = field_draft;
  reader->choices = g_array_new (FALSE, FALSE, sizeof (SatchelChoice));

  field->name = satchel_reader_keep_string (reader, name);
  field->label = satchel_reader_keep_string (reader, satchel_tag_get (tag, "label"));
  field->group = keep_attribute (reader, tag, "group");
  field->secured = keep_attribute (reader, tag, "secured");
  field->compute = keep_attribute (reader, tag, "compute");
  field->number_format = keep_attribute (reader, tag, "number_format");
  field->default_text = keep_attribute (reader, tag, "default");
  field->default_from = keep_attribute (reader, tag, "default_from");
  field->targets = satchel_reader_keep_words (reader, satchel_tag_get (tag, "targets"), &field->n_targets);
  gboolean derived = FALSE;
  if (!satchel_tag_get_flag (tag, "derived", &derived, error))
    return FALSE;
  field->origin = field->compute         ? SATCHEL_ORIGIN_COMPUTED
                  : field->number_format ? SATCHEL_ORIGIN_AUTONUMBER
                  : derived              ? SATCHEL_ORIGIN_DERIVED
                                         : SATCHEL_ORIGIN_ENTERED;
  if (!get_type_and_policy (tag, field, error))
    return FALSE;
  gboolean is_text = field->type == SATCHEL_TYPE_TEXT;
  field->max_chars = is_text ? SATCHEL_MAX_TEXT_CHARS : SATCHEL_MAX_STRING_CHARS;
  field->scale = field->type == SATCHEL_TYPE_DECIMAL || field->type == SATCHEL_TYPE_MONEY ? 2 : 0;
  return get_aliases (tag, reader, &field->aliases, error) &&
         satchel_tag_get_flag (tag, "retired", &field->retired, error) &&
         GET_WORD (tag, "format", format_words, &field->format, error) &&
         GET_WORD (tag, "required", requirement_words, &field->requirement, error) &&
         GET_WORD (tag, "search", search_words, &field->search, error) &&
         GET_WORD (tag, "on_delete", on_delete_words, &field->on_delete, error) &&
         GET_WORD (tag, "on_assign", cascade_words, &field->on_assign, error) &&
         GET_WORD (tag, "on_share", cascade_words, &field->on_share, error) &&
         satchel_tag_get_flag (tag, "carry", &field->carry, error) &&
         satchel_tag_get_number (tag, "length", 1, field->max_chars, &field->max_chars, error) &&
         satchel_tag_get_number (tag, "scale", 0, SATCHEL_MAX_DECIMAL_SCALE, &field->scale, error) &&
         satchel_tag_get_flag (tag, "open", &field->open, error) &&
         check_field_attributes (tag, field, error) &&
         get_bound (tag, "minimum", field, &field->has_minimum, &field->minimum, error) &&
         get_bound (tag, "maximum", field, &field->has_maximum, &field->maximum, error);
}

static gboolean
open_choice (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const SatchelField *field = &reader->field->field;
  const char *key = satchel_tag_get (tag, "key");
  if (field->type != SATCHEL_TYPE_CHOICE && field->type != SATCHEL_TYPE_MULTICHOICE)
    return satchel_place_fail (&tag->place, NULL, error, "choices do not apply to the type “%s”",
                               satchel_type_name (field->type));
  if (strlen (key) > MAX_NAME_CHARS)
    return satchel_place_fail (&tag->place, "key", error, "a key has at most %d characters", MAX_NAME_CHARS);
  for (guint i = 0; key[i]; i++) {
    if (!g_ascii_islower (key[i]) && !g_ascii_isdigit (key[i]) && key[i] != '_')
      return satchel_place_fail (&tag->place, "key", error,
                                 "“%s” is not a key: lower-case letters, digits and “_” only", key);
  }
  for (guint i = 0; i < reader->choices->len; i++) {
    if (g_str_equal (g_array_index (reader->choices, SatchelChoice, i).key, key))
      return satchel_place_fail (&tag->place, "key", error, "choice “%s” is declared twice", key);
  }
  SatchelChoice choice = { .key = satchel_reader_keep_string (reader, key),
                           .label = satchel_reader_keep_string (reader, satchel_tag_get (tag, "label")) };
  if (!satchel_tag_get_flag (tag, "retired", &choice.retired, error))
    return FALSE;
  g_array_append_val (reader->choices, choice);
  return TRUE;
}

static gboolean
close_field (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelField *field = &reader->field->field;
  field->n_choices = reader->choices->len;
  field->choices = satchel_reader_keep_array (reader, g_steal_pointer (&reader->choices));
  if (field->n_choices == 0 &&
      (field->type == SATCHEL_TYPE_CHOICE || (field->type == SATCHEL_TYPE_MULTICHOICE && !field->open)))
    return satchel_place_fail (&reader->field->place, NULL, error, "field “%s” has no choices", field->name);
  return TRUE;
}

/* ---- <states>, <rule> and <action> ---- */

static gboolean
open_states (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  if (reader->draft->state_name)
    return satchel_place_fail (&tag->place, NULL, error, "an entity has one state machine");
  reader->draft->state_name = satchel_reader_keep_string (reader, satchel_tag_get (tag, "field"));
  reader->draft->states_place = tag->place;
  return TRUE;
}

static gboolean
open_closed (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  g_ptr_array_add (reader->draft->closed_states,
                   (gpointer)satchel_reader_keep_string (reader, satchel_tag_get (tag, "key")));
  g_array_append_val (reader->draft->closed_places, tag->place);
  return TRUE;
}

static gboolean
open_transition (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelTransition transition = { .from = satchel_reader_keep_string (reader, satchel_tag_get (tag, "from")),
                                   .to = satchel_reader_keep_string (reader, satchel_tag_get (tag, "to")),
                                   .action =
                                       satchel_reader_keep_string (reader, satchel_tag_get (tag, "action")) };
  g_array_append_val (reader->draft->transitions, transition);
  g_array_append_val (reader->draft->transition_places, tag->place);
  return TRUE;
}

static gboolean
open_rule (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const char *when = satchel_tag_get (tag, "when");
  if (!satchel_tag_check_name (tag, "name", error))
    return FALSE;
  SatchelRule rule = { .name = satchel_reader_keep_string (reader, satchel_tag_get (tag, "name")),
                       .message = satchel_reader_keep_string (reader, satchel_tag_get (tag, "message")),
                       .field = satchel_reader_keep_string (reader, satchel_tag_get (tag, "field")),
                       .when = satchel_reader_keep_string (reader, when ? when : ""),
                       .require = satchel_reader_keep_string (reader, satchel_tag_get (tag, "require")) };
  g_array_append_val (reader->draft->rules, rule);
  g_array_append_val (reader->draft->rule_places, tag->place);
  return TRUE;
}

static gboolean
open_action (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const char *name = satchel_tag_get (tag, "name");
  if (g_ptr_array_find_with_equal_func (reader->draft->actions, name, g_str_equal, NULL))
    return satchel_place_fail (&tag->place, "name", error, "action “%s” is declared twice", name);
  g_ptr_array_add (reader->draft->actions, (gpointer)satchel_reader_keep_string (reader, name));
  g_array_append_val (reader->draft->action_places, tag->place);
  return TRUE;
}

/* ---- <views>, <view> and <column> ---- */

static gboolean
open_views (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  reader->views_entity = satchel_reader_keep_string (reader, satchel_tag_get (tag, "entity"));
  return TRUE;
}

static gboolean
open_view (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  const char *where = satchel_tag_get (tag, "where");
  if (!satchel_tag_check_name (tag, "name", error))
    return FALSE;

  SatchelViewDraft *draft = satchel_view_draft_new (&tag->place);
  draft->entity = reader->views_entity;
  draft->view =
      (SatchelView){ .name = satchel_reader_keep_string (reader, satchel_tag_get (tag, "name")),
                     .label = satchel_reader_keep_string (reader, satchel_tag_get (tag, "label")),
                     .where = satchel_reader_keep_string (reader, where ? where : ""),
                     .sort = satchel_reader_keep_string (reader, satchel_tag_get (tag, "sort")),
                     .find = satchel_reader_keep_words (reader, satchel_tag_get (tag, "find"), NULL),
                     .type_field = satchel_reader_keep_string (reader, satchel_tag_get (tag, "type")),
                     .date_field = satchel_reader_keep_string (reader, satchel_tag_get (tag, "date")),
                     .preview = satchel_reader_keep_words (reader, satchel_tag_get (tag, "preview"), NULL) };
  g_ptr_array_add (reader->views, draft);
  reader->view = draft;
  reader->columns = g_array_new (FALSE, FALSE, sizeof (SatchelViewColumn));
  return satchel_tag_get_flag (tag, "default", &draft->view.is_default, error) &&
         satchel_tag_get_flag (tag, "retired", &draft->retired, error);
}

static gboolean
open_column (const SatchelTag *tag, gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelViewColumn column = { .field = satchel_reader_keep_string (reader, satchel_tag_get (tag, "field")),
                               .priority = 1 };
  if (!satchel_tag_get_number (tag, "width", 20, 960, &column.width, error) ||
      !satchel_tag_get_number (tag, "priority", 1, 9, &column.priority, error))
    return FALSE;
  g_array_append_val (reader->columns, column);
  g_array_append_val (reader->view->column_places, tag->place);
  return TRUE;
}

static gboolean
close_view (gpointer data, GError **error)
{
  SatchelMetadataReader *reader = data;
  SatchelView *view = &reader->view->view;
  view->n_columns = reader->columns->len;
  view->columns = satchel_reader_keep_array (reader, g_steal_pointer (&reader->columns));
  return TRUE;
}

static gboolean
open_nothing (const SatchelTag *tag, gpointer data, GError **error)
{
  return TRUE;
}

static gboolean
open_satchel (const SatchelTag *tag, gpointer data, GError **error)
{
  if (g_str_equal (satchel_tag_get (tag, "version"), SATCHEL_METADATA_VERSION))
    return TRUE;
  return satchel_place_fail (&tag->place, "version", error, "this program reads version “%s”, not “%s”",
                             SATCHEL_METADATA_VERSION, satchel_tag_get (tag, "version"));
}

/* A definition stands in a file of its own, or with others in a document. */
#define ENTITY(parent)                                                                                       \
  {                                                                                                          \
    "entity", parent, { "name!", "label!", "plural!", "alias", "area!", "ownership!", "title!", "system",    \
                        "carry", "rights", "retired", "part",  "once",  "proof",      NULL },                \
        open_entity, NULL, { "name" }, SATCHEL_CHILDREN_MERGED                                               \
  }
#define VIEWS(parent)                                                                                        \
  {                                                                                                          \
    "views", parent, { "entity!", NULL }, open_views, NULL, { "entity" }, SATCHEL_CHILDREN_MERGED            \
  }

#define FORMS(parent)                                                                                        \
  {                                                                                                          \
    "forms", parent, { "entity!", NULL }, satchel_form_open_forms, NULL, { "entity" },                       \
        SATCHEL_CHILDREN_MERGED                                                                              \
  }
#define PROCESS(parent)                                                                                      \
  {                                                                                                          \
    "process", parent, { "entity!", "name!", "label!", "field!", NULL }, satchel_process_open,               \
        satchel_process_close, { "entity", "name" }, SATCHEL_CHILDREN_MERGED                                 \
  }
#define DASHBOARD(parent)                                                                                    \
  {                                                                                                          \
    "dashboard", parent, { "name!", "label!", "retired", NULL }, satchel_dashboard_open,                     \
        satchel_dashboard_close, { "name" }, SATCHEL_CHILDREN_MERGED                                         \
  }

const SatchelElement satchel_metadata_elements[] = {
  { "satchel", NULL, { "version!", NULL }, open_satchel, NULL, { NULL }, SATCHEL_CHILDREN_MERGED },
  ENTITY (NULL),
  ENTITY ("satchel"),
  { "field",
    "entity",
    { "name!",         "label!",   "alias",     "type!",     "length",       "scale",   "minimum",
      "maximum",       "required", "search",    "policy",    "group",        "secured", "format",
      "open",          "targets",  "on_delete", "on_assign", "on_share",     "carry",   "compute",
      "number_format", "default",  "retired",   "derived",   "default_from", NULL },
    open_field,
    close_field,
    { "name" },
    SATCHEL_CHILDREN_MERGED },
  { "choices", "field", { NULL }, open_nothing, NULL, { NULL }, SATCHEL_CHILDREN_MERGED },
  { "choice",
    "choices",
    { "key!", "label!", "retired", NULL },
    open_choice,
    NULL,
    { "key" },
    SATCHEL_CHILDREN_MERGED },
  { "states", "entity", { "field!", NULL }, open_states, NULL, { NULL }, SATCHEL_CHILDREN_MERGED },
  { "closed", "states", { "key!", NULL }, open_closed, NULL, { "key" }, SATCHEL_CHILDREN_MERGED },
  { "transition",
    "states",
    { "from!", "to!", "action", NULL },
    open_transition,
    NULL,
    { "from", "to", "action" }, /* several actions may lead from one state to the same */
    SATCHEL_CHILDREN_MERGED },
  { "rule",
    "entity",
    { "name!", "when", "require!", "field", "message!", NULL },
    open_rule,
    NULL,
    { "name" },
    SATCHEL_CHILDREN_MERGED },
  { "action", "entity", { "name!", NULL }, open_action, NULL, { "name" }, SATCHEL_CHILDREN_MERGED },
  VIEWS (NULL),
  VIEWS ("satchel"),
  { "view",
    "views",
    { "name!", "label!", "where", "sort!", "find", "type", "date", "preview", "default", "retired", NULL },
    open_view,
    close_view,
    { "name" },
    SATCHEL_CHILDREN_REPLACED },
  { "column",
    "view",
    { "field!", "width!", "priority", NULL },
    open_column,
    NULL,
    { "field" },
    SATCHEL_CHILDREN_MERGED },
  FORMS (NULL),
  FORMS ("satchel"),
  { "form",
    "forms",
    { "name!", "label!", NULL },
    satchel_form_open,
    satchel_form_close,
    { "name" },
    SATCHEL_CHILDREN_REPLACED },
  { "tab",
    "form",
    { "name!", "label!", NULL },
    satchel_form_open_tab,
    satchel_form_close_tab,
    { "name" },
    SATCHEL_CHILDREN_MERGED },
  { "section",
    "tab",
    { "name!", "label!", "columns", NULL },
    satchel_form_open_section,
    satchel_form_close_section,
    { "name" },
    SATCHEL_CHILDREN_MERGED },
  { "cell",
    "section",
    { "field!", "span", "read_only", NULL },
    satchel_form_open_cell,
    NULL,
    { "field" },
    SATCHEL_CHILDREN_MERGED },
  { "list",
    "tab",
    { "entity!", "lookup!", "view", "label!", NULL },
    satchel_form_open_list,
    NULL,
    { "entity", "lookup" },
    SATCHEL_CHILDREN_MERGED },
  PROCESS (NULL),
  PROCESS ("satchel"),
  { "stage",
    "process",
    { "key!", NULL },
    satchel_process_open_stage,
    satchel_process_close_stage,
    { "key" },
    SATCHEL_CHILDREN_REPLACED },
  { "criterion",
    "stage",
    { "name!", "kind!", "label!", "require", NULL },
    satchel_process_open_criterion,
    NULL,
    { "name", "kind" },
    SATCHEL_CHILDREN_MERGED },
  DASHBOARD (NULL),
  DASHBOARD ("satchel"),
  { "chart",
    "dashboard",
    { "name!", "label!", "kind!", "entity!", "where", "group!", "series", "measure!", "of", "weight", "share",
      "period", "most", "help", "retired", NULL },
    satchel_dashboard_open_chart,
    NULL,
    { "name" },
    SATCHEL_CHILDREN_MERGED },
  { NULL },
};
