"""Documents that belong to no single request, such as the monthly compliance report."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cadangan.register.base import Base


class OfficeDocument(Base):
    """A rendered document of the office; the file lies in the documents folder, under its kind."""

    __tablename__ = "office_document"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(250), unique=True)
    media_type: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
