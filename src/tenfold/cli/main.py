"""``tenfold``: the commands by name, each imported only when it is called (``--help`` stays quick)."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any

import click

from tenfold import __version__
from tenfold.cli.failing import guarded

STARTED = time.monotonic()

#: Command → module and what it does, in the order in which people meet them.
COMMANDS = {
    "init": ("init", "Look at a table and write a commented workflow file."),
    "run": ("run", "Run the steps of a workflow, from the cache where nothing changed."),
    "release": ("release", "Validate a run on its sealed rows and release its model."),
    "predict": ("predict", "Answer a file of raw rows with a released model."),
    "serve": ("serve", "Answer over HTTP with a released model."),
    "report": ("report", "Show a run's report, in the terminal or as a file."),
    "runs": ("runs", "List the runs."),
    "models": ("models", "List the released models and their versions."),
    "why": ("why", "Say why a step of a run was computed again."),
    "next": ("next", "Turn a run's findings into proposed changes of the workflow file."),
    "schema": ("schema", "Print the JSON Schema of the workflow file."),
    "doctor": ("doctor", "Check this machine and this project."),
    "gc": ("gc", "Remove old runs and the results that only they used."),
}


class Commands(click.Group):
    """A group whose commands live in modules of their own, imported when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tenfold.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from tenfold.core.errors import did_you_mean

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            name = args[0]
            raise click.UsageError(
                f"no command is named '{name}'; {did_you_mean(name, list(COMMANDS))}", ctx
            ) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tenfold")
def cli() -> None:
    """Ten steps from raw data to a model you can stand behind.

    Begin with:  tenfold run data.csv --target COLUMN
    """


cli.epilog = (
    "Exit status: 0 done; 1 a gate or the proof refused; 2 a mistake in the call, the file or the data; 3 a fault of "
    "Tenfold's; 130 stopped by Ctrl-C. Ctrl-C once ends a run with the best model so far (status 0)."
)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; exits with 0, 1 (a gate failed), 2 (your mistake), 3 (a fault of ours) or 130 (stopped)."""
    sys.exit(guarded(cli, sys.argv[1:] if arguments is None else arguments))
