"""Errors: every refusal by name, each with a stable code and one sentence in Indonesian and in English.

The code is the class's name in capitals (`BudgetExceeded` → `BUDGET_EXCEEDED`); the sentences stand under that code
in the `messages.toml` of the room that refuses. Fields given to the constructor fill the sentence, so they may hold
file names, line numbers, field names, decree and billing numbers, counts and rupiah: never a NIK, a name, a birth
date or an address (UU 27/2022).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from jamsos import messages


class JamsosError(Exception):
    """A refused act. Nothing has changed; `sentence()` says what is wrong and what to do."""

    code: ClassVar[str] = "JAMSOS_ERROR"
    # the same file, number or document again: what was asked for stands already
    is_repetition: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).upper()

    place: tuple[str, int] | None = None

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(fields)

    def at(self, file: str, line: int) -> Self:
        """The same refusal, naming the line of the file that asked for the act."""
        self.place = (file, line)
        return self

    def sentence(self, language: messages.Language = "en") -> str:
        said = messages.say(self.code, language, **self.fields)
        if self.place is None:
            return said
        return messages.say("paper.place", language, file=self.place[0], line=self.place[1], said=said)

    def __str__(self) -> str:
        return self.sentence()


# --- the house ---------------------------------------------------------------------------------------------------


class SettingWrong(JamsosError):
    """A value in the environment is missing or cannot be used."""


class SealKeyMissing(JamsosError): ...


class SealKeyWrong(JamsosError):
    """Keys that cannot be read, at `path`; without one, keys that do not open what the database holds."""

    def sentence(self, language: messages.Language = "en") -> str:
        return super().sentence(language) if self.fields["path"] else messages.say("seal.does_not_open", language)


class SealKeyOld(JamsosError):
    """The database holds values of a newer key than the keys at hand."""


class SealKeyExists(JamsosError): ...


class SealKeyNeeded(JamsosError):
    """A key cannot be dropped, or replaced without a newer one, while sealed values need it."""


class SealKeysInEnvironment(JamsosError):
    """Keys given by the environment are changed there, not by a command."""


class SealRotationUnfinished(JamsosError):
    """The newest key is not the one that the database is sealed with, so equal values would not be equal."""


class FileMissing(JamsosError): ...


class FolderMissing(JamsosError):
    """A file cannot be written where it should."""


class SheetFormUnknown(JamsosError):
    """A file we should write ends in something else than .csv or .xlsx."""


class FileEmpty(JamsosError): ...


class FileNotCsv(JamsosError):
    """Not text in UTF-8, or not rows and columns."""


class FileKnown(JamsosError):
    """The same bytes were read before."""

    is_repetition = True


class HeaderMissing(JamsosError): ...


class LineWrong(JamsosError):
    """A line of a file cannot be used; `wish` is the catalogue's key of what was expected, `known` the words of a closed list."""

    def __init__(self, *, known: str = "", **fields: Any) -> None:
        super().__init__(known=known, **fields)


class DatabaseUnreachable(JamsosError): ...


class DatabaseTooOld(JamsosError): ...


class DatabaseBehind(JamsosError): ...


class DatabaseVersionUnknown(JamsosError):
    """The database's tables were made by a version of the program that this one does not know."""


class QueryTooSlow(JamsosError):
    """The database stopped a statement at the time limit."""


class MonthMalformed(JamsosError): ...


class DateMalformed(JamsosError): ...


class AmountMalformed(JamsosError): ...


class DemoNeedsEmptyDatabase(JamsosError): ...


class NotFound(JamsosError):
    """A thing asked for by number or code does not exist, or lies outside the asker's sight; `which` "-": what was given is a secret."""

    def sentence(self, language: messages.Language = "en") -> str:
        if self.fields["which"] == "-":
            return messages.say("not_found.secret", language, what=self.fields["what"])
        return super().sentence(language)


# --- access ------------------------------------------------------------------------------------------------------


class AgencyExists(JamsosError):
    is_repetition = True


class ScopeUnknown(JamsosError): ...


class KeyDaysWrong(JamsosError):
    """A key lives from one day to ten years."""


class NoLiveKey(JamsosError):
    """An agency has no live key of that label to be replaced."""


class RegencyNeeded(JamsosError):
    """Which regency acts is neither given nor plain from the agencies."""


# --- regions -----------------------------------------------------------------------------------------------------


class RegionFileWrong(JamsosError): ...


class RegionUnknown(JamsosError): ...


class AliasEmpty(JamsosError): ...


