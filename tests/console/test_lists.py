"""公示名单: handed in, the three columns, decisions, the button, the workbook; nobody sees another county's list."""

import datetime

import fastexcel
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from pipeline.models import Candidacy, ListRow, PublishedList, Title
from pipeline.models.candidacy import State
from tests.console.visit import MORNING, as_, text
from tests.factories import EnterpriseFactory
from tests.firms import case_at
from tests.sheets import Sheet, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

TITLE = "湖北省2026年第一批高新技术企业认定名单（共4家，鄂科技发高〔2026〕12号，认定日期：2026-11-20）"


@pytest.fixture(autouse=True)
def in_the_morning():
    """Monday, 23 November 2026."""
    with time_machine.travel(MORNING, tick=False):
        yield


def content(*names: str, title: str = TITLE) -> bytes:
    """A list of names with numbers."""
    rows = [[n, name, f"GR20264200{n:04}"] for n, name in enumerate(names, 1)]
    return workbook(Sheet("名单", [[title], ["序号", "企业名称", "证书编号"], *rows]))


def handed_in(user: User, *names: str, title: str = TITLE, track: str = "hnte") -> PublishedList:
    """A list handed in on its page."""
    file = SimpleUploadedFile("名单.xlsx", content(*names, title=title))
    response = as_(user).post("/lists/", {"workbook": file, "track": track})
    assert response.status_code == 302, text(response)
    return PublishedList.objects.latest("pk")


def page(user: User, published: PublishedList, query: str = "") -> str:
    """The text of a list's page."""
    return text(as_(user).get(f"/lists/{published.pk}/{query}"))


def decide(user: User, row: ListRow, **given: str) -> object:
    """A decision as the page sends it."""
    version = str(PublishedList.objects.get(pk=row.published_list_id).version)
    return as_(user).post(f"/lists/rows/{row.pk}/decide/", {"version": version, "reason": "核对执照"} | given)


def test_sure_doubtful_and_unknown_stand_side_by_side_with_the_totals(enterprise: Enterprise, officer: User):
    published = handed_in(officer, enterprise.name, "云泽精密", "湖北星垣铸造有限公司")

    response = as_(officer).get(f"/lists/{published.pk}/")

    sides = {side.key: [shown.row.name for shown in side.rows] for side in response.context["sides"]}
    assert sides == {"sure": [enterprise.name], "doubtful": ["云泽精密"], "unknown": ["湖北星垣铸造有限公司"]}
    assert "少1家，请核对" in text(response)
    assert "办理这1行" in text(response)


def test_a_list_is_decided_and_applied_on_its_page(enterprise: Enterprise, county: Region, officer: User):
    published = handed_in(officer, "云泽精密", "湖北星垣铸造有限公司", "某某有限公司")
    short, unknown, third = published.rows.order_by("place")

    decide(officer, short, choice=f"firm-{enterprise.pk}")
    decide(officer, unknown, choice="new", unit="东溪县")
    decide(officer, third, choice="none")
    published.refresh_from_db()
    as_(officer).post(f"/lists/{published.pk}/apply/", {"version": published.version})

    titles = set(Title.objects.values_list("enterprise__name", "number", "document"))
    assert titles == {
        (enterprise.name, "GR202642000001", "鄂科技发高〔2026〕12号"),
        ("湖北星垣铸造有限公司", "GR202642000002", "鄂科技发高〔2026〕12号"),
    }
    assert "没有还需要办理的行" in page(officer, published)


def test_applying_twice_records_once(enterprise: Enterprise, officer: User):
    published = handed_in(officer, enterprise.name)
    for _ in range(2):
        published.refresh_from_db()
        as_(officer).post(f"/lists/{published.pk}/apply/", {"version": published.version})

    assert Title.objects.count() == 1
    assert AuditEvent.objects.filter(what="list.apply").count() == 1


