"""Where the models meet ``srm_engine``: plain values in, plain values out."""

from srm_engine.carbon import Activity, convert, emissions
from srm_engine.money import to_decimal
from srm_engine.safety import Activity as WorkedPeriod
from srm_engine.safety import safety_rates


def carbon_kg(activities):
    """kg CO2e of each activity, at six decimals.

    :param activities: dicts with ``quantity``, ``unit``, ``factor``, ``factor_unit``
        (decimal strings; the factor is in kg CO2e per ``factor_unit``)
    :return: list of :class:`decimal.Decimal`, in the same order
    :raise srm_engine.RuleError: a unit that does not match the unit of its factor
    """
    return [
        emissions(
            Activity(
                to_decimal(item["quantity"]),
                item["unit"],
                to_decimal(item["factor"]),
                item["factor_unit"],
            )
        )
        for item in activities
    ]


def check_units(unit, factor_unit):
    """Refuse a unit that cannot be converted to the unit of the factor.

    :raise srm_engine.RuleError: cubic metres against a factor per kWh, for instance
    """
    convert(to_decimal(1), unit, factor_unit)


def rates_of(hours, lost_time, recordable, lost_days, bases):
    """TF, TG and TRIR of a period.

    :param hours: hours really worked, ``Decimal``
    :param bases: hours of the bases of TF, TG and TRIR
    :return: :class:`srm_engine.safety.SafetyRates`; a rate is ``None`` when it cannot
        be computed
    """
    return safety_rates(WorkedPeriod(hours, lost_time, recordable, lost_days), *bases)
