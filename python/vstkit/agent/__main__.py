# SPDX-License-Identifier: ISC
"""`vstkit-agent`, and `python -m vstkit.agent`."""

import argparse
import sys
from collections.abc import Sequence

from .. import _core
from .._work import AgentError
from . import _chat, _match_command, _replay_command
from ._output import Printer

_COMMANDS = {
    "chat": (_chat, "ask a language model for a sound, over a file or a running plugin"),
    "match": (_match_command, "find values that make one sound like another, without a model"),
    "replay": (_replay_command, "bring back what a session file ended with"),
}


def _parser(command: str) -> argparse.ArgumentParser:
    module, what = _COMMANDS[command]
    parser = argparse.ArgumentParser(prog=f"vstkit-agent {command}", description=what, allow_abbrev=False)
    module.add_arguments(parser)
    return parser


_USAGE = """\
usage: vstkit-agent [chat] [EFFECT FILE] [OPTION…]
       vstkit-agent match REF IN [OPTION…]
       vstkit-agent replay SESSION

{}

vstkit-agent COMMAND --help tells more; man vstkit-agent, too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit status: 0, 1 for what failed, 2 for a wrong command line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(_USAGE.format("\n".join(f"  {name:8}{what}" for name, (_, what) in _COMMANDS.items())))
        return 0
    if words[:1] == ["--version"]:
        print(f"vstkit-agent {_core.version}")
        return 0
    command = words.pop(0) if words and words[0] in _COMMANDS else "chat"
    options = _parser(command).parse_args(words)
    printer = Printer(quiet=getattr(options, "quiet", False))
    try:
        status: int = _COMMANDS[command][0].run(options, printer)
        return status
    except AgentError as error:
        printer.warn(str(error))
    except KeyboardInterrupt:
        printer.warn("stopped")
    return 1


if __name__ == "__main__":
    sys.exit(main())
