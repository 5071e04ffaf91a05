"""Every end of a command: an exit status, and for mistakes words instead of a traceback."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence

import click

from tenfold.core.errors import ExitStatus, TenfoldError

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    "TF-CLI-001": (
        "the command line is not understood: an unknown command, option or value",
        "see its `--help`",
        "2",
    ),
    "TF-CLI-002": (
        "the command was stopped (Ctrl-C)",
        "run it again; finished steps are kept",
        "130",
    ),
    "TF-CLI-003": (
        "a fault of Tenfold's own; nothing half-written was left",
        "report it, with the traceback above it",
        "3",
    ),
}


def guarded(command: click.Command, arguments: Sequence[str]) -> int:
    """Call a command; say what went wrong, on standard error, as JSON if ``--json`` was asked for."""
    as_json = "--json" in arguments
    try:
        status = command.main(list(arguments), prog_name="tenfold", standalone_mode=False)
        return status if isinstance(status, int) else ExitStatus.OK
    except TenfoldError as error:
        _say([problem.to_dict() for problem in error.problems], str(error), as_json)
        return error.exit_status
    except click.ClickException as error:
        _say([{"code": "TF-CLI-001", "got": error.format_message()}], _usage(error), as_json)
        return ExitStatus.USER_MISTAKE
    except (click.Abort, KeyboardInterrupt):
        _say([{"code": "TF-CLI-002", "got": "stopped"}], "Stopped.", as_json)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left, as `head` does
        return ExitStatus.OK
    except Exception as error:
        trace = traceback.format_exc()
        _say([{"code": "TF-CLI-003", "got": f"{type(error).__name__}: {error}"}], _fault(error, trace), as_json)
        return ExitStatus.OUR_FAULT


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"\nTo do: {context.command_path} --help" if context else ""
    return f"TF-CLI-001  {error.format_message()}{hint}"


def _fault(error: Exception, trace: str) -> str:
    said = f"TF-CLI-003  {type(error).__name__}: {error}"
    return f"{trace}\n{said}\nThis is a fault of Tenfold's, not yours. Nothing half-written was left."


def _say(problems: Sequence[object], text: str, as_json: bool) -> None:
    click.echo(json.dumps({"problems": problems}, ensure_ascii=False) if as_json else text, err=True)
