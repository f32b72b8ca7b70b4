"""Statements: what a source said about a firm, and when it became known. Nothing is overwritten."""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from enterprises.models.batch import ImportBatch
from enterprises.models.enterprise import Enterprise


class Source(models.TextChoices):
    """Who said it. Precedence is the order here: an officer's finding stands over an accepted statement of the
    firm, that over a ledger; within one source the latest known stands."""

    OFFICER = "officer", "核定"
    ENTERPRISE = "enterprise", "企业填报"
    LEDGER = "ledger", "台账"


class StatementState(models.TextChoices):
    """Whether a statement counts: only an accepted one does."""

    SUBMITTED = "submitted", "待采纳"
    ACCEPTED = "accepted", "已采纳"
    DECLINED = "declined", "未采纳"
    WITHDRAWN = "withdrawn", "已撤回"


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements of any kind."""

    def standing(self, known_by: datetime.datetime | None = None) -> Self:
        """Accepted statements, as known by that moment; one withdrawn since was still known then."""
        accepted = Q(state=StatementState.ACCEPTED)
        if known_by is None:
            return self.filter(accepted)
        return self.filter(accepted | Q(withdrawn_at__gt=known_by), known_at__lte=known_by)

    def by_precedence(self) -> Self:
        """The statement whose columns count first comes first."""
        order = models.Case(
            *(models.When(source=source, then=models.Value(place)) for place, source in enumerate(Source.values)),
            output_field=models.SmallIntegerField(),
        )
        return self.order_by(order, "-known_at", "-pk")


class Statement(models.Model):
    """One source's words: the columns it gave, the others null."""

    # Found through the composite index of each kind; nobody looks for statements by their writer.
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", db_index=False)
    source = models.CharField("来源", max_length=12, choices=Source.choices)
    state = models.CharField("状态", max_length=10, choices=StatementState.choices, default=StatementState.ACCEPTED)
    known_at = models.DateTimeField("获知时间")
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, verbose_name="导入批次", related_name="+"
    )
    stated_by = models.ForeignKey(
        User, models.PROTECT, null=True, verbose_name="填报人", related_name="+", db_index=False
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, verbose_name="确认人", related_name="+", db_index=False
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    note = models.TextField("说明", blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        abstract = True


class FirmStatement(Statement):
    """What a source said about the firm itself (企业情况)."""

    registered_on = models.DateField("成立日期", null=True, blank=True)
    is_resident = models.BooleanField("境内注册居民企业", null=True, blank=True)
    industry_code = models.CharField("国民经济行业代码", max_length=8, null=True, blank=True)  # noqa: DJ001 -- null is unknown
    size_trade = models.CharField("划型行业", max_length=20, null=True, blank=True)  # noqa: DJ001 -- null is unknown
    hi_tech_field = models.CharField("国家重点支持的高新技术领域", max_length=20, null=True, blank=True)  # noqa: DJ001 -- null is unknown
    niche_since = models.DateField("从事特定细分市场起始日", null=True, blank=True)
    leading_product = models.CharField("主导产品", max_length=120, null=True, blank=True)  # noqa: DJ001 -- null is unknown
    market_share_ratio = models.DecimalField("细分市场占有率", max_digits=7, decimal_places=6, null=True, blank=True)
    national_rank = models.PositiveIntegerField("全国排名", null=True, blank=True)
    is_six_bases = models.BooleanField("属工业六基", null=True, blank=True)
    chain_role = models.CharField("产业链作用", max_length=120, null=True, blank=True)  # noqa: DJ001 -- null is unknown
    is_listed = models.BooleanField("上市", null=True, blank=True)
    parent_uscc = models.CharField("控股企业代码", max_length=18, null=True, blank=True)  # noqa: DJ001 -- null is unknown

    class Meta:
        verbose_name = "企业情况"
        verbose_name_plural = "企业情况"
        indexes = [
            models.Index(fields=["enterprise", "state"], name="firm_statement_by_enterprise"),
            models.Index(
                fields=["enterprise"], condition=Q(state=StatementState.SUBMITTED), name="firm_statement_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"企业情况 {self.pk}"


class YearFigures(Statement):
    """What a source said about one year (年度指标). Columns and units are those of ``enterprises.vocabulary``."""

    year = models.PositiveSmallIntegerField("年度")
    operating_revenue_cny = models.BigIntegerField("营业收入", null=True, blank=True)
    main_revenue_cny = models.BigIntegerField("主营业务收入", null=True, blank=True)
    sales_cny = models.BigIntegerField("销售收入", null=True, blank=True)
    total_income_cny = models.BigIntegerField("总收入", null=True, blank=True)
    hi_tech_income_cny = models.BigIntegerField("高新技术产品（服务）收入", null=True, blank=True)
    cost_expense_cny = models.BigIntegerField("成本费用支出总额", null=True, blank=True)
    rd_cost_deduction_cny = models.BigIntegerField("研发费用（加计扣除口径）", null=True, blank=True)
    rd_cost_hnte_cny = models.BigIntegerField("研发费用（高企归集口径）", null=True, blank=True)
    rd_cost_hnte_domestic_cny = models.BigIntegerField("其中境内研发费用", null=True, blank=True)
    rd_cost_audit_cny = models.BigIntegerField("研发费用（审计口径）", null=True, blank=True)
    rd_spend_stat_cny = models.BigIntegerField("R&D经费（统计口径）", null=True, blank=True)
    net_profit_cny = models.BigIntegerField("净利润", null=True, blank=True)
    total_assets_cny = models.BigIntegerField("资产总额", null=True, blank=True)
    liabilities_cny = models.BigIntegerField("负债总额", null=True, blank=True)
    net_assets_cny = models.BigIntegerField("净资产", null=True, blank=True)
    equity_raised_cny = models.BigIntegerField("当年新增股权融资", null=True, blank=True)
    new_product_sales_cny = models.BigIntegerField("新产品销售收入", null=True, blank=True)
    tech_contract_cny = models.BigIntegerField("技术合同成交额", null=True, blank=True)
    tax_paid_cny = models.BigIntegerField("实缴税费", null=True, blank=True)
    staff_headcount = models.BigIntegerField("职工总数", null=True, blank=True)
    tech_staff_tsme_headcount = models.BigIntegerField("科技人员（科小口径）", null=True, blank=True)
    staff_hnte_headcount = models.BigIntegerField("职工总数（高企口径）", null=True, blank=True)
    tech_staff_hnte_headcount = models.BigIntegerField("科技人员（高企口径）", null=True, blank=True)
    rd_staff_headcount = models.BigIntegerField("研发人员", null=True, blank=True)
    result_conversions = models.BigIntegerField("科技成果转化数", null=True, blank=True)
    srdi_platform_score = models.DecimalField(
        "专精特新发展评价得分", max_digits=6, decimal_places=2, null=True, blank=True
    )
    hnte_expert_property = models.BigIntegerField("高企专家评分：知识产权", null=True, blank=True)
    hnte_expert_conversion = models.BigIntegerField("高企专家评分：科技成果转化能力", null=True, blank=True)
    hnte_expert_organisation = models.BigIntegerField("高企专家评分：研究开发组织管理水平", null=True, blank=True)
    class_one_count = models.BigIntegerField("有效Ⅰ类知识产权", null=True, blank=True)
    class_two_count = models.BigIntegerField("有效Ⅱ类知识产权", null=True, blank=True)

    class Meta:
        verbose_name = "年度指标"
        verbose_name_plural = "年度指标"
        indexes = [
            models.Index(fields=["enterprise", "year", "state"], name="year_figures_by_enterprise"),
            models.Index(fields=["year", "state", "enterprise"], name="year_figures_by_year"),
            models.Index(
                fields=["enterprise"], condition=Q(state=StatementState.SUBMITTED), name="year_figures_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(year__gte=1990, year__lte=2100), name="year_figures_year_is_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年度指标 {self.pk}"
