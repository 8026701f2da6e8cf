// SPDX-License-Identifier: ISC
#include "figures.h"

#include "decay.h"

#include <math.h>
#include <string.h>

#define SPEED_OF_SOUND 343.0
#define DENSITY_AT_S   0.1
#define MISFIT         1e-6

const char* const reverb_solve_keys[] = {"size", "rt60", NULL};
const char* const reverb_solve_help[] = {
  "Factor on all delay times (\"1.3\")",
  "Time to decay by 60 dB before damping, by feedback gain (\"2.4\", \"800 ms\")", NULL};

const KitSolveRange reverb_solve_ranges[] = {
  {KIT_UNIT_NONE, 0.25, 4.0, NULL},
  {KIT_UNIT_S, 0.1, 12.0, "feedback_gain"},
};

static const char* const verdicts[] = {"decays", "sustains", "grows, held by saturation",
                                       "grows without bound: lower feedback_gain or raise saturation"};

typedef struct {
  double      hz;
  const char* rt_key;
  const char* rt_name;
  const char* gain_key;
  const char* gain_name;
} Octave;

static const Octave octaves[] = {
  {63.0, "rt60_63", "RT60 at 63 Hz", "loop_gain_63", "Loop gain at 63 Hz"},
  {125.0, "rt60_125", "RT60 at 125 Hz", "loop_gain_125", "Loop gain at 125 Hz"},
  {250.0, "rt60_250", "RT60 at 250 Hz", "loop_gain_250", "Loop gain at 250 Hz"},
  {500.0, "rt60_500", "RT60 at 500 Hz", "loop_gain_500", "Loop gain at 500 Hz"},
  {1000.0, "rt60_1k", "RT60 at 1 kHz", "loop_gain_1k", "Loop gain at 1 kHz"},
  {2000.0, "rt60_2k", "RT60 at 2 kHz", "loop_gain_2k", "Loop gain at 2 kHz"},
  {4000.0, "rt60_4k", "RT60 at 4 kHz", "loop_gain_4k", "Loop gain at 4 kHz"},
  {8000.0, "rt60_8k", "RT60 at 8 kHz", "loop_gain_8k", "Loop gain at 8 kHz"},
  {16000.0, "rt60_16k", "RT60 at 16 kHz", "loop_gain_16k", "Loop gain at 16 kHz"},
};

#define N_OCTAVES (sizeof(octaves) / sizeof(octaves[0]))

typedef struct {
  KitFigure* out;
  uint32_t   n;
  uint32_t   max;
} List;

static void
add(List* list, KitFigure figure)
{
  if (list->n < list->max) {
    list->out[list->n++] = figure;
  }
}

/** Echoes that leave the lines per second after DENSITY_AT_S, for one impulse into the lines. */
static double
echo_density(const double* values)
{
  static const double fan_out[] = {8.0, 8.0, 1.0, 8.0, 1.0, 2.0, 0.0, 8.0};

  const double pass_s = reverb_pass_s(values);
  const double each   = fan_out[(uint32_t)values[REVERB_MATRIX_TYPE]];
  const double passes = floor(DENSITY_AT_S / pass_s);
  const double banks  = reverb_n_lines(values) / (double)REVERB_NODES;
  return fmin(REVERB_NODES * banks / pass_s * pow(each * banks, passes), KIT_REFERENCE_RATE);
}

static double
modes_per_hz(const double* values)
{
  double shares = 0.0;
  for (uint32_t b = 0; b < reverb_n_lines(values) / REVERB_NODES; ++b) {
    shares += reverb_bank_ratios[b];
  }
  return reverb_pass_s(values) * REVERB_NODES * shares;
}

