import { Component } from "@odoo/owl";
import { formatFigure } from "./format";

/** Rows of figures; a row that has an action opens its record. */
export class DashboardTable extends Component {
    static template = "srm_base.DashboardTable";
    static props = {
        table: Object,
        currencyId: { type: Number, optional: true },
        onOpen: Function,
    };

    action(index) {
        return this.props.table.actions?.[index];
    }

    open(index) {
        this.props.onOpen(this.action(index));
    }

    isText(index) {
        return (this.props.table.columns[index].format || "text") === "text";
    }

    format(value, index) {
        const kind = this.props.table.columns[index].format || "text";
        return formatFigure(value, kind, this.props.currencyId, { exact: true });
    }
}
