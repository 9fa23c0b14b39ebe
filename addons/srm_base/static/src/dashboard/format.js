import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat, humanNumber } from "@web/core/utils/numbers";

/** Above this amount the centimes only make a figure harder to read. */
const CENTIMES_UP_TO = 100000;

/**
 * Write a figure in the user's format.
 *
 * @param {number|string|null|false} value percents are in points (97.9)
 * @param {"money"|"integer"|"percent"|"decimal"|"text"} kind
 * @param {number} [currencyId]
 * @param {Object} [options]
 * @param {boolean} [options.exact] always show the centimes
 * @returns {string}
 */
export function formatFigure(value, kind, currencyId, options = {}) {
    if (value === null || value === undefined || value === false || value === "") {
        return "–";
    }
    const number = Number(value);
    if (kind === "text" || Number.isNaN(number)) {
        return String(value);
    }
    switch (kind) {
        case "money": {
            const short = !options.exact && Math.abs(number) >= CENTIMES_UP_TO;
            return formatCurrency(number, currencyId, { digits: [16, short ? 0 : 2] });
        }
        case "percent":
            return _t("%s %", formatFloat(number, { digits: [16, 1] }));
        case "integer":
            return formatFloat(number, { digits: [16, 0] });
        default:
            return formatFloat(number, { digits: [16, 2] });
    }
}

/**
 * Short form for the ticks of an axis: 1.2M instead of 1,200,000.
 *
 * @param {number} value
 * @param {string} kind
 * @returns {string}
 */
export function formatTick(value, kind) {
    if (kind === "percent") {
        return _t("%s %", formatFloat(value, { digits: [16, 0] }));
    }
    // As many decimals as it takes: 4,500 and 5,000 must not both read "5k".
    let unit = 1;
    while (Math.abs(value) >= 1000 * unit) {
        unit *= 1000;
    }
    const steps = [1, 10].findIndex((step) => Number.isInteger((value * step) / unit));
    const decimals = steps < 0 ? 2 : steps;
    return humanNumber(value, { decimals, minDigits: 1 });
}
