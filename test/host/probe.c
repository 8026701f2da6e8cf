// SPDX-License-Identifier: ISC
// An effect that has all that a format must carry: latency that changes, tails, hidden and inner parameters
#include "vstkit/effect.h"

#include "alloc.h"

#include <math.h>
#include <string.h>

#define MAX_DELAY 4096U

enum { LEVEL, CUTOFF, SIZE, TAPS, SUSTAIN = TAPS + 4, SECRET, MATRIX, N_SLOTS = MATRIX + 2 };

static const KitSection sections[] = {{"main", "Main"}, {"taps", "Taps"}};

static const char* const sizes[]  = {"Small", "Middle", "Large", NULL};
static const char* const off_on[] = {"Off", "On", NULL};
static const double      taps[]   = {0.5, 0.25, 0.125, 0.0625};

static const KitParam params[] = {
  {.key        = "level",
   .name       = "Level",
   .short_name = "Level",
   .section    = "main",
   .help       = "Level",
   .unit       = KIT_UNIT_DB,
   .min        = -24.0,
   .max        = 24.0,
   .step       = 0.1,
   .smooth_ms  = 20.0},
  {.key        = "cutoff",
   .name       = "Cutoff",
   .short_name = "Cutoff",
   .section    = "main",
   .help       = "Scales the level, too",
   .scale      = KIT_SCALE_LOG,
   .unit       = KIT_UNIT_HZ,
   .min        = 20.0,
   .max        = 20000.0,
   .def        = 1000.0,
   .hard_min   = 1.0,
   .hard_max   = 90000.0},
  {.key        = "size",
   .name       = "Size",
   .short_name = "Size",
   .section    = "main",
   .help       = "Latency",
   .kind       = KIT_KIND_CHOICE,
   .max        = 2.0,
   .def        = 1.0,
   .choices    = sizes,
   .flags      = KIT_PARAM_REBUILD},
  {.key        = "taps",
   .name       = "Tap",
   .short_name = "Tap",
   .section    = "taps",
   .help       = "Level of a tap",
   .count      = 4,
   .min        = 0.0,
   .max        = 1.0,
   .defs       = taps},
  {.key        = "sustain",
   .name       = "Sustain",
   .short_name = "Sustain",
   .section    = "taps",
   .help       = "Says that it never ends",
   .kind       = KIT_KIND_CHOICE,
   .max        = 1.0,
   .choices    = off_on},
  {.key        = "secret",
   .name       = "Secret",
   .short_name = "Secret",
   .section    = "taps",
   .help       = "For experts",
   .kind       = KIT_KIND_INT,
   .min        = 1.0,
   .max        = 9.0,
   .def        = 3.0,
   .flags      = KIT_PARAM_HIDDEN},
  {.key        = "matrix",
   .name       = "Matrix",
   .short_name = "Matrix",
   .section    = "taps",
   .help       = "Never a host parameter",
   .count      = 2,
   .max        = 1.0,
   .flags      = KIT_PARAM_STATE_ONLY | KIT_PARAM_OPTIONAL},
};

#define PRESET(id, json)                                                                                     \
  {                                                                                                          \
    id, json, sizeof(json) - 1                                                                               \
  }

static const KitEmbeddedPreset presets[] = {
  PRESET("beyond", "{\"cutoff\": 50000.0, \"level\": -0.1, \"_meta\": {\"name\": \"Beyond\"}}"),
  PRESET("inner", "{\"matrix\": [0.5, 1.0], \"secret\": 7, \"size\": 2,"
                  " \"_meta\": {\"name\": \"Inner \xC3\xA9\", \"category\": \"Odd\"}}"),
  PRESET("quiet", "{\"level\": -20.0, \"taps\": [0.9, 0.0, 0.0, 0.1], \"size\": 0}"),
  {0},
};

