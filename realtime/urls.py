"""Addresses of the notifications."""

from django.urls import path

from realtime.asyncapi import asyncapi
from realtime.chat import views as chat
from realtime.notifications import views
from realtime.notifications.preferences_views import preferences

urlpatterns = [
    path("api/v1/asyncapi.yaml", asyncapi, name="asyncapi"),
    path("chat/", chat.chat, name="chat"),
    path("chat/start/", chat.start, name="start-chat"),
    path("chat/<uuid:room>/", chat.room, name="chat-room"),
    path("chat/<uuid:room>/change/", chat.change, name="change-room"),
    path("chat/<uuid:room>/invite/", chat.invite, name="invite-to-room"),
    path("chat/<uuid:room>/join/", chat.join, name="join-room"),
    path("chat/<uuid:room>/leave/", chat.leave, name="leave-room"),
    path("chat/<uuid:room>/read/", chat.read, name="read-room"),
    path("chat/<uuid:room>/send/", chat.send, name="send-message"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read-notifications"),
    path("notifications/<uuid:notification>/read/", views.read, name="read-notification"),
    path("notifications/<uuid:notification>/archive/", views.archive, name="archive-notification"),
    path("notifications/<uuid:notification>/mute/", views.mute, name="mute-notification"),
    path("notifications/<uuid:notification>/unmute/", views.unmute, name="unmute-notification"),
    path("notifications/unmute/", views.unmute_subject, name="unmute-notifications"),
    path("notifications/send/", views.send_notification, name="send-notification"),
    path("notifications/preferences/", preferences, name="notification-preferences"),
]
