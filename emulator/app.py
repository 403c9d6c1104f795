"""The composition root: both services on one set of clocks and ids, behind one ASGI application."""

from collections.abc import Mapping
from functools import cached_property

import emulator.sns.actions
import emulator.sqs.actions  # noqa: F401 - importing the actions registers them
from api_shapes.operation import Service
from emulator.asgi import AsgiApp, Receive, Scope, Send, answer_request, send_response
from emulator.aws.message_attribute import MessageAttribute
from emulator.clock import Clocks
from emulator.gateway import Gateway
from emulator.ids import Ids
from emulator.settings import Settings
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.fan_out import NO_QUEUE, Undeliverable
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_deliverer import HttpDeliverer
from emulator.sns.delivery.lambda_urls import LambdaUrls
from emulator.sns.delivery.stored import MAIL_PROTOCOLS, Forwarder
from emulator.sns.topics import Topics
from emulator.sqs.access import why_not_delivered
from emulator.sqs.message import Message
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queues import Queues
from emulator.sqs.senders import SNS_SENDER_ID
from emulator.sqs.state import SqsState
from emulator.sqs.waiting import Waiting
from emulator.trace import Trace
from emulator.wire.http import HttpResponse

_CONTROL_PATHS = ("/_emulator/", "/_localstack/")
_CERTIFICATE_PATH = "/SimpleNotificationService-"
# What requests for anything but an AWS action begin with.
OTHER_PATHS = tuple(path.encode() for path in (*_CONTROL_PATHS, _CERTIFICATE_PATH))


class LocalQueues:
    """The queues of this emulator, as SNS reaches them: the ``QueueSink`` of fan-out."""

    def __init__(self, queues: Queues, clocks: Clocks, ids: Ids, *, enforce_policies: bool) -> None:
        self._queues = queues
        self._clocks = clocks
        self._ids = ids
        self._enforce_policies = enforce_policies

    def send(
        self,
        queue_arn: str,
        *,
        topic_arn: str,
        body: str,
        attributes: Mapping[str, MessageAttribute],
        group_id: str | None,
        deduplication_id: str | None,
        trace_header: str | None,
    ) -> str | Undeliverable:
        """The id of the message in the queue."""
        queue = self._queues.find(queue_arn)
        if queue is None or (queue.fifo and group_id is None):
            return NO_QUEUE
        now = self._clocks.of(queue.identity.account).now()
        refusal = why_not_delivered(queue, topic_arn, now) if self._enforce_policies else None
        if refusal is not None:
            return Undeliverable(refusal)
        message = Message(
            self._ids.of(queue.identity.account).uuid(),
            body,
            sender_id=SNS_SENDER_ID,
            attributes=attributes,
            group_id=group_id,
            deduplication_id=deduplication_id,
            trace_header=trace_header,
        )
        return queue.send(message, now).message_id


class Emulator:
    """The emulated world: what there is of both services, and their time. Also the ASGI application."""

    def __init__(self, settings: Settings) -> None:
        self.clocks = Clocks(frozen_at=settings.clock_at)
        self.ids = ids = Ids(settings.seed)
        self.trace = Trace()
        self.queues = Queues(
            ids,
            strict_timing=settings.strict_timing,
            chaos_seed=settings.standard_queue_chaos,
            observer=self.trace.observe,
        )
        self.waiting = Waiting()
        self._http = HttpClient(settings.ca_bundle, verify=not settings.insecure_https)
        self.dispatch = Dispatch(self.clocks, self._http.post)
        self.topics = Topics(
            LocalQueues(self.queues, self.clocks, ids, enforce_policies=settings.enforce_policies),
            ids,
            self.trace.observe,
            self._forwarders(settings),
            http=lambda give_up: HttpDeliverer(self.dispatch, give_up, self.trace.observe),
            certificate_host=settings.signing_cert_host,
            auto_confirm=settings.auto_confirm,
        )
        self.move_tasks = MoveTasks(self.queues, ids)
        sqs = SqsState(self.queues, self.waiting, self.move_tasks, settings.strict_timing)
        states: dict[Service, object] = {"sqs": sqs, "sns": self.topics}
        self.gateway = Gateway(states, self.clocks, ids, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """https://asgi.readthedocs.io/en/latest/specs/www.html; only HTTP is served."""
        if scope["type"] != "http":
            raise NotImplementedError(f"no {scope['type']} here")
        path = scope["path"]
        if path.startswith(_CONTROL_PATHS):
            await self._control(scope, receive, send)
        elif path.startswith(_CERTIFICATE_PATH) and path == f"/{self.topics.signer.certificate_name}":
            await send_response(send, _file(self.topics.signer.certificate_pem))
        else:
            await answer_request(self.gateway, scope, receive, send)

    def _forwarders(self, settings: Settings) -> Mapping[str, Forwarder]:
        """Who carries on what is put into the outbox, by protocol."""
        forwarders: dict[str, Forwarder] = {
            "lambda": LambdaUrls(settings.lambda_urls, self.dispatch, self.trace.observe)
        }
        if settings.smtp_url is not None:
            # The standard library's mail client is imported only where there is a server for it.
            from emulator.sns.delivery.smtp import SmtpServer

            server = SmtpServer(settings.smtp_url, self.trace.observe, lambda account: self.clocks.of(account).now())
            forwarders |= dict.fromkeys(MAIL_PROTOCOLS, server)
        return forwarders

    @cached_property
    def _control(self) -> AsgiApp:
        """Starlette is imported when the first control request comes."""
        from emulator.control.routes import control_app
        from emulator.control.world import World

        return control_app(
            World(
                clocks=self.clocks,
                ids=self.ids,
                queues=self.queues,
                move_tasks=self.move_tasks,
                topics=self.topics,
                dispatch=self.dispatch,
                trace=self.trace,
                reset=self.reset,
            )
        )

    def reset(self, account: str | None = None, region: str | None = None, service: Service | None = None) -> None:
        """Empty everything, or what is in one account, one region or of one service, in any combination.

        What belongs to an account as a whole, its clock and its ids, starts again only with all of the account.
        """
        if service in (None, "sqs"):
            self.queues.reset(account, region)
        if service in (None, "sns"):
            self.topics.reset(account, region)
            self.dispatch.reset(account, region)
            self.trace.reset(account, region)
        if service is None and region is None:
            self.clocks.reset(account)
            self.ids.restart(account)

    def close(self) -> None:
        """Answer the parked receives; from now on nobody waits."""
        self.waiting.close()

    async def finish(self) -> None:
        """Give up the deliveries that are still under way, and close their connections."""
        await self.dispatch.close()
        await self._http.close()


def _file(content: bytes) -> HttpResponse:
    head = b"content-type: application/x-pem-file\r\ncontent-length: %d\r\n" % len(content)
    return HttpResponse(200, head, content)
