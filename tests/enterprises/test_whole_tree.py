"""Who stands at the root sees every firm without its unit being looked up, unless another tree stands beside."""

from accounts.models import Region, User
from enterprises.models import Enterprise, ResearchInstitution


def test_the_root_sees_every_firm_without_a_list_of_units(enterprise: Enterprise, officer: User):
    officer.region = root_of(enterprise)
    seen = Enterprise.objects.visible_to(officer)
    assert enterprise in seen
    assert "region_id" not in str(seen.query.where)


def test_firms_of_a_tree_beside_stay_out_of_sight(enterprise: Enterprise, officer: User):
    officer.region = root_of(enterprise)
    beside = Region.objects.create(name="邻市", level=Region.Level.CITY)
    stranger = Enterprise.objects.create(name="邻市精密机械有限公司", region=beside)
    ResearchInstitution.objects.create(enterprise=stranger, kind="企业技术中心", name="邻市技术中心")
    assert list(Enterprise.objects.visible_to(officer)) == [enterprise]
    assert not ResearchInstitution.objects.visible_to(officer).exists()


def root_of(enterprise: Enterprise) -> Region:
    """The unit at the top of the firm's tree."""
    return Region.objects.get(path=enterprise.region.paths_above[0])
