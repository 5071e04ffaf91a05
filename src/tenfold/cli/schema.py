"""``tenfold schema``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tenfold.cli.options import Voice, spoken


@click.command("schema")
@spoken
def command(voice: Voice, project: Path | None) -> None:
    """Print the JSON Schema of the workflow file (for editors: completion, checks, descriptions)."""
    from tenfold.workflow.file import WorkflowFile

    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **WorkflowFile.model_json_schema()}
    voice.data(schema)
    voice.line(json.dumps(schema, indent=1))
