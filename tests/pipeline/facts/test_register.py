"""The register fills what a bridge leaves out and refuses what it does not know; facts are all documented."""

import polars as pl
import pytest

from pipeline.facts.catalogue import facts
from pipeline.facts.register import SCHEMAS, empty, from_rows, registered


def test_missing_columns_are_null() -> None:
    register = registered({"firms": pl.DataFrame({"firm": [1]})})

    assert register.firms.row(0, named=True) == {"firm": 1} | dict.fromkeys(list(SCHEMAS["firms"])[1:])
    assert register.years.is_empty()


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="sales_cyn"):
        registered({"years": pl.DataFrame({"firm": [1], "year": [2025], "sales_cyn": [1]})})


def test_an_unknown_subject_is_an_error() -> None:
    with pytest.raises(ValueError, match="patents"):
        registered({"patents": pl.DataFrame({"firm": [1]})})


def test_every_subject_has_its_schema_even_when_empty() -> None:
    register, from_none = empty(), from_rows({})

    for name, schema in SCHEMAS.items():
        assert dict(register.rows_of(name).schema) == dict(pl.DataFrame(schema=dict(schema)).schema)
        assert register.rows_of(name).equals(from_none.rows_of(name))


def test_every_fact_has_a_label_and_a_unit() -> None:
    assert [name for name, fact in facts().items() if not (fact.label and fact.unit)] == []
