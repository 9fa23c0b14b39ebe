"""Water balance of a network: yields, losses, leakage index.

Two traditions live side by side and are both returned under their own name: the
Moroccan primary yield (billed / brought in) and the French P104.3 (all authorised
consumption and wholesale / brought in). The linear loss index is the Moroccan one,
(brought in - billed) / km / days.
"""

from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .money import HUNDRED, ZERO
from .ratios import ratio

LITRES = 1000
# UARL in litres a day = (18 Lm + 0.8 Nc + 25 Lp) x P
UARL_MAIN, UARL_CONNECTION, UARL_PRIVATE = Decimal(18), Decimal("0.8"), Decimal(25)
UARL_MIN_CONNECTIONS, UARL_MIN_DENSITY = 5000, 20
UARL_PRESSURES = (25, 100)
STEP = "0.01"


@dataclass(frozen=True)
class Volumes:
    """Volumes of the period in m3; ``siv`` is the volume brought in."""

    siv: Decimal
    billed_metered: Decimal = ZERO
    billed_unmetered: Decimal = ZERO
    unbilled_metered: Decimal = ZERO
    unbilled_unmetered: Decimal = ZERO
    unauthorised: Decimal = ZERO
    meter_inaccuracy: Decimal = ZERO
    exported: Decimal = ZERO

    @property
    def billed_authorised(self) -> Decimal:
        """Billed consumption, also called revenue water."""
        return self.billed_metered + self.billed_unmetered

    @property
    def unbilled_authorised(self) -> Decimal:
        """Authorised consumption that is not billed (service, fire)."""
        return self.unbilled_metered + self.unbilled_unmetered

    @property
    def authorised(self) -> Decimal:
        """All authorised consumption."""
        return self.billed_authorised + self.unbilled_authorised

    @property
    def apparent_losses(self) -> Decimal:
        """Water consumed but not counted."""
        return self.unauthorised + self.meter_inaccuracy

    @property
    def water_losses(self) -> Decimal:
        """Apparent and real losses."""
        return self.siv - self.exported - self.authorised

    @property
    def real_losses(self) -> Decimal:
        """Leaks."""
        return self.water_losses - self.apparent_losses

    @property
    def nrw(self) -> Decimal:
        """Non-revenue water."""
        return self.siv - self.exported - self.billed_authorised


@dataclass(frozen=True)
class Network:
    """The network; what is unknown is ``None``.

    ``km`` of mains without connections, ``private_m`` mean length of the private pipe
    of a connection in metres, ``pressure`` mean pressure in metres of water.
    """

    km: Decimal | None = None
    days: Decimal | None = None
    connections: Decimal | None = None
    private_m: Decimal = ZERO
    pressure: Decimal | None = None


@dataclass(frozen=True)
class WaterBalance:
    """Percents, m3/km/day (``ilp``), litres/day (``carl``, ``uarl``), ratio (``ili``).

    ``None`` when not computable. ``alerts`` holds English sentences.
    """

    volumes: Volumes
    yield_: Decimal | None
    yield_p104_3: Decimal | None
    nrw: Decimal | None
    ilp: Decimal | None
    carl: Decimal | None
    uarl: Decimal | None
    ili: Decimal | None
    alerts: tuple[str, ...] = ()


def water_balance(volumes: Volumes, network: Network) -> WaterBalance:
    """Compute the indicators of one period.

    >>> found = water_balance(
    ...     Volumes(Decimal(1500000), billed_metered=Decimal(1150000)),
    ...     Network(km=Decimal(120), days=Decimal(365)))
    >>> found.yield_, found.ilp, found.nrw
    (Decimal('76.67'), Decimal('7.99'), Decimal('23.33'))
    """
    _check(volumes, network)
    kept = volumes.siv - volumes.exported
    carl = ratio(volumes.real_losses, network.days, STEP, LITRES)
    uarl = unavoidable_losses(network)
    return WaterBalance(
        volumes=volumes,
        yield_=ratio(volumes.billed_authorised, kept, STEP, HUNDRED),
        yield_p104_3=ratio(
            volumes.authorised + volumes.exported, volumes.siv, STEP, HUNDRED
        ),
        nrw=ratio(volumes.nrw, kept, STEP, HUNDRED),
        ilp=_linear_losses(volumes.nrw, network),
        carl=carl,
        uarl=uarl,
        ili=ratio(carl, uarl, STEP),
        alerts=tuple(_alerts(volumes, network)),
    )


def unavoidable_losses(network: Network) -> Decimal | None:
    """Return UARL in litres a day, or ``None`` when a term is unknown.

    >>> unavoidable_losses(Network(km=Decimal(10), connections=Decimal(500),
    ...                            private_m=Decimal(15), pressure=Decimal(40)))
    Decimal('30700.00')
    """
    known = network.km, network.connections, network.pressure
    if None in known:
        return None
    km, connections, pressure = (Decimal(value or 0) for value in known)
    private_km = connections * network.private_m / LITRES
    daily = UARL_MAIN * km + UARL_CONNECTION * connections + UARL_PRIVATE * private_km
    return (daily * pressure).quantize(Decimal(STEP))


def _linear_losses(losses: Decimal, network: Network) -> Decimal | None:
    if network.km is None or network.days is None:
        return None
    return ratio(losses, network.km * network.days, STEP)


def _check(volumes: Volumes, network: Network) -> None:
    for name, value in {**vars(volumes), **vars(network)}.items():
        if value is not None and value < 0:
            raise RuleError("value_negative", "{name} cannot be negative", name=name)


def _alerts(volumes: Volumes, network: Network) -> list[str]:
    alerts = []
    if volumes.nrw < 0:
        alerts.append("More is billed than brought in: the periods do not match.")
    if volumes.real_losses < 0:
        alerts.append("Real losses are negative: check the volumes.")
    if not _uarl_valid(network):
        alerts.append(
            "The leakage index is meant for more than 5000 connections, more than 20 "
            "per km and a pressure of 25 to 100 m."
        )
    return alerts


def _uarl_valid(network: Network) -> bool:
    """Tell whether the index means something; true when it cannot be computed."""
    km, connections, pressure = network.km, network.connections, network.pressure
    if km is None or connections is None or pressure is None:
        return True
    low, high = UARL_PRESSURES
    return (
        connections > UARL_MIN_CONNECTIONS
        and connections > km * UARL_MIN_DENSITY
        and low <= pressure <= high
    )
