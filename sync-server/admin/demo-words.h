/* What the demo organisation's customers are called, where they live and what is said about them, in four languages. Every
 * list ends with NULL. Addresses use domains and, where there are some, telephone numbers that belong to nobody.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *text;
  const char *latin; /* for addresses, lower case */
} SatchelDemoWord;

typedef struct {
  const char *name;
  const char *state;
  const char *postal_code; /* '#' is a digit */
  const char *phone;       /* prefix and form, '#' is a digit */
  const char *latin;
} SatchelDemoCity;

typedef struct {
  const char *language;
  const char *country;
  const char *domain;          /* ending of web addresses before ".example" */
  const SatchelDemoWord *given;
  const SatchelDemoWord *family;
  const SatchelDemoCity *cities;
  const char *const *companies; /* {f} family, {g} another one, {c} city, {s} stem */
  const SatchelDemoWord *stems;
  const char *const *streets; /* {n} number, {f} family */
  const char *mobile;
  const char *const *job_titles;
  const char *const *machine_topics; /* {p} product */
  const char *const *part_topics;
  const char *const *tasks; /* {a} account */
  const char *const *note_subjects;
  const char *const *sentences;
} SatchelDemoLanguage;

extern const SatchelDemoLanguage SATCHEL_DEMO_LANGUAGES[];
extern const guint SATCHEL_DEMO_N_LANGUAGES;

typedef struct {
  const char *name;
  const char *number;
  const char *series;
  const char *sales_unit;
  guint price; /* whole units of currency */
  gboolean machine;
} SatchelDemoProduct;

extern const SatchelDemoProduct SATCHEL_DEMO_PRODUCTS[]; /* ends with a name of NULL; machines first */

G_END_DECLS
