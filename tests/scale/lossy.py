"""Settings (`DJANGO_SETTINGS_MODULE=tests.scale.lossy`) and a channel layer that loses messages unseen."""

import random
from typing import Any

from core.settings import *  # noqa: F403
from core.settings import CHANNEL_LAYERS
from realtime.redis_layer import RedisLayer

LOST = 0.1


class LossyLayer(RedisLayer):
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if random.random() >= LOST:
            await super().group_send(group, message)


CHANNEL_LAYERS["default"]["BACKEND"] = "tests.scale.lossy.LossyLayer"
