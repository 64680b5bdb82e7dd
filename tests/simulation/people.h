/* Who takes part in the simulation.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#define SIM_PASSWORD "correct horse"

typedef struct {
  const char *login, *role;
  int unit;           /* 0 North, 1 South, -1 the root above both */
} SimPerson;

static const SimPerson sim_people[] = {
  { "anna", "salesperson", 0 },  { "bo", "salesperson", 0 },
  { "chen", "salesperson", 1 },  { "dora", "sales-manager", -1 },
  { "emil", "back-office", -1 },
};
static const guint sim_n_people = G_N_ELEMENTS (sim_people);
