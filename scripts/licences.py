# SPDX-License-Identifier: ISC
"""The terms that come with binaries: our own, and those of the libraries that are inside."""

import shutil
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICE = """\
What is here is made from source under the ISC licence (VstKit.txt).
"""
FFTW = """
FFTW, Copyright (c) 2003, 2007-14 Matteo Frigo and Massachusetts Institute of Technology, is part of
    {names}
FFTW is free software under the GNU General Public License, version 2 or (at your option) any later version (fftw3/),
and so each of these files as a whole may be passed on under the terms of that licence, without any warranty.
The source of FFTW is at https://www.fftw.org; it was built as Debian and Ubuntu distribute it (source package fftw3).
"""
JANSSON = """
Jansson, Copyright (c) 2009-2020 Petri Lehtinen, under the MIT licence (jansson/), is part of
    {names}
"""
CAIRO = """
Cairo, under the GNU Lesser General Public License, version 2.1, or the Mozilla Public License, version 1.1 (cairo/), is
part of
    {names}
Its source is at https://www.cairographics.org; it was built as Debian and Ubuntu distribute it (source package cairo).
"""
PIXMAN = """
Pixman, which Cairo draws with, under the MIT licence (pixman/), is part of
    {names}
"""
LIBPNG = """
libpng (libpng1.6/) and zlib (zlib/), each under its own licence, are part of
    {names}
"""
SNDFILE = """
libsndfile, Copyright (c) Erik de Castro Lopo and others, under the GNU Lesser General Public License, version 2.1 or (at
your option) any later version (libsndfile/), is part of
    {names}
Its source is at https://libsndfile.github.io/libsndfile; it was built as Debian and Ubuntu distribute it (source package
libsndfile).
"""
PORTAUDIO = """
PortAudio, Copyright (c) 1999-2011 Ross Bencina and Phil Burk, under the MIT licence (portaudio19/), is part of
    {names}
"""
# Folders of terms, a text that only the library has, what is said
INSIDE = (
    (("fftw3",), b"fftw-3.", FFTW),
    (("jansson",), b"unable to decode byte 0x%x", JANSSON),
    (("cairo",), b"input string not valid UTF-8", CAIRO),
    (("pixman",), b"_pixman_log_error", PIXMAN),
    (("libpng1.6", "zlib"), b"libpng version 1.", LIBPNG),
    (("libsndfile",), b"libsndfile-1.", SNDFILE),
    (("portaudio19",), b"PortAudio V19", PORTAUDIO),
)
SHARED = """
These load FFTW, which is under the GNU General Public License, from the system:
    {names}
"""


def files(bundle: Path) -> list[Path]:
    """Return the files of a bundle."""
    return [bundle] if bundle.is_file() else [path for path in bundle.rglob("*") if path.is_file()]


def holders(bundles: Iterable[Path], mark: bytes) -> list[str]:
    """Return the names of those that hold a piece of text which only one library has."""
    inside = [path for path in bundles if any(mark in file.read_bytes() for file in files(path))]
    return [path.name if path.suffix == ".exe" else f"{path.suffix[1:]}/{path.name}" for path in inside]


def write(bundles: list[Path], libraries: Path, folder: Path) -> None:
    """Write down which bundles hold what, and put its terms there.  `libraries`: what scripts/libraries built."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", folder / "VstKit.txt")
    notice = NOTICE
    for names, mark, text in INSIDE:
        inside = holders(bundles, mark)
        if inside:
            for name in names:
                shutil.copytree(libraries / "licences" / name, folder / name)
            notice += text.format(names="\n    ".join(inside))
    shared = holders(bundles, b"libfftw3.so")
    if shared:
        notice += SHARED.format(names="\n    ".join(shared))
    (folder / "README.txt").write_text(notice, "utf-8")
