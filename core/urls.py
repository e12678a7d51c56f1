"""All addresses of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from core import installing, metrics, views
from core.api_root import api

# The one sign-in form is the one that counts wrong passwords.
admin.site.login = login_required(admin.site.login)  # type: ignore[method-assign]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.broken

urlpatterns = [
    path("", include("generator.urls")),
    path("", include("realtime.urls")),
    path("account/", views.account, name="account"),
    path("account/devices/<uuid:device>/remove/", views.remove_device, name="remove-device"),
    path("account/tokens/<uuid:token>/revoke/", views.revoke_token, name="revoke-token"),
    path("accounts/login/", views.SignIn.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(http_method_names=["post", "options"]), name="logout"),
    path("accounts/password/", views.change_password, name="change-password"),
    path("accounts/signup/", views.sign_up, name="sign-up"),
    path("language/", views.set_language, name="set-language"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("sw.js", installing.service_worker, name="service-worker"),
    path("theme/", views.set_theme, name="set-theme"),
    path("api/v1/", api.urls),
    path("metrics", metrics.metrics),
    path("admin/", admin.site.urls),
]
