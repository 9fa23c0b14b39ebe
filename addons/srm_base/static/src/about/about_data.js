import { Component, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Where the figures of the territory come from, and what was derived from them. */
export class AboutData extends Component {
    static template = "srm_base.AboutData";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.levels = [];
        onWillStart(() => this.load());
    }

    async load() {
        const [fields, rows] = await Promise.all([
            this.orm.call("srm.territory", "fields_get", [["level"], ["selection"]]),
            this.orm.formattedReadGroup(
                "srm.territory",
                [],
                ["level"],
                ["__count", "population_2024:sum", "households_2024:sum"]
            ),
        ]);
        const byLevel = Object.fromEntries(rows.map((row) => [row.level, row]));
        this.levels = fields.level.selection
            .filter(([level]) => level in byLevel)
            .map(([level, label]) => ({ ...byLevel[level], label }));
    }

    format(value) {
        return formatInteger(value);
    }
}

registry.category("actions").add("srm_base.about_data", AboutData);
