"""The generated schemas and reference page: complete, true, and not out of date."""

import jsonschema
import pytest
import yaml

from cadangan.config import schema
from cadangan.paths import INCLUDE
from tests.config import contents


@pytest.mark.parametrize("name", schema.documents())
def test_the_committed_file_is_what_the_models_say(name):
    committed = (schema.DOCS / name).read_text(encoding="utf-8")
    assert committed == schema.documents()[name], "run: python -m cadangan.config.schema"


@pytest.mark.parametrize("file_name", schema.FILES)
def test_every_key_is_described(file_name):
    content = schema.schema(file_name)
    parts = {"(file)": content, **content.get("$defs", {})}
    keys = {f"{name}.{key}": value for name, part in parts.items() for key, value in part.get("properties", {}).items()}
    assert keys
    assert [name for name, value in keys.items() if not value.get("description")] == []


@pytest.mark.parametrize("file_name", schema.FILES)
def test_every_key_is_on_the_reference_page(file_name):
    page = schema.documents()["reference/configuration.md"]
    content = schema.schema(file_name)
    parts = [content, *content.get("$defs", {}).values()]
    keys = [key for part in parts for key in part.get("properties", {})]
    assert [key for key in keys if f"\n| `{key}`" not in page] == []


@pytest.mark.parametrize("file_name", schema.FILES)
def test_the_shipped_file_follows_its_schema(file_name):
    # An editor reads dates as texts, as JSON does.
    text = (INCLUDE / "config" / file_name).read_text(encoding="utf-8")
    jsonschema.validate(
        yaml.load(text, yaml.BaseLoader) if "calendar" in file_name else yaml.safe_load(text), schema.schema(file_name)
    )


def test_a_schema_refuses_what_the_model_refuses():
    for file_name, bad in (
        ("assets.yaml", contents.assets(colour="red")),
        ("sop.yaml", contents.sop(repeats=2)),
        ("policies.yaml", contents.policies(destinations=[])),
        ("calendar.yaml", contents.calendar(zone="UTC")),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema.schema(file_name))


def test_the_command_writes_every_file(tmp_path):
    schema.main([str(tmp_path)])
    written = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.*")}
    assert written == schema.documents()
