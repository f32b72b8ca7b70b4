"""The icon tag, known to every template without loading."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, more: str = "") -> SafeString:
    """An icon of the set, hidden from readers of the screen; drawn a hundred times a page, so each is made once."""
    kinds = f"icon {more}" if more else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', kinds, static("icons.svg"), name
    )
