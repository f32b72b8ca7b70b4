"""Other ways a message goes: robots of a group chat, and other systems of the bureau."""

from django.db import models

from accounts.models import Region, User


class Channel(models.Model):
    """A group of a unit that is told what the unit may see, or a system that takes it on (渠道).

    ``address`` holds the key of a robot and ``secret`` that of the signature: neither is shown again, nor kept in the
    trail or in a log.
    """

    class Kind(models.TextChoices):
        """Whose way of speaking it has."""

        WECOM = "wecom", "企业微信群机器人"
        DINGTALK = "dingtalk", "钉钉群机器人"
        WEBHOOK = "webhook", "Webhook"

    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    name = models.CharField("名称", max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="责任单位", related_name="+")
    address = models.TextField("地址")
    secret = models.CharField("签名密钥", max_length=200, blank=True)
    is_active = models.BooleanField("启用", default=True)
    made_by = models.ForeignKey(User, models.PROTECT, verbose_name="登记人", related_name="+")
    made_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "渠道"
        verbose_name_plural = "渠道"
        ordering = ["-is_active", "name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"

    def __repr__(self) -> str:
        """Only the key: a log line never carries an address."""
        return f"<Channel {self.pk}>"
