// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "metrics.h"

#include <math.h>
#include <stdlib.h>

#define SHORT_STEPS   30U // 3 s
#define STEPS         4U  // gating blocks of 400 ms overlap by 75 %
#define ABSOLUTE_LUFS (-70.0)
#define RELATIVE_LU   (-10.0)

#define LRA_STEPS       30U // 3 s
#define LRA_RELATIVE_LU (-20.0)

typedef struct {
  double b[3];
  double a[2];
  double s[2];
} Section;

/** The shelf of the K weighting for any rate, from the analogue prototype of BS.1770's 48 kHz table. */
static Section
make_shelf(double sample_rate)
{
  const double k  = tan(M_PI * 1681.974450955533 / sample_rate);
  const double q  = 0.7071752369554196;
  const double vh = pow(10.0, 3.999843853973347 / 20.0);
  const double vb = pow(vh, 0.4996667741545416);
  const double a0 = 1.0 + k / q + k * k;
  return (Section){
    .b = {(vh + vb * k / q + k * k) / a0, 2.0 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0},
    .a = {2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0},
  };
}

static Section
make_high_pass(double sample_rate)
{
  const double k  = tan(M_PI * 38.13547087602444 / sample_rate);
  const double q  = 0.5003270373238773;
  const double a0 = 1.0 + k / q + k * k;
  return (Section){
    .b = {1.0, -2.0, 1.0},
    .a = {2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0},
  };
}

static double
run_section(Section* section, double x)
{
  const double y = section->b[0] * x + section->s[0];
  section->s[0]  = section->b[1] * x - section->a[0] * y + section->s[1];
  section->s[1]  = section->b[2] * x - section->a[1] * y;
  return y;
}

static double
channel_weight(uint32_t channel, uint32_t n_channels)
{
  if (n_channels >= 6) {
    return channel == 3 ? 0.0 : channel < 3 ? 1.0 : 1.41;
  }
  return (n_channels >= 4 && channel + 2U >= n_channels) ? 1.41 : 1.0;
}

/** Add the weighted mean square of each step to `powers`. */
static void
add_channel(const KitSignal* signal, uint32_t channel, double* powers, size_t n_steps)
{
  const double step_frames = signal->sample_rate * 0.4 / STEPS;
  const double weight      = channel_weight(channel, signal->n_channels) / step_frames;
  Section      shelf       = make_shelf(signal->sample_rate);
  Section      high_pass   = make_high_pass(signal->sample_rate);
  size_t       i           = 0;
  for (size_t step = 0; step < n_steps; ++step) {
    const size_t end = (size_t)llround((double)(step + 1U) * step_frames);
    double       sum = 0.0;
    for (; i < end && i < signal->n_frames; ++i) {
      const double y = run_section(&high_pass, run_section(&shelf, signal->channels[channel][i]));
      sum += y * y;
    }
    powers[step] += sum * weight;
  }
}

/** Mean over `n` steps. */
static double
block_power(const double* powers, size_t block, size_t n)
{
  double sum = 0.0;
  for (size_t s = 0; s < n; ++s) {
    sum += powers[block + s];
  }
  return sum / (double)n;
}

static double
lufs_from_power(double power)
{
  return power > 0.0 ? -0.691 + 10.0 * log10(power) : -(double)INFINITY;
}

/** Loudness of the blocks of `length` steps that are louder than `gate_lufs`. */
static double
gated_lufs(const double* powers, size_t n_steps, size_t length, double gate_lufs)
{
  double sum = 0.0;
  size_t n   = 0;
  for (size_t b = 0; b + length <= n_steps; ++b) {
    const double power = block_power(powers, b, length);
    if (lufs_from_power(power) > gate_lufs) {
      sum += power;
      ++n;
    }
  }
  return n ? lufs_from_power(sum / (double)n) : -(double)INFINITY;
}

/** Weighted power of each step, all channels.  Null where there are fewer than `least`, or without memory. */
static double*
step_powers(const KitSignal* signal, size_t least, size_t* n_steps, KitStatus* status)
{
  const double n_exact = (double)signal->n_frames / (signal->sample_rate * 0.4 / STEPS);
  *n_steps             = (size_t)floor(n_exact + 1e-9);
  *status              = KIT_SUCCESS;
  if (*n_steps < least) {
    return NULL;
  }
  double* const powers = (double*)kit_calloc(*n_steps, sizeof(double));
  for (uint32_t c = 0; powers && c < signal->n_channels; ++c) {
    add_channel(signal, c, powers, *n_steps);
  }
  *status = powers ? KIT_SUCCESS : KIT_ERR_NO_MEMORY;
  return powers;
}

