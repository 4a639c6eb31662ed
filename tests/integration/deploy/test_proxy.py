"""The proxy in front of two web hosts: what one of them can take is taken, whatever became of the other."""

from contextlib import ExitStack

import httpx

from tests.servers.caddy import proxy
from tests.servers.http import Handler, listening
from tests.servers.process import until

BODY = b"Body=there+is+no+hot+water" * 40


class Echo(Handler):
    """A web host that is ready, gives back what is posted, and keeps no connection that would outlive it."""

    protocol_version = "HTTP/1.0"

    def get(self) -> None:
        self.say(200)

    def post(self) -> None:
        self.say(200, self.posted())


def test_one_host_goes_and_the_other_takes_all_that_is_posted() -> None:
    with (
        ExitStack() as of_one,
        listening(Echo) as other,
        proxy([of_one.enter_context(listening(Echo)), other]) as url,
        httpx.Client() as client,
    ):

        def taken() -> bool:
            return client.post(f"{url}/channels/twilio/sms", content=BODY).content == BODY

        assert taken()
        of_one.close()
        until(lambda: all(taken() for _ in range(20)), "twenty in a row are taken")
