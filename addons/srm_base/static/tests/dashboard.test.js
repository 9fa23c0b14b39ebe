import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, click, queryAllTexts, queryOne, select } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    getService,
    makeMockEnv,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { formatFigure, formatTick } from "@srm_base/dashboard/format";

describe.current.tags("desktop");

class Place extends models.Model {
    _name = "place";
    _records = [{ id: 1, display_name: "Agadir" }];
    _views = { list: `<list><field name="display_name"/></list>` };
}

defineMailModels();
defineModels([Place]);

const OPEN_PLACES = {
    type: "ir.actions.act_window",
    name: "Places",
    res_model: "place",
    views: [[false, "list"]],
};

const DATA = {
    title: "Figures of the tests",
    filters: [
        {
            name: "year",
            label: "Year",
            options: [
                ["", "All years"],
                ["2025", "2025"],
            ],
        },
    ],
    cards: [
        {
            key: "amount",
            label: "Amount",
            value: 1234567.891,
            format: "money",
            action: OPEN_PLACES,
            tone: "danger",
        },
        { key: "share", label: "Share", value: 97.94, format: "percent", action: null },
    ],
    charts: [
        {
            key: "chart",
            title: "By place",
            type: "bar",
            format: "integer",
            labels: ["Agadir", "Tiznit"],
            datasets: [{ label: "Count", data: [12, 3456] }],
            actions: [OPEN_PLACES, null],
        },
        {
            key: "empty",
            title: "Nothing",
            type: "doughnut",
            labels: ["Agadir"],
            datasets: [{ label: "Count", data: [0] }],
        },
    ],
    tables: [
        {
            title: "Rows",
            columns: [
                { label: "Name", format: "text" },
                { label: "Amount", format: "money" },
            ],
            rows: [["Agadir", 10]],
            actions: [OPEN_PLACES],
        },
    ],
};

async function openDashboard(params = {}) {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "srm_base.dashboard",
        params: { model: "srm.test.dashboard", ...params },
    });
    await animationFrame();
}

test("figures are written in the format of the user", async () => {
    await makeMockEnv();
    expect(formatFigure(1234567.891, "integer")).toBe("1,234,568");
    expect(formatFigure(1234.5, "decimal")).toBe("1,234.50");
    expect(formatFigure("97.94", "percent")).toBe("97.9 %");
    expect(formatFigure("2025", "text")).toBe("2025");
    expect(formatFigure(0, "integer")).toBe("0");
    expect(formatFigure(null, "money")).toBe("–");
    expect(formatFigure(1234567.891, "money")).toBe("1,234,568");
    expect(formatFigure(1234567.891, "money", undefined, { exact: true })).toBe("1,234,567.89");
    expect(formatFigure(99.5, "money")).toBe("99.50");
    expect(formatTick(0, "integer")).toBe("0");
    expect(formatTick(500, "decimal")).toBe("500");
    expect(formatTick(4000, "decimal")).toBe("4k");
    expect(formatTick(4500, "decimal")).toBe("4.5k");
    expect(formatTick(1250000, "money")).toBe("1.25M");
    expect(formatTick(20, "percent")).toBe("20 %");
});

test("cards, charts and tables are drawn", async () => {
    onRpc("srm.test.dashboard", "get_dashboard", () => DATA);
    await openDashboard();
    expect(".o_breadcrumb").toHaveText("Figures of the tests");
    expect(queryAllTexts(".o_srm_value")).toEqual(["$ 1,234,568", "97.9 %"]);
    expect("button.o_srm_card[data-key=amount]").toHaveCount(1);
    expect("div.o_srm_card[data-key=share]").toHaveCount(1);
    expect(".o_srm_canvas canvas[role=img]").toHaveCount(1);
    expect(".o_srm_panel:contains(Nothing) canvas").toHaveCount(0);
    expect(".o_srm_panel:contains(Rows) tbody td:last").toHaveText("$ 10.00");
    expect(queryOne(".o_srm_export").getAttribute("href")).toMatch(
        /^\/srm\/xlsx\/srm\.test\.dashboard\/dashboard\?options=/
    );
});

test("a figure opens its records", async () => {
    onRpc("srm.test.dashboard", "get_dashboard", () => DATA);
    await openDashboard();
    await contains("button.o_srm_card[data-key=amount]").click();
    expect(".o_list_view").toHaveCount(1);
    await contains(".breadcrumb-item a:contains(Figures of the tests)").click();
    await contains(".o_srm_panel:contains(Rows) tbody button").click();
    expect(".o_list_view .o_data_row").toHaveCount(1);
    await contains(".breadcrumb-item a:contains(Figures of the tests)").click();
    await contains(".o_srm_figures summary").click();
    expect(".o_srm_figures tbody button").toHaveCount(1);
    await contains(".o_srm_figures tbody button").click();
    expect(".o_list_view").toHaveCount(1);
});

test("a choice asks the server again, and can be cleared", async () => {
    onRpc("srm.test.dashboard", "get_dashboard", ({ args }) => {
        expect.step(JSON.stringify(args[0]));
        return DATA;
    });
    await openDashboard();
    await click("select[name=year]");
    await select("2025");
    await animationFrame();
    await contains(".o_srm_filters button:contains(Clear)").click();
    expect.verifySteps(["{}", '{"year":"2025"}', "{}"]);
    expect(".o_srm_filters button").toHaveCount(0);
});

test("an error is shown, and can be tried again", async () => {
    let failing = true;
    onRpc("srm.test.dashboard", "get_dashboard", () => {
        if (failing) {
            failing = false;
            throw new Error("No figures today");
        }
        return DATA;
    });
    await openDashboard();
    expect(".alert-danger").toHaveCount(1);
    expect(".o_srm_export").toHaveClass("disabled");
    await contains(".alert-danger button").click();
    expect(".alert-danger").toHaveCount(0);
    expect(".o_srm_card").toHaveCount(2);
});

test("an empty page says what to do", async () => {
    const empty = { title: "No debt yet", action: OPEN_PLACES, label: "Import a register" };
    onRpc("srm.test.dashboard", "get_dashboard", () => ({ ...DATA, empty }));
    await openDashboard();
    expect(".o_srm_empty p").toHaveText("No debt yet");
    expect(".o_srm_empty button").toHaveText("Import a register");
    expect(".o_srm_card").toHaveCount(0);
});

test("the choices of the action come first", async () => {
    onRpc("srm.test.dashboard", "get_dashboard", ({ args }) => {
        expect.step(args[0].year);
        return DATA;
    });
    await openDashboard({ filters: { year: "2025" } });
    expect.verifySteps(["2025"]);
    expect("select[name=year]").toHaveValue("2025");
});
