"""`REDIS_URL=redis+sentinel://…`: sockets, bells and rate limits follow the master when it changes."""

from __future__ import annotations

import pytest

from core.throttle import storage_of
from tests.scale.sentinels import Guarded
from tests.scale.spread import SpreadOut
from tests.scale.test_redis_faults import assert_bells_work, gapless, hears_live

pytestmark = pytest.mark.timeout(300)


def test_after_a_failover_sockets_and_bells_work_as_before(tmp_path, database_url):
    with Guarded(tmp_path).running() as guarded:
        product = SpreadOut(tmp_path, 1, 1, DATABASE_URL=database_url, REDIS_URL=guarded.url)
        try:
            ada = product.somebody()
            with ada.socket() as socket:
                hears_live(socket, ada)
                guarded.fail_over()
                guarded.replica.until_someone_listens()
                assert_bells_work(ada)
                socket.until(lambda frame: frame["type"] == "heartbeat", 20)
                hears_live(socket, ada)
                assert gapless(socket)
        finally:
            product.kill()


def test_rate_limits_and_readiness_find_the_master(tmp_path):
    with Guarded(tmp_path).running() as guarded:
        storage = storage_of(guarded.url)

        assert storage.check()
        assert storage.incr("visits", 60) == 1
        guarded.fail_over()
        assert storage.check()
