"""What `REDIS_URL` may say."""

import pytest
from environs import EnvError

from core.redis_address import layer_host, redis_addresses
from core.throttle import storage_of


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("", 0),
        ("redis://one", 1),
        ("rediss://user:pass@one:6380/2, redis://two", 2),
        ("unix:///run/redis.sock", 1),
        ("redis+sentinel://one:26379,two:26379/caseloom", 1),
        ("redis+sentinel://one:1,two:2/first,redis+sentinel://three:3/second/4,redis://four", 3),
    ],
)
def test_a_comma_parts_addresses_and_the_hosts_of_one(value, count):
    addresses = redis_addresses("REDIS_URL", value)

    assert len(addresses) == count
    assert all(storage_of(address) for address in addresses)


def test_sentinels_and_redis_are_asked_with_the_same_password():
    host = layer_host("redis+sentinel://ada:p%40ss%2Fword@one:26379,[::1]:26380/caseloom/3", {"timeout": 1})

    assert host == {
        "sentinels": [("one", 26379), ("::1", 26380)],
        "master_name": "caseloom",
        "db": 3,
        "username": "ada",
        "password": "p@ss/word",
        "sentinel_kwargs": {"username": "ada", "password": "p@ss/word", "timeout": 1},
    }


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("redis+sentinel://one:26379", "the service"),
        ("redis+sentinel://one:26379/caseloom/0/1", "the service"),
        ("redis+sentinel://one/caseloom", "host:port"),
        ("redis+sentinel://one:26379,/caseloom", "host:port"),
        ("redis+sentinel://one:99999/caseloom", "Port out of range"),
        ("redis+sentinel://one:26379/caseloom/first", "invalid literal"),
        ("redis+sentinel://one:26379/caseloom?timeout=1", "the service"),
        ("redis://one,two", "several hosts"),
        ("memcached://one", "no address"),
        ("one:6379", "no address"),
    ],
)
def test_an_address_that_names_no_redis_is_refused_by_name(value, why):
    with pytest.raises(EnvError, match=r'"REDIS_URL" invalid: .*') as refusal:
        redis_addresses("REDIS_URL", value)

    assert why in str(refusal.value)


def test_a_password_is_named_in_no_message():
    with pytest.raises(EnvError) as refused:
        redis_addresses("REDIS_URL", "redis+sentinel://:s3cret@h:26379")

    assert "s3cret" not in str(refused.value)
    assert "h:26379" in str(refused.value)
