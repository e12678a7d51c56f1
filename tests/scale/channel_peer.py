"""One process at a channel layer: `python -m tests.scale.channel_peer listen N`, or `… send TEXT`."""

import asyncio
import os
import sys

GROUP = "peers"


async def listen(count):
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    print("listening", flush=True)
    for _ in range(count):
        message = await layer.receive(channel)
        print(message["text"], flush=True)


async def send(text):
    await get_channel_layer().group_send(GROUP, {"type": "peer.text", "text": text})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    from channels.layers import get_channel_layer

    verb, argument = sys.argv[1:]
    asyncio.run(listen(int(argument)) if verb == "listen" else send(argument))
