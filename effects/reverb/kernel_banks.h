// SPDX-License-Identifier: ISC
/**
   @file kernel_banks.h  Part of the kernel: several banks of eight lines, and bass that decays by itself.
   Compiled once for each vector width.

   The matrix mixes the lines of each bank; a Hadamard matrix mixes the banks,
   line by line.  Pans are so turned from bank to bank that left and right are as
   loud, and have nothing in common: (L, R), (R, -L), (L, -R), (R, L).
*/
#ifndef REVERB_KERNEL_BANKS_H
#define REVERB_KERNEL_BANKS_H

/** State of a bank, in registers as far as there are any. */
typedef struct {
  Loop loop;
  V8   low;
} Bank;

REVERB_SIMD void
load_bank(Bank* bank, const ReverbNetwork* network, size_t first)
{
  bank->loop = (Loop){v8_load(network->damped + first), v8_load(network->dc_in + first),
                      v8_load(network->dc_out + first)};
  bank->low  = v8_load(network->low + first);
}

REVERB_SIMD void
store_bank(const Bank* bank, ReverbNetwork* network, size_t first)
{
  v8_store(network->damped + first, bank->loop.damped);
  v8_store(network->dc_in + first, bank->loop.dc_in);
  v8_store(network->dc_out + first, bank->loop.dc_out);
  v8_store(network->low + first, bank->low);
}

REVERB_SIMD void
add_and_subtract(V8* a, V8* b)
{
  const V8 sum = v8_add(*a, *b);
  *b           = v8_sub(*a, *b);
  *a           = sum;
}

/** `n` is a constant where this is inlined. */
REVERB_SIMD void
mix_across(V8* v, size_t n)
{
  if (n == 2U) {
    add_and_subtract(&v[0], &v[1]);
  } else if (n == 4U) {
    add_and_subtract(&v[0], &v[1]);
    add_and_subtract(&v[2], &v[3]);
    add_and_subtract(&v[0], &v[2]);
    add_and_subtract(&v[1], &v[3]);
  }
  for (size_t b = 0; b < n && n > 1U; ++b) {
    v[b] = v8_scale(v[b], n == 2U ? 0.707106781186547524401 : 0.5);
  }
}

/** What is added to left and right at a frame. */
REVERB_SIMD V2
wet_of_banks(const V8* read, size_t n, V8 left, V8 right)
{
  if (n == 1U) {
    return v8_sums(v8_mul(read[0], left), v8_mul(read[0], right));
  }
  const V8 even  = n == 4U ? v8_add(read[0], read[2]) : read[0];
  const V8 odd   = n == 4U ? v8_add(read[1], read[3]) : read[1];
  const V8 even2 = n == 4U ? v8_sub(read[0], read[2]) : read[0];
  const V8 odd2  = n == 4U ? v8_sub(read[3], read[1]) : v8_sub(v8_all(0.0), read[1]);
  return v8_sums(v8_add(v8_mul(even, left), v8_mul(odd, right)),
                 v8_add(v8_mul(even2, right), v8_mul(odd2, left)));
}

/** What a frame computes with. */
typedef struct {
  V8     damping;
  V8     left;
  V8     right;
  V8     input;
  double feedback[REVERB_BANKS];
  double low_gain[REVERB_BANKS];
  double low_pole;
  double saturation;
  size_t t; ///< Frame of the span
} Frame;

REVERB_SIMD Frame
still_frame(const ReverbSpan* span, uint32_t channel, size_t n)
{
  const ReverbCoeffs* const k     = span->coeffs;
  Frame                     frame = {
                        v8_load(k->damping), v8_load(k->gain_left), v8_load(k->gain_right), v8_load(k->input[channel]), {0}, {0},
                        k->low_pole,         k->saturation};
  for (size_t b = 0; b < n; ++b) {
    frame.feedback[b] = k->feedback[b];
    frame.low_gain[b] = k->low_gain[b];
  }
  return frame;
}

REVERB_SIMD Frame
moving_frame(const Tracks* tracks, uint32_t channel, size_t t, size_t n)
{
  Frame frame = {v8_load(tracks->nodes.damping[t]),
                 v8_load(tracks->nodes.left[t]),
                 v8_load(tracks->nodes.right[t]),
                 v8_load(tracks->input[channel][t]),
                 {0},
                 {0},
                 tracks->low_pole[t],
                 tracks->saturation[t]};
  for (size_t b = 0; b < n; ++b) {
    frame.feedback[b] = tracks->feedback[b][t];
    frame.low_gain[b] = tracks->low_gain[b][t];
  }
  return frame;
}

REVERB_SIMD V8
read_moving(const Tracks* tracks, const ReverbNetwork* network, size_t stride, size_t b, size_t t)
{
  const double* const lines = network->lines + b * REVERB_NODES * stride;
  const V8            read  = read_taps(lines, stride, &tracks->taps[b], t);
  if (!tracks->reads_both) {
    return read;
  }
  return v8_lerp(read, read_taps(lines, stride, &tracks->next_taps[b], t), fade_at(tracks->span, t));
}