static void
add_room(List* list, const double* values)
{
  const double pass_s = reverb_pass_s(values);
  const double pre_ms = values[REVERB_PRE_DELAY] / KIT_REFERENCE_RATE * 1000.0;
  add(list, (KitFigure){"pre_delay", "Pre-delay", "ms", pre_ms, NULL});
  add(list, (KitFigure){"mean_free_path_ms", "Mean free time", "ms", pass_s * 1000.0, NULL});
  add(list, (KitFigure){"mean_free_path_m", "Mean free path", "m", pass_s * SPEED_OF_SOUND, NULL});
  add(list, (KitFigure){"echo_density", "Echo density after 100 ms", "1/s", echo_density(values),
                        "of the lines alone; diffusion adds to it"});
  add(list, (KitFigure){"modal_density", "Modal density", "1/Hz", modes_per_hz(values), NULL});
}

uint32_t
reverb_figures(const double* values, double sample_rate, KitFigure* out, uint32_t max)
{
  List         list = {out, 0, max};
  const double gain = reverb_matrix_gain(values);
  const double db   = 20.0 * log10(fabs(reverb_loop_feedback(values)) * gain); // Bass has octaves of its own
  const char*  verdict = verdicts[reverb_verdict(values, gain, db)];
  add(&list, (KitFigure){"rt60", "RT60", "s", reverb_rt60_s(values, db), "before damping and DC blocker"});
  add(&list, (KitFigure){"loop_gain", "Loop gain per pass", "dB", db, verdict});
  add(&list, (KitFigure){"matrix_misfit", "Matrix, distance from orthogonal", "",
                         reverb_matrix_misfit(values), NULL});
  add_room(&list, values);
  for (size_t i = 0; i < N_OCTAVES && octaves[i].hz < 0.45 * sample_rate; ++i) {
    const Octave* const o       = &octaves[i];
    const double        band_db = reverb_pass_db(values, gain, o->hz, sample_rate);
    add(&list, (KitFigure){o->rt_key, o->rt_name, "s", reverb_rt60_s(values, band_db), NULL});
    add(&list, (KitFigure){o->gain_key, o->gain_name, "dB", band_db,
                           verdicts[reverb_verdict(values, gain, band_db)]});
  }
  return list.n;
}

KitLinearity
reverb_linearity(const double* values, const char** why)
{
  if (values[REVERB_SATURATION] > 0.0) {
    *why = "saturation bends loud sounds more than quiet ones";
    return KIT_LEVEL_DEPENDENT;
  }
  if (values[REVERB_DUCKING] > 0.0) {
    *why = "ducking lowers what follows loud sounds";
    return KIT_LEVEL_DEPENDENT;
  }
  return KIT_LINEAR;
}

static void
check_matrix(const double* values, double gain, const KitLog* log)
{
  const bool blended = reverb_is_blended(values, NULL);
  const bool custom  = (uint32_t)values[REVERB_MATRIX_TYPE] == REVERB_CUSTOM ||
                      (blended && (uint32_t)values[REVERB_MOD_MATRIX2_TYPE] == REVERB_CUSTOM);
  const double misfit = reverb_matrix_misfit(values);
  if (!custom || misfit <= MISFIT) {
    return;
  }
  const double db = 20.0 * log10(gain);
  kit_log(
    log, KIT_LOG_WARNING,
    "matrix_custom is not orthogonal: the largest element of |M'M - I| is %.3g, where a lossless matrix "
    "has 0; it alone %s about %.1f dB per pass at the slowest frequencies, one pass gains at most %.1f "
    "dB, and with feedback_gain %.3g the loop %s",
    misfit, db > 0.0 ? "gains" : "loses", fabs(db),
    20.0 * log10(reverb_matrix_norm(&values[REVERB_MATRIX_CUSTOM])), values[REVERB_FEEDBACK_GAIN],
    verdicts[reverb_verdict(values, gain, reverb_undamped_db(values, gain))]);
}

