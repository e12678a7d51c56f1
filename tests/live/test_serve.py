"""`make run`'s process from its start to its end, and the command line beside it."""

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.endpoint import ScriptedEndpoint
from tests.live.product import ROOT, Product

CHAPTERS = "\n".join(
    f"# Chapter {n}\n\n" + "\n".join(f"- The user can open list {n}{m}." for m in range(6)) for n in range(3)
)


def modelled(data_dir: Path, endpoint: ScriptedEndpoint, **env: str) -> Product:
    return Product(
        data_dir, OPENAI_BASE_URL=endpoint.url, OPENAI_API_KEY="sk-1", OPENAI_MODEL="scripted", **env
    )


def test_sigterm_lets_a_running_task_finish_and_exits_0(tmp_path: Path, endpoint: ScriptedEndpoint):
    endpoint.tokens_per_second = 400
    product = modelled(tmp_path, endpoint)
    ada = product.somebody()
    task_id = ada.request_task(CHAPTERS)["id"]
    ada.task_when(task_id, lambda task: task["cases_count"] > 0)

    assert product.stop() == 0

    product.start()
    assert ada.get(f"/tasks/{task_id}")["status"] == "completed"
    assert product.stop() == 0


def test_a_task_that_cannot_finish_in_time_is_given_back_and_goes_on_after_the_restart(
    tmp_path: Path, endpoint: ScriptedEndpoint
):
    product = modelled(tmp_path, endpoint, DRAIN_SECONDS="0")
    ada = product.somebody()
    endpoint.stall_after(1)
    task_id = ada.request_task(CHAPTERS)["id"]
    ada.task_when(task_id, lambda task: task["sections_done"] == 2)
    before = {case["key"]: case["title"] for case in ada.cases(task_id)}
    asked = len(endpoint.requests)

    assert product.stop() == 0
    product.start()
    task = ada.ended(task_id)

    after = {case["key"]: case["title"] for case in ada.cases(task_id)}
    assert (task["status"], task["round"], task["attempt"]) == ("completed", 1, 1)
    assert before.items() <= after.items()
    assert len(endpoint.requests) - asked == 1
    assert product.stop() == 0


def test_an_unreachable_endpoint_fails_the_task_in_seconds_with_a_reason(
    tmp_path: Path, endpoint: ScriptedEndpoint
):
    product = Product(tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_MODEL="none")
    ada = product.somebody()

    task = ada.ended(ada.request_task("The user can log in.")["id"], 15)

    assert task["error"]["code"] == "endpoint_unreachable"
    assert task["error"]["message"]
    product.stop()


def test_a_port_that_is_taken_is_named_and_the_process_ends(product: Product):
    again = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={**product.env, "PORT": product.url.rsplit(":", 1)[1]},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert again.returncode == 1
    assert "PORT" in again.stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("TASK_RETENTION_DAYS", "soon"),
        ("TASK_RETENTION_DAYS", "99999999999999999999"),
        ("SIGNUP", "maybe"),
        ("TRUSTED_PROXIES", "nonsense"),
        ("PUBLIC_URL", "https://x:99999"),
        ("REDIS_URL", "http://x"),
        ("CSRF_TRUSTED_ORIGINS", "cases.example.com"),
        ("OPENAI_BASE_URL", "ftp://x"),
        ("LLM_INPUT_PRICE", "-1"),
        ("LLM_ENDPOINTS", '[{"name": "x"}]'),
        ("LLM_ENDPOINTS", '[{"name": "x", "base_url": "http://x", "model": "m", "input_price": "free"}]'),
        ("LLM_ENDPOINTS", '[{"name": "x", "base_url": "x", "model": "m"}]'),
        ("LLM_ENDPOINTS", '[{"name": "x", "base_url": "http://x", "model": "m", "vision": "yes"}]'),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path, name: str, value: str):
    env = {**os.environ, "DATA_DIR": str(tmp_path), "SECRET_KEY": "some", name: value}

    start = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )

    assert start.returncode != 0
    assert name in start.stderr
    assert len(start.stderr.splitlines()) == 1


def test_a_form_that_is_none_is_answered_in_our_words_and_not_by_the_transport(product: Product):
    ada = product.somebody()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = ada.call("POST", "/tasks", content=b"--x\r\nContent-Disposition: nonsense", headers=headers)

    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_generate_writes_a_workbook_beside_a_running_server(product: Product, tmp_path: Path):
    source, target = tmp_path / "requirement.md", tmp_path / "cases.xlsx"
    source.write_text("# 登录\n\n1. 连续输错5次密码后锁定账号15分钟。\n", encoding="utf-8")

    done = product.run("generate", str(source), "--to", str(target))

    assert done.returncode == 0, done.stderr
    assert "completed" in done.stderr
    rows = list(openpyxl.load_workbook(target).worksheets[0].values)
    assert len(rows) > 6


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["missing.md"], "missing.md"),
        (["{source}", "--to", "cases.doc"], "--to"),
        (["{source}", "--user", "x"], "--user"),
    ],
)
def test_generate_names_what_it_cannot_use(
    product: Product, tmp_path: Path, arguments: list[str], named: str
):
    source = tmp_path / "requirement.md"
    source.write_text("The user can log in.")

    done = product.run("generate", *(argument.format(source=source) for argument in arguments))

    assert done.returncode != 0
    assert named in done.stderr
