"""The browser's side of notifications: its pop-ups, what is in front of it, and a push service's answers."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.live.product import until
from tests.push_server import Browser

REQUIREMENT = "1. A name must have 3 to 80 characters."
REQUEST = """async requirement => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value
  const headers = {"Content-Type": "application/json", "X-CSRFToken": token}
  const answer = await fetch("/api/v1/tasks", {method: "POST", headers, body: JSON.stringify({requirement})})
  return (await answer.json()).id
}"""
SHOWN = """registration.getNotifications().then(
  all => all.map(({title, body, tag, data}) => ({title, body, tag, data})))"""
SUBSCRIBED = """
const answer = %s
const key = "fake-push-service"
const subscription = {
  endpoint: answer.endpoint,
  options: {applicationServerKey: new Uint8Array(65).buffer},
  toJSON: () => answer,
  unsubscribe: async () => localStorage.removeItem(key),
}
PushManager.prototype.getSubscription = async () => localStorage.getItem(key) && subscription
PushManager.prototype.subscribe = async ({applicationServerKey}) => {
  localStorage.setItem(key, "yes")
  localStorage.setItem("subscribed-with", applicationServerKey)
  return subscription
}
"""
CLICK = """async ({tag, windows}) => {
  self.asked = []
  WindowClient.prototype.focus = async function () { self.asked.push(["focus", this.url]); return this }
  clients.openWindow = async url => { self.asked.push(["open", url]) }
  const [notification] = await registration.getNotifications({tag})
  dispatchEvent(new NotificationEvent("notificationclick", {notification}))
}"""
"""A click by script may neither focus nor open windows: what the worker asks of the browser is noted."""


def allow(page: Page) -> Page:
    """The same page after its reader allowed the browser's notifications."""
    page.context.grant_permissions(["notifications"])
    page.reload()
    page.wait_for_selector("[data-connection=live]")
    return page


def tab(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    page.wait_for_selector("[data-connection=live]")
    return page


def look_elsewhere(context: BrowserContext) -> Page:
    """Another page comes to the front. Playwright otherwise lets each page believe that it is there."""
    for page in context.pages:
        context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    front = context.new_page()
    front.bring_to_front()
    for page in context.pages[:-1]:
        page.wait_for_function("!document.hasFocus()")
    return front


def finish_a_task(page: Page) -> str:
    """By the API: keys that are pressed would bring the page to the front. Ends with the bell's count."""
    before = page.locator("[data-unread]").first.get_attribute("data-unread")
    task_id = page.evaluate(REQUEST, REQUIREMENT)
    expect(page.locator("[data-unread]").first).not_to_have_attribute("data-unread", before or "")
    return str(task_id)


def in_worker(context: BrowserContext, script: str, *arguments: Any) -> Any:
    workers = context.service_workers
    worker = workers[0] if workers else context.wait_for_event("serviceworker")
    return worker.evaluate(script, *arguments)


def pop_ups(context: BrowserContext) -> list[dict[str, Any]]:
    return list(in_worker(context, SHOWN))


def one_pop_up(context: BrowserContext) -> dict[str, Any]:
    """The pop-up, once there is one."""
    [shown] = until(lambda: pop_ups(context), bool)
    return dict(shown)


def start_worker(page: Page) -> None:
    """The worker is there before anything is told, as after an earlier pop-up."""
    page.evaluate("navigator.serviceWorker.register(document.body.dataset.worker)")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def click(context: BrowserContext, pop_up: dict[str, Any]) -> list[list[str]]:
    """What the worker asked the browser for in the end."""
    in_worker(context, CLICK, {"tag": pop_up["tag"]})
    return list(until(lambda: in_worker(context, "self.asked"), bool))


def use_push_service(context: BrowserContext, browser: Browser) -> None:
    """Pages subscribe at the tests' push service: real ones are out of reach."""
    context.add_init_script(SUBSCRIBED % json.dumps(browser.subscription))


class PushService:
    """Hands messages to Chromium as its own push service does."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._registrations: list[dict[str, Any]] = []
        self._session: CDPSession = context.new_cdp_session(page)
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self._session.send("ServiceWorker.enable")
        # A call to the browser lets the session's events in.
        until(lambda: (page.title(), self._registrations)[1], bool)

    def deliver(self, payload: dict[str, Any] | str) -> None:
        registration = self._registrations[0]
        origin = registration["scopeURL"].rstrip("/")
        data = payload if isinstance(payload, str) else json.dumps(payload)
        message = {"origin": origin, "registrationId": registration["registrationId"], "data": data}
        self._session.send("ServiceWorker.deliverPushMessage", message)

    def _registered(self, event: dict[str, Any]) -> None:
        self._registrations += event["registrations"]
