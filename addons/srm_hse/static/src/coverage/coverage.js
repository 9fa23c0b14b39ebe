import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// Where each province lies on the sketch map: column and row of a tile, from the coast
// (west) to the desert (east). A sketch, not geography.
const TILES = {
    "09.001": [1, 1],
    "09.273": [1, 2],
    "09.163": [1, 3],
    "09.541": [2, 2],
    "09.581": [1, 4],
    "09.551": [2, 4],
};

export class CoveragePage extends Component {
    static template = "srm_hse.CoveragePage";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("curve");
        this.state = useState({
            page: null,
            columns: "kind",
            until: "",
            table: "employer",
        });
        const wanted = this.props.action.context?.campaign_ids || [];
        onWillStart(async () => {
            await Promise.all([loadBundle("web.chartjs_lib"), this.load(wanted[0])]);
        });
        onMounted(() => this.drawCurve());
        onWillUnmount(() => this.chart?.destroy());
        this.display = { controlPanel: {} };
    }

    get page() {
        return this.state.page;
    }

    get choices() {
        return { kind: _t("Population"), theme: _t("Theme"), employer: _t("Employer") };
    }

    get tables() {
        return {
            employer: _t("Employers"),
            kind: _t("Populations"),
            theme: _t("Themes"),
            province: _t("Prefectures and provinces"),
        };
    }

    async load(campaignId) {
        this.state.page = await this.orm.call("srm.coverage.page", "get_page", [], {
            campaign_id: campaignId || this.page?.campaign?.id || false,
            until: this.state.until || false,
            columns: this.state.columns,
        });
    }

    async reload(campaignId) {
        await this.load(campaignId);
        this.drawCurve();
    }

    onCampaign(ev) {
        return this.reload(Number(ev.target.value));
    }

    onUntil(ev) {
        this.state.until = ev.target.value;
        return this.reload();
    }

    onColumns(columns) {
        this.state.columns = columns;
        return this.reload();
    }

    // Figures

    rate(figure) {
        return figure.rate === null ? "—" : `${formatFloat(figure.rate, { digits: [5, 1] })} %`;
    }

    fraction(figure) {
        return `${figure.covered} / ${figure.target}`;
    }

    tone(figure) {
        if (figure.rate === null) {
            return "o_srm_none";
        }
        const objective = this.page.campaign.objective;
        if (figure.rate >= objective) {
            return "o_srm_reached";
        }
        return figure.rate >= objective - 10 ? "o_srm_near" : "o_srm_far";
    }

    tile(row) {
        // A tile alone has no neighbour to be placed by.
        if (this.mapRows.length === 1) {
            return "";
        }
        const [column, line] = TILES[row.code] || [3, 1];
        return `grid-column: ${column}; grid-row: ${line}`;
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    get mapRows() {
        return this.page.heat.rows.filter((row) => row.id);
    }

    // Openings

    async open(values, covered) {
        const action = await this.orm.call("srm.coverage.page", "open_targets", [
            this.page.campaign.id,
            values,
            covered,
        ]);
        this.action.doAction(action);
    }

    openCell(row, column) {
        const values = { province_id: row.id };
        if (this.page.heat.axis === "kind") {
            values.kind = column.id;
        } else if (this.page.heat.axis === "employer") {
            values.employer_id = column.id;
        }
        return this.open(values, false);
    }

    openRow(row) {
        const name = { province: "province_id", kind: "kind", employer: "employer_id" };
        const field = name[this.state.table];
        return this.open(field ? { [field]: row.id } : {}, false);
    }

    openSessions() {
        this.action.doAction("srm_hse.srm_campaign_session_action", {
            additionalContext: { search_default_campaign_id: this.page.campaign.id },
        });
    }

    openAttendances() {
        this.action.doAction("srm_hse.srm_attendance_action", {
            additionalContext: {
                search_default_campaign_id: this.page.campaign.id,
                search_default_present: 1,
            },
        });
    }

    async planCatchUp() {
        const action = await this.orm.call("srm.campaign", "action_plan_catch_up", [
            [this.page.campaign.id],
        ]);
        this.action.doAction(action);
    }

    get xlsxUrl() {
        const options = JSON.stringify({
            campaign_id: this.page.campaign.id,
            until: this.page.until,
        });
        return `/srm/xlsx/srm.coverage.page/coverage?options=${encodeURIComponent(options)}`;
    }

    // Curve

    drawCurve() {
        this.chart?.destroy();
        this.chart = null;
        const curve = this.page?.curve;
        if (!this.canvas.el || !curve?.days.length) {
            return;
        }
        const objective = this.page.campaign.objective;
        const rtl = document.documentElement.dir === "rtl" || document.body.classList.contains("o_rtl");
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: curve.days,
                datasets: [
                    {
                        label: _t("Coverage (%)"),
                        data: curve.rates,
                        borderColor: "#0b6e4f",
                        backgroundColor: "rgba(11, 110, 79, 0.12)",
                        fill: true,
                        stepped: true,
                        pointRadius: 2,
                    },
                    {
                        label: _t("Objective (%)"),
                        data: curve.days.map(() => objective),
                        borderColor: "#b3261e",
                        borderDash: [6, 4],
                        pointRadius: 0,
                    },
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                scales: {
                    y: { min: 0, max: 100, position: rtl ? "right" : "left" },
                    x: { reverse: rtl },
                },
                plugins: { legend: { rtl, position: "bottom" }, tooltip: { rtl } },
            },
        });
    }
}

registry.category("actions").add("srm_hse.coverage", CoveragePage);
