import { Component, onMounted, onPatched, onWillStart, onWillUnmount, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { localization } from "@web/core/l10n/localization";
import { formatFigure, formatTick } from "./format";

const ROUND = ["pie", "doughnut"];

/** One chart: its figures can also be read, and opened, as a table. */
export class DashboardChart extends Component {
    static template = "srm_base.DashboardChart";
    static props = {
        chart: Object,
        currencyId: { type: Number, optional: true },
        onOpen: Function,
    };

    setup() {
        this.canvasRef = useRef("canvas");
        this.chart = null;
        this.drawn = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        onMounted(() => this.draw());
        onPatched(() => this.draw());
        onWillUnmount(() => this.chart?.destroy());
    }

    get isEmpty() {
        return !this.props.chart.datasets.some((entry) => entry.data.some(Number));
    }

    get description() {
        const { title, datasets } = this.props.chart;
        return [title, ...datasets.map((entry) => entry.label)].join(", ");
    }

    action(index) {
        return this.props.chart.actions?.[index];
    }

    open(index) {
        this.props.onOpen(this.action(index));
    }

    format(value) {
        const { format } = this.props.chart;
        return formatFigure(value, format || "decimal", this.props.currencyId);
    }

    draw() {
        if (this.drawn === this.props.chart || !this.canvasRef.el) {
            return;
        }
        this.chart?.destroy();
        this.drawn = this.props.chart;
        this.chart = new Chart(this.canvasRef.el, this.config);
    }

    get config() {
        const { type, labels } = this.props.chart;
        return {
            type,
            data: { labels, datasets: this.datasets },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
                locale: localization.code?.replace("_", "-"),
                onClick: (event, elements) => this.onClick(elements),
                onHover: (event, elements) => {
                    const open = elements.length && this.action(elements[0].index);
                    event.native.target.style.cursor = open ? "pointer" : "default";
                },
                plugins: this.plugins,
                scales: ROUND.includes(type) ? {} : this.scales,
            },
        };
    }

    get datasets() {
        const { type, datasets, labels } = this.props.chart;
        const scheme = cookie.get("color_scheme");
        const count = ROUND.includes(type) ? labels.length : datasets.length;
        const colors = Array.from({ length: count }, (_, index) =>
            getColor(index, scheme, Math.max(count, 2))
        );
        return datasets.map((entry, index) => {
            const color = ROUND.includes(type) ? colors : colors[index];
            return {
                label: entry.label,
                // What is not known yet is no zero: the line stops there.
                data: entry.data.map((figure) => (figure === null ? null : Number(figure))),
                backgroundColor: color,
                borderColor: type === "line" ? color : undefined,
                borderRadius: type === "bar" ? 3 : undefined,
                maxBarThickness: 48,
                tension: 0.2,
            };
        });
    }

    get plugins() {
        const { type, datasets } = this.props.chart;
        const rtl = localization.direction === "rtl";
        return {
            legend: {
                display: ROUND.includes(type) || datasets.length > 1,
                position: "bottom",
                rtl,
                textDirection: localization.direction,
            },
            tooltip: {
                rtl,
                textDirection: localization.direction,
                callbacks: {
                    label: (item) => {
                        const name = ROUND.includes(type) ? item.label : item.dataset.label;
                        return `${name}: ${this.format(item.raw)}`;
                    },
                },
            },
        };
    }

    get scales() {
        const rtl = localization.direction === "rtl";
        const { format } = this.props.chart;
        return {
            x: { reverse: rtl, grid: { display: false } },
            y: {
                position: rtl ? "right" : "left",
                beginAtZero: true,
                suggestedMax: format === "percent" ? 100 : undefined,
                ticks: { callback: (value) => formatTick(value, format) },
            },
        };
    }

    onClick(elements) {
        const action = elements.length && this.action(elements[0].index);
        if (action) {
            this.props.onOpen(action);
        }
    }
}
