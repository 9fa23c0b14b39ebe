/* global vis */
// The library of the timeline knows a dozen languages and takes its last one for the
// others: months would be Ukrainian for readers of Arabic.

import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { TimelineRenderer } from "@web_timeline/views/timeline/timeline_renderer.esm";

// A Sunday, the first day of the week for the library.
const SUNDAY = Date.UTC(2026, 1, 1);
const DAY = 86400000;

function names(lang, options, dates) {
    const format = new Intl.DateTimeFormat(lang, { timeZone: "UTC", ...options });
    return dates.map((date) => format.format(date));
}

function wording(lang) {
    const months = [...Array(12).keys()].map((month) => Date.UTC(2026, month, 15));
    const days = [...Array(7).keys()].map((day) => SUNDAY + day * DAY);
    return {
        months: names(lang, { month: "long" }, months),
        monthsShort: names(lang, { month: "short" }, months),
        weekdays: names(lang, { weekday: "long" }, days),
        weekdaysShort: names(lang, { weekday: "short" }, days),
        weekdaysMin: names(lang, { weekday: "narrow" }, days),
    };
}

patch(TimelineRenderer.prototype, {
    init_timeline() {
        const code = user.lang.split(/[-_]/)[0];
        // Answers with the language now in use: another one when it lacks this one.
        if (vis.moment.locale(code) !== code) {
            vis.moment.defineLocale(code, wording(code === "ar" ? "ar-MA" : code));
        }
        return super.init_timeline(...arguments);
    },
});
