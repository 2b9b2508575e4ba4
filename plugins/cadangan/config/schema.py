"""The JSON Schemas of the YAML files, and the reference page made from them.

`python -m cadangan.config.schema [FOLDER]` writes both into the `docs` folder of this project, or into FOLDER.
Editors take the schemas for completion; a test stops them from drifting.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cadangan import paths
from cadangan.config import assets, calendar, policies, reference, sop
from cadangan.config.loading import Strict

DOCS = paths.ROOT / "docs"
FILES: dict[str, type[BaseModel]] = {
    assets.FILE: assets.Assets,
    sop.FILE: sop.Sop,
    policies.FILE: policies.Policies,
    calendar.FILE: calendar.Calendar,
}
_PARAM = re.compile(r":param (\w+): (.*?)(?=\n:param |\Z)", re.DOTALL)


def documents() -> dict[str, str]:
    """Return the text of every generated file by its path below `docs`."""
    schemas = {file_name: schema(file_name) for file_name in FILES}
    texts = {
        f"schema/{Path(file_name).stem}.schema.json": json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        for file_name, content in schemas.items()
    }
    return texts | {"reference/configuration.md": reference.page(schemas)}


def schema(file_name: str) -> dict[str, Any]:
    """Return the JSON Schema of a file; its descriptions are those of the models' docstrings."""
    top = FILES[file_name]
    content = top.model_json_schema()
    for model in _models(top):
        described = content if model is top else content["$defs"][model.__name__]
        _describe(described, model)
    summary = (inspect.getdoc(inspect.getmodule(top)) or "").partition(": ")[2]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | content | {"description": summary}


def _models(top: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that the schema of `top` names, from whichever module of the configuration."""
    yield top
    names = top.model_json_schema().get("$defs", {})
    yield from (model for model in Strict.__subclasses__() if model.__name__ in names)


def _describe(described: dict[str, Any], model: type[BaseModel]) -> None:
    text = inspect.getdoc(model) or ""
    described["description"] = text.partition("\n")[0]
    for name, meaning in _PARAM.findall(text):
        described["properties"][name]["description"] = " ".join(meaning.split())


def main(arguments: list[str]) -> None:
    """Write the generated files."""
    folder = Path(arguments[0]) if arguments else DOCS
    for name, text in documents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
