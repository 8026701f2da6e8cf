// SPDX-License-Identifier: ISC
/** @file kernel_early.h  Part of the kernel: early reflections, beside the loop.  Compiled once for each
   vector width.

    Source of sparse ±1 taps in place of dense noise: M. Karjalainen and H. Järveläinen, "Reverberation
    Modeling Using Velvet Noise", AES 30th conference (2007). */
#ifndef REVERB_KERNEL_EARLY_H
#define REVERB_KERNEL_EARLY_H

#include "kernel_front.h"

#define EARLY_GAIN 0.5 ///< Of the all-passes

/* Signs at random; they fall with the square root of the time from 8 to 90 ms, and their squares add to 1 */
static const double early_gains[2][REVERB_TAPS] = {
  {-0.25506746339082087, -0.23709110937350356, 0.22244806847024248,  0.21022107029219042,
   -0.19981131579192568, 0.1908091005582844,   -0.18292337352358992, -0.17594092270422926,
   -0.169701504819945,   0.16408204487210015,  0.15898623906610307,  0.1543375048497207,
   0.1500740748853569,   0.14614550472037427,  -0.14251013664514872, 0.1391332249824155,
   0.1359855281540105,   -0.13304223611115149, -0.1302821426345057,  -0.12768699906437586,
   0.12524100425974835,  -0.12293039809989326, 0.12074313456972807,  0.11866861664731214,
   -0.11669747964393191, -0.11482141286755031, 0.11303301184769149,  0.11132565511902826,
   -0.10969340088150065, -0.10813089985547786, 0.10663332141548268,  0.10519629067569469,
   0.10381583465855677,  -0.10248833603630948, 0.10121049321777374,  -0.09997928577676204,
   -0.09879194439731512, 0.09764592465450612,  0.09653888406542742,  -0.09546866193900798,
   0.0944332616300012,   -0.09343083486533248, -0.09245966786273911, 0.09151816900441785,
   -0.09060485786392088, -0.08971835541415492, -0.08885737526912135, -0.08802071583284998,
   0.08720725324652455,  0.08641593503963498,  0.08564577440358133,  -0.08489584501687017,
   -0.08416527636019062, 0.08345324946749037,  0.08275899306589511,  -0.082081780063104,
   0.08142092434589002,  0.08077577785765692,  -0.08014572792675495, -0.07953019482051712},
  {-0.25506746339082087, -0.23709110937350356, 0.22244806847024248,  -0.21022107029219042,
   0.19981131579192568,  -0.1908091005582844,  -0.18292337352358992, -0.17594092270422926,
   -0.169701504819945,   -0.16408204487210015, -0.15898623906610307, 0.1543375048497207,
   0.1500740748853569,   -0.14614550472037427, -0.14251013664514872, -0.1391332249824155,
   -0.1359855281540105,  0.13304223611115149,  0.1302821426345057,   0.12768699906437586,
   0.12524100425974835,  0.12293039809989326,  -0.12074313456972807, -0.11866861664731214,
   -0.11669747964393191, 0.11482141286755031,  -0.11303301184769149, 0.11132565511902826,
   -0.10969340088150065, -0.10813089985547786, -0.10663332141548268, -0.10519629067569469,
   -0.10381583465855677, -0.10248833603630948, 0.10121049321777374,  -0.09997928577676204,
   0.09879194439731512,  -0.09764592465450612, 0.09653888406542742,  0.09546866193900798,
   0.0944332616300012,   -0.09343083486533248, -0.09245966786273911, 0.09151816900441785,
   0.09060485786392088,  -0.08971835541415492, 0.08885737526912135,  0.08802071583284998,
   0.08720725324652455,  -0.08641593503963498, -0.08564577440358133, -0.08489584501687017,
   0.08416527636019062,  0.08345324946749037,  -0.08275899306589511, 0.082081780063104,
   0.08142092434589002,  -0.08077577785765692, 0.08014572792675495,  -0.07953019482051712},
};

/** Add `scale` times the taps of one side on one network's pre-delay. */
REVERB_SIMD void
add_taps(const ReverbShape* shape, const ReverbRing* pre, uint64_t frame, uint32_t side, double* out)
{
  for (uint32_t k = 0; k < REVERB_TAPS; ++k) {
    const double* const from = ring_read(pre, frame, shape->pre_delay + shape->taps[side][k]);
    const double        gain = early_gains[side][k];
    for (size_t t = 0; t < REVERB_SPAN; t += REVERB_LANES) {
      vn_store(out + t, vn_load(out + t) + vn_load(from + t) * gain);
    }
  }
}

/** The taps of a side on all networks: its own louder than the other as far as the input is spread. */
REVERB_SIMD void
read_early(const ReverbEngine* engine, const ReverbSpan* span, const ReverbShape* shape, uint32_t side,
           double* out)
{
  const double slope = span->slopes ? span->slopes->spread : 0.0;
  for (uint32_t c = 0; c < engine->n_networks; ++c) {
    double x[REVERB_SPAN] = {0.0};
    add_taps(shape, &engine->networks[c].pre, engine->frame, side, x);
    for (size_t t = 0; t < span->n_frames; ++t) {
      const double spread = span->coeffs->spread + slope * (double)(span->offset + t);
      out[t] += engine->n_networks == 1U ? x[t] : x[t] * (c == side ? 1.0 + spread : 1.0 - spread);
    }
  }
}

/** Taps, those of the next shape fading in. */
REVERB_SIMD void
fade_early(const ReverbEngine* engine, const ReverbSpan* span, uint32_t side, double* out)
{
  double                   now[REVERB_SPAN]  = {0.0};
  double                   next[REVERB_SPAN] = {0.0};
  const ReverbShape* const other             = span->next ? span->next : span->shape;
  if (span->shape->early) {
    read_early(engine, span, span->shape, side, now);
  }
  if (span->next && other->early) {
    read_early(engine, span, other, side, next);
  }
  for (size_t t = 0; t < span->n_frames; ++t) {
    out[t] = span->next ? (1.0 - fade_at(span, t)) * now[t] + fade_at(span, t) * next[t] : now[t];
  }
}

static __attribute__((noinline)) void
run_early(ReverbEngine* engine, const ReverbSpan* span)
{
  ReverbEarly* const        early = &engine->early;
  const ReverbCoeffs* const k     = span->coeffs;
  const ReverbCoeffs* const s     = span->slopes;
  for (uint32_t side = 0; side < 2U; ++side) {
    double x[REVERB_SPAN];
    fade_early(engine, span, side, x);
    for (uint32_t i = 0; i < REVERB_EARLY_STAGES; ++i) {
      run_still_stage(&early->stages[side][i], early->delays[side][i], engine->frame, EARLY_GAIN, x,
                      span->n_frames);
    }
    double damped = early->damped[side];
    for (size_t t = 0; t < span->n_frames; ++t) {
      const double at   = (double)(span->offset + t);
      const double a    = k->early_damping + (s ? s->early_damping * at : 0.0);
      const double gain = k->early + (s ? s->early * at : 0.0);
      damped            = (1.0 - a) * x[t] + a * damped;
      span->wet[side][t] += gain * damped;
    }
    early->damped[side] = damped;
  }
}

#endif
