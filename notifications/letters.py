"""Letters that open an account: invitation and forgotten password; the link stands in no body that is kept."""

import hashlib

from accounts.models import User
from notifications import outbox
from notifications.catalogue import INVITATION, PASSWORD, Letter, bureau_name
from notifications.models import SECRET, Message


def invite(*, user: User, by: User, link: str) -> Message:
    """Invite somebody to set their first password; call it in the transaction that opens the account."""
    return put(INVITATION, user=user, link=link, inviter=by.name)


def password_letter(*, user: User, link: str) -> Message:
    """Send the link with which a forgotten password is set anew."""
    return put(PASSWORD, user=user, link=link)


def put(letter: Letter, *, user: User, link: str, inviter: str = "") -> Message:
    """One letter per link: the same link twice is the same letter."""
    rendered = letter.render({"bureau": bureau_name(), "user": user, "inviter": inviter, "link": SECRET})
    key = f"{letter.kind}:{user.pk}:{hashlib.sha256(link.encode()).hexdigest()[:16]}"
    draft = outbox.Draft(key=key, letter=letter, rendered=rendered, to=user.email, recipients=[user], secret=link)
    return outbox.put(draft)
