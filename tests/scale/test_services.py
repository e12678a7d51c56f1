"""The two services that several machines share are real ones, and Caseloom's own settings work with them."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parents[2]
IDLE_SECONDS = 15  # more than the layer's 5 s blocking read and redis-py's own 5 s socket timeout


def test_redis_answers(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def test_postgres_speaks_utf8(postgres_url):
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select reverse('测试用例')").fetchone() == ("例用试测",)


def test_the_whole_project_migrates_on_postgres(spread_out):
    run("manage.py", "migrate", "--skip-checks", "--verbosity=0", env=spread_out)

    run("manage.py", "migrate", "--skip-checks", "--check", env=spread_out)


def test_a_group_message_reaches_another_process_even_after_a_long_silence(spread_out):
    listener = subprocess.Popen(
        [sys.executable, "-m", "tests.scale.channel_peer", "listen", "2"],
        cwd=ROOT,
        env=spread_out,
        stdout=subprocess.PIPE,
        text=True,
    )
    with listener:
        assert listener.stdout.readline() == "listening\n"

        run("-m", "tests.scale.channel_peer", "send", "at once", env=spread_out)
        assert listener.stdout.readline() == "at once\n"

        time.sleep(IDLE_SECONDS)  # the silence is what is tested
        run("-m", "tests.scale.channel_peer", "send", "later", env=spread_out)
        assert listener.stdout.readline() == "later\n"


def run(*arguments, env):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
