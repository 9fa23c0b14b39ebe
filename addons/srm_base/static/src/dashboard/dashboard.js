import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DashboardChart } from "./dashboard_chart";
import { DashboardTable } from "./dashboard_table";
import { formatFigure } from "./format";

const STATUS = { LOADING: "loading", READY: "ready", FAILED: "failed" };

/**
 * Page of key figures. The action gives `params: {model}`; the model answers
 * `get_dashboard(filters)` with cards, charts and tables (see `srm.dashboard.mixin`).
 */
export class SrmDashboard extends Component {
    static template = "srm_base.Dashboard";
    static components = { Layout, DashboardChart, DashboardTable };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.state = useState({
            status: STATUS.LOADING,
            data: null,
            error: "",
            filters: { ...this.initialFilters },
        });
        useSetupAction({ getLocalState: () => ({ filters: { ...this.state.filters } }) });
        // Not awaited: the page shows its skeleton while the figures are computed.
        onWillStart(() => void this.load());
    }

    /** What the action asks for, else the last choice: "back" must not lose it. */
    get initialFilters() {
        const asked = this.props.state?.filters || this.props.action.params?.filters;
        return asked || JSON.parse(browser.sessionStorage.getItem(this.storageKey) || "{}");
    }

    get storageKey() {
        return `srm_base.dashboard:${this.model}`;
    }

    get model() {
        return this.props.action.params.model;
    }

    get currencyId() {
        return this.state.data?.currency_id || user.activeCompany?.currency_id;
    }

    get isEmpty() {
        const { cards = [], charts = [], tables = [], empty } = this.state.data;
        return Boolean(empty) || !(cards.length + charts.length + tables.length);
    }

    get xlsxUrl() {
        const query = new URLSearchParams({
            options: JSON.stringify({ filters: this.state.filters }),
            cids: user.activeCompanies.map((company) => company.id).join(","),
        });
        return `/srm/xlsx/${this.model}/dashboard?${query}`;
    }

    async load() {
        this.state.status = STATUS.LOADING;
        browser.sessionStorage.setItem(this.storageKey, JSON.stringify(this.state.filters));
        try {
            const data = await this.keepLast.add(
                this.orm.call(this.model, "get_dashboard", [{ ...this.state.filters }])
            );
            this.state.data = data;
            this.state.status = STATUS.READY;
            this.env.config?.setDisplayName?.(data.title);
        } catch (error) {
            this.state.error = error.data?.message || _t("The server did not answer.");
            this.state.status = STATUS.FAILED;
        }
    }

    filterValue(filter) {
        return this.state.filters[filter.name] ?? filter.value ?? "";
    }

    onFilter(filter, ev) {
        this.state.filters[filter.name] = ev.target.value;
        return this.load();
    }

    clearFilters() {
        this.state.filters = {};
        return this.load();
    }

    get hasFilters() {
        return Object.values(this.state.filters).some(Boolean);
    }

    format(card) {
        return formatFigure(card.value, card.format, this.currencyId);
    }

    exact(card) {
        return formatFigure(card.value, card.format, this.currencyId, { exact: true });
    }

    open(action) {
        return this.action.doAction(action);
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("srm_base.dashboard", SrmDashboard);
