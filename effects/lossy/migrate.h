// SPDX-License-Identifier: ISC
/** @file migrate.h  Presets from before `window_size` and `inverse` (see KitEffect::migrate). */
#ifndef LOSSY_MIGRATE_H
#define LOSSY_MIGRATE_H

#include "vstkit/json.h"
#include "vstkit/log.h"
#include "vstkit/status.h"

/** Turn `speed` into `window_size` and `mode` into `inverse` or `jitter`, unless those are given. */
KitStatus
lossy_migrate(KitJson* preset, const KitLog* log);

#endif
