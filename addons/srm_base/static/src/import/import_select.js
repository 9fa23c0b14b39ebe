import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A text field chosen among options that another (JSON) field of the record gives:
 * `["value", ...]` or `[["value", "label", required], ...]`.
 */
export class ImportSelect extends Component {
    static template = "srm_base.ImportSelect";
    static props = { ...standardFieldProps, optionsField: { type: String } };

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get options() {
        const options = this.props.record.data[this.props.optionsField] || [];
        return options.map((option) =>
            Array.isArray(option)
                ? { value: option[0], label: option[1] + (option[2] ? " *" : "") }
                : { value: option, label: option }
        );
    }

    get label() {
        const chosen = this.options.find((option) => option.value === this.value);
        return chosen ? chosen.label : this.value;
    }

    onChange(ev) {
        this.props.record.update({ [this.props.name]: ev.target.value || false });
    }
}

export const importSelect = {
    component: ImportSelect,
    supportedTypes: ["char"],
    fieldDependencies: ({ options }) => [{ name: options.options_field, type: "json" }],
    extractProps: ({ options }) => ({ optionsField: options.options_field }),
};
registry.category("fields").add("srm_import_select", importSelect);
