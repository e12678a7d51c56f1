from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class RealtimeConfig(AppConfig):
    name = "realtime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.sessions.models import Session
        from django.urls import reverse_lazy
        from django.utils.translation import gettext_lazy as _

        from core import metrics, shell
        from core.models import Token, User
        from realtime import credentials
        from realtime.metrics import gauges

        metrics.GAUGES.append(gauges)
        shell.NAVIGATION.append({"name": "chat", "url": reverse_lazy("chat"), "label": _("Chat")})

        post_delete.connect(credentials.session_ended, sender=Session)
        post_delete.connect(credentials.token_revoked, sender=Token)
        post_save.connect(credentials.user_saved, sender=User)
