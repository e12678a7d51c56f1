"""`python -m tests.scale.one_write`: one write that tells; prints how often it ran and what is stored."""

import asyncio

import django


async def main():
    from asgiref.sync import sync_to_async

    from core.ids import uuid7
    from core.models import User
    from generator.writer import Writer
    from realtime.models import Event

    ada = await User.objects.acreate(username=f"ada-{uuid7()}")
    runs = []

    def tell(publisher):
        runs.append(publisher)
        publisher.tell(ada.pk, "task.deleted", id="x")
        return "told"

    writer = Writer()
    result = await asyncio.wait_for(writer.write(tell), 30)
    events = await sync_to_async(Event.objects.filter(user=ada).count)()
    print(result, len(runs), events)
    await writer.close()


if __name__ == "__main__":
    django.setup()
    asyncio.run(main())
