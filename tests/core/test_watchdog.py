"""A process that hangs ends itself and says where it hung."""

import subprocess
import sys

STUCK = """
import asyncio, re
from core.watchdog import guard

async def main():
    guard(asyncio.get_running_loop(), seconds=1)
    await asyncio.sleep(1.5)
    print("turned", flush=True)
    search_for_ever()

def search_for_ever():
    re.match(r"(a+)+$", "a" * 100 + "b")

asyncio.run(main())
"""


def test_a_loop_that_turns_lives_and_one_that_hangs_ends_with_its_stack():
    done = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert done.stdout == "turned\n"
    assert "search_for_ever" in done.stderr
