// SPDX-License-Identifier: ISC
/** @file analyze.h  The two halves of the analyze command. */
#ifndef KIT_APPS_CLI_ANALYZE_H
#define KIT_APPS_CLI_ANALYZE_H

#include "cli.h"

/** `analyze --impulse EFFECT`.  @return exit status. */
int
cli_analyze_impulse(const CliArgs* args, const KitEffect* effect);

#endif
