// SPDX-License-Identifier: ISC
// The vector maths against the C library, and the oscillators against their definition.
#define REVERB_LANES 2
#include "kernel_tracks.h"
#include "kit.h"
#include "tap.h"

#include <math.h>

#define N_POINTS 100000U

static double
at(Vn v)
{
  return v[0];
}

static void
check_functions(void)
{
  double sine  = 0.0;
  double tan_h = 0.0;
  double small = 0.0;
  double power = 0.0;
  double logar = 0.0;
  for (uint32_t i = 0; i < N_POINTS; ++i) {
    const double u = (double)i / N_POINTS;
    const double x = 25.0 * (u - 0.5) * fabs(u - 0.5) * 4.0;
    sine           = fmax(sine, fabs(at(vn_sin_half_turns(vn_all(2.0 * u))) - sin(2.0 * M_PI * u)));
    tan_h          = fmax(tan_h, fabs(at(vn_tanh(vn_all(x))) - tanh(x)));
    small          = fmax(small, fabs(at(vn_tanh_small(vn_all(u - 0.5))) - tanh(u - 0.5)));
    power          = fmax(power, fabs(at(vn_pow(vn_all(u), 0.4594)) - pow(u, 0.4594)));
    logar          = fmax(logar, fabs(at(vn_log(vn_all(u + 1e-9))) - log(u + 1e-9)) / (1.0 - log(u + 1e-9)));
  }
  tap_near(sine, 0.0, 1e-15, "sine");
  tap_near(tan_h, 0.0, 4e-16, "tanh");
  tap_near(small, 0.0, 4e-16, "tanh of small numbers");
  tap_near(power, 0.0, 2e-15, "power");
  tap_near(logar, 0.0, 5e-16, "logarithm");
  tap_ok(at(vn_pow(vn_all(0.0), 0.4594)) < 1e-100, "a power of 0 is 0 for all that can be heard");
  tap_ok(at(vn_tanh(vn_all(1e300))) == 1.0 && at(vn_tanh(vn_all(-1e300))) == -1.0, "tanh ends at 1");
  tap_ok(at(vn_tanh(vn_all(1e-12))) == 1e-12, "tanh of next to nothing is that");
  tap_ok(at(vn_floor(vn_all(-0.5))) == -1.0 && at(vn_floor(vn_all(7.0))) == 7.0 &&
           at(vn_floor(vn_all(2.99))) == 2.0,
         "floor");
}

static double
wave(ReverbWaveform waveform, double turns)
{
  return at(wave_part(waveform, vn_all(2.0 * turns)));
}

static void
check_waves(void)
{
  static const double turns[]    = {0.0, 0.125, 0.25, 0.5, 0.625, 0.75, 0.875, 1.0, 17.25};
  static const double triangle[] = {0.0, 0.5, 1.0, 0.0, -0.5, -1.0, -0.5, 0.0, 1.0};

  bool right = true;
  for (uint32_t i = 0; i < 9U; ++i) {
    right = right && wave(REVERB_TRIANGLE, turns[i]) == triangle[i];
    right = right && fabs(wave(REVERB_SINE, turns[i]) - sin(2.0 * M_PI * turns[i])) < 1e-14;
  }
  tap_ok(right, "sine and triangle start at 0, rise, and have a period of one turn");

  bool held   = true;
  bool inside = true;
  for (uint32_t n = 0; n < 1000U; ++n) {
    const int64_t hash = (((int64_t)n * 1103515245 + 12345) >> 16) & 0x7FFF;
    const double  want = (double)hash / 16383.5 - 1.0;
    held               = held && wave(REVERB_SAMPLE_HOLD, (n + 0.01) / 1000.0) == want &&
           wave(REVERB_SAMPLE_HOLD, (n + 0.99) / 1000.0) == want;
    inside = inside && want >= -1.0 && want <= 1.0;
  }
  tap_ok(held, "sample and hold takes 1000 hashed steps a turn");
  tap_ok(inside, "all of them from -1 to 1");
}

int
main(void)
{
  check_functions();
  check_waves();
  return tap_done();
}
