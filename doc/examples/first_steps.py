# SPDX-License-Identifier: ISC
"""A walk through vstkit, cell by cell: python doc/examples/first_steps.py [FOLDER for pictures and sounds]"""

# %% Imports, and where results go
import sys
from pathlib import Path

import numpy as np
import vstkit

here = Path(__file__).resolve().parent
folder = Path(sys.argv[1] if len(sys.argv) > 1 else "first_steps")
folder.mkdir(parents=True, exist_ok=True)

# %% Read a clip: float64, full scale ±1, (n,) or (n, channels)
audio, rate = vstkit.read(here.parent.parent / "demo" / "clip.flac")
print(f"clip: {audio.shape}, {rate:.0f} Hz, effects: {', '.join(vstkit.effects())}")

# %% Render it through a preset, and change a few things
broken = vstkit.render("lossy", audio, rate, preset="dial_up_mp3")
worse = vstkit.render("lossy", audio, rate, preset="dial_up_mp3", params={"loss": 0.9, "packets": "repeat", "packet_rate": 0.5}, seed=7)
vstkit.write(folder / "worse.wav", worse, rate)
picture = vstkit.spectrogram_png(audio, rate, worse, title="A dial-up line, made worse", labels=("Before", "After"))
(folder / "lossy.png").write_bytes(picture)

# %% How far is it from the original?
for name, rendered in (("preset", broken), ("worse", worse)):
    pair = vstkit.analyze(rendered, rate, reference=audio).comparison
    assert pair  # for type checkers: there is one because there is a reference
    print(f"{name}: level {pair.rms_change_db:+.1f} dB, THD+N {pair.fitted_residual_db:.1f} dB, correlation {pair.correlation:.2f}")

# %% What is there to turn?
for key in ("loss", "filter_freq", "filter_type"):
    row = vstkit.parameters("lossy")[key]
    span = ", ".join(row.choices) or f"{row.min:g} to {row.max:g} {row.unit}".strip()
    print(f"{key}: {row.help} ({span}; default {row.default})")
rooms = vstkit.presets("reverb")
print(f"{len(rooms)} presets of Reverb: {', '.join(sorted({info.category for info in rooms}))}")

# %% An impulse through a reverb: decay times, clarity, echo density
impulse = np.zeros(int(0.01 * rate))
impulse[0] = 1.0
hall = vstkit.params("reverb", feedback_gain=0.93, diffusion=0.6, wet_dry=1.0, pre_delay=0)
response = vstkit.render("reverb", impulse, rate, params=hall, tail=8)
room = vstkit.analyze(response, rate, impulse=True).impulse
assert room
print(f"RT60 {room.rt60_s:.2f} s, EDT {room.edt_s:.2f} s, C80 {room.c80_db:.1f} dB, echo density {room.echo_density:.2f}")
(folder / "decay.png").write_bytes(vstkit.decay_png(response, rate, title="Decay of the hall"))

# %% The same room as a stream: block by block, with a parameter that moves
mono = audio.mean(axis=1)
with vstkit.Stream("reverb", rate, channels=1, block=256, params=hall) as stream:
    stream.params["wet_dry"] = 0.4
    stream.automate("feedback_gain", len(mono) // 2, 0.5)
    blocks = [stream.process(mono[start : start + 256]) for start in range(0, len(mono), 256)]
    print(f"stream: {len(blocks)} blocks, latency {stream.latency} frames, then {stream.tail / rate:.2f} s of tail")
    blocks.append(stream.flush())
moving = np.concatenate(blocks)
vstkit.write(folder / "moving_room.wav", moving, rate)
picture = vstkit.spectrogram_png(mono, rate, moving, title="A hall that shrinks after three seconds", labels=("Dry", "In the hall"))
(folder / "moving_room.png").write_bytes(picture)

# %% Variants for training: reproducible, in any order
augment = vstkit.augment("lossy", presets=True, params={"loss": (0.2, 0.8), "filter_freq": ("300 Hz", "6 kHz")}, p=0.9, seed=1)
variants = [augment(audio, rate, index) for index in range(4)]
print("variants:", *(f"{vstkit.analyze(variant, rate).centroid_hz:.0f} Hz" for variant in variants))
picture = vstkit.spectrogram_png(variants[1], rate, variants[2], title="Two variants of one clip", labels=("Index 1", "Index 2"))
(folder / "variants.png").write_bytes(picture)
