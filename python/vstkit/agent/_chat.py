# SPDX-License-Identifier: ISC
"""`vstkit-agent`: a chat in a terminal, over a file or a running plugin."""

import argparse
import math
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from .._files import write
from .._flat import changed, defaults, text
from .._table import effects
from .._trial import render
from .._work import AgentError
from ._instances import FileInstance
from ._loop import DEFAULT_MODEL, MODEL_VARIABLE, Event, Loop, make_client
from ._output import Printer, save_preset
from ._session import Session
from ._tools import Hosts, Tools
from ._types import Budget, Instance

HELP = """\
/state      what differs from the defaults      /undo [N]   take steps back
/lock KEY   only you may move it                /redo [N]   take them again
/unlock KEY                                     /budget     what was spent
/save FILE  write the values as a preset        /quit       end
Ctrl-C stops the agent at once; what was kept stays."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("effect", nargs="?", help=f"{', '.join(effects())}, over FILE; without it, a running plugin")
    parser.add_argument("file", nargs="?", help="sound file")
    parser.add_argument("-i", "--instance", metavar="WHICH", help="running plugin: name, track, effect, id or port")
    parser.add_argument("-p", "--preset", help="preset to start from, over a file")
    parser.add_argument("-m", "--model", help=f"name of the model ({MODEL_VARIABLE}, or {DEFAULT_MODEL})")
    parser.add_argument("--base-url", metavar="URL", help="of the model's server (ANTHROPIC_BASE_URL, or the SDK's own)")
    parser.add_argument("-s", "--say", action="append", default=[], metavar="TEXT", help="ask this, and end; may be given again")
    parser.add_argument("--session", metavar="FILE", help="write what happens to this file, which can be replayed")
    parser.add_argument("--folder", metavar="DIR", help="write clips and candidates there, to be heard")
    parser.add_argument("--wav", metavar="FILE", help="at the end, write the whole file as it sounds then")
    parser.add_argument("-o", "--output", metavar="PRESET.json", help="at the end, write the values as a preset")
    parser.add_argument("--renders", type=float, default=5000, help="budget of trials (5000)")
    parser.add_argument("--tokens", type=float, default=400000, help="budget of tokens (400000)")
    parser.add_argument("--calls", type=float, default=200, help="budget of calls of tools (200)")
    parser.add_argument("--seconds", type=float, default=math.inf, help="budget of time")
    parser.add_argument("--price", metavar="IN,OUT", help="dollars per million tokens, to show the cost")
    parser.add_argument("--patience", type=float, default=120.0, help="seconds without a sign of the model until it counts as hung (120)")
    parser.add_argument("-q", "--quiet", action="store_true", help="only what the model says")


def live_hosts() -> Hosts | None:
    """The way to running plugins; None without python-osc."""
    try:
        from . import _live
    except ImportError:
        return None
    return Hosts(_live.running, _live.connect)


def open_instance(options: argparse.Namespace, hosts: Hosts | None) -> Instance:
    """What the command line names.  Raises AgentError."""
    if options.effect is not None:
        if options.file is None or options.instance:
            raise AgentError("an effect needs a file, and no --instance: vstkit-agent lossy voice.wav")
        if options.effect not in effects():
            raise AgentError(f"{options.effect}: there is no such effect; there are {', '.join(effects())}")
        try:
            return FileInstance(options.effect, options.file, preset=options.preset)
        except (OSError, ValueError, MemoryError) as error:
            raise AgentError(f"{options.file}: {error}") from error
    if hosts is None:
        raise AgentError("running plugins need python-osc: pip install 'vstkit[agent]'; or name an effect and a file")
    which = options.instance
    if which is None:
        running = hosts.running()
        if len(running) != 1:
            listed = "".join(f"\n  {each.id} {each.port} {each.name} in {each.host}" for each in running)
            raise AgentError(f"{len(running)} plugins run; name one with --instance, or an effect and a file{listed}")
        which = running[0].id
    return hosts.connect(which)


def _prices(price: str | None) -> tuple[float, float] | None:
    if price is None:
        return None
    try:
        first, second = (float(part) for part in price.split(","))
    except ValueError:
        raise AgentError(f"--price {price}: IN,OUT in dollars per million tokens is expected") from None
    return first, second


class Chat:
    """A session with somebody at a terminal."""

    def __init__(self, options: argparse.Namespace, printer: Printer, client: Any = None) -> None:
        self.options, self.printer = options, printer
        self.prices = _prices(options.price)
        hosts = live_hosts()
        instance = open_instance(options, hosts)
        folder = Path(options.folder) if options.folder else None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        budget = Budget(renders=options.renders, tokens=options.tokens, seconds=options.seconds, calls=options.calls)
        self.session = Session(options.model or "assistant", budget=budget, journal=options.session, progress=printer.progress)
        self.name = self.session.add_instance(instance)
        if client is None:
            client = make_client(base_url=options.base_url)
        tools = Tools(self.session, hosts=hosts, folder=folder)
        self.loop = Loop(tools, client, model=options.model, tell=self._tell, patience=options.patience)
        self._spent = (0, 0)
        self._is_after_tool = False

    def _tell(self, event: Event) -> None:
        if event.kind == "text":
            self.printer.say(("\n" if self._is_after_tool else "") + event.text, end="")
        self._is_after_tool = event.kind != "text"
        if event.kind != "text" and not self.options.quiet:
            words = " ".join(event.text.split())
            self.printer.say(f"\n  [{event.kind} {event.tool}] {words[:160]}{'…' if len(words) > 160 else ''}", end="")

    def ask(self, question: str) -> bool:
        """Work on a question, Ctrl-C stopping it; whether it came to its end."""

        def stop(number: int, frame: FrameType | None) -> None:
            self.session.stop()

        self._is_after_tool = False
        before = signal.signal(signal.SIGINT, stop)
        try:
            outcome = self.loop.ask(question)
        finally:
            signal.signal(signal.SIGINT, before)
        self.printer.say()
        if outcome.kind != "done":
            self.printer.warn(outcome.text)
        if not self.options.quiet:
            steps = f"kept {len(outcome.kept)} step{'s' if len(outcome.kept) != 1 else ''}; " if outcome.kept else ""
            self.printer.say(f"({steps}{self.session.budget.text()}{self._cost()})")
        if self.session.journal.trouble:
            self.printer.warn(self.session.journal.trouble)
        return outcome.kind == "done"

    def _cost(self) -> str:
        if not self.prices:
            return ""
        budget = self.session.budget
        cost = (budget.spent_in_tokens * self.prices[0] + budget.spent_out_tokens * self.prices[1]) / 1e6
        return f", ${cost:.4f}"

    # Commands

    def command(self, line: str) -> bool:
        """Do what a line that begins with a slash says; False ends the chat."""
        word, _, rest = line[1:].strip().partition(" ")
        actions: dict[str, Callable[[str], None]] = {
            "state": self._state, "undo": self._undo, "redo": self._redo, "lock": self._lock, "unlock": self._unlock,
            "budget": lambda _: self.printer.say(self.session.budget.text()), "save": self._save, "help": lambda _: self.printer.say(HELP),
        }  # fmt: skip
        if word in ("quit", "exit", "q"):
            return False
        try:
            if word not in actions:
                raise AgentError(f"/{word}: there is no such command; /help lists them")
            self.session.cancel.clear()
            actions[word](rest.strip())
        except AgentError as error:
            self.printer.warn(str(error))
        return True

    def _state(self, _: str) -> None:
        instance = self.session.instances[self.name]
        other = changed(instance.effect, defaults(instance.effect), instance.values())
        lines = [f"{key} = {text(instance.effect, key, value)}" for key, value in other.items()]
        self.printer.say("\n".join(lines) or "all at their defaults")

    def _number(self, rest: str) -> int:
        if rest and not (rest.isascii() and rest.isdigit() and 0 < int(rest[:4]) < 1000):
            raise AgentError(f"{rest}: a number of steps is expected")
        return int(rest or 1)

    def _undo(self, rest: str) -> None:
        done = self.session.undo(self._number(rest))
        self.printer.say("\n".join(f"undone: {step.label}" for step, _ in done) or "there is nothing to take back")

    def _redo(self, rest: str) -> None:
        done = self.session.redo(self._number(rest))
        self.printer.say("\n".join(f"redone: {step.label}" for step, _ in done) or "there is nothing to take again")

    def _lock(self, rest: str, locked: bool = True) -> None:
        self.session.instances[self.name].lock(*rest.split(), locked=locked)
        self.printer.say("locked: " + (", ".join(sorted(self.session.instances[self.name].locks())) or "nothing"))

    def _unlock(self, rest: str) -> None:
        self._lock(rest, False)

    def _save(self, rest: str) -> None:
        if not rest:
            raise AgentError("/save FILE: a file is expected")
        instance = self.session.instances[self.name]
        save_preset(rest, instance.effect, instance.values(), Path(rest).stem, "Made in a chat")
        self.printer.say(f"{rest} written")

    def finish(self) -> None:
        """Write what was asked for.  Raises AgentError."""
        instance = self.session.instances[self.name]
        if self.options.output:
            save_preset(self.options.output, instance.effect, instance.values(), Path(self.options.output).stem, "Made in a chat")
        if self.options.wav:
            if not isinstance(instance, FileInstance):
                raise AgentError("--wav: only of a file; a running plugin is heard where it runs")
            try:
                wet = render(instance.effect, instance.values(), instance.audio, instance.sample_rate)
                write(self.options.wav, wet, instance.sample_rate)
            except (OSError, ValueError) as error:
                raise AgentError(f"{self.options.wav}: {error}") from error


def run(options: argparse.Namespace, printer: Printer, client: Any = None) -> int:
    """Chat until the end of the input; with --say, ask, and end.  Raises AgentError."""
    chat = Chat(options, printer, client)
    good = True
    try:
        for question in options.say:
            good = chat.ask(question) and good
        if not options.say:
            printer.say(f"{chat.name}: ask for a sound; /help lists commands, Ctrl-C stops, Ctrl-D ends")
            while (line := _line()) is not None:
                if line.startswith("/"):
                    if not chat.command(line):
                        break
                elif line.strip():
                    chat.ask(line.strip())
        chat.finish()
    finally:
        chat.session.close()
    return 0 if good else 1


def _line() -> str | None:
    try:
        if sys.stdin.isatty():
            return input("> ")
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None
    except EOFError:
        return None
    except KeyboardInterrupt:
        sys.stdout.write(os.linesep)
        return None
