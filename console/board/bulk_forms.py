"""The form of a bulk step: the fields of the step once, and a certificate number for each firm of a recognition."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from console.firms.forms import FIELDS_OF_STEP, MoveForm
from notifications.casework import Rounds
from pipeline.domain import candidacies
from pipeline.models import Candidacy, Round


class BulkForm(MoveForm):
    """A step of many cases; each case brings its own version."""

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The certificate numbers, in the order of the firms."""
        return [self[name] for name in self.fields if name.startswith("number_")]

    @property
    def common(self) -> list[forms.BoundField]:
        """What is the same for all firms."""
        return [self[name] for name in self.fields if not name.startswith("number_")]


def bulk_form(step: str, cases: Sequence[Candidacy], rounds: Rounds, data: QueryDict | None = None) -> BulkForm:
    """The form with the fields the step shows for these cases."""
    form = BulkForm(data, initial={"step": step})
    del form.fields["version"]
    shown = {"step", *FIELDS_OF_STEP.get(step, ("reason",))} - {"number"}
    for name in [name for name in form.fields if name not in shown]:
        del form.fields[name]
    needs = {need for case in cases for need in candidacies.needs(case, step)}
    for name in {"round", "reason"} & needs & form.fields.keys():
        form.fields[name].required = True
    if "round" in form.fields:
        offer_rounds(form, cases, rounds)
    if "certificate" in needs:
        ask_for_certificates(form, cases)
    return form


def offer_rounds(form: BulkForm, cases: Sequence[Candidacy], rounds: Rounds) -> None:
    """The rounds open for the tracks of the cases that chose none; where all chose, nothing is asked."""
    tracks = {case.track for case in cases if case.round_id is None}
    if not tracks:
        del form.fields["round"]
        return
    fitting = [one.pk for one in rounds.by_id.values() if one.track in tracks and one.is_open(rounds.on)]
    form.fields["round"].queryset = Round.objects.filter(pk__in=fitting)  # type: ignore[attr-defined]
    form.fields["round"].help_text = "只用于还没有选定批次、方向相同的企业。"


def ask_for_certificates(form: BulkForm, cases: Sequence[Candidacy]) -> None:
    """Day and document once, a number for each firm; one left empty is refused by the door."""
    for name in ("issued_on", "document"):
        form.fields[name].required = True
    for case in cases:
        label = f"{case.enterprise.name} 证书编号"
        form.fields[f"number_{case.pk}"] = forms.CharField(label=label, max_length=60, required=False)
