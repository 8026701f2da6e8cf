# SPDX-License-Identifier: ISC
"""`vstkit-agent replay SESSION`: what a session ended with, again."""

import argparse
from pathlib import Path

from .._flat import changed, defaults, text
from .._work import AgentError
from ._journal import replay
from ._output import Printer, save_preset


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("session", help="session file")
    parser.add_argument("--name", help="of the instance in it; the first one without it")
    parser.add_argument("-i", "--instance", metavar="WHICH", help="bring a running plugin to it, step by step")
    parser.add_argument("-o", "--output", metavar="PRESET.json", help="write the values as a preset")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing")


def run(options: argparse.Namespace, printer: Printer) -> int:
    """Replay.  Raises AgentError."""
    onto = None
    if options.instance:
        try:
            from ._live import connect
        except ImportError as error:
            raise AgentError(str(error)) from error
        onto = connect(options.instance)
    effect, values = replay(options.session, onto, options.name)
    if options.output:
        save_preset(options.output, effect, values, Path(options.output).stem, f"Replayed from {Path(options.session).name}")
    if not options.quiet:
        printer.say(f"{effect}:")
        for key, value in changed(effect, defaults(effect), values).items():
            printer.say(f"  {key} = {text(effect, key, value)}")
    return 0
