// SPDX-License-Identifier: ISC
/* What pugl (David Robillard and others, ISC) has in common for all systems. */
#include <common.c>
#include <internal.c>
