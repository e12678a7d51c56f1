"""Addresses of the notifications."""

from django.urls import path

from realtime.notifications import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read-notifications"),
    path("notifications/<uuid:notification>/read/", views.read, name="read-notification"),
]