KitStatus
kit_metric_lufs(const KitSignal* signal, double* lufs)
{
  size_t        n      = 0;
  KitStatus     st     = KIT_SUCCESS;
  double* const powers = step_powers(signal, STEPS, &n, &st);
  *lufs                = -(double)INFINITY;
  if (powers) {
    const double ungated = gated_lufs(powers, n, STEPS, ABSOLUTE_LUFS);
    *lufs                = gated_lufs(powers, n, STEPS, fmax(ABSOLUTE_LUFS, ungated + RELATIVE_LU));
  }
  kit_free(powers);
  return st;
}

static int
compare(const void* a, const void* b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static double
percentile(const double* sorted, size_t n, double part)
{
  return sorted[(size_t)lrint(part * (double)(n - 1U))];
}

KitStatus
kit_metric_lra(const KitSignal* signal, double* lra_lu)
{
  size_t        n      = 0;
  KitStatus     st     = KIT_SUCCESS;
  double* const powers = step_powers(signal, LRA_STEPS, &n, &st);
  *lra_lu              = (double)NAN;
  if (powers) {
    const double gate =
      fmax(ABSOLUTE_LUFS, gated_lufs(powers, n, LRA_STEPS, ABSOLUTE_LUFS) + LRA_RELATIVE_LU);
    size_t kept = 0;
    for (size_t b = 0; b + LRA_STEPS <= n; ++b) { // In place: what is written has been read
      const double lufs = lufs_from_power(block_power(powers, b, LRA_STEPS));
      if (lufs > gate) {
        powers[kept++] = lufs;
      }
    }
    if (kept) {
      qsort(powers, kept, sizeof(double), compare);
      *lra_lu = percentile(powers, kept, 0.95) - percentile(powers, kept, 0.10);
    }
  }
  kit_free(powers);
  return st;
}

typedef struct {
  Section shelf;
  Section high_pass;
  double  weight;
} Weighting;

struct KitLoudness {
  double     step_frames;
  uint32_t   n_channels;
  Weighting* channels;            ///< [n_channels]
  double     powers[SHORT_STEPS]; ///< Of the last steps, in a ring
  double     sum;                 ///< Of the step that is under way
  uint64_t   step;                ///< Its number
  uint64_t   frame;
};

KitLoudness*
kit_loudness_new(double sample_rate, uint32_t n_channels)
{
  KitLoudness* const loudness = (KitLoudness*)kit_calloc(1, sizeof(KitLoudness));
  Weighting* const   channels = (Weighting*)kit_calloc(n_channels, sizeof(Weighting));
  if (!loudness || !channels) {
    kit_free(loudness);
    kit_free(channels);
    return NULL;
  }
  for (uint32_t c = 0; c < n_channels; ++c) {
    channels[c] =
      (Weighting){make_shelf(sample_rate), make_high_pass(sample_rate), channel_weight(c, n_channels)};
  }
  loudness->step_frames = sample_rate * 0.4 / STEPS;
  loudness->n_channels  = n_channels;
  loudness->channels    = channels;
  return loudness;
}

void
kit_loudness_free(KitLoudness* loudness)
{
  if (loudness) {
    kit_free(loudness->channels);
    kit_free(loudness);
  }
}

void
kit_loudness_feed(KitLoudness* loudness, const double* const* channels, size_t n_frames)
{
  for (size_t i = 0; i < n_frames; ++i) {
    for (uint32_t c = 0; c < loudness->n_channels; ++c) {
      Weighting* const at = &loudness->channels[c];
      const double     y  = run_section(&at->high_pass, run_section(&at->shelf, channels[c][i]));
      loudness->sum += at->weight * y * y;
    }
    if (++loudness->frame >= (uint64_t)llround((double)(loudness->step + 1U) * loudness->step_frames)) {
      loudness->powers[loudness->step++ % SHORT_STEPS] = loudness->sum / loudness->step_frames;
      loudness->sum                                    = 0.0;
    }
  }
}

double
kit_loudness_short_lufs(const KitLoudness* loudness)
{
  double sum = 0.0;
  for (size_t s = 0; s < SHORT_STEPS; ++s) {
    sum += loudness->powers[s];
  }
  return lufs_from_power(sum / SHORT_STEPS);
}
