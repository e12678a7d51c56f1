"""Forms of accounts and their tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.utils.translation import gettext_lazy as _

from core.models import Token, User
from core.text import is_blank


class Dressed(forms.Form):
    """Gives every control the site's class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")


class SignInForm(Dressed, AuthenticationForm):
    """Django's own, dressed."""


class SignUpForm(Dressed, UserCreationForm):  # type: ignore[type-arg]  # generic only in the stubs
    """`username`, `password1`, `password2`."""

    class Meta:
        model = User
        fields = ("username",)


class ChangePasswordForm(Dressed, PasswordChangeForm):
    """`old_password`, `new_password1`, `new_password2`."""


class TokenForm(Dressed, forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A name to know an API token by."""

    class Meta:
        model = Token
        fields = ("name",)
        labels = {"name": _("Token name")}

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if is_blank(name):
            raise forms.ValidationError(_("Give some text."))
        return name