class AliasNowhere(JamsosError):
    """What it is to mean is no village of the regency."""


class AliasIsVillage(JamsosError):
    """The state's list gives the name to another village."""


# --- ledger ------------------------------------------------------------------------------------------------------


class FundUnknown(JamsosError): ...


class FundExists(JamsosError):
    is_repetition = True


class FundMalformed(JamsosError):
    """A fund's year or one of its shares cannot be; `wish` is the catalogue's key of what was expected."""


class SharesWrong(JamsosError): ...


class DocumentKnown(JamsosError):
    """A paper of the same kind and number was recorded before."""

    is_repetition = True


class AmountWrong(JamsosError):
    """Money moves by whole rupiah above zero."""


class BudgetExceeded(JamsosError):
    """A fund would be overspent; names the fund, what is needed and what is free."""


class CommitmentExceeded(JamsosError):
    """More would be billed than was promised to the decree."""


class RateUnknown(JamsosError): ...


class TransactionUnknown(JamsosError): ...


class ReversalRefused(JamsosError):
    """Bills and payments are corrected where they were made, and nothing is reversed twice."""


class JournalBroken(JamsosError):
    """The journal does not hold; names the fund and the first transaction that is not as it was written."""


class StampUnknown(JamsosError):
    """A stamp from the minutes that no transaction carries: the journal is not the one they saw."""


# --- donations ---------------------------------------------------------------------------------------------------


class QrisMalformed(JamsosError): ...


class DonationFundNeeded(JamsosError):
    """Which fund a pledge is for is neither given nor plain from its year."""


class PledgeKnown(JamsosError):
    is_repetition = True


class PledgeCodeWrong(JamsosError): ...


class StatementMalformed(JamsosError):
    """A bank's statement that is not what it says it is, or holds what no statement needs."""


class StatementUnbalanced(JamsosError):
    """Its lines do not lead from its opening to its closing balance: something is missing."""


class NoticeNotSigned(JamsosError):
    """Somebody who is not the payment provider, or whose clock is not ours."""


class NoticeMalformed(JamsosError): ...


class NoticeRepeated(JamsosError):
    """The same call came before; nothing is done again."""

    is_repetition = True


class BankLineSettled(JamsosError):
    """Money that is booked, went back or was decided about does not wait for a decision."""


class DecisionUnclear(JamsosError): ...


class GiftNotArrived(JamsosError):
    """There is no receipt for money that did not come, or went back."""


# --- registry ----------------------------------------------------------------------------------------------------


class ExtractFormUnknown(JamsosError): ...


class ExtractEmpty(JamsosError): ...


class ExtractTruncated(JamsosError): ...


class ExtractNotText(JamsosError): ...


class ExtractQuoteOpen(JamsosError):
    """A quotation mark is opened in a cell and never closed."""


class ExtractLocked(JamsosError): ...


class ExtractTooLarge(JamsosError):
    """A workbook that would take more memory than there is, once it is unpacked."""


class ExtractUncomputed(JamsosError):
    """A cell holds a formula and not what comes of it."""


class ExtractChanged(JamsosError):
    """The file was written to while it was read; which of the two was meant, nobody can say."""


class ExtractAhead(JamsosError):
    """The register would speak of a day that is still to come, and its facts would stand before all others until then."""


class ExtractSheetsMany(JamsosError):
    """More than one sheet of a workbook holds the register; which are meant is for the office to say."""


class ExtractIsOfFamilies(JamsosError):
    """One row per family; workers cannot be told from their heads of household."""


class HeaderUnknown(JamsosError): ...


class ExtractColumnsMissing(JamsosError): ...


class ExtractKnown(JamsosError):
    """The same bytes were loaded before."""

    is_repetition = True


class ExtractAllRejected(JamsosError): ...


class SourceNeeded(JamsosError):
    """A register's file does not say which register it is of; only a repair workbook does."""


class RepairMarkerLost(JamsosError):
    """A workbook with the keys of a repair but without the hidden sheet that says whose repair it is."""


class RepairColumnsLost(JamsosError):
    """The hidden column with the keys was taken out of a repair workbook."""


class RepairUnchanged(JamsosError):
    """No row of a repair workbook says anything else than before."""


class RepairNothing(JamsosError):
    """A load has no row that this place's office could mend."""


# --- people ------------------------------------------------------------------------------------------------------


class NikUnknown(JamsosError):
    """Nobody within the asker's sight has this NIK, which the sentence does not repeat."""


class WhoNeeded(JamsosError):
    """An event names nobody, or both a NIK and a person."""


