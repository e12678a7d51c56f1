"""The caller, their tokens, and the names of others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from core.api.auth import SignedInRequest
from core.api.schemas import Listing, reads, writes
from core.models import Token, User
from core.pagination import PageQuery, page_of
from core.validation import Input, Instant, InvalidInput, Line

router = Router(tags=["people"])

Scope = Literal["read", "write"]


class Me(BaseModel):
    id: UUID
    name: str
    language: str
    staff: bool


class TokenInput(Input):
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    scopes: Annotated[
        list[Scope],
        Field(max_length=2, description="`read` alone makes a read-only token; none means all."),
    ] = []
    expires_at: Instant | None = None


class TokenSecret(BaseModel):
    id: UUID
    name: str
    token: Annotated[str, Field(description="The secret. It is shown this once.")]


class TokenFacts(BaseModel):
    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


class TokenList(Listing):
    items: list[TokenFacts]


class Name(BaseModel):
    name: str


class NameList(Listing):
    items: list[Name]


class NameQuery(PageQuery):
    q: Annotated[Line, Field(max_length=150, description="Part of a name.")] = ""


@router.get("/me", response=reads(Me), summary="Who is calling")
def get_me(request: SignedInRequest) -> dict[str, Any]:
    user = request.user
    return {"id": user.pk, "name": user.username, "language": user.language, "staff": user.is_staff}


@router.get("/me/tokens", response=reads(TokenList, 422), summary="List your tokens")
def list_tokens(request: SignedInRequest, query: Query[PageQuery]) -> dict[str, Any]:
    return page_of(request.user.tokens.all(), ["-created_at", "-id"], query).listing(token_payload)


@router.post("/me/tokens", response=writes(201, TokenSecret, 400, 415, 422), summary="Make a token")
def create_token(request: SignedInRequest, body: TokenInput) -> Status[dict[str, Any]]:
    if body.expires_at and body.expires_at <= timezone.now():
        raise InvalidInput({"expires_at": _("Give a time in the future.")})
    token, secret = Token.issue(request.user, body.name, scopes=body.scopes, expires_at=body.expires_at)
    return Status(201, {"id": token.pk, "name": token.name, "token": secret})


@router.delete("/me/tokens/{uuid:token_id}", response=writes(204, None, 404), summary="Revoke a token")
def revoke_token(request: SignedInRequest, token_id: UUID) -> Status[None]:
    get_object_or_404(request.user.tokens, pk=token_id).delete()
    return Status(204, None)


@router.get("/users", response=reads(NameList, 422), summary="Find people by name")
def list_users(request: SignedInRequest, query: Query[NameQuery]) -> dict[str, Any]:
    """Names alone, for sharing, mentions and direct messages."""
    people = User.objects.filter(is_active=True, username__icontains=query.q)
    return page_of(people, ["username"], query).listing(lambda user: {"name": user.username})


def token_payload(token: Token) -> dict[str, Any]:
    fields = ("id", "name", "scopes", "created_at", "expires_at")
    return {field: getattr(token, field) for field in fields}
