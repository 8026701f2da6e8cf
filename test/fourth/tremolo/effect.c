// SPDX-License-Identifier: ISC
#include "tremolo.h"

#include "vstkit/alloc.h"

#define RENDER_PART 8192U

extern const KitEmbeddedPreset tremolo_presets[];
extern const char* const       tremolo_published[];

static const char* const shapes[] = {"Sine", "Triangle", "Square", NULL};

static const KitSection sections[] = {{"motion", "Motion"}, {"stereo", "Stereo"}};

static const KitParam params[] = {
  [TREMOLO_RATE] =
    {
      .key        = "rate",
      .name       = "Rate",
      .short_name = "Rate",
      .section    = "motion",
      .help       = "How often the level swings",
      .scale      = KIT_SCALE_LOG,
      .unit       = KIT_UNIT_HZ,
      .min        = 0.1,
      .max        = 20.0,
      .def        = 4.0,
    },
  [TREMOLO_DEPTH] =
    {
      .key        = "depth",
      .name       = "Depth",
      .short_name = "Depth",
      .section    = "motion",
      .help       = "How far the level swings down: 1 is to silence",
      .max        = 1.0,
      .def        = 0.5,
    },
  [TREMOLO_SHAPE] =
    {
      .key        = "shape",
      .name       = "Shape",
      .short_name = "Shape",
      .section    = "motion",
      .help       = "Course of a swing",
      .kind       = KIT_KIND_CHOICE,
      .max        = TREMOLO_SQUARE,
      .choices    = shapes,
    },
  [TREMOLO_SPREAD] =
    {
      .key        = "spread",
      .name       = "Spread",
      .short_name = "Spread",
      .section    = "stereo",
      .help       = "How far the right side is ahead: at 1 the sides alternate",
      .max        = 1.0,
    },
};

// Presets of before `rate` give the seconds of a swing
static KitStatus
migrate(KitJson* preset, const KitLog* log)
{
  const KitJson* const period = kit_json_get(preset, "period");
  double               s      = 0.0;
  if (!period) {
    return KIT_SUCCESS;
  }
  if (!kit_json_number(period, &s) || s <= 0.0) {
    kit_log(log, KIT_LOG_ERROR, "\"period\" is no number of seconds above 0");
    return KIT_ERR_BAD_DATA;
  }
  kit_json_remove(preset, "period");
  return kit_json_set_real(preset, "rate", 1.0 / s);
}

static uint32_t
n_out_channels(uint32_t n_in)
{
  return n_in <= KIT_MAX_CHANNELS ? n_in : 0U;
}

static double
default_tail_s(const double* values, double sample_rate)
{
  (void)values;
  (void)sample_rate;
  return 0.0;
}

static size_t
render_memory(const KitRenderJob* job)
{
  (void)job;
  return 0;
}

// The render is the stream with parameters that stand still
static KitStatus
render(const KitRenderJob* job)
{
  static const double slopes[TREMOLO_N_SLOTS] = {0.0};

  Tremolo tremolo = {.sample_rate = job->sample_rate, .n_in = job->n_in, .n_out = job->n_out};
  tremolo_reset(&tremolo, job->values);
  for (size_t at = 0; at < job->n_frames; at += RENDER_PART) {
    const size_t        left                  = job->n_frames - at;
    const double* const in[KIT_MAX_CHANNELS]  = {job->in[0] + at, job->in[job->n_in - 1U] + at};
    double* const       out[KIT_MAX_CHANNELS] = {job->out[0] + at, job->out[job->n_out - 1U] + at};
    const KitBlock      block                 = {
                           .in       = in,
                           .out      = out,
                           .n_frames = left < RENDER_PART ? (uint32_t)left : RENDER_PART,
                           .values   = job->values,
                           .slopes   = slopes,
    };
    tremolo_process(&tremolo, &block);
    if (job->progress && !job->progress(job->handle, (double)(at + block.n_frames) / (double)job->n_frames)) {
      return KIT_ERR_CANCELLED;
    }
  }
  return KIT_SUCCESS;
}

static void*
stream_new(const KitStreamSetup* setup)
{
  Tremolo* const tremolo = (Tremolo*)kit_calloc(1, sizeof(Tremolo));
  if (tremolo) {
    *tremolo = (Tremolo){.sample_rate = setup->sample_rate, .n_in = setup->n_in, .n_out = setup->n_out};
    tremolo_reset(tremolo, setup->values);
  }
  return tremolo;
}

const KitEffect tremolo_effect = {
  .id             = "tremolo",
  .name           = "Tremolo",
  .description    = "Swings the level of each side up and down",
  .version        = "1.0.0",
  .category       = "tremolo",
  .table          = {params, sizeof(params) / sizeof(params[0])},
  .sections       = sections,
  .n_sections     = sizeof(sections) / sizeof(sections[0]),
  .published      = tremolo_published,
  .presets        = tremolo_presets,
  .migrate        = migrate,
  .n_out_channels = n_out_channels,
  .default_tail_s = default_tail_s,
  .render_memory  = render_memory,
  .render         = render,
  .stream_new     = stream_new,
  .stream_free    = kit_free,
  .stream_reset   = tremolo_reset,
  .stream_process = tremolo_process,
};
