"""This site's VAPID key pair (RFC 8292): one for all processes, made when it is first needed."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from realtime.push.models import VapidKeys


def site_keys() -> VapidKeys:
    """The pair; of several who make it at once one is kept."""
    keys = VapidKeys.objects.filter(pk=VapidKeys.THE_ONE).first()
    if keys is None:
        VapidKeys.objects.bulk_create([_made()], ignore_conflicts=True)
        keys = VapidKeys.objects.get(pk=VapidKeys.THE_ONE)
    return keys


def _made() -> VapidKeys:
    pair = Vapid02()
    pair.generate_keys()
    point = pair.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return VapidKeys(private_key=pair.private_pem().decode(), public_key=b64urlencode(point))
