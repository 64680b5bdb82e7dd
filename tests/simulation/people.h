/* Who takes part in the simulation.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#define SIM_PASSWORD "correct horse"

#define SIM_ADMINISTRATOR "ada"

typedef struct {
  const char *login, *role;
  int unit; /* of sim_units; -1: the root above them */
} SimPerson;

static const SimPerson sim_people[] = {
  { SIM_ADMINISTRATOR, "system-administrator", -1 },
  { "anna", "salesperson", 0 },
  { "bo", "salesperson", 0 },
  { "chen", "salesperson", 1 },
  { "dora", "sales-manager", -1 },
  { "emil", "back-office", -1 },
};
static const guint sim_n_people = G_N_ELEMENTS (sim_people);

/* Each under the root at first. */
static const char *const sim_units[] = { "North", "South", "Harbour" };

/* A role that opens a field class, and grants nothing else. */
#define SIM_FIGURES_ROLE "reads-figures"
