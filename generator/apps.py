from django.apps import AppConfig


class GeneratorConfig(AppConfig):
    name = "generator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from core import cards, health, metrics
        from core.models import User
        from generator import departures, queue
        from generator.cards import TaskCards
        from generator.metrics import gauges, has_workers
        from realtime import broadcasts

        pre_delete.connect(departures.user_goes, sender=User)
        health.PARTS["workers"] = has_workers
        metrics.GAUGES.append(gauges)
        cards.SOURCES.append(TaskCards())
        broadcasts.GREETINGS.append(queue.greeting)
        broadcasts.AT_EACH_BEAT.append(queue.Watch().news)
