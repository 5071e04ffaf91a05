"""Categories and texts: nested values as JSON, stripped, missing marks taken out, recoded."""

from __future__ import annotations

from tenfold.schema import text
from tenfold.schema.canonical import with_nested
from tenfold.schema.columns import Rule
from tenfold.schema.trouble import Read


def recoding(rule: Rule) -> dict[str, str]:
    """The rule's recodes, compared after stripping."""
    return {raw.strip(): new for raw, new in rule.recode.items()}


def reader(rule: Rule) -> Read:
    """Reads one raw value as a level of a category, or as a text that is not yet tokenised."""
    recode = recoding(rule)
    if recode:
        return text.reader(rule, lambda stripped: recode.get(stripped, stripped), with_nested)
    return text.reader(rule, str, with_nested)
