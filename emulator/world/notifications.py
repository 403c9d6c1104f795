"""SNS put together: topics upon the queues there are, deliveries, and the trace of what was published.

This is imported with the first request that is about SNS: half of what a start would take is SNS, and many who start
the emulator want a queue and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import emulator.sns.actions  # noqa: F401 - importing the actions registers them
from emulator.configuration.settings import Settings
from emulator.foundation.changes import Ledger
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.foundation.part import Part
from emulator.functions.targets import Targets
from emulator.observation.trace import Trace
from emulator.sns.delivery.answer import Answer
from emulator.sns.delivery.destinations import Destinations
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.fan_out import OnFailure
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_deliverer import HttpDeliverer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.lambda_urls import LambdaUrls
from emulator.sns.delivery.stored import MAIL_PROTOCOLS, Forwarder
from emulator.sns.delivery.timeouts import Timeouts
from emulator.sns.delivery.worker import Post
from emulator.sns.service import SnsService
from emulator.sqs.queues import Queues
from emulator.timing.clock import Clocks
from emulator.world.local_queues import LocalQueues

if TYPE_CHECKING:
    from emulator.sns.delivery.transfer_deliverer import TransferDeliverer
    from emulator.sns.delivery.transfers import Portion, Reply, Transfers

HANDLER_SCHEME = "handler:"

FaultyAttempt = Callable[[HttpMessage], Answer | None]  # None: the endpoint itself is called


class Notifications:
    """SNS, and what it needs to run: queues to send to, HTTP deliveries and the trace."""

    def __init__(
        self,
        settings: Settings,
        clocks: Clocks,
        ids: Ids,
        queues: Queues,
        observer: Observer,
        ledger: Ledger,
        post: Post | None = None,
        *,
        own_addresses: Sequence[tuple[str, int]] = (),
    ) -> None:
        """``post`` calls HTTP endpoints; None: over the network. To ``own_addresses`` nothing is delivered."""
        self.trace = Trace()
        observer.listen(self.trace.observe)
        self._clocks = clocks
        self._observer = observer
        destinations = Destinations(settings.deliver_to, own_addresses)
        self._http = HttpClient(settings.ca_bundle, verify=not settings.insecure_https, destinations=destinations)
        self._faulty_attempt: FaultyAttempt | None = None
        self._call = post or self._http.post
        self.handlers: Post | None = None  # calls functions inside this process, whose URLs begin with "handler:"
        self.targets = Targets(settings.lambda_urls, settings.lambda_endpoint)
        self.dispatch = Dispatch(clocks, self._post, Timeouts(real_seconds=settings.clock_move_timeout), ledger)
        self.queues = LocalQueues(queues, clocks, ids, enforce_policies=settings.enforce_policies)
        self._abroad: TransferDeliverer | None = None
        self.sns = SnsService(
            self.queues,
            ids,
            observer,
            self._forwarders(settings),
            ledger=ledger,
            http=self._http_deliverer,
            certificate_host=settings.signing_cert_host,
            auto_confirm=settings.auto_confirm,
        )
        self.dispatch.find_subscriptions_by(self.sns.subscriptions.find_lasting)
        self.parts: tuple[Part, ...] = (self.sns, self.sns.signer, self.dispatch, self.trace, self.targets)

    def _http_deliverer(self, on_failure: OnFailure) -> HttpDeliverer:
        self._lambda_urls.dead_letters_by(on_failure)
        return HttpDeliverer(self.dispatch, on_failure, self._observer)

    def _forwarders(self, settings: Settings) -> Mapping[str, Forwarder]:
        """Who carries on what is put into the outbox, by protocol."""
        self._lambda_urls = LambdaUrls(self.targets.url_of, self.dispatch, self._observer)
        forwarders: dict[str, Forwarder] = {"lambda": self._lambda_urls}
        if settings.smtp_url is not None:
            # The standard library's mail client is imported only where there is a server for it.
            from emulator.sns.delivery.smtp import SmtpServer

            server = SmtpServer(settings.smtp_url, self._observer, self._clocks.now_of)
            forwarders |= dict.fromkeys(MAIL_PROTOCOLS, server)
        return forwarders

    def reach_abroad_by(self, transfers: "Transfers") -> None:
        """Reach the queues of other accounts than the topic's by transfers."""
        from emulator.sns.delivery.transfer_deliverer import TransferDeliverer

        find, fan_out = self.sns.subscriptions.find_lasting, self.sns.fan_out
        self._abroad = TransferDeliverer(transfers, find, fan_out.fail, self._observer, self._clocks.now_of)
        fan_out.reach_abroad_by(self._abroad)

    def end_transfers(self, portion: "Portion", replies: Sequence["Reply"]) -> None:
        """Another account has answered for each of these messages."""
        assert self._abroad is not None, "there are transfers where other accounts are reached by them"
        self._abroad.end(portion, replies)

    def interfere(self, faulty_attempt: FaultyAttempt | None) -> None:
        """From now on ``faulty_attempt`` may answer in the place of an endpoint; None: nothing does."""
        self._faulty_attempt = faulty_attempt

    async def _post(self, message: HttpMessage) -> Answer:
        """Call an HTTP endpoint, unless a fault answers for it."""
        answer = None if self._faulty_attempt is None else self._faulty_attempt(message)
        return await self.post(message) if answer is None else answer

    async def post(self, message: HttpMessage) -> Answer:
        """Call an HTTP endpoint, or a function inside this process."""
        if self.handlers is not None and message.url.startswith(HANDLER_SCHEME):
            return await self.handlers(message)
        return await self._call(message)

    async def finish(self) -> None:
        """Give up the deliveries that are still under way, and close their connections."""
        await self.dispatch.finish()
        await self._http.close()
