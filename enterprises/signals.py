"""What other rooms may want to hear of at once; whoever speaks here knows none of them."""

from django.dispatch import Signal

# Something changed from which it follows what firms have to do: ``on`` (the day), ``enterprise_ids``
duties_changed = Signal()