void
reverb_check(const double* values, double sample_rate, const KitLog* log)
{
  (void)sample_rate;
  const double gain = reverb_matrix_gain(values);
  const double db   = reverb_undamped_db(values, gain);
  check_matrix(values, gain, log);
  if (values[REVERB_FREEZE] > 0.0) {
    kit_log(log, KIT_LOG_INFO,
            "the loop is frozen: nothing new comes into it; automate freeze, or switch it live");
    return;
  }
  switch (reverb_verdict(values, gain, db)) {
    case REVERB_DECAYS: break;
    case REVERB_SUSTAINS: kit_log(log, KIT_LOG_INFO, "the loop sustains: it never decays by itself"); break;
    case REVERB_GROWS_HELD:
      kit_log(log, KIT_LOG_INFO, "the loop grows by %.1f dB per pass until saturation holds it", db);
      break;
    case REVERB_GROWS:
      kit_log(
        log, KIT_LOG_WARNING,
        "the loop grows by %.1f dB per pass and saturation %g does not hold it: an offline render may run "
        "away; lower feedback_gain below %.3g or raise saturation above %.2g",
        db, values[REVERB_SATURATION], 1.0 / gain, 1.0 - 1.0 / (fabs(values[REVERB_FEEDBACK_GAIN]) * gain));
      break;
  }
}

static bool
read_number(const char* text, KitUnit unit, double* value)
{
  const KitParam number = {.key = "", .unit = unit, .max = 1e9};
  return kit_param_from_text(&number, text, value);
}

static KitStatus
solve_rt60(double* values, const char* text, const KitLog* log)
{
  double rt60 = 0.0;
  if (!read_number(text, KIT_UNIT_S, &rt60) || rt60 <= 0.0) {
    kit_log(log, KIT_LOG_ERROR, "rt60: \"%.64s\" is no time above 0, such as \"2.4\" or \"800 ms\"", text);
    return KIT_ERR_BAD_VALUE;
  }
  const double matrix = reverb_matrix_gain(values);
  if (matrix < 1e-6) {
    kit_log(log, KIT_LOG_ERROR,
            "rt60: the matrix feeds nothing back, so no feedback_gain gives a decay; "
            "choose another matrix_type");
    return KIT_ERR_BAD_VALUE;
  }
  const double gain = pow(10.0, -3.0 * reverb_pass_s(values) / rt60) / matrix;

  KitParamRef ref;
  kit_params_at_slot((KitParamTable){reverb_params, REVERB_N_PARAMS}, REVERB_FEEDBACK_GAIN, &ref);
  if (gain > ref.param->max) {
    kit_log(log, KIT_LOG_ERROR,
            "rt60: %g s needs feedback_gain %.3g, above its largest %g; scale matrix_custom up", rt60, gain,
            ref.param->max);
    return KIT_ERR_BAD_VALUE;
  }
  values[REVERB_FEEDBACK_GAIN] = gain;
  return KIT_SUCCESS;
}

static KitStatus
solve_size(double* values, const char* text, const KitLog* log)
{
  double size = 0.0;
  if (!read_number(text, KIT_UNIT_NONE, &size) || size <= 0.0) {
    kit_log(log, KIT_LOG_ERROR, "size: \"%.64s\" is no factor above 0, such as \"1.3\"", text);
    return KIT_ERR_BAD_VALUE;
  }
  KitParamRef ref;
  kit_params_at_slot((KitParamTable){reverb_params, REVERB_N_PARAMS}, REVERB_DELAY_TIMES, &ref);
  for (uint32_t i = 0; i < REVERB_NODES; ++i) {
    double* const delay  = &values[REVERB_DELAY_TIMES + i];
    const double  scaled = rint(*delay * size);
    *delay               = kit_param_clamp_hard(ref.param, scaled);
    if (*delay != scaled) {
      kit_log(log, KIT_LOG_WARNING, "size: delay_times.%u would be %g and is cut to %g", i + 1U, scaled,
              *delay);
    }
  }
  return KIT_SUCCESS;
}

KitStatus
reverb_solve(double* values, const char* key, const char* text, const KitLog* log)
{
  if (!strcmp(key, "rt60")) {
    return solve_rt60(values, text, log);
  }
  return strcmp(key, "size") ? KIT_ERR_NOT_FOUND : solve_size(values, text, log);
}
