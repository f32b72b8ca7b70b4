"""The side navigation: pages that exist and that the reader's role may open."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts import policy


@dataclass(frozen=True)
class Entry:
    """One page in the navigation."""

    label: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Entries under one heading."""

    title: str
    entries: list[Entry]


# heading, then label, icon, view, and the beginning of the view names that belong to the same page
PAGES: Final = (
    (
        "",
        (
            ("工作台", "layout-dashboard", "console:workbench", "console:workbench"),
            ("企业库", "building-factory-2", "console:enterprise_list", "console:enterprise_"),
            ("后备库", "stack-2", "console:pool_list", "console:pool_"),
            ("责任人", "user-check", "console:owner_list", "console:owner_"),
            ("推进看板", "layout-kanban", "console:board", "console:board"),
            ("研发机构", "flask", "console:institution_list", "console:institution_"),
            ("临界预警", "alert-triangle", "console:edge_list", "console:edge_"),
            ("时限日历", "calendar-due", "console:calendar", "console:calendar"),
        ),
    ),
    (
        "数据与提醒",
        (
            ("导入", "file-spreadsheet", "console:import_list", "console:import_"),
            ("公示名单", "list-check", "console:list_list", "console:list_"),
            ("数据质量", "database-search", "console:quality", "console:quality"),
            ("提醒邮件", "mail", "console:mail_list", "console:mail_"),
        ),
    ),
    (
        "管理",
        (
            ("人工判定", "checklist", "console:ruling_list", "console:ruling_list"),
            ("认定规则", "gavel", "console:rule_list", "console:rule_"),
            ("操作日志", "history", "console:audit_list", "console:audit_"),
            ("用户", "users", "console:user_list", "console:user_"),
            ("群机器人", "robot", "reminders:channels", "reminders:channel"),
            ("提醒默认", "bell", "reminders:defaults", "reminders:default"),
            ("运行状况", "info-circle", "console:status", "console:status"),
            ("设置", "adjustments-horizontal", "console:settings", "console:settings"),
        ),
    ),
)


def groups(role: str, here: str) -> list[Group]:
    """What a role sees while the view ``here`` is open, its entry marked."""
    shown = [Group(title, entries_of(role, here, pages)) for title, pages in PAGES]
    return [group for group in shown if group.entries]


def entries_of(role: str, here: str, pages: tuple[tuple[str, str, str, str], ...]) -> list[Entry]:
    """The entries of one group that the role may open."""
    return [
        Entry(label, icon, reverse(view), here.startswith(family))
        for label, icon, view, family in pages
        if role in policy.POLICY.get(view, ())
    ]