class DeathAhead(JamsosError):
    """Nobody's death is known before its day."""


class EventWithdrawn(JamsosError):
    """An event is withdrawn once."""

    is_repetition = True


class PersonElsewhere(JamsosError):
    """A NIK of these registers belongs to somebody outside the asker's sight."""


class ReasonNeeded(JamsosError):
    """Who decides on identities says who they are and why."""


class ReasonNamesSomebody(JamsosError):
    """A reason stands open in the database; a NIK or a family card's number in it would tell whose."""


class PersonsSame(JamsosError):
    """One id given twice where two persons are asked for."""


class PersonEnded(JamsosError):
    """The id was merged into another; names the one that lives on."""


class PersonOnList(JamsosError):
    """The id or its NIK is needed: a list in force or bills not yet confirmed name it."""


class SplitNeedsRows(JamsosError):
    """Neither rows nor an ended id say what leaves."""


class SplitTakesAll(JamsosError):
    """A split would leave nobody behind."""


class ReviewDecided(JamsosError):
    """A review is decided once."""

    is_repetition = True


class ReviewOutdated(JamsosError):
    """The row and the person of a review have become one by another act."""


# --- selection ---------------------------------------------------------------------------------------------------


class CriteriaWrong(JamsosError):
    """`wrong`: every mistake as its place in the document, the sentence of the catalogue that tells it, and what fills that one."""

    def __init__(self, file: object, wrong: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
        super().__init__(file=file, criterion=", ".join(place for place, _, _ in wrong))
        self.wrong = wrong

    def sentence(self, language: messages.Language = "en") -> str:
        said = [f"{place}: {messages.say(key, language, **fields)}" for place, key, fields in self.wrong]
        return messages.say(self.code, language, file=self.fields["file"], wrong="; ".join(said))


class CriteriaKnown(JamsosError):
    """Another document stands under the same code and version."""


class TermsWrong(JamsosError):
    """The terms of a selection contradict themselves."""


class CeilingTooLow(JamsosError): ...


class NobodyToChoose(JamsosError): ...


class NobodyKnownThen(JamsosError):
    """A selection on what was known on a past day, before anybody of the region was known."""


class HandoutWrong(JamsosError):
    """A file handed out with a run cannot be read back."""


# --- decrees -----------------------------------------------------------------------------------------------------


class DecreeNumberMalformed(JamsosError): ...


class DecreeNumberTaken(JamsosError):
    is_repetition = True


class DecreeDateWrong(JamsosError): ...


class RunDecreed(JamsosError):
    """The run's list is in a decree already."""

    is_repetition = True


class RunBroken(JamsosError):
    """A kept list is not the one its receipt names."""


class ApprovalWrong(JamsosError):
    """A step of an approval is not due, not this officer's, or speaks of another list."""


class ApprovalDone(ApprovalWrong):
    is_repetition = True


class ProofNeeded(JamsosError):
    """An approval, or a step on a complaint, without anything that shows whose it is."""


class NotApproved(JamsosError): ...


class AnnexNeeded(JamsosError):
    """A signed annex comes as a file or by its lines; here it came by neither, or by both."""


class AmendmentNotApproved(JamsosError): ...


class FundMissing(JamsosError):
    """Neither the run nor the act says which fund pays."""


class FundOther(JamsosError):
    """The act names another fund than the run was drawn up for, one at another rate, or one that may not pay for all its groups."""


class DecreesOverlap(JamsosError): ...


class DecreeIsAmendment(JamsosError): ...


class PdfUnreadable(JamsosError):
    """A signed annex is no PDF, or one without text, such as a scanned page."""


class LeavingWrong(JamsosError):
    """A line cannot end as asked."""


class SuccessorWrong(JamsosError):
    """The person named cannot take the place."""


class NothingToAmend(JamsosError): ...


# --- enrolment ---------------------------------------------------------------------------------------------------


class NothingToSend(JamsosError): ...


class AnswersKnown(JamsosError):
    """The same file was read before, and answers nothing new."""


class AnswersContradict(JamsosError):
    """One file answers twice, and differently."""


# --- complaints --------------------------------------------------------------------------------------------------


class NumberMalformed(JamsosError):
    """A NIK or KK number without its sixteen digits; it is not repeated."""


class ComplaintStepWrong(JamsosError):
    """A step of a complaint is not due, or not this officer's."""


class ComplaintWordsWrong(JamsosError):
    """A complaint or answer says nothing, or an answer holds somebody's number."""


# --- coverage ----------------------------------------------------------------------------------------------------


class BillExists(JamsosError):
    is_repetition = True


class BillUnknown(JamsosError): ...


class BillNotPaid(JamsosError):
    """A receipt for a bill of which no payment is recorded yet."""


class MonthsBilled(JamsosError):
    """Worker-months of the bill were billed before; names how many and the first month."""

    is_repetition = True


class NothingToBill(JamsosError): ...


class GroupNotPayable(JamsosError):
    """The fund's rules do not let it pay for the group of a line in a month."""


class PaymentExceedsBill(JamsosError):
    """More than the bill still asks for, or a bill paid twice."""


class PaymentNotWhole(JamsosError):
    """A part of a bill pays whole worker-months."""


class PaymentFromOtherFund(JamsosError):
    """A bill is paid from the fund it was billed to."""


class PaymentForOtherMonths(JamsosError): ...


class MonthFrozen(JamsosError):
    """The minutes of the month are signed; what comes later goes into the next bill."""


class MonthUnanswered(JamsosError):
    """A bill of the month of which no receipt has spoken yet."""


class MinutesSigned(JamsosError):
    is_repetition = True


class MinutesNumberTaken(JamsosError):
    """The minutes of another month bear the number."""


class MinutesEmpty(JamsosError): ...


class MinutesUnknown(JamsosError): ...


class MinutesReopened(JamsosError):
    is_repetition = True


class ReopeningWrong(JamsosError):
    """Minutes cannot be opened again so; `wish` is the catalogue's key of what was expected."""


class DifferenceSettled(JamsosError):
    is_repetition = True


class ResolutionWrong(JamsosError):
    """A way of settling that only the programme itself finds."""


# --- claims ------------------------------------------------------------------------------------------------------

# --- the GraphQL door --------------------------------------------------------------------------------------------


class KeyMissing(JamsosError):
    """Nobody is named and this installation answers nobody unnamed."""


class KeyNotRecognised(JamsosError):
    """Unknown, wrong, revoked or expired: the asker is not told which."""


class TokenNotRecognised(JamsosError):
    """An OpenID Connect token that does not prove who asks."""


class IssuerUnreachable(JamsosError):
    """The keys that would prove a token cannot be had."""


class ScopeMissing(JamsosError): ...


class OutsideSight(JamsosError):
    """The database refused to write a row outside the actor's region."""


class DiskFull(JamsosError):
    """There is no room left where the database or this machine writes; nothing was changed."""


class TryAgain(JamsosError):
    """Two acts met; nothing was changed by this one."""


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


class TooManyRequests(JamsosError): ...


class TooBusy(JamsosError):
    """Every connection of this process was at work for too long."""


class IdempotencyKeyMalformed(JamsosError): ...


class IdempotencyKeyReused(JamsosError):
    """The key belongs to another operation."""


class ExportUnknown(JamsosError): ...


class PurposeMissing(JamsosError):
    """Something masked was to be used, and the asker did not say what for."""


class FilterEmpty(JamsosError):
    """A filter without a condition would let everything through."""


class IdMalformed(JamsosError): ...


class TextMalformed(JamsosError):
    """Text that no database can hold."""


class ValueOutOfRange(JamsosError):
    """A number or a day that no column can hold."""


class PageBothWays(JamsosError):
    """`first` and `last` at once."""


class PageNegative(JamsosError): ...


class AliasTooLong(JamsosError): ...


# --- the public page ----------------------------------------------------------------------------------------------


class FormFromElsewhere(JamsosError):
    """A form that was not sent from a page of ours."""


class FormTooLarge(JamsosError): ...


# --- the sample --------------------------------------------------------------------------------------------------


class SampleFolderInUse(JamsosError):
    is_repetition = True


# --- the warehouse door ------------------------------------------------------------------------------------------


class WarehouseUnready(JamsosError):
    """dbt could not begin; gives its reason."""


class WarehouseBusy(JamsosError): ...


class ModelFailed(JamsosError):
    """A view or a mart could not be built."""


class LawBroken(JamsosError):
    """What must hold in the marts does not."""


# --- paper -------------------------------------------------------------------------------------------------------


class OfficeFileWrong(JamsosError): ...


class OfficeElsewhere(JamsosError):
    """A report is asked for a region whose office's file was not given."""


class WarehouseMissing(JamsosError): ...


class YearUnknown(JamsosError): ...


class GlyphMissing(JamsosError):
    """A character that none of the fonts of a paper draws."""


class LibraryMissing(JamsosError): ...


class FolderUnwritable(JamsosError): ...


class ReportWithoutFigures(JamsosError): ...
