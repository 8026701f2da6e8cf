// SPDX-License-Identifier: ISC
#include "alloc.h"
#include "metrics.h"

#include <math.h>

#define STEPS         4 // gating blocks of 400 ms overlap by 75 %
#define ABSOLUTE_LUFS (-70.0)
#define RELATIVE_LU   (-10.0)

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

static double
block_power(const double* powers, size_t block)
{
  double sum = 0.0;
  for (size_t s = 0; s < STEPS; ++s) {
    sum += powers[block + s];
  }
  return sum / STEPS;
}

static double
lufs_from_power(double power)
{
  return power > 0.0 ? -0.691 + 10.0 * log10(power) : -(double)INFINITY;
}

/** Loudness of the blocks that are louder than `gate_lufs`. */
static double
gated_lufs(const double* powers, size_t n_blocks, double gate_lufs)
{
  double sum = 0.0;
  size_t n   = 0;
  for (size_t b = 0; b < n_blocks; ++b) {
    const double power = block_power(powers, b);
    if (lufs_from_power(power) > gate_lufs) {
      sum += power;
      ++n;
    }
  }
  return n ? lufs_from_power(sum / (double)n) : -(double)INFINITY;
}

KitStatus
kit_metric_lufs(const KitSignal* signal, double* lufs)
{
  *lufs                = -(double)INFINITY;
  const double n_exact = (double)signal->n_frames / (signal->sample_rate * 0.4 / STEPS);
  const size_t n_steps = (size_t)floor(n_exact + 1e-9);
  if (n_steps < STEPS) {
    return KIT_SUCCESS;
  }
  double* const powers = (double*)kit_calloc(n_steps, sizeof(double));
  if (!powers) {
    return KIT_ERR_NO_MEMORY;
  }
  for (uint32_t c = 0; c < signal->n_channels; ++c) {
    add_channel(signal, c, powers, n_steps);
  }
  const size_t n_blocks = n_steps - STEPS + 1U;
  const double ungated  = gated_lufs(powers, n_blocks, ABSOLUTE_LUFS);
  *lufs                 = gated_lufs(powers, n_blocks, fmax(ABSOLUTE_LUFS, ungated + RELATIVE_LU));
  kit_free(powers);
  return KIT_SUCCESS;
}
