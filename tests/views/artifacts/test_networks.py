"""Many networks share slots; each has so many of them."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from dashboard.views.artifacts.networks import Networks, OfNetwork


def test_a_network_holds_so_many_and_others_the_rest():
    free, networks = BoundedSemaphore(4), Networks(2)
    here, there = OfNetwork(free, networks, "here"), OfNetwork(free, networks, "there")
    assert [here.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    assert [there.acquire(blocking=False) for _ in range(3)] == [True, True, False]
    here.release()
    assert there.acquire(blocking=False) is False
    assert here.acquire(blocking=False) is True


def test_who_finds_none_free_does_not_count_as_holding_one():
    free, networks = BoundedSemaphore(1), Networks(2)
    here, there = OfNetwork(free, networks, "here"), OfNetwork(free, networks, "there")
    assert there.acquire(blocking=False)
    assert [here.acquire(blocking=False) for _ in range(3)] == [False] * 3
    there.release()
    assert here.acquire(blocking=False)


def test_of_many_at_once_no_more_hold_one_than_may():
    networks = Networks(3)

    def take(_):
        return networks.take("here")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(400))) == 3
    for _ in range(3):
        networks.give_back("here")
    assert networks.take("here")
