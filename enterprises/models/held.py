"""What a firm holds besides titles: intellectual property and honours."""

from django.db import models

from enterprises.models.enterprise import Enterprise


class IntellectualProperty(models.Model):
    """One patent, work or other right (知识产权); class I or II as 195号 and 115号 use the words."""

    class Class(models.TextChoices):
        """Class I: invention patents and their like; class II: utility models, designs, software."""

        ONE = "I", "Ⅰ类"
        TWO = "II", "Ⅱ类"

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="property")
    property_class = models.CharField("类别", max_length=2, choices=Class.choices)
    kind = models.CharField("种类", max_length=30)
    number = models.CharField("编号", max_length=60, blank=True)
    title = models.CharField("名称", max_length=200, blank=True)
    applied_on = models.DateField("申请日", null=True, blank=True)
    granted_on = models.DateField("授权日", null=True, blank=True)
    expires_on = models.DateField("失效日", null=True, blank=True)
    obtained = models.CharField("取得方式", max_length=10, blank=True)
    main_product = models.BooleanField("与主要产品相关", null=True, blank=True)
    in_use = models.BooleanField("在用", null=True, blank=True)
    owner_rank = models.PositiveSmallIntegerField("权利人位次", null=True, blank=True)
    used_for_hnte = models.BooleanField("已用于高企申报", null=True, blank=True)

    class Meta:
        verbose_name = "知识产权"
        verbose_name_plural = "知识产权"

    def __str__(self) -> str:
        return self.number or self.title


class Honour(models.Model):
    """A prize, a led standard, a quality award (荣誉)."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="honours")
    kind = models.CharField("种类", max_length=30)
    level = models.CharField("级别", max_length=10, blank=True)
    rank = models.PositiveSmallIntegerField("排名", null=True, blank=True)
    given_on = models.DateField("授予日", null=True, blank=True)

    class Meta:
        verbose_name = "荣誉"
        verbose_name_plural = "荣誉"

    def __str__(self) -> str:
        return self.kind