def test_a_stale_page_applies_and_decides_nothing_and_names_the_winner(enterprise: Enterprise, officer: User):
    published = handed_in(officer, enterprise.name, "云泽精密")
    decide(officer, published.rows.get(place=2), choice="none")

    answers = [
        as_(officer).post(f"/lists/{published.pk}/apply/", {"version": "0"}),
        as_(officer).post(
            f"/lists/rows/{published.rows.get(place=2).pk}/decide/",
            {"version": "0", "choice": "none", "reason": "不是"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all(officer.name in text(answer) and "核定名单中的企业" in text(answer) for answer in answers)
    assert not Title.objects.exists()


BAD = [
    ({}, "请选择一家企业"),
    ({"choice": "none", "reason": " "}, "请填写理由"),
    ({"choice": "new", "unit": "西岭市"}, "请选择本辖区内的责任单位"),
    ({"choice": "new"}, "请选择本辖区内的责任单位"),
    ({"choice": "other", "other": "没有这家"}, "没有这家企业"),
    ({"choice": "firm-x"}, "请选择一家企业"),
]


@pytest.mark.parametrize(("given", "word"), BAD)
def test_a_decision_that_names_nothing_comes_back_with_what_is_wrong(officer: User, given: dict, word: str):
    published = handed_in(officer, "湖北星垣铸造有限公司")

    response = decide(officer, published.rows.get(), **given)

    assert response.status_code == 422  # type: ignore[attr-defined]
    assert word in text(response)
    assert published.rows.get().decision == ""


def test_another_firm_is_named_by_name_or_code(enterprise: Enterprise, officer: User):
    published = handed_in(officer, "湖北星垣铸造有限公司")

    decide(officer, published.rows.get(), choice="other", other=enterprise.name)

    assert published.rows.get().enterprise == enterprise


def test_a_case_without_a_number_is_completed_on_the_page(enterprise: Enterprise, officer: User):
    case_at(enterprise, State.PUBLICISED)
    published = handed_in(officer, enterprise.name)
    ListRow.objects.update(number="")
    assert "请填写证书编号" in page(officer, published)

    row = published.rows.get()
    as_(officer).post(f"/lists/rows/{row.pk}/complete/", {"version": "0", "number": "GR202642009999"})
    published.refresh_from_db()
    as_(officer).post(f"/lists/{published.pk}/apply/", {"version": published.version})

    assert (Candidacy.objects.get().state, Title.objects.get().number) == (State.RECOGNISED, "GR202642009999")


def test_what_failed_is_confirmed_row_by_row(enterprise: Enterprise, officer: User):
    case_at(enterprise, State.FILED)
    published = handed_in(officer, enterprise.name, title="2026年高新技术企业申报未通过企业名单")
    assert "确认未通过" in page(officer, published)

    row = published.rows.get()
    as_(officer).post(f"/lists/rows/{row.pk}/confirm/", {"version": "0", "reason": "按公告"})
    published.refresh_from_db()
    as_(officer).post(f"/lists/{published.pk}/apply/", {"version": published.version})

    assert Candidacy.objects.get().state == State.REJECTED
    assert not Title.objects.exists()


def test_the_kind_and_the_day_are_corrected_in_a_dialog(enterprise: Enterprise, officer: User):
    published = handed_in(officer, enterprise.name, title="高新技术企业")
    assert "未判明，请选定" in page(officer, published)
    given = {"version": "0", "kind": "recognition", "recognised_on": "2026-11-20", "title": "高新技术企业"}

    wrong = as_(officer).post(f"/lists/{published.pk}/correct/", given | {"recognised_on": "不是日期"})
    as_(officer).post(f"/lists/{published.pk}/correct/", given)

    published.refresh_from_db()
    assert wrong.status_code == 422
    assert (published.kind, published.recognised_on) == ("recognition", datetime.date(2026, 11, 20))


def test_what_is_no_list_is_refused_beside_the_file(officer: User):
    files = [
        ("文本.xlsx", b"no workbook", "hnte"),
        ("名单.xlsx", content("云泽有限公司", title="第五批专精特新“小巨人”企业名单"), "hnte"),
    ]

    for name, whole, track in files:
        response = as_(officer).post("/lists/", {"workbook": SimpleUploadedFile(name, whole), "track": track})

        assert response.status_code == 422
        assert "工作簿" in text(response) or "不是“高新技术企业”" in text(response)
    assert not PublishedList.objects.exists()


def test_the_same_file_opens_the_list_that_stands(enterprise: Enterprise, officer: User):
    whole = content(enterprise.name)
    for _ in range(2):
        file = SimpleUploadedFile("名单.xlsx", whole)
        response = as_(officer).post("/lists/", {"workbook": file, "track": "hnte"}, follow=True)

    assert PublishedList.objects.count() == 1
    assert "已经上传过" in text(response)


# Sight

CANARY = "秘境"


def test_a_county_reads_nothing_of_the_firms_and_lists_next_door(
    enterprise: Enterprise, county_officer: User, other_county_officer: User
):
    EnterpriseFactory(name="远岑秘境新材料有限公司", region=other_county_officer.region)
    there = handed_in(other_county_officer, "远岑秘境新材料有限公司")
    here = handed_in(county_officer, "远岑秘", enterprise.name)

    client = as_(county_officer)
    pages = [client.get(address) for address in ("/lists/", f"/lists/{here.pk}/", f"/lists/{here.pk}/export/")]
    foreign = [client.get(f"/lists/{there.pk}/"), client.get(f"/lists/{there.pk}/export/")]
    acts = [client.post(f"/lists/{there.pk}/{act}/", {"version": "0"}) for act in ("apply", "rematch", "correct")] + [
        client.post(f"/lists/rows/{there.rows.get().pk}/{act}/", {}) for act in ("decide", "confirm", "complete")
    ]

    assert all(CANARY not in answer.content.decode(errors="ignore") for answer in pages)
    assert [answer.status_code for answer in foreign + acts] == [404] * 8


def test_an_auditor_reads_and_changes_nothing(enterprise: Enterprise, officer: User, auditor: User):
    published = handed_in(officer, "云泽精密")

    shown = page(auditor, published)
    refused = as_(auditor).post(
        "/lists/", {"workbook": SimpleUploadedFile("名单.xlsx", content("甲")), "track": "hnte"}
    )

    assert "云泽精密" in shown
    assert "核定</button>" not in shown
    assert refused.status_code == 403


# Lists and exports


def test_the_workbook_has_every_row_of_the_list(enterprise: Enterprise, officer: User):
    published = handed_in(officer, enterprise.name, "云泽精密", "湖北星垣铸造有限公司")

    response = as_(officer).get(f"/lists/{published.pk}/export/")

    whole = b"".join(response.streaming_content) if response.streaming else response.content
    cells = fastexcel.read_excel(whole).load_sheet(0, header_row=None, dtypes="string").to_polars()
    told = "\n".join(str(cell) for row in cells.rows() for cell in row if cell)
    assert all(f"\n{word}\n" in told for word in ("确定", "存疑", "未识别"))
    assert "少 1 家" in told
    assert AuditEvent.objects.filter(what="export.list").exists()


def test_lists_are_filtered_and_the_address_says_how(enterprise: Enterprise, officer: User):
    handed_in(officer, enterprise.name)

    shown = [text(as_(officer).get(f"/lists/?{query}")) for query in ("", "track=hnte&state=read", "track=tsme")]

    assert ["鄂科技发高〔2026〕12号" in one for one in shown] == [True, True, False]
    assert "没有符合条件的名单" in shown[2]


def test_pages_cost_the_same_with_one_row_and_with_five(enterprise: Enterprise, officer: User):
    names = [EnterpriseFactory(name=f"青麓{n}食品有限公司", region=enterprise.region).name for n in "甲乙丙丁"]
    counts = []
    for some in ([enterprise.name], [enterprise.name, *names, "云泽精密", "青麓"]):
        published = handed_in(officer, *some, title=f"{TITLE}{len(some)}")
        for address in (f"/lists/{published.pk}/", "/lists/"):
            client = as_(officer)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))

    assert counts[:2] == counts[2:]


def test_a_long_list_is_paged_column_by_column(officer: User):
    published = handed_in(officer, *(f"汀序{n}号云计算有限公司" for n in range(65)))

    first, third = (as_(officer).get(f"/lists/{published.pk}/{query}") for query in ("", "?unknown=3&doubtful=9"))

    sizes = [[len(side.rows) for side in response.context["sides"]] for response in (first, third)]
    assert sizes == [[0, 0, 30], [0, 0, 5]]


# Long lists


@pytest.mark.django_db(transaction=True)
def test_a_long_list_goes_to_the_worker_and_its_page_says_so(
    enterprise: Enterprise, officer: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipeline.domain.list_work.LARGE", 1)
    published = handed_in(officer, enterprise.name, "云泽精密")
    now = datetime.datetime.now(datetime.UTC)
    PublishedList.objects.update(asked_by=officer, asked_at=now, moved_at=now, progress=40)

    shown, bar = page(officer, published), as_(officer).get(f"/lists/{published.pk}/progress/")
    PublishedList.objects.update(asked_by=None, asked_at=None)
    as_(officer).post(f"/lists/{published.pk}/apply/", {"version": published.version})
    done = as_(officer).get(f"/lists/{published.pk}/progress/")

    assert "正在办理各行并重新评估" in shown
    assert "办理这" not in shown
    assert ("40%" in text(bar), "HX-Refresh" in bar, done["HX-Refresh"]) == (True, False, "true")
    published.refresh_from_db()
    assert (published.state, published.asked_at, Title.objects.count()) == ("applied", None, 1)
