"""Errors: the refusals of the API, each with a stable code."""

from jamsos.errors import JamsosError


class TokenNotRecognised(JamsosError):
    """An OpenID Connect token that does not prove who asks."""


class IssuerUnreachable(JamsosError):
    """The keys that would prove a token cannot be had."""


class RequestMalformed(JamsosError): ...


class RequestTooLarge(JamsosError): ...


class ContentTypeWrong(JamsosError): ...


class BatchingOff(JamsosError): ...


class NumberInAddress(JamsosError):
    """What looks like a NIK or a family card's number came in an address, which proxies and histories write down."""


class CsrfHeaderMissing(JamsosError): ...


class MutationByGet(JamsosError): ...


class OperationUnknown(JamsosError): ...


class SubscriptionsOff(JamsosError): ...


class DocumentUnknown(JamsosError): ...


class DocumentsOnly(JamsosError):
    """Only documents trusted beforehand are answered here."""


class DocumentWrong(JamsosError):
    """A document that was to be trusted does not fit the schema."""


class IntrospectionOff(JamsosError): ...


class QueryTooLong(JamsosError): ...


class QueryTooDeep(JamsosError): ...


class TooManyAliases(JamsosError): ...


class TooManyDirectives(JamsosError): ...


class TooManyFragments(JamsosError): ...


class TooManyRepeats(JamsosError): ...


class PageTooLarge(JamsosError): ...


class CostTooHigh(JamsosError): ...


class TooBusy(JamsosError):
    """Every connection of this process was at work for too long."""


class IdempotencyKeyMalformed(JamsosError): ...


class ExportUnknown(JamsosError): ...


class FilterEmpty(JamsosError):
    """A filter without a condition would let everything through."""


class IdMalformed(JamsosError): ...


class CursorWrong(JamsosError):
    """A cursor that is none, or that of another order or list."""


class PageBothWays(JamsosError):
    """`first` and `last` at once."""


class PageNegative(JamsosError): ...


class AliasTooLong(JamsosError): ...


class RequestTooSlow(JamsosError): ...


class HeadersTooLarge(JamsosError): ...


class ContentEncodingWrong(JamsosError): ...


class AddressUnknown(JamsosError): ...


class MethodWrong(JamsosError): ...


class IntrospectionTooLarge(JamsosError):
    """More of the schema at once than any tool asks for, or beside a question of its own."""


class DocumentTooLarge(JamsosError): ...


class TooManyConditions(JamsosError): ...


class ActNotAlone(JamsosError):
    """An act that takes long, beside others in one request."""


class TooManyActs(JamsosError): ...


class ExportTooLarge(JamsosError): ...
