"""Sentences for what an OpenAPI document demands: in the language of its own descriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Phrases:
    sentence: str
    comma: str
    stop: str
    required: str
    optional: str
    one_of: str
    between: str
    at_least: str
    at_most: str
    more_than: str
    less_than: str
    units: dict[str, str]
    kinds: dict[str, str]
    keys: dict[str, str]
    unique: str
    nullable: str
    default: str
    parameter: dict[str, str]
    body_required: str
    body_optional: str
    body_field: str
    secured: str
    open: str
    together: str
    either: str
    scopes: str
    deprecated: str
    answer: str
    other_answer: str
    holds: str

    def bounds(self, unit: str, low: Any, high: Any) -> str:
        words, has = self.units[unit], "have" if unit else "be"
        if unit == "open":
            parts = [self.more_than.format(low=low)] if low is not None else []
            parts += [self.less_than.format(high=high)] if high is not None else []
            return self.comma.join(parts)
        if low is not None and high is not None:
            return self.between.format(low=low, high=high, unit=words, has=has)
        return (self.at_most if low is None else self.at_least).format(
            low=low, high=high, unit=words, has=has
        )


PHRASES = {
    "en": Phrases(
        sentence="{subject} {rules}.",
        comma=", ",
        stop=".",
        required="is required",
        optional="is optional",
        one_of="must be one of: {values}",
        between="must {has} between {low} and {high}{unit}",
        at_least="must {has} at least {low}{unit}",
        at_most="must {has} at most {high}{unit}",
        more_than="must be greater than {low}",
        less_than="must be less than {high}",
        units={"": "", "open": "", "characters": " characters", "entries": " entries"},
        kinds={
            "integer": "must be an integer",
            "number": "must be a number",
            "string": "must be text",
            "boolean": "must be true or false",
            "array": "must be a list",
            "object": "must be an object",
        },
        keys={
            "multipleOf": "must be a multiple of {value}",
            "format": "must have the format {value}",
            "pattern": "must match the pattern {value}",
        },
        unique="must not hold the same entry twice",
        nullable="may be null",
        default="is {value} by default",
        parameter={
            "query": "The query parameter {name}",
            "path": "The path parameter {name}",
            "header": "The header {name}",
            "cookie": "The cookie {name}",
        },
        body_required="{name} must refuse a request without a body ({types}).",
        body_optional="{name} must accept a request with or without a body ({types}).",
        body_field="The body field {name}",
        secured="{name} must refuse callers who do not authenticate with {ways}.",
        open="{name} must answer callers without authentication too.",
        together=" and ",
        either=" or ",
        scopes=", which needs the scopes {scopes}",
        deprecated="{name} is deprecated and must still work.",
        answer="{name} must be able to answer {status}: {said}",
        other_answer="{name} must answer other errors with: {said}",
        holds="; the answer must hold {fields}",
    ),
    "zh": Phrases(
        sentence="{subject}{rules}。",
        comma="，",
        stop="。",
        required="为必填项",
        optional="为选填项",
        one_of="必须是以下值之一：{values}",
        between="必须在 {low} 到 {high}{unit}之间",
        at_least="必须至少为 {low}{unit}",
        at_most="必须至多为 {high}{unit}",
        more_than="必须大于 {low}",
        less_than="必须小于 {high}",
        units={"": " ", "open": "", "characters": " 个字符", "entries": " 项"},
        kinds={
            "integer": "必须是整数",
            "number": "必须是数字",
            "string": "必须是文本",
            "boolean": "必须是 true 或 false",
            "array": "必须是列表",
            "object": "必须是对象",
        },
        keys={
            "multipleOf": "必须是 {value} 的倍数",
            "format": "必须符合 {value} 格式",
            "pattern": "必须匹配模式 {value}",
        },
        unique="不得包含重复项",
        nullable="可以为 null",
        default="默认为 {value}",
        parameter={
            "query": "查询参数 {name} ",
            "path": "路径参数 {name} ",
            "header": "请求头 {name} ",
            "cookie": "Cookie {name} ",
        },
        body_required="{name} 必须拒绝没有请求体（{types}）的请求。",
        body_optional="{name} 必须接受带请求体（{types}）或不带请求体的请求。",
        body_field="请求体字段 {name} ",
        secured="{name} 必须拒绝未通过 {ways} 认证的调用者。",
        open="{name} 必须也响应未认证的调用者。",
        together=" 和 ",
        either=" 或 ",
        scopes="，需要权限范围 {scopes}",
        deprecated="{name} 已弃用，但必须仍可使用。",
        answer="{name} 必须能够返回 {status}：{said}",
        other_answer="{name} 发生其他错误时必须返回：{said}",
        holds="；响应必须包含 {fields}",
    ),
}
