"""Which wire answers which port. Rooms know ports; this is the one place that knows who is behind them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mazdoor.config.refusals import ADDRESS_UNREADABLE, BANKS_UNKNOWN
from mazdoor.database.home import home_folder
from mazdoor.delivery.accounts.ports import AccountProvider
from mazdoor.delivery.enrolment.amounts import ReferenceAmounts
from mazdoor.delivery.payments.ports import AmountChecker, PaymentFileFormat, PaymentRail
from mazdoor.delivery.reconciliation.ports import StatementReader, StatusReader
from mazdoor.delivery.registration.ports import Scanner
from mazdoor.delivery.registration.selectors import register_mark
from mazdoor.delivery.verification.ports import IdentityAuthority, PhoneRegister, TaxRegister
from mazdoor.interfaces.antivirus.client import ClamdScanner
from mazdoor.interfaces.bank_accounts.client import BankAccountsClient
from mazdoor.interfaces.calling import Patience
from mazdoor.interfaces.identity.client import IdentityClient
from mazdoor.interfaces.iso20022.bank_files import BankFiles
from mazdoor.interfaces.iso20022.rail import BankRail, Camt053Reader, Pain001Format, Pain002Reader
from mazdoor.interfaces.phones.client import PhonesClient
from mazdoor.interfaces.sms.client import SmsClient
from mazdoor.interfaces.tax.client import TaxClient
from mazdoor.notices.ports import DeliveryReports, SmsGateway

# Somebody waits for a code in front of a page: two tries, a few seconds, then they are told.
SMS_PATIENCE = Patience(tries=2, seconds=4.0, first_wait=0.2, longest_wait=0.5)


def bank_addresses() -> dict[str, str]:
    """Where the banks answer, by bank code, from ``MAZDOOR_BANKS`` (CODE=address, separated by commas).

    Raises ``CFG-001`` where nothing, or nothing readable, is set.
    """
    pairs = [part.partition("=") for part in os.environ.get("MAZDOOR_BANKS", "").split(",") if part.strip()]
    addresses = {code.strip(): address.strip() for code, _, address in pairs}
    if not addresses or not all(code and address.startswith("http") for code, address in addresses.items()):
        raise BANKS_UNKNOWN.because()
    return addresses


def identity_authority(url: str) -> IdentityAuthority:
    """The identity authority at an address."""
    return IdentityClient(url)


def tax_register(url: str) -> TaxRegister:
    """The tax register at an address."""
    return TaxClient(url)


def phone_register(url: str) -> PhoneRegister:
    """The register of SIM cards at an address."""
    return PhonesClient(url)


def find_identity_authority() -> IdentityAuthority | None:
    """The identity authority of ``MAZDOOR_IDENTITY``; ``None`` where it is not set: the worker asks nobody."""
    url = _address("MAZDOOR_IDENTITY")
    return identity_authority(url) if url else None


def find_tax_register() -> TaxRegister | None:
    """The tax register of ``MAZDOOR_TAX``; ``None`` where it is not set."""
    url = _address("MAZDOOR_TAX")
    return tax_register(url) if url else None


def find_phone_register() -> PhoneRegister | None:
    """The register of SIM cards of ``MAZDOOR_PHONES``; ``None`` where it is not set."""
    url = _address("MAZDOOR_PHONES")
    return phone_register(url) if url else None


def _address(name: str) -> str:
    """An http address from the environment, '' where it is not set. Raises ``CFG-002`` where it is something else."""
    address = os.environ.get(name, "").strip()
    if address and not address.startswith(("http://", "https://")):
        raise ADDRESS_UNREADABLE.because(name=name, example=f"https://{name.partition('_')[2].lower()}.example")
    return address


def account_provider(bank_urls: Mapping[str, str]) -> AccountProvider:
    """The banks that open accounts, by bank code."""
    return BankAccountsClient(bank_urls)


def payment_rail(bank_urls: Mapping[str, str], *, folder: Path | None = None) -> PaymentRail:
    """The way to the banks that pay; what they send lies in ``folder``."""
    return BankRail(BankFiles(bank_urls, folder=folder or home_folder() / "bank_reports" / register_mark()))


def bank_rail() -> PaymentRail:
    """The way to the banks of ``MAZDOOR_BANKS``. Raises ``CFG-001`` where it is not set."""
    return payment_rail(bank_addresses())


def payment_format() -> PaymentFileFormat:
    """pain.001."""
    return Pain001Format()


def status_reader() -> StatusReader:
    """pain.002."""
    return Pain002Reader()


def statement_reader() -> StatementReader:
    """camt.053."""
    return Camt053Reader()


def amount_checker() -> AmountChecker:
    """The slow engine that is right."""
    return ReferenceAmounts()


def sms_gateway() -> SmsGateway | None:
    """The gateway of ``MAZDOOR_SMS`` (its address); ``None`` where it is not set: nobody can be told anything by SMS, and
    pages say so. Raises ``CFG-002`` where what is set is no address."""
    return _sms()


def delivery_reports() -> DeliveryReports | None:
    """The same gateway, asked what became of messages; ``None`` where none is set. Raises ``CFG-002``."""
    return _sms()


def _sms() -> SmsClient | None:
    address = _address("MAZDOOR_SMS")
    return SmsClient(address, patience=SMS_PATIENCE) if address else None


def scanner() -> Scanner | None:
    """The virus scanner of ``MAZDOOR_ANTIVIRUS`` (host:port of a clamd); ``None`` where it is not set: nothing is scanned,
    and whoever keeps a file says so. Raises ``CFG-002`` where what is set is no address."""
    host, colon, port = os.environ.get("MAZDOOR_ANTIVIRUS", "").strip().rpartition(":")
    if not host and not port:
        return None
    if not host or not colon or not port.isdigit():
        raise ADDRESS_UNREADABLE.because(name="MAZDOOR_ANTIVIRUS", example="127.0.0.1:3310")
    return ClamdScanner(host.strip("[]"), int(port))
