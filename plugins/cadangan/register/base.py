"""What all tables have in common."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Integer
from sqlalchemy.orm import DeclarativeBase

from cadangan.register.instant import Instant


class Base(DeclarativeBase):
    """Root of the tables."""

    type_annotation_map: ClassVar = {
        datetime: Instant(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        int: BigInteger().with_variant(Integer(), "sqlite"),
    }
