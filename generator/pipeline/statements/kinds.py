"""What sort of thing a statement demands."""

from __future__ import annotations

import re

from generator.drafts import ItemKind

_QUALITY = re.compile(
    r"\b(?:performance|response times?|latency|throughput|concurren\w*|simultaneous\w*"
    r"|availability|uptime|reliab\w*|scalab\w*|encrypt\w*"
    r"|hash(?:ed|es)?|bcrypt|https|tls|sql injection|xss|csrf|accessib\w*|wcag|usab\w*|compatib\w*"
    r"|browsers?|chrome|firefox|safari"
    r"|(?:within|under|in less than|in at most) \d[\d.,]* ?(?:ms|s|sec\w*|milliseconds?)"
    r"|per second|backups?|recover\w*|maintainab\w*|portab\w*)\b"
    r"|性能|并发|响应时间|吞吐|加密|明文|兼容|易用|可用性|可靠|稳定|安全性|防止|注入|备份|容灾|简洁|美观|便捷|以上版本|浏览器|操作系统|流畅|毫秒|同时在线|内存"
    r"|(?:响应|加载|打开|返回|完成|查询|处理|启动|刷新).{0,10}秒|秒内(?:响应|加载|打开|返回|完成)|带宽|网卡|主频|磁盘",
    re.I,
)
_QUALITY_TITLE = re.compile(
    r"\b(?:non-?functional|performance|security|usability|reliability|compatibility|quality"
    r"|availability|scalability|accessibility"
    r"|environment)\b|非功能|性能|安全|可用性|可靠性|兼容|易用|质量|软件属性|运行环境|环境要求",
    re.I,
)
_API = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) /|\b(?:API|endpoint|HTTP|REST|webhook|status code"
    r"|query parameter|request body|header|JSON)\b"
    r"|接口|请求|状态码|返回码|报文|参数|响应体",
)
_DATA = re.compile(
    r"\b(?:formats?|characters?|digits?|length|string|integer|boolean|decimal|date of|data types?"
    r"|mandatory|nullable|csv|field names?|columns?"
    r"|(?:is|are) (?:required(?! to)|optional|unique))\b|`\w+` ?\(|格式|字段|长度|字符|字节|位数|数据类型|整数|小数|精度"
    r"|必填|字母|数字|唯一",
    re.I,
)
_SCREEN = re.compile(
    r"\b(?:buttons?|pages?|screens?|clicks?|tap|dialogs?|menus?|icons?|forms?|tabs?|toolbar"
    r"|dropdown|checkbox|pop-?up|layout|sidebar|banner)\b"
    r"|按钮|页面|界面|弹窗|点击|菜单|图标|列表页|表单|下拉|输入框|对话框|导航",
    re.I,
)
_FLOW = re.compile(
    r"^\W*(?:[^:：]{1,12}[:：]\s*)?(?:as an? |作为)|\bso that\b.*\bI\b|\b(?:and|,) then\b|\bafter(?:wards| that)\b"
    r"|\bfirst\b.*\bthen\b"
    r"|然后|随后|接着|之后再|再进行|最后",
    re.I,
)


def kind_of(statement: str, title: str = "") -> ItemKind:
    if _FLOW.search(statement):
        return "flow"
    if _QUALITY.search(statement) or _QUALITY_TITLE.search(title):
        return "quality"
    if _API.search(statement) or _API.search(title):
        return "interface"
    if _DATA.search(statement):
        return "data"
    return "interface" if _SCREEN.search(statement) else "rule"
