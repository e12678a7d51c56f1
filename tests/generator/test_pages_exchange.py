"""The task page's menu of exports, and importing there, with JavaScript and without."""

import json
import re
from html import unescape

import pytest
from django.core.management import CommandError, call_command

from generator.exports import FORMATS
from generator.members import share_task
from generator.models import Case
from tests.generator.files_of_cases import named


def bring(client, task, *cases, **headers):
    file = named("cases.json", json.dumps(list(cases)))
    return client.post(f"/tasks/{task.pk}/import/", {"file": file}, headers=headers)


def toasts(response):
    found = re.findall(r'data-level="(\w+)">\s*<p>(.*?)</p>', response.content.decode())
    return [(level, unescape(text)) for level, text in found]


@pytest.mark.parametrize(("language", "zentao"), [("en", "ZenTao (.csv)"), ("zh-hans", "禅道 (.csv)")])
def test_the_menu_offers_every_format_by_its_name(page, task, language, zentao):
    html = page.get(f"/tasks/{task.pk}/", headers={"Accept-Language": language}).text

    offered = re.findall(r'export\?format=(\w+)"', html)
    assert offered == list(FORMATS)
    assert zentao in html
    for link in offered:
        assert page.get(f"/api/v1/tasks/{task.pk}/export?format={link}").status_code == 200


def test_what_came_of_an_import_is_told_in_toasts(page, analysed):
    response = bring(page, analysed, {"title": "A"}, {"title": ""}, HX_Request="true")

    first, second = toasts(response)
    assert first == ("success", "Imported: 1 new, 0 changed, 0 as they were.")
    assert second[0] == "warning"
    assert second[1].startswith("Case 2: title")


def test_many_problems_are_told_as_a_number(page, analysed):
    told = toasts(bring(page, analysed, *[{"title": ""}] * 8, HX_Request="true"))

    assert len(told) == 7
    assert told[-1] == ("warning", "3 more problems.")


def test_a_file_that_is_none_is_refused_in_a_toast(page, analysed):
    file = named("cases.pdf", b"x")
    response = page.post(f"/tasks/{analysed.pk}/import/", {"file": file}, headers={"HX-Request": "true"})

    assert response.status_code == 422
    ((level, text),) = toasts(response)
    assert (level, text.split(" ")[0]) == ("error", "cases.pdf")
    assert page.post(f"/tasks/{analysed.pk}/import/", headers={"HX-Request": "true"}).status_code == 422


def test_without_javascript_the_page_comes_back(page, analysed):
    response = bring(page, analysed, {"title": "A case"})

    assert response.status_code == 302
    assert response["Location"] == f"/tasks/{analysed.pk}/"
    html = page.get(response["Location"]).text
    assert "Imported: 1 new" in html
    assert "A case" in html


def test_outsiders_and_viewers_import_nothing(client, ada, bob, analysed):
    client.force_login(bob)
    assert bring(client, analysed, {"title": "x"}).status_code == 404

    share_task(analysed, ada, bob, "view")

    assert bring(client, analysed, {"title": "x"}).status_code == 403
    assert not Case.objects.exists()


def test_the_command_knows_a_format_by_its_ending(tmp_path, db):
    (tmp_path / "a.md").write_text("Lock the account.")

    with pytest.raises(CommandError, match="use one of xlsx, csv, md, json, feature, xmind, xml"):
        call_command("generate", str(tmp_path / "a.md"), "--to", str(tmp_path / "cases.pdf"))
