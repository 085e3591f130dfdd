"""Errors: the refusals of the API, each with a stable code."""

from jamsos.errors import JamsosError


class TokenNotRecognised(JamsosError):
    """An OpenID Connect token does not prove the identity of the client."""


class IssuerUnreachable(JamsosError):
    """The issuer's keys, which would verify a token, are not available."""


class RequestMalformed(JamsosError): ...


class RequestTooLarge(JamsosError): ...


class ContentTypeWrong(JamsosError): ...


class BatchingOff(JamsosError): ...


class NumberInAddress(JamsosError):
    """The address contains a number that may be a NIK or a family card number; proxies and browser histories store addresses."""


class CsrfHeaderMissing(JamsosError): ...


class MutationByGet(JamsosError): ...


class OperationUnknown(JamsosError): ...


class SubscriptionsOff(JamsosError): ...


class DocumentUnknown(JamsosError): ...


class DocumentsOnly(JamsosError):
    """This installation executes only registered documents."""


class DocumentWrong(JamsosError):
    """A document to be registered does not match the schema."""


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
    """All connections of this process were in use for too long."""


class IdempotencyKeyMalformed(JamsosError): ...


class ExportUnknown(JamsosError): ...


class FilterEmpty(JamsosError):
    """A filter without a condition would select every row."""


class IdMalformed(JamsosError): ...


class CursorWrong(JamsosError):
    """A cursor is invalid, or belongs to another order or list."""


class PageBothWays(JamsosError):
    """A request has both `first` and `last`."""


class PageNegative(JamsosError): ...


class AliasTooLong(JamsosError): ...


class RequestTooSlow(JamsosError): ...


class HeadersTooLarge(JamsosError): ...


class ContentEncodingWrong(JamsosError): ...


class AddressUnknown(JamsosError): ...


class MethodWrong(JamsosError): ...


class IntrospectionTooLarge(JamsosError):
    """An introspection query is larger than those of any tool, or is combined with another query."""


class DocumentTooLarge(JamsosError): ...


class TooManyConditions(JamsosError): ...


class ActNotAlone(JamsosError):
    """A long mutation is combined with others in one request."""


class TooManyActs(JamsosError): ...


class ExportTooLarge(JamsosError): ...