typedef struct {
  uint32_t n_in;
  uint32_t n_out;
  uint32_t delay;
  uint32_t at;
  double   line[KIT_MAX_CHANNELS][MAX_DELAY];
} Probe;

static uint32_t
latency_frames(const double* values, double sample_rate)
{
  static const double seconds[] = {0.0, 0.0015, 0.01};
  return (uint32_t)lrint(fmin(seconds[(int)values[SIZE]] * sample_rate, MAX_DELAY - 1.0));
}

static bool
needs_rebuild(const double* running, const double* wanted, double sample_rate)
{
  (void)sample_rate;
  return running[SIZE] != wanted[SIZE];
}

static double
tail_s(const double* values, double sample_rate)
{
  (void)sample_rate;
  kit_free(kit_calloc(1, sizeof(double))); // For the guard to see if this is worked out on the audio thread
  return values[SUSTAIN] > 0.5 ? (double)INFINITY : 0.0;
}

static double
default_tail_s(const double* values, double sample_rate)
{
  (void)values;
  (void)sample_rate;
  return 0.05;
}

static uint32_t
n_out_channels(uint32_t n_in)
{
  return n_in;
}

static size_t
render_memory(const KitRenderJob* job)
{
  (void)job;
  return 0;
}

static KitStatus
render(const KitRenderJob* job)
{
  (void)job;
  return KIT_ERR_UNSUPPORTED;
}

static void*
stream_new(const KitStreamSetup* setup)
{
  Probe* const probe = (Probe*)kit_calloc(1, sizeof(Probe));
  if (probe) {
    probe->n_in  = setup->n_in;
    probe->n_out = setup->n_out;
    probe->delay = latency_frames(setup->values, setup->sample_rate);
  }
  return probe;
}

static void
stream_reset(void* stream, const double* values)
{
  Probe* const probe = (Probe*)stream;
  (void)values;
  memset(probe->line, 0, sizeof(probe->line));
  probe->at = 0;
}

static double
gain_at(const KitBlock* block, uint32_t i)
{
  double v[N_SLOTS];
  for (uint32_t s = 0; s < N_SLOTS; ++s) {
    v[s] = block->values[s] + block->slopes[s] * (block->offset + i);
  }
  return pow(10.0, v[LEVEL] / 20.0) * (1.0 + v[CUTOFF] * 1e-6) * (1.0 + v[MATRIX] + v[SECRET]) *
         (v[TAPS] + v[TAPS + 1] + v[TAPS + 2] + v[TAPS + 3]) * 0.2;
}

static void
stream_process(void* stream, const KitBlock* block)
{
  Probe* const probe = (Probe*)stream;
  for (uint32_t i = 0; i < block->n_frames; ++i) {
    const double gain = gain_at(block, i);
    for (uint32_t c = 0; c < probe->n_in; ++c) {
      probe->line[c][probe->at % MAX_DELAY] = block->in[c][i];
    }
    for (uint32_t c = 0; c < probe->n_out; ++c) {
      const uint32_t from = c < probe->n_in ? c : 0U;
      block->out[c][i]    = gain * probe->line[from][(probe->at - probe->delay) % MAX_DELAY];
    }
    ++probe->at;
  }
}

extern const KitEffect probe_effect;

const KitEffect probe_effect = {
  .id             = "probe",
  .name           = "Probe",
  .description    = "Has all that a format must carry",
  .version        = "1.2.3",
  .category       = "unheard of",
  .table          = {params, sizeof(params) / sizeof(params[0])},
  .sections       = sections,
  .n_sections     = 2,
  .presets        = presets,
  .n_out_channels = n_out_channels,
  .default_tail_s = default_tail_s,
  .render_memory  = render_memory,
  .render         = render,
  .stream_new     = stream_new,
  .stream_free    = kit_free,
  .stream_reset   = stream_reset,
  .stream_process = stream_process,
  .needs_rebuild  = needs_rebuild,
  .latency_frames = latency_frames,
  .tail_s         = tail_s,
};
