"""Column types that behave alike on both databases: aware UTC times, JSON, sealed bytes.

SQLite stores a time as text with six digits, so that the order of texts is the order of times; a naive or foreign
time never gets there. JSON columns hold objects and lists. What a `_sealed` column holds is `db/cipher.py`'s.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from tortoise import fields
from tortoise.exceptions import FieldError, ValidationError

SealedField = fields.BinaryField


class UTCDatetimeField(fields.DatetimeField[Any]):
    """A naive time is an error, any other zone becomes UTC, also in filters and in `update()`."""

    SQL_TYPE = "TEXT"

    def _utc(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValidationError(f"{self.model_field_name}: a time without a zone")
            return value.astimezone(UTC)
        return value

    def to_python_value(self, value: Any) -> Any:
        return super().to_python_value(self._utc(value))

    def to_db_value(self, value: Any, instance: Any) -> Any:
        return super().to_db_value(self._utc(value), instance)


class JsonField(fields.JSONField[Any]):
    """An object or a list. Other values are refused: a bare string could not be told from JSON text."""

    SQL_TYPE = "TEXT"

    def to_db_value(self, value: Any, instance: Any) -> str | None:  # noqa: ARG002 - the ORM's signature
        self.validate(value)
        if value is None:
            return None
        if not isinstance(value, dict | list):
            raise FieldError(f"{self.model_field_name}: a JSON column holds an object or a list")
        return orjson.dumps(value).decode()

    def to_python_value(self, value: Any) -> Any:
        if isinstance(value, str | bytes):
            return orjson.loads(value)
        return value
