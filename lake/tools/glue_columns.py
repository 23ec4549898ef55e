"""Writes the Glue columns and the narrowing statements of lake/template.yaml from config/event.schema.json.

A table holds only the columns of its data class: what should never be in a stream has no column to land in. Each field of the
schema names its tier in its description ("from tier metrics"); a field without one is there at every tier.

    python3 lake/tools/glue_columns.py            rewrites the blocks between the "made by" marks
    python3 lake/tools/glue_columns.py --check    exit 1 when they differ
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "config" / "event.schema.json"
TEMPLATE = ROOT / "lake" / "template.yaml"

# The classes in order; each holds its own tier and those before it.
CLASSES = {"internal": ("metrics",), "confidential": ("metrics", "activity"), "restricted": ("metrics", "activity", "content")}

GLUE = {"string": "string", "integer": "bigint", "number": "double", "boolean": "boolean"}
TRINO = {"string": "varchar", "bigint": "bigint", "double": "double", "boolean": "boolean"}
MARK = re.compile(r"^( *)# made by glue_columns\.py: (\w+) (\w+)\n.*?^ *# end\n", re.MULTILINE | re.DOTALL)


def schema():
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def tier(field):
    """The lowest tier at which a field leaves."""
    found = re.search(r"\(from tier (\w+)\)", field.get("description", ""))
    return found.group(1) if found else "metrics"


def members(field, tiers):
    """The members of an object that leave at these tiers, in the schema's order."""
    return {name: glue_type(of, tiers) for name, of in field["properties"].items() if tier(of) in tiers}


def glue_type(field, tiers):
    """The type of a field; `None` when nothing of it leaves at these tiers. Times stay text: see lake/README.md."""
    kind = field.get("type", "string")
    if kind == "array":
        inner = glue_type(field["items"], tiers)
        return inner and f"array<{inner}>"
    if kind == "object":
        if "properties" not in field:
            return f"map<string,{GLUE[field['additionalProperties']['type']]}>"
        kept = members(field, tiers)
        return f"struct<{','.join(f'{name}:{of}' for name, of in kept.items())}>" if kept else None
    return GLUE[kind]


def columns(data_class):
    """The columns of one data class: name to Glue type."""
    tiers = CLASSES[data_class]
    found = {name: glue_type(of, tiers) for name, of in schema()["properties"].items() if tier(of) in tiers}
    return {name: of for name, of in found.items() if of}


def columns_block(data_class, indent):
    lines = []
    for name, of in columns(data_class).items():
        lines += [f"{indent}- Name: {name}"]
        if len(of) < 90:
            lines += [f"{indent}  Type: {of}" if "<" not in of else f'{indent}  Type: "{of}"']
        else:
            # A backslash at the end of a line in a quoted YAML text joins the lines without a space.
            wrapped = wrap(of, 100)
            lines += [f'{indent}  Type: "{wrapped[0]}\\'] + [f"{indent}    {part}\\" for part in wrapped[1:-1]] + [f'{indent}    {wrapped[-1]}"']
    return lines


def wrap(text, width):
    lines, line = [], ""
    for part in re.findall(r"[^,]+,?", text):
        if line and len(line) + len(part) > width:
            lines.append(line)
            line = ""
        line += part
    return lines + [line]


def narrowing(data_class):
    """Copies the metrics of one day's events of a wider class into the internal table, without what only the wider class may hold."""
    wide, narrow = columns(data_class), columns("internal")
    picked = [narrowed(name, of, wide[name]) for name, of in narrow.items()]
    return (
        "INSERT INTO events_internal SELECT " + ", ".join(picked) + ", dt"
        f" FROM events_{data_class} WHERE dt = date_format(current_date - INTERVAL '1' DAY, '%Y-%m-%d')"
    )


def narrowed(name, of, wide):
    quoted = f'"{name}"'
    if name == "data_class":
        return f"'internal' AS {quoted}"
    if of == wide:
        return quoted
    if of.startswith("array<"):
        row = row_of("item", of[len("array<"):-1])
        return f"transform({quoted}, item -> {row}) AS {quoted}"
    return f"CASE WHEN {quoted} IS NULL THEN NULL ELSE {row_of(quoted, of)} END AS {quoted}"


def row_of(source, struct):
    fields = [field.split(":") for field in struct[len("struct<"):-1].split(",")]
    values = ", ".join(f'{source}."{name}"' for name, _ in fields)
    types = ", ".join(f'"{name}" {TRINO[of]}' for name, of in fields)
    return f"CAST(ROW({values}) AS ROW({types}))"


def narrowing_block(data_class, indent):
    text = json.dumps(
        {
            "QueryString": narrowing(data_class),
            "WorkGroup": "${Prefix}-narrowing",
            "QueryExecutionContext": {"Database": "${Database}"},
        }
    )
    parts = []
    while text:
        # Lines of a folded YAML text are joined by one space, so a break may only stand where a space is.
        cut = len(text) if len(text) <= 120 else text.rfind(" ", 0, 120)
        parts.append(text[:cut])
        text = text[cut + 1:]
    return [f"{indent}Input: !Sub >-"] + [f"{indent}  {part}" for part in parts]


def rendered(text):
    """The template with its blocks made anew."""
    makers = {"columns": columns_block, "narrowing": narrowing_block}

    def made(match):
        indent, what, data_class = match.groups()
        lines = [f"{indent}# made by glue_columns.py: {what} {data_class}", *makers[what](data_class, indent), f"{indent}# end"]
        return "\n".join(lines) + "\n"

    return MARK.sub(made, text)


def main():
    text = TEMPLATE.read_text(encoding="utf-8")
    made = rendered(text)
    if "--check" in sys.argv[1:]:
        if made != text:
            sys.exit("lake/template.yaml differs from config/event.schema.json; run python3 lake/tools/glue_columns.py")
        return
    TEMPLATE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