/** From what was read to what is fed back, all banks mixed. */
REVERB_SIMD void
feed_back(Bank* banks, const Frame* frame, const ReverbSpan* span, const Tracks* tracks, V8* v, size_t n)
{
  const V8 b1 = v8_sub(v8_all(1.0), frame->damping);
  for (size_t b = 0; b < n; ++b) {
    Bank* const bank  = &banks[b];
    bank->loop.damped = v8_add(v8_mul(b1, v[b]), v8_mul(frame->damping, bank->loop.damped));
    bank->low =
      v8_add(v8_scale(bank->loop.damped, 1.0 - frame->low_pole), v8_scale(bank->low, frame->low_pole));
    const V8 x     = v8_add(bank->loop.damped, v8_scale(bank->low, frame->low_gain[b]));
    const V8 mixed = tracks ? mix_tracks(tracks, x, frame->t)
                            : mix(span->shape->matrix.type, span->shape->matrix.columns, x);
    v[b]           = v8_scale(mixed, frame->feedback[b]);
  }
  mix_across(v, n);
}

/** `tracks` is null where everything stands still; that and `n` are constants where this is inlined. */
REVERB_SIMD void
run_n_banks(ReverbEngine* engine, const ReverbSpan* span, const Tracks* tracks, const double* u,
            uint32_t channel, size_t n)
{
  /* As loud in all; the last one turned over, so that the banks' mixer does not send all to one */
  static const double shares[3][4] = {
    {1.0}, {0.707106781186547524401, 0.707106781186547524401}, {0.5, 0.5, 0.5, -0.5}};

  const double* const  share   = shares[n / 2U];
  ReverbNetwork* const network = &engine->networks[channel];
  const size_t         stride  = engine->line_stride;
  const size_t         at      = (size_t)engine->frame & engine->line_mask;
  const bool           bends   = tracks ? tracks->saturates : span->coeffs->saturation > 0.0;

  Bank          banks[REVERB_BANKS];
  const double* taps[REVERB_LINES];
  Frame         frame = still_frame(span, channel, n);
  for (size_t b = 0; b < n; ++b) {
    load_bank(&banks[b], network, b * REVERB_NODES);
  }
  for (size_t i = 0; i < n * REVERB_NODES; ++i) {
    const size_t from = (size_t)engine->frame - 1U - span->shape->delays[i];
    taps[i]           = network->lines + i * stride + (from & engine->line_mask);
  }
  for (size_t t = 0; t < span->n_frames; ++t) {
    V8 v[REVERB_BANKS];
    frame   = tracks ? moving_frame(tracks, channel, t, n) : frame;
    frame.t = t;
    for (size_t b = 0; b < n; ++b) {
      v[b] = tracks ? read_moving(tracks, network, stride, b, t) : v8_gather(taps + b * REVERB_NODES, t);
    }
    const V2 wet = wet_of_banks(v, n, frame.left, frame.right);
    feed_back(banks, &frame, span, tracks, v, n);
    for (size_t b = 0; b < n; ++b) {
      const V8 fed = v8_add(v[b], v8_scale(frame.input, share[b] * u[t]));
      const V8 x   = bends ? saturate(fed, frame.saturation) : fed;
      v8_scatter(network->lines + b * REVERB_NODES * stride + at + t, stride,
                 block_dc(&banks[b].loop, x, engine->dc_factor));
    }
    span->wet[0][t] += wet[0];
    span->wet[1][t] += wet[1];
  }
  for (size_t b = 0; b < n; ++b) {
    store_bank(&banks[b], network, b * REVERB_NODES);
  }
}

#define BANKS(n)                                                                                             \
  static __attribute__((noinline)) void still_banks_##n(ReverbEngine* engine, const ReverbSpan* span,        \
                                                        const double* u, uint32_t channel)                   \
  {                                                                                                          \
    run_n_banks(engine, span, NULL, u, channel, n);                                                          \
  }                                                                                                          \
  static __attribute__((noinline)) void moving_banks_##n(ReverbEngine* engine, const Tracks* tracks,         \
                                                         const double* u, uint32_t channel)                  \
  {                                                                                                          \
    run_n_banks(engine, tracks->span, tracks, u, channel, n);                                                \
  }

BANKS(1)
BANKS(2)
BANKS(4)

/** @param tracks Null where everything stands still. */
static void
run_banks(ReverbEngine* engine, const ReverbSpan* span, const Tracks* tracks, const double* u,
          uint32_t channel)
{
  switch (engine->n_lines / REVERB_NODES + (tracks ? 8U : 0U)) {
    case 1: still_banks_1(engine, span, u, channel); break;
    case 2: still_banks_2(engine, span, u, channel); break;
    case 4: still_banks_4(engine, span, u, channel); break;
    case 9: moving_banks_1(engine, tracks, u, channel); break;
    case 10: moving_banks_2(engine, tracks, u, channel); break;
    default: moving_banks_4(engine, tracks, u, channel); break;
  }
}

#endif
