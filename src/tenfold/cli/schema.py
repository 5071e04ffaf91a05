"""``tenfold schema``."""

from __future__ import annotations

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the workflow file (for editors: completion, checks, descriptions)."""
    from tenfold.workflow.file import WorkflowFile

    schema = WorkflowFile.model_json_schema()
    click.echo(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=1))
