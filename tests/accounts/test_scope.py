"""What an account sees of firms: the same as somebody finds who walks the tree by hand; and nobody reads around it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Region, Role, User
from enterprises.models import Enterprise
from tests.factories import MemberFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]


@st.composite
def trees(draw: st.DrawFn) -> list[int | None]:
    """A forest: of each unit the place of the one above, at most five deep."""
    above: list[int | None] = []
    depth: list[int] = []
    for place in range(draw(st.integers(1, 9))):
        choices = [None, *(other for other in range(place) if depth[other] < 5)]
        parent = draw(st.sampled_from(choices))
        above.append(parent)
        depth.append(1 if parent is None else depth[parent] + 1)
    return above


def is_within(place: int | None, unit: int, above: list[int | None]) -> bool:
    """Whether walking up from ``place`` one meets ``unit``."""
    while place is not None:
        if place == unit:
            return True
        place = above[place]
    return False


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    above=trees(),
    firms=st.lists(st.integers(0, 8), max_size=8),
    seat=st.integers(0, 8),
    role=st.sampled_from([Role.CITY, Role.UNIT, Role.AUDITOR]),
)
def test_staff_see_the_firms_of_their_unit_and_below(above: list[int | None], firms: list[int], seat: int, role: Role):
    homes, unit = [home % len(above) for home in firms], seat % len(above)
    with transaction.atomic():
        units: list[Region] = []
        for number, parent in enumerate(above):
            level = Region.Level.COUNTY
            units.append(
                Region.objects.create(
                    name=f"单位{number}", level=level, parent=units[parent] if parent is not None else None
                )
            )
        made = Enterprise.objects.bulk_create(
            Enterprise(name=f"企业{number}", region=units[home]) for number, home in enumerate(homes)
        )
        user = UserFactory(role=role, region=units[unit])

        visible = set(Enterprise.objects.visible_to(user))

        assert visible == {firm for firm, home in zip(made, homes, strict=True) if is_within(home, unit, above)}
        transaction.set_rollback(True)


def test_people_of_firms_see_their_own_firms_only(enterprise: Enterprise, foreign_enterprise: Enterprise):
    person = MemberFactory(enterprises=[enterprise])

    assert list(Enterprise.objects.visible_to(person)) == [enterprise]


def test_nobody_sees_anything(enterprise: Enterprise, administrator: User, officer: User):
    closed = officer
    closed.is_active = False

    seen = [Enterprise.objects.visible_to(user).count() for user in (AnonymousUser(), administrator, closed)]

    assert seen == [0, 0, 0]


# Pages read firms and what belongs to them only through visible_to, or through a firm that came from it

BY_FIRM = {"enterprise", "enterprise_id", "enterprise__in"}
BESIDE = {"AuditEvent"}  # points at its firm by number
NOT_PAGES = {"demo", "management"}  # a seed and commands, which no visitor reaches


def firm_owned() -> set[str]:
    """Models that point at a firm, and the firm itself."""
    owned = {
        model.__name__
        for model in apps.get_models()
        if any(field.related_model is Enterprise and not field.auto_created for field in model._meta.get_fields())
    }
    return {"Enterprise", *owned, *BESIDE}


def unscoped(tree: ast.AST) -> Iterator[str]:
    """Queries of firm-owned models, or of models handed over by name, that no firm in sight limits."""
    owned, parents = firm_owned(), {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            name = node.value.id if isinstance(node.value, ast.Name) else ast.unparse(node.value)
            if (name in owned or not name[:1].isupper()) and not is_scoped(whole_chain(node, parents)):
                yield f"{name} in line {node.lineno}"


def whole_chain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """The query as far as it is written in one go, with the ``Prefetch`` that limits it to fetched firms."""
    while isinstance(parents.get(node), ast.Attribute | ast.Call) and getattr(parents[node], "func", node) is node:
        node = parents[node]
    above = parents.get(node)
    return above if isinstance(above, ast.Call) and ast.unparse(above.func) == "Prefetch" else node


def is_scoped(chain: ast.AST) -> bool:
    """Whether a query is limited to what somebody may see, or to one firm."""
    calls = [node for node in ast.walk(chain) if isinstance(node, ast.Call)]
    names = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
    return bool(names & {"visible_to", "Prefetch"}) or any(
        word.arg in BY_FIRM for call in calls for word in call.keywords
    )


def pages() -> list[Path]:
    """The files of the two rooms with pages."""
    return [
        path
        for room in ("console", "portal")
        for path in sorted((ROOT / room).rglob("*.py"))
        if not NOT_PAGES & {*path.parts}
    ]


def test_no_page_reads_around_what_its_reader_may_see():
    found = {str(path.relative_to(ROOT)): list(unscoped(ast.parse(path.read_text("utf-8")))) for path in pages()}

    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "code",
    ["Enterprise.objects.all()", "Title.objects.filter(track='hnte').first()", "model.objects.get(pk=pk)",
     "len(Candidacy.objects.exclude(state='filed'))", "AuditEvent.objects.filter(what='title.record')"],
)  # fmt: skip
def test_a_query_around_it_is_found(code: str):
    assert list(unscoped(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    ["Enterprise.objects.visible_to(user).filter(pk=pk)", "Title.objects.filter(enterprise=firm)",
     "YearFigures.objects.filter(enterprise__in=Enterprise.objects.visible_to(user), pk=pk).first()",
     "firms.prefetch_related(Prefetch('titles', Title.objects.in_force(on), to_attr='held'))",
     "Round.objects.filter(pk=pk)"],
)  # fmt: skip
def test_a_query_through_it_passes(code: str):
    assert not list(unscoped(ast.parse(code)))
