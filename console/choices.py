"""What a field of choice offers: rows of a table that are called by their name are read as two columns."""

from collections.abc import Iterator
from typing import Any

from django.forms import ModelChoiceField


def choices_of(field: Any) -> Iterator[tuple[str, str]]:
    """Values and labels in the order shown; hundreds of units or officers never become objects only to be named."""
    if not is_by_name(field):
        yield from ((str(value), str(label)) for value, label in field.choices)
        return
    if field.empty_label is not None:
        yield "", field.empty_label
    if getattr(field, "null_label", None) is not None:  # one that django-filter adds
        yield str(field.null_value), field.null_label
    yield from ((str(pk), name) for pk, name in field.queryset.values_list("pk", "name"))


def is_by_name(field: Any) -> bool:
    """Whether the field picks rows of a table by key, which it shows as the table names them."""
    if not isinstance(field, ModelChoiceField) or field.to_field_name is not None or field.queryset is None:
        return False
    is_labelled = type(field).label_from_instance is not ModelChoiceField.label_from_instance
    return not is_labelled and any(each.name == "name" for each in field.queryset.model._meta.concrete_fields)
