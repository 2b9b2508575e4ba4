"""Ask what a model says against a content."""

from typing import Any

import pytest
from pydantic import BaseModel

from cadangan.config.loading import parse
from cadangan.errors import ConfigError


def violations(model: type[BaseModel], content: Any) -> tuple[str, ...]:
    """Return the violations with which `content` is refused; fail when it is not."""
    with pytest.raises(ConfigError) as refused:
        parse(content, model, "berkas.yaml")
    assert str(refused.value).startswith("berkas.yaml breaks its schema")
    return refused.value.violations
