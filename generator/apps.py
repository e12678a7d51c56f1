from django.apps import AppConfig


class GeneratorConfig(AppConfig):
    name = "generator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import health, metrics
        from generator import queue
        from generator.metrics import gauges, has_workers
        from realtime import broadcasts

        health.PARTS["workers"] = has_workers
        metrics.GAUGES.append(gauges)
        broadcasts.GREETINGS.append(queue.greeting)
        broadcasts.AT_EACH_BEAT.append(queue.Watch().news)
