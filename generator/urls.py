"""Addresses of the generator's pages."""

from django.urls import path

from generator import case_pages, cases_pages, exchange, rounds_pages, sharing, views

urlpatterns = [
    path("", views.generate, name="generate"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/counts/", views.counts, name="task-counts"),
    path("tasks/bulk/<slug:action>/", views.bulk, name="task-bulk"),
    path("tasks/<uuid:task>/", views.task_page, name="task"),
    path("tasks/<uuid:task>/source/", views.source, name="task-source"),
    path("tasks/<uuid:task>/timeline/", views.timeline, name="task-timeline"),
    path("tasks/<uuid:task>/members/", sharing.people, name="task-members"),
    path("tasks/<uuid:task>/members/remove/", sharing.remove, name="task-member-remove"),
    path("tasks/<uuid:task>/quality/", rounds_pages.quality, name="task-quality"),
    path("tasks/<uuid:task>/revise/", rounds_pages.revise, name="task-revise"),
    path("tasks/<uuid:task>/revise/preview/", rounds_pages.preview_revision, name="task-revise-preview"),
    path("tasks/<uuid:task>/cases/again/", rounds_pages.ask_for_cases, name="task-cases-again"),
    path("tasks/<uuid:task>/cases/new/", case_pages.write, name="case-new"),
    path("tasks/<uuid:task>/cases/deleted/", cases_pages.deleted, name="cases-deleted"),
    path("tasks/<uuid:task>/cases/bulk/", cases_pages.change_many, name="cases-bulk"),
    path("tasks/<uuid:task>/cases/<slug:key>/", case_pages.edit, name="case"),
    path("tasks/<uuid:task>/cases/<slug:key>/history/", case_pages.history, name="case-history"),
    path("tasks/<uuid:task>/import/", exchange.bring_in, name="task-import"),
    path("tasks/<uuid:task>/rename/", views.rename, name="task-rename"),
    path("tasks/<uuid:task>/cancel/", views.cancel, name="task-cancel"),
    path("tasks/<uuid:task>/retry/", views.retry, name="task-retry"),
    path("tasks/<uuid:task>/delete/", views.delete, name="task-delete"),
    path("tasks/<uuid:task>/restore/", views.restore, name="task-restore"),
    path("api/v1/export.schema.json", exchange.schema, name="export-schema"),
]
