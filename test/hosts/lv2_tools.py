#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Play files through the LV2s with lv2apply, ffmpeg and ecasound: lv2_tools.py VSTKIT EFFECT=BUNDLE... prints TAP."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from host import EFFECTS, RATE, Effect, Kit, differ, main, noise, read_wav, run, write_wav

INPUT = noise(7.0)
SETTLED = 5 * RATE  # Some hosts set ports after activation: glides and what rings on of them are over by then


def controls(kit: Kit, uri: str) -> list[tuple[str, float]]:
    """Return (symbol, default) of all control ports in their order, outputs too, by lv2info."""
    text = run(["lv2info", uri], kit.environment())[1]
    found = []
    for block in re.split(r"\n\tPort \d+:", text)[1:]:
        symbol = re.search(r"Symbol:\s+(\S+)", block)
        default = re.search(r"Default:\s+(\S+)", block)
        if symbol and "#ControlPort" in block:
            found.append((symbol[1], float(default[1]) if default else 0.0))
    return found


def latency(kit: Kit, effect: Effect) -> int:
    """Return by how many frames a host that does not compensate is late: where the dry sound comes out."""
    dry = {"wet_dry": 0.0} if "wet_dry" in effect.settings else {}
    source, target = kit.folder / "dry.wav", kit.folder / "late.wav"
    sound = noise(0.5)
    write_wav(source, sound)
    words = [word for key, value in dry.items() for word in ("-c", key, value)]
    run(["lv2apply", "-i", source, "-o", target, *words, effect.uri], kit.environment())
    got = read_wav(target).channels[0]
    first = sound.channels[0][0]
    return next((i for i, sample in enumerate(got) if sample == first), -1)


def lv2apply(kit: Kit, effect: Effect, source: Path, target: Path) -> tuple[int, str]:
    """Play a file with lv2apply."""
    words = [word for key, value in effect.symbols().items() for word in ("-c", key, value)]
    return run(["lv2apply", "-i", source, "-o", target, *words, effect.uri], kit.environment())


def ffmpeg(kit: Kit, effect: Effect, source: Path, target: Path) -> tuple[int, str]:
    """Play a file with ffmpeg's filter, which wants the colons of its URI escaped twice."""
    values = "|".join(f"{key}={value!r}" for key, value in effect.symbols().items())
    uri = effect.uri.replace(":", "\\\\:")
    words = ["-hide_banner", "-nostdin", "-y", "-i", source, "-af", f"lv2=p={uri}:c={values}", "-c:a", "pcm_f32le", target]
    return run(["ffmpeg", *words], kit.environment())


def ecasound(kit: Kit, effect: Effect, source: Path, target: Path) -> tuple[int, str]:
    """Play a file with ecasound, which wants a value for every control port, even outputs."""
    symbols = effect.symbols()
    values = [symbols.get(symbol, default) for symbol, default in controls(kit, effect.uri)]
    chain = f"-elv2:{effect.uri}," + ",".join(f"{value:.9g}" for value in values)
    words = ["-q", "-f:f32_le,2,48000", "-i", source, "-o", target, chain]
    return run(["ecasound", *words], kit.environment())


HOSTS: dict[str, Callable[[Kit, Effect, Path, Path], tuple[int, str]]] = {
    "lv2apply": lv2apply,
    "ffmpeg": ffmpeg,
    "ecasound": ecasound,
}


def test_files(kit: Kit) -> None:
    """Each host's file is the command line's, delayed by the latency."""
    source = write_wav(kit.folder / "in.wav", INPUT)
    for effect in EFFECTS:
        want = kit.render(effect, INPUT)
        if shutil.which("lv2apply"):
            late = latency(kit, effect)
            kit.tap.ok(late == effect.latency, f"lv2apply has dry {effect.name} {late} frames late")
        else:
            kit.tap.skip("lv2apply is not installed")
        for name, play in HOSTS.items():
            if not shutil.which(name) or not shutil.which("lv2info"):
                kit.tap.skip(f"{name} or lv2info is not installed")
                continue
            target = kit.folder / f"{effect.id}_{name}.wav"
            status, output = play(kit, effect, source, target)
            got = read_wav(target)
            found = differ(want, got, SETTLED, effect.latency)
            kit.tap.ok(
                status == 0 and found.exact and found.n_frames > RATE,
                f"{name} plays {effect.name} as vstkit render --stream does: {found}",
                output,
            )


if __name__ == "__main__":
    main(test_files)
